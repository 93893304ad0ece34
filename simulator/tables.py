# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Live tables which change with time: connections, VPN SAs, users, SSL VPN sessions, routes, neighbours and alerts.

A table is made when somebody first looks at it, always as of the world's beginning, and then lives through the steps up
to now. What it holds at a moment therefore depends on the seed and the moment only.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

from .elements import LAYER3, Engine, Node
from .entry import REMOVED, UPDATED, Change, Entry, Value, common

STEP_MS = 5_000
# A table nobody looked at for longer than this forgets what was before.
_MOST_STEPS = 720


class Table:
    """The entries of one definition of one engine (or domain)."""

    definition = ""

    def __init__(self, engine: Engine, seed: int, start: int) -> None:
        self.engine = engine
        self.random = random.Random(f"{seed}/{engine.key}/{self.definition}")
        self.time = start
        self.entries: dict[tuple[int, str], Entry] = {}
        for entry in self.first():
            self.entries[entry.identity] = entry

    def first(self) -> Iterator[Entry]:
        """What is there at the beginning."""
        return iter(())

    def step(self) -> Iterator[Change]:
        """What changes in one step, at `self.time`."""
        return iter(())

    def advance(self, now: int) -> list[Change]:
        """Live up to `now`."""
        changes: list[Change] = []
        if now - self.time > _MOST_STEPS * STEP_MS:
            self.time += ((now - self.time) // STEP_MS - _MOST_STEPS) * STEP_MS
        while self.time + STEP_MS <= now:
            self.time += STEP_MS
            changes += [self.apply(change) for change in list(self.step())]
        return changes

    def apply(self, change: Change) -> Change:
        """Take a change into the table."""
        if change.kind == "deleted":
            self.entries.pop(change.entry.identity, None)
        else:
            self.entries[change.entry.identity] = change.entry
        return change

    def make(
        self, node: Node, key: str, at: int, values: dict[str, Value], *, delay: int = 2_000, href: str | None = None
    ) -> Entry:
        """An entry of this table; `at` is the engine's time, the Log Server's comes later."""
        return Entry(
            self.definition,
            self.engine,
            node,
            key,
            {**common(self.definition, self.engine, node, at + delay), **values},
            href,
        )

    def changed(self, entry: Entry, **values: Value) -> Change:
        """The entry with new values, under its old key."""
        merged = {**entry.values, "ReceptionTime": self.time, "SessionEvent": UPDATED, **values}
        return Change("updated", Entry(entry.definition, entry.engine, entry.node, entry.key, merged, entry.href))

    def gone(self, entry: Entry) -> Change:
        """The entry's end."""
        merged = {**entry.values, "ReceptionTime": self.time, "SessionEvent": REMOVED}
        return Change("deleted", Entry(entry.definition, entry.engine, entry.node, entry.key, merged, entry.href))

    def online_nodes(self) -> list[Node]:
        """The nodes that report."""
        return [node for node in self.engine.sorted_nodes() if node.online]

    def snapshot(self) -> list[Entry]:
        """The present entries of the nodes that report."""
        return [entry for entry in self.entries.values() if entry.node.online]


def layer3(engine: Engine) -> bool:
    """Whether the engine routes, and so has VPNs and users."""
    return engine.type in LAYER3
