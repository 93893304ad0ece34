# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The one way to connect, for HTTP and the WebSocket: requests' adapter with our proxy, our TLS context and our sockets.

The proxy's tunnel, its credentials, TLS and every deadline are therefore the same code for both.
"""

from __future__ import annotations

import base64
import http.client
import socket
import ssl
import time
from typing import TYPE_CHECKING, Any

from .proxies import Proxy
from .sockets import PlainSocket, TLSSocket, connect_within, keep_alive

if TYPE_CHECKING:
    from requests.adapters import HTTPAdapter
    from urllib3.connection import HTTPConnection, HTTPSConnection
    from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
    from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
    from urllib3.util import parse_url

    _Connection = HTTPConnection
    _SecureConnection = HTTPSConnection
else:
    _Connection = _SecureConnection = object
    try:
        from requests.adapters import HTTPAdapter
        from urllib3.connection import HTTPConnection, HTTPSConnection
        from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
        from urllib3.exceptions import ConnectTimeoutError, NewConnectionError
        from urllib3.util import parse_url
    except ImportError:
        # The transport says which library is missing before it uses anything here.
        HTTPAdapter = HTTPConnection = HTTPSConnection = HTTPConnectionPool = HTTPSConnectionPool = object


class ProxyRefused(OSError):
    """The proxy did not make the tunnel. status, said: its answer."""

    def __init__(self, status: int, said: str) -> None:
        super().__init__(f"HTTP {status}, {said}")
        self.status = status
        self.said = said


class ClosedMeanwhile(ConnectionResetError):
    """A connection that had been kept open was closed before it carried an answer to this request."""


class CutInHeaders(http.client.HTTPException):
    """An answer that ended in its status line or headers."""


class _WholeLines:
    """The lines of an answer's head. http.client would take the end of the data for the end of the headers.

    Args:
        file: What the lines are read from.
    """

    def __init__(self, file: Any) -> None:
        self._file = file
        self._began = False

    def readline(self, limit: int = -1) -> bytes:
        """The next line; empty if there is none at all. Raises CutInHeaders for one without an end."""
        line: bytes = self._file.readline(limit)
        # What is too long is http.client's to refuse.
        if not line.endswith(b"\n") and len(line) != limit and (line or self._began):
            raise CutInHeaders("cut off in its headers")
        self._began = True
        return line

    def close(self) -> None:
        self._file.close()


class _WholeAnswer(http.client.HTTPResponse):
    """An answer whose headers must have an end."""

    fp: Any

    def begin(self) -> None:
        body = self.fp
        self.fp = _WholeLines(body)
        try:
            super().begin()
        finally:
            # http.client has closed it where this is None.
            self.fp = self.fp and body


class _Line(_Connection):
    """Mixed into urllib3's connections."""

    response_class = _WholeAnswer

    # How many answers have come on this connection.
    _answers = 0

    def _new_conn(self) -> socket.socket:
        self._answers = 0
        ends = time.monotonic() + float(self.timeout or 0.0)
        connected = super()._new_conn()
        if not isinstance(connected, PlainSocket):
            # Of PySocks.
            connected = PlainSocket.of(connected)
            keep_alive(connected)
        connected.settimeout(max(ends - time.monotonic(), 0.001))
        return connected

    def _tunnel(self) -> None:
        """http.client's own, but with brackets around IPv6 addresses, and with the proxy's words if it refuses."""
        host, port = str(self._tunnel_host).strip("[]"), self._tunnel_port
        where = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
        headers = {"Host": where, **getattr(self, "_tunnel_headers", {})}
        lines = [f"CONNECT {where} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        self.sock.sendall("".join(f"{line}\r\n" for line in [*lines, ""]).encode("latin-1"))
        answer = _WholeAnswer(self.sock, method="CONNECT")
        try:
            answer.begin()
            if not 200 <= answer.status < 300:
                self.close()
                raise ProxyRefused(answer.status, answer.reason)
        finally:
            answer.close()

    def request(self, *args: Any, **more: Any) -> None:
        if self.sock is not None:
            # Old versions of urllib3 do not, and the deadline of the last request has passed.
            self.sock.settimeout(float(self.timeout or 0.0))
        try:
            super().request(*args, **more)
        except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError):
            self._closed_meanwhile()
            raise

    def getresponse(self, *args: Any, **more: Any) -> Any:
        try:
            answer = super().getresponse(*args, **more)
        except (ConnectionError, ssl.SSLEOFError, ssl.SSLZeroReturnError):
            self._closed_meanwhile()
            raise
        self._answers += 1
        return answer

    def _closed_meanwhile(self) -> None:
        if self._answers:
            raise ClosedMeanwhile("closed meanwhile") from None


class _Direct(_Connection):
    """Mixed into connections that are made without SOCKS."""

    def _new_conn(self) -> socket.socket:
        try:
            return connect_within(self._dns_host.strip("[]"), self.port, float(self.timeout or 0.0))
        except socket.timeout as error:
            raise ConnectTimeoutError(self, "timed out") from error
        except OSError as error:
            raise NewConnectionError(self, type(error).__name__) from error


class _WithTLS(_SecureConnection):
    """Mixed into connections with TLS. Old versions of urllib3 would not give the context an address to check."""

    def connect(self) -> None:
        self.sock = self._new_conn()
        host = self.host
        if self._tunnel_host:
            self._tunnel()
            host = str(self._tunnel_host)
            self._has_connected_to_proxy = True
        context = self.ssl_context
        if context is None:
            raise ConnectionError("no TLS context was given")
        self.sock = context.wrap_socket(self.sock, server_hostname=host.strip("[]").rstrip("."))
        # urllib3 would warn about each request.
        self.is_verified = context.verify_mode is ssl.CERT_REQUIRED


class _PlainLine(_Line, _Direct, HTTPConnection):
    pass


class _TLSLine(_WithTLS, _Line, _Direct, HTTPSConnection):
    pass


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainLine


class _TLSPool(HTTPSConnectionPool):
    ConnectionCls = _TLSLine


def _socks_pools() -> dict[str, Any]:
    from urllib3.contrib import socks  # noqa: PLC0415 (needs PySocks, which is optional)

    plain = type("_PlainSocksLine", (_Line, socks.SOCKSConnection), {})
    secure = type("_TLSSocksLine", (_WithTLS, _Line, socks.SOCKSHTTPSConnection), {})
    return {
        "http": type("_PlainSocksPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
        "https": type("_TLSSocksPool", (HTTPSConnectionPool,), {"ConnectionCls": secure}),
    }


class Adapter(HTTPAdapter):
    """requests' adapter for one SMC.

    Args:
        context: What certificates are checked by; its sockets get deadlines.
        proxy: The proxy to go through, None for none.
        pool_size: How many connections to keep open.
    """

    def __init__(self, context: ssl.SSLContext, proxy: Proxy | None, pool_size: int) -> None:
        context.sslsocket_class = TLSSocket
        self._context = context
        self._proxy = proxy
        # One as a rule.
        self._used: dict[int, Any] = {}
        socks = proxy is not None and proxy.scheme.startswith("socks")
        self._pools = _socks_pools() if socks else {"http": _PlainPool, "https": _TLSPool}
        super().__init__(pool_connections=1, pool_maxsize=pool_size)

    def connect(self, url: str, seconds: float) -> socket.socket:
        """A connected socket to the host of an http or https URL, with TLS for https, through the proxy's tunnel.

        Args:
            url: Scheme, host and port count.
            seconds: How long connecting may take as a whole.

        Raises:
            what urllib3, ssl and socket raise; `network_errors` has the words for it.
        """
        pool: Any = self._pool(url)
        line = pool._new_conn()  # noqa: SLF001 (there is no public way to a connection of a pool)
        line.timeout = seconds
        try:
            if pool.proxy is not None:
                where = parse_url(url)
                port = where.port or (443 if where.scheme == "https" else 80)
                line.set_tunnel(str(where.host).strip("[]"), port, pool.proxy_headers)
            line.connect()
        except BaseException:
            # Interrupts too: nothing else can close this socket yet.
            line.close()
            raise
        connected: socket.socket = line.sock
        line.sock = None
        return connected

    def close(self) -> None:
        # urllib3 leaves the connections open until its pools are collected as garbage.
        for pool in self._used.values():
            pool.close()
        self._used.clear()
        super().close()

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more, ssl_context=self._context)
        self.poolmanager.pool_classes_by_scheme = self._pools

    def proxy_manager_for(self, proxy: str, **more: Any) -> Any:
        manager = super().proxy_manager_for(proxy, **more, ssl_context=self._context)
        manager.pool_classes_by_scheme = self._pools
        return manager

    def proxy_headers(self, proxy: str) -> dict[str, str]:
        """The proxy's credentials. requests would refuse those that Latin-1 does not have."""
        del proxy
        if self._proxy is None or not self._proxy.username:
            return {}
        account = f"{self._proxy.username}:{self._proxy.password}".encode()
        return {"Proxy-Authorization": f"Basic {base64.b64encode(account).decode()}"}

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Nothing: the context decides, and requests would load certifi's authorities on top of it."""

    def get_connection_with_tls_context(self, request: Any, verify: Any, proxies: Any = None, cert: Any = None) -> Any:
        """As requests since 2.32 asks."""
        del verify, proxies, cert
        return self._pool(request.url)

    def get_connection(self, url: Any, proxies: Any = None) -> Any:
        """As requests before 2.32 asks."""
        del proxies
        return self._pool(url)

    def _pool(self, url: str) -> Any:
        manager: Any = self.proxy_manager_for(self._proxy.url) if self._proxy else self.poolmanager
        pool = manager.connection_from_url(url)
        self._used[id(pool)] = pool
        return pool
