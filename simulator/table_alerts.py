# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ACTIVE_ALERTS: the alerts of an administrative domain, from any of its engines."""

from __future__ import annotations

import random
from collections.abc import Iterator

from . import delta_key
from .elements import Domain, Engine, Node
from .entry import Change, Entry, Named, Value, common
from .tables import Table

SEVERITIES = {"Info": 1, "Low": 3, "High": 5, "Critical": 10}
# situation, its key, severity, action, its code, references
_SITUATIONS: tuple[tuple[str, int, str, str, int, list[str]], ...] = (
    ("HTTP_CS-Shared-Variables-Directory-Traversal", 76508, "High", "Terminate", 9, ["CVE-2017-9805"]),
    ("TLS_Certificate-Expired", 75112, "Low", "Permit", 11, []),
    ("Generic_Malicious-File", 78021, "Critical", "Terminate", 9, ["CVE-2021-44228", "CVE-2021-45046"]),
    ("Scan_Portscan-TCP", 71004, "Info", "Allow", 1, []),
    ("System_License-Expires", 60012, "Low", "Permit", 11, []),
)
_ANOTHER_EVERY_MS = 120_000
_LIFETIME_MS = 3_600_000


class AlertTable(Table):
    """Alerts which nobody has acknowledged yet."""

    definition = "ACTIVE_ALERTS"

    def __init__(self, domain: Domain, engines: list[Engine], seed: int, start: int) -> None:
        self.domain = domain
        self.senders = [engine for engine in engines if engine.busy and not engine.generated and engine.nodes[0].online]
        self.count = 0
        if self.senders:
            super().__init__(self.senders[0], seed, start)
        else:
            self.random, self.time, self.entries = random.Random(seed), start, {}

    def first(self) -> Iterator[Entry]:
        """Some of every kind, the critical ones rarest."""
        for number in range(9):
            yield self._alert(number % len(_SITUATIONS) if number != 7 else 3, self.time - (9 - number) * 200_000)

    def step(self) -> Iterator[Change]:
        """A new one every two minutes; old ones are acknowledged."""
        for entry in list(self.entries.values()):
            at = entry.values["Timestamp"]
            if isinstance(at, int) and self.time - at > _LIFETIME_MS:
                yield self.gone(entry)
        if self.time % _ANOTHER_EVERY_MS < 5_000 and self.senders:
            yield Change("added", self._alert(self.random.choice((0, 1, 3, 4)), self.time))

    def gone(self, entry: Entry) -> Change:
        """Alerts have no session event."""
        return Change("deleted", entry)

    def add(self, severity: str, situation: str, engine: Engine | None) -> list[Change]:
        """An alert on demand."""
        entry = self._alert(0, self.time, engine)
        entry.values["AlertSeverity"] = Named(SEVERITIES[severity], severity)
        entry.values["Situation"] = Named(79999, situation)
        return [self.apply(Change("added", entry))]

    def _alert(self, number: int, at: int, engine: Engine | None = None) -> Entry:
        situation, key, severity, action, action_code, references = _SITUATIONS[number]
        sender = engine or self.random.choice(self.senders)
        node: Node = sender.sorted_nodes()[0]
        self.count += 1
        src, dst = f"203.0.113.{self.random.randint(1, 254)}", sender.inside(self.random.randint(10, 30))
        sport = self.random.randint(1024, 65535)
        event = (at << 22) + self.count
        values: dict[str, Value] = {
            "Timestamp": at,
            "LogId": self.count,
            "Src": src,
            "Dst": dst,
            "Sport": sport,
            "Dport": 443,
            "Protocol": Named(6, "TCP"),
            "Srcif": Named(1, "Interface #1"),
            "Action": Named(action_code, action),
            "RuleId": Named(8619297190 + number, f"2097157.{number}"),
            "Facility": Named(51, "Inspection"),
            "Type": Named(6, "Notification"),
            "Alert": Named(900, "Default alert"),
            "Service": Named(375, "HTTPS"),
            "SenderType": Named(0, "Firewall"),
            "SitCategory": Named(40000001, "Successful Attacks" if severity == "Critical" else "Suspicious Traffic"),
            "Srczone": Named(97, "External"),
            "Dstzone": Named(96, "Internal"),
            "TlsDetected": True,
            "TlsDecrypted": None,
            "AlertSeverity": Named(SEVERITIES[severity], severity),
            "Situation": Named(key, situation),
            "VulnerabilityReferences": list(references),
            "EventId": event,
            "IpVersion": 4,
            "IpAttacker": src,
            "IpTarget": dst,
            "TcpHandshakeSeen": True,
        }
        entry_key = delta_key.encode(delta_key.number(event))
        merged = {**common(self.definition, sender, node, at + 2_000), **values}
        return Entry(self.definition, sender, node, entry_key, merged)
