# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""One table of two snapshots, wherever they are kept: whether it can be compared, and if so, how it differs.

The module ngfw.smc.snapshot_diff has its snapshots on disk, the filter of the same name has them as facts. What is
missing or incomplete means the same in both, and is said in the same sentences.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Optional

from ..errors import SMCError
from .compared_table import ComparedTable, Entries, Split, compare_tables
from .rules import Rules

# How to split tables, the larger of which has this many entries and this size; None to compare them whole.
Splitting = Callable[[int, int], AbstractContextManager[Optional[Split]]]


@dataclass(frozen=True)
class SnapshotTable:
    """One table as a snapshot has it.

    Attributes:
        target: the engine, or the administrative domain.
        read: gives the number of entries and the entries. It raises SMCError if they cannot be read.
        complete: whether the snapshot has all entries.
        failure: a sentence on why the table could not be fetched; empty if it was.
        size: about how many bytes the entries have as text; 0 if that is not known.
    """

    target: str
    read: Callable[[], tuple[int, Entries]]
    complete: bool = True
    failure: str = ""
    size: int = 0


def failed_table(target: str, failure: str) -> SnapshotTable:
    """A table that the snapshot could not fetch."""
    return SnapshotTable(target, lambda: (0, ()), complete=False, failure=failure)


def compare_snapshot_tables(
    table: ComparedTable,
    before: SnapshotTable | None,
    after: SnapshotTable | None,
    rules: Rules,
    lines: int = 50,
    splitting: Splitting | None = None,
) -> ComparedTable:
    """Compares one table of two snapshots.

    Args:
        table: what the result is written into.
        before, after: the table in each snapshot; None where the snapshot never asked for it.
        rules: how to compare, and what is tolerated.
        lines: how many differences of each kind to keep.
        splitting: divides tables that are too large for memory; without it, they are compared whole.

    Returns:
        The table that was given. What cannot be compared is its ERROR, and a table that is new is SKIPPED.
    """
    for which, one in (("earlier", before), ("later", after)):
        if one is not None and one.failure:
            return table.error(f"This table is missing from the {which} snapshot: {one.failure}")
    if before is None:
        return table.skip("This table is missing from the earlier snapshot, so there is nothing to compare with.")
    if after is None:
        return table.error("This table is missing from the later snapshot.")
    if before.target != after.target:
        return table.error(f"The snapshots are of different targets, '{before.target}' and '{after.target}'.")
    for which, one in (("earlier", before), ("later", after)):
        if not one.complete:
            return table.error(f"The {which} snapshot's table is not complete.")
    try:
        (old_count, old), (new_count, new) = before.read(), after.read()
        size = max(before.size, after.size)
        with splitting(max(old_count, new_count), size) if splitting else nullcontext() as split:
            return compare_tables(table, old, new, (old_count, new_count), rules, lines, split)
    except SMCError as error:
        return table.error(error.message)
