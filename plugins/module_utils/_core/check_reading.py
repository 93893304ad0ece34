# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""A check as the user wrote it, read and refused where that needs no entries."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from .check_values import as_boolean, as_texts
from .definitions import DEFINITIONS, Definition, definition_named
from .engines import ENGINE_TYPES
from .errors import OptionError, did_you_mean, join_names

SEVERITIES = ("critical", "major", "minor", "info")
WHEN_EMPTY = {"pass": "PASS", "fail": "FAIL", "skip": "SKIPPED"}

_EXPECTATIONS = ("count", "sum", "distinct", "unique", "each", "none", "any", "baseline", "nodes")
_KEYS = (
    "name",
    "description",
    "definition",
    "target",
    "where",
    *_EXPECTATIONS,
    "severity",
    "on",
    "enabled",
    "when_empty",
)
_ON_KEYS = ("engines", "groups", "types")


@dataclass(frozen=True)
class On:
    """Whom a check is for, by patterns: engines or groups (either is enough; none is everyone), and of these the types."""

    engines: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def names(self, engine: str, groups: Iterable[str]) -> bool:
        if not self.engines and not self.groups:
            return True
        member = [str(group) for group in groups]
        return any(_matches(engine, pattern) for pattern in self.engines) or any(
            _matches(group, pattern) for group in member for pattern in self.groups
        )

    def takes(self, engine_type: str) -> bool:
        return not self.types or not engine_type or any(_matches(engine_type, pattern) for pattern in self.types)


@dataclass(frozen=True)
class Check:
    """One check as read. `written` is what the user wrote; the expectations need the entries to be read."""

    written: Mapping[str, Any]
    name: str
    severity: str
    definition: Definition | None
    target: str
    enabled: bool
    on: On

    def applies_to(self, engine: str, groups: Iterable[str], engine_type: str = "") -> bool:
        """engine_type: the SMC's name of it, empty if not known; then the check applies."""
        return self.on.names(engine, groups) and self.on.takes(engine_type)


def _matches(name: str, pattern: str) -> bool:
    return fnmatchcase(name.casefold(), pattern.casefold())


def read_check(written: Any) -> Check:
    """Raises OptionError for what does not need entries to be seen as wrong."""
    if not isinstance(written, Mapping):
        raise OptionError(f"A check is a mapping with `name` and so on, not '{written}'.")
    # YAML reads a bare `on` as true.
    written = {"on" if key is True else key: value for key, value in written.items()}
    for key in written:
        if key not in _KEYS:
            raise OptionError(f"A check has no key '{key}'.{did_you_mean(str(key), _KEYS)}")
    severity = str(written.get("severity") or "major").lower()
    if severity not in SEVERITIES:
        raise OptionError(
            f"There is no severity '{severity}'.{did_you_mean(severity, SEVERITIES)} There are {join_names(SEVERITIES)}."
        )
    if not any(written.get(key) is not None for key in _EXPECTATIONS):
        raise OptionError(f"It expects nothing: give it one of {join_names(_EXPECTATIONS, 'or')}.")
    definition = None
    if written.get("definition"):
        definition = definition_named(str(written["definition"]))
    elif any(written.get(key) is not None for key in _EXPECTATIONS if key != "nodes"):
        raise OptionError(f"`definition` is missing; there are {join_names(DEFINITIONS)}.")
    when_empty = written.get("when_empty")
    if when_empty is not None and str(when_empty).lower() not in WHEN_EMPTY:
        raise OptionError(f"`when_empty` is {join_names(WHEN_EMPTY, 'or')}, not '{when_empty}'.")
    return Check(
        written=written,
        name=name_of(written),
        severity=severity,
        definition=definition,
        target=str(written.get("target") or ""),
        enabled=as_boolean(written.get("enabled", True), "enabled"),
        on=_read_on(written.get("on")),
    )


def name_of(written: Any) -> str:
    if isinstance(written, Mapping) and written.get("name"):
        return str(written["name"])
    definition = written.get("definition") if isinstance(written, Mapping) else None
    return f"unnamed check of {definition}" if definition else "unnamed check"


def _read_on(on: Any) -> On:
    """A bare text or list is of engines. Each key may stand in the singular."""
    if not isinstance(on, Mapping):
        return On(tuple(as_texts(on)))
    listed: dict[str, tuple[str, ...]] = {}
    for key, value in on.items():
        name = key if key in _ON_KEYS else f"{key}s"
        if name not in _ON_KEYS:
            raise OptionError(f"`on` takes {join_names(_ON_KEYS)}, not '{key}'.")
        listed[name] = (*listed.get(name, ()), *as_texts(value))
    for pattern in listed.get("types", ()):
        if not any(_matches(known, pattern) for known in ENGINE_TYPES):
            raise OptionError(
                f"`on`: there is no engine type '{pattern}'.{did_you_mean(pattern, ENGINE_TYPES)} There are {join_names(ENGINE_TYPES)}."
            )
    return On(**listed)
