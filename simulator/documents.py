# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON documents of engines and nodes, in the shapes of the public record."""

from __future__ import annotations

import base64
from typing import Any

from .elements import ENGINE_TYPES, LAYER3, Engine, Node
from .world import World

_POLLING = (
    "routing_monitoring",
    "neighbor_monitoring",
    "connection_monitoring",
    "blocklist_monitoring",
    "vpnsa_monitoring",
    "user_monitoring",
    "sslvpn_monitoring",
)


def version_tuple(version: str) -> tuple[int, ...]:
    """A version for comparing."""
    return tuple(int(part) for part in version.split("."))


class Documents:
    """Documents for one API version, with hrefs under one base."""

    def __init__(self, world: World, base: str, version: str) -> None:
        self.world = world
        self.base = f"{base}/{version}"
        self.version = version_tuple(version)
        self.product = version_tuple(world.product_version)

    def engine_href(self, engine: Engine) -> str:
        """The engine's own href."""
        return f"{self.base}/elements/{engine.type}/{engine.key}"

    def node_href(self, engine: Engine, node: Node) -> str:
        """A node's href."""
        return f"{self.engine_href(engine)}/{node.type}/{node.key}"

    def meta(self, engine: Engine) -> dict[str, str]:
        """How listings show an engine."""
        return {"name": engine.name, "href": self.engine_href(engine), "type": engine.type}

    def engine(self, engine: Engine) -> dict[str, Any]:
        """The engine."""
        href = self.engine_href(engine)
        word = "block_list" if self.version >= (7, 0) else "blacklist"
        tails = {"nodes": "node", "interfaces": "interface", f"flush_{word}": f"{word}/flush"}
        rels = [
            "export",
            "history",
            "lock",
            "contact_addresses",
            "duplicate",
            "refresh",
            "upload",
            "nodes",
            "interfaces",
        ]
        rels += [
            "generate_snapshot",
            "add_route",
            "permissions",
            word,
            f"flush_{word}",
            "alias_resolving",
            "routing_monitoring",
        ]
        rels += ["pending_changes", "internal_gateway", "routing", "antispoofing", "snapshots", "physical_interface"]
        if self.product >= (7, 1):
            rels += [rel for rel in _POLLING if rel not in rels] + ["monitoring_status"]
        rels.append(ENGINE_TYPES[engine.type])
        document: dict[str, Any] = {
            "admin_domain": f"{self.base}/elements/admin_domain/{engine.domain.key}",
            "alias_value": [],
            "comment": engine.comment,
            "key": engine.key,
            "link": [
                {"href": href, "rel": "self", "type": engine.type},
                *({"href": f"{href}/{tails.get(rel, rel)}", "rel": rel} for rel in rels),
            ],
            "locked": False,
            "log_server_ref": f"{self.base}/elements/log_server/1441",
            "name": engine.name,
            "nodes": [{node.type: self.node(engine, node)} for node in engine.nodes],
            "physicalInterfaces": self._interfaces(engine),
            "policy_route": [],
            "read_only": False,
            "system": False,
            "trashed": False,
        }
        if engine.location:
            document["location_ref"] = f"{self.base}/elements/location/{engine.network + 900}"
        if engine.master:
            document["virtual_resource"] = f"{self.engine_href(engine.master)}/virtual_resource/{engine.key}"
            document["master_engine_ref"] = self.engine_href(engine.master)
        return document

    def node(self, engine: Engine, node: Node) -> dict[str, Any]:
        """A node."""
        href = self.node_href(engine, node)
        rels = (
            "fetch",
            "bind",
            "unbind",
            "initial_contact",
            "appliance_status",
            "status",
            "go_online",
            "go_offline",
            "reboot",
        )
        document: dict[str, Any] = {
            "activate_test": True,
            "appliance_info": {
                "cloud_type": "NONE",
                "first_upload_time": self.world.clock.start - 86_400_000,
                "initial_contact_time": self.world.clock.start - 90_000_000,
                "initial_license_remaining_days": 0,
                "product_name": "2301",
                "proof_of_serial": f"0000-{node.key:04d}",
                "software_version": node.version.partition(" ")[0],
            },
            "disabled": node.disabled,
            "key": node.key,
            "link": [
                {"href": href, "rel": "self", "type": node.type},
                *({"href": f"{href}/{rel}", "rel": rel} for rel in rels),
            ],
            "name": node.name,
            "nodeid": node.node_id,
            "read_only": False,
            "system": False,
        }
        if node.configuration_status == "Installed":
            document["engine_version"] = node.version
        return document

    def nodes(self, engine: Engine) -> dict[str, Any]:
        """The list of nodes."""
        return {
            "result": [
                {"name": node.name, "href": self.node_href(engine, node), "type": node.type} for node in engine.nodes
            ]
        }

    def status(self, engine: Engine, node: Node) -> dict[str, Any]:
        """What a node is doing."""
        installed = node.configuration_status == "Installed"
        online = node.online and installed
        if not installed:
            state, status, summary = "NO_STATUS", "No Policy Installed", "UNKNOWN"
        elif node.online:
            state, status, summary = "READY", "Online", "OK"
        else:
            state, status, summary = "TIMEOUT", "Unknown", "UNKNOWN"
        document: dict[str, Any] = {
            "configuration_status": node.configuration_status,
            "monitoring_status": summary,
            "name": node.name,
        }
        if self.version >= (6, 5):
            document |= {
                "engine_node_status": status,
                "monitoring_state": state,
                "connectivity_status": "Connected" if online else "Unknown",
            }
        else:
            document |= {"status": status, "state": state}
        if installed:
            document |= {
                "active_policy": engine.policy,
                "active_policy_ref": f"{self.base}/elements/fw_policy/1201",
                "dyn_up": "1690",
                "hw_info": "2301",
                "installed_policy": engine.policy,
                "installed_policy_ref": f"{self.base}/elements/fw_policy/1201",
                "last_upload_time": self.world.clock.start - 86_400_000,
                "local_alternative_policies": [],
                "local_alternative_policy_activation_time": 0,
                "platform": "x86-64",
                "version": node.version,
            }
        if engine.master and self.version >= (6, 10):
            document["master_node"] = self.node_href(engine.master, engine.master.nodes[0])
        return document

    def appliance_status(self, engine: Engine, node: Node) -> dict[str, Any]:
        """Hardware and interfaces; the lists lie one level deeper than their names suggest."""
        interfaces = [
            {
                "aggregate_is_active": False,
                "capability": "Normal Interface",
                "flow_control": "AutoNeg: off Rx: off Tx: off",
                "interface_id": number,
                "mtu": 1500,
                "name": f"eth0_{number}",
                "port": "Copper",
                "speed_duplex": "1000 Mb/s / Full / Automatic",
                "status": "Up" if node.online and (number < 2 or engine.busy) else "Down",
            }
            for number in range(3)
        ]
        key = "interface_statuses" if self.product >= (7, 4) else "interface_status"
        return {
            "hardware_statuses": {"hardware_statuses": [self._subsystem(*item) for item in _SUBSYSTEMS]},
            "interface_statuses": {key: interfaces},
        }

    def _subsystem(self, name: str, status: str, readings: tuple[tuple[str, str, str], ...]) -> dict[str, Any]:
        old = self.version < (6, 7)
        statuses = [
            {"label": label, "param": param, "sub_system": name, "value": value, **({"status": -1} if old else {})}
            for label, param, value in readings
        ]
        item: dict[str, Any] = {"statuses": statuses}
        if old:
            return {"name": name, "items": [item]}
        return {"name": name, "status": status, "items": [{**item, "status": status}]}

    def monitoring(self, engine: Engine) -> dict[str, Any]:
        """The composite status of an engine."""
        summaries = {self.status(engine, node)["monitoring_status"] for node in engine.nodes}
        summary = summaries.pop() if len(summaries) == 1 else "PARTIAL_OK"
        children = [
            {
                "href": f"{self.node_href(engine, node)}/monitoring_status"
                if self.product >= (7, 1)
                else self.node_href(engine, node),
                "name": node.name,
                "type": node.type,
            }
            for node in engine.nodes
        ]
        return {
            "name": engine.name,
            "monitoring_state": "READY",
            "monitoring_status": summary,
            "child" if self.product >= (7, 1) else "result": children,
        }

    def _interfaces(self, engine: Engine) -> list[dict[str, Any]]:
        made = []
        for number, (address, network) in enumerate(
            ((engine.address, f"{engine.inside(0)}/24"), (engine.outside, f"{engine.outside}/30"))
        ):
            common = {"address": address, "network_value": network, "nicid": str(number), "primary_mgt": number == 0}
            if engine.type not in LAYER3 and number:
                continue
            if len(engine.nodes) == 1:
                addresses = [{"single_node_interface": {**common, "nodeid": 1, "outgoing": number == 0}}]
            else:
                addresses = [{"cluster_virtual_interface": {**common, "primary_mgt": False}}]
                for node in engine.sorted_nodes():
                    own = {**common, "address": _next_address(address, node.node_id), "nodeid": node.node_id}
                    addresses.append({"node_interface": own})
            made.append(
                {
                    "physical_interface": {
                        "interface_id": str(number),
                        "interfaces": addresses,
                        "name": f"Interface {number}",
                    }
                }
            )
        return made


_SUBSYSTEMS: tuple[tuple[str, str, tuple[tuple[str, str, str], ...]], ...] = (
    (
        "File Systems",
        "OK",
        (
            ("Root", "Partition Size", "600 MB"),
            ("Data", "Usage", "6.3%"),
            ("Data", "Size", "1937 MB"),
            ("Tmp", "Usage", "0.0%"),
        ),
    ),
    ("Logging subsystem", "OK", (("Logging spool", "Used", "1.2%"),)),
    ("Sandbox", "WARNING", (("Cloud connection", "status", "1"),)),
)


def _next_address(address: str, number: int) -> str:
    head, _unused, tail = address.rpartition(".")
    return f"{head}.{int(tail) + number}"


def etag(key: int, edition: int) -> str:
    """A quoted string which looks like base64 of digits."""
    return '"' + base64.b64encode(f"{key}{edition:04d}".encode()).decode() + '"'
