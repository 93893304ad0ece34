# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Block lists without a socket: entries, hrefs, what a list holds, and the plan."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list import BlockList, Nodes
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list_entry import read_desired, request_body
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list_href import read_href, read_hrefs, rel_names
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list_identity import Identity, identity_of
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list_plan import (
    Plan,
    plan_absent,
    plan_absent_hrefs,
    plan_absent_matching,
    plan_exact,
    plan_present,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.definitions import BLOCK_LIST
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.fields import EntryReader
from hypothesis import given
from hypothesis import strategies as st

HREF = "http://localhost:8082/7.1/elements/single_fw/1563/block_list/MQ=="


def identity(**entry: Any) -> Identity:
    (desired,), _unused = read_desired([entry])
    return desired.identity


@pytest.mark.parametrize(
    "entry, expected",
    [
        ({"source": "10.0.0.1"}, Identity("10.0.0.1/32")),
        ({"source": "10.0.0.0/255.255.255.0", "destination": "any"}, Identity("10.0.0.0/24")),
        ({"source": "ANY", "destination": "2001:DB8:0::1"}, Identity(destination="2001:db8::1/128")),
        ({"source": "0.0.0.0/0", "destination": "192.0.2.1"}, Identity(destination="192.0.2.1/32")),
        (
            {"source": "10.0.0.1", "protocol": "TCP", "destination_ports": "1000 - 2000"},
            Identity("10.0.0.1/32", "any", "tcp", "any", "1000-2000"),
        ),
        (
            {"source": "10.0.0.1", "protocol": "17", "source_ports": 53, "destination_ports": "0-65535"},
            Identity("10.0.0.1/32", "any", "udp", "53", "any"),
        ),
        (
            {"source": "10.0.0.1", "protocol": "tcp", "destination_ports": "80-80"},
            Identity("10.0.0.1/32", "any", "tcp", "any", "80"),
        ),
    ],
)
def test_what_a_user_writes_has_one_form(entry: dict[str, Any], expected: Identity) -> None:
    assert identity(**entry) == expected


def test_host_bits_are_cleared_with_a_warning() -> None:
    (desired,), warnings = read_desired([{"source": "198.51.100.7/24"}])
    assert desired.identity.source == "198.51.100.0/24"
    assert warnings == ["entries[0]: source 198.51.100.7/24 has host bits; the network 198.51.100.0/24 is meant."]


def test_repeated_entries_are_one_with_the_longest_duration() -> None:
    desired, warnings = read_desired(
        [{"source": "10.0.0.1", "duration": 60}, {"source": "10.0.0.1/32", "duration": 600}, {"source": "10.0.0.2"}]
    )
    assert [(one.indexes, one.duration) for one in desired] == [((0, 1), 600), ((2,), 3600)]
    assert "entries[1]" in warnings[0]


@pytest.mark.parametrize(
    "entry, problem",
    [
        ({"source": "300.1.1.1"}, "source '300.1.1.1' is no IP address or network"),
        ({"source": "10.0.0.1-10.0.0.9"}, "takes no ranges"),
        ({"source": "10.0.0.1,10.0.0.2"}, "one entry for each"),
        ({"source": ""}, "is no IP address"),
        ({"source": "0.0.0.0"}, "unspecified address"),
        ({"source": "fe80::1%eth0"}, "zone"),
        ({"source": "10.0.0.1", "destination": "::1"}, "not of one IP version"),
        ({"source": "10.0.0.1", "protocol": "icmp"}, "protocol 'icmp' is none of tcp, udp and any"),
        ({"source": "10.0.0.1", "destination_ports": "80"}, "need a protocol"),
        ({"source": "10.0.0.1", "protocol": "tcp", "destination_ports": "http"}, "is no port like 80"),
        ({"source": "10.0.0.1", "protocol": "tcp", "destination_ports": "80-79"}, "from a higher to a lower port"),
        ({"source": "10.0.0.1", "protocol": "tcp", "source_ports": "70000"}, "beyond 65535"),
        ({"source": "10.0.0.1", "protocol": "tcp", "source_ports": "²"}, "is no port"),
        ({"source": "10.0.0.1", "duration": -1}, "duration -1 is below 0"),
        ({"source": "10.0.0.1", "duration": "soon"}, "no number of seconds"),
        ({"duration": 60}, "names no address"),
        ({"src": "10.0.0.1", "source": "10.0.0.1"}, "there is no 'src'."),
        ({"sources": "10.0.0.1", "to": "10.0.0.1"}, "there is no 'sources' or 'to'. Did you mean source"),
        ({"source": "10.0.0.1", "protocol": "tcp", "source_ports": 0}, "port 0, which does not exist"),
        ({"source": "10.0.0.1", "protocol": "tcp", "source_ports": "0-80"}, "port 0, which does not exist"),
        ({"source": "10.0.0.1", "protocol": "tcp", "source_ports": [80, 443]}, "is no port like 80"),
        ({"source": "10.0.0.1", "duration": True}, "no number of seconds"),
        ({"source": "10.0.0.1", "duration": 1.5}, "no number of seconds"),
        ({"source": "10.0.0.1-10.0.0.4"}, "one entry for each: 10.0.0.1/32, 10.0.0.2/31, 10.0.0.4/32)"),
        ({"source": "10.0.0.9-10.0.0.1"}, "write networks, one entry for each)"),
        ("somewhere", "source 'somewhere' is no IP address"),
        (17, "'17' is neither an address nor a dictionary"),
        (None, "'None' is neither an address nor a dictionary"),
    ],
)
def test_what_is_wrong_is_said(entry: Any, problem: str) -> None:
    with pytest.raises(OptionError, match="nothing was sent") as error:
        read_desired([{"source": "10.9.9.9"}, entry])
    assert problem in error.value.message
    assert {item["index"] for item in error.value.details()["problems"]} == {1}


def test_a_text_alone_is_a_source() -> None:
    assert read_desired(["10.0.0.1"]) == read_desired([{"source": "10.0.0.1"}])


def test_everything_wrong_is_said_at_once() -> None:
    with pytest.raises(OptionError) as error:
        read_desired([{"source": "x", "protocol": "y"}, {"source": "10.0.0.1"}, {"destination": "z"}])
    assert error.value.message.startswith("2 of 3 entries are wrong")
    assert [item["index"] for item in error.value.details()["problems"]] == [0, 0, 2]
    with pytest.raises(OptionError, match="30 of 30 entries") as error:
        read_desired(["x"] * 30, most=7)
    assert len(error.value.details()["problems"]) == 7
    assert error.value.message.endswith("; and 10 more.")


def test_cutting_a_connection_is_no_part_of_an_exact_list() -> None:
    with pytest.raises(OptionError, match="duration 0"):
        read_desired([{"source": "10.0.0.1", "duration": 0}], kept=True)
    assert read_desired([{"source": "10.0.0.1", "duration": 0}])[0][0].duration == 0


def test_bodies_by_api_version() -> None:
    desired, _unused = read_desired(
        [
            {"source": "10.0.0.0/8", "destination_ports": "80", "protocol": "tcp", "duration": 60},
            {"destination": "2001:db8::/32", "protocol": "udp"},
        ]
    )
    first = {
        "end_point1": {"address_mode": "address", "ip_network": "10.0.0.0/8"},
        "end_point2": {"address_mode": "any", "port1": 80, "port2": 80, "port_mode": "predefined_tcp"},
        "duration": 60,
    }
    second = {
        "end_point1": {"address_mode": "any"},
        "end_point2": {
            "address_mode": "address",
            "ip_network": "2001:db8::/32",
            "port1": 1,
            "port2": 65535,
            "port_mode": "predefined_udp",
        },
        "duration": 3600,
    }
    assert request_body(desired, (7, 1)) == request_body(desired, (6, 4)) == {"entries": [first, second]}
    assert request_body(desired[:1], (6, 3)) == first
    assert (rel_names((7, 0))[0], rel_names((6, 10), flush=True)[0]) == ("block_list", "flush_blacklist")


def test_all_ipv4_is_not_widened_to_ipv6() -> None:
    (desired,), _unused = read_desired([{"source": "0.0.0.0/0", "destination": "192.0.2.1"}])
    assert desired.body()["end_point1"] == {"address_mode": "address", "ip_network": "0.0.0.0/0"}


# --- records of the live table


def record(number: int = 1, node: str = "node 1", **values: Any) -> dict[str, Any]:
    return {
        "NodeId": node,
        "BlacklistEntrySourceIp": "203.0.113.7",
        "BlacklistEntrySourceIpPrefixlen": "32",
        "BlacklistEntryDuration": "3600",
        "Timestamp": "2025-03-04 10:00:00",
        "ReceptionTime": "2025-03-04 10:00:00",
        "block_list_href": f"http://localhost:8082/7.1/elements/fw_cluster/9/block_list/{number}",
        "delta_key": f"k{number}",
        **values,
    }


def block_list(*records: dict[str, Any], nodes: Nodes | None = None) -> BlockList:
    read = [entry for batch in EntryReader(BLOCK_LIST).read(records) for entry in batch.entries()]
    return BlockList(
        [((entry.get("node_id"), entry["delta_key"]), entry) for entry in read], nodes or Nodes(("node 1",))
    )


def identities(current: BlockList) -> set[Identity]:
    return {listed.identity for listed in current.all()}


def listed_identity(**fields: str) -> Identity:
    (batch,) = EntryReader(BLOCK_LIST).read([fields])
    return identity_of(batch.entries()[0])


@pytest.mark.parametrize(
    "fields, expected",
    [
        # The API guide's sample: masks, one name with a small initial.
        (
            {
                "BlackListEntrySourceIp": "1.1.1.0",
                "BlackListEntrySourceIpMask": "255.255.255.0",
                "BlackListEntrySourcePort": "1024",
                "BlackListEntrySourcePortRange": "65535",
                "BlackListEntryDestinationIp": "1.1.1.0",
                "BlackListEntryDestinationIpMask": "255.255.255.0",
                "blackListEntryDestinationPort": "80",
                "BlackListEntryProtocol": "TCP",
            },
            Identity("1.1.1.0/24", "1.1.1.0/24", "tcp", "1024-65535", "80"),
        ),
        # Recorded of SMC 6.2: any as the unspecified address.
        (
            {
                "BlacklistEntrySourceIp": "2.2.2.5",
                "BlacklistEntrySourceIpPrefixlen": "32",
                "BlacklistEntryDestinationIp": "0.0.0.0",
                "BlacklistEntryDestinationIpPrefixlen": "32",
            },
            Identity("2.2.2.5/32"),
        ),
        ({}, Identity()),
        (
            {"BlacklistEntryDestinationIp": "2001:DB8::", "BlacklistEntryDestinationIpPrefixlen": "32"},
            Identity(destination="2001:db8::/32"),
        ),
        (
            {"BlacklistEntryDestinationIp": "2001:db8::", "BlacklistEntryDestinationIpMask": "ffff:ffff::"},
            Identity(destination="2001:db8::/32"),
        ),
        ({"BlacklistEntrySourceIp": "10.0.0.9"}, Identity("10.0.0.9/32")),
        (
            {"BlacklistEntrySourceIp": "somewhere", "BlacklistEntryProtocol": "ICMP"},
            Identity("somewhere", protocol="icmp"),
        ),
        (
            {
                "BlacklistEntryProtocol": "6",
                "BlacklistEntryDestinationPort": "0",
                "BlacklistEntryDestinationPortRange": "65535",
            },
            Identity(protocol="tcp"),
        ),
        ({"BlacklistEntryProtocol": "", "BlacklistEntrySourceIp": ""}, Identity()),
        ({"BlacklistEntryDestinationPort": "0", "BlacklistEntryDestinationPortRange": "0"}, Identity()),
        ({"BlacklistEntrySourcePort": "0", "BlacklistEntryProtocol": "UDP"}, Identity(protocol="udp")),
    ],
)
def test_identity_of_a_record(fields: dict[str, str], expected: Identity) -> None:
    assert listed_identity(**fields) == expected


networks = st.one_of(
    st.just("any"),
    st.builds(
        lambda number, bits: str(ipaddress.ip_network((number, bits), strict=False)),
        st.integers(2**24, 2**32 - 1),
        st.integers(8, 32),
    ),
)
ports = st.one_of(
    st.just("any"), st.tuples(st.integers(2, 65535), st.integers(2, 65535)).map(lambda two: f"{min(two)}-{max(two)}")
)


@given(
    networks,
    networks,
    st.sampled_from(["tcp", "udp"]),
    ports,
    ports,
    st.sampled_from(["Mask", "Prefixlen"]),
    st.sampled_from(["Blacklist", "BlackList", "blackList", "BLOCK_LIST_"]),
)
def test_an_entry_that_was_added_is_recognised_as_it_is_listed(
    source: str, destination: str, protocol: str, source_ports: str, destination_ports: str, masks: str, spelling: str
) -> None:
    wanted = {
        "source": source,
        "destination": destination,
        "protocol": protocol,
        "source_ports": source_ports,
        "destination_ports": destination_ports,
    }
    fields = {f"{spelling}EntryProtocol": protocol.upper()}
    for side, address, some_ports in (
        ("Source", source, source_ports),
        ("Destination", destination, destination_ports),
    ):
        if address != "any":
            network = ipaddress.ip_network(address)
            fields[f"{spelling}Entry{side}Ip"] = str(network.network_address)
            fields[f"{spelling}Entry{side}Ip{masks}"] = str(network.netmask if masks == "Mask" else network.prefixlen)
        if some_ports != "any":
            first, last = some_ports.split("-")
            fields.update({f"{spelling}Entry{side}Port": first, f"{spelling}Entry{side}PortRange": last})
    assert listed_identity(**fields) == identity(**wanted)


@pytest.mark.parametrize("address", ["::ffff:10.0.0.1", "::10.0.0.1", "2001:db8::10.0.0.1", "2001:DB8:0:0:1::1", "::1"])
def test_an_ipv6_address_in_any_spelling(address: str) -> None:
    wanted = identity(source=address, destination="2001:db8::/32")
    exploded = ipaddress.ip_address(address).exploded.upper()
    for spelling in (address, exploded):
        fields = {"BlacklistEntrySourceIp": spelling, "BlacklistEntrySourceIpPrefixlen": "128"}
        assert listed_identity(**fields).source == wanted.source


def test_remaining_time_needs_no_time_zone() -> None:
    current = block_list(
        record(1, Timestamp="2025-03-04 10:00:00", ReceptionTime="2025-03-04 10:30:00"),
        # Received when it was made; the other record tells that it is half an hour later by now.
        record(
            2,
            Timestamp="2025-03-04 10:10:00",
            ReceptionTime="2025-03-04 10:10:00",
            BlacklistEntrySourceIp="203.0.113.8",
        ),
        record(3, Timestamp="?", BlacklistEntrySourceIp="203.0.113.9"),
        record(4, BlacklistEntryDuration="0", BlacklistEntrySourceIp="203.0.113.10"),
    )
    assert [current.remaining(Identity(f"203.0.113.{last}/32")) for last in (7, 8, 9, 10, 11)] == [
        1800,
        2400,
        None,
        None,
        None,
    ]


def test_on_several_nodes_the_shortest_remaining_time_counts_and_of_repeated_ones_the_longest() -> None:
    current = block_list(
        record(1, "node 1", ReceptionTime="2025-03-04 10:30:00"),
        record(1, "node 2", BlacklistEntryDuration="2000"),
        record(2, "node 2", BlacklistEntryDuration="2500"),
        nodes=Nodes(("node 1", "node 2")),
    )
    assert current.remaining(Identity("203.0.113.7/32")) == 700


@pytest.mark.parametrize(
    "nodes, holders, missing",
    [
        (Nodes(("node 1",)), {"anything"}, ()),
        (Nodes(("node 1",)), set(), ("node 1",)),
        (Nodes(None), set(), ("the engine",)),
        (Nodes(None, seen=frozenset(["a", "b"])), {"a"}, ("b",)),
        (Nodes(("a", "b"), frozenset("ab")), {"a"}, ("b",)),
        (Nodes(("a", "b"), frozenset("ab")), {"b", "a"}, ()),
        # Another node's record does not make up for one that is online.
        (Nodes(("a", "b"), frozenset("abc")), {"a", "c"}, ("b",)),
        # Of records that call their nodes otherwise than the elements do, only their own names can be expected.
        (Nodes(("a", "b"), frozenset("ab"), frozenset("xy")), {"x", "y"}, ()),
        (Nodes(("a", "b"), frozenset("ab"), frozenset("xy")), {"x"}, ("y",)),
        (Nodes(("a", "b"), frozenset("ab"), frozenset(["the cluster"])), {"the cluster"}, ()),
        (Nodes(("a", "b"), frozenset("ab")), {"the cluster"}, ()),
        (Nodes((), frozenset("ab"), frozenset("a")), {"a"}, ()),
    ],
)
def test_where_an_entry_is_missing(nodes: Nodes, holders: set[str], missing: tuple[str, ...]) -> None:
    assert nodes.missing(holders) == missing


def test_changes_are_taken_in() -> None:
    current = block_list(record(1))
    seven, eight = Identity("203.0.113.7/32"), Identity("203.0.113.8/32")
    (batch,) = EntryReader(BLOCK_LIST).read([record(2, BlacklistEntrySourceIp="203.0.113.8")])
    assert current.not_shown_on(eight, anew=False) == ("node 1",)
    assert current.apply({("node 1", "k2"): batch.entries()[0], ("node 1", "k1"): None}) == {eight}
    assert identities(current) == {eight}
    assert not current.not_shown_on(eight, anew=True)
    current.apply({("node 1", "k2"): None})
    # It was there; that it has ended meanwhile is another matter.
    assert not current.not_shown_on(eight, anew=False)
    assert current.missing_on(eight) == current.not_shown_on(seven, anew=False) == ("node 1",)
    assert len(current) == 0


# --- hrefs


@pytest.mark.parametrize(
    "text",
    [
        HREF,
        "https://other.example/6.10/elements/fw_cluster/116/blacklist/MTA3MjA5Njg3MDU=",
        "http://localhost:8082/7.1/elements/virtual_fw_layer2/1/block_list/MQ%3D%3D",
        "/7.1/elements/single_fw/1563/block_list/MQ==",
        "http://user:pw@localhost/7.1/elements/master_engine/1/block_list/42",
    ],
)
def test_hrefs_of_entries_are_taken(text: str) -> None:
    href = read_href(text)
    assert href is not None
    assert href.path.startswith("/")


@pytest.mark.parametrize(
    "text",
    [
        "",
        None,
        5,
        "http://localhost:8082/7.1/elements/single_fw/1563",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/flush",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/FLUSH",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/MQ==/",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/..",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/../../1564",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/%2e%2e",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/a%2Fb",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/MQ==?x=1",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/MQ==#x",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/MQ==\n",
        "http://localhost:8082/7.1/elements/single_fw/1563/block\t_list/MQ==",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list\\MQ==",
        "http://localhost:8082/7.1/elements/single_fw/1563/vpn_sa/MQ==",
        "http://localhost:8082/7.1/elements/host/1563/block_list/MQ==",
        "http://localhost:8082//7.1/elements/single_fw/1563/block_list/MQ==",
        "http://localhost:8082/elements/single_fw/1563/block_list/MQ==",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/MQ==/extra",
        "ftp://localhost/7.1/elements/single_fw/1563/block_list/MQ==",
        "//localhost/7.1/elements/single_fw/1563/block_list/MQ==",
        "7.1/elements/single_fw/1563/block_list/MQ==",
        "MQ==",
    ],
)
def test_everything_else_is_refused(text: Any) -> None:
    assert read_href(text) is None
    with pytest.raises(OptionError, match="nothing was deleted"):
        read_hrefs([HREF, text])


@given(st.text(alphabet="/abcdeflist_kow7.10MQ=%2F3D\\?#:@ ", max_size=60))
def test_no_path_but_an_entrys_gets_through(tail: str) -> None:
    href = read_href("http://localhost:8082" + tail)
    if href is not None:
        parts = href.path.split("/")
        assert len(parts) == 7
        assert parts[2] == "elements"
        assert parts[5] in ("block_list", "blacklist")
        assert parts[6] not in ("", ".", "..", "flush")


def test_hrefs_are_one_entrys_once_and_keep_the_proxys_path() -> None:
    (href,) = read_hrefs([HREF, HREF.replace("localhost:8082", "smc/proxy").replace("==", "%3D%3D")], "/proxy")
    assert href.indexes == (0, 1)
    assert href.path == "/proxy/7.1/elements/single_fw/1563/block_list/MQ=="
    assert href.engine == "elements/single_fw/1563"
    assert href.path_in("7.1") == href.path
    assert href.path_in("7.4") == href.path.replace("7.1", "7.4")
    assert href.path_in("6.10") == "/proxy/6.10/elements/single_fw/1563/blacklist/MQ=="


# --- plans


def steps(plan: Plan) -> tuple[int, int, int]:
    return len(plan.add), len(plan.remove), plan.unchanged


def changes(plan: Plan) -> bool:
    return bool(plan.add or plan.flush or any(step.expected for step in plan.remove))


def test_present_adds_what_is_missing() -> None:
    desired, _unused = read_desired(
        [{"source": "203.0.113.7"}, {"source": "203.0.113.8"}, {"source": "203.0.113.9", "duration": 0}]
    )
    plan = plan_present([block_list(record(1))], desired)
    assert [step.desired.identity.source for step in plan.add] == ["203.0.113.8/32", "203.0.113.9/32"]
    assert plan.unchanged == 1


def test_present_on_one_node_only_is_missing() -> None:
    desired, _unused = read_desired([{"source": "203.0.113.7"}])
    both = Nodes(("node 1", "node 2"), frozenset(("node 1", "node 2")))
    (step,) = plan_present([block_list(record(1, "node 1"), nodes=both)], desired).add
    assert step.missing_on == ("node 2",)
    assert not changes(plan_present([block_list(record(1, "node 1"), record(1, "node 2"), nodes=both)], desired))


@pytest.mark.parametrize("refresh, added", [(None, 0), (3600, 0), (3601, 1)])
def test_refresh(refresh: int | None, added: int) -> None:
    desired, _unused = read_desired([{"source": "203.0.113.7"}])
    assert len(plan_present([block_list(record(1))], desired, refresh).add) == added


def test_refresh_of_an_entry_that_does_not_tell_its_end() -> None:
    desired, _unused = read_desired([{"source": "203.0.113.7"}])
    (step,) = plan_present([block_list(record(1, Timestamp=""))], desired, 1).add
    assert step.refresh


def test_exact_removes_the_rest_and_flushes_for_none() -> None:
    current = block_list(record(1), record(2, BlacklistEntrySourceIp="203.0.113.8"))
    desired, _unused = read_desired([{"source": "203.0.113.8"}])
    plan = plan_exact(current, desired)
    assert [step.hrefs for step in plan.remove] == [(record(1)["block_list_href"],)]
    assert not plan.flush
    empty = plan_exact(current, [])
    assert empty.flush
    assert steps(empty) == (0, 2, 0)
    assert not changes(plan_exact(block_list(), []))


def test_absent_by_entry_takes_each_of_its_hrefs_once() -> None:
    current = block_list(record(1, "node 1"), record(1, "node 2"), record(2, "node 1"))
    desired, _unused = read_desired([{"source": "203.0.113.7"}, {"source": "203.0.113.7"}, {"source": "203.0.113.70"}])
    plan = plan_absent(current, desired)
    assert steps(plan) == (0, 1, 1)
    assert [href[-1] for href in plan.remove[0].hrefs] == ["1", "2"]
    assert plan.asked == 3


def test_absent_by_conditions_takes_the_entry_on_all_nodes() -> None:
    current = block_list(
        record(1, "node 1"), record(1, "node 2"), record(2, "node 1", BlacklistEntrySourceIp="203.0.113.8")
    )
    plan = plan_absent_matching(current, lambda entry: entry["node_id"] == "node 2")
    assert [len(step.listed) for step in plan.remove] == [2]


def test_absent_by_href_asks_the_server_unless_the_list_is_certain() -> None:
    current = block_list(record(1))
    hrefs = read_hrefs([record(1)["block_list_href"], record(5)["block_list_href"], HREF])
    engine = ("fw_cluster", "9")
    plan = plan_absent_hrefs(hrefs, {engine: current}, [engine])
    assert steps(plan) == (0, 2, 1)
    assert [step.expected for step in plan.remove] == [True, True]
    doubtful = plan_absent_hrefs(hrefs[:2], {engine: current})
    assert [step.expected for step in doubtful.remove] == [True, False]
    assert not changes(plan_absent_hrefs(hrefs[1:2], {engine: current}))


numbers = st.lists(st.integers(0, 12), max_size=12)


@given(numbers, numbers, st.sampled_from(["present", "exact", "absent"]))
def test_a_plan_loses_nothing_and_leaves_nothing_for_a_second_one(
    there: list[int], wanted: list[int], state: str
) -> None:
    def a_record(number: int, position: int) -> dict[str, Any]:
        return record(position, BlacklistEntrySourceIp=f"10.0.0.{number + 1}")

    current = block_list(*(a_record(number, position) for position, number in enumerate(there)))
    desired, _unused = read_desired([{"source": f"10.0.0.{number + 1}"} for number in wanted])

    def make(held: BlockList) -> Plan:
        if state == "absent":
            return plan_absent(held, desired)
        return plan_present([held], desired) if state == "present" else plan_exact(held, desired)

    plan = make(current)
    assert sum(step.units for step in plan.add) + sum(step.units for step in plan.remove) + plan.unchanged == plan.asked
    assert plan.asked >= len(wanted)
    gone = {listed.key for step in plan.remove for listed in step.listed}
    left = [
        a_record(number, position) for position, number in enumerate(there) if ("node 1", f"k{position}") not in gone
    ]
    new = [
        a_record(int(step.desired.identity.source.split(".")[3].split("/")[0]) - 1, 100 + at)
        for at, step in enumerate(plan.add)
    ]
    after = block_list(*left, *new)
    assert not changes(make(after))
    held = {one.source for one in identities(after)}
    meant = {f"10.0.0.{number + 1}/32" for number in wanted}
    before = {f"10.0.0.{number + 1}/32" for number in there}
    assert held == {"present": before | meant, "exact": meant, "absent": before - meant}[state]
