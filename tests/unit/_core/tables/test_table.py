# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Folding: the live table equals what its added, updated and deleted records say."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.protocol import Message
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import (
    ACTIVE_ALERTS,
    CONNECTIONS,
    ROUTING,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.table import Table
from hypothesis import given
from hypothesis import strategies as st


def _records(*records: dict[str, Any], where: str = "added") -> Message:
    return Message(fetch=1, has_records=True, **{where: list(records)})


_keys = st.sampled_from([None, "AA==", "AQ==", "Ag=="])
_nodes = st.sampled_from(["node 1", "node 2"])
_record = st.fixed_dictionaries(
    {"NodeId": _nodes, "Sport": st.integers(0, 9).map(str)}, optional={"State": st.sampled_from(["New", "Related"])}
)
_part = st.lists(st.tuples(_record, st.sampled_from(["AA==", "AQ==", "Ag=="])), max_size=6)
_message = st.fixed_dictionaries({"added": _part, "updated": _part, "deleted": _part})


@given(st.lists(_message))
def test_the_table_is_what_a_dictionary_by_node_and_key_would_be(
    messages: list[dict[str, list[tuple[dict[str, str], str]]]],
) -> None:
    table = Table(CONNECTIONS)
    expected: dict[tuple[str, str], dict[str, Any]] = {}
    for message in messages:
        parts = {
            where: [{**record, "delta_key": delta_key} for record, delta_key in part] for where, part in message.items()
        }
        before = set(expected)
        added = {(record["NodeId"], delta_key) for record, delta_key in message["added"]}
        table.apply(Message(fetch=1, has_records=True, **parts))
        # Records with and without a state have other labels; their order in the message counts all the same.
        for where in ("added", "updated", "deleted"):
            for record, delta_key in message[where]:
                identity = (record["NodeId"], delta_key)
                entry: dict[str, Any] = {"node_id": record["NodeId"], "sport": int(record["Sport"])}
                entry |= {"delta_key": delta_key, **({"state": record["State"]} if "State" in record else {})}
                if where == "added":
                    expected[identity] = entry
                elif where == "updated":
                    expected[identity] = {**expected.get(identity, {}), **entry}
                elif identity not in before & added:
                    # What was there and was added too has been deleted before: it was opened again.
                    expected.pop(identity, None)
    assert list(table.entries()) == list(expected.values())
    assert len(table) == len(expected)
    assert sum(table.count_by_node().values()) == len(expected)


@pytest.mark.parametrize("there,left", [(True, 1), (False, 0)])
def test_what_was_there_before_tells_the_order_of_deleted_and_added(there: bool, left: int) -> None:
    record = {"NodeId": "node 1", "Sport": "1", "delta_key": "AA=="}
    both = Message(fetch=1, has_records=True, added=[{**record, "Sport": "2"}], deleted=[record])
    for fold in (Table.apply, Table.changes):
        table = Table(CONNECTIONS)
        if there:
            table.apply(_records(record))
        fold(table, both)
        assert [entry["sport"] for entry in table.entries()] == [2] * left


def test_one_key_on_two_nodes_is_two_entries() -> None:
    table = Table(ROUTING)
    for node in ("HQ node 1", "HQ node 2"):
        table.apply(_records({"NodeId": node, "RouteNetwork": "10.0.0.0", "delta_key": "AAEKAhg="}))
    assert table.count_by_node() == {"HQ node 1": 1, "HQ node 2": 1}


def test_an_update_that_names_no_node_is_of_the_entry_with_its_key() -> None:
    table = Table(CONNECTIONS)
    table.apply(_records({"NodeId": "node 1", "Sport": "1", "State": "New", "delta_key": "AA=="}))
    table.apply(_records({"State": "Related", "delta_key": "AA=="}, where="updated"))
    assert list(table.entries()) == [{"node_id": "node 1", "sport": 1, "state": "Related", "delta_key": "AA=="}]


@pytest.mark.parametrize("where", ["added", "updated", "deleted"])
@pytest.mark.parametrize("event", ["4", 4, "All sessions sent", "All Sessions Sent"])
@pytest.mark.parametrize("shape", [("SessionEvent", "NodeId"), ("302", "4"), ("Session Event", "Sender")])
def test_all_sessions_sent_is_no_entry_however_it_is_written(
    where: str, event: str | int, shape: tuple[str, str]
) -> None:
    table = Table(CONNECTIONS)
    mark = {shape[0]: event, shape[1]: "node 1", "Src": None, "delta_key": ""}
    summary = table.apply(_records(mark, where=where))
    assert (summary.all_sent, len(table), table.lost_deletions) == (["node 1"], 0, 0)


def test_the_creator_stands_in_for_a_missing_sender() -> None:
    table = Table(ROUTING)
    table.apply(_records({"CompId": "ngf-1065", "RouteNetwork": "10.0.0.0", "delta_key": "AAEKAhg="}))
    assert table.count_by_node() == {"ngf-1065": 1}


def test_a_deletion_that_spells_its_node_otherwise_is_counted_as_lost() -> None:
    table = Table(ROUTING)
    table.apply(_records({"NodeId": "Plano FW node 1", "delta_key": "AA=="}))
    table.apply(_records({"NodeId": "plano fw node 1", "delta_key": "AA=="}, where="deleted"))
    table.apply(_records({"NodeId": "plano fw node 1", "delta_key": "unknown"}, where="deleted"))
    assert (len(table), table.lost_deletions) == (1, 1)


def test_entries_without_a_key_are_all_kept() -> None:
    table = Table(ACTIVE_ALERTS)
    for _time in range(2):
        table.apply(_records({"NodeId": "n", "Situation": "S"}))
    assert len(table) == 2
    assert table.apply(_records({"NodeId": "n", "Situation": "S"}, where="deleted")).added == 0
    assert len(table) == 2
    assert table.lost_deletions == 1


def test_an_update_in_the_added_list_is_an_entry() -> None:
    table = Table(CONNECTIONS)
    table.apply(_records({"NodeId": "n", "Src": "10.0.0.1", "SessionEvent": "2", "delta_key": "AA=="}))
    table.apply(_records({"NodeId": "n", "Src": "10.0.0.1", "SessionEvent": "3", "delta_key": "AQ=="}))
    assert len(table) == 2


def test_a_partial_update_keeps_what_it_does_not_name() -> None:
    table = Table(CONNECTIONS)
    table.apply(_records({"NodeId": "n", "Src": "10.0.0.1", "State": "New", "delta_key": "AA=="}))
    table.apply(_records({"NodeId": "n", "State": "TCP established", "delta_key": "AA=="}, where="updated"))
    assert list(table.entries()) == [
        {"node_id": "n", "src": "10.0.0.1", "state": "TCP established", "delta_key": "AA=="}
    ]


def test_all_sent_is_a_mark_and_no_entry_unless_it_has_fields() -> None:
    table = Table(CONNECTIONS)
    summary = table.apply(
        _records(
            {"NodeId": "n", "SessionEvent": "4", "DataType": "6", "ReceptionTime": "2025-03-04 10:00:02"},
            {"NodeId": "m", "SessionEvent": 4, "Src": "10.0.0.1", "delta_key": "AA=="},
        )
    )
    assert summary.all_sent == ["n", "m"]
    assert [entry["src"] for entry in table.entries()] == ["10.0.0.1"]


def test_the_mark_of_the_transfer_is_no_part_of_an_entry() -> None:
    table = Table(CONNECTIONS)
    summary = table.apply(_records({"NodeId": "n", "Src": "10.0.0.1", "delta_key": "AA==", "first_fetch": True}))
    assert summary.flagged == {"n"}
    assert list(table.entries()) == [{"node_id": "n", "src": "10.0.0.1", "delta_key": "AA=="}]


def test_raw_keeps_the_record_as_sent() -> None:
    record = {"NodeId": "n", "Src": "10.0.0.1", "Sport": "80", "delta_key": "AA==", "first_fetch": True}
    table = Table(CONNECTIONS, raw=True)
    table.apply(_records(record, {**record, "delta_key": "AQ==", "State": "New"}))
    assert next(iter(table.entries())) == record
    assert table.tally(table.entries(), ["sport", "state"]) == {"sport": {"80": 2}, "state": {"": 1, "New": 1}}


def test_counts_are_most_frequent_first() -> None:
    table = Table(CONNECTIONS)
    for number, state in enumerate(["New", "Related", "Related"]):
        table.apply(_records({"NodeId": "n", "State": state, "delta_key": str(number)}))
    assert list(table.tally(table.entries(), ["state"])["state"].items()) == [("Related", 2), ("New", 1)]


def test_the_changes_of_a_message_are_told_apart() -> None:
    table = Table(CONNECTIONS)
    table.apply(_records({"NodeId": "n", "State": "New", "delta_key": "AA=="}, {"NodeId": "n", "delta_key": "AQ=="}))
    changes = table.changes(
        Message(
            fetch=1,
            has_records=True,
            added=[
                {"NodeId": "n", "State": "Related", "delta_key": "AA=="},
                {"NodeId": "n", "State": "New", "delta_key": "Ag=="},
                {"NodeId": "n", "State": "New", "delta_key": "Aw=="},
            ],
            updated=[{"NodeId": "n", "State": "Related", "delta_key": "Ag=="}],
            deleted=[{"NodeId": "n", "delta_key": key} for key in ("AQ==", "Aw==", "BA==")],
        )
    )
    assert {key[1]: entry.get("state") for key, entry in changes.added.items()} == {"Ag==": "Related", "Aw==": "New"}
    assert {key[1]: entry.get("state") for key, entry in changes.updated.items()} == {"AA==": "Related"}
    # What came and went within the message is in both; what nobody knew is in neither.
    assert {key[1] for key in changes.deleted} == {"AQ==", "Aw=="}
    assert changes
    assert not changes.recovered
    now = changes.by_key()
    assert [key[1] for key, entry in now.items() if entry is None] == ["Aw==", "AQ=="]
    assert {key: entry for key, entry in table.items() if key in now} == {key: e for key, e in now.items() if e}


@given(st.lists(st.integers(0, 5), max_size=30), st.integers(0, 4))
def test_entries_without_a_key_are_told_and_only_the_latest_are_kept(counts: list[int], most: int) -> None:
    table = Table(ACTIVE_ALERTS)
    table.apply(_records({"NodeId": "n", "Situation": "first"}))
    table.limit_keyless(most)
    told = 0
    for number, size in enumerate(counts):
        alerts = [{"NodeId": "n", "Situation": f"{number}.{place}"} for place in range(size)]
        told += len(table.changes(_records(*alerts)).added)
    assert told == sum(counts)
    assert len(table) == 1 + min(most, sum(counts))
    wanted = [f"{number}.{place}" for number, size in enumerate(counts) for place in range(size)]
    kept = [entry["situation"] for entry in table.entries()]
    assert kept == ["first", *(wanted[-most:] if most else [])]
