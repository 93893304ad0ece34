# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the polling interface answers, read as the socket would have sent it."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.protocol import Message
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import (
    ACTIVE_ALERTS,
    CONNECTIONS,
    DEFINITIONS,
    ROUTING,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.polled import Polled, read_polled
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.table import Table
from hypothesis import given
from hypothesis import strategies as st

# As published by the vendor's client.
ROUTE = {
    "cluster_ref": "http://localhost:8082/7.1/elements/single_fw/1563",
    "dst_if": 1,
    "src_if": -1,
    "route_gateway": None,
    "route_netmask": 24,
    "route_network": "10.0.0.0",
    "route_type": "Connected",
}
NODES = {"1564": "Plano FW node 1"}


def _entries(polled: Polled, definition: Any = ROUTING) -> list[dict[str, Any]]:
    table = Table(definition)
    table.apply(Message(added=list(polled.records)))
    return list(table.entries())


def test_a_published_route_is_an_entry_as_the_socket_would_give_it() -> None:
    polled = read_polled({"routing_monitoring_entry": [ROUTE], "is_all": True}, ROUTING, NODES)
    assert (polled.is_all, polled.why) == (True, "")
    assert _entries(polled) == [
        {
            "dstif": "Interface #1",
            "route_netmask": 24,
            "route_network": "10.0.0.0",
            "route_type": "Connected",
            "node_id": "Plano FW node 1",
        }
    ]


def test_in_a_cluster_an_entry_that_names_no_node_belongs_to_none() -> None:
    polled = read_polled({"routing_monitoring_entry": [ROUTE]}, ROUTING, {"1": "one", "2": "two"})
    assert not polled.is_all
    assert "node_id" not in _entries(polled)[0]


@pytest.mark.parametrize(
    "label,sent,key,value",
    [
        ("component_id", 1564, "comp_id", "Plano FW node 1"),
        ("NodeId", "1564", "node_id", "Plano FW node 1"),
        ("NodeId", 7, "node_id", "7"),
        ("timestamp", 1741082400000, "timestamp", "2025-03-04 10:00:00"),
        ("Timestamp", 10**30, "timestamp", str(10**30)),
        ("Timestamp", "2025-03-04 10:00:00", "timestamp", "2025-03-04 10:00:00"),
        ("Protocol", 6, "protocol", "6"),
        ("sport", 443, "sport", 443),
        ("Sport", "443", "sport", 443),
        ("SrcAddrs", ["10.0.0.1", "10.0.0.2"], "src_addrs", "10.0.0.1, 10.0.0.2"),
        ("Something New", {"a": True}, "something_new", '{"a": true}'),
        ("delta_key", "AQ==", "delta_key", "AQ=="),
    ],
)
def test_values_become_what_the_socket_sends(label: str, sent: Any, key: str, value: Any) -> None:
    polled = read_polled({"connection_monitoring_entry": [{label: sent}], "is_all": True}, CONNECTIONS, NODES)
    assert _entries(polled, CONNECTIONS)[0][key] == value


NO_LIST = "the polling interface answered with no list of entries"


@pytest.mark.parametrize(
    "document,count,is_all,why",
    [
        ({"is_all": True}, 0, True, ""),
        ({"is_all": True, "x": {"Src": "10.0.0.1"}}, 0, False, NO_LIST),
        ({"is_all": True, "x": None}, 0, False, NO_LIST),
        ({"is_all": True, "message": "The engine does not answer."}, 0, False, NO_LIST),
        ({"is_all": True, "errors": []}, 0, False, NO_LIST),
        (
            {"is_all": True, "x": [], "y": [{"Src": "10.0.0.1"}]},
            0,
            False,
            "the polling interface answered with 2 lists of entries",
        ),
        ({"is_all": True, "alert_monitoring_entry": []}, 0, True, ""),
        ({"is_all": True, "link": [{"rel": "self"}], "x": [{"Src": "10.0.0.1"}]}, 1, True, ""),
        ({"is_all": "true", "x": []}, 0, False, ""),
        ({}, 0, False, NO_LIST),
        (None, 0, False, "the polling interface gave an empty answer"),
        ([], 0, False, "the polling interface answered with something else than an object"),
        (
            {"x": [1], "is_all": True},
            0,
            False,
            "the polling interface answered with a list of something else than objects",
        ),
    ],
)
def test_what_an_answer_says(document: Any, count: int, is_all: bool, why: str) -> None:
    polled = read_polled(document, ACTIVE_ALERTS, {})
    assert (len(polled.records), polled.is_all, polled.why) == (count, is_all, why)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3),
)


@given(
    JSON
    | st.fixed_dictionaries({"x": st.lists(st.dictionaries(st.sampled_from(["Timestamp", "dst_if", "Src"]), JSON))})
)
def test_no_answer_breaks_anything(document: Any) -> None:
    for definition in DEFINITIONS.values():
        polled = read_polled(document, definition, {})
        assert len(_entries(polled, definition)) <= len(polled.records)
