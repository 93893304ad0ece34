# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the recorder keeps of what it sees."""

from __future__ import annotations

from typing import Any

from ansible_collections.ngfw.smc.plugins.module_utils._core.api.answers import Answer
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.frames import Frame, Opcode
from ansible_collections.ngfw.smc.plugins.module_utils._core.traces.recorder import Recorder

SOCKET = "wss://smc:8082/7.1/monitoring/session/socket"


def without_times(recorder: Recorder) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in event.items() if name not in ("at", "took", "probe")}
        for event in recorder.events()
    ]


def test_answers_are_kept_without_the_query_of_a_login() -> None:
    recorder = Recorder()
    recorder.probe = "session"
    answer = Answer(200, {"Authorization": "a token"}, b"{}", "", ["JSESSIONID=secret; Path=/", "ROUTE=1"])
    recorder.answered(recorder.begins(), "POST", "https://smc:8082/7.1/lms_login", {"pwd": "secret"}, answer)
    recorder.answered(
        recorder.begins(), "GET", "https://smc/7.1/a?full=False", {"filter": "*"}, Answer(404, {}, b"<p>", "")
    )
    recorder.unanswered(recorder.begins(), "GET", "https://smc/7.1/b", None, "no answer within 5 s")
    assert without_times(recorder) == [
        {
            "event": "http",
            "method": "POST",
            "path": "/7.1/lms_login",
            "query": {},
            "status": 200,
            "cookies": ["JSESSIONID", "ROUTE"],
            "token": True,
            "body": {},
        },
        {
            "event": "http",
            "method": "GET",
            "path": "/7.1/a",
            "query": {"filter": "*", "full": "False"},
            "status": 404,
            "text": "<p>",
        },
        {"event": "http_failed", "method": "GET", "path": "/7.1/b", "query": {}, "text": "no answer within 5 s"},
    ]
    assert {event["probe"] for event in recorder.events()} == {"session"}
    assert "secret" not in repr(recorder.events())


def test_each_socket_has_a_number_and_what_happens_on_it() -> None:
    recorder = Recorder()
    recorder.opened(4711, recorder.begins(), SOCKET, {"sec-websocket-protocol": "access_token"})
    recorder.sent(4711, "send", '{"fetch": {}}')
    recorder.received(4711, Frame(Opcode.TEXT, b'{"fetch": 1}', (8, 4)))
    recorder.received(4711, Frame(Opcode.TEXT, b"oops"))
    recorder.sent(4711, "ping", b"1")
    recorder.received(4711, Frame(Opcode.PONG, b"1"))
    recorder.received(4711, Frame(Opcode.PING, b""))
    recorder.sent(4711, "pong", b"")
    recorder.note("snapshot", 4711, completed_by="end")
    recorder.received(4711, Frame(Opcode.CLOSE, b"\x03\xe9stopping"))
    recorder.received(4711, Frame(Opcode.CLOSE, b"x"))
    recorder.lost(4711, "reset")
    recorder.opened(4711, recorder.begins(), SOCKET, {})
    recorder.sent(4711, "close", b"")
    recorder.refused(recorder.begins(), SOCKET, 503, "busy")
    assert without_times(recorder) == [
        {"event": "opened", "socket": 1, "path": "/7.1/monitoring/session/socket", "status": 101, "subprotocol": True},
        {"event": "sent", "socket": 1, "message": {"fetch": {}}},
        {"event": "received", "socket": 1, "bytes": 12, "parts": 2, "part_bytes": 8, "message": {"fetch": 1}},
        {"event": "received", "socket": 1, "bytes": 4, "text": "oops"},
        {"event": "ping_sent", "socket": 1},
        {"event": "pong", "socket": 1},
        {"event": "ping", "socket": 1},
        {"event": "pong_sent", "socket": 1},
        {"event": "snapshot", "socket": 1, "completed_by": "end"},
        {"event": "closed", "socket": 1, "code": 1001, "text": "stopping"},
        {"event": "closed", "socket": 1, "text": "a close frame that breaks the protocol"},
        {"event": "lost", "socket": 1, "text": "reset"},
        {"event": "opened", "socket": 2, "path": "/7.1/monitoring/session/socket", "status": 101, "subprotocol": False},
        {"event": "left", "socket": 2},
        {"event": "refused", "path": "/7.1/monitoring/session/socket", "status": 503, "text": "busy"},
    ]


def test_what_is_too_much_is_left_out_and_said() -> None:
    recorder = Recorder(largest=20)
    for _unused in range(2):
        recorder.received(1, Frame(Opcode.TEXT, b'{"fetch": 123}'))
    recorder.answered(0.0, "GET", "https://smc/7.1/a", None, Answer(200, {}, b"[]", ""))
    kept = without_times(recorder)
    assert [event.get("left_out") for event in kept] == [None, 14, 2]
    assert [("message" in event, "body" in event) for event in kept] == [(True, False), (False, False), (False, False)]
