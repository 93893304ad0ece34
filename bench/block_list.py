# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many block-list entries added and then removed by href: ours against a bare loop of the same requests.

python -m bench.block_list [--entries 10000] [--latency 0.02]
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from typing import Any

import requests

from bench.measure import ROOT, Smc, running_smc, table

sys.path.insert(0, str(ROOT / ".collections"))

from ansible_collections.ngfw.smc.plugins.module_utils._block_list import RUNNER
from ansible_collections.ngfw.smc.plugins.module_utils._runner import Options

BATCH = 250
TARGET = "Plano FW"


def _options(smc: Smc, **given: Any) -> Options:
    defaults = {name: spec.get("default") for name, spec in RUNNER.arguments.items()}
    return Options({**defaults, "url": smc.url, "api_key": smc.api_key, "target": TARGET, **given})


def _addresses(count: int) -> list[str]:
    return [f"10.{number // 62500}.{number // 250 % 250}.{number % 250}" for number in range(count)]


def ours(smc: Smc, count: int, concurrency: int) -> tuple[float, float]:
    """Seconds to add them all and to remove them by href."""
    entries = [{"source": address, "duration": 86400} for address in _addresses(count)]
    began = time.perf_counter()
    added = RUNNER.run(
        _options(smc, state="present", entries=entries, concurrency=concurrency, batch_size=BATCH, timeout=600)
    )
    between = time.perf_counter()
    hrefs = [entry["block_list_href"] for entry in added["entries"]]
    removed = RUNNER.run(_options(smc, state="absent", hrefs=hrefs, concurrency=concurrency, timeout=600))
    ended = time.perf_counter()
    if (added["added"], removed["removed"]) != (count, count):
        raise RuntimeError(f"added {added['added']}, removed {removed['removed']} of {count}")
    return between - began, ended - between


def bare(smc: Smc, count: int) -> tuple[float, float]:
    """The same requests on one kept-alive connection, one after another, and nothing else."""
    with requests.Session() as session:
        session.trust_env = False
        session.post(f"{smc.url}/7.1/login", json={"authenticationkey": smc.api_key})
        found = session.get(
            f"{smc.url}/7.1/elements", params={"filter": TARGET, "filter_context": "engine_clusters"}
        ).json()["result"]
        engine = next(item["href"] for item in found if item["name"] == TARGET)
        addresses = _addresses(count)
        began = time.perf_counter()
        for start in range(0, count, BATCH):
            body = [
                {
                    "end_point1": {"address_mode": "address", "ip_network": f"{address}/32"},
                    "end_point2": {"address_mode": "any"},
                    "duration": 86400,
                }
                for address in addresses[start : start + BATCH]
            ]
            session.post(f"{engine}/block_list", json={"entries": body}).raise_for_status()
        between = time.perf_counter()
        # The hrefs are read outside the measured time.
        facts = RUNNER.run(_options(smc, state="present", entries=[{"source": one} for one in addresses], timeout=600))
        hrefs = [entry["block_list_href"] for entry in facts["entries"]]
        deleting = time.perf_counter()
        for href in hrefs:
            session.delete(href).raise_for_status()
        ended = time.perf_counter()
        session.put(f"{smc.url}/7.1/logout")
    return between - began, ended - deleting


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.block_list", description=__doc__.splitlines()[0])
    parser.add_argument("--entries", type=int, default=10_000)
    parser.add_argument("--latency", type=float, default=0.02, help="of the slow server's answers, in seconds")
    parser.add_argument("--slow-entries", type=int, default=1_000, help="entries for the slow server")
    chosen = parser.parse_args(arguments)
    rows: list[list[Any]] = []
    for latency, count in ((0.0, chosen.entries), (chosen.latency, chosen.slow_entries)):
        base: tuple[float, float] | None = None
        for name, concurrency in (("bare loop", 0), ("ours, concurrency 1", 1), ("ours, concurrency 4", 4)):
            with running_smc(end_signals=["event4"], http_latency=latency) as smc:
                add, remove = ours(smc, count, concurrency) if concurrency else bare(smc, count)
                requested = smc.statistics()["requests"]
            posts = sum(
                number for what, number in requested.items() if what.startswith("POST") and "block_list" in what
            )
            deletes = sum(number for what, number in requested.items() if what.startswith("DELETE"))
            base = base or (add, remove)
            rows.append(
                [
                    f"{count:,} at {latency * 1000:.0f} ms: {name}",
                    f"{add:.2f}",
                    f"{remove:.2f}",
                    str(posts),
                    str(deletes),
                    f"{remove / base[1]:.2f}",
                ]
            )
    table(
        "Block-list entries added and removed by href",
        ["", "add s", "remove s", "POST", "DELETE", "x bare (remove)"],
        rows,
    )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"  peak memory of this process {peak:.0f} MiB; reach: at most 1.3 times the bare loop with concurrency 1")


if __name__ == "__main__":
    main()
