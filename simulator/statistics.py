# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the simulator has seen, for tests that count requests rather than trust."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any


@dataclass
class Statistics:
    """Counters since the start or the last reset; `frames` holds every text received over a socket."""

    logins: int = 0
    failed_logins: int = 0
    logouts: int = 0
    open_sessions: int = 0
    requests: Counter[str] = field(default_factory=Counter)
    statuses: Counter[str] = field(default_factory=Counter)
    paths: list[str] = field(default_factory=list)
    connections: int = 0
    concurrent_requests: int = 0
    most_concurrent_requests: int = 0
    handshakes_refused: int = 0
    sockets_opened: int = 0
    sockets_open: int = 0
    most_sockets_open: int = 0
    socket_closes: list[int] = field(default_factory=list)
    fetches: int = 0
    aborts: int = 0
    messages_sent: int = 0
    entries_sent: int = 0
    bytes_received: int = 0
    bytes_sent: int = 0
    frames: list[str] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """As JSON shows it."""
        return {name: dict(value) if isinstance(value, Counter) else value for name, value in vars(self).items()}

    def reset(self) -> None:
        """Start counting again; what is open stays counted as open."""
        open_sessions, sockets_open = self.open_sessions, self.sockets_open
        self.__init__()  # type: ignore[misc]
        self.open_sessions, self.sockets_open = open_sessions, sockets_open
