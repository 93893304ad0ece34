# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""One plain dictionary per engine, made of the documents that the SMC gave. Pure: nothing is asked here.

The inventory and engine_info show the same dictionaries. Every key is always there; what was not asked for,
or what the SMC does not tell, is None or empty. All values survive JSON unchanged.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, TypedDict

from .elements import dictionaries_in, links_of, nodes_of
from .search import EngineReference
from .status import compose_status, status_of

Document = Mapping[str, Any]


# What an engine refers to in other elements, under the name of their type.
RELATIONS: tuple[Literal["log_server", "location", "master_engine"], ...] = ("log_server", "location", "master_engine")


class ApplianceDetails(TypedDict):
    """hardware: subsystems with name, status and readings. interfaces: as the SMC describes them."""

    hardware: list[dict[str, Any]]
    interfaces: list[dict[str, Any]]


class StatusDetails(TypedDict):
    """What a node's status tells, in the SMC's words. last_upload_time is a number of milliseconds since 1970."""

    configuration_status: str | None
    engine_node_status: str | None
    monitoring_state: str | None
    monitoring_status: str | None
    connectivity_status: str | None
    installed_policy: str | None
    active_policy: str | None
    last_upload_time: Any
    dynamic_update: str | None
    platform: str | None


class NodeDetails(StatusDetails):
    """A member of an engine. id counts from 1. address is its own, for management if it has one."""

    name: str
    id: int | None
    type: str
    key: int | None
    href: str | None
    disabled: bool
    version: str | None
    address: str | None
    appliance: ApplianceDetails | None


class EngineDetails(StatusDetails):
    """An engine. The status is of the first online node among status_nodes; error says what could not be read."""

    name: str
    target: str
    type: str
    key: int | None
    href: str
    domain: str
    comment: str
    addresses: list[str]
    management_address: str | None
    nodes: list[NodeDetails]
    engine_version: str | None
    log_server: str | None
    location: str | None
    master_engine: str | None
    status_nodes: list[str]
    error: str | None


@dataclass
class EngineDocuments:
    """What was read of an engine.

    Attributes:
        reference: The engine as the search found it.
        engine: Its element; None if that was not read.
        statuses: The nodes' status documents by the node's place in `nodes_of`.
        appliances: The nodes' appliance status documents, likewise.
        errors: Sentences on what could not be read.
    """

    reference: EngineReference
    engine: Document | None = None
    statuses: dict[int, Document] = field(default_factory=dict)
    appliances: dict[int, Document] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class DocumentSource:
    """Where documents were read.

    Attributes:
        domain: The administrative domain of the login.
        rebase: Makes an href one of the configured SMC.
    """

    domain: str
    rebase: Callable[[str], str]

    def href(self, href: object) -> str | None:
        return self.rebase(href) if href and isinstance(href, str) else None


def build_engine(documents: EngineDocuments, source: DocumentSource) -> EngineDetails:
    """The dictionary of one engine. In it, the elements in RELATIONS are hrefs; `name_relations` names them."""
    reference = documents.reference
    document = documents.engine or {}
    found = list(_addresses(document.get("physicalInterfaces")))
    nodes = [
        _build_node(node, documents.statuses.get(place, {}), documents.appliances.get(place), found, source)
        for place, node in enumerate(nodes_of(document))
    ]
    known = [(nodes[place], status) for place, status in sorted(documents.statuses.items()) if place < len(nodes)]
    leading = next(
        (status for node, status in known if status_of(node["name"], status).online), known[0][1] if known else {}
    )
    status = _build_status(leading)
    status["monitoring_status"] = compose_status([node["monitoring_status"] for node, _status in known])
    # The nodes of a cluster have an address each, and come in any order.
    management = sorted((address for address in found if address.management), key=lambda address: address.node or 0)
    return {
        "name": reference.name,
        "target": reference.name,
        "type": reference.type,
        "key": _integer(document.get("key")) or _key_in(reference.href),
        "href": source.rebase(reference.href),
        "domain": source.domain,
        "comment": _text(document.get("comment")) or "",
        "addresses": list(dict.fromkeys(address.text for address in found)),
        "management_address": management[0].text if management else None,
        "nodes": nodes,
        "engine_version": next((node["version"] for node in nodes if node["version"]), None),
        "log_server": source.href(document.get("log_server_ref")),
        "location": source.href(document.get("location_ref")),
        "master_engine": _master_in(source, document.get("virtual_resource"), leading.get("master_node")),
        "status_nodes": [node["name"] for node, _status in known],
        **status,
        "error": " ".join(documents.errors) or None,
    }


def name_relations(engine: EngineDetails, names: Mapping[str, str]) -> None:
    """Puts the names of related elements in place of their hrefs, where they are known."""
    for relation in RELATIONS:
        href = engine[relation]
        if href:
            engine[relation] = names.get(href, href)


def _build_node(
    node: Document,
    status: Document,
    appliance: Document | None,
    found: Sequence[_InterfaceAddress],
    source: DocumentSource,
) -> NodeDetails:
    identity = _integer(node.get("nodeid"))
    name = _text(node.get("name")) or f"node {identity}"
    information = node.get("appliance_info")
    software = information.get("software_version") if isinstance(information, dict) else None
    own = sorted((address for address in found if address.node == identity), key=lambda address: not address.management)
    return {
        "name": name,
        "id": identity,
        "type": _text(node.get("type")) or "",
        "key": _integer(node.get("key")),
        "href": source.href(links_of(node).get("self")),
        "disabled": node.get("disabled") is True,
        "version": _text(node.get("engine_version")) or _text(status.get("version")) or _text(software),
        "address": own[0].text if own and identity is not None else None,
        **_build_status(status),
        "appliance": None if appliance is None else _build_appliance(appliance),
    }


def _build_status(status: Document) -> StatusDetails:
    node = status_of("", status)
    return {
        "configuration_status": _text(status.get("configuration_status")),
        "engine_node_status": node.state or None,
        "monitoring_state": node.monitoring or None,
        "monitoring_status": _text(status.get("monitoring_status")),
        "connectivity_status": _text(status.get("connectivity_status")),
        "installed_policy": _text(status.get("installed_policy")),
        "active_policy": _text(status.get("active_policy")),
        "last_upload_time": _plain(status.get("last_upload_time")),
        "dynamic_update": _text(status.get("dyn_up")),
        "platform": _text(status.get("platform")),
    }


def _build_appliance(document: Document) -> ApplianceDetails:
    return {
        "hardware": [
            {
                "name": _text(subsystem.get("name")) or "",
                "status": _text(subsystem.get("status")),
                "readings": [
                    {name: _plain(value) for name, value in reading.items()}
                    for item in dictionaries_in(subsystem.get("items"))
                    for reading in dictionaries_in(item.get("statuses"))
                ],
            }
            for subsystem in _listed(document, ("hardware_statuses",))
        ],
        "interfaces": [
            {name: _plain(value) for name, value in interface.items()}
            for interface in _listed(document, ("interface_statuses", "interface_status"))
        ],
    }


def _listed(document: Document, names: Sequence[str]) -> list[dict[str, Any]]:
    """The list under one of the names; some versions wrap it in an object with such a name once more."""
    value: Any = next((document[name] for name in names if name in document), None)
    if isinstance(value, dict):
        value = next((value[name] for name in names if name in value), None)
    return dictionaries_in(value)


@dataclass(frozen=True)
class _InterfaceAddress:
    """An interface's address. node: the id of the node that has it, None for one that a cluster shares."""

    text: str
    node: int | None
    management: bool


def _addresses(interfaces: Any) -> Iterator[_InterfaceAddress]:
    """The addresses anywhere below the interfaces, which may hold VLANs and those again addresses."""
    if isinstance(interfaces, list):
        for item in interfaces:
            yield from _addresses(item)
    elif isinstance(interfaces, dict):
        if interfaces.get("address") and isinstance(interfaces["address"], str):
            yield _InterfaceAddress(
                interfaces["address"], _integer(interfaces.get("nodeid")), interfaces.get("primary_mgt") is True
            )
        for value in interfaces.values():
            if isinstance(value, (list, dict)):
                yield from _addresses(value)


def _master_in(source: DocumentSource, *told: object) -> str | None:
    """The href of the master engine that one of these lies below; else the name that stands in place of an href."""
    texts = [text for text in told if isinstance(text, str) and text]
    for text in texts:
        found = re.match(r"(.*/elements/master_engine/[^/]+)", text)
        if found:
            return source.rebase(found[1])
    return next((text for text in texts if "/" not in text), None)


def _key_in(href: str) -> int | None:
    found = re.search(r"/(\d+)$", href)
    return int(found[1]) if found else None


def _text(value: Any) -> str | None:
    """A text, or a number as one; None for anything else and for an empty text."""
    if isinstance(value, (str, int, float)) and not isinstance(value, bool):
        return str(value) or None
    return None


def _integer(value: Any) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _plain(value: Any) -> Any:
    """A JSON scalar; None for anything else."""
    return value if isinstance(value, (str, int, float, bool)) else None
