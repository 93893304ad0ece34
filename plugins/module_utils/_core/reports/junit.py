# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""A report as JUnit XML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from ..verdicts import BAD, ERROR, FAIL, NOT_JUDGED, PASS, SKIPPED, WAIVED, count_statuses
from ..words import visible
from .counting import group_by
from .model import CheckResult, Report
from .wording import entry_line, notes_on, standing_of, waiver_words


def render_junit(report: Report) -> str:
    """One test suite per engine and one test case per check, valid by both Ant's and Jenkins' schema."""
    suites = list(group_by(report["results"], "engine").items())
    for target, areas in group_by(report["differences"], "target").items():
        name = f"Comparison of {target}"
        suites.append((name, [{**area, "engine": name, "name": area["definition"], "offending": []} for area in areas]))
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for number, (name, results) in enumerate(suites):
        lines += _suite(report, number, name or "unnamed", results, notes_on(report) if number == 0 else ())
    lines.append("</testsuites>")
    return "\n".join(lines) + "\n"


def _suite(
    report: Report, number: int, name: str, results: Sequence[CheckResult], notes: Sequence[str] = ()
) -> list[str]:
    """notes: what a reader of the whole report must see; the first suite says it."""
    counts = count_statuses(result["status"] if _counts(result) else SKIPPED for result in results)
    opening = (
        f'<testsuite name={_attribute(name)} package={_attribute(report["title"])} id="{number}" '
        f'timestamp="{str(report["generated_at"])[:19]}" hostname={_attribute(name)} tests="{len(results)}" '
        f'failures="{counts[FAIL]}" errors="{counts[ERROR]}" skipped="{counts[SKIPPED] + counts[WAIVED]}" time="{_seconds(*results)}">'
    )
    # Both schemas want these elements, in this order, even if they are empty.
    return [
        opening,
        "<properties></properties>",
        *map(_case, results),
        f"<system-out>{_text(notes)}</system-out>",
        "<system-err></system-err>",
        "</testsuite>",
    ]


def _counts(result: CheckResult) -> bool:
    """Whether a CI server may take it for what it is: a finding that does not fail the run must not fail the pipeline either."""
    return result["status"] not in BAD or bool(result.get("failing", True))


def _case(result: CheckResult) -> str:
    name, engine = _attribute(result["name"] or "unnamed"), _attribute(result["engine"] or "unnamed")
    opening = f'<testcase name={name} classname={engine} time="{_seconds(result)}"'
    status = result["status"]
    if status == PASS:
        return opening + "></testcase>"
    message = _attribute(result["reason"])
    if not _counts(result):
        # The schemas know no output of a case that passed, and without its reason the finding would be lost.
        message = _attribute(f"{status} ({result['severity']}), which does not fail the run: {result['reason']}")
        status = SKIPPED
    if status == WAIVED:
        message = _attribute(f"{WAIVED}: {result['reason']} {waiver_words(result)}")
    elif result.get("skipped") == NOT_JUDGED:
        message = _attribute(f"Not judged: {result['reason']}")
    if status in (SKIPPED, WAIVED):
        return f"{opening}><skipped message={message}></skipped></testcase>"
    tag = "failure" if status == FAIL else "error"
    kind = _attribute(result.get("severity") or "comparison")
    body = _text(_explain(result))
    return f"{opening}><{tag} type={kind} message={message}>{body}</{tag}></testcase>"


def _seconds(*results: CheckResult) -> str:
    """The time of the longest: the tables of an engine are read at the same time, and several checks may share one."""
    longest = max((float(result.get("elapsed") or 0) for result in results), default=0.0)
    return f"{longest:.3f}"


def _text(lines: Sequence[str]) -> str:
    return escape("\n".join(map(visible, lines)))


def _attribute(text: Any) -> str:
    # XML 1.0 does not allow most control characters, not even as references; here there are none left.
    return quoteattr(visible(text))


def _explain(result: CheckResult) -> list[str]:
    lines = [str(result["reason"])]
    if standing := standing_of(result):
        lines.append(f"{standing}")
    if result.get("wanted"):
        lines.append(f"expected: {result['wanted']}")
    if result.get("measured"):
        lines.append(f"found:    {result['measured']}")
    lines += [entry_line(entry) for entry in result.get("offending") or ()]
    more = int(result.get("offending_count") or 0) - len(result.get("offending") or ())
    if more > 0:
        lines.append(f"... and {more:,} more")
    lines += [str(line) for line in result.get("lines") or ()]
    return lines
