# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Comparing snapshots: what is recognised, what counts as change, what is tolerated."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.areas import Area, compare_tables, part_number, render_text
from ansible_collections.ngfw.smc.plugins.module_utils._core.definitions import DEFINITIONS, ROUTING, VPN_SA
from ansible_collections.ngfw.smc.plugins.module_utils._core.diff import (
    Difference,
    apply,
    compare,
    compare_counts,
    describe_change,
    describe_entry,
    judge,
    read_rules,
    read_tolerance,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
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
        (0, 1, "50%", 0, False),  # a share of nothing is nothing
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
        ({"compare": "all"}, "'all'"),
        ({"identity": []}, "no field"),
    ],
)
def test_rules_that_cannot_be_read(written: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        read_rules(ROUTING, written)


def test_a_tolerance_says_what_it_is() -> None:
    tolerances = [read_tolerance(value, "loss") for value in (None, 0, "2.5%", {"absolute": 3, "percent": 10}, {})]
    assert [str(tolerance) for tolerance in tolerances] == [
        "any",
        "none",
        "at most 2.5 %",
        "at most 3 or 10 %",
        "any",
    ]


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


def _nothing(entries: list[Any], rules: Any) -> list[Any]:
    """The entries as they are compared."""
    return apply(entries, Difference(0, 0), rules)


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
    assert _sorted(apply(before, difference, rules)) == _sorted(_nothing(after, rules))
    assert difference.after - difference.before == len(difference.added) - len(difference.removed)


@given(_entries, _entries, _by_entry)
def test_what_changed_keeps_its_identity_and_does_change(before: list[Any], after: list[Any], rules: Any) -> None:
    for change in compare(before, after, rules).changed:
        assert rules.key(change.before) == rules.key(change.after)
        assert change.fields and not set(change.fields) & set(rules.identity)


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


def _area(before: list[Any], after: list[Any], rules: Any, lines: int = 50, parts: int = 0) -> dict[str, Any]:
    def split(entries: Any) -> list[list[Any]]:
        return [[entry for entry in entries if part_number(entry, rules, parts) == part] for part in range(parts)]

    area = Area("Plano FW", "ROUTING")
    compare_tables(area, before, after, (len(before), len(after)), rules, lines, split if parts else None)
    return area.as_dict()


def test_a_route_with_another_gateway_stands_below_what_it_was() -> None:
    rules = read_rules(ROUTING)
    before = [{**ROUTE, "route_network": f"10.{number}.0.0", "route_gateway": "192.0.2.254"} for number in range(12)]
    after = [dict(route) for route in before]
    after[3]["route_gateway"] = "192.0.2.1"
    after[7]["route_metric"] = 5
    del after[11]
    area = _area(before, after, rules)
    assert area["lines"] == [
        "- n1 10.11.0.0/8 192.0.2.254 Interface #1",
        "- n1 10.3.0.0/8 192.0.2.254 Interface #1",
        "+ n1 10.3.0.0/8 192.0.2.1 Interface #1",
        "~ n1 10.7.0.0/8 192.0.2.254 Interface #1 (route_metric: 1 -> 5)",
    ]
    assert area["changed"] == [
        {
            "entry": {
                "node_id": "n1",
                "route_network": "10.7.0.0",
                "route_netmask": 8,
                "route_gateway": "192.0.2.254",
                "dstif": "Interface #1",
            },
            "fields": {"route_metric": [1, 5]},
        }
    ]
    few = _area(before, [], rules, lines=2)
    assert few["lines"][2:] == ["- ... and 10 more"]
    assert (few["removed_count"], len(few["removed"]), few["reason"]) == (
        12,
        2,
        "12 removed (of 12 before); none tolerated.",
    )
    same = Area("Lab FW", "ROUTING").skip("There is nothing.").as_dict()
    assert render_text([area, same, _area(before, before, rules), _area(after, after, rules)]) == (
        "FAIL    Plano FW, ROUTING (12 -> 11): 1 added (of 12 before); none tolerated. 2 removed (of 12 before); none "
        "tolerated. 1 changed (of 12 before); none tolerated.\n"
        + "".join(f"    {line}\n" for line in area["lines"])
        + "SKIPPED Lab FW, ROUTING: There is nothing.\n"
        "PASS    2 tables do not differ.\n"
    )


@given(_entries, _entries, _by_entry, st.integers(1, 5))
def test_a_table_compared_in_parts_differs_in_the_same(
    before: list[Any], after: list[Any], rules: Any, parts: int
) -> None:
    whole, split = _area(before, after, rules), _area(before, after, rules, parts=parts)
    assert whole.pop("lines") == split.pop("lines")
    for name in ("added", "removed", "changed"):
        assert _sorted(whole.pop(name)) == _sorted(split.pop(name))
    assert whole == split
