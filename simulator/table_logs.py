# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""LOG: the log of an administrative domain, in which entries come and stay for an hour.

Recorded records of the log socket have no delta_key, so these have none; the table's own keys are never sent.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any

from .elements import Domain, Engine
from .entry import Change, Entry, Named, Value, common
from .fields import LOG
from .tables import STEP_MS, Table

_KEPT_MS = 3_600_000
ACTIONS = {"Allow": 1, "Discard": 2, "Refuse": 3, "Permit": 11, "Terminate": 9}
# action, event, service, its key, destination port
_KINDS: tuple[tuple[str, str, str, int, int], ...] = (
    ("Allow", "New connection", "HTTPS", 375, 443),
    ("Allow", "Connection closed", "HTTPS", 375, 443),
    ("Discard", "Connection discarded", "Telnet", 401, 23),
    ("Allow", "New connection", "DNS (UDP)", 380, 53),
    ("Refuse", "Connection refused", "SMB", 402, 445),
)


class LogTable(Table):
    """The log of a domain: the newest entry is the last one."""

    definition = LOG

    def __init__(self, domain: Domain, engines: list[Engine], seed: int, start: int) -> None:
        self.domain = domain
        self.senders = [engine for engine in engines if engine.busy and not engine.generated and engine.nodes[0].online]
        self.count = 0
        self.random, self.time = random.Random(f"{seed}/{domain.key}/{LOG}"), start
        self.entries = {}
        for entry in self.first():
            self.apply(Change("added", entry))

    def first(self) -> Iterator[Entry]:
        """One entry for each step of the last hour."""
        if self.senders:
            for number in range(_KEPT_MS // STEP_MS, 0, -1):
                yield self._entry(self.time - number * STEP_MS)

    def step(self) -> Iterator[Change]:
        """Another one comes; the oldest ones go without a word."""
        for entry in list(self.entries.values()):
            at = entry.values["Timestamp"]
            if not isinstance(at, int) or self.time - at <= _KEPT_MS:
                break
            del self.entries[_number(entry)]
        if self.senders:
            yield Change("added", self._entry(self.time))

    def apply(self, change: Change) -> Change:
        """Entries have no keys, so their numbers tell them apart."""
        self.entries[_number(change.entry)] = change.entry
        return change

    def add(self, engine: Engine, values: dict[str, Any]) -> list[Change]:
        """An entry on demand. values: those of its fields that matter, by the fields' names."""
        if "Action" in values:
            values = {**values, "Action": Named(ACTIONS[values["Action"]], values["Action"])}
        return [self.apply(Change("added", self._entry(self.time, engine, values)))]

    def stored(self, start: int, end: int, *, backwards: bool) -> list[Entry]:
        """The entries of a time, 0 being open; the newest first if backwards."""
        found = [entry for entry in self.entries.values() if _within(entry.values["Timestamp"], start, end)]
        return found[::-1] if backwards else found

    def _entry(self, at: int, engine: Engine | None = None, changed: dict[str, Any] | None = None) -> Entry:
        sender = engine or self.random.choice(self.senders)
        node = sender.sorted_nodes()[0]
        self.count += 1
        action, event, service, service_key, port = _KINDS[self.count % len(_KINDS)]
        values: dict[str, Value] = {
            "Timestamp": at,
            "LogId": self.count,
            "Event": event,
            "Src": sender.inside(self.random.randint(10, 30)),
            "Dst": f"203.0.113.{self.random.randint(1, 254)}",
            "Sport": self.random.randint(1024, 65535),
            "Dport": port,
            "Protocol": Named(17, "UDP") if port == 53 else Named(6, "TCP"),
            "Action": Named(ACTIONS[action], action),
            "RuleId": Named(8619297190 + ACTIONS[action], f"2097157.{ACTIONS[action]}"),
            "Facility": Named(6, "Packet filtering"),
            "Type": Named(6, "Notification"),
            "Service": Named(service_key, service),
            "SenderType": Named(0, "Firewall"),
            "EventId": (at << 22) + self.count,
            "IpVersion": 4,
        }
        if event == "Connection closed":
            values |= {"AccElapsed": 12, "AccTxBytes": 4_200, "AccRxBytes": 81_000}
        merged = {**common(LOG, sender, node, at + 2_000), **values, **(changed or {})}
        return Entry(LOG, sender, node, "", merged)


def _number(entry: Entry) -> tuple[int, str]:
    return entry.node.key, str(entry.values["LogId"])


def _within(at: Value, start: int, end: int) -> bool:
    return isinstance(at, int) and start <= at and (not end or at <= end)
