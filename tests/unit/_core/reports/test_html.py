# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The HTML page: what it shows, and that it stays small."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.html import render_html
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.html_page import SCRIPT, STYLE
from lxml import html

from tests.reports import RESULTS, report, result


def page_of(**about: Any) -> Any:
    return html.document_fromstring(render_html(report(**about)))


def test_the_page_shows_the_verdict_problems_and_matrix() -> None:
    page = page_of()
    rows = page.xpath("//table[@class='matrix']/tbody/tr")
    assert [row.xpath("string(th)") for row in rows] == ["Oslo", "HQ", "Plano"]
    assert [cell.text_content() for cell in rows[0].xpath("td")] == ["ERROR", "SKIPPED", "tunnels is ERROR"]
    assert all(page.xpath(f"//details[@id='{link[1:]}']") for link in page.xpath("//a/@href"))
    assert not page.xpath("//@src | //link | //img | //iframe | //*[@style] | //*[starts-with(name(@*), 'on')]")


def test_tiles_sentence_and_table_have_one_sum() -> None:
    page = page_of()
    tiles = [
        (int(tile.xpath("string(b)")), tile.xpath("string(span)"))
        for tile in page.xpath("//p[starts-with(@class, 'tile')]")
    ]
    assert tiles[:2] == [(2, "failed"), (1, "not measured")]
    results = next(place for place, (_number, words) in enumerate(tiles) if words.startswith("results: "))
    assert tiles[results] == (sum(number for number, _words in tiles[:results]), "results: 3 engines and 2 checks")
    assert tiles[results + 1 :] == [(1, "beyond tolerance"), (1, "as before or tolerated"), (2, "tables compared")]
    assert page.xpath("string(//tfoot/tr/th)") == "6 results"
    assert page.xpath("string(//tfoot/tr/td)").startswith("2 failed, 1 not measured, ")


def test_a_report_of_five_hundred_engines_stays_small() -> None:
    entry = {"node_id": "Branch 499 node 1", **{f"field_{number}": "192.0.2.254" for number in range(10)}}
    many = [
        result(f"check {check}", f"Branch {engine}", "PASS" if (engine + check) % 5 else "FAIL", offending=[entry] * 5)
        for engine in range(500)
        for check in range(12)
    ]
    assert len(render_html(report(many)).encode()) < 5_000_000


def test_the_head_says_what_fails_the_run() -> None:
    def verdict(**about: object) -> str:
        page = html.document_fromstring(render_html(report(**about)))
        return str(page.xpath("string(//p[@class='verdict']/span)"))

    assert verdict() == "2 results and 1 changed table fail the run: Oslo and HQ. 1 minor finding does not: Plano."
    assert verdict(results=RESULTS[:2], differences=[]) == "1 result fails the run: HQ."
    assert (
        verdict(fail_on=(), differences=[])
        == "Nothing fails the run. There are 3 findings of lower severity: Oslo, HQ and Plano."
    )
    assert verdict(results=RESULTS[:1], differences=[]) == "Everything is as it should be."
    many = [result("a", f"Branch {number}", "FAIL") for number in range(9)]
    assert verdict(results=many, differences=[]) == "9 results fail the run: 9 engines and domains."


def test_the_policy_allows_only_the_pages_own_style_and_script() -> None:
    page = html.document_fromstring(render_html(report()))
    (policy,) = page.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
    assert policy.startswith("default-src 'none'; style-src ")
    for directive, text in (("style-src", STYLE), ("script-src", SCRIPT)):
        digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert (page.xpath("string(//style)"), page.xpath("string(//script)")) == (STYLE, SCRIPT)


def test_a_tile_of_zero_is_faded_and_the_others_are_not() -> None:
    page = html.document_fromstring(render_html(report([result("a", "HQ", "FAIL")], [])))
    faded = {
        tile.xpath("string(span)"): "zero" in tile.get("class") for tile in page.xpath("//p[contains(@class, 'tile')]")
    }
    numbers = {
        tile.xpath("string(span)"): tile.xpath("string(b)") for tile in page.xpath("//p[contains(@class, 'tile')]")
    }
    assert faded == {words: number == "0" for words, number in numbers.items()} and set(faded.values()) == {True, False}
