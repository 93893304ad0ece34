# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What an observer sees of a session: every answer and every frame, and no credentials."""

from __future__ import annotations

import time
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.channel import Channel
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.observer import Observer
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import (
    ChannelClosed,
    ConnectionFailed,
    HandshakeRefused,
)

from simulator import Fault, Scenario, Simulator


class Seen(Observer):
    """Notes the name of each call, and everything that was passed to it."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.arguments: list[Any] = []

    def __getattribute__(self, name: str) -> Any:
        if name not in ("answered", "unanswered", "opened", "refused", "sent", "received", "lost"):
            return super().__getattribute__(name)

        def note(*arguments: Any) -> None:
            self.names.append(name)
            self.arguments += arguments

        return note


def connection(smc: Simulator, **more: Any) -> Connection:
    return Connection(smc.url, username=smc.username, password=smc.password, connect_timeout=5, **more)


def test_it_sees_answers_and_frames_and_no_password() -> None:
    seen = Seen()
    with Simulator() as smc, Session(connection(smc), observer=seen) as session:
        with Channel(session) as channel:
            channel.send("{}")
            assert channel.receive(time.monotonic() + 10) is not None
        session.get("elements", "looking", {"filter": "*", "filter_context": "engine_clusters"})
    assert seen.names == ["answered", "answered", "opened", "sent", "received", "sent", "answered", "answered"]
    # The query of a login is the observer's own business to leave out, because only there it is a secret.
    others = [argument for argument in seen.arguments if not isinstance(argument, dict) or "pwd" not in argument]
    assert smc.password not in repr(others)


def test_it_sees_what_fails() -> None:
    seen = Seen()
    faults = [Fault("handshake", status=403), Fault("listing", "drop", first=2), Fault("messages", "drop")]
    with Simulator(Scenario(faults=faults)) as smc, Session(connection(smc), observer=seen) as session:
        with pytest.raises(HandshakeRefused), Channel(session):
            raise AssertionError("it was not refused")
        with pytest.raises(ConnectionFailed):
            session.transport.send(
                "GET", f"{smc.url}/7.1/elements", "asking", {"Cookie": str(session.credentials()[0])}, repeatable=False
            )
        with Channel(session) as channel:
            channel.send(
                '{"query": {"definition": "ROUTING", "target": "Plano FW"}, "fetch": {}, "format": {"type": "texts"}}'
            )
            with pytest.raises(ChannelClosed):
                [*iter(lambda: channel.receive(time.monotonic() + 10), None)]
    assert [name for name in seen.names if name in ("refused", "unanswered", "lost")] == [
        "refused",
        "unanswered",
        "lost",
    ]
