# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One address as a feed writes it, and the reason why something is not one."""

from __future__ import annotations

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_address import (
    AddressReader,
    is_network,
    mask_length,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_text import Unreadable
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.guards import Widest


@pytest.mark.parametrize(
    "text, networks",
    [
        ("192.0.2.1", ["192.0.2.1"]),
        ("192.0.2.1/32", ["192.0.2.1"]),
        ('"192.0.2.0/24"', ["192.0.2.0/24"]),
        ("192.0.2.0/255.255.255.0", ["192.0.2.0/24"]),
        ("[2001:DB8::1]", ["2001:db8::1"]),
        ("192.0.2.0 - 192.0.2.4", ["192.0.2.0/30", "192.0.2.4"]),
        ("2001:db8::-2001:db8::1", ["2001:db8::/127"]),
    ],
)
def test_read(text: str, networks: list[str]) -> None:
    assert AddressReader().networks(text) == networks


@pytest.mark.parametrize(
    "text, problem",
    [
        ("example.com", "is a host name"),
        ("192.0.2[.]1", "refang: true"),
        ("http://192.0.2.1/x", "is a URL"),
        ("192.0.2.*", "is a wildcard"),
        ("192.0.2.0/0.0.0.255", "wildcard mask 0.0.0.255; write 192.0.2.0/24"),
        ("192.0.2.1:80", "has a port"),
        ("192.0.2.01", "has leading zeros"),
        ("192.0.2.256", "at most 255"),
        ("0.0.0.0", "is the unspecified address"),
        ("192.0.2.1/0", "means every address"),
        ("any", "means every address"),
        ("11.0.0.0/7", "has host bits"),
        ("8.0.0.0/7", "nothing wider than /8"),
        ("192.0.2.4-192.0.2.0", "from a higher to a lower address"),
        ("192.0.2.0-2001:db8::", "from one IP version to the other"),
        ("192.0.2.1-7", "write its last address in full: 192.0.2.1-192.0.2.7"),
        ("fe80::1%eth0", "has a zone"),
        ("192.0.2.1\u200b", "cannot be seen"),
        ("192.0.2.\u0661", "U+0661"),
        ("", "has no address"),
    ],
)
def test_refused(text: str, problem: str) -> None:
    with pytest.raises(Unreadable) as error:
        AddressReader().networks(text)
    assert problem in str(error.value)


@pytest.mark.parametrize("text", ["192.0.2[.]1", "192.0.2(dot)1", "hxxp://192.0.2[.]1/x", "hxxps[://]192.0.2.1:8080"])
def test_refanged(text: str) -> None:
    assert AddressReader(refang=True).networks(text) == ["192.0.2.1"]


def test_what_a_warning_is_due_for_is_counted() -> None:
    reader = AddressReader(refang=True)
    for text in ("192.0.2.7/24", "192.0.2.9/24", "http://192.0.2.1/"):
        reader.networks(text)
    assert (reader.host_bits, reader.first_host_bits, reader.urls) == (2, "192.0.2.7/24", 1)


def test_width_is_what_is_allowed() -> None:
    assert AddressReader(Widest(4, 16)).networks("16.0.0.0/4") == ["16.0.0.0/4"]
    assert not AddressReader(Widest(24, 64)).is_plain("10.0.0.0/16")


@pytest.mark.parametrize(
    "text, expected",
    [("192.0.2.1", True), ("192.0.2.0/24", True), ("::1", True), ("192.0.2.0/x", False), ("ip", False), ("1:2", False)],
)
def test_is_network(text: str, expected: bool) -> None:
    assert is_network(text) is expected


def test_masks() -> None:
    assert mask_length("192.0.2.0", "255.255.255.128") == 25
    for mask in ("0.0.0.0", "0.0.0.255", "255.0.255.0"):
        with pytest.raises(Unreadable):
            mask_length("192.0.2.0", mask)
