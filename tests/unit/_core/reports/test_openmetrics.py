# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Metrics: stable names and values, one series for each check and engine, and nothing that breaks the file."""

from __future__ import annotations

import re

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.openmetrics import (
    STATUS_CODES,
    measured_number,
    render_openmetrics,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.verdicts import STATUSES
from hypothesis import given
from hypothesis import strategies as st

from tests.examples import ROOT
from tests.reports import EVIL, area, report, result

# A line of the text format: name, labels, number.
SAMPLE = re.compile(r'([a-z_]+)\{((?:[a-z_]+="(?:[^"\\\n]|\\["\\n])*",?)*)\} (-?[\d.e+-]+)')


def samples(text: str) -> dict[tuple[str, str], float]:
    """By name and labels; fails on a line that is not valid and on a series that is there twice."""
    found: dict[tuple[str, str], float] = {}
    for line in text.splitlines():
        if line.startswith("# "):
            continue
        match = SAMPLE.fullmatch(line)
        assert match, line
        assert (match[1], match[2]) not in found, line
        found[match[1], match[2]] = float(match[3])
    return found


def test_names_labels_and_values() -> None:
    built = report(
        [result("tunnels", "HQ", "FAIL", measured="3 of 12 entries", elapsed=1.5)], [area("HQ", "USERS", "PASS")]
    )
    common = 'report="Health check",smc="smc"'
    own = f'{common},check="tunnels",engine="HQ",severity="major",definition="ROUTING"'
    found = samples(render_openmetrics(built))
    assert found["ngfw_health_check_status", own] == 1
    assert found["ngfw_health_check_failing", own] == 1
    assert found["ngfw_health_check_measured", own] == 3
    assert found["ngfw_health_check_duration_seconds", own] == 1.5
    assert found["ngfw_health_check_run_failed", common] == 1
    assert found["ngfw_health_check_run_timestamp_seconds", common] == 1795496400
    assert found["ngfw_health_check_run_results", f'{common},status="FAIL"'] == 1
    assert found["ngfw_health_check_table_status", f'{common},engine="HQ",definition="USERS"'] == 0


def test_the_names_are_those_that_are_documented() -> None:
    page = (ROOT / "docs" / "reports.md").read_text("utf-8")
    built = report([result("tunnels", "HQ", "FAIL", measured="3 of 12 entries", elapsed=1.5)])
    for name in {name for name, _labels in samples(render_openmetrics(built))}:
        assert f"`{name}`" in page
    for status, code in STATUS_CODES.items():
        assert f"{code} {status}" in page
    assert set(STATUS_CODES) == set(STATUSES)


@pytest.mark.parametrize(
    "measured,number",
    [
        ("3 of 12 entries", 3),
        ("12", 12),
        ("1,234 entries", 1234),
        ("-1.5 dB", -1.5),
        ("10.0.0.1 is blocked", None),
        ("2026-11-24", None),
        ("3 entries; 4 nodes", None),
        ("no entries", None),
        ("", None),
    ],
)
def test_the_measured_number(measured: str, number: float | None) -> None:
    assert measured_number({"measured": measured}) == number


def test_too_many_results_leave_out_those_that_passed_and_say_so() -> None:
    many = [result(f"check {number}", "HQ", "PASS" if number else "FAIL") for number in range(50)]
    found = samples(render_openmetrics(report(many, []), most=10))
    codes = [value for (name, _labels), value in found.items() if name == "ngfw_health_check_status"]
    assert len(codes) == 10 and 1 in codes
    assert [value for (name, _labels), value in found.items() if name.endswith("left_out")] == [40]


_texts = st.one_of(st.text(max_size=20), st.sampled_from([EVIL, "x" * 300, "x" * 301, 'a"b', "a\\", "a\nb"]))


@given(st.lists(st.tuples(_texts, _texts, st.sampled_from(STATUSES)), max_size=6), _texts)
def test_hostile_names_break_nothing(rows: list[tuple[str, str, str]], title: str) -> None:
    results = [result(name, engine, status, measured=name) for name, engine, status in rows]
    areas = [area(engine, name, status) for name, engine, status in rows]
    samples(render_openmetrics(report(results, areas, title=title)))
