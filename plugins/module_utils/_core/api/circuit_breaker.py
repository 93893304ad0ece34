# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""When failures concern the whole SMC and not one request, so that more requests would fail in the same way."""

from __future__ import annotations

import threading

from ..errors import ConnectionFailed, LoginRefused, MissingLibrary, SessionExpired, SMCError, TLSRefused

# These concern the whole session at once.
_CONCERNS_ALL = (LoginRefused, SessionExpired, MissingLibrary, TLSRefused)


class CircuitBreaker:
    """Counts the failures of several threads, and opens when no more requests should be made. It stays open.

    Args:
        tolerated: How many requests in a row may fail to reach the SMC. One more opens the breaker.

    Attributes:
        opened_by: The error that opened it; None while it is closed.
    """

    def __init__(self, tolerated: int) -> None:
        self._tolerated = tolerated
        self._lock = threading.Lock()
        self._unreachable = 0
        self.opened_by: SMCError | None = None

    def succeeded(self) -> None:
        """The SMC answered a request."""
        with self._lock:
            self._unreachable = 0

    def failed(self, error: SMCError) -> bool:
        """Count the failure of a request. Returns whether this error concerns all others too."""
        with self._lock:
            self._unreachable = self._unreachable + 1 if isinstance(error, ConnectionFailed) else 0
            concerns_all = isinstance(error, _CONCERNS_ALL) or self._unreachable > self._tolerated
            if concerns_all and self.opened_by is None:
                self.opened_by = error
            return concerns_all
