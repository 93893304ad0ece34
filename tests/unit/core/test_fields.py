# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Field names and values: one name and one type for whatever the SMC prints."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.definitions import (
    BLOCK_LIST,
    CONNECTIONS,
    NEIGHBORS,
    ROUTING,
    VPN_SA,
    Definition,
    definition_named,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.fields import (
    CATALOGUE,
    EntryReader,
    Record,
    find_field,
    resolve_field,
    snake_case,
    to_address,
    to_boolean,
    to_hardware_address,
    to_integer,
)
from hypothesis import given
from hypothesis import strategies as st


def _read(definition: Definition, record: Record) -> Record:
    (batch,) = EntryReader(definition).read([record])
    (entry,) = batch.entries()
    return entry


@pytest.mark.parametrize(
    "sent,key",
    [
        ("Src", "src"),
        ("PeerEndPoint", "peer_end_point"),
        ("NatSrc", "nat_src"),
        ("Ikev1Mode", "ikev1_mode"),
        ("NeighborL3Data", "neighbor_l3_data"),
        ("BlacklistEntrySourceIp", "block_list_entry_source_ip"),
        ("BlackListEntrySourceIp", "block_list_entry_source_ip"),
        ("blackListEntryDestinationPort", "block_list_entry_destination_port"),
        ("BlockListEntrySourceIp", "block_list_entry_source_ip"),
        ("Blacklister", "block_lister"),
        ("blacklist_href", "block_list_href"),
        ("block_list_href", "block_list_href"),
        ("vpn_sa_href", "vpn_sa_href"),
        ("delta_key", "delta_key"),
        ("1028", "field_1028"),
        ("Some New Field", "some_new_field"),
        ("HTTPStatus", "http_status"),
    ],
)
def test_names(sent: str, key: str) -> None:
    assert snake_case(sent) == key


@pytest.mark.parametrize(
    "label,definition,key",
    [
        ("src", CONNECTIONS, "src"),
        ("SRC", CONNECTIONS, "src"),
        ("Src Addr", CONNECTIONS, "src"),
        ("7", CONNECTIONS, "src"),
        ("peer_end_point", VPN_SA, "peer_end_point"),
        ("Peer End-Point", VPN_SA, "peer_end_point"),
        ("block_list_entry_source_ip", BLOCK_LIST, "block_list_entry_source_ip"),
        ("BLACKLISTENTRYSOURCEIP", BLOCK_LIST, "block_list_entry_source_ip"),
        # The same title belongs to different fields in different tables.
        ("Protocol", NEIGHBORS, "neighbor_protocol"),
        ("Protocol", CONNECTIONS, "protocol"),
        ("State", NEIGHBORS, "neighbor_state"),
        ("State", CONNECTIONS, "state"),
    ],
)
def test_labels_in_any_spelling(label: str, definition: object, key: str) -> None:
    field = find_field(label, definition)  # type: ignore[arg-type]
    assert field is not None
    assert field.key == key


def test_every_name_of_the_catalogue_is_distinct_and_found() -> None:
    assert len({field.key for field in CATALOGUE}) == len(CATALOGUE)
    for field in CATALOGUE:
        assert find_field(field.name) is field
        assert find_field(field.key) is field


def test_unknown_field_names_close_ones() -> None:
    with pytest.raises(OptionError, match=r"no field 'peer_gateway' \(fields\).*peer_security_gateway"):
        resolve_field("peer_gateway", VPN_SA, "fields")


def test_a_number_is_taken_at_its_word() -> None:
    assert resolve_field("1028", CONNECTIONS, "fields").id == 1028


def test_unknown_definition_names_close_ones() -> None:
    with pytest.raises(OptionError, match="Did you mean CONNECTIONS"):
        definition_named("CONECTIONS")


@pytest.mark.parametrize(
    "convert,sent,value",
    [
        (to_integer, "443", 443),
        (to_integer, "-1", -1),
        (to_integer, "0", 0),
        (to_integer, "8619297190123456789", 8619297190123456789),
        (to_integer, "1,024", "1,024"),
        (to_integer, "1_024", "1_024"),
        (to_integer, " 7", " 7"),
        (to_integer, "", ""),
        (to_integer, "-", "-"),
        (to_integer, "٣", "٣"),
        (to_integer, 9, 9),
        (to_integer, None, None),
        (to_boolean, "true", True),
        (to_boolean, "False", False),
        (to_boolean, "maybe", "maybe"),
        (to_boolean, None, None),
        (to_address, "10.0.0.1", "10.0.0.1"),
        (to_address, "2001:DB8:0:0::1", "2001:db8::1"),
        (to_address, "HQ (10.0.0.160)", "HQ (10.0.0.160)"),
        (to_address, "10.0.0.1 - 10.0.0.9", "10.0.0.1 - 10.0.0.9"),
        (to_address, "fe80::1%eth0", "fe80::1%eth0"),
        (to_address, "10.0.0.1\x00", "10.0.0.1\x00"),
        (to_address, 167772161, 167772161),
        (to_hardware_address, "00-00-5E-00-53-01", "00:00:5e:00:53:01"),
        (to_hardware_address, "00005e005301", "00:00:5e:00:53:01"),
        (to_hardware_address, "incomplete", "incomplete"),
        (to_hardware_address, None, None),
    ],
)
def test_values(convert: object, sent: object, value: object) -> None:
    converted = convert(sent)  # type: ignore[operator]
    assert converted == value
    assert type(converted) is type(value)


@given(st.ip_addresses())
def test_an_address_keeps_its_meaning(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    for text in (str(address), address.exploded):
        converted = to_address(text)
        assert ipaddress.ip_address(converted) == address
        assert to_address(converted) == converted


@given(st.dictionaries(st.text(), st.one_of(st.text(), st.integers(), st.none(), st.booleans(), st.lists(st.text()))))
def test_no_record_is_refused_and_no_value_lost(record: dict[str, object]) -> None:
    entry = _read(CONNECTIONS, record)
    assert len(entry) == len(record)


def test_a_recorded_route() -> None:
    entry = _read(
        ROUTING,
        {
            "3": "ngf-1065",
            "4": "ngf-1065",
            "13": "Interface #1",
            "160": "10.0.0.0",
            "161": "24",
            "163": "0",
            "165": "Connected",
            "302": "1",
            "delta_key": "AAEKAhg=",
        },
    )
    assert entry == {
        "comp_id": "ngf-1065",
        "node_id": "ngf-1065",
        "dstif": "Interface #1",
        "route_network": "10.0.0.0",
        "route_netmask": 24,
        "route_metric": 0,
        "route_type": "Connected",
        "session_event": "1",
        "delta_key": "AAEKAhg=",
    }


def test_the_sample_of_the_guide_with_its_spellings() -> None:
    entry = _read(
        BLOCK_LIST,
        {
            "BlackListEntrySourcePort": "1024",
            "CompId": "Plano FW node 1",
            "BlackListEntryDestinationIp": "1.1.1.0",
            "BlackListEntryDuration": "0",
            "BlackListEntryProtocol": "TCP",
            "BlackListEntryId": "MQ==",
            "blackListEntryDestinationPort": "80",
            "RefEvent": "2015-05-29 12:35:12",
        },
    )
    assert entry == {
        "block_list_entry_source_port": 1024,
        "comp_id": "Plano FW node 1",
        "block_list_entry_destination_ip": "1.1.1.0",
        "block_list_entry_duration": 0,
        "block_list_entry_protocol": "TCP",
        "block_list_entry_id": "MQ==",
        "block_list_entry_destination_port": 80,
        "ref_event": "2015-05-29 12:35:12",
    }


def test_two_labels_of_one_field_are_both_kept() -> None:
    assert _read(CONNECTIONS, {"Src": "10.0.0.1", "Src Addr": "10.0.0.2"}) == {
        "src": "10.0.0.1",
        "Src Addr": "10.0.0.2",
    }
