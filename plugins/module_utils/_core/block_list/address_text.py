# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Addresses and networks as texts and as whole numbers: what ipaddress does, at the speed that long lists need."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, Union

SingleAddress = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]
Network = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]

_OCTET = r"(?:25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"
# By far the most frequent, and in canonical form: no leading zeros.
PLAIN_IPV4 = re.compile(rf"{_OCTET}(?:\.{_OCTET}){{3}}").fullmatch
PLAIN_IPV4_NETWORK = re.compile(rf"({_OCTET}(?:\.{_OCTET}){{3}})/([1-9]|[12][0-9]|3[0-2])").fullmatch
# The bits before an IPv4 address that is written as IPv6.
_MAPPED = 96


class Span(NamedTuple):
    """A network as its first and last address."""

    version: int
    first: int
    last: int


def span_of(text: str) -> Span:
    """The addresses of an address or a network, whose host bits are cleared. IPv4 written as IPv6 is IPv4.

    Raises:
        ValueError: it is neither.
    """
    single = text.removesuffix("/32")
    if PLAIN_IPV4(single):
        value = ipv4_number(single)
        return Span(4, value, value)
    found = PLAIN_IPV4_NETWORK(text)
    if found:
        size = 32 - int(found[2])
        first = ipv4_number(found[1]) >> size << size
        return Span(4, first, first + (1 << size) - 1)
    network = unmapped(ipaddress.ip_network(text, strict=False))
    return Span(network.version, int(network[0]), int(network[-1]))


def unmapped(network: Network) -> Network:
    """The IPv4 network that was written as IPv6, such as ::ffff:192.0.2.1; any other one as it is."""
    mapped = getattr(network.network_address, "ipv4_mapped", None)
    if mapped is None or network.prefixlen < _MAPPED:
        return network
    return ipaddress.IPv4Network((int(mapped), network.prefixlen - _MAPPED))


def ipv4_number(text: str) -> int:
    """The number of an IPv4 address that PLAIN_IPV4 matches."""
    return int.from_bytes(bytes(map(int, text.split("."))), "big")


def network_text(network: Network) -> str:
    """In canonical form; an address alone is without a length."""
    return str(network.network_address) if network.prefixlen == network.max_prefixlen else str(network)


def merge(spans: Iterable[Span]) -> list[Span]:
    """Equal, overlapping and adjacent spans of one IP version as one, in order."""
    merged: list[Span] = []
    for span in sorted(spans):
        before = merged[-1] if merged else None
        if before and span.first <= before.last + 1:
            if span.last > before.last:
                merged[-1] = before._replace(last=span.last)
        else:
            merged.append(span)
    return merged


def networks_within(span: Span, widest: int) -> Iterator[str]:
    """The fewest networks that make up the span, none with a prefix length below `widest`."""
    bits = 32 if span.version == 4 else 128
    first = span.first
    while first <= span.last:
        aligned = (first & -first).bit_length() - 1 if first else bits
        size = min(aligned, (span.last - first + 1).bit_length() - 1, bits - widest)
        text = _number_text(first, span.version)
        yield f"{text}/{bits - size}" if size else text
        first += 1 << size


def _number_text(number: int, version: int) -> str:
    if version == 4:
        return ".".join(map(str, number.to_bytes(4, "big")))
    return str(ipaddress.IPv6Address(number))
