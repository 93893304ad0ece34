# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A large CONNECTIONS table, from login to entries: ours, the bare loop, the vendor's monitoring client."""

from __future__ import annotations

import sys

from bench.measure import Cost, cost_of, median, running_smc, table

SIZES = (1_000, 10_000, 100_000, 1_000_000)
MAIN_SIZE = 100_000
REACHES = (
    "reach at 100,000: ours at least 6 times faster than the vendor's to its last record,\n"
    "  at most 1.6 times the bare loop's time, at most 1.5 times its peak memory"
)


def run(size: int, contestants: list[str], runs: int) -> dict[str, list[Cost]]:
    """Each contestant so many times, in turn, against one SMC."""
    costs: dict[str, list[Cost]] = {name: [] for name in contestants}
    with running_smc("--connections", str(size), end_signals=["end"]) as smc:
        for turn in range(runs + 1):
            for name in contestants:
                cost = cost_of([sys.executable, "-m", "bench.contestants", name, smc.url, smc.api_key])
                if cost.said["count"] != size:
                    raise RuntimeError(f"{name} has {cost.said['count']} entries of {size}")
                if turn:  # the first turn warms the server's cache
                    costs[name].append(cost)
    return costs


def main(runs: int, quick: bool) -> None:
    rows = []
    for size in SIZES[: -1 if quick else None]:
        contestants = ["ours", "bare"] if size == SIZES[-1] else ["ours", "bare", "vendor"]
        costs = run(size, contestants, min(runs, 3) if size > MAIN_SIZE else runs)
        base_cpu = median([cost.said["cpu"] for cost in costs["bare"]])
        base_wall = median([cost.said["seconds"] for cost in costs["bare"]])
        base_peak = median([cost.peak for cost in costs["bare"]])
        for name in contestants:
            wall = median([cost.said["seconds"] for cost in costs[name]])
            cpu = median([cost.said["cpu"] for cost in costs[name]])
            peak = median([cost.peak for cost in costs[name]])
            rows.append(
                [
                    f"{size:,} {name}",
                    f"{wall:.3f}",
                    f"{median([cost.said['returned'] for cost in costs[name]]):.3f}",
                    f"{cpu:.3f}",
                    f"{peak:.0f}",
                    f"{wall / size * 1e6:.1f}",
                    f"{wall / base_wall:.2f}",
                    f"{cpu / base_cpu:.2f}",
                    f"{peak / base_peak:.2f}",
                ]
            )
    table(
        "CONNECTIONS from login to entries",
        ["entries", "last s", "return s", "CPU s", "peak MiB", "us/entry", "x bare", "x bare CPU", "x bare peak"],
        rows,
    )
    print(f"  {REACHES}")
