# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Snapshots fetched: one channel per definition, all at the same time, in one session.

This is the I/O around `snapshot`, which decides everything.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, MutableMapping, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from typing import TypeVar, Union

from ..api.channel import Channel
from ..api.protocol import SESSION_SOCKET, TOO_BIG, build_request, required_fields
from ..api.session import Session
from ..concurrency import for_each
from ..errors import (
    BadMessage,
    ChannelClosed,
    ConnectionFailed,
    HandshakeRefused,
    IncompleteSnapshot,
    OptionError,
    PollingFailed,
    SMCError,
    SnapshotTimeout,
    TLSRefused,
)
from ..schema.conditions import SMCFilter
from ..schema.definitions import Definition
from ..schema.fields import Field
from ..schema.records import Key, Record
from ..words import count_entries
from .corroboration import ALWAYS, AUTO
from .polled import Polled
from .snapshot import Snapshot, Waits
from .target import Target


@dataclass(frozen=True)
class Query:
    """What to ask for, and how to keep it.

    Attributes:
        definition: The table.
        target: The name of the engine, or of the administrative domain.
        fields: The fields that are wanted; empty for all. The ones that a table needs are added to the request.
        smc_filter: The filter as the SMC takes it.
        limit: Keep at most this many entries.
        raw: Keep records as the SMC sent them.
        store: Where to keep the entries, if not in memory.
        corroborate: When to compare the table with what the polling interface lists: `auto`, `always` or `never`.
        transport: `socket`, `polling`, or `auto` for the socket and, if that is not opened, the polling interface.
    """

    definition: Definition
    target: str
    fields: Sequence[Field] = ()
    smc_filter: SMCFilter | None = None
    limit: int | None = None
    raw: bool = False
    store: MutableMapping[Key, Record] | None = None
    corroborate: str = AUTO
    transport: str = "auto"

    def __post_init__(self) -> None:
        """Raises OptionError for a filter with what only the polling interface could do, because it takes none."""
        needed = {"transport: polling": self.transport == "polling", "corroborate: always": self.corroborate == ALWAYS}
        option = next((option for option, is_set in needed.items() if is_set), None)
        if option and self.smc_filter is not None:
            raise OptionError(
                f"`{option}` does not go with a filter, because the polling interface of the SMC takes none."
            )

    def request(self, product: tuple[int, ...]) -> str:
        """The text to send to an SMC of this version. Raises FilterTooLong."""
        fields = required_fields(self.definition, self.fields)
        return build_request(self.definition, self.target, product, fields, self.smc_filter)


@dataclass
class FetchResult:
    """A finished snapshot.

    Attributes:
        query: What was asked for.
        snapshot: The entries and why they are all there.
        fetched_at: When it was finished, in UTC.
        elapsed: How long it took, in seconds.
        warnings: Sentences on what may be missing.
    """

    query: Query
    snapshot: Snapshot
    fetched_at: datetime
    elapsed: float
    warnings: list[str] = field(default_factory=list)


Outcome = Union[FetchResult, SMCError]


Result = TypeVar("Result")


# How to read a table.
TRANSPORTS = ("auto", "socket", "polling")


class OpenChannels:
    """The channels that are open at the moment, so that another thread can end them together."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._channels: set[Channel] = set()
        self._interrupted = False

    @contextmanager
    def open(self, session: Session, path: str = SESSION_SOCKET) -> Iterator[Channel]:
        """An open channel. After `interrupt`, it fails with ChannelClosed as soon as it waits for a message."""
        with Channel(session, path) as channel:
            with self._lock:
                self._channels.add(channel)
                if self._interrupted:
                    channel.interrupt()
            try:
                yield channel
            finally:
                with self._lock:
                    self._channels.discard(channel)

    def interrupt(self, for_good: bool = True) -> None:
        """End all channels. for_good: also those that are opened later."""
        with self._lock:
            self._interrupted = self._interrupted or for_good
            for channel in self._channels:
                channel.interrupt()


def fetch_all(session: Session, queries: Sequence[Query], waits: Waits) -> list[Outcome]:
    """Fetch several tables at the same time.

    Returns:
        One outcome per query, in their order: a snapshot, or what went wrong with it.

    Raises:
        SMCError: What concerns all of them, such as an unknown engine.
    """
    wanted = dict.fromkeys((query.target, query.definition.targets_domain) for query in queries)
    targets = {(name, domain): Target(session, name, engine=not domain) for name, domain in wanted}
    outcomes: dict[int, Outcome] = {}
    channels = OpenChannels()

    def run(number: int) -> None:
        query = queries[number]
        target = targets[query.target, query.definition.targets_domain]
        try:
            outcomes[number] = fetch(session, query, waits, target, channels)
        except SMCError as error:
            outcomes[number] = error

    for_each(run, range(len(queries)), len(queries), interrupt=channels.interrupt)
    return [outcomes[number] for number in range(len(queries))]


def fetch(session: Session, query: Query, waits: Waits, target: Target, channels: OpenChannels) -> FetchResult:
    """Fetch one table.

    Args:
        session: An open session.
        query: What to ask for.
        waits: How long to wait for what.
        target: The query's target, which several queries may share.
        channels: Where the channel is listed while it is open.

    Raises:
        SMCError: With definition, target and what had come.
    """
    request = query.request(session.product)
    began = time.monotonic()
    left = replace(waits, timeout=session.transport.bounded(waits.timeout), whole=waits.timeout)

    def read() -> Snapshot:
        with channels.open(session) as channel:
            now = replace(left, timeout=left.timeout - (time.monotonic() - began))
            return read_snapshot(channel, request, query, now, target)

    if query.transport == "polling":
        snapshot = _poll_snapshot(query, left, target)
    else:
        try:
            snapshot = read_again_if_incomplete(read)
        except (HandshakeRefused, ConnectionFailed) as refused:
            if query.transport == "socket" or isinstance(refused, TLSRefused):
                raise
            snapshot = _poll_instead(query, left, target, refused)
    check_snapshot(session, snapshot, target)
    elapsed = time.monotonic() - began
    return FetchResult(query, snapshot, datetime.now(timezone.utc), elapsed, snapshot.warnings)


def read_again_if_incomplete(read: Callable[[], Result]) -> Result:
    """Read a table, and once more if the polling interface lists entries that the socket did not send.

    Raises:
        IncompleteSnapshot: If the second reading is no better, with the numbers of the second.
    """
    try:
        return read()
    except IncompleteSnapshot as error:
        first = error
    try:
        return read()
    except IncompleteSnapshot as second:
        raise IncompleteSnapshot(
            f"{second.message} It was read twice; the first reading brought {first.facts()['received']} of "
            f"{first.facts()['polled']}. Look at the Log Server and the nodes. If your SMC's polling interface lists other "
            "entries than its socket, set `corroborate: never`.",
            **second.facts(),
        ) from None
    except SnapshotTimeout:
        # The numbers say more than that the time was over.
        raise first from None


def _poll_snapshot(query: Query, waits: Waits, target: Target) -> Snapshot:
    """Read a table through the polling interface.

    Raises:
        EngineOffline: If it does not answer, and no node of the engine is online.
        PollingFailed: If it does not give all entries.
    """
    snapshot = _start_snapshot(query, waits)
    polled = target.polled(query.definition, full=True)
    if polled.why:
        snapshot.check_online(target.availability())
    snapshot.take_polled(polled)
    return snapshot


def _poll_instead(query: Query, waits: Waits, target: Target, refused: SMCError) -> Snapshot:
    """Read a table through the polling interface because the socket was not opened. Raises `refused` if that fails too."""
    try:
        if query.smc_filter is not None:
            raise PollingFailed("The polling interface was not asked instead, because it takes no filter.")
        snapshot = _poll_snapshot(query, waits, target)
    except PollingFailed as error:
        said = f"{refused.message} {error.message}"
        raise type(refused)(said, kind=refused.kind, **refused.facts()) from None
    snapshot.warnings.append(
        f"{query.definition.name} of '{query.target}' was read through the SMC's polling interface. {refused.message}"
    )
    return snapshot


def _start_snapshot(query: Query, waits: Waits, numbers: Iterator[int] | None = None) -> Snapshot:
    return Snapshot(
        query.definition,
        query.target,
        waits,
        time.monotonic(),
        filtered=query.smc_filter is not None,
        limit=query.limit,
        raw=query.raw,
        store=query.store,
        numbers=numbers,
        corroborate=query.corroborate,
    )


def read_snapshot(
    channel: Channel,
    request: str,
    query: Query,
    waits: Waits,
    target: Target,
    numbers: Iterator[int] | None = None,
) -> Snapshot:
    """Send the request on an open channel, and read until the snapshot is complete. The channel stays open.

    Args:
        numbers: Stand in for the delta_key of entries that have none; from 0 by default.

    Raises:
        ChannelClosed: If the channel ended before, with what had come.
        BadMessage: If something came that is not understood, with what had come.
        SMCError: What the snapshot decides on.
    """
    if query.store is not None:
        query.store.clear()
    snapshot = _start_snapshot(query, waits, numbers)
    try:
        channel.send(request)
        _receive(channel, snapshot, target)
    except ChannelClosed as error:
        raise ChannelClosed(_broken_off(snapshot, error), received=len(snapshot.table), **error.facts()) from None
    except BadMessage as error:
        raise BadMessage(_broken_off(snapshot, error), received=len(snapshot.table)) from None
    return snapshot


def check_snapshot(session: Session, snapshot: Snapshot, target: Target) -> None:
    """Tell a finished snapshot what is known of its target; its warnings are complete then.

    Raises:
        EngineOffline: If the table is empty because no node could send anything.
        TargetUnknown: If nothing came and the domain does not exist.
    """
    if not snapshot.definition.targets_domain:
        snapshot.check_nodes(target.availability(snapshot.status_wait))
    elif snapshot.wants_domains(session.domain):
        snapshot.check_domain(target.list_domains(), session.base)
    snapshot.check_deletions()


def _receive(channel: Channel, snapshot: Snapshot, target: Target) -> None:
    polling: Future[Polled] | None = None
    now = time.monotonic()
    while not snapshot.completed_by:
        if snapshot.wants_polling(now):
            polling = target.poll(snapshot.definition, snapshot.corroboration.full)
            snapshot.polling_asked(now)
        if snapshot.wants_ping:
            channel.ping()
            snapshot.ping_sent(now)
        until = snapshot.receives_until(now)
        if snapshot.ended:
            # Nothing more comes; the server may have closed the socket.
            time.sleep(max(0.0, until - now))
        message = None if snapshot.ended else channel.receive(until)
        now = time.monotonic()
        if message is not None:
            snapshot.feed(message, now)
        else:
            snapshot.nothing_received(channel.amid_message, channel.heard)
        if channel.pong_received:
            snapshot.pong_received()
        snapshot.set_nodes(target.availability(snapshot.status_wait))
        if polling is not None and polling.done():
            snapshot.set_polling_answer(polling.result(), now)
            polling = None
        snapshot.decide(now)


def _broken_off(snapshot: Snapshot, error: SMCError) -> str:
    # A request that is too long fails again.
    advice = "" if error.facts().get("code") == TOO_BIG else " Run it again; the SMC's log may say more."
    return (
        f"The {snapshot.definition.name} snapshot of '{snapshot.target}' broke off: {error.message}. "
        f"{count_entries(len(snapshot.table))} had come, which may not be all.{advice}"
    )
