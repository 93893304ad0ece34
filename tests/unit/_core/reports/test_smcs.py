# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A report on several SMCs: the SMC is a level, and engines of one name stay apart in every format."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.formats import FORMATS
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.history import add_history
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.mail import mail_of
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.merging import merge_reports
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.model import build_report
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.smcs import smc_name, told_apart
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.wording import (
    failing_lines,
    failing_rows,
    smc_counts,
    summary_line,
    verdict_sentence,
)
from lxml import etree, html

from tests.reports import NOW, area, report, result

SCHEMA = json.loads((Path(__file__).resolve().parents[4] / "docs" / "health_report.schema.json").read_text())
DALLAS, PARIS = "https://smc.dallas.example:8082", "https://smc.paris.example:8082/"
REFUSED = "The SMC refused the login."


@pytest.mark.parametrize(
    "address,name",
    [
        ("", ""),
        (None, ""),
        ("https://smc.example.com:8082", "smc.example.com"),
        ("https://SMC.example.com:8082/6.10/", "smc.example.com"),
        ("https://smc.example.com", "smc.example.com:443"),
        ("http://smc.example.com", "smc.example.com:80"),
        ("http://127.0.0.1:41000", "127.0.0.1:41000"),
        ("https://[2001:db8::1]:8082", "[2001:db8::1]"),
        ("https://user:secret@smc.example.com:8082", "smc.example.com"),
        # A pair of Management Servers is one SMC, whichever of them answers.
        ("https://smc1.example.com:8082,https://smc2.example.com:8082", "smc1.example.com"),
        ("Paris", "Paris"),
        (" Paris\n office ", "Paris office"),
        ("https://[broken", "https://[broken"),
        ("https://smc:port", "https://smc:port"),
        ("ftp://smc", "ftp://smc"),
    ],
)
def test_the_name_of_an_smc(address: Any, name: str) -> None:
    assert smc_name(address) == name
    assert smc_name(name) == name


def both(**more: Any) -> dict[str, Any]:
    """HQ is an engine of both SMCs; the key of one SMC is wrong."""
    results = [
        result("tunnels", "HQ", "PASS", smc=DALLAS),
        result("routes", "HQ", "FAIL", smc=DALLAS),
        result("tunnels", "HQ", "ERROR", "critical", reason=REFUSED, smc=PARIS),
        result("routes", "HQ", "ERROR", reason=REFUSED, smc=PARIS),
        result("alerts", "Shared Domain", "PASS", definition="ACTIVE_ALERTS", smc=DALLAS),
        result("alerts", "Shared Domain", "FAIL", definition="ACTIVE_ALERTS", smc="smc.paris.example"),
    ]
    areas = [area("HQ", "ROUTING", "PASS", smc=DALLAS), area("HQ", "ROUTING", "FAIL", smc=PARIS)]
    facts = [{"url": DALLAS, "product_version": "7.3.1", "domain": "Shared Domain"}, {"url": PARIS}]
    return build_report(results, NOW, differences=areas, smcs=facts, **more)


def test_engines_of_one_name_are_two_engines() -> None:
    built = both()
    jsonschema.validate(built, SCHEMA)
    assert {(one["smc"], one["engine"], one["name"]) for one in built["results"]} == {
        (smc, engine, name)
        for smc in ("smc.dallas.example", "smc.paris.example")
        for engine, name in (("HQ", "tunnels"), ("HQ", "routes"), ("Shared Domain", "alerts"))
    }
    totals = built["totals"]
    assert (totals["smcs"], totals["engines"], totals["domains"], totals["checks"]) == (2, 2, 2, 3)
    assert [(row["smc"], row["name"], row["status"]) for row in built["engines"]] == [
        ("smc.paris.example", "HQ", "ERROR"),
        ("smc.dallas.example", "HQ", "FAIL"),
        ("smc.paris.example", "Shared Domain", "FAIL"),
        ("smc.dallas.example", "Shared Domain", "PASS"),
    ]
    first, second = built["smcs"]
    assert (first["name"], first["engines"], first["results"], first["failing"]) == ("smc.dallas.example", 1, 3, 1)
    assert (first["product_version"], first["url"], first["areas"], first["failing_areas"]) == ("7.3.1", DALLAS, 1, 0)
    assert (second["ERROR"], second["failing"], second["failing_areas"], second["status"]) == (2, 3, 1, "FAIL")
    assert summary_line(built).startswith("FAIL: 2 SMCs, 2 engines, 2 domains and 3 checks. ")
    (cause,) = built["causes"]
    assert (cause["count"], cause["engines"], cause["smcs"]) == (2, ["HQ"], ["smc.paris.example"])


def test_every_name_for_people_stands_for_one_engine() -> None:
    shown = told_apart(both())
    lines = failing_lines(shown)
    assert lines[0] == (
        f"ERROR: {REFUSED} This kept 2 results from being measured: tunnels, routes on HQ on smc.paris.example."
    )
    assert "FAIL (major) HQ on smc.dallas.example: routes. routes is FAIL" in lines
    assert "FAIL HQ on smc.paris.example: ROUTING. r" in lines
    assert "HQ on smc.paris.example, HQ on smc.dallas.example" in verdict_sentence(shown)
    rows = failing_rows(both())
    assert [(row["smc"], row["engine"], row["count"]) for row in rows] == [
        ("smc.paris.example", "HQ", 2),
        ("smc.dallas.example", "HQ", 1),
        ("smc.paris.example", "Shared Domain", 1),
    ]
    assert rows[1]["line"] == "FAIL (major) HQ on smc.dallas.example: routes. routes is FAIL"


def test_each_format_has_the_smc_as_a_level() -> None:
    built = both(title="Both")
    page = html.document_fromstring(FORMATS["html"].render(built))
    table = [" ".join(row.text_content().split()) for row in page.xpath("//section[@id='smcs']//tbody/tr")]
    assert table[0].startswith("smc.dallas.exampleversion 7.3.1 · Shared DomainFAIL1 engine1 failed, 2 passed")
    assert table[1].endswith("1 engine1 failed, 2 not measured, 1 table compared, 1 beyond tolerance")
    assert [level.text_content() for level in page.xpath("//tr[@class='level']")] == [
        "smc.dallas.example",
        "smc.paris.example",
    ]
    # Each row of the matrix and each card is of one engine, and leads to it.
    rows = [link.text_content() for link in page.xpath("//section[@id='matrix']//tbody//a")]
    assert len(rows) == len(set(rows)) == 4
    for link in page.xpath("//section[@id='matrix']//tbody//a"):
        assert page.get_element_by_id(link.get("href")[1:]).find(".//h3").text_content() == link.text_content()
    suites = etree.fromstring(FORMATS["junit"].render(built).encode())
    assert {suite.get("name") for suite in suites} == {
        f"{words}{name} on smc.{city}.example"
        for words, name in (("", "HQ"), ("", "Shared Domain"), ("Comparison of ", "HQ"))
        for city in ("dallas", "paris")
    }
    text = FORMATS["markdown"].render(built)
    assert (
        "| ❌ FAIL | smc.paris.example | 1 | 1 failed, 2 not measured, 1 table compared, 1 beyond tolerance |" in text
    )
    assert "HQ on smc.dallas.example" in text
    assert "FAIL: smc.paris.example, 1 engine. 1 failed, 2 not measured" in mail_of(told_apart(built)).text
    metrics = FORMATS["openmetrics"].render(built)
    for smc in ("smc.dallas.example", "smc.paris.example"):
        assert f'ngfw_health_check_status{{report="Both",smc="{smc}",check="routes",engine="HQ"' in metrics
    assert 'ngfw_health_check_run_failed{report="Both",smc="smc.dallas.example, smc.paris.example"} 1' in metrics
    assert 'ngfw_health_check_smc_failing{report="Both",smc="smc.paris.example"} 4' in metrics
    series = [line.rsplit(" ", 1)[0] for line in metrics.splitlines() if not line.startswith("#")]
    assert len(series) == len(set(series))


@pytest.mark.parametrize("name", sorted(FORMATS))
def test_with_one_smc_there_is_no_such_level(name: str) -> None:
    """Whether its results name it, or the head of the report, or both."""
    named = report([result("a", "HQ", "FAIL", smc="https://smc:8082")], [])
    unnamed = report([result("a", "HQ", "FAIL")], [])
    assert named == unnamed and named["smcs"] == [] and named["results"][0]["smc"] == "smc"
    jsonschema.validate(named, SCHEMA)
    text = FORMATS[name].render(named)
    assert "HQ on" not in text and "SMCs" not in text and "smc_failing" not in text


def test_what_names_no_smc_belongs_to_the_only_one() -> None:
    built = build_report([result("a", "HQ", "FAIL", smc=DALLAS), result("b", "HQ", "PASS")], NOW)
    assert [one["smc"] for one in built["results"]] == ["smc.dallas.example"] * 2 and len(built["engines"]) == 1
    of_run = build_report(
        [result("x", "The change", "FAIL", kind="run"), result("a", "HQ", "PASS", smc=DALLAS)],
        NOW,
        smcs=[{"url": PARIS}],
    )
    assert [(row["smc"], row["name"]) for row in of_run["engines"]] == [
        ("", "The change"),
        ("smc.dallas.example", "HQ"),
    ]
    # An SMC of which nothing was judged is not called good.
    assert {row["name"]: row["status"] for row in of_run["smcs"]} == {
        "smc.dallas.example": "PASS",
        "smc.paris.example": "SKIPPED",
    }


def test_reports_of_two_smcs_merge_into_one_with_two() -> None:
    earlier, later = "2026-11-24T01:00:00+00:00", "2026-11-24T04:00:00+00:00"

    def run(smc: str, status: str, when: str) -> dict[str, Any]:
        made = build_report(
            [result("tunnels", "HQ", status)], when, smc={"url": smc}, differences=[area("HQ", "USERS", status)]
        )
        # As reports were before they named the SMC of each result.
        for item in (*made["results"], *made["differences"], *made["engines"]):
            del item["smc"]
        del made["smcs"]
        return made

    merged = merge_reports([run(DALLAS, "FAIL", earlier), run(PARIS, "PASS", later)], NOW)
    jsonschema.validate(merged, SCHEMA)
    assert [(one["smc"], one["status"]) for one in merged["results"]] == [
        ("smc.dallas.example", "FAIL"),
        ("smc.paris.example", "PASS"),
    ]
    assert merged["totals"]["areas"] == 2 and merged["smc"] == {} and merged["smcs"][0]["url"] == DALLAS
    # A newer result replaces that of its own SMC only, also in a report that is merged already.
    again = merge_reports([merged, run(DALLAS, "PASS", "2026-11-24T06:00:00+00:00")], NOW)
    assert again["status"] == "PASS" and again["totals"]["results"] == 2 and len(again["smcs"]) == 2
    # Without a login, a report does not know its SMC: it is the only one that the others know.
    unknown = run("", "ERROR", later)
    assert merge_reports([run(DALLAS, "PASS", earlier), unknown], NOW)["totals"]["results"] == 1


def test_a_lost_engine_of_one_smc_is_not_found_again_on_another() -> None:
    lost = build_report(
        [
            result(
                "The engine was checked", "HQ", "ERROR", "critical", measured_at="2026-11-24T01:00:00+00:00", smc=DALLAS
            )
        ],
        NOW,
    )
    good = build_report([result("a", "HQ", "PASS", measured_at="2026-11-24T02:00:00+00:00", smc=PARIS)], NOW)
    assert merge_reports([lost, good], NOW)["status"] == "FAIL"


def test_the_history_of_one_smc_is_not_that_of_another() -> None:
    built = both()
    standing = {"since": "2026-11-01", "runs": 1, "before": "FAIL", "says": "fixed since the last run"}
    add_history(built, {("smc.dallas.example", "HQ", "tunnels", "HQ"): standing}, [])
    assert [one["smc"] for one in built["results"] if "history" in one] == ["smc.dallas.example"]
    jsonschema.validate(built, SCHEMA)
    assert "- HQ on smc.dallas.example: tunnels" in FORMATS["markdown"].render(built)


def test_an_smc_of_which_nothing_was_measured_or_compared_is_not_called_good() -> None:
    waiver = {"until": "2999-12-31", "reason": "r", "owner": "", "status": "ERROR"}
    results = [result("a", "HQ", "PASS", smc=DALLAS), result("a", "HQ", "WAIVED", smc="smc2.example", waiver=waiver)]
    areas = [area("HQ", "ROUTING", "SKIPPED", smc="smc2.example")]
    rows = {row["name"]: row for row in report(results, areas)["smcs"]}
    assert rows["smc2.example"]["status"] == "SKIPPED" and rows["smc2.example"]["skipped_areas"] == 1
    assert smc_counts(rows["smc2.example"]) == "1 waived, 0 tables compared, 0 beyond tolerance, 1 more not compared"
