# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""A check as the user wrote it: its keys, one row per key, and what can be refused without the entries."""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

from ..engines.search import ENGINE_TYPES
from ..errors import OptionError
from ..patterns import matches_wildcard
from ..schema.definitions import DEFINITIONS_AND_LOG, LOG, Definition, definition_named
from ..verdicts import DEFAULT_SEVERITY, SEVERITIES
from ..words import did_you_mean, join_names, some
from .expectations import VERBS
from .shares import read_duration
from .values import as_boolean, as_patterns

# The values of `when_empty`, and the verdict that each one stands for.
WHEN_EMPTY = {"pass": "PASS", "fail": "FAIL", "skip": "SKIPPED"}

# The expectations that a check may have: those of entries, and those of the engine's nodes.
EXPECTATIONS = (*VERBS, "nodes")


@dataclass(frozen=True)
class DocumentedKey:
    """A key of a check that is not an expectation. documentation: one line. example: its value in a check."""

    name: str
    documentation: str
    example: str


# How an engine may be chosen, by key of `applies_to`.
APPLIES_TO_KEYS: Mapping[str, DocumentedKey] = {
    key.name: key
    for key in (
        DocumentedKey("engines", "Name patterns of engines.", '"Branch *"'),
        DocumentedKey(
            "groups",
            "Patterns of inventory groups that the engine is in. Either an engine or a group is enough.",
            "[branches]",
        ),
        DocumentedKey(
            "types",
            f"Of the engines so chosen, only those of these types: {join_names(f'`{name}`' for name in ENGINE_TYPES)}.",
            "[single_fw, fw_cluster]",
        ),
    )
}


KEYS: Mapping[str, DocumentedKey] = {
    key.name: key
    for key in (
        DocumentedKey("name", "The name in reports.", "HQ tunnels are up"),
        DocumentedKey("description", "A longer text for the reports.", "Call the VPN team."),
        DocumentedKey(
            "severity",
            f"{join_names((f'`{name}`' for name in SEVERITIES), 'or')}. The default is `{DEFAULT_SEVERITY}`.",
            "critical",
        ),
        DocumentedKey(
            "definition",
            f"The table: {join_names((f'`{name}`' for name in DEFINITIONS_AND_LOG), 'or')}. `LOG` is the log of the domain of the "
            "login. It is measured once per play, for each check by itself.",
            "VPN_SA",
        ),
        DocumentedKey("last", "Of `LOG`: how long ago the oldest entry may be. Required for it.", "10m"),
        DocumentedKey(
            "target",
            "What to measure instead of the engine: another engine or a domain. It is then measured once per play and "
            "reported under that name. For `ACTIVE_ALERTS` the default is the domain of the login.",
            "Shared Domain",
        ),
        DocumentedKey(
            "where",
            "Conditions that select the entries to look at. All of them must hold.",
            "{peer_security_gateway: HQ, sa_class: IPsec}",
        ),
        DocumentedKey(
            "applies_to",
            "The engines that the check applies to: a name pattern, a list of them, or a mapping. On other engines the check is "
            "SKIPPED, and if it applies to none of a run, each report warns of it.",
            "{groups: [branches]}",
        ),
        DocumentedKey("enabled", "`false` switches the check off.", "false"),
        DocumentedKey(
            "tags", "Words by which `health_check_tags` and `health_check_skip_tags` choose checks.", "[vpn, nightly]"
        ),
        DocumentedKey("category", "What the check is about, for the reports. It also counts as a tag.", "VPN"),
        DocumentedKey(
            "needs",
            "Values that somebody must give before the check can be used, each with an example. Until then the check is an ERROR "
            "that names them, unless it is switched off. Points lead into mappings.",
            "{each.route_gateway: 192.0.2.254}",
        ),
        DocumentedKey(
            "on",
            "The name of `applies_to` in earlier releases. It still works, with a warning.",
            "{groups: [branches]}",
        ),
        DocumentedKey(
            "when_empty",
            f"The verdict if no entry is selected: {join_names((f'`{name}`' for name in WHEN_EMPTY), 'or')}. What is skipped for "
            "this reason is counted as not judged, and stands on the first screen of each report.",
            "skip",
        ),
    )
}


@dataclass(frozen=True)
class AppliesTo:
    """The engines that a check applies to, by patterns without regard to case.

    engines, groups: either is enough; if both are empty, every engine is included. types: of these, only engines of these
    types; empty for all types.
    """

    engines: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    types: tuple[str, ...] = ()

    def includes(self, engine: str, groups: Iterable[str], engine_type: str = "") -> bool:
        """Whether the check applies to the engine.

        Args:
            engine: Its name.
            groups: The inventory groups that it is in.
            engine_type: The SMC's name of its type; if it is not known (empty), the type does not exclude it.
        """
        return self.includes_engine(engine, groups) and self.includes_type(engine_type)

    def includes_engine(self, engine: str, groups: Iterable[str]) -> bool:
        """Whether the engine is included, whatever its type."""
        if not self.engines and not self.groups:
            return True
        return _any_matches([engine], self.engines) or _any_matches(groups, self.groups)

    def includes_type(self, engine_type: str) -> bool:
        """Whether engines of this type are included."""
        return not self.types or not engine_type or _any_matches([engine_type], self.types)


@dataclass(frozen=True, eq=False)
class Check:
    """A check, read as far as that needs no entries. It equals only itself.

    written: what the user wrote, with the expectations, whose fields depend on the entries. definition: None for a check of
    nodes. target: empty unless the check names one. when_empty: the verdict if no entry is selected, empty if the check does
    not say. tags: in lower case, with the category. missing: a sentence on the values that it needs and does not have; an error
    for the engines that it applies to. last: of the log, how many seconds ago it begins.
    """

    written: Mapping[str, Any]
    name: str
    severity: str
    definition: Definition | None
    target: str
    enabled: bool
    applies_to: AppliesTo
    when_empty: str
    category: str
    tags: frozenset[str]
    missing: str = ""
    last: float | None = None


def read_check(written: Any) -> Check:
    """Read a check.

    Args:
        written: What the user wrote.

    Raises:
        OptionError: It is not a mapping, has an unknown key, no expectation, no definition, or a value that cannot be read.
    """
    if not isinstance(written, Mapping):
        raise OptionError(f"A check must be a mapping with `name` and so on, not '{written}'.")
    written = in_current_words(written)
    known = (*KEYS, *EXPECTATIONS)
    for key in written:
        if key not in known:
            raise OptionError(f"A check has no key '{key}'.{did_you_mean(str(key), known)}")
    enabled = as_boolean(written.get("enabled", True), "enabled")
    missing = missing_values(written)
    category, tags = _read_tags(written)
    # What still needs values may lack all that it expects.
    definition = None if missing else _read_definition(written)
    return Check(
        written=written,
        name=name_of(written),
        severity=_read_severity(written),
        definition=definition,
        target="".join(as_patterns(written.get("target"), "`target`")),
        enabled=enabled,
        applies_to=_read_applies_to(written.get("applies_to")),
        when_empty=_read_when_empty(written.get("when_empty")),
        category=category,
        tags=tags,
        missing=_what_is_missing(missing) if missing else "",
        last=_read_last(written, definition),
    )


@dataclass(frozen=True)
class ReadCheck:
    """A check as the user wrote it, and what it says. error: why it cannot be read, and so has no `check`."""

    written: Any
    check: Check | None
    error: str = ""


def read_checks(checks: Iterable[Any]) -> list[ReadCheck]:
    """The checks, each under a name of its own, read once for all engines. What is read already stays as it is."""
    listed = list(checks)
    if all(isinstance(one, ReadCheck) for one in listed):
        return listed
    return [as_read(written) for written in with_own_names(listed)]


def as_read(written: Any) -> ReadCheck:
    """The check under the name that it has, whatever is written."""
    if isinstance(written, ReadCheck):
        return written
    try:
        return ReadCheck(written, read_check(written))
    except OptionError as error:
        return ReadCheck(written, None, error.message)
    except Exception as error:  # noqa: BLE001 (a fault in here must not cost the other checks their report)
        return ReadCheck(written, None, fault(error))


def fault(error: Exception) -> str:
    """What is said of a check that the program cannot cope with."""
    return f"The check could not be evaluated because of a fault in ngfw.smc. Please report it: {error!r}."


def in_current_words(written: Mapping[Any, Any]) -> dict[Any, Any]:
    """The check with `applies_to` in place of `on`, which YAML without quotes reads as true.

    Where a check has both, `on` counts: it was added to a ready check by somebody who knows its former name.
    """
    former = [key for key in written if key == "on" or key is True]
    current = {key: value for key, value in written.items() if key not in former}
    for key in former:
        current["applies_to"] = written[key]
    return current


def uses_former_words(written: Any) -> bool:
    """Whether the check has a key of an earlier release."""
    return isinstance(written, Mapping) and any(key == "on" or key is True for key in written)


def missing_values(written: Mapping[str, Any]) -> dict[str, Any]:
    """The values that the check needs and does not have, each with its example (None if there is no example).

    Raises:
        OptionError: `needs` is neither a mapping nor a list.
    """
    needs = written.get("needs")
    if needs is None:
        return {}
    if not isinstance(needs, (Mapping, list, tuple)):
        raise OptionError(f"`needs` must be a mapping of values to examples, not '{needs}'.")
    examples: Mapping[str, Any] = needs if isinstance(needs, Mapping) else dict.fromkeys(needs)
    return {str(path): example for path, example in examples.items() if not _has_value(written, str(path))}


def _has_value(written: Any, path: str) -> bool:
    value = written
    for name in path.split("."):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value not in (None, "", [], {})


def _what_is_missing(missing: Mapping[str, Any]) -> str:
    examples = join_names(_example(path, value) for path, value in missing.items())
    return (
        f"The check is switched on, but needs a value that was not given: {join_names(f'`{path}`' for path in missing)}. "
        f"Give it, for example {examples}."
    )


def _example(path: str, value: Any) -> str:
    shown = (
        f"[{', '.join(map(str, value))}]"
        if isinstance(value, (list, tuple))
        else "..."
        if value is None
        else str(value)
    )
    *outer, last = path.split(".")
    return f"`{''.join(f'{name}: {{' for name in outer)}{last}: {shown}{'}' * len(outer)}`"


def _read_tags(written: Mapping[str, Any]) -> tuple[str, frozenset[str]]:
    """The category, and all tags in lower case."""
    category = " ".join(as_patterns(written.get("category"), "`category`"))
    tags = as_patterns(written.get("tags"), "`tags`")
    return category, frozenset(tag.casefold() for tag in (*tags, category) if tag)


def with_own_names(checks: Iterable[Any]) -> list[Any]:
    """The checks, each under a name of its own: a second one of a name becomes "name (2)"."""
    listed = list(checks)
    taken = {name_of(written) for written in listed}
    seen: set[str] = set()
    named = []
    for written in listed:
        name = name_of(written)
        if name in seen and isinstance(written, Mapping):
            name = _free_name(name, taken)
            taken.add(name)
            named.append({**written, "name": name})
        else:
            named.append(written)
        seen.add(name)
    return named


def _free_name(name: str, taken: Container[str]) -> str:
    return next(numbered for numbered in (f"{name} ({number})" for number in count(2)) if numbered not in taken)


def warnings_about(checks: Iterable[Any]) -> list[str]:
    """What is to be said of checks that can be read, one sentence each: former words, and names that several have."""
    listed = [written for written in checks if isinstance(written, Mapping)]
    former = [name_of(written) for written in listed if uses_former_words(written)]
    names = [name_of(written) for written in listed]
    warnings = []
    if former:
        warnings.append(
            f"The key `on` of checks is now called `applies_to`, and will be removed in a later release. It is used by: {some(former)}."
        )
    for name in dict.fromkeys(name for name in names if names.count(name) > 1):
        places = join_names(str(place) for place, other in enumerate(names, 1) if other == name)
        warnings.append(
            f"{names.count(name)} checks have the name '{name}' (numbers {places} of the list of checks). Reports number them; give each "
            "a name of its own."
        )
    return warnings


def name_of(written: Any) -> str:
    """The check's name, or what it is called without one, whatever is written."""
    if isinstance(written, Mapping) and written.get("name"):
        return str(written["name"])
    definition = written.get("definition") if isinstance(written, Mapping) else None
    return f"unnamed check of {definition}" if definition else "unnamed check"


def severity_of(written: Mapping[str, Any]) -> str:
    """The severity as the user wrote it, in lower case, or the default; it may be an unknown one."""
    return str(written.get("severity") or DEFAULT_SEVERITY).lower()


def _read_severity(written: Mapping[str, Any]) -> str:
    severity = severity_of(written)
    if severity not in SEVERITIES:
        raise OptionError(
            f"There is no severity '{severity}'.{did_you_mean(severity, SEVERITIES)} There are {join_names(SEVERITIES)}."
        )
    return severity


def _read_definition(written: Mapping[str, Any]) -> Definition | None:
    """Also refuses a check without an expectation: what it needs follows from what it expects."""
    expected = [name for name in EXPECTATIONS if written.get(name) is not None]
    if not expected:
        raise OptionError(f"The check expects nothing: add {join_names(EXPECTATIONS, 'or')}.")
    if written.get("definition"):
        return definition_named(str(written["definition"]), DEFINITIONS_AND_LOG)
    if expected != ["nodes"]:
        raise OptionError(f"`definition` is missing; there are {join_names(DEFINITIONS_AND_LOG)}.")
    return None


# What a check of the log cannot have: it has no target but the domain of the login, no node of its own, and is in no snapshot.
_NOT_OF_LOG = ("target", "baseline", "nodes", "same_on_nodes")


def _read_last(written: Mapping[str, Any], definition: Definition | None) -> float | None:
    """Seconds, of a check of the log."""
    last = written.get("last")
    if definition is not LOG:
        if last is not None and definition is not None:
            raise OptionError(f"`last` is for checks of LOG, not of {definition.name}.")
        return None
    for key in _NOT_OF_LOG:
        if written.get(key) is not None:
            raise OptionError(f"A check of LOG cannot have `{key}`.")
    if last is None:
        raise OptionError("`last` is missing: say how long ago the oldest entry of LOG may be, such as `last: 10m`.")
    seconds = read_duration(last, "last")
    if seconds <= 0:
        raise OptionError(f"`last` is {last}; it must be more than 0.")
    return seconds


def _read_when_empty(written: Any) -> str:
    if written is None:
        return ""
    if str(written).lower() not in WHEN_EMPTY:
        raise OptionError(f"`when_empty` must be {join_names(WHEN_EMPTY, 'or')}, not '{written}'.")
    return WHEN_EMPTY[str(written).lower()]


def _read_applies_to(written: Any) -> AppliesTo:
    """A text or a list names engines. Each key of a mapping may stand in the singular."""
    if not isinstance(written, Mapping):
        return AppliesTo(tuple(as_patterns(written, "`applies_to`")))
    patterns: dict[str, tuple[str, ...]] = {}
    for key, value in written.items():
        name = key if key in APPLIES_TO_KEYS else f"{key}s"
        if name not in APPLIES_TO_KEYS:
            raise OptionError(f"`applies_to` has no key '{key}'. Its keys are {join_names(APPLIES_TO_KEYS)}.")
        patterns[name] = (*patterns.get(name, ()), *as_patterns(value, f"`{name}` of `applies_to`"))
    for pattern in patterns.get("types", ()):
        if not _any_matches(ENGINE_TYPES, [pattern]):
            raise OptionError(
                f"`applies_to`: there is no engine type '{pattern}'.{did_you_mean(pattern, ENGINE_TYPES)} "
                f"There are {join_names(ENGINE_TYPES)}."
            )
    return AppliesTo(**patterns)


def _any_matches(names: Iterable[str], patterns: Iterable[str]) -> bool:
    listed = list(patterns)
    return any(matches_wildcard(pattern, str(name), question_mark=True) for name in names for pattern in listed)
