# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deadlines of sockets: a peer that drips does not extend them."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.sockets import (
    LookUpUnanswered,
    PlainSocket,
    addresses_within,
    keep_alive,
)


@contextmanager
def dripping() -> Iterator[PlainSocket]:
    """A connection whose other side sends one byte every 50 milliseconds."""
    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as server:
        near = socket.create_connection(server.getsockname())
        far, _address = server.accept()

    def drip() -> None:
        while not stop.wait(0.05):
            try:
                far.send(b"x")
            except OSError:
                return

    thread = threading.Thread(target=drip)
    thread.start()
    own = PlainSocket.of(near)
    try:
        yield own
    finally:
        stop.set()
        own.close()
        thread.join()
        far.close()


def read(own: PlainSocket, size: int) -> bytes:
    received = b""
    while len(received) < size:
        received += own.recv(1)
    return received


def test_the_deadline_ends_a_peer_that_drips() -> None:
    with dripping() as own:
        own.settimeout(0.5)
        with pytest.raises(TimeoutError):
            read(own, 1000)


def test_a_file_of_the_socket_keeps_the_deadline() -> None:
    with dripping() as own:
        own.settimeout(0.4)
        with own.makefile("rb") as file, pytest.raises(TimeoutError):
            file.read(1000)


def test_a_new_timeout_is_a_new_deadline() -> None:
    with dripping() as own:
        own.settimeout(0.2)
        with pytest.raises(TimeoutError):
            read(own, 1000)
        own.settimeout(5)
        assert own.recv(1) == b"x"


def test_what_was_read_ahead_comes_first_and_nothing_is_lost() -> None:
    near, far = socket.socketpair()
    with far, PlainSocket.of(near) as own:
        own.settimeout(5)
        own.reads_ahead = True
        far.sendall(b"HTTP/1.1 101\r\n\r\nframe")
        assert read(own, 16) == b"HTTP/1.1 101\r\n\r\n"
        far.sendall(b" and more")
        assert own.recv(3) == b"fra"
        assert own.recv(100) == b"me"
        assert own.recv(100) == b" and more"
        far.close()
        assert own.recv(1) == b""


def test_no_timeout_is_no_deadline_and_keep_alive_is_on() -> None:
    with dripping() as own:
        own.settimeout(None)
        keep_alive(own)
        assert own.recv(1) == b"x"
        assert own.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)


def test_a_look_up_that_nobody_answers_is_left_alone() -> None:
    answered = threading.Event()

    def silent(host: str, port: int, **more: int) -> list[object]:
        if more.get("flags") == socket.AI_NUMERICHOST:
            raise socket.gaierror(socket.EAI_NONAME, "not an address")
        answered.wait(60)
        return []

    try:
        with pytest.raises(LookUpUnanswered):
            addresses_within("smc.example.com", 8082, 0.05, look_up=silent)
    finally:
        answered.set()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_what_is_looked_up_is_what_the_system_says(host: str) -> None:
    assert addresses_within(host, 8082, 30) == socket.getaddrinfo(host, 8082, type=socket.SOCK_STREAM)


def test_a_name_without_an_address_and_one_that_is_none() -> None:
    with pytest.raises(socket.gaierror):
        addresses_within("no-such-host.invalid", 8082, 30)
    with pytest.raises(UnicodeError):
        addresses_within("x" * 70 + ".example", 8082, 30)
