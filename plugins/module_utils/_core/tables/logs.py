# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Stored logs, fetched: the SMC ends each fetch itself, so that it is certain that all entries have come."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timezone

from ..api.channel import Channel
from ..api.protocol import LOG_SOCKET, LogQuery, Message, build_log_request, is_end_of_data
from ..api.session import Session
from ..errors import BadMessage, ChannelClosed, QueryRefused, SMCError, SnapshotTimeout
from ..schema.definitions import LOG
from ..schema.records import EntryReader, Record
from ..words import count_entries, in_words


@dataclass(frozen=True)
class StoredLogs:
    """Entries of the log, complete.

    Attributes:
        entries: In the order of the query, with predictable keys and typed values.
        truncated: Whether there are more, because the limit was reached.
        fetched_at: When they had come, in UTC.
        elapsed: How many seconds it took.
    """

    entries: Sequence[Record]
    truncated: bool
    fetched_at: datetime
    elapsed: float


def fetch_logs(session: Session, query: LogQuery, timeout: float, limit: int | None = None) -> StoredLogs:
    """Fetch stored entries.

    Args:
        session: An open session.
        query: What to ask for, without a quantity.
        timeout: How many seconds it may take.
        limit: Return at most this many entries. One more is asked for, to know whether there are more.

    Raises:
        SnapshotTimeout: If the end has not come by then.
        QueryRefused: If the SMC refuses the query, or says that it failed.
        ChannelClosed: If the connection was lost before.
        BadMessage: If something came that is not understood.
    """
    began = time.monotonic()
    request = build_log_request(query if limit is None else replace(query, quantity=limit + 1))
    reader, entries = EntryReader(LOG), list[Record]()
    deadline = began + session.transport.bounded(timeout)
    try:
        with Channel(session, LOG_SOCKET) as channel:
            channel.send(request)
            while True:
                message = next_of_fetch(channel, deadline)
                if message is not None:
                    entries += reader.entries(message.added)
                    if message.end is not None:
                        _check_end(message.end, len(entries), limit)
                        break
                if time.monotonic() >= deadline:
                    raise SnapshotTimeout(f"the SMC did not end it within {timeout:g} s")
    except (ChannelClosed, BadMessage, QueryRefused, SnapshotTimeout) as error:
        raise _broken_off(error, len(entries)) from None
    shown = entries if limit is None else entries[:limit]
    elapsed = time.monotonic() - began
    return StoredLogs(shown, len(shown) < len(entries), datetime.now(timezone.utc), elapsed)


def _check_end(reason: str, received: int, limit: int | None) -> None:
    """What the SMC says where a quantity is reached is not public; there, its reason does not matter."""
    if not is_end_of_data(reason) and (limit is None or received <= limit):
        raise QueryRefused(f"the SMC ended it before it was complete: {in_words(reason)}", server_message=reason)


def next_of_fetch(channel: Channel, until: float) -> Message | None:
    """The next message of the only fetch of a channel; None if none came in time, or one of another fetch.

    Raises:
        QueryRefused: If the SMC refuses it, or says that it failed. The message is the SMC's.
        ChannelClosed: As Channel.listen does.
        BadMessage: Also for records that would be lost: of another fetch, or not added ones.
    """
    message = channel.listen(until)
    if message is None:
        return None
    if message.failure is not None:
        raise QueryRefused(f"the SMC said: {in_words(message.failure)}", server_message=message.failure)
    if message.success is not None and message.fetch is None:
        raise QueryRefused(f"the SMC started no fetch: {message.success}", server_message=message.success)
    if message.updated or message.deleted:
        raise BadMessage("records of the log that are not in the list of added ones")
    if message.fetch is None or str(message.fetch) == str(channel.fetch):
        return message
    if message.added:
        raise BadMessage("records of another fetch than the one that was asked for")
    return None


def _broken_off(error: SMCError, received: int) -> SMCError:
    advice = (
        ""
        if isinstance(error, QueryRefused)
        else " Ask for a shorter time, or with a filter; the SMC's log may say more."
    )
    return type(error)(
        f"The log query broke off: {error.message}. {count_entries(received)} had come, which may not be all.{advice}",
        **{**error.facts(), "received": received},
    )
