# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What failed and why: the worst first, causes once, nothing twice, and what passed folded."""

from __future__ import annotations

from typing import Any

from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.history import add_history
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.html import render_html
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.html_findings import _OPEN_ENGINES, render_findings
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.model import group_by
from lxml import html

from tests.reports import EVIL, RESULTS, report, result


def page_of(**about: Any) -> Any:
    return html.document_fromstring(render_html(report(**about)))


def test_what_failed_stands_first_and_what_passed_is_folded() -> None:
    page = page_of(differences=[])
    assert page.xpath("//h2/text()") == [
        "What failed and why", "What does not fail the run", "Checks", "Engines and checks"
    ]  # fmt: skip
    assert page.xpath("//section[@id='failed']//details[contains(@class, 'engine')]//h3/text()") == ["Oslo", "HQ"]
    assert page.xpath("//section[@id='lower']//h3/text()") == ["Plano"]
    assert page.xpath("//section[@id='failed']//details[@open]//h3/text()") == ["Oslo", "HQ"]
    assert page.xpath("//details[@class='rest'][not(@open)]/summary/text()") == ["1 skipped", "1 passed", "1 passed"]
    calm = page_of(results=RESULTS[:1], differences=[])
    assert calm.xpath("//h2/text()") == ["Without a problem", "Checks", "Engines and checks"]
    assert calm.xpath("string(//details[@class='fold'][not(@open)]/summary)") == "1 engine without a problem: 1 passed"


def test_nothing_is_said_twice() -> None:
    told = result(
        "a", "HQ", "FAIL", reason="Expected no entries, found 3 of 4.", wanted="no entries", measured="3 of 4 entries"
    )
    page = page_of(results=[told], differences=[])
    (item,) = page.xpath("//section[@id='failed']//li")
    assert [part.text_content() for part in item.xpath(".//div[@class='pairs']/p")] == [
        "Expected no entries",
        "Found 3 of 4",
    ]
    assert not item.xpath(".//p[@class='why']")
    assert item.xpath("string(.//div[@class='entries']/p)") == "Entries 1 entry"
    other = page_of(results=[{**told, "reason": "Give `vpn_peers`, no entries.", "offending_count": 9}], differences=[])
    (item,) = other.xpath("//section[@id='failed']//li")
    assert item.xpath("string(.//p[@class='why'])") == "Give vpn_peers, no entries."
    assert [part.text_content() for part in item.xpath(".//div[@class='pairs']/p")] == ["Found 3 of 4 entries"]
    assert item.xpath("string(.//div[@class='entries']/p)") == "Entries 9 entries, the first 1"


def test_one_cause_is_told_once_with_what_it_cost() -> None:
    many = [
        result(f"check {check}", f"FW {engine}", "ERROR", reason="No `api_key`.")
        for check in range(5)
        for engine in range(9)
    ]
    page = page_of(results=many, differences=[])
    (cause,) = page.xpath("//div[@class='cause']")
    assert cause.xpath("string(p[@class='why'])") == "No api_key."
    assert "kept 45 results of 9 engines from being measured" in cause.text_content()
    assert (
        page.xpath("string(//details[@class='fold']/summary)")
        == "9 engines that could not be measured: 45 not measured"
    )
    assert "cause" not in page_of(results=many[:1], differences=[]).xpath("string(//section[@id='failed'])")


def test_what_does_not_fail_the_run_and_could_not_be_measured_is_not_among_the_failures() -> None:
    many = [result("a", f"FW {engine}", "ERROR", "minor", reason="No key.") for engine in range(9)]
    page = page_of(results=[*many, result("b", "HQ", "FAIL")], differences=[])
    assert "could not be measured" not in page.xpath("string(//section[@id='failed'])")
    assert "9 engines that could not be measured" in page.xpath("string(//section[@id='lower'])")


def test_a_check_that_passes_again_says_so() -> None:
    built = report(results=[result("a", "HQ", "PASS"), result("b", "HQ", "PASS")], differences=[])
    standing = {"since": "2026-11-01", "runs": 1, "before": "FAIL", "says": "fixed since the last run"}
    add_history(built, {(built["results"][0]["smc"], "HQ", "a", "HQ"): standing}, [])
    page = html.document_fromstring(render_html(built))
    told = [line.text_content() for line in page.xpath("//li[@class='p']")]
    assert [line.startswith("PASSa ") for line in told if "fixed since the last run" in line] == [True]


def test_a_waived_failure_is_shown_and_not_called_no_problem() -> None:
    waiver = {"until": "2026-12-31", "reason": "line ordered", "owner": "Anna", "status": "FAIL"}
    page = page_of(results=[result("a", "HQ", "WAIVED", waiver=waiver, reason="Too few."), RESULTS[0]], differences=[])
    assert page.xpath("string(//section[@id='lower']//p[@class='why'])") == (
        "Waived until 2026-12-31 by Anna: line ordered. Too few."
    )
    assert page.xpath("string(//p[@class='verdict']/span)") == "Nothing fails the run. 1 failure is waived."
    assert page.xpath("string(//section[@id='calm']//h3)") == "Plano"


def test_what_fails_the_run_as_a_whole_stands_first() -> None:
    failed = result("The change was made", "This run", "FAIL", kind="run", reason="exit 2")
    causes = [result(f"c{number}", "HQ", "ERROR", "critical", reason="No login.") for number in range(9)]
    page = page_of(results=[*causes, failed], differences=[])
    assert page.xpath("//section[@id='failed']//h3/text()")[:2] == ["This run", "Cause 1"]
    said = page.xpath("string(//p[@class='verdict']/span)")
    assert said == "10 results fail the run: This run and HQ. 9 could not be measured because of 1 cause."


def test_many_notes_do_not_push_the_failures_down() -> None:
    page = page_of(warnings=[f"Note {number}." for number in range(9)])
    assert len(page.xpath("//section[@id='warnings']/ul/li")) == 3
    assert page.xpath("string(//section[@id='warnings']/details/summary)") == "6 more notes"


def test_names_are_escaped() -> None:
    built = report([result(EVIL, EVIL, "FAIL", reason=EVIL, wanted=EVIL, measured=EVIL, offending=[{EVIL: EVIL}])], [])
    assert "<script" not in render_findings(built, group_by(built["results"], "engine"))


def test_a_folded_card_says_the_worst_and_how_many_more() -> None:
    def brief(*names: str) -> str:
        page = page_of(results=[result(name, "HQ", "FAIL", reason=f"{name}!") for name in names], differences=[])
        return str(page.xpath("string(//span[@class='brief'])"))

    assert [brief("a"), brief("a", "b"), brief("a", "b", "c")] == ["a: a!", "a: a! And 1 more.", "a: a! And 2 more."]


def test_only_the_first_cards_are_open_and_what_fails_takes_their_places() -> None:
    failing = [result("a", f"FW {number}", "FAIL") for number in range(3)]
    lower = [result("b", f"Lower {number}", "FAIL", "minor") for number in range(_OPEN_ENGINES)]
    page = page_of(results=failing + lower, differences=[])
    opened = [len(page.xpath(f"//section[@id='{name}']//details[@open]//h3")) for name in ("failed", "lower")]
    assert opened == [3, _OPEN_ENGINES - 3]


def test_a_result_that_a_cause_stands_for_leads_to_it() -> None:
    causes = [
        result(f"c{number}", "HQ", "ERROR", "critical", reason=f"No {kind}.") for kind in "xy" for number in range(9)
    ]
    page = page_of(results=[*causes, result("a", "HQ", "FAIL")], differences=[])
    numbers = page.xpath("//div[@class='cause']/@id")
    assert numbers == ["cause1", "cause2"] and page.xpath("//div[@class='cause']/h3/text()") == ["Cause 1", "Cause 2"]
    assert set(page.xpath("//a[starts-with(@href, '#cause')]/@href")) == {"#cause1", "#cause2"}
