# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The examples of pipelines: their commands are run as they stand, against the simulator."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from lxml import etree

from simulator import Scenario, Simulator
from tests.integration.conftest import Ansible, Run
from tests.integration.test_change_window import changing
from tests.integration.test_health_check import JUNIT

Factory = Callable[..., Simulator]

EXAMPLES = Path(__file__).resolve().parents[2] / "docs" / "examples"


def repository(ansible: Ansible, smc: Simulator) -> None:
    """What the examples say that the repository holds."""
    ansible.use(smc)
    folder = ansible.folder
    inventory = {"plugin": "ngfw.smc.engines", "name_filter": "Plano FW"}
    (folder / "engines.smc_engines.yml").write_text(yaml.safe_dump(inventory), "utf-8")
    waits = {
        "change_window_settle": 0,
        "health_check_checks": [],
        "health_check_adjust": {"critical_alerts": {"enabled": False}},
    }
    (folder / "checks.yml").write_text(yaml.safe_dump(waits), "utf-8")
    command = changing(smc, "drop_vpn_tunnel", engine="Plano FW", peer="HQ")
    (folder / "change.sh").write_text(
        f"#!{command[0]}\n{command[2]}\n".replace("#!python3", "#!/usr/bin/env python3"), "utf-8"
    )
    (folder / "change.sh").chmod(0o755)


def bash(ansible: Ansible, script: str) -> Run:
    return ansible.run(
        "bash", "-e", "-c", script, environment={"GITHUB_STEP_SUMMARY": str(ansible.folder / "summary.md")}
    )


def test_gitlab(ansible: Ansible, simulator: Factory) -> None:
    repository(ansible, simulator(Scenario(end_signals=["event4"])))
    pipeline: dict[str, Any] = yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text("utf-8"))
    jobs = {name: job for name, job in pipeline.items() if isinstance(job, dict) and "script" in job}
    assert [job["stage"] for job in jobs.values()] == ["before", "change", "after", "after"]
    assert all(job["stage"] in pipeline["stages"] and job["extends"] in pipeline for job in jobs.values())
    codes = {name: bash(ansible, "\n".join(job["script"])) for name, job in jobs.items()}
    assert {name: run.returncode for name, run in codes.items()} == {
        "snapshot": 0,
        "change": 0,
        "compare": 2,
        "health check": 0,
    }, codes
    for job in jobs.values():
        for path in job.get("artifacts", {}).get("paths", []):
            assert (ansible.folder / path).exists()
        if "reports" in job.get("artifacts", {}):
            JUNIT.assertValid(etree.parse(ansible.folder / job["artifacts"]["reports"]["junit"]))
            assert job["artifacts"]["when"] == "always"


def test_gitlab_after_a_change_that_failed(ansible: Ansible, simulator: Factory) -> None:
    repository(ansible, simulator(Scenario(end_signals=["event4"])))
    (ansible.folder / "change.sh").write_text("#!/bin/sh\nexit 1\n", "utf-8")
    pipeline: dict[str, Any] = yaml.safe_load((EXAMPLES / "gitlab-ci.yml").read_text("utf-8"))
    codes = [
        bash(ansible, "\n".join(pipeline[name]["script"])).returncode for name in ("snapshot", "change", "compare")
    ]
    assert codes == [0, 1, 2]
    report = json.loads((ansible.folder / "window" / "change_window.json").read_text("utf-8"))
    # Nothing differs, but a change that was not made is no success.
    assert report["status"] == "FAIL" and report["totals"]["failing_areas"] == 0
    assert report["results"][0]["reason"] == "The job of the change failed."


def test_github(ansible: Ansible, simulator: Factory) -> None:
    repository(ansible, simulator(Scenario(end_signals=["event4"])))
    workflow: dict[str, Any] = yaml.safe_load((EXAMPLES / "github-workflow.yml").read_text("utf-8"))
    (job,) = workflow["jobs"].values()
    steps = {step["name"]: step for step in job["steps"] if "run" in step and step["name"] != "Install"}
    runs = {}
    for name, step in steps.items():
        script = step["run"].replace("ansible-playbook", "ansible-playbook -e change_window_settle=0")
        runs[name] = bash(ansible, script)
    assert [run.returncode for run in runs.values()] == [2, 0, 0], runs
    # The comparison fails the job; what comes after it runs all the same.
    assert all(step.get("if") == "always()" for step in job["steps"][3:])
    uploads = job["steps"][-1]["with"]["path"].split()
    every = [path for upload in uploads for path in ansible.folder.glob(upload) if path.is_file()]
    assert not [path for path in every if path.name == "manifest.json" or ".jsonl" in path.name]
    kept = {path.name for path in every if path.suffix in (".xml", ".html")}
    assert kept == {"health_check.xml", "health_check.html", "change_window.xml", "change_window.html"}
    summary = (ansible.folder / "summary.md").read_text("utf-8")
    assert "Change window: FAIL" in summary and "Health check: PASS" in summary
    assert (
        json.loads((ansible.folder / "reports" / "window" / "change_window.json").read_text("utf-8"))["status"]
        == "FAIL"
    )
