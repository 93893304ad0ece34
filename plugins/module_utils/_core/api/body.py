# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The body of an HTTP answer, unpacked, within a size: an endless one is not kept, nor one that unpacks to gigabytes."""

from __future__ import annotations

import zlib
from collections.abc import Iterable
from typing import Any

# The largest body, in bytes after unpacking. The list of ten thousand engines takes two mebibytes.
LARGEST_BODY = 64 * 1024 * 1024

# What the SMC may pack with; more is not asked for. RFC 9110 has x-gzip mean the same as gzip.
ENCODINGS = ("gzip", "x-gzip", "deflate")

_GZIP = b"\x1f\x8b"

# How many members a gzip body may have: each is looked for behind the one before.
_MOST_MEMBERS = 100

# Lets zlib find out whether it is gzip or zlib.
_ANY_HEADER = 47


class BadBody(ValueError):
    """A body that is too large, cut off, or packed in a way that nobody asked for. Its text is the reason."""


def read_body(pieces: Iterable[bytes], encoding: str, length: str, largest: int = LARGEST_BODY) -> bytes:
    """The whole body.

    Args:
        pieces: The body as it arrives.
        encoding: The header Content-Encoding; empty for none.
        length: The header Content-Length; empty for none.
        largest: How many bytes it may have, before and after unpacking.

    Raises:
        BadBody: It is not a whole body of this encoding and size.
    """
    name = encoding.strip().lower()
    if name in ("", "identity"):
        return bytes(_bounded(pieces, length, largest))
    if name not in ENCODINGS:
        raise BadBody("the answer is compressed in a way that was not asked for")
    return _unpack(_bounded(pieces, length, largest), largest)


def _bounded(pieces: Iterable[bytes], length: str, largest: int) -> bytearray:
    body = bytearray()
    for piece in pieces:
        body += piece
        if len(body) > largest:
            raise _too_large(largest)
    if length.strip().isdecimal() and len(length) < 20 and len(body) < int(length):
        raise BadBody("the answer was cut off")
    return body


def _unpack(packed: bytearray, largest: int) -> bytes:
    if not packed:
        return b""
    unpacking = zlib.decompressobj(_ANY_HEADER)
    try:
        body = unpacking.decompress(packed, largest + 1)
    except zlib.error:
        # Some servers leave out the header of zlib.
        unpacking = zlib.decompressobj(-zlib.MAX_WBITS)
        body = _unpacked(unpacking, packed, largest + 1)
    members = 1
    while unpacking.eof and unpacking.unused_data.startswith(_GZIP) and len(body) <= largest:
        following, unpacking, members = unpacking.unused_data, zlib.decompressobj(_ANY_HEADER), members + 1
        if members > _MOST_MEMBERS:
            raise BadBody(f"the answer is compressed in more than {_MOST_MEMBERS} parts")
        body += _unpacked(unpacking, following, largest + 1 - len(body))
    if len(body) > largest:
        raise _too_large(largest)
    if not unpacking.eof:
        raise BadBody("the answer was cut off")
    return body


def _unpacked(unpacking: Any, packed: bytes | bytearray, most: int) -> bytes:
    try:
        unpacked: bytes = unpacking.decompress(packed, most)
    except zlib.error:
        raise BadBody("the answer cannot be unpacked") from None
    return unpacked


def _too_large(largest: int) -> BadBody:
    return BadBody(f"the answer is larger than {largest // 1024 // 1024} MiB")
