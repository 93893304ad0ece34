# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The live table: added, updated and deleted records folded into the entries that are there now.

The list that a record stands in decides what happens to it, not the SessionEvent inside: engines send
updates (2) in the list of added entries. A delta_key names an entry within one node only, because two
nodes of a cluster give the same route or connection the same key.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping, MutableMapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from itertools import compress, count, islice
from operator import itemgetter, not_
from typing import Any, Protocol, runtime_checkable

from ..api.protocol import FULL_MESSAGE, Message
from ..schema.conversion import Column
from ..schema.definitions import Definition
from ..schema.fields import CATALOGUE
from ..schema.records import Batch, EntryReader, Key, Record

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


def says_all_sent(event: Any) -> bool:
    """Whether a session event is 4, "all sessions sent"; in texts, enumerations are words."""
    return str(event).lower() in ("4", "all sessions sent")


@dataclass
class MessageSummary:
    """What one message told about the initial set.

    Attributes:
        added: How many entries it added that were not in the table before.
        seen: The nodes that sent records.
        flagged: The nodes that sent added records with first_fetch.
        unflagged: The nodes that sent added records without it.
        all_sent: The node of each "all sessions sent" mark; None where the mark names no node.
        deleted: The entries that it took out of the table, as they were.
    """

    added: int = 0
    seen: set[str | None] = field(default_factory=set)
    flagged: set[str | None] = field(default_factory=set)
    unflagged: set[str | None] = field(default_factory=set)
    all_sent: list[str | None] = field(default_factory=list)
    deleted: dict[Key, Record] = field(default_factory=dict)


@dataclass
class Changes:
    """What changed in a table: entries by their keys.

    An entry that came and went within one message is in `added` and in `deleted`.

    Attributes:
        added: Entries that were not in the table before.
        updated: Entries that were there already, as they are now.
        before: The entries in `updated`, as they were.
        deleted: Entries that are gone, as they were.
        recovered: Whether the channel was lost, so that this is the difference between two readings. What came and
            went in between is not known.
    """

    added: dict[Key, Record] = field(default_factory=dict)
    updated: dict[Key, Record] = field(default_factory=dict)
    deleted: dict[Key, Record] = field(default_factory=dict)
    recovered: bool = False
    before: dict[Key, Record] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.added or self.updated or self.deleted)

    def put(self, key: Key, before: Record | None, now: Record) -> None:
        """An entry that was added or updated. before: as it was in the table until now; None if it was not there."""
        if before is None or key in self.added:
            self.added[key] = now
        else:
            self.before.setdefault(key, before)
            self.updated[key] = now

    def by_key(self) -> dict[Key, Record | None]:
        """Entries as they are now, and None for those that are gone."""
        return {**self.added, **self.updated, **dict.fromkeys(self.deleted)}


@runtime_checkable
class CountsNodes(Protocol):
    """A store that knows a faster way to count than to look at every key."""

    def count_nodes(self) -> Mapping[str | None, int]:
        """How many entries are of each node."""


def tally(entries: Iterable[Record], keys: Sequence[str]) -> dict[str, dict[str, int]]:
    """How often each value of these keys occurs, the most frequent first; the empty text stands for a missing value."""
    counts: dict[str, Counter[str]] = {key: Counter() for key in keys}
    for values in entries:
        for key, counter in counts.items():
            value = values.get(key)
            counter["" if value is None else str(value)] += 1
    return {key: dict(counter.most_common()) for key, counter in counts.items()}


class Table:
    """Entries by (node, delta_key), in order of first appearance.

    Args:
        definition: The table's definition.
        raw: Keep what the SMC sent instead of named and typed entries.
        store: Where to keep the entries, if not in memory.
        numbers: Stand in for the delta_key of entries that have none.

    Attributes:
        lost_deletions: How many deletions did not tell which entry was meant, and so were not applied.
    """

    def __init__(
        self,
        definition: Definition,
        raw: bool = False,
        store: MutableMapping[Key, Record] | None = None,
        numbers: Iterator[int] | None = None,
    ) -> None:
        self._reader = EntryReader(definition)
        own = (field.key for field in CATALOGUE if definition.name in field.definitions)
        self._own_keys = frozenset(own) - _ENVELOPE
        self._raw = raw
        self._entries: MutableMapping[Key, Record] = {} if store is None else store
        self._numbers = count() if numbers is None else numbers
        self._keyless: deque[Key] | None = None
        self._keyless_limit = 0
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
        """How many entries are of each node; the empty name stands for entries that name none.

        Args:
            first: Count only this many, the first.
        """
        counts: dict[str, int] = {}
        if first is None and isinstance(self._entries, CountsNodes):
            by_node = self._entries.count_nodes()
        else:
            by_node = Counter(map(itemgetter(0), islice(self._entries, first)))
        for node, number in by_node.items():
            name = str(node or "")
            counts[name] = counts.get(name, 0) + number
        return counts

    def tally(self, entries: Iterable[Record], keys: Sequence[str]) -> dict[str, dict[str, int]]:
        """How often each value occurs, the most frequent first; the empty text stands for a missing value.

        Args:
            entries: Which entries, as this table has them.
            keys: The keys whose values are counted.
        """
        return tally(self.typed(entries), keys)

    def typed(self, entries: Iterable[Record]) -> Iterator[Record]:
        """Entries of this table with names and types, also if it keeps what the SMC sent; not in their order then."""
        left = iter(entries)
        if not self._raw:
            yield from left
        while some := [*islice(left, FULL_MESSAGE)]:
            for batch in self._reader.read(some):
                yield from batch.entries()

    def limit_keyless(self, most: int) -> None:
        """From now on, keep only this many of the entries without a delta_key that are added, the latest.

        No deletion can name such an entry, so it would stay for as long as the table is followed.
        """
        self._keyless = deque()
        self._keyless_limit = most

    def rename(self, key: Key, new: Key) -> None:
        """Give an entry another key."""
        self._entries[new] = self._entries.pop(key)

    def apply(self, message: Message) -> MessageSummary:
        """Fold a message of the initial set in."""
        summary = MessageSummary()
        before = len(self._entries)
        keys, entries = self._read(message.added, summary)
        reopened = {key for key in keys if key in self._entries} if message.deleted else set()
        self._entries.update(zip(keys, entries))
        self._update(message, summary)
        summary.added = len(self._entries) - before
        summary.deleted = self._delete(message, summary, reopened)
        return summary

    def changes(self, message: Message) -> Changes:
        """Fold a message in that came after the initial set, and tell what it changed."""
        summary, changes = MessageSummary(), Changes()
        for key, entry in zip(*self._read(message.added, summary)):
            changes.put(key, self._entries.get(key), entry)
            self._entries[key] = entry
        updated = set()
        for key, before, entry in self._update(message, summary):
            updated.add(key)
            changes.put(key, before, entry)
        changes.deleted.update(self._delete(message, summary, changes.updated.keys() - updated))
        self._drop_keyless(changes.added)
        return changes

    def _update(self, message: Message, summary: MessageSummary) -> list[tuple[Key, Record | None, Record]]:
        """Fold the updated records in. The key of each entry, what it was before, if it was there, and what it is now."""
        updated: list[tuple[Key, Record | None, Record]] = []
        if message.updated:
            for key, entry in zip(*self._read(message.updated, summary, known=True)):
                before = self._entries.get(key)
                # Whether an update is a whole entry or only what changed is not public: keeping what it
                # does not name is right for both.
                self._entries[key] = {**(before or {}), **entry}
                updated.append((key, before, self._entries[key]))
        return updated

    def _drop_keyless(self, added: Iterable[Key]) -> None:
        if self._keyless is None:
            return
        self._keyless.extend(key for key in added if isinstance(key[1], int))
        while len(self._keyless) > self._keyless_limit:
            self._entries.pop(self._keyless.popleft(), None)

    def _read(
        self, records: Sequence[Record], summary: MessageSummary, known: bool = False
    ) -> tuple[list[Key], list[Record]]:
        """Keys and entries, in the order of the records. known: as a rule, the entries are in the table already."""
        places: list[int] = []
        keys: list[Key] = []
        entries: list[Record] = []
        batches = self._reader.read(records)
        for read in batches:
            batch = self._without_marks(read, summary)
            nodes = self._holding_nodes(batch) if known else _nodes(batch)
            summary.seen.update(nodes)
            if batch.has("first_fetch"):
                flags = batch.column("first_fetch")
                summary.flagged.update(compress(nodes, flags))
                summary.unflagged.update(compress(nodes, map(not_, flags)))
            elif not known:
                # An update says nothing about the initial set: entries of it may be still to come.
                summary.unflagged.update(nodes)
            places += batch.places
            keys += zip(nodes, self._delta_keys(batch))
            entries += batch.records if self._raw else batch.entries()
        self._nodes |= summary.seen
        if len(batches) > 1:
            order = sorted(range(len(places)), key=places.__getitem__)
            keys, entries = [keys[number] for number in order], [entries[number] for number in order]
        return keys, entries

    def _without_marks(self, batch: Batch, summary: MessageSummary) -> Batch:
        """The batch without records that only say "all sessions sent"."""
        events = _texts(batch.column("session_event"))
        marks = frozenset(filter(says_all_sent, frozenset(events)))
        if not marks:
            return batch
        marked = [event in marks for event in events]
        summary.all_sent += compress(_nodes(batch), marked)
        own = [batch.column(key) for key in self._own_keys if batch.has(key)]
        return batch.select(
            [not mark or any(column[row] not in (None, "") for column in own) for row, mark in enumerate(marked)]
        )

    def _delta_keys(self, batch: Batch) -> Sequence[str | int]:
        """What identifies each entry within its node: its delta_key, else a number that no other entry has."""
        keys = _texts(batch.column("delta_key"))
        return keys if all(keys) else [key or next(self._numbers) for key in keys]

    def _delete(self, message: Message, summary: MessageSummary, reopened: AbstractSet[Key]) -> dict[Key, Record]:
        """Take the deleted records out.

        Args:
            reopened: Entries that were there before the message and are in its added records too. Such an entry was
                deleted first and then added again, since it could not be added while it was there; it stays.

        Returns:
            The entries that are gone, as they were.
        """
        gone: dict[Key, Record] = {}
        for read in self._reader.read(message.deleted):
            batch = self._without_marks(read, summary)
            nodes = self._holding_nodes(batch)
            summary.seen.update(nodes)
            for key in zip(nodes, _texts(batch.column("delta_key"))):
                if not key[1] or self._may_be_of_another_node(*key):
                    self.lost_deletions += 1
                    continue
                entry = None if key in reopened else self._entries.pop(key, None)
                if entry is not None:
                    gone[key] = entry
        return gone

    def _may_be_of_another_node(self, node: str | None, delta_key: str) -> bool:
        """Whether a deletion may mean an entry of another node: it names none, or one in a spelling that nothing else has."""
        if node is None:
            return len(self._holders(delta_key)) > 1
        return node not in self._nodes and bool(self._holders(delta_key))

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
    """The node of each entry: its sender, or else its creator."""
    senders = _texts(batch.column("node_id"))
    if all(senders):
        return senders
    return [sender or creator for sender, creator in zip(senders, _texts(batch.column("comp_id")))]


def _text(value: Any) -> Any:
    """A text or None unchanged; anything else as text, so that it can be a key."""
    return value if value is None or value.__class__ is str else str(value)


def _texts(column: Column) -> Column:
    """Each value as `_text` has it."""
    if set(map(type, column)) == {str}:
        return column
    return [_text(value) for value in column]
