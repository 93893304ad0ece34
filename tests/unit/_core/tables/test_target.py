# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is looked up of a query's target."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import TargetUnknown
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import ACTIVE_ALERTS, ROUTING
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.target import Target

from simulator import Fault, Simulator


@pytest.fixture(scope="module")
def smc() -> Iterator[Simulator]:
    with Simulator() as running:
        yield running


@pytest.fixture
def session(smc: Simulator) -> Iterator[Session]:
    with Session(Connection(smc.url, api_key=smc.api_key)) as session:
        yield session


def test_an_engine_and_the_status_of_its_nodes(session: Session) -> None:
    target = Target(session, "HQ cluster")
    known = target.availability(30)
    assert known is not None
    assert (known.online, known.members) == (2, 2)
    assert target.engine is not None
    assert target.engine.name == "HQ cluster"
    polled = target.poll(ROUTING, full=True).result(30)
    assert polled.is_all
    assert {record["node_id"] for record in polled.records} == {"HQ cluster node 1", "HQ cluster node 2"}


def test_an_engine_that_does_not_exist(session: Session) -> None:
    with pytest.raises(TargetUnknown, match="Did you mean HQ cluster"):
        Target(session, "HQ clutser")


def test_a_domain_has_no_nodes(session: Session) -> None:
    target = Target(session, "Shared Domain", engine=False)
    assert (target.engine, target.availability()) == (None, None)
    assert "Shared Domain" in target.list_domains()
    assert len(target.poll(ACTIVE_ALERTS).result(30).records) == 9
    assert (
        "login's domain 'Shared Domain' only"
        in Target(session, "Retail", engine=False).polled(ACTIVE_ALERTS, full=False).why
    )


def test_domains_that_the_smc_does_not_list(smc: Simulator, session: Session) -> None:
    target = Target(session, "Retail", engine=False)
    smc.scenario.faults = [Fault("http", status=403)]
    assert target.list_domains() == []


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_polling_interface_that_refuses_says_why(smc: Simulator, session: Session, status: int) -> None:
    target = Target(session, "Plano FW")
    smc.scenario.faults = [Fault("polling", status=status)]
    assert f"HTTP {status}" in target.polled(ROUTING, full=False).why


def test_an_old_smc_is_not_asked() -> None:
    with (
        Simulator(product_version="7.0", api_versions=("7.0",)) as old,
        Session(Connection(old.url, api_key=old.api_key)) as session,
    ):
        target = Target(session, "Plano FW")
        assert target.polled(ROUTING, full=True).why == "SMC 7.0 has no polling interface; 7.1 and later have one"
        assert not any(path.endswith("_monitoring") for path in old.statistics.paths)
