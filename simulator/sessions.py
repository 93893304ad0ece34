# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Login sessions of the simulated SMC."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from .elements import Domain

# Obvious test values: they open nothing but the simulator.
API_KEY = "simulator-api-key-not-a-secret"
USERNAME = "simulator-admin"
PASSWORD = "simulator-password-not-a-secret"
API_CLIENT = "simulator-client"


@dataclass
class Session:
    """Who is logged in to which domain."""

    token: str
    domain: Domain
    user: str
    version: str
    last_used: int
    sockets: int = 0
    connections: set[int] = field(default_factory=set)


class Sessions:
    """The open sessions by their id."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(f"{seed}/sessions")
        self._open: dict[str, Session] = {}
        # Told of every session that ends, in whichever thread that happens.
        self.ended: Callable[[Session], None] = lambda _session: None

    def open(self, domain: Domain, user: str, version: str, now: int) -> Session:
        """A new session."""
        token = self.new_token()
        session = self._open[token] = Session(token, domain, user, version, now)
        return session

    def new_token(self) -> str:
        """An id as Tomcat makes them."""
        return f"{self._random.getrandbits(128):032X}"

    def find(self, token: str | None, now: int, idle_ms: int) -> Session | None:
        """The session of an id, unless it ended or was idle for too long."""
        session = self._open.get(token or "")
        if session is None:
            return None
        if idle_ms and now - session.last_used > idle_ms:
            self.close(session)
            return None
        session.last_used = now
        return session

    def of_connection(self, connection: int, now: int, idle_ms: int) -> Session | None:
        """The session of a connection, where the session hangs on the TLS connection itself."""
        for session in self._open.values():
            if connection in session.connections:
                return self.find(session.token, now, idle_ms)
        return None

    def close(self, session: Session) -> None:
        """End a session."""
        if self._open.pop(session.token, None) is not None:
            self.ended(session)

    def close_all(self) -> None:
        """End all of them, as a restart of the SMC does."""
        for session in list(self._open.values()):
            self.close(session)

    def __len__(self) -> int:
        return len(self._open)

    def __contains__(self, session: Session) -> bool:
        return session.token in self._open
