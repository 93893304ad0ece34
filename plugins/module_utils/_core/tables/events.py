# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Events: what happened in a followed table, one dictionary for each entry. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..schema.conditions import Conditions, SMCFilter, compared_alike
from ..schema.definitions import LOG, Definition
from ..schema.fields import Field
from ..schema.records import Key, Record
from .following import OF_THE_READING
from .table import Changes

Event = dict[str, Any]


# What an event can be about, in the order in which they can first come.
KINDS = ("connected", "initial", "added", "updated", "deleted", "lost", "heartbeat")


# Fields whose values an entry keeps as long as it exists, because they identify it: a condition on one of them can be
# sent to the SMC. Conditions on other fields are judged here, where an entry that begins or ceases to satisfy them is
# seen. None stands for all fields, where entries never change.
_CONSTANT_FIELDS: Mapping[str, frozenset[str] | None] = {
    "ACTIVE_ALERTS": None,
    "BLOCK_LIST": None,
    "CONNECTIONS": frozenset(("src", "dst", "sport", "dport")),
    "ROUTING": frozenset(("route_network",)),
}


# Of an entry whose fields were chosen, these are there all the same: they say which entry it is.
_ALWAYS_GIVEN = ("delta_key", "node_id", "block_list_href", "vpn_sa_href")


_ANY_ENTRY = Conditions(())


@dataclass(frozen=True)
class EntrySelection:
    """Which entries of a table are wanted, and what of them.

    Attributes:
        sent: Conditions that the SMC can judge.
        judged: Conditions that are judged here.
        fields: The fields that are wanted; empty for all. Only a change of one of these is a change.
        count_by: The field whose values group the entries that events count.
        expression: A further condition for the SMC, in its own language.
    """

    sent: Conditions = _ANY_ENTRY
    judged: Conditions = _ANY_ENTRY
    fields: Sequence[Field] = ()
    count_by: Field | None = None
    expression: str | None = None

    def requested_fields(self) -> Sequence[Field]:
        """The fields to ask the SMC for; empty for all."""
        counted = [self.count_by] if self.count_by else []
        return [*self.fields, *counted, *(tested for tested, _test in self.judged.tests)] if self.fields else ()

    def smc_filter(self) -> SMCFilter | None:
        sent = self.sent.smc_filter()
        if not self.expression:
            return sent
        translated = {"type": "translated", "value": self.expression}
        return {"type": "and", "values": [sent, translated]} if sent else translated

    def shown(self, entry: Record) -> Record:
        """What of the entry is wanted."""
        if not self.fields:
            return entry
        counted = [self.count_by] if self.count_by else []
        wanted = {*(field.key for field in (*self.fields, *counted)), *_ALWAYS_GIVEN}
        return {key: value for key, value in entry.items() if key in wanted}

    def changed(self, before: Record, now: Record) -> list[str]:
        """The keys of the wanted fields whose values differ, without those that every reading may show differently."""
        keys = {field.key for field in self.fields} if self.fields else {*before, *now}
        return sorted(key for key in keys - OF_THE_READING if before.get(key) != now.get(key))


def split_conditions(
    conditions: Conditions, definition: Definition, fields: Sequence[Field], count_by: Field | None = None
) -> EntrySelection:
    """The selection by these conditions, of which those go to the SMC that it judges as they would be judged here."""
    if definition is LOG:
        # Entries never change, but texts may be compared in another way by the SMC.
        return EntrySelection(*conditions.split(compared_alike), fields, count_by)
    constant = _CONSTANT_FIELDS.get(definition.name, frozenset())
    sent, judged = conditions.split(lambda field: constant is None or field.key in constant)
    return EntrySelection(sent, judged, fields, count_by)


@dataclass(frozen=True)
class EventWriter:
    """Writes the events of one table.

    Attributes:
        definition: The name of the table's definition.
        target: The engine or the domain.
        selection: Which entries are wanted.
        kinds: The kinds of events that are wanted.
        counts: How many entries there are with each value of the field that groups them.
    """

    definition: str
    target: str
    selection: EntrySelection = EntrySelection()
    kinds: Collection[str] = KINDS
    counts: Counter[str] = field(default_factory=Counter)

    def of_snapshot(self, entries: Iterable[tuple[Key, Record]], received_at: str) -> list[Event]:
        """An `initial` event for each entry that was there already. Must be called even if nobody wants them."""
        held = [(key, entry) for key, entry in entries if self.selection.judged.hold(entry)]
        for _key, entry in held:
            self.counts[self._group(entry)] += 1
        if "initial" not in self.kinds:
            return []
        return [self._entry("initial", key, entry, received_at) for key, entry in held]

    def of_changes(self, changes: Changes, received_at: str) -> Iterator[Event]:
        """The events of what has changed. An entry that came and went within one message is added, then deleted."""
        recovered = changes.recovered
        for event in self._counted(self._of_changes(changes, received_at)):
            if event["kind"] in self.kinds:
                event["recovered"] = recovered
                yield event

    def _counted(self, events: Iterable[Event]) -> Iterator[Event]:
        """The events, with the number of entries that are alike as it is after each."""
        for event in events:
            group = self._group(event["entry"])
            if event["kind"] == "updated":
                self._count(self._group(event["before"]), -1)
            self._count(group, -1 if event["kind"] == "deleted" else 1)
            if self.selection.count_by:
                event["count"] = self.counts[group]
            yield event

    def _count(self, group: str, more: int) -> None:
        self.counts[group] += more
        if not self.counts[group]:
            del self.counts[group]

    def _group(self, entry: Record) -> str:
        value = self.selection.count_by.value_in(entry) if self.selection.count_by else None
        return "" if value is None else str(value)

    def _of_changes(self, changes: Changes, received_at: str) -> Iterator[Event]:
        holds = self.selection.judged.hold
        for key, entry in changes.added.items():
            if holds(entry):
                yield self._entry("added", key, entry, received_at)
        for key, entry in changes.updated.items():
            yield from self._of_update(key, changes.before[key], entry, received_at)
        for key, entry in changes.deleted.items():
            if holds(entry):
                yield self._entry("deleted", key, entry, received_at)

    def _of_update(self, key: Key, before: Record, entry: Record, received_at: str) -> Iterator[Event]:
        """An entry that begins to satisfy the conditions is added, one that ceases to is deleted."""
        was, holds = self.selection.judged.hold(before), self.selection.judged.hold(entry)
        changed = self.selection.changed(before, entry)
        if was and holds and changed:
            event = self._entry("updated", key, entry, received_at)
            yield {**event, "before": self.selection.shown(before), "changed": changed}
        elif holds and not was:
            yield self._entry("added", key, entry, received_at)
        elif was and not holds:
            yield self._entry("deleted", key, before, received_at)

    def of_table(
        self, kind: str, received_at: str, message: str | None = None, recovered: bool = False
    ) -> Iterator[Event]:
        """An event about the table itself: `connected`, `lost` or `heartbeat`. message: a sentence for people."""
        if kind in self.kinds:
            yield {**self._event(kind, received_at), "message": message, "recovered": recovered}

    def _entry(self, kind: str, key: Key, entry: Record, received_at: str) -> Event:
        event = {**self._event(kind, received_at), "node": key[0], "entry": self.selection.shown(entry)}
        if self.selection.count_by:
            event["count"] = self.counts[self._group(entry)]
        return event

    def _event(self, kind: str, received_at: str) -> Event:
        return {
            "kind": kind,
            "definition": self.definition,
            "target": self.target,
            "node": None,
            "entry": None,
            "before": None,
            "changed": [],
            "count": None,
            "message": None,
            "received_at": received_at,
            "recovered": False,
        }
