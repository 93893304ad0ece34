# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Record the traces of this folder again, from the simulator and from Tomcat: `python -m tests.traces.record [NAME ...]`.

Traces of real SMCs are not made here: somebody sent them. They stand in the same folder, and the same tests run on them.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ansible_collections.ngfw.smc.plugins.module_utils._runner import Options
from ansible_collections.ngfw.smc.plugins.module_utils._runners.diagnose import ARGUMENTS, run

from simulator import Scenario, Simulator
from tests.tomcat.export import export
from tests.tomcat.server import Tomcat

FOLDER = Path(__file__).parent
CLUSTER = "HQ cluster"
FEW = ["BLOCK_LIST", "VPN_SA", "ROUTING", "ACTIVE_ALERTS", "NEIGHBORS"]

# Scenario, settings of the simulator, and options of the diagnosis.
VARIANTS: dict[str, tuple[dict[str, Any], dict[str, Any], dict[str, Any]]] = {
    "first_fetch": ({}, {}, {"definitions": None}),
    "first_fetch_over": ({"live_during_initial": True, "batching": "interleaved", "status_lines": 2}, {}, {}),
    "event4": ({"end_signals": ["event4"], "periodic_seconds": 0.5}, {}, {}),
    "event4_last": ({"end_signals": ["event4_last"], "deleted_records": "key", "omit_empty_lists": True}, {}, {}),
    "end": ({"end_signals": ["end"], "session_kind": "token"}, {}, {}),
    "silence": ({"end_signals": [], "message_delay": 0.2, "unknown_fields": {"SdwanLinkQuality": "7"}}, {}, {}),
    "empty": ({"empty_set": "message"}, {}, {"target": "Lab FW"}),
    "smc_6.10": (
        {"end_signals": ["event4", "first_fetch"], "field_spelling": "BlackList", "masks": "dotted", "fetches_per_socket": "one"},
        {"product_version": "6.10", "api_versions": ("6.9", "6.10")},
        {},
    ),
    "busy": ({}, {"connections": 900}, {"target": "Plano FW", "definitions": ["CONNECTIONS"]}),
}  # fmt: skip
TOMCAT = "tomcat"


@contextmanager
def serving(name: str) -> Iterator[tuple[Simulator | Tomcat, dict[str, Any]]]:
    """The server of a variant, and the options of its diagnosis."""
    if name == TOMCAT:
        with tempfile.TemporaryDirectory() as folder:
            export(Path(folder))
            with Tomcat(Path(folder)) as tomcat:
                yield tomcat, {}
        return
    scenario, settings, options = VARIANTS[name]
    with Simulator(Scenario(**scenario), **settings) as smc:
        yield smc, options


def record(name: str, folder: Path) -> None:
    """Record one trace into its file in this folder."""
    with serving(name) as (smc, options), tempfile.TemporaryDirectory() as scratch:
        params: dict[str, Any] = {option: spec.get("default") for option, spec in ARGUMENTS.items()}
        params.update(
            url=smc.url,
            api_key=smc.api_key,
            target=CLUSTER,
            definitions=FEW,
            dest=scratch,
            record=f"{scratch}/trace",
            observe=1.0,
            idle_limit=0.5,
        )
        params.update(first_entry_timeout=2.0, quiet_period=0.5, timeout=30.0)
        params.update(options)
        run(Options(params))
        (folder / f"{name}.jsonl.gz").write_bytes((Path(scratch) / "trace").read_bytes())


def main() -> int:
    """Record those that are named, or all of them."""
    for name in sys.argv[1:] or [*VARIANTS, TOMCAT]:
        record(name, FOLDER)
        sys.stdout.write(f"{name}: {(FOLDER / f'{name}.jsonl.gz').stat().st_size:,} bytes\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
