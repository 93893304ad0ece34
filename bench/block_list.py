# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many block-list entries added and then removed by href: ours against a bare loop of the same requests.

python -m bench.block_list [--entries 10000] [--latency 0.02] [--memory 1000,10000,50000]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from bench.measure import ROOT, Cost, Smc, cost_of, running_smc, table

sys.path.insert(0, str(ROOT / ".collections"))

from ansible_collections.ngfw.smc.plugins.module_utils._block_list import RUNNER
from ansible_collections.ngfw.smc.plugins.module_utils._runner import Options

BATCH = 250
TARGET = "Plano FW"


@dataclass(frozen=True)
class Contestant:
    """concurrency 0: the bare loop. wait: also see each change on the list."""

    title: str
    concurrency: int
    wait: bool = True


BARE = Contestant("bare loop", 0)
ONE = Contestant("ours, concurrency 1", 1)
BLIND = Contestant("ours, concurrency 1, wait: false", 1, wait=False)


def _addresses(count: int) -> list[str]:
    return [f"10.{number // 62500}.{number // 250 % 250}.{number % 250}" for number in range(count)]


# --- in a process of its own: one action of one contestant, from the login to the logout, which prints its seconds


def ours(smc: Smc, concurrency: int, wait: bool, **given: Any) -> tuple[float, dict[str, Any]]:
    """What a task does: the list is read first."""
    defaults = {name: spec.get("default") for name, spec in RUNNER.arguments.items()}
    connection = {"url": smc.url, "api_key": smc.api_key, "timeout": 600.0}
    how = {"concurrency": concurrency, "wait": wait, "batch_size": BATCH}
    began = time.perf_counter()
    result = RUNNER.run(Options({**defaults, **connection, **how, **given}))
    return time.perf_counter() - began, result


def bare(smc: Smc, bodies: Sequence[Any], hrefs: Sequence[str]) -> float:
    """The same changing requests on one kept-alive connection, one after another, and nothing else."""
    with requests.Session() as session:
        session.trust_env = False
        session.post(f"{smc.url}/7.1/login", json={"authenticationkey": smc.api_key})
        where = {"filter": TARGET, "filter_context": "engine_clusters"}
        found = session.get(f"{smc.url}/7.1/elements", params=where).json()["result"]
        engine = next(item["href"] for item in found if item["name"] == TARGET)
        began = time.perf_counter()
        for start in range(0, len(bodies), BATCH):
            session.post(f"{engine}/block_list", json={"entries": bodies[start : start + BATCH]}).raise_for_status()
        for href in hrefs:
            session.delete(href).raise_for_status()
        seconds = time.perf_counter() - began
        session.put(f"{smc.url}/7.1/logout")
    return seconds


def _act(action: str, count: str, concurrency: str, wait: str, path: str) -> None:
    """action: add, remove by the hrefs in the file, or list, which writes the hrefs to it."""
    smc = Smc(os.environ["SMC_ADDRESS"], os.environ["SMC_API_KEY"])
    hrefs = Path(path)
    named = hrefs.read_text(encoding="utf-8").split() if action == "remove" else []
    entries = [{"source": address, "duration": 86400} for address in _addresses(int(count))]
    if concurrency == "0":
        any_address = {"address_mode": "any"}
        bodies = [
            {
                "end_point1": {"address_mode": "address", "ip_network": f"{entry['source']}/32"},
                "end_point2": any_address,
                "duration": entry["duration"],
            }
            for entry in entries
        ]
        print(json.dumps({"seconds": bare(smc, [] if named else bodies, named)}))
        return
    given: dict[str, Any] = {"state": "absent", "hrefs": named} if named else {"target": TARGET, "entries": entries}
    seconds, result = ours(smc, int(concurrency), wait == "True", **given)
    if action != "list" and result["added"] + result["removed"] != int(count):
        raise RuntimeError(f"{action}: {result['added']} added, {result['removed']} removed of {count}")
    if action == "list":
        hrefs.write_text("\n".join(entry["block_list_href"] for entry in result["entries"]), encoding="utf-8")
    print(json.dumps({"seconds": seconds}))


# --- the comparison


def _cost(smc: Smc, who: Contestant, action: str, count: int, hrefs: Path) -> Cost:
    words = ["act", action, str(count), str(who.concurrency), str(who.wait), str(hrefs)]
    return cost_of([sys.executable, "-m", "bench.block_list", *words], smc.environment)


def _both(smc: Smc, who: Contestant, count: int) -> tuple[Cost, Cost]:
    """Adding and removing; how the hrefs became known in between does not count."""
    with tempfile.TemporaryDirectory() as folder:
        hrefs = Path(folder) / "hrefs"
        added = _cost(smc, who, "add", count, hrefs)
        _cost(smc, ONE, "list", count, hrefs)
        return added, _cost(smc, who, "remove", count, hrefs)


def _speed(count: int, latency: float, contestants: Sequence[Contestant]) -> None:
    rows: list[list[str]] = []
    base: list[float] = []
    for who in contestants:
        with running_smc(end_signals=["event4"], http_latency=latency) as smc:
            costs = _both(smc, who, count)
            requested = smc.statistics()["requests"]
        posts = sum(number for what, number in requested.items() if what.startswith("POST") and "block_list" in what)
        deletes = sum(number for what, number in requested.items() if what.startswith("DELETE"))
        seconds = [float(cost.said["seconds"]) for cost in costs]
        seconds.append(sum(seconds))
        base = base or seconds
        ratios = [f"{mine / loop:.2f}" for mine, loop in zip(seconds, base, strict=True)]
        rows.append([who.title, str(posts), str(deletes), *(f"{one:.2f}" for one in seconds), *ratios])
    heads = ["", "POST", "DELETE", "add s", "remove s", "both s", "x bare: add", "remove", "both"]
    title = f"{count:,} block-list entries added and then removed by href, answers after {latency * 1000:.0f} ms"
    table(title, heads, rows)


def _memory(counts: Sequence[int]) -> None:
    rows = []
    for count in counts:
        with running_smc(end_signals=["event4"]) as smc:
            costs = _both(smc, Contestant("ours", 4), count)
        rows.append([f"{count:,}", *(f"{cost.peak:.0f}" for cost in costs)])
    table("Peak memory by the number of entries, in MiB", ["", "add", "remove by href"], rows)


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.block_list", description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--latency", type=float, default=0.02, help="of the slow server's answers, in seconds")
    parser.add_argument("--slow-entries", type=int, default=1_000, help="entries for the slow server")
    parser.add_argument("--memory", default="1000,10000,50000", help="numbers of entries to measure memory with")
    chosen = parser.parse_args(arguments)
    _speed(chosen.entries, 0.0, [BARE, BLIND, ONE, Contestant("ours, concurrency 4", 4)])
    _speed(
        chosen.slow_entries, chosen.latency, [BARE, ONE, *(Contestant(f"ours, concurrency {n}", n) for n in (2, 4, 8))]
    )
    print("  reach: with concurrency 1 at most 1.3 times the bare loop, both together")
    _memory([int(count) for count in chosen.memory.split(",") if count])


if __name__ == "__main__":
    if sys.argv[1:2] == ["act"]:
        _act(*sys.argv[2:])
    else:
        main()
