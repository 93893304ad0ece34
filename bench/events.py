# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Events: 10,000 changes a minute for five minutes; how far behind, how much memory, and what was lost or doubled.

python -m bench.events [--seconds 300] [--rate 10000] [--slow 0] [--alerts 10]

The simulator runs in this process; a contestant prints what it sees, and this process takes the time. The bare loop receives,
decodes and prints. Then a rulebook blocks the sources of alerts, if `make test-events` has made its environment. No limits are
checked.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

from bench.measure import ROOT, table

ENGINE = "Plano FW"
SOURCE = ROOT / "extensions" / "eda" / "plugins" / "event_source" / "live_table.py"


def network(number: int) -> str:
    return f"11.{number // 256 % 256}.{number % 256}.0"


def bare() -> None:
    """Print each entry that is added after the first reading."""
    sys.path.insert(0, str(ROOT / ".collections"))
    import websocket
    from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
    from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session

    with Session(Connection(os.environ["SMC_ADDRESS"], api_key=os.environ["SMC_API_KEY"])) as session:
        cookie, _token = session.credentials()
        address = session.rebase("monitoring/session/socket").replace("http", "ws", 1)
        socket = websocket.create_connection(address, cookie=cookie, suppress_origin=True)
        query = {"definition": "ROUTING", "target": ENGINE}
        socket.send(json.dumps({"query": query, "fetch": {}, "format": {"type": "texts", "field_format": "name"}}))
        print(json.dumps({"kind": "connected"}), flush=True)
        while True:
            for entry in json.loads(socket.recv()).get("records", {}).get("added", ()):
                print(json.dumps({"kind": "added", "entry": {"route_network": entry.get("RouteNetwork")}}), flush=True)


def command(name: str) -> list[str]:
    if name == "bare loop":
        return [sys.executable, "-m", "bench.events", "--bare"]
    return [sys.executable, str(SOURCE), "--definitions=ROUTING", f"--targets={ENGINE}", "--kinds=connected,added"]


def measured(name: str, seconds: float, rate: float, slow: float) -> list[Any]:
    """A row: changes, seconds behind (median and worst), lost, doubled, peak memory."""
    from simulator import Scenario, Simulator

    with Simulator(Scenario(end_signals=["event4"])) as smc:
        environment = {**os.environ, "SMC_ADDRESS": smc.url, "SMC_API_KEY": smc.api_key}
        process = subprocess.Popen(command(name), cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        seen: Counter[str] = Counter()
        latencies: list[float] = []
        made: dict[str, float] = {}
        connected = threading.Event()

        def read() -> None:
            assert process.stdout is not None
            for line in process.stdout:
                event = json.loads(line)
                if event["kind"] == "connected":
                    connected.set()
                elif event["entry"]["route_network"] in made:
                    seen[event["entry"]["route_network"]] += 1
                    latencies.append(time.monotonic() - made[event["entry"]["route_network"]])
                    time.sleep(slow)

        reader = threading.Thread(target=read)
        reader.start()
        connected.wait()
        time.sleep(1)
        began, number = time.monotonic(), 0
        while (now := time.monotonic()) < began + seconds:
            while number < (now - began) * rate / 60:
                made[network(number)] = time.monotonic()
                smc.world.change_route(ENGINE, f"{network(number)}/24", "192.0.2.1")
                # A route goes again, so that the table stays small.
                if number >= 500:
                    smc.world.change_route(ENGINE, f"{network(number - 500)}/24", remove=True)
                number += 1
            time.sleep(0.01)
        deadline = time.monotonic() + 60 + slow * number
        while len(seen) < number and time.monotonic() < deadline:
            time.sleep(0.1)
        process.terminate()
        _pid, _status, usage = os.wait4(process.pid, 0)
        reader.join()
        left = smc.open_sessions
    doubled = sum(count - 1 for count in seen.values())
    behind = [f"{statistics.median(latencies) * 1000:.0f}", f"{max(latencies) * 1000:.0f}"]
    return [name, f"{number:,}", *behind, number - len(seen), doubled, f"{usage.ru_maxrss / 1024:.0f}", left]


def reactions(runs: int) -> list[Any]:
    """Seconds from an alert at the SMC until the block list has its source, by a rulebook: median, worst."""
    from simulator import Scenario, Simulator

    programs = ROOT / ".venv-rulebook" / "bin"
    with (
        tempfile.TemporaryDirectory() as folder,
        Simulator(Scenario(end_signals=["event4"], signals_on_alerts=True)) as smc,
    ):
        here = {"ansible_connection": "local", "ansible_python_interpreter": str(programs / "python")}
        Path(folder, "inventory.json").write_text(json.dumps({"all": {"hosts": {"localhost": here}}}), "utf-8")
        Path(folder, "vars.yml").write_text(json.dumps({"block_on": ENGINE}), "utf-8")
        environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(programs), os.environ["PATH"]]),
            "ANSIBLE_COLLECTIONS_PATH": str(ROOT / ".collections"),
            "SMC_ADDRESS": smc.url,
            "SMC_API_KEY": smc.api_key,
        }
        words = [
            "ansible-rulebook",
            "-r",
            "ngfw.smc.block_critical_alerts",
            "-i",
            "inventory.json",
            "--vars",
            "vars.yml",
        ]
        process = subprocess.Popen(
            words, cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.STDOUT
        )
        try:
            while not smc.statistics.entries_sent:
                time.sleep(0.1)
            time.sleep(5)
            table_of_engine = smc.world.block_list(smc.world.engine(ENGINE))
            seconds = []
            while len(seconds) < runs:
                there, began = len(table_of_engine.entries), time.monotonic()
                smc.world.add_alert(severity="Critical")
                while len(table_of_engine.entries) == there and time.monotonic() < began + 60:
                    time.sleep(0.01)
                # A source that is blocked already is not blocked again.
                if len(table_of_engine.entries) > there:
                    seconds.append(time.monotonic() - began)
        finally:
            process.terminate()
            process.wait()
    return ["a rulebook", runs, f"{statistics.median(seconds):.1f}", f"{max(seconds):.1f}"]


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.events", description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--rate", type=float, default=10_000, help="changes a minute")
    parser.add_argument("--slow", type=float, default=0, help="seconds that the reader takes for each event")
    parser.add_argument(
        "--alerts", type=int, default=10, help="how many alerts a rulebook has to block; 0 for no rulebook"
    )
    parser.add_argument("--bare", action="store_true", help="run the bare loop")
    chosen = parser.parse_args(arguments)
    if chosen.bare:
        bare()
        return
    rows = [measured(name, chosen.seconds, chosen.rate, chosen.slow) for name in ("bare loop", "ours")]
    heads = ["", "changes", "median ms", "worst ms", "lost", "doubled", "peak MiB", "sessions left"]
    table(f"{chosen.rate:,.0f} changes a minute for {chosen.seconds:g} s", heads, rows)
    if chosen.alerts and (ROOT / ".venv-rulebook" / "installed.txt").exists():
        heads = ["", "alerts", "median s", "worst s"]
        table("From an alert to the entry in the block list", heads, [reactions(chosen.alerts)])


if __name__ == "__main__":
    main()
