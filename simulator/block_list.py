# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""BLOCK_LIST: what the API adds and deletes, and what expires by itself."""

from __future__ import annotations

import base64
import ipaddress
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from . import delta_key
from .elements import Engine, Node
from .entry import Change, Entry, Named, Value
from .tables import Table

_PORT_MODES = {"predefined_tcp": (6, "TCP"), "predefined_udp": (17, "UDP")}


class RefusedEntryError(ValueError):
    """The server does not take this entry."""


class BlockListTable(Table):
    """The entries of an engine; each of its nodes holds each of them, unless one was lost there."""

    definition = "BLOCK_LIST"
    product_7 = True

    def __init__(self, engine: Engine, seed: int, start: int, *, product_7: bool) -> None:
        self.product_7 = product_7
        self.next_id = 1 if product_7 else 10_720_968_705
        self._tails: dict[str, dict[tuple[int, str], None]] = {}
        super().__init__(engine, seed, start)

    def first(self) -> Iterator[Entry]:
        """A few that somebody added before."""
        if self.engine.generated:
            return
        for number, seconds in enumerate((3_600, 86_400, 604_800)):
            source = f"203.0.113.{self.random.randint(1, 250)}/32" if number else "198.51.100.0/24"
            body = {
                "end_point1": {"address_mode": "address", "ip_network": source},
                "end_point2": {"address_mode": "any"},
                "duration": seconds,
            }
            if number == 2:
                body["end_point2"] = {"address_mode": "any", "port1": 80, "port2": 443, "port_mode": "predefined_tcp"}
            yield from self._entries(body, self.time - self.random.randint(60, 3_000) * 1000)

    def step(self) -> Iterator[Change]:
        """Whatever is over goes."""
        for entry in list(self.entries.values()):
            at, duration = entry.values["Timestamp"], entry.values["BlacklistEntryDuration"]
            if isinstance(at, int) and isinstance(duration, int) and at + duration * 1000 <= self.time:
                yield self.gone(entry)

    def add(self, body: Mapping[str, Any], now: int) -> list[Change]:
        """Add one entry of a request; with duration 0 it only cuts the present connection."""
        entries = self._entries(body, now)
        if not body.get("duration", 3_600):
            return []
        return [self.apply(Change("added", entry)) for entry in entries]

    def check(self, body: Mapping[str, Any]) -> None:
        """Raise for an entry that can't be added."""
        self._parse(body)

    def find(self, tail: str) -> list[Entry]:
        """The entry of that href, once a node."""
        return [self.entries[identity] for identity in self._tails.get(tail, ()) if identity in self.entries]

    def snapshot(self) -> list[Entry]:
        """The present entries; recorded, an entry that is ten days old was received when monitoring read it."""
        return [
            replace(entry, values={**entry.values, "ReceptionTime": self.time})
            if isinstance(read := entry.values["ReceptionTime"], int) and read < self.time
            else entry
            for entry in super().snapshot()
        ]

    def delete(self, tail: str) -> list[Change]:
        """Delete an entry from every node."""
        return [self.apply(self.gone(entry)) for entry in self.find(tail)]

    def flush(self) -> list[Change]:
        """Delete everything."""
        return [self.apply(self.gone(entry)) for entry in list(self.entries.values())]

    def lose(self, tail: str, node: Node) -> list[Change]:
        """One node of a cluster forgets an entry."""
        return [self.apply(self.gone(entry)) for entry in self.find(tail) if entry.node is node]

    def _entries(self, body: Mapping[str, Any], at: int) -> list[Entry]:
        parsed = self._parse(body)
        number, self.next_id = self.next_id, self.next_id + 1
        tail = base64.b64encode(str(number).encode()).decode()
        values: dict[str, Value] = {
            "Timestamp": at,
            "Blacklister": "Management Server",
            # On 6.2 the recorded name format had base64 of the href's tail, which is base64 itself.
            "BlacklistEntryId": Named(number, tail if self.product_7 else base64.b64encode(tail.encode()).decode()),
            "RefEvent": at,
            **parsed,
        }
        key = delta_key.encode(delta_key.number(number))
        word = "block_list" if self.product_7 else "blacklist"
        return [self.make(node, key, at, dict(values), href=f"{word}/{tail}") for node in self.engine.sorted_nodes()]

    def make(
        self, node: Node, key: str, at: int, values: dict[str, Value], *, delay: int = 2_000, href: str | None = None
    ) -> Entry:
        """As every table, with the tags of the product's version."""
        entry = super().make(node, key, at, values, delay=delay, href=href)
        if not self.product_7:
            entry.values["DataTags"] = Named([1, 300000007], "INFO: Blacklist Monitoring")
        if href is not None:
            self._tails.setdefault(href, {})[entry.identity] = None
        return entry

    def _parse(self, body: Mapping[str, Any]) -> dict[str, Value]:
        unknown = set(body) - {"end_point1", "end_point2", "duration", "firewall_list"}
        if unknown:
            raise RefusedEntryError(f"{min(unknown)} is not recognized as JSON attribute.")
        values: dict[str, Value] = {}
        for name, side in (("end_point1", "Source"), ("end_point2", "Destination")):
            point = body.get(name)
            if not isinstance(point, Mapping):
                raise RefusedEntryError(f"{name} is missing.")
            values |= _address(point, side, name)
            values |= _ports(point, side, name)
        duration = body.get("duration", 3_600)
        if isinstance(duration, bool) or not isinstance(duration, int) or duration < 0:
            raise RefusedEntryError(f"duration {duration!r} is not a number of seconds.")
        values["BlacklistEntryDuration"] = duration
        return values


def _address(point: Mapping[str, Any], side: str, name: str) -> dict[str, Value]:
    mode = point.get("address_mode")
    if mode == "any":
        return {f"BlacklistEntry{side}Ip": "0.0.0.0", f"BlacklistEntry{side}IpPrefixlen": 0}
    if mode != "address":
        raise RefusedEntryError(f"{name}: address_mode {mode!r} is not supported.")
    try:
        network = ipaddress.ip_network(str(point.get("ip_network")))
    except ValueError as error:
        raise RefusedEntryError(f"{name}: {error}.") from None
    return {
        f"BlacklistEntry{side}Ip": str(network.network_address),
        f"BlacklistEntry{side}IpPrefixlen": network.prefixlen,
    }


def _ports(point: Mapping[str, Any], side: str, name: str) -> dict[str, Value]:
    if "port1" not in point and point.get("port_mode") not in _PORT_MODES:
        return {}
    mode = point.get("port_mode", "predefined_tcp")
    if mode not in _PORT_MODES:
        raise RefusedEntryError(f"{name}: port_mode {mode!r} is not supported.")
    values: dict[str, Value] = {"BlacklistEntryProtocol": Named(*_PORT_MODES[mode])}
    if "port1" not in point:
        return values
    first = point["port1"]
    last = point.get("port2", first)
    if not isinstance(first, int) or not isinstance(last, int) or not 0 <= first <= last <= 65535:
        raise RefusedEntryError(f"{name}: ports {first}-{last} are not a range.")
    return {
        **values,
        f"BlacklistEntry{side}Port": first,
        f"BlacklistEntry{side}PortRange": last,
    }
