# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many block-list entries added and then removed by href: this collection and a bare loop of the same requests.

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
from contextlib import ExitStack, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests
import websocket

from bench.measure import ROOT, Cost, Smc, cost_of, reach, running_smc, table

sys.path.insert(0, str(ROOT / ".collections"))

from ansible_collections.ngfw.smc.plugins.module_utils._runner import Options
from ansible_collections.ngfw.smc.plugins.module_utils._runners.block_list import RUNNER

BATCH = 250
TARGET = "Plano FW"


@dataclass(frozen=True)
class Contestant:
    """concurrency: 0 for the bare loops. wait: whether to wait until the list shows each change."""

    title: str
    concurrency: int
    wait: bool = True


BARE = Contestant("bare loop", 0, wait=False)
BARE_WAITING = Contestant("bare loop that listens until all are shown", 0)
ONE = Contestant("ours, concurrency 1", 1)
BLIND = Contestant("ours, concurrency 1, wait: false", 1, wait=False)


def _addresses(count: int) -> list[str]:
    return [f"10.{number // 62500}.{number // 250 % 250}.{number % 250}" for number in range(count)]


# --- in a process of its own: one action of one contestant, from login to logout. It prints its seconds.


def ours(smc: Smc, concurrency: int, wait: bool, **given: Any) -> tuple[float, dict[str, Any]]:
    """What a task does, including reading the list first."""
    defaults = {name: spec.get("default") for name, spec in RUNNER.arguments.items()}
    connection = {"url": smc.url, "api_key": smc.api_key, "timeout": 600.0}
    how = {"concurrency": concurrency, "wait": wait, "batch_size": BATCH}
    began = time.perf_counter()
    result = RUNNER.run(Options({**defaults, **connection, **how, **given}))
    return time.perf_counter() - began, result


def bare(smc: Smc, bodies: Sequence[Any], hrefs: Sequence[str], wait: bool) -> float:
    """The same changing requests on one kept-alive connection, one after another, and nothing else.

    With `wait`, a socket is open meanwhile, whose messages are decoded and counted at the end.
    """
    with requests.Session() as session, ExitStack() as opened:
        session.trust_env = False
        session.post(f"{smc.url}/7.1/login", json={"authenticationkey": smc.api_key})
        socket = opened.enter_context(closing(_listen(smc, session))) if wait else None
        where = {"filter": TARGET, "filter_context": "engine_clusters"}
        found = session.get(f"{smc.url}/7.1/elements", params=where).json()["result"]
        engine = next(item["href"] for item in found if item["name"] == TARGET)
        began = time.perf_counter()
        for start in range(0, len(bodies), BATCH):
            session.post(f"{engine}/block_list", json={"entries": bodies[start : start + BATCH]}).raise_for_status()
        for href in hrefs:
            session.delete(href).raise_for_status()
        left = len(bodies) + len(hrefs) if socket else 0
        while left > 0:
            records = json.loads(socket.recv()).get("records", {})
            left -= len(records.get("added", ())) + len(records.get("deleted", ()))
        seconds = time.perf_counter() - began
        session.put(f"{smc.url}/7.1/logout")
    return seconds


def _listen(smc: Smc, session: requests.Session) -> Any:
    """A socket that shows the block list, which is empty now or is not waited for."""
    cookie = "; ".join(f"{one.name}={one.value}" for one in session.cookies)
    url = f"{smc.url}/7.1/monitoring/session/socket".replace("http", "ws", 1)
    socket = websocket.create_connection(url, cookie=cookie, suppress_origin=True, skip_utf8_validation=True)
    query = {"definition": "BLOCK_LIST", "target": TARGET}
    socket.send(json.dumps({"query": query, "fetch": {}, "format": {"type": "texts"}}))
    # The simulator marks the end of what is listed now.
    while "4" not in [one.get("SessionEvent") for one in json.loads(socket.recv()).get("records", {}).get("added", ())]:
        pass
    return socket


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
        print(json.dumps({"seconds": bare(smc, [] if named else bodies, named, wait == "True")}))
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
    """The costs of adding and removing. Reading the hrefs in between does not count."""
    with tempfile.TemporaryDirectory() as folder:
        hrefs = Path(folder) / "hrefs"
        added = _cost(smc, who, "add", count, hrefs)
        _cost(smc, ONE, "list", count, hrefs)
        return added, _cost(smc, who, "remove", count, hrefs)


def _speed(count: int, latency: float, contestants: Sequence[Contestant]) -> dict[str, list[float]]:
    """Print a table. Returns the seconds for adding, removing and both, by the contestants' titles."""
    rows: list[list[str]] = []
    by_title: dict[str, list[float]] = {}
    for who in contestants:
        with running_smc(end_signals=["event4"], http_latency=latency) as smc:
            costs = _both(smc, who, count)
            requested = smc.statistics()["requests"]
        posts = sum(number for what, number in requested.items() if what.startswith("POST") and "block_list" in what)
        deletes = sum(number for what, number in requested.items() if what.startswith("DELETE"))
        seconds = [float(cost.said["seconds"]) for cost in costs]
        seconds.append(sum(seconds))
        by_title[who.title] = seconds
        base = next(iter(by_title.values()))
        ratios = [f"{mine / loop:.2f}" for mine, loop in zip(seconds, base, strict=True)]
        rows.append([who.title, str(posts), str(deletes), *(f"{one:.2f}" for one in seconds), *ratios])
    heads = ["", "POST", "DELETE", "add s", "remove s", "both s", "x bare: add", "remove", "both"]
    title = (
        f"{count:,} block-list entries added and then removed by href, the server answers after {latency * 1000:.0f} ms"
    )
    table(title, heads, rows)
    return by_title


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
    parser.add_argument("--latency", type=float, default=0.02, help="seconds before each answer of the slow server")
    parser.add_argument("--slow-entries", type=int, default=1_000, help="entries for the slow server")
    parser.add_argument(
        "--memory", default="1000,10000,50000", help="the numbers of entries for which to measure memory"
    )
    chosen = parser.parse_args(arguments)
    seconds = _speed(chosen.entries, 0.0, [BARE, BLIND, BARE_WAITING, ONE, Contestant("ours, concurrency 4", 4)])
    bare, waiting, ours = (seconds[who.title] for who in (BARE, BARE_WAITING, ONE))
    reach("adding, times the bare loop", ours[0] / bare[0], 1.5)
    reach("adding, times the bare loop that listens too", ours[0] / waiting[0], 1.5)
    reach("adding and removing, times the bare loop", ours[2] / bare[2], 1.3)
    _speed(
        chosen.slow_entries, chosen.latency, [BARE, ONE, *(Contestant(f"ours, concurrency {n}", n) for n in (2, 4, 8))]
    )
    _memory([int(count) for count in chosen.memory.split(",") if count])


if __name__ == "__main__":
    if sys.argv[1:2] == ["act"]:
        _act(*sys.argv[2:])
    else:
        main()
