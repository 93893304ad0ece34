# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Addresses and networks as whole numbers, held against Python's ipaddress."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.address_text import (
    Span,
    ipv4_number,
    merge,
    network_text,
    networks_within,
    span_of,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "text, span",
    [
        ("192.0.2.1", Span(4, 0xC0000201, 0xC0000201)),
        ("192.0.2.9/24", Span(4, 0xC0000200, 0xC00002FF)),
        ("192.0.2.0/255.255.255.0", Span(4, 0xC0000200, 0xC00002FF)),
        ("0.0.0.0/0", Span(4, 0, 2**32 - 1)),
        ("2001:db8::/127", Span(6, 0x20010DB8 << 96, (0x20010DB8 << 96) + 1)),
    ],
)
def test_span(text: str, span: Span) -> None:
    assert span_of(text) == span


@pytest.mark.parametrize("text", ["", "any", "192.0.2.256", "192.0.2.0/33", "01.2.3.4", "example.com"])
def test_what_has_no_span(text: str) -> None:
    with pytest.raises(ValueError, match=r"IPv4 or IPv6 network"):
        span_of(text)


@given(number=st.integers(0, 2**32 - 1), length=st.integers(0, 32))
def test_spans_are_those_of_ipaddress(number: int, length: int) -> None:
    address = ipaddress.IPv4Address(number)
    network = ipaddress.ip_network((number, length), strict=False)
    assert ipv4_number(str(address)) == number
    assert span_of(f"{address}/{length}") == Span(4, int(network[0]), int(network[-1]))


@pytest.mark.parametrize(
    "network, text",
    [("192.0.2.0/24", "192.0.2.0/24"), ("192.0.2.1/32", "192.0.2.1"), ("2001:db8::1/128", "2001:db8::1")],
)
def test_a_single_address_is_written_without_its_length(network: str, text: str) -> None:
    assert network_text(ipaddress.ip_network(network)) == text


@pytest.mark.parametrize(
    "spans, merged",
    [
        ([], []),
        ([Span(4, 1, 2), Span(4, 3, 4)], [Span(4, 1, 4)]),
        ([Span(4, 5, 9), Span(4, 1, 3)], [Span(4, 1, 3), Span(4, 5, 9)]),
        ([Span(4, 1, 9), Span(4, 2, 3)], [Span(4, 1, 9)]),
    ],
)
def test_merge(spans: list[Span], merged: list[Span]) -> None:
    assert merge(spans) == merged


@given(first=st.integers(0, 2**32 - 1), size=st.integers(0, 5000))
def test_networks_of_a_span_are_those_of_ipaddress(first: int, size: int) -> None:
    last = min(first + size, 2**32 - 1)
    networks = ipaddress.summarize_address_range(ipaddress.IPv4Address(first), ipaddress.IPv4Address(last))
    assert list(networks_within(Span(4, first, last), 0)) == [network_text(network) for network in networks]


def test_no_network_is_wider_than_asked() -> None:
    assert list(networks_within(span_of("10.0.0.0/8"), 9)) == ["10.0.0.0/9", "10.128.0.0/9"]
    assert list(networks_within(span_of("2001:db8::/31"), 32)) == ["2001:db8::/32", "2001:db9::/32"]
