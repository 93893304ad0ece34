# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory of many engines: the requests, the ideal time, this collection, and the vendor's library.

    python -m bench.inventory [--engines 2000] [--latency 0.02] [--concurrency 8] [--vendor-engines 100]

The ideal is requests x latency / concurrency. `reading` is the time from login to logout, as the plugin and the module
read engines. `ansible-inventory` is the whole command, which also starts Ansible, makes the hosts and writes them. The
vendor's library reads one engine after another, so it runs with fewer engines and the result is scaled up. No limits are
checked.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from bench.measure import ROOT, Smc, cost_of, running_smc, table

sys.path.insert(0, str(ROOT / ".collections"))

from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.reading import RequestedDetails, read_engines
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.search import Selection, list_engines

DEPTHS = {"none": RequestedDetails(engine=False), "engine": RequestedDetails(), "status": RequestedDetails(status=True)}
# As in the vendor's documentation: a list, then for each engine its element and the status of each node.
VENDOR = """
import json, sys, time
from smc import session
from smc.core.engine import Engine
session.login(url=sys.argv[1], api_key=sys.argv[2], api_version="7.1")
began = time.perf_counter()
for engine in list(Engine.objects.all())[: int(sys.argv[3])]:
    engine.comment, [node.status().get("installed_policy") for node in engine.nodes]
print(json.dumps({"seconds": time.perf_counter() - began}))
session.logout()
"""
COLLECTIONS = {"ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections")}


def measured(smc: Smc, work: Callable[[], float | None]) -> tuple[int, float]:
    """The number of requests, and the seconds that work returns or that it took."""
    before, began = smc.statistics()["requests"], time.perf_counter()
    seconds = work() or time.perf_counter() - began
    return sum(smc.statistics()["requests"].values()) - sum(before.values()), seconds


def reading(smc: Smc, depth: RequestedDetails, concurrency: int) -> None:
    with Session(Connection(smc.url, api_key=smc.api_key), pool_size=concurrency) as session:
        read_engines(session, list_engines(session, Selection()), depth, concurrency)


def command(smc: Smc, folder: Path, **options: object) -> None:
    file = folder / "bench.smc_engines.yml"
    file.write_text(json.dumps({"plugin": "ngfw.smc.engines", **options}), "utf-8")
    run = [sys.executable, "-m", "ansible", "inventory", "-i", str(file), "--list", "--output", "/dev/null"]
    cost_of(run, {**smc.environment, **COLLECTIONS})


def vendor(smc: Smc, engines: int) -> float:
    return float(cost_of([sys.executable, "-c", VENDOR, smc.url, smc.api_key, str(engines)]).said["seconds"])


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--engines", type=int, default=2000)
    parser.add_argument("--latency", type=float, default=0.02, help="seconds before each answer")
    parser.add_argument("--concurrency", type=int, default=8)
    parser.add_argument("--vendor-engines", type=int, default=100)
    given = parser.parse_args(arguments)
    at_a_time, latency = given.concurrency, given.latency
    rows: list[list[str]] = []

    def row(what: str, requests: int, seconds: float, concurrency: int = 1) -> None:
        ideal = requests * latency / concurrency
        ratio = f"{seconds / ideal:.2f}" if ideal else "-"
        rows.append([what, f"{requests}", f"{ideal:.2f}", f"{seconds:.2f}", ratio])

    with (
        running_smc("--engines", str(given.engines), http_latency=latency) as smc,
        tempfile.TemporaryDirectory() as name,
    ):
        folder = Path(name)
        for details, depth in DEPTHS.items():
            spent = measured(smc, lambda depth=depth: reading(smc, depth, at_a_time))
            row(f"reading, details {details}", *spent, 1 if details == "none" else at_a_time)
        for details in ("engine", "status"):
            spent = measured(smc, lambda details=details: command(smc, folder, details=details, concurrency=at_a_time))
            row(f"ansible-inventory, details {details}", *spent, at_a_time)
        kept = {"cache": True, "cache_plugin": "ansible.builtin.jsonfile", "cache_connection": str(folder / "cache")}
        command(smc, folder, details="status", concurrency=at_a_time, **kept)
        row("ansible-inventory, cache hit", *measured(smc, lambda: command(smc, folder, details="status", **kept)))
        requests, seconds = measured(smc, lambda: vendor(smc, given.vendor_engines))
        row(f"vendor's library, {given.vendor_engines} engines", requests, seconds)
        scale = given.engines / given.vendor_engines
        row(f"  the same, scaled to {given.engines}", round(requests * scale), seconds * scale)
    table(
        f"Inventory of {given.engines} engines, {latency * 1000:g} ms per answer, {at_a_time} requests at a time",
        ["", "requests", "ideal s", "seconds", "ratio"],
        rows,
    )


if __name__ == "__main__":
    main()
