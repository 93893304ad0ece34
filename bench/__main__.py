# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Measure speed and memory, side by side in one run. No limits are checked.

python -m bench [--runs 5] [--quick] [facts definitions plays inventory block_list ...]
"""

from __future__ import annotations

import argparse
import importlib
from pathlib import Path

HERE = Path(__file__).parent
# The parts in their order. Each is a file of this folder with a function main.
PARTS = (
    "facts",
    "definitions",
    "corroboration",
    "plays",
    "inventory",
    "block_list",
    "snapshot",
    "health",
    "history",
    "events",
    "tomcat",
)


def main() -> None:
    there = [part for part in PARTS if (HERE / f"{part}.py").exists()]
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("parts", nargs="*", metavar="PART", help=f"{', '.join(there)}; default all")
    parser.add_argument(
        "--runs", type=int, default=5, help="how often to run each contestant; the result is the median"
    )
    parser.add_argument("--quick", action="store_true", help="only three runs, and no table of a million entries")
    chosen = parser.parse_args()
    unknown = sorted(set(chosen.parts) - set(there))
    if unknown:
        parser.error(f"there is no part {', '.join(unknown)}; expected {', '.join(there)}")
    for part in chosen.parts or there:
        module = importlib.import_module(f"bench.{part}")
        if part in ("facts", "definitions", "plays"):
            module.main(runs=3 if chosen.quick else chosen.runs, quick=chosen.quick)
        else:
            module.main([])


if __name__ == "__main__":
    main()
