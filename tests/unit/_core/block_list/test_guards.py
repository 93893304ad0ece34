# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What must not be blocked, or removed, because of a slip."""

from __future__ import annotations

import ipaddress
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.guards import (
    MostRemovals,
    Protection,
    Widest,
    check_widths,
    read_max_removals,
    read_widest,
    removals_refused,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "option, widest",
    [
        (None, Widest(8, 16)),
        ({}, Widest(8, 16)),
        ({"ipv4": "/4"}, Widest(4, 16)),
        ({"ipv4": 0, "ipv6": 128}, Widest(0, 128)),
    ],
)
def test_widest(option: Any, widest: Widest) -> None:
    assert read_widest(option) == widest


@pytest.mark.parametrize("option", [8, "8", [], {"v4": 8}, {"ipv4": 33}, {"ipv6": -1}, {"ipv4": True}, {"ipv4": "x"}])
def test_widest_that_is_not_one(option: Any) -> None:
    with pytest.raises(OptionError, match="widest"):
        read_widest(option)


def test_entries_that_are_too_wide() -> None:
    good = [
        "192.0.2.1",
        "any",
        {"source": "10.0.0.0/8"},
        {"source": "any", "destination": "2001::/16"},
        {"protocol": "tcp"},
    ]
    check_widths([*good, "no address", "no/address", None, 5], Widest())
    with pytest.raises(OptionError) as error:
        check_widths([*good, "0.0.0.0/0", {"source": "10.0.0.1", "destination": "192.0.2.0/1"}], Widest())
    assert error.value.message == (
        "Too wide, so nothing was sent: entries[5]: source 0.0.0.0/0 covers all IPv4 addresses; nothing wider than /8 "
        "is blocked unless `widest` allows it (widest: {ipv4: 0}); entries[6]: destination 192.0.2.0/1 covers half of all "
        "IPv4 addresses; nothing wider than /8 is blocked unless `widest` allows it (widest: {ipv4: 1})."
    )
    assert [problem["index"] for problem in error.value.facts()["problems"]] == [5, 6]
    check_widths(["0.0.0.0/0", "::/0"], Widest(0, 0))
    with pytest.raises(OptionError, match="covers 1/128 of all IPv4 addresses"):
        check_widths(["::ffff:64.0.0.0/103"], Widest())


@pytest.mark.parametrize(
    "entry, protected",
    [
        ({"source": "10.1.2.3"}, "10.0.0.0/8"),
        ({"source": "0.0.0.0/1"}, "10.0.0.0/8"),
        ({"source": "203.0.113.1", "destination": "198.51.100.7/32"}, "198.51.100.7"),
        ({"source": "198.51.0.0/16"}, "198.51.100.7"),
        ({"source": "2001:db8::/31"}, "2001:db8::/48"),
        ({"source": "any", "protocol": "tcp"}, "10.0.0.0/8"),
        ({"source": "::ffff:198.51.100.7"}, "198.51.100.7"),
        ({"source": "::FFFF:c633:0/112"}, "198.51.100.7"),
        ({"source": "::ffff:198.51.100.6"}, ""),
        ({"source": "198.51.100.6"}, ""),
        ({"source": "11.0.0.0", "destination": "9.255.255.255"}, ""),
        ({"source": "2001:db8:1::"}, ""),
        ({"source": "any", "destination": "203.0.113.1"}, ""),
        ({"source": "no address"}, ""),
    ],
)
def test_protected(entry: dict[str, str], protected: str) -> None:
    protection = Protection(["10.0.0.0/9", "10.128.0.0/9", " 198.51.100.7 ", "2001:db8::1/48"])
    assert protection.touched_by(entry) == protected


def test_protected_as_ipv6() -> None:
    assert Protection(["::ffff:198.51.100.7"]).touched_by({"source": "198.51.100.0/24"}) == "198.51.100.7"


def test_nothing_protected() -> None:
    assert Protection([]).touched_by({"source": "any"}) == ""
    with pytest.raises(OptionError, match=r"protect\[1\] is 'smc.example.com', which is not an IP address or network"):
        Protection(["10.0.0.1", "smc.example.com"])


NETWORKS = st.builds(
    lambda number, length: ipaddress.IPv4Network((number >> (32 - length) << (32 - length), length)),
    st.integers(0, 2**32 - 1),
    st.integers(0, 32),
)


@given(protected=st.lists(NETWORKS, max_size=8), blocked=NETWORKS)
def test_protected_is_what_overlaps(protected: list[ipaddress.IPv4Network], blocked: ipaddress.IPv4Network) -> None:
    touched = Protection(protected).touched_by({"source": str(blocked)})
    assert bool(touched) == any(one.overlaps(blocked) for one in protected)


@pytest.mark.parametrize(
    "option, removed, listed, refused",
    [
        (None, 20, 20, False),
        (None, 21, 21, True),
        (None, 50, 100, False),
        (None, 51, 100, True),
        (0, 1, 1, True),
        (10, 10, 10, False),
        ("10", 11, 1000, True),
        ("10%", 1, 1, True),
        ("10 %", 10, 100, False),
        ("100%", 100, 100, False),
        ("0%", 0, 100, False),
        ("0.5%", 1, 100, True),
    ],
)
def test_removals(option: Any, removed: int, listed: int, refused: bool) -> None:
    assert bool(removals_refused(removed, listed, read_max_removals(option))) == refused


def test_the_sentence_names_the_flag() -> None:
    assert removals_refused(9000, 10_000, MostRemovals()) == (
        "9,000 of 10,000 listed entries would be removed, which is more than max_removals allows (50 %), so nothing was "
        "sent. If the list of entries is complete, run it again with max_removals: 9000 or max_removals: 100%."
    )


@pytest.mark.parametrize("option", [True, -1, "-1", "101%", "half", "5 percent", [], "1.5"])
def test_max_removals_that_is_not_one(option: Any) -> None:
    with pytest.raises(OptionError, match=r"Write a number of entries such as 500, or a share such as 50%"):
        read_max_removals(option)
