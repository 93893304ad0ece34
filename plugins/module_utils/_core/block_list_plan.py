# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What has to change, so that block lists are as a task asks.

Of one plan come check mode, the diff and the requests.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .block_list import BlockList, Listed
from .block_list_entry import Desired
from .block_list_href import EntryHref, path_of
from .block_list_identity import Identity
from .errors import SMCError
from .fields import Record


@dataclass(frozen=True)
class Addition:
    """An entry to be added. missing_on: the nodes that lack it; refresh: it is there but ends soon.

    remaining: in how many seconds, None if the list does not tell.
    """

    desired: Desired
    missing_on: tuple[str, ...] = ()
    refresh: bool = False
    remaining: int | None = None

    @property
    def units(self) -> int:
        return len(self.desired.indexes)


@dataclass(frozen=True)
class Removal:
    """Something to be removed, by one or several hrefs: an entry has one a node, or one a time it was added.

    listed: the records it stands for, as far as they are known. indexes: where the task names it.
    expected: whether there is something to remove, as far as is known.
    """

    identity: Identity | None
    hrefs: tuple[str, ...]
    listed: tuple[Listed, ...] = ()
    indexes: tuple[int, ...] = ()
    expected: bool = True

    @property
    def units(self) -> int:
        return max(1, len(self.indexes))


@dataclass
class Plan:
    """What to do, and what is as it should be. `asked` counts what the task names, each part once."""

    asked: int = 0
    add: list[Addition] = field(default_factory=list)
    remove: list[Removal] = field(default_factory=list)
    flush: bool = False
    unchanged: int = 0
    kept: list[Desired] = field(default_factory=list)

    def check(self) -> None:
        """Nothing may be lost between what was asked and what is planned."""
        planned = sum(step.units for step in self.add) + sum(step.units for step in self.remove) + self.unchanged
        if planned != self.asked:
            raise SMCError(f"This is a bug in ngfw.smc: {self.asked} were asked for, but {planned} are planned.")


def plan_present(current: Sequence[BlockList], desired: Sequence[Desired], refresh: int | None = None) -> Plan:
    """Add what is missing on one of these lists, on one of its nodes, or about to end."""
    plan = Plan(asked=sum(len(entry.indexes) for entry in desired))
    for entry in desired:
        # With duration 0 it is a deed, not an entry: nothing of it stays to be found.
        missing = [node for held in current for node in held.missing_on(entry.identity)]
        left = [held.remaining(entry.identity) for held in current] if refresh is not None and not missing else []
        # Of an entry that does not tell its end, less may remain.
        ends = any(seconds is None or seconds < (refresh or 0) for seconds in left)
        if missing or ends or entry.duration == 0:
            some = any(held.of(entry.identity) for held in current)
            told = None if None in left else min((seconds for seconds in left if seconds is not None), default=None)
            plan.add.append(Addition(entry, tuple(missing) if some else (), ends, told))
        else:
            plan.kept.append(entry)
            plan.unchanged += len(entry.indexes)
    plan.check()
    return plan


def plan_exact(current: BlockList, desired: Sequence[Desired], refresh: int | None = None) -> Plan:
    """Add what is missing, remove everything else; without entries, empty the list."""
    plan = plan_present([current], desired, refresh)
    wanted = {entry.identity for entry in desired}
    plan.remove = _removals(listed for listed in current.all() if listed.identity not in wanted)
    plan.asked += len(plan.remove)
    plan.flush = not desired and bool(plan.remove)
    plan.check()
    return plan


def plan_absent(current: BlockList, desired: Sequence[Desired]) -> Plan:
    """Remove every record of these entries."""
    plan = Plan(asked=sum(len(entry.indexes) for entry in desired))
    for entry in desired:
        listed = current.of(entry.identity)
        if listed:
            plan.remove.append(Removal(entry.identity, _hrefs(listed), tuple(listed), entry.indexes))
        else:
            plan.unchanged += len(entry.indexes)
    plan.check()
    return plan


def plan_absent_matching(current: BlockList, holds: Callable[[Record], bool]) -> Plan:
    """Remove what the conditions hold for, on all nodes of it."""
    meant = [listed for listed in current.all() if holds(listed.record)]
    plan = Plan(remove=_removals(meant, current))
    plan.asked = len(plan.remove)
    plan.check()
    return plan


def plan_absent_hrefs(
    hrefs: Sequence[EntryHref], current: Mapping[tuple[str, str], BlockList], certain: Collection[tuple[str, str]] = ()
) -> Plan:
    """Remove these. current: lists by engine type and key, as far as they were read.

    certain: those that are known to be complete by more than silence; what they do not show is gone. For all
    others the SMC is asked to delete it, and decides.
    """
    plan = Plan(asked=sum(len(href.indexes) for href in hrefs))
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


def _removals(meant: Iterable[Listed], current: BlockList | None = None) -> list[Removal]:
    """One removal for each entry: records of several nodes with one href are one."""
    groups: dict[Any, list[Listed]] = {}
    for listed in meant:
        path = path_of(listed.href)
        group: Any = path or listed.key
        if group in groups and current is not None:
            continue
        if path and current is not None:
            groups[group] = current.at(path)
        else:
            groups.setdefault(group, []).append(listed)
    return [Removal(group[0].identity, _hrefs(group), tuple(group)) for group in groups.values()]


def _hrefs(listed: Iterable[Listed]) -> tuple[str, ...]:
    """The hrefs to delete, each entry's once."""
    hrefs = {path_of(one.href): one.href for one in listed if one.href}
    return tuple(href for path, href in hrefs.items() if path and href)
