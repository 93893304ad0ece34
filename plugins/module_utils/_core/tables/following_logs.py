# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The log, followed: its entries as they come, also over the loss of the channel.

After a loss, a channel for current entries is opened first, and then the stored ones since the loss are read, the oldest first.
Both show the same entries at their seam, so the latest REMEMBERED entries are remembered by what identifies them.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

from ..api.channel import Channel
from ..api.protocol import FULL_MESSAGE, LOG_SOCKET, LogQuery, Message, build_log_request, time_range
from ..api.session import Session
from ..errors import ChannelClosed, SMCError
from ..schema.definitions import LOG
from ..schema.fields import Field, resolve_field
from ..schema.records import EntryReader, Key, Record
from .following import Followed
from .logs import next_of_fetch
from .table import Changes

# How many entries are remembered, to tell none of them twice.
REMEMBERED = 10_000


# How many seconds before the latest entry the stored ones are read again: entries of several engines come in no order.
OVERLAP = 60


# What identifies an entry: the node, and the number that it has given to it.
_IDENTITY = ("NodeId", "EventId", "LogId")


class FollowedLogs(Followed):
    """The log of the session's domain from now on. Use as a context manager.

    Args:
        session: An open session.
        query: Which entries, and which of their fields.
        timeout: How many seconds the SMC may take to start a fetch.
    """

    def __init__(self, session: Session, query: LogQuery, timeout: float) -> None:
        super().__init__(session)
        self._query = replace(query, fields=_with_identity(query.fields), current=True)
        self._timeout = timeout
        self._reader = EntryReader(LOG)
        # By what identifies an entry: whether a stored entry told it.
        self._told: OrderedDict[Hashable, bool] = OrderedDict()
        # Of the entries that were told or there before, when the latest one was logged, and before what none is news: in
        # milliseconds, by the clock of the SMC as far as its entries tell it.
        self._latest = 0
        self._floor = 0
        self._current: Channel
        self._stored: Channel | None = None

    def open(self) -> None:
        self._open_channels(missed=False)

    @property
    def must_reread(self) -> bool:
        return self.lost is not None or self.ended

    def items(self) -> Iterator[tuple[Key, Record]]:
        # What was there before is not followed.
        return iter(())

    def description(self) -> str:
        return "Entries of the log come from now on."

    def reread(self) -> Changes:
        """Begin again. What has been missed is told by `changes`, a message at a time."""
        self._opened.close()
        self.lost = self.lost or ChannelClosed("the channel was closed to read the log again")
        self._open_channels(missed=True)
        return Changes(recovered=True)

    def changes(self, until: float) -> Changes:
        if self.lost is not None:
            raise self.lost
        try:
            if self._stored is not None:
                return self._next_missed(self._stored, until)
            message = next_of_fetch(self._current, until)
        except SMCError as error:
            self.lost = error
            raise
        if message is None:
            return Changes()
        self.ended = message.end is not None
        return self._news(message, recovered=False)

    def _open_channels(self, missed: bool) -> None:
        with ExitStack() as opened:
            current = self._started(opened, self._query)
            stored = None
            if missed:
                start = max(self._floor, self._latest - OVERLAP * 1000)
                stored = self._started(opened, self._stored_query(start_ms=start, oldest_first=True))
            else:
                self._learn_what_was_there()
            self._opened = opened.pop_all()
        self._current, self._stored = current, stored
        self._logins = self._session.logins
        self.lost, self.ended = None, False

    def _learn_what_was_there(self) -> None:
        """The newest stored entries are not news, also if stored ones are read after a loss."""
        self._latest = self._floor = 0
        with ExitStack() as opened:
            channel = self._started(opened, self._stored_query(quantity=FULL_MESSAGE))
            deadline = time.monotonic() + self._timeout
            while time.monotonic() < deadline:
                message = next_of_fetch(channel, deadline)
                for entry in self._reader.entries(message.added) if message else ():
                    self._remember(_identity(entry), entry, stored=False)
                if message is not None and message.end is not None:
                    break
        self._floor = self._latest
        self._latest = self._latest or time_range(datetime.now(timezone.utc), last=0)[0]

    def _stored_query(self, **changes: Any) -> LogQuery:
        _start, end = time_range(datetime.now(timezone.utc))
        return replace(self._query, current=False, end_ms=end, **changes)

    def _started(self, opened: ExitStack, query: LogQuery) -> Channel:
        """A channel on which the fetch has been started, so that nothing that comes from now on is missed."""
        channel = opened.enter_context(self._channels.open(self._session, LOG_SOCKET))
        channel.send(build_log_request(query))
        deadline = time.monotonic() + self._timeout
        while channel.fetch is None:
            next_of_fetch(channel, deadline)
            if channel.fetch is None and time.monotonic() >= deadline:
                raise ChannelClosed(f"the SMC did not start the log query within {self._timeout:g} s")
        return channel

    def _next_missed(self, channel: Channel, until: float) -> Changes:
        message = next_of_fetch(channel, until)
        if message is None:
            return Changes(recovered=True)
        if message.end is not None:
            self._stored = None
        return self._news(message, recovered=True)

    def _news(self, message: Message, recovered: bool) -> Changes:
        """The entries that have not been told yet."""
        changes = Changes(recovered=recovered)
        for entry in self._reader.entries(message.added):
            name = _identity(entry)
            # Of current entries, two may be the same in all values; only what a stored entry has told comes twice.
            told = name in self._told if recovered else self._told.get(name, False)
            if not told:
                changes.added[entry.get("node_id"), next(self._numbers)] = entry
            self._remember(name, entry, stored=recovered)
        return changes

    def _remember(self, name: Hashable, entry: Record, stored: bool) -> None:
        self._latest = max(self._latest, _milliseconds(entry))
        self._told[name] = stored
        self._told.move_to_end(name)
        if len(self._told) > REMEMBERED:
            self._told.popitem(last=False)


def _with_identity(fields: Sequence[Field]) -> list[Field]:
    """The fields to ask for; none, which asks for all, if none are given."""
    if not fields:
        return []
    always = [resolve_field(name, LOG, "fields") for name in (*_IDENTITY, "Timestamp", "ReceptionTime")]
    return list({field.name: field for field in (*fields, *always)}.values())


def _identity(entry: Record) -> Hashable:
    """Node and number; of an entry without a number all values, so that two that are the same in all of them are told once."""
    if entry.get("event_id") is not None:
        return entry.get("node_id"), entry["event_id"], entry.get("log_id")
    return tuple(sorted((key, str(value)) for key, value in entry.items() if key != "reception_time"))


def _milliseconds(entry: Record) -> int:
    """When it was logged, at the earliest; the SMC was asked for times in UTC. 0 if it does not say."""
    found = []
    for key in ("timestamp", "reception_time"):
        try:
            moment = datetime.fromisoformat(str(entry.get(key))[:19])
        except ValueError:
            continue
        found.append(int(moment.replace(tzinfo=timezone.utc).timestamp() * 1000))
    return min(found, default=0)
