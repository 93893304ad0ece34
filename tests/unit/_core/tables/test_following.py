# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What differs between two readings of a table."""

from __future__ import annotations

from typing import Any

from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.records import Key, Record
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.following import EntryMatching
from hypothesis import given
from hypothesis import strategies as st

Reading = list[tuple[Key, Record]]


def _keyed(**entries: dict[str, Any]) -> Reading:
    return [(("node 1", key), {"delta_key": key, **entry}) for key, entry in entries.items()]


def test_entries_with_a_delta_key_are_the_same_by_it() -> None:
    before = _keyed(a={"state": "New"}, b={"state": "New"}, c={"state": "New"})
    after = _keyed(b={"state": "New", "reception_time": "later"}, c={"state": "Related"}, d={"state": "New"})
    changes, renamed = EntryMatching().difference(before, after)
    assert [key[1] for key in changes.added] == ["d"]
    assert [key[1] for key in changes.updated] == ["c"]
    assert [key[1] for key in changes.deleted] == ["a"]
    assert changes.recovered
    assert renamed == {}


def test_the_caller_says_which_values_tell_that_an_entry_was_created_again() -> None:
    before = _keyed(a={"timestamp": 1, "hits": 1}, b={"timestamp": 1, "hits": 1})
    after = _keyed(a={"timestamp": 1, "hits": 2}, b={"timestamp": 2, "hits": 1})
    changes, _renamed = EntryMatching(version=["timestamp"]).difference(before, after)
    assert [key[1] for key in changes.updated] == ["b"]


def test_entries_without_a_delta_key_are_the_same_by_what_they_say() -> None:
    before: Reading = [(("n", 0), {"situation": "A"}), (("n", 1), {"situation": "B"}), (("m", 2), {"situation": "C"})]
    after: Reading = [
        (("n", 7), {"situation": "B", "reception_time": "later"}),
        (("n", 8), {"situation": "C"}),
        (("n", 9), {"situation": "B"}),
    ]
    changes, renamed = EntryMatching().difference(before, after)
    # The same words of another node are another entry, and of two alike one is new.
    assert sorted(key[1] for key in changes.added) == [8, 9]
    assert sorted(key[1] for key in changes.deleted) == [0, 2]
    assert changes.updated == {}
    assert renamed == {("n", 7): ("n", 1)}


def test_the_caller_says_what_identifies_an_entry_without_a_delta_key() -> None:
    before: Reading = [(("n", 0), {"username": "ada", "src": "10.0.0.1"})]
    after: Reading = [(("n", 5), {"username": "ada", "src": "10.0.0.2"})]
    changes, renamed = EntryMatching(identity=["username"]).difference(before, after)
    assert changes.updated == {("n", 0): {"username": "ada", "src": "10.0.0.2"}}
    assert renamed == {("n", 5): ("n", 0)}


_entry = st.fixed_dictionaries({"situation": st.sampled_from("ABC")}, optional={"src": st.sampled_from(["x", "y"])})
_reading = st.lists(st.tuples(st.sampled_from(["n", "m"]), st.one_of(st.none(), st.sampled_from("abcd")), _entry))


def _numbered(reading: list[tuple[str, str | None, Record]], start: int) -> dict[Key, Record]:
    return {(node, key or start + number): entry for number, (node, key, entry) in enumerate(reading)}


@given(_reading, _reading)
def test_the_difference_applied_to_the_earlier_reading_is_the_later_one(earlier: Any, later: Any) -> None:
    before, after = _numbered(earlier, 0), _numbered(later, 1000)
    changes, renamed = EntryMatching().difference(before.items(), after.items())
    made = {key: entry for key, entry in before.items() if key not in changes.deleted}
    made |= {key: entry for key, entry in changes.by_key().items() if entry is not None}
    assert made == {renamed.get(key, key): entry for key, entry in after.items()}
