# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is asked of an SMC, and that nothing that fails ends the asking."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.diagnosis.facts import facts_of
from ansible_collections.ngfw.smc.plugins.module_utils._core.diagnosis.probes import Probes, Wishes, watch_idle_sessions
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.search import EngineReference
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.status import Availability
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import ACTIVE_ALERTS, ROUTING
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.snapshot import Waits
from ansible_collections.ngfw.smc.plugins.module_utils._core.traces.recorder import Recorder

from simulator import Fault, Scenario, Simulator

WAITS = Waits(first_entry=2.0, quiet=0.3, timeout=20.0)
READING = {"GET", "POST /{v}/login", "PUT /{v}/logout"}


def diagnosed(smc: Simulator, **wishes: Any) -> tuple[dict[str, Any], Probes]:
    recorder = Recorder()
    settings: dict[str, Any] = {
        "target": None,
        "definitions": [ROUTING, ACTIVE_ALERTS],
        "waits": WAITS,
        "observe": 0.2,
        **wishes,
    }
    with Session(Connection(smc.url, api_key=smc.api_key, connect_timeout=5), observer=recorder) as session:
        probes = Probes(session, recorder, Wishes(**settings))
        probes.run()
    return facts_of(recorder.events()), probes


def test_everything_is_asked_and_nothing_is_changed() -> None:
    with Simulator(Scenario(end_signals=["end"])) as smc:
        facts, probes = diagnosed(smc)
        requests = set(smc.statistics.requests)
    assert probes.about_engine() == {"type": "fw_cluster", "nodes": 2, "online": 2}
    assert [(table["definition"], table["completed_by"]) for table in facts["tables"]] == [
        ("ROUTING", "end"),
        ("ACTIVE_ALERTS", "end"),
    ]
    assert set(facts["refusals"]) == {"unknown_engine", "unknown_field", "unknown_definition", "long_request"}
    assert facts["one_socket"]["fetches"] == 2
    assert {(one["definition"], one["full"]) for one in facts["polling"]} == {("ROUTING", True), ("ROUTING", False)}
    assert facts["pongs"]["answered"] == facts["pongs"]["asked"] > 0
    assert facts["failed"] == []
    assert {request for request in requests if request not in READING and not request.startswith("GET ")} == set()
    assert smc.open_sessions == 0


@pytest.mark.parametrize(
    "scenario, failed",
    [
        (Scenario(faults=[Fault("handshake", status=403, times=0)]), {"one_socket", "unknown_field", "unknown_definition", "unknown_engine", "long_request"}),
        (Scenario(faults=[Fault("listing", status=500, times=0)]), {"engine"}),
        (Scenario(faults=[Fault("polling", "drop", times=0)], end_signals=["end"]), {"polling"}),
    ],
)  # fmt: skip
def test_what_fails_is_told_and_the_rest_goes_on(scenario: Scenario, failed: set[str]) -> None:
    with Simulator(scenario) as smc:
        facts, _probes = diagnosed(smc, definitions=[ROUTING])
    assert {one["probe"] for one in facts["failed"]} == failed
    assert all(one["words"] for one in facts["failed"])


def test_an_unknown_engine_leaves_the_tables_of_the_domain() -> None:
    with Simulator(Scenario(signals_on_alerts=True, end_signals=["end"])) as smc:
        facts, probes = diagnosed(smc, target="Plana FW")
    assert [one["kind"] for one in facts["failed"]] == ["target_unknown"]
    assert [table["definition"] for table in facts["tables"]] == ["ACTIVE_ALERTS"]
    assert probes.about_engine() is None


def test_a_type_that_the_smc_made_up_is_not_in_the_header() -> None:
    with Simulator() as smc, Session(Connection(smc.url, api_key=smc.api_key)) as session:
        probes = Probes(session, Recorder(), Wishes(None, [ROUTING]))
        probes.engine = EngineReference("Plano FW", "/elements/of_alice/1", "of_alice")
        probes.availability = Availability(nodes=())
        assert probes.about_engine() == {"type": "other", "nodes": 0, "online": 0}


def test_an_engine_that_is_offline_is_an_error_of_its_table() -> None:
    with Simulator() as smc:
        facts, _probes = diagnosed(smc, target="Depot FW", definitions=[ROUTING])
    (table,) = facts["tables"]
    assert table["kind"] == "engine_offline"


def test_a_session_that_was_handed_in_is_not_left_alone() -> None:
    recorder = Recorder()
    handed_in = {"url": "http://127.0.0.1:9", "api_version": "7.1", "cookie": "JSESSIONID=x"}
    assert watch_idle_sessions(Connection("", session=handed_in), recorder, 60.0) == []
    (failed,) = facts_of(recorder.events())["failed"]
    assert failed["probe"] == "idle"
    assert "no credentials" in failed["words"]


def test_idle_sessions_are_left_alone_and_logged_out() -> None:
    recorder = Recorder()
    with Simulator(Scenario(faults=[Fault("listing", "expire", times=1)])) as smc:
        sessions = watch_idle_sessions(Connection(smc.url, api_key=smc.api_key), recorder, 0.4)
        assert smc.statistics.logins == len(sessions) + 1
        assert smc.open_sessions == 0
    idle = facts_of(recorder.events())["idle"]
    assert idle == {"alive": 0.4, "expired": 0.1} or idle["expired"] is not None
