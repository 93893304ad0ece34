# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What earlier runs add to a report: how long a check has been failing, what was fixed, and how the totals went."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..verdicts import BAD, PASS, STATUSES
from ..words import counted
from .model import Report

# Heights of a bar of text, the lowest first.
_BARS = "▁▂▃▄▅▆▇█"


# So few runs show no trend.
_FEWEST_RUNS = 2


Trend = Sequence[Mapping[str, Any]]


# SMC, engine, check and target.
StandingKey = tuple[str, str, str, str]


def add_history(
    report: Report, standings: Mapping[StandingKey, Mapping[str, Any]], trend: Sequence[tuple[str, Mapping[str, int]]]
) -> None:
    """Put into the report what earlier runs tell.

    Args:
        report: gets the key `history`, and so does each result about which there is something to say.
        standings: by SMC, engine, check and target, with since, runs, before and says.
        trend: when each run ended and its totals, the oldest first.
    """
    fixed = []
    for result in report["results"]:
        standing = standings.get((result["smc"], result["engine"], result["name"], result["target"]))
        if standing is None or not standing["says"]:
            continue
        result["history"] = dict(standing)
        if result["status"] == PASS:
            fixed.append({key: result[key] for key in ("smc", "engine", "name", "target")})
    report["history"] = {
        "new": sum(_is_new(result) for result in report["results"]),
        "fixed": fixed,
        "trend": [{"at": at, **{status: totals.get(status, 0) for status in STATUSES}} for at, totals in trend],
    }


def _is_new(result: Mapping[str, Any]) -> bool:
    return result["status"] in BAD and result.get("history", {}).get("runs") == 1


def problems_of(run: Mapping[str, Any]) -> int:
    """How many results of a run failed or were not measured."""
    return sum(int(run.get(status, 0)) for status in BAD)


def trend_sentence(trend: Trend) -> str:
    """How the problems went, as in 'Problems in the last 30 runs: from 3 to 5, at most 9.'; empty for a single run."""
    if len(trend) < _FEWEST_RUNS:
        return ""
    numbers = [problems_of(run) for run in trend]
    runs = counted(len(trend), "run")
    return f"Problems in the last {runs}: {numbers[0]:,} in the first, {numbers[-1]:,} now, at most {max(numbers):,}."


def trend_line(trend: Trend) -> str:
    """The sentence, with a bar for each run; empty for a single run."""
    sentence = trend_sentence(trend)
    if not sentence:
        return ""
    numbers = [problems_of(run) for run in trend]
    most = max(numbers) or 1
    bars = "".join(_BARS[round((len(_BARS) - 1) * number / most)] for number in numbers)
    return f"{sentence} {bars}"
