# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The monitoring channel against the simulated SMC: it opens, says why not, and ends with a reason."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.channel import Channel
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.protocol import Message, build_request
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import ChannelClosed, HandshakeRefused
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS

from simulator import Simulator
from simulator.fixtures import simulator

__all__ = ["simulator"]

ROUTING = build_request(DEFINITIONS["ROUTING"], "Plano FW", (7, 1))


@pytest.fixture
def session() -> Iterator[Callable[[Simulator], Session]]:
    """Log in; the login ends with the test."""
    with ExitStack() as stack:
        yield lambda smc: stack.enter_context(Session(Connection(smc.url, api_key=smc.api_key)))


def next_message(channel: Channel) -> Message:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        message = channel.receive(until)
        if message is not None:
            return message
    raise AssertionError("no message came")


def test_a_query_is_answered_and_aborted(
    simulator: Callable[..., Simulator], session: Callable[[Simulator], Session]
) -> None:
    smc = simulator()
    with Channel(session(smc)) as channel:
        channel.send(ROUTING)
        started = next_message(channel)
        assert started.success and channel.fetch == started.fetch
        records = next_message(channel)
        while not records.has_records:
            records = next_message(channel)
        assert records.added


def test_nothing_comes_unasked(simulator: Callable[..., Simulator], session: Callable[[Simulator], Session]) -> None:
    with Channel(session(simulator())) as channel:
        assert channel.receive(time.monotonic()) is None
        assert not channel.amid_message


def test_another_thread_can_end_the_waiting(
    simulator: Callable[..., Simulator], session: Callable[[Simulator], Session]
) -> None:
    with Channel(session(simulator())) as channel:
        waiting = threading.Thread(target=channel.interrupt)
        waiting.start()
        with pytest.raises(ChannelClosed, match="the connection was lost"):
            next_message(channel)
        waiting.join()


def test_a_version_without_monitoring_says_so(
    simulator: Callable[..., Simulator], session: Callable[[Simulator], Session]
) -> None:
    with (
        pytest.raises(HandshakeRefused, match="refused the monitoring socket") as error,
        Channel(session(simulator()), "monitoring/nothing/socket"),
    ):
        pass
    assert error.value.details()["status"] == 404
    assert "no session monitoring" in error.value.message
