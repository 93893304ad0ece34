# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""VPN SAs as a table shows them: which of them are meant, what they are called, and what replaces them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..schema.records import Key, Record
from ..words import visible
from .href import SAHref, sa_of


class Tunnel(NamedTuple):
    """What a new SA has in common with the one that it replaces: the peer, and the type (IKE, IPsec)."""

    peer: str
    type: str

    def __str__(self) -> str:
        return f"{self.type or 'SA'} with {self.peer or 'an unnamed peer'}"


def tunnel_of(record: Record) -> Tunnel:
    """The peer and type of an SA."""
    return Tunnel(*(str(record.get(name) or "") for name in ("peer_security_gateway", "sa_class")))


@dataclass(frozen=True)
class ListedSA:
    """An SA to delete. engine: its engine's name, empty if it is not known. record: None if the table does not show it."""

    href: SAHref
    engine: str = ""
    record: Record | None = None

    @property
    def tunnel(self) -> Tunnel | None:
        return tunnel_of(self.record) if self.record is not None else None

    def facts(self) -> dict[str, Any]:
        """As a result lists it."""
        record = self.record or {}
        return {
            "engine": self.engine,
            "node": record.get("node_id"),
            "peer": record.get("peer_security_gateway"),
            "type": record.get("sa_class"),
            "vpn_sa_href": record.get("vpn_sa_href") or f"/{self.href.path}",
        }

    def line(self) -> str:
        """As a diff shows it, with everything in it visible."""
        return visible(f"{self.engine}: {self.tunnel or 'SA'}, {self.href.id}")


def listed_sas(engine: str, items: Iterable[tuple[Key, Record]]) -> list[ListedSA]:
    """The SAs of a table that can be deleted, each once.

    Args:
        engine: whose table it is.
        items: its entries by key.
    """
    found: dict[SAHref, ListedSA] = {}
    for _unused, record in items:
        href = sa_of(record.get("vpn_sa_href"))
        if href is not None:
            found.setdefault(href, ListedSA(href, engine, record))
    return list(found.values())
