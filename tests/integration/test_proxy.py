# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proxies that the environment names, for HTTP and WebSocket alike."""

from __future__ import annotations

import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from tests.integration.conftest import Ansible
from tests.simulator import Scenario, Simulator

FACTS = {"name": "facts", "ngfw.smc.session_facts": {"definitions": "ROUTING"}}


class _Handler(socketserver.StreamRequestHandler):
    """Forwards plain requests and makes tunnels; what was asked is kept in the server's `asked`."""

    def handle(self) -> None:
        line = self.rfile.readline().decode()
        if not line.strip():
            return
        method, where, _version = line.split()
        self.server.asked.append(method)  # type: ignore[attr-defined]
        parts = urlsplit(where if "//" in where else f"//{where}")
        with socket.create_connection((parts.hostname or "", parts.port or 80)) as upstream:
            headers = []
            while (header := self.rfile.readline()).strip():
                headers.append(header)
            if method == "CONNECT":
                self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            else:
                target = parts.path + (f"?{parts.query}" if parts.query else "")
                upstream.sendall(f"{method} {target} HTTP/1.1\r\n".encode() + b"".join(headers) + b"\r\n")
            back = threading.Thread(target=_pour, args=(upstream, self.connection))
            back.start()
            while data := self.rfile.read1(65536):
                upstream.sendall(data)
            upstream.shutdown(socket.SHUT_WR)
            back.join()


def _pour(source: socket.socket, sink: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            sink.sendall(data)
    except OSError:
        return  # the other side is gone, and so is the need


class _Proxy(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.asked: list[str] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that the client drops is nothing to report."""


@contextmanager
def _proxy() -> Iterator[_Proxy]:
    with _Proxy() as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("connection", ["local", "jump"])
def test_a_proxy_of_the_environment_is_used_for_both(
    ansible: Ansible, simulator: Callable[..., Simulator], connection: str
) -> None:
    smc = simulator(Scenario(end_signals=["end"]))
    ansible.use(smc)
    with _proxy() as proxy:
        through = {"http_proxy": f"http://127.0.0.1:{proxy.server_address[1]}", "no_proxy": ""}
        run = ansible.tasks({**FACTS, "environment": through}, connection=connection).check()
        asked = list(proxy.asked)
        ansible.tasks({**FACTS, "environment": {**through, "no_proxy": "127.0.0.1"}}, connection=connection).check()
        assert proxy.asked == asked
    assert run.result("facts")["ansible_facts"]["smc_routing"]["complete"] is True
    # HTTP as plain requests (one connection serves several), the WebSocket through a tunnel.
    assert "GET" in asked
    assert asked.count("CONNECT") == 1


def test_a_proxy_that_is_not_there_is_named(ansible: Ansible, simulator: Callable[..., Simulator]) -> None:
    ansible.use(simulator())
    run = ansible.tasks({**FACTS, "environment": {"http_proxy": "http://127.0.0.1:1", "no_proxy": ""}})
    assert run.result("facts")["error"]["kind"] == "connection"
    assert "proxy" in run.result("facts")["msg"]
