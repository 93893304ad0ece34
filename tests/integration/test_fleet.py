# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task for all engines of a play: the variables of each host count, and each host fails by itself."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import yaml

from simulator import Scenario, Simulator
from tests.integration.conftest import Ansible
from tests.integration.test_health_check import QUICK, read_report

Factory = Callable[..., Simulator]
ROUTES = {"name": "routes", "definition": "ROUTING", "count": {"min": 1}}
ALERTS = {"name": "alerts", "definition": "ACTIVE_ALERTS", "count": {"min": 0}, "severity": "minor"}


def test_hosts_of_three_smcs_of_which_one_refuses_the_login(ansible: Ansible, simulator: Factory) -> None:
    first, second, third = (simulator(Scenario(end_signals=["event4"])) for _number in range(3))
    second.world.change_route("Plano FW", "0.0.0.0/0", remove=True)
    many = {"name": "many", "definition": "ROUTING", "count": {"min": 100000}}
    hosts: dict[str, dict[str, Any]] = {
        "plano": {"smc_target": "Plano FW", "health_check_checks": [many]},
        "seven": {"smc_target": "Branch 7"},
        "waits": {"smc_target": "Branch 8", "health_check_timeout": 0},
        "cluster": {"smc_target": "HQ cluster"},
    }
    elsewhere = {f"{name}2": {**its, "health_check_checks": []} for name, its in hosts.items()}
    elsewhere["plano2"]["health_check_adjust"] = {"routes": {"count": {"min": 3}}}
    refused = {"plano3": {"smc_target": "Plano FW"}}
    groups = {
        "one": {"hosts": hosts, "vars": {"smc_url": first.url, "smc_api_key": first.api_key}},
        "two": {"hosts": elsewhere, "vars": {"smc_url": second.url, "smc_api_key": second.api_key}},
        "three": {"hosts": refused, "vars": {"smc_url": third.url, "smc_api_key": "wrong"}},
    }
    inventory = {"all": {"children": {**groups, "fast": {"hosts": {"seven": {}}}}}}
    (ansible.folder / "hosts.yml").write_text(yaml.safe_dump(inventory), "utf-8")
    on_fast = {"name": "fast", "definition": "ROUTING", "count": {"min": 1}, "applies_to": {"groups": ["fast"]}}
    play = {
        "hosts": "all",
        "gather_facts": False,
        "connection": "local",
        "vars": {"health_check_library": {"fast": on_fast, "routes": ROUTES, "alerts": ALERTS}},
        "roles": ["ngfw.smc.health_check"],
        "post_tasks": [{"name": "Go on", "ansible.builtin.debug": {"msg": "well"}}],
    }
    run = ansible.playbook([play], "-vv", inventory="hosts.yml", variables=QUICK)
    assert run.returncode == 2
    report = read_report(ansible.folder / "reports")
    names = [smc.url.removeprefix("http://") for smc in (first, second, third)]
    assert {row["name"] for row in report["smcs"]} == set(names)

    found = {(row["smc"], row["engine"], row["name"]): row["status"] for row in report["results"]}
    # Each host has its own checks and groups, and its own SMC.
    assert found[names[0], "Plano FW", "many"] == "FAIL" and (names[1], "Plano FW", "many") not in found
    assert found[names[0], "Branch 7", "fast"] == "PASS" and found[names[1], "Branch 7", "fast"] == "SKIPPED"
    # What is the domain's is measured once per SMC.
    assert sorted(key[0] for key in found if key[1] == "Shared Domain") == sorted(names[:2])
    assert found[names[2], "Plano FW", "routes"] == "ERROR"
    assert found[names[0], "Branch 8", "The engine was checked"] == "ERROR"
    for smc, login in ((first, 1), (second, 1), (third, 0)):
        assert (smc.statistics.logins, smc.open_sessions) == (login, 0)

    # Exactly the hosts with trouble fail, each with its own line.
    failed = {line["host"]: line["result"]["msg"] for line in run.tasks if line["status"] == "failed"}
    assert set(failed) == {"plano", "waits", "waits2", "plano3"}
    assert "many" in failed["plano"] and "`timeout` is 0" in failed["waits"]
    assert {line["host"] for line in run.tasks if line["task"] == "Go on"} == {
        "seven",
        "cluster",
        "plano2",
        "seven2",
        "cluster2",
    }
    assert first.api_key not in run.output


def test_many_engines_in_one_task_of_a_playbook_and_only_the_fields_that_are_needed(
    ansible: Ansible, simulator: Factory
) -> None:
    smc = simulator(Scenario(end_signals=["event4"]), engines=40, connections=2_000)
    ansible.use(smc)
    counted = {"name": "count", "definition": "CONNECTIONS", "count": {"max": 1}}
    task = {
        "targets": [
            "Plano FW",
            "nowhere",
            {"name": "Branch 7", "checks": [ROUTES]},
            {"name": "HQ cluster", "timeout": -1},
        ]
    }
    run = ansible.tasks(
        {"name": "check", "ngfw.smc.health_check": {**task, "checks": [counted], "concurrency": 2}}
    ).check()
    result = run.result("check")
    found = {(one["engine"], one["name"]): one["status"] for one in result["results"]}
    assert found == {("Plano FW", "count"): "FAIL", ("nowhere", "count"): "ERROR", ("Branch 7", "routes"): "PASS"}
    (one,) = [one for one in result["results"] if one["engine"] == "Plano FW"]
    assert one["offending_count"] == 2_000 and {"src", "dst"} <= set(one["offending"][0])
    assert [(row["target"], "`timeout`" in row["msg"]) for row in result["refused"]] == [("HQ cluster", True)]
    narrow = smc.statistics.bytes_sent
    asked = [frame["format"] for frame in map(json.loads, map(str, smc.statistics.frames)) if "query" in frame]
    assert all(form.get("field_ids") for form in asked)

    ansible.tasks(
        {"name": "all", "ngfw.smc.session_facts": {"target": "Plano FW", "definitions": ["CONNECTIONS"]}}
    ).check()
    whole = smc.statistics.bytes_sent - narrow
    assert narrow < whole / 2

    refused = ansible.tasks(
        {"name": "sent away", "ngfw.smc.health_check": {"each_host": "x", "checks": []}, "ignore_errors": True},
        hosts="jump,",
        connection="jump",
    ).check()
    assert "local connection" in refused.result("sent away")["msg"]
