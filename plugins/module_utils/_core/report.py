# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Reports of health checks and comparisons: one model, rendered as JSON, JUnit XML and Markdown (HTML: report_html.py).

The model is a JSON document, version 1 (its schema is docs/health_report.schema.json). Everything here is
text in, text out. Names and values come from engines and users, so each renderer escapes them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from .check_reading import SEVERITIES
from .checks import STATUSES
from .definitions import DEFINITIONS
from .errors import OptionError, join_names

Report = dict[str, Any]
Result = Mapping[str, Any]

SCHEMA = "ngfw.smc.health_report"
SCHEMA_VERSION = 1

DEFAULT_FAIL_ON = ("critical", "major")
BAD = ("FAIL", "ERROR")

_RESULT_KEYS = ("name", "engine", "severity", "definition", "target", "description", "reason", "measured", "wanted")


def build_report(
    results: Iterable[Result],
    generated_at: str,
    title: str = "Health check",
    fail_on: Sequence[str] = DEFAULT_FAIL_ON,
    smc: Mapping[str, Any] | None = None,
    differences: Iterable[Mapping[str, Any]] = (),
) -> Report:
    """The model. results: verdicts as dictionaries. differences: areas of a comparison. generated_at: ISO 8601, UTC.

    Results and engines stand worst first; a result that is there twice (same engine, check and target)
    stands once, with its worst status.
    """
    for severity in fail_on:
        if severity not in SEVERITIES:
            raise OptionError(f"There is no severity '{severity}' to fail on.")
    listed = _worst_of_each([_normal(result, fail_on) for result in results])
    areas = sorted((_normal_area(area) for area in differences), key=_area_order)
    engines: dict[str, list[Report]] = {}
    for result in listed:
        engines.setdefault(result["engine"], []).append(result)
    rows = [_engine_row(name, own) for name, own in engines.items()]
    rows.sort(key=_engine_order(engines))
    place = {row["name"]: index for index, row in enumerate(rows)}
    listed.sort(key=lambda result: (place[result["engine"]], badness(result)))
    failing = [result for result in listed if result["failing"]]
    domains = sum(row["kind"] == "domain" for row in rows)
    totals = {
        "engines": len(rows) - domains,
        "domains": domains,
        "checks": len({result["name"] for result in listed}),
        "results": len(listed),
        **_count_by_status(listed),
        "failing": len(failing),
        "areas": len(areas),
        "failing_areas": sum(area["status"] in BAD for area in areas),
    }
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "title": title,
        "generated_at": generated_at,
        "smc": {str(key): str(value) for key, value in (smc or {}).items() if value},
        "status": "FAIL" if failing or totals["failing_areas"] else "PASS",
        "fail_on": list(fail_on),
        "totals": totals,
        "engines": rows,
        "checks": _check_rows(listed),
        "results": listed,
        "differences": areas,
    }


def merge_reports(reports: Sequence[Mapping[str, Any]], generated_at: str, title: str | None = None) -> Report:
    """Several reports, such as those of a job's slices, as one. Raises OptionError for what is no report."""
    if not reports:
        raise OptionError("There is no report to merge.")
    for report in reports:
        check_report(report)
    fail_on = [severity for severity in SEVERITIES if any(severity in report["fail_on"] for report in reports)]
    return build_report(
        [result for report in reports for result in report["results"]],
        generated_at,
        title or str(reports[0].get("title") or "Health check"),
        fail_on,
        reports[0].get("smc"),
        [area for report in reports for area in report.get("differences") or []],
    )


def check_report(report: Any) -> None:
    """Raises OptionError unless this is a report of a version that is understood here."""
    if not isinstance(report, Mapping) or report.get("schema") != SCHEMA:
        raise OptionError("This is not a health report of ngfw.smc.")
    if report.get("schema_version") != SCHEMA_VERSION:
        raise OptionError(
            f"This health report has schema version {report.get('schema_version')}; this release of ngfw.smc reads version {SCHEMA_VERSION}."
        )
    if not isinstance(report.get("results"), list) or not isinstance(report.get("fail_on"), list):
        raise OptionError("This health report lacks its results.")


def badness(result: Result) -> tuple[int, int]:
    """For sorting: the worst first. What fails the run comes before all else."""
    severity = SEVERITIES.index(result["severity"])
    return STATUSES.index(result["status"]) if result["status"] not in BAD else 0, severity


def _normal(result: Result, fail_on: Sequence[str]) -> Report:
    normal: Report = {key: _one_line(result.get(key)) for key in _RESULT_KEYS}
    normal["severity"] = normal["severity"] if normal["severity"] in SEVERITIES else "major"
    status = str(result.get("status"))
    if status not in STATUSES:
        raise OptionError(f"The result '{normal['name']}' of '{normal['engine']}' has no known status, but '{status}'.")
    offending = [
        {str(key): value for key, value in entry.items()}
        for entry in result.get("offending") or ()
        if isinstance(entry, Mapping)
    ]
    return {
        **normal,
        "status": status,
        "failing": status in BAD and normal["severity"] in fail_on,
        "offending": offending,
        "offending_count": int(result.get("offending_count") or len(offending)),
    }


def _worst_of_each(results: Iterable[Report]) -> list[Report]:
    kept: dict[tuple[str, str, str], Report] = {}
    for result in results:
        key = (result["engine"], result["name"], result["target"])
        if key not in kept or STATUSES.index(result["status"]) < STATUSES.index(kept[key]["status"]):
            kept[key] = result
    return list(kept.values())


def _count_by_status(results: Iterable[Result]) -> dict[str, int]:
    counts = dict.fromkeys(("PASS", "FAIL", "ERROR", "SKIPPED"), 0)
    for result in results:
        counts[str(result["status"])] += 1
    return counts


def _engine_row(name: str, results: Sequence[Report]) -> Report:
    counts = _count_by_status(results)
    worst = next((status for status in STATUSES if counts[status]), "SKIPPED")
    return {
        "name": name,
        "kind": "domain" if all(_is_of_domain(result) for result in results) else "engine",
        "status": worst,
        "failing": any(result["failing"] for result in results),
        **counts,
    }


def _is_of_domain(result: Result) -> bool:
    definition = DEFINITIONS.get(result["definition"])
    return definition is not None and definition.targets_domain


def _engine_order(engines: Mapping[str, Sequence[Report]]) -> Any:
    def order(row: Report) -> tuple[Any, ...]:
        worst = min(badness(result) for result in engines[row["name"]])
        return not row["failing"], worst, -(row["FAIL"] + row["ERROR"]), row["name"].casefold(), row["name"]

    return order


def _check_rows(results: Sequence[Report]) -> list[Report]:
    by_name: dict[str, list[Report]] = {}
    for result in results:
        by_name.setdefault(result["name"], []).append(result)
    rows = []
    for name, own in by_name.items():
        first = own[0]
        rows.append(
            {
                "name": name,
                "definition": first["definition"],
                "severity": min((result["severity"] for result in own), key=SEVERITIES.index),
                "description": first["description"],
                "failing": any(result["failing"] for result in own),
                **_count_by_status(own),
            }
        )
    rows.sort(
        key=lambda row: (
            not row["failing"],
            not row["FAIL"] + row["ERROR"],
            SEVERITIES.index(row["severity"]),
            -(row["FAIL"] + row["ERROR"]),
            row["name"].casefold(),
        )
    )
    return rows


def _normal_area(area: Mapping[str, Any]) -> Report:
    status = str(area.get("status"))
    if status not in STATUSES:
        raise OptionError(
            f"The area {area.get('definition')} of '{area.get('target')}' has no known status, but '{status}'."
        )
    return {
        "target": _one_line(area.get("target")),
        "definition": _one_line(area.get("definition")),
        "status": status,
        "reason": _one_line(area.get("reason")),
        **{name: None if area.get(name) is None else int(area[name]) for name in ("before", "after")},
        **{name: int(area.get(name) or 0) for name in ("added_count", "removed_count", "changed_count")},
        "lines": [_one_line(line) for line in area.get("lines") or ()],
    }


def _area_order(area: Report) -> tuple[Any, ...]:
    return STATUSES.index(area["status"]), area["target"].casefold(), area["definition"]


# -- JSON


def render_json(report: Report) -> str:
    return json.dumps(report, indent=1, ensure_ascii=False, default=str) + "\n"


# -- JUnit XML

# XML 1.0 has no place for these, not even escaped.
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def render_junit(report: Report) -> str:
    """A suite an engine, a case a check. Order and attributes as both Ant's and Jenkins' schema want them."""
    by_engine: dict[str, list[Result]] = {}
    for result in report["results"]:
        by_engine.setdefault(result["engine"], []).append(result)
    suites = [(name, [_junit_case(result, result["name"]) for result in own], own) for name, own in by_engine.items()]
    by_target: dict[str, list[Result]] = {}
    for area in report["differences"]:
        by_target.setdefault(f"Comparison of {area['target']}", []).append(area)
    for name, own in by_target.items():
        cases = [_junit_case({**area, "engine": name, "offending": []}, area["definition"]) for area in own]
        suites.append((name, cases, own))
    time = str(report["generated_at"])[:19]
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for number, (name, cases, own) in enumerate(suites):
        counts = _count_by_status(own)
        lines.append(
            f'<testsuite name={_attribute(name or "unnamed")} package={_attribute(report["title"])} id="{number}" timestamp="{time}" '
            f'hostname={_attribute(name or "unnamed")} tests="{len(own)}" failures="{counts["FAIL"]}" errors="{counts["ERROR"]}" '
            f'skipped="{counts["SKIPPED"]}" time="0">'
        )
        lines.append("<properties></properties>")
        lines += cases
        lines.append("<system-out></system-out>")
        lines.append("<system-err></system-err>")
        lines.append("</testsuite>")
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _junit_case(result: Result, name: str) -> str:
    opening = (
        f'<testcase name={_attribute(name or "unnamed")} classname={_attribute(result["engine"] or "unnamed")} time="0"'
    )
    status = result["status"]
    if status == "PASS":
        return opening + "></testcase>"
    message = _attribute(result["reason"])
    if status == "SKIPPED":
        return f"{opening}><skipped message={message}></skipped></testcase>"
    tag = "failure" if status == "FAIL" else "error"
    kind = _attribute(result.get("severity") or "comparison")
    body = escape(_NOT_XML.sub("\ufffd", "\n".join(_explain(result))))
    return f"{opening}><{tag} type={kind} message={message}>{body}</{tag}></testcase>"


def _attribute(text: Any) -> str:
    return quoteattr(_NOT_XML.sub("\ufffd", str(text)), {"\n": "&#10;", "\r": "&#13;", "\t": "&#9;"})


def _explain(result: Result) -> list[str]:
    lines = [str(result["reason"])]
    if result.get("wanted"):
        lines.append(f"wanted:   {result['wanted']}")
    if result.get("measured"):
        lines.append(f"measured: {result['measured']}")
    lines += [entry_line(entry) for entry in result.get("offending") or ()]
    more = int(result.get("offending_count") or 0) - len(result.get("offending") or ())
    if more > 0:
        lines.append(f"... and {more} more")
    lines += [str(line) for line in result.get("lines") or ()]
    return lines


def entry_line(entry: Mapping[str, Any]) -> str:
    return "  ".join(f"{key}={value}" for key, value in entry.items())


# -- Markdown

_ICONS = {"PASS": "✅", "FAIL": "❌", "ERROR": "⚠️", "SKIPPED": "⏭️"}


def render_markdown(report: Report, most: int = 50) -> str:
    """A summary for a merge request or a chat: the totals, then at most so many problems, worst first."""
    totals = report["totals"]
    lines = [f"## {_ICONS[report['status']]} {_cell(report['title'])}: {report['status']}", ""]
    when = str(report["generated_at"]).replace("T", " ")[:16]
    where = f" · SMC {_cell(report['smc']['url'])}" if report["smc"].get("url") else ""
    between = f" · {compared_times(report)}" if compared_times(report) else ""
    lines += [f"{_extent(totals)} · {when} UTC{where}{between}", ""]
    if totals["results"]:
        lines += ["| PASS | FAIL | ERROR | SKIPPED |", "| ---: | ---: | ---: | ---: |"]
        lines += ["| " + " | ".join(str(totals[status]) for status in ("PASS", "FAIL", "ERROR", "SKIPPED")) + " |", ""]
    problems = [result for result in report["results"] if result["status"] in BAD]
    if problems:
        lines += ["| | Engine | Check | Severity | Why |", "| --- | --- | --- | --- | --- |"]
        lines += [
            f"| {_ICONS[result['status']]} {result['status']} | {_cell(result['engine'])} | {_cell(result['name'])} | "
            f"{result['severity']} | {_cell(result['reason'])} |"
            for result in problems[:most]
        ]
        lines.append("")
        if len(problems) > most:
            lines += [f"… and {len(problems) - most} more.", ""]
    if report["differences"]:
        lines += _markdown_differences(report["differences"], most)
    if not problems and not totals["failing_areas"]:
        lines += [all_is_well(report), ""]
    return "\n".join(lines)


def area_differs(area: Result) -> bool:
    """Whether there is anything to show of a compared table beside that it is the same."""
    counts = (area["added_count"], area["removed_count"], area["changed_count"])
    return area["status"] != "PASS" or any(counts) or area["before"] != area["after"]


def _markdown_differences(every_area: Sequence[Result], most: int) -> list[str]:
    areas = [area for area in every_area if area_differs(area)]
    same = f"{_counted(len(every_area) - len(areas), 'table')} without a difference."
    if not areas:
        return ["### What changed", "", same, ""]
    lines = ["### What changed", "", "| | Engine | Table | Before | After | + | - | ~ |"]
    lines.append("| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |")
    for area in areas[:most]:
        numbers = [area["before"], area["after"], area["added_count"], area["removed_count"], area["changed_count"]]
        cells = " | ".join("" if number is None else str(number) for number in numbers)
        lines.append(
            f"| {_ICONS[area['status']]} {area['status']} | {_cell(area['target'])} | {_cell(area['definition'])} | {cells} |"
        )
    lines.append("")
    if len(areas) > most:
        lines += [f"… and {len(areas) - most} more.", ""]
    if len(areas) < len(every_area):
        lines += [same, ""]
    shown = [area for area in areas if area["lines"]][:most]
    for area in shown:
        lines += [f"**{_cell(area['target'])}, {_cell(area['definition'])}**: {_cell(area['reason'])}", ""]
        fence = "~" * (1 + max(3, *(len(run) for line in area["lines"] for run in [*re.findall("~+", line), ""])))
        lines += [f"{fence}diff", *area["lines"], fence, ""]
    return lines


_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&])")


def _cell(text: Any) -> str:
    """A text that stands for itself in a table's cell."""
    return _MARKDOWN.sub(r"\\\1", _one_line(text))


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _one_line(value: Any) -> str:
    return "" if value is None else " ".join(str(value).split())


# -- words for people


def all_is_well(report: Report) -> str:
    """What to say of a report without a problem; nothing that was measured is nothing that is well."""
    if not report["results"] and not report["differences"]:
        return "Nothing was checked."
    if not any(item["status"] == "PASS" for item in [*report["results"], *report["differences"]]):
        return "Nothing was measured: every check was skipped."
    return "Everything is as it should be."


def summary_line(report: Report) -> str:
    """The totals, such as `FAIL: 40 engines and 12 checks. 3 failed, 7 not measured, 470 passed, 0 skipped.`."""
    totals = report["totals"]
    text = f"{report['status']}: {_extent(totals)}."
    if totals["results"]:
        text += f" {totals['FAIL']} failed, {totals['ERROR']} not measured, {totals['PASS']} passed, {totals['SKIPPED']} skipped."
    if totals["areas"]:
        text += f" {_counted(totals['areas'], 'table')} compared, {totals['failing_areas']} beyond tolerance."
    return text


def _extent(totals: Mapping[str, int]) -> str:
    parts = [_counted(totals[f"{noun}s"], noun) for noun in ("engine", "domain", "check") if totals[f"{noun}s"]]
    if totals["areas"]:
        parts.append(f"{_counted(totals['areas'], 'table')} compared")
    return join_names(parts) or "nothing checked"


def compared_times(report: Report) -> str:
    """When the snapshots of a comparison were taken, in words; empty if that is not known."""
    times = [str(report["smc"].get(f"snapshot_{when}") or "").replace("T", " ")[:16] for when in ("before", "after")]
    return f"snapshots of {times[0]} and {times[1]} UTC" if all(times) else ""


def failing_lines(report: Report, engine: str | None = None) -> list[str]:
    """What fails the run, a line each; of one engine if asked."""
    lines = [
        f"{result['status']} ({result['severity']}) {result['engine']}: {result['name']}. {result['reason']}"
        for result in report["results"]
        if result["failing"] and engine in (None, result["engine"])
    ]
    lines += [
        f"{area['status']} {area['target']}: {area['definition']}. {area['reason']}"
        for area in report["differences"]
        if area["status"] in BAD and engine in (None, area["target"])
    ]
    return lines
