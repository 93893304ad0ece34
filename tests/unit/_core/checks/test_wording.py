# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries, conditions and numbers as people read them."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.wording import describe, plain, presentable
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "conditions,words",
    [
        ({}, "anything"),
        ({"route_gateway": "192.0.2.254"}, "route_gateway 192.0.2.254"),
        ({"Route Gateway": "x", "dport": 80}, "route_gateway x and dport 80"),
        ({"dport": [80, 443, 8080]}, "dport 80, 443 or 8080"),
        ({"dport": {"min": 1, "max": 9}}, "dport at least 1 and at most 9"),
        ({"dport": {"range": [1, 9]}}, "dport 1 to 9"),
        ({"dport": {"in": [1, 2]}}, "dport 1 or 2"),
        ({"src": {"network": "10.0.0.0/8"}}, "src 10.0.0.0/8"),
        ({"src": {"not": ["a", None]}}, "src not a or absent"),
        ({"src": {"defined": True}}, "src present"),
        ({"src": {"defined": "no"}}, "src absent"),
        ({"src": None}, "src absent"),
        ({"src": {"regex": "^a"}}, "src matching ^a"),
        ({"state": {"regex": "(?i)incomplete|failed"}}, "state containing incomplete or failed"),
    ],
)
def test_conditions_in_words(conditions: dict[str, Any], words: str) -> None:
    assert describe(conditions) == words


@pytest.mark.parametrize("number,text", [(3, "3"), (3.0, "3"), (1.5, "1.5"), (-2.0, "-2"), (1e9, "1000000000")])
def test_numbers(number: float, text: str) -> None:
    assert plain(number) == text


@given(
    st.dictionaries(
        st.sampled_from(["username", "src", "delta_key", "data_type", "comp_id", "node_id"]), st.none() | st.text()
    )
)
def test_what_is_shown_of_an_entry_is_in_it_and_is_not_empty(entry: dict[str, Any]) -> None:
    shown = presentable(entry)
    assert shown.items() <= entry.items()
    assert not {None, ""} & set(shown.values())
    assert not {"delta_key", "data_type"} & set(shown)
    assert all(key in shown for key in ("username", "src", "node_id") if entry.get(key))


def test_a_component_is_shown_only_if_it_is_not_the_node() -> None:
    assert presentable({"comp_id": "n1", "node_id": "n1"}) == {"node_id": "n1"}
    assert presentable({"comp_id": "c", "node_id": "n1"}) == {"comp_id": "c", "node_id": "n1"}
