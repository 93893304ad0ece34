# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What every kind of expectation of the entries has in common."""

from __future__ import annotations

from .checked_table import CheckedTable


class Expected:
    """What the value of a verb stands for, read; each verb has its own kind.

    needs_all_fields: whether it looks at more of an entry than `fields`.
    """

    needs_all_fields = False

    @property
    def fields(self) -> tuple[str, ...]:
        """The keys of entries that it is about; an empty one stands for the node."""
        return ()

    def has_nothing_to_judge(self, table: CheckedTable) -> bool:
        """Whether the table gives it no entry to look at."""
        return not table.selected
