# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The core against every kind of SMC that the public record leaves possible, over real sockets.

Whatever the SMC does, a snapshot holds each entry once, or fails. The truth is the simulator's own world.
"""

from __future__ import annotations

import itertools
import random
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import EngineOffline, SMCError, SnapshotTimeout
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.fetching import FetchResult, Query, fetch_all
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.snapshot import Waits

from simulator import Fault, Scenario, Simulator

WAITS = Waits(first_entry=1.5, quiet=0.25, timeout=20.0)
CONNECTIONS = 450
SIGNALS = [[], ["event4"], ["event4_last"], ["first_fetch"], ["end"], ["event4", "first_fetch"], ["first_fetch", "end"]]
ENGINE_DEFINITIONS = [name for name, definition in DEFINITIONS.items() if not definition.targets_domain]


@pytest.fixture(scope="module")
def smc() -> Iterator[Simulator]:
    """One SMC, whose kind each test sets."""
    with Simulator(connections=CONNECTIONS) as running:
        yield running


def _play(smc: Simulator, **scenario: Any) -> None:
    smc.scenario.update(Scenario(**scenario).to_dict())


def _take(
    smc: Simulator, target: str, names: list[str], waits: Waits = WAITS, **connection: Any
) -> dict[str, FetchResult | SMCError]:
    credentials = connection or {"api_key": smc.api_key}
    queries = [Query(DEFINITIONS[name], target) for name in names]
    with Session(Connection(smc.url, **credentials)) as session:
        outcomes = fetch_all(session, queries, waits)
    assert session.warnings == []
    assert smc.statistics.open_sessions == 0
    return dict(zip(names, outcomes, strict=True))


def _identities(entries: Any) -> Counter[tuple[str, str]]:
    return Counter((entry["node_id"], entry["delta_key"]) for entry in entries)


def _truth(smc: Simulator, name: str, target: str) -> int:
    if (name, target) == ("CONNECTIONS", "Plano FW"):
        return CONNECTIONS
    return len(smc.world.entries(name, smc.world.engine(target)))


@pytest.mark.parametrize(
    "signals,batching,batch_size,changes",
    list(itertools.product(SIGNALS, ["per_node", "interleaved"], [200, 7], [False, True])),
)
def test_every_entry_once(smc: Simulator, signals: list[str], batching: str, batch_size: int, changes: bool) -> None:
    _play(smc, end_signals=signals, batching=batching, batch_size=batch_size, live_during_initial=changes)
    for target in ("Plano FW", "HQ cluster"):
        names = ["CONNECTIONS", "VPN_SA", "ROUTING"]
        for name, taken in _take(smc, target, names).items():
            assert isinstance(taken, FetchResult), taken
            identities = _identities(taken.snapshot.entries())
            assert max(identities.values()) == 1
            assert len(identities) == _truth(smc, name, target)
            assert taken.snapshot.complete
            if "end" in signals:
                assert taken.snapshot.completed_by == "end"
            if signals == ["event4"]:
                assert taken.snapshot.completed_by == "event4"


# What an SMC may do either way. Each value of one meets each value of every other in some SMC.
VARIANTS: dict[str, list[Any]] = {
    "end_signals": SIGNALS,
    "batching": ["per_node", "interleaved"],
    "batch_size": [200, 7],
    "live_during_initial": [False, True],
    "deleted_records": ["full", "key"],
    "omit_empty_lists": [False, True],
    "status_lines": [0, 3],
    "periodic_seconds": [0, 0.1],
    "empty_set": ["silent", "message"],
    "polling_complete": [True, False],
    "signals_on_alerts": [False, True],
    "fetches_per_socket": ["several", "one"],
    "abort_answer": ["none", "end", "success"],
    "session_kind": ["cookie", "token"],
    "connection_sessions": [False, True],
    "route_cookie": [False, True],
    "echo_subprotocol": [True, False],
    "reason_phrase": [False, True],
    "frame_bytes": [8192, 0, 100],
    "anonymous_sessions": [False, True],
    "foreign_host": [None, "http://localhost:8082"],
    "field_spelling": ["Blacklist", "BlackList", "blackList"],
    "masks": ["prefixlen", "dotted", "both"],
    "any_prefixlen": [0, 32],
    "unknown_fields": [{}, {"SomethingNew": "1"}],
}


def _every_pair() -> list[dict[str, Any]]:
    """Scenarios in which each two values of two variants stand together at least once."""
    chance = random.Random(2)
    places = {name: range(len(values)) for name, values in VARIANTS.items()}
    missing = {
        frozenset(((one, left), (other, right)))
        for one, other in itertools.combinations(VARIANTS, 2)
        for left, right in itertools.product(places[one], places[other])
    }

    def pairs(chosen: dict[str, int]) -> set[frozenset[tuple[str, int]]]:
        return {frozenset(pair) for pair in itertools.combinations(chosen.items(), 2)}

    scenarios = []
    while missing:
        # A pair that is missing yet, and around it the best of some random choices.
        seed = dict(min(missing, key=sorted))
        tries = [{name: chance.choice(there) for name, there in places.items()} | seed for _try in range(60)]
        best = max(tries, key=lambda chosen: len(pairs(chosen) & missing))
        missing -= pairs(best)
        scenarios.append({name: VARIANTS[name][place] for name, place in best.items()})
    return scenarios


@pytest.mark.parametrize("scenario", _every_pair(), ids=lambda scenario: "-".join(scenario["end_signals"]) or "none")
def test_variants_in_pairs(smc: Simulator, scenario: dict[str, Any]) -> None:
    _play(smc, **scenario)
    domain = smc.world.elements.domains["Shared Domain"]
    queries = [Query(DEFINITIONS["ACTIVE_ALERTS"], domain.name)]
    queries += [Query(DEFINITIONS[name], "HQ cluster") for name in ENGINE_DEFINITIONS]
    queries += [Query(DEFINITIONS[name], "Lab FW") for name in ("ROUTING", "USERS")]
    with Session(Connection(smc.url, api_key=smc.api_key)) as session:
        outcomes = fetch_all(session, queries, WAITS)
    for query, taken in zip(queries, outcomes, strict=True):
        name = query.definition.name
        assert isinstance(taken, FetchResult), taken
        assert taken.snapshot.complete
        owner = domain if query.target == domain.name else smc.world.engine(query.target)
        assert len(taken.snapshot.entries()) == len(smc.world.entries(name, owner)), name
        # Some tables have entries of one node of the cluster only, which is worth a sentence where silence ended the table.
        told = [warning for warning in taken.warnings if "has no entry of HQ cluster node" not in warning]
        assert told == [] and (taken.warnings == [] or taken.snapshot.completed_by == "quiet")
        if "end" in scenario["end_signals"]:
            assert taken.snapshot.completed_by == "end"
    assert session.warnings == []
    assert smc.statistics.open_sessions == 0


@pytest.mark.parametrize("signals", SIGNALS, ids=str)
@pytest.mark.parametrize("empty_set", ["silent", "message"])
@pytest.mark.parametrize("polling", [True, False])
def test_empty_tables(smc: Simulator, signals: list[str], empty_set: str, polling: bool) -> None:
    _play(smc, end_signals=signals, empty_set=empty_set, polling_complete=polling)
    for name, taken in _take(smc, "Lab FW", ENGINE_DEFINITIONS).items():
        assert isinstance(taken, FetchResult), (name, taken)
        assert taken.snapshot.complete
        assert taken.snapshot.entries() == []
        if polling and empty_set == "silent" and not {"end", "event4", "event4_last"} & set(signals):
            assert taken.snapshot.completed_by == "is_all"


@pytest.mark.parametrize(
    "scenario",
    [
        {"login_status": 201},
        {"fetch_ids": [0, -1616514795, 1, 2, 3, 4, 5, 6]},
        {"message_delay": 0.1, "batch_size": 5},
        {"http_latency": 0.05},
        {"empty_search": "no_content"},
        {"faults": [Fault("request", "slow", seconds=0.3, times=0)]},
        {"faults": [Fault("messages", "expire", code=0)]},
        {"empty_before": 0.5},
        {"ping_seconds": 0.05},
        {
            "end_signals": [],
            "batch_size": 5,
            "faults": [Fault("messages", "halve", after_messages=1, seconds=0.6, times=0)],
        },
        {"faults": [Fault("handshake", "status", status=503, times=2)]},
        {"faults": [Fault("status", "stall", times=0)]},
        {"faults": [Fault("status", "status", status=401, times=0)]},
        {"faults": [Fault("login", "status", status=503)]},
        {"faults": [Fault("listing", "status", status=429, retry_after=0)]},
        {"faults": [Fault("node", "status", status=500, times=0), Fault("status", "status", status=500, times=0)]},
    ],
    ids=str,
)
def test_kinds_of_smc_that_make_no_difference(smc: Simulator, scenario: dict[str, Any]) -> None:
    _play(smc, **{"end_signals": ["event4"], **scenario})
    for name, taken in _take(smc, "Branch 7", ENGINE_DEFINITIONS).items():
        assert isinstance(taken, FetchResult), (name, taken)
        assert taken.snapshot.complete
        assert len(taken.snapshot.entries()) == _truth(smc, name, "Branch 7")


def test_pings_do_not_put_the_end_off(smc: Simulator) -> None:
    _play(smc, ping_seconds=0.05, end_signals=[], polling_complete=False)
    (taken,) = _take(smc, "Lab FW", ["USERS"]).values()
    assert isinstance(taken, FetchResult)
    assert taken.snapshot.completed_by == "quiet"


def test_a_query_without_any_answer_is_no_empty_table(smc: Simulator) -> None:
    _play(smc, polling_complete=False, faults=[Fault("request", "stall")])
    (error,) = _take(smc, "Lab FW", ["USERS"], Waits(0.2, 0.1, 0.6)).values()
    assert isinstance(error, SnapshotTimeout)
    assert "the SMC did not answer the query at all" in error.message


def test_silence_is_no_empty_table_while_polling_shows_entries(smc: Simulator) -> None:
    _play(smc, faults=[Fault("messages", "stall")])
    (error,) = _take(smc, "Plano FW", ["USERS"], Waits(0.3, 0.1, 1.0)).values()
    assert isinstance(error, SnapshotTimeout)
    assert "no entry had come, though the SMC's polling interface lists 6" in error.message


def test_what_is_looked_up_beside_ends_with_the_session(smc: Simulator) -> None:
    """The first node's status comes when all is over: too late to ask for the other's, let alone to log in again."""
    _play(smc, end_signals=["end"], message_delay=0.1, faults=[Fault("status", "slow", seconds=1.0)])
    smc.statistics.reset()
    _take(smc, "HQ cluster", ["USERS"])
    time.sleep(1.5)
    assert (smc.statistics.logins, smc.statistics.open_sessions) == (1, 0)
    assert len([path for path in smc.statistics.paths if path.endswith("/status")]) == 1


def test_login_as_administrator(smc: Simulator) -> None:
    _play(smc, end_signals=["end"])
    (taken,) = _take(smc, "Plano FW", ["USERS"], username=smc.username, password=smc.password).values()
    assert isinstance(taken, FetchResult)


def test_another_domain_and_its_alerts(smc: Simulator) -> None:
    _play(smc, end_signals=["end"])
    with Session(Connection(smc.url, api_key=smc.api_key, domain="Retail")) as session:
        queries = [Query(DEFINITIONS["ROUTING"], "Store 12"), Query(DEFINITIONS["ACTIVE_ALERTS"], "Retail")]
        outcomes = fetch_all(session, queries, WAITS)
    for taken in outcomes:
        assert isinstance(taken, FetchResult)
        assert len(taken.snapshot.entries()) > 0


def test_the_definitions_of_an_offline_engine(smc: Simulator) -> None:
    _play(smc, end_signals=["event4"])
    for error in _take(smc, "Depot FW", ENGINE_DEFINITIONS, Waits(0.5, 0.2, 20.0)).values():
        assert isinstance(error, EngineOffline)
        assert "Depot FW node 1" in error.message


def test_a_node_that_is_offline_is_named(smc: Simulator) -> None:
    _play(smc, end_signals=["event4"])
    smc.world.set_node("HQ cluster", 2, online=False)
    try:
        (taken,) = _take(smc, "HQ cluster", ["ROUTING"]).values()
    finally:
        smc.world.set_node("HQ cluster", 2, online=True)
    assert isinstance(taken, FetchResult)
    assert taken.snapshot.table.count_by_node().keys() == {"HQ cluster node 1"}
    assert any("without HQ cluster node 2" in warning for warning in taken.warnings)


def test_session_expires_between_requests(smc: Simulator) -> None:
    _play(smc, end_signals=["end"], faults=[Fault("engine", "expire")])
    outcomes = _take(smc, "Plano FW", ["ROUTING"])
    assert all(isinstance(taken, FetchResult) for taken in outcomes.values())


@pytest.mark.parametrize("product,definition", [("6.10", "BLACKLIST"), ("7.0", "BLOCK_LIST"), ("7.1", "BLOCK_LIST")])
def test_block_list_by_its_name_of_the_time(product: str, definition: str) -> None:
    versions = ("6.10", "7.0", "7.1")[: ("6.10", "7.0", "7.1").index(product) + 1]
    with Simulator(Scenario(end_signals=["end"]), product_version=product, api_versions=versions) as old:
        (taken,) = _take(old, "Plano FW", ["BLOCK_LIST"]).values()
        assert isinstance(taken, FetchResult), taken
        for entry in taken.snapshot.entries():
            assert entry["block_list_href"].startswith("http")
            assert "block_list_entry_source_ip" in entry
        assert any(f'"{definition}"' in frame for frame in old.statistics.frames)
