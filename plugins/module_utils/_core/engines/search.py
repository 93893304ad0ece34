# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Engines found by name, pattern and type."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..api.deleting import GONE
from ..api.session import Session
from ..errors import RequestRefused, TargetUnknown
from ..patterns import matches_wildcard
from ..words import close_names, did_you_mean
from .elements import search_elements

# The element types of engines.
ENGINE_TYPES = (
    "single_fw",
    "fw_cluster",
    "cloud_single_fw",
    "single_layer2",
    "layer2_cluster",
    "single_ips",
    "ips_cluster",
    "master_engine",
    "virtual_fw",
    "virtual_fw_layer2",
    "virtual_ips",
)


# Words for several types at once.
ENGINE_FAMILIES = {
    "single_ips": "ips",
    "ips_cluster": "ips",
    "virtual_ips": "ips",
    "single_layer2": "layer2",
    "layer2_cluster": "layer2",
    "virtual_fw_layer2": "layer2",
}


ENGINE_TYPE_CHOICES = (*ENGINE_TYPES, *dict.fromkeys(ENGINE_FAMILIES.values()))


@dataclass(frozen=True)
class EngineReference:
    """What a search tells of an engine. type: the SMC's element type, such as fw_cluster."""

    name: str
    href: str
    type: str

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> EngineReference:
        """An engine from one result of a search. If that has no type, its href names it: …/elements/single_fw/1563."""
        href = str(item["href"])
        named = re.search(r"/elements/([^/]+)/", href)
        return cls(str(item["name"]), href, str(item.get("type") or (named[1] if named else "")))


def search_engines(session: Session, pattern: str = "*", exact: bool = False) -> list[EngineReference]:
    """Engines of the login's domain whose name matches. In the pattern, `*` stands for any text unless `exact`."""
    params = {"filter": pattern, "filter_context": "engine_clusters"}
    if exact:
        params.update(exact_match="true", case_sensitive="true")
    return [EngineReference.of(item) for item in search_elements(session, "listing engines", params)]


def find_engine(session: Session, name: str) -> EngineReference:
    """The engine of exactly this name.

    Raises:
        TargetUnknown: If there is none; with names like it.
        SMCError: What else a request may raise.
    """
    # Without a wildcard the SMC searches addresses and comments as well, so the name is compared here too.
    for engine in search_engines(session, name, exact=True):
        if engine.name == name:
            return engine
    try:
        known = sorted(engine.name for engine in search_engines(session))
        advice = did_you_mean(name, known) if known else " It lists no engine at all there; another `domain` may."
    except RequestRefused:
        # An old SMC refuses to search for everything. These names were only needed for suggestions.
        known, advice = [], ""
    raise TargetUnknown(
        f"The SMC at {session.base} knows no engine '{name}' in the domain '{session.domain}'.{advice}",
        target=name,
        suggestions=close_names(name, known),
    )


def names_at(session: Session, paths: Iterable[str], things: str) -> tuple[list[str], list[str]]:
    """The names of the engines at these paths, each once, and a warning for each path at which the SMC knows nothing.

    Args:
        session: An open session.
        paths: Paths below the API version, such as elements/single_fw/1563.
        things: What is asked of them, for the warnings, such as "entries". It is deleted nevertheless.

    Raises:
        SMCError: What a request may raise.
    """
    found: dict[str, None] = {}
    warnings: list[str] = []
    for path in dict.fromkeys(paths):
        try:
            engine = session.get(path, "looking up the engine of an href") or {}
        except RequestRefused as error:
            if error.status not in GONE:
                raise
            # The engine was deleted, or is in another domain.
            warnings.append(f"The SMC knows no {path} in the domain '{session.domain}', so its {things} count as gone.")
            continue
        if engine.get("name"):
            found[str(engine["name"])] = None
    return list(found), warnings


@dataclass(frozen=True)
class Selection:
    """Which engines are wanted.

    Attributes:
        name_filter: A pattern in which `*` stands for any text; without `*`, a part of the name. None for any name.
        types: Element types or families of them; empty for any type.
        exclude: Patterns of names that are not wanted.
    """

    name_filter: str | None = None
    types: Sequence[str] = ()
    exclude: Sequence[str] = ()

    def takes(self, engine: EngineReference) -> bool:
        if self.types and engine.type not in self.types and ENGINE_FAMILIES.get(engine.type) not in self.types:
            return False
        # The SMC looks for the text in addresses and comments too, so the name is compared here once more.
        if self.name_filter and not matches_wildcard(self.name_filter, engine.name, whole="*" in self.name_filter):
            return False
        return not any(matches_wildcard(pattern, engine.name) for pattern in self.exclude)

    def __str__(self) -> str:
        parts = [f"name_filter '{self.name_filter}'"] if self.name_filter else []
        parts += [f"engine_types {', '.join(self.types)}"] if self.types else []
        parts += [f"exclude {', '.join(self.exclude)}"] if self.exclude else []
        return " and ".join(parts)


def list_engines(session: Session, selection: Selection) -> list[EngineReference]:
    """The selected engines of the login's domain by name, each once. One request."""
    found = {session.rebase(engine.href): engine for engine in search_engines(session, selection.name_filter or "*")}
    return sorted(
        (engine for engine in found.values() if selection.takes(engine)),
        key=lambda engine: (engine.name.casefold(), engine.name, engine.href),
    )
