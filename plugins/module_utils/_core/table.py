# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The live table: added, updated and deleted records folded into the entries that are there now.

The list that a record stands in decides what happens to it, not the SessionEvent inside: engines send
updates (2) in the list of added entries. A delta_key names an entry within one node only, because two
nodes of a cluster give the same route or connection the same key.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, MutableMapping, Sequence
from dataclasses import dataclass, field
from itertools import compress, count, islice
from operator import itemgetter
from typing import Any, Optional, Union

from .definitions import Definition
from .fields import CATALOGUE, Batch, Column, EntryReader, Record
from .protocol import FULL_MESSAGE, Message

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

# SessionEvent 4; in words, as other enumerations are resolved in texts.
_ALL_SENT = ("4", 4, "All sessions sent", "all sessions sent")

# The node and its delta_key; a number instead of the key where there is none.
Key = tuple[Optional[str], Union[str, int]]


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

    raw: keep what the SMC sent instead of named and typed entries. store: where to keep them, if not in memory.
    """

    def __init__(
        self, definition: Definition, raw: bool = False, store: MutableMapping[Key, Record] | None = None
    ) -> None:
        self._reader = EntryReader(definition)
        own = (field.key for field in CATALOGUE if definition.name in field.definitions)
        self._own_keys = frozenset(own) - _ENVELOPE
        self._raw = raw
        self._entries: MutableMapping[Key, Record] = {} if store is None else store
        self._numbers = count()
        self.lost_deletions = 0
        self._nodes: set[str | None] = set()

    def __len__(self) -> int:
        return len(self._entries)

    def entries(self) -> Iterator[Record]:
        return iter(self._entries.values())

    def items(self) -> Iterator[tuple[Key, Record]]:
        """Keys and entries."""
        return iter(self._entries.items())

    def count_by_node(self, first: int | None = None) -> dict[str, int]:
        """Entries by node, of all or of so many first ones; the empty name stands for entries that name none."""
        counts: dict[str, int] = {}
        for node, number in Counter(map(itemgetter(0), islice(self._entries, first))).items():
            name = str(node or "")
            counts[name] = counts.get(name, 0) + number
        return counts

    def tally(self, entries: Iterable[Record], keys: Sequence[str]) -> dict[str, dict[str, int]]:
        """How often each value occurs, by key, most frequent first; the empty text stands for a missing value."""
        counts: dict[str, Counter[str]] = {key: Counter() for key in keys}
        if self._raw:
            entries = self._typed(entries)
        for values in entries:
            for key, counter in counts.items():
                value = values.get(key)
                counter["" if value is None else str(value)] += 1
        return {key: dict(counter.most_common()) for key, counter in counts.items()}

    def _typed(self, records: Iterable[Record]) -> Iterator[Record]:
        """Records as sent, as entries with names and types; a few at a time, and not in their order."""
        left = iter(records)
        while some := [*islice(left, FULL_MESSAGE)]:
            for batch in self._reader.read(some):
                yield from batch.entries()

    def apply(self, message: Message) -> Growth:
        growth = Growth()
        self._apply(message, growth)
        return growth

    def changes(self, message: Message) -> dict[Key, Record | None]:
        """Apply it, and tell what it changed: entries by their keys, None for what is gone."""
        return {key: self._entries.get(key) for key in self._apply(message, Growth())}

    def _apply(self, message: Message, growth: Growth) -> list[Key]:
        """Folds a message in. Returns the keys of the entries that it names."""
        before = len(self._entries)
        touched, entries = self._read(message.added, growth)
        self._entries.update(zip(touched, entries))
        self._nodes |= growth.flagged | growth.unflagged
        if message.updated:
            updated, entries = self._read(message.updated, growth, known=True)
            for key, entry in zip(updated, entries):
                # Whether an update is a whole entry or only what changed is not public: keeping what it
                # does not name is right for both.
                self._entries[key] = {**self._entries.get(key, {}), **entry}
            touched += updated
        growth.added = len(self._entries) - before
        for batch in self._reader.read(message.deleted):
            touched += self._delete(batch, growth)
        return touched

    def _read(self, records: Sequence[Record], growth: Growth, known: bool = False) -> tuple[list[Key], list[Record]]:
        """Keys and entries, in the order of the records. known: of entries that are there already, as a rule."""
        places: list[int] = []
        keys: list[Key] = []
        entries: list[Record] = []
        batches = self._reader.read(records)
        for read in batches:
            batch = self._without_marks(read, growth)
            nodes = self._holding_nodes(batch) if known else _nodes(batch)
            if not batch.has("first_fetch"):
                growth.unflagged.update(nodes)
            else:
                flags = batch.column("first_fetch")
                growth.flagged.update(compress(nodes, flags))
                growth.unflagged.update(node for node, flag in zip(nodes, flags) if not flag)
            places += batch.places
            keys += zip(nodes, self._delta_keys(batch))
            entries += batch.records if self._raw else batch.entries()
        if len(batches) > 1:
            order = sorted(range(len(places)), key=places.__getitem__)
            keys, entries = [keys[number] for number in order], [entries[number] for number in order]
        return keys, entries

    def _without_marks(self, batch: Batch, growth: Growth) -> Batch:
        """The batch without records that only say "all sessions sent"."""
        events = batch.column("session_event")
        if not any(mark in events for mark in _ALL_SENT):
            return batch
        marked = [event in _ALL_SENT for event in events]
        growth.all_sent += compress(_nodes(batch), marked)
        own = [batch.column(key) for key in self._own_keys if batch.has(key)]
        return batch.select(
            [not mark or any(column[row] not in (None, "") for column in own) for row, mark in enumerate(marked)]
        )

    def _delta_keys(self, batch: Batch) -> Sequence[str | int]:
        """What identifies each entry within its node: its delta_key, else a number that no other entry has."""
        keys = _texts(batch.column("delta_key"))
        return keys if all(keys) else [key or next(self._numbers) for key in keys]

    def _delete(self, read: Batch, growth: Growth) -> list[Key]:
        touched = []
        batch = self._without_marks(read, growth)
        nodes = self._holding_nodes(batch)
        growth.unflagged.update(nodes)
        for key in zip(nodes, _texts(batch.column("delta_key"))):
            if not key[1] or (key[0] is None and len(self._holders(key[1])) > 1):
                self.lost_deletions += 1
            else:
                self._entries.pop(key, None)
                touched.append(key)
        return touched

    def _holding_nodes(self, batch: Batch) -> Sequence[str | None]:
        """The node of each record; where it names none, the one node that has an entry with its delta_key.

        Whether an update or a deletion names its node is not public.
        """
        nodes = _nodes(batch)
        if all(nodes):
            return nodes
        found = []
        for node, delta_key in zip(nodes, _texts(batch.column("delta_key"))):
            holders = [node] if node else self._holders(delta_key)
            found.append(holders[0] if len(holders) == 1 else None)
        return found

    def _holders(self, delta_key: str | None) -> list[str | None]:
        return [node for node in self._nodes if delta_key and (node, delta_key) in self._entries]


def _nodes(batch: Batch) -> Sequence[str | None]:
    """The node that each entry is of: its sender, else its creator."""
    senders = _texts(batch.column("node_id"))
    if all(senders):
        return senders
    return [sender or creator for sender, creator in zip(senders, _texts(batch.column("comp_id")))]


def node_of(entry: Record) -> str | None:
    """The node that an entry is of."""
    node: str | None = _text(entry.get("node_id")) or _text(entry.get("comp_id"))
    return node


def _text(value: Any) -> Any:
    """Itself if it is a text or missing; anything else as text, so that it can be a key."""
    return value if value is None or value.__class__ is str else str(value)


def _texts(column: Column) -> Column:
    """Each value as `_text` has it."""
    if set(map(type, column)) == {str}:
        return column
    return [_text(value) for value in column]
