# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A large CONNECTIONS table streamed by Apache Tomcat, which an SMC embeds: ours beside a bare websocket-client loop.

python -m bench.tomcat [--entries 100000] [--runs 5]

The same table from the simulator stands beside it. Tomcat sends each message in frames of 8,192 bytes, and so does the
simulator. Asserts nothing.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.measure import Cost, cost_of, median, running_smc, table
from tests.tomcat.export import export
from tests.tomcat.server import Tomcat, missing

CONTESTANTS = ("bare", "ours")


def run(url: str, key: str, entries: int, runs: int) -> dict[str, list[Cost]]:
    """Each contestant so many times, in turn."""
    costs: dict[str, list[Cost]] = {name: [] for name in CONTESTANTS}
    for turn in range(runs + 1):
        for name in CONTESTANTS:
            cost = cost_of([sys.executable, "-m", "bench.contestants", name, url, key])
            if cost.said["count"] != entries:
                raise RuntimeError(f"{name} has {cost.said['count']} entries of {entries}")
            if turn:  # the first turn warms the server
                costs[name].append(cost)
    return costs


def rows(server: str, costs: dict[str, list[Cost]]) -> list[list[Any]]:
    base = median([cost.said["seconds"] for cost in costs["bare"]])
    made = []
    for name, those in costs.items():
        wall = median([cost.said["seconds"] for cost in those])
        cpu, peak = median([cost.said["cpu"] for cost in those]), median([cost.peak for cost in those])
        made.append([f"{server}: {name}", f"{wall:.3f}", f"{cpu:.3f}", f"{peak:.0f}", f"{wall / base:.2f}"])
    return made


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.tomcat", description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=5, help="how often each contestant runs; the median counts")
    chosen = parser.parse_args(arguments)
    lacking = missing()
    if lacking:
        print(f"\nNOT MEASURED ON TOMCAT. {lacking}")
        return
    lines: list[list[Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        export(Path(folder), connections=chosen.entries, signals=("end",))
        with Tomcat(Path(folder)) as smc:
            lines += rows("Tomcat", run(smc.url, smc.api_key, chosen.entries, chosen.runs))
    with running_smc("--connections", str(chosen.entries), end_signals=["end"]) as simulated:
        lines += rows("simulator", run(simulated.url, simulated.api_key, chosen.entries, chosen.runs))
    heads = ["", "last s", "CPU s", "peak MiB", "x bare"]
    table(f"{chosen.entries:,} CONNECTIONS from Tomcat and from the simulator", heads, lines)


if __name__ == "__main__":
    main()
