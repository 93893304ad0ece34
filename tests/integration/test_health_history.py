# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The history of health checks as a play sees it: in each report, and as an answer to a question."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from simulator import Simulator
from tests.integration.conftest import Ansible
from tests.integration.test_health_check import SCHEMA
from tests.reports import result


def write(ansible: Ansible, day: int, *results: dict[str, Any], **options: Any) -> dict[str, Any]:
    """A report of this day's run."""
    at = f"2026-11-{day:02}T01:00:00+00:00"
    dated = [{**one, "measured_at": at, "run_id": f"run {day}"} for one in results]
    task = {"results": dated, "dest": "reports", "history": "history.db", "run_id": f"run {day}", **options}
    # Whatever year it is when this runs, nothing is too old.
    task["history_days"] = 100_000
    return ansible.tasks({"name": "Report", "ngfw.smc.health_report": task}).check().result("Report")


def ask(ansible: Ansible, **options: Any) -> dict[str, Any]:
    task = {"name": "Ask", "ngfw.smc.health_history": {"history": "history.db", **options}}
    return ansible.tasks(task, arguments=["-v"]).result("Ask")


@pytest.mark.smoke
def test_every_report_says_since_when(ansible: Ansible) -> None:
    tunnels, routes = result("tunnels", "HQ", "FAIL"), result("routes", "HQ", "FAIL")
    write(ansible, 1, result("tunnels", "HQ", "PASS"), routes)
    write(ansible, 2, tunnels, routes)
    written = write(ansible, 3, tunnels, result("routes", "HQ", "PASS"), result("users", "HQ", "FAIL"))
    texts = {name: Path(path).read_text("utf-8") for name, path in written["files"].items()}
    for name, text in texts.items():
        for said in ("since 2026-11-02", "2 runs"):
            assert said in text, name
        assert "new" in text, name
    built = json.loads(texts["json"])
    jsonschema.validate(built, SCHEMA)
    assert [one["name"] for one in built["history"]["fixed"]] == ["routes"]
    assert [run["FAIL"] for run in built["history"]["trend"]] == [1, 2, 2]
    assert "Fixed since the last run: 1" in texts["markdown"] and "▅" in texts["markdown"]
    assert '<svg class="trend"' in texts["html"] and "fixed since the last run" in texts["html"]

    found = ask(ansible, engine="HQ", check="tunnels", start="2026-11-02", end="2026-11-02")
    assert [(one["status"], one["since"][:10], one["runs"]) for one in found["changes"]] == [("FAIL", "2026-11-02", 2)]
    assert found["truncated"] is False and len(found["runs"]) == 3
    assert ask(ansible, limit=1)["truncated"] is True
    assert "must be a day" in ask(ansible, start="last week")["msg"]


def test_engines_of_one_name_of_two_smcs_stay_apart(ansible: Ansible) -> None:
    """Also an engine of each that was not checked, and in the history."""

    def day(number: int, dallas: str, paris: str, **options: Any) -> dict[str, Any]:
        named = (("https://smc.dallas.example:8082", dallas), ("https://smc.paris.example:8082", paris))
        return write(ansible, number, *(result("tunnels", "HQ", status, smc=smc) for smc, status in named), **options)

    day(1, "PASS", "FAIL")
    lost = [
        {"engine": "Oslo", "smc": "https://smc.paris.example:8082"},
        {"engine": "Oslo", "smc": "smc.dallas.example"},
    ]
    written = day(2, "FAIL", "FAIL", unchecked=lost, smcs=[{"url": "https://smc.paris.example:8082", "domain": "Shop"}])
    assert [(row["name"], row["domain"], row["failing"]) for row in written["smcs"]] == [
        ("smc.dallas.example", "", 2),
        ("smc.paris.example", "Shop", 2),
    ]
    assert sorted((row["engine"], row["smc"]) for row in written["failing_engines"]) == [
        (engine, f"smc.{city}.example") for engine in ("HQ", "Oslo") for city in ("dallas", "paris")
    ]
    assert sum("HQ on smc.paris.example: tunnels" in line for line in written["failing"]) == 1
    built = json.loads(Path(written["files"]["json"]).read_text("utf-8"))
    jsonschema.validate(built, SCHEMA)
    says = {(one["smc"], one["name"]): one["history"]["says"] for one in built["results"]}
    assert says["smc.dallas.example", "tunnels"] == "new"
    assert says["smc.paris.example", "tunnels"] == "since 2026-11-01 (2 runs)"
    found = ask(ansible, engine="HQ", start="2026-11-02")
    assert [(one["smc"], one["runs"]) for one in found["changes"]] == [
        ("smc.dallas.example", 1),
        ("smc.paris.example", 2),
    ]
    wrong = {"name": "Wrong", "ngfw.smc.health_report": {"unchecked": [{"name": "Oslo"}]}}
    assert "Write the name of an engine" in ansible.tasks(wrong).result("Wrong")["msg"]
    wrong["ngfw.smc.health_report"] = {"hosts": {"oslo": None}}
    assert "`hosts` has 'None' for 'oslo'. Write a dictionary" in ansible.tasks(wrong).result("Wrong")["msg"]


def test_a_history_that_cannot_be_used_costs_no_report(ansible: Ansible) -> None:
    written = write(ansible, 1, result("a", "HQ", "PASS"), history="no/folder/history.db")
    assert "no/folder/history.db" in written["warnings"][0]
    page = Path(written["files"]["html"]).read_text("utf-8")
    assert "There is no history in this report." in page
    assert "There is no history" in ask(ansible)["msg"]


def test_merged_slices_are_one_run_and_count_once(ansible: Ansible) -> None:
    for name, engine in (("a", "HQ"), ("b", "Oslo")):
        write(ansible, 1, result("tunnels", engine, "FAIL"), name=name)
    merge = {"merge": ["reports/a.json", "reports/b.json"], "dest": "merged", "history": "history.db"}
    ansible.tasks({"name": "Merge", "ngfw.smc.health_report": merge}).check()
    (run,) = ask(ansible)["runs"]
    assert run["totals"] == {"FAIL": 2}
    built = json.loads((ansible.folder / "merged" / "health_check.json").read_text("utf-8"))
    assert {one["history"]["says"] for one in built["results"]} == {"new"}


def test_the_role_keeps_a_history_and_prints_where_its_reports_are(
    ansible: Ansible, simulator: Callable[..., Simulator]
) -> None:
    smc = simulator()
    ansible.use(smc)
    variables = {
        "health_check_library": {"tunnels": {"name": "tunnels", "definition": "VPN_SA", "count": {"max": 0}}},
        "health_check_history": "shared.db",
        "health_check_formats": ["html", "json", "openmetrics"],
    }
    for _run in range(2):
        ended = ansible.playbook("ngfw.smc.health_check", inventory="Plano FW,", variables=variables)
        assert ended.returncode == 2
    assert str(ansible.folder / "reports" / "health_check.html") in ended.output
    built = json.loads((ansible.folder / "reports" / "health_check.json").read_text("utf-8"))
    jsonschema.validate(built, SCHEMA)
    (verdict,) = built["results"]
    assert verdict["elapsed"] > 0 and verdict["history"]["runs"] == 2
    (ansible.folder / "link.db").symlink_to("shared.db")
    linked = ansible.playbook(
        "ngfw.smc.health_check", inventory="Plano FW,", variables={**variables, "health_check_history": "link.db"}
    )
    assert "link.db is not a file of its own, but a link" in " ".join(linked.output.split())
    metrics = (ansible.folder / "reports" / "health_check.prom").read_text("utf-8")
    assert 'check="tunnels",engine="Plano FW"' in metrics
