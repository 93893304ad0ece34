# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Wildcards and regular expressions that meet texts from outside."""

from __future__ import annotations

import re
from fnmatch import fnmatchcase

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.patterns import (
    LONGEST_TEXT,
    MOST_CHOICES,
    matches_wildcard,
    read_regex,
)
from hypothesis import given
from hypothesis import strategies as st

SOME_OF_16 = "(?:" + "|".join("a" * number for number in range(1, 17)) + ")"
SOME_OF_20 = "(?:" + "|".join("a" * number for number in range(1, 21)) + ")"
SHORT = st.text("ab*?", max_size=8)


@given(SHORT, st.text("ab", max_size=8))
def test_a_wildcard_means_what_it_means_in_a_shell(pattern: str, text: str) -> None:
    assert matches_wildcard(pattern, text, question_mark=True) is fnmatchcase(text, pattern)
    only_stars = pattern.replace("?", "a")
    assert matches_wildcard(only_stars, text) is fnmatchcase(text, only_stars)
    assert matches_wildcard(only_stars, text, whole=False) is fnmatchcase(text, f"*{only_stars}*")


def test_a_wildcard_takes_other_characters_as_they_are() -> None:
    assert matches_wildcard("plano [fw]*", "Plano [FW] 7")
    assert not matches_wildcard("a?", "ab") and matches_wildcard("a?", "A?")


def test_many_wildcards_on_a_long_name_come_back() -> None:
    assert not matches_wildcard("*a" * 200 + "*b", "a" * 100_000)
    assert not matches_wildcard("*a?" * 20 + "b", "a" * 5_000, question_mark=True)
    assert not matches_wildcard("*" + "?" * 2_000 + "b*", "a" * 20_000, question_mark=True)
    assert matches_wildcard("*" + "?b" * 2_000 + "c*", "ab" * 20_000 + "c", question_mark=True)


@pytest.mark.parametrize(
    "written, longest",
    [
        ("(?i)incomplete|failed|unreachable", LONGEST_TEXT[0]),
        (r"@example\.test$", LONGEST_TEXT[0]),
        (r"^https?://[^/]+/", 2828),
        (r"\d+[.]\d+[.]\d+[.]\d+(:443)?", 87),
        ("(?:a|b)+", LONGEST_TEXT[1]),
        ("(?:ab){3}", LONGEST_TEXT[0]),
        (r"(?P<x>a)(?P=x)(?!b+)", LONGEST_TEXT[1]),
        (r"(a*)\1\1\1b", LONGEST_TEXT[4]),
        (r"[0-9a-f]{8}-[0-9a-f]{4}", LONGEST_TEXT[0]),
        ("^(?:" + "|".join(f"branch {number}" for number in range(100)) + ")$", LONGEST_TEXT[0]),
        ("^(?:HQ|Paris|Plano|Lab) (?:FW|IPS|cluster)( old)?$", LONGEST_TEXT[0]),
    ],
)
def test_a_usual_expression_is_taken(written: str, longest: int) -> None:
    assert read_regex(written).longest == longest


@pytest.mark.parametrize(
    "written, why",
    [
        ("(a+)+b", "repeats a group that has a repetition"),
        ("(?:a|aa)*b", "repeats a group that has a repetition or alternatives"),
        ("(a?){30}a{30}", "repeats a group"),
        ("(?=(a*)*)b", "repeats a group"),
        (".*a.*b.*c.*d.*", "has 5 repetitions .* Use 4 at most"),
        ("a?" * 20 + "a" * 20, "has 20 optional or alternative parts"),
        (SOME_OF_20 * 8 + "$", r"combined in 25,600,000,000 ways, .* 65,536 ways at most"),
        (r"(a*)(?:b\1)+", "repeats a group that has a repetition"),
        (r"(a*)\1\1\1\1b", "has 5 repetitions"),
        ("(?:" * 4 + "^" + "){60000}" * 4, "longer than 10,000 characters"),
        ("(?:(?=a)){60000,}b", "longer than 10,000 characters"),
        ("(", "is not valid"),
        ("(" * 5_000 + ")" * 5_000, "is not valid"),
    ],
)
def test_an_expression_that_may_take_long_is_refused(written: str, why: str) -> None:
    with pytest.raises(OptionError, match=why):
        read_regex(written)


WORST = [
    ".*b",
    ".*.*b",
    ".*.*.*b",
    ".*.*.*.*b",
    "a?" * MOST_CHOICES + "a+b",
    SOME_OF_16 * 4 + "b",
    SOME_OF_16 * 4 + "a*b",
    "(?:a|aa)" * 8 + "b",
    "|".join("a" * number + "b" for number in range(300)),
    r"(a*)\1\1\1b",
    "a*a{3000}b",
    "(?:^){9999}b",
]


@pytest.mark.parametrize("written", WORST)
def test_the_worst_expression_that_is_taken_comes_back(written: str) -> None:
    regex = read_regex(written)
    assert not regex.found_in("a" * regex.longest)
    with pytest.raises(OptionError, match=f"cannot be tried on a text of {regex.longest + 1:,} characters"):
        regex.found_in("a" * (regex.longest + 1))


@given(st.text(r"ab.*+?|(){}\d12,^$", max_size=30))
def test_any_text_is_an_expression_or_a_sentence(written: str) -> None:
    try:
        regex = read_regex(written)
    except OptionError as error:
        why = error.message
    else:
        why = "."
        assert regex.found_in("ab12") is (re.search(written, "ab12") is not None)
    assert why.endswith(".")
