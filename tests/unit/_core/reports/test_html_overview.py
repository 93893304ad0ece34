# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of checks and the matrix."""

from __future__ import annotations

from typing import Any

from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.html import render_html
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.html_overview import render_checks, render_matrix
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.model import group_by
from lxml import html

from tests.reports import EVIL, report, result


def page_of(**about: Any) -> Any:
    return html.document_fromstring(render_html(report(**about)))


def test_a_badge_has_a_colour_only_where_something_is_wrong() -> None:
    built = [result("a", "HQ", "PASS", "critical"), result("b", "HQ", "FAIL", "critical")]
    page = page_of(results=built, differences=[])
    badges = dict(page.xpath("//table[@class='checks']//tr/td[1]/span/@class") and [
        (row.xpath("string(th)"), row.xpath("string(td[1]/span/@class)")) for row in page.xpath("//table[@class='checks']/tbody/tr")
    ])  # fmt: skip
    assert badges == {"a": "sev", "b": "sev critical"}


def test_the_matrix_says_how_many_rows_it_has() -> None:
    many = [result("a", f"FW {engine}", "PASS") for engine in range(60)]
    size = page_of(results=many, differences=[]).xpath("string(//p[@class='size'])")
    assert size == "60 engines, the worst first; 1 check. The box scrolls: it shows some of its 60 rows at a time."


def test_names_are_escaped() -> None:
    built = report([result(EVIL, EVIL, "FAIL", reason=EVIL, description=EVIL)], [])
    assert "<script" not in render_checks(built) + render_matrix(built, group_by(built["results"], "engine"))


def test_the_run_as_a_whole_has_no_row_and_no_column() -> None:
    failed = result("The change was made", "The change", "FAIL", kind="run")
    page = page_of(results=[result("a", "HQ", "PASS"), failed], differences=[])
    assert page.xpath("//table[@class='matrix']/thead/tr/th/@title") == ["a"]
    assert [row.xpath("string(th)") for row in page.xpath("//table[@class='matrix']/tbody/tr")] == ["HQ"]
    assert page.xpath("string(//tfoot/tr/th)") == "2 results"
    alone = page_of(results=[failed])
    assert alone.xpath("//h2/text()") == ["What failed and why", "What changed"]
    assert "1 result" in [" ".join(tile.text_content().split()) for tile in alone.xpath("//p[contains(@class, 'sum')]")]


def test_only_engines_at_fault_are_named_with_a_check() -> None:
    built = [
        result("a", "HQ", "FAIL"),
        result("a", "Oslo", "PASS"),
        result("a", "Plano", "SKIPPED"),
        result("b", "HQ", "PASS"),
    ]
    page = page_of(results=built, differences=[])
    named = {
        row.xpath("string(th)"): row.xpath(".//a/text()") for row in page.xpath("//table[@class='checks']/tbody/tr")
    }
    assert named == {"a": ["HQ"], "b": []}


def test_a_bar_has_a_part_for_each_verdict_that_there_is() -> None:
    built = [result("a", f"FW {number}", "PASS") for number in range(15)] + [result("a", "HQ", "FAIL")] * 5
    page = page_of(
        results=[{**one, "engine": f"{one['engine']} {place}"} for place, one in enumerate(built)], differences=[]
    )
    (row,) = page.xpath("//table[@class='checks']/tbody/tr")
    assert row.xpath(".//i[contains(@class, ' w')]/@class") == ["f w5", "p w15"]
