# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The polling interface beside the socket: what it finds in a socket that lies, and tables that it gives itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import PartialFailure
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS
from ansible_collections.ngfw.smc.plugins.module_utils._runner import Options
from ansible_collections.ngfw.smc.plugins.module_utils._runners.session_facts import ARGUMENTS, run

from simulator import Fault, Scenario, Simulator
from tests.integration.conftest import Ansible

EVERY = list(DEFINITIONS)
ENGINE_TABLES = [name for name, definition in DEFINITIONS.items() if not definition.targets_domain]
FAST = {"first_entry_timeout": 1.5, "quiet_period": 0.25, "timeout": 15.0}
# A socket whose sets end in silence, two entries to a message.
SILENT = {"end_signals": [], "batch_size": 2}

Factory = Callable[..., Simulator]


def _lie(definition: str, times: int = 0, engine: str = "Plano FW", after: int = 1) -> Fault:
    """One message of this table is never sent."""
    return Fault("messages", "lose", engine=engine, definition=definition, after_messages=after, times=times)


def _facts(smc: Simulator, *names: str, target: str = "Plano FW", **given: Any) -> dict[str, Any]:
    """Facts by definition; of one that failed, its error."""
    params = {name: argument.get("default") for name, argument in ARGUMENTS.items()}
    params.update(url=smc.url, api_key=smc.api_key, target=target, definitions=list(names), **FAST)
    params.update(given)
    try:
        result = run(Options(params, False, False))
    except PartialFailure as error:
        result = error.result
        result["failed_definitions"] = result.get("failed_definitions") or {
            names[0]: {**error.details(), "msg": error.message}
        }
    assert smc.statistics.open_sessions == 0
    facts = {name: result["ansible_facts"].get(DEFINITIONS[name].fact) for name in names}
    return {"warnings": result["warnings"], **facts, **(result.get("failed_definitions") or {})}


def _polls(smc: Simulator) -> int:
    return sum("_monitoring" in path for path in smc.statistics.paths)


@pytest.mark.smoke
def test_a_socket_that_lies_is_found_out_by_every_module(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(Scenario(**SILENT, faults=[_lie("ROUTING"), _lie("BLOCK_LIST")]))
    ansible.use(smc)
    before = smc.world.entries("BLOCK_LIST", smc.world.engine("Plano FW"))
    wanted = [{"source": str(entry.values["BlacklistEntrySourceIp"])} for entry in before[:1]]
    run = ansible.tasks(
        {"name": "facts", "ngfw.smc.session_facts": {"definitions": ["ROUTING", "VPN_SA"]}},
        {"name": "trusting", "ngfw.smc.session_facts": {"definitions": "ROUTING", "corroborate": "never"}},
        {
            "name": "snapshot",
            "ngfw.smc.snapshot": {"definitions": ["ROUTING", "VPN_SA"], "dest": "snapshot", "ignore_failures": True},
        },
        {
            "name": "health",
            "ngfw.smc.health_check": {
                "checks": [{"name": "No route is lost", "definition": "ROUTING", "count": {"min": 1}}]
            },
        },
        {
            "name": "block list",
            "ngfw.smc.block_list": {
                "state": "exact",
                "entries": wanted,
                "max_removals": "100%",
                "first_entry_timeout": 2,
            },
        },
        module_defaults={
            f"ngfw.smc.{name}": {key: FAST[key] for key in ("quiet_period", "timeout")}
            for name in ("session_facts", "snapshot", "health_check", "block_list")
        },
        ignore_errors=True,
    )
    facts = run.result("facts")
    assert facts["failed_definitions"]["ROUTING"]["kind"] == "incomplete"
    assert facts["failed_definitions"]["ROUTING"]["received"] == 7
    assert facts["failed_definitions"]["ROUTING"]["polled"] == 9
    assert "the socket sent 7 entries, and the SMC's polling interface lists 9" in facts["msg"]
    assert "It was read twice" in facts["msg"]
    tunnels = facts["ansible_facts"]["smc_vpn_sa"]
    assert (tunnels["corroborated"], tunnels["corroborated_by"], tunnels["completed_by"]) == (
        True,
        "node_counts",
        "quiet",
    )
    assert tunnels["corroboration"] == "The polling interface lists 4 entries."
    # Without the second witness this is a table like any other.
    trusting = run.result("trusting")["ansible_facts"]["smc_routing"]
    assert (trusting["count"], trusting["complete"], trusting["corroborated"]) == (7, True, None)
    snapshot = run.result("snapshot")
    assert [failure["kind"] for failure in snapshot["failures"]] == ["incomplete"]
    manifest = json.loads((ansible.folder / "snapshot" / "manifest.json").read_text("utf-8"))
    assert [(table["definition"], table["corroborated"]) for table in manifest["tables"]] == [("VPN_SA", True)]
    (verdict,) = run.result("health")["results"]
    assert verdict["status"] == "ERROR"
    assert "polling interface lists 9" in verdict["reason"]
    block_list = run.result("block list")
    assert block_list["error"]["kind"] == "incomplete"
    assert "BLOCK_LIST of 'Plano FW' is not complete: the socket sent 2 entries" in block_list["msg"]
    assert smc.world.entries("BLOCK_LIST", smc.world.engine("Plano FW")) == before


def test_a_socket_that_lied_once_is_read_again(simulator: Factory) -> None:
    smc = simulator(Scenario(**SILENT, faults=[_lie("ROUTING", times=1), _lie("VPN_SA", times=1, after=0)]))
    found = _facts(smc, "ROUTING", "VPN_SA")
    assert [(found[name]["count"], found[name]["corroborated"]) for name in ("ROUTING", "VPN_SA")] == [
        (9, True),
        (4, True),
    ]
    assert found["warnings"] == []


def test_one_node_of_a_cluster_is_missed(simulator: Factory) -> None:
    """The numbers are compared by node, so that the entries of one do not make up for those of another."""
    smc = simulator(Scenario(end_signals=[], faults=[_lie("ROUTING", engine="HQ cluster")]))
    error = _facts(smc, "ROUTING", target="HQ cluster")["ROUTING"]
    assert (error["kind"], error["compared_by"], error["received"], error["polled"]) == (
        "incomplete",
        "node_counts",
        9,
        18,
    )


def test_every_table_may_be_compared_entry_by_entry(simulator: Factory) -> None:
    smc = simulator(Scenario(end_signals=["event4"], signals_on_alerts=True))
    for target in ("Plano FW", "HQ cluster"):
        found = _facts(smc, *EVERY, target=target, corroborate="always")
        for name in EVERY:
            assert found[name]["corroborated"] is True, (target, name)
            assert found[name]["corroborated_by"] == ("keys" if found[name]["count"] else "count")
    assert _polls(smc) >= 2 * len(EVERY)
    # A signal that is trusted is not compared.
    trusted = _facts(smc, *ENGINE_TABLES)
    assert {trusted[name]["corroborated"] for name in ENGINE_TABLES} == {None}
    smc.statistics.reset()
    _facts(smc, *ENGINE_TABLES, corroborate="never")
    assert _polls(smc) == 0


@pytest.mark.parametrize(
    "scenario,product,says",
    [
        ({}, "7.0", "SMC 7.0 has no polling interface"),
        ({"faults": [Fault("polling", status=404, times=0)]}, "7.1", "HTTP 404"),
        ({"faults": [Fault("polling", status=403, times=0)]}, "7.1", "HTTP 403"),
        ({"faults": [Fault("polling", "slow", seconds=9, times=0)]}, "7.1", "answer within"),
        ({"polling_complete": False}, "7.1", "lists 4 entries and says that these are not all"),
    ],
    ids=["old", "missing", "forbidden", "slow", "never all"],
)
def test_without_a_second_witness(simulator: Factory, scenario: dict[str, Any], product: str, says: str) -> None:
    versions = ("6.10", "7.0", "7.1")[: 2 if product == "7.0" else 3]
    smc = simulator(Scenario(**SILENT, **scenario), product_version=product, api_versions=versions)
    found = _facts(smc, "ROUTING")
    assert (found["ROUTING"]["count"], found["ROUTING"]["complete"], found["ROUTING"]["corroborated"]) == (
        9,
        True,
        False,
    )
    assert says in found["ROUTING"]["corroboration"]
    assert found["warnings"] == []
    error = _facts(smc, "ROUTING", corroborate="always", timeout=6.0)["ROUTING"]
    assert error["kind"] == "polling"
    assert says in error["msg"]


def test_filters_and_limits_are_not_compared(simulator: Factory) -> None:
    smc = simulator(Scenario(**SILENT))
    found = _facts(smc, "ROUTING", filter={"route_type": "Static"})["ROUTING"]
    assert (found["count"], found["corroborated"]) == (2, False)
    assert "a filter was sent" in found["corroboration"]
    found = _facts(smc, "ROUTING", limit=4)["ROUTING"]
    assert (found["count"], found["completed_by"], found["corroborated"]) == (4, "limit", None)


def test_an_empty_table_needs_no_silence(simulator: Factory) -> None:
    """The task would fail if it waited for the first entry."""
    smc = simulator(Scenario(end_signals=[]))
    found = _facts(smc, "USERS", target="Lab FW", quiet_period=30.0, first_entry_timeout=60.0)["USERS"]
    assert (found["completed_by"], found["corroborated"]) == ("is_all", True)


@pytest.mark.parametrize("target", ["Plano FW", "HQ cluster"])
@pytest.mark.parametrize("values", ["texts", "raw"])
def test_both_interfaces_give_the_same_facts(simulator: Factory, target: str, values: str) -> None:
    smc = simulator(Scenario(end_signals=["event4"], signals_on_alerts=True, polling_values=values))
    socket = _facts(smc, *EVERY, target=target, transport="socket")
    sockets = smc.statistics.sockets_opened
    polled = _facts(smc, *EVERY, target=target, transport="polling")
    assert smc.statistics.sockets_opened == sockets
    for name in EVERY:
        assert (polled[name]["completed_by"], polled[name]["transport"]) == ("is_all", "polling")
        assert polled[name].keys() == socket[name].keys()
        entries, others = polled[name]["entries"], socket[name]["entries"]
        if values == "texts":
            assert _sorted(entries) == _sorted(others), name
            assert polled[name]["nodes"] == socket[name]["nodes"]
        else:
            # Codes stand for words, but under the same names and with the same types.
            assert len(entries) == len(others)
            assert _types(entries) == _types(others), name


def _sorted(entries: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(entry, sort_keys=True) for entry in entries)


def _types(entries: list[dict[str, Any]]) -> set[tuple[str, str]]:
    return {(key, type(value).__name__) for entry in entries for key, value in entry.items()}


def test_a_handshake_that_is_refused(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(Scenario(faults=[Fault("handshake", status=403, times=0)]))
    ansible.use(smc)
    facts = {"definitions": ["ROUTING", "ACTIVE_ALERTS"], "timeout": 20}
    filtered = {"definitions": "ROUTING", "filter": {"route_type": "Static"}}
    run = ansible.tasks(
        {"name": "facts", "ngfw.smc.session_facts": facts},
        {"name": "socket only", "ngfw.smc.session_facts": facts, "environment": {"SMC_TRANSPORT": "socket"}},
        {"name": "filtered", "ngfw.smc.session_facts": filtered},
        {"name": "offline", "ngfw.smc.session_facts": {**facts, "definitions": "ROUTING", "target": "Depot FW"}},
        {"name": "no filter", "ngfw.smc.session_facts": filtered, "vars": {"smc_transport": "polling"}},
        {"name": "snapshot", "ngfw.smc.snapshot": {**facts, "dest": "snapshot"}, "vars": {"smc_transport": "polling"}},
        ignore_errors=True,
    )
    result = run.result("facts")
    assert [result["ansible_facts"][name]["count"] for name in ("smc_routing", "smc_active_alerts")] == [9, 9]
    assert any(
        "ROUTING of 'Plano FW' was read through the SMC's polling interface. " in said for said in result["warnings"]
    )
    for name in ("socket only", "filtered"):
        assert run.result(name)["error"]["kind"] == "handshake"
    assert "not asked instead, because it takes no filter" in run.result("filtered")["msg"]
    assert run.result("no filter")["error"]["kind"] == "option"
    assert run.result("offline")["error"]["kind"] == "engine_offline"
    assert run.result("snapshot")["table_count"] == 2
    assert run.result("snapshot").get("warnings", []) == []


def test_neither_interface_is_open(simulator: Factory) -> None:
    faults = [Fault("handshake", status=403, times=0), Fault("polling", status=403, times=0)]
    smc = simulator(Scenario(faults=faults))
    error = _facts(smc, "ROUTING")["ROUTING"]
    assert (error["kind"], error["status"]) == ("handshake", 403)
    assert "could not be read through the SMC's polling interface" in error["msg"]
    assert _facts(smc, "ROUTING", transport="polling")["ROUTING"]["kind"] == "polling"
    smc.scenario.faults, smc.scenario.polling_complete = [], False
    error = _facts(smc, "ROUTING", transport="polling")["ROUTING"]
    assert error["kind"] == "polling" and "lists 4 entries and says that these are not all" in error["msg"]
