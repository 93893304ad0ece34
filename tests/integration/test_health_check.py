# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The role and playbook ngfw.smc.health_check, with engines that are well and engines that are not."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree, html

from simulator import Fault, Scenario, Simulator
from tests.integration.conftest import Ansible

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "health_report.schema.json").read_text(encoding="utf-8"))
JUNIT = etree.RelaxNG(etree.parse(ROOT / "tests" / "unit" / "_core" / "reports" / "junit.rng"))
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
        environment={"ANSIBLE_SHOW_CUSTOM_STATS": "true"},
    )
    assert run.returncode == 2, run.output
    # What a person sees of a host with trouble is a line, of all together the sum and where the reports are.
    assert "CUSTOM STATS" in run.output and '"engines": 40' in run.output
    assert "FAIL: 40 engines, 1 domain and " in run.output and "/reports/health_check.html" in run.output
    assert len(run.result("ngfw.smc.health_check : Fail for failed checks", "Depot FW")["msg"].splitlines()) == 1
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
    assert (report["totals"]["engines"], report["totals"]["domains"]) == (40, 1)
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


def hosts_file(ansible: Ansible, *lines: str) -> str:
    text = "all:\n  hosts:\n" + "".join(f"    {line}\n" for line in lines)
    (ansible.folder / "hosts.yml").write_text(text, encoding="utf-8")
    return "hosts.yml"


def test_check_mode_measures_and_writes_nothing(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(Scenario(end_signals=["end"], session_kind="token"), jinja=True)
    ansible.use(smc)
    inventory = hosts_file(ansible, "plano: {smc_target: Plano FW}", f'evil: {{smc_target: !unsafe "{EVIL}"}}')
    variables = {
        **QUICK,
        "health_check_library": {},
        "health_check_formats": ["json"],
        "health_check_checks": [
            {"name": "routes", "definition": "ROUTING", "count": {"min": 0}},
            {"name": "nodes", "nodes": {"online": "all", "same_version": True}},
        ],
    }
    run = ansible.playbook("ngfw.smc.health_check", "--check", "-vvv", inventory=inventory, variables=variables).check()
    assert not (ansible.folder / "reports").exists()
    assert run.result("ngfw.smc.health_check : Write the reports", "plano")["totals"]["PASS"] == 4
    # The session, 32 hexadecimal digits, is in no output and in no result.
    assert not re.search(r"[0-9A-F]{32}", run.output + json.dumps(run.tasks))
    assert smc.api_key not in run.output

    ansible.playbook("ngfw.smc.health_check", inventory=inventory, variables=variables).check()
    report = read_report(ansible.folder / "reports")
    assert sorted(engine["name"] for engine in report["engines"]) == sorted(["Plano FW", EVIL])
    assert [path.name for path in (ansible.folder / "reports").iterdir()] == ["health_check.json"]


ODD = Scenario(
    end_signals=[],
    session_kind="token",
    foreign_host="http://localhost:8082",
    field_spelling="BlackList",
    masks="dotted",
    empty_set="message",
    batching="interleaved",
    unknown_fields={"Color": "blue"},
)


@pytest.mark.parametrize(
    "scenario,version", [(Scenario(end_signals=["event4"]), "7.1"), (ODD, "6.10")], ids=["7.1", "6.10"]
)
def test_a_healthy_world_raises_no_alarm(
    ansible: Ansible, simulator: Factory, scenario: Scenario, version: str
) -> None:
    smc = simulator(scenario, product_version=version, api_versions=["6.5", version])
    smc.world.clear("ACTIVE_ALERTS", "Shared Domain")
    ansible.use(smc)
    ansible.playbook(
        "ngfw.smc.health_check",
        inventory="Plano FW,HQ cluster,Branch 7,Branch 8,DMZ IPS,Master engine,Virtual FW 1,",
        variables={**QUICK, "health_check_fail_on": ["critical", "major", "minor"]},
    ).check()
    report = read_report(ansible.folder / "reports")
    assert [result for result in report["results"] if result["status"] in ("FAIL", "ERROR")] == []
    assert statuses(report, "DMZ IPS")["There is a default route"] == "SKIPPED"
    assert statuses(report, "Virtual FW 1")["There is a default route"] == "PASS"


AS_WRITTEN = """
health_check_library: {}
health_check_checks:
  - name: HQ tunnels are up
    definition: VPN_SA
    where: {peer_security_gateway: HQ, sa_class: IPsec}
    count: {min: 2}
    severity: critical            # critical | major | minor | info
  - name: default route through the right gateway
    definition: ROUTING
    where: {route_network: 0.0.0.0, route_netmask: 0}
    each: {route_gateway: 192.0.2.254}
  - name: no critical alerts
    definition: ACTIVE_ALERTS
    target: Shared Domain
    where: {alert_severity: Critical}
    count: {max: 0}
"""


def test_checks_as_the_documentation_writes_them_before_and_after_the_trouble(
    ansible: Ansible, simulator: Factory
) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    smc.world.clear("ACTIVE_ALERTS", "Shared Domain")
    ansible.use(smc)
    (ansible.folder / "checks.yml").write_text(AS_WRITTEN, encoding="utf-8")
    names = ("HQ tunnels are up", "default route through the right gateway", "no critical alerts")
    # The simulated tunnel has one IPsec SA and not two.
    for outcomes in (("FAIL", "PASS", "PASS"), ("FAIL", "FAIL", "FAIL")):
        run = ansible.playbook(
            "ngfw.smc.health_check",
            "-e",
            "@checks.yml",
            inventory="Plano FW,HQ cluster,",
            variables={**QUICK, "health_check_hosts": "Plano*"},
        )
        report = read_report(ansible.folder / "reports")
        found = {result["name"]: result["status"] for result in report["results"]}
        assert found == dict(zip(names, outcomes, strict=True)), run.output
        assert run.returncode == 2
        smc.world.drop_vpn_tunnel("Plano FW", "HQ")
        smc.world.change_route("Plano FW", "0.0.0.0/0", gateway="192.0.2.1")
        smc.world.add_alert("Critical", "Malware", "Plano FW")
    assert reason(report, "Plano FW", "HQ tunnels are up").startswith("Expected at least 2 entries")
    assert "Expected route_gateway 192.0.2.254 in each entry" in reason(
        report, "Plano FW", "default route through the right gateway"
    )
    assert [result["target"] for result in report["results"] if "alerts" in result["name"]] == ["Shared Domain"]


def test_batches_and_hosts_that_fail_elsewhere_are_all_in_one_report(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    ansible.use(smc)
    play = {
        "hosts": "all",
        "gather_facts": False,
        "connection": "local",
        "serial": 2,
        "pre_tasks": [{"ansible.builtin.fail": {"msg": "no"}, "when": "inventory_hostname == 'eight'"}],
        "roles": ["ngfw.smc.health_check"],
    }
    lines = (
        "Plano FW:",
        "eight: {smc_target: Branch 8}",
        "HQ cluster:",
        "Branch 7: {health_check_timeout: 0}",
        "Lab FW:",
    )
    inventory = hosts_file(ansible, *lines)
    run = ansible.playbook([play], inventory=inventory, variables={**QUICK, "health_check_fail_on": ["critical"]})
    assert run.returncode == 2
    report = read_report(ansible.folder / "reports")
    names = {"Plano FW", "HQ cluster", "Branch 8", "Branch 7", "Lab FW", "Shared Domain"}
    assert {engine["name"] for engine in report["engines"]} == names
    assert statuses(report, "Branch 8") == statuses(report, "Branch 7") == {"The engine was checked": "ERROR"}
    assert (smc.statistics.logins, smc.statistics.logouts) == (3, 3)  # one a batch


def test_a_baseline_on_disk_says_what_has_changed_since(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    ansible.use(smc)
    ansible.playbook(
        "ngfw.smc.snapshot",
        inventory="Plano FW,Branch 7,",
        variables={"snapshot_dest": "before", "snapshot_definitions": ["ROUTING", "VPN_SA"]},
    ).check()
    smc.world.change_route("Plano FW", "10.200.0.0/16", gateway="10.0.1.253")
    baseline = str(ansible.folder / "before")
    ansible.playbook(
        "ngfw.smc.health_check",
        inventory="Plano FW,Branch 7,HQ cluster,",
        variables={**QUICK, "health_check_baseline": baseline},
    )
    report = read_report(ansible.folder / "reports")
    routes, tunnels = "The routes are those of the baseline", "The tunnels are those of the baseline"
    assert {engine: statuses(report, engine)[routes] for engine in ("Plano FW", "Branch 7", "HQ cluster")} == {
        "Plano FW": "FAIL",
        "Branch 7": "PASS",
        "HQ cluster": "ERROR",
    }
    assert statuses(report, "Plano FW")[tunnels] == "PASS"
    assert "Compared with the baseline: " in reason(report, "Plano FW", routes)
    assert "has no ROUTING of 'HQ cluster'" in reason(report, "HQ cluster", routes)

    # The same with facts that a play has, by the filter.
    checks = [
        {"name": "as before", "definition": "ROUTING", "baseline": {}},
        {"name": "users", "definition": "USERS", "count": {"min": 0}},
        {"name": "not fetched", "definition": "NEIGHBORS", "count": {"min": 0}},
    ]
    run = ansible.tasks(
        {
            "name": "facts",
            "ngfw.smc.session_facts": {"definitions": ["ROUTING", "USERS"], "target": "Plano FW"},
            "register": "taken",
        },
        *(
            {"name": name, "ansible.builtin.debug": {"msg": f"{{{{ checks | ngfw.smc.evaluate({arguments}) }}}}"}}
            for name, arguments in {
                "folder": f"taken, baseline='{baseline}'",
                "facts again": "taken, baseline=taken.ansible_facts",
                "entries": "taken.ansible_facts, baseline={'ROUTING': []}",
                "nowhere": "taken, baseline='/nowhere'",
            }.items()
        ),
        {
            "name": "no checks",
            "ansible.builtin.debug": {"msg": "{{ 'text' | ngfw.smc.evaluate(taken) }}"},
            "ignore_errors": True,
        },
        vars={"checks": checks},
    ).check()
    found = {name: run.result(name)["msg"] for name in ("folder", "facts again", "entries", "nowhere")}
    assert {name: [verdict["status"] for verdict in verdicts] for name, verdicts in found.items()} == {
        "folder": ["FAIL", "PASS", "ERROR"],
        "facts again": ["PASS", "PASS", "ERROR"],
        "entries": ["FAIL", "PASS", "ERROR"],
        "nowhere": ["ERROR", "PASS", "ERROR"],
    }
    assert "/nowhere" in found["nowhere"][0]["reason"] and "was not fetched" in found["folder"][2]["reason"]
    assert "must be a list of checks" in run.result("no checks")["msg"]


@pytest.mark.parametrize(
    "arguments,variables,words",
    [
        ((), {"health_check_hosts": "nobody"}, "No host of the inventory matches nobody"),
        ((), {"health_check_library": {}}, "Nothing was checked"),
        ((), {"health_check_adjust": {"defalt_route": {}}}, "names defalt_route, but the library"),
        ((), {"health_check_fail_on": ["fatal"]}, "critical, major, minor"),
        (("--limit", "nobody"), {}, "no hosts to target"),
    ],
    ids=["pattern", "no check", "adjustment", "severity", "limit"],
)
def test_a_run_that_checks_nothing_does_not_end_well(
    ansible: Ansible, simulator: Factory, arguments: tuple[str, ...], variables: dict[str, Any], words: str
) -> None:
    ansible.use(simulator())
    run = ansible.playbook("ngfw.smc.health_check", *arguments, inventory="Plano FW,", variables=variables)
    assert run.returncode != 0
    assert words in run.output
    assert "Traceback" not in run.output


def test_the_module_gives_the_same_verdicts_here_and_on_a_jump_host(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    ansible.use(smc)
    checks = [
        {"name": "routes", "definition": "ROUTING", "count": {"min": 1}},
        {"name": "nodes", "nodes": {"online": "all"}, "on": {"types": "single_fw"}},
        {"name": "alerts", "definition": "ACTIVE_ALERTS", "where": {"alert_severity": "Critical"}, "count": 0},
        {"name": "typo", "definition": "ROUTING", "where": {"route_gatewy": "x"}, "count": 0},
        {"name": "elsewhere", "definition": "VPN_SA", "target": "Branch 77", "count": 0},
        "not a check",
    ]
    quick = {"first_entry_timeout": 1, "quiet_period": 0.5}
    results = {}
    for connection in ("local", "jump"):
        run = ansible.tasks(
            {"name": "all", "ngfw.smc.health_check": {"target": "Plano FW", "checks": checks, **quick}},
            {"name": "shared", "ngfw.smc.health_check": {"scope": "shared", "checks": checks, **quick}},
            {"name": "refused", "ngfw.smc.health_check": {"target": "Plano FW", "checks": checks, "api_key": "wrong"}},
            {
                "name": "wait",
                "ngfw.smc.health_check": {"target": "Plano FW", "checks": checks, "timeout": 0},
                "ignore_errors": True,
            },
            {"name": "who", "ngfw.smc.health_check": {"checks": checks}, "ignore_errors": True},
            hosts="localhost,",
            connection=connection,
        ).check()
        results[connection] = {task: run.result(task) for task in ("all", "shared", "refused", "wait", "who")}
    found = results["local"]
    assert {result["name"]: result["status"] for result in found["all"]["results"]} == {
        "routes": "PASS",
        "nodes": "PASS",
        "alerts": "FAIL",
        "typo": "ERROR",
        "elsewhere": "ERROR",
        "unnamed check": "ERROR",
    }
    assert [result["name"] for result in found["shared"]["results"]] == ["alerts", "elsewhere"]
    assert "Branch 7" in found["shared"]["results"][1]["reason"]  # no engine 'Branch 77': close names
    assert found["refused"]["totals"]["ERROR"] == len(checks)
    assert "more than 0" in found["wait"]["msg"] and "`target` is missing" in found["who"]["msg"]
    own_time = {"measured_at": "", "elapsed": 0}
    for task, result in found.items():
        there = results["jump"][task]
        assert result.get("msg") == there.get("msg")
        for here, other in zip(result.get("results", []), there.get("results", []), strict=True):
            assert {**here, **own_time} == {**other, **own_time}
    assert smc.statistics.logins == smc.statistics.logouts


@pytest.mark.parametrize(
    "environment,words,kind",
    [
        ({"SMC_API_KEY": "wrong"}, "refused the login", "login"),
        ({"SMC_ADDRESS": "http://127.0.0.1:9"}, "refused", "connection"),
        ({"REQUESTS_CA_BUNDLE": "no-such-file.pem"}, "REQUESTS_CA_BUNDLE is 'no-such-file.pem'", "option"),
    ],
    ids=["key", "address", "certificates"],
)
def test_without_a_login_each_check_is_an_error_and_the_report_is_written(
    ansible: Ansible, simulator: Factory, environment: dict[str, str], words: str, kind: str
) -> None:
    smc = simulator(tls="good" if kind == "option" else None)
    ansible.use(smc)
    run = ansible.playbook(
        "ngfw.smc.health_check",
        inventory="Plano FW,HQ cluster,",
        variables={"health_check_report_dir": str(ansible.folder / "elsewhere"), "health_check_report_name": "night"},
        environment=environment,
    )
    assert run.returncode == 2
    report = read_report(ansible.folder / "elsewhere", "night")
    assert {result["status"] for result in report["results"]} == {"ERROR"}
    assert all(words in result["reason"] for result in report["results"])
    assert report["totals"]["engines"] == 2
    assert run.result("ngfw.smc.health_check : Check the engines, in one login")["error"]["kind"] == kind
    assert smc.statistics.requests["POST /{v}/login"] == (1 if "SMC_API_KEY" in environment else 0)
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
    none = ansible.playbook("ngfw.smc.merge_reports", inventory="/dev/null", variables={"merge_reports_dir": "slice0"})
    assert (none.returncode, "There is no report health_check-*.json in" in none.output) == (2, True)
