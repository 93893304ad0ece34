# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Sockets whose timeout is a deadline: a peer that sends one byte at a time does not extend it.

Python's socket timeout counts anew with each byte that arrives. Here `settimeout(seconds)` starts a deadline for
everything that is read and written until the next `settimeout`, and limits how much is read until then.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    _Socket = socket.socket
else:
    _Socket = object

# Seconds of silence before the system probes a connection, between two probes, and how many may stay unanswered.
_KEEP_ALIVE = (("TCP_KEEPIDLE", 30), ("TCP_KEEPINTVL", 10), ("TCP_KEEPCNT", 3))


# How many bytes may arrive between two settings of the timeout: a whole answer with its headers, and some more. This is
# the last bound, for what the libraries read without one of their own, such as an endless line.
_MOST_BYTES = 72 * 1024 * 1024

# How much one `recv` may ask for. websocket-client asks for as much as a server's header announces.
_LARGEST_READ = 1024 * 1024

# How many bytes are read where a single one is asked for and `reads_ahead` is set.
_AHEAD = 8192


class TooMuchReceived(OSError):
    """The other side sent more than any answer may have."""


class _WithDeadline(_Socket):
    """Mixed into a socket class.

    reads_ahead: whether to read more where `recv` asks for one byte, as websocket-client does for the whole answer to a handshake.
    What was read is what the next `recv` gives; nothing else may read from such a socket.
    """

    reads_ahead = False
    _ahead = b""
    _ends: float | None = None
    _received = 0

    def settimeout(self, value: float | None, /) -> None:
        self._ends = None if value is None else time.monotonic() + value
        self._received = 0
        super().settimeout(value)

    def _arm(self) -> None:
        """Let the next operation last until the deadline. Raises socket.timeout past it."""
        if self._ends is None:
            return
        left = self._ends - time.monotonic()
        if left <= 0:
            # Before Python 3.10 this is not a TimeoutError, and it is what libraries expect.
            raise socket.timeout("timed out")
        super().settimeout(left)

    def _count(self, size: int) -> None:
        self._received += size
        if self._received > _MOST_BYTES:
            raise TooMuchReceived("more data than an answer may have")

    def recv(self, size: int = _LARGEST_READ, flags: int = 0, /) -> bytes:
        if not self._ahead:
            self._arm()
            ahead = size == 1 and self.reads_ahead
            data = super().recv(_AHEAD if ahead else min(size, _LARGEST_READ), flags)
            self._count(len(data))
            if not ahead:
                return data
            self._ahead = data
        data, self._ahead = self._ahead[:size], self._ahead[size:]
        return data

    def recv_into(self, *args: Any, **more: Any) -> int:
        self._arm()
        size = super().recv_into(*args, **more)
        self._count(size)
        return size

    def send(self, *args: Any, **more: Any) -> int:
        self._arm()
        return super().send(*args, **more)

    def sendall(self, *args: Any, **more: Any) -> None:
        self._arm()
        super().sendall(*args, **more)


class PlainSocket(_WithDeadline, socket.socket):
    """A TCP connection without TLS."""

    @classmethod
    def of(cls, connected: socket.socket) -> PlainSocket:
        """The same connection as a socket of this class; the given object is of no use afterwards."""
        seconds = connected.gettimeout()
        own = cls(connected.family, connected.type, connected.proto, fileno=connected.detach())
        own.settimeout(seconds)
        return own


class TLSSocket(_WithDeadline, ssl.SSLSocket):
    """What a context makes whose `sslsocket_class` is this."""


def keep_alive(connected: socket.socket) -> None:
    """Let the system find out that the other side has gone, also while nothing is sent."""
    connected.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    for name, value in _KEEP_ALIVE:
        # macOS and Windows have some of them only.
        if hasattr(socket, name):
            connected.setsockopt(socket.IPPROTO_TCP, getattr(socket, name), value)


class LookUpUnanswered(socket.timeout):
    """Nobody told the addresses of a host name in time."""


Addresses = list[tuple[int, int, int, str, tuple[Any, ...]]]


def addresses_within(
    host: str,
    port: int,
    seconds: float,
    kind: int = socket.SOCK_STREAM,
    look_up: Callable[..., Any] = socket.getaddrinfo,
) -> Addresses:
    """The addresses of a host, as `socket.getaddrinfo` gives them.

    The system's look-up has no bound of its own, so a name is looked up in a thread that is left alone if it takes too long.

    Args:
        host: Name or address, without brackets.
        port: Its port.
        seconds: How long to wait for the answer.
        kind: SOCK_STREAM or SOCK_DGRAM.
        look_up: What looks up.

    Raises:
        LookUpUnanswered: No answer came in time.
        OSError: The name has no address (socket.gaierror).
        UnicodeError: No host has such a name.
    """
    with suppress(socket.gaierror):
        numeric: Addresses = look_up(host, port, type=kind, flags=socket.AI_NUMERICHOST)
        return numeric
    answers: list[Addresses | OSError | UnicodeError] = []

    def answer() -> None:
        try:
            answers.append(look_up(host, port, type=kind))
        except (OSError, UnicodeError) as error:
            answers.append(error)

    # A daemon does not keep the process from ending.
    thread = threading.Thread(target=answer, daemon=True)
    thread.start()
    thread.join(seconds)
    if not answers:
        raise LookUpUnanswered("timed out")
    if isinstance(answers[0], Exception):
        raise answers[0]
    return answers[0]


def connect_within(host: str, port: int, seconds: float) -> PlainSocket:
    """A connection to the first address of a host that takes one.

    Args:
        host: Name or address, without brackets.
        port: Its port.
        seconds: For the look-up and all addresses together. An address that does not answer leaves half of what is left to the others.

    Returns:
        The connection, with its deadline at the end of these seconds.

    Raises:
        OSError: No address took a connection, or the name has none (socket.gaierror).
    """
    ends = time.monotonic() + seconds
    addresses = addresses_within(host, port, seconds)
    failed: OSError | None = None
    for number, (family, kind, protocol, _name, address) in enumerate(addresses, 1):
        own = PlainSocket(family, kind, protocol)
        try:
            left = max(ends - time.monotonic(), 0.001)
            own.settimeout(left if number == len(addresses) else left / 2)
            own.connect(address)
            own.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            keep_alive(own)
            own.settimeout(max(ends - time.monotonic(), 0.001))
        except OSError as error:
            own.close()
            # What refuses says more than what is silent.
            failed = error if failed is None or isinstance(error, ConnectionRefusedError) else failed
        except BaseException:
            # Interrupts too: nothing else can close this socket yet.
            own.close()
            raise
        else:
            return own
    raise failed or OSError("the host name has no address")
