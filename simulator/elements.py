# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The elements of the simulated SMC: administrative domains, engines and their nodes."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

ENGINE_TYPES: dict[str, str] = {
    "single_fw": "firewall_node",
    "fw_cluster": "firewall_node",
    "cloud_single_fw": "firewall_node",
    "single_layer2": "fwlayer2_node",
    "layer2_cluster": "fwlayer2_node",
    "single_ips": "ips_node",
    "ips_cluster": "ips_node",
    "master_engine": "master_node",
    "virtual_fw": "virtual_fw_node",
    "virtual_fw_layer2": "virtual_fwlayer2_node",
    "virtual_ips": "virtual_ips_node",
}
LAYER3 = frozenset({"single_fw", "fw_cluster", "cloud_single_fw", "virtual_fw"})
JINJA_NAME = "{{ lookup('pipe','id') }}"


@dataclass(frozen=True)
class Domain:
    """An administrative domain."""

    key: int
    name: str


@dataclass(eq=False)
class Node:
    """A member of an engine."""

    key: int
    name: str
    node_id: int
    type: str
    online: bool = True
    configuration_status: str = "Installed"
    disabled: bool = False
    version: str = "7.1.2 build 29105"


@dataclass(eq=False)
class Engine:
    """`nodes` are in the order in which JSON shows them, which need not be that of their ids."""

    key: int
    name: str
    type: str
    domain: Domain
    nodes: list[Node]
    network: int
    comment: str = ""
    location: str | None = None
    policy: str = "Branch policy"
    busy: bool = True
    generated: bool = False
    master: Engine | None = None
    edition: int = 1
    interfaces: list[tuple[int, str, str]] = field(default_factory=list)

    @property
    def address(self) -> str:
        """The management address."""
        return f"10.{self.network >> 8 & 255}.{self.network & 255}.1"

    def inside(self, host: int) -> str:
        """A host behind the engine."""
        return f"10.{self.network >> 8 & 255}.{self.network & 255}.{host}"

    @property
    def outside(self) -> str:
        """The address towards the Internet."""
        return f"198.18.{self.network >> 8 & 255}.{self.network & 255}"

    def sorted_nodes(self) -> list[Node]:
        """Node 1 first."""
        return sorted(self.nodes, key=lambda node: node.node_id)


class Elements:
    """All engines, findable by key and by name."""

    def __init__(
        self, *, engines: int, jinja: bool, extra: Iterable[tuple[str, str, str]], version: str, seed: int
    ) -> None:
        self._key = 1562
        self._version = version
        self._random = random.Random(f"{seed}/elements")
        self.domains = {name: Domain(key, name) for key, name in ((1, "Shared Domain"), (59, "Retail"))}
        self.engines: dict[int, Engine] = {}
        self._network = 0
        self._build_base()
        for name, kind, domain in extra:
            self.add(name, kind, domain)
        if jinja:
            self.add(JINJA_NAME, "single_fw", comment="{{ 7 * 7 }} is not evaluated")
        number = 100
        while sum(engine.domain.key == 1 for engine in self.engines.values()) < engines:
            number += 1
            self.add(f"Branch {number}", "single_fw", comment=f"Branch office {number}").generated = True

    def _next_key(self) -> int:
        self._key += 1
        return self._key

    def add(
        self, name: str, kind: str = "single_fw", domain: str = "Shared Domain", *, nodes: int = 1, comment: str = ""
    ) -> Engine:
        """A new engine."""
        self._network += 1
        key = self._next_key()
        build = self._random.randint(29000, 29990)
        members = [
            Node(
                self._next_key(),
                f"{name} node {number}",
                number,
                ENGINE_TYPES[kind],
                version=f"{self._version}.2 build {build}",
            )
            for number in range(1, nodes + 1)
        ]
        engine = Engine(key, name, kind, self.domains[domain], members, self._network, comment)
        engine.policy = "IPS policy" if "ips" in kind else "Branch policy"
        # A real answer had node 2 before node 1.
        engine.nodes.reverse()
        self.engines[key] = engine
        return engine

    def _build_base(self) -> None:
        self.add("Plano FW", comment="Plano office, first floor").location = "Plano"
        headquarters = self.add("HQ cluster", "fw_cluster", nodes=2, comment="Helsinki headquarters")
        headquarters.policy = "HQ policy"
        headquarters.location = "Helsinki"
        self.add("Branch 7", comment="Branch office in Lyon")
        self.add("Branch 8", comment="Branch office in Turku")
        self.add("Lab FW", comment="Nothing behind it: every table is empty").busy = False
        self.add("DMZ IPS", "single_ips", comment="In front of the web farm")
        master = self.add("Master engine", "master_engine", nodes=1, comment="Hosts the virtual engines")
        self.add("Virtual FW 1", "virtual_fw", comment="Tenant 1").master = master
        depot = self.add("Depot FW", comment="Shipped, not installed yet")
        depot.nodes[0].online = False
        depot.nodes[0].configuration_status = "Declared"
        for name in ("Store 12", "Store 14"):
            self.add(name, domain="Retail", comment="Retail store")
        self.add("Retail cluster", "fw_cluster", "Retail", nodes=2, comment="Retail data centre")

    def of_domain(self, domain: Domain | None) -> Iterator[Engine]:
        """The engines which a session of a domain sees; None is all."""
        return (engine for engine in self.engines.values() if domain is None or engine.domain is domain)

    def by_name(self, name: str, domain: Domain | None = None, *, case_sensitive: bool = True) -> Engine | None:
        """The engine of that name."""
        for engine in self.of_domain(domain):
            if engine.name == name or (not case_sensitive and engine.name.lower() == name.lower()):
                return engine
        return None
