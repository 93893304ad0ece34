# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""All eight definitions of one engine at the same time, compared with each alone."""

from __future__ import annotations

import sys
import time

from bench.measure import ROOT, Smc, median, running_smc, table

sys.path.insert(0, str(ROOT / ".collections"))

from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.fetching import FetchResult, Query, fetch_all
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.snapshot import Waits


def seconds(smc: Smc, names: list[str]) -> float:
    began = time.perf_counter()
    with Session(Connection(smc.url, api_key=smc.api_key)) as session:
        queries = [
            Query(definition, session.domain if definition.targets_domain else "Plano FW")
            for definition in (DEFINITIONS[name] for name in names)
        ]
        for taken in fetch_all(session, queries, Waits()):
            if not isinstance(taken, FetchResult):
                raise taken
    return time.perf_counter() - began


def main(runs: int, quick: bool) -> None:  # noqa: ARG001 (each part is called alike)
    with running_smc("--connections", "5000", end_signals=["end"], message_delay=0.02) as smc:
        single = {name: median([seconds(smc, [name]) for _run in range(runs)]) for name in DEFINITIONS}
        together = median([seconds(smc, list(DEFINITIONS)) for _run in range(runs)])
    slowest = max(single.values())
    rows = [[name, f"{value:.3f}", f"{value / slowest:.2f}"] for name, value in single.items()]
    rows += [
        ["one after another", f"{sum(single.values()):.3f}", f"{sum(single.values()) / slowest:.2f}"],
        ["all eight at once", f"{together:.3f}", f"{together / slowest:.2f}"],
    ]
    table("Eight definitions of one engine (20 ms between messages)", ["definition", "s", "x slowest"], rows)
