# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""A report as metrics, for the textfile directory of Prometheus' node-exporter.

The names, labels and values are an interface: docs/reports.md describes them, and alert rules depend on them.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from ..verdicts import ERROR, FAIL, PASS, SKIPPED, STATUSES, WAIVED
from ..words import shorten, visible
from .model import CheckResult, Report
from .smcs import smc_name
from .wording import notes_on

# How a verdict stands as a number. These never change.
STATUS_CODES = {PASS: 0, FAIL: 1, ERROR: 2, WAIVED: 3, SKIPPED: 4}


# How many results have time series of their own. The others are only in the totals, those that passed first.
MOST_RESULTS = 25_000


# Characters of a label's value.
_LABEL = 200


_PREFIX = "ngfw_health_check"


Labels = Mapping[str, str]


class Metric(NamedTuple):
    """One metric. samples: labels and value of each time series."""

    name: str
    help: str
    samples: Sequence[tuple[Labels, float]]


def render_openmetrics(report: Report, most: int = MOST_RESULTS) -> str:
    """The report in the text format that Prometheus reads.

    Args:
        report: the model.
        most: how many results have time series of their own at most.
    """
    common = {"report": str(report["title"]), "smc": _smcs_of(report)}
    kept = _kept(report["results"], most)
    metrics = [*_totals(report, common, len(report["results"]) - len(kept)), *_of_results(kept, common)]
    metrics += _of_areas(report["differences"][:most], common)
    return "".join(map(_written, metrics))


def _smcs_of(report: Report) -> str:
    return ", ".join(sorted(row["name"] for row in report["smcs"])) or smc_name(report["smc"].get("url"))


def _totals(report: Report, common: Labels, left_out: int) -> list[Metric]:
    totals = report["totals"]
    failing = totals["failing"] + totals["failing_areas"]
    return [
        Metric("run_failed", "1 if the run failed, else 0.", [(common, int(report["status"] == FAIL))]),
        Metric(
            "run_timestamp_seconds", "When the report was made, in seconds since 1970.", [(common, _timestamp(report))]
        ),
        Metric("run_failing", "Results and compared tables that fail the run.", [(common, failing)]),
        Metric("run_engines", "Engines that were checked.", [(common, totals["engines"])]),
        Metric(
            "run_warnings",
            "Warnings of the report, and checks that had nothing to judge.",
            [(common, len(notes_on(report)))],
        ),
        Metric(
            "run_results",
            "Results of the run by verdict.",
            [({**common, "status": status}, totals[status]) for status in STATUSES],
        ),
        # The names are not those of the run's own metrics: a sum over both would count twice.
        Metric(
            "smc_failing",
            "Results and compared tables of one of several SMCs that fail the run.",
            [({**common, "smc": row["name"]}, row["failing"] + row["failing_areas"]) for row in report["smcs"]],
        ),
        Metric(
            "run_results_left_out",
            "Results without time series of their own, because there are too many.",
            [(common, left_out)],
        ),
    ]


def _of_results(results: Sequence[CheckResult], common: Labels) -> list[Metric]:
    labelled = [(_labels(result, common), result) for result in results]
    measured = [(labels, number) for labels, result in labelled if (number := measured_number(result)) is not None]
    codes = ", ".join(f"{code} {status}" for status, code in STATUS_CODES.items())
    return [
        Metric("status", f"Verdict: {codes}.", [(labels, STATUS_CODES[one["status"]]) for labels, one in labelled]),
        Metric(
            "failing",
            "1 if the verdict fails the run, else 0.",
            [(labels, int(one["failing"])) for labels, one in labelled],
        ),
        Metric("measured", "The number that the check found, if it found one.", measured),
        Metric(
            "duration_seconds",
            "How long measuring took; checks of one table share it.",
            [(labels, one["elapsed"]) for labels, one in labelled],
        ),
    ]


def _labels(result: CheckResult, common: Labels) -> Labels:
    named = {"check": result["name"], "engine": result["engine"], "severity": result["severity"]}
    return {**common, "smc": result["smc"], **named, "definition": result["definition"]}


def _of_areas(areas: Iterable[Mapping[str, Any]], common: Labels) -> list[Metric]:
    """Compared tables. Several definitions of one target are several series."""
    status: dict[tuple[str, str, str], tuple[Labels, float]] = {}
    entries: list[tuple[Labels, float]] = []
    for area in areas:
        labels = {**common, "smc": area["smc"], "engine": area["target"], "definition": area["definition"]}
        key = (_label(area["smc"]), _label(area["target"]), _label(area["definition"]))
        if key in status:
            continue
        status[key] = (labels, STATUS_CODES[area["status"]])
        kinds = ("added", "removed", "changed")
        entries += [({**labels, "change": kind}, area[f"{kind}_count"]) for kind in kinds]
    return [
        Metric("table_status", "Verdict on a compared table, as in ngfw_health_check_status.", list(status.values())),
        Metric("table_differences", "Entries of a compared table that differ.", entries),
    ]


def _kept(results: Sequence[CheckResult], most: int) -> list[CheckResult]:
    """The results with time series of their own, each with other labels: a file with a series twice is refused whole."""
    distinct: dict[tuple[str, str, str], CheckResult] = {}
    # The worst stand first, so they are those that are kept.
    for result in sorted(results, key=lambda result: STATUSES.index(result["status"])):
        distinct.setdefault((_label(result["smc"]), _label(result["engine"]), _label(result["name"])), result)
    return list(distinct.values())[:most]


_NUMBER = re.compile(r"(-?\d+(?:\.\d+)?)(?=$| [^;]*$)")


def measured_number(result: CheckResult) -> float | None:
    """The number that a verdict's `measured` begins with, as in '3 of 12 entries'; None if it has none, or several findings."""
    found = _NUMBER.match(str(result["measured"]).replace(",", ""))
    return float(found[1]) if found else None


def _timestamp(report: Report) -> float:
    try:
        return datetime.fromisoformat(str(report["generated_at"])).timestamp()
    except ValueError:
        return 0.0


def _written(metric: Metric) -> str:
    if not metric.samples:
        return ""
    name = f"{_PREFIX}_{metric.name}"
    lines = [f"# HELP {name} {metric.help}", f"# TYPE {name} gauge"]
    for labels, value in metric.samples:
        pairs = ",".join(f'{key}="{_label(text)}"' for key, text in labels.items())
        lines.append(f"{name}{{{pairs}}} {_value(value)}")
    return "\n".join(lines) + "\n"


def _value(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else repr(float(value))


def _label(text: object) -> str:
    """The text as a label's value, in which only backslash, quote and line break need an escape."""
    short = shorten(visible(shorten(str(text), _LABEL)), _LABEL)
    return short.replace("\\", "\\\\").replace('"', '\\"')
