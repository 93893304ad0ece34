# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The addresses of Management Servers and Log Servers, as far as the SMC tells them."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Mapping
from typing import Any

from ..api.session import Session
from ..errors import BadMessage, RequestRefused
from .elements import dictionaries_in, read_element

_KINDS = ("mgt_server", "log_server")
# Each takes a request of its own. A large system has a few.
_MOST_SERVERS = 20


def server_addresses(session: Session) -> list[str]:
    """The addresses of the SMC's servers, each once.

    Which attributes hold them is not public for every version, and not every administrator may read servers, so what
    the SMC refuses to tell is left out.

    Args:
        session: an open session.
    """
    addresses: dict[str, None] = {}
    for kind in _KINDS:
        for document in _servers(session, kind):
            addresses.update(dict.fromkeys(_addresses_in(document)))
    return list(addresses)


def _servers(session: Session, kind: str) -> Iterator[dict[str, Any]]:
    try:
        listed = read_element(session, f"elements/{kind}", "listing the servers of the SMC")
        for item in dictionaries_in(listed.get("result"))[:_MOST_SERVERS]:
            if item.get("href"):
                yield read_element(session, str(item["href"]), "reading the address of a server of the SMC")
    except (RequestRefused, BadMessage):
        return


def _addresses_in(document: Mapping[str, Any]) -> Iterator[str]:
    for key in ("address", "ipv6_address"):
        try:
            yield str(ipaddress.ip_address(str(document.get(key))))
        except ValueError:
            continue
