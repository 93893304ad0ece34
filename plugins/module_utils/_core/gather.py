# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Many engines read, so many at a time, with a bounded number of requests; one that fails does not hide the others."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

from .engine_details import (
    RELATIONS,
    EngineDetails,
    EngineDocuments,
    Surroundings,
    build_engine,
    name_relations,
)
from .engines import (
    ENGINE_FAMILIES,
    EngineReference,
    link_below,
    links_of,
    nodes_of,
    read_element,
    search_elements,
    search_engines,
)
from .errors import BadMessage, RequestRefused, SMCError
from .http import Session
from .patience import Patience

# More warnings of one kind than this help nobody.
_WARNINGS = 5


@dataclass(frozen=True)
class Selection:
    """Which engines. name_filter and exclude may hold `*`; without one, a part of the name is enough for name_filter.

    types, which may be families, and exclude: empty for no condition.
    """

    name_filter: str | None = None
    types: Sequence[str] = ()
    exclude: Sequence[str] = ()

    def takes(self, engine: EngineReference) -> bool:
        if self.types and engine.type not in self.types and ENGINE_FAMILIES.get(engine.type) not in self.types:
            return False
        # The SMC looks for the text in addresses and comments too, so the name is compared here once more.
        if self.name_filter and not _matches(engine.name, self.name_filter, whole="*" in self.name_filter):
            return False
        return not any(_matches(engine.name, pattern) for pattern in self.exclude)

    def __str__(self) -> str:
        parts = [f"name_filter '{self.name_filter}'"] if self.name_filter else []
        parts += [f"engine_types {', '.join(self.types)}"] if self.types else []
        parts += [f"exclude {', '.join(self.exclude)}"] if self.exclude else []
        return " and ".join(parts)


@dataclass(frozen=True)
class Depth:
    """How much to read of each engine beyond the listing.

    engine: its element, one request. status: the status of its first enabled node, one more request; with each_node
    of each enabled node, one a node. appliance: the appliance status of each enabled node, one a node. names: the names
    of what the engines refer to, one request for each kind.
    """

    engine: bool = True
    status: bool = False
    each_node: bool = False
    appliance: bool = False
    names: bool = True


def list_engines(session: Session, selection: Selection) -> list[EngineReference]:
    """The selected engines of the login's domain by name, each once. One request."""
    found = {session.rebase(engine.href): engine for engine in search_engines(session, selection.name_filter or "*")}
    return sorted(
        (engine for engine in found.values() if selection.takes(engine)),
        key=lambda engine: (engine.name.casefold(), engine.name, engine.href),
    )


def read_engines(
    session: Session,
    engines: Sequence[EngineReference],
    depth: Depth,
    concurrency: int,
    strict: bool = False,
    required: bool = False,
) -> list[EngineDetails]:
    """A dictionary an engine, in their order. What could not be read of one is in its `error`.

    Raises what concerns the whole session; if strict, the first failure; if required, an engine whose element could
    not be read.
    """
    around = Surroundings(session.domain, session.rebase)
    if not depth.engine or not engines:
        return [build_engine(EngineDocuments(engine), around) for engine in engines]
    reader = _Reader(session, depth, concurrency, strict, required or strict)
    read: list[EngineDetails] = []
    waiting: deque[Future[EngineDocuments]] = deque()
    with ThreadPoolExecutor(max_workers=min(concurrency, len(engines))) as pool:
        try:
            waiting.extend(pool.submit(reader.read, engine) for engine in engines)
            while waiting:
                # Built here while the threads wait for the next answers, and let go of, because documents are large.
                read.append(build_engine(waiting.popleft().result(), around))
        except BaseException:
            # An interrupt too: the pool would read all that is still waiting.
            for documents in waiting:
                documents.cancel()
            raise
    if depth.names:
        _name_relations(session, read)
    return read


def _name_relations(session: Session, engines: Sequence[EngineDetails]) -> None:
    """One request for each kind of element that the engines refer to."""
    names = {engine["href"]: engine["name"] for engine in engines}
    # A virtual engine may tell of its master's node.
    names.update((node["name"], engine["name"]) for engine in engines for node in engine["nodes"])
    for kind in RELATIONS:
        if any(engine[kind] and engine[kind] not in names for engine in engines):
            names.update(_names_of(session, kind))
    for engine in engines:
        name_relations(engine, names)


def failures_of(engines: Iterable[EngineDetails]) -> list[str]:
    """Sentences on the engines of which something could not be read; not more than a person reads."""
    failed = [
        f"'{engine['name']}' is listed with what is known: {engine['error']}" for engine in engines if engine["error"]
    ]
    if len(failed) > _WARNINGS:
        return [*failed[:_WARNINGS], f"{len(failed) - _WARNINGS} more engines could not be read completely."]
    return failed


class _Reader:
    """Reads one engine after another in each of several threads."""

    def __init__(self, session: Session, depth: Depth, concurrency: int, strict: bool, required: bool) -> None:
        self._session = session
        self._depth = depth
        self._strict = strict
        self._required = required
        self._patience = Patience(2 * concurrency)

    def read(self, engine: EngineReference) -> EngineDocuments:
        documents = EngineDocuments(engine)
        document = self._document(engine.href, f"reading the engine '{engine.name}'", documents.errors, self._required)
        if document is None:
            return documents
        documents.engine = document
        enabled = [(place, node) for place, node in enumerate(nodes_of(document)) if node.get("disabled") is not True]
        if self._depth.status:
            for place, node in enabled if self._depth.each_node else enabled[:1]:
                href = link_below(node, "status")
                self._below(node, href, "the status", documents.errors, documents.statuses, place)
        if self._depth.appliance:
            for place, node in enabled:
                # A virtual engine has no appliance of its own.
                href = links_of(node).get("appliance_status", "")
                if href:
                    self._below(node, href, "the appliance status", documents.errors, documents.appliances, place)
        return documents

    def _below(
        self, node: dict[str, Any], href: str, what: str, errors: list[str], found: dict[int, Any], place: int
    ) -> None:
        document = self._document(href, f"reading {what} of '{node.get('name')}'", errors, self._strict)
        if document is not None:
            found[place] = document

    def _document(self, href: str, doing: str, errors: list[str], required: bool) -> dict[str, Any] | None:
        """What an href leads to. Unless required, a failure is a sentence in errors."""
        try:
            if not href:
                raise BadMessage(f"{self._session.base} gave no link for {doing}.")
            document = read_element(self._session, href, doing)
        except SMCError as error:
            self._patience.failed(error)
            if required:
                raise
            errors.append(error.message)
            return None
        self._patience.answered()
        return document


def _names_of(session: Session, kind: str) -> dict[str, str]:
    """The elements of a kind by href. What is not listed keeps its href in place of a name."""
    params = {"filter": "*", "filter_context": kind}
    try:
        listed = search_elements(session, f"listing the elements {kind}", params)
    except RequestRefused:
        # Not everybody who may see engines may see these.
        return {}
    except SMCError as error:
        session.warnings.append(f"References to the elements {kind} are shown without their names: {error}")
        return {}
    return {session.rebase(str(item["href"])): str(item["name"]) for item in listed}


def _matches(name: str, pattern: str, whole: bool = True) -> bool:
    """Whether the name is like the pattern, in which `*` stands for any text, without regard to case."""
    expression = ".*".join(re.escape(part) for part in pattern.split("*"))
    match: Callable[..., Any] = re.fullmatch if whole else re.search
    return match(expression, name, re.IGNORECASE | re.DOTALL) is not None
