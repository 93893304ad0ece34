# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports of slices and of runs, as one."""

from __future__ import annotations

import json
import time
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.formats import FORMATS
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.json import render_json
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.merging import merge_reports
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.model import build_report

from tests.reports import AREAS, NOW, RESULTS, area, report, result

EARLIER, LATER = "2026-11-24T01:00:00+00:00", "2026-11-24T04:00:00+00:00"


def run(results: Any, when: str, run_id: str, **more: Any) -> dict[str, Any]:
    made: dict[str, Any] = json.loads(render_json(build_report(results, when, run_id=run_id, **more)))
    return made


def ends(merged: dict[str, Any]) -> dict[tuple[str, str], str]:
    return {(one["engine"], one["name"]): one["status"] for one in merged["results"]}


def test_slices_merge_into_what_one_run_would_have_made() -> None:
    slices = [report([one for one in RESULTS if one["engine"] == engine], []) for engine in ("HQ", "Plano", "Oslo")]
    merged = merge_reports([json.loads(render_json(one)) for one in slices], NOW)
    assert merged == report(differences=[])


@pytest.mark.parametrize("order", [1, -1])
def test_the_newest_result_counts_in_whichever_order_the_files_are_read(order: int) -> None:
    red = run([result("tunnels", "HQ", "FAIL")], EARLIER, "1")
    green = run([result("tunnels", "HQ", "PASS")], LATER, "2")
    merged = merge_reports([red, green][::order], NOW)
    assert merged["status"] == "PASS" and merged["run_id"] == "2" and merged["warnings"] == []
    back = merge_reports(
        [run([result("tunnels", "HQ", "FAIL")], LATER, "2"), run([result("tunnels", "HQ", "PASS")], EARLIER, "1")][
            ::order
        ],
        NOW,
    )
    assert back["status"] == "FAIL"


def test_each_result_is_dated_by_itself() -> None:
    """A file that was written late may hold what was measured early."""
    late = run([result("a", "HQ", "FAIL", measured_at=EARLIER), result("b", "HQ", "PASS")], LATER, "1")
    other = run([result("a", "HQ", "PASS", measured_at="2026-11-24T03:00:00+00:00")], "2026-11-24T03:00:00+00:00", "1")
    assert ends(merge_reports([late, other], NOW)) == {("HQ", "a"): "PASS", ("HQ", "b"): "PASS"}


def test_results_that_the_newest_run_does_not_have_are_named() -> None:
    whole = run([result("a", engine, "FAIL") for engine in ("HQ", "Oslo")], EARLIER, "1")
    part = run([result("a", "HQ", "PASS")], LATER, "2")
    merged = merge_reports([whole, part], NOW)
    assert ends(merged) == {("HQ", "a"): "PASS", ("Oslo", "a"): "FAIL"}
    assert merged["warnings"] == ["1 result is from earlier run (1): the newest run, 2, did not measure them."]
    assert {one["engine"]: one["run_id"] for one in merged["results"]} == {"HQ": "2", "Oslo": "1"}


@pytest.mark.parametrize("name", ["", "2"])
def test_old_results_are_named_by_their_time_where_no_run_is_known(name: str) -> None:
    old = run([result("a", engine, "PASS") for engine in ("HQ", "Oslo")], "2026-11-20T01:00:00+00:00", "")
    merged = merge_reports([old, run([result("a", "HQ", "PASS")], LATER, name)], NOW)
    assert merged["warnings"] == [
        "1 result is more than 12 hours older than the newest one, the oldest of 2026-11-20 01:00 UTC: no later run measured it."
    ]
    slices = [run([result("a", engine, "PASS")], when, "") for engine, when in (("HQ", EARLIER), ("Oslo", LATER))]
    assert merge_reports(slices, NOW)["warnings"] == []


def test_times_of_several_zones_are_compared_as_times() -> None:
    first = run([result("a", "HQ", "FAIL", measured_at="2026-11-24T05:30:00+02:00")], EARLIER, "")
    second = run([result("a", "HQ", "PASS", measured_at="2026-11-24T04:00:00Z")], EARLIER, "")
    assert ends(merge_reports([second, first], NOW)) == {("HQ", "a"): "PASS"}


@pytest.mark.parametrize("until,status", [("2026-11-24", "WAIVED"), ("2026-11-23", "FAIL")])
def test_a_waiver_that_has_run_out_since_waives_nothing(until: str, status: str) -> None:
    waiver = {"until": until, "reason": "Line ordered.", "owner": "Anna", "status": "FAIL"}
    old = run([result("a", "HQ", "WAIVED", waiver=waiver), result("b", "HQ", "PASS")], "2026-11-22T01:00:00+00:00", "1")
    merged = merge_reports([old], NOW)
    assert ends(merged)["HQ", "a"] == status and merged["status"] == ("PASS" if status == "WAIVED" else "FAIL")
    if status == "FAIL":
        assert merged["results"][0]["reason"].endswith("Its waiver ran out on 2026-11-23 (Line ordered, Anna).")


def test_an_engine_that_was_lost_and_has_been_checked_since_is_not_red() -> None:
    lost = run([result("The engine was checked", "HQ", "ERROR", "critical"), result("a", "Oslo", "PASS")], EARLIER, "1")
    login = run([result("alerts", "domain of the login", "ERROR", definition="ACTIVE_ALERTS")], EARLIER, "1")
    good = run(
        [result("a", "HQ", "PASS"), result("alerts", "Shared Domain", "PASS", definition="ACTIVE_ALERTS")], LATER, "2"
    )
    merged = merge_reports([lost, login, good], NOW)
    assert merged["status"] == "PASS" and len(merged["results"]) == 3
    assert (
        merge_reports([good, run([result("The engine was checked", "HQ", "ERROR", "critical")], NOW, "3")], NOW)[
            "status"
        ]
        == "FAIL"
    )


def test_a_slice_in_which_nothing_was_judged_does_not_fail_the_whole() -> None:
    nothing, something = (
        run([result("a", "HQ", "SKIPPED")], EARLIER, "1"),
        run([result("a", "Oslo", "PASS")], EARLIER, "1"),
    )
    assert nothing["status"] == "FAIL"
    assert merge_reports([nothing, something], NOW)["status"] == "PASS"
    assert merge_reports([nothing, nothing], NOW)["status"] == "FAIL"


def test_two_checks_of_one_name_both_survive_a_merge() -> None:
    twice = [
        result("up", "HQ", "PASS", definition="USERS"),
        result("up", "HQ", "FAIL", "critical", definition="VPN_SA"),
    ]
    merged = merge_reports([run(twice, EARLIER, "1"), run([result("a", "Oslo", "PASS")], EARLIER, "1")], NOW)
    assert merged["totals"]["results"] == 3 and merged["totals"]["FAIL"] == 1


def test_warnings_of_the_newest_run_stay_and_those_on_engines_are_asked_again() -> None:
    idle = result("a", "HQ", "SKIPPED", skipped="does_not_apply", applies_to=["Oslo"])
    first = run([idle, result("b", "HQ", "PASS")], EARLIER, "1", warnings=["Old."])
    assert len(first["warnings"]) == 2
    second = run([result("a", "Oslo", "PASS")], LATER, "2", warnings=["New."])
    merged = merge_reports([first, second], NOW)
    assert merged["warnings"][0] == "New." and len(merged["warnings"]) == 2 and "earlier run" in merged["warnings"][1]


def test_the_newest_comparison_of_a_table_counts() -> None:
    first = run([], EARLIER, "1", differences=AREAS)
    second = run([], LATER, "2", differences=[area("HQ", "ROUTING", "PASS")])
    assert merge_reports([second, first], NOW)["totals"]["failing_areas"] == 0


def test_reports_of_earlier_releases_merge_as_well() -> None:
    old = run([result("a", "HQ", "FAIL")], EARLIER, "")
    for one in old["results"]:
        for key in ("kind", "skipped", "applies_to", "waiver", "measured_at", "run_id"):
            del one[key]
    for key in ("run_id", "warnings", "causes"):
        del old[key]
    old["fail_on"].append("info")
    assert merge_reports([old, run([result("a", "HQ", "PASS")], LATER, "2")], NOW)["status"] == "PASS"


@pytest.mark.parametrize(
    "reports,words",
    [
        ([], "no report"),
        ([[]], "not a health report"),
        ([{"schema": "ngfw.smc.health_report", "schema_version": 2}], "version 2"),
        ([{"schema": "ngfw.smc.health_report", "schema_version": 1}], "lacks"),
        ([{**report(), "results": [1]}], "lacks"),
        ([{**report(), "results": [{"name": "a"}]}], "lacks"),
        ([{**report(), "differences": [[]]}], "in a wrong form"),
        ([{**report(), "differences": [{"target": "HQ"}]}], "in a wrong form"),
        ([{**report(), "smc": "x"}], "in a wrong form"),
        ([{**report(), "warnings": 5}], "in a wrong form"),
        (
            [{**report(), "results": [result("a", "HQ", "FAIL", offending_count="many")]}],
            "has 'many' where a whole number",
        ),
        ([{**report(), "results": [result("a", "HQ", "FAIL", elapsed="long")]}], "has 'long' where a number"),
        ([{**report(), "differences": [area("HQ", "USERS", "PASS", before=1e999)]}], "has 'inf' where a whole number"),
    ],
)
def test_what_is_no_report_is_not_merged(reports: Any, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        merge_reports(reports, NOW)


def report_of(results: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    """A report as somebody may write one, with whatever is in it."""
    return {
        "schema": "ngfw.smc.health_report",
        "schema_version": 1,
        "generated_at": NOW,
        "results": results,
        "fail_on": ["major"],
        **more,
    }


MANY = 6_000


@pytest.mark.parametrize(
    "results",
    [
        [result("The engine was checked", "HQ", "ERROR", target=f"t{number}") for number in range(MANY)],
        [result("a", "HQ", "FAIL", target=f"t{number}") for number in range(MANY)],
        [result("a", "domain of the login", "ERROR", target=f"t{number}") for number in range(MANY)],
        [result("a", "HQ", "FAIL", smc=f"smc{number}") for number in range(MANY)],
        [
            result("a", f"FW {number}", "SKIPPED", skipped="does_not_apply", applies_to=[f"x{number}"])
            for number in range(MANY)
        ],
    ],
    ids=["stands for others", "one name", "unknown domain", "many SMCs", "many patterns"],
)
def test_the_time_grows_with_the_number_of_results_only(results: list[dict[str, Any]]) -> None:
    """With its square, each of these would take minutes."""
    began = time.process_time()
    merged = merge_reports([report_of(results)], NOW)
    assert time.process_time() - began < 30
    assert len([one for one in merged["results"] if one["engine"] != "This run"]) == MANY


def test_times_of_several_types_can_be_merged() -> None:
    lost = result("The engine was checked", "HQ", "ERROR", measured_at="2026")
    merged = merge_reports([report_of([lost, result("a", "HQ", "PASS", measured_at=5, run_id=[7])])], NOW)
    assert ends(merged) == {("HQ", "a"): "PASS"}


@pytest.mark.parametrize("name", ["added_count", "removed_count", "changed_count", "before", "after"])
def test_a_number_that_no_table_has_is_a_sentence(name: str) -> None:
    huge = area("HQ", "ROUTING", "FAIL", **{name: 10**400})
    with pytest.raises(OptionError, match=r"The area ROUTING of 'HQ' has a number of more than 15 digits"):
        merge_reports([report_of([], differences=[huge])], NOW)
    with pytest.raises(OptionError, match=r"The result 'a' has a number of more than 15 digits"):
        merge_reports([report_of([result("a", "HQ", "FAIL", offending_count=-(10**400))])], NOW)
    most = merge_reports([report_of([], differences=[area("HQ", "ROUTING", "FAIL", **{name: 10**15 - 1})])], NOW)
    assert all(file_format.render(most) for file_format in FORMATS.values())
