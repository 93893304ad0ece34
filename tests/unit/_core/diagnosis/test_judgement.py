# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What facts mean: whether the waits suit an SMC, what to set, and the words for each probe."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.diagnosis.facts import facts_of
from ansible_collections.ngfw.smc.plugins.module_utils._core.diagnosis.judgement import (
    DIFFERS,
    FAILED,
    FITS,
    NO_DATA,
    NO_EXPECTATION,
    Observation,
    Proposal,
    judge,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.snapshot import Waits

TABLE: dict[str, Any] = {
    "definition": "ROUTING", "online": 2, "entries": 12, "nodes": 2, "accepted_after": 0.1, "first_after": 0.2, "completed_by": "quiet",
    "confirmed_by": "pong", "completed_after": 2.5, "observed": 10.0, "messages": 2, "full_messages": 0, "longest_pause": 0.0,
    "first_fetch": "never", "event4": [], "end": None, "empty_messages": 0, "status_lines": 0, "late": 0, "late_flagged": 0,
    "changes": 0, "corroborated": None, "compared_by": None, "unknown_fields": [], "closed": None, "kind": None, "words": None,
}  # fmt: skip
LATE = (
    "The longest pause between two parts of a table was 6 s, in ROUTING; entries of the first set came after ROUTING had been taken to "
    "be complete."
)
EMPTY = {"entries": 0, "nodes": 0}
UNREAD = {"completed_by": None, "completed_after": None, "words": "No permission"}


def facts(*tables: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {**facts_of([]), "tables": [{**TABLE, **table} for table in tables], **more}


@pytest.mark.parametrize(
    "given, suits, summary, proposals",
    [
        ([{}], True, "The defaults suit this SMC, as far as these tables show.", []),
        (
            [{}, {"definition": "USERS", **EMPTY}],
            True,
            "The defaults suit this SMC, as far as these tables show. USERS had no entries, which says nothing about pauses.",
            [],
        ),
        ([EMPTY], True, "All tables that could be read were empty, so they say little about the defaults.", []),
        ([], None, "No table could be read, so nothing can be said about the defaults.", []),
        ([UNREAD], None, "No table could be read, so nothing can be said about the defaults.", []),
        (
            [{}, {"definition": "USERS", **UNREAD}],
            None,
            "The defaults suit the tables that could be read; for the others this is open. USERS could not be read; see below.",
            [],
        ),
        (
            [EMPTY, {"definition": "USERS", **UNREAD}],
            None,
            "All tables that could be read were empty, so they say little about the defaults. USERS could not be read; see below.",
            [],
        ),
        ([{"longest_pause": 1.0}], True, "The defaults suit this SMC, as far as these tables show.", []),
        (
            [{"longest_pause": 1.1}],
            False,
            "The defaults do not suit this SMC. Set quiet_period to 3.",
            [("quiet_period", 3.0, "The longest pause between two parts of a table was 1.1 s, in ROUTING.")],
        ),
        (
            [{"longest_pause": 6.0, "late_flagged": 3}],
            False,
            "The defaults do not suit this SMC. Set quiet_period to 15.",
            [
                (
                    "quiet_period",
                    15.0,
                    LATE,
                )
            ],
        ),
        (
            [{**UNREAD, "kind": "incomplete", "longest_pause": 2.0}],
            False,
            "The defaults do not suit this SMC. Set quiet_period to 5. ROUTING could not be read; see below.",
            [("quiet_period", 5.0, "The longest pause between two parts of a table was 2 s, in ROUTING.")],
        ),
        (
            [{"first_after": 7.0}],
            False,
            "The defaults do not suit this SMC. Set first_entry_timeout to 20.",
            [("first_entry_timeout", 20.0, "The first entry of a table came only after 7 s.")],
        ),
        (
            [{"completed_after": 40.0}],
            False,
            "The defaults do not suit this SMC. Set timeout to 100.",
            [("timeout", 100.0, "A table was complete only after 40 s.")],
        ),
        (
            [{}, {"definition": "USERS", **UNREAD, "kind": "timeout"}],
            False,
            "The defaults do not suit this SMC. Set timeout to 120. USERS could not be read; see below.",
            [("timeout", 120.0, "A table was not complete in time.")],
        ),
    ],
)
def test_whether_the_defaults_suit(
    given: list[dict[str, Any]], suits: bool | None, summary: str, proposals: list[tuple[str, float, str]]
) -> None:
    judgement = judge(facts(*given), Waits())
    assert (judgement.suits, judgement.summary) == (suits, summary)
    assert judgement.proposals == [Proposal(*one) for one in proposals]


def test_other_waits_are_judged_as_such() -> None:
    judgement = judge(facts({"longest_pause": 3.0}), Waits(quiet=6.0))
    assert judgement.summary == "These settings suit this SMC, as far as these tables show."


def test_a_slow_handshake_asks_for_a_longer_wait() -> None:
    shake = {"opened": 1, "took": 6.0, "subprotocol": False, "refused": []}
    assert [one.option for one in judge(facts({}, handshake=shake), Waits()).proposals] == ["connect_timeout"]


@pytest.mark.parametrize(
    "table, says, sentence",
    [
        (
            {},
            FITS,
            "12 entries of 2 nodes in 2 messages, complete after 2.5 s by quiet. The only sign of the end was silence.",
        ),
        ({"first_fetch": "seen"}, FITS, "Signs of the end: first_fetch on each entry."),
        ({"first_fetch": "over"}, FITS, "Signs of the end: first_fetch, and then entries without it."),
        (
            {"end": "end of data", "event4": ["a record of its own"]},
            FITS,
            "Signs of the end: the end message 'end of data' and SessionEvent 4 in a record of its own.",
        ),
        ({"corroborated": True, "compared_by": "node_counts"}, FITS, "The polling interface agrees, by node counts."),
        ({"longest_pause": 0.3}, FITS, "The longest pause in between was 0.3 s."),
        ({"late": 2, "changes": 1}, FITS, "Changes came: 2 new entries, 1 others."),
        ({"late_flagged": 2}, DIFFERS, "2 entries of the first set came after that."),
        ({"unknown_fields": ["NewField"]}, DIFFERS, "Fields that the catalogue does not know: NewField."),
        ({"closed": {"code": 1001, "words": "bye."}}, DIFFERS, "The SMC closed the socket with code 1001: bye."),
        (EMPTY, NO_DATA, "Empty. What came was silence; it was taken to be complete after 2.5 s by quiet."),
        ({**EMPTY, "empty_messages": 1}, NO_DATA, "What came was a message without entries;"),
        (
            {**EMPTY, "event4": ["a record of its own"]},
            NO_DATA,
            "What came was the mark that all has been sent (SessionEvent 4);",
        ),
        ({**EMPTY, "end": ""}, NO_DATA, "What came was an end message;"),
        (UNREAD, FAILED, "No permission."),
        ({**UNREAD, "words": None}, FAILED, "it was not complete when the socket was left."),
    ],
)
def test_the_line_of_a_table(table: dict[str, Any], says: str, sentence: str) -> None:
    line = judge(facts(table), Waits()).observations[0]
    assert (line.about, line.says) == ("ROUTING", says)
    assert sentence in line.sentence


POLLED = {
    "definition": "ROUTING",
    "status": 200,
    "full": True,
    "is_all": True,
    "keys": ["entry"],
    "entries": 3,
    "names": [],
}


@pytest.mark.parametrize(
    "more, line",
    [
        (
            {"session": {"status": 200, "kind": "token", "cookies": []}, "api_versions": ["7.0", "7.1"]},
            Observation("session", FITS, "API versions 7.0 and 7.1. The session is a token."),
        ),
        (
            {"session": {"status": 401, "kind": "none", "cookies": []}},
            Observation("session", DIFFERS, "No list of API versions. The login gives no session (HTTP 401)."),
        ),
        (
            {
                "handshake": {
                    "opened": 0,
                    "took": None,
                    "subprotocol": False,
                    "refused": [{"status": 403, "words": "no"}],
                }
            },
            Observation("handshake", DIFFERS, "HTTP 403: no."),
        ),
        (
            {"pongs": {"asked": 2, "answered": 1, "longest": 0.5, "pings_of_the_server": 3}},
            Observation("pongs", DIFFERS, "1 of 2 pings answered, the slowest after 0.5 s. The SMC sent 3 pings."),
        ),
        (
            {"pongs": {"asked": 1, "answered": 0, "longest": None, "pings_of_the_server": 0}},
            Observation("pongs", DIFFERS, "0 of 1 ping answered."),
        ),
        (
            {"one_socket": {"fetches": 1, "with_entries": 1, "words": "busy.", "closed": 1008}},
            Observation(
                "two fetches on one socket",
                FITS,
                "Only one was started: busy. The collection opens a socket for each. The socket was closed with code 1008.",
            ),
        ),
        (
            {"polling": []},
            Observation("polling", NO_DATA, "The engine has no links to a polling interface, or was not asked."),
        ),
        ({"polling": [POLLED]}, Observation("polling", FITS, "1 of 1 answer had is_all. The lists are named entry.")),
        (
            {
                "polling": [
                    {**POLLED, "is_all": None, "keys": []},
                    {"definition": "USERS", "status": 500, "full": True, "words": "No"},
                ]
            },
            Observation("polling", DIFFERS, "0 of 1 answer had is_all. No answer had a list. Refused for USERS: No."),
        ),
        (
            {"refusals": {"unknown_engine": {"answer": "failure", "words": "No such engine."}}},
            Observation("asked for an engine that does not exist", NO_EXPECTATION, "Failure: No such engine."),
        ),
        (
            {"refusals": {"unknown_field": {"answer": "failure", "words": "Bad"}}},
            Observation("asked for a field that does not exist", DIFFERS, "Failure: Bad."),
        ),
        (
            {"refusals": {"long_request": {"answer": "closed", "code": 1009, "words": ""}}},
            Observation(
                "asked for a request of more than 8,192 characters", FITS, "The socket was closed with code 1009."
            ),
        ),
        (
            {"idle": {"alive": 30.0, "expired": None}},
            Observation("idle session", NO_DATA, "Still alive after 30 s without a request."),
        ),
        (
            {"idle": {"alive": 30.0, "expired": 60.0}},
            Observation("idle session", FITS, "It expires between 30 and 60 s after the last request."),
        ),
        (
            {"idle": {"alive": None, "expired": 7.5}},
            Observation("idle session", FITS, "It expires within 7.5 s after the last request."),
        ),
        (
            {"failed": [{"probe": "unknown_field", "kind": "handshake", "words": ""}]},
            Observation("unknown field", FAILED, "no reason was given."),
        ),
    ],
)
def test_the_lines_of_the_other_probes(more: dict[str, Any], line: Observation) -> None:
    assert line in judge(facts(**more), Waits()).observations


def test_sockets_and_frames_have_a_line_each() -> None:
    shake = {"opened": 3, "took": 0.25, "subprotocol": True, "refused": []}
    frames = {"messages": 9, "largest_message": 20_000, "split": 2, "largest_frame": 8192, "unreadable": 0}
    lines = judge(facts(handshake=shake, frames=frames), Waits()).observations
    assert (
        Observation("handshake", FITS, "3 sockets opened, each within 0.25 s. The answer names a subprotocol.") in lines
    )
    assert Observation("frames", FITS, "Messages of up to 20,000 bytes in frames of at most 8,192 bytes.") in lines
    lines = judge(facts(handshake=shake, frames={**frames, "split": 0, "unreadable": 1}), Waits()).observations
    assert (
        Observation(
            "frames", DIFFERS, "Messages of up to 20,000 bytes, each in one frame. 1 message could not be read."
        )
        in lines
    )
