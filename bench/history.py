# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A history of a year: nightly runs of 500 engines and 40 checks. Size on disk, time to add a run, time to render.

python -m bench.history [--runs 365] [--engines 500] [--checks 40]
"""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.formats import FORMATS
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.history import add_history
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.model import build_report
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.verdict_history import VerdictHistory

from bench.measure import table

BEGIN = datetime(2026, 1, 1, 1, tzinfo=UTC)
# Which share of the checks changes its verdict from one night to the next.
CHANGING = 0.002
# After how many runs there is a line in the table.
STEP = 73


def _verdicts(engines: int, checks: int) -> list[dict[str, Any]]:
    return [
        {
            "name": f"Check number {check} of the ready checks",
            "engine": f"Branch {engine} FW",
            "target": f"Branch {engine} FW",
            "status": "PASS",
            "severity": "major",
            "definition": "ROUTING",
            "measured": "9 entries",
        }
        for engine in range(engines)
        for check in range(checks)
    ]


def _change(verdicts: Sequence[dict[str, Any]], chance: random.Random) -> None:
    for one in chance.sample(verdicts, max(1, int(len(verdicts) * CHANGING))):
        one["status"] = "FAIL" if one["status"] == "PASS" else "PASS"
        one["reason"] = "Expected at least 12 entries, found 9." if one["status"] == "FAIL" else ""


def _size(path: Path) -> int:
    return sum(one.stat().st_size for one in path.parent.glob(f"{path.name}*"))


def _render(history: VerdictHistory, verdicts: Sequence[dict[str, Any]], standings: Any, at: str) -> tuple[float, int]:
    """Seconds to render the HTML report with its history, and its size in bytes."""
    report = build_report(verdicts, at)
    began = time.perf_counter()
    told = {
        (key.engine, key.name, key.target): {
            "since": one.since,
            "runs": one.runs,
            "before": one.before,
            "says": "since",
        }
        for key, one in standings.items()
    }
    add_history(report, told, history.trend())
    page = FORMATS["html"].render(report)
    return time.perf_counter() - began, len(page.encode())


def _year(folder: Path, runs: int, engines: int, checks: int) -> list[list[str]]:
    path = folder / "history.db"
    history, chance = VerdictHistory(path), random.Random(7)
    verdicts = _verdicts(engines, checks)
    rows = []
    for number in range(1, runs + 1):
        at = (BEGIN + timedelta(days=number)).isoformat(timespec="seconds")
        _change(verdicts, chance)
        began = time.perf_counter()
        standings = history.add_run(f"run {number}", at, verdicts)
        took = time.perf_counter() - began
        if number in (1, runs) or number % STEP == 0:
            rendered, size = _render(history, verdicts, standings, at)
            cells = [_size(path) / 1e6, took, rendered, size / 1e6]
            rows.append([str(number), *(f"{cell:.2f}" for cell in cells)])
    return rows


def main(arguments: Sequence[str] = ()) -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.history", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=365)
    parser.add_argument("--engines", type=int, default=500)
    parser.add_argument("--checks", type=int, default=40)
    asked = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        rows = _year(Path(folder), asked.runs, asked.engines, asked.checks)
    heads = ["runs", "MB on disk", "add a run s", "render HTML s", "HTML MB"]
    table(f"History of {asked.engines} engines and {asked.checks} checks", heads, rows)


if __name__ == "__main__":
    import sys

    main(sys.argv[1:])
