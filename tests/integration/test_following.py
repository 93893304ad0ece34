# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables followed after their snapshot, over real sockets; also over the loss of the channel."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import ChannelClosed, SMCError
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import (
    ACTIVE_ALERTS,
    DEFINITIONS,
    ROUTING,
    Definition,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.fetching import Query
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.following import FollowedTable, follow
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.snapshot import Waits
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.table import Changes

from simulator import Fault, Scenario, Simulator

WAITS = Waits(first_entry=1.5, quiet=0.25, timeout=20.0)
NETWORK = "172.31.77.0/24"


@pytest.fixture
def smc() -> Iterator[Simulator]:
    with Simulator(Scenario(end_signals=["event4"])) as running:
        yield running


@contextmanager
def _followed(smc: Simulator, definition: Definition, target: str) -> Iterator[FollowedTable]:
    with (
        Session(Connection(smc.url, api_key=smc.api_key)) as session,
        follow(session, Query(definition, target), WAITS) as table,
    ):
        yield table


def _until(table: FollowedTable, seen: Callable[[Changes], object]) -> Changes:
    """The first changes that are awaited; others may come before."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        changes = table.changes(deadline)
        if seen(changes):
            return changes
    raise AssertionError("the change did not come")


@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=lambda definition: definition.name)
def test_every_table_can_be_followed(smc: Simulator, definition: Definition) -> None:
    target = "Shared Domain" if definition.targets_domain else "Plano FW"
    with _followed(smc, definition, target) as table:
        assert table.snapshot.complete
        before = len(table.snapshot.table)
        assert before
        smc.world.clear(definition.name, target)
        gone = 0
        while gone < before:
            gone += len(_until(table, lambda changes: changes.deleted).deleted)
        assert len(table.snapshot.table) == 0
        assert not table.must_reread


def test_an_alert_of_a_domain_is_told_when_it_comes(smc: Simulator) -> None:
    with _followed(smc, ACTIVE_ALERTS, "Shared Domain") as table:
        assert (table.engine, table.availability) == (None, None)
        smc.world.add_alert(situation="Port_Scan")
        alerts = list(_until(table, lambda changes: changes.added).added.values())
        alert = alerts[0]
        assert len(alerts) == 1
        assert alert["situation"] == "Port_Scan"
        assert alert in list(table.snapshot.table.entries())


def test_nothing_comes_and_nothing_changes(smc: Simulator) -> None:
    with _followed(smc, ROUTING, "Plano FW") as table:
        assert not table.changes(time.monotonic() + 0.05)


def test_after_the_end_of_a_fetch_only_another_reading_tells_what_changed(smc: Simulator) -> None:
    smc.scenario.end_signals = ["end"]
    with _followed(smc, ROUTING, "Plano FW") as table:
        assert table.ended
        assert table.must_reread
        smc.world.change_route("Plano FW", NETWORK, "192.0.2.1")
        assert not table.changes(time.monotonic() + 5)
        changes = table.reread()
        assert changes.recovered
        assert [route["route_network"] for route in changes.added.values()] == ["172.31.77.0"]
        assert not (changes.updated or changes.deleted)
        assert not table.reread(10.0)


def test_what_changed_while_the_channel_was_lost_is_told_after_another_reading(smc: Simulator) -> None:
    smc.world.change_route("Plano FW", NETWORK, "192.0.2.1")
    smc.world.change_route("Plano FW", "172.31.78.0/24", "192.0.2.1")
    smc.scenario.faults = [Fault("messages", "drop", definition="ROUTING", after_messages=2)]
    smc.scenario.periodic_seconds = 0.1
    with _followed(smc, ROUTING, "Plano FW") as table:
        with pytest.raises(ChannelClosed) as lost:
            _until(table, lambda _changes: False)
        assert table.must_reread
        assert table.lost is lost.value
        # It is said each time, and not taken for a table in which nothing changes.
        with pytest.raises(ChannelClosed):
            table.changes(time.monotonic() + 5)
        smc.world.change_route("Plano FW", NETWORK, remove=True)
        smc.world.change_route("Plano FW", "172.31.78.0/24", "192.0.2.2")
        smc.world.change_route("Plano FW", "172.31.79.0/24", "192.0.2.1")
        changes = table.reread()
        assert changes.recovered
        assert {route["route_network"] for route in changes.deleted.values()} == {"172.31.77.0"}
        assert {route["route_network"] for route in changes.added.values()} == {"172.31.79.0"}
        assert {route["route_network"] for route in changes.updated.values()} == {"172.31.78.0"}
        # And it goes on.
        smc.world.change_route("Plano FW", "172.31.80.0/24", "192.0.2.1")
        followed = _until(table, lambda changes: changes.added)
        assert not followed.recovered
        assert not table.must_reread


def test_a_reading_that_fails_leaves_the_table_as_it_was(smc: Simulator) -> None:
    with _followed(smc, ROUTING, "Plano FW") as table:
        before = list(table.snapshot.table.items())
        smc.world.change_route("Plano FW", NETWORK, "192.0.2.1")
        smc.scenario.faults = [Fault("messages", "failure", text="Log Server is down")]
        with pytest.raises(SMCError, match="Log Server is down"):
            table.reread()
        assert table.must_reread
        assert list(table.snapshot.table.items()) == before
        assert [route["route_network"] for route in table.reread().added.values()] == ["172.31.77.0"]


def test_a_deletion_that_does_not_tell_its_node_asks_for_another_reading(smc: Simulator) -> None:
    smc.scenario.deleted_records = "key"
    smc.world.change_route("HQ cluster", NETWORK, "192.0.2.1")
    with _followed(smc, ROUTING, "HQ cluster") as table:
        held = [entry for entry in table.snapshot.table.entries() if entry["route_network"] == "172.31.77.0"]
        assert len(held) == 2
        smc.world.change_route("HQ cluster", NETWORK, remove=True)
        deadline = time.monotonic() + 20
        while not table.must_reread and time.monotonic() < deadline:
            table.changes(time.monotonic() + 0.2)
        assert table.must_reread
        assert {entry["node_id"] for entry in table.reread().deleted.values()} == {
            f"HQ cluster node {n}" for n in (1, 2)
        }
        assert not table.must_reread


def test_a_session_that_expired_is_renewed_by_another_reading(smc: Simulator) -> None:
    with _followed(smc, ROUTING, "Plano FW") as table:
        smc.expire_sessions()
        smc.world.change_route("Plano FW", NETWORK, "192.0.2.1")
        assert table.reread().added
        assert not table.session_renewed


def test_another_thread_ends_the_wait(smc: Simulator) -> None:
    with _followed(smc, ROUTING, "Plano FW") as table:
        threading.Timer(0.1, table.interrupt).start()
        with pytest.raises(ChannelClosed):
            _until(table, lambda _changes: False)
        # For good: a reading that begins afterwards ends as well.
        with pytest.raises(ChannelClosed):
            table.reread()
