# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How a table is compared with what the polling interface lists."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.protocol import Message
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import IncompleteSnapshot, PollingFailed
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import CONNECTIONS, ROUTING
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.corroboration import (
    Corroboration,
    PolledComparison,
    compare_counts,
    compare_keys,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.polled import Polled
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.table import Table
from hypothesis import given
from hypothesis import strategies as st

KNOWN = frozenset(("node 1", "node 2"))


def _records(*numbers: int, node: str | None = "node 1") -> list[dict[str, Any]]:
    named = {"NodeId": node} if node else {}
    return [{**named, "Src": f"10.0.0.{n}", "Sport": str(n), "delta_key": f"{n}"} for n in numbers]


def _table(*records: dict[str, Any], raw: bool = False) -> Table:
    table = Table(CONNECTIONS, raw=raw)
    table.apply(Message(added=list(records)))
    return table


@pytest.mark.parametrize(
    "entries,listed,expected",
    [
        (_records(1, 2), _records(1, 2), ("node_counts", 0, 0)),
        (_records(1), _records(1, 2), ("node_counts", 1, 0)),
        (_records(1, 2), _records(1), ("node_counts", 0, 1)),
        ([], [], ("count", 0, 0)),
        ([], _records(1, 2), ("node_counts", 2, 0)),
        # As many in all, but not of each node.
        (_records(1, 2), _records(1) + _records(1, node="node 2"), ("node_counts", 1, 0)),
        # Named otherwise than the nodes are, or not at all.
        (_records(1, 2), _records(1, 2, 3, node="1564"), ("count", 1, 0)),
        (_records(1, 2), _records(1, node=None), ("count", 0, 1)),
        (_records(1, 2, node=None), _records(1, 2, 3), ("count", 1, 0)),
    ],
)
def test_counts(entries: list[Any], listed: list[Any], expected: tuple[str, int, int]) -> None:
    compared = compare_counts(_table(*entries), _table(*listed), KNOWN, {}, len(entries))
    assert compared == PolledComparison(*expected)


def test_what_was_deleted_since_explains_what_is_missing_and_what_was_added_since_is_no_surplus() -> None:
    gone = {("node 1", "2"): {"src": "10.0.0.2"}}
    table = _table(*_records(1, 3))
    assert compare_counts(table, _table(*_records(1, 2)), KNOWN, gone, before=2) == PolledComparison(
        "node_counts", 0, 0
    )
    assert compare_counts(table, _table(*_records(2, 4, 5)), frozenset(), gone, before=1) == PolledComparison(
        "node_counts", 0, 0
    )


@pytest.mark.parametrize(
    "entries,listed,missing,surplus",
    [
        ([("10.0.0.1", "node 1")], [("10.0.0.1", "node 1")], 0, 0),
        ([("10.0.0.1", "node 1")], [("10.0.0.1", "node 1"), ("10.0.0.2", "node 1")], 1, 0),
        ([("10.0.0.1", "node 1"), ("10.0.0.2", "node 1")], [("10.0.0.2", "node 1")], 0, 1),
        # A route that the polling interface lists once, and that both nodes have.
        ([("10.0.0.1", "node 1"), ("10.0.0.1", "node 2")], [("10.0.0.1", None)], 0, 1),
        ([("10.0.0.1", "node 1")], [("10.0.0.1", "1564")], 0, 0),
    ],
)
def test_keys(entries: list[Any], listed: list[Any], missing: int, surplus: int) -> None:
    def typed(pairs: list[Any]) -> list[dict[str, Any]]:
        return [{"route_network": network, **({"node_id": node} if node else {})} for network, node in pairs]

    assert compare_keys(ROUTING, typed(entries), typed(listed), []) == PolledComparison("keys", missing, surplus)


def test_fields_that_are_spelled_otherwise_are_left_out() -> None:
    entries = [{"src": "10.0.0.1", "protocol": "TCP"}]
    assert compare_keys(CONNECTIONS, entries, [{"src": "10.0.0.1", "protocol": "6"}], []) == PolledComparison(
        "keys", 0, 0
    )
    assert compare_keys(CONNECTIONS, entries, [{"protocol": "6"}], []) is None
    assert compare_keys(CONNECTIONS, [], [{"src": "10.0.0.1"}], []) is None


def _judge(came: list[int], listed: list[int], raw: bool) -> Corroboration:
    """What is found when both the short and the full answer list these."""
    table = _table(*_records(*came), raw=raw)
    found = Corroboration(CONNECTIONS, "Plano FW", "auto", grace=0)
    for now in (1.0, 2.0, 3.0):
        if not found.settled(True, table, KNOWN, now, 60.0):
            found.asked(now, len(table))
            found.answered(Polled(_records(*listed), is_all=True), now)
    return found


NUMBERS = st.lists(st.integers(0, 9), unique=True, min_size=1)


@given(NUMBERS, NUMBERS, st.booleans())
def test_a_table_passes_if_nothing_that_is_listed_is_missing(came: list[int], listed: list[int], raw: bool) -> None:
    if len(listed) > len(came):
        with pytest.raises(IncompleteSnapshot) as caught:
            _judge(came, listed, raw)
        assert caught.value.facts()["missing"] == len(listed) - len(came)
    elif len(listed) == len(came):
        # The short answer agrees. It does not tell which entries they are.
        assert _judge(came, listed, raw).compared_by == "node_counts"
    else:
        assert _judge(came, listed, raw).corroborated is (set(listed) <= set(came))


@pytest.mark.parametrize(
    "when,by_time,asks",
    [("auto", True, True), ("auto", False, False), ("always", False, True), ("never", True, False)],
)
def test_when_a_table_is_corroborated(when: str, by_time: bool, asks: bool) -> None:
    found = Corroboration(CONNECTIONS, "Plano FW", when)
    assert found.settled(by_time, _table(), KNOWN, 1.0, 60.0) is not asks
    assert (found.wanted, found.allowed) == (asks, when != "never")
    assert found.facts() == {"corroborated": None, "corroborated_by": None, "corroboration": ""}


def test_a_filter_cannot_be_corroborated() -> None:
    found = Corroboration(CONNECTIONS, "Plano FW", "auto", filtered=True)
    assert found.settled(True, _table(), KNOWN, 1.0, 60.0)
    assert found.says == "Not corroborated: a filter was sent, and the polling interface takes none."
    with pytest.raises(PollingFailed, match="a filter was sent"):
        Corroboration(CONNECTIONS, "Plano FW", "always", filtered=True).settled(False, _table(), KNOWN, 1.0, 60.0)


@pytest.mark.parametrize(
    "came,listed,says",
    [
        (_records(1, 2), _records(1, 3), "1 of the 2 entries that the polling interface lists were not found"),
        (
            _records(1, 2),
            [{"Protocol": "6"}],
            "lists 1 entry, the socket sent 2, and nothing that both carry tells them apart",
        ),
    ],
)
def test_other_entries_are_no_proof(came: list[Any], listed: list[Any], says: str) -> None:
    found = Corroboration(CONNECTIONS, "Plano FW", "always", grace=0)
    table = _table(*came)
    assert not found.settled(True, table, KNOWN, 1.0, 60.0)
    found.asked(1.0, len(table))
    found.answered(Polled(listed, is_all=True), 1.0)
    with pytest.raises(PollingFailed, match=says):
        found.settled(True, table, KNOWN, 2.0, 60.0)
