# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""A compared table as people and reports see it: a status, a reason, and the first differences as lines."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from .diff import Difference, Rules, compare, compare_counts, describe_change, describe_entry, judge
from .fields import Record

# The first fields of an identity say what an entry is about: node and network of a route, gateways of a tunnel.
_ABOUT = 3

Entries = Iterable[Mapping[str, Any]]
Split = Callable[[Entries], Iterable[Entries]]


@dataclass
class Area:
    """One definition of one target. before and after: counts, None if not known. lines: + added, - removed, ~ changed.

    differs: whether anything does, tolerated or not.
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

    def error(self, reason: str) -> Area:
        self.status, self.reason = "ERROR", reason
        return self

    def skip(self, reason: str) -> Area:
        self.status, self.reason = "SKIPPED", reason
        return self

    def as_dict(self) -> dict[str, Any]:
        return {
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
    area: Area,
    before: Entries,
    after: Entries,
    counts: tuple[int, int],
    rules: Rules,
    lines: int = 50,
    split: Split | None = None,
) -> Area:
    """Fills the area in. counts: how many entries there are, so that comparing by count need not read them.

    lines: how many differences to show of each kind. split: of a table that is too large to be held at once, makes parts
    (part_number) that are compared one after another.
    """
    if rules.by_count:
        return _conclude(area, [compare_counts(*counts)], rules, lines)
    parts = zip(split(before), split(after)) if split else [(before, after)]
    return _conclude(area, (compare(*pair, rules) for pair in parts), rules, lines)


def part_number(entry: Mapping[str, Any], rules: Rules, parts: int) -> int:
    """The part that an entry belongs to, which is the same for each entry of its identity."""
    return zlib.crc32(rules.key(entry).encode("utf-8", "replace")) % parts


def _conclude(area: Area, differences: Iterable[Difference], rules: Rules, lines: int) -> Area:
    total = Difference(0, 0, by_count=rules.by_count)
    for difference in differences:
        total.before += difference.before
        total.after += difference.after
        area.added_count += len(difference.added)
        area.removed_count += len(difference.removed)
        area.changed_count += len(difference.changed)
        total.added += difference.added[: max(0, lines - len(total.added))]
        total.removed += difference.removed[: max(0, lines - len(total.removed))]
        total.changed += difference.changed[: max(0, lines - len(total.changed))]
    area.before, area.after = total.before, total.after
    counted = (area.added_count, area.removed_count, area.changed_count)
    area.differs = any(counted) or (rules.by_count and total.before != total.after)
    holds, reasons = judge(total, rules, counted)
    area.status = "PASS" if holds else "FAIL"
    area.reason = " ".join(reasons) or _tolerated(area)
    area.added, area.removed = total.added, total.removed
    area.changed = [
        {
            "entry": {name: change.after[name] for name in rules.identity if name in change.after},
            "fields": {name: list(values) for name, values in change.fields.items()},
        }
        for change in total.changed
    ]
    area.lines = _lines(area, total, rules)
    return area


def _tolerated(area: Area) -> str:
    return "What differs is tolerated." if area.differs else "Nothing differs."


def _lines(area: Area, shown: Difference, rules: Rules) -> list[str]:
    """Ordered by what an entry is about, so that a route with another gateway stands right below what it was."""
    about = replace(rules, identity=rules.identity[:_ABOUT])
    marked = [
        *((describe_entry(entry, about), 0, f"- {describe_entry(entry, rules)}") for entry in shown.removed),
        *((describe_entry(one.after, about), 1, f"~ {describe_change(one, rules)}") for one in shown.changed),
        *((describe_entry(entry, about), 2, f"+ {describe_entry(entry, rules)}") for entry in shown.added),
    ]
    more = [
        f"{mark} ... and {count - len(listed)} more"
        for mark, count, listed in (
            ("-", area.removed_count, shown.removed),
            ("~", area.changed_count, shown.changed),
            ("+", area.added_count, shown.added),
        )
        if count > len(listed)
    ]
    return [line for _about, _order, line in sorted(marked)] + more


def render_text(areas: Iterable[Mapping[str, Any]]) -> str:
    """The differences for a terminal; tables that are the same are counted."""
    lines = []
    same = 0
    for area in areas:
        if area["status"] == "PASS" and not area["differs"]:
            same += 1
            continue
        counts = "" if area["before"] is None else f" ({area['before']} -> {area['after']})"
        lines.append(f"{area['status']:7} {area['target']}, {area['definition']}{counts}: {area['reason']}")
        lines += [f"    {line}" for line in area["lines"]]
    if same:
        lines.append(f"PASS    {same} {'table does' if same == 1 else 'tables do'} not differ.")
    return "\n".join(lines) + "\n"
