# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The trace of an SMC: JSON Lines, a header and one event a line, with pseudonyms.

Every event has `at` (seconds since the beginning), `event` and `probe` (what was being done). The events:

    http         an answer: method, path, query, status, cookies (their names), token, body or text, took
    http_failed  no answer: method, path, query, text
    opened       a socket was opened: socket, path, status, subprotocol (whether the answer named one), took
    refused      it was not: path, status, text
    sent, received       a message: socket, message or text, bytes, parts, part_bytes (the largest of several frames)
    ping_sent, pong, ping, pong_sent, closed (code, text), lost (text), left     what else happens on a socket
    snapshot     what the recording side concluded: socket, definition, completed_by, confirmed_by, complete, entries,
                 corroborated and compared_by (by the polling interface), nodes (entries of each), online, members, waits
    idle         a session that nobody had used: idle (for how many seconds), alive (whether it still was)
    failed       a probe failed: kind, text, definition if it was the probe of a table
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..schema.definitions import DEFINITIONS
from ..schema.fields import CATALOGUE
from .pseudonyms import Pseudonyms, Scrub

FORMAT = "ngfw.smc trace"
FORMAT_VERSION = 1

# How many entries of each table are written with all their fields. The others have only the fields that tell them apart.
MOST_WHOLE_ENTRIES = 500

# How often everything is replaced again if a pseudonym happens to be somebody's original.
_TRIES = 10

TraceEvent = dict[str, Any]

# What is written as it is: numbers, and words of this side.
_PLAIN_NAMES = (
    "at took event probe socket status bytes parts part_bytes left_out code token subprotocol method definition completed_by "
    "confirmed_by complete entries nodes online members waits kind thin idle alive corroborated compared_by"
)
_PLAIN = frozenset(_PLAIN_NAMES.split())
_IDENTIFYING = frozenset(
    ("node_id", "comp_id", "session_event", *(CATALOGUE.find(one.telling).key for one in DEFINITIONS.values()))  # type: ignore[union-attr]
)
_EXTRAS = frozenset(("delta_key", "first_fetch"))


class NotATrace(ValueError):
    """A file is not a trace, or one of a later format; the text says which line is wrong."""


@dataclass
class Trace:
    """A trace that was read. header: what the first line says."""

    header: Mapping[str, Any]
    events: list[TraceEvent]


@dataclass
class Conversation:
    """One query on a socket, and what came until the next query, or until the socket was left.

    Attributes:
        definition: the name of the table, as the query has it.
        target: whose table it is.
        began: when the query was sent.
        probe: what it was sent for.
        events: what came, in order.
        snapshot: what the recording side concluded, if it took a snapshot.
    """

    definition: str
    target: str
    began: float
    probe: str
    events: list[TraceEvent] = field(default_factory=list)
    snapshot: TraceEvent | None = None

    @property
    def is_whole(self) -> bool:
        """Whether nothing was left out of it."""
        return not any("left_out" in event for event in self.events)


def make_trace(
    events: Iterable[TraceEvent], secret: bytes, scrub: Scrub, header: Mapping[str, Any]
) -> tuple[list[str], dict[str, str]]:
    """A trace of recorded events.

    Args:
        events: as a Recorder has them.
        secret: what the pseudonyms depend on; nobody may know it afterwards.
        scrub: hides secrets in a text.
        header: what the first line says beside the format.

    Returns:
        The lines, and what stands for what.
    """
    thinned = [*_thin(events)]
    pseudonyms = Pseudonyms(secret, scrub)
    for event in thinned:
        _replaced(event, pseudonyms)
    for turn in range(_TRIES):
        pseudonyms = Pseudonyms(bytes((turn,)) + secret, scrub, known=pseudonyms.mapping)
        lines = [json.dumps({"format": FORMAT, "version": FORMAT_VERSION, **header})]
        lines += [json.dumps(_replaced(event, pseudonyms), separators=(",", ":")) for event in thinned]
        if not pseudonyms.coincidences:
            break
    return lines, pseudonyms.owners_mapping()


def _replaced(event: TraceEvent, pseudonyms: Pseudonyms) -> TraceEvent:
    made: TraceEvent = {}
    for name, value in event.items():
        if name in _PLAIN:
            made[name] = value
        elif name == "path":
            made[name] = pseudonyms.path(value)
        elif name == "text":
            made[name] = pseudonyms.sentence(value)
        elif name == "cookies":
            made[name] = [one if one == "JSESSIONID" else "another" for one in value]
        elif name in ("query", "body", "message"):
            made[name] = pseudonyms.document(value)
        else:
            raise ValueError(f"nobody said what a trace may hold of '{name}'")
    return made


def _thin(events: Iterable[TraceEvent]) -> Iterator[TraceEvent]:
    """The events, in which most entries of a large table have only what tells them apart."""
    whole: dict[Any, int] = {}
    for event in events:
        message = event.get("message")
        records = message.get("records") if isinstance(message, dict) else None
        if event["event"] == "received" and isinstance(records, dict):
            there = sum(len(listed) for listed in records.values() if isinstance(listed, list))
            whole[event.get("socket")] = whole.get(event.get("socket"), 0) + there
            if whole[event.get("socket")] > MOST_WHOLE_ENTRIES:
                lists = {
                    name: [*map(_thin_record, listed)] for name, listed in records.items() if isinstance(listed, list)
                }
                yield {**event, "thin": True, "message": {**message, "records": lists}}  # type: ignore[dict-item]
                continue
        yield event


def _thin_record(record: Any) -> Any:
    if not isinstance(record, dict):
        return record
    return {label: value for label, value in record.items() if label in _EXTRAS or _key_of(label) in _IDENTIFYING}


def _key_of(label: str) -> str:
    field_of = CATALOGUE.find(label)
    return field_of.key if field_of else ""


def read_trace(lines: Iterable[str]) -> Trace:
    """The trace that these lines hold. Raises NotATrace."""
    documents: list[Any] = []
    for number, line in enumerate(lines, 1):
        try:
            documents.append(json.loads(line))
        except (ValueError, RecursionError):
            raise NotATrace(f"line {number} is not JSON") from None
        if not isinstance(documents[-1], dict):
            raise NotATrace(f"line {number} is not a JSON object")
    if not documents or documents[0].get("format") != FORMAT:
        raise NotATrace("the first line does not say that this is a trace")
    if documents[0].get("version") != FORMAT_VERSION:
        raise NotATrace(f"it has version {documents[0].get('version')} of the format; this is version {FORMAT_VERSION}")
    for number, event in enumerate(documents[1:], 2):
        if not isinstance(event.get("at"), (int, float)) or not isinstance(event.get("event"), str):
            raise NotATrace(f"line {number} has no time or does not say what happened")
    return Trace(documents[0], documents[1:])


def conversations(events: Iterable[TraceEvent]) -> list[Conversation]:
    """The queries, in the order in which they were sent, each with what came after it on its socket."""
    found: list[Conversation] = []
    running: dict[Any, Conversation] = {}
    for event in events:
        socket = event.get("socket")
        if socket is None:
            continue
        query = _query_of(event)
        if query is not None:
            running[socket] = Conversation(*query, event["at"], str(event.get("probe", "")))
            found.append(running[socket])
        elif socket in running:
            if event["event"] == "snapshot":
                running[socket].snapshot = event
            else:
                running[socket].events.append(event)
    return found


def _query_of(event: TraceEvent) -> tuple[str, str] | None:
    """Definition and target of the query that was sent; None if this is something else."""
    message = event.get("message")
    query = message.get("query") if event["event"] == "sent" and isinstance(message, dict) else None
    return (str(query.get("definition")), str(query.get("target"))) if isinstance(query, dict) else None
