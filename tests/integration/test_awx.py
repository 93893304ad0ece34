# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The job templates for AWX, run by ansible-runner as AWX runs them: in one place, and in two slices over a mesh."""

from __future__ import annotations

import json
import random
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from lxml import etree

from simulator import Scenario, Simulator
from tests.integration.conftest import Ansible
from tests.integration.test_health_check import JUNIT, SCHEMA
from tests.integration.test_inventory_awx import AWX, injected

Factory = Callable[..., Simulator]

ROOT = AWX.parents[1]
TEMPLATES = ["health_check", "change_window"]
# ansible-runner leaves the result out of an event that is larger than this.
LARGEST_EVENT = 700_000


def template(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((AWX / f"job_template_{name}.yml").read_text("utf-8")))


def survey(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((AWX / f"survey_{name}.yml").read_text("utf-8"))["spec"])


def answers(name: str) -> dict[str, Any]:
    """What AWX makes of a survey that is answered with its defaults."""
    return {
        question["variable"]: question["default"].split("\n")
        if question["type"] == "multiselect"
        else question["default"]
        for question in survey(name)
    }


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_asks_for_what_its_playbook_takes(name: str) -> None:
    whole = yaml.safe_load((AWX / f"survey_{name}.yml").read_text("utf-8"))
    assert set(whole) == {"name", "description", "spec"}
    described = (ROOT / "playbooks" / f"{name}.yml").read_text("utf-8")
    if name == "health_check":
        described = (ROOT / "roles" / "health_check" / "meta" / "argument_specs.yml").read_text("utf-8")
    for question in whole["spec"]:
        assert set(question) - {"choices"} == {
            "question_name", "question_description", "variable", "type", "required", "default", "min", "max"
        }  # fmt: skip
        assert question["variable"] in described
        kind, default = question["type"], question["default"]
        assert kind in ("text", "integer", "multiplechoice", "multiselect")
        assert isinstance(default, int if kind == "integer" else str)
        chosen = default.split("\n") if kind == "multiselect" else [default]
        assert ("choices" in question) == kind.startswith("multi")
        assert set(chosen) <= set(question.get("choices", chosen))
    assert (AWX / "project" / template(name)["playbook"]).exists()
    assert template(name)["survey_enabled"] is True


class Job:
    """A job's private data directory, as AWX makes it."""

    def __init__(
        self, folder: Path, number: int, hosts: Iterable[str], variables: dict[str, Any], smc: Simulator
    ) -> None:
        self.folder = folder / f"awx_{number}"
        self.number = number
        shutil.copytree(AWX / "project", self.folder / "project")
        (self.folder / "inventory").mkdir()
        (self.folder / "env").mkdir()
        listing = {
            "all": {"hosts": [name.replace(" ", "_") for name in hosts]},
            "_meta": {"hostvars": {name.replace(" ", "_"): {"smc_target": name} for name in hosts}},
        }
        script = self.folder / "inventory" / "hosts"
        script.write_text(f"#!/usr/bin/env python3\nprint('''{json.dumps(listing)}''')\n", "utf-8")
        script.chmod(0o755)
        meta = {"awx_job_id": number, "tower_job_id": number, "awx_job_launch_type": "workflow"}
        self._write("env/extravars", {**meta, **variables})
        credential = {"smc_address": smc.url, "api_key": smc.api_key}
        environment = injected({**credential, "ca_certificates": Path(smc.ca_path).read_text("utf-8")}, folder)
        self._write("env/envvars", {"JOB_ID": str(number), "ANSIBLE_FORKS": "5", **environment})

    def _write(self, name: str, content: dict[str, Any]) -> None:
        (self.folder / name).write_text(json.dumps(content), "utf-8")

    def options(self, playbook: str) -> list[str]:
        return [str(self.folder), "-p", playbook, "--ident", str(self.number)]

    def run(self, playbook: str) -> int:
        command = ["ansible-runner", "run", *self.options(playbook), "--quiet"]
        return subprocess.run(command, stdin=subprocess.DEVNULL, timeout=240, check=False).returncode

    def transmit(self, playbook: str, worker: Sequence[str] = ()) -> subprocess.Popen[bytes]:
        """The job on its way to a worker (a command, or a process here), and back; only what `process` writes is here."""
        here = [
            "ansible-runner",
            "worker",
            "--private-data-dir",
            f"{self.folder.parent}/worker_{self.number}",
            "--delete",
        ]
        send = subprocess.Popen(["ansible-runner", "transmit", *self.options(playbook)], stdout=subprocess.PIPE)
        work = subprocess.Popen(worker or here, stdin=send.stdout, stdout=subprocess.PIPE)
        self.folder = self.folder.parent / f"processed_{self.number}"
        return subprocess.Popen(
            ["ansible-runner", "process", str(self.folder), "--ident", str(self.number)],
            stdin=work.stdout,
            stdout=subprocess.DEVNULL,
        )

    @property
    def artifacts(self) -> Path:
        return self.folder / "artifacts" / str(self.number)

    def events(self) -> list[dict[str, Any]]:
        files = (self.artifacts / "job_events").glob("*.json")
        return sorted((json.loads(path.read_text("utf-8")) for path in files), key=lambda event: event["counter"])

    def stats(self) -> dict[str, Any]:
        """What the job hands to a workflow."""
        (last,) = [event for event in self.events() if event["event"] == "playbook_on_stats"]
        data: dict[str, Any] = last["event_data"]["artifact_data"]
        return data

    def check_artifacts(self, smc: Simulator) -> None:
        """No event too large for AWX, and no secret anywhere."""
        sessions = random.Random(f"{smc.world.seed}/sessions")
        secrets = [smc.api_key, smc.password, *(f"{sessions.getrandbits(128):032X}" for _login in range(9))]
        # `command` is ansible-runner's own record of the environment that it was given, which AWX masks.
        files = [path for path in self.artifacts.rglob("*") if path.is_file() and path.name != "command"]
        assert len(files) > 10
        for path in files:
            text = path.read_text("utf-8", "replace")
            assert path.parent.name != "job_events" or len(text) < LARGEST_EVENT, path
            assert not [secret for secret in secrets if secret in text], path
        for event in self.events():
            if event["event"] in ("runner_on_ok", "runner_on_failed"):
                assert event["event_data"]["res"], event["event_data"]["task"]


def read_report(path: Path) -> dict[str, Any]:
    report: dict[str, Any] = json.loads(path.read_text("utf-8"))
    jsonschema.validate(report, SCHEMA)
    return report


QUICK = {"health_check_first_entry_timeout": 3, "health_check_quiet_period": 0.5}


def test_the_health_check_as_a_job(ansible: Ansible, simulator: Factory, tmp_path: Path) -> None:
    smc = simulator(Scenario(end_signals=["event4"]), tls="good", connections=6_000)
    smc.world.drop_vpn_tunnel("Plano FW", "HQ")
    variables = {
        **template("health_check")["extra_vars"],
        **answers("health_check"),
        **QUICK,
        "health_check_report_dir": str(tmp_path / "reports"),
        "health_check_adjust": {
            "connections": {"enabled": True},
            "vpn_peers": {"enabled": True, "distinct": {"peer_security_gateway": {"values": ["HQ", "Partner Cisco"]}}},
            "critical_alerts": {"enabled": False},
        },
    }
    job = Job(tmp_path, 17, ["Plano FW", "Branch 7"], variables, smc)
    assert job.run(template("health_check")["playbook"]) == 2
    assert (job.artifacts / "status").read_text("utf-8") == "failed"
    handed = job.stats()["health_check"]
    assert handed["status"] == "FAIL"
    report = read_report(tmp_path / "reports" / "health_check-17.json")
    assert report["totals"] == handed["totals"]
    assert handed["files"]["html"] == str(tmp_path / "reports" / "health_check-17.html")
    failing = {(result["engine"], result["name"]) for result in report["results"] if result["failing"]}
    assert failing == {("Plano FW", "All VPN peers are there")}
    job.check_artifacts(smc)
    assert smc.open_sessions == 0


def test_a_sliced_job_over_the_mesh_makes_one_report(ansible: Ansible, simulator: Factory, tmp_path: Path) -> None:
    smc = simulator(Scenario(end_signals=["event4"]), tls="good", engines=30)
    check_sliced_job(smc, tmp_path)


def check_sliced_job(smc: Simulator, tmp_path: Path, worker: Sequence[str] = ()) -> None:
    """Two slices of a health check on workers, and the job that merges their reports. tmp_path/shared: what all jobs share."""
    smc.world.change_route("Branch 104", "0.0.0.0/0", remove=True)
    reports = tmp_path / "shared"
    names = ["Plano FW", "HQ cluster", *(f"Branch {number}" for number in range(101, 107))]
    variables = {**answers("health_check"), **QUICK, "health_check_report_dir": str(reports)}
    slices = [Job(tmp_path, 21 + number, names[number::2], variables, smc) for number in range(2)]
    running = [job.transmit("health_check.yml", worker) for job in slices]
    for process in running:
        process.wait(timeout=240)
    for job in slices:
        job.check_artifacts(smc)
        assert {"engines", "failing"} <= set(job.stats()["health_check"]["totals"])
    parts = [read_report(reports / f"health_check-{job.number}.json") for job in slices]
    assert sum(part["totals"]["engines"] for part in parts) == len(names)

    job = Job(tmp_path, 23, [], {"health_check_report_dir": str(reports)}, smc)
    assert job.run("merge_reports.yml") == 2
    merged = read_report(reports / "health_check.json")
    assert sorted(engine["name"] for engine in merged["engines"] if engine["name"] != "Shared Domain") == sorted(names)
    failing = {(result["engine"], result["name"]) for result in merged["results"] if result["failing"]}
    assert ("Branch 104", "There is a default route") in failing
    for part in parts:
        assert failing >= {(result["engine"], result["name"]) for result in part["results"] if result["failing"]}
    JUNIT.assertValid(etree.parse(reports / "health_check.xml"))
    assert job.stats()["merge_reports"]["totals"] == merged["totals"]


def test_the_change_window_as_two_jobs(ansible: Ansible, simulator: Factory, tmp_path: Path) -> None:
    smc = simulator(Scenario(end_signals=["event4"]), tls="good")
    variables = {
        **answers("change_window"),
        "change_window_dir": str(tmp_path / "CHG1"),
        "change_window_quiet_period": 0.5,
        "change_window_first_entry_timeout": 5,
    }
    before = Job(tmp_path, 31, ["Plano FW", "HQ cluster"], variables, smc)
    assert before.run("change_window.yml") == 0
    smc.world.drop_vpn_tunnel("HQ cluster", "Branch 8")
    after = Job(tmp_path, 32, ["Plano FW", "HQ cluster"], {**variables, "change_window_step": "after"}, smc)
    assert after.run("change_window.yml") == 2
    assert after.stats()["change_window"]["totals"]["failing_areas"] == 1
    assert read_report(tmp_path / "CHG1" / "change_window.json")["status"] == "FAIL"
    for job in (before, after):
        job.check_artifacts(smc)
