# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The execution and the decision environment, run as users and AWX run them. `make images` builds them, and runs this."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from simulator import Scenario, Simulator
from simulator.fixtures import simulator
from tests.integration.conftest import ansible
from tests.integration.test_awx import check_sliced_job, read_report

__all__ = ["ansible", "simulator"]

Factory = Callable[..., Simulator]

EXECUTION = "localhost/ngfw-smc-ee:latest"
DECISION = "localhost/ngfw-smc-de:latest"
RUN = ("podman", "run", "--rm", "--interactive", "--network=host")
# How long to wait for a container's work, in seconds. Nothing waits longer than it must.
PATIENCE = 240.0


def environment_for(smc: Simulator) -> dict[str, str]:
    """A user's: without the settings of Ansible that `make` exports, which name folders that no container has."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("ANSIBLE_")}
    return {**own, "SMC_ADDRESS": smc.url, "SMC_API_KEY": smc.api_key}


def mounted(folder: Path) -> tuple[str, ...]:
    """A folder under its own name in the container, whose user belongs to group 0 as on OpenShift."""
    folder.mkdir(exist_ok=True)
    folder.chmod(0o770)
    return ("--volume", f"{folder}:{folder}")


def test_navigator_runs_a_health_check(simulator: Factory, tmp_path: Path) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    smc.world.change_route("Branch 7", "0.0.0.0/0", remove=True)
    (tmp_path / "all.smc_engines.yml").write_text("plugin: ngfw.smc.engines\nname_filter: Branch*\n", "utf-8")
    (tmp_path / "checks.yml").write_text(
        yaml.safe_dump({"health_check_adjust": {"critical_alerts": {"enabled": False}}}), "utf-8"
    )
    tmp_path.chmod(0o770)
    # The example in docs/environments.md, with an address that the container reaches on this machine.
    command = (
        *("ansible-navigator", "run", "ngfw.smc.health_check", "-i", "all.smc_engines.yml", "-e", "@checks.yml"),
        *(
            "-e",
            "health_check_report_dir=reports",
            "--execution-environment-image",
            EXECUTION,
            "--pull-policy",
            "never",
        ),
        *("--penv", "SMC_ADDRESS", "--penv", "SMC_API_KEY", "--mode", "stdout", "--playbook-artifact-enable", "false"),
        *("--execution-environment", "true", "--container-engine", "podman", "--container-options=--network=host"),
    )
    environment = environment_for(smc)
    run = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert run.returncode != 0, run.stdout
    assert "FAIL (critical) Branch 7: There is a default route" in run.stdout, run.stdout + run.stderr
    report = read_report(tmp_path / "reports" / "health_check.json")
    assert {engine["name"]: engine["status"] for engine in report["engines"]} == {
        "Branch 7": "FAIL",
        "Branch 8": "PASS",
    }
    assert smc.open_sessions == 0


def test_awx_job_path_in_two_slices(simulator: Factory, tmp_path: Path) -> None:
    smc = simulator(Scenario(end_signals=["event4"]), tls="good", engines=30)
    shared = mounted(tmp_path / "shared")
    tmp_path.chmod(0o770)
    # AWX writes the certificate of the credential below a folder that it mounts.
    certificates = ("--volume", f"{tmp_path}:{tmp_path}")
    worker = (*RUN, *shared, *certificates, EXECUTION, "ansible-runner", "worker", "--private-data-dir", "/runner")
    check_sliced_job(smc, tmp_path, worker)
    assert smc.open_sessions == 0


def until(seen: Callable[[], bool], process: subprocess.Popen[Any]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not seen() and time.monotonic() < deadline and process.poll() is None:
        time.sleep(0.2)


def test_a_rulebook_blocks_what_alerts_name(simulator: Factory, tmp_path: Path) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    here = {"ansible_connection": "local", "ansible_python_interpreter": "/usr/local/bin/python3"}
    (tmp_path / "inventory.yml").write_text(yaml.safe_dump({"all": {"hosts": {"localhost": here}}}), "utf-8")
    (tmp_path / "vars.yml").write_text("block_on: Plano FW\n", "utf-8")
    command = (
        *(
            *RUN,
            *mounted(tmp_path),
            "--env",
            "SMC_ADDRESS",
            "--env",
            "SMC_API_KEY",
            "--name",
            f"ngfw-smc-{os.getpid()}",
            DECISION,
        ),
        *("ansible-rulebook", "--rulebook", "ngfw.smc.block_critical_alerts"),
        *("--inventory", f"{tmp_path}/inventory.yml", "--vars", f"{tmp_path}/vars.yml"),
    )
    environment = environment_for(smc)
    table = smc.world.block_list(smc.world.engine("Plano FW"))
    before = len(table.entries)
    with (tmp_path / "output").open("w+", encoding="utf-8") as output:
        process = subprocess.Popen(
            command, env=environment, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            # What is there while the source reads the table for the first time is no news.
            until(lambda: "connected: The table has" in (tmp_path / "output").read_text("utf-8"), process)
            smc.world.add_alert(severity="Critical")
            until(lambda: len(table.entries) > before, process)
            assert len(table.entries) > before, (tmp_path / "output").read_text("utf-8")
        finally:
            subprocess.run(
                ("podman", "stop", "--time", "20", f"ngfw-smc-{os.getpid()}"), check=True, stdout=subprocess.DEVNULL
            )
            process.wait(PATIENCE)
    assert smc.open_sessions == 0, (tmp_path / "output").read_text("utf-8")


def test_both_images_have_the_collection_and_its_documentation() -> None:
    for image in (EXECUTION, DECISION):
        command = (*RUN, image, "ansible-doc", "--json", "ngfw.smc.session_facts")
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=True)
        assert "ngfw.smc.session_facts" in json.loads(done.stdout)
