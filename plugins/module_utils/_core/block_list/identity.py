# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What makes two block-list entries the same: addresses, ports and protocol, in one canonical form.

Their duration, and who added them, makes no difference.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Any, NamedTuple

from ..schema.records import Record

ANY = "any"


PROTOCOLS = {"6": "tcp", "17": "udp", "0": ANY, "": ANY, "none": ANY}


# There is no port 0.
ALL_PORTS = (1, 65535)


# How an SMC may print "any": all addresses, or (recorded from SMC 6.2) the unspecified address.
_EVERYTHING = frozenset(("0.0.0.0/0", "::/0", "0.0.0.0/32", "::/128"))


class Identity(NamedTuple):
    """What makes two entries the same. Addresses with prefix length, ports as `80` or `1000-2000`, or `any`."""

    source: str = ANY
    destination: str = ANY
    protocol: str = ANY
    source_ports: str = ANY
    destination_ports: str = ANY

    def __str__(self) -> str:
        source = self.source if self.source_ports == ANY else f"{self.source} port {self.source_ports}"
        target = (
            self.destination if self.destination_ports == ANY else f"{self.destination} port {self.destination_ports}"
        )
        return f"{source} -> {target}" + ("" if self.protocol == ANY else f" {self.protocol}")


def identity_of(record: Record) -> Identity:
    """The identity of an entry of the live table. A missing value is `any`; what cannot be read stays as it was sent."""
    source = _listed_address(*map(record.get, _SOURCE))
    values = map(record.get, _REST)
    try:
        return Identity(source, *_rest_of(*values))
    except TypeError:
        # A value that cannot be a key of the cache, such as a list.
        return Identity(source, *_rest_of(*map(str, map(record.get, _REST))))


_SOURCE = (
    "block_list_entry_source_ip",
    "block_list_entry_source_ip_prefixlen",
    "block_list_entry_source_ip_mask",
)
_REST = (
    "block_list_entry_destination_ip",
    "block_list_entry_destination_ip_prefixlen",
    "block_list_entry_destination_ip_mask",
    "block_list_entry_protocol",
    "block_list_entry_source_port",
    "block_list_entry_source_port_range",
    "block_list_entry_destination_port",
    "block_list_entry_destination_port_range",
)


# Entries of a feed differ in their sources only. Typed, because 1 and true are one key otherwise.
@lru_cache(maxsize=1024, typed=True)
def _rest_of(
    address: Any, prefix: Any, mask: Any, spoken: Any, first: Any, last: Any, first_to: Any, last_to: Any
) -> tuple[str, str, str, str]:
    protocol = str(spoken or ANY).strip().lower()
    return (
        _listed_address(address, prefix, mask),
        PROTOCOLS.get(protocol, protocol),
        _listed_ports(first, last),
        _listed_ports(first_to, last_to),
    )


def _listed_address(address: Any, prefix: Any, mask: Any) -> str:
    if address is None or address == "":
        return ANY
    text = str(address).strip()
    if text.lower() == ANY:
        return ANY
    single = 128 if ":" in text else 32
    if prefix == single and "/" not in text and not (single == 128 and "." in text):
        # Already canonical, and by far the most frequent. (An IPv6 address that ends in an IPv4 one has two spellings.)
        return all_is_any(f"{text}/{prefix}")
    if "/" not in text:
        if isinstance(prefix, int):
            text = f"{text}/{prefix}"
        elif mask not in (None, ""):
            text = f"{text}/{_mask_length(str(mask), single)}"
    return _canonical(text)


# The same few networks come again and again.
@lru_cache(maxsize=1024)
def _canonical(network: str) -> str:
    try:
        return all_is_any(str(ipaddress.ip_network(network, strict=False)))
    except ValueError:
        return network


def _mask_length(mask: str, bits: int) -> str:
    try:
        return str(ipaddress.ip_network(f"0.0.0.0/{mask}").prefixlen) if bits == 32 else str(_ones(mask))
    except ValueError:
        return mask


def _ones(mask: str) -> int:
    return 128 if mask == "255.255.255.255" else bin(int(ipaddress.IPv6Address(mask))).count("1")


def _listed_ports(first: Any, last: Any) -> str:
    if first is None or first == "" or str(first).lower() == ANY:
        return ANY
    if last is None or last == "":
        last = first
    if not isinstance(first, int) or not isinstance(last, int):
        return f"{first}-{last}" if last != first else str(first)
    return ports_text(first, max(first, last)) if first or last else ANY


def ports_text(first: int, last: int) -> str:
    """`80`, `1000-2000`, or `any` for all ports."""
    if first <= ALL_PORTS[0] and last >= ALL_PORTS[1]:
        return ANY
    return str(first) if first == last else f"{first}-{last}"


def all_is_any(network: str) -> str:
    """`any` for a network that has all addresses, else the network."""
    return ANY if network in _EVERYTHING else network


def diff_line(identity: Identity, duration: int | None, remaining: int | None = None) -> str:
    """One line of a diff. duration, remaining: in seconds, None if not known."""
    text = str(identity)
    if duration is not None:
        text += f" for {duration} s"
    return text if remaining is None else f"{text}, {remaining} s left"


def as_result(identity: Identity, duration: int | None) -> dict[str, Any]:
    """One entry as the option `entries` accepts it and the result has it."""
    return dict(zip((*Identity._fields, "duration"), (*identity, duration)))
