# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The status of an engine's nodes, and what each state means to snapshots, checks and inventory alike.

A node's status has two parts: the engine node status, which is what the node does, and the monitoring state, which is
whether the SMC could ask it. The monitoring state comes first:

    monitoring state                                      condition
    TIMEOUT, NO_STATUS, DELETED                           offline: the SMC asked in vain, whatever it last knew
    SERVER_ERROR                                          unknown: the Log Server failed, the node was not asked
    READY, INITIAL, DUMMY, ERROR, any other, none         as the engine node status says

    engine node status                                    condition
    Online, Locked Online                                 online
    Going Online, Going Locked Online                     starting
    Standby, Going Standby                                standby
    Offline, Going Offline, Locked Offline,
    Going Locked Offline, No Policy Installed             offline
    Unknown, Not Monitored, any other, none               unknown

    condition   snapshots                                 checks (`online`)             inventory (the engine's status)
    online      must report its entries                   online                        that of the first online node
    starting    may report its entries                    not online                    -
    standby     may report its entries                    not online, but well if       -
                                                          another node is online
    offline     sends nothing; if all nodes are, an       not online                    -
                empty table is an error
    unknown     may report its entries; an empty table    cannot be judged              -
                comes with a warning

The monitoring status (OK, WARNING …) is a third thing: the SMC's summary of a node's health, which
`compose_status` joins for an engine.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import Any

from ..api.session import Session
from ..errors import BadMessage, SMCError
from .elements import link_below, links_of, nodes_of, read_element
from .search import EngineReference


class NodeCondition(Enum):
    """What a node's states mean; the table is in this module's documentation."""

    ONLINE = "online"
    STARTING = "starting"
    STANDBY = "standby"
    OFFLINE = "offline"
    UNKNOWN = "unknown"


# By monitoring state. In all other monitoring states, the engine node status tells.
_CONDITION_BY_MONITORING = {
    "TIMEOUT": NodeCondition.OFFLINE,
    "NO_STATUS": NodeCondition.OFFLINE,
    "DELETED": NodeCondition.OFFLINE,
    "SERVER_ERROR": NodeCondition.UNKNOWN,
}


# By engine node status. All others, such as "Unknown" and "Not Monitored", leave the condition unknown.
_CONDITION_BY_STATE = {
    "Online": NodeCondition.ONLINE,
    "Locked Online": NodeCondition.ONLINE,
    "Going Online": NodeCondition.STARTING,
    "Going Locked Online": NodeCondition.STARTING,
    "Standby": NodeCondition.STANDBY,
    "Going Standby": NodeCondition.STANDBY,
    "Offline": NodeCondition.OFFLINE,
    "Going Offline": NodeCondition.OFFLINE,
    "Locked Offline": NodeCondition.OFFLINE,
    "Going Locked Offline": NodeCondition.OFFLINE,
    "No Policy Installed": NodeCondition.OFFLINE,
}


@dataclass(frozen=True)
class NodeStatus:
    """The status of one node.

    Attributes:
        name: The node's name.
        state: The engine node status (`Online`, `Locked Offline` …), empty if the SMC does not tell.
        monitoring: The monitoring state (`READY`, `TIMEOUT` …), empty if the SMC does not tell.
    """

    name: str
    state: str
    monitoring: str = ""

    @property
    def condition(self) -> NodeCondition:
        by_state = _CONDITION_BY_STATE.get(self.state, NodeCondition.UNKNOWN)
        return _CONDITION_BY_MONITORING.get(self.monitoring, by_state)

    @property
    def online(self) -> bool:
        return self.condition is NodeCondition.ONLINE

    @property
    def undecided(self) -> bool:
        """Whether the SMC does not know whether the node is online."""
        return self.condition is NodeCondition.UNKNOWN

    @property
    def answers(self) -> bool:
        """Whether it may send entries, as far as the SMC knows."""
        return self.condition is not NodeCondition.OFFLINE

    def __str__(self) -> str:
        states = [self.state or "state unknown", self.monitoring]
        return f"{self.name} ({', '.join(state for state in states if state)})"


@dataclass(frozen=True)
class Availability:
    """What is known of an engine's nodes.

    Attributes:
        nodes: The enabled nodes; None when their status could not be read.
        why: A sentence on why it could not be read, or empty.
        members: How many nodes may send entries: the enabled ones without those that are offline; None if not known.
        polling: Links to the polling interface by rel; empty on an SMC before 7.1.
        links: All of the engine's links by rel.
        names: The names of all its nodes, by their keys.
    """

    nodes: tuple[NodeStatus, ...] | None = None
    why: str = ""
    members: int | None = None
    polling: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    names: Mapping[str, str] = field(default_factory=dict)

    @property
    def online(self) -> int | None:
        """How many nodes are online; None unless that is known of each."""
        if self.nodes is None or any(node.undecided for node in self.nodes):
            return None
        return sum(node.online for node in self.nodes)

    @property
    def must_report(self) -> frozenset[str]:
        """The names of the nodes that are online; where that is not known of each, of those that may send entries."""
        online = self.online is not None
        return frozenset(node.name for node in self.nodes or () if (node.online if online else node.answers))

    @property
    def may_report(self) -> frozenset[str]:
        """The names of the nodes that may send entries."""
        return frozenset(node.name for node in self.nodes or () if node.answers)

    @property
    def silent(self) -> tuple[NodeStatus, ...]:
        """The nodes that are known to send nothing."""
        return tuple(node for node in self.nodes or () if not node.answers)


def read_availability(session: Session, engine: EngineReference) -> Availability:
    """Read the engine and the status of each enabled node, one request per node.

    Returns:
        What is known. A failed request is not raised; its message is in `why`.
    """
    try:
        document = read_element(session, engine.href, f"reading the engine '{engine.name}'")
    except SMCError as error:
        return Availability(why=str(error))
    statuses: dict[int, dict[str, Any]] = {}
    why = ""
    try:
        for place, node in enabled_nodes(document).items():
            if link_below(node, "status"):
                statuses[place] = read_node_status(session, node)
    except SMCError as error:
        why = str(error)
    return availability_of(document, statuses, why)


def availability_of(
    engine: Mapping[str, Any], statuses: Mapping[int, Mapping[str, Any]], why: str = ""
) -> Availability:
    """What documents tell of an engine's nodes.

    Args:
        engine: The engine's element.
        statuses: The status documents of its nodes, by their place in `nodes_of`.
        why: Why the status of a node is missing.
    """
    links = links_of(engine)
    known = Availability(
        polling={rel: href for rel, href in links.items() if rel.endswith("_monitoring")},
        links=links,
        names={str(node.get("key")): _name_of(node) for node in nodes_of(engine)},
    )
    enabled = enabled_nodes(engine)
    if any(place not in statuses and link_below(node, "status") for place, node in enabled.items()):
        return replace(known, why=why, members=len(enabled))
    nodes = tuple(status_of(_name_of(node), statuses.get(place, {})) for place, node in enabled.items())
    if not nodes:
        return replace(known, why="the engine lists no nodes")
    return replace(known, nodes=nodes, members=sum(node.answers for node in nodes))


def enabled_nodes(engine: Mapping[str, Any]) -> dict[int, dict[str, Any]]:
    """The nodes of an engine's document that are not disabled, by their place in `nodes_of`."""
    return {place: node for place, node in enumerate(nodes_of(engine)) if node.get("disabled") is not True}


def read_node_status(session: Session, node: Mapping[str, Any]) -> dict[str, Any]:
    """The status document of a node, in the SMC's own keys.

    Raises:
        BadMessage: If the node has no link to its status, or the answer is not an object.
        SMCError: What else a request may raise.
    """
    doing = f"reading the status of '{_name_of(node)}'"
    href = link_below(node, "status")
    if not href:
        raise BadMessage(f"{session.base} gave no link for {doing}.")
    return read_element(session, href, doing)


def status_of(name: str, document: Mapping[str, Any]) -> NodeStatus:
    """The states in a node's status document. Before SMC 6.5 their keys were `status` and `state`."""
    state = document.get("engine_node_status") or document.get("status")
    monitoring = document.get("monitoring_state") or document.get("state")
    return NodeStatus(name, str(state or ""), str(monitoring or ""))


def compose_status(statuses: Sequence[str | None]) -> str | None:
    """One monitoring status for several nodes, by the rules that the SMC has for a composite status."""
    known = {status for status in statuses if status}
    for worst in ("ERROR", "WARNING"):
        if worst in known:
            return worst
    if len(known) < 2:
        return next(iter(known), None)
    # A standby node is not a fault of a cluster whose other node is well.
    return "OK" if known == {"OK", "IDLE"} else "PARTIAL_OK"


def _name_of(node: Mapping[str, Any]) -> str:
    return str(node.get("name") or f"node {node.get('nodeid')}")
