# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator over WebSocket: handshake, requests, the initial set, live changes and faults."""

from __future__ import annotations

import json
import socket
import time

import pytest
import websocket
from hypothesis import given
from hypothesis import strategies as st

from simulator import Fault, Scenario, Simulator
from simulator.frames import cut_message

ENDED = ["end"]


def refused(call) -> int:
    with pytest.raises(websocket.WebSocketBadStatusException) as caught:
        call()
    return int(caught.value.status_code)


def wait_for(condition) -> None:
    for _unused in range(1_000):
        if condition():
            return
        time.sleep(0.005)
    raise AssertionError("it did not come to be")


# -- handshake


def test_handshake_wants_a_session_and_no_origin(simulator, client):
    smc = simulator()
    me = client(smc)
    assert refused(lambda: me.socket(cookie="JSESSIONID=unknown")) == 401
    assert refused(lambda: me.socket(cookie=None)) == 401
    assert refused(lambda: me.socket(suppress_origin=False)) == 403
    smc.scenario.no_session_status = 403
    assert refused(lambda: me.socket(cookie=None)) == 403
    assert refused(lambda: client(smc, version="9.9", login=False).socket()) == 404
    smc.scenario.refuse_origin = False
    me.socket(suppress_origin=False).close()
    assert smc.statistics.handshakes_refused == 5


@pytest.mark.parametrize("order", [("access_token", "{}"), ("{}", "access_token")])
def test_token_comes_as_subprotocol(simulator, client, order):
    smc = simulator(Scenario(session_kind="token", end_signals=ENDED))
    me = client(smc)
    talk = me.socket(subprotocols=[name.format(me.token) for name in order])
    assert talk.socket.subprotocol == "access_token"
    talk.ask("USERS")
    assert "fetch" in talk.read()
    talk.close()
    assert refused(lambda: me.socket(subprotocols=["access_token", "wrong"])) == 401
    assert refused(lambda: me.socket(subprotocols=[me.token])) == 401


def raw_handshake(smc, cookie: str) -> bytes:
    host, _unused, port = smc.url.removeprefix("http://").partition(":")
    with socket.create_connection((host, int(port)), timeout=5) as plain:
        lines = [
            "GET /7.1/monitoring/session/socket HTTP/1.1",
            f"Host: {host}:{port}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Key: MDEyMzQ1Njc4OWFiY2RlZg==",
            cookie,
            "",
            "",
        ]
        plain.sendall("\r\n".join(lines).encode())
        return plain.recv(65536)


def test_status_line_without_reason_phrase_and_protocol_without_echo(simulator, client):
    smc = simulator()
    me = client(smc)
    cookie = f"Cookie: JSESSIONID={me.http.cookies['JSESSIONID']}"
    assert raw_handshake(smc, cookie).startswith(b"HTTP/1.1 101 \r\n")
    smc.scenario.reason_phrase = True
    assert raw_handshake(smc, cookie).startswith(b"HTTP/1.1 101 Switching Protocols\r\n")
    smc.scenario.session_kind, smc.scenario.echo_subprotocol = "token", False
    token = client(smc).token
    assert b"sec-websocket-protocol" not in raw_handshake(smc, f"Sec-WebSocket-Protocol: access_token, {token}").lower()


# -- frames, and how sockets are closed


def talk_to(smc, me, definition="CONNECTIONS"):
    talk = me.socket()
    talk.ask(definition)
    assert talk.read()["success"] == "Fetch started"
    return talk


@pytest.mark.parametrize("most", [8192, 100, 0])
@pytest.mark.parametrize("tls", [None, "good"])
def test_a_long_message_comes_in_frames(simulator, client, most, tls):
    smc = simulator(Scenario(end_signals=ENDED), tls=tls)
    assert smc.scenario.frame_bytes == 8192
    smc.scenario.frame_bytes = most
    talk = talk_to(smc, client(smc))
    frames = [talk.socket.recv_frame()]
    while not frames[-1].fin:
        frames.append(talk.socket.recv_frame())
    message = b"".join(frame.data for frame in frames)
    assert len(json.loads(message)["records"]["added"]) > 20
    assert [len(frame.data) for frame in frames[:-1]] == [most] * (len(message) // most if most else 0)
    assert [frame.opcode for frame in frames] == [1] + [0] * (len(frames) - 1)
    assert "end" in talk.read()
    talk.close()


@given(st.text(), st.integers(4, 40))
def test_no_character_is_cut(text, most):
    parts = cut_message(text.encode(), most)
    assert "".join(part.decode() for part in parts) == text
    assert all(most - 3 <= len(part) <= most for part in parts[:-1])
    assert len(parts[-1]) <= most


def test_frame_bytes_hold_a_character():
    with pytest.raises(ValueError, match="at least 4"):
        Scenario(frame_bytes=3)


def test_the_end_of_a_session_closes_its_sockets_or_not(simulator, client):
    smc = simulator(Scenario(end_signals=[]))
    me = client(smc)
    talk = talk_to(smc, me, "USERS")
    talk.read()
    smc.expire_sessions()
    assert talk.quiet()
    talk.close()
    smc.scenario.session_end_closes = True
    me, other = client(smc), client(smc)
    talk, stays = talk_to(smc, me, "USERS"), talk_to(smc, other, "USERS")
    talk.read()
    stays.read()
    assert me.http.put(me.base + "/logout", timeout=10).status_code == 204
    assert talk.frame() == (
        websocket.ABNF.OPCODE_CLOSE,
        b"\x03\xf0This connection was established under an authenticated HTTP session that has ended.",
    )
    assert stays.quiet()
    stays.close()


def test_an_idle_socket_is_closed(simulator, client):
    smc = simulator(Scenario(end_signals=[], socket_idle_seconds=0.2))
    talk = talk_to(smc, client(smc), "USERS")
    talk.read()
    assert talk.frame() == (websocket.ABNF.OPCODE_CLOSE, b"\x03\xe9The WebSocket session [1] idle timeout expired")
    talk.close()


def test_a_server_that_stops_says_so(client):
    with Simulator(Scenario(end_signals=[])) as smc:
        talk = talk_to(smc, client(smc), "USERS")
        talk.read()
    assert talk.frame() == (websocket.ABNF.OPCODE_CLOSE, b"\x03\xe9The web application is stopping")


# -- requests


def test_parts_may_come_separately(simulator, client):
    smc = simulator(Scenario(end_signals=ENDED))
    talk = client(smc).socket()
    talk.send({"query": {"definition": "USERS", "target": "Plano FW"}})
    assert talk.read() == {"success": "No fetch"}
    talk.send({"format": {"type": "texts", "field_format": "id"}})
    assert talk.read() == {"success": "No fetch"}
    talk.send({"fetch": {}})
    messages = talk.until(lambda message: "end" in message)
    assert messages[0]["success"] == "Fetch started"
    assert "3001" in messages[1]["records"]["added"][0]
    talk.close()
    assert len(smc.statistics.frames) == 3


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        ({"query": {"definition": "123BLACKLIST", "target": "Plano FW"}, "fetch": {}}, "123BLACKLIST"),
        ({"query": {"definition": "BLACKLIST", "target": "Plano FW"}, "fetch": {}}, "BLACKLIST"),
        ({"query": {"definition": "USERS", "target": "Nowhere FW"}, "fetch": {}}, "Nowhere FW"),
        ({"query": {"definition": "USERS", "target": "plano fw"}, "fetch": {}}, "plano fw"),
        ({"query": {"definition": "USERS", "target": "Store 12"}, "fetch": {}}, "Store 12"),
        ({"query": {"definition": "ACTIVE_ALERTS", "target": "Retail"}, "fetch": {}}, "Retail"),
        (
            {"query": {"definition": "USERS", "target": "Plano FW", "filter": {"type": "nonsense"}}, "fetch": {}},
            "nonsense",
        ),
        ({"query": {"definition": "USERS", "target": "Plano FW"}, "fetch": {}, "format": {"type": "table"}}, "table"),
        ({"fetch": {}}, "query"),
        ("{'abort': 1}", "JSON"),
    ],
)
def test_failures(simulator, client, frame, words):
    smc = simulator()
    talk = client(smc).socket()
    talk.send(frame)
    assert words in talk.read()["failure"]
    talk.close()


def test_failure_texts_and_silence_by_scenario(simulator, client):
    smc = simulator(
        Scenario(
            failure_texts={"unknown_target": "kein Ziel {target}"}, target_case_sensitive=False, log_server_down=True
        )
    )
    me = client(smc)
    assert "Log Server" in me.fetch("USERS")[-1]["failure"]
    smc.scenario.log_server_down = False
    assert me.fetch("USERS", "Nowhere")[-1] == {"failure": "kein Ziel Nowhere"}
    smc.scenario.unknown_target = "silence"
    talk = me.socket()
    talk.ask("USERS", "Nowhere")
    assert talk.read()["success"] == "Fetch started"
    assert talk.quiet()
    talk.close()
    smc.scenario.end_signals = ENDED
    assert me.entries("USERS", "PLANO FW")


def test_offline_engine_is_silent_until_it_comes_back(simulator, client):
    smc = simulator(Scenario(end_signals=ENDED, offline_engine="failure"))
    me = client(smc)
    assert "Depot FW" in me.fetch("ROUTING", "Depot FW")[-1]["failure"]
    smc.scenario.offline_engine = "silence"
    smc.world.set_node("Plano FW", online=False)
    talk = me.socket()
    talk.ask("ROUTING")
    assert talk.read()["success"] == "Fetch started"
    assert talk.quiet()
    smc.world.set_node("Plano FW", online=True)
    assert len(talk.read()["records"]["added"]) == 9
    talk.close()


def test_a_request_longer_than_tomcats_buffer(simulator, client):
    smc = simulator(Scenario(end_signals=ENDED))
    me = client(smc)
    request = {"query": {"definition": "USERS", "target": "Plano FW"}, "fetch": {}, "format": {"type": "texts"}}
    filler = 8192 - len(json.dumps({**request, "x": ""}))
    talk = me.socket()
    talk.send({**request, "x": "x" * filler})
    assert talk.read()["success"] == "Fetch started"
    talk.close()
    talk = me.socket()
    talk.send({**request, "x": "x" * (filler + 1)})
    opcode, data = talk.frame()
    assert opcode == websocket.ABNF.OPCODE_CLOSE
    assert int.from_bytes(data[:2], "big") == 1009
    assert data[2:].startswith(
        b"The decoded text message was too big for the output buffer and the endpoint does not support"
    )


def test_fetch_ids_are_signed(simulator, client):
    smc = simulator(Scenario(end_signals=ENDED, fetch_ids=[0, -1616514795]))
    me = client(smc)
    assert [me.fetch("USERS")[0]["fetch"] for _unused in range(2)] == [0, -1616514795]
    numbers = [me.fetch("USERS")[0]["fetch"] for _unused in range(12)]
    assert min(numbers) < 0 < max(numbers)
    assert all(-(2**31) <= number < 2**31 for number in numbers)


def test_several_fetches_on_a_socket_or_one(simulator, client):
    smc = simulator(Scenario(end_signals=[]))
    me = client(smc)
    talk = me.socket()
    talk.ask("USERS")
    talk.ask("ROUTING")
    messages = [talk.read() for _unused in range(4)]
    assert len({message["fetch"] for message in messages}) == 2
    talk.close()
    smc.scenario.fetches_per_socket = "one"
    talk = me.socket()
    talk.ask("USERS")
    talk.ask("ROUTING")
    assert "failure" in talk.until(lambda message: "failure" in message)[-1]
    talk.close()


@pytest.mark.parametrize(("kind", "answered"), [("none", False), ("end", True), ("success", True)])
def test_abort(simulator, client, kind, answered):
    smc = simulator(Scenario(end_signals=[], abort_answer=kind))
    talk = client(smc).socket()
    talk.ask("USERS")
    number = talk.until(lambda message: "records" in message)[0]["fetch"]
    talk.send({"abort": number})
    if answered:
        assert talk.read()["fetch"] == number
    wait_for(lambda: smc.statistics.aborts == 1)
    smc.advance(60_000)
    assert talk.quiet()
    talk.close()


# -- the initial set


def fold(messages):
    """What is there after all, by node and key."""
    table = {}
    for message in messages:
        records = message.get("records", {})
        for entry in [*records.get("added", []), *records.get("updated", [])]:
            if "delta_key" in entry:
                table[entry["NodeId"], entry["delta_key"]] = entry
        for entry in records.get("deleted", []):
            table.pop((entry["NodeId"], entry["delta_key"]), None)
    return table


@pytest.mark.parametrize("batching", ["per_node", "interleaved"])
@pytest.mark.parametrize("live", [False, True])
@pytest.mark.parametrize("signals", [["end"], ["event4", "end"], ["event4_last", "first_fetch", "end"]])
def test_the_table_is_whole_whatever_the_variant(simulator, client, batching, live, signals):
    smc = simulator(
        Scenario(end_signals=signals, batching=batching, live_during_initial=live, batch_size=7, status_lines=2)
    )
    me = client(smc)
    for definition in ("CONNECTIONS", "ROUTING", "BLOCK_LIST"):
        messages = me.fetch(definition, "HQ cluster")
        truth = smc.world.entries(definition, smc.world.engine("HQ cluster"))
        assert set(fold(messages)) == {(entry.node.name, entry.key) for entry in truth}
        assert [message["status"] for message in messages[1:3]] == ["Querying...", "Filtering..."]
        added = [entry for message in messages for entry in message.get("records", {}).get("added", [])]
        assert max(len(message.get("records", {}).get("added", [])) for message in messages) <= 7
        events = [entry["NodeId"] for entry in added if entry.get("SessionEvent") == "4"]
        assert sorted(events) == (["HQ cluster node 1", "HQ cluster node 2"] if len(signals) > 1 else [])
        assert ("first_fetch" in added[0]) == ("first_fetch" in signals)


def test_keys_of_two_nodes_are_the_same(simulator, client):
    smc = simulator(Scenario(end_signals=ENDED))
    entries = client(smc).entries("ROUTING", "HQ cluster")
    assert len(entries) == 18
    assert len({entry["delta_key"] for entry in entries}) == 9


@pytest.mark.parametrize("style", ["silent", "message"])
@pytest.mark.parametrize("signal", ["event4", "event4_last", "first_fetch", "end", None])
def test_empty_set(simulator, client, style, signal):
    smc = simulator(Scenario(end_signals=[signal] if signal else [], empty_set=style))
    talk = client(smc).socket()
    talk.ask("CONNECTIONS", "Lab FW")
    assert talk.read()["success"] == "Fetch started"
    if signal == "event4":
        assert talk.read()["records"]["added"][0]["SessionEvent"] == "4"
    elif style == "message":
        assert talk.read()["records"] == {"added": [], "updated": [], "deleted": []}
    if signal == "end":
        assert talk.read()["end"] == "end of data"
    assert talk.quiet(0.05)
    talk.close()


def test_alerts_have_neither_event_nor_flag(simulator, client):
    smc = simulator(Scenario(end_signals=["event4", "first_fetch", "end"]))
    me = client(smc)
    entries = me.entries("ACTIVE_ALERTS", "Shared Domain")
    assert len(entries) == 9
    assert not any("SessionEvent" in entry or "first_fetch" in entry for entry in entries)
    smc.scenario.signals_on_alerts = True
    assert all(entry["first_fetch"] for entry in me.entries("ACTIVE_ALERTS", "Shared Domain"))
    assert {entry["SenderDomain"] for entry in client(smc, domain="Retail").entries("ACTIVE_ALERTS", "Retail")} == {
        "Retail"
    }


@pytest.mark.parametrize("quantity", [1, 7, 250])
def test_quantity(simulator, client, quantity):
    smc = simulator(connections=400)
    assert len(client(smc).entries("CONNECTIONS", fetch={"quantity": quantity})) == quantity


def test_quantity_beyond_the_table_waits(simulator, client):
    smc = simulator()
    talk = client(smc).socket()
    talk.ask("BLOCK_LIST", fetch={"quantity": 4})
    assert len(talk.until(lambda message: "records" in message)[-1]["records"]["added"]) == 3
    assert talk.quiet(0.05)
    smc.world.block(
        "Plano FW", {"end_point1": {"address_mode": "any"}, "end_point2": {"address_mode": "any"}, "duration": 5}
    )
    assert len(talk.until(lambda message: "end" in message)) == 2
    talk.close()


def test_crowd_of_connections(simulator, client):
    smc = simulator(Scenario(end_signals=["first_fetch", "end"]), connections=1_234)
    me = client(smc)
    for _unused in range(2):
        messages = me.fetch("CONNECTIONS")
        entries = [entry for message in messages for entry in message.get("records", {}).get("added", [])]
        assert (len(entries), len({entry["delta_key"] for entry in entries})) == (1_234, 1_234)
        assert max(len(message.get("records", {}).get("added", [])) for message in messages) == 200
    ports = {"type": "in", "left": {"type": "field", "name": "Dport"}, "right": [{"type": "number", "value": 22}]}
    some = me.entries("CONNECTIONS", filter=ports, format={"type": "raw"})
    assert {entry["Dport"] for entry in some} == {22}
    # The short way and the long one say the same.
    plain = {entry["delta_key"]: entry for entry in entries}
    assert all(plain[entry["delta_key"]]["Src"] == entry["Src"] for entry in some)


def test_a_message_that_is_never_sent(simulator, client):
    scenario = Scenario(end_signals=["end"], batch_size=2, faults=[Fault("messages", "lose", after_messages=1)])
    me = client(simulator(scenario))
    # Nine routes in five messages, of which the second is lost, once.
    assert [len(me.entries("ROUTING")) for _again in range(2)] == [7, 9]
