# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One cause of many errors is said once."""

from __future__ import annotations

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.causes import common_causes
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.formats import FORMATS
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.wording import failing_lines

from tests.reports import report, result

REFUSED = "The SMC refused the login."


def test_a_wrong_key_over_many_engines_is_one_cause() -> None:
    errors = [
        result(check, f"Engine {number}", "ERROR", severity, reason=REFUSED)
        for number in range(49)
        for check, severity in (("tunnels", "critical"), ("neighbors", "minor"))
    ]
    built = report([*errors, result("own", "Oslo", "ERROR", reason="The engine is offline.")], [])
    (cause,) = built["causes"]
    assert (cause["reason"], cause["count"], cause["failing"]) == (REFUSED, 98, True)
    assert len(cause["engines"]) == 49 and sorted(cause["checks"]) == ["neighbors", "tunnels"]
    first, *others = failing_lines(built)
    assert first.startswith(f"ERROR: {REFUSED} This kept 98 results from being measured: ") and "46 more" in first
    assert others == ["ERROR (major) Oslo: own. The engine is offline."]


@pytest.mark.parametrize("name", ["markdown", "html"])
def test_each_page_says_the_cause_before_its_victims(name: str) -> None:
    errors = [result("tunnels", f"Engine {number}", "ERROR", reason=REFUSED) for number in range(9)]
    text = FORMATS[name].render(report(errors, []))
    assert "This kept 9 results" in text and text.index("This kept 9 results") < text.rindex("tunnels")
    assert name != "markdown" or text.count("refused the login") == 1


def test_what_happened_once_and_what_failed_are_no_causes() -> None:
    results = [
        result("a", "A", "ERROR", reason="x"),
        result("a", "B", "FAIL", reason="y"),
        result("a", "C", "FAIL", reason="y"),
    ]
    assert report(results, [])["causes"] == [] == common_causes(report(results, [])["results"])


def test_a_cause_of_minor_checks_alone_does_not_fail() -> None:
    # Something else was judged: a run in which nothing was fails by itself.
    judged = result("b", "A", "PASS")
    built = report([judged, *(result("a", engine, "ERROR", "minor", reason="x") for engine in "AB")], [])
    assert not built["causes"][0]["failing"] and failing_lines(built) == []
