# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The monitoring channel: one WebSocket of a session, text out, messages in."""

from __future__ import annotations

import socket
import ssl
import struct
import time
from typing import Any
from urllib.parse import unquote, urlsplit

from .causes import explain_tls, root_cause, shorten, words_in
from .errors import (
    ChannelClosed,
    ConnectionFailed,
    HandshakeRefused,
    MissingLibrary,
    SMCError,
    TLSRefused,
)
from .http import Retries, Session
from .protocol import SESSION_SOCKET, TOO_BIG, Message, build_abort, read_frame

try:
    import requests.utils
    import websocket

    WEBSOCKET_MISSING: ImportError | None = None
except ImportError as error:
    WEBSOCKET_MISSING = error

_REFUSED_SESSION = (401, 403)
_ANY_ENGINE = {"filter": "*", "filter_context": "engine_clusters"}

_LIKELY_CAUSE = {
    400: "The SMC did not take this for a WebSocket request; is a proxy in between?",
    401: "The session is unknown to the SMC or has expired.",
    403: "The session lacks the permission for monitoring, or a proxy adds an Origin header that the SMC rejects.",
    404: "This API version has no session monitoring (ask for a newer one with `api_version`), or a proxy does not pass "
    "it on.",
    429: "Too many monitoring sockets at a time.",
    503: "The SMC cannot serve monitoring now: it is starting, overloaded, or its Log Server is down.",
}


class Channel:
    """An open monitoring socket. Use as a context manager; each channel belongs to one thread."""

    def __init__(self, session: Session, path: str = SESSION_SOCKET) -> None:
        if WEBSOCKET_MISSING is not None:
            raise MissingLibrary("websocket-client", library="websocket-client")
        self._session = session
        self._url = session.rebase(path).replace("http", "ws", 1)
        self._socket: Any = None
        self.fetch: int | str | None = None

    def __enter__(self) -> Channel:  # noqa: PYI034 (Self needs Python 3.11)
        refused = self._session.credentials()
        try:
            self._open_patiently()
        except HandshakeRefused as error:
            if error.details().get("status") not in _REFUSED_SESSION:
                raise
            # Has the session expired, or may it not monitor? HTTP tells, and logs in anew if need be.
            self._session.request("GET", "elements", "checking the session", _ANY_ENGINE)
            if self._session.credentials() == refused:
                raise
            self._open_patiently()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def send(self, text: str) -> None:
        try:
            self._socket.send(text)
        except (websocket.WebSocketException, OSError) as error:
            raise self._lost(error) from None

    def receive(self, until: float) -> Message | None:
        """The next message, or None when none came until then (time.monotonic).

        Raises ChannelClosed when the socket ends, BadMessage for a frame that is not understood.
        """
        remaining = until - time.monotonic()
        # A timeout of 0 would mean non-blocking; what has arrived already shall still be read.
        self._socket.settimeout(max(remaining, 0.001))
        try:
            # Control frames too, or the library would go on waiting after each ping.
            opcode, frame = self._socket.recv_data(control_frame=True)
        except websocket.WebSocketTimeoutException:
            return None
        except (websocket.WebSocketException, OSError) as error:
            raise self._lost(error) from None
        if opcode == websocket.ABNF.OPCODE_CLOSE:
            raise self._closed(frame)
        if opcode in (websocket.ABNF.OPCODE_PING, websocket.ABNF.OPCODE_PONG):
            return None
        message = read_frame(frame)
        if message.fetch is not None and message.success is not None:
            self.fetch = message.fetch
        return message

    @property
    def amid_message(self) -> bool:
        """Whether a part of the next message has come."""
        frames = self._socket.frame_buffer
        return frames.header is not None or bool(frames.recv_buffer) or self._socket.cont_frame.cont_data is not None

    def interrupt(self) -> None:
        """From another thread: end whatever the channel waits for, with ChannelClosed."""
        if self._socket is not None and self._socket.sock is not None:
            try:
                self._socket.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                # It is closed already, which is what was wanted.
                return

    def close(self) -> None:
        """Abort the fetch and close. The server's own close frame is not waited for: all is said."""
        if self._socket is None:
            return
        try:
            self._socket.settimeout(1)
            if self.fetch is not None:
                self._socket.send(build_abort(self.fetch))
            self._socket.send_close()
        except (websocket.WebSocketException, OSError):
            # The other side was faster; there is nobody left to tell.
            pass
        finally:
            self._socket.shutdown()
            self._socket = None

    def _open_patiently(self) -> None:
        """A busy SMC is asked again, as over HTTP."""
        retries = Retries(self._session.connection.read_timeout)
        while True:
            try:
                return self._open()
            except HandshakeRefused as error:
                facts = error.facts()
                if not retries.wait(facts["status"], facts.get("retry_after")):
                    raise

    def _open(self) -> None:
        cookie, token = self._session.credentials()
        # Given as a header: as subprotocols, the library would insist on an echo that the SMC may not send.
        headers = [f"Sec-WebSocket-Protocol: access_token, {token}"] if token else []
        timeout = self._session.connection.connect_timeout
        try:
            self._socket = websocket.create_connection(
                self._url,
                timeout=timeout,
                cookie=cookie,
                header=headers,
                # The SMC's Tomcat takes an Origin for a cross-site request and refuses it.
                suppress_origin=True,
                # A redirect would carry the session to another host.
                redirect_limit=0,
                # json decodes, and thereby validates, the text anyway; the library's own check costs nine
                # tenths of the time.
                skip_utf8_validation=True,
                **self._transport(timeout),
            )
        except websocket.WebSocketBadStatusException as error:
            raise self._refused(error) from None
        except (websocket.WebSocketException, OSError, ValueError) as error:
            raise self._unreachable(error, timeout) from None
        if self._socket.status != 101:
            # Older websocket-clients take a redirect that they do not follow for a success.
            raise self._unreachable(websocket.WebSocketException("redirect"), timeout)

    def _transport(self, timeout: float) -> dict[str, Any]:
        """A connected socket, or how to get one through the proxy that HTTP uses too."""
        url = self._session.rebase(SESSION_SOCKET)
        parts = urlsplit(url)
        tls = self._session.tls_context() if parts.scheme == "https" else None
        proxy = requests.utils.select_proxy(url, dict(self._session.proxies))
        if proxy:
            through = urlsplit(proxy if "//" in proxy else "http://" + proxy)
            return {
                "http_proxy_host": through.hostname,
                "http_proxy_port": through.port or 80,
                "http_proxy_auth": (unquote(through.username), unquote(through.password or ""))
                if through.username
                else None,
                # Not empty, or the library would look into the environment by rules of its own.
                "http_no_proxy": ["."],
                "proxy_type": through.scheme if through.scheme.startswith("socks") else "http",
                "sslopt": {"context": tls} if tls else {},
            }
        port = parts.port or (443 if tls else 80)
        connected = socket.create_connection((parts.hostname or "", port), timeout)
        try:
            connected.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if tls:
                connected = tls.wrap_socket(connected, server_hostname=parts.hostname)
        except BaseException:
            # An interrupt too: nobody else knows of this socket yet.
            connected.close()
            raise
        return {"socket": connected}

    def _refused(self, error: websocket.WebSocketBadStatusException) -> HandshakeRefused:
        status: int = error.status_code
        words = self._session.scrub(words_in(error.resp_body))
        said = f"HTTP {status}, {words}" if words else f"HTTP {status}"
        likely = _LIKELY_CAUSE.get(status, "Check the SMC's log.")
        return HandshakeRefused(
            f"{self._session.base} refused the monitoring socket {urlsplit(self._url).path}: {said}. {likely}",
            status=status,
            retry_after=(error.resp_headers or {}).get("retry-after"),
        )

    def _unreachable(self, error: Exception, timeout: float) -> SMCError:
        where = self._session.base
        if isinstance(error, ssl.SSLError):
            return TLSRefused(explain_tls(where, error))
        if isinstance(error, (websocket.WebSocketTimeoutException, TimeoutError)):
            reason = f"no answer to the handshake within {timeout:g} s"
        elif isinstance(error, websocket.WebSocketProxyException):
            reason = "the proxy did not take the connection"
        elif isinstance(error, websocket.WebSocketConnectionClosedException):
            reason = "the server closed the connection during the handshake"
        elif isinstance(error, OSError):
            reason = root_cause(error)
        elif "redirect" in str(error).lower():
            reason = "it was redirected elsewhere, which is not followed (`url` may be wrong)"
        else:
            reason = f"the handshake was not answered as a WebSocket ({shorten(self._session.scrub(str(error)), 120)})"
        return ConnectionFailed(f"Could not open the monitoring socket at {where}: {reason}.")

    def _lost(self, error: Exception) -> ChannelClosed:
        reason = root_cause(error) if isinstance(error, OSError) else "connection dropped without a close frame"
        return ChannelClosed(f"the connection was lost ({reason})", reason=reason)

    def _closed(self, frame: bytes) -> ChannelClosed:
        code = struct.unpack("!H", frame[:2])[0] if len(frame) >= 2 else None
        reason = self._session.scrub(frame[2:].decode("utf-8", errors="replace"))
        text = "the SMC closed the socket"
        text += f" with code {code}" if code else " without a code"
        if reason:
            text += f" ({shorten(reason)})"
        if code == TOO_BIG:
            text += "; the request is longer than the SMC takes, so split the filter"
        return ChannelClosed(text, code=code, reason=reason)
