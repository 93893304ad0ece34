# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The delta_key of an entry: base64 of a compact tuple of its key fields, as decoded from recorded ones.

The node is not part of it, so two nodes of a cluster that hold the same thing give the same key.
"""

from __future__ import annotations

import base64
import ipaddress

ABSENT = b"\x00"


def number(value: int) -> bytes:
    """Length plus one, then the bytes."""
    data = value.to_bytes(max(1, (value.bit_length() + 7) // 8), "big")
    return bytes([len(data) + 1]) + data


def text(value: str) -> bytes:
    """01, then the text."""
    return b"\x01" + value.encode()


def address(value: str) -> bytes:
    """01, then the address."""
    return b"\x01" + ipaddress.ip_address(value).packed


def network(value: str) -> bytes:
    """An address whose trailing zero bytes are dropped."""
    return b"\x01" + ipaddress.ip_address(value).packed.rstrip(b"\x00")


def spi(value: str) -> bytes:
    """A hexadecimal SPI, kept at its full length."""
    data = bytes.fromhex(value)
    return bytes([len(data) + 1]) + data


def encode(*parts: bytes) -> str:
    """The parts as an SMC prints them."""
    return base64.b64encode(b"".join(parts)).decode()


def connection(src: str, dst: str, protocol: int, sport: int | None, dport: int | None) -> str:
    """Source, destination, protocol and ports, and four slots that were always empty."""
    ports = [ABSENT if port is None else number(port) for port in (sport, dport)]
    return encode(address(src), address(dst), number(protocol), *ports, ABSENT * 4)
