# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The same entry is recognised however it is written."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.identity import (
    Identity,
    diff_line,
    identity_of,
    ports_text,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import BLOCK_LIST
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.records import EntryReader
from hypothesis import given
from hypothesis import strategies as st

from tests.block_list import identity


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


@pytest.mark.parametrize(
    "first,last,text",
    [(80, 80, "80"), (1, 1024, "1-1024"), (1, 65535, "any"), (0, 65535, "any"), (2, 65535, "2-65535")],
)
def test_ports_as_text(first: int, last: int, text: str) -> None:
    assert ports_text(first, last) == text


def test_a_line_of_a_diff() -> None:
    entry = Identity("10.0.0.1/32", "192.0.2.0/24", "tcp", "any", "80")
    assert str(entry) == "10.0.0.1/32 -> 192.0.2.0/24 port 80 tcp"
    assert diff_line(entry, None) == str(entry)
    assert diff_line(entry, 600, 60) == f"{entry} for 600 s, 60 s left"
