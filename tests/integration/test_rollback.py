# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A change that is taken back, and the third snapshot that shows whether everything is as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator import Scenario, Simulator
from tests.integration.conftest import Ansible, Run
from tests.integration.test_change_window import WAITS, changing

Factory = Callable[..., Simulator]
RETURNED = "The change was taken back, and everything is as it was before."
NOT_RETURNED = "The change was taken back, but not everything is as it was before:"


def window(ansible: Ansible, folder: Path, **variables: Any) -> Run:
    return ansible.playbook(
        "ngfw.smc.change_window",
        inventory="localhost,",
        variables={
            **WAITS,
            "change_window_targets": ["Plano FW", "HQ cluster"],
            "change_window_definitions": ["ROUTING", "VPN_SA"],
            "change_window_dir": str(folder),
            **variables,
        },
    )


def results(folder: Path, name: str) -> list[dict[str, Any]]:
    return list(json.loads((folder / f"{name}.json").read_text("utf-8"))["results"])


def told(run: Run, name: str) -> str:
    """The status that the workflow gets."""
    stats = [line["result"].get("ansible_stats") for line in run.tasks]
    return str(next(one["data"][name]["status"] for one in stats if one and name in one["data"]))


def patching(smc: Simulator, scenario: dict[str, Any]) -> list[str]:
    """A command that changes how the SMC behaves."""
    code = (
        f"import urllib.request as u; u.urlopen(u.Request('{smc.url}/simulator/scenario', {json.dumps(scenario)!r}.encode(), "
        "{'Content-Type': 'application/json'}, method='PATCH'))"
    )
    return ["python3", "-c", code]


def status(folder: Path, name: str) -> str:
    return str(json.loads((folder / f"{name}.json").read_text("utf-8"))["status"])


@pytest.fixture
def smc(ansible: Ansible, simulator: Factory) -> Simulator:
    smc = simulator(Scenario(end_signals=["event4"]))
    ansible.use(smc)
    return smc


def drop(smc: Simulator) -> list[str]:
    return changing(smc, "drop_vpn_tunnel", engine="Plano FW", peer="HQ")


def restore(smc: Simulator) -> list[str]:
    return changing(smc, "restore_vpn_tunnel", engine="Plano FW", peer="HQ")


def test_a_change_that_broke_something_is_taken_back(ansible: Ansible, smc: Simulator, tmp_path: Path) -> None:
    folder = tmp_path / "CHG1"
    run = window(ansible, folder, change_window_command=drop(smc), change_window_rollback_command=restore(smc))
    # The change did not work, so the window fails although nothing is broken any more.
    assert run.returncode == 2, run.output
    assert RETURNED in run.output
    assert status(folder, "change_window") == "FAIL"
    assert status(folder, "change_window_rolled_back") == "PASS"
    assert (folder / "rolled_back" / "manifest.json").is_file()


def test_a_rollback_that_does_not_bring_everything_back_says_what_is_left(
    ansible: Ansible, smc: Simulator, tmp_path: Path
) -> None:
    tasks = [{"name": "Change another thing", "ansible.builtin.command": {"argv": ["false"]}, "run_once": True}]
    (tmp_path / "back.yml").write_text(yaml.safe_dump(tasks), "utf-8")
    folder = tmp_path / "CHG2"
    rollback = str(tmp_path / "back.yml")
    run = window(ansible, folder, change_window_command=drop(smc), change_window_rollback_tasks=rollback)
    assert run.returncode == 2, run.output
    assert NOT_RETURNED in run.output
    # The words are those of ansible-core, and of its version.
    assert re.search(
        r"taking the change back failed: .*'Change another thing' failed: .*non-zero return code", run.output
    )
    assert RETURNED not in run.output
    assert status(folder, "change_window_rolled_back") == "FAIL"


def test_a_rollback_that_fails_is_no_success_though_everything_is_as_before(
    ansible: Ansible, smc: Simulator, tmp_path: Path
) -> None:
    folder = tmp_path / "CHG6"
    run = window(ansible, folder, change_window_command="false", change_window_rollback_command="/nonexistent2")
    assert run.returncode == 2, run.output
    assert NOT_RETURNED in run.output and RETURNED not in run.output
    assert [(one["name"], one["status"]) for one in results(folder, "change_window_rolled_back")] == [
        ("The change was taken back", "FAIL")
    ]
    assert "nonexistent2" in results(folder, "change_window_rolled_back")[0]["reason"]
    for ending in ("html", "xml", "md"):
        assert "nonexistent2" in (folder / f"change_window_rolled_back.{ending}").read_text("utf-8")
    assert told(run, "change_window_rolled_back") == "FAIL"


def test_a_file_of_the_rollback_that_is_missing_is_found_before_the_change(
    ansible: Ansible, smc: Simulator, tmp_path: Path
) -> None:
    run = window(
        ansible,
        tmp_path / "CHG7",
        change_window_command=["touch", "made"],
        change_window_rollback_tasks="/nosuch.yml",
    )
    assert run.returncode == 2 and "The file /nosuch.yml does not exist" in run.output
    assert not (ansible.folder / "made").exists()


def test_a_job_of_the_rollback_that_failed_is_in_the_report_after_it(
    ansible: Ansible, smc: Simulator, tmp_path: Path
) -> None:
    folder = tmp_path / "CHG8"
    window(ansible, folder, change_window_step="before").check()
    said = {"change_window_rollback_broken": "The job that takes the change back failed."}
    run = window(ansible, folder, change_window_step="rolled_back", **said)
    assert run.returncode == 2 and RETURNED not in run.output
    assert results(folder, "change_window_rolled_back")[0]["reason"] == said["change_window_rollback_broken"]


def cut_off(smc: Simulator, login_status: int) -> list[str]:
    return patching(smc, {"login_status": login_status})


def test_a_change_that_cuts_off_the_smc_is_reported_and_taken_back(
    ansible: Ansible, smc: Simulator, tmp_path: Path
) -> None:
    folder = tmp_path / "CHG9"
    back = {"change_window_rollback_command": cut_off(smc, 200)}
    run = window(ansible, folder, change_window_command=cut_off(smc, 503), **back)
    assert run.returncode == 2, run.output
    (only,) = results(folder, "change_window")
    assert (only["name"], only["status"]) == ("The engines were read after the change", "FAIL") and "503" in only[
        "reason"
    ]
    assert told(run, "change_window") == "FAIL"
    assert status(folder, "change_window_rolled_back") == "PASS" and RETURNED in run.output


@pytest.mark.parametrize("meta", ["end_play", "end_host"])
def test_tasks_that_end_the_play_do_not_end_in_a_success(
    ansible: Ansible, smc: Simulator, tmp_path: Path, meta: str
) -> None:
    (tmp_path / "ending.yml").write_text(yaml.safe_dump([{"name": "End", "ansible.builtin.meta": meta}]), "utf-8")
    folder = tmp_path / "CHG10"
    (folder / "after").mkdir(parents=True)
    for name in ("change_window.json", "after/manifest.json"):
        (folder / name).write_text('{"status": "PASS"}', "utf-8")
    run = window(ansible, folder, change_window_tasks=str(tmp_path / "ending.yml"))
    assert run.returncode == 2, run.output
    assert "have ended the play" in run.output
    # The report of an earlier attempt is not left beside it.
    assert [path.name for path in folder.iterdir()] == ["before"]


def test_a_change_that_failed_is_taken_back_too(ansible: Ansible, smc: Simulator, tmp_path: Path) -> None:
    folder = tmp_path / "CHG3"
    run = window(ansible, folder, change_window_command="false", change_window_rollback_command=["touch", "back"])
    assert run.returncode == 2, run.output
    assert (ansible.folder / "back").exists()
    assert "non-zero return code" in run.output and RETURNED in run.output


def test_a_change_that_worked_is_not_taken_back(ansible: Ansible, smc: Simulator, tmp_path: Path) -> None:
    folder = tmp_path / "CHG4"
    window(ansible, folder, change_window_command="true", change_window_rollback_command=["touch", "back"]).check()
    assert not (ansible.folder / "back").exists()
    assert not (folder / "rolled_back").exists()


def test_the_three_steps_of_a_workflow(ansible: Ansible, smc: Simulator, tmp_path: Path) -> None:
    folder = tmp_path / "CHG5"
    window(ansible, folder, change_window_step="before").check()
    smc.world.drop_vpn_tunnel("Plano FW", "HQ")
    assert window(ansible, folder, change_window_step="after").returncode == 2
    smc.world.restore_vpn_tunnel("Plano FW", "HQ")
    returned = window(ansible, folder, change_window_step="rolled_back")
    # A workflow in which a change was taken back has not succeeded.
    assert returned.returncode == 2, returned.output
    assert RETURNED in returned.output
    # What the change did is still there to read.
    assert status(folder, "change_window") == "FAIL"
    assert status(folder, "change_window_rolled_back") == "PASS"
