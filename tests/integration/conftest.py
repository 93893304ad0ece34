# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Real ansible commands against the simulator, with their task results at hand."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.fixtures import simulator

__all__ = ["simulator"]

HERE = Path(__file__).parent
# The commands that tests start take twice the time when their coverage is measured. Unit tests and what runs in the process of the
# tests show enough of the core.
if "PYTEST_XDIST_WORKER" in os.environ:
    os.environ.pop("COVERAGE_PROCESS_CONFIG", None)
_LIMIT_SECONDS = 240


@dataclass
class Run:
    """A finished command. tasks: one dict a task and host with status, host, task and result."""

    returncode: int
    output: str
    tasks: list[dict[str, Any]] = field(default_factory=list)

    def result(self, task: str, host: str | None = None) -> dict[str, Any]:
        """The result of the task of this name (the host's, if one is named)."""
        for line in self.tasks:
            if line["task"] == task and host in (None, line["host"]):
                result: dict[str, Any] = line["result"]
                return result
        raise AssertionError(f"no result of the task {task!r} (host {host}) in\n{self.output}")

    def statuses(self) -> list[str]:
        return [line["status"] for line in self.tasks]

    def check(self) -> Run:
        """Itself, if the command succeeded."""
        assert self.returncode == 0, self.output
        return self


class Ansible:
    """Runs commands in a folder of its own, with an environment that names the simulator."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment: dict[str, str] = {}

    def use(self, smc: Any) -> None:
        """Let SMC_ADDRESS and SMC_API_KEY name this simulator."""
        self.environment.update(SMC_ADDRESS=smc.url, SMC_API_KEY=smc.api_key)

    def run(self, *command: str, environment: Mapping[str, str] | None = None) -> Run:
        record = self.folder / "record.jsonl"
        record.unlink(missing_ok=True)
        finished = subprocess.run(
            command,
            cwd=self.folder,
            env={
                **os.environ,
                "ANSIBLE_CALLBACK_PLUGINS": str(HERE / "callback_plugins"),
                "ANSIBLE_CALLBACKS_ENABLED": "record",
                "ANSIBLE_CONNECTION_PLUGINS": str(HERE / "connection_plugins"),
                "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
                "RECORD_FILE": str(record),
                **self.environment,
                **(environment or {}),
            },
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=_LIMIT_SECONDS,
            check=False,
        )
        lines = record.read_text(encoding="utf-8").splitlines() if record.exists() else []
        return Run(finished.returncode, finished.stdout, [json.loads(line) for line in lines])

    def playbook(
        self,
        plays: str | Path | Sequence[Mapping[str, Any]],
        *arguments: str,
        inventory: str | None = None,
        variables: Mapping[str, Any] | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> Run:
        """plays: a playbook's path, its FQCN or its content. inventory: a path or a host list such as 'a,b,'."""
        if not isinstance(plays, (str, Path)):
            written = self.folder / "playbook.yml"
            written.write_text(yaml.safe_dump(list(plays), sort_keys=False), encoding="utf-8")
            plays = written
        command = [sys.executable, "-m", "ansible", "playbook", str(plays), "-i", inventory or "localhost,"]
        if variables:
            command += ["-e", json.dumps(dict(variables))]
        return self.run(*command, *arguments, environment=environment)

    def tasks(
        self,
        *tasks: Mapping[str, Any],
        hosts: str = "Plano FW,",
        connection: str = "local",
        arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
        **play: Any,
    ) -> Run:
        """A play of these tasks for a list of hosts."""
        content = {"hosts": "all", "connection": connection, "gather_facts": False, "tasks": list(tasks), **play}
        return self.playbook([content], *arguments, inventory=hosts, environment=environment)

    def adhoc(self, host: str, module: str, options: str, *arguments: str, inventory: str | None = None) -> Run:
        command = [sys.executable, "-m", "ansible", "adhoc", host, "-i", inventory or f"{host},", "-m", module]
        return self.run(*command, "-a", options, *arguments)


@pytest.fixture
def ansible(tmp_path: Path) -> Ansible:
    return Ansible(tmp_path)
