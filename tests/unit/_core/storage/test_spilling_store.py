# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A store of entries behaves the same in memory and in its file."""

from __future__ import annotations

import json
import resource
from collections import Counter

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import FileFailed
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.spilling_store import SpillingStore
from hypothesis import given
from hypothesis import strategies as st


def test_a_store_in_memory_and_one_in_a_file_are_the_same() -> None:
    stores = [SpillingStore(in_memory=1000), SpillingStore(in_memory=2)]
    for store in stores:
        store.update({("n1", "a"): {"x": 1}, ("n1", "b"): {"x": 2}})
        store.update({(None, 7): {"x": 3}, ("n2", "7"): {"x": 4}, ("n1", "a"): {"x": 5}})
        del store["n1", "b"]
        assert store.pop((None, 8), None) is None
        with pytest.raises(KeyError):
            del store["n1", "b"]
        store.update({})
        store["n1", "c"] = {"x": 6}
    small, large = stores
    assert small.in_memory and not large.in_memory
    assert list(small.items()) == list(large.items())
    assert list(small.lines()) == list(large.lines()) and len(small) == len(large) == 4
    assert ("n2", "7") in large and ("n2", 7) not in large
    for store in stores:
        store.close()


def test_a_store_without_room_says_so() -> None:
    store = SpillingStore(in_memory=1)
    entries = {("n1", str(number)): {"data": "x" * 100_000} for number in range(500)}
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1 << 20, limits[1]))
    try:
        with pytest.raises(
            FileFailed, match=r"Could not keep the entries of a large table in a temporary file: .* Set TMPDIR"
        ):
            store.update(entries)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)


def test_half_of_a_surrogate_pair_is_kept() -> None:
    store = SpillingStore(in_memory=1)
    entries = {("n\ud83d", "a\udc00"): {"user": "half \ud83d"}, ("n2", "b"): {}}
    store.update(entries)
    assert not store.in_memory and dict(store.items()) == entries
    assert json.loads(next(store.lines())) == {"user": "half \ud83d"}


keys = st.tuples(st.one_of(st.none(), st.text(max_size=3)), st.one_of(st.integers(), st.text(max_size=3)))


@given(st.lists(st.tuples(keys, st.booleans()), max_size=12))
def test_any_keys_and_any_order_give_what_a_dict_gives(steps: list[tuple[tuple[str | None, int | str], bool]]) -> None:
    expected: dict[tuple[str | None, int | str], dict[str, int]] = {}
    store = SpillingStore(in_memory=1)
    for number, (key, kept) in enumerate(steps):
        if kept:
            store[key] = expected[key] = {"x": number}
        else:
            assert store.pop(key, None) == expected.pop(key, None)
    assert list(store.items()) == list(expected.items()) and len(store) == len(expected)
    assert store.count_nodes() == Counter(node for node, _name in expected)
    store.close()
