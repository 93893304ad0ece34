# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Rules of comparison: how they are read, and what they tolerate."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.comparison.difference import compare_counts, judge
from ansible_collections.ngfw.smc.plugins.module_utils._core.comparison.rules import (
    DEFAULT_RULES,
    Rules,
    read_all_rules,
    read_rules,
    read_tolerance,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS, ROUTING
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "before,after,growth,loss,holds",
    [
        (100, 99, 0, "10%", True),  # 10 % tolerates 1 of 100
        (100, 90, 0, "10%", True),
        (100, 89, 0, "10%", False),
        (10_000, 9_943, 0, "0.57%", True),  # exactly, where a float would be a little less
        (10, 1000, "99%", 0, False),  # 10 to 1000 is a growth of 9900 %
        (1000, 10, 0, "98%", False),
        (1000, 10, 0, "99%", True),
        (5, 6, 0, 0, False),  # zero is a value
        (5, 4, 0, 0, False),
        (5, 5, 0, 0, True),
        (0, 1, "50%", 0, False),  # any share of 0 is 0
        (0, 1, {"absolute": 1, "percent": 50}, 0, True),
        (0, 9, None, 0, True),
        (9, 0, 0, "any", True),
        (10, 13, {"absolute": 2, "percent": 30}, 0, True),
        (10, 14, {"absolute": 2, "percent": 30}, 0, False),
        (10, 10, None, None, True),
    ],
)
def test_tolerances_tolerate_exactly_what_they_say(
    before: int, after: int, growth: Any, loss: Any, holds: bool
) -> None:
    rules = read_rules(ROUTING, {"compare": "count", "growth": growth, "loss": loss})
    assert judge(compare_counts(before, after), rules)[0] is holds


@pytest.mark.parametrize(
    "written,words",
    [
        ({"tolerance": 1}, "'tolerance'"),
        ({"loss": -1}, "not negative"),
        ({"loss": "ten"}, "'ten'"),
        ({"loss": True}, "'True'"),
        ({"loss": "nan%"}, "'nan'"),
        ({"loss": "inf%"}, "'inf'"),
        ({"growth": {"relative": 1}}, "'relative'"),
        # Nothing is named, so it is not known what is meant: what was meant as a bound must not tolerate everything.
        ({"growth": {}}, "To tolerate anything, write null"),
        ({"loss": {"absolute": None, "percent": None}}, "To tolerate anything, write null"),
        ({"compare": "all"}, "'all'"),
        ({"identity": []}, "`identity` is empty"),
    ],
)
def test_rules_that_cannot_be_read(written: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        read_rules(ROUTING, written)


def test_a_tolerance_says_what_it_is() -> None:
    tolerances = [read_tolerance(value, "loss") for value in (None, 0, "2.5%", {"absolute": 3, "percent": 10}, "any")]
    assert [str(tolerance) for tolerance in tolerances] == [
        "any",
        "none",
        "at most 2.5 %",
        "at most 3 or 10 %",
        "any",
    ]


@given(st.integers(0, 1000), st.integers(0, 1000), st.integers(0, 100), st.integers(0, 300))
def test_a_wider_tolerance_tolerates_no_less(before: int, after: int, absolute: int, percent: int) -> None:
    def holds(absolute: int, percent: int) -> bool:
        bound = {"absolute": absolute, "percent": percent}
        rules = read_rules(ROUTING, {"compare": "count", "growth": bound, "loss": bound})
        return judge(compare_counts(before, after), rules)[0]

    assert holds(absolute, percent) <= holds(absolute + 1, percent) and holds(absolute, percent) <= holds(
        absolute, percent + 1
    )
    assert holds(absolute, percent) == (abs(after - before) <= max(absolute, before * percent / 100))


def test_every_definition_has_its_default_rules() -> None:
    assert read_all_rules({}) == DEFAULT_RULES
    assert list(read_all_rules({})) == list(DEFINITIONS)


@pytest.mark.parametrize(
    "written,message",
    [
        ({"ROUTNG": {}}, "`rules`: there is no definition 'ROUTNG'. Did you mean ROUTING?"),
        ({"ROUTING": 1}, "`rules` of ROUTING is a dictionary, not '1'."),
        ("VPN_SA", "`rules` is a dictionary of definitions and their rules, not 'VPN_SA'."),
        ({"ROUTING": {"los": 1}}, "`rules` of ROUTING: A comparison has no option 'los'. Did you mean loss?"),
    ],
)
def test_rules_by_definition_that_cannot_be_read(written: Any, message: str) -> None:
    with pytest.raises(OptionError) as error:
        read_all_rules(written)
    assert error.value.message == message


@pytest.mark.parametrize("value", ["some", "", True, -0.5, "-1%", "nan", "inf", [], {"percent": "x"}])
def test_a_tolerance_is_a_number_that_is_not_negative(value: Any) -> None:
    with pytest.raises(OptionError, match="not negative"):
        read_tolerance(value, "count_growth")


@pytest.mark.parametrize(
    ("entry", "seen"),
    [
        ({"route_network": "10.0.0.0"}, {"route_network": "10.0.0.0"}),
        ({"old_network": "10.0.0.0", "note": "x"}, {"route_network": "10.0.0.0"}),
        ({"old_network": "1", "route_network": "2"}, {"old_network": "1", "route_network": "2"}),
        ({"route_network": "", "route_metric": None, "other": 0}, {"other": 0}),
    ],
)
def test_an_entry_is_compared_under_its_present_keys_without_what_is_ignored(
    entry: dict[str, Any], seen: dict[str, Any]
) -> None:
    rules = Rules(("route_network",), frozenset({"note"}), other_keys={"old_network": "route_network"})
    assert rules.view(entry) == seen
