# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The proxies that the environment names, for HTTP and WebSocket alike."""

from __future__ import annotations

import importlib.util
import os
import socket
import socketserver
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

import pytest

from simulator import Scenario, Simulator
from tests.integration.conftest import Ansible

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
        headers = []
        while (header := self.rfile.readline()).strip():
            headers.append(header)
        wanted = self.server.credentials  # type: ignore[attr-defined]
        if wanted and not any(wanted in header for header in headers):
            page = b"<html><p>Who are you?</p></html>"
            self.wfile.write(
                b"HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: %d\r\n\r\n" % len(page) + page
            )
            return
        if method == "CONNECT" and not self.server.tunnels:  # type: ignore[attr-defined]
            self.wfile.write(b"HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n")
            return
        host = self.server.names.get(parts.hostname, parts.hostname)  # type: ignore[attr-defined]
        with socket.create_connection((host or "", parts.port or 80)) as upstream:
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


class _SocksHandler(socketserver.StreamRequestHandler):
    """Makes connections as SOCKS 5 asks for them (RFC 1928, and RFC 1929 for credentials)."""

    def handle(self) -> None:
        _version, methods = self.rfile.read(2)
        offered = self.rfile.read(methods)
        wanted = self.server.credentials  # type: ignore[attr-defined]
        method = 2 if wanted and 2 in offered else 0
        self.wfile.write(bytes((5, method)))
        if method == 2:
            _version, length = self.rfile.read(2)
            given = self.rfile.read(length) + b":" + self.rfile.read(self.rfile.read(1)[0])
            self.wfile.write(bytes((1, given != wanted)))
            if given != wanted:
                return
        _version, _command, _reserved, kind = self.rfile.read(4)
        host = self.rfile.read(self.rfile.read(1)[0]).decode() if kind == 3 else socket.inet_ntoa(self.rfile.read(4))
        port = int.from_bytes(self.rfile.read(2), "big")
        self.server.asked.append(host)  # type: ignore[attr-defined]
        with socket.create_connection((self.server.names.get(host, host), port)) as upstream:  # type: ignore[attr-defined]
            self.wfile.write(bytes((5, 0, 0, 1, 0, 0, 0, 0, 0, 0)))
            back = threading.Thread(target=_pour, args=(upstream, self.connection))
            back.start()
            while data := self.rfile.read1(65536):
                upstream.sendall(data)
            upstream.shutdown(socket.SHUT_WR)
            back.join()


class _Proxy(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, handler: type[socketserver.BaseRequestHandler]) -> None:
        super().__init__(("127.0.0.1", 0), handler)
        self.asked: list[str] = []
        self.names: dict[str, str] = {}
        self.credentials = b""
        self.tunnels = True

    def handle_error(self, request: object, client_address: object) -> None:
        """A connection that the client drops is nothing to report."""


@contextmanager
def _proxy(handler: type[socketserver.BaseRequestHandler] = _Handler) -> Iterator[_Proxy]:
    with _Proxy(handler) as server:
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


def test_a_proxy_that_makes_no_tunnels_leaves_the_polling_interface(
    ansible: Ansible, simulator: Callable[..., Simulator]
) -> None:
    ansible.use(simulator())
    with _proxy() as proxy:
        proxy.tunnels = False
        through = {"http_proxy": f"http://127.0.0.1:{proxy.server_address[1]}", "no_proxy": ""}
        result = ansible.tasks({**FACTS, "environment": through}).check().result("facts")
    table = result["ansible_facts"]["smc_routing"]
    assert (table["count"], table["completed_by"], table["transport"]) == (9, "is_all", "polling")
    (warning,) = result["warnings"]
    assert warning.startswith("ROUTING of 'Plano FW' was read through the SMC's polling interface. ")
    assert "405" in warning


def test_a_proxy_that_is_not_there_is_named(ansible: Ansible, simulator: Callable[..., Simulator]) -> None:
    ansible.use(simulator())
    run = ansible.tasks({**FACTS, "environment": {"http_proxy": "http://127.0.0.1:1", "no_proxy": ""}})
    assert run.result("facts")["error"]["kind"] == "connection"
    assert "proxy" in run.result("facts")["msg"]


def test_only_the_proxy_knows_the_name(ansible: Ansible, simulator: Callable[..., Simulator]) -> None:
    smc = simulator(Scenario(end_signals=["end"]))
    ansible.use(smc)
    name = "smc.only-the-proxy-knows.invalid"
    facts = {**FACTS["ngfw.smc.session_facts"], "url": smc.url.replace("127.0.0.1", name)}
    with _proxy() as proxy:
        proxy.names[name] = "127.0.0.1"
        proxy.credentials = b"Basic bWU6cEBzcw=="
        port = proxy.server_address[1]
        known = {"http_proxy": f"http://me:p%40ss@127.0.0.1:{port}", "no_proxy": "10.0.0.0/8"}
        unknown = {**known, "http_proxy": f"http://me:s3cret-w0rd@127.0.0.1:{port}"}
        run = ansible.tasks(
            {"name": "refused", "ngfw.smc.session_facts": facts, "environment": unknown, "ignore_errors": True},
            {"name": "facts", "ngfw.smc.session_facts": facts, "environment": known},
            hosts="Plano FW,",
        ).check()
        assert proxy.asked.count("CONNECT") == 1
    assert run.result("facts")["ansible_facts"]["smc_routing"]["complete"] is True
    refused = run.result("refused")
    assert refused["error"]["kind"] == "connection"
    assert f"The proxy http://127.0.0.1:{port} refused to connect to http://{name}" in refused["msg"]
    assert (
        "HTTP 407, Who are you? Give its user name and password in the environment variable http_proxy"
        in refused["msg"]
    )
    assert "s3cret" not in run.output


PYSOCKS = importlib.util.find_spec("socks") is not None


@pytest.mark.skipif(not PYSOCKS, reason="PySocks is not installed, so no SOCKS proxy can be used")
def test_a_socks_proxy_leads_to_a_name_that_only_it_knows(
    ansible: Ansible, simulator: Callable[..., Simulator]
) -> None:
    smc = simulator(Scenario(end_signals=["end"]))
    ansible.use(smc)
    name = "smc.only-the-proxy-knows.invalid"
    facts = {**FACTS["ngfw.smc.session_facts"], "url": smc.url.replace("127.0.0.1", name)}
    with _proxy(_SocksHandler) as proxy:
        proxy.names[name] = "127.0.0.1"
        proxy.credentials = b"me:p@ss"
        where = f"127.0.0.1:{proxy.server_address[1]}"
        right, wrong = ({"all_proxy": f"socks5h://me:{word}@{where}", "no_proxy": ""} for word in ("p%40ss", "geheim"))
        run = ansible.tasks(
            {"name": "refused", "ngfw.smc.session_facts": facts, "environment": wrong, "ignore_errors": True},
            {"name": "facts", "ngfw.smc.session_facts": facts, "environment": right},
        ).check()
        # HTTP and the WebSocket.
        assert set(proxy.asked) == {name} and len(proxy.asked) >= 2
    assert run.result("facts")["ansible_facts"]["smc_routing"]["complete"] is True
    refused = run.result("refused")
    assert refused["error"]["kind"] == "connection"
    assert f"proxy socks5h://{where}" in refused["msg"]
    assert "geheim" not in run.output


def test_a_socks_proxy_without_its_library_is_a_sentence(ansible: Ansible, simulator: Callable[..., Simulator]) -> None:
    ansible.use(simulator())
    # As if it were not installed.
    (ansible.folder / "sitecustomize.py").write_text("import sys\nsys.modules['socks'] = None\n", "utf-8")
    ansible.environment["PYTHONPATH"] = os.pathsep.join([str(ansible.folder), os.environ.get("PYTHONPATH", "")])
    run = ansible.tasks({**FACTS, "environment": {"all_proxy": "socks5://127.0.0.1:1080", "no_proxy": ""}})
    result = run.result("facts")
    assert (result["error"]["kind"], result["error"]["library"]) == ("missing_library", "PySocks")
    assert "the environment variable all_proxy names a SOCKS proxy" in result["msg"]
