# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Playbooks that --limit or --tags leave nothing to do: none of them may succeed, for nothing was done."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from simulator import Scenario, Simulator
from tests.integration.conftest import Ansible

Factory = Callable[..., Simulator]
HOSTS = "Plano FW,HQ cluster,"
PLAYBOOKS: dict[str, dict[str, Any]] = {
    "health_check": {"health_check_hosts": "Plano*"},
    "change_window": {"change_window_hosts": "Plano*", "change_window_step": "before"},
    "snapshot": {"snapshot_hosts": "Plano*", "snapshot_dest": "snapshot"},
    "block_list": {"block_list_hosts": "Plano*", "block_list_file": "blocked.csv"},
    "merge_reports": {"merge_reports_dir": "reports"},
}


@pytest.mark.parametrize("name", sorted(PLAYBOOKS))
def test_a_limit_that_leaves_no_host_fails(ansible: Ansible, name: str) -> None:
    run = ansible.playbook(f"ngfw.smc.{name}", "--limit", "HQ*", inventory=HOSTS, variables=PLAYBOOKS[name])
    assert run.returncode != 0, run.output
    assert "--limit HQ* leaves" in run.output and "Traceback" not in run.output


def test_tags_of_ansible_do_not_leave_out_the_work(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    ansible.use(smc)
    options = ("--tags", "vpn", "--limit", "Plano*")
    ansible.playbook("ngfw.smc.snapshot", *options, inventory=HOSTS, variables=PLAYBOOKS["snapshot"]).check()
    assert (ansible.folder / "snapshot" / "manifest.json").is_file()
    adjust = {"critical_alerts": {"enabled": False}}
    variables = {**PLAYBOOKS["health_check"], "health_check_adjust": adjust}
    ansible.playbook("ngfw.smc.health_check", *options, inventory=HOSTS, variables=variables).check()
    assert (ansible.folder / "reports" / "health_check.json").is_file()
    # Each of these says what is wrong, and none of them does nothing.
    for name, words in (("merge_reports", "There is no report"), ("block_list", "blocked.csv")):
        run = ansible.playbook(
            f"ngfw.smc.{name}",
            "--tags",
            "vpn",
            inventory=HOSTS,
            variables={**PLAYBOOKS[name], "merge_reports_dir": "nothing"},
        )
        assert run.returncode == 2 and words in run.output, run.output
