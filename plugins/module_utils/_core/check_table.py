# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What a check expects of the entries of a snapshot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from .check_findings import Bounds, Finding, Unmeasurable
from .check_values import Number, as_mapping, as_text, as_texts
from .check_words import describe, plain, some
from .definitions import Definition
from .diff import RULE_KEYS, compare, judge, read_rules
from .errors import OptionError, did_you_mean, join_names
from .fields import CATALOGUE, Record, find_field, resolve_field, snake_case
from .filters import Conditions, read_conditions
from .snapshot import count_entries


class CheckedTable:
    """One snapshot under one check. `selected` is empty until `read` has seen the check."""

    def __init__(
        self,
        definition: Definition,
        target: str,
        entries: Sequence[Record],
        baseline: Sequence[Record] | str | None,
    ) -> None:
        """baseline: earlier entries, or why there are none."""
        self.definition = definition
        self.target = target
        self.entries = entries
        self.count = len(entries)
        self.selected: list[Record] = []
        # The fields that the check names, of interest before the others.
        self.used: dict[str, None] = {}
        self._where = ""
        self._baseline = baseline
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
        for label, bounds in as_mapping(written.get("sum"), "sum").items():
            expectations.append(self._read_sum(str(label), bounds))
        for label, bounds in as_mapping(written.get("distinct"), "distinct").items():
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
            return lambda entry: as_text(entry.get("node_id") or entry.get("comp_id"))
        key = self._key(str(per), "per")
        return lambda entry: as_text(entry.get(key))

    # -- expectations

    def _read_count(self, written: Any) -> Callable[[], Finding]:
        bounds = Bounds.read(written, "count", ("per", "groups"))
        per = written.get("per") if isinstance(written, Mapping) else None
        if per is None:
            return lambda: bounds.judge_one(len(self.selected), self.measured(), "entries", self.selected)
        group_of = self._grouper(per)
        expected = [str(name) for name in as_texts(written.get("groups"))]

        def judge_groups() -> Finding:
            # A group whose entries are all unselected is one with none, which `min` must notice.
            counts = dict.fromkeys([*expected, *(group_of(entry) for entry in self.entries)], 0)
            for entry in self.selected:
                counts[group_of(entry)] += 1
            return bounds.judge_groups(counts, str(per), "entries", self.selected, group_of)

        return judge_groups

    def _read_sum(self, label: str, written: Any) -> Callable[[], Finding]:
        key = self._key(label, "sum")
        bounds = Bounds.read(written, f"sum of {key}", ("per",))
        per = written.get("per") if isinstance(written, Mapping) else None
        group_of = self._grouper(per) if per is not None else None

        def judge_sum() -> Finding:
            numbers = [(entry, _number_in(entry.get(key))) for entry in self.selected]
            if numbers and all(number is None for _entry, number in numbers):
                raise Unmeasurable(f"No selected {self.definition.name} entry has a number in {key}.")
            if group_of is None:
                total = sum(number or 0 for _entry, number in numbers)
                return bounds.judge_one(total, f"the sum of {key} is {plain(total)}", "", [])
            sums: dict[str, Number] = {}
            for entry, number in numbers:
                sums[group_of(entry)] = sums.get(group_of(entry), 0) + (number or 0)
            return bounds.judge_groups(sums, str(per), f"as the sum of {key}", self.selected, group_of)

        return judge_sum

    def _read_distinct(self, label: str, written: Any) -> Callable[[], Finding]:
        key = "node" if label == "node" else self._key(label, "distinct")
        value_of = self._grouper(label)
        bounds = Bounds.read(written, f"distinct {key}", ("values",))
        wanted = as_texts(written.get("values")) if isinstance(written, Mapping) else []

        def judge_distinct() -> Finding:
            values = {value_of(entry) for entry in self.selected} - {""}
            shown = f"{len(values)} different {key}" + (f" ({some(sorted(values))})" if values else "")
            finding = bounds.judge_one(len(values), shown, f"different {key}", [])
            if wanted and values != set(wanted):
                missing, extra = sorted(set(wanted) - values), sorted(values - set(wanted))
                parts = [f"{some(missing)} missing" if missing else "", f"{some(extra)} too many" if extra else ""]
                finding.holds = False
                finding.reason = f"Of {key}: {', '.join(part for part in parts if part)}. Found {shown}."
            if wanted:
                finding.wanted = f"{key} exactly {some(sorted(wanted))}"
            return finding

        return judge_distinct

    def _read_unique(self, written: Any) -> Callable[[], Finding]:
        keys = ["node" if label == "node" else self._key(label, "unique") for label in as_texts(written)]
        values_of = [self._grouper(label) for label in as_texts(written)]
        if not keys:
            raise OptionError("`unique` names no field.")

        def judge_unique() -> Finding:
            by_value: dict[tuple[str, ...], list[Record]] = {}
            for entry in self.selected:
                by_value.setdefault(tuple(value_of(entry) for value_of in values_of), []).append(entry)
            # Entries that have none of the fields have nothing in common.
            repeated = {values: entries for values, entries in by_value.items() if len(entries) > 1 and any(values)}
            offending = [entry for entries in repeated.values() for entry in entries]
            names = some([" ".join(values) or "(empty)" for values in repeated])
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
        rules_written = {} if written is True else as_mapping(written, "baseline")
        for key in rules_written:
            if key not in (*RULE_KEYS, "snapshot"):
                raise OptionError(f"`baseline` has no key '{key}'.{did_you_mean(str(key), RULE_KEYS)}")
        rules = read_rules(self.definition, {key: rules_written[key] for key in rules_written if key in RULE_KEYS})
        earlier = self._baseline
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


def _found(conditions: Conditions, entries: Iterable[Record]) -> str:
    """What the fields of the conditions are instead: `, but with route_gateway 192.0.2.1`."""
    parts = []
    for key in dict.fromkeys(tested.key for tested, _test in conditions.tests):
        values = sorted({as_text(entry.get(key)) or "(none)" for entry in entries})
        parts.append(f"{key} {some(values, 3)}")
    return f", but with {join_names(parts)}" if parts else ""


def _number_in(value: Any) -> Number | None:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value
