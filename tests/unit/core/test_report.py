# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reports: the model, its schema, and that no name or value breaks out of any rendering."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.report import (
    build_report,
    failing_lines,
    merge_reports,
    render_json,
    render_junit,
    render_markdown,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.report_html import render_html
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

NOW = "2026-11-24T05:00:00+00:00"
HERE = Path(__file__).resolve().parent
SCHEMA = json.loads((HERE.parents[2] / "docs" / "health_report.schema.json").read_text())
JUNIT = etree.RelaxNG(etree.parse(HERE / "junit.rng"))

EVIL = "<script>alert(1)</script>\"'&|`{{ 7*7 }}]]>\x00\n\ud800"


def result(name: str, engine: str, status: str, severity: str = "major", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "engine": engine,
        "status": status,
        "severity": severity,
        "definition": "ROUTING",
        "target": engine,
        "reason": f"{name} is {status}",
        "offending": [{"src": "10.0.0.1"}] if status == "FAIL" else [],
        **more,
    }


def area(target: str, definition: str, status: str, **more: Any) -> dict[str, Any]:
    return {
        "target": target,
        "definition": definition,
        "status": status,
        "reason": "r",
        "before": 1,
        "after": 2,
        **more,
    }


RESULTS = [
    result("routes", "Plano", "PASS"),
    result("routes", "HQ", "FAIL", offending_count=9),
    result("routes", "Oslo", "SKIPPED"),
    result("tunnels", "Plano", "FAIL", "minor"),
    result("tunnels", "HQ", "PASS", "critical"),
    result("tunnels", "Oslo", "ERROR", "critical"),
]
AREAS = [
    area(
        "HQ",
        "ROUTING",
        "FAIL",
        added_count=2,
        lines=["+ 10.0.0.0 8", "- 10.1.0.0 16", "~ 10.2.0.0 16 (route_metric: 1 -> 2)"],
    ),
    area("HQ", "USERS", "PASS"),
]


def report(results: Any = None, differences: Any = None, **more: Any) -> dict[str, Any]:
    results = RESULTS if results is None else results
    differences = AREAS if differences is None else differences
    return build_report(results, NOW, smc={"url": "https://smc:8082"}, differences=differences, **more)


def test_the_model_stands_worst_first_and_counts() -> None:
    built = report()
    jsonschema.validate(built, SCHEMA)
    assert [engine["name"] for engine in built["engines"]] == ["Oslo", "HQ", "Plano"]
    assert [check["name"] for check in built["checks"]] == ["tunnels", "routes"]
    assert built["status"] == "FAIL"
    expected = {"engines": 3, "domains": 0, "checks": 2, "results": 6, "PASS": 2, "FAIL": 2, "ERROR": 1, "SKIPPED": 1}
    assert built["totals"] == {**expected, "failing": 2, "areas": 2, "failing_areas": 1}
    assert [line.split(":")[0] for line in failing_lines(built)] == [
        "ERROR (critical) Oslo",
        "FAIL (major) HQ",
        "FAIL HQ",
    ]
    assert len(failing_lines(built, "HQ")) == 2 and not failing_lines(built, "Plano")


@pytest.mark.parametrize(
    "fail_on,differences,status",
    [((), [], "PASS"), (("info",), [], "PASS"), (("minor",), [], "FAIL"), ((), AREAS, "FAIL"), ((), AREAS[1:], "PASS")],
)
def test_the_run_fails_on_what_the_user_named(fail_on: Any, differences: Any, status: str) -> None:
    assert report(fail_on=fail_on, differences=differences)["status"] == status


def test_slices_merge_into_what_one_run_would_have_made() -> None:
    slices = [report([one for one in RESULTS if one["engine"] == engine], []) for engine in ("HQ", "Plano", "Oslo")]
    merged = merge_reports([json.loads(render_json(one)) for one in slices], NOW)
    assert merged == report(differences=[])
    # each slice measured the domain's alerts: the row stands once, with the worst
    alerts = [result("alerts", "Shared Domain", "PASS"), result("alerts", "Shared Domain", "FAIL")]
    twice = merge_reports([report([alerts[0]], []), report([alerts[1]], [])], NOW)
    assert [(one["engine"], one["status"]) for one in twice["results"]] == [("Shared Domain", "FAIL")]


@pytest.mark.parametrize(
    "reports,words",
    [
        ([], "no report"),
        ([[]], "not a health report"),
        ([{"schema": "ngfw.smc.health_report", "schema_version": 2}], "version 2"),
        ([{"schema": "ngfw.smc.health_report", "schema_version": 1}], "lacks"),
    ],
)
def test_what_is_no_report_is_not_merged(reports: Any, words: str) -> None:
    with pytest.raises(OptionError, match=words):
        merge_reports(reports, NOW)


def test_a_status_or_severity_that_does_not_exist_is_refused() -> None:
    with pytest.raises(OptionError, match="'GOOD'"):
        report([result("a", "b", "GOOD")])
    with pytest.raises(OptionError, match="'GOOD'"):
        report([], [area("a", "b", "GOOD")])
    with pytest.raises(OptionError, match="'fatal'"):
        report(fail_on=["fatal"])


def test_junit_has_a_suite_an_engine_and_a_case_a_check() -> None:
    document = etree.fromstring(render_junit(report()).encode())
    JUNIT.assertValid(document)
    assert document.xpath("//testsuite/@name") == ["Oslo", "HQ", "Plano", "Comparison of HQ"]
    assert document.xpath("//testsuite[@name='HQ']/@failures") == ["1"]
    (failure,) = document.xpath("//testcase[@classname='HQ'][@name='routes']/failure")
    assert failure.get("message") == "routes is FAIL" and failure.get("type") == "major"
    assert failure.text.splitlines()[-2:] == ["src=10.0.0.1", "... and 8 more"]
    assert document.xpath("//testcase[@name='tunnels']/error/@type") == ["critical"]
    assert document.xpath("//skipped/@message") == ["routes is SKIPPED"]
    assert "~ 10.2.0.0 16" in document.xpath("//testsuite[@name='Comparison of HQ']//failure/text()")[0]


def test_markdown_names_the_problems_worst_first() -> None:
    text = render_markdown(report())
    rows = [line for line in text.splitlines() if line.startswith(("| ❌", "| ⚠️"))]
    assert [row.split("|")[2].strip() for row in rows] == ["Oslo", "HQ", "Plano", "HQ"]
    assert "+ 10.0.0.0 8" in text
    assert "… and 2 more." in render_markdown(report(), most=1)
    assert "Everything is as it should be." in render_markdown(report(RESULTS[:1], []))


def test_a_domain_is_no_engine() -> None:
    alerts = result("alerts", "Shared Domain", "PASS", definition="ACTIVE_ALERTS")
    built = report([*RESULTS, alerts], [])
    assert (built["totals"]["engines"], built["totals"]["domains"]) == (3, 1)
    assert {row["name"]: row["kind"] for row in built["engines"]}["Shared Domain"] == "domain"
    assert "3 engines, 1 domain and 3 checks" in render_markdown(built)


@pytest.mark.parametrize(
    "results,words",
    [
        ([], "Nothing was checked"),
        ([result("a", "b", "SKIPPED")], "every check was skipped"),
        (RESULTS[:1], "should be"),
    ],
)
def test_nothing_measured_is_not_called_well(results: Any, words: str) -> None:
    built = report(results, [])
    assert words in render_markdown(built) and words in render_html(built)


def test_html_shows_tiles_matrix_and_details() -> None:
    page = html.document_fromstring(render_html(report()))
    tiles = {
        tile.xpath("string(span)"): tile.xpath("string(b)") for tile in page.xpath("//*[contains(@class, 'tile ')]")
    }
    assert tiles["engines, 3 with problems"] == "3" and tiles["failed"] == "2" and tiles["not measured"] == "1"
    rows = page.xpath("//table[@class='matrix']/tbody/tr")
    assert [row.xpath("string(th)") for row in rows] == ["Oslo", "HQ", "Plano"]
    assert [cell.text_content() for cell in rows[0].xpath("td")] == ["ERROR", "SKIPPED", "tunnels is ERROR"]
    assert all(page.xpath(f"//details[@id='{link[1:]}']") for link in page.xpath("//table[@class='matrix']//a/@href"))
    assert "the first 1 of 9 entries" in page.text_content()
    assert page.xpath("//pre/span[@class='add']/text()") == ["+ 10.0.0.0 8"]
    assert not page.xpath("//@src | //link | //img | //iframe | //*[@style] | //*[starts-with(name(@*), 'on')]")


def test_a_report_of_five_hundred_engines_stays_small() -> None:
    entry = {"node_id": "Branch 499 node 1", **{f"field_{number}": "192.0.2.254" for number in range(10)}}
    many = [
        result(f"check {check}", f"Branch {engine}", "PASS" if (engine + check) % 5 else "FAIL", offending=[entry] * 5)
        for engine in range(500)
        for check in range(12)
    ]
    assert len(render_html(report(many)).encode()) < 5_000_000


_texts = st.one_of(st.text(max_size=30), st.sampled_from([EVIL, "", "a|b", "*x*", "</td>"]))


@given(st.lists(st.tuples(_texts, _texts, _texts, st.sampled_from(["PASS", "FAIL", "ERROR", "SKIPPED"])), max_size=4))
def test_no_name_or_value_breaks_any_rendering(rows: list[tuple[str, str, str, str]]) -> None:
    results = [
        result(
            name, engine, status, reason=text, measured=text, wanted=text, description=text, offending=[{text: name}]
        )
        for name, engine, text, status in rows
    ]
    areas = [area(name, text, status, lines=[text, "~~~~"]) for name, _engine, text, status in rows]
    built = report(results, areas, title=EVIL)
    jsonschema.validate(json.loads(render_json(built)), SCHEMA)
    JUNIT.assertValid(etree.fromstring(render_junit(built).encode("utf-8", "replace")))
    page = render_html(built)
    assert page.count("<script>") == 1 and page.count("</script>") == 1
    cells = [
        len(re.findall(r"(?<!\\)\|", line)) for line in render_markdown(built).splitlines() if line.startswith("| ❌")
    ]
    assert set(cells) <= {6, 9}
