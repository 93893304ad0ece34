# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The molecule scenario that shows how to test checks of one's own: its playbooks, run in the order in which molecule runs them."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import yaml

from tests.integration.conftest import Ansible

SCENARIO = Path(__file__).resolve().parents[2] / "extensions" / "molecule" / "own_checks"


def test_the_scenario_runs(ansible: Ansible, tmp_path: Path) -> None:
    settings = yaml.safe_load((SCENARIO / "molecule.yml").read_text("utf-8"))
    hosts = settings["provisioner"]["inventory"]["host_vars"]
    assert set(hosts) == {platform["name"] for platform in settings["platforms"]}
    (tmp_path / "inventory.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}), "utf-8")
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    ansible.environment.update(
        settings["provisioner"]["env"],
        SMC_ADDRESS=f"http://127.0.0.1:{port}",
        MOLECULE_EPHEMERAL_DIRECTORY=str(tmp_path),
    )
    sequence = settings["scenario"]["test_sequence"]
    assert sequence[-1] == "destroy"
    try:
        for step in sequence:
            ansible.playbook(SCENARIO / f"{step}.yml", inventory=str(tmp_path / "inventory.yml")).check()
    finally:
        ansible.playbook(SCENARIO / "destroy.yml", inventory=str(tmp_path / "inventory.yml")).check()
    assert not (tmp_path / "ready.json").exists()
    report = json.loads((tmp_path / "reports" / "health_check.json").read_text("utf-8"))
    assert [result["name"] for result in report["results"] if result["status"] == "FAIL"] == ["The tunnel to HQ is up"]
