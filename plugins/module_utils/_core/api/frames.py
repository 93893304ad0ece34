# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""WebSocket frames read from bytes: RFC 6455, the client's side, without a socket.

The reader is fed what the socket gives, in pieces of any size, and returns whole messages and control frames.
Whatever the RFC forbids is a BadFrame that names it. Sizes are bounded before anything is kept.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, field
from enum import IntEnum

from ..errors import BadMessage


class Opcode(IntEnum):
    """Frame types of RFC 6455, section 5.2."""

    CONTINUATION = 0
    TEXT = 1
    BINARY = 2
    CLOSE = 8
    PING = 9
    PONG = 10


# The largest message, in bytes. A full message of 200 entries takes less than one mebibyte.
LARGEST_MESSAGE = 64 * 1024 * 1024

# How many frames without payload one message may have.
_EMPTY_FRAMES = 1000

# How many frames one message may have: a mebibyte in pieces of eleven bytes.
_MOST_PARTS = 100_000

_LARGEST_CONTROL = 125
_KNOWN = frozenset(Opcode)
_COMPRESSED, _RESERVED = 0x40, 0x30


class BadFrame(BadMessage):
    """A frame that RFC 6455 forbids, or one that is too large."""


@dataclass(frozen=True)
class Frame:
    """A whole message (opcode TEXT or BINARY), or a control frame. parts: the bytes of each frame that a message came in."""

    opcode: int
    payload: bytes
    parts: tuple[int, ...] = field(default=(), compare=False)


class FrameReader:
    """Splits bytes into messages and control frames.

    Args:
        largest: The largest message that is accepted, in bytes.
    """

    def __init__(self, largest: int = LARGEST_MESSAGE) -> None:
        self._largest = largest
        self._buffer = bytearray()
        self._parts: list[bytes] = []
        self._opcode: int | None = None
        self._size = 0
        self._empty = 0
        self._broken: BadFrame | None = None

    @property
    def amid_message(self) -> bool:
        """Whether a part of a message has come and the rest has not."""
        return self._opcode is not None or bool(self._buffer)

    def feed(self, data: bytes) -> list[Frame]:
        """What is complete now, in the order of its arrival.

        Args:
            data: The bytes that came next, of any length.

        Returns:
            Messages, each whole, and control frames.

        Raises:
            BadFrame: As `check` does; at once if nothing was complete before the frame that is wrong.
        """
        self.check()
        frames: list[Frame] = []
        try:
            self._split(data, frames)
        except BadFrame as error:
            self._broken = error
            if not frames:
                raise
        return frames

    def check(self) -> None:
        """Raises BadFrame if a frame broke the protocol or a limit, so that the connection cannot be read any further."""
        if self._broken is not None:
            raise self._broken

    def _split(self, data: bytes, frames: list[Frame]) -> None:
        buffer = self._buffer
        buffer += data
        place = 0
        with memoryview(buffer) as view:
            while True:
                header = _read_header(buffer, place)
                if header is None:
                    break
                first, start, size = header
                opcode = first & 0x0F
                self._check(first, opcode, size)
                end = start + size
                if end > len(buffer):
                    break
                payload = bytes(view[start:end])
                place = end
                if opcode >= Opcode.CLOSE:
                    frames.append(Frame(opcode, payload))
                else:
                    self._add(first, opcode, payload, frames)
        del buffer[:place]

    def _check(self, first: int, opcode: int, size: int) -> None:
        """Raises BadFrame for a header that is wrong where it stands."""
        if first & _COMPRESSED:
            raise BadFrame("a compressed frame, though no compression was agreed on")
        if first & _RESERVED:
            raise BadFrame("a frame with reserved bits set")
        if opcode not in _KNOWN:
            raise BadFrame(f"a frame of the unknown type {opcode}")
        if opcode >= Opcode.CLOSE:
            if not first & 0x80:
                raise BadFrame("a control frame in several parts")
            if size > _LARGEST_CONTROL:
                raise BadFrame(f"a control frame of {size} bytes; at most {_LARGEST_CONTROL} are allowed")
            return
        if (opcode == Opcode.CONTINUATION) is (self._opcode is None):
            what = (
                "the continuation of no message" if self._opcode is None else "a new message in the middle of another"
            )
            raise BadFrame(what)
        if self._size + size > self._largest:
            raise BadFrame(f"a message of {self._size + size} bytes or more; at most {self._largest} are accepted")

    def _add(self, first: int, opcode: int, payload: bytes, frames: list[Frame]) -> None:
        """Take one part of a message; the last one completes it."""
        if self._opcode is None:
            if first & 0x80:
                frames.append(Frame(opcode, payload))
                return
            self._opcode = opcode
        if payload:
            self._parts.append(payload)
            self._size += len(payload)
            if len(self._parts) > _MOST_PARTS:
                raise BadFrame(f"a message in more than {_MOST_PARTS:,} frames")
        else:
            self._empty += 1
            if self._empty > _EMPTY_FRAMES:
                raise BadFrame(f"a message with more than {_EMPTY_FRAMES} empty frames")
        if first & 0x80:
            frames.append(Frame(self._opcode, b"".join(self._parts), tuple(map(len, self._parts))))
            self._opcode, self._size, self._empty = None, 0, 0
            self._parts.clear()


def _read_header(buffer: bytearray, place: int) -> tuple[int, int, int] | None:
    """The first byte, where the payload starts, and its size; None until the header is there.

    Raises:
        BadFrame: The frame is masked, or its length is not written as the RFC wants it.
    """
    there = len(buffer) - place
    if there < 2:
        return None
    first, second = buffer[place], buffer[place + 1]
    if second & 0x80:
        raise BadFrame("a masked frame, which only a client may send")
    if second < 126:
        return first, place + 2, second
    width, code, least = (2, "!H", 126) if second == 126 else (8, "!Q", 1 << 16)
    if there < 2 + width:
        return None
    (size,) = struct.unpack_from(code, buffer, place + 2)
    if not least <= size < 1 << 63:
        raise BadFrame("a frame whose length is not written in the shortest form")
    return first, place + 2 + width, size


def read_close(payload: bytes) -> tuple[int | None, str]:
    """Code and reason of a close frame; None and an empty text if it gives none.

    Raises:
        BadFrame: The payload is a single byte, or the code is one that nobody may send.
    """
    if not payload:
        return None, ""
    if len(payload) == 1:
        raise BadFrame("a close frame of one byte")
    (code,) = struct.unpack("!H", payload[:2])
    if not 1000 <= code < 5000 or code in (1004, 1005, 1006, 1015):
        raise BadFrame(f"a close frame with the code {code}, which nobody may send")
    return code, payload[2:].decode("utf-8", errors="replace")
