# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whole ansible commands: one login for many tasks, an ad-hoc call, many hosts in one play, and a large result."""

from __future__ import annotations

import json
import os
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bench.measure import ROOT, cost_of, median, reach, running_smc, table

sys.path.insert(0, str(ROOT / ".collections"))

from ansible_collections.ngfw.smc.plugins.module_utils._runner import Options
from ansible_collections.ngfw.smc.plugins.module_utils._runners.session_facts import RUNNER

PLUGINS = {
    "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
    "ANSIBLE_CONNECTION_PLUGINS": str(ROOT / "tests" / "integration" / "connection_plugins"),
    "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
    "ANSIBLE_CONFIG": str(ROOT / "tests" / "ansible.cfg"),
}
ENGINES = 50
LARGE = 50_000
TASKS = 20


def _play(folder: Path, hosts: str, tasks: list[dict[str, Any]], **more: Any) -> list[str]:
    path = folder / f"{len(list(folder.iterdir()))}.yml"
    play = {"hosts": "all", "connection": "local", "gather_facts": False, "tasks": tasks, **more}
    path.write_text(yaml.safe_dump([play], sort_keys=False), encoding="utf-8")
    return [sys.executable, "-m", "ansible", "playbook", str(path), "-i", hosts, "--forks", "10"]


def _medians(
    commands: Mapping[str, list[str]], environment: Mapping[str, str], runs: int
) -> dict[str, tuple[float, float]]:
    costs: dict[str, list[Any]] = {name: [] for name in commands}
    for _run in range(runs):
        for name, command in commands.items():
            costs[name].append(cost_of(command, environment))
    return {
        name: (median([cost.wall for cost in listed]), median([cost.cpu for cost in listed]))
        for name, listed in costs.items()
    }


def _logins(folder: Path, runs: int) -> None:
    facts = {"ngfw.smc.session_facts": {"definitions": "ROUTING", "target": "Plano FW"}}
    many = [facts] * TASKS
    login: dict[str, Any] = {"ngfw.smc.login": {}, "register": "smc_login", "no_log": True}
    defaults = {"group/ngfw.smc.smc": {"session": "{{ smc_login.session | default(omit) }}"}}
    commands = {
        "without login": _play(folder, "fw,", many),
        "with login": _play(folder, "fw,", [login, *many, {"ngfw.smc.logout": {}}], module_defaults=defaults),
    }
    rows = []
    for name, command in commands.items():
        with running_smc(end_signals=["event4"]) as smc:
            wall, cpu = _medians({name: command}, {**os.environ, **PLUGINS, **smc.environment}, runs)[name]
            counted = smc.statistics()
        logins, requests = counted["logins"] / runs, sum(counted["requests"].values()) / runs
        rows.append([name, f"{wall:.2f}", f"{cpu:.2f}", f"{logins:.0f}", f"{requests:.0f}"])
    table(f"A play of {TASKS} session_facts tasks", ["", "wall s", "CPU s", "logins", "HTTP requests"], rows)


def _adhoc(runs: int) -> None:
    adhoc = [sys.executable, "-m", "ansible", "adhoc", "fw", "-i", "fw,", "-c", "local", "-m"]
    commands = {
        "ansible.builtin.ping": [*adhoc, "ansible.builtin.ping"],
        "session_facts": [*adhoc, "ngfw.smc.session_facts", "-a", "definitions=ROUTING target='Plano FW'"],
    }
    with running_smc(end_signals=["event4"]) as smc:
        measured = _medians(commands, {**PLUGINS, **smc.environment}, runs)
    base = measured["ansible.builtin.ping"][0]
    rows = [[name, f"{wall:.2f}", f"{cpu:.2f}", f"{wall / base:.2f}"] for name, (wall, cpu) in measured.items()]
    table("One ad-hoc call", ["", "wall s", "CPU s", "x ping"], rows)


def _hosts(folder: Path, runs: int) -> None:
    names = [f"fw{number}" for number in range(ENGINES)]
    hosts = ",".join(names) + ","
    # The simulator names its additional engines Branch 101 and so on.
    target = "{{ 'Branch ' ~ (101 + inventory_hostname[2:] | int) }}"
    facts = {"ngfw.smc.session_facts": {"definitions": "ROUTING", "target": target}}
    commands = {
        "nothing": _play(folder, hosts, [{"ansible.builtin.meta": "noop"}]),
        "debug": _play(folder, hosts, [{"ansible.builtin.debug": {"msg": "x"}}]),
        "action plugin": _play(folder, hosts, [facts]),
        "module": _play(folder, hosts, [facts], connection="jump"),
    }
    with running_smc("--engines", str(ENGINES + 20), end_signals=["event4"]) as smc:
        measured = _medians(commands, {**PLUGINS, **smc.environment}, runs)
    base = measured["nothing"][0]
    net = {name: max(wall - base, 1e-9) for name, (wall, _cpu) in measured.items()}
    rows = [
        [name, f"{wall:.2f}", f"{cpu:.2f}", f"{net[name] / ENGINES * 1000:.0f}", f"{net['module'] / net[name]:.1f}"]
        for name, (wall, cpu) in measured.items()
        if name != "nothing"
    ]
    table(
        f"{ENGINES} engines in one play, 10 forks",
        ["", "wall s", "CPU s", "ms/host-task", "times faster than module"],
        rows,
    )
    print(f"  An empty play takes {base:.2f} s, which is subtracted.")
    reach("time of the action plugin, times that of the module", net["action plugin"] / net["module"], 1 / 8)


def _large_result(folder: Path, runs: int) -> None:
    facts = {"definitions": "CONNECTIONS", "target": "Plano FW"}
    kept = folder / "result.json"
    commands = {
        "debug": _play(folder, "fw,", [{"ansible.builtin.debug": {"msg": "x"}}]),
        "a plugin that returns the same": _play(folder, "fw,", [{"bare_facts": {}}]),
        "session_facts": _play(folder, "fw,", [{"ngfw.smc.session_facts": facts}]),
    }
    with running_smc("--connections", str(LARGE), end_signals=["end"]) as smc:
        # In a process of its own: the peak memory of a process counts from that of the one which starts it.
        cost_of([sys.executable, "-m", "bench.plays", smc.url, smc.api_key, str(kept)])
        plugins = {"ANSIBLE_ACTION_PLUGINS": str(ROOT / "bench" / "action_plugins"), "BENCH_RESULT": str(kept)}
        measured = _medians(commands, {**PLUGINS, **smc.environment, **plugins}, runs)
    base = measured["a plugin that returns the same"]
    rows = [
        [name, f"{wall:.2f}", f"{cpu:.2f}", f"{wall / base[0]:.2f}", f"{cpu / base[1]:.2f}"]
        for name, (wall, cpu) in measured.items()
    ]
    table(f"A result of {LARGE:,} entries in a play", ["", "wall s", "CPU s", "x bare wall", "x bare CPU"], rows)
    reach(
        "CPU of session_facts, times that of the plugin which reads nothing",
        measured["session_facts"][1] / base[1],
        1.1,
    )


def _keep_result(url: str, key: str, kept: str) -> None:
    defaults = {name: spec.get("default") for name, spec in RUNNER.arguments.items()}
    given = {"url": url, "api_key": key, "definitions": ["CONNECTIONS"], "target": "Plano FW"}
    Path(kept).write_text(json.dumps(RUNNER.run(Options({**defaults, **given}))), encoding="utf-8")


def main(runs: int, quick: bool) -> None:  # noqa: ARG001 (each part is called alike)
    with tempfile.TemporaryDirectory() as folder:
        _logins(Path(folder), min(runs, 3))
        _adhoc(min(runs, 3))
        _hosts(Path(folder), min(runs, 3))
        _large_result(Path(folder), min(runs, 3))


if __name__ == "__main__":
    _keep_result(*sys.argv[1:])
