# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The block list of one engine as it is now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple

from ..api.engine_href import EnginePart
from ..schema.records import Key, Record
from .href import path_of
from .identity import Identity, identity_of


class BlockListRecord(NamedTuple):
    """One record of a block list. duration: in seconds, None if the record does not say.

    node: the node that holds it. href: where it can be deleted. Both are None if the record does not say. clock: the SMC's time
    when it was read, as `_seconds` gives it.
    """

    key: Key
    identity: Identity
    node: str | None
    href: str | None
    duration: int | None
    clock: float | None
    record: Record

    @property
    def remaining(self) -> int | None:
        """In how many seconds it ends; None if the record does not say."""
        # A record may have the duration 0; it does not say when the entry ends.
        created = _seconds(self.record.get("timestamp")) if self.duration else None
        if not self.duration or created is None or self.clock is None:
            return None
        return max(0, int(self.duration - max(0.0, self.clock - created)))


_NO_NODE: frozenset[str | None] = frozenset()


@dataclass(frozen=True)
class Nodes:
    """Which nodes must hold an entry.

    online: the names of the nodes that are online, None if that is not known. known: the names of all nodes of the engine.
    seen: the nodes that the records of the list name.
    """

    online: tuple[str, ...] | None = None
    known: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()

    def missing(self, holders: Collection[str | None]) -> tuple[str, ...]:
        """The nodes that lack an entry.

        Args:
            holders: the nodes that hold it, as its records name them.

        Returns:
            Names of nodes; empty if the entry is everywhere.
        """
        expected = self.online or tuple(sorted(self.seen))
        if holders and not self.known.union(expected).issuperset(holders):
            # The records do not use the names of the node elements (with SMC 6.2, all records of a cluster had the
            # cluster's name), so only the names in the list itself can be expected.
            expected = tuple(sorted(self.seen))
        if len(expected) <= 1:
            return () if holders else expected or ("the engine",)
        return tuple(node for node in expected if node not in holders)


class BlockList:
    """The entries of one engine's list, by node and delta_key, as they are now.

    `apply` takes in changes. seen: for each identity, the nodes that have shown it since the list was read, even if it
    has gone again.
    """

    def __init__(self, entries: Iterable[tuple[Key, Record]], nodes: Nodes) -> None:
        self.nodes = nodes
        self._listed: dict[Key, BlockListRecord] = {}
        self._by_identity: dict[Identity, list[BlockListRecord]] = {}
        # Built only when it is needed: additions do not need it, and it is expensive.
        self._by_entry: dict[EnginePart, list[BlockListRecord]] | None = None
        self.seen: dict[Identity, frozenset[str | None]] = {}
        self._missing: dict[frozenset[str | None], tuple[str, ...]] = {}
        self._same: dict[frozenset[str | None], frozenset[str | None]] = {}
        self._clock: float | None = None
        everything = list(entries)
        self._advance_clock(record for _unused, record in everything)
        for key, record in everything:
            self._put(key, record)

    def __len__(self) -> int:
        return len(self._listed)

    def __contains__(self, key: Key) -> bool:
        return key in self._listed

    def all(self) -> list[BlockListRecord]:
        return list(self._listed.values())

    def of(self, identity: Identity) -> list[BlockListRecord]:
        """Every record of the identity: one per node, or more if it was added several times."""
        return list(self._by_identity.get(identity, ()))

    def at(self, entry: EnginePart) -> list[BlockListRecord]:
        """The records that this href names, one per node."""
        if self._by_entry is None:
            self._by_entry = {}
            for listed in self._listed.values():
                path = path_of(listed.href)
                if path:
                    self._by_entry.setdefault(path, []).append(listed)
        return self._by_entry.get(entry, [])

    def missing_on(self, identity: Identity) -> tuple[str, ...]:
        """The nodes that lack it now."""
        return self._missing_beside(frozenset(listed.node for listed in self._by_identity.get(identity, ())))

    def not_shown_on(self, identity: Identity, again: bool) -> tuple[str, ...]:
        """The nodes that have not shown it; with `again`, those that have not shown it since the list was read."""
        shown = self.seen.get(identity, _NO_NODE)
        if not again:
            shown = shown.union(listed.node for listed in self._by_identity.get(identity, ()))
        return self._missing_beside(shown)

    def _missing_beside(self, holders: frozenset[str | None]) -> tuple[str, ...]:
        """The nodes that lack an entry which these nodes hold. There are few different answers, and many entries."""
        if holders not in self._missing:
            self._missing[holders] = self.nodes.missing(holders)
        return self._missing[holders]

    def remaining(self, identity: Identity) -> int | None:
        """For how many seconds it will stay on every node that has it; None if a record does not say."""
        longest: dict[str | None, int] = {}
        for listed in self.of(identity):
            seconds = -1 if listed.remaining is None else listed.remaining
            longest[listed.node] = max(seconds, longest.get(listed.node, -1))
        shortest = min(longest.values(), default=-1)
        return shortest if shortest >= 0 else None

    def apply(self, changes: Mapping[Key, Record | None]) -> set[Identity]:
        """Take in changes.

        Args:
            changes: entries by key; None for those that are gone.

        Returns:
            The identities that were added or updated.
        """
        shown: set[Identity] = set()
        self._by_entry = None
        self._advance_clock(record for record in changes.values() if record is not None)
        for key, record in changes.items():
            self._drop(key)
            if record is not None:
                listed = self._put(key, record)
                nodes = self.seen.get(listed.identity, frozenset()) | {listed.node}
                # One set for all entries on the same nodes: there may be many thousands.
                self.seen[listed.identity] = self._same.setdefault(nodes, nodes)
                shown.add(listed.identity)
        return shown

    def _put(self, key: Key, record: Record) -> BlockListRecord:
        href = record.get("block_list_href")
        duration = record.get("block_list_entry_duration")
        duration = duration if isinstance(duration, int) else None
        listed = BlockListRecord(
            key,
            identity_of(record),
            key[0],
            str(href) if href else None,
            duration,
            self._clock,
            record,
        )
        self._listed[key] = listed
        self._by_identity.setdefault(listed.identity, []).append(listed)
        return listed

    def _drop(self, key: Key) -> None:
        listed = self._listed.pop(key, None)
        if listed is None:
            return
        left = [other for other in self._by_identity.pop(listed.identity) if other is not listed]
        if left:
            self._by_identity[listed.identity] = left

    def _advance_clock(self, records: Iterable[Record]) -> None:
        # The latest time at which a record was read is the SMC's present time in its own zone, or a little before it.
        # Thousands of records have the same one.
        texts = {str(record.get("reception_time")): record.get("reception_time") for record in records}
        times = map(_seconds, texts.values())
        self._clock = max((time for time in (self._clock, *times) if time is not None), default=None)


def _seconds(text: Any) -> float | None:
    """A time as the SMC prints it, in seconds. Only differences between such times mean something."""
    if isinstance(text, int) and not isinstance(text, bool):
        return text / 1000
    return _seconds_of(str(text)[:19])


@lru_cache(maxsize=4096)
def _seconds_of(text: str) -> float | None:
    # Cached, because entries that were added together have the same time.
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return None
    return (moment - datetime(1970, 1, 1)).total_seconds()  # noqa: DTZ001 (the zone is neither known nor needed)
