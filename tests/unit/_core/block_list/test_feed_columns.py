# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The entries of one row."""

from __future__ import annotations

import re
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_address import AddressReader
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_columns import ChangedScalar, entries_of
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_names import choose_columns
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_text import Unreadable


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
    assert entries_of(choose_columns(names), values, AddressReader(), place) == entries


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


V4, V6, NETWORK = "192.0.2.1", "2001:db8::2", "203.0.113.0"


@pytest.mark.parametrize(
    "names, values, addresses",
    [
        ("name ipv4 ipv6", ["b", V4, V6], [V4, V6]),
        ("name ipv4 ipv6", ["b", V4, ""], [V4]),
        ("name ipv4 ipv6", ["b", None, V6], [V6]),
        ("host ip", ["evil.example", V4], [V4]),
        ("host ip", ["a1.evil.example", V4], [V4]),
        ("value ip", [5, V4], [V4]),
        ("value ip", [ChangedScalar("0.5"), V4], [V4]),
        ("source ip", ["abuse.ch", V4], [V4]),
        ("ip source", [V4, V4], [V4]),
        ("src dst ip", ["", "", V4], [V4]),
        ("src_ip host", [V4, "fw1"], [V4]),
        ("network prefix", [NETWORK, "24"], [f"{NETWORK}/24"]),
        ("network prefix", [NETWORK, 24], [f"{NETWORK}/24"]),
        ("ip cidr", [NETWORK, "/24"], [f"{NETWORK}/24"]),
        ("ip cidr", ["", f"{NETWORK}/24"], [f"{NETWORK}/24"]),
        ("ip subnet", [NETWORK, "255.255.255.0"], [f"{NETWORK}/24"]),
        ("ip value", [NETWORK, "/25"], [f"{NETWORK}/25"]),
        ("ip value", [NETWORK, "25"], [NETWORK]),
        ("ip maskbits", [NETWORK, "24"], [f"{NETWORK}/24"]),
        ("src prefix", [NETWORK, "24"], [f"{NETWORK}/24"]),
        ("start end netmask", [NETWORK, "203.0.113.255", "24"], [f"{NETWORK}/24"]),
        ("ip_from ip_to", [V4, "192.0.2.2"], [V4, "192.0.2.2"]),
        ("start_ip end_ip", [V4, ""], [V4]),
        ("ip start end", [V4, "2026-01-01", "2026-02-01"], [V4]),
        ("ip size", [V4, "1500"], [V4]),
        ("ip to", [V4, "someone"], [V4]),
    ],
)
def test_what_a_row_has_decides(names: str, values: list[Any], addresses: list[str]) -> None:
    entries = entries_of(choose_columns(names.split()), values, AddressReader(), "auto")
    assert [entry["source"] for entry in entries] == addresses


@pytest.mark.parametrize(
    "names, values, problem",
    [
        ("host ip", ["198.51.100.1", V4], "holds several addresses; say in file_select"),
        ("source ip", ["198.51.100.1", V4], "holds several addresses"),
        ("src dst ip", ["192.0.2.5", "192.0.2.6", V4], "holds several addresses"),
        ("value ip", ["see 198.51.100.1", V4], "is not an IP address"),
        ("value ip", ["198.51[.]100.1", V4], "set refang: true"),
        ("ipv4 ipv6", [V4, ChangedScalar("2001:10:20:30:40:50:1:2")], "without quotes"),
        ("ip ips", [V4, ["198.51.100.1"]], "holds a list"),
        ("ip host", ["evil.example", "fw1"], "is a host name"),
        # An unreadable side would become any.
        ("src dst host", [V4, "evil", "fw1"], "is not an IP address"),
        ("address wildcard", [NETWORK, "0.0.0.255"], "Cisco wildcard mask"),
        ("ip value", [NETWORK, "0.0.0.255"], "Cisco wildcard mask"),
        ("network length", [NETWORK, "24"], f"Write {NETWORK}/24 if it is"),
        ("subnet bits", ["203.0.113.128", 25], "may be the length of a network"),
        ("ip size", ["2001:db8::", 32], "may be the length of a network"),
        ("ip ip_end", [NETWORK, "203.0.113.255"], "may be the end of a range"),
        ("network broadcast", [NETWORK, "203.0.113.255"], "may be the end of a range"),
        ("src dst mask", [NETWORK, "198.51.100.0", "24"], "one prefix length or mask 24 and several addresses"),
        ("source duration Duration", [V4, "60", 3600], "has 60 and 3600 as duration"),
        ("src protocol dport destination_ports", [V4, "tcp", 80, 443], "has 80 and 443 as destination_ports"),
        ("ip", [True], "holds true or false"),
    ],
)
def test_rows_that_are_refused(names: str, values: list[Any], problem: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(problem)):
        entries_of(choose_columns(names.split()), values, AddressReader(), "auto")


@pytest.mark.parametrize("written, seconds", [("0.4s", 1), ("0s", 0), ("1.9s", 1), ("2h", 7200)])
def test_a_short_duration_does_not_become_none(written: str, seconds: int) -> None:
    assert entries_of(choose_columns(["ip", "duration"]), [V4, written], AddressReader(), "auto") == [
        {"source": V4, "duration": seconds}
    ]


def test_equal_values_of_two_columns_are_one() -> None:
    names = ["source", "duration", "Duration"]
    assert entries_of(choose_columns(names), [V4, "60", 60], AddressReader(), "auto") == [
        {"source": V4, "duration": "60"}
    ]


def test_a_changed_scalar_is_shown_as_it_is_written() -> None:
    assert str({"duration": ChangedScalar("1_000")}) == "{'duration': 1_000}"
