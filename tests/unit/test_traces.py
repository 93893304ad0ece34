# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each trace in tests/traces is a test: the snapshots that it leads to are complete and hold what was found when it was recorded.

A new trace needs no more than to be in that folder.
"""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.traces.replaying import replay
from ansible_collections.ngfw.smc.plugins.module_utils._core.traces.trace import (
    Conversation,
    Trace,
    conversations,
    read_trace,
)

FOLDER = Path(__file__).resolve().parents[1] / "traces"
FILES = sorted(FOLDER.glob("*.jsonl.gz"))
# Small enough to mail, and for a repository.
MOST_BYTES = 1_000_000


def trace_of(file: Path) -> Trace:
    return read_trace(gzip.decompress(file.read_bytes()).decode().splitlines())


def tables_of(file: Path) -> list[Conversation]:
    """The conversations that led to a snapshot, and of which nothing was left out."""
    return [one for one in conversations(trace_of(file).events) if one.snapshot is not None and one.is_whole]


def test_there_are_traces() -> None:
    assert len(FILES) > 8


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name.partition(".jsonl")[0])
def test_the_snapshots_of_a_trace_are_complete_and_as_recorded(file: Path) -> None:
    assert file.stat().st_size < MOST_BYTES
    tables = tables_of(file)
    assert tables, f"{file.name} has no table from which a snapshot was taken."
    for table in tables:
        known = table.snapshot or {}
        snapshot = replay(table)
        assert snapshot.complete
        found = (
            table.definition,
            snapshot.completed_by,
            len(snapshot.table),
            sorted(snapshot.table.count_by_node().values()),
        )
        assert found == (table.definition, known["completed_by"], known["entries"], known["nodes"])
