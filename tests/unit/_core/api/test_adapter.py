# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One way to connect: through proxies, with TLS, within a deadline. Real proxies and servers on this machine."""

from __future__ import annotations

import base64
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.adapter import Adapter, ProxyRefused
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.certificates import tls_context
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.network_errors import chain
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.proxies import Proxy
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.sockets import PlainSocket, TLSSocket

from simulator.tls import make_certificates, server_context

OK = b"HTTP/1.1 200 Connection established\r\nVia: 1.1 proxy\r\n\r\n"


@contextmanager
def serving(answer: bytes, asked: list[bytes], tls: Path | None = None) -> Iterator[int]:
    """A server of one connection on this port: it reads a head, answers, then sends back what comes (with TLS)."""

    def serve() -> None:
        with listener.accept()[0] as plain:
            if answer:
                head = b""
                while not head.endswith(b"\r\n\r\n"):
                    head += plain.recv(1)
                asked.append(head)
                plain.sendall(answer)
            near = server_context(tls, "good").wrap_socket(plain, server_side=True) if tls else plain
            while data := near.recv(1000):
                near.sendall(data)

    def tolerant() -> None:
        try:
            serve()
        except OSError:
            return

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=tolerant)
        thread.start()
        try:
            yield listener.getsockname()[1]
        finally:
            listener.close()
            thread.join(10)


def echo(connected: socket.socket) -> None:
    with connected:
        connected.settimeout(10)
        connected.sendall(b"hello")
        assert connected.recv(1000) == b"hello"
        assert connected.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
        assert connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def adapter(proxy: Proxy | None = None, ca: Path | None = None) -> Adapter:
    return Adapter(tls_context(ca is not None, str(ca) if ca else None, {}), proxy, 1)


def test_without_a_proxy() -> None:
    with serving(b"", []) as port:
        connected = adapter().connect(f"http://127.0.0.1:{port}/smc", 10)
        assert isinstance(connected, PlainSocket)
        echo(connected)


def test_with_tls(tmp_path: Path) -> None:
    make_certificates(tmp_path)
    with serving(b"", [], tmp_path) as port:
        connected = adapter(ca=tmp_path / "ca.pem").connect(f"https://127.0.0.1:{port}", 10)
        assert isinstance(connected, TLSSocket)
        echo(connected)


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ("http://smc.only-the-proxy-knows.invalid:8082", b"smc.only-the-proxy-knows.invalid:8082"),
        ("http://192.0.2.1", b"192.0.2.1:80"),
        ("http://[2001:db8::1]:8082/smc", b"[2001:db8::1]:8082"),
    ],
)
def test_a_tunnel_through_a_proxy(url: str, where: bytes) -> None:
    asked: list[bytes] = []
    with serving(OK, asked) as port:
        echo(adapter(Proxy("http", "127.0.0.1", port)).connect(url, 10))
    assert asked[0].startswith(b"CONNECT " + where + b" HTTP/1.1\r\nHost: " + where + b"\r\n")
    assert b"Proxy-Authorization" not in asked[0]


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]"])
def test_tls_through_a_proxy_with_credentials(tmp_path: Path, name: str) -> None:
    make_certificates(tmp_path)
    asked: list[bytes] = []
    with serving(OK, asked, tmp_path) as port:
        proxy = Proxy("http", "127.0.0.1", port, "me", "p@ss:w\u00f6rd\u20ac")
        echo(adapter(proxy, tmp_path / "ca.pem").connect(f"https://{name}:8082", 10))
    account = base64.b64encode("me:p@ss:w\u00f6rd\u20ac".encode())
    assert b"\r\nProxy-Authorization: Basic " + account + b"\r\n" in asked[0]


@pytest.mark.parametrize("scheme", ["http", "https"])
@pytest.mark.parametrize("status", [403, 407, 502])
def test_a_proxy_that_refuses(status: int, scheme: str) -> None:
    answer = f"HTTP/1.1 {status} Not for you\r\nContent-Length: 3\r\n\r\nno!".encode()
    with serving(answer, []) as port, pytest.raises(Exception, match="Not for you") as caught:
        adapter(Proxy("http", "127.0.0.1", port)).connect(f"{scheme}://smc.invalid", 10)
    found = [one for one in chain(caught.value) if isinstance(one, ProxyRefused)]
    assert [one.status for one in found] == [status]


def test_a_dead_address_leaves_time_for_the_next() -> None:
    with serving(b"", []) as port:
        # localhost has an IPv6 address on most machines, where nobody listens.
        echo(adapter().connect(f"http://localhost:{port}", 10))
