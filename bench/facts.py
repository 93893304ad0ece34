# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A large CONNECTIONS table, from login to entries: this collection, a bare loop and the vendor's monitoring client."""

from __future__ import annotations

import sys

from bench.measure import Cost, cost_of, median, reach, running_smc, table

SIZES = (1_000, 10_000, 100_000, 1_000_000)
MAIN_SIZE = 100_000


def run(size: int, contestants: list[str], runs: int) -> dict[str, list[Cost]]:
    """Run the contestants in turn, each this many times, with one SMC."""
    costs: dict[str, list[Cost]] = {name: [] for name in contestants}
    with running_smc("--connections", str(size), end_signals=["end"]) as smc:
        for turn in range(runs + 1):
            for name in contestants:
                cost = cost_of([sys.executable, "-m", "bench.contestants", name, smc.url, smc.api_key])
                if cost.said["count"] != size:
                    raise RuntimeError(f"{name}: expected {size} entries, found {cost.said['count']}")
                if turn:  # the first turn warms the server's cache
                    costs[name].append(cost)
    return costs


def main(runs: int, quick: bool) -> None:
    rows = []
    goals: list[tuple[str, float, float]] = []
    for size in SIZES[: -1 if quick else None]:
        contestants = ["ours", "bare"] if size == SIZES[-1] else ["ours", "bare", "vendor"]
        costs = run(size, contestants, min(runs, 3) if size > MAIN_SIZE else runs)
        middle = {
            name: {
                "wall": median([cost.said["seconds"] for cost in costs[name]]),
                "returned": median([cost.said["returned"] for cost in costs[name]]),
                "cpu": median([cost.said["cpu"] for cost in costs[name]]),
                "peak": median([cost.peak for cost in costs[name]]),
            }
            for name in contestants
        }
        ratios = {
            name: {key: value / middle["bare"][key] for key, value in its.items()} for name, its in middle.items()
        }
        for name, its in middle.items():
            times = ratios[name]
            rows.append(
                [
                    f"{size:,} {name}",
                    f"{its['wall']:.3f}",
                    f"{its['returned']:.3f}",
                    f"{its['cpu']:.3f}",
                    f"{its['peak']:.0f}",
                    f"{its['wall'] / size * 1e6:.1f}",
                    *(f"{times[key]:.2f}" for key in ("wall", "cpu", "peak")),
                ]
            )
        if size == MAIN_SIZE:
            ours = ratios["ours"]
            goals = [
                ("time, times the bare loop", ours["wall"], 1.6),
                ("CPU, times the bare loop", ours["cpu"], 1.5),
                ("peak memory, times the bare loop", ours["peak"], 1.5),
                ("time, times the vendor's client", ours["wall"] / ratios["vendor"]["wall"], 1 / 6),
            ]
    table(
        "CONNECTIONS from login to entries",
        ["entries", "last s", "return s", "CPU s", "peak MiB", "us/entry", "x bare", "x bare CPU", "x bare peak"],
        rows,
    )
    for goal in goals:
        reach(*goal)
