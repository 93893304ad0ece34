# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bounds: how they are read, what they hold for, and what they say."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.findings import Bounds, read_bounds
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from hypothesis import given
from hypothesis import strategies as st

_bound = st.none() | st.integers(-5, 5)


@pytest.mark.parametrize(
    "written,bounds,words",
    [
        (2, Bounds(2, 2), "exactly 2"),
        ("2", Bounds(2, 2), "exactly 2"),
        ({"min": 1}, Bounds(1, None), "at least 1"),
        ({"max": 0}, Bounds(None, 0), "at most 0"),
        ({"min": 1, "max": "2.5"}, Bounds(1, 2.5), "at least 1 and at most 2.5"),
        ({"equals": 3}, Bounds(3, 3), "exactly 3"),
        ({"equals": 0}, Bounds(0, 0), "exactly 0"),
        ({"values": ["a"]}, Bounds(None, None), ""),
    ],
)
def test_bounds_are_read(written: Any, bounds: Bounds, words: str) -> None:
    assert read_bounds(written, "count", ("values",)) == bounds
    assert str(bounds) == words


@pytest.mark.parametrize(
    "written,message",
    [
        ({}, "count has no bound: add min, max or equals."),
        ({"min": 3, "max": 2}, "count has the bounds 3 and 2: no number is both at least 3 and at most 2."),
        ({"max": float("nan")}, "count: 'nan' is not a number."),
        ({"values": []}, "count has no bound: add min, max or equals."),
        ({"mim": 1}, "count has no key 'mim'. Did you mean min? Its keys are min, max, equals and values."),
        ({"equals": 1, "max": 2}, "count takes either `equals`, or `min` and `max`."),
        ({"min": "many"}, "count: 'many' is not a number."),
        ("many", "count: 'many' is not a number."),
        (True, "count: 'True' is not a number."),
        (["1"], "count: '['1']' is not a number."),
    ],
)
def test_what_is_refused(written: Any, message: str) -> None:
    with pytest.raises(OptionError) as error:
        read_bounds(written, "count", ("values",))
    assert error.value.message == message


@given(_bound, _bound, st.integers(-6, 6))
def test_bounds_hold_for_what_is_between_them(least: int | None, most: int | None, value: int) -> None:
    bounds = Bounds(least, most)
    assert bounds.hold(value) == ((least is None or least <= value) and (most is None or value <= most))
    assert bounds.exceeded_by(value) == (most is not None and value > most)
    assert not (bounds.hold(value) and bounds.exceeded_by(value))


@given(_bound, _bound)
def test_the_last_number_of_the_text_is_named(least: int | None, most: int | None) -> None:
    bounds = Bounds(least, most)
    assert str(bounds).split()[-1:] == ([] if bounds.last_number is None else [str(bounds.last_number)])
