# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""A report as Markdown, for a merge request or a chat: never longer than a comment may be, and says what was left out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from ..verdicts import BAD, ERROR, FAIL, PASS, SKIPPED, TOTALS, WAIVED
from ..words import counted, plural, shorten, visible
from .history import trend_line
from .model import CheckResult, Report
from .wording import (
    all_is_well,
    area_differs,
    cause_line,
    compared_times,
    extent,
    notes_on,
    smc_counts,
    standing_of,
    waiver_words,
    without_backticks,
)

_ICONS = {PASS: "✅", FAIL: "❌", ERROR: "⚠️", SKIPPED: "⏭️", WAIVED: "🔕"}


# GitHub takes comments of up to 65,536 characters, GitLab of a million.
LONGEST = 65_000


# Kept for the lines that say what was left out.
_RESERVE = 1_000


# Characters of a name and of a sentence in a cell.
_NAME = 120


_SENTENCE = 800


# Characters of a line of a difference.
_LINE = 400


class _Page:
    """Lines that together are not longer than `longest` characters. left_out: what did not fit, in words."""

    def __init__(self, longest: int) -> None:
        self.lines: list[str] = []
        self.left_out: list[str] = []
        self._room = longest - _RESERVE

    def add(self, *lines: str) -> bool:
        """All of these lines, or none if there is not enough room."""
        needed = sum(_length(line) + 1 for line in lines)
        if needed > self._room:
            return False
        self.lines += lines
        self._room -= needed
        return True

    def add_rows(self, head: Sequence[str], rows: Sequence[str], most: int, noun: str) -> None:
        """The first rows below their head, then how many more there are."""
        if not rows:
            return
        shown = 0
        if self.add(*head):
            for row in rows[:most]:
                if not self.add(row):
                    break
                shown += 1
        if shown < len(rows):
            more = f"{len(rows) - shown:,} more {plural(len(rows) - shown, noun)}"
            self.left_out.append(more)
            self.lines += ["", f"… and {more}."]
        self.lines.append("")


def _length(text: str) -> int:
    """How many characters the text has for one who counts an emoji as two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def render_markdown(report: Report, most: int = 50, longest: int = LONGEST) -> str:
    """The totals, then the problems, worst first.

    Args:
        report: the model.
        most: how many problems, and how many compared tables, to list at most.
        longest: how many characters the text may have.
    """
    page = _Page(longest)
    page.add(*_head(report))
    page.add_rows([], [f"- ⚠️ {_cell(note)}" for note in notes_on(report)], most, "note")
    rows = [_smc_row(row) for row in report["smcs"]]
    page.add_rows([_row(["", "SMC", "Engines", "Results"]), _row(["---"] * 4)], rows, most, "SMC")
    causes = [f"**Not measured:** {_cell(cause_line(cause))}\n" for cause in report["causes"]]
    page.add_rows([], causes, most, "cause")
    problems = _problems(report)
    page.add_rows(*_problem_table(report, problems), most, "problem")
    if report["differences"]:
        _add_differences(page, report["differences"], most)
    _add_waived(page, report, most)
    _add_history(page, report, most)
    if not problems and not report["causes"] and not report["totals"]["failing_areas"]:
        page.add(all_is_well(report), "")
    if page.left_out:
        page.lines += ["The HTML and JSON reports have all of it.", ""]
    return "\n".join(page.lines)


def _head(report: Report) -> list[str]:
    when = str(report["generated_at"]).replace("T", " ")[:16]
    facts = [extent(report["totals"]), f"{when} UTC"]
    if report["smc"].get("url") and not report["smcs"]:
        facts.append(f"SMC {_cell(report['smc']['url'], _NAME)}")
    if between := compared_times(report):
        facts.append(between)
    title = f"## {_ICONS[report['status']]} {_cell(report['title'], _NAME)}: {report['status']}"
    lines = [title, "", " · ".join(facts), ""]
    totals = report["totals"]
    if totals["results"]:
        lines += ["| " + " | ".join(TOTALS) + " | results |", "|" + " ---: |" * (len(TOTALS) + 1)]
        lines += ["| " + " | ".join(str(totals[status]) for status in TOTALS) + f" | {totals['results']} |", ""]
    return lines


def _smc_row(row: CheckResult) -> str:
    status = f"{_ICONS[row['status']]} {row['status']}"
    return _row([status, _cell(row["name"], _NAME), str(row["engines"]), _cell(smc_counts(row))])


def _problems(report: Report) -> list[CheckResult]:
    """The problems, without those that a cause stands for."""
    grouped = {cause["reason"] for cause in report["causes"]}
    return [
        result
        for result in report["results"]
        if result["status"] in BAD and not (result["status"] == ERROR and result["reason"] in grouped)
    ]


def _problem_table(report: Report, problems: Sequence[CheckResult]) -> tuple[list[str], list[str]]:
    """The head of the table and its rows. With a history, a column says since when."""
    since = report.get("history") is not None
    heads = ["", "Engine", "Check", "Severity", *(["Since"] if since else []), "Reason"]
    rows = []
    for result in problems:
        cells = [f"{_ICONS[result['status']]} {result['status']}", *_about(result)]
        cells += [_cell(standing_of(result))] if since else []
        rows.append(_row([*cells, _cell(result["reason"])]))
    return [_row(heads), _row(["---"] * len(heads))], rows


def _about(result: CheckResult) -> list[str]:
    return [_cell(result["engine"], _NAME), _cell(result["name"], _NAME), result["severity"]]


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _add_waived(page: _Page, report: Report, most: int) -> None:
    waived = [result for result in report["results"] if result["status"] == WAIVED]
    heads = ["", "Engine", "Check", "Severity", "Waiver"]
    rows = [
        _row(
            [
                f"{_ICONS[WAIVED]} {WAIVED}",
                *_about(result),
                f"{_cell(waiver_words(result))}. {_cell(result['reason'])}",
            ]
        )
        for result in waived
    ]
    page.add_rows([_row(heads), _row(["---"] * len(heads))], rows, most, "waived result")


def _add_history(page: _Page, report: Report, most: int) -> None:
    history = report.get("history")
    if not history:
        return
    fixed = [f"- {_cell(one['engine'], _NAME)}: {_cell(one['name'], _NAME)}" for one in history["fixed"]]
    page.add_rows([f"Fixed since the last run: {len(fixed):,}", ""], fixed, most, "fixed check")
    if line := trend_line(history["trend"]):
        page.add(line, "")


def _add_differences(page: _Page, every_area: Sequence[CheckResult], most: int) -> None:
    areas = [area for area in every_area if area_differs(area)]
    same = f"{counted(len(every_area) - len(areas), 'table')} without a difference."
    page.add("### What changed", "")
    head = [
        "| | Engine | Table | Before | After | + | - | ~ |",
        "| --- | --- | --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    page.add_rows(head, [_area_row(area) for area in areas], most, "table")
    if len(areas) < len(every_area):
        page.add(same, "")
    detailed = [area for area in areas if area["lines"]]
    # Which tables differ is more than how: each of them gets the same room.
    shown = sum(_add_lines(page, area) for area in detailed[:most])
    if shown < len(detailed):
        more = f"the differences of {counted(len(detailed) - shown, 'more table', 'more tables')}"
        page.left_out.append(more)
        page.lines += [f"… and {more}.", ""]


def _add_lines(page: _Page, area: CheckResult) -> bool:
    """Whether there was room for the differences of this table."""
    lines = [visible(shorten(line, _LINE)) for line in area["lines"]]
    fence = "~" * (1 + max(3, *(len(run) for line in lines for run in [*re.findall("~+", line), ""])))
    title = f"**{_cell(area['target'], _NAME)}, {_cell(area['definition'], _NAME)}**: {_cell(area['reason'])}"
    return page.add(title, "", f"{fence}diff", *lines, fence, "")


def _area_row(area: CheckResult) -> str:
    numbers = [area["before"], area["after"], area["added_count"], area["removed_count"], area["changed_count"]]
    cells = ["" if number is None else str(number) for number in numbers]
    names = [_cell(area["target"], _NAME), _cell(area["definition"], _NAME)]
    return _row([f"{_ICONS[area['status']]} {area['status']}", *names, *cells])


# The signs of Markdown, and where GitHub and others begin a link or an emoji without any: `https://`, `www.` and `:name:`.
_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>()#+!|~@&]|:(?=//|[a-z][a-z0-9_-]{1,40}:)|(?<=[wW]{3})\.)")


def _cell(text: Any, longest: int = _SENTENCE) -> str:
    """The text for a cell of a table, with everything escaped that means something in Markdown."""
    return _MARKDOWN.sub(r"\\\1", visible(without_backticks(shorten(str(text), longest))))
