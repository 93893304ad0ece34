# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When a snapshot is complete, and why: every kind of evidence, told by messages and a made-up clock."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.protocol import Message
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.status import Availability, NodeStatus
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import (
    BadMessage,
    ChannelClosed,
    EngineOffline,
    IncompleteSnapshot,
    PollingFailed,
    QueryRefused,
    SnapshotTimeout,
    TargetUnknown,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import (
    ACTIVE_ALERTS,
    CONNECTIONS,
    definition_named,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.polled import Polled
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.snapshot import (
    DOUBT,
    PONG_WAIT,
    Snapshot,
    Waits,
)
from hypothesis import given, settings
from hypothesis import strategies as st

WAITS = Waits(first_entry=10.0, quiet=2.0, timeout=60.0)
# What the polling interface may answer.
LISTED = Polled([{"NodeId": "node 1", "Sport": "0"}], is_all=True)
NOTHING = Polled(is_all=True)
UNKNOWN = Polled(why="it is not there")


class Alive(Snapshot):
    """A snapshot whose pings are answered at once, as on a line that is alive."""

    def decide(self, now: float) -> None:
        super().decide(now)
        if self.wants_ping:
            self.ping_sent(now)
            self.pong_received()
            super().decide(now)


def _snapshot(expected: int | None = 1, members: int | None = None, **options: Any) -> Snapshot:
    snapshot = Alive(CONNECTIONS, "Plano FW", WAITS, 0.0, **options)
    snapshot.set_nodes(_nodes(expected, expected if members is None else members))
    snapshot.feed(Message(fetch=-5, success="Fetch started"), 0.0)
    return snapshot


def _nodes(online: int | None, members: int | None) -> Availability:
    """What the status says where this many nodes are online, and this many may report."""
    if online is None:
        return Availability(members=members)
    states = ["Online"] * online + ["Standby"] * ((members or online) - online)
    known = tuple(NodeStatus(f"node {number}", state) for number, state in enumerate(states, 1))
    return Availability(known, members=members)


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
        (2, [None, None], False),  # both may be of one node
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
    snapshot.decide(1.0 + WAITS.quiet)
    assert snapshot.completed_by == "event4"


@pytest.mark.parametrize("members,complete", [(1, True), (2, False)])
def test_all_sent_of_every_node_there_is_needs_no_status(members: int, complete: bool) -> None:
    snapshot = _snapshot(expected=None, members=members)
    snapshot.feed(_added(*_entries(3), _mark()), 1.0)
    assert (snapshot.completed_by == "event4") is complete


def _named(**states: str) -> Availability:
    nodes = tuple(NodeStatus(name, state) for name, state in states.items())
    members = sum(node.answers for node in nodes)
    return Availability(nodes, members=members, names={name: name for name in states})


@pytest.mark.parametrize(
    "states,marks",
    [
        ({"n1": "Online", "n2": "Offline"}, ["n2"]),
        ({"n1": "Online", "n2": "Standby"}, ["n2"]),
        ({"n1": "Online", "n2": "Going Online"}, ["n2"]),
        ({"n1": "Online", "n2": "Online", "n3": "Offline"}, ["n1", "n3"]),
        ({"n1": "Online", "n2": "Online"}, ["n1", "aggregate"]),
        ({"n1": "Unknown", "n2": "Offline"}, ["n2"]),
    ],
)
def test_the_mark_of_another_node_counts_for_none_of_those_that_must_report(
    states: dict[str, str], marks: list[str]
) -> None:
    snapshot = Alive(CONNECTIONS, "Plano FW", WAITS, 0.0)
    snapshot.set_nodes(_named(**states))
    snapshot.feed(Message(fetch=-5, success="Fetch started"), 0.0)
    snapshot.feed(_added(*map(_mark, marks)), 0.1)
    snapshot.decide(0.1 + WAITS.quiet)
    assert (snapshot.evidence.signal(), snapshot.completed_by) == (None, None)


def test_marks_without_names_are_confirmed_by_a_quiet_period() -> None:
    snapshot = _snapshot(expected=2)
    snapshot.feed(_added(*_entries(3), _mark(None), _mark(None)), 1.0)
    assert snapshot.completed_by is None
    snapshot.decide(1.0 + WAITS.quiet)
    assert snapshot.completed_by == "event4"


def test_where_records_name_nodes_otherwise_only_the_number_of_marks_counts() -> None:
    snapshot = Alive(CONNECTIONS, "Plano FW", WAITS, 0.0)
    snapshot.set_nodes(_named(n1="Online", n2="Online"))
    snapshot.feed(Message(fetch=-5, success="Fetch started"), 0.0)
    snapshot.feed(_added(_mark("10.0.0.1"), _mark("10.0.0.2")), 0.1)
    assert snapshot.completed_by == "event4"


def test_a_node_on_standby_may_be_late() -> None:
    snapshot = _snapshot(expected=1, members=2)
    snapshot.feed(_added(*_entries(3), _mark()), 1.0)
    assert snapshot.completed_by is None
    snapshot.feed(_added(*_entries(3, "node 2")), 2.0)
    snapshot.decide(1.0 + WAITS.quiet)
    assert snapshot.completed_by is None
    snapshot.feed(_added(_mark("node 2")), 3.5)
    assert (snapshot.completed_by, len(snapshot.entries())) == ("event4", 6)


def test_a_node_on_standby_may_say_nothing() -> None:
    snapshot = _snapshot(expected=1, members=2)
    snapshot.feed(_added(*_entries(3), _mark()), 1.0)
    snapshot.decide(1.0 + WAITS.quiet)
    assert snapshot.completed_by == "event4"


def test_the_event_on_each_entry_means_something_else() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(200, SessionEvent="4")), 1.0)
    snapshot.feed(_added(*_entries(3, start=200, SessionEvent="4")), 2.0)
    assert snapshot.completed_by is None
    snapshot.decide(2.0 + WAITS.quiet)
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


def test_first_fetch_over_is_confirmed_by_a_quiet_period_without_another_flag() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(3, first_fetch=True)), 1.0)
    snapshot.feed(_added(*_entries(1, start=900)), 1.5)
    assert snapshot.completed_by is None
    assert snapshot.decides_at() == 1.5 + WAITS.quiet
    snapshot.decide(1.5 + WAITS.quiet)
    assert snapshot.completed_by == "first_fetch_over"


def test_an_update_does_not_say_that_the_initial_set_is_over() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(50, first_fetch=True)), 0.1)
    snapshot.feed(_updated(*_entries(1)), 0.2)
    assert snapshot.evidence.signal() is None
    snapshot.feed(_added(*_entries(50, start=50, first_fetch=True)), 1.5)
    assert (snapshot.completed_by, len(snapshot.table)) == (None, 100)


def test_a_full_message_of_which_a_part_is_new_is_full() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(199, first_fetch=True), *_entries(1, start=900)), 0.1)
    snapshot.decide(0.1 + WAITS.quiet)
    assert snapshot.completed_by is None


def test_a_flagged_entry_after_a_change_revokes_the_signal() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(3, first_fetch=True)), 1.0)
    snapshot.feed(_added(*_entries(1, start=900)), 1.5)
    snapshot.feed(_added(*_entries(3, start=3, first_fetch=True)), 1.9)
    snapshot.decide(1.5 + WAITS.quiet)
    assert snapshot.completed_by is None
    snapshot.feed(_added(*_entries(1, start=901)), 2.0)
    snapshot.decide(1.9 + WAITS.quiet)
    assert snapshot.completed_by is None
    snapshot.decide(2.0 + WAITS.quiet)
    assert (snapshot.completed_by, len(snapshot.entries())) == ("first_fetch_over", 8)


def test_a_change_after_a_full_message_does_not_end_the_initial_set() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(200, first_fetch=True)), 1.0)
    snapshot.feed(_added(*_entries(1, start=900)), 1.1)
    snapshot.decide(1.1 + WAITS.quiet)
    assert snapshot.completed_by is None
    snapshot.feed(_added(*_entries(30, start=200, first_fetch=True)), 4.0)
    snapshot.feed(_added(*_entries(1, start=901)), 4.1)
    snapshot.decide(4.1 + WAITS.quiet)
    assert (snapshot.completed_by, len(snapshot.entries())) == ("first_fetch_over", 232)


def test_a_flag_on_the_first_message_alone_is_doubted() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(200, first_fetch=True)), 1.0)
    for number in range(1, 5):
        snapshot.feed(_added(*_entries(200, start=200 * number)), 1.0 + number)
    snapshot.feed(_added(*_entries(7, start=1000)), 6.0)
    snapshot.decide(8.5)
    assert snapshot.completed_by is None
    snapshot.decide(6.0 + WAITS.quiet * DOUBT)
    assert (snapshot.complete, len(snapshot.entries())) == (True, 1007)


def test_first_fetch_of_one_node_says_nothing_of_the_other() -> None:
    snapshot = _snapshot(expected=2)
    snapshot.feed(_added(*_entries(3, first_fetch=True)), 1.0)
    snapshot.feed(_added(*_entries(1, start=900)), 1.2)
    snapshot.decide(1.2 + WAITS.quiet)
    assert snapshot.completed_by is None
    snapshot.feed(_added(*_entries(3, "node 2", first_fetch=True)), 3.5)
    snapshot.feed(_added(*_entries(1, "node 2", start=900)), 3.6)
    snapshot.decide(3.6 + WAITS.quiet)
    assert snapshot.completed_by == "first_fetch_over"


def test_silence_ends_a_set_that_has_no_signal() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(3)), 1.0)
    assert snapshot.decides_at() == 3.0
    snapshot.decide(2.99)
    assert snapshot.completed_by is None
    snapshot.decide(3.0)
    assert snapshot.completed_by == "quiet"


@pytest.mark.parametrize("expected,size", [(1, 200), (2, 3)])
def test_silence_is_doubted_after_a_full_message_and_while_a_node_is_missing(expected: int, size: int) -> None:
    snapshot = _snapshot(expected)
    snapshot.feed(_added(*_entries(size)), 1.0)
    snapshot.decide(1.0 + WAITS.quiet * DOUBT - 0.01)
    assert snapshot.completed_by is None
    snapshot.decide(1.0 + WAITS.quiet * DOUBT)
    assert snapshot.completed_by == "quiet"


def test_changes_of_known_entries_do_not_break_the_silence() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(3)), 1.0)
    for time in (1.5, 2.0, 2.5):
        snapshot.feed(_updated(*_entries(1)), time)
    snapshot.decide(3.0)
    assert snapshot.completed_by == "quiet"


def test_a_status_line_means_the_server_is_at_work() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(3)), 1.0)
    snapshot.feed(Message(fetch=-5, status="Scanning..."), 2.9)
    snapshot.decide(3.5)
    assert snapshot.completed_by is None


def test_no_answer_at_all_is_an_empty_table_after_the_first_entry_timeout() -> None:
    snapshot = _snapshot()
    assert snapshot.decides_at() == WAITS.first_entry
    snapshot.decide(WAITS.first_entry)
    assert (snapshot.completed_by, snapshot.entries()) == ("quiet", [])


def test_half_a_message_is_no_silence() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(3, first_fetch=True)), 1.0)
    snapshot.feed(_updated(*_entries(1)), 1.1)
    for moment in (1.5, 3.0, 4.9):
        snapshot.nothing_received(amid_message=True, heard=moment)
        snapshot.decide(moment)
        assert snapshot.completed_by is None
    # The rest may be late, or the line may be dead: half a message is never the end.
    snapshot.decide(4.9 + WAITS.quiet)
    assert snapshot.completed_by is None
    snapshot.feed(_updated(*_entries(1)), 7.0)
    snapshot.decide(7.0 + WAITS.quiet)
    assert snapshot.complete


def test_a_query_that_was_not_answered_is_no_empty_table() -> None:
    snapshot = Alive(CONNECTIONS, "Plano FW", WAITS, 0.0)
    snapshot.decide(WAITS.first_entry)
    assert snapshot.completed_by is None
    with pytest.raises(SnapshotTimeout, match="after 60 s: the SMC did not answer the query at all"):
        snapshot.decide(WAITS.timeout)


def test_a_status_line_puts_the_empty_table_off() -> None:
    snapshot = _snapshot()
    snapshot.feed(Message(fetch=-5, status="Querying..."), 9.5)
    snapshot.decide(WAITS.first_entry)
    assert snapshot.completed_by is None
    snapshot.decide(9.5 + WAITS.quiet)
    assert snapshot.completed_by == "quiet"


def test_an_empty_message_makes_an_empty_table_quicker_but_is_doubted() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(), 0.5)
    snapshot.decide(0.5 + WAITS.quiet)
    assert snapshot.completed_by is None
    snapshot.decide(0.5 + WAITS.quiet * DOUBT)
    assert (snapshot.completed_by, snapshot.entries()) == ("quiet", [])


def test_entries_may_follow_an_empty_message() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(), 0.5)
    snapshot.decide(3.5)
    snapshot.feed(_added(*_entries(3)), 3.5)
    snapshot.decide(5.5)
    assert (snapshot.completed_by, len(snapshot.entries())) == ("quiet", 3)


def test_silence_is_no_empty_table_while_something_else_shows_entries() -> None:
    snapshot = _snapshot()
    snapshot.set_polling_answer(LISTED, 2.5)
    snapshot.decide(WAITS.first_entry)
    assert snapshot.completed_by is None
    with pytest.raises(SnapshotTimeout, match="no entry had come, though the SMC's polling interface lists 1"):
        snapshot.decide(WAITS.timeout)


def test_an_empty_message_of_one_node_does_not_speak_for_two() -> None:
    snapshot = _snapshot(expected=2)
    snapshot.feed(_added(), 0.5)
    snapshot.decide(0.5 + WAITS.quiet)
    assert snapshot.completed_by is None


def test_the_deadline_is_an_error_that_counts_what_came() -> None:
    snapshot = _snapshot()
    for second in range(1, 60):
        snapshot.feed(_added(*_entries(1, start=second)), float(second))
    with pytest.raises(SnapshotTimeout, match=r"not complete after 60 s: 59 entries had come") as caught:
        snapshot.decide(60.0)
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


def test_a_failure_without_words_says_so() -> None:
    snapshot = _snapshot()
    with pytest.raises(QueryRefused, match=r"query of 'Plano FW': it gave no reason\.$"):
        snapshot.feed(Message(failure=" "), 1.0)


def test_no_fetch_is_a_failure() -> None:
    snapshot = Alive(CONNECTIONS, "Plano FW", WAITS, 0.0)
    with pytest.raises(QueryRefused, match="started no fetch: No fetch"):
        snapshot.feed(Message(success="No fetch"), 0.1)


@pytest.mark.parametrize(
    "reason,complete",
    [
        ("end of data", True),
        ("End of data.", True),
        ("", True),
        ("Log Server connection lost", False),
        ("stopped", False),
        ("Engine disconnected", False),
        ("quantity reached", False),
        ("end of data was not reached", False),
    ],
)
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
    snapshot.decide(1.1 + WAITS.quiet)
    assert (snapshot.completed_by, len(snapshot.entries())) == ("quiet", 1)


def test_nothing_but_messages_of_another_fetch_is_no_empty_table() -> None:
    snapshot = _snapshot()
    snapshot.feed(Message(fetch=7, has_records=True, added=_entries(5)), 1.0)
    with pytest.raises(BadMessage, match="answers to fetch 7 only, and fetch -5 was asked for"):
        snapshot.decide(WAITS.first_entry)


@pytest.mark.parametrize("last", [Message(fetch=-5, end="end of data"), _added(_mark())])
def test_an_end_does_not_make_an_empty_table_of_the_records_of_another_fetch(last: Message) -> None:
    snapshot = _snapshot()
    snapshot.feed(Message(fetch="x", has_records=True, added=_entries(5)), 1.0)
    with pytest.raises(BadMessage, match="answers to a fetch whose id is not a number only, and fetch -5 was asked"):
        snapshot.feed(last, 1.1)


@pytest.mark.parametrize("early", [_added(*_entries(1)), Message(fetch=-5, success="Fetch started")])
def test_a_query_that_is_accepted_as_another_fetch_is_an_error(early: Message) -> None:
    snapshot = Alive(CONNECTIONS, "Plano FW", WAITS, 0.0)
    snapshot.feed(early, 0.1)
    with pytest.raises(BadMessage, match="records of fetch 7, and fetch -5 was asked for"):
        snapshot.feed(Message(fetch=7, success="Fetch started"), 0.2)


def test_an_id_as_text_is_the_same_fetch() -> None:
    snapshot = _snapshot()
    snapshot.feed(Message(fetch="-5", has_records=True, added=_entries(5)), 1.0)
    assert len(snapshot.entries()) == 5


def test_the_answer_may_bring_entries_at_once() -> None:
    snapshot = Alive(CONNECTIONS, "Plano FW", WAITS, 0.0)
    snapshot.feed(Message(fetch=1, success="Fetch started", has_records=True, added=_entries(5)), 0.1)
    assert len(snapshot.entries()) == 5


def test_only_the_fields_asked_for() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(1)), 1.0)
    assert snapshot.entries(["sport"]) == [{"sport": 0, "delta_key": "0"}]


def test_polling_is_asked_after_a_short_silence_and_once() -> None:
    snapshot = _snapshot(corroborate="auto")
    assert not snapshot.wants_polling(0.4)
    assert snapshot.receives_until(0.1) == 0.5
    assert snapshot.wants_polling(0.5)
    snapshot.polling_asked(0.5)
    assert not snapshot.wants_polling(0.6)
    # Its answer is looked for again and again, and not after it has come.
    assert snapshot.receives_until(2.1) == pytest.approx(2.15)
    snapshot.set_polling_answer(UNKNOWN, 2.1)
    assert snapshot.receives_until(2.1) == snapshot.decides_at()


def test_polling_is_not_asked_when_entries_came_or_when_it_must_not_be() -> None:
    for corroborate, entries in (("auto", 1), ("never", 0)):
        snapshot = _snapshot(corroborate=corroborate)
        snapshot.feed(_added(*_entries(entries)), 0.4)
        assert not snapshot.wants_polling(1.0)
        assert snapshot.receives_until(0.4) == snapshot.decides_at()


def _silent(entries: int, corroborate: str = "auto", **options: Any) -> Snapshot:
    """A snapshot of so many entries that came at 1.0, at the end of the silence, when the polling interface is asked."""
    snapshot = _snapshot(corroborate=corroborate, **options)
    snapshot.feed(_added(*_entries(entries)), 1.0)
    snapshot.decide(1.0 + WAITS.quiet)
    assert (snapshot.completed_by, snapshot.wants_polling(3.0)) == (None, True)
    snapshot.polling_asked(3.0)
    return snapshot


def _listed(count: int, is_all: bool = True) -> Polled:
    return Polled([{"component_id": "node 1", "event_id": n} for n in range(count)], is_all)


def test_silence_is_corroborated_before_it_ends_a_table() -> None:
    snapshot = _silent(5)
    snapshot.decide(3.1)
    assert snapshot.completed_by is None
    snapshot.set_polling_answer(_listed(5), 3.2)
    snapshot.decide(3.2)
    assert snapshot.proof() == {
        "complete": True,
        "completed_by": "quiet",
        "confirmed_by": "pong",
        "corroborated": True,
        "corroborated_by": "node_counts",
        "corroboration": "The polling interface lists 5 entries.",
        "transport": "socket",
    }


def test_a_signal_is_corroborated_only_if_every_table_must_be() -> None:
    for corroborate, by in (("auto", "event4"), ("always", None)):
        snapshot = _snapshot(corroborate=corroborate)
        snapshot.feed(_added(*_entries(2), _mark()), 1.0)
        assert snapshot.completed_by == by
    assert snapshot.wants_polling(1.0) and snapshot.corroboration.full
    snapshot.polling_asked(1.0)
    snapshot.set_polling_answer(Polled(_entries(2), is_all=True), 1.1)
    snapshot.decide(1.1)
    assert (snapshot.completed_by, snapshot.corroboration.compared_by) == ("event4", "keys")


def test_an_end_that_must_be_corroborated_waits_for_no_message() -> None:
    snapshot = _snapshot(corroborate="always")
    snapshot.feed(_added(*_entries(2)), 1.0)
    snapshot.feed(Message(fetch=-5, end="end of data"), 1.0)
    assert snapshot.ended and snapshot.completed_by is None
    snapshot.polling_asked(1.0)
    snapshot.set_polling_answer(Polled(_entries(2), is_all=True), 1.1)
    snapshot.decide(1.1)
    assert (snapshot.completed_by, snapshot.corroboration.corroborated) == ("end", True)


def test_a_table_that_was_cut_short_waits_for_late_entries_and_fails() -> None:
    snapshot = _silent(5)
    snapshot.set_polling_answer(_listed(8), 3.1)
    snapshot.decide(3.1)
    assert snapshot.wants_polling(3.1)
    snapshot.polling_asked(3.1)
    snapshot.set_polling_answer(_listed(8), 3.2)
    snapshot.decide(3.2)
    assert (snapshot.completed_by, snapshot.decides_at()) == (None, 3.2 + WAITS.quiet)
    with pytest.raises(
        IncompleteSnapshot, match="the socket sent 5 entries, and the SMC's polling interface lists 8"
    ) as caught:
        snapshot.decide(3.2 + WAITS.quiet)
    assert caught.value.facts() == {"received": 5, "polled": 8, "missing": 3, "compared_by": "node_counts"}


@pytest.mark.parametrize("second", [UNKNOWN, None], ids=["refused", "no answer"])
def test_a_table_is_not_believed_because_polling_falls_silent(second: Polled | None) -> None:
    snapshot = _silent(5)
    snapshot.set_polling_answer(_listed(8), 3.1)
    snapshot.decide(3.1)
    snapshot.polling_asked(3.1)
    if second:
        snapshot.set_polling_answer(second, 3.2)
    with pytest.raises(IncompleteSnapshot, match="polling interface lists 8"):
        snapshot.decide(3.1 + WAITS.first_entry)


def test_entries_that_come_late_complete_it() -> None:
    snapshot = _silent(5)
    snapshot.set_polling_answer(_listed(8), 3.1)
    snapshot.decide(3.1)
    snapshot.feed(_added(*_entries(3, start=5)), 3.2)
    snapshot.decide(5.2)
    snapshot.polling_asked(5.2)
    snapshot.set_polling_answer(_listed(8), 5.3)
    snapshot.decide(5.3)
    assert (snapshot.completed_by, snapshot.corroboration.compared_by) == ("quiet", "node_counts")


def test_an_answer_from_before_the_first_entry_proves_nothing() -> None:
    snapshot = _snapshot(corroborate="auto")
    snapshot.polling_asked(0.5)
    snapshot.set_polling_answer(LISTED, 0.6)
    snapshot.feed(_added(*_entries(5)), 1.0)
    snapshot.decide(3.0)
    assert (snapshot.completed_by, snapshot.wants_polling(3.0)) == (None, True)


@pytest.mark.parametrize("polled", [UNKNOWN, _listed(4, is_all=False), None], ids=["none", "not all", "no answer"])
def test_a_polling_interface_that_says_nothing_changes_nothing_unless_it_must(polled: Polled | None) -> None:
    for corroborate in ("auto", "always"):
        snapshot = _silent(5, corroborate)
        if polled:
            snapshot.set_polling_answer(polled, 3.1)
        if corroborate == "always":
            with pytest.raises(PollingFailed, match="CONNECTIONS of 'Plano FW' could not be corroborated"):
                snapshot.decide(WAITS.timeout)
            continue
        snapshot.decide(3.0 + WAITS.first_entry)
        assert (snapshot.completed_by, snapshot.corroboration.corroborated) == ("quiet", False)
        assert snapshot.corroboration.says.startswith("Not corroborated: ")


def test_the_deadline_ends_the_wait_for_polling_too() -> None:
    snapshot = _snapshot(corroborate="auto")
    snapshot.feed(_added(*_entries(5)), 55.0)
    snapshot.decide(57.0)
    snapshot.polling_asked(57.0)
    assert snapshot.decides_at() == WAITS.timeout
    snapshot.decide(WAITS.timeout)
    assert (snapshot.completed_by, snapshot.corroboration.corroborated) == ("quiet", False)


def test_the_polling_interface_may_give_the_entries() -> None:
    snapshot = _snapshot(limit=5)
    snapshot.take_polled(Polled(_entries(5), is_all=True))
    assert (len(snapshot.entries()), snapshot.completed_by, snapshot.transport) == (5, "is_all", "polling")
    snapshot = _snapshot(limit=4)
    snapshot.take_polled(Polled(_entries(5), is_all=True))
    assert (len(snapshot.entries()), snapshot.completed_by, snapshot.truncated) == (4, "limit", True)
    for polled in (UNKNOWN, _listed(4, is_all=False)):
        with pytest.raises(PollingFailed, match="could not be read through the SMC's polling interface"):
            _snapshot().take_polled(polled)


def test_polling_that_lists_nothing_makes_an_empty_table() -> None:
    snapshot = _snapshot()
    snapshot.set_polling_answer(NOTHING, 2.5)
    snapshot.decide(2.5)
    assert (snapshot.completed_by, snapshot.entries()) == ("is_all", [])


def test_polling_without_a_list_does_not_make_an_empty_table_before_the_socket_was_heard() -> None:
    snapshot = _snapshot()
    snapshot.set_polling_answer(Polled(is_all=True, silent=True), 0.6)
    snapshot.feed(_added(*_entries(2)), 1.5)
    snapshot.decide(1.5 + WAITS.quiet)
    assert (snapshot.completed_by, len(snapshot.entries())) == ("quiet", 2)
    snapshot = _snapshot()
    snapshot.take_polled(Polled(is_all=True, silent=True))
    assert snapshot.complete


@pytest.mark.parametrize("filtered,by", [(False, None), (True, "quiet")])
def test_polling_that_lists_entries_contradicts_silence_unless_a_filter_was_sent(
    filtered: bool, by: str | None
) -> None:
    snapshot = _snapshot(filtered=filtered)
    snapshot.set_polling_answer(LISTED, 2.5)
    snapshot.decide(WAITS.first_entry)
    assert snapshot.completed_by == by


def test_polling_that_says_nothing_changes_nothing() -> None:
    snapshot = _snapshot()
    snapshot.set_polling_answer(UNKNOWN, 2.5)
    snapshot.decide(WAITS.first_entry - 0.1)
    assert snapshot.completed_by is None
    snapshot.decide(WAITS.first_entry)
    assert snapshot.completed_by == "quiet"


def test_polling_is_not_heard_while_a_message_is_coming() -> None:
    snapshot = _snapshot()
    snapshot.nothing_received(amid_message=True, heard=2.4)
    snapshot.set_polling_answer(NOTHING, 2.5)
    snapshot.decide(2.5)
    assert snapshot.completed_by is None
    snapshot.feed(_added(*_entries(2)), 2.6)
    snapshot.decide(2.6 + WAITS.quiet)
    assert (snapshot.completed_by, len(snapshot.entries())) == ("quiet", 2)


def test_polling_does_not_speak_against_a_signal() -> None:
    snapshot = _snapshot(expected=None)
    snapshot.feed(_added(_mark()), 2.0)
    snapshot.set_polling_answer(NOTHING, 2.5)
    snapshot.decide(2.5)
    assert snapshot.completed_by is None
    snapshot.decide(2.0 + WAITS.quiet)
    assert snapshot.completed_by == "event4"


def test_the_nodes_status_is_waited_for_when_a_signal_has_come() -> None:
    snapshot = Alive(CONNECTIONS, "Plano FW", WAITS, 0.0)
    snapshot.feed(Message(fetch=-5, success="Fetch started"), 0.1)
    snapshot.set_nodes(None)
    assert snapshot.status_wait == 0
    snapshot.feed(_added(*_entries(3), _mark()), 1.0)
    assert (snapshot.completed_by, snapshot.status_wait) == (None, WAITS.quiet)
    snapshot.set_nodes(_nodes(1, 1))
    snapshot.decide(1.1)
    assert (snapshot.completed_by, snapshot.status_wait) == ("event4", 0)


def _finished(*nodes: tuple[str, str], entries: int = 0, by: str = "quiet") -> tuple[Snapshot, Availability]:
    """A finished snapshot, and what the status says of these nodes."""
    snapshot = _snapshot()
    if entries:
        snapshot.feed(_added(*_entries(entries)), 1.0)
    if by == "is_all":
        snapshot.set_polling_answer(NOTHING, 2.5)
    if by == "end":
        snapshot.feed(Message(fetch=-5, end="end of data"), 1.1)
    snapshot.decide(WAITS.first_entry)
    assert snapshot.completed_by == by
    known = tuple(NodeStatus(f"node {number}", *states) for number, states in enumerate(nodes, 1))
    return snapshot, Availability(known)


@pytest.mark.parametrize(
    "by,words", [("quiet", "sent nothing for CONNECTIONS within 10 s"), ("is_all", "CONNECTIONS, and")]
)
def test_silence_of_an_engine_that_is_offline_is_an_error(by: str, words: str) -> None:
    snapshot, nodes = _finished(("Unknown", "TIMEOUT"), ("Offline", ""), by=by)
    assert snapshot.status_wait == WAITS.first_entry
    with pytest.raises(EngineOffline, match=words) as caught:
        snapshot.check_nodes(nodes)
    assert caught.value.details()["nodes"] == {"node 1": "Unknown", "node 2": "Offline"}


@pytest.mark.parametrize(
    "nodes,entries,by,warnings",
    [
        ([("Online", "READY")], 0, "quiet", []),
        ([("Online", "READY"), ("Standby", "READY")], 0, "quiet", []),
        ([("Online", "READY"), ("Offline", "READY")], 2, "quiet", ["without node 2 (Offline, READY)"]),
        # The entries themselves say that it is not silent.
        ([("Unknown", "TIMEOUT")], 2, "quiet", []),
        ([("Unknown", "READY")], 0, "quiet", ["whether node 1 (Unknown, READY) could be heard is not known"]),
        ([("Online", "SERVER_ERROR")], 0, "is_all", ["whether node 1 (Online, SERVER_ERROR) could be heard"]),
        ([("Unknown", "READY")], 0, "end", []),
        ([("Unknown", "TIMEOUT")], 0, "end", ["without node 1"]),
    ],
)
def test_what_the_nodes_status_says_of_a_finished_snapshot(
    nodes: list[tuple[str, str]], entries: int, by: str, warnings: list[str]
) -> None:
    snapshot, known = _finished(*nodes, entries=entries, by=by)
    snapshot.check_nodes(known)
    assert len(snapshot.warnings) == len(warnings)
    assert all(words in warning for words, warning in zip(warnings, snapshot.warnings, strict=True))


@pytest.mark.parametrize(
    "known,entries,warnings",
    [
        (None, 0, ["could not be checked in time"]),
        (None, 1, []),
        (Availability(why="Forbidden."), 0, ["could not be checked: Forbidden."]),
        (Availability(why="Forbidden."), 1, ["could not be checked: Forbidden."]),
    ],
)
def test_a_status_that_could_not_be_read(known: Availability | None, entries: int, warnings: list[str]) -> None:
    snapshot, _nodes_of_it = _finished(entries=entries)
    snapshot.check_nodes(known)
    assert len(snapshot.warnings) == len(warnings)
    assert all(words in warning for words, warning in zip(warnings, snapshot.warnings, strict=True))


def test_a_domain_from_which_nothing_came_is_looked_for() -> None:
    snapshot = Alive(ACTIVE_ALERTS, "Retial", WAITS, 0.0)
    snapshot.feed(Message(fetch=-5, success="Fetch started"), 0.0)
    assert not snapshot.wants_domains("Shared Domain")
    snapshot.decide(WAITS.first_entry)
    assert snapshot.wants_domains("Shared Domain")
    assert not snapshot.wants_domains("Retial")
    snapshot.check_domain([], "https://smc:8082")
    with pytest.raises(TargetUnknown, match=r"at https://smc:8082 knows no administrative domain 'Retial'.*Retail"):
        snapshot.check_domain(["Shared Domain", "Retail"], "https://smc:8082")


def test_a_domain_that_sent_alerts_exists() -> None:
    snapshot = Alive(ACTIVE_ALERTS, "Retail", WAITS, 0.0)
    snapshot.feed(Message(fetch=-5, success="Fetch started"), 0.1)
    snapshot.feed(_added(*_entries(1)), 1.0)
    snapshot.decide(1.0 + WAITS.quiet)
    assert snapshot.complete
    assert not snapshot.wants_domains("Shared Domain")


def test_deletions_that_could_not_be_applied_are_a_warning() -> None:
    snapshot = _snapshot()
    snapshot.check_deletions()
    assert snapshot.warnings == []
    snapshot.feed(Message(fetch=-5, has_records=True, deleted=[{"NodeId": "node 1", "Sport": "1"}]), 1.0)
    snapshot.check_deletions()
    assert snapshot.warnings == ["1 deletions in the CONNECTIONS table name no delta_key and could not be applied."]


def test_silence_is_believed_after_a_pong_only() -> None:
    snapshot = Snapshot(CONNECTIONS, "Plano FW", WAITS, 0.0)
    snapshot.feed(Message(fetch=-5, success="Fetch started"), 0.0)
    snapshot.feed(_added(*_entries(3)), 1.0)
    snapshot.decide(3.0)
    assert (snapshot.completed_by, snapshot.wants_ping) == (None, True)
    snapshot.ping_sent(3.0)
    assert (snapshot.wants_ping, snapshot.decides_at()) == (False, 3.0 + PONG_WAIT)
    # A change of a known entry is not growth, and does not answer the ping.
    snapshot.feed(_updated(*_entries(1)), 3.1)
    assert snapshot.completed_by is None
    snapshot.pong_received()
    snapshot.decide(3.2)
    assert (snapshot.completed_by, snapshot.confirmed_by) == ("quiet", "pong")


def test_what_comes_before_the_pong_starts_the_silence_again() -> None:
    snapshot = Snapshot(CONNECTIONS, "Plano FW", WAITS, 0.0)
    snapshot.feed(Message(fetch=-5, success="Fetch started"), 0.0)
    snapshot.feed(_added(*_entries(3)), 1.0)
    snapshot.decide(3.0)
    snapshot.ping_sent(3.0)
    snapshot.feed(_added(*_entries(3, start=3)), 3.1)
    # The pong of the earlier ping says nothing about what comes after the growth.
    snapshot.pong_received()
    snapshot.decide(5.0)
    assert (snapshot.completed_by, snapshot.wants_ping) == (None, False)
    snapshot.decide(5.1)
    assert snapshot.wants_ping


@pytest.mark.parametrize("entries", [0, 3])
def test_a_line_that_does_not_answer_a_ping_is_dead(entries: int) -> None:
    snapshot = Snapshot(CONNECTIONS, "Plano FW", WAITS, 0.0)
    snapshot.feed(Message(fetch=-5, success="Fetch started"), 0.0)
    if entries:
        snapshot.feed(_added(*_entries(entries)), 1.0)
    now = snapshot.decides_at()
    snapshot.decide(now)
    snapshot.ping_sent(now)
    with pytest.raises(ChannelClosed, match="did not answer a ping within 10 s, so the connection is dead"):
        snapshot.decide(snapshot.decides_at())


def test_a_signal_that_silence_confirms_needs_a_pong_too() -> None:
    snapshot = Snapshot(CONNECTIONS, "Plano FW", WAITS, 0.0)
    snapshot.feed(Message(fetch=-5, success="Fetch started"), 0.0)
    snapshot.feed(_added(*_entries(3), _mark()), 1.0)
    snapshot.decide(1.0 + WAITS.quiet)
    assert (snapshot.completed_by, snapshot.wants_ping) == (None, True)


def test_the_wait_for_the_first_entry_begins_when_the_query_is_accepted() -> None:
    snapshot = Alive(CONNECTIONS, "Plano FW", WAITS, 0.0)
    snapshot.decide(WAITS.first_entry)
    snapshot.feed(Message(fetch=-5, success="Fetch started"), 11.0)
    assert snapshot.completed_by is None
    snapshot.feed(_added(*_entries(25)), 11.5)
    snapshot.decide(11.5 + WAITS.quiet)
    assert (snapshot.completed_by, len(snapshot.entries())) == ("quiet", 25)


def test_records_of_a_fetch_that_nobody_asked_for_are_an_error() -> None:
    snapshot = _snapshot()
    snapshot.feed(_added(*_entries(1)), 1.0)
    with pytest.raises(BadMessage, match="records of fetch 7, and fetch -5 was asked for"):
        snapshot.feed(Message(fetch=7, has_records=True, added=_entries(5)), 1.1)


def test_entries_after_a_mark_start_its_confirmation_again() -> None:
    snapshot = _snapshot(expected=None)
    snapshot.feed(_added(*_entries(5), _mark()), 1.0)
    snapshot.feed(_added(*_entries(5, start=5)), 2.5)
    snapshot.decide(3.5)
    assert snapshot.completed_by is None
    snapshot.decide(2.5 + WAITS.quiet)
    assert (snapshot.completed_by, len(snapshot.entries())) == ("event4", 10)


def test_a_mark_is_a_sign_of_life() -> None:
    snapshot = _snapshot(expected=2)
    snapshot.feed(_added(*_entries(3), *_entries(3, "node 2")), 1.0)
    snapshot.feed(_added(_mark()), 2.9)
    snapshot.decide(3.5)
    assert snapshot.completed_by is None


def test_one_mark_does_not_complete_a_cluster_whose_status_is_forbidden() -> None:
    snapshot = _snapshot(expected=None, members=2)
    snapshot.feed(_added(*_entries(3), _mark()), 1.0)
    assert snapshot.evidence.signal() is None


def test_an_online_node_that_sent_nothing_is_named() -> None:
    snapshot = _snapshot(expected=2)
    snapshot.feed(_added(*_entries(3)), 1.0)
    snapshot.decide(1.0 + DOUBT * WAITS.quiet)
    snapshot.check_nodes(_nodes(2, 2))
    assert snapshot.warnings == ["CONNECTIONS of 'Plano FW' has no entry of node 2 (Online), which is online."]


@pytest.mark.parametrize("name", ["VPN_SA", "USERS", "SSLVPNV2"])
def test_a_node_without_entries_is_usual_where_each_entry_is_on_one_node(name: str) -> None:
    snapshot = Alive(definition_named(name), "Plano FW", WAITS, 0.0)
    snapshot.set_nodes(_nodes(2, 2))
    snapshot.feed(_added(*_entries(3)), 1.0)
    snapshot.decide(1.0 + DOUBT * WAITS.quiet)
    snapshot.check_nodes(_nodes(2, 2))
    assert (snapshot.completed_by, snapshot.warnings) == ("quiet", [])


def test_more_entries_than_memory_should_hold_are_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(f"{Snapshot.__module__}.MOST_IN_MEMORY", 4)
    snapshot = _snapshot()
    with pytest.raises(QueryRefused, match="more than 4 entries"):
        snapshot.feed(_added(*_entries(5)), 1.0)
    kept_elsewhere = _snapshot(store={})
    kept_elsewhere.feed(_added(*_entries(5)), 1.0)
    assert len(kept_elsewhere.entries()) == 5


_paces = st.lists(
    st.tuples(st.sampled_from(["node 1", "node 2", "node 3"]), st.integers(1, 4), st.floats(0.0, 1.9)),
    min_size=1,
    max_size=12,
)


@settings(max_examples=300)
@given(batches=_paces, named=st.booleans(), entries_named=st.booleans())
def test_marks_never_end_a_set_early_while_the_server_keeps_its_pace(
    batches: list[tuple[str, int, float]], named: bool, entries_named: bool
) -> None:
    """Each node marks its own end while others still send, with pauses shorter than the quiet period; nodes unknown."""
    snapshot = _snapshot(expected=None)
    last = {node: index for index, (node, _count, _pause) in enumerate(batches)}
    now, total = 0.2, 0
    for index, (node, count, pause) in enumerate(batches):
        now += pause
        snapshot.decide(now)
        assert snapshot.completed_by is None
        records = _entries(count, node if entries_named else "", start=total)
        if last[node] == index:
            records.append(_mark(node if named else None))
        snapshot.feed(_added(*records), now)
        total += count
    while not snapshot.completed_by:
        now = max(now, snapshot.decides_at())
        snapshot.decide(now)
    assert len(snapshot.entries()) == total


_batches = st.lists(
    st.tuples(st.sampled_from(["node 1", "node 2"]), st.integers(1, 5), st.floats(0.0, 1.9)), min_size=1, max_size=8
)


@settings(max_examples=300)
@given(
    batches=_batches,
    signals=st.sets(st.sampled_from(["event4", "first_fetch", "end"])),
    changes=st.sampled_from([None, _added, _updated]),
    knows_nodes=st.booleans(),
    empty_node_speaks=st.booleans(),
)
def test_never_short_and_always_over(
    batches: list[tuple[str, int, float]],
    signals: set[str],
    changes: Callable[..., Message] | None,
    knows_nodes: bool,
    empty_node_speaks: bool,
) -> None:
    """Whatever mixture of signals an SMC gives, in whatever order nodes send: all initial entries, and an end.

    Batches arrive up to 1.9 s apart with changes of known entries in between; the quiet period is 2 s.
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
            snapshot.feed(changes(*_entries(1, node, start=total - 1)), now)
    if "event4" in signals and empty_node_speaks:
        snapshot.feed(_added(*(_mark(node) for node in {"node 1", "node 2"} - nodes)), now)
    if "end" in signals and not snapshot.completed_by:
        snapshot.feed(Message(fetch=-5, end="end of data"), now)
    while not snapshot.completed_by:
        now = max(now, snapshot.decides_at())
        snapshot.decide(now)
    assert len(snapshot.entries()) == total
    assert now < WAITS.timeout
    if "end" in signals:
        assert snapshot.completed_by in ("end", "event4")
