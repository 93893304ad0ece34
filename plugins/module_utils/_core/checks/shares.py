# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Expectations of entries that are about proportions, nodes and ages: `share`, `ratio`, `same_on_nodes` and `age`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from ..errors import OptionError, Unmeasurable
from ..schema.records import Record
from ..words import count_entries, join_names, plural, some
from .checked_table import CheckedColumn, CheckedTable
from .expected import Expected
from .findings import BOUND_KEYS, Bounds, Finding, read_bounds
from .values import Number, as_mapping, as_number, as_patterns, number_in
from .wording import plain

_LEAST = "least_entries"


# -- share


@dataclass(frozen=True)
class Share(Expected):
    """The largest share, in percent, that one value of a field has in the selected entries."""

    column: CheckedColumn
    bounds: Bounds
    least_entries: Number

    @property
    def fields(self) -> tuple[str, ...]:
        """The key whose values are counted."""
        return (self.column.key,)


def read_share(written: Any, table: CheckedTable) -> list[Share]:
    """A mapping of fields to bounds in percent, with `least_entries`. Raises OptionError."""
    shares = []
    for label, bounds in as_mapping(written, "share").items():
        column = table.fields.column(str(label), "share")
        shares.append(Share(column, *_read_percent(bounds, f"share of {column.label}")))
    if not shares:
        raise OptionError("`share` names no field.")
    return shares


def judge_share(expected: Share, table: CheckedTable) -> Finding:
    """Compare the share of the most frequent value with the bounds; few entries always hold."""
    label, total = expected.column.label, len(table.selected)
    wanted = f"{_percent_words(expected.bounds)} of the entries with one {label}"
    if total < max(expected.least_entries, 1):
        return Finding(True, f"{count_entries(total)}, too few to judge a share", wanted)
    ((value, number),) = Counter(map(expected.column.value_of, table.selected)).most_common(1)
    share = 100 * number / total
    measured = f"{plain(round(share, 1))}% with {label} {value or '(none)'}"
    return Finding(
        expected.bounds.hold(share),
        measured,
        wanted,
        f"Expected {wanted}, found {measured} ({number:,} of {count_entries(total)}).",
        [entry for entry in table.selected if expected.column.value_of(entry) == value]
        if expected.bounds.exceeded_by(share)
        else (),
    )


# -- ratio


@dataclass(frozen=True)
class Ratio(Expected):
    """How many percent of all entries are selected."""

    bounds: Bounds
    least_entries: Number

    def has_nothing_to_judge(self, table: CheckedTable) -> bool:
        """Whether the table is empty; that nothing is selected of others is a ratio too."""
        return not table.entries


def read_ratio(written: Any, table: CheckedTable) -> list[Ratio]:
    """Bounds in percent, with `least_entries`. Raises OptionError."""
    if not table.where.tests:
        raise OptionError("`ratio` compares the entries that `where` selects with all, so it needs `where`.")
    return [Ratio(*_read_percent(written, "ratio"))]


def judge_ratio(expected: Ratio, table: CheckedTable) -> Finding:
    """Compare the share of the selected entries with the bounds; few entries always hold."""
    total, number = len(table.entries), len(table.selected)
    wanted = f"{_percent_words(expected.bounds)} of the entries with {table.selection}"
    if total < max(expected.least_entries, 1):
        return Finding(True, f"{count_entries(total)}, too few to judge a ratio", wanted)
    ratio = 100 * number / total
    found = f"{plain(round(ratio, 1))}% ({number:,} of {total:,})"
    return Finding(
        expected.bounds.hold(ratio),
        found,
        wanted,
        f"Expected {wanted}, found {found}.",
        table.selected if expected.bounds.exceeded_by(ratio) else (),
    )


def _read_percent(written: Any, what: str) -> tuple[Bounds, Number]:
    """Bounds whose numbers may end in a percent sign, and the least number of entries."""
    if not isinstance(written, Mapping):
        return read_bounds(_without_sign(written), what), 0
    least = written.get(_LEAST)
    bounds = {key: _without_sign(value) if key in BOUND_KEYS else value for key, value in written.items()}
    return read_bounds(bounds, what, (_LEAST,)), 0 if least is None else as_number(least, _LEAST)


def _without_sign(value: Any) -> Any:
    return value.strip()[:-1] if isinstance(value, str) and value.strip().endswith("%") else value


def _percent_words(bounds: Bounds) -> str:
    return re.sub(r"(\d)(?!\S)", r"\1%", str(bounds))


# -- same_on_nodes


@dataclass(frozen=True)
class SameOnNodes(Expected):
    """Fields whose values, taken together, each node must have as well."""

    columns: tuple[CheckedColumn, ...]

    @property
    def fields(self) -> tuple[str, ...]:
        """The keys that are compared."""
        return tuple(column.key for column in self.columns)


def read_same_on_nodes(written: Any, table: CheckedTable) -> list[SameOnNodes]:
    """A field or a list of fields. Raises OptionError."""
    columns = tuple(table.fields.column(label, "same_on_nodes") for label in as_patterns(written, "`same_on_nodes`"))
    if not columns or any(not column.key for column in columns):
        raise OptionError("`same_on_nodes` names the fields to compare, other than the node.")
    return [SameOnNodes(columns)]


def judge_same_on_nodes(expected: SameOnNodes, table: CheckedTable) -> Finding:
    """Look for values that one node has and another does not.

    Raises:
        Unmeasurable: Only one node has entries, and it is not known whether the engine has others.
    """
    node = CheckedColumn("node", "")
    by_node: dict[str, dict[tuple[str, ...], Record]] = {name: {} for name in table.nodes or ()}
    for entry in table.selected:
        values = tuple(column.value_of(entry) for column in expected.columns)
        by_node.setdefault(node.value_of(entry), {})[values] = entry
    if table.nodes is None and len(by_node) < 2:
        raise Unmeasurable(f"It is not known which nodes '{table.target}' has, so they cannot be compared.")
    everywhere = {values for own in by_node.values() for values in own}
    labels = join_names(column.label for column in expected.columns)
    missing = {name: sorted(everywhere - set(own)) for name, own in by_node.items() if everywhere - set(own)}
    found = some(
        [
            f"{len(values)} missing on {name} ({some([' '.join(one) for one in values], 3)})"
            for name, values in missing.items()
        ]
    )
    absent = {values for listed in missing.values() for values in listed}
    return Finding(
        not missing,
        f"{len(everywhere)} different on {len(by_node)} {'node' if len(by_node) == 1 else 'nodes'}"
        if not missing
        else found,
        f"the same {labels} on each node",
        f"Expected the same {labels} on each node, found {found}.",
        [entry for own in by_node.values() for values, entry in own.items() if values in absent],
    )


# -- age


@dataclass(frozen=True)
class Age(Expected):
    """How long ago the time in a field is, in seconds. offset: of the SMC's clock from UTC."""

    column: CheckedColumn
    bounds: Bounds
    offset: timedelta

    @property
    def fields(self) -> tuple[str, ...]:
        """The key of the time."""
        return (self.column.key,)


def read_age(written: Any, table: CheckedTable) -> list[Age]:
    """A mapping of fields to bounds, which are durations, with `utc_offset` in hours. Raises OptionError."""
    ages = []
    for label, bounds in as_mapping(written, "age").items():
        column = table.fields.column(str(label), "age")
        if not isinstance(bounds, Mapping):
            raise OptionError(f"age of {column.label} is a mapping with `min` or `max`, such as {{max: 7d}}.")
        durations = {
            key: _seconds(value, f"age of {column.label}") if key in BOUND_KEYS else value
            for key, value in bounds.items()
        }
        offset = as_number(bounds.get("utc_offset", 0), "utc_offset")
        read = read_bounds(durations, f"age of {column.label}", ("utc_offset",))
        ages.append(Age(column, read, timedelta(hours=offset)))
    if not ages:
        raise OptionError("`age` names no field.")
    return ages


def judge_age(expected: Age, table: CheckedTable) -> Finding:
    """Compare the age of each selected entry with the bounds. Raises Unmeasurable if a time cannot be read."""
    if table.now is None:
        raise Unmeasurable("The time of the measurement is not known, so ages cannot be judged.")
    ages = [(entry, _age_of(entry.get(expected.column.key), expected, table.now)) for entry in table.selected]
    unread = [entry for entry, age in ages if age is None]
    if unread:
        raise Unmeasurable(f"{expected.column.label} of {len(unread)} of {count_entries(len(ages))} is not a time.")
    wrong = [(entry, age) for entry, age in ages if age is not None and not expected.bounds.hold(age)]
    oldest = max((age for _entry, age in ages if age is not None), default=None)
    wanted = f"an age of {expected.column.label} of {duration_bounds_in_words(expected.bounds)}"
    measured = table.measured() if oldest is None else f"{expected.column.label} at most {seconds_in_words(oldest)} ago"
    return Finding(
        not wrong,
        measured,
        wanted,
        f"Expected {wanted}, found {some([seconds_in_words(age) for _entry, age in wrong], 3)}.",
        [entry for entry, _age in wrong],
    )


def _age_of(value: Any, expected: Age, now: datetime) -> Number | None:
    number = number_in(value)
    if number is not None:
        # Milliseconds since 1970, which do not depend on a time zone.
        return now.timestamp() - number / 1000
    try:
        told = datetime.fromisoformat(str(value)[:19])
    except ValueError:
        return None
    return (now - (told.replace(tzinfo=timezone.utc) - expected.offset)).total_seconds()


_DURATION = re.compile(r"\s*(-?\d+(?:\.\d+)?)\s*([smhdw]?)\s*")


_UNITS = {"": 1, "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800}


def read_duration(value: Any, what: str) -> Number:
    """A number of seconds, or a text such as 90s, 15m, 12h, 7d or 2w. Raises OptionError."""
    found = _DURATION.fullmatch(str(value)) if not isinstance(value, bool) else None
    if found is None:
        raise OptionError(f"{what}: '{value}' is not a duration. Write a number of seconds, or 15m, 12h, 7d or 2w.")
    return float(found[1]) * _UNITS[found[2]]


def _seconds(value: Any, what: str) -> Number | None:
    return None if value is None else read_duration(value, what)


def seconds_in_words(seconds: Number) -> str:
    """A duration for people: "1.5 hours"."""
    for unit, name in ((86_400, "day"), (3600, "hour"), (60, "minute")):
        if abs(seconds) >= unit:
            return _number_of(plain(round(seconds / unit, 1)), name)
    return _number_of(plain(round(seconds)), "second")


def _number_of(number: str, noun: str) -> str:
    return f"{number} {plural(1 if number == '1' else 2, noun)}"


def duration_bounds_in_words(bounds: Bounds) -> str:
    """Bounds of a duration for people: "at most 7 days"."""
    parts = []
    if bounds.least is not None:
        parts.append(f"at least {seconds_in_words(bounds.least)}")
    if bounds.most is not None:
        parts.append(f"at most {seconds_in_words(bounds.most)}")
    return join_names(parts)
