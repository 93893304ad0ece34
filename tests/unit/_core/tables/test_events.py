# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The events of what changes in a table, told from the changes alone."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.conditions import read_conditions
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS, ROUTING
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.fields import resolve_field
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.events import (
    KINDS,
    EntrySelection,
    EventWriter,
    split_conditions,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.following import EntryMatching
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.table import Changes
from hypothesis import given
from hypothesis import strategies as st

NOW = "2026-01-01T00:00:00.000+00:00"
KEY = ("Plano node 1", "k1")


def selection(where: dict[str, Any], *fields: str, definition: str = "ROUTING") -> EntrySelection:
    known = DEFINITIONS[definition]
    return split_conditions(
        read_conditions(where, known, "where"), known, [resolve_field(name, known, "fields") for name in fields]
    )


def entry(gateway: str = "192.0.2.1", **more: Any) -> dict[str, Any]:
    return {"delta_key": "k1", "route_network": "10.0.0.0", "route_gateway": gateway, **more}


def updated(before: dict[str, Any], now: dict[str, Any]) -> Changes:
    return Changes(updated={KEY: now}, before={KEY: before})


def told(changes: Changes, chosen: EntrySelection | None = None, kinds: Any = KINDS) -> list[tuple[Any, ...]]:
    writer = EventWriter("ROUTING", "Plano", chosen or EntrySelection(), kinds)
    return [
        (event["kind"], event["node"], (event["entry"] or {}).get("route_gateway"), event["changed"])
        for event in writer.of_changes(changes, NOW)
    ]


def test_an_event_has_each_key_whatever_its_kind() -> None:
    writer = EventWriter("ROUTING", "Plano")
    events = [
        *writer.of_table("connected", NOW, "The table has 1 entry."),
        *writer.of_snapshot([(KEY, entry())], NOW),
        *writer.of_changes(updated(entry(), entry("192.0.2.9")), NOW),
        *writer.of_table("lost", NOW, "The connection was lost."),
    ]
    assert [event["kind"] for event in events] == ["connected", "initial", "updated", "lost"]
    assert len({tuple(event) for event in events}) == 1
    assert events[2] == {
        "kind": "updated",
        "definition": "ROUTING",
        "target": "Plano",
        "node": "Plano node 1",
        "entry": entry("192.0.2.9"),
        "before": entry(),
        "changed": ["route_gateway"],
        "count": None,
        "message": None,
        "received_at": NOW,
        "recovered": False,
    }


def test_added_updated_and_deleted_come_in_this_order_and_say_whether_they_are_recovered() -> None:
    changes = Changes(added={("n", "a"): entry("a")}, deleted={("n", "d"): entry("d")}, recovered=True)
    changes.put(KEY, entry("b"), entry("u"))
    assert [kind for kind, *_rest in told(changes)] == ["added", "updated", "deleted"]
    assert all(event["recovered"] for event in EventWriter("ROUTING", "Plano").of_changes(changes, NOW))


@pytest.mark.parametrize(
    "where, before, now, expected",
    [
        ({}, "192.0.2.1", "192.0.2.2", [("updated", "192.0.2.2")]),
        ({"route_gateway": "192.0.2.0/24"}, "192.0.2.1", "192.0.2.2", [("updated", "192.0.2.2")]),
        ({"route_gateway": "192.0.2.2"}, "192.0.2.1", "192.0.2.2", [("added", "192.0.2.2")]),
        ({"route_gateway": "192.0.2.1"}, "192.0.2.1", "192.0.2.2", [("deleted", "192.0.2.1")]),
        ({"route_gateway": "192.0.2.3"}, "192.0.2.1", "192.0.2.2", []),
    ],
)
def test_an_entry_that_begins_or_ceases_to_satisfy_the_conditions(
    where: dict[str, str], before: str, now: str, expected: list[tuple[str, str]]
) -> None:
    found = told(updated(entry(before), entry(now)), selection(where))
    assert [(kind, gateway) for kind, _node, gateway, _changed in found] == expected


def test_what_every_reading_shows_differently_is_not_a_change() -> None:
    assert not told(updated(entry(reception_time="1", session_event="1"), entry(reception_time="2", session_event="2")))


def test_only_a_change_of_a_wanted_field_is_a_change() -> None:
    wanted = selection({}, "route_metric")
    assert not told(updated(entry(), entry("192.0.2.9")), wanted)
    (event,) = EventWriter("ROUTING", "Plano", wanted).of_changes(
        updated(entry(route_metric=1), entry(route_metric=2)), NOW
    )
    assert event["entry"] == {"delta_key": "k1", "route_metric": 2}
    assert event["before"] == {"delta_key": "k1", "route_metric": 1}


def test_kinds_that_are_not_wanted_are_left_out() -> None:
    changes = Changes(added={KEY: entry()}, deleted={("n", "d"): entry()})
    assert [kind for kind, *_rest in told(changes, kinds=("deleted",))] == ["deleted"]
    writer = EventWriter("ROUTING", "Plano", kinds=("deleted",))
    assert not [*writer.of_snapshot([(KEY, entry())], NOW), *writer.of_table("lost", NOW)]


@pytest.mark.parametrize(
    "definition, where, sent, judged",
    [
        ("ROUTING", {"route_network": "10.0.0.0/8", "route_gateway": "192.0.2.1"}, 1, 1),
        ("CONNECTIONS", {"dport": 443, "state": "TCP established"}, 1, 1),
        ("CONNECTIONS", {"dport": {"min": 1024}}, 0, 1),
        ("ACTIVE_ALERTS", {"alert_severity": ["High", "Critical"], "situation": {"regex": "^HTTP"}}, 1, 1),
        ("VPN_SA", {"sa_class": "IPsec"}, 0, 1),
    ],
)
def test_which_conditions_go_to_the_smc(definition: str, where: dict[str, Any], sent: int, judged: int) -> None:
    chosen = selection(where, definition=definition)
    assert (len(chosen.sent.tests), len(chosen.judged.tests)) == (sent, judged)
    assert (chosen.smc_filter() is not None) is bool(sent)


def test_the_fields_of_judged_conditions_are_requested_too() -> None:
    assert [field.key for field in selection({"route_gateway": "::/0"}, "route_metric").requested_fields()] == [
        "route_metric",
        "route_gateway",
    ]
    assert not selection({"route_gateway": "::/0"}).requested_fields()


tables = st.dictionaries(
    st.tuples(st.sampled_from(["node 1", "node 2"]), st.sampled_from("abcd")),
    st.fixed_dictionaries({"route_gateway": st.sampled_from(["192.0.2.1", "192.0.2.2", "203.0.113.1"])}),
    max_size=6,
)


@given(st.lists(tables, min_size=1, max_size=5), st.sampled_from([{}, {"route_gateway": "192.0.2.0/24"}]))
def test_who_applies_the_events_has_the_wanted_entries(readings: list[dict[Any, Any]], where: dict[str, str]) -> None:
    chosen = selection(where)
    writer = EventWriter(ROUTING.name, "Plano", chosen)
    held: dict[Any, Any] = {}
    before: dict[Any, Any] = {}
    for reading in readings:
        changes, _renamed = EntryMatching().difference(before.items(), reading.items())
        keys = {id(entry): key for table in (before, reading) for key, entry in table.items()}
        for event in writer.of_changes(changes, NOW):
            key = keys[id(event["entry"])]
            if event["kind"] == "added":
                assert key not in held
            else:
                assert held[key] == (event["before"] or event["entry"])
            if event["kind"] == "deleted":
                del held[key]
            else:
                held[key] = event["entry"]
        before = reading
        assert held == {key: entry for key, entry in reading.items() if chosen.judged.hold(entry)}


def test_events_count_the_entries_that_are_alike() -> None:
    known = DEFINITIONS["ROUTING"]
    chosen = split_conditions(
        read_conditions({}, known, "where"), known, [], resolve_field("route_gateway", known, "it")
    )
    writer = EventWriter("ROUTING", "Plano", chosen, kinds=("added", "updated", "deleted"))
    assert not writer.of_snapshot([(("n", "a"), entry("x")), (("n", "b"), entry("x"))], NOW)

    def counts(changes: Changes) -> list[tuple[str, int]]:
        return [(event["kind"], event["count"]) for event in writer.of_changes(changes, NOW)]

    assert counts(Changes(added={("n", "c"): entry("x"), ("n", "d"): entry("y")})) == [("added", 3), ("added", 1)]
    assert counts(Changes(updated={("n", "c"): entry("y")}, before={("n", "c"): entry("x")})) == [("updated", 2)]
    gone = Changes(deleted={("n", "a"): entry("x"), ("n", "b"): entry("x")})
    assert counts(gone) == [("deleted", 1), ("deleted", 0)]
    assert dict(writer.counts) == {"y": 2}
