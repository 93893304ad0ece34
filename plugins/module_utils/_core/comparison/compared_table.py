# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""A compared table as people and reports see it: a status, a reason, and the first differences as lines."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..schema.records import Record
from ..words import counted, visible
from .difference import Difference, compare, compare_counts, describe_change, describe_entry, judge
from .rules import Rules

# The first fields of an identity say what an entry is about: node and network of a route, gateways of a tunnel.
_ABOUT = 3


Entries = Iterable[Mapping[str, Any]]


Split = Callable[[Entries], Iterable[Entries]]


@dataclass
class ComparedTable:
    """One definition of one target, compared.

    Attributes:
        status: PASS, FAIL (it differs more than is tolerated), ERROR (it could not be compared) or SKIPPED.
        reason: a sentence on why it has this status.
        before, after: how many entries there were; None if that is not known.
        added_count, removed_count, changed_count: how many entries differ.
        added, removed, changed: the first of them.
        lines: the same as text: - removed, ~ changed, + added.
        differs: whether anything does, tolerated or not.
        smc: the address of the SMC, if it is known.
    """

    target: str
    definition: str
    status: str = "ERROR"
    reason: str = ""
    before: int | None = None
    after: int | None = None
    added_count: int = 0
    removed_count: int = 0
    changed_count: int = 0
    added: list[Record] = field(default_factory=list)
    removed: list[Record] = field(default_factory=list)
    changed: list[dict[str, Any]] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    differs: bool = False
    smc: str = ""

    def place(self, name_smc: bool = False) -> str:
        """Whose table it is, for people."""
        return _place(self.as_dict(), name_smc)

    def error(self, reason: str) -> ComparedTable:
        """Itself, as one that could not be compared."""
        self.status, self.reason = "ERROR", reason
        return self

    def skip(self, reason: str) -> ComparedTable:
        """Itself, as one that there is nothing to compare with."""
        self.status, self.reason = "SKIPPED", reason
        return self

    def as_dict(self) -> dict[str, Any]:
        """The result for programs, as ngfw.smc.snapshot_diff returns it."""
        return {
            **({"smc": self.smc} if self.smc else {}),
            "target": self.target,
            "definition": self.definition,
            "status": self.status,
            "reason": self.reason,
            "differs": self.differs,
            "before": self.before,
            "after": self.after,
            "added_count": self.added_count,
            "removed_count": self.removed_count,
            "changed_count": self.changed_count,
            "added": self.added,
            "removed": self.removed,
            "changed": self.changed,
            "lines": self.lines,
        }


def compare_tables(
    table: ComparedTable,
    before: Entries,
    after: Entries,
    counts: tuple[int, int],
    rules: Rules,
    lines: int = 50,
    split: Split | None = None,
) -> ComparedTable:
    """Compares two snapshots of one table.

    Args:
        table: what the result is written into.
        before, after: the entries.
        counts: how many entries each has, so that a comparison by count need not read them.
        rules: how to compare, and what is tolerated.
        lines: how many differences of each kind to keep.
        split: divides a table that is too large for memory into parts (see part_number), which are compared one after
            another.

    Returns:
        The table that was given.
    """
    if rules.by_count:
        return _conclude(table, [compare_counts(*counts)], rules, lines)
    parts = zip(split(before), split(after)) if split else [(before, after)]
    return _conclude(table, (compare(*pair, rules) for pair in parts), rules, lines)


def part_number(entry: Mapping[str, Any], rules: Rules, parts: int) -> int:
    """The number of the part that an entry belongs to; the same for all entries of one identity. entry: as Rules.view gives it."""
    return zlib.crc32(rules.key(entry).encode("utf-8", "replace")) % parts


def _conclude(table: ComparedTable, differences: Iterable[Difference], rules: Rules, lines: int) -> ComparedTable:
    total = Difference(0, 0, by_count=rules.by_count)
    for difference in differences:
        total.before += difference.before
        total.after += difference.after
        table.added_count += len(difference.added)
        table.removed_count += len(difference.removed)
        table.changed_count += len(difference.changed)
        total.added += difference.added[: max(0, lines - len(total.added))]
        total.removed += difference.removed[: max(0, lines - len(total.removed))]
        total.changed += difference.changed[: max(0, lines - len(total.changed))]
    table.before, table.after = total.before, total.after
    counted = (table.added_count, table.removed_count, table.changed_count)
    table.differs = any(counted) or (rules.by_count and total.before != total.after)
    holds, reasons = judge(total, rules, counted)
    table.status = "PASS" if holds else "FAIL"
    table.reason = " ".join(reasons) or _tolerated(table)
    table.added, table.removed = total.added, total.removed
    table.changed = [
        {
            "entry": {name: change.after[name] for name in rules.identity if name in change.after},
            "fields": {name: list(values) for name, values in change.fields.items()},
        }
        for change in total.changed
    ]
    table.lines = _lines(table, total, rules)
    return table


def _tolerated(table: ComparedTable) -> str:
    return "What differs is tolerated." if table.differs else "Nothing differs."


def _lines(table: ComparedTable, shown: Difference, rules: Rules) -> list[str]:
    """Ordered by what an entry is about, so that a route with another gateway is right below what it was."""
    about = replace(rules, identity=rules.identity[:_ABOUT])
    marked = [
        *((describe_entry(entry, about), 0, f"- {describe_entry(entry, rules)}") for entry in shown.removed),
        *((describe_entry(one.after, about), 1, f"~ {describe_change(one, rules)}") for one in shown.changed),
        *((describe_entry(entry, about), 2, f"+ {describe_entry(entry, rules)}") for entry in shown.added),
    ]
    more = [
        f"{mark} ... and {count - len(listed)} more"
        for mark, count, listed in (
            ("-", table.removed_count, shown.removed),
            ("~", table.changed_count, shown.changed),
            ("+", table.added_count, shown.added),
        )
        if count > len(listed)
    ]
    return [line for _about, _order, line in sorted(marked)] + more


def _place(table: Mapping[str, Any], name_smc: bool) -> str:
    smc = f" on {table['smc']}" if name_smc and table.get("smc") else ""
    return f"{table['target']}{smc}, {table['definition']}"


def render_text(tables: Iterable[Mapping[str, Any]], name_smc: bool = False) -> str:
    """The differences for a terminal. Tables that do not differ are only counted.

    Args:
        tables: as as_dict gives them.
        name_smc: whether to name the SMC of each table, because there are several.
    """
    lines = []
    same = 0
    for table in tables:
        if table["status"] == "PASS" and not table["differs"]:
            same += 1
            continue
        counts = "" if table["before"] is None else f" ({table['before']} -> {table['after']})"
        lines.append(f"{table['status']:7} {_place(table, name_smc)}{counts}: {table['reason']}")
        lines += [f"    {line}" for line in table["lines"]]
    if same:
        lines.append(f"PASS    {counted(same, 'table does', 'tables do')} not differ.")
    return "".join(f"{visible(line)}\n" for line in lines)
