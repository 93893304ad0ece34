# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log of a simulated SMC, followed: what comes is told once, also around a loss. The events are tested over the source."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.protocol import LogQuery
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import SMCError
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import LOG
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.fields import resolve_field
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables import following_logs
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.following_logs import FollowedLogs

from simulator import Simulator
from simulator.fixtures import simulator

__all__ = ["simulator"]


@pytest.fixture
def smc(simulator: Callable[..., Simulator]) -> Simulator:
    return simulator()


@pytest.fixture
def log(smc: Simulator) -> Iterator[FollowedLogs]:
    query = LogQuery([resolve_field("sport", LOG, "fields")])
    with Session(Connection(smc.url, api_key=smc.api_key)) as session, FollowedLogs(session, query, 20.0) as followed:
        followed.open()
        yield followed


def ports(log: FollowedLogs, count: int) -> list[int]:
    """The ports of entries until there are so many, and of those that come within a moment after."""
    found: list[int] = []
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        changes = log.changes(time.monotonic() + 0.3)
        found += [entry["sport"] for entry in changes.added.values()]
        if not changes and len(found) >= count:
            return found
    raise AssertionError(f"there are only {found}")


def add(smc: Simulator, *numbers: int) -> None:
    for number in numbers:
        smc.world.add_log(Sport=number)


def test_what_was_there_is_not_news_after_a_loss_either(smc: Simulator, log: FollowedLogs) -> None:
    assert list(log.items()) == []
    add(smc, 1, 2)
    assert ports(log, 2) == [1, 2]
    assert log.reread().recovered
    add(smc, 3)
    # The overlap of a minute has twelve entries of before the start.
    assert ports(log, 1) == [3]
    assert not log.must_reread


def test_what_came_meanwhile_is_told_once(smc: Simulator, log: FollowedLogs) -> None:
    add(smc, 1)
    assert ports(log, 1) == [1]
    smc.expire_sessions()
    smc._port = int(smc.url.rpartition(":")[2])
    smc.__exit__(None, None, None)
    add(smc, *range(2, 500))
    smc.__enter__()
    with pytest.raises(SMCError):
        ports(log, 1)
    assert log.must_reread
    log.reread()
    add(smc, 500)
    assert ports(log, 499) == list(range(2, 501))
    assert not log.must_reread


def test_memory_is_bounded(smc: Simulator, log: FollowedLogs, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following_logs, "REMEMBERED", 300)
    add(smc, *range(1, 1001))
    assert ports(log, 1000) == list(range(1, 1001))
    assert len(log._told) == 300
