# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Engines, their nodes and the nodes' status, as the SMC's elements tell them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from .errors import BadMessage, RequestRefused, SMCError, TargetUnknown, close_names, did_you_mean
from .http import Session

# The element types of engines.
ENGINE_TYPES = (
    "single_fw",
    "fw_cluster",
    "cloud_single_fw",
    "single_layer2",
    "layer2_cluster",
    "single_ips",
    "ips_cluster",
    "master_engine",
    "virtual_fw",
    "virtual_fw_layer2",
    "virtual_ips",
)
# Words for several types at once.
ENGINE_FAMILIES = {
    "single_ips": "ips",
    "ips_cluster": "ips",
    "virtual_ips": "ips",
    "single_layer2": "layer2",
    "layer2_cluster": "layer2",
    "virtual_fw_layer2": "layer2",
}
ENGINE_TYPE_CHOICES = (*ENGINE_TYPES, *dict.fromkeys(ENGINE_FAMILIES.values()))

# Node states in which a node takes part and answers; in the others it may be silent for good reason.
ONLINE = frozenset(("Online", "Locked Online"))
_ANSWERS = ONLINE | {"Going Online", "Going Locked Online", "Standby", "Going Standby"}
# Without a state, or where the SMC was told not to watch: the node may answer all the same.
_UNDECIDED = frozenset(("", "Not Monitored"))
_UNREACHABLE = frozenset(("TIMEOUT", "NO_STATUS", "SERVER_ERROR", "DELETED"))


@dataclass(frozen=True)
class EngineReference:
    """What a search tells of an engine. type: the SMC's element type, such as fw_cluster."""

    name: str
    href: str
    type: str

    @classmethod
    def of(cls, item: Mapping[str, Any]) -> EngineReference:
        """One result of a search. Without a type, the href names it: …/elements/single_fw/1563."""
        href = str(item["href"])
        named = re.search(r"/elements/([^/]+)/", href)
        return cls(str(item["name"]), href, str(item.get("type") or (named[1] if named else "")))


@dataclass(frozen=True)
class NodeStatus:
    """name: the node's. state: the engine node status (`Online`, `Locked Offline` …), empty if unknown.

    monitoring: the monitoring state (READY, TIMEOUT …), empty if unknown.
    """

    name: str
    state: str
    monitoring: str = ""

    @property
    def online(self) -> bool:
        return self.state in ONLINE and self.monitoring not in _UNREACHABLE

    @property
    def undecided(self) -> bool:
        return self.state in _UNDECIDED and self.monitoring not in _UNREACHABLE

    @property
    def answers(self) -> bool:
        """Whether it may be expected to answer, as far as the SMC knows."""
        return self.undecided or (self.state in _ANSWERS and self.monitoring not in _UNREACHABLE)

    def __str__(self) -> str:
        states = [self.state or "state unknown", self.monitoring]
        return f"{self.name} ({', '.join(state for state in states if state)})"


@dataclass(frozen=True)
class Availability:
    """What is known of an engine's nodes. nodes is None when their status could not be read; why: the reason.

    members: how many nodes may report: of those that are enabled, all but the ones known not to answer; None if not known.
    polling: links to the polling interface by rel, empty on an SMC before 7.1. links: all of the engine's.
    """

    nodes: tuple[NodeStatus, ...] | None = None
    why: str = ""
    members: int | None = None
    polling: Mapping[str, str] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)

    @property
    def online(self) -> int | None:
        """How many nodes are online; None unless that is known of each."""
        if self.nodes is None or any(node.undecided for node in self.nodes):
            return None
        return sum(node.online for node in self.nodes)

    @property
    def silent(self) -> tuple[NodeStatus, ...]:
        """The nodes that are known not to answer."""
        return tuple(node for node in self.nodes or () if not node.answers)


def search_engines(session: Session, pattern: str = "*", exact: bool = False) -> list[EngineReference]:
    """Engines of the login's domain whose name matches; `*` is a wildcard unless exact."""
    params = {"filter": pattern, "filter_context": "engine_clusters"}
    if exact:
        params.update(exact_match="true", case_sensitive="true")
    return [EngineReference.of(item) for item in search_elements(session, "listing engines", params)]


def search_elements(session: Session, doing: str, params: Mapping[str, str]) -> list[dict[str, Any]]:
    """What a search finds: dictionaries with `name` and `href` at least. Raises BadMessage if that is no list."""
    document = session.get("elements", doing, params)
    found = document.get("result") if isinstance(document, dict) else document
    if not isinstance(found, (list, type(None))):
        raise BadMessage(f"{session.base} answered with something that is no list of elements, while {doing}.")
    return [item for item in dictionaries_in(found) if item.get("name") and item.get("href")]


def read_element(session: Session, href: str, doing: str) -> dict[str, Any]:
    """The JSON object behind an href. Raises BadMessage if it is something else, or nothing."""
    document = session.get(href, doing)
    if not isinstance(document, dict):
        raise BadMessage(f"{session.base} answered with something that is no element, while {doing}.")
    return document


def find_engine(session: Session, name: str) -> EngineReference:
    """The engine of exactly this name. Raises TargetUnknown with names close to it."""
    # Without a wildcard the SMC searches addresses and comments as well, so the name is compared here too.
    for engine in search_engines(session, name, exact=True):
        if engine.name == name:
            return engine
    try:
        known = sorted(engine.name for engine in search_engines(session))
        advice = did_you_mean(name, known) if known else " It lists no engine at all there; another `domain` may."
    except RequestRefused:
        # An old SMC does not search for everything; the names were only to be suggested.
        known, advice = [], ""
    raise TargetUnknown(
        f"The SMC at {session.base} knows no engine '{name}' in the domain '{session.domain}'.{advice}",
        target=name,
        suggestions=close_names(name, known),
    )


def read_availability(session: Session, engine: EngineReference) -> Availability:
    """The status of each enabled node, one request a node. What cannot be read is said, not raised."""
    try:
        document = read_element(session, engine.href, f"reading the engine '{engine.name}'")
    except SMCError as error:
        return Availability(why=str(error))
    links = links_of(document)
    polling = {rel: href for rel, href in links.items() if rel.endswith("_monitoring")}
    enabled = [node for node in nodes_of(document) if not node.get("disabled")]
    try:
        nodes = tuple(_read_node_status(session, node) for node in enabled)
    except SMCError as error:
        return Availability(why=str(error), members=len(enabled), polling=polling, links=links)
    if not nodes:
        return Availability(why="the engine lists no nodes", polling=polling, links=links)
    answering = sum(node.answers for node in nodes)
    return Availability(nodes=nodes, members=answering, polling=polling, links=links)


def _read_node_status(session: Session, node: Mapping[str, Any]) -> NodeStatus:
    name = str(node.get("name") or f"node {node.get('nodeid')}")
    href = link_below(node, "status")
    if not href:
        return NodeStatus(name, "")
    state, monitoring = node_states(read_element(session, href, f"reading the status of '{name}'"))
    return NodeStatus(name, state or "", monitoring or "")


def node_states(status: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """Engine node status and monitoring state of a node's status, None where it does not tell."""
    # Before SMC 6.5 the keys were `status` and `state`.
    state = status.get("engine_node_status") or status.get("status")
    monitoring = status.get("monitoring_state") or status.get("state")
    return str(state) if state else None, str(monitoring) if monitoring else None


def link_below(document: Mapping[str, Any], rel: str) -> str:
    """The link of this rel, or what it is called below the element's own href; empty if neither is there."""
    links = links_of(document)
    return links.get(rel) or (f"{links['self']}/{rel}" if "self" in links else "")


def links_of(document: Mapping[str, Any]) -> dict[str, str]:
    """The links of an element by their rel, the first of each."""
    links: dict[str, str] = {}
    for link in dictionaries_in(document.get("link")):
        if link.get("rel") and link.get("href"):
            links.setdefault(str(link["rel"]), str(link["href"]))
    return links


def nodes_of(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The nodes of an engine, by node id: each stands in a wrapper named after its kind."""
    nodes = []
    for item in dictionaries_in(document.get("nodes")):
        if "nodeid" in item or "name" in item:
            # Without a wrapper, as nobody has shown it.
            nodes.append({"type": "", **item})
            continue
        for kind, node in item.items():
            if isinstance(node, dict):
                nodes.append({**node, "type": kind})
    return sorted(nodes, key=lambda node: (_number(node.get("nodeid")), str(node.get("name"))))


def dictionaries_in(value: Any) -> list[dict[str, Any]]:
    """The dictionaries of a list; none if it is something else."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _number(value: Any) -> int:
    return value if isinstance(value, int) else 0
