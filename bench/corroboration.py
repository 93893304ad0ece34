# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What comparing a table with the polling interface costs, in requests and time, where silence ends the table."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from bench.measure import ROOT, Smc, median, running_smc, table

sys.path.insert(0, str(ROOT / ".collections"))

from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import CONNECTIONS, USERS, Definition
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.fetching import FetchResult, Query, fetch_all
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.snapshot import Waits

RUNS = 3
SIZES = (1_000, 10_000, 100_000)
WAYS = {
    "not at all (`never`)": {"corroborate": "never"},
    "short answer (`auto`)": {"corroborate": "auto"},
    "full answer (`always`)": {"corroborate": "always"},
    "`transport: polling`": {"transport": "polling"},
}


def fetched(smc: Smc, definition: Definition, target: str, options: dict[str, str]) -> tuple[float, float, int]:
    """Seconds, CPU seconds and HTTP requests of one fetch."""
    before = sum(smc.statistics()["requests"].values())
    began = time.process_time()
    with Session(Connection(smc.url, api_key=smc.api_key, read_timeout=600.0)) as session:
        (taken,) = fetch_all(session, [Query(definition, target, **options)], Waits(timeout=600))
    if not isinstance(taken, FetchResult):
        raise taken
    spent = time.process_time() - began
    # One request is the question for the statistics itself.
    return taken.elapsed, spent, sum(smc.statistics()["requests"].values()) - before - 1


def rows(smc: Smc, name: str, definition: Definition, target: str) -> list[list[str]]:
    measured = {
        way: [fetched(smc, definition, target, options) for _run in range(RUNS)] for way, options in WAYS.items()
    }
    least = min(runs[0][2] for runs in measured.values())
    return [
        [name, way, *(f"{median([run[place] for run in runs]):.2f}" for place in (0, 1)), f"{runs[0][2] - least}"]
        for way, runs in measured.items()
    ]


def main(arguments: Sequence[str]) -> None:  # noqa: ARG001 (each part is called alike)
    found = []
    for size in SIZES:
        with running_smc("--connections", str(size), end_signals=[]) as smc:
            found += rows(smc, f"{size:,} connections", CONNECTIONS, "Plano FW")
    with running_smc(end_signals=[]) as smc:
        found += rows(smc, "no users", USERS, "Lab FW")
    table("A table that silence ends", ["table", "compared", "s", "CPU s", "more requests"], found)
