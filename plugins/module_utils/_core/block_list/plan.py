# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What has to change so that block lists are as a task asks.

Check mode, the diff and the requests all use the same plan.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import SMCError
from ..schema.records import Record
from .current import BlockList, BlockListRecord
from .entry import Desired
from .href import EntryHref, path_of
from .identity import Identity


@dataclass(frozen=True)
class Addition:
    """An entry to add. missing_on: the nodes that lack it, if others have it. refresh: it is there but ends soon.

    remaining: in how many seconds it ends, None if the list does not say.
    """

    desired: Desired
    missing_on: tuple[str, ...] = ()
    refresh: bool = False
    remaining: int | None = None

    @property
    def units(self) -> int:
        """How many parts of the task this is."""
        return len(self.desired.indexes)


@dataclass(frozen=True)
class Removal:
    """An entry to remove, by one or several hrefs: it has one per node, or one for each time that it was added.

    identity: None if it is not known. listed: its records, as far as they are known. indexes: where the task names it.
    expected: whether there is something to remove, as far as is known.
    """

    identity: Identity | None
    hrefs: tuple[str, ...]
    listed: tuple[BlockListRecord, ...] = ()
    indexes: tuple[int, ...] = ()
    expected: bool = True

    @property
    def units(self) -> int:
        """How many parts of the task this is."""
        return max(1, len(self.indexes))


@dataclass
class BlockListPlan:
    """What to do. asked: how many parts the task names. unchanged: how many of them are as they should be already.

    flush: whether to empty the list with one request. kept: the entries that stay as they are.
    """

    asked: int = 0
    add: list[Addition] = field(default_factory=list)
    remove: list[Removal] = field(default_factory=list)
    flush: bool = False
    unchanged: int = 0
    kept: list[Desired] = field(default_factory=list)

    def drop_removals(self) -> int:
        """Remove nothing. Returns how many entries would have been removed."""
        dropped = len(self.remove)
        self.asked -= sum(step.units for step in self.remove)
        self.remove, self.flush = [], False
        return dropped

    def check(self) -> None:
        """Raises SMCError if a part of the task was lost in planning."""
        planned = sum(step.units for step in self.add) + sum(step.units for step in self.remove) + self.unchanged
        if planned != self.asked:
            raise SMCError(f"This is a bug in ngfw.smc: the task has {self.asked} parts, but {planned} are planned.")


def plan_present(current: Sequence[BlockList], desired: Sequence[Desired], refresh: int | None = None) -> BlockListPlan:
    """Add what is missing on one of these lists, or on one of its nodes, or ends soon.

    Args:
        current: the lists; with several, each entry must be on all of them.
        desired: the entries.
        refresh: an entry with less than this left, in seconds, is added again; None for never.
    """
    plan = BlockListPlan(asked=sum(len(entry.indexes) for entry in desired))
    for entry in desired:
        # With duration 0 it only ends connections, and is never found on the list.
        missing = [node for held in current for node in held.missing_on(entry.identity)]
        left = [held.remaining(entry.identity) for held in current] if refresh is not None and not missing else []
        # An entry that does not say when it ends may end soon.
        ends = any(seconds is None or seconds < (refresh or 0) for seconds in left)
        if missing or ends or entry.duration == 0:
            held_somewhere = any(held.of(entry.identity) for held in current)
            remaining = (
                None if None in left else min((seconds for seconds in left if seconds is not None), default=None)
            )
            plan.add.append(Addition(entry, tuple(missing) if held_somewhere else (), ends, remaining))
        else:
            plan.kept.append(entry)
            plan.unchanged += len(entry.indexes)
    plan.check()
    return plan


def plan_exact(current: BlockList, desired: Sequence[Desired], refresh: int | None = None) -> BlockListPlan:
    """Add what is missing and remove everything else; without entries, empty the list. refresh: as for `plan_present`."""
    plan = plan_present([current], desired, refresh)
    wanted = {entry.identity for entry in desired}
    plan.remove = _removals(listed for listed in current.all() if listed.identity not in wanted)
    plan.asked += len(plan.remove)
    plan.flush = not desired and bool(plan.remove)
    plan.check()
    return plan


def plan_absent(current: BlockList, desired: Sequence[Desired]) -> BlockListPlan:
    """Remove every record of these entries."""
    plan = BlockListPlan(asked=sum(len(entry.indexes) for entry in desired))
    for entry in desired:
        listed = current.of(entry.identity)
        if listed:
            plan.remove.append(Removal(entry.identity, _hrefs(listed), tuple(listed), entry.indexes))
        else:
            plan.unchanged += len(entry.indexes)
    plan.check()
    return plan


def join_plans(plans: Iterable[BlockListPlan]) -> BlockListPlan:
    """The plans of several lists as one, which empties none of them with one request."""
    joined = BlockListPlan()
    for plan in plans:
        joined.asked += plan.asked
        joined.unchanged += plan.unchanged
        joined.add += plan.add
        joined.remove += plan.remove
        joined.kept += plan.kept
    joined.check()
    return joined


def plan_absent_matching(current: BlockList, holds: Callable[[Record], bool]) -> BlockListPlan:
    """Remove the entries for which the conditions hold, on all their nodes."""
    matching = [listed for listed in current.all() if holds(listed.record)]
    plan = BlockListPlan(remove=_removals(matching, current))
    plan.asked = len(plan.remove)
    plan.check()
    return plan


def plan_absent_hrefs(
    hrefs: Sequence[EntryHref], current: Mapping[tuple[str, str], BlockList], certain: Collection[tuple[str, str]] = ()
) -> BlockListPlan:
    """Remove the entries that these hrefs name.

    Args:
        hrefs: checked hrefs, each entry once.
        current: the lists that were read, by engine type and key.
        certain: the lists that are certainly complete: what they do not show is gone. On all others the SMC is asked
            to delete the entry, and its answer counts.
    """
    plan = BlockListPlan(asked=sum(len(href.indexes) for href in hrefs))
    for href in hrefs:
        engine = (href.entry.engine_type, href.entry.engine_key)
        known = current.get(engine)
        listed = known.at(href.entry) if known is not None else []
        if not listed and engine in certain:
            plan.unchanged += len(href.indexes)
            continue
        identity = listed[0].identity if listed else None
        plan.remove.append(Removal(identity, (href.path,), tuple(listed), href.indexes, bool(listed) or known is None))
    plan.check()
    return plan


def _removals(records: Iterable[BlockListRecord], current: BlockList | None = None) -> list[Removal]:
    """One removal for each entry: records of several nodes with the same href are one entry."""
    groups: dict[Any, list[BlockListRecord]] = {}
    for listed in records:
        path = path_of(listed.href)
        group: Any = path or listed.key
        if group in groups and current is not None:
            continue
        if path and current is not None:
            groups[group] = current.at(path)
        else:
            groups.setdefault(group, []).append(listed)
    return [Removal(group[0].identity, _hrefs(group), tuple(group)) for group in groups.values()]


def _hrefs(listed: Iterable[BlockListRecord]) -> tuple[str, ...]:
    """The hrefs to delete, one for each entry."""
    hrefs = {path_of(one.href): one.href for one in listed if one.href}
    return tuple(href for path, href in hrefs.items() if path and href)
