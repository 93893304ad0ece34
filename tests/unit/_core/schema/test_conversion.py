# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Values: one type for whatever the SMC prints."""

from __future__ import annotations

import ipaddress

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.conversion import (
    COLUMN_CONVERTERS,
    CONVERTERS,
    to_address,
    to_boolean,
    to_hardware_address,
    to_integer,
)
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "convert,sent,value",
    [
        (to_integer, "443", 443),
        (to_integer, "-1", -1),
        (to_integer, "0", 0),
        (to_integer, "8619297190123456789", 8619297190123456789),
        (to_integer, "1,024", "1,024"),
        (to_integer, "1_024", "1_024"),
        (to_integer, " 7", " 7"),
        (to_integer, "", ""),
        (to_integer, "-", "-"),
        (to_integer, "٣", "٣"),
        (to_integer, 9, 9),
        (to_integer, None, None),
        (to_boolean, "true", True),
        (to_boolean, "False", False),
        (to_boolean, "maybe", "maybe"),
        (to_boolean, None, None),
        (to_address, "10.0.0.1", "10.0.0.1"),
        (to_address, "2001:DB8:0:0::1", "2001:db8::1"),
        (to_address, "HQ (10.0.0.160)", "HQ (10.0.0.160)"),
        (to_address, "10.0.0.1 - 10.0.0.9", "10.0.0.1 - 10.0.0.9"),
        (to_address, "fe80::1%eth0", "fe80::1%eth0"),
        (to_address, "10.0.0.1\x00", "10.0.0.1\x00"),
        (to_address, 167772161, 167772161),
        (to_hardware_address, "00-00-5E-00-53-01", "00:00:5e:00:53:01"),
        (to_hardware_address, "00005e005301", "00:00:5e:00:53:01"),
        (to_hardware_address, "incomplete", "incomplete"),
        (to_hardware_address, None, None),
    ],
)
def test_values(convert: object, sent: object, value: object) -> None:
    converted = convert(sent)  # type: ignore[operator]
    assert converted == value
    assert type(converted) is type(value)


@given(st.ip_addresses())
def test_an_address_keeps_its_meaning(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> None:
    for text in (str(address), address.exploded):
        converted = to_address(text)
        assert ipaddress.ip_address(converted) == address
        assert to_address(converted) == converted


_sent = st.one_of(
    st.sampled_from(["1", "-1", "", "443", "true", "False", "10.0.0.1", "2001:DB8::0", "00-00-5E-00-53-01", "٣"]),
    st.text(max_size=5),
    st.integers(),
    st.none(),
    st.booleans(),
)


@given(st.sampled_from(sorted(COLUMN_CONVERTERS)), st.lists(_sent, min_size=1, max_size=5))
def test_a_column_becomes_what_its_values_become(kind: str, column: list[object]) -> None:
    converted = list(COLUMN_CONVERTERS[kind](column))
    one_by_one = [CONVERTERS[kind](value) for value in column]
    assert [(type(value), value) for value in converted] == [(type(value), value) for value in one_by_one]
