# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
r"""Health checks: data in, verdicts out.

A check names a definition, selects entries and says what must hold for them:

    name: HQ tunnels are up
    definition: VPN_SA
    where: {peer_security_gateway: HQ, sa_class: IPsec}
    count: {min: 2}
    severity: critical

Expectations, all of which must hold: `count` and `sum` (`min`, `max`, `equals`, `per` a field), `distinct`,
`unique`, `each`, `none`, `any` (conditions as in filters.py), `baseline` (diff.py), and `nodes` for the
engine's nodes. A verdict is PASS, FAIL, ERROR (could not be measured) or SKIPPED. A check that cannot be
read or measured is an ERROR of its own and leaves the others alone, whatever is wrong with it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import Any, Optional

from .definitions import DEFINITIONS, Definition, definition_named
from .diff import DEFAULT_RULES, RULE_KEYS, compare, judge, read_rules
from .engines import ENGINE_TYPES, NodeStatus
from .errors import OptionError, did_you_mean, join_names
from .fields import CATALOGUE, RECORD_KEYS, Record, find_field, resolve_field, snake_case
from .filters import Conditions, read_conditions
from .snapshot import count_entries

SEVERITIES = ("critical", "major", "minor", "info")
STATUSES = ("FAIL", "ERROR", "PASS", "SKIPPED")

# How many offending entries a verdict shows.
SHOWN = 5

# Of no use to a person who reads why a check failed.
_NOISE = frozenset(
    (
        "data_tags",
        "data_type",
        "session_event",
        "sender_domain",
        "reception_time",
        "src_addrs",
        "dst_addrs",
        *RECORD_KEYS,
    )
)

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
_NODE_KEYS = ("online", "policy_installed", "same_version", "same")
_WHEN_EMPTY = {"pass": "PASS", "fail": "FAIL", "skip": "SKIPPED"}

Group = Optional[str]
Number = float


@dataclass(frozen=True)
class Material:
    """What was measured of one engine (or, for checks with a target of their own, of one domain).

    facts: what ngfw.smc.session_facts returns, by definition. failures: why a definition could not be
    measured. groups: the inventory groups of the engine. engine_info: what ngfw.smc.engine_info says of it;
    node_failure: why it could not be asked. baselines: earlier entries by definition, or why there are none.
    """

    engine: str
    facts: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    groups: Sequence[str] = ()
    engine_info: Mapping[str, Any] | None = None
    node_failure: str = ""
    baselines: Mapping[str, Sequence[Record] | str] = field(default_factory=dict)


@dataclass
class Verdict:
    """How one check ended. measured and wanted are short texts for people."""

    name: str
    engine: str
    status: str
    reason: str
    severity: str = "major"
    definition: str = ""
    target: str = ""
    description: str = ""
    measured: str = ""
    wanted: str = ""
    offending: list[Record] = field(default_factory=list)
    offending_count: int = 0

    def as_dict(self) -> dict[str, Any]:
        return {
            "name": self.name,
            "engine": self.engine,
            "status": self.status,
            "severity": self.severity,
            "definition": self.definition,
            "target": self.target,
            "description": self.description,
            "reason": self.reason,
            "measured": self.measured,
            "wanted": self.wanted,
            "offending": [presentable(entry) for entry in self.offending[:SHOWN]],
            "offending_count": self.offending_count,
        }


@dataclass
class Finding:
    """One expectation put to the test. reason: why it does not hold, to follow the check's name."""

    holds: bool
    measured: str
    wanted: str
    reason: str = ""
    offending: list[Record] = field(default_factory=list)
    offending_count: int = -1

    def __post_init__(self) -> None:
        if self.offending_count < 0:
            self.offending_count = len(self.offending)


class Unmeasurable(OptionError):
    """The check is in order, but there is nothing that it could be put to."""

    kind = "unmeasurable"


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
    if when_empty is not None and str(when_empty).lower() not in _WHEN_EMPTY:
        raise OptionError(f"`when_empty` is {join_names(_WHEN_EMPTY, 'or')}, not '{when_empty}'.")
    return Check(
        written=written,
        name=_name_of(written),
        severity=severity,
        definition=definition,
        target=str(written.get("target") or ""),
        enabled=_boolean(written.get("enabled", True), "enabled"),
        on=_read_on(written.get("on")),
    )


def _name_of(written: Any) -> str:
    if isinstance(written, Mapping) and written.get("name"):
        return str(written["name"])
    definition = written.get("definition") if isinstance(written, Mapping) else None
    return f"unnamed check of {definition}" if definition else "unnamed check"


_ON_KEYS = ("engines", "groups", "types")


def _read_on(on: Any) -> On:
    """A bare text or list is of engines. Each key may stand in the singular."""
    if not isinstance(on, Mapping):
        return On(tuple(_texts(on)))
    listed: dict[str, tuple[str, ...]] = {}
    for key, value in on.items():
        name = key if key in _ON_KEYS else f"{key}s"
        if name not in _ON_KEYS:
            raise OptionError(f"`on` takes {join_names(_ON_KEYS)}, not '{key}'.")
        listed[name] = (*listed.get(name, ()), *_texts(value))
    for pattern in listed.get("types", ()):
        if not any(_matches(known, pattern) for known in ENGINE_TYPES):
            raise OptionError(
                f"`on`: there is no engine type '{pattern}'.{did_you_mean(pattern, ENGINE_TYPES)} There are {join_names(ENGINE_TYPES)}."
            )
    return On(**listed)


def _texts(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, (list, tuple)):
        return [str(item) for item in value]
    return [str(value)]


@dataclass
class Elsewhere:
    """Checks of a target that is not the engine: an administrative domain, or another engine."""

    checks: list[Any] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)


@dataclass
class Plan:
    """What is to be measured for an engine's checks.

    checks: the engine's own that are switched on, also those that cannot be read. definitions: each once. nodes: whether its nodes'
    status or its type is needed. elsewhere: by target, the checks that are the same for every engine.
    """

    checks: list[Any] = field(default_factory=list)
    definitions: list[str] = field(default_factory=list)
    nodes: bool = False
    elsewhere: dict[str, Elsewhere] = field(default_factory=dict)


# Stands for the administrative domain that a login which failed would have been of.
UNKNOWN_DOMAIN = "domain of the login"


def plan(
    checks: Iterable[Any], engine: str, groups: Iterable[str] = (), domain: str = "", engine_type: str = ""
) -> Plan:
    """domain: the target of alert checks that name none. engine_type: what is known of it so far."""
    planned = Plan()
    listed = list(groups)
    for written in checks:
        try:
            check = read_check(written)
        except OptionError:
            planned.checks.append(written)
            continue
        if not check.enabled:
            continue
        other = target_of(check, domain or UNKNOWN_DOMAIN)
        if other:
            # It does not depend on the engine, so `on` cannot choose it.
            there = planned.elsewhere.setdefault(other, Elsewhere())
            there.checks.append({key: value for key, value in written.items() if key not in ("on", True)})
            _add(there.definitions, check.definition)
            continue
        planned.checks.append(written)
        if not check.on.names(engine, listed):
            continue
        planned.nodes = planned.nodes or check.written.get("nodes") is not None or bool(check.on.types)
        if check.on.takes(engine_type):
            _add(planned.definitions, check.definition)
    return planned


def _add(names: list[str], definition: Definition | None) -> None:
    if definition is not None and definition.name not in names:
        names.append(definition.name)


def target_of(check: Check, domain: str) -> str:
    """What a check measures if it is not the engine at hand: its `target`, for alerts else the domain of the login."""
    if check.target:
        return check.target
    if check.definition is not None and check.definition.targets_domain:
        return domain
    return ""


def definitions_with_baseline(checks: Iterable[Any]) -> list[str]:
    """The definitions of which a check wants earlier entries."""
    wanted = {
        str(check.get("definition"))
        for check in checks
        if isinstance(check, Mapping) and check.get("baseline") is not None
    }
    return [name for name in DEFINITIONS if name in wanted]


def evaluate(checks: Iterable[Any], material: Material) -> list[Verdict]:
    """A verdict a check, in their order."""
    return [_evaluate_one(written, material) for written in checks]


def _evaluate_one(written: Any, material: Material) -> Verdict:
    verdict = Verdict(_name_of(written), material.engine, "ERROR", "")
    if isinstance(written, Mapping):
        verdict.definition = str(written.get("definition") or "")
        verdict.target = str(written.get("target") or "")
        verdict.description = str(written.get("description") or "")
        if str(written.get("severity") or "major").lower() in SEVERITIES:
            verdict.severity = str(written.get("severity") or "major").lower()
    try:
        check = read_check(written)
        engine_type = _text((material.engine_info or {}).get("type"))
        if not check.enabled:
            verdict.status, verdict.reason = "SKIPPED", "It is switched off."
        elif not check.applies_to(material.engine, material.groups, engine_type):
            verdict.status, verdict.reason = "SKIPPED", "It is not for this engine (`on`)."
        else:
            _measure(check, material, verdict)
    except OptionError as error:
        verdict.status, verdict.reason = "ERROR", error.message
    except Exception as error:  # noqa: BLE001 (a fault in here must not cost the other checks their report)
        verdict.status = "ERROR"
        verdict.reason = f"It could not be evaluated because of a fault in ngfw.smc; please report it: {error!r}."
    return verdict


def _measure(check: Check, material: Material, verdict: Verdict) -> None:
    findings: list[Finding] = []
    if check.written.get("nodes") is not None:
        findings += _judge_nodes(check.written["nodes"], material)
    if check.definition is not None:
        table = _table_of(check, check.definition, material)
        verdict.target = verdict.target or table.target
        expectations = table.read(check.written)
        if table.nothing_to_judge(check.written) and (outcome := _when_empty(check)):
            status, wanted = outcome
            verdict.status, verdict.measured, verdict.wanted = status, table.measured(), wanted
            verdict.reason = f"{table.measured().capitalize()}." if table.count else "The table is empty."
            return
        findings += [expectation() for expectation in expectations]
        first = (*table.used, *DEFAULT_RULES[check.definition.name].identity)
        for finding in findings:
            finding.offending = [_sorted_keys(entry, first) for entry in finding.offending[:SHOWN]]
    _conclude(findings, verdict)


def _when_empty(check: Check) -> tuple[str, str] | None:
    """What to say when nothing is selected: as the check says; else `each` and `any` need entries to hold for."""
    written = check.written
    if written.get("when_empty") is not None:
        return _WHEN_EMPTY[str(written["when_empty"]).lower()], "entries to check"
    if written.get("each") is not None or written.get("any") is not None:
        return "FAIL", "entries to check (or `when_empty`)"
    return None


def _conclude(findings: Sequence[Finding], verdict: Verdict) -> None:
    failed = [finding for finding in findings if not finding.holds]
    verdict.status = "FAIL" if failed else "PASS"
    verdict.measured = "; ".join(dict.fromkeys(finding.measured for finding in findings))
    verdict.wanted = "; ".join(dict.fromkeys(finding.wanted for finding in findings))
    verdict.reason = " ".join(finding.reason for finding in failed) or f"As wanted: {verdict.measured}."
    for finding in failed:
        verdict.offending += finding.offending
        verdict.offending_count += finding.offending_count


def _table_of(check: Check, definition: Definition, material: Material) -> _Table:
    name = definition.name
    if name in material.failures:
        raise Unmeasurable(material.failures[name])
    facts = material.facts.get(name)
    if facts is None:
        raise Unmeasurable(f"{name} was not fetched.")
    target = str(facts.get("target") or material.engine)
    if check.target and check.target != target:
        raise Unmeasurable(f"It is about {name} of '{check.target}', but the snapshot is of '{target}'.")
    entries = facts.get("entries")
    count = int(facts.get("count", len(entries or ())))
    if facts.get("complete") is False:
        raise Unmeasurable(
            f"The {name} snapshot of '{target}' is not complete ({count_entries(count)} had come), so nothing can be said."
        )
    if not isinstance(entries, Sequence) or isinstance(entries, str) or len(entries) != count:
        raise Unmeasurable(f"The {name} facts of '{target}' hold counts without entries; fetch them with the entries.")
    return _Table(definition, target, entries, material)


class _Table:
    """One snapshot under one check. `selected` is empty until `read` has seen the check."""

    def __init__(self, definition: Definition, target: str, entries: Sequence[Record], material: Material) -> None:
        self.definition = definition
        self.target = target
        self.entries = entries
        self.count = len(entries)
        self.selected: list[Record] = []
        # The fields that the check names, of interest before the others.
        self.used: dict[str, None] = {}
        self._where = ""
        self._material = material
        self._known: frozenset[str] | None = None

    def measured(self) -> str:
        counted = count_entries(self.count)
        # Of an empty table there is nothing more to say.
        return f"{len(self.selected)} of {counted} with {self._where}" if self._where and self.count else counted

    def nothing_to_judge(self, written: Mapping[str, Any]) -> bool:
        """No entry is selected; for a count by group, there is no group, since a group may have no selected entry."""
        count = written.get("count")
        if isinstance(count, Mapping) and count.get("per") is not None:
            return not self.entries and not count.get("groups")
        return not self.selected

    def read(self, written: Mapping[str, Any]) -> list[Callable[[], Finding]]:
        """The check's expectations, ready to be put to the test; selects the entries. Raises OptionError."""
        where = self._conditions(written.get("where") or {}, "where")
        self._where = describe(written["where"]) if written.get("where") else ""
        self.selected = [entry for entry in self.entries if where.hold(entry)]
        expectations: list[Callable[[], Finding]] = []
        if written.get("count") is not None:
            expectations.append(self._read_count(written["count"]))
        for label, bounds in _mapping(written.get("sum"), "sum").items():
            expectations.append(self._read_sum(str(label), bounds))
        for label, bounds in _mapping(written.get("distinct"), "distinct").items():
            expectations.append(self._read_distinct(str(label), bounds))
        if written.get("unique") is not None:
            expectations.append(self._read_unique(written["unique"]))
        expectations += [
            self._read_quantified(kind, written[kind])
            for kind in ("each", "none", "any")
            if written.get(kind) is not None
        ]
        if written.get("baseline") is not None:
            expectations.append(self._read_baseline(written["baseline"], where))
        return expectations

    # -- fields

    def _keys(self) -> frozenset[str]:
        if self._known is None:
            keys: set[str] = set()
            for entry in self.entries:
                keys.update(entry)
            self._known = frozenset(keys)
        return self._known

    def _conditions(self, conditions: Any, purpose: str) -> Conditions:
        if not isinstance(conditions, Mapping):
            raise OptionError(f"`{purpose}` is a mapping of fields to conditions, not '{conditions}'.")
        for label in conditions:
            self._key(str(label), purpose)
        return read_conditions(conditions, self.definition, purpose, self._keys())

    def _key(self, label: str, purpose: str) -> str:
        """The entries' key for a field. A field that this definition is not known to carry must at least be seen."""
        key = self._find_key(label, purpose)
        self.used[key] = None
        return key

    def _find_key(self, label: str, purpose: str) -> str:
        key = snake_case(label)
        known = find_field(label, self.definition)
        if known is None:
            if key in self._keys():
                return key
            return resolve_field(label, self.definition, purpose).key
        carried = not known.definitions or self.definition.name in known.definitions
        if not carried and known.key not in self._keys() and not label.strip().isdigit():
            own = [own.key for own in CATALOGUE if self.definition.name in own.definitions]
            raise OptionError(
                f"{self.definition.name} has no field '{known.key}' ({purpose}).{did_you_mean(known.key, own)} "
                f"If this SMC sends it all the same, give it by its number."
            )
        return known.key

    def _grouper(self, per: Any) -> Callable[[Record], str]:
        if str(per) in ("node", "node_id"):
            # The node that an entry is of: its sender, else its creator.
            return lambda entry: _text(entry.get("node_id") or entry.get("comp_id"))
        key = self._key(str(per), "per")
        return lambda entry: _text(entry.get(key))

    # -- expectations

    def _read_count(self, written: Any) -> Callable[[], Finding]:
        bounds = _Bounds.read(written, "count", ("per", "groups"))
        per = written.get("per") if isinstance(written, Mapping) else None
        if per is None:
            return lambda: bounds.judge_one(len(self.selected), self.measured(), "entries", self.selected)
        group_of = self._grouper(per)
        expected = [str(name) for name in _texts(written.get("groups"))]

        def judge_groups() -> Finding:
            # A group whose entries are all unselected is one with none, which `min` must notice.
            counts = dict.fromkeys([*expected, *(group_of(entry) for entry in self.entries)], 0)
            for entry in self.selected:
                counts[group_of(entry)] += 1
            return bounds.judge_groups(counts, str(per), "entries", self.selected, group_of)

        return judge_groups

    def _read_sum(self, label: str, written: Any) -> Callable[[], Finding]:
        key = self._key(label, "sum")
        bounds = _Bounds.read(written, f"sum of {key}", ("per",))
        per = written.get("per") if isinstance(written, Mapping) else None
        group_of = self._grouper(per) if per is not None else None

        def judge_sum() -> Finding:
            numbers = [(entry, _number_in(entry.get(key))) for entry in self.selected]
            if numbers and all(number is None for _entry, number in numbers):
                raise Unmeasurable(f"No selected {self.definition.name} entry has a number in {key}.")
            if group_of is None:
                total = sum(number or 0 for _entry, number in numbers)
                return bounds.judge_one(total, f"the sum of {key} is {_plain(total)}", "", [])
            sums: dict[str, Number] = {}
            for entry, number in numbers:
                sums[group_of(entry)] = sums.get(group_of(entry), 0) + (number or 0)
            return bounds.judge_groups(sums, str(per), f"as the sum of {key}", self.selected, group_of)

        return judge_sum

    def _read_distinct(self, label: str, written: Any) -> Callable[[], Finding]:
        key = "node" if label == "node" else self._key(label, "distinct")
        value_of = self._grouper(label)
        bounds = _Bounds.read(written, f"distinct {key}", ("values",))
        wanted = _texts(written.get("values")) if isinstance(written, Mapping) else []

        def judge_distinct() -> Finding:
            values = {value_of(entry) for entry in self.selected} - {""}
            shown = f"{len(values)} different {key}" + (f" ({_some(sorted(values))})" if values else "")
            finding = bounds.judge_one(len(values), shown, f"different {key}", [])
            if wanted and values != set(wanted):
                missing, extra = sorted(set(wanted) - values), sorted(values - set(wanted))
                parts = [f"{_some(missing)} missing" if missing else "", f"{_some(extra)} too many" if extra else ""]
                finding.holds = False
                finding.reason = f"Of {key}: {', '.join(part for part in parts if part)}. Found {shown}."
            if wanted:
                finding.wanted = f"{key} exactly {_some(sorted(wanted))}"
            return finding

        return judge_distinct

    def _read_unique(self, written: Any) -> Callable[[], Finding]:
        keys = ["node" if label == "node" else self._key(label, "unique") for label in _texts(written)]
        values_of = [self._grouper(label) for label in _texts(written)]
        if not keys:
            raise OptionError("`unique` names no field.")

        def judge_unique() -> Finding:
            by_value: dict[tuple[str, ...], list[Record]] = {}
            for entry in self.selected:
                by_value.setdefault(tuple(value_of(entry) for value_of in values_of), []).append(entry)
            # Entries that have none of the fields have nothing in common.
            repeated = {values: entries for values, entries in by_value.items() if len(entries) > 1 and any(values)}
            offending = [entry for entries in repeated.values() for entry in entries]
            names = _some([" ".join(values) or "(empty)" for values in repeated])
            return Finding(
                not repeated,
                f"{len(repeated)} repeated" if repeated else f"{self.measured()}, no value repeated",
                f"no two entries with the same {join_names(keys)}",
                f"Of {join_names(keys)} more than one entry has {names}.",
                offending,
            )

        return judge_unique

    def _read_quantified(self, kind: str, written: Any) -> Callable[[], Finding]:
        conditions = self._conditions(written, kind)
        wanted = describe(written)

        def judge_quantified() -> Finding:
            matching = [entry for entry in self.selected if conditions.hold(entry)]
            seen = f"{len(matching)} of {len(self.selected)} with {wanted}"
            if kind == "each":
                offending = [entry for entry in self.selected if not conditions.hold(entry)]
                reason = f"{len(offending)} of {count_entries(len(self.selected))} without {wanted}{_found(conditions, offending)}."
                return Finding(not offending, seen, f"each with {wanted}", reason, offending)
            if kind == "none":
                reason = f"{len(matching)} of {count_entries(len(self.selected))} with {wanted}, but none wanted."
                return Finding(not matching, seen, f"none with {wanted}", reason, matching)
            reason = f"None of {count_entries(len(self.selected))} with {wanted}."
            return Finding(bool(matching), seen, f"at least one with {wanted}", reason)

        return judge_quantified

    def _read_baseline(self, written: Any, where: Conditions) -> Callable[[], Finding]:
        rules_written = {} if written is True else _mapping(written, "baseline")
        for key in rules_written:
            if key not in (*RULE_KEYS, "snapshot"):
                raise OptionError(f"`baseline` has no key '{key}'.{did_you_mean(str(key), RULE_KEYS)}")
        rules = read_rules(self.definition, {key: rules_written[key] for key in rules_written if key in RULE_KEYS})
        earlier = self._material.baselines.get(self.definition.name)
        if earlier is None:
            earlier = f"There is no baseline of {self.definition.name}."
        if isinstance(earlier, str):
            raise Unmeasurable(earlier)
        before = [entry for entry in earlier if where.hold(entry)]

        def judge_baseline() -> Finding:
            difference = compare(before, self.selected, rules)
            holds, reasons = judge(difference, rules)
            offending = [*difference.removed, *difference.added, *(change.after for change in difference.changed)]
            return Finding(
                holds,
                difference.summary(),
                rules.wanted(),
                f"Against the baseline: {' '.join(reasons)}",
                offending,
            )

        return judge_baseline


@dataclass(frozen=True)
class _Bounds:
    least: Number | None = None
    most: Number | None = None

    @classmethod
    def read(cls, written: Any, what: str, more_keys: Sequence[str]) -> _Bounds:
        if not isinstance(written, Mapping):
            exact = _as_number(written, what)
            return cls(exact, exact)
        known = ("min", "max", "equals", *more_keys)
        for key in written:
            if key not in known:
                raise OptionError(
                    f"{what} has no '{key}'.{did_you_mean(str(key), known)} There are {join_names(known)}."
                )
        least, most = written.get("min"), written.get("max")
        if written.get("equals") is not None:
            if least is not None or most is not None:
                raise OptionError(f"{what} takes either `equals`, or `min` and `max`.")
            least = most = written["equals"]
        if least is None and most is None and not written.get("values"):
            raise OptionError(f"{what} has no bound: give it {join_names(known[:3], 'or')}.")
        return cls(
            None if least is None else _as_number(least, what),
            None if most is None else _as_number(most, what),
        )

    def hold(self, value: Number) -> bool:
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def __str__(self) -> str:
        if self.least is not None and self.least == self.most:
            return f"exactly {_plain(self.least)}"
        parts = []
        if self.least is not None:
            parts.append(f"at least {_plain(self.least)}")
        if self.most is not None:
            parts.append(f"at most {_plain(self.most)}")
        return " and ".join(parts)

    def _counted(self, what: str) -> str:
        last = self.least if self.most is None else self.most
        return "entry" if what == "entries" and last == 1 else what

    def judge_one(self, value: Number, measured: str, what: str, entries: list[Record]) -> Finding:
        holds = self.hold(value)
        too_many = not holds and self.most is not None and value > self.most
        none = what == "entries" and self.most == 0
        return Finding(
            holds,
            measured,
            f"no {what}" if none else f"{self} {self._counted(what)}".strip(),
            f"{measured[:1].upper()}{measured[1:]}, but {'none' if none else self} wanted.",
            entries if too_many else [],
        )

    def judge_groups(
        self,
        numbers: Mapping[str, Number],
        per: str,
        what: str,
        entries: Sequence[Record],
        group_of: Callable[[Record], str],
    ) -> Finding:
        wrong = {group: number for group, number in numbers.items() if not self.hold(number)}
        shown = _some([f"{group or '(none)'}: {_plain(number)}" for group, number in numbers.items()])
        wanted = f"{self} {self._counted(what)} per {per}"
        if not numbers:
            holds = self.hold(0)
            return Finding(holds, f"nothing by {per}", wanted, f"There is nothing by {per}, but {wanted} wanted.")
        listed = _some([f"{group or '(none)'} has {_plain(number)}" for group, number in wrong.items()])
        too_many = {group for group, number in wrong.items() if self.most is not None and number > self.most}
        return Finding(
            not wrong,
            shown,
            wanted,
            f"{listed}, but {wanted} wanted.",
            [entry for entry in entries if group_of(entry) in too_many] if too_many else [],
        )


# -- nodes


def _judge_nodes(written: Any, material: Material) -> list[Finding]:
    wanted = _mapping(written, "nodes")
    for key in wanted:
        if key not in _NODE_KEYS:
            raise OptionError(f"`nodes` has no key '{key}'.{did_you_mean(str(key), _NODE_KEYS)}")
    if material.engine_info is None:
        raise Unmeasurable(material.node_failure or f"The nodes of '{material.engine}' were not looked up.")
    nodes = [node for node in material.engine_info.get("nodes") or [] if not node.get("disabled")]
    if not nodes:
        raise Unmeasurable(f"The SMC lists no nodes of '{material.engine}'.")
    unread = [_node_name(node) for node in nodes if not _state(node)]
    if unread:
        why = _text(material.engine_info.get("error"))
        raise Unmeasurable(f"The status of {join_names(unread)} is not known. {why}".strip())
    findings = []
    if wanted.get("online") not in (None, False):
        findings.append(_judge_online(wanted["online"], nodes))
    if wanted.get("policy_installed") not in (None, False):
        findings.append(_judge_policy(wanted["policy_installed"], nodes))
    same = _texts(wanted.get("same"))
    if wanted.get("same_version") not in (None, False) and _boolean(wanted["same_version"], "same_version"):
        same.insert(0, "version")
    findings += [_judge_same(key, nodes) for key in same]
    if not findings:
        raise OptionError(f"`nodes` wants nothing; give it one of {join_names(_NODE_KEYS, 'or')}.")
    return findings


_STANDBY = ("Standby", "Going Standby")
# Of a node in one of these states the SMC does not know more; unless it has asked the node, in vain.
_NOT_KNOWN = ("Unknown", "Not Monitored")
_IN_VAIN = ("TIMEOUT", "NO_STATUS", "DELETED")


def _judge_online(wanted: Any, nodes: Sequence[Mapping[str, Any]]) -> Finding:
    unknown = [
        str(_status(node))
        for node in nodes
        if _state(node) in _NOT_KNOWN and _text(node.get("monitoring_state")) not in _IN_VAIN
    ]
    if unknown:
        raise Unmeasurable(f"The SMC does not know whether {join_names(unknown)} is online.")
    offline = [node for node in nodes if not _status(node).online]
    online = len(nodes) - len(offline)
    measured = f"{online} of {len(nodes)} nodes online"
    names = _some([str(_status(node)) for node in offline])
    if wanted is True or str(wanted).lower() in ("all", "true", "yes"):
        # In a standby cluster one node is online, and those that stand by are well.
        offline = [node for node in offline if _state(node) not in _STANDBY or not online]
        asked, holds = "all nodes", not offline
    else:
        bounds = _Bounds.read({"min": wanted} if not isinstance(wanted, Mapping) else wanted, "online", ())
        asked, holds = str(bounds), bounds.hold(online)
    reason = f"{measured}, but {asked} wanted." + (f" Not online: {names}." if names else "")
    return Finding(holds, measured, f"{asked} online", reason, [_node_entry(node) for node in offline])


def _judge_policy(wanted: Any, nodes: Sequence[Mapping[str, Any]]) -> Finding:
    named = "" if wanted is True or str(wanted).lower() in ("true", "yes") else str(wanted)
    bad = [node for node in nodes if not _policy(node) or (named and _policy(node) != named)]
    shown = _some([f"{_node_name(node)}: {_policy(node) or 'no policy'}" for node in nodes])
    wrong = _some([f"{_node_name(node)} has {_policy(node) or 'no policy'}" for node in bad])
    asked = f"the policy '{named}' on each node" if named else "a policy on each node"
    return Finding(not bad, shown, asked, f"{wrong}, but {asked} wanted.", [_node_entry(node) for node in bad])


def _judge_same(key: str, nodes: Sequence[Mapping[str, Any]]) -> Finding:
    values = {_node_name(node): (_version(node) if key == "version" else _text(node.get(key))) for node in nodes}
    unknown = [name for name, value in values.items() if not value]
    if unknown:
        raise Unmeasurable(f"The {key} of {join_names(unknown)} is not known.")
    different = len(set(values.values())) > 1
    shown = _some([f"{name}: {value}" for name, value in values.items()])
    return Finding(
        not different,
        shown,
        f"the same {key} on all nodes",
        f"The nodes differ in their {key}: {shown}.",
        [_node_entry(node) for node in nodes],
    )


def _node_name(node: Mapping[str, Any]) -> str:
    return str(node.get("name") or f"node {node.get('id') or ''}".strip())


def _state(node: Mapping[str, Any]) -> str:
    return _text(node.get("engine_node_status"))


def _status(node: Mapping[str, Any]) -> NodeStatus:
    return NodeStatus(_node_name(node), _state(node), _text(node.get("monitoring_state")))


def _policy(node: Mapping[str, Any]) -> str:
    return _text(node.get("installed_policy"))


def _version(node: Mapping[str, Any]) -> str:
    return _text(node.get("version"))


def _node_entry(node: Mapping[str, Any]) -> Record:
    shown = {
        "name": _node_name(node),
        "status": _state(node),
        "monitoring_state": _text(node.get("monitoring_state")),
        "version": _version(node),
        "installed_policy": _policy(node),
    }
    return {key: value for key, value in shown.items() if value}


# -- values and words


def presentable(entry: Mapping[str, Any]) -> Record:
    """An entry for people: without empty values, keys and what every record carries."""
    shown = {str(key): value for key, value in entry.items() if key not in _NOISE and value is not None and value != ""}
    if shown.get("comp_id") == shown.get("node_id"):
        shown.pop("comp_id", None)
    return shown


def describe(conditions: Mapping[str, Any]) -> str:
    """Conditions in few words: `route_gateway 192.0.2.254 and dport min 1024`."""
    return join_names(f"{snake_case(str(key))} {_words(value)}" for key, value in conditions.items()) or "anything"


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        parts = []
        for operator, operand in value.items():
            if operator == "defined":
                parts.append("present" if _boolean(operand, "defined") else "absent")
            elif operator in ("in", "equal", "network"):
                parts.append(_words(operand))
            elif operator == "regex":
                parts.append(f"like /{operand}/")
            elif operator == "range" and isinstance(operand, (list, tuple)) and len(operand) == 2:
                parts.append(f"{operand[0]} to {operand[1]}")
            else:
                name = {"min": "at least", "max": "at most"}.get(str(operator), str(operator))
                parts.append(f"{name} {_words(operand)}")
        return join_names(parts)
    if isinstance(value, (list, tuple)):
        return join_names((_words(item) for item in value), "or")
    return "absent" if value is None else str(value)


def _found(conditions: Conditions, entries: Iterable[Record]) -> str:
    """What the fields of the conditions are instead: `, but with route_gateway 192.0.2.1`."""
    parts = []
    for key in dict.fromkeys(tested.key for tested, _test in conditions.tests):
        values = sorted({_text(entry.get(key)) or "(none)" for entry in entries})
        parts.append(f"{key} {_some(values, 3)}")
    return f", but with {join_names(parts)}" if parts else ""


def _sorted_keys(entry: Record, first: Iterable[str]) -> Record:
    """The entry with these keys before the others."""
    return {key: entry[key] for key in dict.fromkeys((*first, *entry)) if key in entry}


def _some(names: Sequence[str], most: int = 6) -> str:
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def _text(value: Any) -> str:
    return "" if value is None else str(value)


def _plain(number: Number) -> str:
    return str(int(number)) if float(number).is_integer() else f"{number:g}"


def _number_in(value: Any) -> Number | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value


_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def _as_number(value: Any, what: str) -> Number:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        number = float(value)
        return int(number) if number.is_integer() else number
    raise OptionError(f"{what}: a bound is a number, but '{value}' is none.")


def _boolean(value: Any, what: str) -> bool:
    known = {"true": True, "yes": True, "false": False, "no": False}.get(str(value).lower())
    if known is None:
        raise OptionError(f"`{what}` is true or false, not '{value}'.")
    return known


def _mapping(value: Any, what: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise OptionError(f"`{what}` is a mapping, not '{value}'.")
    return value
