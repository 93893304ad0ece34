# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waivers: what they waive, until when, and what is said of those that waive nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.waivers import apply_waivers, read_waivers
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from hypothesis import given
from hypothesis import strategies as st

TODAY = date(2026, 11, 24)
WAIVER = {"check": "tunnels", "engine": "Branch *", "until": "2026-12-31", "reason": "Line ordered.", "owner": "Anna"}


def result(name: str, engine: str, status: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "engine": engine, "status": status, "reason": "Expected 2, found 1.", **more}


def smc_of(result: Any) -> str:
    return str(result.get("smc") or "")


def waived(results: list[dict[str, Any]], *written: dict[str, Any]) -> tuple[list[dict[str, Any]], list[str]]:
    return apply_waivers(results, read_waivers(list(written)), TODAY, smc_of)


@pytest.mark.parametrize("status", ["FAIL", "ERROR"])
@pytest.mark.parametrize(
    "until",
    ["2026-11-24", "2026-11-24T08:00:00Z", date(2026, 11, 24), datetime(2026, 11, 24, 8, tzinfo=UTC), "2027-01-01"],
)
def test_a_failure_is_waived_until_the_end_of_the_day(status: str, until: Any) -> None:
    ((only,), warnings) = waived([result("Tunnels", "branch 7", status)], {**WAIVER, "until": until})
    assert only["status"] == "WAIVED" and warnings == [] and only["reason"] == "Expected 2, found 1."
    assert only["waiver"] == {"until": str(until)[:10], "reason": "Line ordered.", "owner": "Anna", "status": status}


def test_a_waiver_that_has_run_out_lets_the_check_fail_and_says_so() -> None:
    ((only,), warnings) = waived([result("tunnels", "Branch 7", "FAIL")], {**WAIVER, "until": "2026-11-23"})
    assert only["status"] == "FAIL" and warnings == []
    assert only["reason"] == "Expected 2, found 1. Its waiver ran out on 2026-11-23 (Line ordered, Anna)."


def test_of_several_waivers_the_one_that_counts_the_longest_is_used() -> None:
    old = {**WAIVER, "until": "2026-11-01"}
    ((only,), warnings) = waived([result("tunnels", "Branch 7", "FAIL")], old, WAIVER)
    assert only["status"] == "WAIVED" and warnings == []


@pytest.mark.parametrize(
    "name,engine,status,more",
    [
        ("tunnels", "Branch 7", "PASS", {}),
        ("tunnels", "Branch 7", "SKIPPED", {}),
        ("tunnels", "HQ", "FAIL", {}),
        ("routes", "Branch 7", "FAIL", {}),
        ("tunnels", "Branch 7", "FAIL", {"kind": "run"}),
    ],
)
def test_everything_else_stays_as_it_is(name: str, engine: str, status: str, more: Any) -> None:
    before = result(name, engine, status, **more)
    ((after,), warnings) = waived([before], WAIVER)
    assert after == before and len(warnings) == 1


def test_a_waiver_may_be_for_one_smc() -> None:
    results = [result("tunnels", "Branch 7", "FAIL", smc=smc) for smc in ("smc.paris", "smc.rome:8083")]
    after, warnings = waived(results, {**WAIVER, "smc": "*.rome*"})
    assert [one["status"] for one in after] == ["FAIL", "WAIVED"] and not warnings
    after, (warning,) = waived(results, {**WAIVER, "smc": "smc.pari"})
    assert [one["status"] for one in after] == ["FAIL", "FAIL"]
    assert (
        warning == "The waiver 1 (check 'tunnels', engine 'Branch *', SMC 'smc.pari') matches no result of this run. "
        "Did you mean smc.paris?"
    )


def test_a_waiver_that_waives_nothing_is_named() -> None:
    results = [result("tunnels", "Branch 7", "PASS")]
    _same, (passes,) = waived(results, WAIVER)
    assert (
        passes
        == "The waiver 1 (check 'tunnels', engine 'Branch *') waives nothing: what it names does not fail. Remove it."
    )
    _same, (typo,) = waived(results, {**WAIVER, "check": "tunels"})
    assert typo.startswith("The waiver 1 (check 'tunels'") and typo.endswith(
        "matches no result of this run. Did you mean tunnels?"
    )


@pytest.mark.parametrize(
    "written,message",
    [
        ("text", "Waivers must be a list of mappings"),
        (["text"], "Waiver 1 must be a mapping"),
        ([WAIVER, {**WAIVER, "untill": 1}], "Waiver 2 has no key 'untill'. Did you mean until?"),
        ([{"check": "a"}], "Waiver 1 lacks `engine`, `until` and `reason`."),
        ([{**WAIVER, "reason": ""}], "Waiver 1 lacks `reason`."),
        ([{**WAIVER, "until": "soon"}], "Waiver 1: `until` is 'soon'. Write a day, such as 2026-12-31."),
        ([{**WAIVER, "until": "2026-12-310"}], "Waiver 1: `until` is '2026-12-310'."),
        ([{**WAIVER, "reason": " "}], "Waiver 1 lacks `reason`."),
        ([{**WAIVER, "until": "2026-02-30"}], "Waiver 1: `until` is '2026-02-30'."),
        ([{**WAIVER, "until": 20261231}], "Waiver 1: `until` is '20261231'."),
        ([{**WAIVER, "engine": True}], "Waiver 1: `engine` is a text, but YAML has read it as True: put it in quotes."),
    ],
)
def test_a_malformed_waiver_is_refused(written: Any, message: str) -> None:
    with pytest.raises(OptionError) as error:
        read_waivers(written)
    assert error.value.message.startswith(message)


def test_there_may_be_none() -> None:
    assert read_waivers(None) == read_waivers([]) == []
    assert apply_waivers([result("a", "b", "FAIL")], [], TODAY, smc_of) == ([result("a", "b", "FAIL")], [])


@given(
    st.lists(
        st.tuples(st.sampled_from("ab"), st.sampled_from("XY"), st.sampled_from(["FAIL", "ERROR", "PASS", "SKIPPED"]))
    )
)
def test_no_result_is_lost_and_only_failures_change(rows: list[tuple[str, str, str]]) -> None:
    before = [result(*row) for row in rows]
    after, _warnings = waived(before, {**WAIVER, "check": "a", "engine": "*"})
    assert [(one["name"], one["engine"]) for one in after] == [row[:2] for row in rows]
    for old, new in zip(before, after, strict=True):
        assert (new["status"] == "WAIVED") is (old["name"] == "a" and old["status"] in ("FAIL", "ERROR"))
