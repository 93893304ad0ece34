# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The live table: added, updated and deleted records folded into the entries that are there now.

The list that a record stands in decides what happens to it, not the SessionEvent inside: engines send
updates (2) in the list of added entries. A delta_key names an entry within one node only, because two
nodes of a cluster give the same route or connection the same key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from .definitions import Definition
from .fields import CATALOGUE, EntryReader, Record
from .protocol import Message, Records

# What any record may carry besides the fields that make it an entry of its table.
_ENVELOPE = frozenset(
    (
        "session_event",
        "node_id",
        "comp_id",
        "sender_domain",
        "data_type",
        "data_tags",
        "timestamp",
        "reception_time",
        "ref_event",
        "info_msg",
    )
)

_ALL_SENT = frozenset(("4", 4))


@dataclass
class Growth:
    """What one message did to the table.

    added: entries not seen before. flagged: nodes that sent entries with first_fetch.
    unflagged: nodes that sent records without it. all_sent: the node of each "all sessions sent" mark;
    None where the mark names no node.
    """

    added: int = 0
    flagged: set[str | None] = field(default_factory=set)
    unflagged: set[str | None] = field(default_factory=set)
    all_sent: list[str | None] = field(default_factory=list)


class Table:
    """Entries by (node, delta_key), in order of first appearance.

    raw: keep what the SMC sent instead of named and typed entries.
    """

    def __init__(self, definition: Definition, raw: bool = False) -> None:
        self._reader = EntryReader(definition)
        own = (field.key for field in CATALOGUE if definition.name in field.definitions)
        self._own_keys = frozenset(own) - _ENVELOPE
        self._raw = raw
        self._entries: dict[tuple[Any, ...], Record] = {}
        self._unkeyed = 0
        self.lost_deletions = 0
        self._nodes: set[str | None] = set()

    def __len__(self) -> int:
        return len(self._entries)

    def entries(self) -> Iterator[Record]:
        return iter(self._entries.values())

    def items(self) -> Iterator[tuple[tuple[Any, ...], Record]]:
        """Keys and entries."""
        return iter(self._entries.items())

    def count_by_node(self, first: int | None = None) -> dict[str, int]:
        """Entries by node, of all or of so many first ones; the empty name stands for entries that name none."""
        counts: dict[str, int] = {}
        for key in islice(self._entries, first):
            node = str(key[0] or "")
            counts[node] = counts.get(node, 0) + 1
        return counts

    def tally(self, entries: Iterable[Record], keys: Sequence[str]) -> dict[str, dict[str, int]]:
        """How often each value occurs, by key, most frequent first; the empty text stands for a missing value."""
        counts: dict[str, Counter[str]] = {key: Counter() for key in keys}
        for values in self._reader.read(entries) if self._raw else entries:
            for key, counter in counts.items():
                value = values.get(key)
                counter["" if value is None else str(value)] += 1
        return {key: dict(counter.most_common()) for key, counter in counts.items()}

    def apply(self, message: Message) -> Growth:
        growth = Growth()
        before = len(self._entries)
        self._fold(message.added, growth, merge=False)
        self._fold(message.updated, growth, merge=True)
        growth.added = len(self._entries) - before
        self._nodes |= growth.flagged | growth.unflagged
        for entry in self._reader.read(message.deleted):
            key = self._deleted_key(entry)
            growth.unflagged.add(node_of(entry))
            if key is None:
                self.lost_deletions += 1
            else:
                self._entries.pop(key, None)
        return growth

    def changes(self, message: Message) -> dict[tuple[Any, ...], Record | None]:
        """Apply it, and tell what it changed: entries by their keys, None for what is gone."""
        touched = [
            (node_of(entry), entry.get("delta_key")) for entry in self._reader.read([*message.added, *message.updated])
        ]
        gone = [self._deleted_key(entry) for entry in self._reader.read(message.deleted)]
        self.apply(message)
        keys = dict.fromkeys([*touched, *(key for key in gone if key)])
        return {key: self._entries.get(key) for key in keys if key[1]}

    def _deleted_key(self, entry: Record) -> tuple[Any, ...] | None:
        """The key of what is deleted; None if that cannot be told."""
        node, delta_key = node_of(entry), entry.get("delta_key")
        if not delta_key:
            return None
        if node is None:
            # Whether such a record names its node is not public.
            holders = [known for known in self._nodes if (known, delta_key) in self._entries]
            if len(holders) > 1:
                return None
            node = holders[0] if holders else None
        return (node, delta_key)

    def _fold(self, records: Records, growth: Growth, merge: bool) -> None:
        entries, flagged, unflagged, raw = self._entries, growth.flagged, growth.unflagged, self._raw
        for record, entry in zip(records, self._reader.read(records)):
            get = entry.get
            node = get("node_id") or get("comp_id")
            first_fetch = entry.pop("first_fetch", False)
            if get("session_event") in _ALL_SENT:
                growth.all_sent.append(node)
                if not any(get(key) not in (None, "") for key in self._own_keys):
                    continue
            (flagged if first_fetch else unflagged).add(node)
            delta_key = get("delta_key")
            key: tuple[Any, ...] = (node, delta_key)
            if not delta_key:
                self._unkeyed += 1
                key = (node, None, self._unkeyed)
            kept = record if raw else entry
            # Whether an update is a whole entry or only what changed is not public: keeping what it
            # does not name is right for both.
            entries[key] = {**entries[key], **kept} if merge and key in entries else kept


def node_of(entry: Record) -> str | None:
    """The node that an entry is of: its sender, else its creator."""
    return entry.get("node_id") or entry.get("comp_id")
