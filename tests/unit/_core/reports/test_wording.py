# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Sentences that the formats share."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.formats import DEFAULT_FORMATS, FORMATS
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.wording import (
    all_is_well,
    area_differs,
    compared_times,
    entry_line,
    extent,
    failing_lines,
    notes_on,
    rows_by_host,
    summary_line,
    waiver_words,
)

from tests.reports import AREAS, RESULTS, area, report, result


def test_what_fails_the_run_is_one_line_each() -> None:
    assert failing_lines(report()) == [
        "ERROR (critical) Oslo: tunnels. tunnels is ERROR",
        "FAIL (major) HQ: routes. routes is FAIL",
        "FAIL HQ: ROUTING. r",
    ]
    assert len(failing_lines(report(), "HQ")) == 2
    assert failing_lines(report(), "Plano") == []


def test_the_summary_has_every_total() -> None:
    assert summary_line(report()) == (
        "FAIL: 3 engines and 2 checks. 2 failed, 1 not measured, 2 passed, 1 skipped. "
        "2 tables compared, 1 beyond tolerance."
    )


@pytest.mark.parametrize(
    "results,words",
    [
        ([], "nothing checked"),
        ([result("a", "b", "PASS")], "1 engine and 1 check"),
        ([result("a", "b", "PASS", definition="ACTIVE_ALERTS")], "1 domain and 1 check"),
        ([result("a", str(number), "PASS") for number in range(1200)], "1,200 engines and 1 check"),
    ],
)
def test_the_extent_counts_what_was_checked(results: Any, words: str) -> None:
    assert extent(report(results, [])["totals"]) == words


@pytest.mark.parametrize(
    "results,words",
    [
        ([result("a", "b", "PASS"), result("c", "b", "WAIVED")], "Nothing fails the run."),
        ([result("a", "b", "PASS"), result("c", "b", "SKIPPED", skipped="not_judged")], "Nothing fails the run."),
        (RESULTS[:1], "Everything is as it should be."),
    ],
)
def test_what_is_waived_or_not_judged_is_not_called_good(results: Any, words: str) -> None:
    assert all_is_well(report(results, [])) == words


def test_times_of_compared_snapshots_stand_together_or_not_at_all() -> None:
    times = {"snapshot_before": "2026-11-24T05:00:00+00:00", "snapshot_after": "2026-11-24T06:30:00+00:00"}
    assert compared_times({"smc": times}) == "snapshots of 2026-11-24 05:00 and 2026-11-24 06:30 UTC"
    assert compared_times({"smc": {"snapshot_before": times["snapshot_before"]}}) == ""


def test_a_table_differs_if_anything_in_it_does() -> None:
    built = report()["differences"]
    same = {**built[1], "before": 2, "after": 2}
    assert [area_differs(area) for area in (*built, same)] == [True, True, False]
    assert area_differs({**same, "changed_count": 1}) and area_differs({**same, "status": "SKIPPED"})
    assert len(AREAS) == len(built)


def test_what_was_not_judged_stands_in_the_notes_and_the_summary() -> None:
    unjudged = [
        result("tunnels", engine, "SKIPPED", skipped="not_judged", reason="There are no SAs.") for engine in "ABCDE"
    ]
    built = report([*unjudged, result("a", "A", "PASS")], [], warnings=["W."])
    assert notes_on(built) == ["W.", "Not judged: tunnels, on A, B, C and 2 more. There are no SAs."]
    assert summary_line(built).endswith("5 skipped. 5 skipped checks found nothing to judge.")


@pytest.mark.parametrize("name", sorted(DEFAULT_FORMATS))
def test_each_format_says_what_was_not_judged_and_what_is_waived(name: str) -> None:
    waiver = {"until": "2026-12-31", "reason": "line ordered", "owner": "Anna", "status": "FAIL"}
    results = [
        result("tunnels", "A", "SKIPPED", skipped="not_judged", reason="There are no SAs."),
        result("routes", "A", "WAIVED", waiver=waiver, reason="Too few."),
        result("a", "A", "PASS"),
    ]
    text = FORMATS[name].render(report(results, []))
    for said in ("There are no SAs", "line ordered", "Anna", "Too few"):
        assert said in text
    assert "WAIVED" in text
    assert waiver_words(report(results, [])["results"][0]) == "Waived until 2026-12-31 by Anna: line ordered"


@pytest.mark.parametrize("name", [*DEFAULT_FORMATS, "mail"])
def test_a_table_that_was_not_compared_is_not_called_compared(name: str) -> None:
    reason = "The earlier snapshot has no such table."
    areas = [AREAS[1], *(area("HQ", table, "SKIPPED", reason=reason) for table in ("ROUTING", "VPN_SA"))]
    built = report([], areas)
    assert built["status"] == "PASS" and all_is_well(built) == "Nothing fails the run."
    assert summary_line(built).endswith("1 table compared, 0 beyond tolerance, 2 more not compared.")
    assert notes_on(built) == ["Not compared: ROUTING of HQ, VPN_SA of HQ. The earlier snapshot has no such table."]
    if name != "json":
        assert "Not compared: ROUTING of HQ" in FORMATS[name].render(built)


def test_an_entry_stands_in_one_line() -> None:
    assert entry_line({"src": "10.0.0.1", "port": 80}) == "src=10.0.0.1  port=80"


def test_failing_rows_find_the_hosts_that_stand_for_their_engines() -> None:
    rows = [
        {"engine": "HQ", "kind": "engine", "line": "one", "smc": "a"},
        {"engine": "Oslo", "kind": "engine", "line": "two", "smc": "a"},
        {"engine": "Shared Domain", "kind": "domain", "line": "three", "smc": "a"},
        {"engine": "Elsewhere", "kind": "engine", "line": "four", "smc": ""},
    ]
    hosts = {
        "hq1": {"target": "HQ", "smc": "a"},
        "hq2": {"target": "HQ", "smc": "b"},
        "oslo": {"target": "Oslo", "smc": ""},
        "well": {"target": "Well"},
    }
    lines, others = rows_by_host(rows, hosts)
    assert lines == {"hq1": "one", "oslo": "two"}
    assert [row["line"] for row in others] == ["three", "four"]
