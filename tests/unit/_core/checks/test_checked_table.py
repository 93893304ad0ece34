# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entries that a check selects, and the fields that it may name."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.checked_table import CheckedColumn, select_entries
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError, Unmeasurable
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS
from hypothesis import given
from hypothesis import strategies as st

ROUTING = DEFINITIONS["ROUTING"]
ROUTES: list[dict[str, Any]] = [
    {"node_id": "n1", "route_network": "0.0.0.0", "route_gateway": "192.0.2.1", "brand_new": "blue"},
    {"comp_id": "n2", "route_network": "10.0.0.0"},
]


@pytest.mark.parametrize(
    "where,measured,found",
    [
        (None, "2 entries", "2"),
        ({}, "2 entries", "2"),
        ({"route_network": "10.0.0.0"}, "1 of 2 entries with route_network 10.0.0.0", "1 of 2"),
        ({"Route Network": "10.9.0.0"}, "0 of 2 entries with route_network 10.9.0.0", "0 of 2"),
    ],
)
def test_what_is_selected_in_words(where: Any, measured: str, found: str) -> None:
    table = select_entries(ROUTING, "HQ", ROUTES, where)
    assert (table.measured(), table.found()) == (measured, found)
    assert str(len(table.selected)) == found.split(maxsplit=1)[0]


def test_of_an_empty_table_the_conditions_are_not_repeated() -> None:
    table = select_entries(ROUTING, "HQ", [], {"route_network": "10.0.0.0"})
    assert (table.measured(), table.found()) == ("0 entries", "0")
    assert table.entries_wanted(1) == "entry with route_network 10.0.0.0"


@pytest.mark.parametrize(
    "label,key",
    [
        ("Route Gateway", "route_gateway"),
        ("16", "nat_dst"),
        ("brand_new", "brand_new"),
        ("Brand New", "brand_new"),
    ],
)
def test_a_field_may_be_spelled_in_any_way_or_be_new(label: str, key: str) -> None:
    assert select_entries(ROUTING, "HQ", ROUTES).fields.key(label, "where") == key


@pytest.mark.parametrize(
    "label,words",
    [
        ("route_gatewy", "route_gateway"),
        ("alert_severity", "ROUTING has no field 'alert_severity' (where). If your SMC sends it all the same"),
    ],
)
def test_a_field_that_no_entry_has_is_refused(label: str, words: str) -> None:
    with pytest.raises(OptionError) as error:
        select_entries(ROUTING, "HQ", ROUTES, {label: "x"})
    assert words in error.value.message


def test_conditions_must_be_a_mapping() -> None:
    with pytest.raises(OptionError, match="`where` must be a mapping of fields to conditions, not 'text'"):
        select_entries(ROUTING, "HQ", ROUTES, "text")


def test_the_node_of_an_entry_is_its_sender_or_its_creator() -> None:
    fields = select_entries(ROUTING, "HQ", ROUTES).fields
    for label in ("node", "node_id"):
        assert [fields.column(label, "per").value_of(entry) for entry in ROUTES] == ["n1", "n2"]
    assert fields.column("Route Gateway", "per") == CheckedColumn("route_gateway", "route_gateway")


@given(st.lists(st.sampled_from(["10.0.0.0", "10.1.0.0", "192.0.2.0"])))
def test_each_selected_entry_fulfils_the_conditions_and_no_other_does(networks: list[str]) -> None:
    entries = [{"route_network": network} for network in networks]
    selected = select_entries(ROUTING, "HQ", entries, {"route_network": "10.0.0.0/8"}).selected
    assert list(selected) == [entry for entry in entries if entry["route_network"].startswith("10.")]


@pytest.mark.parametrize("baseline,words", [(None, "There is no baseline of ROUTING."), ("It is gone.", "It is gone.")])
def test_without_a_baseline_there_is_a_sentence(baseline: Any, words: str) -> None:
    with pytest.raises(Unmeasurable) as error:
        select_entries(ROUTING, "HQ", [], None, baseline).earlier()
    assert error.value.message == words
    assert select_entries(ROUTING, "HQ", [], None, []).earlier() == []


@pytest.mark.parametrize("where", [[], "", False, 0, "route_network", [{"route_network": "10.0.0.0"}]])
def test_only_a_mapping_selects(where: Any) -> None:
    with pytest.raises(OptionError, match="`where` must be a mapping"):
        select_entries(ROUTING, "HQ", [], where)


def test_what_entries_hold_may_be_tested() -> None:
    """A field that the catalogue has as a text, and one that it does not know, if an entry shows another type."""
    entries = [{"route_ospf_lsa_type": 3, "new": True}, {"route_ospf_lsa_type": 9, "new": False}]
    where = {"route_ospf_lsa_type": {"min": 5}, "new": False}
    assert list(select_entries(ROUTING, "HQ", entries, where).selected) == entries[1:]
    for one in ({"route_ospf_lsa_type": {"min": 5}}, {"new": False}):
        with pytest.raises(OptionError, match=r"not a number|put it in quotes"):
            select_entries(ROUTING, "HQ", [{"new": "NO"}], one)
