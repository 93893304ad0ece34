# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Field names: one key for whatever label the SMC prints."""

from __future__ import annotations

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import (
    BLOCK_LIST,
    CONNECTIONS,
    NEIGHBORS,
    VPN_SA,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.fields import (
    CATALOGUE,
    find_field,
    resolve_field,
    snake_case,
)


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
