# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The protocol of the monitoring channels, without a socket: requests as text, frames as messages.

Live tables. Request: `{"query": {"definition", "target"[, "filter"]}, "fetch": {}, "format": {"type": "texts"}}`.
Answers, in order: `{"success": "Fetch started", "fetch": id}` or `{"failure": text}`; perhaps status lines;
`{"fetch": id, "records": {"added": [], "updated": [], "deleted": []}}`; perhaps `{"fetch": id, "end": reason}`.
Logs. Request: `{"query": {"type": "stored" or "current", "start_ms", "end_ms"[, "filter"]}, "fetch": {"quantity", "backwards"},
"format": ...}`. Answers: the same, but `records` is a list, and a stored fetch always ends with `end`.
A fetch id is a signed number, 0 included. Source: the SMC API guide's pages on log and session monitoring.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from ..errors import BadMessage, FilterTooLong
from ..schema.definitions import Definition
from ..schema.fields import Field, resolve_field
from ..words import join_names, shorten, visible

SESSION_SOCKET = "monitoring/session/socket"


LOG_SOCKET = "monitoring/log/socket"


# The SMC sends at most this many entries in one message; one that is full is probably not the last.
FULL_MESSAGE = 200


# The embedded Tomcat's default text buffer in characters, and the code with which it closes the socket after a longer
# request.
REQUEST_LIMIT = 8192


TOO_BIG = 1009


# How many seconds the SMC may take to answer a ping. RFC 6455 obliges it to answer as soon as it can.
PONG_WAIT = 10.0


# How far the SMC's clock may be ahead of the one here without the newest entries of the log being left out, in seconds.
CLOCK_AHEAD = 300


Records = list[dict[str, Any]]


@dataclass(frozen=True)
class LogQuery:
    """What to ask of the log.

    Attributes:
        fields: The fields that are wanted; empty for all.
        smc_filter: The filter as the SMC takes it.
        current: The entries that come from now on; else stored ones, to which the other attributes apply.
        start_ms, end_ms: The time of the entries, in milliseconds since 1970; None for an open end.
        quantity: At most this many entries.
        oldest_first: The order; else the newest comes first.
    """

    fields: Sequence[Field] = ()
    smc_filter: Mapping[str, Any] | None = None
    current: bool = False
    start_ms: int | None = None
    end_ms: int | None = None
    quantity: int | None = None
    oldest_first: bool = False


@dataclass
class Message:
    """One frame. Texts that the frame lacks are None, lists that it lacks are empty.

    Attributes:
        fetch: The fetch's id as the SMC writes it; 0 is one too.
        has_records: Whether the frame has `records`, which may be empty.
    """

    fetch: int | str | None = None
    success: str | None = None
    failure: str | None = None
    status: str | None = None
    end: str | None = None
    has_records: bool = False
    added: Records = field(default_factory=list)
    updated: Records = field(default_factory=list)
    deleted: Records = field(default_factory=list)


# Of each entry, to tell the nodes apart and to see the end of the initial set.
_ALWAYS_REQUESTED = ("NodeId", "SessionEvent")


def required_fields(definition: Definition, fields: Sequence[Field]) -> list[Field]:
    """The fields to request so that a table of these fields can be kept; none if none are given, which requests all.

    Besides the given ones these are the node, the session event, and a field that only a real entry has: without them
    entries could not be told apart, nor the end of the initial set be seen.
    """
    if not fields:
        return []
    names = (*_ALWAYS_REQUESTED, definition.telling)
    always = [resolve_field(name, definition, "fields") for name in names]
    return list({field.name: field for field in (*fields, *always)}.values())


def build_request(
    definition: Definition,
    target: str,
    product: tuple[int, ...],
    fields: Sequence[Field] = (),
    smc_filter: Mapping[str, Any] | None = None,
) -> str:
    """The text that starts one fetch.

    Args:
        definition: The table.
        target: The name of the engine, or of the administrative domain.
        product: The SMC's version, on which the definition's name depends.
        fields: What to ask for, usually `required_fields`; without any, the SMC sends all it has.
        smc_filter: The filter as the SMC takes it.

    Raises:
        FilterTooLong: If the SMC would close the socket instead of answering.
    """
    query: dict[str, Any] = {"definition": definition.name_for(product), "target": target}
    if smc_filter is not None:
        query["filter"] = smc_filter
    return _as_text(f"{definition.name} query of '{target}'", query, {}, _texts(fields))


def build_log_request(query: LogQuery) -> str:
    """The text that starts one fetch of logs.

    Raises:
        FilterTooLong: If the SMC would close the socket instead of answering.
    """
    asked: dict[str, Any] = {"type": "current" if query.current else "stored"}
    fetch: dict[str, Any] = {}
    if not query.current:
        # 0 is what the vendor's client sends for an open end.
        asked |= {"start_ms": query.start_ms or 0, "end_ms": query.end_ms or 0}
        fetch["backwards"] = not query.oldest_first
        if query.quantity is not None:
            fetch["quantity"] = query.quantity
    if query.smc_filter is not None:
        asked["filter"] = query.smc_filter
    # The zone of times that no zone was asked for is not public.
    return _as_text("log query", asked, fetch, {**_texts(query.fields), "resolving": {"timezone": "UTC"}})


def time_range(
    now: datetime, last: float | None = None, start: datetime | None = None, until: datetime | None = None
) -> tuple[int, int]:
    """The time of a query of the log, in milliseconds since 1970.

    Args:
        now: The present.
        last: How many seconds ago it begins; else it begins at `start`.
        start: None for the beginning of the log.
        until: None for the present.
    """
    begins = int((now.timestamp() - last) * 1000) if last is not None else int(start.timestamp() * 1000) if start else 0
    return begins, int((until.timestamp() if until else now.timestamp() + CLOCK_AHEAD) * 1000)


def _texts(fields: Sequence[Field]) -> dict[str, Any]:
    """The format of values as people read them, of these fields; without any, of all."""
    texts: dict[str, Any] = {"type": "texts"}
    numbers = [wanted.id for wanted in fields if wanted.id is not None]
    names = [wanted.name for wanted in fields if wanted.id is None]
    if numbers:
        texts["field_ids"] = numbers
    if names:
        texts["field_names"] = names
    return texts


def _as_text(what: str, query: Mapping[str, Any], fetch: Mapping[str, Any], form: Mapping[str, Any]) -> str:
    request = json.dumps({"query": query, "fetch": fetch, "format": form}, separators=(",", ":"))
    if len(request) > REQUEST_LIMIT:
        raise FilterTooLong(
            f"The {what} is {len(request)} characters long; the SMC takes {REQUEST_LIMIT}. Ask for networks instead of "
            "single addresses, or split the filter over several tasks.",
            size=len(request),
            limit=REQUEST_LIMIT,
        )
    return request


def build_abort(fetch: int | str) -> str:
    """The text that ends a fetch."""
    return json.dumps({"abort": fetch}, separators=(",", ":"))


def read_frame(frame: str | bytes) -> Message:
    """One frame as a Message.

    Raises:
        BadMessage: If it is not JSON, or not of a known shape.
    """
    try:
        document = _decode(str(frame, "utf-8", "surrogatepass") if isinstance(frame, bytes) else frame)
    except (ValueError, RecursionError) as error:
        raise BadMessage(f"a message that is not JSON ({error})") from None
    if not isinstance(document, dict):
        raise BadMessage(f"a message that is a JSON {type(document).__name__}, not an object")
    message = Message(
        fetch=document.get("fetch"),
        success=_text(document, "success"),
        failure=_text(document, "failure"),
        status=_text(document, "status"),
        end=_text(document, "end"),
    )
    _refuse_other_spellings(document, (_RECORDS,))
    if _RECORDS in document:
        message.has_records = True
        records = document[_RECORDS]
        if isinstance(records, list):
            # The log socket's shape.
            records = {"added": records}
        if isinstance(records, dict):
            _refuse_other_spellings(records, _LISTS)
        for name in _LISTS:
            setattr(message, name, _records(records, name))
    return message


def _refuse_other_spellings(document: Mapping[str, Any], names: Sequence[str]) -> None:
    """Raises BadMessage for what may hold entries under a name that nobody reads."""
    for key, value in document.items():
        if key not in names and (key.lower() in names or (names is _LISTS and value and isinstance(value, list))):
            raise BadMessage(
                f"a message with entries in '{shorten(visible(key), 40)}' instead of {join_names(names, 'or')}"
            )


# The only reason of an `end` that was ever published, and one without words.
_END_OF_DATA = re.compile(r"\s*(end of data)?[\s.]*", re.IGNORECASE)


def is_end_of_data(reason: str) -> bool:
    """Whether an `end` with this reason means that everything was sent. No other reason is known to be harmless."""
    return _END_OF_DATA.fullmatch(reason) is not None


_RECORDS = "records"
_LISTS = ("added", "updated", "deleted")
_DECODER = json.JSONDecoder()
_KEY = re.compile(r'[{,][ \t\n\r]*"([^"\\]*)"[ \t\n\r]*:[ \t\n\r]*')
_SPACE = re.compile(r"[ \t\n\r]*")


def _decode(text: str) -> Any:
    """A JSON document in which neither `records` nor a list in it is there twice.

    Of two keys of one name the decoder keeps the last, and entries would be lost without a word. Only the two outermost objects
    are read key by key, since doing so with each entry would cost more than reading it.
    """
    members = _members(text, _after_space(text, 0))
    if members is None or members[1] != len(text):
        return json.loads(text, object_pairs_hook=_refuse_twins)
    return _refuse_twins(members[0])


def _members(text: str, place: int) -> tuple[list[tuple[str, Any]], int] | None:
    """The members of the object that begins at this place, and the place behind it and the space after it.

    Returns:
        None if it is empty, or not written in the usual way.
    """
    members: list[tuple[str, Any]] = []
    while key := _KEY.match(text, place):
        if bool(members) is (text[place] == "{"):
            return None
        name, place = key.group(1), key.end()
        inner = _members(text, place) if name == _RECORDS else None
        if inner is None:
            value, place = _DECODER.raw_decode(text, place)
        else:
            value, place = _refuse_twins(inner[0]), inner[1]
        members.append((name, value))
        place = _after_space(text, place)
    return (members, _after_space(text, place + 1)) if members and text.startswith("}", place) else None


def _after_space(text: str, place: int) -> int:
    space = _SPACE.match(text, place)
    return space.end() if space else place


def _refuse_twins(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    document = dict(pairs)
    if len(document) < len(pairs):
        keys = [key for key, _value in pairs]
        for name in (_RECORDS, *_LISTS):
            if keys.count(name) > 1:
                raise BadMessage(f"a message that has the key '{name}' twice")
    return document


def _text(document: Mapping[str, Any], name: str) -> str | None:
    value = document.get(name)
    return value if value is None or isinstance(value, str) else json.dumps(value)


def _records(records: Any, name: str) -> Records:
    listed = (records.get(name) if isinstance(records, dict) else records) or []
    if name == "deleted" and isinstance(listed, list):
        # How much of a deleted entry is sent is not public; its delta_key is enough.
        listed = [{"delta_key": item} if isinstance(item, str) else item for item in listed]
    if not isinstance(listed, list) or not {dict}.issuperset(map(type, listed)):
        raise BadMessage(f"records whose '{name}' is not a list of objects")
    return listed
