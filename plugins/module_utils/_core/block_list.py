# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The block list of one engine as it is now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from .block_list_href import EntryPath, path_of
from .block_list_identity import Identity, identity_of
from .fields import Record
from .table import Key


class Listed(NamedTuple):
    """One record of a list. remaining: seconds, None if the record does not tell."""

    key: Key
    identity: Identity
    node: str | None
    href: str | None
    duration: int | None
    remaining: int | None
    record: Record


@dataclass(frozen=True)
class Nodes:
    """Which nodes must hold an entry. online: by name, None if that is not known. known: all of the engine's."""

    online: tuple[str, ...] | None = None
    known: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()

    def missing(self, holders: Collection[str | None]) -> tuple[str, ...]:
        """Where an entry is missing that these nodes hold; empty when it is everywhere."""
        expected = self.online or tuple(sorted(self.seen))
        if holders and not self.known.union(expected).issuperset(holders):
            # The records name their senders otherwise than the elements do, as of SMC 6.2 a cluster's records were seen
            # to bear one bare name: only what the list itself calls its nodes can be expected then.
            expected = tuple(sorted(self.seen))
        if len(expected) <= 1:
            return () if holders else expected or ("the engine",)
        return tuple(node for node in expected if node not in holders)


class BlockList:
    """The entries of one engine's list, by node and delta_key, as they are now.

    Feed it what changes; `seen` remembers which nodes showed an identity since, even if it has gone again.
    """

    def __init__(self, entries: Iterable[tuple[Key, Record]], nodes: Nodes) -> None:
        self.nodes = nodes
        self._listed: dict[Key, Listed] = {}
        self._by_identity: dict[Identity, list[Listed]] = {}
        # Made when it is asked for: additions never are, and it is dear.
        self._by_entry: dict[EntryPath, list[Listed]] | None = None
        self.seen: dict[Identity, frozenset[str | None]] = {}
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

    def all(self) -> list[Listed]:
        return list(self._listed.values())

    def of(self, identity: Identity) -> list[Listed]:
        """Every record of the identity: one a node, or more if it was added several times."""
        return list(self._by_identity.get(identity, ()))

    def at(self, entry: EntryPath) -> list[Listed]:
        """The records that this href names, one a node."""
        if self._by_entry is None:
            self._by_entry = {}
            for listed in self._listed.values():
                path = path_of(listed.href)
                if path:
                    self._by_entry.setdefault(path, []).append(listed)
        return self._by_entry.get(entry, [])

    def missing_on(self, identity: Identity) -> tuple[str, ...]:
        return self.nodes.missing({listed.node for listed in self.of(identity)})

    def not_shown_on(self, identity: Identity, anew: bool) -> tuple[str, ...]:
        """The nodes that have not shown it: anew, or at all."""
        shown = set(self.seen.get(identity, ()))
        if not anew:
            shown |= {listed.node for listed in self.of(identity)}
        return self.nodes.missing(shown)

    def remaining(self, identity: Identity) -> int | None:
        """For how many seconds it is on every node that has it, as far as that is known."""
        longest: dict[str | None, int] = {}
        for listed in self.of(identity):
            seconds = -1 if listed.remaining is None else listed.remaining
            longest[listed.node] = max(seconds, longest.get(listed.node, -1))
        shortest = min(longest.values(), default=-1)
        return shortest if shortest >= 0 else None

    def apply(self, changes: Mapping[Key, Record | None]) -> set[Identity]:
        """Take in changed entries, None for those that are gone. The identities that were added or updated."""
        shown: set[Identity] = set()
        self._by_entry = None
        self._advance_clock(record for record in changes.values() if record is not None)
        for key, record in changes.items():
            self._drop(key)
            if record is not None:
                listed = self._put(key, record)
                nodes = self.seen.get(listed.identity, frozenset()) | {listed.node}
                # Thousands of entries are on the same few nodes.
                self.seen[listed.identity] = self._same.setdefault(nodes, nodes)
                shown.add(listed.identity)
        return shown

    def _put(self, key: Key, record: Record) -> Listed:
        href = record.get("block_list_href")
        duration = record.get("block_list_entry_duration")
        duration = duration if isinstance(duration, int) else None
        listed = Listed(
            key,
            identity_of(record),
            key[0],
            str(href) if href else None,
            duration,
            self._remaining(record, duration),
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
        # The latest time that any record was read at: the SMC's now, in the SMC's zone, or a little before.
        times = [_seconds(record.get("reception_time")) for record in records]
        self._clock = max((time for time in (self._clock, *times) if time is not None), default=None)

    def _remaining(self, record: Record, duration: int | None) -> int | None:
        # A listed entry of duration 0 does exist in the record; nothing says when it ends.
        created = _seconds(record.get("timestamp"))
        if not duration or created is None or self._clock is None:
            return None
        return max(0, int(duration - max(0.0, self._clock - created)))


def _seconds(text: Any) -> float | None:
    """A time as the SMC prints it, in seconds; only differences between two of one record's mean something."""
    if isinstance(text, int) and not isinstance(text, bool):
        return text / 1000
    try:
        moment = datetime.fromisoformat(str(text)[:19])
    except ValueError:
        return None
    return (moment - datetime(1970, 1, 1)).total_seconds()  # noqa: DTZ001 (the zone is not known, nor needed)
