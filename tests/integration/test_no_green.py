# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must never be green: each at the edge where a person sees it, in all formats, the totals and the exit status."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ansible import release
from ansible_collections.ngfw.smc.plugins.module_utils._core.verdicts import WAS_CHECKED
from lxml import etree, html

from simulator import Scenario, Simulator
from tests.integration.conftest import Ansible, Run
from tests.reports import result

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "health_report.schema.json").read_text(encoding="utf-8"))
QUICK = {"health_check_first_entry_timeout": 1, "health_check_quiet_period": 0.5, "health_check_library": {}}

Factory = Callable[..., Simulator]


class Reports:
    """The four reports of a run, as text for people and as data."""

    def __init__(self, folder: Path, name: str = "health_check") -> None:
        self.model: dict[str, Any] = json.loads((folder / f"{name}.json").read_text("utf-8"))
        jsonschema.validate(self.model, SCHEMA)
        self.junit = etree.parse(folder / f"{name}.xml")
        page = html.fromstring((folder / f"{name}.html").read_text("utf-8"))
        self.texts = {
            "html": " ".join(page.text_content().split()),
            "markdown": (folder / f"{name}.md").read_text("utf-8").replace("\\", ""),
            "junit": etree.tostring(self.junit, encoding="unicode").replace("&quot;", '"').replace("&#10;", "\n"),
            "json": json.dumps(self.model),
        }

    def say(self, *words: str) -> None:
        """Assert that each format says it."""
        for name, text in self.texts.items():
            for word in words:
                assert word in text, f"{name} does not say {word!r}"

    def statuses(self, engine: str) -> dict[str, str]:
        return {one["name"]: one["status"] for one in self.model["results"] if one["engine"] == engine}

    def reason(self, check: str) -> str:
        return next(str(one["reason"]) for one in self.model["results"] if one["name"] == check)


def health_check(
    ansible: Ansible, checks: list[Any], *arguments: str, hosts: str = "Plano FW,HQ cluster,", **more: Any
) -> tuple[Run, Reports]:
    run = ansible.playbook(
        "ngfw.smc.health_check",
        *arguments,
        inventory=hosts,
        variables={**QUICK, "health_check_checks": checks, **more},
    )
    return run, Reports(ansible.folder / "reports")


def stats(run: Run) -> dict[str, Any]:
    task = next(line for line in run.tasks if line["task"].endswith("Hand the totals to the workflow"))
    data: dict[str, Any] = task["result"]["ansible_stats"]["data"]["health_check"]
    return data


ROUTES = {"name": "routes", "definition": "ROUTING", "count": {"min": 1}}


def test_a_pattern_that_matches_no_engine_is_a_warning_and_alone_fails_the_run(
    ansible: Ansible, simulator: Factory
) -> None:
    ansible.use(simulator(Scenario(end_signals=["event4"])))
    typo = {"name": "tunnels", "definition": "VPN_SA", "count": {"min": 1}, "applies_to": "Plno*"}
    run, reports = health_check(ansible, [typo])
    assert run.returncode == 2 and stats(run)["status"] == "FAIL"
    reports.say("Nothing was judged", "none matches 'Plno*'", "Did you mean Plano FW?")
    # Nobody is blamed: the run has a line of its own.
    assert {line["host"] for line in run.tasks if line["status"] == "failed"} == {"This run"}
    run, reports = health_check(ansible, [typo, ROUTES])
    assert run.returncode == 0 and stats(run)["status"] == "PASS", run.output
    reports.say("none matches 'Plno*'", "Did you mean Plano FW?")


def test_two_checks_of_one_name_are_both_shown_and_counted(ansible: Ansible, simulator: Factory) -> None:
    ansible.use(simulator(Scenario(end_signals=["event4"])))
    checks = [
        {"name": "HQ reachable", "definition": "ROUTING", "count": {"min": 1}, "severity": "minor"},
        {"name": "HQ reachable", "definition": "VPN_SA", "count": {"min": 100000}, "severity": "critical"},
    ]
    for ordered in (checks, checks[::-1]):
        run, reports = health_check(ansible, ordered, hosts="Plano FW,")
        assert run.returncode == 2
        assert sorted(reports.statuses("Plano FW").values()) == ["FAIL", "PASS"]
        assert stats(run)["totals"]["checks"] == stats(run)["totals"]["results"] == 2
        assert int(reports.junit.xpath("count(//testcase)")) == 2 and int(reports.junit.xpath("count(//failure)")) == 1
        reports.say("2 checks have the name 'HQ reachable'")
        assert "HQ reachable (2)" in reports.texts["html"] and "HQ reachable (2)" in reports.texts["junit"]


NORWAY = (ROOT / "tests" / "integration" / "norway.yml").as_posix()


def test_what_yaml_reads_as_another_type_is_an_error_that_says_put_it_in_quotes(
    ansible: Ansible, simulator: Factory
) -> None:
    ansible.use(simulator(Scenario(end_signals=["event4"])))
    run, reports = health_check(ansible, [], "-e", f"@{NORWAY}", hosts="Plano FW,")
    assert run.returncode == 2
    found = reports.statuses("Plano FW")
    wrong = [name for name in found if name != "in quotes"]
    if tuple(map(int, release.__version__.split(".")[:2])) < (2, 19):
        # Ansible makes one text of a list with a date in it.
        assert (wrong, found) == ([WAS_CHECKED], {WAS_CHECKED: "ERROR"})
        assert reports.reason(WAS_CHECKED).endswith("A date in it has no quotes: put it in quotes.")
        return
    assert len(wrong) == 7 and {found[name] for name in wrong} == {"ERROR"} and found["in quotes"] == "PASS"
    assert all("put it in quotes" in reports.reason(name) for name in wrong)
    reports.say("put it in quotes")


def test_an_asterisk_that_would_match_nothing_is_an_error(ansible: Ansible, simulator: Factory) -> None:
    ansible.use(simulator(Scenario(end_signals=["event4"])))
    none = {"name": "no such type", "definition": "ROUTING", "none": {"route_type": "Dyn*"}}
    where = {
        "name": "few of them",
        "definition": "ROUTING",
        "where": {"route_type": ["Dyn*"]},
        "count": {"max": 0},
    }
    meant = {"name": "meant so", "definition": "ROUTING", "none": {"route_type": {"equal": "Dyn*"}}}
    run, reports = health_check(ansible, [none, where, meant], hosts="Plano FW,")
    assert run.returncode == 2
    assert reports.statuses("Plano FW") == {"no such type": "ERROR", "few of them": "ERROR", "meant so": "PASS"}
    reports.say("an asterisk is not a wildcard there", "Write {regex: '^Dyn.*$'}")


def test_a_condition_that_leaves_out_the_first_host_is_not_the_end_of_all_checks(
    ansible: Ansible, simulator: Factory
) -> None:
    ansible.use(simulator(Scenario(end_signals=["event4"])))
    role: dict[str, Any] = {"role": "ngfw.smc.health_check", "when": "inventory_hostname != 'Plano FW'"}
    role |= {"vars": {**QUICK, "health_check_checks": [{**ROUTES, "count": {"max": 0}}]}}
    play = {"hosts": "all", "gather_facts": False, "connection": "local", "roles": [role]}
    run = ansible.playbook([play], inventory="Plano FW,HQ cluster,")
    assert run.returncode == 2
    said = run.result("ngfw.smc.health_check : Fail for failed checks", "HQ cluster")["msg"]
    assert "left out Plano FW, the first host of the play" in said


def test_a_check_that_needs_a_value_and_has_none_is_an_error_that_names_it(
    ansible: Ansible, simulator: Factory
) -> None:
    ansible.use(simulator(Scenario(end_signals=["event4"])))
    adjust = {
        "vpn_peers": {"enabled": True},
        "default_gateway": {"enabled": True},
        "same_routes": {"enabled": True},
    }
    run = ansible.playbook(
        "ngfw.smc.health_check",
        inventory="Plano FW,",
        variables={key: value for key, value in QUICK.items() if "library" not in key}
        | {"health_check_adjust": adjust},
    )
    reports = Reports(ansible.folder / "reports")
    assert run.returncode == 2
    for name, key in (
        ("All VPN peers are there", "distinct.peer_security_gateway.values"),
        ("The default route leads to the right gateway", "each.route_gateway"),
        ("Each node has its routes", "count.min"),
    ):
        assert reports.statuses("Plano FW")[name] == "ERROR" and f"`{key}`" in reports.reason(name)
        reports.say(key)


def test_a_total_outage_of_the_vpn_fails_or_is_said_to_be_not_judged(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    ansible.use(smc)
    ansible.playbook(
        "ngfw.smc.snapshot",
        inventory="Plano FW,",
        variables={"snapshot_dest": "before", "snapshot_definitions": ["VPN_SA", "ROUTING"]},
    ).check()
    smc.world.clear("VPN_SA", "Plano FW")
    library = {key: value for key, value in QUICK.items() if "library" not in key}
    name = "Each VPN peer has an IPsec tunnel"

    def run(**more: Any) -> tuple[Run, Reports]:
        run = ansible.playbook("ngfw.smc.health_check", inventory="Plano FW,", variables={**library, **more})
        return run, Reports(ansible.folder / "reports")

    finished, reports = run()
    assert reports.statuses("Plano FW")[name] == "SKIPPED" and stats(finished)["totals"]["not_judged"] >= 1
    reports.say("Nothing says how many entries there should be")
    for more in (
        {"health_check_baseline": str(ansible.folder / "before")},
        {"health_check_adjust": {"vpn_tunnels": {"count": {"groups": ["HQ"]}}}},
    ):
        finished, reports = run(**more)
        assert (finished.returncode, reports.statuses("Plano FW")[name]) == (2, "FAIL")
        reports.say("0 for HQ")


@pytest.mark.parametrize("limited", [False, True])
def test_an_alert_of_the_domain_fails_no_engine(ansible: Ansible, simulator: Factory, limited: bool) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    smc.world.add_alert("Critical", "Malware", "Plano FW")
    ansible.use(smc)
    alerts = {"name": "alerts", "definition": "ACTIVE_ALERTS", "where": {"alert_severity": "Critical"}, "count": 0}
    # A play for the domain would be left out by --limit, and the run must not end well for that.
    arguments = ("--limit", "Plano FW,HQ cluster") if limited else ()
    run, reports = health_check(ansible, [ROUTES, alerts], *arguments)
    assert run.returncode == 2, run.output
    failed = [line for line in run.tasks if line["status"] == "failed"]
    assert len(failed) == 1 and "alerts" in failed[0]["result"]["msg"]
    if limited:
        assert failed[0]["result"]["msg"].startswith("No engine of the play fails for this.")
    else:
        assert failed[0]["host"] == "Shared Domain"
    row = {row["name"]: row for row in reports.model["engines"]}
    assert row["Shared Domain"]["kind"] == "domain" and not row["Plano FW"]["failing"]


def test_a_wrong_key_is_one_cause_said_once(ansible: Ansible, simulator: Factory) -> None:
    ansible.use(simulator())
    hosts = ",".join(f"Branch {number}" for number in range(101, 113)) + ","
    ansible.environment["SMC_API_KEY"] = "wrong"
    run, reports = health_check(ansible, [ROUTES, {"name": "nodes", "nodes": {"online": "all"}}], hosts=hosts)
    assert run.returncode == 2
    (cause,) = reports.model["causes"]
    assert cause["count"] == 24 and len(cause["engines"]) == 12 and "refused the login" in cause["reason"]
    assert run.output.count("refused the login") <= 3, run.output
    assert reports.texts["markdown"].count("refused the login") == 1
    reports.say("refused the login")
    assert (
        "This kept 24 results of 12 engines from being measured" in reports.texts["html"]
        and "kept 24 results" in reports.texts["markdown"]
    )


def test_waivers_in_a_run(ansible: Ansible, simulator: Factory) -> None:
    ansible.use(simulator(Scenario(end_signals=["event4"])))
    many = {"name": "many routes", "definition": "ROUTING", "count": {"min": 100000}}
    file = ansible.folder / "waivers.yml"

    def run(text: str) -> Run:
        file.write_text(text, "utf-8")
        return ansible.playbook(
            "ngfw.smc.health_check",
            inventory="Plano FW,",
            variables={**QUICK, "health_check_checks": [many], "health_check_waivers": "waivers.yml"},
        )

    waiver = "- {check: many routes, engine: Plano *, until: %s, reason: line ordered, owner: Anna}\n"
    done = run(waiver % "2999-12-31" + "- {check: gone, engine: '*', until: 2999-12-31, reason: x}\n").check()
    reports = Reports(ansible.folder / "reports")
    assert stats(done)["totals"]["WAIVED"] == 1
    reports.say("WAIVED", "line ordered", "Anna", "2999-12-31", "waiver 2 (check 'gone'")
    assert run(waiver % "2020-01-31").returncode == 2
    Reports(ansible.folder / "reports").say("waiver ran out on 2020-01-31")
    for text, words in (
        (waiver % "soon", "`until` is 'soon'"),
        ("check: a\n", "must be a list"),
        ("- {check: a, engine: b, untill: 2999-12-31, reason: c}", "Did you mean until?"),
    ):
        refused = run(text)
        assert refused.returncode != 0 and words in " ".join(refused.output.split()), refused.output
        assert not [line for line in refused.tasks if line["task"].endswith("Log in")]


def test_a_waiver_does_not_turn_a_run_that_measured_nothing_green(ansible: Ansible, simulator: Factory) -> None:
    ansible.use(simulator(Scenario(end_signals=["event4"])))
    ansible.environment["SMC_API_KEY"] = "wrong"
    waiver = "- {check: routes, engine: '*', until: 2999-12-31, reason: line ordered}\n"
    (ansible.folder / "waivers.yml").write_text(waiver, "utf-8")
    run, reports = health_check(ansible, [ROUTES], health_check_waivers="waivers.yml")
    assert run.returncode == 2 and stats(run)["status"] == "FAIL"
    totals = stats(run)["totals"]
    assert (totals["WAIVED"], totals["not_measured"]) == (2, 2)
    reports.say("Nothing was judged", "line ordered")
    # The cause stands in each report, although it is waived.
    assert len(reports.model["causes"]) == 1
    reports.say(reports.model["causes"][0]["reason"][:40])


@pytest.mark.parametrize("name,known", [("check", "checks"), ("adjusts", "adjust"), ("tag", "tags"), ("host", "hosts")])
def test_a_variable_that_is_misspelt_is_not_ignored(ansible: Ansible, name: str, known: str) -> None:
    ansible.environment["SMC_ADDRESS"] = "http://127.0.0.1:9"
    variables = {f"health_check_{name}": {}, "health_check_checks_of_mine": [], "health_check_list": True}
    run = ansible.playbook("ngfw.smc.health_check", inventory="Plano FW,", variables=variables)
    said = f"There is no variable health_check_{name}. Did you mean health_check_{known}?"
    assert run.returncode == 2 and said in " ".join(run.output.split())
    del variables[f"health_check_{name}"]
    ansible.playbook("ngfw.smc.health_check", inventory="Plano FW,", variables=variables).check()


@pytest.mark.parametrize("tags", ["vpn", "vpn,routing"])
def test_tags_may_be_a_text(ansible: Ansible, tags: str) -> None:
    ansible.environment["SMC_ADDRESS"] = "http://127.0.0.1:9"
    variables = {"health_check_tags": tags, "health_check_list": True}
    run = ansible.playbook("ngfw.smc.health_check", inventory="Plano FW,", variables=variables).check()
    lines = run.result("ngfw.smc.health_check : Print the plan")["msg"]
    assert any("Each VPN peer has an IPsec tunnel" in line for line in lines)
    assert not any("All nodes are online" in line for line in lines)


def test_the_plan_needs_no_login(ansible: Ansible) -> None:
    ansible.environment["SMC_ADDRESS"] = "http://127.0.0.1:9"
    checks = [
        {"name": "tunnels", "definition": "VPN_SA", "count": 1, "applies_to": "Plano*", "category": "VPN"},
        {**ROUTES, "severity": "critical"},
        {"name": "wrong", "definition": "ROUTIN", "count": 1},
    ]
    run = ansible.playbook(
        "ngfw.smc.health_check",
        inventory="Plano FW,HQ cluster,",
        variables={"health_check_checks": checks, "health_check_list": True},
    ).check()
    lines = run.result("ngfw.smc.health_check : Print the plan")["msg"]
    assert "routes: critical, ROUTING, on Plano FW, HQ cluster" in lines
    assert "tunnels: major, VPN_SA, on Plano FW" in lines
    assert any(line.startswith("wrong: ERROR, ") for line in lines) and any(
        line.startswith("Tables: ") for line in lines
    )
    assert not (ansible.folder / "reports").exists()
    tagged = ansible.playbook(
        "ngfw.smc.health_check",
        inventory="Plano FW,HQ cluster,",
        variables={
            "health_check_checks": checks,
            "health_check_list": True,
            "health_check_tags": ["VPN"],
            "health_check_library": {},
        },
    ).check()
    assert tagged.result("ngfw.smc.health_check : Print the plan")["msg"][0].startswith("1 checks would run")
    unknown = ansible.playbook(
        "ngfw.smc.health_check",
        inventory="Plano FW,",
        variables={"health_check_checks": checks, "health_check_tags": ["vnp"]},
    )
    assert unknown.returncode == 2 and "Did you mean vpn?" in unknown.output


def window(ansible: Ansible, **variables: Any) -> Run:
    return ansible.playbook(
        "ngfw.smc.change_window",
        inventory=variables.pop("hosts", "Plano FW,HQ cluster,"),
        variables={
            "change_window_settle": 0,
            "change_window_definitions": ["ROUTING"],
            "change_window_first_entry_timeout": 1,
            "change_window_quiet_period": 0.5,
            **{f"change_window_{name}": value for name, value in variables.items()},
        },
    )


@pytest.mark.parametrize(
    "how,words",
    [
        ({"command": "./no-such-command"}, "no-such-command"),
        ({"command": "sh -c 'echo it broke >&2; exit 3'"}, "it broke"),
        ({"tasks": "change.yml"}, "HQ cluster: the task 'Fail' failed: no luck"),
    ],
    ids=["missing", "exit", "tasks"],
)
def test_a_change_that_failed_is_the_first_failure_in_each_format(
    ansible: Ansible, simulator: Factory, how: dict[str, str], words: str
) -> None:
    ansible.use(simulator(Scenario(end_signals=["event4"])))
    tasks = [{"name": "Fail", "ansible.builtin.fail": {"msg": "no luck"}, "when": "inventory_hostname == 'HQ cluster'"}]
    (ansible.folder / "change.yml").write_text(json.dumps(tasks), "utf-8")
    run = window(ansible, dir="w", **how)
    assert run.returncode == 2, run.output
    reports = Reports(ansible.folder / "w", "change_window")
    assert (
        reports.model["status"] == "FAIL" and reports.model["totals"]["FAIL"] == reports.model["totals"]["failing"] == 1
    )
    assert reports.model["engines"][0]["kind"] == "run" and reports.model["totals"]["failing_areas"] == 0
    reports.say(words)
    for name in ("html", "markdown"):
        text = reports.texts[name]
        assert "Everything is as it should be" not in text
        compared = "What changed"
        assert text.index(words) < text.index(compared)
    assert reports.junit.xpath("(//testcase)[1]/failure")
    passed = run.result("Pass the totals to the workflow")["ansible_stats"]["data"]["change_window"]
    assert passed["status"] == "FAIL" and passed["totals"]["failing"] == 1
    assert words in run.result("Fail if something is not as it was")["msg"].splitlines()[0]


def test_a_refused_window_is_not_in_the_way_of_the_next_and_names_the_remedy(
    ansible: Ansible, simulator: Factory
) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    smc.world.set_node("Plano FW", 1, online=False)
    ansible.use(smc)
    run = window(ansible, dir="w", command="touch changed")
    assert run.returncode == 2
    said = " ".join(run.output.split())
    assert "change_window_incomplete=true" in said and "Leave an engine that is off out" in said
    assert not (ansible.folder / "changed").exists() and not (ansible.folder / "w" / "before").exists()
    smc.world.set_node("Plano FW", 1, online=True)
    window(ansible, dir="w", command="touch changed").check()
    assert (ansible.folder / "changed").exists()
    missing = window(ansible, dir="x", tasks="no-such-file.yml")
    assert missing.returncode == 2 and "The file no-such-file.yml does not exist" in " ".join(missing.output.split())
    assert not (ansible.folder / "x").exists()


def test_a_change_that_another_job_knows_to_have_failed(ansible: Ansible, simulator: Factory) -> None:
    ansible.use(simulator(Scenario(end_signals=["event4"])))
    window(ansible, step="before").check()
    why = "The job template 'Change' was cancelled."
    run = window(ansible, step="after", broken=why)
    assert run.returncode == 2
    reports = Reports(ansible.folder / "change_window", "change_window")
    reports.say(why.rstrip("."))
    assert reports.model["status"] == "FAIL" and reports.model["results"][0]["reason"] == why
    totals = next(line for line in run.tasks if line["task"] == "Pass the totals to the workflow")
    assert totals["result"]["ansible_stats"]["data"]["change_window"]["status"] == "FAIL"
    # Nothing else has failed.
    window(ansible, step="after", broken="").check()


def test_a_slice_that_left_no_report_is_missed(ansible: Ansible) -> None:
    for name in ("health_check-1", "health_check-2"):
        passed = result("routes", f"engine of {name}", "PASS")
        ansible.tasks({"name": "Report", "ngfw.smc.health_report": {"results": [passed], "dest": "in", "name": name}})

    def merge(count: int) -> Run:
        given = {"merge_reports_dir": "in", "merge_reports_dest": "out", "merge_reports_count": count}
        return ansible.playbook("ngfw.smc.merge_reports", variables=given)

    short = merge(3)
    assert short.returncode == 2
    said = short.result("Fail if a slice has left no report")["msg"]
    assert said.startswith("Expected at least 3 reports in ") and "found 2. A slice that broke off leaves none" in said
    assert not (ansible.folder / "out").exists()
    merge(2).check()
    assert Reports(ansible.folder / "out").model["totals"]["engines"] == 2
