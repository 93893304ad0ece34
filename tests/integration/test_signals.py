# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A signal that ends a module on another host than the controller: the session does not stay open."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from simulator import Fault, Scenario, Simulator
from tests.integration.conftest import HERE, Ansible


def modules_with(marker: str) -> list[int]:
    """The processes that run a module which was sent, and that have this text in their environment."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
            environment = (process / "environ").read_bytes()
        except OSError:
            continue
        sent = len(command) > 1 and command[1].endswith(b"/AnsiballZ_session_facts.py")
        found += [int(process.name)] if sent and marker.encode() in environment else []
    return found


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="there is no /proc to find the module's process in")
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP], ids=lambda number: number.name)
def test_a_module_that_gets_a_signal_logs_out(
    ansible: Ansible, simulator: Callable[..., Simulator], number: signal.Signals
) -> None:
    smc = simulator(Scenario(end_signals=["end"], faults=[Fault("messages", "stall", times=0)]))
    ansible.use(smc)
    options = {"definitions": "ROUTING", "timeout": 90, "first_entry_timeout": 90}
    play = {"hosts": "all", "gather_facts": False, "tasks": [{"name": "facts", "ngfw.smc.session_facts": options}]}
    path = ansible.folder / "play.yml"
    path.write_text(json.dumps([play]), encoding="utf-8")
    process = subprocess.Popen(
        [sys.executable, "-m", "ansible", "playbook", str(path), "-i", "Plano FW,", "-c", "jump"],
        cwd=ansible.folder,
        env={
            **os.environ,
            **ansible.environment,
            "ANSIBLE_CONNECTION_PLUGINS": str(HERE / "connection_plugins"),
            "ANSIBLE_PYTHON_INTERPRETER": sys.executable,
        },
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        deadline = time.monotonic() + 60
        while not (smc.open_sessions and modules_with(smc.url)) and time.monotonic() < deadline:
            assert process.poll() is None, process.stdout and process.stdout.read()
            time.sleep(0.05)
        (module,) = modules_with(smc.url)
        os.kill(module, number)
        output, _nothing = process.communicate(timeout=60)
    finally:
        process.kill()
    assert process.returncode == 2
    assert "The task was interrupted. It has logged out of a session of its own." in " ".join(output.split())
    assert "Traceback" not in output
    assert smc.open_sessions == 0
