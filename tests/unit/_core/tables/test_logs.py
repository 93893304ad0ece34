# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Stored logs, read from a simulated SMC: all of them, or an error that says what had come."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.protocol import LogQuery
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import QueryRefused, SMCError, SnapshotTimeout
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import LOG
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.fields import resolve_field
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.logs import (
    StoredLogs,
    _check_end,
    fetch_logs,
)

from simulator import Fault, Simulator
from simulator.fixtures import simulator

__all__ = ["simulator"]

Factory = Callable[..., Simulator]


def fetched(smc: Simulator, query: LogQuery, timeout: float = 20.0, limit: int | None = None) -> StoredLogs:
    with Session(Connection(smc.url, api_key=smc.api_key)) as session:
        return fetch_logs(session, query, timeout, limit)


def test_all_entries_in_either_order(simulator: Factory) -> None:
    smc = simulator()
    newest_first = fetched(smc, LogQuery())
    oldest_first = fetched(smc, LogQuery(oldest_first=True))
    assert len(newest_first.entries) == 720
    assert list(oldest_first.entries) == list(newest_first.entries)[::-1]
    assert not newest_first.truncated


@pytest.mark.parametrize(("limit", "truncated"), [(719, True), (720, False), (721, False)])
def test_a_limit_says_whether_there_are_more(simulator: Factory, limit: int, truncated: bool) -> None:
    stored = fetched(simulator(), LogQuery([resolve_field("log_id", LOG, "fields")]), limit=limit)
    assert (len(stored.entries), stored.truncated) == (min(limit, 720), truncated)
    assert stored.entries[0] == {"log_id": 720}


@pytest.mark.parametrize(("received", "limit"), [(5, None), (5, 5), (0, 1)])
def test_another_reason_than_the_end_of_data_is_an_error(received: int, limit: int | None) -> None:
    _check_end("End of data.", received, limit)
    with pytest.raises(QueryRefused, match="before it was complete: Disk error"):
        _check_end("Disk error", received, limit)
    _check_end("quantity reached", 6, 5)


def test_entries_of_different_shapes_keep_their_order(simulator: Factory) -> None:
    entries = fetched(simulator(), LogQuery(oldest_first=True)).entries
    assert [entry["log_id"] for entry in entries] == list(range(1, 721))
    assert {"acc_tx_bytes" in entry for entry in entries} == {True, False}


@pytest.mark.parametrize(
    ("fault", "kind", "words"),
    [
        (Fault("request", "failure", text="No log server"), QueryRefused, "the SMC said: No log server. 0 entries"),
        (Fault("messages", "eof", after_messages=4), SMCError, "400 entries had come, which may not be all"),
        (Fault("messages", "bad_json", after_messages=3), SMCError, "not JSON"),
        (Fault("messages", "stall", after_messages=3), SnapshotTimeout, "did not end it within 1 s"),
    ],
    ids=["refused", "lost", "nonsense", "silent"],
)
def test_what_breaks_off_is_an_error(simulator: Factory, fault: Fault, kind: type[SMCError], words: str) -> None:
    smc = simulator()
    smc.scenario.faults = [fault]
    with pytest.raises(kind, match=words) as raised:
        fetched(smc, LogQuery(), timeout=1.0 if fault.do == "stall" else 60.0)
    assert "The log query broke off" in raised.value.message
    assert smc.open_sessions == 0
