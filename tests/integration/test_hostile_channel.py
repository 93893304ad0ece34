# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that flood an open socket with frames: each wait ends in time, or with a sentence on what came."""

from __future__ import annotations

import base64
import hashlib
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api import channel as channel_module
from ansible_collections.ngfw.smc.plugins.module_utils._core.api import frames as frames_module
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.channel import Channel
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import (
    BadMessage,
    ChannelClosed,
    ConnectionFailed,
    HandshakeRefused,
    SMCError,
)

from tests.integration.test_hostile_http import SWITCHING, Reply, answer, connection, hostile

# Far above what the tests allow, and far below what the floods would take.
PATIENCE = 10.0

PING, PONG = b"\x89\x00", b"\x8a\x00"


def after_handshake(first: bytes, then: bytes, pause: float = 0.0) -> Reply:
    """Opens the socket; then sends a piece again and again, or nothing for the pause, and reads nothing."""

    def reply(connection: socket.socket, asked: bytes) -> None:
        key = asked.rsplit(b"\n", 1)[-1] + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
        accept = base64.b64encode(hashlib.sha1(key).digest())
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        connection.sendall(SWITCHING + b"Sec-WebSocket-Accept: " + accept + b"\r\n\r\n" + first)
        time.sleep(pause)
        while then:
            connection.sendall(then)
            time.sleep(pause)
        connection.shutdown(socket.SHUT_RDWR)
        raise ConnectionError("it is over")

    return reply


@contextmanager
def channel_to(reply: Reply, total: float) -> Iterator[Channel]:
    with hostile(socket=reply) as server, Session(connection(server, total=total)) as session, Channel(session) as one:
        yield one


def receive_all(channel: Channel, until: float) -> None:
    while time.monotonic() < until:
        channel.receive(until)


@pytest.mark.parametrize(
    ("first", "then", "error", "words"),
    [
        (b"", PING * 1000, BadMessage, "pings or pongs, and no message in between"),
        (b"", PONG * 1000, BadMessage, "pings or pongs, and no message in between"),
        (
            b"",
            (b"\x89\x7d" + b"x" * 125) * 1000,
            (BadMessage, ChannelClosed),
            "pings or pongs|does not read what is sent to it",
        ),
        (b"\x01\x01x", b"\x00\x01x" * 1000, BadMessage, "a message in more than 300 frames"),
    ],
)
def test_a_flood_is_named(
    first: bytes, then: bytes, error: type[SMCError], words: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Smaller bounds, so that it is the flood that ends it, on a busy machine too.
    monkeypatch.setattr(channel_module, "_MOST_CONTROL_FRAMES", 300)
    monkeypatch.setattr(frames_module, "_MOST_PARTS", 300)
    with channel_to(after_handshake(first, then), total=60.0) as channel, pytest.raises(error, match=words):
        receive_all(channel, time.monotonic() + 60.0)


@pytest.mark.parametrize(("first", "then"), [(b"", PING), (b"", PONG), (b"\x01\x01x", b"\x00\x01x")])
def test_a_wait_ends_in_time_while_frames_come(first: bytes, then: bytes) -> None:
    with channel_to(after_handshake(first, then, pause=0.02), total=20.0) as channel:
        began = time.monotonic()
        assert channel.receive(began + 0.3) is None
        assert time.monotonic() - began < PATIENCE / 2


def test_who_does_not_read_is_named_by_the_end_of_the_task() -> None:
    with (
        channel_to(after_handshake(b"", b"", pause=2.0), total=1.0) as channel,
        pytest.raises(ChannelClosed, match="the SMC does not read what is sent to it"),
    ):
        # More than the buffers of both sides hold.
        channel.send("x" * 32 * 1024 * 1024)


def test_a_pong_that_nobody_asked_for_answers_no_ping() -> None:
    with channel_to(after_handshake(b"", b"\x8a\x011", pause=0.02), total=20.0) as channel:
        channel.ping()
        assert channel.receive(time.monotonic() + 0.3) is None
        assert not channel.pong_received


def test_what_came_before_a_broken_frame_is_received() -> None:
    whole = b'\x81\x1a{"success":"ok","fetch":1}'
    with channel_to(after_handshake(whole + b"\x83\x00", b"", pause=1.0), total=20.0) as channel:
        message = channel.receive(time.monotonic() + PATIENCE)
        assert message is not None and message.fetch == 1
        with pytest.raises(BadMessage, match="unknown type 3"):
            channel.receive(time.monotonic() + PATIENCE)


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("200 OK", "HTTP 200, {}. This is not the answer to a WebSocket request"),
        ("407 Proxy Authentication Required", "A proxy in between wants a user name"),
        ("426 Upgrade Required", "A gateway in between does not forward WebSockets"),
        ("502 Bad Gateway", "got no answer from the SMC"),
        ("504 Gateway Timeout", "got no answer from the SMC"),
    ],
)
def test_a_handshake_that_a_gateway_answered(status: str, words: str) -> None:
    def reply(connection: socket.socket, _asked: bytes) -> None:
        answer(connection, b"{}", status=status)

    with (
        hostile(socket=reply) as server,
        Session(connection(server)) as session,
        pytest.raises(HandshakeRefused, match=words),
        Channel(session),
    ):
        pass


def test_a_handshake_that_is_not_answered_names_the_time_that_there_was() -> None:
    def silent(connection: socket.socket, _asked: bytes) -> None:
        connection.recv(1)

    with hostile(socket=silent) as server:
        late = Connection(server.url, api_key="the-secret-key", connect_timeout=10.0, total_timeout=1.0)
        with (
            Session(late) as session,
            pytest.raises(ConnectionFailed, match="no answer to the handshake within 1 s"),
            Channel(session),
        ):
            pass
