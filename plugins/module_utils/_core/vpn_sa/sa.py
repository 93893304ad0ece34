# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""VPN SAs as a table shows them: which of them are meant, what they are called, and what replaces them. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from ..api.engine_href import EngineId, printable_href
from ..errors import SMCError
from ..schema.records import Key, Record
from ..words import counted, plural, some, visible
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


class SATable(NamedTuple):
    """What an engine's table shows. listed: the SAs that can be deleted, each once. unusable: the other entries."""

    listed: list[ListedSA]
    unusable: list[Record]


def read_sas(engine: str, engine_id: EngineId, items: Iterable[tuple[Key, Record]]) -> SATable:
    """The SAs of a table. An entry whose href is that of another engine is no reason to delete anything there.

    Args:
        engine: whose table it is.
        engine_id: which engine that is.
        items: its entries by key.
    """
    found: dict[SAHref, ListedSA] = {}
    unusable: list[Record] = []
    for _unused, record in items:
        href = sa_of(record.get("vpn_sa_href"))
        if href is not None and href.engine_id == engine_id:
            found.setdefault(href, ListedSA(href, engine, record))
        else:
            unusable.append(record)
    return SATable(list(found.values()), unusable)


def check_hrefs(target: str, engine_id: EngineId, unusable: Iterable[Record]) -> list[str]:
    """Warnings about the SAs that a task means and that have no href, so that they cannot be deleted.

    Args:
        target: the engine's name.
        engine_id: which engine that is.
        unusable: those of its SAs that the task means and that do not have an href of their own.

    Raises:
        SMCError: one of them has an href, which is that of something else.
    """
    without: list[str] = []
    for record in unusable:
        href = record.get("vpn_sa_href")
        if href:
            raise SMCError(
                f"Nothing was deleted: the SMC gives '{printable_href(href)}' as the href of an SA of '{target}' "
                f"({tunnel_of(record)}), but it is not that of an SA of {'/'.join(engine_id)}. Find out who answers in place of "
                "the SMC."
            )
        without.append(str(tunnel_of(record)))
    if not without:
        return []
    return [
        (
            f"The task does not delete {counted(len(without), 'SA')} of '{target}', because the SMC gives no href for "
            f"{plural(len(without), 'it', 'them')}: {some(without)}."
        )
    ]
