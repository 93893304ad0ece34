# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records of block lists that the tests of block lists share."""

from __future__ import annotations

from typing import Any

from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.current import BlockList, Nodes
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.entry import read_desired
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.identity import Identity
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import BLOCK_LIST
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.records import EntryReader

HREF = "http://localhost:8082/7.1/elements/single_fw/1563/block_list/MQ=="


def identity(**entry: Any) -> Identity:
    (desired,), _unused = read_desired([entry])
    return desired.identity


def record(number: int = 1, node: str = "node 1", **values: Any) -> dict[str, Any]:
    return {
        "NodeId": node,
        "BlacklistEntrySourceIp": "203.0.113.7",
        "BlacklistEntrySourceIpPrefixlen": "32",
        "BlacklistEntryDuration": "3600",
        "Timestamp": "2025-03-04 10:00:00",
        "ReceptionTime": "2025-03-04 10:00:00",
        "block_list_href": f"http://localhost:8082/7.1/elements/fw_cluster/9/block_list/{number}",
        "delta_key": f"k{number}",
        **values,
    }


def block_list(*records: dict[str, Any], nodes: Nodes | None = None) -> BlockList:
    read = [entry for batch in EntryReader(BLOCK_LIST).read(records) for entry in batch.entries()]
    return BlockList(
        [((entry.get("node_id"), entry["delta_key"]), entry) for entry in read], nodes or Nodes(("node 1",))
    )


def identities(current: BlockList) -> set[Identity]:
    return {listed.identity for listed in current.all()}
