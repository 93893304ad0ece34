# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m demo`, which is what `make demo` runs: what it shows, and that nothing of it stays."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REPORTS = ROOT / ".cache" / "demo" / "reports"
_LIMIT_SECONDS = 120


class Demo:
    """The demo as a process, in an environment whose settings it must not heed."""

    def __init__(self, home: Path) -> None:
        self.mark = uuid.uuid4().hex
        (home / ".ansible.cfg").write_text(
            "[defaults]\nstdout_callback = there_is_no_such_callback\n", encoding="utf-8"
        )
        environment = {
            **os.environ,
            "DEMO_MARK": self.mark,
            "HOME": str(home),
            "ANSIBLE_STDOUT_CALLBACK": "there_is_no_such_callback",
            "SMC_API_VERSION": "1.0",
            "http_proxy": "http://127.0.0.1:9",
        }
        environment.pop("ANSIBLE_CONFIG", None)
        for name in ("COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"):
            # What the demo runs of the core, other tests measure; measured, it takes twice as long.
            environment.pop(name, None)
        self.process = subprocess.Popen(
            [sys.executable, "-m", "demo"],
            cwd=ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
            start_new_session=True,
        )
        self.output = ""

    def read_until(self, words: str) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output += line
            if words in line:
                return
        raise AssertionError(f"{words!r} is not in\n{self.output}")

    def finish(self) -> int:
        rest, _unused = self.process.communicate(timeout=_LIMIT_SECONDS)
        self.output += rest
        return self.process.returncode

    def running(self) -> dict[int, str]:
        """The command lines of all processes that the demo has begotten, by process id; the demo is one of them."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if self.mark.encode() in (folder / "environ").read_bytes():
                    found[int(folder.name)] = (folder / "cmdline").read_text(encoding="utf-8").replace("\0", " ")
            except OSError:  # it has just ended, or is somebody else's
                continue
        return found

    def leftovers(self) -> dict[int, str]:
        """What still runs after a moment in which to end."""
        deadline = time.monotonic() + 5
        while (left := self.running()) and time.monotonic() < deadline:
            time.sleep(0.05)
        return left

    def simulator(self) -> int:
        (number,) = [number for number, line in self.running().items() if "simulator" in line]
        return number


@pytest.fixture
def demo(tmp_path: Path) -> Iterator[Demo]:
    made = Demo(tmp_path)
    yield made
    for number in made.running():
        os.kill(number, signal.SIGKILL)
    made.process.wait()


def test_it_shows_the_main_job_and_ends_everything(demo: Demo, tmp_path: Path) -> None:
    assert demo.finish() == 0, demo.output
    assert not demo.leftovers()
    # The inventory, facts for the asking, and what an engineer wants to see.
    assert "@smc_type_fw_cluster:\n  |  |--HQ_cluster" in demo.output.replace("  |--@", "@")
    assert "completed_by: event4" in demo.output
    lines = [" ".join(line.split()) for line in demo.output.splitlines()]
    assert "HQ cluster Branch 7, Branch 8, Partner Cisco Plano" in lines
    assert "Plano FW Partner Cisco HQ" in lines
    assert "HQ cluster node 2 192.0.2.254 Interface #1" in lines
    assert any(line.endswith("Malware_Command-And-Control-Traffic") for line in lines)
    assert any(line.startswith("HTTPS ") and line.endswith("#" * 30) for line in lines)
    # The block list.
    assert "+203.0.113.66/32 -> any for 3600 s" in lines
    assert {"first 2 0 0", "again 0 0 2", "removal 0 2 0"} <= set(lines)
    assert "+203.0.113.66/32 -> any port 80-443 tcp for 86400 s" in lines
    # The health check, with its reports.
    assert "FAIL Plano FW All VPN peers are there" in lines
    for ending in ("html", "xml", "json", "md"):
        path = REPORTS / f"health_check.{ending}"
        assert str(path.relative_to(ROOT)) in demo.output
        assert "All VPN peers are there" in path.read_text(encoding="utf-8")
    # An alert that comes meanwhile is seen, and its source blocked.
    (source,) = re.findall(r"^added: Malware_Command-And-Control-Traffic from (\S+), at ", demo.output, re.MULTILINE)
    _before, blocked = demo.output.split(f"-a 'entries={source} duration=3600'")
    assert f"source: {source}/32" in blocked and "added: 1" in blocked
    # Nothing secret, no colours where there is no terminal, nothing in the home directory.
    assert "not-a-secret" not in demo.output
    assert "\x1b" not in demo.output
    assert [path.name for path in tmp_path.iterdir()] == [".ansible.cfg"]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_everything(demo: Demo, number: signal.Signals) -> None:
    demo.read_until("TASK [Take snapshots")
    assert len(demo.running()) >= 3  # the demo, the simulator, ansible-playbook
    if number == signal.SIGINT:
        os.killpg(demo.process.pid, number)  # as a terminal does
    else:
        demo.process.send_signal(number)
    assert demo.finish() == -number, demo.output
    assert not demo.leftovers()
    assert f"Stopped by {number.name}" in demo.output
    assert "Traceback" not in demo.output


def test_a_step_that_fails_is_named(demo: Demo) -> None:
    demo.read_until("1/6")
    os.kill(demo.simulator(), signal.SIGKILL)
    assert demo.finish() == 1, demo.output
    assert not demo.leftovers()
    # Which step it is depends on how quick the two are.
    assert re.search(r"^Step \d \(.+\) failed: ansible\S* ended with exit status \d\.", demo.output, re.MULTILINE)
    assert "Done in" not in demo.output
