# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ngfw.smc.engine_info as its users run it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from simulator import Fault, Scenario, Simulator
from tests.integration.conftest import Ansible

Factory = Callable[..., Simulator]
INFO = "ngfw.smc.engine_info"


def names(result: dict[str, Any]) -> list[str]:
    return [engine["name"] for engine in result["engines"]]


@pytest.mark.smoke
def test_by_target_by_filter_or_all(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator()
    ansible.use(smc)
    run = ansible.tasks(
        {"name": "one", INFO: {"target": "HQ cluster", "gather": ["status", "appliance"]}},
        {"name": "some", INFO: {"name_filter": "Branch*", "gather": "status"}},
        {"name": "typed", INFO: {"engine_types": ["virtual_fw"]}},
        {"name": "none", INFO: {"name_filter": "Nowhere*"}},
        {"name": "all", INFO: {"gather": []}},
        {"name": "retail", INFO: {"name_filter": "*", "domain": "Retail", "gather": []}},
        {"name": "unknown", INFO: {"target": "Plana FW"}, "ignore_errors": True},
        {"name": "both", INFO: {"target": "Plano FW", "name_filter": "*"}, "ignore_errors": True},
        {"name": "few", INFO: {"concurrency": 0}, "ignore_errors": True},
        hosts="localhost,",
        arguments=["--check"],
    ).check()
    [headquarters] = run.result("one")["engines"]
    assert run.result("one")["changed"] is False
    assert headquarters["status_nodes"] == ["HQ cluster node 1", "HQ cluster node 2"]
    assert [node["engine_node_status"] for node in headquarters["nodes"]] == ["Online", "Online"]
    appliance = headquarters["nodes"][0]["appliance"]
    assert {interface["name"]: interface["status"] for interface in appliance["interfaces"]}["eth0_0"] == "Up"
    assert {subsystem["name"]: subsystem["status"] for subsystem in appliance["hardware"]}["Sandbox"] == "WARNING"
    assert names(run.result("some")) == ["Branch 7", "Branch 8"]
    assert run.result("some")["engines"][0]["installed_policy"] == "Branch policy"
    assert run.result("typed")["engines"][0]["master_engine"] == "Master engine"
    assert run.result("none")["engines"] == []
    assert len(names(run.result("all"))) == 9
    assert run.result("all")["engines"][0]["nodes"] == []
    assert names(run.result("retail")) == ["Retail cluster", "Store 12", "Store 14"]
    unknown = run.result("unknown")
    assert "Did you mean Plano FW" in unknown["msg"]
    assert unknown["error"]["kind"] == "target_unknown"
    assert "mutually exclusive" in run.result("both")["msg"]
    assert "`concurrency` is 0" in run.result("few")["msg"]
    assert (smc.statistics.logins, smc.open_sessions) == (smc.statistics.logouts, 0)


def test_the_host_stands_for_its_engine(ansible: Ansible, simulator: Factory) -> None:
    ansible.use(simulator())
    run = ansible.tasks(
        {"name": "named", INFO: {}},
        {"name": "variable", INFO: {}, "vars": {"smc_target": "Lab FW"}},
        {"name": "every", INFO: {"name_filter": "*", "gather": []}},
    ).check()
    assert names(run.result("named")) == ["Plano FW"]
    assert names(run.result("variable")) == ["Lab FW"]
    assert len(names(run.result("every"))) == 9


def test_the_module_and_the_inventory_give_the_same(ansible: Ansible, simulator: Factory) -> None:
    ansible.use(simulator())
    task = {INFO: {"name_filter": "*FW*", "gather": ["status"]}}
    here = ansible.tasks({"name": "info", **task}).check().result("info")
    remote = ansible.tasks({"name": "info", **task}, hosts="jump,", connection="jump").check().result("info")
    assert here["engines"] == remote["engines"]
    options = {"plugin": "ngfw.smc.engines", "name_filter": "*FW*", "details": "status"}
    file = ansible.folder / "demo.smc_engines.yml"
    file.write_text(yaml.safe_dump(options), "utf-8")
    command = [sys.executable, "-m", "ansible", "inventory", "-i", file.name, "--list", "--output", "listing.json"]
    ansible.run(*command).check()
    text = (ansible.folder / "listing.json").read_text("utf-8")
    listed = json.loads(text, object_hook=lambda item: item.get("__ansible_unsafe", item))["_meta"]["hostvars"]
    for engine in here["engines"]:
        variables = next(host for host in listed.values() if host["smc_name"] == engine["name"])
        assert {key: variables[f"smc_{key}"] for key in engine} == engine


def test_what_fails_of_one_engine_is_said(ansible: Ansible, simulator: Factory) -> None:
    faults = [
        Fault("engine", status=500, times=0, engine="Branch 7", text="Database problem"),
        Fault("appliance_status", status=500, times=0, engine="HQ cluster", text="No appliance"),
    ]
    smc = simulator(Scenario(faults=faults))
    smc.world.set_node("HQ cluster", 2, online=False)
    ansible.use(smc)
    run = ansible.tasks(
        {"name": "some", INFO: {"name_filter": "Branch*"}},
        {"name": "target", INFO: {"target": "Branch 7"}, "ignore_errors": True},
        {"name": "nodes", INFO: {"target": "HQ cluster", "gather": ["status", "appliance"]}},
    ).check()
    seven, eight = run.result("some")["engines"]
    assert "Database problem" in seven["error"]
    assert (seven["type"], seven["nodes"], eight["error"]) == ("single_fw", [], None)
    assert any("Branch 7" in warning for warning in run.result("some")["warnings"])
    assert run.result("target")["error"] == {
        "kind": "request",
        "status": 500,
        "server_message": "Database problem",
    }
    [headquarters] = run.result("nodes")["engines"]
    assert headquarters["monitoring_status"] == "PARTIAL_OK"
    assert [node["monitoring_state"] for node in headquarters["nodes"]] == ["READY", "TIMEOUT"]
    assert "No appliance" in headquarters["error"]
    assert smc.open_sessions == 0
