# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The frame reader against RFC 6455: what is read, and what is refused by name."""

from __future__ import annotations

import contextlib
import struct

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.frames import (
    BadFrame,
    Frame,
    FrameReader,
    Opcode,
    read_close,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import BadMessage
from hypothesis import given
from hypothesis import strategies as st


def frame(opcode: int, payload: bytes = b"", fin: bool = True, bits: int = 0) -> bytes:
    first = (0x80 if fin else 0) | bits | opcode
    if len(payload) < 126:
        return bytes((first, len(payload))) + payload
    if len(payload) < 1 << 16:
        return struct.pack("!BBH", first, 126, len(payload)) + payload
    return struct.pack("!BBQ", first, 127, len(payload)) + payload


def fragments(payload: bytes, size: int, opcode: int = Opcode.TEXT) -> bytes:
    parts = [payload[at : at + size] for at in range(0, len(payload), size)] or [b""]
    last = len(parts) - 1
    return b"".join(frame(opcode if not n else 0, part, fin=n == last) for n, part in enumerate(parts))


@given(
    messages=st.lists(st.tuples(st.binary(max_size=400), st.integers(1, 150)), max_size=6),
    cuts=st.lists(st.integers(1, 200), min_size=1, max_size=20),
)
def test_messages_come_whole_however_they_are_cut(messages: list[tuple[bytes, int]], cuts: list[int]) -> None:
    stream = b"".join(fragments(payload, size) for payload, size in messages)
    reader, read, place, turn = FrameReader(), [], 0, 0
    while place < len(stream):
        step = cuts[turn % len(cuts)]
        read += reader.feed(stream[place : place + step])
        place, turn = place + step, turn + 1
    assert [one.payload for one in read] == [payload for payload, _size in messages]
    assert not reader.amid_message


def test_control_frames_come_between_the_parts_of_a_message() -> None:
    reader = FrameReader()
    stream = frame(Opcode.TEXT, b"one ", fin=False) + frame(Opcode.PING, b"?") + frame(Opcode.CONTINUATION, b"message")
    assert reader.feed(stream) == [Frame(Opcode.PING, b"?"), Frame(Opcode.TEXT, b"one message")]


def test_a_part_of_a_message_is_noticed() -> None:
    reader = FrameReader()
    assert reader.feed(frame(Opcode.TEXT, b"abc")[:1]) == []
    assert reader.amid_message
    assert reader.feed(frame(Opcode.TEXT, b"abc")[1:]) == [Frame(Opcode.TEXT, b"abc")]
    assert not reader.amid_message


@pytest.mark.parametrize(
    ("stream", "said"),
    [
        (frame(Opcode.TEXT, b"x", bits=0x40), "compressed frame"),
        (frame(Opcode.TEXT, b"x", bits=0x20), "reserved bits"),
        (frame(Opcode.PING, b"x", bits=0x10), "reserved bits"),
        (frame(3), "unknown type 3"),
        (frame(15), "unknown type 15"),
        (frame(Opcode.PING, fin=False), "control frame in several parts"),
        (frame(Opcode.PING, b"x" * 126), "control frame of 126 bytes"),
        (frame(Opcode.CONTINUATION, b"x"), "continuation of no message"),
        (frame(Opcode.TEXT, b"x", fin=False) + frame(Opcode.TEXT, b"y"), "in the middle of another"),
        (bytes((0x81, 0x81, 0, 0, 0, 0, 0)), "masked frame"),
        (struct.pack("!BBH", 0x81, 126, 5), "shortest form"),
        (struct.pack("!BBQ", 0x81, 127, 500), "shortest form"),
        (struct.pack("!BBQ", 0x81, 127, 1 << 63), "shortest form"),
        (struct.pack("!BBQ", 0x81, 127, 1 << 40), "a message of 1099511627776 bytes"),
        (
            frame(Opcode.TEXT, b"x" * 60, fin=False) * 1 + frame(Opcode.CONTINUATION, b"x" * 60),
            "a message of 120 bytes",
        ),
        (frame(Opcode.TEXT, fin=False) + frame(Opcode.CONTINUATION, fin=False) * 1001, "empty frames"),
    ],
)
def test_what_the_protocol_forbids_is_named(stream: bytes, said: str) -> None:
    reader = FrameReader(largest=100 if "120" in said else 1 << 20)
    with pytest.raises(BadFrame, match=said):
        reader.feed(stream)


def test_what_is_complete_before_a_frame_that_is_wrong_is_given_first() -> None:
    reader = FrameReader()
    assert reader.feed(frame(Opcode.TEXT, b"whole") + frame(3)) == [Frame(Opcode.TEXT, b"whole")]
    with pytest.raises(BadFrame, match="unknown type 3"):
        reader.check()
    with pytest.raises(BadFrame, match="unknown type 3"):
        reader.feed(frame(Opcode.TEXT, b"more"))


def test_a_message_in_countless_pieces_is_refused() -> None:
    reader = FrameReader()
    reader.feed(frame(Opcode.TEXT, b"x", fin=False))
    reader.feed(frame(Opcode.CONTINUATION, b"x", fin=False) * 90_000)
    with pytest.raises(BadFrame, match="more than 100,000 frames"):
        reader.feed(frame(Opcode.CONTINUATION, b"x", fin=False) * 10_000)


@given(st.binary(max_size=300), st.integers(1, 50))
def test_any_bytes_are_frames_or_a_bad_message(data: bytes, step: int) -> None:
    reader = FrameReader(largest=10_000)
    with contextlib.suppress(BadMessage):
        for at in range(0, len(data), step):
            for one in reader.feed(data[at : at + step]):
                assert len(one.payload) <= len(data)


def test_the_header_alone_refuses_what_is_too_large() -> None:
    reader = FrameReader()
    with pytest.raises(BadFrame, match="at most"):
        reader.feed(struct.pack("!BBQ", 0x81, 127, 5 << 30))


@pytest.mark.parametrize(
    ("payload", "close"),
    [
        (b"", (None, "")),
        (struct.pack("!H", 1000), (1000, "")),
        (struct.pack("!H", 1009) + "zu groß".encode(), (1009, "zu groß")),
        (struct.pack("!H", 4001) + b"\xff", (4001, "\ufffd")),
    ],
)
def test_close_frames(payload: bytes, close: tuple[int | None, str]) -> None:
    assert read_close(payload) == close


@pytest.mark.parametrize("payload", [b"x", struct.pack("!H", 999), struct.pack("!H", 1005), struct.pack("!H", 5000)])
def test_close_frames_that_nobody_may_send(payload: bytes) -> None:
    with pytest.raises(BadFrame, match="close frame"):
        read_close(payload)
