# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values of many hosts are rendered once where nothing that they use differs, and never wrongly."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.plugin_utils._shared_values import SharedValues, used_variables

LIBRARY = {"a": {"enabled": "{{ baseline | length > 0 }}", "count": 1}, "b": {"each": {"gateway": "{{ gateway }}"}}}
SHARED = {
    "library": LIBRARY,
    "all": "{{ (library | combine(adjust)).values() | list }}",
    "baseline": "",
    "checks": "{{ all }}",
}


def renderings(written: Any, *hosts: dict[str, Any]) -> list[Any]:
    """What each host gets: the number of the host that it was rendered for."""
    shared = SharedValues()
    return [shared.render(written, its, lambda _written, number=number: number) for number, its in enumerate(hosts)]


@pytest.mark.parametrize(
    "differs, times",
    [
        ({}, [0, 0]),
        ({"inventory_hostname": "b"}, [0, 0]),
        ({"gateway": "10.0.0.1"}, [0, 1]),
        ({"adjust": {"a": {"enabled": True}}}, [0, 1]),
        ({"baseline": "{{ inventory_hostname }}"}, [0, 1]),
    ],
)
def test_a_value_is_rendered_again_if_something_that_it_uses_differs(differs: dict[str, Any], times: list[int]) -> None:
    first = {**SHARED, "inventory_hostname": "a"}
    assert renderings("{{ checks }}", first, {**first, **differs}) == times


def test_what_a_variable_leads_to_counts_for_each_host() -> None:
    hosts = [{**SHARED, "gateway": "{{ address }}", "address": address} for address in ("x", "y", "x")]
    assert renderings("{{ checks }}", *hosts) == [0, 1, 0]


@pytest.mark.parametrize(
    "template",
    ["{{ hostvars[a].b }}", "{{ lookup('vars', a) }}", "{{ vars['x'] }}", "{{ now() }}", "{{ other }}"],
)
def test_what_cannot_be_known_is_rendered_for_each_host(template: str) -> None:
    variables = {"checks": [template, "{{ a }}"], "other": object()}
    assert renderings("{{ checks }}", variables, variables) == [0, 1]


def test_numbers_and_booleans_are_not_taken_for_one_another() -> None:
    assert renderings("{{ a | int }}", {"a": 1}, {"a": True}, {"a": 1}) == [0, 1, 0]


def test_plain_texts_and_loops_of_references() -> None:
    assert renderings("HQ", {}, {}) == [0, 1]
    assert renderings("{{ a }}", {"a": "{{ b }}", "b": "{{ a }}"}, {}) == [0, 1]
    assert used_variables({"{{ k }}": 1}, {"k": 2}) == {"k": 2}
