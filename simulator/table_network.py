# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ROUTING and NEIGHBORS: each node of a cluster has its own, with the same keys."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator

from . import delta_key
from .elements import Node
from .entry import Change, Entry, Named, Value
from .tables import Table, layer3

_ROUTE_TYPES = {"Connected": 0, "Static": 1, "Dynamic": 2}
_FLAP_EVERY_MS = 300_000
_NEIGHBOR_STATES = ("Reachable", "Stale", "Delay")


def interface(number: int) -> Named:
    """An interface as texts print it."""
    return Named(number, f"Interface #{number}")


class RoutingTable(Table):
    """Connected, static and dynamic routes."""

    definition = "ROUTING"

    def first(self) -> Iterator[Entry]:
        """Every node has them all."""
        if not layer3(self.engine):
            return
        for node in self.engine.sorted_nodes():
            yield self.route(node, f"{self.engine.inside(0)}/24", None, "Connected", 0)
            yield self.route(
                node, f"{ipaddress.ip_network(self.engine.outside + '/30', strict=False)}", None, "Connected", 1
            )
            yield self.route(node, "0.0.0.0/0", "192.0.2.254", "Static", 1)
            yield self.route(node, "10.200.0.0/16", self.engine.inside(254), "Static", 0)
            if not self.engine.generated:
                for number in range(4):
                    yield self.route(node, f"172.{20 + number}.0.0/16", "192.0.2.250", "Dynamic", 1, 20 + number)
                yield self.route(node, f"2001:db8:{self.engine.network:x}::/48", None, "Connected", 0)

    def step(self) -> Iterator[Change]:
        """A dynamic route changes its metric now and then."""
        if self.time % _FLAP_EVERY_MS >= 5_000:
            return
        dynamic = [entry for entry in self.entries.values() if entry.values["RouteType"] == Named(2, "Dynamic")]
        if dynamic:
            yield self.changed(self.random.choice(dynamic), RouteMetric=self.random.randint(20, 60))

    def route(self, node: Node, network: str, gateway: str | None, kind: str, port: int, metric: int = 0) -> Entry:
        """One route of one node; recorded connected ones had neither time nor gateway."""
        address, _unused, length = network.partition("/")
        values: dict[str, Value] = {
            "Dstif": interface(port),
            "RouteNetwork": address,
            "RouteNetmask": int(length),
            "RouteMetric": metric,
        }
        if gateway:
            values["RouteGateway"] = gateway
        values["RouteType"] = Named(_ROUTE_TYPES[kind], kind)
        key = delta_key.encode(delta_key.ABSENT, delta_key.network(address), delta_key.number(int(length)))
        return self.make(node, key, self.time, values)

    def change(self, network: str, *, gateway: str | None = None, remove: bool = False) -> list[Change]:
        """Give a network another gateway (a new static route when there was none), or take it away; on every node."""
        address, _unused, length = network.partition("/")
        changes: list[Change] = []
        for node in self.engine.sorted_nodes():
            present = next(
                (
                    entry
                    for entry in self.entries.values()
                    if entry.node is node
                    and (entry.values["RouteNetwork"], entry.values["RouteNetmask"]) == (address, int(length))
                ),
                None,
            )
            if present is not None and remove:
                changes.append(self.apply(self.gone(present)))
            elif present is not None:
                changes.append(self.apply(self.changed(present, RouteGateway=gateway)))
            elif not remove:
                changes.append(self.apply(Change("added", self.route(node, network, gateway, "Static", 1))))
        return changes


class NeighborTable(Table):
    """ARP and neighbour discovery entries."""

    definition = "NEIGHBORS"

    def first(self) -> Iterator[Entry]:
        """IPv4 neighbours on two interfaces, some IPv6."""
        for node in self.engine.sorted_nodes():
            yield self._neighbor(node, "192.0.2.254", 1)
            for number in range(2 if self.engine.generated else self.random.randint(4, 12)):
                yield self._neighbor(node, self.engine.inside(20 + number), 0)
            if not self.engine.generated:
                for number in (1, 2):
                    yield self._neighbor(node, f"2001:db8:{self.engine.network:x}::{number}", 0)

    def step(self) -> Iterator[Change]:
        """States change."""
        for entry in list(self.entries.values()):
            if self.random.random() < 0.02:
                number = self.random.randrange(3)
                yield self.changed(entry, NeighborState=Named(number, _NEIGHBOR_STATES[number]))

    def _neighbor(self, node: Node, address: str, port: int) -> Entry:
        version = ipaddress.ip_address(address).version
        mac = ":".join(f"{byte:02x}" for byte in (0, 0, 0x5E, 0, 0x53, self.random.randrange(256)))
        values: dict[str, Value] = {
            "InfoMsg": "",
            "NeighborState": Named(0, "Reachable"),
            "NeighborInterface": interface(port),
            "NeighborProtocol": Named(version, f"IPv{version}"),
            "NeighborL3Data": address,
            "NeighborL2Data": mac,
        }
        return self.make(node, delta_key.encode(delta_key.address(address), delta_key.number(port)), self.time, values)
