# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing snapshots: what is recognised, and what counts as a change."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.comparison.difference import (
    Difference,
    compare,
    describe_change,
    describe_entry,
    judge,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.comparison.rules import Rules, canonical, read_rules
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS, ROUTING, VPN_SA
from hypothesis import given
from hypothesis import strategies as st

ROUTE = {
    "node_id": "n1",
    "route_network": "10.0.0.0",
    "route_netmask": 8,
    "route_gateway": "192.0.2.1",
    "dstif": "Interface #1",
    "route_metric": 1,
    "reception_time": "2025-03-04 10:00:02",
    "delta_key": "AAEKAhg=",
}
SA = {
    "node_id": "n1",
    "security_gateway": "Plano",
    "peer_security_gateway": "HQ",
    "sa_class": "IPsec",
    "src": "10.0.1.0",
    "dst": "10.0.2.0",
    "cipher_alg": "aes256-cbc",
    "ipsec_spi": "5421cdf8",
    "expiration_time": "2025-03-04 11:00:00",
    "num_bytes_sent": 5,
    "delta_key": "AAVUIc34",
}


@pytest.mark.parametrize(
    "definition,before,after,added,removed,changed",
    [
        ("ROUTING", [ROUTE], [{**ROUTE, "reception_time": "later", "delta_key": "other"}], 0, 0, 0),
        ("ROUTING", [ROUTE], [{**ROUTE, "route_metric": 9}], 0, 0, 1),
        ("ROUTING", [ROUTE], [{**ROUTE, "route_gateway": "192.0.2.9"}], 1, 1, 0),
        ("ROUTING", [ROUTE, {**ROUTE, "node_id": "n2"}], [ROUTE], 0, 1, 0),
        ("ROUTING", [ROUTE], [ROUTE, ROUTE], 1, 0, 0),
        ("ROUTING", [{**ROUTE, "dst_vlan": ""}], [{**ROUTE, "dst_vlan": None}], 0, 0, 0),
        # a rekey, in which the old SA and the new one overlap, on the other node
        ("VPN_SA", [SA], [{**SA, "ipsec_spi": "1", "delta_key": "k", "num_bytes_sent": 0, "node_id": "n2"}], 0, 0, 0),
        ("VPN_SA", [SA], [SA, {**SA, "ipsec_spi": "1", "delta_key": "k"}], 0, 0, 0),
        ("VPN_SA", [SA], [{**SA, "cipher_alg": "3des"}], 0, 0, 1),
        ("VPN_SA", [SA], [{**SA, "sa_class": "IKE"}], 1, 1, 0),
        (
            "USERS",
            [{"username": "u", "src": "10.0.0.1", "expiration_time": "a"}],
            [{"username": "u", "src": "10.0.0.1"}],
            0,
            0,
            0,
        ),
        ("NEIGHBORS", [{"neighbor_l3_data": "a", "neighbor_state": "Stale"}], [{"neighbor_l3_data": "a"}], 0, 0, 0),
        ("NEIGHBORS", [{"neighbor_l3_data": "a", "neighbor_l2_data": "b"}], [{"neighbor_l3_data": "a"}], 0, 0, 1),
        (
            "BLOCK_LIST",
            [{"block_list_entry_source_ip": "a", "block_list_entry_id": "1"}],
            [{"block_list_entry_source_ip": "a"}],
            0,
            0,
            0,
        ),
    ],
)
def test_entries_are_recognised(
    definition: str, before: list[Any], after: list[Any], added: int, removed: int, changed: int
) -> None:
    difference = compare(before, after, read_rules(DEFINITIONS[definition]))
    assert (len(difference.added), len(difference.removed), len(difference.changed)) == (added, removed, changed)
    assert bool(difference) == bool(added or removed or changed)


def test_connections_are_compared_by_their_number_unless_asked_otherwise() -> None:
    before = [{"src": "10.0.0.1", "sport": 1}] * 4
    after = [{"src": "10.0.0.2", "sport": 1}] * 2
    rules = read_rules(DEFINITIONS["CONNECTIONS"])
    assert compare(before, after, rules).summary() == "4 before, 2 entries after"
    assert judge(compare(before, after, rules), rules) == (True, [])
    assert not judge(compare(before, after[:1], rules), rules)[0]
    by_entry = read_rules(DEFINITIONS["CONNECTIONS"], {"compare": "entries"})
    assert compare(before, after, by_entry).summary() == "4 before, 2 entries after: 2 added, 4 removed, 0 changed"


def test_each_bound_that_is_not_kept_is_named() -> None:
    rules = read_rules(ROUTING)
    other = {**ROUTE, "route_network": "10.9.0.0"}
    difference = compare([ROUTE, other], [{**ROUTE, "route_metric": 2}, {**ROUTE, "dstif": "x"}], rules)
    holds, reasons = judge(difference, rules)
    assert not holds
    assert reasons == [
        "1 added (of 2 before); none tolerated.",
        "1 removed (of 2 before); none tolerated.",
        "1 changed (of 2 before); none tolerated.",
    ]
    assert describe_entry(difference.removed[0], rules) == "n1 10.9.0.0/8 192.0.2.1 Interface #1"
    assert (
        describe_change(difference.changed[0], rules) == "n1 10.0.0.0/8 192.0.2.1 Interface #1 (route_metric: 1 -> 2)"
    )
    assert rules.wanted() == "added none, removed none, changed none"


def test_identity_and_ignored_fields_can_be_changed() -> None:
    rules = read_rules(ROUTING, {"identity": ["RouteNetwork", "route_netmask"], "ignore": ["node_id", "Metric"]})
    moved = {**ROUTE, "node_id": "n2", "route_metric": 7, "route_gateway": "192.0.2.9"}
    difference = compare([ROUTE], [moved], rules)
    assert [change.fields for change in difference.changed] == [{"route_gateway": ("192.0.2.1", "192.0.2.9")}]
    watched = read_rules(VPN_SA, {"ignore": ["not ipsec_spi"]})
    assert len(compare([SA], [{**SA, "ipsec_spi": "1"}], watched).changed) == 1
    apart = read_rules(VPN_SA, {"collapse": False})
    assert len(compare([SA], [SA, SA], apart).added) == 1


_names = st.sampled_from(["a", "b", None, ""])
_entries = st.lists(
    st.fixed_dictionaries(
        {"node_id": st.sampled_from(["n1", "n2"]), "src": _names},
        optional={
            "route_network": _names,
            "peer_security_gateway": _names,
            "username": _names,
            "route_metric": st.integers(0, 2),
            "state": _names,
            "timestamp": _names,
            "unknown": st.one_of(st.integers(0, 1), st.lists(st.integers(0, 1), max_size=1)),
        },
    ),
    max_size=8,
)
_by_entry = st.sampled_from(
    [read_rules(definition, {"compare": "entries"}) for definition in DEFINITIONS.values()]
    + [read_rules(ROUTING, {"identity": ["route_network"]}), read_rules(VPN_SA, {"identity": ["src"]})]
)


def _sorted(entries: Any) -> list[str]:
    return sorted(repr(sorted(entry.items(), key=lambda item: item[0])) for entry in entries)


def _views(entries: Any, rules: Rules) -> list[Any]:
    """The entries as they are compared, without those that another of the same identity stands for."""
    views = [rules.view(entry) for entry in entries]
    if rules.collapse:
        views = list({rules.key(view): view for view in sorted(views, key=canonical)}.values())
    return views


def _apply(entries: Any, difference: Difference, rules: Rules) -> list[Any]:
    """The earlier entries with the difference applied: the later ones as they are compared, in any order."""
    gone = Counter(canonical(entry) for entry in difference.removed)
    gone.update(canonical(change.before) for change in difference.changed)
    kept = []
    for view in _views(entries, rules):
        if gone[canonical(view)]:
            gone[canonical(view)] -= 1
        else:
            kept.append(view)
    return kept + difference.added + [change.after for change in difference.changed]


@given(_entries, _by_entry)
def test_a_snapshot_does_not_differ_from_itself(entries: list[Any], rules: Any) -> None:
    difference = compare(entries, entries, rules)
    assert not difference
    assert judge(difference, rules) == (True, [])
    assert not compare(entries, list(reversed(entries)), rules)


@given(_entries, _entries, _by_entry)
def test_the_other_way_round_added_and_removed_swap(one: list[Any], other: list[Any], rules: Any) -> None:
    there, back = compare(one, other, rules), compare(other, one, rules)
    assert there.added == back.removed and there.removed == back.added
    assert [(change.before, change.after) for change in there.changed] == [
        (change.after, change.before) for change in back.changed
    ]
    assert (there.before, there.after) == (back.after, back.before)


@given(_entries, _entries, _by_entry)
def test_the_earlier_entries_with_the_difference_are_the_later_ones(
    before: list[Any], after: list[Any], rules: Any
) -> None:
    difference = compare(before, after, rules)
    assert _sorted(_apply(before, difference, rules)) == _sorted(_views(after, rules))
    assert difference.after - difference.before == len(difference.added) - len(difference.removed)


@given(_entries, _entries, _by_entry)
def test_what_changed_keeps_its_identity_and_does_change(before: list[Any], after: list[Any], rules: Any) -> None:
    for change in compare(before, after, rules).changed:
        assert rules.key(change.before) == rules.key(change.after)
        assert change.fields and not set(change.fields) & set(rules.identity)


def test_tables_that_are_compared_by_number_differ_by_number() -> None:
    assert [bool(Difference(before, 2, by_count=True)) for before in (1, 2, 3)] == [True, False, True]
