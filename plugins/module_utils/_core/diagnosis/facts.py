# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What a trace tells of its SMC, as facts: numbers, words and names that JSON can hold, without any judgement.

The facts of a trace that was just recorded and of one that was mailed are the same.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ..api.protocol import FULL_MESSAGE, Message, read_frame
from ..errors import SMCError
from ..schema.definitions import DEFINITIONS
from ..schema.fields import CATALOGUE
from ..schema.records import RECORD_KEYS
from ..tables.table import Table, says_all_sent
from ..traces.replaying import definition_of
from ..traces.trace import Conversation, TraceEvent, conversations

TraceFacts = dict[str, Any]

# What each probe is called in events and facts.
SESSION = "session"
ENGINE = "engine"
TABLES = "tables"
ONE_SOCKET = "one_socket"
POLLING = "polling"
UNKNOWN_ENGINE = "unknown_engine"
UNKNOWN_FIELD = "unknown_field"
UNKNOWN_DEFINITION = "unknown_definition"
LONG_REQUEST = "long_request"
IDLE = "idle"

# What is asked that no SMC has, or takes.
REFUSALS = (UNKNOWN_ENGINE, UNKNOWN_FIELD, UNKNOWN_DEFINITION, LONG_REQUEST)

_POLLED = {definition.polling: definition.name for definition in DEFINITIONS.values()}
_SESSION_EVENT = ("SessionEvent", "Session Event", "302")
_NAMES_IN_RECORDS = frozenset((*RECORD_KEYS, "blacklist_href"))


def facts_of(events: Sequence[TraceEvent]) -> TraceFacts:
    """The facts of a trace."""
    spoken = conversations(events)
    tables = [_table(one) for one in spoken if one.probe == TABLES]
    for event in events:
        if event["event"] == "failed" and "definition" in event:
            _add_failure(event, tables)
    return {
        "api_versions": _versions(events),
        "session": _session(events),
        "handshake": _handshake(events),
        "frames": _frames(events),
        "pongs": _pongs(events),
        "tables": sorted(tables, key=lambda table: list(DEFINITIONS).index(table["definition"])),
        "one_socket": _one_socket([one for one in spoken if one.probe == ONE_SOCKET]),
        "polling": _polling(events),
        "refusals": {one.probe: _refusal(one) for one in spoken if one.probe in REFUSALS},
        "idle": _idle(events),
        "failed": [
            {"probe": event["probe"], "kind": event.get("kind"), "words": event.get("text", "")}
            for event in events
            if event["event"] == "failed" and "definition" not in event
        ],
    }


# -- HTTP


def _versions(events: Iterable[TraceEvent]) -> list[str]:
    for event in events:
        body = event.get("body")
        if (
            event["event"] == "http"
            and event["path"].endswith("/api")
            and isinstance(body, dict)
            and body.get("version")
        ):
            return [str(one.get("rel")) for one in body["version"] if isinstance(one, dict)]
    return []


def _session(events: Iterable[TraceEvent]) -> TraceFacts | None:
    for event in events:
        if event["event"] == "http" and event["path"].rpartition("/")[2] in ("login", "lms_login"):
            cookies = event.get("cookies", [])
            kinds = ["cookie"] * bool(cookies) + ["token"] * bool(event.get("token"))
            return {"status": event["status"], "kind": " and ".join(kinds) or "none", "cookies": cookies}
    return None


def _polling(events: Iterable[TraceEvent]) -> list[TraceFacts]:
    """What the polling interface answered, one fact for each question."""
    found = []
    for event in events:
        definition = _POLLED.get(str(event.get("path", "")).rpartition("/")[2])
        if event["event"] != "http" or event["probe"] != POLLING or definition is None:
            continue
        body = event.get("body")
        fact: TraceFacts = {
            "definition": definition,
            "status": event["status"],
            "full": event["query"].get("full") != "False",
        }
        if isinstance(body, dict):
            lists = {name: value for name, value in body.items() if isinstance(value, list) and name != "link"}
            items = [item for value in lists.values() for item in value if isinstance(item, dict)]
            fact.update(
                is_all=body.get("is_all"),
                keys=sorted(lists),
                entries=sum(map(len, lists.values())),
                names=sorted({name for item in items for name in item}),
            )
            if body.get("message"):
                fact["words"] = str(body["message"])
        found.append(fact)
    return found


def _idle(events: Iterable[TraceEvent]) -> TraceFacts | None:
    """How long a session was idle and still lived, and how long one was that had expired; in seconds."""
    seen = [event for event in events if event["event"] == "idle"]
    if not seen:
        return None
    alive = [event["idle"] for event in seen if event["alive"]]
    expired = [event["idle"] for event in seen if not event["alive"]]
    return {"alive": max(alive, default=None), "expired": min(expired, default=None)}


# -- sockets


def _handshake(events: Sequence[TraceEvent]) -> TraceFacts:
    opened = [event for event in events if event["event"] == "opened"]
    refused = [event for event in events if event["event"] == "refused"]
    return {
        "opened": len(opened),
        "took": max((event.get("took", 0.0) for event in opened), default=None),
        "subprotocol": any(event.get("subprotocol") for event in opened),
        "refused": [{"status": event["status"], "words": event.get("text", "")} for event in refused],
    }


def _frames(events: Iterable[TraceEvent]) -> TraceFacts:
    received = [event for event in events if event["event"] == "received"]
    split = [event for event in received if event.get("parts")]
    return {
        "messages": len(received),
        "largest_message": max((event.get("bytes", 0) for event in received), default=0),
        "split": len(split),
        "largest_frame": max((event.get("part_bytes", 0) for event in split), default=None),
        "unreadable": sum("text" in event for event in received),
    }


def _pongs(events: Iterable[TraceEvent]) -> TraceFacts:
    """How long pongs took; pings of the server."""
    waiting: dict[Any, float] = {}
    took: list[float] = []
    pings = sent = 0
    for event in events:
        if event["event"] == "ping_sent":
            sent += 1
            waiting[event.get("socket")] = event["at"]
        elif event["event"] == "pong" and event.get("socket") in waiting:
            took.append(round(event["at"] - waiting.pop(event["socket"]), 3))
        pings += event["event"] == "ping"
    return {"asked": sent, "answered": len(took), "longest": max(took, default=None), "pings_of_the_server": pings}


def _refusal(conversation: Conversation) -> TraceFacts:
    """How a query was answered that asks for what is not there."""
    for event in conversation.events:
        if event["event"] in ("closed", "lost"):
            return {"answer": "closed", "code": event.get("code"), "words": event.get("text", "")}
        message = event.get("message")
        if event["event"] == "received" and isinstance(message, dict):
            if "failure" in message:
                return {"answer": "failure", "words": str(message["failure"])}
            if _holds_records(message):
                return {"answer": "entries"}
    answered = any(event["event"] == "received" for event in conversation.events)
    return {"answer": "accepted, then silence" if answered else "silence"}


def _holds_records(message: Mapping[str, Any]) -> bool:
    records = message.get("records")
    return bool(records.get("added") if isinstance(records, dict) else records)


def _one_socket(spoken: Sequence[Conversation]) -> TraceFacts | None:
    """What a second fetch on one socket got. Its answers come after both queries, whichever they belong to."""
    if len(spoken) < 2:
        return None
    messages = [event.get("message") for one in spoken for event in one.events if event["event"] == "received"]
    known = [message for message in messages if isinstance(message, dict)]
    fetches = {str(message["fetch"]) for message in known if "success" in message and message.get("fetch") is not None}
    with_records = {str(message.get("fetch")) for message in known if _holds_records(message)}
    words = next((str(message["failure"]) for message in known if "failure" in message), "")
    closed = next((event for one in spoken for event in one.events if event["event"] in ("closed", "lost")), None)
    return {
        "fetches": len(fetches),
        "with_entries": len(with_records & fetches),
        "words": words,
        "closed": None if closed is None else closed.get("code"),
    }


# -- tables


@dataclass
class _Told:
    """What the messages of one table told, in the order in which they came."""

    table: Table
    completed: float
    accepted: float | None = None
    first: float | None = None
    added: list[float] = field(default_factory=list)
    messages: int = 0
    full: int = 0
    flagged: int = 0
    unflagged: bool = False
    marks: list[str] = field(default_factory=list)
    end: str | None = None
    empty_messages: int = 0
    statuses: int = 0
    late: int = 0
    late_flagged: int = 0
    changes: int = 0
    failure: str | None = None
    labels: set[str] = field(default_factory=set)

    def take(self, message: Message, at: float) -> None:
        if message.success is not None:
            self.accepted = at if self.accepted is None else self.accepted
        self.statuses += message.status is not None
        self.end = message.end if self.end is None else self.end
        self.failure = message.failure if self.failure is None else self.failure
        if message.has_records:
            self._take_records(message, at)

    def _take_records(self, message: Message, at: float) -> None:
        self.messages += 1
        self.full += len(message.added) >= FULL_MESSAGE
        self.changes += len(message.updated) + len(message.deleted)
        self.empty_messages += not (message.added or message.updated or message.deleted)
        flagged = sum(record.get("first_fetch") in (True, "true") for record in message.added)
        summary = self.table.apply(message)
        self.flagged += flagged
        self.unflagged |= bool(self.flagged and summary.unflagged)
        if summary.all_sent:
            marks = [record for record in message.added if _says_all_sent(record)]
            self.marks += ["an entry" if "delta_key" in record else "a record of its own" for record in marks]
        if summary.added:
            self.first = at if self.first is None else self.first
            is_late = at > self.completed
            self.late += summary.added if is_late else 0
            self.late_flagged += flagged if is_late else 0
            if not is_late or flagged:
                self.added.append(at)
        for record in (*message.added, *message.updated):
            self.labels.update(record)

    def unknown_fields(self) -> list[str]:
        return sorted(label for label in self.labels - _NAMES_IN_RECORDS if CATALOGUE.find(label) is None)

    def longest_pause(self) -> float:
        return max((round(later - before, 3) for before, later in zip(self.added, self.added[1:])), default=0.0)


def _says_all_sent(record: Mapping[str, Any]) -> bool:
    """Whether a record has the event; whether it is a mark is decided by the table."""
    events = [value for label, value in record.items() if label in _SESSION_EVENT]
    return any(map(says_all_sent, events))


def _table(conversation: Conversation) -> TraceFacts:
    """How the set of one table began and ended."""
    known = conversation.snapshot or {}
    definition = definition_of(conversation.definition)
    began = conversation.began
    told = _Told(Table(definition), known.get("at", float("inf")))
    for event, message in _messages(conversation):
        told.take(message, event["at"])
    ends = next((event for event in conversation.events if event["event"] in ("closed", "lost")), None)
    last = max((event["at"] for event in conversation.events), default=began)
    return {
        "definition": definition.name,
        "online": known.get("online"),
        "entries": known.get("entries", len(told.table)),
        "nodes": len(known.get("nodes", ())),
        "accepted_after": _after(told.accepted, began),
        "first_after": _after(told.first, told.accepted if told.accepted is not None else began),
        "completed_by": known.get("completed_by"),
        "confirmed_by": known.get("confirmed_by"),
        "corroborated": known.get("corroborated"),
        "compared_by": known.get("compared_by"),
        "completed_after": _after(known.get("at"), began),
        "observed": _after(last, known["at"]) if known else None,
        "messages": told.messages,
        "full_messages": told.full,
        "longest_pause": told.longest_pause(),
        "first_fetch": "over" if told.unflagged else "seen" if told.flagged else "never",
        "event4": sorted(set(told.marks)),
        "end": told.end,
        "empty_messages": told.empty_messages,
        "status_lines": told.statuses,
        "late": told.late,
        "late_flagged": told.late_flagged,
        "changes": told.changes,
        "unknown_fields": told.unknown_fields(),
        "closed": None if ends is None else {"code": ends.get("code"), "words": ends.get("text", "")},
        "kind": None,
        "words": told.failure,
    }


def _messages(conversation: Conversation) -> Iterator[tuple[TraceEvent, Message]]:
    for event in conversation.events:
        if event["event"] == "received" and "message" in event:
            try:
                yield event, read_frame(json.dumps(event["message"]))
            except SMCError:
                # The frames' fact counts what cannot be read.
                continue


def _add_failure(event: TraceEvent, tables: list[TraceFacts]) -> None:
    """What went wrong with a table, which may not even have been asked for."""
    table = next((one for one in tables if one["definition"] == event["definition"]), None)
    if table is None:
        table = _table(Conversation(event["definition"], "", event["at"], TABLES))
        tables.append(table)
    table["kind"] = event.get("kind")
    # The server's own words say more than ours around them.
    table["words"] = table["words"] or str(event.get("text", ""))


def _after(at: float | None, began: float) -> float | None:
    return None if at is None else round(at - began, 3)
