# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The monitoring channel's language, without a socket: requests as text, frames as messages.

Request: `{"query": {"definition", "target"[, "filter"]}, "fetch": {}, "format": {"type": "texts"}}`.
Answers, in order: `{"success": "Fetch started", "fetch": id}` or `{"failure": text}`; perhaps status lines;
`{"fetch": id, "records": {"added": [], "updated": [], "deleted": []}}`; perhaps `{"fetch": id, "end": reason}`.
A fetch id is a signed number, 0 included. Source: the SMC API guide's pages on log and session monitoring.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .definitions import Definition
from .errors import BadMessage, FilterTooLong
from .fields import Field

SESSION_SOCKET = "monitoring/session/socket"

# The SMC sends at most so many entries a message; one that is full is probably not the last.
FULL_MESSAGE = 200

# The embedded Tomcat's default text buffer, and the code that it closes the socket with after a longer request.
REQUEST_LIMIT = 8192
TOO_BIG = 1009

Records = list[dict[str, Any]]


@dataclass
class Message:
    """One frame. Lists that the frame lacks are empty; `has_records` tells an empty answer from none.

    fetch: the fetch's id as the SMC writes it, 0 included.
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


def build_request(
    definition: Definition,
    target: str,
    product: tuple[int, ...],
    fields: Sequence[Field] = (),
    smc_filter: Mapping[str, Any] | None = None,
) -> str:
    """The text that starts one fetch. Without fields the SMC sends all it has.

    Raises FilterTooLong when the SMC would close the socket instead of answering.
    """
    query: dict[str, Any] = {"definition": definition.name_for(product), "target": target}
    if smc_filter is not None:
        query["filter"] = smc_filter
    texts: dict[str, Any] = {"type": "texts"}
    numbers = [wanted.id for wanted in fields if wanted.id is not None]
    names = [wanted.name for wanted in fields if wanted.id is None]
    if numbers:
        texts["field_ids"] = numbers
    if names:
        texts["field_names"] = names
    request = json.dumps({"query": query, "fetch": {}, "format": texts}, separators=(",", ":"))
    if len(request) > REQUEST_LIMIT:
        raise FilterTooLong(
            f"The {definition.name} query of '{target}' is {len(request)} characters long; the SMC takes "
            f"{REQUEST_LIMIT}. Ask for networks instead of single addresses, or split the filter over several tasks.",
            size=len(request),
            limit=REQUEST_LIMIT,
        )
    return request


def build_abort(fetch: int | str) -> str:
    """The text that ends a fetch."""
    return json.dumps({"abort": fetch}, separators=(",", ":"))


def read_frame(frame: str | bytes) -> Message:
    """One frame as a Message. Raises BadMessage when it is not JSON, or not of the known shape."""
    try:
        document = json.loads(frame)
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
    if "records" in document:
        message.has_records = True
        records = document["records"]
        if isinstance(records, list):
            # The log socket's shape.
            records = {"added": records}
        for name in ("added", "updated", "deleted"):
            setattr(message, name, _records(records, name))
    return message


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
