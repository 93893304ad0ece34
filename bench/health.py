# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A health check of 500 engines with 12 checks each: the run, the reports, and how long a browser takes to open one."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from bench.measure import cost_of, running_smc, table
from bench.plays import PLUGINS
from tests.browser import Browser, find_chromium

ENGINES = 500
# The library's checks that are on by themselves, and these, are twelve.
CHECKS = {name: {"enabled": True} for name in ("users", "sslvpn_sessions")}


def _run(folder: Path) -> None:
    names = [f"Branch {number}" for number in range(101, 101 + ENGINES)]
    hosts = folder / "hosts.json"
    hosts.write_text(json.dumps({"all": {"hosts": dict.fromkeys(names)}}), encoding="utf-8")
    variables = {
        "health_check_adjust": CHECKS,
        "health_check_report_dir": str(folder),
        "health_check_fail_on": [],
        "health_check_quiet_period": 0.5,
        "health_check_first_entry_timeout": 2,
    }
    command = [sys.executable, "-m", "ansible", "playbook", "ngfw.smc.health_check", "-i", str(hosts)]
    command += ["--forks", "20", "-e", json.dumps(variables)]
    with running_smc("--engines", str(ENGINES + 20), end_signals=["event4"]) as smc:
        cost = cost_of(command, {**PLUGINS, **smc.environment})
        logins = smc.statistics()["logins"]
    totals = json.loads((folder / "health_check.json").read_text(encoding="utf-8"))["totals"]
    rows = [[f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.peak:.0f}", str(totals["results"]), str(logins)]]
    heads = ["wall s", "CPU s", "peak MiB", "results", "logins"]
    table(f"Health check of {totals['engines']} engines, {totals['checks']} checks, 20 forks", heads, rows)


def _reports(folder: Path) -> None:
    files = [folder / f"health_check.{ending}" for ending in ("html", "json", "xml", "md")]
    table("Its reports", ["", "MB"], [[file.name, f"{file.stat().st_size / 1e6:.2f}"] for file in files])
    if find_chromium() is None:
        print("  no Chromium here, so it was not opened")
        return
    with Browser(folder) as browser:
        browser.show()
        browser.open(folder / "health_check.html")
        opened, elements = browser.run(
            "[performance.getEntriesByType('navigation')[0].loadEventEnd, document.querySelectorAll('*').length]"
        )
        searched = browser.run(
            "(began => { const field = document.getElementById('find'); field.value = 'branch 30'; "
            "field.dispatchEvent(new Event('input')); document.body.offsetHeight; return performance.now() - began })"
            "(performance.now())"
        )
    heads = ["elements", "opened ms", "searched ms"]
    table("Opened and searched in Chromium", heads, [[str(elements), f"{opened:.0f}", f"{searched:.0f}"]])


def main(_arguments: Sequence[str] = ()) -> None:
    with tempfile.TemporaryDirectory() as folder:
        _run(Path(folder))
        _reports(Path(folder))


if __name__ == "__main__":
    main()
