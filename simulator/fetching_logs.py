# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The answer to one fetch on the log socket: stored entries with their end, or current ones as they come."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from typing import Any

from .elements import Domain
from .entry import Change, Entry
from .fields import LOG
from .filters import Predicate
from .formats import Format
from .scenario import Scenario
from .world import World


class LogFetch:
    """One running fetch of logs. On this socket `records` is a plain list."""

    definition = LOG

    def __init__(
        self,
        number: int,
        domain: Domain,
        form: Format,
        predicate: Predicate | None,
        query: Mapping[str, Any],
        fetch: Mapping[str, Any],
        world: World,
        scenario: Scenario,
    ) -> None:
        self.number = number
        self.domain = domain
        self.form = form
        self.predicate = predicate
        self.query = query
        self.fetch = fetch
        self.world = world
        self.scenario = scenario
        self.sent_entries = 0
        self._changes: asyncio.Queue[Change] = asyncio.Queue()
        self._loop = asyncio.get_running_loop()
        self._stop: Callable[[], None] = lambda: None
        # A current fetch ignores times, quantity and direction, as the vendor's client says.
        self.current = query.get("type") == "current"
        if self.current:
            with world.lock:
                world.log(domain)
                self._stop = world.listen(LOG, domain, self._hear)

    @property
    def target(self) -> str:
        """The domain's name."""
        return self.domain.name

    def close(self) -> None:
        """Stop listening."""
        self._stop()

    async def messages(self) -> AsyncIterator[bytes]:
        """Everything that is sent for this fetch."""
        messages = self._current() if self.current else self._stored()
        async for message in messages:
            yield message

    async def _stored(self) -> AsyncIterator[bytes]:
        for status in ("Querying...", "Filtering..."):
            yield json.dumps({"fetch": self.number, "status": status}).encode()
        entries = self._chosen()
        if not entries:
            yield self._message([])
        while entries:
            some, entries = entries[: self.scenario.batch_size], entries[self.scenario.batch_size :]
            yield self._message(some)
        yield json.dumps({"fetch": self.number, "end": "end of data"}).encode()

    def _chosen(self) -> list[Entry]:
        start, end = int(self.query.get("start_ms") or 0), int(self.query.get("end_ms") or 0)
        backwards = bool(self.fetch.get("backwards", True))
        with self.world.lock:
            found = self.world.log(self.domain).stored(start, end, backwards=backwards)
        passing = [entry for entry in found if self._passes(entry)]
        quantity = self.fetch.get("quantity")
        return passing if quantity is None else passing[: int(quantity)]

    async def _current(self) -> AsyncIterator[bytes]:
        while True:
            waiting = [(await self._changes.get()).entry]
            while not self._changes.empty() and len(waiting) < self.scenario.batch_size:
                waiting.append(self._changes.get_nowait().entry)
            passing = [entry for entry in waiting if self._passes(entry)]
            if passing:
                yield self._message(passing)

    def _hear(self, change: Change) -> None:
        self._loop.call_soon_threadsafe(self._changes.put_nowait, change)

    def _passes(self, entry: Entry) -> bool:
        return self.predicate is None or self.predicate(entry)

    def _message(self, entries: list[Entry]) -> bytes:
        self.sent_entries += len(entries)
        records = [self.form.render(entry) for entry in entries]
        return json.dumps({"fetch": self.number, "records": records}, separators=(",", ":")).encode()
