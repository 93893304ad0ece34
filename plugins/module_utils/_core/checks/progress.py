# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""How far a check of many engines is, in a line from time to time."""

from __future__ import annotations

from ..words import plural

# Seconds between two lines.
EVERY = 5.0


class Progress:
    """Counts engines that are done. Used by several threads; a count that is one behind does no harm.

    total: how many engines there are.
    """

    def __init__(self, total: int) -> None:
        self.total = total
        self._done = 0
        self._failing = 0
        self._shown: tuple[int, int] = (0, 0)
        self._next: float | None = None

    def add(self, failing: bool) -> None:
        """An engine is done. failing: whether a check of it failed or could not be measured."""
        self._done += 1
        self._failing += failing

    def line_at(self, now: float) -> str | None:
        """The line to show at this time of any clock, in seconds; None between two lines, and if nothing has changed."""
        if self._next is None:
            self._next = now + EVERY
        if now < self._next or self._shown == (self._done, self._failing):
            return None
        self._next = now + EVERY
        self._shown = (self._done, self._failing)
        left = self.total - self._done
        return (
            f"{self._done:,} of {self.total:,} {plural(self.total, 'engine')} checked, "
            f"{self._failing:,} with failures or errors, {left:,} left"
        )
