# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator over WebSocket: live changes, and faults."""

from __future__ import annotations

import json

import pytest
import websocket

from simulator import Fault, Scenario

ENDED = ["end"]


def refused(call) -> int:
    with pytest.raises(websocket.WebSocketBadStatusException) as caught:
        call()
    return int(caught.value.status_code)


def test_live_changes_come_without_first_fetch(simulator, client):
    smc = simulator()
    talk = client(smc).socket()
    talk.ask("CONNECTIONS")
    first = talk.until(lambda message: "records" in message)
    assert all(entry["first_fetch"] for entry in first[-1]["records"]["added"])
    smc.advance(10)
    kinds = set()
    for _unused in range(20):
        records = talk.read()["records"]
        kinds |= {kind for kind, entries in records.items() if entries}
        for kind, event in (("updated", "2"), ("deleted", "3"), ("added", "1")):
            assert all(entry["SessionEvent"] == event and "first_fetch" not in entry for entry in records[kind])
        if kinds == {"added", "updated", "deleted"}:
            break
    assert kinds == {"added", "updated", "deleted"}
    talk.close()


def test_block_list_is_seen_live(simulator, client):
    smc = simulator(Scenario(block_list_delay=0.05, deleted_records="key", omit_empty_lists=True))
    me = client(smc)
    talk = me.socket()
    talk.ask("BLOCK_LIST")
    talk.until(lambda message: "records" in message)
    href = me.get("/elements", params={"filter": "Plano FW"}).json()["result"][0]["href"]
    body = {"end_point1": {"address_mode": "any"}, "end_point2": {"address_mode": "any"}, "duration": 60}
    me.post(href + "/block_list", json={"entries": [body]})
    entry = talk.read()["records"]["added"][0]
    assert me.delete(entry["block_list_href"]).status_code == 204
    assert talk.read()["records"] == {"deleted": [{"delta_key": entry["delta_key"]}]}
    me.post(href + "/block_list", json={"entries": [body]})
    assert "added" in talk.read()["records"]
    smc.advance(60)
    assert list(talk.read()["records"]) == ["deleted"]
    talk.close()


def test_periodic_messages(simulator, client):
    smc = simulator(Scenario(periodic_seconds=0.02))
    talk = client(smc).socket()
    talk.ask("USERS", "Lab FW")
    talk.read()
    assert [talk.read()["records"] for _unused in range(2)] == [{"added": [], "updated": [], "deleted": []}] * 2
    talk.close()


# -- faults


@pytest.mark.parametrize(
    ("deed", "raised"), [("drop", (ConnectionError, OSError)), ("eof", (websocket.WebSocketConnectionClosedException,))]
)
def test_connection_lost_after_some_messages(simulator, client, deed, raised):
    smc = simulator(Scenario(batch_size=10, faults=[Fault("messages", deed, after_messages=2)]), connections=100)
    talk = client(smc).socket()
    talk.ask("CONNECTIONS")
    assert [len(talk.read().get("records", {}).get("added", [])) for _unused in range(3)] == [0, 10, 10]
    with pytest.raises(raised):
        talk.read()


def test_close_with_code(simulator, client):
    smc = simulator(Scenario(faults=[Fault("messages", "close", after_messages=1, code=1011, text="going away")]))
    talk = client(smc).socket()
    talk.ask("CONNECTIONS")
    talk.read(), talk.read()
    opcode, data = talk.frame()
    assert (opcode, int.from_bytes(data[:2], "big"), data[2:]) == (8, 1011, b"going away")


def test_bad_frames(simulator, client):
    smc = simulator(Scenario(faults=[Fault("messages", "bad_json"), Fault("messages", "bad_utf8", first=2)]))
    me = client(smc)
    for error in (json.JSONDecodeError, UnicodeDecodeError):
        talk = me.socket(skip_utf8_validation=True)
        talk.ask("USERS")
        talk.read()
        with pytest.raises(error):
            json.loads(bytes(talk.frame()[1]))
        talk.close()


def test_stall_and_failure_and_refused_handshake(simulator, client):
    smc = simulator(
        Scenario(
            end_signals=ENDED,
            faults=[
                Fault("messages", "stall", definition="USERS"),
                Fault("request", "failure", text="too busy", definition="ROUTING"),
                Fault("handshake", "status", first=3),
                Fault("messages", "failure", text="lost it", definition="NEIGHBORS", after_messages=1),
            ],
        )
    )
    me = client(smc)
    talk = me.socket()
    talk.ask("USERS")
    talk.read()
    assert talk.quiet()
    talk.close()
    assert me.fetch("ROUTING") == [{"failure": "too busy"}]
    assert refused(me.socket) == 503
    assert me.entries("ROUTING")
    assert me.fetch("NEIGHBORS")[-1] == {"failure": "lost it"}


def test_session_expires_while_a_socket_is_open(simulator, client):
    smc = simulator(
        Scenario(
            end_signals=ENDED,
            faults=[Fault("messages", "expire", code=0), Fault("messages", "expire", first=2, code=1008)],
        )
    )
    me = client(smc)
    assert me.entries("USERS")
    assert me.get("/elements").status_code == 401
    talk = client(smc).socket()
    talk.ask("USERS")
    talk.read()
    assert talk.frame()[1][:2] == (1008).to_bytes(2, "big")
    assert smc.open_sessions == 0


def test_delay_between_messages(simulator, client):
    smc = simulator(Scenario(end_signals=ENDED, message_delay=0.01, batch_size=1))
    assert len(client(smc).entries("USERS")) >= 2
    assert smc.statistics.messages_sent >= 4


def test_sockets_are_counted(simulator, client):
    smc = simulator(Scenario(end_signals=ENDED))
    me = client(smc)
    entries = me.entries("CONNECTIONS")
    seen = smc.statistics
    assert (seen.sockets_opened, seen.fetches, seen.entries_sent) == (1, 1, len(entries))
    assert json.loads(seen.frames[0])["query"]["target"] == "Plano FW"
    for _unused in range(100):
        if seen.sockets_open == 0:
            break
        me.get("/elements")
    assert (seen.sockets_open, seen.socket_closes) == (0, [1000])
