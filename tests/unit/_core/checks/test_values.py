# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Plain values: what is read as a text, a number, a boolean or a mapping, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.values import (
    as_boolean,
    as_mapping,
    as_number,
    as_text,
    as_texts,
    number_in,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("value,text", [(None, ""), ("", ""), (0, "0"), (False, "False"), ("a", "a")])
def test_text(value: Any, text: str) -> None:
    assert as_text(value) == text


@pytest.mark.parametrize(
    "value,texts", [(None, []), ("a", ["a"]), (["a", 1], ["a", "1"]), ((), []), (0, ["0"]), ("a,b", ["a,b"])]
)
def test_texts(value: Any, texts: list[str]) -> None:
    assert as_texts(value) == texts


@pytest.mark.parametrize("value,number", [(3, 3), (-1.5, -1.5), ("12", 12), (" 1.5 ", 1.5), ("2.0", 2), ("-4", -4)])
def test_number(value: Any, number: float) -> None:
    assert as_number(value, "count") == number


@given(st.integers(-(10**15), 10**15))
def test_an_integer_as_text_is_the_same_number(number: int) -> None:
    assert as_number(str(number), "count") == number


@pytest.mark.parametrize("value,number", [(3, 3), (1.5, 1.5), (True, None), ("3", None), (None, None), ([3], None)])
def test_the_number_in_an_entry(value: Any, number: float | None) -> None:
    assert number_in(value) == number


@pytest.mark.parametrize(
    "value,known", [(True, True), ("yes", True), ("True", True), (False, False), ("no", False), ("FALSE", False)]
)
def test_boolean(value: Any, known: bool) -> None:
    assert as_boolean(value, "enabled") is known


def test_nothing_is_an_empty_mapping() -> None:
    assert (as_mapping(None, "sum"), as_mapping({"a": 1}, "sum")) == ({}, {"a": 1})


@pytest.mark.parametrize(
    "read,value,message",
    [
        *(
            (as_number, value, f"count: '{value}' is not a number.")
            for value in ("many", True, None, "", "1e3", "nan", [], float("nan"), float("inf"))
        ),
        *((as_boolean, value, f"`count` must be true or false, not '{value}'.") for value in (1, "perhaps", None)),
        *((as_mapping, value, f"`count` must be a mapping, not '{value}'.") for value in (4, "text", ["a"])),
    ],
)
def test_what_is_refused(read: Callable[[Any, str], Any], value: Any, message: str) -> None:
    with pytest.raises(OptionError) as error:
        read(value, "count")
    assert error.value.message == message
