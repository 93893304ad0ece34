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
    assert re.search(r"taking the change back failed: .*non-zero return code", run.output)
    assert RETURNED not in run.output
    assert status(folder, "change_window_rolled_back") == "FAIL"


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
