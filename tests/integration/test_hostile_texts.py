# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Engines whose names attack a terminal: what the commands write to one, character by character."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator import Scenario, Simulator
from tests.integration.conftest import Ansible

Factory = Callable[..., Simulator]

NAMES = {
    "escape": "FW \x1b[2J\x1b]0;owned\x07 one",
    "csi": "FW \x9b31m\x9d two",
    "lines": "FW\nok: [all good]\r\nchanged: 0",
    "bidi": "FW \u202edneirf\u2066 four\u200b\ufeff",
}


def on_a_terminal(ansible: Ansible, *command: str) -> tuple[int, str]:
    """The command with a terminal for its output, and everything that it wrote there."""
    ours, theirs = pty.openpty()
    environment = {**os.environ, **ansible.environment, "ANSIBLE_NOCOLOR": "1", "TERM": "xterm", "COLUMNS": "500"}
    with subprocess.Popen(
        command, cwd=ansible.folder, env=environment, stdin=subprocess.DEVNULL, stdout=theirs, stderr=theirs
    ) as process:
        os.close(theirs)
        written = b""
        while True:
            try:
                part = os.read(ours, 65536)
            except OSError:
                # The last one who could write has closed it.
                break
            if not part:
                break
            written += part
    os.close(ours)
    return process.returncode, written.decode("utf-8", "replace")


def harmful(written: str) -> set[str]:
    """Characters that a terminal obeys or hides, but those that end a line."""
    text = written.replace("\r\n", "\n").replace("\n", "")
    return {repr(one) for one in text if unicodedata.category(one) in ("Cc", "Cf", "Zl", "Zp", "Cs")}


@pytest.fixture
def attacked(ansible: Ansible, simulator: Factory) -> Ansible:
    """An inventory in which each host stands for an engine with a hostile name."""
    smc = simulator(
        Scenario(end_signals=["event4"]),
        extra_engines=[(name, "single_fw", "Shared Domain") for name in NAMES.values()],
    )
    ansible.use(smc)
    hosts = {host: {"smc_target": name, "ansible_connection": "local"} for host, name in NAMES.items()}
    (ansible.folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}), "utf-8")
    return ansible


def play(ansible: Ansible, *arguments: str, **task: Any) -> tuple[int, str]:
    content = [{"hosts": "all", "gather_facts": False, "tasks": [task]}]
    (ansible.folder / "play.yml").write_text(yaml.safe_dump(content), "utf-8")
    return on_a_terminal(
        ansible, sys.executable, "-m", "ansible", "playbook", "-i", "hosts.yml", "play.yml", *arguments
    )


def check(written: str, *shown: str) -> None:
    assert not harmful(written), written.encode("unicode_escape").decode()
    assert "\nok: [all good]" not in written.replace("\r", "")
    for text in shown:
        # A result that is printed as JSON has each backslash twice.
        assert text in written.replace("\\\\", "\\")


def test_a_health_check(attacked: Ansible) -> None:
    checks: list[dict[str, Any]] = [
        {"name": name, "definition": "ROUTING", "count": {"max": 0}} for name in NAMES.values()
    ]
    # Measured apart from the engines of the play: an engine that is there, and one that is not.
    apart = (NAMES["lines"], "nobody \x1b[31m\u202e\nok: [all good]")
    checks += [{"name": f"of {name}", "definition": "ROUTING", "target": name, "count": {"max": 0}} for name in apart]
    checks.append({"name": "wrong \x1b[31m\u202e\n", "definition": "ROUTING \x1b[31m\u202e\n", "count": 1})
    (attacked.folder / "vars.yml").write_text(
        yaml.safe_dump(
            {"health_check_library": {}, "health_check_checks": checks, "health_check_report_dir": "reports"}
        )
    )
    command = (
        sys.executable,
        "-m",
        "ansible",
        "playbook",
        "ngfw.smc.health_check",
        "-i",
        "hosts.yml",
        "-e",
        "@vars.yml",
    )
    status, written = on_a_terminal(attacked, *command, "-e", "health_check_list=true")
    assert status == 0, written
    check(written, r"FW \u202edneirf\u2066 four\u200b\ufeff: major", r"wrong \x1b[31m\u202e\n: ERROR")
    status, written = on_a_terminal(attacked, *command)
    assert status == 2, written
    # The hosts that stand for what was measured apart.
    check(written, r"[nobody \x1b[31m\u202e ok: [all good]]: FAILED!")
    check(written, r"\u202edneirf", "all good")
    reports: list[Path] = [attacked.folder / "reports" / f"health_check.{ending}" for ending in ("html", "md", "xml")]
    for report in reports:
        assert not harmful(report.read_text("utf-8")), report.name


def test_a_snapshot(attacked: Ansible) -> None:
    options = {"targets": [*NAMES.values(), "nobody \x1b[31m\u202e\n"], "definitions": ["ROUTING"], "dest": "there"}
    status, written = play(attacked, "--limit", "escape", **{"name": "Take it", "ngfw.smc.snapshot": options})
    assert status == 2, written
    check(written, r"knows no engine 'nobody \x1b[31m\u202e\n'")
    assert len(list((attacked.folder / "there").iterdir())) == 1 + len(NAMES)


def test_a_block_list_with_its_difference(attacked: Ansible) -> None:
    entries = [{"source": "203.0.113.66", "duration": 60}]
    status, written = play(attacked, "--diff", **{"name": "Block", "ngfw.smc.block_list": {"entries": entries}})
    assert status == 0, written
    check(written, r"block list of FW \x1b[2J\x1b]0;owned\x07 one", "+203.0.113.66/32")


def test_a_listing_of_the_inventory(attacked: Ansible) -> None:
    (attacked.folder / "all.smc_engines.yml").write_text("plugin: ngfw.smc.engines\n")
    for how in ("--list", "--graph"):
        status, written = on_a_terminal(
            attacked, sys.executable, "-m", "ansible", "inventory", "-i", "all.smc_engines.yml", how
        )
        assert status == 0, written
        # The inventory's data stays as it came; JSON escapes what a terminal obeys. The names of hosts are visible.
        data = {r"'\x9b'", r"'\x9d'", r"'\u202e'", r"'\u2066'", r"'\u200b'", r"'\ufeff'"} if how == "--list" else set()
        assert harmful(written) <= data, written
