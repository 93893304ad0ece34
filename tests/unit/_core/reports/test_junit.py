# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""JUnit XML: valid by its schema, and complete."""

from __future__ import annotations

from pathlib import Path

from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.junit import render_junit
from lxml import etree

from tests.reports import report, result

JUNIT = etree.RelaxNG(etree.parse(Path(__file__).resolve().parent / "junit.rng"))


def test_there_is_one_suite_per_engine_and_one_case_per_check() -> None:
    document = etree.fromstring(render_junit(report()).encode())
    JUNIT.assertValid(document)
    assert document.xpath("//testsuite/@name") == ["Oslo", "HQ", "Plano", "Comparison of HQ"]
    assert document.xpath("//testsuite[@name='HQ']/@failures") == ["1"]
    (failure,) = document.xpath("//testcase[@classname='HQ'][@name='routes']/failure")
    assert failure.get("message") == "routes is FAIL" and failure.get("type") == "major"
    assert failure.text.splitlines()[-2:] == ["src=10.0.0.1", "... and 8 more"]
    assert document.xpath("//testcase[@name='tunnels']/error/@type") == ["critical"]
    assert document.xpath("//skipped/@message") == [
        "routes is SKIPPED",
        # It would fail a pipeline whose report says PASS.
        "FAIL (minor), which does not fail the run: tunnels is FAIL",
    ]
    assert document.xpath("//testsuite[@name='Plano']/@failures") == ["0"]
    assert document.xpath("//testsuite[@name='Plano']/@skipped") == ["1"]
    assert "~ 10.2.0.0 16" in document.xpath("//testsuite[@name='Comparison of HQ']//failure/text()")[0]


def test_a_failure_says_what_was_expected_and_found() -> None:
    built = report([result("a", "HQ", "FAIL", wanted="no entries", measured="3 entries")], [])
    (text,) = etree.fromstring(render_junit(built).encode()).xpath("//failure/text()")
    assert text.splitlines()[:3] == ["a is FAIL", "expected: no entries", "found:    3 entries"]


def test_a_case_has_its_time_and_a_suite_that_of_its_longest() -> None:
    timed = [
        result("a", "HQ", "PASS", elapsed=1.25),
        result("b", "HQ", "FAIL", elapsed=0.5),
        result("c", "Oslo", "PASS"),
    ]
    document = etree.fromstring(render_junit(report(timed, [])).encode())
    JUNIT.assertValid(document)
    assert document.xpath("//testsuite/@time") == ["1.250", "0.000"]
    assert document.xpath("//testcase/@time") == ["0.500", "1.250", "0.000"]


def test_the_first_suite_alone_has_the_notes_of_the_report() -> None:
    document = etree.fromstring(render_junit(report(warnings=["Nothing matches 'Brnch*'."])).encode())
    noted = [suite.get("name") for suite in document.xpath("//testsuite") if "Brnch" in etree.tostring(suite).decode()]
    assert noted == [document.xpath("string(//testsuite[1]/@name)")]
