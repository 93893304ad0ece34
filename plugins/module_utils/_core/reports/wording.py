# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Sentences that several report formats share."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any, NamedTuple

from ..verdicts import BAD, ENGINE, ERROR, FAIL, NOT_JUDGED, PASS, SKIPPED, STATUSES, WAIVED, was_measured
from ..words import counted, join_names, plural, shorten, some, visible
from .counting import group_by
from .model import CheckResult, Report
from .smcs import told_apart

# A verdict as people read it.
STATUS_WORDS = {PASS: "passed", FAIL: "failed", ERROR: "not measured", SKIPPED: "skipped", WAIVED: "waived"}


# How many engines a sentence names.
_NAMED = 4


class Pair(NamedTuple):
    """What a reason says was expected, and what was found."""

    expected: str
    found: str


_PAIR = re.compile(r"Expected (.+?), found (.+?)\.?")


_QUOTED = re.compile(r"`([^`]+)`")


def status_words(status: str) -> str:
    """The verdict as people read it, as in 'not measured'."""
    return STATUS_WORDS[status]


def without_backticks(text: str) -> str:
    """The text with the names of options as plain words."""
    return _QUOTED.sub(r"\1", text)


def pairs_of(reason: str) -> list[Pair]:
    """The parts of a reason such as 'Expected 2 nodes, found 1.', for columns.

    Returns:
        One pair per such sentence; none if the reason has any other sentence, so that it is best shown as it is.
    """
    pieces = re.split(r"(?<=\.) (?=Expected )", reason)
    found = [_PAIR.fullmatch(piece) for piece in pieces]
    if not all(found):
        return []
    return [Pair(match[1], match[2]) for match in found if match]


def pairs_to_show(result: CheckResult) -> tuple[str, list[Pair]]:
    """The reason of a result, and columns: what the columns say stands nowhere else, and nothing is said twice.

    Returns:
        The sentence to show, empty if the columns say all of it, and the columns.
    """
    reason = str(result["reason"])
    pairs = pairs_of(reason)
    if pairs:
        return "", pairs
    wanted, measured = str(result.get("wanted") or ""), str(result.get("measured") or "")
    said = reason.casefold()
    more = Pair(*("" if text.casefold() in said else text for text in (wanted, measured)))
    return reason, [more] if any(more) else []


def entry_line(entry: Mapping[str, Any]) -> str:
    """An entry as `key=value` pairs in one line."""
    return "  ".join(f"{key}={value}" for key, value in entry.items())


def area_differs(area: CheckResult) -> bool:
    """Whether a compared table has anything to show."""
    counts = (area["added_count"], area["removed_count"], area["changed_count"])
    return area["status"] != "PASS" or any(counts) or area["before"] != area["after"]


def all_is_well(report: Report) -> str:
    """What to say of a report without a problem. Where nothing was measured, nothing is called good."""
    totals = report["totals"]
    if totals[WAIVED] or totals["not_judged"] or totals["skipped_areas"]:
        return "Nothing fails the run."
    return "Everything is as it should be."


def notes_on(report: Report) -> list[str]:
    """What stands on the first screen of a report: warnings, and what was not judged, one sentence each."""
    return [*report["warnings"], *not_judged_lines(report), *_not_compared_lines(report)]


def not_judged_lines(report: Report) -> list[str]:
    """Checks that apply and are switched on, but had nothing to judge, one line each."""
    unjudged = [result for result in report["results"] if result["skipped"] == NOT_JUDGED]
    return [
        f"Not judged: {name}, on {some(list(dict.fromkeys(result['engine'] for result in own)), 3)}. {own[0]['reason']}"
        for name, own in group_by(unjudged, "name").items()
    ]


def _not_compared_lines(report: Report) -> list[str]:
    """Tables of a comparison that were not compared, one line for each reason."""
    skipped = [area for area in report["differences"] if area["status"] == SKIPPED]
    names = {
        reason: [f"{area['definition']} of {area['target']}" for area in own]
        for reason, own in group_by(skipped, "reason").items()
    }
    return [f"Not compared: {some(own, 3)}. {reason}" for reason, own in names.items()]


def cause_line(cause: Mapping[str, Any]) -> str:
    """A cause that several results have in common, and what it kept from being measured."""
    return (
        f"{cause['reason']} This kept {counted(cause['count'], 'result')} from being measured: {some(cause['checks'], 3)} "
        f"on {some(cause['engines'], 3)}."
    )


def waiver_words(result: CheckResult) -> str:
    """'Waived until 2026-12-31 by Anna: new line ordered.'; empty for a result that is not waived."""
    waiver = result["waiver"]
    if result["status"] != WAIVED or not waiver:
        return ""
    owner = f" by {waiver['owner']}" if waiver["owner"] else ""
    # A full stop follows, or more words.
    return f"Waived until {waiver['until']}{owner}: {waiver['reason'].rstrip('.')}"


def verdict_sentence(report: Report) -> str:
    """What fails the run and what does not, with numbers that add up to the failed and not measured results.

    As in '3 results fail the run: HQ and Plano FW. 1 minor finding does not fail it: Oslo.'
    """
    problems = [result for result in report["results"] if result["status"] in BAD]
    failing = [result for result in problems if result["failing"]]
    areas = [area for area in report["differences"] if area["status"] in BAD]
    sentences = []
    if failing or areas:
        parts = [counted(len(failing), "result")] if failing else []
        parts += [counted(len(areas), "changed table")] if areas else []
        verb = plural(len(failing) + len(areas), "fails", "fail")
        where = _places([*(result["engine"] for result in failing), *(area["target"] for area in areas)])
        sentences.append(f"{' and '.join(parts)} {verb} the run: {where}.")
    lower = [result for result in problems if not result["failing"]]
    if lower:
        sentences += _lower_findings(lower, bool(sentences))
    return " ".join([*(sentences or [all_is_well(report)]), *_about_problems(report)])


def _about_problems(report: Report) -> list[str]:
    """How many of the problems have a cause in common, are new, or are waived."""
    caused = sum(cause["count"] for cause in report["causes"])
    new = (report.get("history") or {}).get("new", 0)
    waived = report["totals"][WAIVED]
    sentences = (
        [f"{caused:,} could not be measured because of {counted(len(report['causes']), 'cause')}."] if caused else []
    )
    sentences += [f"{new:,} {plural(new, 'is', 'are')} new since the last run."] if new else []
    sentences += [f"{counted(waived, 'failure')} {plural(waived, 'is', 'are')} waived."] if waived else []
    return [*sentences, *_waived_unmeasured(report)]


def _waived_unmeasured(report: Report) -> list[str]:
    """How many of the waived could not be measured, so that nobody knows whether they would fail."""
    number = sum(result["status"] == WAIVED and not was_measured(result) for result in report["results"])
    return [f"{number:,} of the waived could not be measured."] if number else []


def _lower_findings(results: Sequence[CheckResult], run_fails: bool) -> list[str]:
    severities = {result["severity"] for result in results}
    kind = f"{severities.pop()} finding" if len(severities) == 1 else "finding of lower severity"
    number = counted(len(results), kind, kind.replace("finding", "findings", 1))
    where = _places([result["engine"] for result in results])
    if run_fails:
        return [f"{number} {plural(len(results), 'does', 'do')} not: {where}."]
    return ["Nothing fails the run.", f"There {plural(len(results), 'is', 'are')} {number}: {where}."]


def _places(engines: Sequence[str]) -> str:
    names = list(dict.fromkeys(engines))
    return join_names(names) if len(names) <= _NAMED else f"{len(names):,} engines and domains"


def counts_in_words(counts: Mapping[str, int], zeros: bool = False) -> str:
    """The counts by verdict, the worst first, as in '3 failed, 7 not measured, 470 passed'.

    Args:
        counts: numbers by verdict; other keys are left out.
        zeros: whether to name verdicts that did not occur.
    """
    shown = [status for status in STATUSES if zeros or counts.get(status)]
    return ", ".join(f"{counts.get(status, 0):,} {status_words(status)}" for status in shown)


def smc_counts(row: Mapping[str, Any]) -> str:
    """The results and compared tables of one of several SMCs, as in '3 failed, 470 passed, 2 tables compared'."""
    parts = [counts_in_words(row)] if row["results"] else []
    if row["areas"]:
        parts.append(_areas_in_words(row))
    return ", ".join(parts) or "nothing checked"


def smc_lines(report: Report) -> list[str]:
    """A line for each of several SMCs, as in 'FAIL: smc1.example, 40 engines. 3 failed, 477 passed.'."""
    return [
        f"{row['status']}: {row['name']}, {counted(row['engines'], 'engine')}. {smc_counts(row)}."
        for row in report["smcs"]
    ]


def summary_line(report: Report) -> str:
    """The totals in one line, as in 'FAIL: 40 engines and 12 checks. 3 failed, 7 not measured, 470 passed, 0 skipped.'."""
    totals = report["totals"]
    # The tables have a sentence of their own.
    checked = extent(totals, tables=not totals["areas"])
    text = f"{report['status']}: {checked}." if checked else f"{report['status']}:"
    if totals["results"]:
        text += (
            f" {totals[FAIL]} failed, {totals[ERROR]} not measured, {totals[PASS]} passed, {totals[SKIPPED]} skipped."
        )
    if totals["not_judged"]:
        text += f" {counted(totals['not_judged'], 'skipped check')} found nothing to judge."
    if totals[WAIVED]:
        text += " ".join(
            ["", f"{totals[WAIVED]:,} {plural(totals[WAIVED], 'failure')} waived.", *_waived_unmeasured(report)]
        )
    if totals["areas"]:
        text += f" {_areas_in_words(totals)}."
    return text


def _areas_in_words(counts: Mapping[str, int]) -> str:
    """As in '6 tables compared, 1 beyond tolerance, 2 more not compared'."""
    skipped = counts["skipped_areas"]
    more = f", {skipped:,} more not compared" if skipped else ""
    return f"{counted(counts['areas'] - skipped, 'table')} compared, {counts['failing_areas']:,} beyond tolerance{more}"


def extent(totals: Mapping[str, int], tables: bool = True) -> str:
    """How much was checked, as in '40 engines and 12 checks', with or without the compared tables."""
    nouns = (*(("SMC",) if totals["smcs"] > 1 else ()), "engine", "domain", "check")
    parts = [counted(number, noun) for noun in nouns if (number := totals[f"{noun.lower()}s"])]
    if totals["areas"] and tables:
        parts.append(f"{counted(totals['areas'] - totals['skipped_areas'], 'table')} compared")
    return join_names(parts) or ("nothing checked" if tables else "")


def compared_times(report: Report) -> str:
    """When the compared snapshots were taken; an empty text if that is not known."""
    times = [str(report["smc"].get(f"snapshot_{when}") or "").replace("T", " ")[:16] for when in ("before", "after")]
    return f"snapshots of {times[0]} and {times[1]} UTC" if all(times) else ""


def standing_of(result: CheckResult) -> str:
    """How long a result has stood, as the history says it: 'new', 'since DATE (n runs)'; empty without a history."""
    history = result.get("history")
    return str(history.get("says") or "") if isinstance(history, Mapping) else ""


def failing_lines(report: Report, engine: str | None = None) -> list[str]:
    """What fails the run, one line each; for one engine only if it is given.

    A cause that several results of all engines have in common is one line, the first.
    """
    causes = [cause for cause in report["causes"] if cause["failing"]] if engine is None else []
    known = {cause["reason"] for cause in causes}
    lines = [f"{ERROR}: {cause_line(cause)}" for cause in causes]
    lines += [
        f"{result['status']} ({result['severity']}) {result['engine']}: {result['name']}. {result['reason']}"
        for result in report["results"]
        if result["failing"]
        and engine in (None, result["engine"])
        and not (result["status"] == ERROR and result["reason"] in known)
    ]
    lines += [
        f"{area['status']} {area['target']}: {area['definition']}. {area['reason']}"
        for area in report["differences"]
        if area["status"] in BAD and engine in (None, area["target"])
    ]
    return [visible(line) for line in lines]


def failing_rows(report: Report) -> list[dict[str, Any]]:
    """For each engine, domain or other target with results that fail the run: its SMC and kind, their number, the worst in a line.

    If all of them have a cause that is not this engine's alone, the line does not repeat it.
    """
    shared = {cause["reason"] for cause in report["causes"] if len(cause["engines"]) > 1}
    shown = told_apart(report)
    by_engine = group_by([result for result in shown["results"] if result["failing"]], "engine")
    return [
        {
            "engine": row["name"],
            "smc": row["smc"],
            "kind": row["kind"],
            "count": len(by_engine[name]),
            "line": _failing_line(by_engine[name], shared),
        }
        for row, name in zip(report["engines"], (shown_row["name"] for shown_row in shown["engines"]))
        if name in by_engine
    ]


def rows_by_host(
    rows: Sequence[Mapping[str, Any]], hosts: Mapping[str, Mapping[str, Any]]
) -> tuple[dict[str, str], list[dict[str, Any]]]:
    """The lines of failing rows for the inventory hosts whose engines they are about, and the rows that are about no host's engine.

    Args:
        rows: What `failing_rows` returns.
        hosts: By inventory host, its `target` and `smc`; the SMC may be empty.
    """
    lines = {(row["smc"], row["engine"]): row["line"] for row in rows if row["kind"] == ENGINE}
    # A host that was not reached may not be known to be of a certain SMC.
    lines.update({("", engine): line for (_smc, engine), line in lines.items()})
    found = {host: lines.get((its.get("smc") or "", its.get("target"))) for host, its in hosts.items()}
    known = {(its.get("smc") or "", its.get("target")) for its in hosts.values()}
    others = [
        dict(row)
        for row in rows
        if row["kind"] != ENGINE or not known & {(row["smc"], row["engine"]), ("", row["engine"])}
    ]
    return {host: line for host, line in found.items() if line}, others


def _failing_line(results: Sequence[CheckResult], shared: Collection[str]) -> str:
    own = [result for result in results if not (result["status"] == ERROR and result["reason"] in shared)]
    if not own:
        return f"{counted(len(results), 'result')} could not be measured, for a reason that other engines share. The report has it first."
    more = f" And {len(results) - 1:,} more, see the report." if len(results) > 1 else ""
    worst = own[0]
    line = f"{worst['status']} ({worst['severity']}) {worst['engine']}: {worst['name']}. {worst['reason']}"
    return visible(shorten(line, 400)) + more
