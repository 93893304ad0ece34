# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The monitoring channel: one WebSocket of a session. It sends texts and receives messages."""

from __future__ import annotations

import secrets
import socket
import ssl
import time
from collections import deque
from typing import Any
from urllib.parse import urlsplit

from ..errors import BadMessage, ChannelClosed, ConnectionFailed, HandshakeRefused, MissingLibrary, SMCError, TLSRefused
from ..words import shorten
from .answers import Retries
from .frames import Frame, FrameReader, Opcode, read_close
from .network_errors import explain_tls, root_cause, words_in
from .protocol import PONG_WAIT, SESSION_SOCKET, TOO_BIG, Message, build_abort, read_frame
from .session import Session

try:
    import websocket

    WEBSOCKET_MISSING: ImportError | None = None
except ImportError as error:
    WEBSOCKET_MISSING = error
    _HANDSHAKE_ERRORS: tuple[type[Exception], ...] = ()
else:
    # What websocket-client raises for what a server may answer. Some of it, it did not think of.
    _HANDSHAKE_ERRORS = (
        websocket.WebSocketException,
        OSError,
        ValueError,
        ArithmeticError,
        LookupError,
        AttributeError,
    )


# After how many seconds of silence a channel that stays open is probed by a ping.
PING_AFTER = 30.0


# How many bytes are read from the socket at a time.
_PIECE = 256 * 1024


# How many seconds sending one frame may take.
_SEND_TIMEOUT = 30.0


# How many pings and unasked pongs may come during one wait for a message.
_MOST_CONTROL_FRAMES = 10_000


# Statuses of a refused handshake that may mean that the session has expired.
_SESSION_STATUSES = (401, 403)


_ANY_ENGINE = {"filter": "*", "filter_context": "engine_clusters"}


_GATEWAY = "A proxy or gateway in between got no answer from the SMC. See its log, and whether it forwards WebSockets."


_LIKELY_CAUSE = {
    200: "This is not the answer to a WebSocket request. Is there a proxy or gateway in between that does not forward them?",
    400: "The SMC did not recognise this as a WebSocket request. Is there a proxy in between?",
    401: "The session is unknown to the SMC or has expired.",
    403: "The session lacks the permission for monitoring, or a proxy adds an Origin header that the SMC rejects.",
    404: "This API version has no session monitoring (choose a newer one with `api_version`), or a proxy does not "
    "forward it.",
    407: "A proxy in between wants a user name and a password. Give them in the environment variable that names the proxy.",
    426: "A gateway in between does not forward WebSockets. Let it, or see its log.",
    429: "Too many monitoring sockets are open at the same time.",
    503: "The SMC cannot serve monitoring now: it is starting or overloaded, or its Log Server is down.",
    502: _GATEWAY,
    504: _GATEWAY,
}


class Channel:
    """An open monitoring socket. Use as a context manager; each channel belongs to one thread.

    fetch: the id of the fetch that runs on it, None before the first answer. heard: when the last byte came, as a time of
    time.monotonic(); 0 if none did.
    """

    def __init__(self, session: Session, path: str = SESSION_SOCKET) -> None:
        if WEBSOCKET_MISSING is not None:
            raise MissingLibrary("websocket-client", library="websocket-client")
        self._session = session
        self._observer = session.transport.observer
        self._url = session.rebase(path).replace("http", "ws", 1)
        self._socket: Any = None
        self._reader = FrameReader()
        self._frames: deque[Frame] = deque()
        self._pings = 0
        self._pong = 0
        self._pinged = 0.0
        # So that a pong which nobody asked for is not taken for the answer to a ping.
        self._mark = f"{secrets.token_hex(8)}-"
        self.heard = 0.0
        self.fetch: int | str | None = None

    def __enter__(self) -> Channel:  # noqa: PYI034 (Self needs Python 3.11)
        refused = self._session.credentials()
        try:
            self._open_with_retries()
        except HandshakeRefused as error:
            if error.details().get("status") not in _SESSION_STATUSES:
                raise
            # Has the session expired, or does it lack the permission? A request over HTTP tells, and logs in again if
            # it has.
            self._session.request("GET", "elements", "checking the session", _ANY_ENGINE)
            if self._session.credentials() == refused:
                raise
            self._open_with_retries()
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def send(self, text: str) -> None:
        """Raises ChannelClosed if the connection was lost."""
        self._send("send", text)

    def receive(self, until: float) -> Message | None:
        """The next message.

        Args:
            until: how long to wait, as a time of time.monotonic().

        Returns:
            The message; None if none came, or if a pong did. What came so far is read once at least, and what is there then
            waits for the next call.

        Raises:
            ChannelClosed: the SMC closed the socket, or the connection was lost.
            BadMessage: a frame that is not understood, or control frames without end.
        """
        pong, passed, read = self._pong, 0, False
        while True:
            while self._frames:
                message = self._take(self._frames.popleft())
                if message is not None or self._pong != pong:
                    return message
                passed += 1
                if passed > _MOST_CONTROL_FRAMES:
                    raise BadMessage(f"more than {_MOST_CONTROL_FRAMES:,} pings or pongs, and no message in between")
                if time.monotonic() >= until:
                    return None
            self._reader.check()
            if (read and time.monotonic() >= until) or not self._read_more(until):
                return None
            read = True

    def _read_more(self, until: float) -> bool:
        """Whether bytes came in time. Raises ChannelClosed, and BadMessage for bytes that are no frame."""
        # A timeout of 0 would mean non-blocking, and what has already arrived would not be read.
        self._socket.sock.settimeout(max(until - time.monotonic(), 0.001))
        try:
            received = self._socket.sock.recv(_PIECE)
        except (TimeoutError, socket.timeout):
            return False
        except OSError as error:
            raise self._lost(error) from None
        if not received:
            raise self._lost(None)
        self.heard = time.monotonic()
        self._frames += self._reader.feed(received)
        return True

    def listen(self, until: float) -> Message | None:
        """As `receive`, for a channel that stays open: a line that has been silent for PING_AFTER is probed by a ping.

        Raises:
            ChannelClosed: Also if the SMC does not answer the ping within PONG_WAIT.
            BadMessage: A frame that is not understood.
        """
        while True:
            waiting = self._pings > self._pong
            due = self._pinged + PONG_WAIT if waiting else max(self.heard, self._pinged) + PING_AFTER
            message = self.receive(min(until, due))
            now = time.monotonic()
            if message is not None or now >= until:
                return message
            if self._pings > self._pong:
                if now >= self._pinged + PONG_WAIT:
                    raise self._lost(None, f"no answer to a ping within {PONG_WAIT:g} s")
            elif now >= max(self.heard, self._pinged) + PING_AFTER:
                self.ping()

    def _take(self, frame: Frame) -> Message | None:
        """The message in a frame; None for a control frame, which is answered."""
        self._observer.received(id(self), frame)
        if frame.opcode == Opcode.CLOSE:
            raise self._closed(*read_close(frame.payload))
        if frame.opcode == Opcode.PING:
            self._send("pong", frame.payload)
        elif frame.opcode == Opcode.PONG:
            self._pong = max(self._pong, self._number(frame.payload))
        else:
            message = self._scrubbed(read_frame(frame.payload))
            if message.fetch is not None and message.success is not None:
                self.fetch = message.fetch
            return message
        return None

    def ping(self) -> None:
        """Send a ping; `pong_received` tells when it was answered. Raises ChannelClosed if the connection was lost."""
        self._pings += 1
        self._pinged = time.monotonic()
        self._send("ping", f"{self._mark}{self._pings}")

    @property
    def pong_received(self) -> bool:
        """Whether the last ping was answered, so that everything the server had sent before it has been received."""
        return 0 < self._pings <= self._pong

    def _number(self, payload: bytes) -> int:
        """Which ping a pong answers; 0 for one that nobody asked for."""
        mark, number = payload[: len(self._mark)], payload[len(self._mark) :]
        asked = mark == self._mark.encode() and number.isdigit() and len(number) < 10
        return int(number) if asked and int(number) <= self._pings else 0

    def _send(self, how: str, payload: str | bytes) -> None:
        """Send a frame by the library's method of this name. Raises ChannelClosed if the connection was lost."""
        seconds = self._session.transport.bounded(_SEND_TIMEOUT)
        try:
            self._socket.sock.settimeout(seconds)
            getattr(self._socket, how)(payload)
            self._observer.sent(id(self), how, payload)
        except (websocket.WebSocketTimeoutException, TimeoutError, socket.timeout):
            raise self._lost(None, "the SMC does not read what is sent to it") from None
        except (websocket.WebSocketException, OSError) as error:
            raise self._lost(error) from None

    @property
    def amid_message(self) -> bool:
        """Whether a part of the next message has arrived."""
        return self._reader.amid_message

    def interrupt(self) -> None:
        """From another thread: let whatever waits for this channel fail with ChannelClosed."""
        if self._socket is not None and self._socket.sock is not None:
            try:
                self._socket.sock.shutdown(socket.SHUT_RDWR)
            except OSError:
                # It is closed already.
                return

    def close(self) -> None:
        """Abort the fetch and close, without waiting for the server's close frame."""
        if self._socket is None:
            return
        try:
            self._observer.sent(id(self), "close", b"")
            self._socket.settimeout(1)
            if self.fetch is not None:
                self._socket.send(build_abort(self.fetch))
            self._socket.send_close()
        except (websocket.WebSocketException, OSError):
            # The server closed the connection first.
            pass
        finally:
            self._socket.shutdown()
            self._socket = None

    def _open_with_retries(self) -> None:
        """Opens the socket. A busy SMC is asked again, as over HTTP."""
        retries = Retries(self._session.transport.bounded(self._session.connection.read_timeout))
        while True:
            try:
                return self._open()
            except HandshakeRefused as error:
                facts = error.facts()
                if not retries.wait(facts["status"], facts.get("retry_after")):
                    raise

    def _open(self) -> None:
        cookie, token = self._session.credentials()
        # As a header: given as subprotocols, the library would insist on an echo that the SMC may not send.
        headers = [f"Sec-WebSocket-Protocol: access_token, {token}"] if token else []
        transport = self._session.transport
        began = self._observer.begins()
        connected = transport.connect("opening the monitoring socket")
        try:
            connected.settimeout(transport.bounded(self._session.connection.connect_timeout))
            connected.reads_ahead = True
            self._socket = websocket.create_connection(
                self._url,
                socket=connected,
                cookie=cookie,
                header=headers,
                # The SMC's Tomcat would refuse an Origin as a cross-site request.
                suppress_origin=True,
                # A redirect would send the session to another host.
                redirect_limit=0,
            )
        except BaseException as error:
            # Interrupts too: nothing else can close this socket yet.
            connected.close()
            if not isinstance(error, _HANDSHAKE_ERRORS):
                raise
            if isinstance(error, websocket.WebSocketBadStatusException):
                failure: SMCError = self._refused(error)
            else:
                failure = self._unreachable(error)
            self._observer.refused(began, self._url, int(failure.facts().get("status", 0)), failure.message)
            raise failure from None
        if self._socket.status != 101:
            # Older versions of websocket-client report a redirect that they do not follow as a success.
            self._socket.shutdown()
            self._socket = None
            raise self._unreachable(websocket.WebSocketException("redirect"))
        self._observer.opened(id(self), began, self._url, self._socket.headers or {})

    def _refused(self, error: websocket.WebSocketBadStatusException) -> HandshakeRefused:
        status: int = error.status_code
        words = words_in(error.resp_body, self._session.scrub)
        said = f"HTTP {status}, {words}" if words else f"HTTP {status}"
        likely = _LIKELY_CAUSE.get(status, "Check the SMC's log.")
        return HandshakeRefused(
            f"{self._session.base} refused the monitoring socket {urlsplit(self._url).path}: {said}. {likely}",
            status=status,
            retry_after=self._session.scrub((error.resp_headers or {}).get("retry-after") or "") or None,
        )

    def _unreachable(self, error: BaseException) -> SMCError:
        where = self._session.base
        if isinstance(error, ssl.SSLError):
            return TLSRefused(explain_tls(where, error))
        if isinstance(error, (websocket.WebSocketTimeoutException, TimeoutError, socket.timeout)):
            waited = self._session.transport.limit(self._session.connection.connect_timeout)
            reason = f"no answer to the handshake within {waited}"
        elif isinstance(error, websocket.WebSocketConnectionClosedException):
            reason = "the server closed the connection during the handshake"
        elif isinstance(error, OSError):
            reason = root_cause(error)
        elif "redirect" in str(error).lower():
            reason = "it was redirected, and redirects are not followed (`url` may be wrong)"
        elif not isinstance(error, websocket.WebSocketException):
            reason = "the handshake was not answered as a WebSocket"
        else:
            reason = f"the handshake was not answered as a WebSocket ({shorten(self._session.scrub(str(error)), 120)})"
        return ConnectionFailed(f"Could not open the monitoring socket at {where}: {reason}.")

    def _scrubbed(self, message: Message) -> Message:
        """The message with no secret in the texts that errors quote."""
        for name in ("success", "failure", "status", "end"):
            said = getattr(message, name)
            if said:
                setattr(message, name, self._session.scrub(said))
        return message

    def _lost(self, error: Exception | None, reason: str = "connection dropped without a close frame") -> ChannelClosed:
        if isinstance(error, OSError):
            reason = root_cause(error)
        self._observer.lost(id(self), reason)
        return ChannelClosed(f"the connection was lost ({reason})", reason=reason)

    def _closed(self, code: int | None, said: str) -> ChannelClosed:
        reason = self._session.scrub(said).rstrip(".")
        text = "the SMC closed the socket"
        text += f" with code {code}" if code else " without a code"
        if reason:
            text += f" ({shorten(reason)})"
        if code == TOO_BIG:
            text += "; the request is longer than the SMC accepts, so split the filter"
        return ChannelClosed(text, code=code, reason=reason)
