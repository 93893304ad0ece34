# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""One deadline over everything that a task does, from the first connection to the last message."""

from __future__ import annotations

import time

# A wait of 0 means "do not wait at all" to sockets, and what has already arrived would not be read.
_SHORTEST = 0.001


class Deadline:
    """Ends a number of seconds after it was made.

    Attributes:
        seconds: How long it is as a whole.
    """

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        self._ends = time.monotonic() + seconds

    def left(self) -> float:
        """How many seconds are left; 0 when it has passed."""
        return max(self._ends - time.monotonic(), 0.0)

    def bounded(self, wait: float) -> float:
        """The wait in seconds, or what is left if that is shorter; always above 0."""
        return max(min(wait, self.left()), _SHORTEST)
