# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""WebSocket as Apache Tomcat speaks it: how it cuts messages into frames, and with which words it closes a socket.

Measured on Tomcat 10.1; tests/integration/test_tomcat.py compares the two.
"""

from __future__ import annotations

from dataclasses import dataclass

from aiohttp import WSMsgType

# Tomcat's text buffer: a longer request is not taken.
MOST_CHARACTERS = 8_192


@dataclass(frozen=True)
class Goodbye:
    """How a socket is closed."""

    code: int
    reason: str

    @property
    def payload(self) -> bytes:
        """What the close frame holds."""
        return self.code.to_bytes(2) + self.reason.encode()


TOO_BIG = Goodbye(
    1009,
    "The decoded text message was too big for the output buffer and the endpoint does not support partial messages",
)
# Only where the login is the container's own; a server that keeps its sessions by itself leaves the socket open.
SESSION_ENDED = Goodbye(1008, "This connection was established under an authenticated HTTP session that has ended.")
# The number is one that Tomcat gives its sockets.
IDLE = Goodbye(1001, "The WebSocket session [1] idle timeout expired")
STOPPING = Goodbye(1001, "The web application is stopping")


@dataclass(frozen=True)
class LastFrame:
    """The frame that ends a message."""

    payload: bytes
    opcode: WSMsgType

    def whole(self) -> bytes:
        """With its header."""
        return _frame(self.payload, self.opcode, final=True)


def raw_frames(message: bytes, most: int) -> tuple[bytes, LastFrame]:
    """A text message in frames of at most so many bytes; one frame for 0.

    Returns:
        All frames but the last, ready to be sent, and the last one.
    """
    *begin, last = cut_message(message, most) if most else [message]
    if not begin:
        return b"", LastFrame(last, WSMsgType.TEXT)
    opcodes = [WSMsgType.TEXT, *[WSMsgType.CONTINUATION] * (len(begin) - 1)]
    sent = b"".join(_frame(part, opcode, final=False) for part, opcode in zip(begin, opcodes, strict=True))
    return sent, LastFrame(last, WSMsgType.CONTINUATION)


def cut_message(message: bytes, most: int) -> list[bytes]:
    """The message in parts of at most so many bytes. Tomcat fills its buffer with whole characters only."""
    parts, begin = [], 0
    while len(message) - begin > most:
        end = begin + most
        while message[end] & 0xC0 == 0x80:
            end -= 1
        parts.append(message[begin:end])
        begin = end
    return [*parts, message[begin:]]


def _frame(payload: bytes, opcode: WSMsgType, *, final: bool) -> bytes:
    size = len(payload)
    length = bytes([size]) if size < 126 else b"\x7e" + size.to_bytes(2) if size < 65536 else b"\x7f" + size.to_bytes(8)
    return bytes([(0x80 if final else 0) | opcode]) + length + payload
