# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What makes two block-list entries the same: addresses, ports and protocol, in canonical form.

How long they last and who made them does not count.
"""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import Any, NamedTuple

from .fields import Record

ANY = "any"

PROTOCOLS = {"6": "tcp", "17": "udp", "0": ANY, "": ANY, "none": ANY}
# There is no port 0.
ALL_PORTS = (1, 65535)
# How an SMC may print "any": all addresses, or (recorded of SMC 6.2) the unspecified one.
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
    """The identity of an entry of the live table. What it lacks is any; what cannot be read stays as sent."""
    get = record.get
    protocol = str(get("block_list_entry_protocol") or ANY).strip().lower()
    return Identity(
        _listed_address(
            get("block_list_entry_source_ip"),
            get("block_list_entry_source_ip_prefixlen"),
            get("block_list_entry_source_ip_mask"),
        ),
        _listed_address(
            get("block_list_entry_destination_ip"),
            get("block_list_entry_destination_ip_prefixlen"),
            get("block_list_entry_destination_ip_mask"),
        ),
        PROTOCOLS.get(protocol, protocol),
        _listed_ports(get("block_list_entry_source_port"), get("block_list_entry_source_port_range")),
        _listed_ports(get("block_list_entry_destination_port"), get("block_list_entry_destination_port_range")),
    )


def _listed_address(address: Any, prefix: Any, mask: Any) -> str:
    if address is None or address == "":
        return ANY
    text = str(address).strip()
    if text.lower() == ANY:
        return ANY
    single = 128 if ":" in text else 32
    if prefix == single and "/" not in text and not (single == 128 and "." in text):
        # Already in canonical form, and by far the most frequent. (Of an IPv4 address within an IPv6 one there are two.)
        return all_is_any(f"{text}/{prefix}")
    if "/" not in text:
        if isinstance(prefix, int):
            text = f"{text}/{prefix}"
        elif mask not in (None, ""):
            text = f"{text}/{_mask_length(str(mask), single)}"
    return _canonical(text)


# An entry's other side is any as a rule, so most of these are asked for again and again.
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
    """`80`, `1000-2000`; `any` for all ports."""
    if first <= ALL_PORTS[0] and last >= ALL_PORTS[1]:
        return ANY
    return str(first) if first == last else f"{first}-{last}"


def all_is_any(network: str) -> str:
    return ANY if network in _EVERYTHING else network


def diff_line(identity: Identity, duration: int | None, remaining: int | None = None) -> str:
    """One entry in a diff."""
    text = str(identity)
    if duration is not None:
        text += f" for {duration} s"
    return text if remaining is None else f"{text}, {remaining} s left"


def as_result(identity: Identity, duration: int | None) -> dict[str, Any]:
    """One entry as `entries` takes it and the result gives it."""
    return {**identity._asdict(), "duration": duration}
