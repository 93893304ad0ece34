# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""A recorded conversation played to a snapshot, with the times of the recording and without waiting for them."""

from __future__ import annotations

import json
from typing import Any

from ..api.protocol import read_frame
from ..errors import BadMessage, ChannelClosed
from ..schema.definitions import Definition, definition_named
from ..tables.corroboration import AUTO
from ..tables.polled import Polled
from ..tables.snapshot import Snapshot, Waits
from .trace import Conversation, TraceEvent

# How long a pong takes where the trace has none, in seconds.
_PONG = 0.001

_WAITS = ("first_entry", "quiet", "timeout")


def definition_of(name: str) -> Definition:
    """The definition of this name, also one of before SMC 7.0. Raises OptionError."""
    return definition_named("BLOCK_LIST" if name == "BLACKLIST" else name)


def replay(conversation: Conversation, waits: Waits | None = None) -> Snapshot:
    """The snapshot that the collection takes of this conversation.

    Args:
        conversation: what came, and when.
        waits: how long to wait for what; as when it was recorded, unless given.

    Raises:
        SMCError: what a snapshot raises, among it ChannelClosed where the recording ends with the end of the socket.
    """
    known = conversation.snapshot or {}
    snapshot = Snapshot(
        definition_of(conversation.definition),
        conversation.target,
        waits or _waits_of(known),
        conversation.began,
        corroborate=AUTO,
    )
    snapshot.evidence.expected, snapshot.evidence.members = known.get("online"), known.get("members")
    came = [event for event in conversation.events if event["event"] in ("received", "closed", "lost", "left")]
    now = conversation.began
    while not snapshot.completed_by:
        if snapshot.wants_polling(now):
            snapshot.polling_asked(now)
            # A recording has no entries from there. An empty table that it confirmed is the one case that it decides.
            confirmed = known.get("completed_by") == "is_all"
            snapshot.set_polling_answer(
                Polled(is_all=confirmed, why="" if confirmed else "no answer was recorded"), now
            )
        if snapshot.wants_ping:
            snapshot.ping_sent(now)
            now += _PONG
            snapshot.pong_received()
        until = max(now, snapshot.receives_until(now))
        if came and came[0]["at"] <= until:
            event = came.pop(0)
            now = max(now, event["at"])
            _feed(snapshot, event, now)
        else:
            # A moment later, so that what is due at this time is due.
            now = until + _PONG
            snapshot.nothing_received(amid_message=False, heard=0.0)
        snapshot.decide(now)
    return snapshot


def _waits_of(known: TraceEvent) -> Waits:
    waits: Any = known.get("waits") or {}
    return Waits(**{name: float(waits[name]) for name in _WAITS if name in waits})


def _feed(snapshot: Snapshot, event: TraceEvent, now: float) -> None:
    if event["event"] == "left":
        # The recording side had heard enough; what would have come is silence.
        return
    if event["event"] != "received":
        raise ChannelClosed(f"the recording ends: the socket was {event['event']}", code=event.get("code"))
    if "message" not in event:
        raise BadMessage("the recording has a message that is no document")
    snapshot.feed(read_frame(json.dumps(event["message"])), now)
