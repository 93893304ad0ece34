# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer to one fetch: its initial set in messages, with the scenario's signs of its end, and what follows."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

from .elements import Domain, Engine, Node
from .entry import ALL_SENT, Change, Entry, common
from .fields import ACTIVE_ALERTS
from .filters import Predicate
from .formats import Format
from .scenario import Scenario
from .world import World

_LOOK_AGAIN = 0.05


class Fetch:
    """One running fetch."""

    def __init__(
        self,
        number: int,
        definition: str,
        owner: Engine | Domain,
        form: Format,
        predicate: Predicate | None,
        quantity: int | None,
        world: World,
        scenario: Scenario,
    ) -> None:
        self.number = number
        self.definition = definition
        self.owner = owner
        self.form = form
        self.predicate = predicate
        self.quantity = quantity
        self.world = world
        self.scenario = scenario
        signals = set(scenario.end_signals)
        if definition == ACTIVE_ALERTS and not scenario.signals_on_alerts:
            # Neither a session event nor first_fetch was ever seen on an alert.
            signals &= {"end"}
        self.signals = signals
        self.first_flag = "first_fetch" in signals
        self.changes: asyncio.Queue[Change] = asyncio.Queue()
        self.sent_entries = 0
        self._loop = asyncio.get_running_loop()
        self._stop: Callable[[], None] = lambda: None

    @property
    def target(self) -> str:
        """The target's name."""
        return self.owner.name

    def close(self) -> None:
        """Stop listening."""
        self._stop()

    def _hear(self, change: Change) -> None:
        self._loop.call_soon_threadsafe(self.changes.put_nowait, change)

    def _silent(self) -> bool:
        """Whether nobody is there to answer."""
        return isinstance(self.owner, Engine) and not any(node.online for node in self.owner.nodes)

    # -- the initial set

    def _passing(self, entries: list[Entry]) -> list[Entry]:
        return entries if self.predicate is None else [entry for entry in entries if self.predicate(entry)]

    def _lines(self, entries: list[Entry], *, first: bool) -> list[str]:
        return [json.dumps(self.form.render(entry, first=first), separators=(",", ":")) for entry in entries]

    def _groups(self, entries: list[Entry]) -> list[list[Entry]]:
        """A node's entries after another's, or mixed; with the signs of the end among them."""
        nodes = self._nodes()
        by_node = {node.key: [entry for entry in entries if entry.node is node] for node in nodes}
        strangers = [entry for entry in entries if entry.node.key not in by_node]
        for node in nodes:
            own = by_node[node.key]
            if "event4_last" in self.signals and own:
                own[-1] = _with_event(own[-1])
            if "event4" in self.signals:
                own.append(self._all_sent(node))
        if self.scenario.batching == "per_node":
            return [*([strangers] if strangers else []), *(own for own in by_node.values() if own)]
        mixed = list(strangers)
        for number in range(max((len(own) for own in by_node.values()), default=0)):
            mixed += [own[number] for own in by_node.values() if number < len(own)]
        return [mixed]

    def _nodes(self) -> list[Node]:
        if isinstance(self.owner, Engine):
            return [node for node in self.owner.sorted_nodes() if node.online]
        return []

    def _all_sent(self, node: Node) -> Entry:
        assert isinstance(self.owner, Engine)
        values = common(self.definition, self.owner, node, self.world.clock.now)
        values["SessionEvent"] = ALL_SENT
        return Entry(self.definition, self.owner, node, "", values)

    def _bulk(self) -> Iterator[tuple[bytes, int]]:
        bulk = self.world.bulk(self.definition, self.owner)
        if bulk is None:
            return
        size = self.scenario.batch_size
        if self.predicate is None and self.form.only_texts and len(self.form.parts) <= 1:
            key = json.dumps([self.form.key, self.first_flag, size, self.scenario.unknown_fields])
            yield from bulk.chunks(self.form, size, first=self.first_flag, cache_key=key)
            return
        waiting: list[Entry] = []
        for entry in bulk.entries():
            if self.predicate is None or self.predicate(entry):
                waiting.append(entry)
                if len(waiting) == size:
                    yield ",".join(self._lines(waiting, first=self.first_flag)).encode(), size
                    waiting = []
        if waiting:
            yield ",".join(self._lines(waiting, first=self.first_flag)).encode(), len(waiting)

    # -- messages

    def _message(self, added: bytes = b"", updated: bytes = b"", deleted: bytes = b"") -> bytes:
        lists = [
            b'"%s":[%s]' % (name, content)
            for name, content in ((b"added", added), (b"updated", updated), (b"deleted", deleted))
            if content or not self.scenario.omit_empty_lists
        ]
        return b'{"fetch":%d,"records":{%s}}' % (self.number, b",".join(lists))

    def _end(self) -> bytes:
        return json.dumps({"fetch": self.number, "end": "end of data"}).encode()

    async def messages(self) -> AsyncIterator[bytes]:
        """Everything that is sent for this fetch."""
        for number in range(self.scenario.status_lines):
            yield json.dumps({"fetch": self.number, "status": ("Querying...", "Filtering...")[number % 2]}).encode()
        while self._silent():  # noqa: ASYNC110 (a node is set in any thread)
            # Nothing comes as long as the engine is away; then it comes as if the query was new.
            await asyncio.sleep(_LOOK_AGAIN)
        if self.scenario.empty_before:
            yield self._message()
            await asyncio.sleep(self.scenario.empty_before)
        with self.world.lock:
            entries = self._passing(self.world.entries(self.definition, self.owner))
            self._stop = self.world.listen(self.definition, self.owner, self._hear)
        if self.quantity is not None:
            async for message in self._limited(entries):
                yield message
            return
        for content, length in self._bulk():
            self.sent_entries += length
            yield self._message(added=content)
        groups = self._groups(entries)
        size = self.scenario.batch_size
        chosen = (
            next((group for group in groups if len(group) > 4), None) if self.scenario.live_during_initial else None
        )
        interlude: list[Change] = []
        if chosen is not None:
            size, interlude = min(size, len(chosen) // 2), _interlude(chosen)
        for group in groups:
            for begin in range(0, len(group), size):
                some = group[begin : begin + size]
                self.sent_entries += len(some)
                yield self._message(added=",".join(self._lines(some, first=self.first_flag)).encode())
                while interlude and group is chosen:
                    yield self._change(interlude.pop(0))
        if not self.sent_entries and self.scenario.empty_set == "message":
            yield self._message()
        if "end" in self.signals:
            yield self._end()
            return
        async for message in self._afterwards():
            yield message

    async def _limited(self, entries: list[Entry]) -> AsyncIterator[bytes]:
        """At most `quantity` entries, then the end."""
        left = self.quantity or 0
        bulk = self.world.bulk(self.definition, self.owner)
        if bulk is not None:
            wanted = (entry for entry in bulk.entries() if self.predicate is None or self.predicate(entry))
            entries = [entry for _unused, entry in zip(range(left), wanted, strict=False)] + entries
        entries = entries[:left]
        while entries:
            some, entries = entries[: self.scenario.batch_size], entries[self.scenario.batch_size :]
            self.sent_entries += len(some)
            left -= len(some)
            yield self._message(added=",".join(self._lines(some, first=self.first_flag)).encode())
        while left > 0:
            change = await self._next_change()
            if change is not None and change.kind == "added":
                left -= 1
                yield self._change(change)
        yield self._end()

    async def _next_change(self) -> Change | None:
        """The next change that passes the filter; None when a periodic message is due."""
        seconds = self.scenario.periodic_seconds
        while True:
            try:
                change = await asyncio.wait_for(self.changes.get(), seconds or None)
            except TimeoutError:
                return None
            if self.predicate is None or self.predicate(change.entry):
                return change

    async def _afterwards(self) -> AsyncIterator[bytes]:
        """Live changes, as many to a message as have come by then."""
        while True:
            change = await self._next_change()
            if change is None:
                yield self._message()
                continue
            waiting = [change]
            while not self.changes.empty() and len(waiting) < self.scenario.batch_size:
                another = self.changes.get_nowait()
                if self.predicate is not None and not self.predicate(another.entry):
                    continue
                if another.kind != waiting[-1].kind:
                    yield self._change(*waiting)
                    waiting = []
                waiting.append(another)
            yield self._change(*waiting)

    def _change(self, *changes: Change) -> bytes:
        kind = changes[0].kind
        if kind == "deleted" and self.scenario.deleted_records == "key":
            lines = [json.dumps({"delta_key": change.entry.key}) for change in changes]
        else:
            lines = self._lines([change.entry for change in changes], first=False)
        self.sent_entries += len(changes)
        content = ",".join(lines).encode()
        parts: dict[str, Any] = {kind: content}
        return self._message(**parts)


def _interlude(group: list[Entry]) -> list[Change]:
    """Live changes for amid the initial set, such that everything folded together gives the table as it is.

    One entry comes again as updated, a ghost comes and is deleted, and one is held back and comes as a live one.
    """
    again, held = group[0], group.pop(1)
    ghost = Entry(again.definition, again.engine, again.node, "Z2hvc3Q=", dict(again.values))
    group.insert(1, ghost)
    return [Change("updated", again), Change("deleted", ghost), Change("added", held)]


def _with_event(entry: Entry) -> Entry:
    return Entry(
        entry.definition, entry.engine, entry.node, entry.key, {**entry.values, "SessionEvent": ALL_SENT}, entry.href
    )
