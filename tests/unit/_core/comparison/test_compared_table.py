# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A compared table as people see it, and a large one that is compared in parts."""

from __future__ import annotations

from typing import Any

from ansible_collections.ngfw.smc.plugins.module_utils._core.comparison.compared_table import (
    ComparedTable,
    compare_tables,
    part_number,
    render_text,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.comparison.rules import read_rules
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


def _compared(before: list[Any], after: list[Any], rules: Any, lines: int = 50, parts: int = 0) -> dict[str, Any]:
    def split(entries: Any) -> list[list[Any]]:
        return [[entry for entry in entries if part_number(entry, rules, parts) == part] for part in range(parts)]

    table = ComparedTable("Plano FW", "ROUTING")
    compare_tables(table, before, after, (len(before), len(after)), rules, lines, split if parts else None)
    return table.as_dict()


def test_a_route_with_another_gateway_stands_below_what_it_was() -> None:
    rules = read_rules(ROUTING)
    before = [{**ROUTE, "route_network": f"10.{number}.0.0", "route_gateway": "192.0.2.254"} for number in range(12)]
    after = [dict(route) for route in before]
    after[3]["route_gateway"] = "192.0.2.1"
    after[7]["route_metric"] = 5
    del after[11]
    table = _compared(before, after, rules)
    assert table["lines"] == [
        "- n1 10.11.0.0/8 192.0.2.254 Interface #1",
        "- n1 10.3.0.0/8 192.0.2.254 Interface #1",
        "+ n1 10.3.0.0/8 192.0.2.1 Interface #1",
        "~ n1 10.7.0.0/8 192.0.2.254 Interface #1 (route_metric: 1 -> 5)",
    ]
    assert table["changed"] == [
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
    few = _compared(before, [], rules, lines=2)
    assert few["lines"][2:] == ["- ... and 10 more"]
    assert (few["removed_count"], len(few["removed"]), few["reason"]) == (
        12,
        2,
        "12 removed (of 12 before); none tolerated.",
    )
    same = ComparedTable("Lab FW", "ROUTING").skip("There is nothing.").as_dict()
    assert render_text([table, same, _compared(before, before, rules), _compared(after, after, rules)]) == (
        "FAIL    Plano FW, ROUTING (12 -> 11): 1 added (of 12 before); none tolerated. 2 removed (of 12 before); none "
        "tolerated. 1 changed (of 12 before); none tolerated.\n"
        + "".join(f"    {line}\n" for line in table["lines"])
        + "SKIPPED Lab FW, ROUTING: There is nothing.\n"
        "PASS    2 tables do not differ.\n"
    )


@given(_entries, _entries, _by_entry, st.integers(1, 5))
def test_a_table_compared_in_parts_differs_in_the_same(
    before: list[Any], after: list[Any], rules: Any, parts: int
) -> None:
    whole, split = _compared(before, after, rules), _compared(before, after, rules, parts=parts)
    assert whole.pop("lines") == split.pop("lines")
    for name in ("added", "removed", "changed"):
        assert _sorted(whole.pop(name)) == _sorted(split.pop(name))
    assert whole == split
