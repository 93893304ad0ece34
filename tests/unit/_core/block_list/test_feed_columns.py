# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which column is which part of an entry."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_address import AddressReader
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_columns import (
    ChangedScalar,
    choose_columns,
    entries_of,
    names_an_address,
    plain_name,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_text import Unreadable


@pytest.mark.parametrize("name", ["ip", "IP Address", "src_ip", "DstIP", "network", "cidr", "value", "ip # comment"])
def test_usual_names(name: str) -> None:
    assert names_an_address(name)


def test_plain_name() -> None:
    assert plain_name("Src IP") == plain_name("src_ip") == plain_name("SrcIP") == "srcip"
    assert not names_an_address("country")


@pytest.mark.parametrize(
    "names, first, select, addresses",
    [
        (["ip"], (), (), ((0, ""),)),
        (["country", "src_ip", "dst_ip"], (), (), ((1, "source"), (2, "destination"))),
        # Who reported it, not where it comes from.
        (["source", "ip"], ("abuse.example", "192.0.2.1"), (), ((1, ""),)),
        (["ip", "value"], ("host", "192.0.2.1"), (), ((1, ""),)),
        (["ip", "last_seen_from"], (), ("last_seen_from",), ((1, ""),)),
    ],
)
def test_chosen(names: list[str], first: Sequence[Any], select: Sequence[str], addresses: tuple[Any, ...]) -> None:
    assert choose_columns(names, first, select).addresses == addresses


@pytest.mark.parametrize(
    "names, select, problem",
    [
        (["country", "count"], (), "there is no column with an address among 'country' and 'count'"),
        (["ip"], ("network",), "there is no column 'network', as file_select says"),
        (["source", "protocoll"], (), "there is no column 'protocoll'. Did you mean protocol?"),
    ],
)
def test_not_chosen(names: list[str], select: Sequence[str], problem: str) -> None:
    with pytest.raises(Unreadable) as error:
        choose_columns(names, (), select)
    assert problem in str(error.value)


def test_ports_that_cannot_be_used_are_a_warning() -> None:
    columns = choose_columns(["dst_ip", "dst_port"])
    assert "What 'dst_port' says is not used" in columns.warnings[0]
    assert choose_columns(["dst_ip", "dst_port", "proto"]).warnings == ()


@pytest.mark.parametrize(
    "names, values, place, entries",
    [
        (["ip"], ["192.0.2.1"], "auto", [{"source": "192.0.2.1"}]),
        (["ip"], ["192.0.2.1"], "destination", [{"destination": "192.0.2.1"}]),
        (["type", "value"], ["ip-dst", "192.0.2.1"], "auto", [{"destination": "192.0.2.1"}]),
        (["ip", "netmask"], ["192.0.2.0", "255.255.255.0"], "auto", [{"source": "192.0.2.0/24"}]),
        (["source", "duration"], ["192.0.2.1", "60"], "auto", [{"source": "192.0.2.1", "duration": "60"}]),
        (["source", "destination"], ["any", "192.0.2.1"], "auto", [{"destination": "192.0.2.1"}]),
        (["ip"], ["192.0.2.0-192.0.2.2"], "auto", [{"source": "192.0.2.0/31"}, {"source": "192.0.2.2"}]),
    ],
)
def test_entries(names: list[str], values: list[Any], place: str, entries: list[dict[str, Any]]) -> None:
    assert entries_of(choose_columns(names, values), values, AddressReader(), place) == entries


@pytest.mark.parametrize(
    "value, problem",
    [
        ("", "has no address"),
        (1222, "has the number 1222 where an address is expected"),
        (ChangedScalar("20:22"), "has 20:22 without quotes"),
        ([], "holds a list"),
    ],
)
def test_values_that_are_not_an_address(value: Any, problem: str) -> None:
    with pytest.raises(Unreadable) as error:
        entries_of(choose_columns(["ip"]), [value], AddressReader(), "auto")
    assert problem in str(error.value)
