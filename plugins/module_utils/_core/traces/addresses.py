# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Addresses replaced so that networks stay networks.

Two addresses that begin with the same bits have replacements that begin with the same bits, as many as before. So an address
is in a network before if and only if it is after, and no two addresses become one. Which bits are flipped depends on a secret;
without it nobody can tell what the addresses were.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from typing import Union

AnyAddress = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]
AnyNetwork = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]

# These say nothing about anybody's network.
_OF_NOBODY = frozenset(("0.0.0.0", "255.255.255.255", "127.0.0.1", "::", "::1"))  # noqa: S104 (nothing is bound here)

_HARDWARE = re.compile(r"[0-9A-Fa-f]{2}([:-]?)[0-9A-Fa-f]{2}(?:\1[0-9A-Fa-f]{2}){4}")


def read_address(text: str) -> AnyAddress | None:
    """The address; None for what is none, or has a zone."""
    try:
        return None if "%" in text else ipaddress.ip_address(text)
    except ValueError:
        return None


def read_length(text: object, width: int) -> int | None:
    """A prefix length, also one that is written as a dotted mask; None for what is none."""
    said = str(text)
    if said.isascii() and said.isdigit() and len(said) < 4:
        return int(said) if int(said) <= width else None
    if not is_mask(said):
        return None
    return ipaddress.ip_network(f"0.0.0.0/{said}").prefixlen if width == 32 else None


def is_mask(text: str) -> bool:
    """Whether this is a dotted mask: ones, then zeros."""
    address = read_address(text)
    if address is None or address.version != 4:
        return False
    zeros = ~int(address) & 0xFFFFFFFF
    return zeros & (zeros + 1) == 0


def is_hardware_address(text: str) -> bool:
    """Whether this is a MAC address, with one separator or none, and not a number."""
    return _HARDWARE.fullmatch(text) is not None and not text.isdigit()


class AddressMap:
    """Replaces addresses and networks.

    Args:
        secret: what the replacements depend on.
    """

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._flips: dict[tuple[int, int, int], int] = {}

    def address(self, address: AnyAddress) -> str:
        """The address that stands for this one."""
        if str(address) in _OF_NOBODY or (str(address).startswith("255.") and is_mask(str(address))):
            return str(address)
        return str(type(address)(self._replaced(int(address), address.max_prefixlen)))

    def network(self, network: AnyNetwork) -> AnyNetwork:
        """The network of the same size that holds what stands for its addresses."""
        width, length = network.max_prefixlen, network.prefixlen
        kept = self._replaced(int(network.network_address), width) if length else 0
        return type(network)((kept >> (width - length) << (width - length), length))

    def hardware_address(self, text: str) -> str:
        """A MAC address of the kind that nobody is given by a manufacturer, written like the other."""
        digits = re.sub("[:-]", "", text.lower())
        separator = next((one for one in text if one in ":-"), "")
        made = "02" + self._hash(digits).hex()[:10]
        return separator.join(made[place : place + 2] for place in range(0, 12, 2))

    def _replaced(self, number: int, width: int) -> int:
        replaced = 0
        for place in range(width):
            bit = number >> (width - 1 - place) & 1
            replaced = replaced << 1 | bit ^ self._flip(width, place, number >> (width - place))
        return replaced

    def _flip(self, width: int, place: int, before: int) -> int:
        """Whether the bit after these is flipped, which depends on these and on nothing else."""
        known = (width, place, before)
        flip = self._flips.get(known)
        if flip is None:
            flip = self._hash(f"{width}/{place}/{before}")[0] & 1
            # The beginnings are the same for many; the rest would only fill the memory.
            if place < 24 or (width > 32 and place < 64):
                self._flips[known] = flip
        return flip

    def _hash(self, text: str) -> bytes:
        return hashlib.blake2b(text.encode(), key=self._secret[:64], digest_size=8).digest()
