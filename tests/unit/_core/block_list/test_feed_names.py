# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which column is which part of an entry, by its name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_names import (
    choose_columns,
    names_a_side,
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


def test_names_of_sides() -> None:
    assert names_a_side("Source IP") and names_a_side("dst") and not names_a_side("ip")


@pytest.mark.parametrize(
    "names, select, addresses",
    [
        (["ip"], (), ((0, ""),)),
        (["country", "src_ip", "dst_ip"], (), ((1, "source"), (2, "destination"))),
        # What a row has decides between them.
        (["source", "ip"], (), ((0, "source"), (1, ""))),
        (["name", "ipv4", "ipv6"], (), ((1, ""), (2, ""))),
        (["Start", "End", "Netmask", "email"], (), ((0, ""),)),
        # A start without an end is no address.
        (["ip", "start"], (), ((0, ""),)),
        (["ip", "last_seen_from"], ("last_seen_from",), ((1, ""),)),
        # The very name comes before one that is alike.
        (["IP (alt)", "IP-alt"], ("IP-alt",), ((1, ""),)),
        (["Наш адрес", "Адрес"], ("Адрес",), ((1, ""),)),
        (["Src IP", "x"], ("src_ip",), ((0, "source"),)),
    ],
)
def test_chosen(names: list[str], select: Sequence[str], addresses: tuple[Any, ...]) -> None:
    assert choose_columns(names, select).addresses == addresses


@pytest.mark.parametrize(
    "names, select, problem",
    [
        (["country", "count"], (), "there is no column with an address among 'country' and 'count'"),
        (["ip"], ("network",), "there is no column 'network', as file_select says"),
        (["IP (alt)", "IP-alt"], ("ip alt",), "there are several columns 'ip alt', as file_select says"),
        (["Адрес", "Причина"], ("Причины",), "there is no column 'Причины', as file_select says"),
        (["ip", "protocol", "destination_prots"], (), "no column 'destination_prots'. Did you mean destination_ports?"),
        (["source", "protocoll"], (), "there is no column 'protocoll'. Did you mean protocol?"),
    ],
)
def test_not_chosen(names: list[str], select: Sequence[str], problem: str) -> None:
    with pytest.raises(Unreadable) as error:
        choose_columns(names, select)
    assert problem in str(error.value)


def test_ports_that_cannot_be_used_are_a_warning() -> None:
    columns = choose_columns(["dst_ip", "dst_port"])
    assert "What 'dst_port' says is not used" in columns.warnings[0]
    assert choose_columns(["dst_ip", "dst_port", "proto"]).warnings == ()
    # The protocol is used without the port.
    assert "so all ports are blocked" in choose_columns(["dst_ip", "proto", "port"]).warnings[0]


@pytest.mark.parametrize("name", ["destination_country", "protocol_name", "duration_text", "source_zone", "sensor"])
def test_names_that_are_no_slips(name: str) -> None:
    choose_columns(["src_ip", "dst_ip", "protocol", "duration", name])


def test_lengths_and_ranges() -> None:
    columns = choose_columns(["start_ip", "end_ip", "netmask", "cidr", "size", "broadcast"])
    assert (columns.ranges, columns.lengths, columns.perhaps_lengths) == (((0, 1),), (2,), {3})
    assert (columns.sizes, columns.ends) == ((4,), (5,))
