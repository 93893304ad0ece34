# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The addresses at both ends of the way to the SMC, which must not be blocked."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

from .sockets import addresses_within

# Seconds. The name was looked up for the login already.
_LOOK_UP_WAIT = 5.0


def addresses_towards(base: str) -> list[str]:
    """The addresses of the SMC, and of this host towards them.

    Args:
        base: the URL of the SMC.

    Returns:
        Addresses as texts, each once; empty if this host cannot resolve the name, as behind a proxy.
    """
    parts = urlsplit(base)
    try:
        found = addresses_within(parts.hostname or "", parts.port or 443, _LOOK_UP_WAIT, socket.SOCK_DGRAM)
    except OSError:
        return []
    addresses: dict[str, None] = {}
    for family, kind, protocol, _name, address in found:
        addresses[_without_zone(address)] = None
        own = _own_address(family, kind, protocol, address)
        if own:
            addresses[own] = None
    return list(addresses)


def _own_address(family: int, kind: int, protocol: int, address: tuple[object, ...]) -> str:
    """The address that this host would send from; empty if it has no route. A datagram socket sends nothing here."""
    try:
        with socket.socket(family, kind, protocol) as way:
            way.connect(address)
            return _without_zone(way.getsockname())
    except OSError:
        return ""


def _without_zone(address: tuple[object, ...]) -> str:
    return str(address[0]).partition("%")[0]
