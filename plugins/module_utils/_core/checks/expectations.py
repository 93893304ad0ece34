# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What a check may expect of the entries of a table: one row per verb in VERBS.

A new verb is a row: how its value is read into expectations, how one of them is judged, and what documents it. Allowed
keys, messages and docs/checks.md derive from the rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..comparison.difference import compare, judge
from ..comparison.rules import RULE_KEYS, Rules, read_rules
from ..errors import OptionError, Unmeasurable
from ..schema.conditions import Conditions, check_type
from ..schema.fields import find_field
from ..schema.records import Record
from ..words import count_entries, did_you_mean, join_names, some
from .checked_table import CheckedColumn, CheckedTable
from .expected import Expected
from .findings import Bounds, Finding, read_bounds
from .shares import (
    judge_age,
    judge_ratio,
    judge_same_on_nodes,
    judge_share,
    read_age,
    read_ratio,
    read_same_on_nodes,
    read_share,
)
from .values import Number, as_boolean, as_mapping, as_patterns, as_text, number_in
from .wording import describe, plain


@dataclass(frozen=True)
class Verb:
    """One kind of expectation.

    name: its key in a check. read: what the user's value stands for, one or more of the verb's own kind; raises
    OptionError. judge: one of these put to the test. needs_entries: whether it fails if no entry is selected; otherwise
    `judge` decides. documentation: one line. without_entries: what it says if no entry is selected. example: its value in a
    check.
    """

    name: str
    read: Callable[[Any, CheckedTable], Sequence[Expected]]
    judge: Callable[[Any, CheckedTable], Finding]
    needs_entries: bool
    documentation: str
    without_entries: str
    example: str


@dataclass(frozen=True)
class Expectation:
    """One expectation of a check, read and ready to be judged."""

    verb: Verb
    expected: Expected

    def judge(self, table: CheckedTable, accept_none: bool = False) -> Finding:
        """The finding.

        Args:
            table: The table that the expectation was read for.
            accept_none: Whether the user has said that there may be no entries.

        Raises:
            OptionError: (Unmeasurable) The entries do not hold what is to be judged.
        """
        if self.verb.needs_entries and not table.selected and not accept_none:
            return _no_entries(table)
        return self.verb.judge(self.expected, table)


def read_expectations(written: Mapping[str, Any], table: CheckedTable) -> list[Expectation]:
    """The expectations of a check, in the order of VERBS.

    Raises:
        OptionError: One cannot be read, or (Unmeasurable) there is no baseline to compare with.
    """
    return [
        Expectation(verb, expected)
        for verb in VERBS.values()
        if written.get(verb.name) is not None
        for expected in verb.read(written[verb.name], table)
    ]


def _no_entries(table: CheckedTable) -> Finding:
    found = f"found {table.measured()}" if table.entries else "the table is empty"
    reason = f"Expected entries to check, but {found}. If that is all right, set `when_empty`."
    return Finding(False, table.measured(), "entries to check", reason)


# -- count


@dataclass(frozen=True)
class CountAll(Expected):
    """How many entries are selected."""

    bounds: Bounds


@dataclass(frozen=True)
class CountPerGroup(Expected):
    """How many entries are selected in each group.

    groups: names of groups that count even without an entry. only_groups: whether no other group counts.
    """

    bounds: Bounds
    column: CheckedColumn
    groups: tuple[str, ...]
    only_groups: bool = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The key that groups."""
        return (self.column.key,)

    def has_nothing_to_judge(self, table: CheckedTable) -> bool:
        """Whether there is no group: a group may have no selected entry."""
        return not (self.groups or table.entries)


def read_count(written: Any, table: CheckedTable) -> list[Expected]:
    """`count: 2`, or a mapping of bounds, with `per` and `groups`. Raises OptionError."""
    bounds = read_bounds(written, "count", ("per", "groups", "only_groups", "groups_of_baseline"))
    if not isinstance(written, Mapping) or written.get("per") is None:
        if isinstance(written, Mapping) and (written.get("groups") or written.get("groups_of_baseline")):
            raise OptionError("`groups` of `count` says which groups there must be, so it needs `per`.")
        return [CountAll(bounds)]
    column = table.fields.column(str(written["per"]), "per")
    groups = as_patterns(written.get("groups"), f"a group of {column.label}")
    # Without a baseline, the other groups count; one that was given and cannot be used hides what is missing.
    if as_boolean(written.get("groups_of_baseline", False), "groups_of_baseline") and table.baseline is not None:
        groups += map(column.value_of, table.earlier())
    only_groups = as_boolean(written.get("only_groups", False), "only_groups")
    if only_groups and not groups:
        raise OptionError("`only_groups` of `count` leaves out every group that is not named, so it needs `groups`.")
    return [CountPerGroup(bounds, column, tuple(dict.fromkeys(groups)), only_groups)]


def judge_count(expected: CountAll | CountPerGroup, table: CheckedTable) -> Finding:
    """Compare the number of selected entries, or of each group, with the bounds."""
    if isinstance(expected, CountPerGroup):
        return _judge_count_per_group(expected, table)
    bounds, count = expected.bounds, len(table.selected)
    amount = "no" if bounds.most == 0 else str(bounds)
    wanted = "no entries" if bounds.most == 0 else f"{bounds} {'entry' if bounds.last_number == 1 else 'entries'}"
    noun = table.entries_wanted(None if bounds.most == 0 else bounds.last_number)
    return Finding(
        bounds.hold(count),
        table.measured(),
        wanted,
        f"Expected {amount} {noun}, found {table.found()}.",
        table.selected if bounds.exceeded_by(count) else (),
    )


def _judge_count_per_group(expected: CountPerGroup, table: CheckedTable) -> Finding:
    # A group whose entries are all unselected counts 0, which `min` must notice.
    value_of = expected.column.value_of
    # Of an empty table there is more to say than that each node lacks its entries.
    nodes = () if expected.column.key or not table.entries else table.nodes or ()
    others = () if expected.only_groups else (*nodes, *map(value_of, table.entries))
    counts: dict[str, Number] = dict.fromkeys([*expected.groups, *others], 0)
    for group in map(value_of, table.selected):
        if group in counts:
            counts[group] += 1
    wanted = f"{expected.bounds} {table.entries_wanted(expected.bounds.last_number)}"
    return _judge_groups(expected.bounds, counts, expected.column, wanted, table)


def _judge_groups(
    bounds: Bounds, numbers: Mapping[str, Number], column: CheckedColumn, wanted: str, table: CheckedTable
) -> Finding:
    wanted = f"{wanted} per {column.label}"
    if not numbers:
        return Finding(bounds.hold(0), "no entries", wanted, f"Expected {wanted}, found no entries.")
    wrong = {group: number for group, number in numbers.items() if not bounds.hold(number)}
    excessive = {group for group, number in wrong.items() if bounds.exceeded_by(number)}
    found = some([f"{plain(number)} for {group or '(none)'}" for group, number in wrong.items()])
    return Finding(
        not wrong,
        some([f"{group or '(none)'}: {plain(number)}" for group, number in numbers.items()]),
        wanted,
        f"Expected {wanted}, found {found}.",
        [entry for entry in table.selected if column.value_of(entry) in excessive],
    )


# -- sum


@dataclass(frozen=True)
class Sum(Expected):
    """The sum of a field, over all selected entries or (column) of each group."""

    key: str
    bounds: Bounds
    column: CheckedColumn | None

    @property
    def fields(self) -> tuple[str, ...]:
        """The key that is summed, and the one that groups."""
        return (self.key, self.column.key if self.column else "")


def read_sum(written: Any, table: CheckedTable) -> list[Sum]:
    """A mapping of fields to bounds, with `per`. Raises OptionError."""
    sums = []
    for label, bounds in _by_field(written, "sum"):
        key = table.fields.key(str(label), "sum")
        per = bounds.get("per") if isinstance(bounds, Mapping) else None
        column = None if per is None else table.fields.column(str(per), "per")
        sums.append(Sum(key, read_bounds(bounds, f"sum of {key}", ("per",)), column))
    return sums


def _by_field(written: Any, verb: str) -> Iterable[tuple[str, Any]]:
    """Fields and what is expected of them. Raises OptionError if there is none, since nothing would be judged."""
    fields = as_mapping(written, verb)
    if not fields:
        raise OptionError(f"`{verb}` names no field.")
    return fields.items()


def judge_sum(expected: Sum, table: CheckedTable) -> Finding:
    """Compare the sum with the bounds. Raises Unmeasurable if no selected entry has a number in the field."""
    numbers = [(entry, number_in(entry.get(expected.key))) for entry in table.selected]
    if numbers and all(number is None for _entry, number in numbers):
        raise Unmeasurable(f"No selected {table.definition.name} entry has a number in {expected.key}.")
    wanted = f"a sum of {expected.key} of {expected.bounds}"
    if expected.column is not None:
        sums: dict[str, Number] = {}
        for entry, number in numbers:
            group = expected.column.value_of(entry)
            sums[group] = sums.get(group, 0) + (number or 0)
        return _judge_groups(expected.bounds, sums, expected.column, wanted, table)
    total = sum(number or 0 for _entry, number in numbers)
    return Finding(
        expected.bounds.hold(total),
        f"the sum of {expected.key} is {plain(total)}",
        wanted,
        f"Expected {wanted}, found {plain(total)}.",
    )


# -- distinct


@dataclass(frozen=True)
class Distinct(Expected):
    """The different values of a field. values: exactly these, unless empty."""

    column: CheckedColumn
    bounds: Bounds
    values: frozenset[str]

    @property
    def fields(self) -> tuple[str, ...]:
        """The key whose values are counted."""
        return (self.column.key,)


def read_distinct(written: Any, table: CheckedTable) -> list[Distinct]:
    """A mapping of fields to bounds or `values`. Raises OptionError."""
    expected = []
    for label, bounds in _by_field(written, "distinct"):
        column = table.fields.column(str(label), "distinct")
        values = _values_of(bounds.get("values"), column) if isinstance(bounds, Mapping) else []
        expected.append(
            Distinct(column, read_bounds(bounds, f"distinct {column.label}", ("values",)), frozenset(values))
        )
    return expected


def _values_of(written: Any, column: CheckedColumn) -> list[str]:
    """The expected values as texts. Raises OptionError for what YAML has read as another type than the field's."""
    values = written if isinstance(written, (list, tuple)) else [] if written is None else [written]
    field = find_field(column.key) if column.key else None
    for value in values:
        if field is not None:
            check_type(field, value, "distinct")
        elif not column.key:
            as_patterns(value, "distinct: the node")
    return [str(value) for value in values]


def judge_distinct(expected: Distinct, table: CheckedTable) -> Finding:
    """Compare the number of different values with the bounds, and the values with those expected."""
    label, bounds = expected.column.label, expected.bounds
    values = {expected.column.value_of(entry) for entry in table.selected} - {""}
    listed = f" ({some(sorted(values))})" if values else ""
    measured = f"{len(values)} different {_values(len(values))} of {label}{listed}"
    if expected.values:
        holds = bounds.hold(len(values)) and values == expected.values
        wanted = f"exactly the values {some(sorted(expected.values))} of {label}"
        return Finding(holds, measured, wanted, _reason_for_values(expected, values, wanted))
    wanted = f"{bounds} different {_values(bounds.last_number)} of {label}"
    return Finding(bounds.hold(len(values)), measured, wanted, f"Expected {wanted}, found {len(values)}{listed}.")


def _reason_for_values(expected: Distinct, values: set[str], wanted: str) -> str:
    parts = [f"found {some(sorted(values)) or 'none'}"]
    if expected.values - values:
        parts.append(f"missing: {some(sorted(expected.values - values))}")
    if values - expected.values:
        parts.append(f"not expected: {some(sorted(values - expected.values))}")
    return f"Expected {wanted}, {'; '.join(parts)}."


def _values(count: Number | None) -> str:
    return "value" if count == 1 else "values"


# -- unique


@dataclass(frozen=True)
class Unique(Expected):
    """Fields whose values, taken together, no two entries share."""

    columns: tuple[CheckedColumn, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The keys that are compared."""
        return tuple(column.key for column in self.columns)


def read_unique(written: Any, table: CheckedTable) -> list[Unique]:
    """A field or a list of fields. Raises OptionError."""
    columns = tuple(table.fields.column(label, "unique") for label in as_patterns(written, "`unique`"))
    if not columns:
        raise OptionError("`unique` names no field.")
    return [Unique(columns)]


def judge_unique(expected: Unique, table: CheckedTable) -> Finding:
    """Look for values that more than one entry has; entries with none of the fields have nothing in common."""
    by_values: dict[tuple[str, ...], list[Record]] = {}
    for entry in table.selected:
        by_values.setdefault(tuple(column.value_of(entry) for column in expected.columns), []).append(entry)
    repeated = {values: entries for values, entries in by_values.items() if len(entries) > 1 and any(values)}
    labels = join_names(column.label for column in expected.columns)
    found = some([" ".join(value or "(none)" for value in values) for values in repeated])
    return Finding(
        not repeated,
        f"{len(repeated)} repeated" if repeated else f"{table.measured()}, no value repeated",
        f"no two entries with the same {labels}",
        f"Expected no two entries with the same {labels}, found {found} more than once.",
        [entry for entries in repeated.values() for entry in entries],
    )


# -- each, none, any


@dataclass(frozen=True)
class Condition(Expected):
    """Conditions on selected entries. words: the conditions as a person reads them."""

    conditions: Conditions
    words: str

    @property
    def fields(self) -> tuple[str, ...]:
        """The keys that the conditions are about."""
        return tuple(dict.fromkeys(field.key for field, _test in self.conditions.tests))

    def split(self, entries: Sequence[Record]) -> tuple[list[Record], list[Record]]:
        """The entries that fulfil the conditions, and the others."""
        matching = [entry for entry in entries if self.conditions.hold(entry)]
        return matching, [entry for entry in entries if not self.conditions.hold(entry)]

    def measured(self, matching: Sequence[Record], table: CheckedTable) -> str:
        """How many of the selected entries fulfil them: "1 of 2 with route_gateway 192.0.2.254"."""
        return f"{len(matching)} of {len(table.selected)} with {self.words}"

    def values_in(self, entries: Sequence[Record]) -> str:
        """What the fields are in these entries: "route_gateway 192.0.2.1"."""
        return join_names(
            f"{key} {some(sorted({as_text(entry.get(key)) or '(none)' for entry in entries}), 3)}"
            for key in self.fields
        )


def _reader_of_conditions(verb: str) -> Callable[[Any, CheckedTable], Sequence[Condition]]:
    def read(written: Any, table: CheckedTable) -> Sequence[Condition]:
        conditions = table.fields.conditions(written, verb)
        if not conditions.tests:
            raise OptionError(f"`{verb}` names no field.")
        return [Condition(conditions, describe(written))]

    return read


def judge_each(expected: Condition, table: CheckedTable) -> Finding:
    """Every selected entry must fulfil the conditions."""
    matching, others = expected.split(table.selected)
    found = f"{expected.values_in(others)} in {len(others)} of {count_entries(len(table.selected))}"
    return Finding(
        not others,
        expected.measured(matching, table),
        f"each with {expected.words}",
        f"Expected {expected.words} in each entry, found {found}.",
        others,
    )


def judge_none(expected: Condition, table: CheckedTable) -> Finding:
    """No selected entry may fulfil the conditions."""
    matching, _others = expected.split(table.selected)
    return Finding(
        not matching,
        expected.measured(matching, table),
        f"none with {expected.words}",
        f"Expected no entries with {expected.words}, found {len(matching)} of {len(table.selected)}.",
        matching,
    )


def judge_any(expected: Condition, table: CheckedTable) -> Finding:
    """At least one selected entry must fulfil the conditions."""
    matching, _others = expected.split(table.selected)
    return Finding(
        bool(matching),
        expected.measured(matching, table),
        f"at least one with {expected.words}",
        f"Expected at least one entry with {expected.words}, found none among {count_entries(len(table.selected))}.",
    )


# -- baseline


@dataclass(frozen=True)
class Comparison(Expected):
    """Earlier entries under the check's conditions, and the rules to compare them by."""

    before: Sequence[Record]
    rules: Rules
    needs_all_fields = True


def read_baseline(written: Any, table: CheckedTable) -> list[Comparison]:
    """Rules of the comparison, or `true` for the defaults. Raises OptionError, and Unmeasurable without a baseline."""
    changes = {} if written is True else as_mapping(written, "baseline")
    for key in changes:
        if key not in (*RULE_KEYS, "snapshot"):
            raise OptionError(f"`baseline` has no key '{key}'.{did_you_mean(str(key), RULE_KEYS)}")
    rules = read_rules(table.definition, {key: changes[key] for key in changes if key in RULE_KEYS})
    return [Comparison(table.earlier(), rules)]


def judge_baseline(expected: Comparison, table: CheckedTable) -> Finding:
    """Compare the earlier entries with the selected ones."""
    difference = compare(expected.before, table.selected, expected.rules)
    holds, reasons = judge(difference, expected.rules)
    return Finding(
        holds,
        difference.summary(),
        expected.rules.wanted(),
        f"Compared with the baseline: {' '.join(reasons)}",
        [*difference.removed, *difference.added, *(change.after for change in difference.changed)],
    )


VERBS: Mapping[str, Verb] = {
    verb.name: verb
    for verb in (
        Verb(
            "count",
            read_count,
            judge_count,
            needs_entries=False,
            documentation=(
                "How many entries are selected: a number, or `min`, `max` or `equals`. `per: FIELD` (or `per: node`) counts "
                "by group; a group whose entries are all left out by `where` counts 0, and so does a node that is online, and a group that only "
                "`groups: [...]` names. With `groups_of_baseline: true` those of the baseline count as well, if one is given; "
                "a baseline that cannot be used is an ERROR. With `only_groups: true` no other group counts."
            ),
            without_entries="counts 0",
            example="{min: 1, per: peer_security_gateway}",
        ),
        Verb(
            "sum",
            read_sum,
            judge_sum,
            needs_entries=False,
            documentation="The sum of a field, by field: `min`, `max` or `equals`, and `per` as in `count`.",
            without_entries="the sum is 0",
            example="{num_bytes_sent: {min: 1, per: peer_security_gateway}}",
        ),
        Verb(
            "distinct",
            read_distinct,
            judge_distinct,
            needs_entries=False,
            documentation=(
                "How many different values a field (or `node`) has, by field: `min`, `max` or `equals`; or exactly which: "
                "`values: [...]`."
            ),
            without_entries="there are 0 values",
            example="{peer_security_gateway: {values: [HQ, Plano]}}",
        ),
        Verb(
            "unique",
            read_unique,
            judge_unique,
            needs_entries=False,
            documentation=(
                "Fields (`node` is one) whose values no two entries may share. Entries that have none of the fields do "
                "not count."
            ),
            without_entries="holds",
            example="[route_network, route_netmask, node]",
        ),
        Verb(
            "share",
            read_share,
            judge_share,
            needs_entries=False,
            documentation=(
                "How many percent of the selected entries may have the same value of a field, by field: `min`, `max` or "
                "`equals` of the most frequent value. With `least_entries`, a table with fewer entries holds."
            ),
            without_entries="holds",
            example="{src: {max: 20%, least_entries: 1000}}",
        ),
        Verb(
            "ratio",
            read_ratio,
            judge_ratio,
            needs_entries=False,
            documentation=(
                "How many percent of all entries `where` may select: `min`, `max` or `equals`. With `least_entries`, a table "
                "with fewer entries holds."
            ),
            without_entries="holds, unless `min` is more than 0",
            example="{max: 30%, least_entries: 1000}",
        ),
        Verb(
            "same_on_nodes",
            read_same_on_nodes,
            judge_same_on_nodes,
            needs_entries=False,
            documentation=(
                "Fields whose values, taken together, each node that is online must have as well. A node without any entry "
                "lacks them all."
            ),
            without_entries="holds",
            example="[route_network, route_netmask, route_gateway]",
        ),
        Verb(
            "age",
            read_age,
            judge_age,
            needs_entries=False,
            documentation=(
                "How long ago the time in a field may be, by field: `min` and `max`, in seconds or as `15m`, `12h`, `7d`, `2w`. "
                "The SMC tells times without a zone: `utc_offset` says how many hours its clock is ahead of UTC."
            ),
            without_entries="holds",
            example="{timestamp: {max: 7d, utc_offset: 2}}",
        ),
        Verb(
            "each",
            _reader_of_conditions("each"),
            judge_each,
            needs_entries=True,
            documentation="Conditions that every selected entry must fulfil.",
            without_entries="fails, unless `when_empty` is set",
            example="{route_gateway: 192.0.2.254}",
        ),
        Verb(
            "none",
            _reader_of_conditions("none"),
            judge_none,
            needs_entries=False,
            documentation="Conditions that no selected entry may fulfil.",
            without_entries="holds",
            example="{neighbor_state: {regex: incomplete}}",
        ),
        Verb(
            "any",
            _reader_of_conditions("any"),
            judge_any,
            needs_entries=True,
            documentation="Conditions that at least one selected entry must fulfil.",
            without_entries="fails, unless `when_empty` is set",
            example="{dstif: {defined: true}}",
        ),
        Verb(
            "baseline",
            read_baseline,
            judge_baseline,
            needs_entries=False,
            documentation=(
                "Compares the entries with those of an earlier snapshot, the folder `health_check_baseline`: `{}` for the "
                f"defaults of the table, or {join_names(f'`{key}`' for key in RULE_KEYS)} as in "
                "[snapshots.md](snapshots.md)."
            ),
            without_entries="compares with an empty table",
            example="{loss: 10%}",
        ),
    )
}
