# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What earlier runs add to a report, in words and as a trend."""

from __future__ import annotations

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.history import add_history, trend_line

from tests.reports import report, result


@pytest.mark.parametrize(
    "numbers,line",
    [
        ([], ""),
        ([4], ""),
        ([0, 0], "Problems in the last 2 runs: 0 in the first, 0 now, at most 0. ▁▁"),
        ([8, 4, 0], "Problems in the last 3 runs: 8 in the first, 0 now, at most 8. █▅▁"),
    ],
)
def test_the_trend_in_one_line(numbers: list[int], line: str) -> None:
    assert trend_line([{"FAIL": number} for number in numbers]) == line


def test_only_what_says_something_is_added() -> None:
    built = report([result("a", "HQ", "FAIL"), result("b", "HQ", "PASS"), result("c", "HQ", "PASS")], [])
    new = {"since": "2026-11-24", "runs": 1, "before": "", "says": "new"}
    fixed = {**new, "before": "FAIL", "says": "fixed since the last run"}
    silent = {**new, "says": ""}
    add_history(
        built,
        {("smc", "HQ", "a", "HQ"): new, ("smc", "HQ", "b", "HQ"): fixed, ("smc", "HQ", "c", "HQ"): silent},
        [("now", {"FAIL": 1})],
    )
    assert [one.get("history") for one in built["results"]] == [new, fixed, None]
    assert built["history"]["fixed"] == [{"smc": "smc", "engine": "HQ", "name": "b", "target": "HQ"}]
    assert built["history"]["new"] == 1
    assert built["history"]["trend"] == [{"at": "now", "FAIL": 1, "ERROR": 0, "WAIVED": 0, "PASS": 0, "SKIPPED": 0}]
