# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a trace tells, as facts."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.diagnosis.facts import facts_of

from tests.unit.test_traces import FOLDER, trace_of


def event(name: str, at: float = 0.0, probe: str = "tables", **facts: Any) -> dict[str, Any]:
    return {"at": at, "event": name, "probe": probe, **facts}


def query(at: float, probe: str = "tables", definition: str = "ROUTING", socket: int = 1) -> dict[str, Any]:
    return event("sent", at, probe, socket=socket, message={"query": {"definition": definition, "target": "x"}})


def said(at: float, probe: str = "tables", socket: int = 1, **message: Any) -> dict[str, Any]:
    return event("received", at, probe, socket=socket, bytes=50, message=message)


def added(at: float, *records: dict[str, Any]) -> dict[str, Any]:
    return said(at, fetch=1, records={"added": [{"NodeId": "n", **record} for record in records]})


def route(key: str, **more: Any) -> dict[str, Any]:
    return {"RouteNetwork": "10.0.0.0", "delta_key": key, **more}


def snapshot(at: float, entries: int, by: str) -> dict[str, Any]:
    return event(
        "snapshot", at, socket=1, definition="ROUTING", completed_by=by, entries=entries, nodes=[entries], waits={}
    )


STARTED = said(1.25, success="Fetch started", fetch=1)


def table(*events: dict[str, Any]) -> dict[str, Any]:
    (found,) = facts_of([query(1.0), *events])["tables"]
    return dict(found)


@pytest.mark.parametrize(
    "events, expected",
    [
        (
            [STARTED, added(1.5, route("a")), added(3.0, route("b")), snapshot(5.0, 2, "quiet"), event("left", 9.0, socket=1)],
            {
                "accepted_after": 0.25,
                "first_after": 0.25,
                "longest_pause": 1.5,
                "completed_by": "quiet",
                "completed_after": 4.0,
                "observed": 4.0,
                "entries": 2,
                "nodes": 1,
                "messages": 2,
                "first_fetch": "never",
                "event4": [],
                "late": 0,
            },
        ),
        (
            [STARTED, added(1.5, route("a", first_fetch=True)), snapshot(3.5, 1, "quiet"), added(8.0, route("b", first_fetch=True))],
            {"late": 1, "late_flagged": 1, "longest_pause": 6.5, "first_fetch": "seen"},
        ),
        (
            [STARTED, added(1.5, route("a")), snapshot(3.5, 1, "quiet"), added(8.0, route("b"))],
            {"late": 1, "late_flagged": 0, "longest_pause": 0.0},
        ),
        (
            [STARTED, added(1.5, route("a", first_fetch=True)), added(1.6, route("b")), snapshot(3.0, 2, "first_fetch_over")],
            {"first_fetch": "over"},
        ),
        ([STARTED, added(1.5, route("a", SessionEvent="4")), snapshot(2.0, 1, "event4")], {"event4": ["an entry"]}),
        ([STARTED, added(1.5, route("a"), {"SessionEvent": "4"}), snapshot(2.0, 1, "event4")], {"event4": ["a record of its own"]}),
        ([STARTED, added(1.5, {"SessionEvent": "4"}), snapshot(2.0, 0, "event4")], {"event4": ["a record of its own"]}),
        ([STARTED, said(1.5, fetch=1, end="end of data"), snapshot(2.0, 0, "end")], {"end": "end of data", "entries": 0}),
        ([STARTED, said(1.5, fetch=1, records={}), said(1.6, fetch=1, status="…")], {"empty_messages": 1, "status_lines": 1}),
        ([said(1.5, failure="No.")], {"words": "No.", "completed_by": None, "kind": None}),
        ([STARTED, event("failed", 60.0, definition="ROUTING", kind="timeout", text="late")], {"words": "late", "kind": "timeout"}),
        ([STARTED, event("closed", 2.0, socket=1, code=1001, text="bye")], {"closed": {"code": 1001, "words": "bye"}}),
        ([STARTED, added(1.5, route("a", NewField="x", Service="y", Dstif="z"))], {"unknown_fields": ["NewField"]}),
        ([STARTED, said(1.5, records=7), event("received", 1.6, socket=1, text="oops")], {"messages": 0}),
    ],
)  # fmt: skip
def test_how_a_table_begins_and_ends(events: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    found = table(*events)
    assert {name: found[name] for name in expected} == expected


def test_a_table_that_was_not_asked_for_has_its_reason() -> None:
    (found,) = facts_of([event("failed", 1.0, definition="USERS", kind="handshake", text="HTTP 403")])["tables"]
    assert (found["definition"], found["kind"], found["words"], found["completed_by"]) == (
        "USERS",
        "handshake",
        "HTTP 403",
        None,
    )


@pytest.mark.parametrize(
    "events, expected",
    [
        (
            [query(1.0, "unknown_engine"), said(1.1, "unknown_engine", failure="No such.")],
            {"answer": "failure", "words": "No such."},
        ),
        ([query(1.0, "unknown_engine"), STARTED], {"answer": "accepted, then silence"}),
        ([query(1.0, "unknown_engine")], {"answer": "silence"}),
        ([query(1.0, "unknown_engine"), STARTED, added(1.5, route("a"))], {"answer": "entries"}),
        (
            [query(1.0, "unknown_engine"), event("closed", 1.1, "unknown_engine", socket=1, code=1009, text="big")],
            {"answer": "closed", "code": 1009, "words": "big"},
        ),
    ],
)
def test_the_answers_to_what_is_not_there(events: list[dict[str, Any]], expected: dict[str, Any]) -> None:
    assert facts_of(events)["refusals"] == {"unknown_engine": expected}


def test_two_fetches_on_one_socket() -> None:
    first, second = query(1.0, "one_socket"), query(1.1, "one_socket", "NEIGHBORS")
    both = [
        said(1.2, "one_socket", success="Fetch started", fetch=1),
        said(1.3, "one_socket", success="Fetch started", fetch=2),
    ]
    sent = said(1.4, "one_socket", fetch=2, records={"added": [{}]})
    assert facts_of([first, second, *both, sent])["one_socket"] == {
        "fetches": 2,
        "with_entries": 1,
        "words": "",
        "closed": None,
    }
    refused = facts_of([first, second, both[0], said(1.3, "one_socket", failure="busy")])["one_socket"]
    assert (refused["fetches"], refused["words"]) == (1, "busy")
    assert facts_of([first])["one_socket"] is None


def test_frames_pongs_handshakes_and_idle_sessions() -> None:
    facts = facts_of(
        [
            event("opened", 1.0, socket=1, took=0.2, path="/s", status=101, subprotocol=True),
            event("refused", 1.1, path="/s", status=503, text="busy"),
            event("received", 1.2, socket=1, bytes=20_000, parts=3, part_bytes=8192, message={}),
            event("ping_sent", 2.0, socket=1),
            event("pong", 2.5, socket=1),
            event("ping_sent", 3.0, socket=1),
            event("ping", 3.1, socket=1),
            event("idle", 9.0, idle=30.0, alive=True),
            event("idle", 9.0, idle=60.0, alive=False),
            event("failed", 9.0, "polling", kind="request", text="no"),
        ]
    )
    assert facts["handshake"] == {
        "opened": 1,
        "took": 0.2,
        "subprotocol": True,
        "refused": [{"status": 503, "words": "busy"}],
    }
    assert facts["frames"] == {
        "messages": 1,
        "largest_message": 20_000,
        "split": 1,
        "largest_frame": 8192,
        "unreadable": 0,
    }
    assert facts["pongs"] == {"asked": 2, "answered": 1, "longest": 0.5, "pings_of_the_server": 1}
    assert facts["idle"] == {"alive": 30.0, "expired": 60.0}
    assert facts["failed"] == [{"probe": "polling", "kind": "request", "words": "no"}]


def test_nothing_is_known_of_an_empty_trace() -> None:
    facts = facts_of([])
    assert (facts["api_versions"], facts["session"], facts["tables"], facts["idle"]) == ([], None, [], None)


def test_the_facts_of_a_whole_trace() -> None:
    facts = facts_of(trace_of(FOLDER / "smc_6.10.jsonl.gz").events)
    assert facts["api_versions"] == ["6.9", "6.10"]
    assert facts["session"] == {"status": 200, "kind": "cookie", "cookies": ["JSESSIONID"]}
    assert facts["one_socket"]["fetches"] == 1
    # Before SMC 7.1 there is only that of the routes, and it does not say whether these are all.
    assert {(one["definition"], one["is_all"]) for one in facts["polling"]} == {("ROUTING", None)}
    facts = facts_of(trace_of(FOLDER / "first_fetch.jsonl.gz").events)
    polled = {(one["definition"], one["full"]): one for one in facts["polling"]}
    assert polled["ROUTING", True]["keys"] == ["routing_monitoring_entry"]
    assert polled["ROUTING", True]["is_all"] is True
    assert [table["definition"] for table in facts["tables"]][:2] == ["CONNECTIONS", "BLOCK_LIST"]
