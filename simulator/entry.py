# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One row of a live table, before it is put into any format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from .elements import Engine, Node


class Named(NamedTuple):
    """A value that raw shows as a code or key, and texts resolve to words."""

    raw: int | str | list[int]
    text: str


Value = str | int | bool | None | list[str] | Named


@dataclass(slots=True)
class Entry:
    """`values` are by field name; `href` is what comes after the engine's own href."""

    definition: str
    engine: Engine
    node: Node
    key: str
    values: dict[str, Value]
    href: str | None = None

    @property
    def identity(self) -> tuple[int, str]:
        """What tells entries of one table apart: the key alone does not name the node."""
        return self.node.key, self.key


class Change(NamedTuple):
    """What happened to an entry: added, updated or deleted."""

    kind: str
    entry: Entry


_DATA: dict[str, tuple[Named, Named]] = {
    definition: (Named(code, phrase), Named([1, 300000000 + code], tag))
    for definition, code, phrase, tag in (
        ("CONNECTIONS", 6, "6", "INFO: Connection Monitoring"),
        ("BLOCK_LIST", 7, "7", "INFO: BLOCK_LIST Monitoring"),
        ("VPN_SA", 20, "20", "INFO: VPN SA Monitoring"),
        ("USERS", 33, "33", "INFO: User Monitoring"),
        ("ROUTING", 34, "34", "INFO: Routing Monitoring"),
        # Recorded so: this one comes as a phrase.
        ("SSLVPNV2", 38, "SSL VPN Session Monitoring", "INFO: SSL VPN Monitoring"),
        ("ACTIVE_ALERTS", 3, "3", "INFO: Alert"),
        ("NEIGHBORS", 40, "40", "INFO: Neighbor Monitoring"),
        ("LOG", 1, "1", "INFO: Log"),
    )
}
OLD_BLOCK_LIST_TAGS = Named([1, 300000007], "INFO: Blacklist Monitoring")

NEW, UPDATED, REMOVED, ALL_SENT = 1, 2, 3, 4


def common(definition: str, engine: Engine, node: Node, reception: int, *, product_7: bool = True) -> dict[str, Value]:
    """The fields that every entry of a table has."""
    data_type, tags = _DATA[definition]
    if definition == "BLOCK_LIST" and not product_7:
        tags = OLD_BLOCK_LIST_TAGS
    sender = Named(node.key, node.name)
    values: dict[str, Value] = {
        "ReceptionTime": reception,
        "CompId": sender,
        "NodeId": sender,
        "SenderDomain": Named(engine.domain.key, engine.domain.name),
        "DataType": data_type,
        "DataTags": tags,
    }
    if definition not in ("ACTIVE_ALERTS", "LOG"):
        values["SessionEvent"] = NEW
    return values
