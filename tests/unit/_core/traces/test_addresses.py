# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses are replaced so that networks stay networks."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.traces.addresses import (
    AddressMap,
    is_hardware_address,
    is_mask,
    read_address,
    read_length,
)
from hypothesis import given
from hypothesis import strategies as st

SECRET = b"a secret of this test"


def common_bits(one: Any, other: Any) -> int:
    return int(one.max_prefixlen - (int(one) ^ int(other)).bit_length())


@pytest.mark.parametrize("addresses", [st.ip_addresses(v=4), st.ip_addresses(v=6)], ids=["IPv4", "IPv6"])
def test_two_addresses_have_as_many_bits_in_common_as_before(addresses: Any) -> None:
    replaced = AddressMap(SECRET)
    ordinary = addresses.filter(lambda one: replaced.address(one) != str(one))

    @given(ordinary, ordinary)
    def check(one: Any, other: Any) -> None:
        after = [ipaddress.ip_address(replaced.address(address)) for address in (one, other)]
        assert common_bits(*after) == common_bits(one, other)

    check()


@pytest.mark.parametrize("addresses", [st.ip_addresses(v=4), st.ip_addresses(v=6)], ids=["IPv4", "IPv6"])
def test_an_address_is_in_a_network_if_it_was(addresses: Any) -> None:
    replaced = AddressMap(SECRET)

    @given(addresses, st.integers(1, 128))
    def check(address: Any, length: int) -> None:
        network = ipaddress.ip_network((address, min(length, address.max_prefixlen)), strict=False)
        after = replaced.network(network)
        assert after.prefixlen == network.prefixlen
        mapped = replaced.address(address)
        assert mapped == str(address) or ipaddress.ip_address(mapped) in after

    check()


def test_another_secret_gives_other_addresses() -> None:
    address = ipaddress.ip_address("10.1.2.3")
    given_ones = {AddressMap(str(number).encode()).address(address) for number in range(20)}
    assert len(given_ones) == 20


@pytest.mark.parametrize("text", ["0.0.0.0", "255.255.255.255", "255.255.254.0", "127.0.0.1", "::", "::1"])
def test_what_belongs_to_nobody_stays(text: str) -> None:
    assert AddressMap(SECRET).address(ipaddress.ip_address(text)) == text


def test_the_default_route_stays() -> None:
    replaced = AddressMap(SECRET)
    for text in ("0.0.0.0/0", "::/0"):
        assert str(replaced.network(ipaddress.ip_network(text))) == text


@pytest.mark.parametrize("text", ["00:1a:2B:3c:4d:5e", "00-1A-2B-3C-4D-5E", "001a2b3c4d5e"])
def test_hardware_addresses_keep_their_form(text: str) -> None:
    made = AddressMap(SECRET).hardware_address(text)
    assert is_hardware_address(made)
    assert [one for one in made if one in ":-"] == [one for one in text if one in ":-"]
    assert made.replace(":", "").replace("-", "").startswith("02")
    assert made.lower() != text.lower()


@pytest.mark.parametrize(
    "function, text, expected",
    [
        (is_mask, "255.255.0.0", True),
        (is_mask, "128.0.0.0", True),
        (is_mask, "255.0.255.0", False),
        (is_mask, "24", False),
        (is_hardware_address, "00:1a:2b:3c:4d", False),
        (is_hardware_address, "123456789012", False),
        (lambda text: read_length(text, 32), "24", 24),
        (lambda text: read_length(text, 32), "33", None),
        (lambda text: read_length(text, 128), "64", 64),
        (lambda text: read_length(text, 32), "255.255.255.0", 24),
        (lambda text: read_length(text, 128), "255.255.255.0", None),
        (lambda text: read_length(text, 32), "many", None),
        (read_address, "fe80::1%eth0", None),
        (read_address, "300.1.1.1", None),
    ],
)
def test_what_texts_are(function: Callable[[str], Any], text: str, expected: Any) -> None:
    assert function(text) == expected
