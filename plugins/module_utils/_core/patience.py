# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""When a failure is not one engine's but everybody's, so that going on with the next engine is no use."""

from __future__ import annotations

import threading

from .errors import ConnectionFailed, LoginRefused, MissingLibrary, SessionExpired, SMCError

# What concerns the whole session, so that another engine would fail in the same way.
_OF_ALL = (LoginRefused, SessionExpired, MissingLibrary)


class Patience:
    """Counts over several threads. connections: how many may fail in a row before the SMC is taken to be gone."""

    def __init__(self, connections: int) -> None:
        self._connections = connections
        self._lock = threading.Lock()
        self._unreachable = 0

    def answered(self) -> None:
        with self._lock:
            self._unreachable = 0

    def failed(self, error: SMCError) -> None:
        """Raises the error if it is not one engine's."""
        if isinstance(error, _OF_ALL):
            raise error
        with self._lock:
            self._unreachable = self._unreachable + 1 if isinstance(error, ConnectionFailed) else 0
            if self._unreachable > self._connections:
                raise error
