# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The format of traces: written with pseudonyms only, read or refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.secrets import scrub
from ansible_collections.ngfw.smc.plugins.module_utils._core.traces.trace import (
    MOST_WHOLE_ENTRIES,
    NotATrace,
    conversations,
    make_trace,
    read_trace,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.unit._core.traces.test_pseudonyms import hostile_documents

SECRET = b"0123456789abcdef"


def event(name: str, at: float = 0.0, **facts: Any) -> dict[str, Any]:
    return {"at": at, "event": name, "probe": "tables", **facts}


def query(socket: int, definition: str, at: float = 0.0, target: str = "Plano FW") -> dict[str, Any]:
    asked = {"query": {"definition": definition, "target": target}, "fetch": {}, "format": {"type": "texts"}}
    return event("sent", at, socket=socket, message=asked)


def records(socket: int, at: float, *added: dict[str, Any]) -> dict[str, Any]:
    return event("received", at, socket=socket, bytes=100, message={"fetch": 1, "records": {"added": list(added)}})


def made(events: list[dict[str, Any]]) -> tuple[list[str], dict[str, str]]:
    return make_trace(events, SECRET, str, {"collection": "1.2.3"})


def test_a_trace_says_what_it_is_and_holds_its_events_with_pseudonyms() -> None:
    events = [
        event(
            "http", method="GET", path="/7.1/elements/single_fw/1563", query={}, status=200, body={"name": "Plano FW"}
        ),
        event("refused", path="/7.1/monitoring/session/socket", status=403, text="Not for Bob"),
        query(1, "ROUTING"),
        records(1, 0.5, {"NodeId": "Plano FW node 1", "delta_key": "AAA", "first_fetch": True}),
        event(
            "snapshot",
            2.5,
            socket=1,
            definition="ROUTING",
            completed_by="quiet",
            entries=1,
            nodes=[1],
            waits={"quiet": 2.0},
        ),
    ]
    lines, mapping = made(events)
    trace = read_trace(lines)
    assert trace.header == {"format": "ngfw.smc trace", "version": 1, "collection": "1.2.3"}
    assert [one["event"] for one in trace.events] == [one["event"] for one in events]
    assert trace.events[4] == events[4]
    for original in ("Plano", "Bob", "AAA", "1563"):
        assert original not in "".join(lines)
    assert {"Plano FW", "Plano FW node 1", "AAA", "Bob", "1563"} <= set(mapping)
    assert trace.events[0]["body"]["name"] == trace.events[2]["message"]["query"]["target"] == mapping["Plano FW"]


def test_a_large_table_keeps_what_tells_its_entries_apart() -> None:
    entries = [
        {"NodeId": "n", "delta_key": f"k{place}", "Dport": "80", "Src": "10.0.0.1"}
        for place in range(MOST_WHOLE_ENTRIES)
    ]
    lines, _mapping = made([query(1, "CONNECTIONS"), records(1, 0.1, *entries), records(1, 0.2, *entries)])
    _query, whole, thin = read_trace(lines).events
    assert set(whole["message"]["records"]["added"][0]) == {"NodeId", "delta_key", "Dport", "Src"}
    assert set(thin["message"]["records"]["added"][0]) == {"NodeId", "delta_key", "Src"}
    assert thin["thin"] is True


def test_conversations_end_with_the_next_query_of_their_socket() -> None:
    found = conversations(
        [
            event("opened", socket=1),
            query(1, "ROUTING", 1.0),
            query(2, "USERS", 1.1),
            records(1, 1.2),
            records(2, 1.3),
            event("snapshot", 1.4, socket=1, completed_by="end"),
            query(1, "VPN_SA", 1.5),
            event("received", 1.6, socket=1, left_out=100),
            event("http", method="GET"),
        ]
    )
    assert [(one.definition, one.target, one.began, len(one.events), one.is_whole) for one in found] == [
        ("ROUTING", "Plano FW", 1.0, 1, True),
        ("USERS", "Plano FW", 1.1, 1, True),
        ("VPN_SA", "Plano FW", 1.5, 1, False),
    ]
    assert found[0].snapshot == event("snapshot", 1.4, socket=1, completed_by="end")


@pytest.mark.parametrize(
    "lines, reason",
    [
        ([], "the first line does not say that this is a trace"),
        (['{"format": "other"}'], "the first line does not say that this is a trace"),
        (["oops"], "line 1 is not JSON"),
        (["[1]"], "line 1 is not a JSON object"),
        (['{"format": "ngfw.smc trace", "version": 2}'], "it has version 2 of the format; this is version 1"),
        (
            ['{"format": "ngfw.smc trace", "version": 1}', '{"event": "sent"}'],
            "line 2 has no time or does not say what happened",
        ),
    ],
)
def test_what_is_no_trace_is_refused(lines: list[str], reason: str) -> None:
    with pytest.raises(NotATrace, match=f"^{reason}$"):
        read_trace(lines)


def test_nobody_forgets_to_say_what_a_trace_may_hold() -> None:
    with pytest.raises(ValueError, match="nobody said what a trace may hold of 'headers'"):
        made([event("http", headers={"Cookie": "secret"})])


@given(hostile_documents(), st.sampled_from(["message", "body", "query"]))
def test_no_original_of_a_hostile_world_is_in_a_trace(case: tuple[list[str], Any], place: str) -> None:
    originals, document = case
    secret = originals[0]
    events = [
        event("http", path="/7.1/" + "/".join(originals), cookies=originals, **{place: document}),
        event("closed", socket=1, text=f"{secret} has ended for {' and '.join(originals)}"),
    ]
    lines, mapping = make_trace(events, SECRET, lambda text: scrub(text, [secret]), {})
    text = "\n".join(json.dumps(json.loads(line), ensure_ascii=False) for line in lines)
    for original in originals:
        assert original not in text
    assert not any(secret.lower() in original.lower() for original in mapping)
