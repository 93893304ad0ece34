# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role and playbook ngfw.smc.health_check, with engines that are well and engines that are not."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree, html

from tests.integration.conftest import Ansible
from tests.simulator import Fault, Scenario, Simulator

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "health_report.schema.json").read_text(encoding="utf-8"))
JUNIT = etree.RelaxNG(etree.parse(ROOT / "tests" / "unit" / "core" / "junit.rng"))
QUICK = {"health_check_first_entry_timeout": 1, "health_check_quiet_period": 0.5}
EVIL = "{{ lookup('pipe','id') }}"

Factory = Callable[..., Simulator]


def read_report(folder: Path, name: str = "health_check") -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, SCHEMA)
    return report


def statuses(report: dict[str, Any], engine: str) -> dict[str, str]:
    return {result["name"]: result["status"] for result in report["results"] if result["engine"] == engine}


def reason(report: dict[str, Any], engine: str, check: str) -> str:
    (only,) = [result for result in report["results"] if (result["engine"], result["name"]) == (engine, check)]
    return str(only["reason"])


CHECKS = [
    {
        "name": "HQ tunnels are up",
        "definition": "VPN_SA",
        "where": {"peer_security_gateway": "HQ", "sa_class": "IPsec"},
        "count": {"min": 1},
        "severity": "critical",
        "on": "Plano*",
    },
    {"name": "typo", "definition": "ROUTING", "where": {"route_gatewy": "10.0.0.1"}, "count": 1, "severity": "info"},
    {"name": "no such table", "definition": "ROUTES", "count": 1, "severity": "minor"},
]


@pytest.mark.smoke
def test_forty_engines_of_which_three_have_trouble(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(
        Scenario(
            end_signals=["event4"],
            faults=[Fault("messages", "drop", engine="Branch 110", definition="ROUTING", times=0)],
        ),
        engines=52,
    )
    smc.world.drop_vpn_tunnel("Plano FW", "HQ")
    smc.world.set_node("HQ cluster", 2, online=False)
    ansible.use(smc)
    names = [
        "Plano FW",
        "HQ cluster",
        "Depot FW",
        "Branch 7",
        "Lab FW",
        *(f"Branch {number}" for number in range(101, 136)),
    ]
    (ansible.folder / "hosts.yml").write_text(
        "all:\n  hosts:\n" + "".join(f"    {name}: {{}}\n" for name in names),
        encoding="utf-8",
    )
    run = ansible.playbook(
        "ngfw.smc.health_check",
        "--forks=20",
        inventory="hosts.yml",
        variables={**QUICK, "health_check_checks": CHECKS},
    )
    assert run.returncode == 2, run.output
    assert (smc.statistics.logins, smc.statistics.logouts, smc.statistics.open_sessions) == (1, 1, 0)

    report = read_report(ansible.folder / "reports")
    assert report["status"] == "FAIL"
    assert len(report["engines"]) == len(names) + 1  # and the domain, for its alerts
    assert statuses(report, "Plano FW")["HQ tunnels are up"] == "FAIL"
    assert statuses(report, "HQ cluster")["HQ tunnels are up"] == "SKIPPED"
    assert statuses(report, "HQ cluster")["All nodes are online"] == "FAIL"
    assert "HQ cluster node 2" in reason(report, "HQ cluster", "All nodes are online")
    assert statuses(report, "Branch 110")["There is a default route"] == "ERROR"
    assert statuses(report, "Branch 110")["Each VPN peer has an IPsec tunnel"] == "PASS"
    assert "broke off" in reason(report, "Branch 110", "There is a default route")
    well = [name for name, status in statuses(report, "Depot FW").items() if status == "PASS"]
    assert well == ["All nodes run the same version"]  # it has but one
    assert "no node of it is online" in reason(report, "Depot FW", "There is a default route")
    assert "route_gateway" in reason(report, "Branch 7", "typo")
    assert "ROUTING" in reason(report, "Branch 7", "no such table")
    assert statuses(report, "Shared Domain") == {
        "No critical alerts": statuses(report, "Shared Domain")["No critical alerts"]
    }

    # Each table of an engine was asked for once, though several checks need ROUTING.
    asked = [frame["query"] for frame in map(json.loads, sent_by(smc)) if "query" in frame]
    routing = [query["target"] for query in asked if query["definition"] == "ROUTING"]
    assert sorted(routing) == sorted(names)
    assert [query["target"] for query in asked if query["definition"] == "ACTIVE_ALERTS"] == ["Shared Domain"]

    failed = {line["host"] for line in run.tasks if line["status"] == "failed"}
    failing = {result["engine"] for result in report["results"] if result["failing"]} - {"Shared Domain"}
    assert failing <= failed and {"Plano FW", "HQ cluster", "Depot FW", "Branch 110"} <= failing
    assert run.result("ngfw.smc.health_check : Write the reports")["status"] == "FAIL"

    junit = etree.parse(ansible.folder / "reports" / "health_check.xml")
    JUNIT.assertValid(junit)
    assert int(junit.xpath("count(//testcase)")) == len(report["results"])
    assert int(junit.xpath("count(//failure)")) == report["totals"]["FAIL"]
    page = html.fromstring((ansible.folder / "reports" / "health_check.html").read_text(encoding="utf-8"))
    assert len(page.xpath("//table[@class='matrix']/tbody/tr")) == len(report["engines"])
    assert "Plano FW" in (ansible.folder / "reports" / "health_check.md").read_text(encoding="utf-8")
    assert not list((ansible.folder / "reports").glob(".*"))


def sent_by(smc: Simulator) -> list[str]:
    return [str(frame) for frame in smc.statistics.frames]


def test_all_is_well_and_check_mode_writes_nothing(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(Scenario(end_signals=["end"]), jinja=True)
    ansible.use(smc)
    (ansible.folder / "hosts.yml").write_text(
        f'all:\n  hosts:\n    plano: {{smc_target: Plano FW}}\n    evil: {{smc_target: !unsafe "{EVIL}"}}\n',
        encoding="utf-8",
    )
    variables = {
        **QUICK,
        "health_check_library": {},
        "health_check_formats": ["json"],
        "health_check_checks": [
            {"name": "routes", "definition": "ROUTING", "count": {"min": 0}},
            {"name": "nodes", "nodes": {"online": "all", "same_version": True}},
        ],
    }
    run = ansible.playbook("ngfw.smc.health_check", "--check", inventory="hosts.yml", variables=variables).check()
    assert not (ansible.folder / "reports").exists()
    assert run.result("ngfw.smc.health_check : Write the reports", "plano")["totals"]["PASS"] == 4

    ansible.playbook("ngfw.smc.health_check", inventory="hosts.yml", variables=variables).check()
    report = read_report(ansible.folder / "reports")
    assert sorted(engine["name"] for engine in report["engines"]) == sorted(["Plano FW", EVIL])
    assert [path.name for path in (ansible.folder / "reports").iterdir()] == ["health_check.json"]


def test_without_a_login_each_check_is_an_error_and_the_report_is_written(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator()
    ansible.use(smc)
    run = ansible.playbook(
        "ngfw.smc.health_check",
        inventory="Plano FW,HQ cluster,",
        variables={"health_check_report_dir": str(ansible.folder / "elsewhere"), "health_check_report_name": "night"},
        environment={"SMC_API_KEY": "wrong"},
    )
    assert run.returncode == 2
    report = read_report(ansible.folder / "elsewhere", "night")
    assert {result["status"] for result in report["results"]} == {"ERROR"}
    assert all("refused the login" in result["reason"] for result in report["results"])
    assert smc.statistics.requests["POST /{v}/login"] == 1
    assert "Traceback" not in run.output


def test_reports_of_two_slices_merge(ansible: Ansible, simulator: Factory) -> None:
    ansible.use(simulator(Scenario(end_signals=["end"])))
    for number, hosts in enumerate(("Plano FW,Lab FW,", "HQ cluster,")):
        ansible.playbook(
            "ngfw.smc.health_check",
            inventory=hosts,
            variables={**QUICK, "health_check_report_dir": f"slice{number}", "health_check_fail_on": []},
        ).check()
    run = ansible.tasks(
        {
            "name": "merge",
            "ngfw.smc.health_report": {
                "merge": ["slice0/health_check.json", "slice1/health_check.json"],
                "dest": "all",
                "title": "All slices",
                "fail_on": ["critical"],
            },
        },
        {
            "name": "refuse",
            "ngfw.smc.health_report": {"merge": ["slice0/health_check.xml"]},
            "ignore_errors": True,
        },
        hosts="localhost,",
    ).check()
    report = read_report(ansible.folder / "all")
    assert [engine["name"] for engine in report["engines"]].count("Shared Domain") == 1
    assert {engine["name"] for engine in report["engines"]} == {"Plano FW", "Lab FW", "HQ cluster", "Shared Domain"}
    assert run.result("merge")["status"] == "FAIL"  # Lab FW has no default route
    assert "not JSON" in run.result("refuse")["msg"]
