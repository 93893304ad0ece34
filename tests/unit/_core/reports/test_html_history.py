# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Earlier runs in the HTML report: a sentence, a drawing, and what was fixed."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.history import add_history
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.html_history import render_history
from lxml import html

from tests.reports import EVIL, report, result


def section(numbers: list[tuple[int, int]], name: str = "a") -> Any:
    """The section on a history of runs with so many failed and not measured results, of which one check is fixed now."""
    built = report([result(name, name, "PASS")], [])
    (one,) = built["results"]
    fixed = {"since": "now", "runs": 1, "before": "FAIL", "says": "fixed since the last run"}
    trend = [(f"2026-11-{day:02}", {"FAIL": failed, "ERROR": lost}) for day, (failed, lost) in enumerate(numbers, 1)]
    add_history(built, {(one["smc"], one["engine"], one["name"], one["target"]): fixed}, trend)
    return html.fragment_fromstring(render_history(built))


def test_the_section_says_what_changed() -> None:
    page = section([(3, 0), (1, 2), (0, 0)])
    assert page.xpath("string(p)") == (
        "0 problems are new, 1 check was fixed. Problems in the last 3 runs: 3 in the first, 0 now, at most 3."
    )
    assert page.xpath("string(details/summary)") == "1 check fixed since the last run"
    assert page.xpath("//g/title/text()") == [
        "2026-11-01: 3 failed",
        "2026-11-02: 1 failed, 2 not measured",
        "2026-11-03: ",
    ]


@pytest.mark.parametrize("numbers", [[(1000, 1), (0, 1)], [(1, 1000), (1, 0)], [(7, 3), (3, 7), (0, 0)]])
def test_each_bar_stays_in_the_drawing_and_each_problem_shows(numbers: list[tuple[int, int]]) -> None:
    for run, (failed, lost) in zip(section(numbers).xpath("//g"), numbers, strict=True):
        assert len(run.xpath("rect[@class='f']")) == bool(failed) and len(run.xpath("rect[@class='e']")) == bool(lost)
        assert all(int(one.get("y")) >= 0 and int(one.get("height")) > 0 for one in run.xpath("rect"))


def test_without_a_history_there_is_no_section_and_a_first_run_has_no_drawing() -> None:
    assert render_history(report()) == ""
    assert not section([(1, 0)]).xpath("//svg")
    assert not section([(1, 0)], EVIL).xpath("//script")
