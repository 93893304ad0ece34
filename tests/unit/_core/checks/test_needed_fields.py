# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The fields that checks need of their table."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.needed_fields import needed_fields
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.reading import read_check


def keys(*checks: dict[str, Any], definition: str = "VPN_SA") -> set[str]:
    return {
        field.key for field in needed_fields(tuple(read_check({"definition": definition, **check}) for check in checks))
    }


def test_a_check_needs_what_it_names_and_what_tells_an_entry() -> None:
    counted = keys({"count": 1})
    assert {"peer_end_point", "vpn_id"} <= counted and "num_bytes_sent" not in counted and "cipher_alg" not in counted
    for written, key in (
        ({"where": {"cipher_alg": "AES"}, "count": 1}, "cipher_alg"),
        ({"sum": {"num_bytes_sent": {"min": 1, "per": "cipher_alg"}}}, "num_bytes_sent"),
        ({"sum": {"num_bytes_sent": {"min": 1, "per": "cipher_alg"}}}, "cipher_alg"),
        ({"distinct": {"Cipher Alg": {"values": ["AES"]}}}, "cipher_alg"),
        ({"unique": ["cipher_alg", "node"]}, "cipher_alg"),
        ({"age": {"expiration_time": {"max": "5m"}}}, "expiration_time"),
        ({"none": {"num_bytes_received": {"min": 1}}}, "num_bytes_received"),
    ):
        assert key in keys(written), written
        assert keys(written, {"count": {"min": 1, "per": "node"}}) == keys(written)
    (asked, *_rest) = needed_fields((read_check({"definition": "VPN_SA", "where": {"field_4711": "1"}, "count": 1}),))
    assert asked.id == 4711


def test_neighbours_of_one_table_are_asked_for_together() -> None:
    one, other = {"where": {"cipher_alg": "AES"}, "count": 1}, {"sum": {"num_bytes_sent": 1}}
    assert keys(one, other) == keys(one) | keys(other)


@pytest.mark.parametrize(
    "check",
    [
        {"baseline": {}},
        {"where": {"colour": "blue"}, "count": 1},
        {"sum": {"field_4711": 1}},
        {"where": {"dport": 1}, "count": 1},
        {"count": "many"},
    ],
    ids=["baseline", "unknown", "number", "of another table", "unreadable"],
)
def test_where_only_the_entries_can_tell_all_fields_are_needed(check: dict[str, Any]) -> None:
    assert keys({"count": 1}, check) == set()


def test_a_field_without_a_number_cannot_be_asked_for_alone() -> None:
    assert keys({"where": {"url": "x"}, "count": 1}, definition="ACTIVE_ALERTS") == set()
