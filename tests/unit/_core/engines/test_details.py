# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Engine dictionaries: of whatever documents there are, never an exception, every key always there."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.details import (
    EngineDetails,
    EngineDocuments,
    build_engine,
    name_relations,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.elements import links_of, nodes_of
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.status import compose_status
from hypothesis import given
from hypothesis import strategies as st

from tests.unit._core.engines.sample_engines import CONTEXT, NAMES, ONLINE, REFERENCE, STATUS, build, document, node


def interface(*addresses: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"physical_interface": {"interface_id": "0", "interfaces": list(addresses), **more}}


def test_what_the_listing_tells_is_enough() -> None:
    plain = build(None)
    assert set(plain) == set(EngineDetails.__annotations__)
    told = {name: value for name, value in plain.items() if value not in (None, [], "")}
    assert told == {
        "name": "Plano",
        "target": "Plano",
        "type": "fw_cluster",
        "key": 1563,
        "href": "https://smc:8082/7.4/elements/fw_cluster/1563",
        "domain": "Shared Domain",
    }


def test_a_link_without_an_address_is_none() -> None:
    (made,) = build(document(node(1, link=[{"rel": "self"}, {"href": "x"}, None])))["nodes"]
    assert made["href"] is None


def test_nodes_come_by_their_number_with_their_own_addresses() -> None:
    shared = {"cluster_virtual_interface": {"address": "10.0.0.1", "primary_mgt": False, "nicid": "0"}}
    first = {"node_interface": {"address": "10.0.0.2", "nodeid": 1, "primary_mgt": True}}
    second = {"node_interface": {"address": "10.0.0.3", "nodeid": 2, "primary_mgt": True}}
    tagged = {"node_interface": {"address": "10.9.0.3", "nodeid": 2, "primary_mgt": False}}
    vlan = interface(
        vlanInterfaces=[{"interface_id": "1.100", "interfaces": [tagged, {"node_interface": {"dynamic": True}}]}]
    )
    plain = build(
        document(node(2, engine_version="7.1.2"), node(1), physicalInterfaces=[vlan, interface(shared, second, first)])
    )
    assert [member["name"] for member in plain["nodes"]] == ["Plano node 1", "Plano node 2"]
    assert [member["address"] for member in plain["nodes"]] == ["10.0.0.2", "10.0.0.3"]
    assert plain["addresses"] == ["10.9.0.3", "10.0.0.1", "10.0.0.3", "10.0.0.2"]
    assert plain["management_address"] == "10.0.0.2"
    assert plain["engine_version"] == "7.1.2"
    assert plain["nodes"][0]["version"] is None
    assert plain["nodes"][0]["href"] == "https://smc:8082/7.4/elements/fw_cluster/1563/firewall_node/1601"


def test_the_version_is_the_elements_the_statuses_or_the_appliances() -> None:
    information = {"appliance_info": {"software_version": "6.4"}}
    assert build(document(node(1, **information)))["engine_version"] == "6.4"
    assert build(document(node(1, **information)), {0: {"version": "6.5"}})["engine_version"] == "6.5"
    assert build(document(node(1, engine_version="6.6")), {0: {"version": "6.5"}})["engine_version"] == "6.6"


@pytest.mark.parametrize("state", ["Online", "Locked Online"])
def test_the_engines_status_is_the_online_nodes(state: str) -> None:
    online = {**ONLINE, "engine_node_status": state}
    plain = build(document(node(1), node(2), node(3)), {0: STATUS, 1: online})
    assert plain["status_nodes"] == ["Plano node 1", "Plano node 2"]
    assert (plain["engine_node_status"], plain["installed_policy"]) == (state, "HQ 2")
    assert plain["monitoring_status"] == "OK"
    assert [member["engine_node_status"] for member in plain["nodes"]] == ["Standby", state, None]
    assert plain["dynamic_update"] == "1690"


def test_the_status_words_of_an_old_smc() -> None:
    plain = build(document(node(1)), {0: {"status": "Online", "state": "READY", "configuration_status": "Installed"}})
    assert (plain["engine_node_status"], plain["monitoring_state"]) == ("Online", "READY")


@pytest.mark.parametrize(
    "statuses, together",
    [
        ([], None),
        ([None], None),
        (["OK"], "OK"),
        (["OK", "OK"], "OK"),
        (["OK", "IDLE"], "OK"),
        (["IDLE", "IDLE"], "IDLE"),
        (["OK", "UNKNOWN"], "PARTIAL_OK"),
        (["UNKNOWN", "UNKNOWN"], "UNKNOWN"),
        (["OK", "WARNING", "UNKNOWN"], "WARNING"),
        (["WARNING", "ERROR", "OK"], "ERROR"),
    ],
)
def test_one_status_for_several_nodes(statuses: list[str | None], together: str | None) -> None:
    assert compose_status(statuses) == together


def test_relations_have_names_where_they_are_known() -> None:
    master = "http://localhost:8082/7.4/elements/master_engine/7"
    engine = document(
        node(1),
        log_server_ref="http://localhost:8082/7.4/elements/log_server/1441",
        location_ref="http://localhost:8082/7.4/elements/location/3",
        virtual_resource=f"{master}/virtual_resource/9",
    )
    plain = build(engine)
    assert plain["master_engine"] == "https://smc:8082/7.4/elements/master_engine/7"
    name_relations(plain, NAMES)
    assert plain["log_server"] == "LogServer"
    assert plain["location"] == "https://smc:8082/7.4/elements/location/3"
    # The node's status tells of its master as well.
    hosted = build(document(node(1)), {0: {"master_node": f"{master}/master_node/8"}})
    assert hosted["master_engine"] == plain["master_engine"]
    named = build(document(node(1)), {0: {"master_node": "Master node 1"}})
    assert named["master_engine"] == "Master node 1"
    assert build(document(node(1)), {0: {"master_node": "http://localhost:8082/elsewhere"}})["master_engine"] is None


INTERFACE = {"interface_id": 0, "name": "eth0_0", "status": "Up", "mtu": 1500, "aggregate_is_active": False}
SUBSYSTEM = {
    "name": "Sandbox",
    "status": "OK",
    "items": [{"statuses": [{"label": "Cloud", "value": "1", "status": -1}]}],
}


@pytest.mark.parametrize(
    "appliance",
    [
        {"hardware_statuses": [SUBSYSTEM], "interface_statuses": [INTERFACE]},
        {"hardware_statuses": [SUBSYSTEM], "interface_status": [INTERFACE]},
        {
            "hardware_statuses": {"hardware_statuses": [SUBSYSTEM]},
            "interface_statuses": {"interface_status": [INTERFACE]},
        },
    ],
)
def test_the_appliance_status_in_every_known_wrapping(appliance: dict[str, Any]) -> None:
    plain = build(document(node(1)), appliances={0: appliance})
    assert plain["nodes"][0]["appliance"] == {
        "hardware": [
            {"name": "Sandbox", "status": "OK", "readings": [{"label": "Cloud", "value": "1", "status": -1}]},
        ],
        "interfaces": [INTERFACE],
    }


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
KEYS = st.sampled_from([
    "name", "key", "comment", "nodes", "link", "physicalInterfaces", "log_server_ref", "location_ref", "virtual_resource",
    "firewall_node", "nodeid", "disabled", "engine_version", "appliance_info", "address", "primary_mgt", "rel", "href",
    "version", "status", "state", "monitoring_status", "last_upload_time", "master_node", "hardware_statuses", "items",
    "statuses", "interface_statuses",
])  # fmt: skip
DOCUMENTS = st.recursive(
    JSON, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=6), max_leaves=25
)
OBJECTS = st.dictionaries(KEYS, DOCUMENTS, max_size=8)


@given(engine=OBJECTS, statuses=st.dictionaries(st.integers(0, 3), OBJECTS, max_size=3), appliance=OBJECTS)
def test_no_document_breaks_it_and_the_result_survives_json(
    engine: dict[str, Any], statuses: dict[int, Any], appliance: dict[str, Any]
) -> None:
    plain = build_engine(EngineDocuments(REFERENCE, engine, statuses, {0: appliance}), CONTEXT)
    assert json.loads(json.dumps(plain)) == plain
    assert set(plain) == set(EngineDetails.__annotations__)
    assert len(plain["nodes"]) == len(nodes_of(engine))
    assert links_of(engine) == {rel: href for rel, href in links_of(engine).items() if rel and href}
