# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a snapshot is complete, and why: every kind of evidence, told by messages and a made-up clock."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.definitions import CONNECTIONS
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import BadMessage, QueryRefused, SnapshotTimeout
from ansible_collections.ngfw.smc.plugins.module_utils._core.protocol import Message
from ansible_collections.ngfw.smc.plugins.module_utils._core.snapshot import DOUBT, SETTLE, Snapshot, Waits
from hypothesis import given, settings
from hypothesis import strategies as st

WAITS = Waits(first_entry=10.0, quiet=2.0, timeout=60.0)


def _snapshot(expected: int | None = 1, members: int | None = None, **options: Any) -> Snapshot:
    snapshot = Snapshot(CONNECTIONS, "Plano FW", WAITS, 0.0, **options)
    snapshot.expect(expected, expected if members is None else members)
    snapshot.feed(Message(fetch=-5, success="Fetch started"), 0.1)
    return snapshot


def _entries(count: int, node: str = "node 1", start: int = 0, **fields: Any) -> list[dict[str, Any]]:
    return [{"NodeId": node, "Sport": str(n), "delta_key": f"{n}", **fields} for n in range(start, start + count)]


def _added(*records: dict[str, Any]) -> Message:
    return Message(fetch=-5, has_records=True, added=list(records))


def _updated(*records: dict[str, Any]) -> Message:
    return Message(fetch=-5, has_records=True, updated=list(records))


def _mark(node: str | None = "node 1") -> dict[str, Any]:
    return {"SessionEvent": "4", **({"NodeId": node} if node else {})}


def test_the_end_message_is_believed_at_once() -> None:
    snapshot = _snapshot(expected=None)
    snapshot.feed(_added(*_entries(200)), 1.0)
    snapshot.feed(Message(fetch=-5, end="end of data"), 1.1)
    assert (snapshot.completed_by, snapshot.complete, len(snapshot.entries())) == ("end", True, 200)


@pytest.mark.parametrize(
    "expected,marks,complete",
    [
        (1, ["node 1"], True),
        (2, ["node 1"], False),
        (2, ["node 1", "node 2"], True),
        (2, ["node 2", "node 3"], False),  # node 1 sent entries and no mark
        (1, [None], True),
        (2, [None], False),
        (2, [None, None], True),
    ],
)
def test_all_sent_counts_when_every_online_node_has_said_so(
    expected: int, marks: list[str | None], complete: bool
) -> None:
    snapshot = _snapshot(expected)
    snapshot.feed(_added(*_entries(3)), 1.0)
    snapshot.feed(_added(*map(_mark, marks)), 1.1)
    assert snapshot.completed_by == ("event4" if complete else None)


def test_all_sent_of_an_unknown_number_of_nodes_is_confirmed_by_silence() -> None:
    snapshot = _snapshot(expected=None)
    snapshot.feed(_added(*_entries(3), _mark()), 1.0)
    assert snapshot.completed_by is None
    snapshot.look(1.0 + WAITS.quiet)
    assert snapshot.completed_by == "event4"


@pytest.mark.parametrize("members,complete", [(1, True), (2, False)])
def test_all_sent_of_every_node_there_is_needs_no_status(members: int, complete: bool) -> None:
    snapshot = _snapshot(expected=None, members=members)
    snapshot.feed(_added(*_entries(3), _mark()), 1.0)
    assert (snapshot.completed_by == "event4") is complete


def test_a_node_on_standby_may_be_late() -> None:
    snapshot = _snapshot(expected=1, members=2)
    snapshot.feed(_added(*_entries(3), _mark()), 1.0)
    assert snapshot.completed_by is None
    snapshot.feed(_added(*_entries(3, "node 2")), 2.0)
    snapshot.look(1.0 + WAITS.quiet)
    assert snapshot.completed_by is None
    snapshot.feed(_added(_mark("node 2")), 3.5)
    assert (snapshot.completed_by, len(snapshot.entries())) == ("event4", 6)


def test_a_node_on_standby_may_say_nothing() -> None:
    snapshot = _snapshot(expected=1, members=2)
    snapshot.feed(_added(*_entries(3), _mark()), 1.0)
    snapshot.look(1.0 + WAITS.quiet)
    assert snapshot.completed_by == "event4"


def test_the_event_on_each_entry_means_something_else() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(200, SessionEvent="4")), 1.0)
    snapshot.feed(_added(*_entries(3, start=200, SessionEvent="4")), 2.0)
    assert snapshot.completed_by is None
    snapshot.look(2.0 + WAITS.quiet)
    assert (snapshot.completed_by, len(snapshot.entries())) == ("quiet", 203)


def test_an_entry_of_the_initial_set_revokes_its_nodes_mark() -> None:
    snapshot = _snapshot(expected=2)
    snapshot.feed(_added(*_entries(3, first_fetch=True), _mark()), 1.0)
    snapshot.feed(_added(*_entries(3, start=3, first_fetch=True)), 1.1)
    snapshot.feed(_added(*_entries(3, "node 2", first_fetch=True), _mark("node 2")), 1.2)
    assert snapshot.completed_by is None
    snapshot.feed(_added(_mark()), 1.3)
    assert (snapshot.completed_by, len(snapshot.entries())) == ("event4", 9)


def test_all_sent_of_an_empty_table() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(_mark()), 0.2)
    assert (snapshot.completed_by, snapshot.entries()) == ("event4", [])


def test_first_fetch_over_is_confirmed_by_a_moment_without_another_flag() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(3, first_fetch=True)), 1.0)
    snapshot.feed(_updated(*_entries(1)), 1.5)
    assert snapshot.completed_by is None
    assert snapshot.looks_again() == 1.5 + SETTLE
    snapshot.look(1.5 + SETTLE)
    assert snapshot.completed_by == "first_fetch_over"


def test_a_flagged_entry_after_a_change_revokes_the_signal() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(3, first_fetch=True)), 1.0)
    snapshot.feed(_updated(*_entries(1)), 1.5)
    snapshot.feed(_added(*_entries(3, start=3, first_fetch=True)), 1.9)
    snapshot.look(1.5 + SETTLE)
    assert snapshot.completed_by is None
    snapshot.feed(_updated(*_entries(1)), 2.0)
    # Flagged entries came 0.9 s after others, so it takes more than a moment to believe that there are no more.
    snapshot.look(2.0 + 1.7)
    assert snapshot.completed_by is None
    snapshot.look(2.0 + 1.8)
    assert (snapshot.completed_by, len(snapshot.entries())) == ("first_fetch_over", 6)


def test_a_change_after_a_full_message_does_not_end_the_initial_set() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(200, first_fetch=True)), 1.0)
    snapshot.feed(_added(*_entries(1, start=900)), 1.1)
    snapshot.look(1.1 + WAITS.quiet)
    assert snapshot.completed_by is None
    snapshot.feed(_added(*_entries(30, start=200, first_fetch=True)), 4.0)
    snapshot.feed(_updated(*_entries(1)), 4.1)
    snapshot.look(4.1 + WAITS.quiet)
    assert (snapshot.completed_by, len(snapshot.entries())) == ("first_fetch_over", 231)


def test_a_flag_on_the_first_message_alone_is_doubted() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(200, first_fetch=True)), 1.0)
    for number in range(1, 5):
        snapshot.feed(_added(*_entries(200, start=200 * number)), 1.0 + number)
    snapshot.feed(_added(*_entries(7, start=1000)), 6.0)
    snapshot.look(8.5)
    assert snapshot.completed_by is None
    snapshot.look(6.0 + WAITS.quiet * DOUBT)
    assert (snapshot.complete, len(snapshot.entries())) == (True, 1007)


def test_first_fetch_of_one_node_says_nothing_of_the_other() -> None:
    snapshot = _snapshot(expected=2)
    snapshot.feed(_added(*_entries(3, first_fetch=True)), 1.0)
    snapshot.feed(_updated(*_entries(1)), 1.2)
    snapshot.look(1.2 + SETTLE)
    assert snapshot.completed_by is None
    snapshot.feed(_added(*_entries(3, "node 2", first_fetch=True)), 2.0)
    snapshot.feed(_updated(*_entries(1, "node 2")), 2.1)
    snapshot.look(2.1 + SETTLE)
    assert snapshot.completed_by == "first_fetch_over"


def test_silence_ends_a_set_that_has_no_signal() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(3)), 1.0)
    assert snapshot.looks_again() == 3.0
    snapshot.look(2.99)
    assert snapshot.completed_by is None
    snapshot.look(3.0)
    assert snapshot.completed_by == "quiet"


@pytest.mark.parametrize("expected,size", [(1, 200), (2, 3)])
def test_silence_is_doubted_after_a_full_message_and_while_a_node_is_missing(expected: int, size: int) -> None:
    snapshot = _snapshot(expected)
    snapshot.feed(_added(*_entries(size)), 1.0)
    snapshot.look(1.0 + WAITS.quiet * DOUBT - 0.01)
    assert snapshot.completed_by is None
    snapshot.look(1.0 + WAITS.quiet * DOUBT)
    assert snapshot.completed_by == "quiet"


def test_changes_of_known_entries_do_not_break_the_silence() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(3)), 1.0)
    for time in (1.5, 2.0, 2.5):
        snapshot.feed(_updated(*_entries(1)), time)
    snapshot.look(3.0)
    assert snapshot.completed_by == "quiet"


def test_a_status_line_means_the_server_is_at_work() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(3)), 1.0)
    snapshot.feed(Message(fetch=-5, status="Scanning..."), 2.9)
    snapshot.look(3.5)
    assert snapshot.completed_by is None


def test_no_answer_at_all_is_an_empty_table_after_the_first_entry_timeout() -> None:
    snapshot = _snapshot()
    assert snapshot.looks_again() == WAITS.first_entry
    snapshot.look(WAITS.first_entry)
    assert (snapshot.completed_by, snapshot.entries()) == ("quiet", [])


def test_half_a_message_is_no_silence() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(3, first_fetch=True)), 1.0)
    snapshot.feed(_updated(*_entries(1)), 1.1)
    for moment in (1.5, 3.0, 4.9):
        snapshot.hear(moment)
        snapshot.look(moment)
        assert snapshot.completed_by is None
    snapshot.look(4.9 + WAITS.quiet)
    assert snapshot.complete


def test_a_query_that_was_not_answered_is_no_empty_table() -> None:
    snapshot = Snapshot(CONNECTIONS, "Plano FW", WAITS, 0.0)
    snapshot.look(WAITS.first_entry)
    assert snapshot.completed_by is None
    with pytest.raises(SnapshotTimeout, match="after 60 s: the SMC did not answer the query at all"):
        snapshot.look(WAITS.timeout)


def test_a_status_line_puts_the_empty_table_off() -> None:
    snapshot = _snapshot()
    snapshot.feed(Message(fetch=-5, status="Querying..."), 9.5)
    snapshot.look(WAITS.first_entry)
    assert snapshot.completed_by is None
    snapshot.look(9.5 + WAITS.quiet)
    assert snapshot.completed_by == "quiet"


def test_an_empty_message_makes_an_empty_table_quicker_but_is_doubted() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(), 0.5)
    snapshot.look(0.5 + WAITS.quiet)
    assert snapshot.completed_by is None
    snapshot.look(0.5 + WAITS.quiet * DOUBT)
    assert (snapshot.completed_by, snapshot.entries()) == ("quiet", [])


def test_entries_may_follow_an_empty_message() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(), 0.5)
    snapshot.look(3.5)
    snapshot.feed(_added(*_entries(3)), 3.5)
    snapshot.look(5.5)
    assert (snapshot.completed_by, len(snapshot.entries())) == ("quiet", 3)


def test_silence_is_no_empty_table_while_something_else_shows_entries() -> None:
    snapshot = _snapshot()
    snapshot.contradict_emptiness()
    snapshot.look(WAITS.first_entry)
    assert snapshot.completed_by is None
    with pytest.raises(SnapshotTimeout, match="no entry had come, though the SMC's polling interface lists some"):
        snapshot.look(WAITS.timeout)


def test_an_empty_message_of_one_node_does_not_speak_for_two() -> None:
    snapshot = _snapshot(expected=2)
    snapshot.feed(_added(), 0.5)
    snapshot.look(0.5 + WAITS.quiet)
    assert snapshot.completed_by is None


def test_the_deadline_is_an_error_that_counts_what_came() -> None:
    snapshot = _snapshot()
    for second in range(1, 60):
        snapshot.feed(_added(*_entries(1, start=second)), float(second))
    with pytest.raises(SnapshotTimeout, match=r"not complete after 60 s: 59 entries had come") as caught:
        snapshot.look(60.0)
    assert caught.value.details() == {"kind": "timeout", "received": 59}


@pytest.mark.parametrize("limit,kept,by,complete", [(2, 2, "limit", False), (3, 3, "end", True), (4, 3, "end", True)])
def test_a_limit(limit: int, kept: int, by: str, complete: bool) -> None:
    snapshot = _snapshot(limit=limit)
    snapshot.feed(_added(*_entries(3)), 1.0)
    snapshot.feed(Message(fetch=-5, end="end of data"), 1.1)
    assert (len(snapshot.entries()), snapshot.completed_by, snapshot.complete) == (kept, by, complete)
    assert snapshot.truncated is not complete


def test_a_failure_is_passed_on_with_what_had_come() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(1)), 1.0)
    with pytest.raises(QueryRefused, match=r"'Plano FW': Log Server is down\. 1 entry had come before\.") as caught:
        snapshot.feed(Message(failure="Log Server is down."), 2.0)
    assert caught.value.details()["received"] == 1


def test_no_fetch_is_a_failure() -> None:
    snapshot = Snapshot(CONNECTIONS, "Plano FW", WAITS, 0.0)
    with pytest.raises(QueryRefused, match="started no fetch: No fetch"):
        snapshot.feed(Message(success="No fetch"), 0.1)


@pytest.mark.parametrize("reason,complete", [("end of data", True), ("", True), ("Log Server connection lost", False)])
def test_an_end_with_a_reason(reason: str, complete: bool) -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(2)), 1.0)
    if complete:
        snapshot.feed(Message(fetch=-5, end=reason), 1.1)
        assert snapshot.complete
    else:
        with pytest.raises(QueryRefused, match=rf"before it was complete: {reason}\. 2 entries had come"):
            snapshot.feed(Message(fetch=-5, end=reason), 1.1)


def test_messages_of_another_fetch_are_not_ours() -> None:
    snapshot = _snapshot()
    snapshot.feed(Message(fetch=7, has_records=True, added=_entries(5)), 1.0)
    snapshot.feed(_added(*_entries(1)), 1.1)
    snapshot.look(1.1 + WAITS.quiet)
    assert (snapshot.completed_by, len(snapshot.entries())) == ("quiet", 1)


def test_nothing_but_messages_of_another_fetch_is_no_empty_table() -> None:
    snapshot = _snapshot()
    snapshot.feed(Message(fetch=7, has_records=True, added=_entries(5)), 1.0)
    with pytest.raises(BadMessage, match="answers to fetch 7 only, and fetch -5 was asked for"):
        snapshot.look(WAITS.first_entry)


def test_an_id_as_text_is_the_same_fetch() -> None:
    snapshot = _snapshot()
    snapshot.feed(Message(fetch="-5", has_records=True, added=_entries(5)), 1.0)
    assert len(snapshot.entries()) == 5


def test_the_answer_may_bring_entries_at_once() -> None:
    snapshot = Snapshot(CONNECTIONS, "Plano FW", WAITS, 0.0)
    snapshot.feed(Message(fetch=1, success="Fetch started", has_records=True, added=_entries(5)), 0.1)
    assert len(snapshot.entries()) == 5


def test_only_the_fields_asked_for() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(1)), 1.0)
    assert snapshot.entries(["sport"]) == [{"sport": 0, "delta_key": "0"}]


_batches = st.lists(
    st.tuples(st.sampled_from(["node 1", "node 2"]), st.integers(1, 5), st.floats(0.0, 0.9)), min_size=1, max_size=8
)


@settings(max_examples=300)
@given(
    batches=_batches,
    signals=st.sets(st.sampled_from(["event4", "first_fetch", "end"])),
    changes=st.booleans(),
    knows_nodes=st.booleans(),
    empty_node_speaks=st.booleans(),
)
def test_never_short_and_always_over(
    batches: list[tuple[str, int, float]],
    signals: set[str],
    changes: bool,
    knows_nodes: bool,
    empty_node_speaks: bool,
) -> None:
    """Whatever mixture of signals an SMC gives, in whatever order nodes send: all initial entries, and an end.

    Batches arrive up to 0.9 s apart with changes of known entries in between; the quiet period is 2 s.
    """
    snapshot = _snapshot(expected=2 if knows_nodes else None)
    nodes = {node for node, _count, _pause in batches}
    last = {node: index for index, (node, _count, _pause) in enumerate(batches)}
    now, total = 0.2, 0
    flag = {"first_fetch": True} if "first_fetch" in signals else {}
    for index, (node, count, pause) in enumerate(batches):
        now += pause
        assert snapshot.completed_by is None
        records = _entries(count, node, start=total, **flag)
        if "event4" in signals and last[node] == index:
            records.append(_mark(node))
        snapshot.feed(_added(*records), now)
        total += count
        if changes and index < len(batches) - 1:
            snapshot.feed(_updated(*_entries(1, node, start=total - 1)), now)
    if "event4" in signals and empty_node_speaks:
        snapshot.feed(_added(*(_mark(node) for node in {"node 1", "node 2"} - nodes)), now)
    if "end" in signals and not snapshot.completed_by:
        snapshot.feed(Message(fetch=-5, end="end of data"), now)
    while not snapshot.completed_by:
        now = max(now, snapshot.looks_again())
        snapshot.look(now)
    assert len(snapshot.entries()) == total
    assert now < WAITS.timeout
    if "end" in signals:
        assert snapshot.completed_by in ("end", "event4")
