# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulated time: epoch milliseconds which only move when told to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

# In process the world always begins here, so that tests can write times down.
DEFAULT_START = int(datetime(2025, 3, 4, 10, 0, 0, tzinfo=UTC).timestamp() * 1000)


@dataclass
class Clock:
    """Now, and when the world began."""

    now: int = DEFAULT_START
    start: int = DEFAULT_START

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        if seconds < 0:
            raise ValueError("time does not go back")
        self.now += int(seconds * 1000)
