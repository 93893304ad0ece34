# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""CONNECTIONS: connections that come, change state and go."""

from __future__ import annotations

from collections.abc import Iterator

from . import delta_key
from .elements import Node
from .entry import Change, Entry, Named, Value
from .tables import Table

# service, protocol, its number, port, application
SERVICES: tuple[tuple[str, str, int, int | None, str], ...] = (
    ("HTTPS", "TCP", 6, 443, "TLS"),
    ("HTTPS", "TCP", 6, 443, "Office 365"),
    ("Dumb HTTP", "TCP", 6, 80, "HTTP"),
    ("DNS (UDP)", "UDP", 17, 53, "DNS"),
    ("NTP (UDP)", "UDP", 17, 123, "NTP"),
    ("SSH", "TCP", 6, 22, "SSH"),
    ("SMTP", "TCP", 6, 25, "SMTP"),
    ("Remote Desktop", "TCP", 6, 3389, "RDP"),
    ("Ping", "ICMP", 1, None, "ICMP"),
)
STATES = {
    "TCP": (
        "TCP established",
        "TCP established",
        "TCP established",
        "TCP time wait",
        "TCP close wait",
        "TCP syn ack seen",
    ),
    "UDP": ("UDP established",),
    "ICMP": ("ICMP echo", "ICMP reply wait"),
}
STATE_CODES = {
    name: code for code, name in enumerate(sorted({state for states in STATES.values() for state in states}), 1)
}


def state(name: str) -> Named:
    """A connection state with its code."""
    return Named(STATE_CODES[name], name)


def connection_values(
    src: str, dst: str, sport: int | None, service_number: int, at: int, nat: str, nat_port: int
) -> dict[str, Value]:
    """The fields of a connection, in the order of the recorded one."""
    service, protocol, number, dport, application = SERVICES[service_number]
    values: dict[str, Value] = {
        "Timestamp": at,
        "Src": src,
        "Dst": dst,
        "Sport": sport,
        "Dport": dport,
        "Protocol": Named(number, protocol),
        "NatSrc": nat,
        "NatSport": nat_port if sport else None,
        "Service": Named(370 + service_number, service),
        "Srczone": Named(96, "Internal"),
        "Dstzone": Named(97, "External"),
        "State": state(STATES[protocol][0]),
        "IpsAppid": Named(786432 + service_number, application),
        "1028": at,
        "SrcAddrs": src,
        "DstAddrs": dst,
    }
    return {name: value for name, value in values.items() if value is not None}


class ConnectionTable(Table):
    """A few dozen connections; a fixed crowd is added by the bulk table."""

    definition = "CONNECTIONS"

    def first(self) -> Iterator[Entry]:
        """Connections opened over the last quarter of an hour."""
        nodes = self.engine.sorted_nodes()
        for _unused in range(self.random.randint(5, 12) if self.engine.generated else self.random.randint(28, 55)):
            yield self._connection(self.random.choice(nodes), self.time - self.random.randint(1, 900) * 1000)
        if len(nodes) > 1:
            # State synchronisation: the other node has the same connection, under the same key.
            twin = self._connection(nodes[0], self.time - 60_000)
            yield twin
            yield self.make(nodes[1], twin.key, self.time - 60_000, {**twin.values, **_sender(nodes[1])})

    def step(self) -> Iterator[Change]:
        """About one in fifteen goes, as many come, some change state."""
        nodes = self.engine.sorted_nodes()
        for entry in list(self.entries.values()):
            chance = self.random.random()
            if chance < 0.065:
                yield self.gone(entry)
                yield Change("added", self._connection(self.random.choice(nodes), self.time, delay=500))
            elif chance < 0.1:
                protocol = entry.values["Protocol"]
                name = protocol.text if isinstance(protocol, Named) else "TCP"
                yield self.changed(entry, State=state(self.random.choice(STATES[name])))

    def _connection(self, node: Node, at: int, delay: int = 2_000) -> Entry:
        while True:
            number = self.random.randrange(len(SERVICES))
            src = self.engine.inside(self.random.randint(10, 250))
            dst = f"203.0.113.{self.random.randint(1, 254)}"
            _unused, protocol, code, dport, _unused = SERVICES[number]
            sport = None if dport is None else self.random.randint(1024, 65535)
            key = delta_key.connection(src, dst, code, sport, dport)
            if (node.key, key) not in self.entries:
                break
        values = connection_values(src, dst, sport, number, at, self.engine.outside, self.random.randint(1024, 65535))
        values["State"] = state(self.random.choice(STATES[protocol]))
        return self.make(node, key, at, values, delay=delay)


def _sender(node: Node) -> dict[str, Value]:
    sender = Named(node.key, node.name)
    return {"CompId": sender, "NodeId": sender}
