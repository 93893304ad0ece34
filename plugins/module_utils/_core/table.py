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
    journal: where set, what changes is written there too, by the same keys; None for an entry that is gone.
    """

    def __init__(self, definition: Definition, raw: bool = False) -> None:
        self._reader = EntryReader(definition)
        own = (field.key for field in CATALOGUE if definition.name in field.definitions)
        self._own_keys = frozenset(own) - _ENVELOPE
        self._raw = raw
        self._entries: dict[tuple[Any, ...], Record] = {}
        self._unkeyed = 0
        self.lost_deletions = 0
        self.journal: dict[tuple[Any, ...], Record | None] | None = None

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
        read = self._reader.read if self._raw else dict
        counts: dict[str, Counter[str]] = {key: Counter() for key in keys}
        for entry in entries:
            values = read(entry)
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
        for record in message.deleted:
            entry = self._reader.read(record)
            node = node_of(entry)
            growth.unflagged.add(node)
            if entry.get("delta_key"):
                key = (node, entry["delta_key"])
                self._entries.pop(key, None)
                if self.journal is not None:
                    self.journal[key] = None
            else:
                self.lost_deletions += 1
        return growth

    def _fold(self, records: Records, growth: Growth, merge: bool) -> None:
        entries = self._entries
        for record in records:
            entry = self._reader.read(record)
            node = node_of(entry)
            first_fetch = entry.pop("first_fetch", False)
            if entry.get("session_event") in _ALL_SENT:
                growth.all_sent.append(node)
                if not any(entry.get(key) not in (None, "") for key in self._own_keys):
                    continue
            (growth.flagged if first_fetch else growth.unflagged).add(node)
            delta_key = entry.get("delta_key")
            key: tuple[Any, ...] = (node, delta_key)
            if not delta_key:
                self._unkeyed += 1
                key = (node, None, self._unkeyed)
            kept = record if self._raw else entry
            # Whether an update is a whole entry or only what changed is not public: keeping what it
            # does not name is right for both.
            entries[key] = {**entries[key], **kept} if merge and key in entries else kept
            if self.journal is not None:
                self.journal[key] = entries[key]


def node_of(entry: Record) -> str | None:
    """The node that an entry is of: its sender, else its creator."""
    return entry.get("node_id") or entry.get("comp_id")
