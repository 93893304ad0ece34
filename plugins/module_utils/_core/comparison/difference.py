# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Two snapshots of one table compared: what was added, removed and changed, and whether that matters.

An entry is recognised by its identity, which is not the delta_key: a VPN SA gets new SPIs with each rekey,
a route keeps network, gateway and interface. What varies by itself (byte counters, times, expiry, keys) is
left out of the comparison. Both are per definition and adjustable, and so are the tolerances.

Growth, loss and change are tolerated separately, each up to the larger of an absolute number and a share of the earlier
count: {absolute: 5, percent: 10}. Zero tolerates nothing; no bound (null) tolerates everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..schema.records import Record
from ..words import count_entries, join_names
from .rules import MASK_ENDINGS, Rules, canonical


@dataclass
class EntryChange:
    """One entry that is in both snapshots, with different values."""

    before: Record
    after: Record

    @property
    def fields(self) -> dict[str, tuple[Any, Any]]:
        """The earlier and the later value of each field that differs."""
        keys = dict.fromkeys([*self.before, *self.after])
        return {
            key: (self.before.get(key), self.after.get(key))
            for key in keys
            if self.before.get(key) != self.after.get(key)
        }


@dataclass
class Difference:
    """What differs between two snapshots of one table. The entries are as Rules.view gives them.

    Attributes:
        before, after: how many entries there were.
        by_count: whether only the numbers were compared, so that the lists are empty.
    """

    before: int
    after: int
    added: list[Record] = field(default_factory=list)
    removed: list[Record] = field(default_factory=list)
    changed: list[EntryChange] = field(default_factory=list)
    by_count: bool = False

    def __bool__(self) -> bool:
        if self.by_count:
            return self.before != self.after
        return bool(self.added or self.removed or self.changed)

    def summary(self) -> str:
        """The numbers, in words."""
        counts = f"{self.before} before, {count_entries(self.after)} after"
        if self.by_count:
            return counts
        return f"{counts}: {len(self.added)} added, {len(self.removed)} removed, {len(self.changed)} changed"


def compare(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]], rules: Rules) -> Difference:
    """Compares two snapshots of one table by these rules."""
    if rules.by_count:
        return compare_counts(sum(1 for _entry in before), sum(1 for _entry in after))
    earlier, later = _by_identity(before, rules), _by_identity(after, rules)
    difference = Difference(sum(len(views) for views in earlier.values()), sum(len(views) for views in later.values()))
    for identity in sorted({*earlier, *later}):
        old, new = _unmatched(earlier.get(identity, []), later.get(identity, []))
        both = min(len(old), len(new))
        difference.changed += [EntryChange(old[index], new[index]) for index in range(both)]
        difference.removed += old[both:]
        difference.added += new[both:]
    return difference


def compare_counts(before: int, after: int) -> Difference:
    """Compares two snapshots of one table of which only the numbers of entries matter."""
    return Difference(before, after, by_count=True)


def _by_identity(entries: Iterable[Mapping[str, Any]], rules: Rules) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for entry in entries:
        view = rules.view(entry)
        key = rules.key(view)
        found.setdefault(key, []).append(view)
    if rules.collapse:
        # Which of several entries is compared must not depend on their order.
        return {key: [max(views, key=canonical)] for key, views in found.items()}
    return found


def _unmatched(before: Sequence[Record], after: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """What is left of both, sorted, after each entry was paired with an equal one."""
    if len(before) == len(after) == 1:
        return ([], []) if before[0] == after[0] else (list(before), list(after))
    waiting: dict[str, list[Record]] = {}
    for entry in after:
        waiting.setdefault(canonical(entry), []).append(entry)
    old = []
    for entry in before:
        equal = waiting.get(canonical(entry))
        if equal:
            equal.pop()
        else:
            old.append(entry)
    new = [entry for entries in waiting.values() for entry in entries]
    return sorted(old, key=canonical), sorted(new, key=canonical)


def judge(difference: Difference, rules: Rules, counted: tuple[int, int, int] | None = None) -> tuple[bool, list[str]]:
    """Whether the difference is tolerated.

    Args:
        difference: what differs.
        rules: what is tolerated.
        counted: how many were added, removed and changed, if the difference has only the first of them.

    Returns:
        The answer, and a sentence for each bound that is exceeded.
    """
    if difference.by_count:
        growth = max(0, difference.after - difference.before)
        loss = max(0, difference.before - difference.after)
        measured = [("more", growth, rules.growth), ("fewer", loss, rules.loss)]
    else:
        added, removed, changed = counted or (
            len(difference.added),
            len(difference.removed),
            len(difference.changed),
        )
        measured = [
            ("added", added, rules.growth),
            ("removed", removed, rules.loss),
            ("changed", changed, rules.changed),
        ]
    reasons = [
        f"{number} {word} (of {difference.before} before); {tolerance} tolerated."
        for word, number, tolerance in measured
        if not tolerance.allows(number, difference.before)
    ]
    return not reasons, reasons


def describe_entry(entry: Mapping[str, Any], rules: Rules) -> str:
    """An entry in one line: the values that identify it, with a network and its mask joined by a slash."""
    text = ""
    for name in rules.identity:
        if entry.get(name) not in (None, ""):
            joint = "/" if text and name.endswith(MASK_ENDINGS) else " "
            text += f"{joint}{entry[name]}"
    return text.strip() or canonical(dict(entry))


def describe_change(change: EntryChange, rules: Rules) -> str:
    """A change in one line: the entry as describe_entry has it, and what each field was and is."""
    parts = [f"{name}: {_shown(old)} -> {_shown(new)}" for name, (old, new) in change.fields.items()]
    return f"{describe_entry(change.after, rules)} ({join_names(parts)})"


def _shown(value: Any) -> str:
    return "(none)" if value is None else str(value)
