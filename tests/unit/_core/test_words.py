# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lists, counts and suggestions in words."""

from __future__ import annotations

import unicodedata
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.words import (
    at_most,
    close_names,
    count_entries,
    counted,
    did_you_mean,
    first_lines,
    in_seconds,
    join_names,
    plural,
    shorten,
    some,
    visible,
    visible_lines,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "names,text", [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_all_names(names: list[str], text: str) -> None:
    assert join_names(names) == text
    assert join_names(iter(names), "or") == text.replace(" and ", " or ")


@pytest.mark.parametrize(
    "count,text", [(0, ""), (1, "0"), (3, "0, 1, 2"), (4, "0, 1, 2 and 1 more"), (1203, "0, 1, 2 and 1,200 more")]
)
def test_the_first_names(count: int, text: str) -> None:
    assert some([str(number) for number in range(count)], 3) == text


@pytest.mark.parametrize(
    "lines,expected",
    [([], []), (["a", "b"], ["a", "b"]), (["a", "b", "c"], ["a", "b", "1 left"]), ([1, 2, 3, 4], [1, 2, "2 left"])],
)
def test_the_first_lines(lines: list[Any], expected: list[Any]) -> None:
    assert first_lines(lines, 2, "{} left") == expected


@given(st.lists(st.integers(), max_size=9), st.one_of(st.none(), st.integers(0, 9)))
def test_the_first_items_and_whether_there_are_more(items: list[int], limit: int | None) -> None:
    shown, more = at_most(limit, iter(items))
    assert shown == items[:limit]
    assert more is (len(shown) < len(items))


@pytest.mark.parametrize(
    "number,text", [(0, "0 entries"), (1, "1 entry"), (2, "2 entries"), (1_000_000, "1,000,000 entries")]
)
def test_entries_are_counted(number: int, text: str) -> None:
    assert count_entries(number) == counted(number, "entry", "entries") == text


def test_the_plural_has_an_s_unless_it_is_given() -> None:
    assert (counted(2, "table"), plural(1, "table"), plural(0, "is", "are")) == ("2 tables", "table", "are")


@pytest.mark.parametrize(
    "wanted,expected",
    [
        ("route_metrik", ["route_metric"]),
        ("ROUTE_METRIC", ["route_metric"]),
        ("gateway", ["route_gateway"]),
        ("xyz", []),
        ("", []),
    ],
)
def test_names_like_it(wanted: str, expected: list[str]) -> None:
    assert close_names(wanted, ["route_metric", "route_gateway", "src"]) == expected


def test_a_suggestion_is_a_question_or_nothing() -> None:
    assert did_you_mean("sorce", ["source", "src", "destination"]) == " Did you mean source or src?"
    assert did_you_mean("xyz", ["source"]) == ""


@given(st.text(max_size=40), st.integers(1, 20))
def test_a_shortened_text_is_one_line_of_limited_length(text: str, longest: int) -> None:
    short = shorten(text, longest)
    assert len(short) <= longest and short.splitlines() in ([], [short])
    assert short == " ".join(text.split()) or short.endswith("…")


@pytest.mark.parametrize(
    "text, shown",
    [
        ("Köln [FW] 日本 😀", "Köln [FW] 日本 😀"),
        ("a\x1b[2Jb", r"a\x1b[2Jb"),
        ("FW\nok: [all good]", r"FW\nok: [all good]"),
        ("a\u202eb\u2066c", r"a\u202eb\u2066c"),
        ("a\u200bb\ufeff\u3164", r"a\u200bb\ufeff\u3164"),
        ("half \ud83d", r"half \ud83d"),
        ("\x9b1m\x7f\t\u2028\xa0", r"\x9b1m\x7f\t\u2028\xa0"),
        (5, "5"),
    ],
)
def test_a_text_for_people_is_visible_and_harmless(text: object, shown: str) -> None:
    assert visible(text) == shown


@given(st.text(st.characters()))
def test_nothing_invisible_is_left(text: str) -> None:
    shown = visible(text)
    assert not {unicodedata.category(one) for one in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert visible(shown) == shown
    assert visible_lines(f"{text}\n{text}").endswith(visible(text.rpartition("\n")[2]))


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(60.0, "60 s"), (5.86067, "5.9 s"), (1.5, "1.5 s"), (0.9997, "1 s"), (0.05, "0.05 s"), (3600, "3600 s")],
)
def test_how_long_was_waited(seconds: float, text: str) -> None:
    assert in_seconds(seconds) == text
