# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the parts share: an SMC and contestants in processes of their own, medians and tables."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Smc:
    url: str
    api_key: str

    def statistics(self) -> dict[str, Any]:
        with urllib.request.urlopen(f"{self.url}/simulator/statistics?frames=0") as answer:
            counted: dict[str, Any] = json.load(answer)
            return counted

    @property
    def environment(self) -> dict[str, str]:
        return {"SMC_ADDRESS": self.url, "SMC_API_KEY": self.api_key}


@contextmanager
def running_smc(*options: str, **scenario: Any) -> Iterator[Smc]:
    """A simulator with these command line options and this scenario."""
    command = [sys.executable, "-m", "simulator", "--still", "--scenario", json.dumps(scenario), *options]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            described = json.loads(process.stdout.readline())
            yield Smc(described["url"], described["api_key"])
        finally:
            process.terminate()


@dataclass(frozen=True)
class Cost:
    """Elapsed seconds, CPU seconds, peak memory in MiB, and what the contestant printed as JSON."""

    wall: float
    cpu: float
    peak: float
    said: Mapping[str, Any]


def cost_of(command: Sequence[str], environment: Mapping[str, str] | None = None) -> Cost:
    """Run a command to its end. Its last line of output may be a JSON object. Raises if it fails."""
    began = time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    assert process.stdout is not None
    output = process.stdout.read()
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    wall = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(f"{' '.join(command)} ended with {process.returncode}: {output[-2000:]}")
    last = (output.strip().splitlines() or [""])[-1]
    said = json.loads(last) if last.startswith("{") and last.endswith("}") else {}
    return Cost(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024, said)


def reach(goal: str, measured: float, limit: float) -> None:
    """Print whether a goal, something that is at most so much, was reached. Nothing is asserted."""
    short = "reached" if measured <= limit else f"short by {measured - limit:.3g}"
    print(f"  goal, {goal}: at most {limit:g}, measured {measured:.3g}: {short}")


def median(values: Sequence[float]) -> float:
    return statistics.median(values)


def table(title: str, heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print a table. The first column is aligned left, the others right."""
    texts = [[value if isinstance(value, str) else f"{value:.3g}" for value in row] for row in (heads, *rows)]
    widths = [max(len(row[column]) for row in texts) for column in range(len(heads))]
    print(f"\n{title}")
    for row in texts:
        cells = [row[0].ljust(widths[0]), *(text.rjust(width) for text, width in zip(row[1:], widths[1:], strict=True))]
        print("  " + "  ".join(cells), flush=True)
