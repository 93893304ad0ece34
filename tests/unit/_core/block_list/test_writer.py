# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A plan's requests, sent to the simulated SMC."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.entry import read_desired
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.plan import Addition, Removal
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.writer import Writer

from simulator import Simulator
from simulator.fixtures import simulator

__all__ = ["simulator"]


@pytest.fixture
def session() -> Iterator[Callable[[Simulator], Session]]:
    """Log in; the login ends with the test."""
    with ExitStack() as stack:
        yield lambda smc: stack.enter_context(Session(Connection(smc.url, api_key=smc.api_key)))


def additions(*sources: str) -> list[Addition]:
    return [Addition(desired) for desired in read_desired(list(sources))[0]]


def list_of(session: Session) -> str:
    """The block list of the engine Plano FW."""
    found = session.get("elements", "searching", {"filter": "Plano FW", "filter_context": "engine_clusters"})
    engine = session.get(found["result"][0]["href"], "reading the engine")
    return str(next(link["href"] for link in engine["link"] if link["rel"] == "block_list"))


def test_batches_are_added(simulator: Callable[..., Simulator], session: Callable[[Simulator], Session]) -> None:
    logged_in = session(simulator())
    writer = Writer(logged_in, concurrency=2, batch_size=2)
    steps = additions("203.0.113.1", "203.0.113.2", "203.0.113.3")
    writer.add(list_of(logged_in), steps)
    assert {step.desired.identity for step in writer.added} == {step.desired.identity for step in steps}
    assert writer.failed == []


def test_a_refused_batch_is_halved_until_the_wrong_entry_stands_alone(
    simulator: Callable[..., Simulator], session: Callable[[Simulator], Session]
) -> None:
    fault = {"at": "block_list_add", "do": "status", "status": 400, "match": "203.0.113.3/32", "times": 0}
    logged_in = session(simulator({"faults": [fault]}))
    writer = Writer(logged_in, concurrency=1, batch_size=10)
    writer.add(list_of(logged_in), additions(*(f"203.0.113.{number}" for number in range(1, 6))))
    assert [str(failure.step.desired.identity.source) for failure in writer.failed] == ["203.0.113.3/32"]
    assert [failure.status for failure in writer.failed] == [400]
    assert len(writer.added) == 4


def test_what_is_gone_is_not_a_failure_and_what_is_not_an_entry_is_not_deleted(
    simulator: Callable[..., Simulator], session: Callable[[Simulator], Session]
) -> None:
    smc = simulator()
    logged_in = session(smc)
    writer = Writer(logged_in, concurrency=1, batch_size=1)
    there, other = (
        Removal(None, (f"{list_of(logged_in)}/MTIzNDU=",)),
        Removal(None, (logged_in.rebase("elements/host/1"),)),
    )
    writer.remove([there, other])
    assert writer.gone == [there] and writer.removed == []
    (failure,) = writer.failed
    assert failure.step is other and "is not the href of a block-list entry, so it was not deleted" in failure.message


def test_an_entry_of_another_engine_is_not_deleted(
    simulator: Callable[..., Simulator], session: Callable[[Simulator], Session]
) -> None:
    smc = simulator()
    logged_in = session(smc)
    here = list_of(logged_in)
    writer = Writer(logged_in, concurrency=1, batch_size=1, engines={("fw_cluster", "9")})
    writer.remove([Removal(None, (f"{here}/MTIzNDU=",))])
    (failure,) = writer.failed
    assert "and not to the engine whose list it stands on, so it was not deleted" in failure.message
