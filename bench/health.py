# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Health checks of fleets: the playbook over 500 engines with 12 checks each, its reports, and the task alone.

python -m bench.health [--engines 500] [--fleet 2000] [--huge 0]

The task is measured at an SMC that answers at once and at one that answers after 20 ms, with many engines in memory, and with a
check that only counts the entries of a large table. --huge is the number of engines with one table each, in one job and in four
slices that run at the same time. No limits are checked; each reach is printed with whether it was reached.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import yaml

from bench.measure import ROOT, Cost, Smc, cost_of, reach, running_smc, table
from bench.plays import PLUGINS
from tests.browser import Browser, find_chromium

sys.path.insert(0, str(ROOT / ".collections"))

from ansible_collections.ngfw.smc.plugins.module_utils._runner import Options
from ansible_collections.ngfw.smc.plugins.module_utils._runners.health_check import RUNNER

# With the ready checks that are on by default and have something to look at here, these are twelve and two more of the cluster.
CHECKS = {name: {"enabled": True} for name in ("users", "sslvpn_sessions")}
CONCURRENCY = 8
FIRST = 101
ROUTES = {"name": "routes", "definition": "ROUTING", "count": {"min": 1}}


def names_of(first: int, count: int) -> list[str]:
    """The simulator names its additional engines Branch 101 and so on."""
    return [f"Branch {number}" for number in range(first, first + count)]


def _play(folder: Path, engines: int) -> None:
    hosts = folder / "hosts.json"
    hosts.write_text(json.dumps({"all": {"hosts": dict.fromkeys(names_of(FIRST, engines))}}), encoding="utf-8")
    variables = {
        "health_check_adjust": CHECKS,
        "health_check_report_dir": str(folder),
        "health_check_fail_on": [],
        "health_check_quiet_period": 0.5,
        "health_check_first_entry_timeout": 2,
    }
    command = [sys.executable, "-m", "ansible", "playbook", "ngfw.smc.health_check", "-i", str(hosts)]
    command += ["-e", json.dumps(variables)]
    empty = [sys.executable, "-m", "ansible", "playbook", "ngfw.smc.health_check", "-i", str(hosts)]
    empty += ["-e", json.dumps({**variables, "health_check_list": True})]
    with running_smc("--engines", str(engines + 20), end_signals=["event4"]) as smc:
        environment = {**PLUGINS, **smc.environment}
        planned = cost_of(empty, environment)
        cost = cost_of(command, environment)
        logins = smc.statistics()["logins"]
    totals = json.loads((folder / "health_check.json").read_text(encoding="utf-8"))["totals"]
    rows = [
        ["the plan only", f"{planned.wall:.1f}", f"{planned.cpu:.1f}", f"{planned.peak:.0f}", "", ""],
        ["the check", f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.peak:.0f}", str(totals["results"]), str(logins)],
    ]
    heads = ["", "wall s", "CPU s", "peak MiB", "results", "logins"]
    table(f"The playbook over {totals['engines']} engines, {totals['checks']} checks", heads, rows)
    reach("seconds for 500 engines with 12 checks", cost.wall, 10)


def _task(url: str, key: str, first: int, engines: int, which: str) -> dict[str, Any]:
    """The task alone, in this process."""
    library = yaml.safe_load((ROOT / "roles" / "health_check" / "defaults" / "main.yml").read_text("utf-8"))
    ready = library["health_check_library"]
    for name, check in ready.items():
        check["enabled"] = name in CHECKS or check.get("enabled", True) is True
    checks = {
        "ready": list(ready.values()),
        "routes": [ROUTES],
        "count": [{"name": "count", "definition": "CONNECTIONS", "count": {"min": 1}}],
        "all": [{"name": "all", "definition": "CONNECTIONS", "baseline": {}}],
    }[which]
    defaults = {name: spec.get("default") for name, spec in RUNNER.arguments.items()}
    targets = names_of(first, engines) if which in ("ready", "routes") else ["Plano FW"]
    given = {"url": url, "api_key": key, "targets": targets, "checks": checks, "concurrency": CONCURRENCY}
    waits = {"first_entry_timeout": 2.0, "quiet_period": 0.5, "timeout": 300.0, "scope": "engine"}
    result = RUNNER.run(Options({**defaults, **given, **waits}))
    return {"results": len(result["results"]), "unmeasured": result["totals"]["ERROR"]}


def _measured(smc: Smc, engines: int, which: str, first: int = FIRST) -> Cost:
    command = [sys.executable, "-m", "bench.health", "--as", smc.url, smc.api_key, str(first), str(engines), which]
    return cost_of(command)


def _row(what: str, cost: Cost, requests: int, ideal: float | None = None) -> list[str]:
    ratio = f"{cost.wall / ideal:.2f}" if ideal else ""
    return [
        what,
        f"{cost.wall:.1f}",
        f"{cost.cpu:.1f}",
        f"{cost.peak:.0f}",
        f"{requests:,}",
        ratio,
        str(cost.said["results"]),
    ]


def _tasks(engines: int, fleet: int) -> None:
    rows = []
    heads = ["", "wall s", "CPU s", "peak MiB", "requests", "x ideal", "results"]
    costs = {}
    for what, count, latency in (
        (f"{engines} engines, at once", engines, 0.0),
        (f"{engines} engines, 20 ms", engines, 0.02),
        (f"{fleet} engines, at once", fleet, 0.0),
    ):
        scenario = {"http_latency": latency, "message_delay": latency} if latency else {}
        with running_smc("--engines", str(count + 20), end_signals=["event4"], **scenario) as smc:
            cost = costs[what] = _measured(smc, count, "ready")
            requests = sum(smc.statistics()["requests"].values())
        rows.append(_row(what, cost, requests, requests * latency / CONCURRENCY))
    table("The task alone, with the ready checks", heads, rows)
    reach(f"times (requests x 20 ms / {CONCURRENCY})", float(rows[1][5]), 1.3)
    reach(f"MiB for {fleet} engines", float(rows[2][3]), 250)


def _bytes() -> None:
    rows = []
    for which, what in (("all", "all fields"), ("count", "a check that counts")):
        with running_smc("--connections", "20000", end_signals=["event4"]) as smc:
            cost = _measured(smc, 1, which)
            rows.append([what, f"{smc.statistics()['bytes_sent'] / 1e6:.2f}", f"{cost.cpu:.2f}"])
    table("20,000 connections", ["", "MB received", "CPU s"], rows)


def _huge(engines: int) -> None:
    heads = ["", "wall s", "CPU s", "peak MiB a slice", "requests", "most sockets", "results", "not measured"]
    for slices in (1, 4):
        with running_smc("--engines", str(engines + 20), end_signals=["event4"]) as smc:
            share = engines // slices
            with ThreadPoolExecutor(slices) as pool:
                firsts = [FIRST + number * share for number in range(slices)]
                costs = list(
                    pool.map(lambda first, smc=smc, share=share: _measured(smc, share, "routes", first), firsts)
                )
            counted = smc.statistics()
        row = [
            f"{slices} x {share:,} engines",
            f"{max(cost.wall for cost in costs):.0f}",
            f"{sum(cost.cpu for cost in costs):.0f}",
            f"{max(cost.peak for cost in costs):.0f}",
            f"{sum(counted['requests'].values()):,}",
            str(counted["most_sockets_open"]),
            f"{sum(cost.said['results'] for cost in costs):,}",
            str(sum(cost.said["unmeasured"] for cost in costs)),
        ]
        # Each at once: it may take a while until the next one.
        table(f"{engines:,} engines, one table each", heads, [row])


def _reports(folder: Path) -> None:
    files = [folder / f"health_check.{ending}" for ending in ("html", "json", "xml", "md")]
    table("Its reports", ["", "MB"], [[file.name, f"{file.stat().st_size / 1e6:.2f}"] for file in files])
    if find_chromium() is None:
        print("  No Chromium was found, so the HTML report was not opened.")
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


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.health", description=__doc__.splitlines()[0])
    parser.add_argument("--engines", type=int, default=500)
    parser.add_argument("--fleet", type=int, default=2000)
    parser.add_argument("--huge", type=int, default=0, metavar="ENGINES")
    parser.add_argument("--as", nargs=5, metavar=("URL", "KEY", "FIRST", "ENGINES", "CHECKS"), help="the task alone")
    chosen = parser.parse_args(arguments)
    task = getattr(chosen, "as")
    if task:
        url, key, first, engines, which = task
        print(json.dumps(_task(url, key, int(first), int(engines), which)))
        return
    if chosen.huge:
        _huge(chosen.huge)
        return
    with tempfile.TemporaryDirectory() as folder:
        _play(Path(folder), chosen.engines)
        _reports(Path(folder))
    _tasks(chosen.engines, chosen.fleet)
    _bytes()


if __name__ == "__main__":
    main()
