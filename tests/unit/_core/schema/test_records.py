# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records as the SMC sends them, read into entries."""

from __future__ import annotations

from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.catalogue import FIELD_LINES
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import (
    BLOCK_LIST,
    CONNECTIONS,
    ROUTING,
    Definition,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.fields import CATALOGUE, Catalogue
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.records import EntryReader, Record
from hypothesis import example, given
from hypothesis import strategies as st


def _read(definition: Definition, record: Record, catalogue: Catalogue = CATALOGUE) -> Record:
    (batch,) = EntryReader(definition, catalogue).read([record])
    (entry,) = batch.entries()
    return entry


@example({"FirstFetch": None, "Src": "10.0.0.1"})
@given(st.dictionaries(st.text(), st.one_of(st.text(), st.integers(), st.none(), st.booleans(), st.lists(st.text()))))
def test_no_record_is_refused_and_no_value_lost(record: dict[str, object]) -> None:
    entry = _read(CONNECTIONS, record)
    # Only the transfer's own mark is left out, in whichever spelling it came.
    marks = {"FirstFetch", "first_fetch", "First fetch"} | {
        str(field.id) for field in CATALOGUE if field.key == "first_fetch"
    }
    assert len(record.keys() - marks) <= len(entry) <= len(record)


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


def test_a_field_that_a_later_smc_renames_keeps_its_key_and_type() -> None:
    renamed = [
        line + "NextHop" if "|RouteGateway|" in line else line + "Cost" if "|RouteMetric|" in line else line
        for line in FIELD_LINES
    ]
    sent = {"RouteNetwork": "10.0.0.0", "NextHop": "2001:DB8:0::1", "Cost": "7"}
    expected = {"route_network": "10.0.0.0", "route_gateway": "2001:db8::1", "route_metric": 7}
    assert _read(ROUTING, sent, Catalogue(renamed)) == expected
    assert _read(ROUTING, sent) == {"route_network": "10.0.0.0", "next_hop": "2001:DB8:0::1", "cost": "7"}


def test_records_are_grouped_by_their_labels() -> None:
    records = [{"Src": "10.0.0.1", "Sport": "1"}, {"Src": "10.0.0.2"}, {"Src": "10.0.0.3", "Sport": "3"}]
    with_port, without = EntryReader(CONNECTIONS).read(records)
    assert (with_port.places, without.places) == ([0, 2], [1])
    assert with_port.has("sport") and not without.has("sport")
    assert (list(with_port.column("sport")), list(without.column("sport"))) == (["1", "3"], [None])
    assert with_port.select([False, True]).entries() == [{"src": "10.0.0.3", "sport": 3}]


def test_the_mark_of_the_first_set_is_no_part_of_an_entry() -> None:
    assert _read(CONNECTIONS, {"Src": "10.0.0.1", "first_fetch": True}) == {"src": "10.0.0.1"}
