# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Two snapshots compared, and the playbook that takes them around a change."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from lxml import etree, html

from simulator import Fault, Scenario, Simulator
from tests.integration.conftest import Ansible, Run
from tests.integration.test_health_check import JUNIT, SCHEMA
from tests.integration.test_snapshot import read, snapshot

Factory = Callable[..., Simulator]
WAITS = {"change_window_first_entry_timeout": 3, "change_window_quiet_period": 0.5, "change_window_settle": 0}


def diff(name: str, before: Path, after: Path, **options: Any) -> dict[str, Any]:
    task = {"before": str(before), "after": str(after), **options}
    return {"name": name, "ngfw.smc.snapshot_diff": task, "ignore_errors": True}


def areas(result: dict[str, Any]) -> dict[tuple[str, str], dict[str, Any]]:
    return {(area["target"], area["definition"]): area for area in result["areas"]}


def statuses(result: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {key: area["status"] for key, area in areas(result).items()}


def edited(original: Path, copy: Path, edit: Callable[[dict[str, Any]], Any]) -> Path:
    """A copy of a snapshot with another manifest."""
    shutil.copytree(original, copy)
    path = copy / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    edit(manifest)
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return copy


def test_a_comparison_says_what_changed_and_nothing_else(ansible: Ansible, simulator: Factory, tmp_path: Path) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    ansible.use(smc)
    old, new = tmp_path / "old", tmp_path / "new"
    definitions = ["ROUTING", "VPN_SA", "USERS", "NEIGHBORS", "BLOCK_LIST", "CONNECTIONS"]
    ansible.tasks(snapshot("old", old, definitions=definitions), hosts="localhost,").check()
    # An hour and a half: SAs have new SPIs, counters moved, users and neighbors came and went, block-list entries expired.
    smc.advance(5400)
    smc.world.change_route("Plano FW", "10.200.0.0/16", "10.0.1.253")
    smc.world.drop_vpn_tunnel("Plano FW", "HQ")
    ansible.tasks(snapshot("new", new, definitions=definitions, compress=True), hosts="localhost,").check()
    # The comparison is offline.
    ansible.environment.clear()
    rules = {"VPN_SA": {"loss": "50%"}, "ROUTING": {"ignore": ["route_metric"]}}
    run = ansible.tasks(
        diff("itself", old, old),
        diff("changed", old, new),
        diff(
            "lenient", old, new, rules={**rules, "ROUTING": {**rules["ROUTING"], "growth": 1, "loss": {"absolute": 1}}}
        ),
        diff("one table", old, new, targets=["HQ cluster"], definitions=["VPN_SA"]),
        diff("backwards", new / "manifest.json", old, definitions=["VPN_SA"], fail_on_difference=False),
        hosts="localhost,",
        arguments=["--diff"],
    ).check()
    itself = run.result("itself")
    assert (itself["status"], itself["differs"], itself["changed"]) == ("PASS", False, False)
    assert set(statuses(itself).values()) == {"PASS"} and len(itself["areas"]) == 12

    changed = run.result("changed")
    found = areas(changed)
    assert (changed["status"], changed["differs"], changed["error"]["kind"]) == ("FAIL", True, "difference")
    routes = found["Plano FW", "ROUTING"]
    assert routes["status"] == "FAIL"
    gone, come = [line for line in routes["lines"] if "10.200.0.0/16" in line]
    assert (gone, come) == (
        "- Plano FW node 1 10.200.0.0/16 10.0.1.254 Interface #0",
        "+ Plano FW node 1 10.200.0.0/16 10.0.1.253 Interface #0",
    )
    assert found["Plano FW", "VPN_SA"]["removed_count"] == 2
    assert found["HQ cluster", "VPN_SA"]["status"] == "PASS" and not found["HQ cluster", "VPN_SA"]["differs"]
    for target in ("Plano FW", "HQ cluster"):
        for definition in ("USERS", "NEIGHBORS", "BLOCK_LIST", "CONNECTIONS"):
            assert found[target, definition]["status"] == "PASS", found[target, definition]
    assert found["Plano FW", "BLOCK_LIST"]["removed_count"] == 1
    assert "\n    " + gone + "\n    " + come in changed["msg"]
    assert run.result("lenient")["status"] == "PASS"
    assert "    - Corporate VPN Plano FW - Primary HQ" in run.output
    assert statuses(run.result("one table")) == {("HQ cluster", "VPN_SA"): "PASS"}
    backwards = run.result("backwards")
    assert areas(backwards)["Plano FW", "VPN_SA"]["added_count"] == 2
    assert (backwards["status"], backwards["differs"]) == ("PASS", True)
    assert "Traceback" not in run.output


def test_facts_of_two_moments(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    ansible.use(smc)
    change = {"argv": changing(smc, "change_route", engine="Plano FW", network="10.200.0.0/16", gateway="10.0.1.253")}
    facts = {"definitions": ["ROUTING", "VPN_SA"], "first_entry_timeout": 5, "quiet_period": 0.5}
    several = {**facts, "definitions": ["ROUTING", "VPN_SA", "USERS"]}
    run = ansible.tasks(
        {"name": "before", "ngfw.smc.session_facts": facts, "register": "before"},
        {"name": "change", "ansible.builtin.command": change, "delegate_to": "localhost"},
        {"name": "after", "ngfw.smc.session_facts": several, "register": "after"},
        {
            "name": "wrong",
            "ngfw.smc.session_facts": {**facts, "target": "Plan FW"},
            "register": "wrong",
            "ignore_errors": True,
        },
        {
            "name": "show",
            "ansible.builtin.debug": {
                "msg": {
                    "changed": "{{ before | ngfw.smc.snapshot_diff(after) }}",
                    "counted": "{{ before | ngfw.smc.snapshot_diff(after, rules={'ROUTING': {'compare': 'count'}}) }}",
                    "failed": "{{ before | ngfw.smc.snapshot_diff(wrong) }}",
                }
            },
        },
        {
            "name": "typo",
            "ansible.builtin.debug": {"msg": "{{ before | ngfw.smc.snapshot_diff(after, rules={'ROUTNG': {}}) }}"},
            "ignore_errors": True,
        },
    ).check()
    shown = run.result("show")["msg"]
    changed = {area["definition"]: area for area in shown["changed"]}
    assert {name: area["status"] for name, area in changed.items()} == {
        "ROUTING": "FAIL",
        "VPN_SA": "PASS",
        "USERS": "SKIPPED",
    }
    assert [line[0] for line in changed["ROUTING"]["lines"]] == ["-", "+"]
    assert {area["status"] for area in shown["counted"]} == {"PASS", "SKIPPED"}
    assert {(area["target"], area["status"]) for area in shown["failed"]} == {("Plano FW", "ERROR")}
    assert "no engine 'Plan FW'" in shown["failed"][0]["reason"]
    assert "Did you mean ROUTING" in run.output
    assert "Traceback" not in run.output


def test_snapshots_that_cannot_be_compared(ansible: Ansible, simulator: Factory, tmp_path: Path) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    ansible.use(smc)
    good = tmp_path / "good"
    ansible.tasks(snapshot("good", good), hosts="localhost,").check()
    tampered = edited(good, tmp_path / "tampered", lambda _manifest: None)
    with (tampered / "Plano_FW" / "ROUTING.jsonl").open("a", encoding="utf-8") as file:
        file.write('{"route_network": "10.66.0.0"}\n')
    missing = edited(good, tmp_path / "missing", lambda manifest: manifest["tables"].pop(0))
    (missing / "Plano_FW" / "VPN_SA.jsonl").unlink()
    partial = edited(good, tmp_path / "partial", lambda manifest: manifest["tables"][0].update(complete=False))
    outside = edited(good, tmp_path / "outside", lambda manifest: manifest["tables"][0].update(file="../../etc/passwd"))
    retail = edited(good, tmp_path / "retail", lambda manifest: manifest["smc"].update(domain="Retail"))
    future = edited(good, tmp_path / "future", lambda manifest: manifest.update(schema_version=2))
    upgraded = edited(good, tmp_path / "upgraded", lambda manifest: manifest["smc"].update(product_version="7.2"))
    (tmp_path / "list").mkdir()
    (tmp_path / "list" / "manifest.json").write_text("[]", encoding="utf-8")
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "manifest.json").write_text('{"schema": ', encoding="utf-8")
    run = ansible.tasks(
        diff("tampered", good, tampered),
        diff("missing", good, missing),
        diff("new table", missing, good),
        diff("partial", good, partial),
        diff("outside", good, outside),
        diff("retail", good, retail),
        diff("future", good, future),
        diff("upgraded", good, upgraded),
        diff("list", good, tmp_path / "list"),
        diff("broken", good, tmp_path / "broken"),
        diff("nowhere", good, tmp_path / "nowhere"),
        diff("no manifest", good, good / "Plano_FW"),
        diff("nothing asked for", good, good, targets=["Plano"]),
        diff("no such definition", good, good, rules={"ROUTES": {}}),
        diff("no such rule", good, good, rules={"ROUTING": {"lost": 1}}),
        diff("no number", good, good, rules={"ROUTING": {"loss": "a few"}}),
        hosts="localhost,",
    ).check()
    first = ("HQ cluster", "ROUTING")
    for name, key, words in (
        ("tampered", ("Plano FW", "ROUTING"), "its size differs"),
        ("missing", first, "missing from the later snapshot"),
        ("missing", ("Plano FW", "VPN_SA"), "no such file"),
        ("partial", first, "is not complete"),
        ("outside", first, "outside this folder"),
    ):
        result = run.result(name)
        assert areas(result)[key]["status"] == "ERROR"
        assert words in areas(result)[key]["reason"]
        # One table's error hides no other's result.
        assert list(statuses(result).values()).count("PASS") == 4 - list(statuses(result).values()).count("ERROR")
        assert result["status"] == "FAIL" and words in result["msg"]
    assert statuses(run.result("new table"))[first] == "SKIPPED"
    for name, words in (
        ("retail", "of the administrative domain 'Shared Domain'"),
        ("future", "schema version 2"),
        ("list", "is not the manifest of a snapshot"),
        ("broken", "is not JSON"),
        ("nowhere", "no such file"),
        ("no manifest", "never finished"),
        ("nothing asked for", "holds a table of the targets"),
        ("no such definition", "Did you mean ROUTING"),
        ("no such rule", "Did you mean loss"),
        ("no number", "'a few'"),
    ):
        assert words in run.result(name)["msg"], name
    assert run.result("upgraded")["status"] == "PASS"
    assert "differ in their SMC version" in run.output
    assert "Traceback" not in run.output


def window(ansible: Ansible, *arguments: str, hosts: str = "Plano FW,HQ cluster,", **variables: Any) -> Run:
    given = {**WAITS, **{f"change_window_{name}": value for name, value in variables.items()}}
    return ansible.playbook("ngfw.smc.change_window", *arguments, inventory=hosts, variables=given)


def report_of(folder: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads((folder / "change_window.json").read_text(encoding="utf-8"))
    jsonschema.validate(report, SCHEMA)
    return report


def changing(smc: Simulator, hook: str, **arguments: Any) -> list[str]:
    """A command that changes something."""
    body = json.dumps(arguments)
    code = (
        f"import urllib.request as u; u.urlopen(u.Request('{smc.url}/simulator/world/{hook}', {body!r}.encode(), "
        "{'Content-Type': 'application/json'}))"
    )
    return ["python3", "-c", code]


@pytest.mark.smoke
def test_a_change_window(ansible: Ansible, simulator: Factory, tmp_path: Path) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    ansible.use(smc)
    command = changing(smc, "change_route", engine="Plano FW", network="10.200.0.0/16", gateway="10.0.1.253")
    folder = tmp_path / "windows" / "CHG1"
    run = window(ansible, dir="windows/CHG1", command=command, title="CHG1: a new gateway")
    assert run.returncode == 2, run.output
    report = report_of(folder)
    assert (report["status"], report["title"], report["totals"]["areas"]) == ("FAIL", "CHG1: a new gateway", 10)
    assert [(area["target"], area["definition"]) for area in report["differences"] if area["status"] != "PASS"] == [
        ("Plano FW", "ROUTING")
    ]
    lines = [
        "- Plano FW node 1 10.200.0.0/16 10.0.1.254 Interface #0",
        "+ Plano FW node 1 10.200.0.0/16 10.0.1.253 Interface #0",
    ]
    junit = etree.parse(folder / "change_window.xml")
    JUNIT.assertValid(junit)
    assert (int(junit.xpath("count(//testcase)")), int(junit.xpath("count(//failure)"))) == (10, 1)
    page = html.fromstring((folder / "change_window.html").read_text(encoding="utf-8")).text_content()
    assert {"snapshot_before", "snapshot_after", "url"} <= set(report["smc"])
    # The log, the page, the summary and JUnit show the same two lines, one below the other.
    for text in (run.output, page, (folder / "change_window.md").read_text("utf-8"), junit.xpath("//failure")[0].text):
        places = [text.index(line) for line in lines]
        assert places[0] < places[1]
    assert set(read(folder / "before")) == set(read(folder / "after"))
    assert run.result("Pass the totals to the workflow")["ansible_stats"]["data"]["change_window"]["status"] == "FAIL"
    assert smc.open_sessions == 0

    # The steps apart, as two jobs; what the change was for is tolerated by rules.
    run = window(ansible, dir="CHG2", step="after")
    assert "First run this with change_window_step=before" in run.output
    window(ansible, dir="CHG2", step="before").check()
    again = window(ansible, dir="CHG2", step="before")
    assert "replace the snapshot with change_window_replace=true" in " ".join(again.output.split())
    smc.world.drop_vpn_tunnel("HQ cluster", "Branch 8")
    for _again in range(2):
        assert window(ansible, dir="CHG2", step="after").returncode == 2
        assert report_of(tmp_path / "CHG2")["totals"]["failing_areas"] == 1
    window(ansible, dir="CHG2", step="after", rules={"VPN_SA": {"loss": 2}}, formats=["json", "junit"]).check()
    assert report_of(tmp_path / "CHG2")["status"] == "PASS"
    nobody = ansible.playbook("ngfw.smc.change_window", inventory="/dev/null", variables={"change_window_hosts": "fw*"})
    assert (nobody.returncode, "No host of the inventory matches fw" in nobody.output) == (2, True)
    # A mistake in the rules is seen before the change, not after it.
    wrong = window(ansible, dir="CHG3", command="touch changed", rules={"ROUTNG": {"growth": 1}})
    assert (wrong.returncode, "Did you mean ROUTING?" in wrong.output) == (2, True)
    assert not (tmp_path / "changed").exists()
    window(ansible, "--check", dir="CHG3").check()
    assert not (tmp_path / "CHG3").exists()


def test_a_change_that_fails_is_looked_at_all_the_same(ansible: Ansible, simulator: Factory, tmp_path: Path) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    ansible.use(smc)
    tasks = [
        {
            "name": "Cut the tunnel",
            "ansible.builtin.command": {"argv": changing(smc, "drop_vpn_tunnel", engine="Plano FW", peer="HQ")},
            "delegate_to": "localhost",
            "when": "inventory_hostname == 'Plano FW'",
        },
        {"name": "Fail", "ansible.builtin.fail": {"msg": "no luck"}, "when": "inventory_hostname == 'HQ cluster'"},
    ]
    (tmp_path / "change.yml").write_text(json.dumps(tasks), encoding="utf-8")
    run = window(ansible, dir="tasks", tasks="change.yml", definitions=["VPN_SA"])
    assert run.returncode == 2
    failed = run.result("Fail if something is not as it was")["msg"]
    assert "HQ cluster: the task 'Fail' failed: no luck" in failed
    assert "FAIL Plano FW: VPN_SA. 2 removed (of 4 before); none tolerated." in failed
    run = window(ansible, dir="command", command="sh -c 'echo it broke >&2; exit 3'", definitions=["VPN_SA"])
    assert run.returncode == 2
    assert "it broke" in run.result("Fail if something is not as it was")["msg"]
    report = report_of(tmp_path / "command")
    assert (report["status"], report["totals"]["failing_areas"]) == ("FAIL", 0)
    # Nobody is there to press Enter: the change is not made up.
    run = window(ansible, dir="nobody", definitions=["VPN_SA"])
    assert run.returncode == 2
    assert "There is no terminal to wait at" in run.output
    assert sorted(path.name for path in (tmp_path / "nobody").iterdir()) == ["before"]


def test_engines_in_trouble(ansible: Ansible, simulator: Factory, tmp_path: Path) -> None:
    smc = simulator(Scenario(end_signals=["event4"]), engines=52)
    ansible.use(smc)
    hosts = ",".join(["Depot FW", *(f"Branch {number}" for number in range(101, 140))]) + ","
    variables = {"definitions": ["ROUTING", "VPN_SA"], "concurrency": 12}
    # An engine is offline before the change: the change is not made.
    run = window(ansible, dir="one", command="touch changed", hosts=hosts, **variables)
    assert run.returncode == 2
    assert "no node of it is online" in run.output
    assert not (tmp_path / "changed").exists()
    assert not (tmp_path / "one" / "before").exists()
    # It is made where that is wanted; then one of forty sockets drops, and one engine goes away.
    window(ansible, dir="two", step="before", incomplete=True, hosts=hosts, **variables).check()
    smc.scenario.faults.append(Fault("messages", "drop", engine="Branch 110", definition="ROUTING", times=0))
    smc.world.set_node("Branch 120", 1, online=False)
    smc.world.change_route("Branch 130", "10.200.0.0/16", remove=True)
    run = window(ansible, dir="two", step="after", hosts=hosts, **variables)
    assert run.returncode == 2
    report = report_of(tmp_path / "two")
    found = {(area["target"], area["definition"]): area for area in report["differences"] if area["status"] != "PASS"}
    assert {key: area["status"] for key, area in found.items()} == {
        ("Depot FW", "ROUTING"): "ERROR",
        ("Depot FW", "VPN_SA"): "ERROR",
        ("Branch 110", "ROUTING"): "ERROR",
        ("Branch 120", "ROUTING"): "ERROR",
        ("Branch 120", "VPN_SA"): "ERROR",
        ("Branch 130", "ROUTING"): "FAIL",
    }
    assert "earlier snapshot" in found["Depot FW", "ROUTING"]["reason"]
    assert "broke off" in found["Branch 110", "ROUTING"]["reason"]
    assert "no node of it is online" in found["Branch 120", "VPN_SA"]["reason"]
    assert report["totals"]["areas"] == 80
    junit = etree.parse(tmp_path / "two" / "change_window.xml")
    JUNIT.assertValid(junit)
    assert (int(junit.xpath("count(//error)")), int(junit.xpath("count(//failure)"))) == (5, 1)
