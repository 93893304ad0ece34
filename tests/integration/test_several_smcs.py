# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The playbooks over the engines of two SMCs, which have an engine of the same name and a key each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml

from simulator import Scenario, Simulator
from tests.integration.conftest import Ansible, Run
from tests.integration.test_connection_settings import vaulted
from tests.integration.test_health_check import SCHEMA
from tests.integration.test_snapshot import read

Factory = Callable[..., Simulator]
NAME = "127.0.0.1_{}_Shared_Domain"
WAITS = {"first_entry_timeout": 3, "quiet_period": 0.5}


class TwoSMCs:
    """Dallas and Paris. Both have a Plano FW; Dallas also has an HQ cluster. The key of Paris is vaulted."""

    def __init__(self, ansible: Ansible, simulator: Factory) -> None:
        self.ansible = ansible
        self.dallas, self.paris = (simulator(Scenario(end_signals=["event4"])) for _city in range(2))
        hosts = {
            "dallas": {"dallas_plano": "Plano FW", "dallas_hq": "HQ cluster"},
            "paris": {"paris_plano": "Plano FW"},
        }
        groups: dict[str, Any] = {}
        for city, smc in (("dallas", self.dallas), ("paris", self.paris)):
            targets = {host: {"smc_target": engine} for host, engine in hosts[city].items()}
            groups[city] = {"hosts": targets, "vars": {"smc_url": smc.url}}
        (ansible.folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"children": groups}}), "utf-8")
        (ansible.folder / "group_vars").mkdir()
        self.key("dallas", f"smc_api_key: '{self.dallas.api_key}'\n")
        self.key("paris", vaulted(ansible, "smc_api_key", self.paris.api_key))

    def key(self, city: str, line: str) -> None:
        (self.ansible.folder / "group_vars" / f"{city}.yml").write_text(line, "utf-8")

    def folders(self, dest: Path) -> tuple[Path, Path]:
        dallas, paris = (dest / NAME.format(smc.url.rpartition(":")[2]) for smc in (self.dallas, self.paris))
        return dallas, paris

    def play(self, name: str, *arguments: str, **variables: Any) -> Run:
        options = ("--vault-password-file", "vault", *arguments)
        return self.ansible.playbook(f"ngfw.smc.{name}", *options, inventory="hosts.yml", variables=variables)

    def closed(self) -> bool:
        return (self.dallas.open_sessions, self.paris.open_sessions) == (0, 0)


@pytest.fixture
def two(ansible: Ansible, simulator: Factory) -> TwoSMCs:
    return TwoSMCs(ansible, simulator)


def test_one_snapshot_folder_holds_engines_of_one_name_apart(two: TwoSMCs, tmp_path: Path) -> None:
    waits = {f"snapshot_{key}": value for key, value in WAITS.items()}
    variables = {"snapshot_dest": str(tmp_path / "monday"), "snapshot_definitions": ["ROUTING"], **waits}
    two.paris.world.change_route("Plano FW", "10.200.0.0/16", "10.0.1.253")
    run = two.play("snapshot", **variables).check()
    dallas, paris = two.folders(tmp_path / "monday")
    assert {path.name for path in (tmp_path / "monday").iterdir()} == {dallas.name, paris.name}
    assert set(read(dallas)) == {("Plano FW", "ROUTING"), ("HQ cluster", "ROUTING")}
    assert set(read(paris)) == {("Plano FW", "ROUTING")}
    assert read(dallas)["Plano FW", "ROUTING"] != read(paris)["Plano FW", "ROUTING"]
    # One login for each SMC, and neither key in the output.
    assert [smc.statistics.logins for smc in (two.dallas, two.paris)] == [1, 1]
    assert two.paris.api_key not in run.output
    # As a baseline, the folder gives each engine the tables of its own SMC.
    two.paris.world.change_route("Plano FW", "10.200.0.0/16", "10.0.1.252")
    checks = [{"name": "as before", "definition": "ROUTING", "baseline": {}}]
    only = {
        "health_check_library": {},
        "health_check_checks": checks,
        "health_check_baseline": str(tmp_path / "monday"),
    }
    two.play("health_check", **only, **{f"health_check_{key}": value for key, value in WAITS.items()})
    report = json.loads((two.ansible.folder / "reports" / "health_check.json").read_text("utf-8"))
    smcs = {smc.url.removeprefix("http://"): smc for smc in (two.dallas, two.paris)}
    assert {(smcs[row["smc"]], row["engine"]): row["status"] for row in report["results"]} == {
        (two.dallas, "Plano FW"): "PASS",
        (two.dallas, "HQ cluster"): "PASS",
        (two.paris, "Plano FW"): "FAIL",
    }
    # The key of one SMC is wrong: the snapshot of the other is taken all the same. Nothing of the other is replaced.
    two.key("paris", "smc_api_key: wrong\n")
    run = two.play("snapshot", **{**variables, "snapshot_dest": str(tmp_path / "tuesday")})
    assert run.returncode != 0 and "refused the login" in run.output
    assert [path.name for path in (tmp_path / "tuesday").iterdir()] == [dallas.name]
    # A folder of one SMC is not replaced by a snapshot of the other, and several do not go into one that is a snapshot.
    folder = {**variables, "snapshot_dest": str(dallas), "snapshot_replace": True}
    for limit, said in (
        ("paris", "which is not replaced, because it is a snapshot of"),
        ("all", "is a snapshot itself"),
    ):
        run = two.play("snapshot", "--limit", limit, **folder)
        assert run.returncode != 0 and said in " ".join(run.output.split())
    assert set(read(dallas)) == {("Plano FW", "ROUTING"), ("HQ cluster", "ROUTING")}
    run = two.play("snapshot", **variables, snapshot_targets=["Plano FW"], snapshot_hosts="all")
    assert "the names of engines are not enough" in " ".join(run.output.split())
    assert two.closed()


def test_a_change_window_over_two_smcs_has_one_report(two: TwoSMCs, tmp_path: Path) -> None:
    waits = {f"change_window_{key}": value for key, value in WAITS.items()}
    window = {"change_window_dir": str(tmp_path / "window"), "change_window_definitions": ["ROUTING"], **waits}
    window["change_window_settle"] = 0
    # One SMC that cannot be read keeps the change from being made anywhere.
    good = (two.ansible.folder / "group_vars" / "paris.yml").read_text("utf-8")
    two.key("paris", "smc_api_key: wrong\n")
    run = two.play("change_window", **window, change_window_command=f"touch {tmp_path}/changed")
    assert run.returncode != 0 and "The change was not made" in run.output
    assert not (tmp_path / "changed").exists() and not [*(tmp_path / "window" / "before").iterdir()]
    two.key("paris", good)
    two.play("change_window", **window, change_window_step="before").check()
    run = two.play("change_window", **window, change_window_step="before")
    assert "already a snapshot" in " ".join(run.output.split())
    two.paris.world.change_route("Plano FW", "10.200.0.0/16", "10.0.1.253")
    run = two.play("change_window", **window, change_window_step="after")
    assert run.returncode != 0
    report = json.loads((tmp_path / "window" / "change_window.json").read_text("utf-8"))
    jsonschema.validate(report, SCHEMA)
    names = [smc.url.removeprefix("http://") for smc in (two.dallas, two.paris)]
    assert {(row["name"], row["areas"], row["failing_areas"]) for row in report["smcs"]} == {
        (names[0], 2, 0),
        (names[1], 1, 1),
    }
    assert all(row["product_version"] and row["domain"] == "Shared Domain" for row in report["smcs"])
    assert f"FAIL Plano FW on {names[1]}: ROUTING" in " ".join(run.output.split())
    # The change is taken back, which a third snapshot of both SMCs shows.
    two.paris.world.change_route("Plano FW", "10.200.0.0/16", "10.0.1.254")
    run = two.play("change_window", **window, change_window_step="rolled_back")
    assert "The change was taken back, and everything is as it was before." in run.output
    assert two.closed()


def test_block_lists_of_two_smcs_from_one_file(two: TwoSMCs) -> None:
    (two.ansible.folder / "blocked.txt").write_text("203.0.113.77\n203.0.113.78\n", "utf-8")
    variables = {"block_list_hosts": "all", "block_list_file": "blocked.txt", "block_list_state": "present"}
    two.key("paris", "smc_api_key: wrong\n")
    run = two.play("block_list", **variables)
    assert run.returncode != 0
    by_host = {line["host"]: line for line in run.tasks if line["task"] == "Make the block list equal to the file"}
    assert by_host["dallas_plano"]["status"] == by_host["dallas_hq"]["status"] == "ok"
    assert by_host["dallas_plano"]["result"]["changed"] is True
    assert by_host["paris_plano"]["status"] == "failed"
    assert two.closed()


def test_reports_of_two_smcs_are_merged_into_one(two: TwoSMCs) -> None:
    """One job for each SMC, with one folder for all reports."""
    library = {"routes": {"name": "routes", "definition": "ROUTING", "count": {"min": 1}}}
    for city in ("dallas", "paris"):
        waits = {f"health_check_{key}": value for key, value in WAITS.items()}
        two.play(
            "health_check",
            "--limit",
            city,
            health_check_library=library,
            health_check_report_name=f"health_check-{city}",
            **waits,
        ).check()
    run = two.play("merge_reports", merge_reports_dir="reports", merge_reports_count=2).check()
    assert "2 SMCs, 3 engines and 1 check" in run.result("Merge the reports")["summary"]
    report = json.loads((two.ansible.folder / "reports" / "health_check.json").read_text("utf-8"))
    jsonschema.validate(report, SCHEMA)
    assert {(row["engines"], row["status"]) for row in report["smcs"]} == {(2, "PASS"), (1, "PASS")}
