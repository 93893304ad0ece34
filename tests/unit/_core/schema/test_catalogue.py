# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The catalogue's lines: six columns each, no name that leads to two fields."""

from __future__ import annotations

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.comparison.difference import compare
from ansible_collections.ngfw.smc.plugins.module_utils._core.comparison.rules import read_rules
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.catalogue import FIELD_LINES
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.conditions import Conditions, Equals
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.conversion import CONVERTERS
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import CONNECTIONS, ROUTING
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.fields import CATALOGUE, Catalogue, snake_case

# What one line, changed, makes of the catalogue.
RENAMED = Catalogue(line + "NextHop, Gateway Address" if "|RouteGateway|" in line else line for line in FIELD_LINES)
ROUTE = {"node_id": "n1", "route_network": "10.0.0.0", "route_netmask": 8, "dstif": "Interface #1"}


def test_types_are_known() -> None:
    assert {field.type for field in CATALOGUE} == {*CONVERTERS, "enum", "str", "timestamp"}


def test_numbers_are_distinct() -> None:
    numbers = [field.id for field in CATALOGUE if field.id is not None]
    assert len(set(numbers)) == len(numbers)


def test_no_other_name_is_a_name_of_another_field() -> None:
    own = {field.key for field in CATALOGUE}
    others = [key for field in CATALOGUE for key in field.other_keys]
    assert len(set(others)) == len(others) and not own & set(others)


@pytest.mark.parametrize(
    "line,words",
    [
        ("164|RouteGateway|Gateway|ip|R", "has 5 columns; expected 6"),
        ("164|RouteGateway|Gateway|ip|RX|", "by the initials 'X'"),
    ],
)
def test_a_line_that_cannot_be_read_is_named(line: str, words: str) -> None:
    with pytest.raises(ValueError, match=words) as error:
        Catalogue([line])
    assert line in str(error.value)


@pytest.mark.parametrize(
    "label", ["NextHop", "next_hop", "nexthop", "Gateway Address", "RouteGateway", "Gateway", "164"]
)
def test_every_name_of_a_renamed_field_leads_to_it(label: str) -> None:
    field = RENAMED.find(label, ROUTING)
    assert field is not None and field.key == "route_gateway"
    assert RENAMED.find(label) is field


def test_without_the_line_the_new_name_is_an_unknown_field() -> None:
    assert CATALOGUE.find("NextHop", ROUTING) is None
    assert snake_case("NextHop") == "next_hop"


def test_the_same_route_before_and_after_the_renaming() -> None:
    # A snapshot that was written before the catalogue knew the new name has its key.
    before, after = {**ROUTE, "route_gateway": "192.0.2.1"}, {**ROUTE, "next_hop": "192.0.2.1"}
    rules = read_rules(ROUTING, None, RENAMED)
    for pair in ((before, after), (after, before), (after, after)):
        assert not compare([pair[0]], [pair[1]], rules)
    moved = compare([before], [{**after, "next_hop": "192.0.2.9"}], rules)
    assert (len(moved.added), len(moved.removed), len(moved.changed)) == (1, 1, 0)
    assert moved.added[0]["route_gateway"] == "192.0.2.9"
    unknown = compare([before], [after], read_rules(ROUTING))
    assert (len(unknown.added), len(unknown.removed)) == (1, 1)


def test_a_renamed_field_in_a_rule() -> None:
    rules = read_rules(ROUTING, {"identity": ["RouteNetwork"], "ignore": ["NextHop"]}, RENAMED)
    before, after = {**ROUTE, "route_gateway": "192.0.2.1"}, {**ROUTE, "next_hop": "192.0.2.9"}
    assert not compare([before], [after], rules)


def test_an_entry_with_both_names_loses_neither() -> None:
    rules = read_rules(ROUTING, None, RENAMED)
    both = {**ROUTE, "route_gateway": "192.0.2.1", "next_hop": "192.0.2.2"}
    assert rules.view(both) == both


def test_a_condition_holds_for_entries_of_both_names() -> None:
    field = RENAMED.find("route_gateway", ROUTING)
    assert field is not None
    conditions = Conditions(((field, Equals("192.0.2.1")),))
    assert conditions.hold({"route_gateway": "192.0.2.1"}) and conditions.hold({"next_hop": "192.0.2.1"})
    assert not conditions.hold({"next_hop": "192.0.2.2"}) and not conditions.hold({})


def test_a_number_that_gets_a_name() -> None:
    named = Catalogue(
        line.replace("|1028|", "|IdleSince|", 1) + "1028" if line[:5] == "1028|" else line for line in FIELD_LINES
    )
    field = named.find("1028", CONNECTIONS)
    assert field is not None and (field.key, field.other_keys) == ("idle_since", ("field_1028",))
