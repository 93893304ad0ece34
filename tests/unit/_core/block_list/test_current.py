# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a list shows now, and what it has shown."""

from __future__ import annotations

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.current import Nodes
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.identity import Identity
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import BLOCK_LIST
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.records import EntryReader

from tests.block_list import block_list, identities, record


def test_remaining_time_needs_no_time_zone() -> None:
    current = block_list(
        record(1, Timestamp="2025-03-04 10:00:00", ReceptionTime="2025-03-04 10:30:00"),
        # Received when it was made; the other record tells that it is half an hour later by now.
        record(
            2,
            Timestamp="2025-03-04 10:10:00",
            ReceptionTime="2025-03-04 10:10:00",
            BlacklistEntrySourceIp="203.0.113.8",
        ),
        record(3, Timestamp="?", BlacklistEntrySourceIp="203.0.113.9"),
        record(4, BlacklistEntryDuration="0", BlacklistEntrySourceIp="203.0.113.10"),
    )
    assert [current.remaining(Identity(f"203.0.113.{last}/32")) for last in (7, 8, 9, 10, 11)] == [
        1800,
        2400,
        None,
        None,
        None,
    ]


def test_on_several_nodes_the_shortest_remaining_time_counts_and_of_repeated_ones_the_longest() -> None:
    current = block_list(
        record(1, "node 1", ReceptionTime="2025-03-04 10:30:00"),
        record(1, "node 2", BlacklistEntryDuration="2000"),
        record(2, "node 2", BlacklistEntryDuration="2500"),
        nodes=Nodes(("node 1", "node 2")),
    )
    assert current.remaining(Identity("203.0.113.7/32")) == 700


@pytest.mark.parametrize(
    "nodes, holders, missing",
    [
        (Nodes(("node 1",)), {"anything"}, ()),
        (Nodes(("node 1",)), set(), ("node 1",)),
        (Nodes(None), set(), ("the engine",)),
        (Nodes(None, seen=frozenset(["a", "b"])), {"a"}, ("b",)),
        (Nodes(("a", "b"), frozenset("ab")), {"a"}, ("b",)),
        (Nodes(("a", "b"), frozenset("ab")), {"b", "a"}, ()),
        # A record of another node does not replace that of a node that is online.
        (Nodes(("a", "b"), frozenset("abc")), {"a", "c"}, ("b",)),
        # If the records do not use the names of the node elements, only the names in the records can be expected.
        (Nodes(("a", "b"), frozenset("ab"), frozenset("xy")), {"x", "y"}, ()),
        (Nodes(("a", "b"), frozenset("ab"), frozenset("xy")), {"x"}, ("y",)),
        (Nodes(("a", "b"), frozenset("ab"), frozenset(["the cluster"])), {"the cluster"}, ()),
        (Nodes(("a", "b"), frozenset("ab")), {"the cluster"}, ()),
        (Nodes((), frozenset("ab"), frozenset("a")), {"a"}, ()),
    ],
)
def test_where_an_entry_is_missing(nodes: Nodes, holders: set[str], missing: tuple[str, ...]) -> None:
    assert nodes.missing(holders) == missing


def test_changes_are_taken_in() -> None:
    current = block_list(record(1))
    seven, eight = Identity("203.0.113.7/32"), Identity("203.0.113.8/32")
    (batch,) = EntryReader(BLOCK_LIST).read([record(2, BlacklistEntrySourceIp="203.0.113.8")])
    assert current.not_shown_on(eight, again=False) == ("node 1",)
    assert current.apply({("node 1", "k2"): batch.entries()[0], ("node 1", "k1"): None}) == {eight}
    assert identities(current) == {eight}
    assert not current.not_shown_on(eight, again=True)
    current.apply({("node 1", "k2"): None})
    # It was there; that it has ended since then does not matter.
    assert not current.not_shown_on(eight, again=False)
    assert current.missing_on(eight) == current.not_shown_on(seven, again=False) == ("node 1",)
    assert len(current) == 0
