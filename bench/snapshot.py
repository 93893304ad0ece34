# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots on disk: a large table compared with a bare loop that writes the same lines, and tables of many engines.

python -m bench.snapshot [--entries 1000000] [--engines 50 500]

This collection folds, names and types every entry, and keeps a large table in a file until it is complete. The bare loop
writes records as they arrive. Peak memory is that of the process. No limits are checked.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from bench.contestants import ENGINE, bare_messages
from bench.measure import ROOT, Cost, Smc, cost_of, reach, running_smc, table

sys.path.insert(0, str(ROOT / ".collections"))

from ansible_collections.ngfw.smc.plugins.module_utils._runner import Options
from ansible_collections.ngfw.smc.plugins.module_utils._runners.snapshot import RUNNER

MANY = ["ROUTING", "VPN_SA", "NEIGHBORS"]


def ours(url: str, key: str, dest: str, *, targets: list[str], definitions: list[str], compress: bool = False) -> int:
    defaults = {name: spec.get("default") for name, spec in RUNNER.arguments.items()}
    given: dict[str, Any] = {"url": url, "api_key": key, "dest": dest, "targets": targets, "timeout": 900.0}
    result = RUNNER.run(Options({**defaults, **given, "definitions": definitions, "compress": compress}))
    return int(result["entry_count"])


def bare(url: str, key: str, dest: str) -> int:
    """Receive, decode, write."""
    count = 0
    with Path(dest).open("w", encoding="utf-8") as file:
        for added in bare_messages(url, key):
            file.writelines(json.dumps(entry, ensure_ascii=False, separators=(",", ":")) + "\n" for entry in added)
            count += len(added)
    return count


def contestant(name: str, url: str, key: str, dest: str, engines: str) -> int:
    if name == "bare":
        return bare(url, key, dest)
    if name == "many":
        targets = [f"Branch {number}" for number in range(101, 101 + int(engines))]
        return ours(url, key, dest, targets=targets, definitions=MANY)
    return ours(url, key, dest, targets=[ENGINE], definitions=["CONNECTIONS"], compress=name == "gzip")


def measured(smc: Smc, folder: str, name: str, engines: int = 0) -> Cost:
    dest = str(Path(folder) / f"{name}-{engines}")
    return cost_of([sys.executable, "-m", "bench.snapshot", "--as", name, smc.url, smc.api_key, dest, str(engines)])


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.snapshot", description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=1_000_000)
    parser.add_argument("--engines", type=int, nargs="*", default=[50, 500])
    parser.add_argument("--as", nargs=5, metavar=("NAME", "URL", "KEY", "DEST", "ENGINES"), help="run one contestant")
    chosen = parser.parse_args(arguments)
    as_contestant = getattr(chosen, "as")
    if as_contestant:
        print(json.dumps({"count": contestant(*as_contestant)}))
        return
    rows: list[list[Any]] = []

    def row(what: str, cost: Cost) -> None:
        rows.append([what, f"{cost.said['count']:,}", f"{cost.wall:.1f}", f"{cost.cpu:.1f}", f"{cost.peak:.0f}"])

    with tempfile.TemporaryDirectory() as folder:
        with running_smc("--connections", str(chosen.entries), end_signals=["end"]) as smc:
            measured(smc, folder, "bare")  # warms the server's cache
            costs = {name: measured(smc, folder, name) for name in ("bare", "ours", "gzip")}
            for name, what in (("bare", "bare loop"), ("ours", "ours"), ("gzip", "ours, compressed")):
                row(what, costs[name])
        with running_smc("--engines", str(max(chosen.engines, default=0) + 20), end_signals=["event4"]) as smc:
            for engines in chosen.engines:
                what = f"{engines} engines, {len(MANY)} tables each"
                row(what, measured(smc, folder, "many", engines))
    table("Snapshots on disk", ["", "entries", "seconds", "CPU s", "peak MiB"], rows)
    reach("time of a large table, times the bare loop", costs["ours"].wall / costs["bare"].wall, 1.6)


if __name__ == "__main__":
    main()
