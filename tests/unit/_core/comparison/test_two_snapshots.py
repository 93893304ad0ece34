# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One table of two snapshots: when it can be compared, and what is said when it cannot."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.comparison.compared_table import ComparedTable, Split
from ansible_collections.ngfw.smc.plugins.module_utils._core.comparison.rules import read_rules
from ansible_collections.ngfw.smc.plugins.module_utils._core.comparison.two_snapshots import (
    SnapshotTable,
    compare_snapshot_tables,
    failed_table,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import FileFailed
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import ROUTING

RULES = read_rules(ROUTING)


def _table(*networks: str, target: str = "Plano FW", complete: bool = True) -> SnapshotTable:
    entries = [{"node_id": "n1", "route_network": network} for network in networks]
    return SnapshotTable(target, lambda: (len(entries), entries), complete)


def _unreadable() -> tuple[int, Any]:
    raise FileFailed("The file is broken.")


def _compared(before: SnapshotTable | None, after: SnapshotTable | None, **more: Any) -> ComparedTable:
    return compare_snapshot_tables(ComparedTable("Plano FW", "ROUTING"), before, after, RULES, **more)


ONE = _table("10.0.0.0")


@pytest.mark.parametrize(
    "before,after,status,reason",
    [
        (ONE, ONE, "PASS", "Nothing differs."),
        (ONE, _table(), "FAIL", "1 removed (of 1 before); none tolerated."),
        (
            None,
            ONE,
            "SKIPPED",
            "This table is missing from the earlier snapshot, so there is nothing to compare with.",
        ),
        (ONE, None, "ERROR", "This table is missing from the later snapshot."),
        (
            failed_table("Plano FW", "No node of it is online."),
            ONE,
            "ERROR",
            "This table is missing from the earlier snapshot: No node of it is online.",
        ),
        (
            None,
            failed_table("Plano FW", "No node of it is online."),
            "ERROR",
            "This table is missing from the later snapshot: No node of it is online.",
        ),
        (_table(complete=False), ONE, "ERROR", "The earlier snapshot's table is not complete."),
        (ONE, _table(complete=False), "ERROR", "The later snapshot's table is not complete."),
        (
            ONE,
            _table(target="HQ"),
            "ERROR",
            "The snapshots are of different targets, 'Plano FW' and 'HQ'.",
        ),
        (ONE, SnapshotTable("Plano FW", _unreadable), "ERROR", "The file is broken."),
    ],
)
def test_each_outcome_has_its_sentence(
    before: SnapshotTable | None, after: SnapshotTable | None, status: str, reason: str
) -> None:
    table = _compared(before, after)
    assert (table.status, table.reason) == (status, reason)


def test_a_large_table_is_split_by_its_larger_side() -> None:
    asked = []

    @contextmanager
    def splitting(count: int, size: int) -> Iterator[Split | None]:
        asked.append((count, size))
        yield lambda entries: [entries]

    table = _compared(replace(ONE, size=70), _table("10.0.0.0", "10.1.0.0"), splitting=splitting)
    assert (asked, table.added_count) == ([(2, 70)], 1)
