# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Whether the defaults of the collection suit an SMC, in plain words: facts in, sentences and proposals out."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..errors import SnapshotTimeout
from ..tables.snapshot import Waits
from ..words import count_entries, counted, join_names
from .facts import LONG_REQUEST, UNKNOWN_DEFINITION, UNKNOWN_ENGINE, UNKNOWN_FIELD, TraceFacts

# What a finding says of an assumption of the collection.
FITS = "as assumed"
DIFFERS = "differs"
NO_DATA = "no data"
NO_EXPECTATION = "no expectation"
FAILED = "failed"

# The proposed wait is the measured time multiplied by _MARGIN. A wait of _ENOUGH times the measured time is kept.
_MARGIN = 2.5
_ENOUGH = 2.0

_CONNECT_TIMEOUT = 10.0

_ASKED_FOR = {
    UNKNOWN_ENGINE: "an engine that does not exist",
    UNKNOWN_FIELD: "a field that does not exist",
    UNKNOWN_DEFINITION: "a table that does not exist",
    LONG_REQUEST: "a request of more than 8,192 characters",
}


@dataclass(frozen=True)
class Observation:
    """One line of the report. about: what it is about. says: one of the words above. sentence: for people."""

    about: str
    says: str
    sentence: str


@dataclass(frozen=True)
class Proposal:
    """An option that should have another value. reason: a sentence."""

    option: str
    value: float
    reason: str


@dataclass
class Judgement:
    """What the facts mean.

    Attributes:
        summary: whether the defaults suit the SMC, in one or two sentences.
        suits: the same for programs; None if nothing is to be set and a table could not be read.
        proposals: what to set.
        observations: each probe in a line, tables first.
    """

    summary: str
    suits: bool | None
    proposals: list[Proposal]
    observations: list[Observation] = field(default_factory=list)


def judge(facts: TraceFacts, waits: Waits) -> Judgement:
    """What the facts mean for these waits."""
    tables = facts["tables"]
    measured = [table for table in tables if table["completed_by"] is not None]
    proposals = [proposal for proposal in (_quiet(tables, waits), *_others(facts, tables, measured, waits)) if proposal]
    # What a table that could not be read would have shown is open.
    suits = False if proposals else True if measured and len(measured) == len(tables) else None
    observations = [*map(_of_table, tables), *_of_session(facts), *_of_channel(facts), *_of_polling(facts["polling"])]
    observations += [*_of_refusals(facts["refusals"]), *_of_idle(facts["idle"])]
    observations += [
        Observation(one["probe"].replace("_", " "), FAILED, _sentence(one["words"])) for one in facts["failed"]
    ]
    whose = "The defaults" if waits == Waits() else "These settings"
    return Judgement(_summary(whose, tables, measured, proposals), suits, proposals, observations)


def _summary(
    whose: str, tables: Sequence[TraceFacts], measured: Sequence[TraceFacts], proposals: Sequence[Proposal]
) -> str:
    if not measured and not proposals:
        return f"No table could be read, so nothing can be said about {whose.lower()}."
    unread = [table["definition"] for table in tables if table["completed_by"] is None]
    rest = f" {join_names(unread)} could not be read; see below." if unread else ""
    if proposals:
        settings = join_names(f"{proposal.option} to {proposal.value:g}" for proposal in proposals)
        return f"{whose} do not suit this SMC. Set {settings}.{rest}"
    empty = [table["definition"] for table in measured if not table["entries"]]
    if len(empty) == len(measured):
        return f"All tables that could be read were empty, so they say little about {whose.lower()}.{rest}"
    caution = f" {join_names(empty)} had no entries, which says nothing about pauses." if empty else ""
    if unread:
        return f"{whose} suit the tables that could be read; for the others this is open.{caution}{rest}"
    return f"{whose} suit this SMC, as far as these tables show.{caution}"


# -- proposals


def _quiet(tables: Sequence[TraceFacts], waits: Waits) -> Proposal | None:
    slowest = max(tables, key=lambda table: table["longest_pause"], default=None)
    cut_short = [table["definition"] for table in tables if table["late_flagged"]]
    if slowest is None:
        return None
    pause = slowest["longest_pause"]
    if not cut_short and pause * _ENOUGH <= waits.quiet:
        return None
    value = _rounded(max(pause * _MARGIN, waits.quiet * 1.5 if cut_short else 0.0))
    reason = f"the longest pause between two parts of a table was {pause:g} s, in {slowest['definition']}"
    if cut_short:
        reason += f"; entries of the first set came after {join_names(cut_short)} had been taken to be complete"
    return Proposal("quiet_period", value, f"{reason[0].upper()}{reason[1:]}.")


def _others(
    facts: TraceFacts, tables: Sequence[TraceFacts], measured: Sequence[TraceFacts], waits: Waits
) -> list[Proposal | None]:
    first = max((table["first_after"] or 0.0 for table in measured), default=0.0)
    whole = max((table["completed_after"] or 0.0 for table in measured), default=0.0)
    shake = facts["handshake"]["took"] or 0.0
    late = any(table["kind"] == SnapshotTimeout.kind for table in tables)
    return [
        _longer("first_entry_timeout", first, waits.first_entry, "the first entry of a table came"),
        Proposal("timeout", _rounded(waits.timeout * 2), "A table was not complete in time.")
        if late
        else _longer("timeout", whole, waits.timeout, "a table was complete"),
        _longer("connect_timeout", shake, _CONNECT_TIMEOUT, "a socket was open"),
    ]


def _longer(option: str, measured: float, value: float, what: str) -> Proposal | None:
    if measured * _ENOUGH <= value:
        return None
    return Proposal(option, _rounded(measured * _MARGIN), f"{what[0].upper()}{what[1:]} only after {measured:g} s.")


def _rounded(seconds: float) -> float:
    """A number that somebody would write: halves below ten, whole fives above."""
    return math.ceil(seconds * 2) / 2 if seconds < 10 else float(math.ceil(seconds / 5) * 5)


# -- observations


def _of_table(table: TraceFacts) -> Observation:
    name = table["definition"]
    if table["completed_by"] is None:
        return Observation(name, FAILED, _sentence(table["words"] or "it was not complete when the socket was left"))
    if not table["entries"]:
        return Observation(name, NO_DATA, f"Empty. {_empty(table)}")
    where = f" of {counted(table['nodes'], 'node')}" if table["nodes"] else ""
    entries = f"{count_entries(table['entries'])}{where} in {counted(table['messages'], 'message')}"
    parts = [f"{entries}, complete after {table['completed_after']:g} s by {table['completed_by']}. {_signals(table)}"]
    if table["corroborated"]:
        parts.append(f"The polling interface agrees, by {table['compared_by'].replace('_', ' ')}.")
    if table["longest_pause"] >= 0.05:
        parts.append(f"The longest pause in between was {table['longest_pause']:g} s.")
    if table["late_flagged"]:
        parts.append(f"{count_entries(table['late_flagged']).capitalize()} of the first set came after that.")
    elif table["late"] or table["changes"]:
        parts.append(
            f"Changes came: {counted(table['late'], 'new entry', 'new entries')}, {table['changes']:,} others."
        )
    if table["unknown_fields"]:
        parts.append(f"Fields that the catalogue does not know: {join_names(table['unknown_fields'])}.")
    if table["closed"]:
        parts.append(f"The SMC closed the socket{_code(table['closed'])}.")
    wrong = table["late_flagged"] or table["unknown_fields"] or table["closed"]
    return Observation(name, DIFFERS if wrong else FITS, " ".join(parts))


def _empty(table: TraceFacts) -> str:
    if table["end"] is not None:
        came = "an end message"
    elif table["event4"]:
        came = "the mark that all has been sent (SessionEvent 4)"
    elif table["empty_messages"]:
        came = "a message without entries"
    else:
        came = "silence"
    return f"What came was {came}; it was taken to be complete after {table['completed_after']:g} s by {table['completed_by']}."


def _signals(table: TraceFacts) -> str:
    seen = []
    if table["end"] is not None:
        seen.append(f"the end message '{table['end']}'")
    if table["event4"]:
        seen.append(f"SessionEvent 4 in {join_names(table['event4'])}")
    if table["first_fetch"] == "over":
        seen.append("first_fetch, and then entries without it")
    elif table["first_fetch"] == "seen":
        seen.append("first_fetch on each entry")
    return f"Signs of the end: {join_names(seen)}." if seen else "The only sign of the end was silence."


def _of_session(facts: TraceFacts) -> list[Observation]:
    session = facts["session"]
    if session is None:
        return []
    versions = (
        f"API versions {join_names(facts['api_versions'])}." if facts["api_versions"] else "No list of API versions."
    )
    kind = session["kind"]
    text = f"The login gives no session (HTTP {session['status']})." if kind == "none" else f"The session is a {kind}."
    return [Observation("session", FITS if kind != "none" else DIFFERS, f"{versions} {text}")]


def _of_channel(facts: TraceFacts) -> list[Observation]:
    shake, frames, pongs, both = facts["handshake"], facts["frames"], facts["pongs"], facts["one_socket"]
    found = []
    if shake["refused"]:
        words = "; ".join(dict.fromkeys(f"HTTP {one['status']}: {one['words']}" for one in shake["refused"]))
        found.append(Observation("handshake", DIFFERS, _sentence(words)))
    if shake["opened"]:
        echo = "names" if shake["subprotocol"] else "does not name"
        opened = f"{counted(shake['opened'], 'socket')} opened, each within {shake['took']:g} s. The answer {echo} a subprotocol."
        found.append(Observation("handshake", FITS, opened))
        size = f"Messages of up to {frames['largest_message']:,} bytes"
        split = f" in frames of at most {frames['largest_frame']:,} bytes" if frames["split"] else ", each in one frame"
        bad = f" {counted(frames['unreadable'], 'message')} could not be read." if frames["unreadable"] else ""
        found.append(Observation("frames", DIFFERS if bad else FITS, f"{size}{split}.{bad}"))
    if pongs["asked"]:
        answered = f"{pongs['answered']} of {counted(pongs['asked'], 'ping')} answered"
        longest = f", the slowest after {pongs['longest']:g} s" if pongs["answered"] else ""
        own = f" The SMC sent {counted(pongs['pings_of_the_server'], 'ping')}." if pongs["pings_of_the_server"] else ""
        fits = pongs["answered"] == pongs["asked"]
        found.append(Observation("pongs", FITS if fits else DIFFERS, f"{answered}{longest}.{own}"))
    if both is not None:
        found.append(_of_one_socket(both))
    return found


def _of_one_socket(both: TraceFacts) -> Observation:
    about = "two fetches on one socket"
    if both["fetches"] > 1:
        return Observation(about, FITS, f"Both were started, and {both['with_entries']} of them sent entries.")
    words = f": {both['words']}" if both["words"] else ""
    closed = f" The socket was closed with code {both['closed']}." if both["closed"] else ""
    return Observation(
        about, FITS, f"Only one was started{words.rstrip('.')}. The collection opens a socket for each.{closed}"
    )


def _of_polling(polled: Sequence[TraceFacts]) -> list[Observation]:
    if not polled:
        return [Observation("polling", NO_DATA, "The engine has no links to a polling interface, or was not asked.")]
    refused = [one for one in polled if one["status"] >= 400]
    answered = [one for one in polled if one["status"] < 400]
    parts = []
    if answered:
        told = [one for one in answered if one.get("is_all") is not None]
        keys = sorted({key for one in answered for key in one.get("keys", ())})
        parts.append(f"{len(told)} of {counted(len(answered), 'answer')} had is_all.")
        parts.append(f"The lists are named {join_names(keys)}." if keys else "No answer had a list.")
    if refused:
        names = join_names(dict.fromkeys(one["definition"] for one in refused))
        words = "; ".join(dict.fromkeys(one.get("words", "") or f"HTTP {one['status']}" for one in refused))
        parts.append(f"Refused for {names}: {_sentence(words)}")
    return [Observation("polling", DIFFERS if refused else FITS, " ".join(parts))]


def _of_refusals(refusals: Mapping[str, TraceFacts]) -> list[Observation]:
    found = []
    for probe, what in _ASKED_FOR.items():
        fact = refusals.get(probe)
        if fact is None:
            continue
        answer = {"closed": "the socket was closed", "entries": "entries came"}.get(fact["answer"]) or str(
            fact["answer"]
        )
        words = f": {fact['words'].rstrip('.')}" if fact.get("words") else ""
        expected = {LONG_REQUEST: "closed", UNKNOWN_FIELD: "entries"}.get(probe)
        says = NO_EXPECTATION if expected is None else FITS if fact["answer"] == expected else DIFFERS
        code = f" with code {fact['code']}" if fact.get("code") else ""
        found.append(Observation(f"asked for {what}", says, f"{answer[0].upper()}{answer[1:]}{code}{words}."))
    return found


def _of_idle(idle: TraceFacts | None) -> list[Observation]:
    if idle is None:
        return []
    alive, expired = idle["alive"], idle["expired"]
    if expired is None:
        return [Observation("idle session", NO_DATA, f"Still alive after {alive:g} s without a request.")]
    since = f"between {alive:g} and {expired:g}" if alive is not None else f"within {expired:g}"
    return [Observation("idle session", FITS, f"It expires {since} s after the last request.")]


def _code(closed: Mapping[str, Any]) -> str:
    words = f": {closed['words'].rstrip('.')}" if closed["words"] else ""
    return f" with code {closed['code']}{words}" if closed["code"] else words


def _sentence(words: str) -> str:
    said = words.strip() or "no reason was given"
    return said if said.endswith((".", "!", "?")) else f"{said}."
