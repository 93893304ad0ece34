# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Differences in the HTML report: old above new, the changed part marked, and nothing lost."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.html_differences import (
    render_differences,
    rows_of,
)
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from tests.reports import AREAS, area, report


def shown(lines: list[str]) -> list[str]:
    """The rows as text, with what is marked in brackets."""
    return [
        f"{row.mark} {''.join(f'[{text}]' if changed else text for text, changed in row.parts)}"
        for row in rows_of(lines)
    ]


@pytest.mark.parametrize(
    "lines,rows",
    [
        (["- a 10.0.0.1 x", "+ a 10.0.0.2 x"], ["- a [10.0.0.1] x", "+ a [10.0.0.2] x"]),
        (["+ a b c", "+ d e f"], ["+ a b c", "+ d e f"]),
        (["- a b c", "- g h i", "+ d e f"], ["- a b c", "- g h i", "+ d e f"]),
        (["- a b 1", "- g h 1", "+ a b 2", "+ g h 2"], ["- a b [1]", "+ a b [2]", "- g h [1]", "+ g h [2]"]),
        (
            ["~ net (metric: 1 -> 2 and type: Static -> Dynamic)"],
            ["- net  metric: [1]  type: [Static]", "+ net  metric: [2]  type: [Dynamic]"],
        ),
        (["~ odd"], ["~ odd"]),
        (["- ... and 2 more", "+ ... and 3 more"], ["- ... and 2 more", "+ ... and 3 more"]),
    ],
)
def test_old_stands_above_new(lines: list[str], rows: list[str]) -> None:
    assert shown(lines) == rows


@given(st.lists(st.tuples(st.sampled_from("+-"), st.text("ab ", min_size=1).filter(str.strip)), max_size=12))
def test_no_line_is_lost(pairs: list[tuple[str, str]]) -> None:
    lines = [f"{mark} {text}" for mark, text in pairs]
    told = [f"{row.mark} {''.join(text for text, _changed in row.parts)}" for row in rows_of(lines)]
    assert sorted(" ".join(line.split()) for line in told) == sorted(" ".join(line.split()) for line in lines)


def test_tables_without_a_difference_are_folded() -> None:
    page = html.document_fromstring(render_differences(report()["differences"]))
    assert page.xpath("//details/@class") == ["engine area f", "engine area p"]
    assert [part.text_content() for part in page.xpath("//div[@class='diff']/p")][
        -1
    ] == "+ 10.2.0.0 16  route_metric: 2"
    assert len(AREAS) == 2


@pytest.mark.parametrize(
    ("counts", "told"),
    [
        ({"before": None, "after": 7}, ""),
        ({"before": 7, "after": None}, ""),
        ({"before": 1000, "after": 7, "removed_count": 993}, "1,000 → 7 993 removed"),
        ({"added_count": 1, "changed_count": 2}, "1 → 2 1 added 2 changed"),
    ],
)
def test_the_numbers_of_a_table(counts: dict[str, Any], told: str) -> None:
    built = report(differences=[area("HQ", "ROUTING", "FAIL", **counts)])["differences"]
    page = html.document_fromstring(render_differences(built))
    (numbers,) = page.xpath("//span[@class='counts']")
    assert " ".join(" ".join(numbers.itertext()).split()) == told


def test_tables_that_are_alike_are_listed_by_engine() -> None:
    alike = [area(engine, name, "PASS", after=1) for engine in ("HQ", "Oslo") for name in ("ROUTING", "USERS")]
    page = html.document_fromstring(render_differences(report(differences=alike)["differences"]))
    text = " ".join(page.text_content().split())
    assert [text.count(word) for word in ("HQ", "Oslo")] == [1, 1] and text.count("ROUTING") == 2
