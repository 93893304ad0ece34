# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Servers that drip, never end, explode or answer with nonsense: each is an error with a sentence, in time and memory."""

from __future__ import annotations

import gzip
import http.client
import json
import socket
import threading
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.channel import Channel
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.elements import search_elements
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import (
    AnswerTooLarge,
    BadMessage,
    ConnectionFailed,
    LoginRefused,
    SMCError,
)

# What a hostile server does with one connection, after it has read a request: its path, body and WebSocket key, a line each.
Reply = Callable[[socket.socket, bytes], None]

# Far above what the tests allow, and far below what the endless servers would take.
PATIENCE = 20.0


class Hostile:
    """A server on this machine. replies: by the end of the path; others get what a well-behaved SMC says."""

    def __init__(self, replies: dict[str, Reply]) -> None:
        self.asked: list[str] = []
        self._replies = replies
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listener.getsockname()[1]}"
        self._stopped = threading.Event()
        self._threads: list[threading.Thread] = []

    def serve(self) -> None:
        with suppress(OSError):
            while True:
                connection, _address = self._listener.accept()
                thread = threading.Thread(target=self._handle, args=(connection,))
                self._threads.append(thread)
                thread.start()

    def stop(self) -> None:
        self._stopped.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in self._threads:
            thread.join(PATIENCE)

    def _handle(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(PATIENCE)
            file = connection.makefile("rb")
            while not self._stopped.is_set():
                line = file.readline()
                if not line:
                    return
                headers = http.client.parse_headers(file)
                body = file.read(int(headers.get("Content-Length", 0)))
                method, path, _version = line.decode().split()
                self.asked.append(f"{method} {path}")
                name = path.partition("?")[0].rsplit("/", 1)[-1]
                key = headers.get("Sec-WebSocket-Key", "").encode()
                self._replies.get(name, well_behaved)(connection, b"\n".join((path.encode(), body, key)))


def answer(connection: socket.socket, body: bytes, *headers: str, status: str = "200 OK") -> None:
    lines = [f"HTTP/1.1 {status}", *headers]
    if not any(header.lower().startswith(("content-length", "transfer-encoding")) for header in headers):
        lines.append(f"Content-Length: {len(body)}")
    connection.sendall("".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1") + body)


def well_behaved(connection: socket.socket, asked: bytes) -> None:
    if asked.startswith(b"/api"):
        answer(connection, json.dumps({"version": [{"rel": "7.1", "href": "x"}]}).encode())
    elif b"/login" in asked:
        answer(connection, b"", "Set-Cookie: JSESSIONID=0123456789ABCDEF; Path=/")
    else:
        answer(connection, b"{}")


def raw(data: bytes) -> Reply:
    """Sends just this and closes."""

    def reply(connection: socket.socket, _asked: bytes) -> None:
        connection.sendall(data)
        connection.shutdown(socket.SHUT_RDWR)

    return reply


def dripping(head: bytes, drop: bytes) -> Reply:
    """After the head, one drop every 20 milliseconds, until nobody listens."""

    def reply(connection: socket.socket, _asked: bytes) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(drop)
            time.sleep(0.02)

    return reply


def endless(head: bytes, piece: bytes) -> Reply:
    """After the head, pieces as fast as they go."""

    def reply(connection: socket.socket, _asked: bytes) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)

    return reply


@contextmanager
def hostile(**replies: Reply) -> Iterator[Hostile]:
    server = Hostile(replies)
    thread = threading.Thread(target=server.serve)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()


def connection(server: Hostile, seconds: float = 60.0, total: float | None = None) -> Connection:
    return Connection(
        server.url, api_key="the-secret-key", connect_timeout=1.0, read_timeout=seconds, total_timeout=total
    )


def work(server: Hostile, seconds: float = 60.0, total: float | None = None) -> None:
    """A login, one reading, a logout."""
    with Session(connection(server, seconds, total)) as session:
        session.get("elements", "listing engines")
        assert not session.warnings


OK = b"HTTP/1.1 200 OK\r\n"
SWITCHING = b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"", b"H"),
        (OK, b"X: y\r\n"),
        (OK + b"X: ", b"y"),
        (OK + b"Content-Length: 100000\r\n\r\n", b" "),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n", b"0"),
        (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    ],
)
@pytest.mark.parametrize("where", ["api", "login", "elements"])
def test_an_answer_that_drips_ends_at_its_deadline(where: str, head: bytes, drop: bytes) -> None:
    with hostile(**{where: dripping(head, drop)}) as server:
        began = time.monotonic()
        with pytest.raises(ConnectionFailed) as error:
            work(server, seconds=1.0)
        assert time.monotonic() - began < PATIENCE / 2
    assert "no answer within 1 s" in error.value.message or "headers" in error.value.message
    assert "the-secret-key" not in error.value.message


def test_several_slow_answers_share_one_deadline() -> None:
    def slow(connection: socket.socket, asked: bytes) -> None:
        time.sleep(0.7)
        well_behaved(connection, asked)

    with hostile(api=slow, login=slow, elements=slow) as server:
        with pytest.raises(ConnectionFailed, match=r"no answer within 1.5 s"):
            work(server, seconds=1.5, total=1.5)
        # Whoever has logged in logs out, with some time of its own.
        assert server.asked[-1].startswith("PUT") and len(server.asked) == 4


def test_a_silent_server_leaves_time_to_the_next_one() -> None:
    def silent(connection: socket.socket, _asked: bytes) -> None:
        connection.recv(1)

    with hostile(api=silent) as first, hostile(api=silent) as second, hostile() as last:
        pair = Connection(
            f"{first.url},{second.url},{last.url}", api_key="the-secret-key", read_timeout=3.0, total_timeout=3.0
        )
        with Session(pair) as session:
            assert session.base == last.url
            session.get("elements", "listing engines")
        assert f"Another Management Server is used, {second.url}. Could not reach" in session.warnings[-2]
        assert "no answer within 1 s" in session.warnings[-2] and "no answer within 1 s" in session.warnings[-1]


def test_a_logout_that_drips_is_a_warning_after_its_grace(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{Session.__module__}.LOGOUT_GRACE", 0.5)
    with hostile(logout=dripping(OK + b"Content-Length: 100000\r\n\r\n", b" ")) as server:
        began = time.monotonic()
        with Session(connection(server, total=1.0)) as session:
            session.get("elements", "listing engines")
        assert time.monotonic() - began < PATIENCE / 2
    assert "The logout failed, so the session stays until it expires" in session.warnings[0]


@pytest.mark.parametrize(
    ("head", "drop"),
    [
        (b"", b"H"),
        (SWITCHING, b"X: y\r\n"),
        (SWITCHING + b"X: ", b"y"),
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 100000\r\n\r\n", b" "),
    ],
)
def test_a_handshake_that_drips_ends_too(head: bytes, drop: bytes) -> None:
    with hostile(socket=dripping(head, drop)) as server, Session(connection(server, total=10.0)) as session:
        began = time.monotonic()
        with pytest.raises(SMCError), Channel(session):
            pass
        assert time.monotonic() - began < PATIENCE / 2


@pytest.mark.parametrize(
    "answered",
    [
        b"",
        b"nonsense\r\n\r\n",
        b"HTTP/1.1\r\n\r\n",
        b"HTTP/1.1 abc OK\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n\r\n",
        SWITCHING + b"Sec-WebSocket-Accept: wrong\r\n\r\n",
        SWITCHING + b"no colon\r\n\r\n",
        SWITCHING + b"Sec-WebSocket-Accept: \xff\xfe\r\n\r\n",
        b"HTTP/1.1 403 No\r\nContent-Length: many\r\n\r\n",
        b"HTTP/1.1 403 No\r\nContent-Length: -5\r\n\r\n",
        b"HTTP/1.1 403 No\r\nContent-Length: 99999999999999999999999\r\n\r\nno",
        b"HTTP/1.1 403 No\r\nContent-Length: 9999999999\r\n\r\nno",
        b"HTTP/1.1 302 Found\r\nLocation: http://[::1/;jsessionid=0123456789ABCDEF\r\n\r\n",
        b"\x15\x03\x01\x00\x02\x02\x0a",
    ],
)
def test_odd_handshakes_are_errors_of_the_tree(answered: bytes) -> None:
    with hostile(socket=raw(answered)) as server, Session(connection(server, total=10.0)) as session:
        with pytest.raises(SMCError) as error, Channel(session):
            pass
        assert error.value.details()["kind"] in ("connection", "handshake")
        assert "0123456789ABCDEF" not in error.value.message


@pytest.mark.parametrize(
    "head",
    [
        OK + b"Content-Length: 99999999999\r\n\r\n",
        OK + b"Transfer-Encoding: chunked\r\n\r\nffffffffff\r\n",
        # A line that never ends, which the libraries read whole.
        OK + b"Transfer-Encoding: chunked\r\n\r\n0",
        OK + b"\r\n",
    ],
)
def test_an_endless_body_is_named_in_bounded_memory(head: bytes) -> None:
    with hostile(elements=endless(head, b"0" * 65536)) as server:
        tracemalloc.start()
        try:
            with pytest.raises(ConnectionFailed) as error:
                work(server)
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    # New versions of urllib3 have a limit of their own for such a line.
    limited = head.endswith(b"\r\n0") and "the answer is not HTTP" in error.value.message
    assert limited or isinstance(error.value, AnswerTooLarge), error.value.message
    assert limited or "too large while listing engines" in error.value.message
    assert peak < 400 * 1024 * 1024


def test_a_small_answer_that_unpacks_to_gigabytes() -> None:
    # Half a gigabyte of zeros, twice packed, would be a few kilobytes.
    packed = gzip.compress(bytes(512 * 1024 * 1024), 1)

    def bomb(connection: socket.socket, _asked: bytes) -> None:
        answer(connection, packed, "Content-Encoding: gzip")

    with hostile(elements=bomb) as server:
        tracemalloc.start()
        try:
            with pytest.raises(AnswerTooLarge, match="larger than 64 MiB"):
                work(server)
            _now, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 400 * 1024 * 1024


@pytest.mark.parametrize(
    ("answered", "words"),
    [
        (OK + b"Content-Length: 100\r\n\r\n{", "cut off"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n5\r\n{", "cut off"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n{", "cut off or is not HTTP"),
        (OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\n{", "Could not reach"),
        (OK + b"Content-Encoding: br\r\nContent-Length: 1\r\n\r\n{", "compressed in a way"),
        (OK + b"Content-Encoding: gzip, gzip\r\nContent-Length: 1\r\n\r\n{", "compressed in a way"),
        (OK + b"Content-Encoding: gzip\r\nContent-Length: 1\r\n\r\n{", "cannot be unpacked|cut off"),
        (OK + b"X: " + b"y" * 70000 + b"\r\n\r\n", "header"),
        (OK + b"X: y\r\n" * 200 + b"\r\n", "not HTTP"),
        (OK + b"Date: Mon\r\nSer", "cut off in its headers"),
        (OK + b"Date: Mon\r\n", "cut off in its headers"),
        (OK, "cut off in its headers"),
        (b"HTTP/1.1 200", "cut off in its headers"),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Con", "cut off in its headers"),
        (b"", "closed the connection without an answer"),
        (b"nonsense\r\n\r\n", "not HTTP"),
        (b"HTTP/1.1 99999 OK\r\n\r\n", "not HTTP"),
        (OK + b"Content-Length: 7\r\n\r\n\xff\xfe{\x00}\x00 ", "not JSON"),
        (b"HTTP/1.1 302 Found\r\nContent-Length: 0\r\n\r\n", "redirect to nowhere"),
        (
            b"HTTP/1.1 302 Found\r\nLocation: http://h:99999/a\r\nContent-Length: 0\r\n\r\n",
            "redirect to http://h:99999/a",
        ),
        (
            b"HTTP/1.1 302 Found\r\nLocation: https://[::1\r\nContent-Length: 0\r\n\r\n",
            "an address that cannot be read",
        ),
        (
            b"HTTP/1.1 302 Found\r\nLocation: /login;jsessionid=FEDCBA9876543210\r\nContent-Length: 0\r\n\r\n",
            "redirect to /login;jsessionid=[*]+ while",
        ),
        (
            b"HTTP/1.1 302 Found\r\nLocation: /the%2Dsecret%2dkey\r\nContent-Length: 0\r\n\r\n",
            r"redirect to /[*]+ while",
        ),
    ],
)
@pytest.mark.parametrize("where", ["api", "elements"])
def test_odd_answers_have_fitting_words(where: str, answered: bytes, words: str) -> None:
    with hostile(**{where: raw(answered)}) as server, pytest.raises(SMCError, match=words) as error:
        work(server)
    assert error.value.details()["kind"] == "connection"
    for secret in ("the-secret-key", "0123456789", "FEDCBA"):
        assert secret not in error.value.message
    # Something of an answer came, or has come before, so the port is the right one.
    right = where != "api" or b"HTTP/1.1 200" in answered
    assert not right or "expects https" not in error.value.message


@pytest.mark.parametrize(
    ("status", "body", "words"),
    [
        ("200 OK", b'{"message": "database is being restored"}', "HTTP 200, database is being restored"),
        ("200 OK", b'{"results": [{"name": "Plano", "href": "x"}]}', "not a list of elements, while listing engines"),
        ("200 OK", b'{"result": null}', "not a list of elements"),
        ("200 OK", b"null", "not a list of elements"),
        ("200 OK", b"", "HTTP 200, no explanation"),
        ("204 No Content", b"", ""),
        ("200 OK", b'{"result": []}', ""),
    ],
)
def test_only_an_empty_list_or_no_content_means_no_element(status: str, body: bytes, words: str) -> None:
    def reply(connection: socket.socket, _asked: bytes) -> None:
        answer(connection, body, status=status)

    with hostile(elements=reply) as server, Session(connection(server)) as session:
        if not words:
            assert search_elements(session, "listing engines", {"filter": "*"}) == []
            return
        with pytest.raises(BadMessage, match=words):
            search_elements(session, "listing engines", {"filter": "*"})


@pytest.mark.parametrize("body", [b'{"result": [{"name": "Plano", "href": "x"}]}', b'[{"name": "Plano", "href": "x"}]'])
def test_the_list_of_a_search_may_stand_alone(body: bytes) -> None:
    def reply(connection: socket.socket, _asked: bytes) -> None:
        answer(connection, body)

    with hostile(elements=reply) as server, Session(connection(server)) as session:
        assert search_elements(session, "listing engines", {"filter": "*"}) == [{"name": "Plano", "href": "x"}]


@pytest.mark.parametrize(
    ("status", "body", "words", "unfit"),
    [
        ("401 Unauthorized", b'{"message": "Wrong key the\\u002dsecret-key"}', "Check the key", "secret"),
        ("409 Conflict", b'{"message": "Logged in already"}', "Logged in already", "Check the key"),
        ("404 Not Found", b"<html><h1>404</h1></html>", "address of the SMC API", "Check the key"),
        ("200 OK", b"<!DOCTYPE html><html><p>Welcome</p></html>", "a page for people: Welcome", "session ID"),
    ],
)
def test_the_words_at_the_login_fit_the_cause(status: str, body: bytes, words: str, unfit: str) -> None:
    def reply(connection: socket.socket, _asked: bytes) -> None:
        answer(connection, body, status=status)

    with hostile(login=reply) as server, pytest.raises(LoginRefused) as error:
        work(server)
    assert words in error.value.message
    assert unfit not in error.value.message
    assert "secret-key" not in str(error.value.details())


def closing_once(then: Reply) -> Reply:
    """Closes the kept connection when it is asked for the first time."""
    asked = iter([True])

    def reply(connection: socket.socket, said: bytes) -> None:
        if next(asked, False):
            connection.shutdown(socket.SHUT_RDWR)
        else:
            then(connection, said)

    return reply


def test_no_content_has_no_body_whatever_its_length_says() -> None:
    def reply(connection: socket.socket, _asked: bytes) -> None:
        answer(connection, b"", "Content-Length: 5", status="204 No Content")

    def with_body(connection: socket.socket, _asked: bytes) -> None:
        answer(connection, b"{}", "Content-Length: 2", status="204 No Content")

    with hostile(block_list=reply, logout=with_body) as server, Session(connection(server)) as session:
        assert session.request("POST", "block_list", "adding to the block list", json={}).ok
        assert session.get("elements", "listing engines") == {}
        assert session.request("PUT", "logout", "logging out").ok
        assert session.get("elements", "listing engines") == {}


@pytest.mark.parametrize("where", ["login", "elements", "logout"])
def test_a_kept_connection_that_was_closed_is_replaced_once(where: str) -> None:
    with hostile(**{where: closing_once(well_behaved)}) as server:
        work(server)
        assert [asked.rsplit("/", 1)[-1] for asked in server.asked].count(where) == 2


def test_what_may_have_been_done_is_not_done_twice() -> None:
    with hostile(block_list=closing_once(well_behaved)) as server, Session(connection(server)) as session:
        with pytest.raises(ConnectionFailed):
            session.request("POST", "block_list", "adding to the block list", json={})
        assert server.asked.count("POST /7.1/block_list") == 1


def test_the_last_cookie_of_a_name_is_the_session() -> None:
    def reply(connection: socket.socket, _asked: bytes) -> None:
        answer(
            connection, b"", "Set-Cookie: JSESSIONID=old-session; Path=/", "Set-Cookie: JSESSIONID=new-session; Path=/"
        )

    with hostile(login=reply) as server, Session(connection(server)) as session:
        assert session.credentials() == ("JSESSIONID=new-session", None)
