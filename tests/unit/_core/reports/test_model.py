# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The model of a report: its order, its totals, its schema, and reports that are merged."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.formats import DEFAULT_FORMATS, FORMATS
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.json import render_json
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.model import NOTHING_JUDGED, THIS_RUN, one_line
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.wording import summary_line
from ansible_collections.ngfw.smc.plugins.module_utils._core.verdicts import STATUSES
from hypothesis import given
from hypothesis import strategies as st

from tests.reports import AREAS, RESULTS, area, report, result

SCHEMA = json.loads((Path(__file__).resolve().parents[4] / "docs" / "health_report.schema.json").read_text())


def test_the_model_stands_worst_first_and_counts() -> None:
    built = report()
    jsonschema.validate(built, SCHEMA)
    assert [engine["name"] for engine in built["engines"]] == ["Oslo", "HQ", "Plano"]
    assert [check["name"] for check in built["checks"]] == ["tunnels", "routes"]
    assert built["status"] == "FAIL"
    expected = {
        "smcs": 1,
        "engines": 3,
        "domains": 0,
        "checks": 2,
        "results": 6,
        "PASS": 2,
        "FAIL": 2,
        "ERROR": 1,
        "WAIVED": 0,
        "SKIPPED": 1,
    }
    skipped = {"not_judged": 0, "skipped_areas": 0}
    assert built["totals"] == {**expected, **skipped, "not_measured": 1, "failing": 2, "areas": 2, "failing_areas": 1}


@pytest.mark.parametrize(
    "fail_on,differences,status",
    [((), [], "PASS"), (("minor",), [], "FAIL"), ((), AREAS, "FAIL"), ((), AREAS[1:], "PASS")],
)
def test_the_run_fails_on_what_the_user_named(fail_on: Any, differences: Any, status: str) -> None:
    assert report(fail_on=fail_on, differences=differences)["status"] == status


def test_a_status_or_severity_that_does_not_exist_is_refused() -> None:
    with pytest.raises(OptionError, match="'GOOD'"):
        report([result("a", "b", "GOOD")])
    with pytest.raises(OptionError, match="'GOOD'"):
        report([], [area("a", "b", "GOOD")])
    with pytest.raises(OptionError, match="'fatal'"):
        report(fail_on=["fatal"])
    with pytest.raises(OptionError, match="info never fails"):
        report(fail_on=["info"])


def test_a_domain_does_not_count_as_an_engine() -> None:
    alerts = result("alerts", "Shared Domain", "PASS", definition="ACTIVE_ALERTS")
    built = report([*RESULTS, alerts], [])
    assert (built["totals"]["engines"], built["totals"]["domains"]) == (3, 1)
    assert {row["name"]: row["kind"] for row in built["engines"]}["Shared Domain"] == "domain"


@pytest.mark.parametrize("value,text", [(None, ""), (0, "0"), (" a \n\t b\u2028c", "a b c")])
def test_texts_stand_in_one_line(value: Any, text: str) -> None:
    assert one_line(value) == text


def names_of(built: dict[str, Any], engine: str) -> list[tuple[str, str]]:
    return [(one["name"], one["status"]) for one in built["results"] if one["engine"] == engine]


def test_two_results_of_one_name_both_stand_and_count() -> None:
    """A critical failure must not vanish because a check of another table has the same name."""
    minor = result("HQ reachable", "HQ", "PASS", "minor", definition="USERS")
    critical = result("HQ reachable", "HQ", "FAIL", "critical", definition="VPN_SA")
    for results in ([minor, critical], [critical, minor], [critical, critical], [minor, minor]):
        built = report(results, [])
        jsonschema.validate(built, SCHEMA)
        assert sorted(name for name, _status in names_of(built, "HQ")) == ["HQ reachable", "HQ reachable (2)"]
        assert built["totals"]["results"] == built["totals"]["checks"] == 2
        assert built["totals"]["failing"] == sum(one["status"] == "FAIL" for one in results)


@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "a (2)", "a (3)", "b"]), st.sampled_from(["X", "Y"]), st.sampled_from(STATUSES))
    )
)
def test_no_result_is_lost_and_no_two_share_a_name(written: list[tuple[str, str, str]]) -> None:
    built = report([result(name, engine, status) for name, engine, status in written], AREAS)
    keys = [(one["engine"], one["name"]) for one in built["results"]]
    assert len(keys) == len(set(keys)) == len(written)
    assert sum(built["totals"][status] for status in STATUSES) == len(written)


def test_one_name_for_checks_of_several_tables_names_them_all() -> None:
    built = report([result("up", "A", "PASS", definition="USERS"), result("up", "B", "FAIL", definition="VPN_SA")], [])
    (row,) = built["checks"]
    assert row["definition"] == "VPN_SA, USERS" and (row["PASS"], row["FAIL"]) == (1, 1)


@pytest.mark.parametrize(
    "results,differences,words",
    [
        ([], [], "Nothing was checked"),
        ([result("a", "b", "SKIPPED")], [], "each of 1 verdicts is SKIPPED"),
        ([result("a", "b", "SKIPPED")], [area("b", "USERS", "SKIPPED")], "each of 2 verdicts"),
        # Neither a waiver nor a severity turns what was not measured into something that was judged.
        ([result("a", "b", "ERROR")], [], "of 1 verdicts, 1 could not be measured"),
        (
            [result("a", "b", "WAIVED", waiver={"status": "ERROR"}), result("c", "d", "SKIPPED")],
            [],
            "of 2 verdicts, 1 could",
        ),
    ],
)
def test_a_run_in_which_nothing_was_judged_fails(results: Any, differences: Any, words: str) -> None:
    built = report(results, differences, fail_on=[])
    jsonschema.validate(built, SCHEMA)
    assert built["status"] == "FAIL" and built["totals"]["failing"] == 1
    first = built["results"][0]
    assert (first["engine"], first["name"], first["kind"]) == (THIS_RUN, NOTHING_JUDGED, "run") and words in first[
        "reason"
    ]
    assert built["engines"][0]["name"] == THIS_RUN and built["totals"]["engines"] == len(results)


@pytest.mark.parametrize("status", ["PASS", "FAIL", "WAIVED"])
def test_what_was_judged_is_not_called_nothing(status: str) -> None:
    built = report([result("a", "b", status, "info")], [])
    assert built["status"] == "PASS" and len(built["results"]) == 1


def test_what_was_not_measured_and_fails_the_run_is_told_once() -> None:
    built = report([result("a", "b", "ERROR")], [])
    assert [one["name"] for one in built["results"]] == ["a"] and built["status"] == "FAIL"


def test_a_waiver_does_not_hide_what_kept_a_check_from_being_measured() -> None:
    waiver = {"until": "2026-12-31", "reason": "r", "owner": "", "status": "ERROR"}
    results = [result("a", name, "WAIVED", waiver=waiver, reason="Refused the login.") for name in ("b", "c")]
    built = report([*results, result("a", "d", "PASS")], [])
    jsonschema.validate(built, SCHEMA)
    assert built["status"] == "PASS" and built["totals"]["not_measured"] == 2
    assert [(cause["reason"], cause["count"], cause["failing"]) for cause in built["causes"]] == [
        ("Refused the login.", 2, False)
    ]
    assert "2 failures waived. 2 of the waived could not be measured." in summary_line(built)
    for name in DEFAULT_FORMATS:
        assert "Refused the login." in FORMATS[name].render(built)


def test_severities_that_do_not_work_as_one_may_think_are_named() -> None:
    results = [result("a", "HQ", "FAIL", "critical"), result("b", "HQ", "PASS", "urgent")]
    assert report(results, [], fail_on=["minor"])["warnings"] == [
        "There is no severity 'urgent': such results count as major.",
        "`fail_on` leaves out critical, so 1 critical finding does not fail the run, although lesser findings would.",
    ]
    # Whoever wants no failure at all, or only the worst, means it.
    for fail_on in ([], ["critical"], ["critical", "major"]):
        assert report([result("a", "HQ", "FAIL", "minor")], [], fail_on=fail_on)["warnings"] == []


def test_severity_info_never_fails() -> None:
    assert not report([result("a", "b", "FAIL", "info")], [])["totals"]["failing"]


def test_a_failure_of_the_run_stands_first_and_always_fails() -> None:
    change = result("The change", "Change", "FAIL", "minor", kind="run", definition="")
    built = report([*RESULTS, change], AREAS, fail_on=[])
    assert built["results"][0]["name"] == "The change" and built["engines"][0]["kind"] == "run"
    assert built["status"] == "FAIL" and built["totals"]["failing"] == 1
    assert (built["totals"]["engines"], built["totals"]["checks"]) == (3, 2)


def test_why_a_result_was_skipped_is_kept_only_with_what_was_skipped() -> None:
    built = report(
        [result("a", "b", "SKIPPED", skipped="not_judged"), result("c", "b", "PASS", skipped="not_judged")], []
    )
    assert {one["name"]: one["skipped"] for one in built["results"]} == {"a": "not_judged", "c": ""}
    assert built["totals"]["not_judged"] == 1


def test_a_waiver_stands_with_its_result() -> None:
    waiver = {"until": "2026-12-31", "reason": "line ordered", "owner": "Anna", "status": "FAIL"}
    built = report([result("a", "b", "WAIVED", waiver=waiver)], [])
    jsonschema.validate(built, SCHEMA)
    assert built["results"][0]["waiver"] == waiver and built["totals"]["WAIVED"] == 1 and built["status"] == "PASS"


def test_results_know_their_run_and_time() -> None:
    own = result("a", "b", "PASS", measured_at="2026-11-24T04:00:00+00:00", run_id="7")
    built = report([own, result("c", "b", "PASS")], [], run_id="8", warnings=["W."])
    assert [(one["measured_at"][:13], one["run_id"]) for one in built["results"]] == [
        ("2026-11-24T04", "7"),
        ("2026-11-24T05", "8"),
    ]
    assert built["run_id"] == "8" and built["warnings"] == ["W."]


def test_numbers_that_json_lacks_are_texts_in_the_json_report() -> None:
    odd = result("a", "HQ", "FAIL", offending=[{"load": float("nan"), "most": float("-inf"), "count": 10**18}])
    built = report([odd], [])

    def refuse(name: str) -> None:
        raise AssertionError(f"JSON has no {name}.")

    written = json.loads(render_json(built), parse_constant=refuse)
    assert written["results"][0]["offending"] == [{"load": "nan", "most": "-inf", "count": 10**18}]


def test_wrong_shapes_inside_a_result_are_left_out() -> None:
    built = report([result("a", "HQ", "FAIL", offending=5)], [area("HQ", "USERS", "PASS", lines=7)])
    assert built["results"][0]["offending"] == [] and built["differences"][0]["lines"] == []


def test_a_run_in_which_nothing_was_judged_fails_critically() -> None:
    (only,) = report([], [])["results"]
    assert (only["status"], only["severity"], only["kind"]) == ("FAIL", "critical", "run")
