# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Snapshots taken: a channel for each definition, all at the same time, in one session."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, MutableMapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NotYet
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timezone
from typing import TypeVar, Union

from .definitions import Definition
from .engines import (
    Availability,
    EngineReference,
    dictionaries_in,
    find_engine,
    links_of,
    read_availability,
    read_element,
)
from .errors import (
    BadMessage,
    ChannelClosed,
    EngineOffline,
    QueryRefused,
    SMCError,
    TargetUnknown,
    close_names,
    did_you_mean,
    join_names,
)
from .fields import Field, Record
from .filters import SMCFilter
from .http import Session
from .protocol import TOO_BIG, build_request
from .snapshot import Snapshot, Waits, count_entries
from .table import Key
from .websocket import Channel


@dataclass(frozen=True)
class Query:
    """What to ask for: fields and smc_filter go to the server; limit, raw and store are for the table."""

    definition: Definition
    target: str
    fields: Sequence[Field] = ()
    smc_filter: SMCFilter | None = None
    limit: int | None = None
    raw: bool = False
    store: MutableMapping[Key, Record] | None = None


@dataclass
class Taken:
    """A finished snapshot with its times: fetched_at in UTC, elapsed in seconds."""

    query: Query
    snapshot: Snapshot
    fetched_at: datetime
    elapsed: float
    warnings: list[str] = field(default_factory=list)


Outcome = Union[Taken, SMCError]
Found = TypeVar("Found")

# After how much silence the polling interface is asked at the latest, and how often to look whether it has answered, in
# seconds.
_POLL_AFTER = 2.0
_POLLING_INTERVAL = 0.1


class Target:
    """What is known of a query's target, looked up while its entries already come.

    An engine must exist, or nothing is asked; its nodes' status is needed only to judge the evidence.
    For an administrative domain (engine=False) there is nothing to look up.
    """

    def __init__(self, session: Session, name: str, engine: bool = True) -> None:
        self._session = session
        self._name = name
        self._availability: Future[Availability] | None = None
        self.engine: EngineReference | None = None
        if engine:
            self.engine = find_engine(session, name)
            found = self.engine
            self._availability = _look_up(lambda: read_availability(session, found))

    def availability(self, patience: float | None = None) -> Availability | None:
        """What is known of the nodes; None for a domain, or if it is not there within so many seconds."""
        if self._availability is None:
            return None
        try:
            return self._availability.result(patience)
        except NotYet:
            return None

    def poll(self, definition: Definition) -> Future[bool | None]:
        """Asks the polling interface of SMC 7.1 and later, the one that says outright whether a table is empty."""
        return _look_up(lambda: self._says_empty(definition))

    def _says_empty(self, definition: Definition) -> bool | None:
        href: str | None = None
        try:
            if not definition.targets_domain:
                known = self.availability()
                href = known.polling.get(definition.polling) if known else None
            elif self._name == self._session.domain:
                where = self._session.entry_point("system")
                system = read_element(self._session, where, "reading the system element")
                href = links_of(system).get(definition.polling)
            if not href:
                return None
            answer = self._session.get(href, f"polling {definition.name}", {"full": "False"})
            if not isinstance(answer, dict):
                return None
        except SMCError:
            # Asked for additional evidence only; without it the socket's silence decides.
            return None
        # The key that holds the entries has no public name.
        if any(isinstance(value, list) and value for key, value in answer.items() if key != "link"):
            return False
        return True if answer.get("is_all") is True else None


def _look_up(work: Callable[[], Found]) -> Future[Found]:
    """Does it in a thread that nobody has to wait for: a snapshot may be complete before a slow SMC has answered."""
    found: Future[Found] = Future()

    def run() -> None:
        try:
            found.set_result(work())
        except BaseException as error:  # noqa: BLE001 (raised where the result is asked for)
            found.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return found


def fetch_all(session: Session, queries: Sequence[Query], waits: Waits) -> list[Outcome]:
    """One outcome a query, in their order: a snapshot, or what went wrong with it.

    Raises what concerns all of them, such as an unknown engine.
    """
    channels: list[Channel] = []
    with ThreadPoolExecutor(max_workers=len(queries)) as pool:
        wanted = dict.fromkeys((query.target, query.definition.targets_domain) for query in queries)
        known = {(name, domain): Target(session, name, engine=not domain) for name, domain in wanted}

        def take(query: Query) -> Outcome:
            try:
                target = known[query.target, query.definition.targets_domain]
                return fetch(session, query, waits, target, channels.append)
            except SMCError as error:
                return error

        waiting = [pool.submit(take, query) for query in queries]
        try:
            return [outcome.result() for outcome in waiting]
        except BaseException:
            # Interrupted: the pool would wait for every thread to reach its own deadline.
            for channel in channels:
                channel.interrupt()
            raise


def fetch(session: Session, query: Query, waits: Waits, target: Target, opened: Callable[[Channel], None]) -> Taken:
    """One snapshot. Raises an SMCError that names definition, target and what had come."""
    request = build_request(query.definition, query.target, session.product, query.fields, query.smc_filter)
    began = time.monotonic()
    with Channel(session) as channel:
        opened(channel)
        snapshot = _take(channel, request, query, waits, target)
    warnings = _judge(session, snapshot, target)
    return Taken(query, snapshot, datetime.now(timezone.utc), time.monotonic() - began, warnings)


def _take(channel: Channel, request: str, query: Query, waits: Waits, target: Target) -> Snapshot:
    snapshot = Snapshot(
        query.definition,
        query.target,
        waits,
        time.monotonic(),
        limit=query.limit,
        raw=query.raw,
        store=query.store,
    )
    try:
        channel.send(request)
        _collect(channel, snapshot, target, filtered=query.smc_filter is not None)
    except ChannelClosed as error:
        raise ChannelClosed(_broken_off(snapshot, error), received=len(snapshot.table), **error.facts()) from None
    except BadMessage as error:
        raise BadMessage(_broken_off(snapshot, error), received=len(snapshot.table)) from None
    return snapshot


class Followed:
    """A finished snapshot whose table lives on: the channel stays open and tells what changes.

    ended: the server ended the fetch, so nothing more will come.
    """

    def __init__(
        self,
        channel: Channel,
        snapshot: Snapshot,
        engine: EngineReference | None,
        availability: Availability | None,
        warnings: list[str],
    ) -> None:
        self._channel = channel
        self.snapshot = snapshot
        self.engine = engine
        self.availability = availability
        self.warnings = warnings
        self.ended = snapshot.completed_by == "end"
        self._lost_deletions = snapshot.table.lost_deletions

    @property
    def unclear(self) -> bool:
        """Whether something was deleted of which the table cannot tell what, so that only another snapshot can."""
        return self.snapshot.table.lost_deletions > self._lost_deletions

    def advance(self, until: float) -> Mapping[Key, Record | None]:
        """What one message changed, None for what is gone; nothing if none came until then.

        Raises ChannelClosed, BadMessage, QueryRefused.
        """
        if self.ended:
            return {}
        message = self._channel.receive(until)
        if message is None or (message.fetch is not None and str(message.fetch) != str(self.snapshot.fetch)):
            return {}
        if message.failure is not None:
            raise QueryRefused(f"the SMC ended it: {message.failure.rstrip('.')}", server_message=message.failure)
        self.ended = message.end is not None
        return self.snapshot.table.changes(message)


@contextmanager
def follow(session: Session, query: Query, waits: Waits, opened: Callable[[Channel], None]) -> Iterator[Followed]:
    """A snapshot of an engine's table that can be followed from then on. Raises what `fetch` raises."""
    request = build_request(query.definition, query.target, session.product, query.fields, query.smc_filter)
    with ExitStack() as kept:
        target = Target(session, query.target)
        channel = kept.enter_context(Channel(session))
        opened(channel)
        snapshot = _take(channel, request, query, waits, target)
        warnings = _judge(session, snapshot, target)
        known = target.availability()
        yield Followed(channel, snapshot, target.engine, known, warnings)


def _collect(channel: Channel, snapshot: Snapshot, target: Target, filtered: bool) -> None:
    polling: Future[bool | None] | None = None
    poll_at = time.monotonic() + min(snapshot.waits.quiet, _POLL_AFTER)
    while not snapshot.completed_by:
        until = snapshot.looks_again()
        if not len(snapshot.table):
            if polling is None and time.monotonic() >= poll_at:
                polling = target.poll(snapshot.definition)
            if polling is None:
                until = min(until, poll_at)
            elif not polling.done():
                until = min(until, time.monotonic() + _POLLING_INTERVAL)
        message = channel.receive(until)
        now = time.monotonic()
        if message is not None:
            snapshot.feed(message, now)
        elif channel.amid_message:
            snapshot.hear(now)
        known = target.availability(patience=snapshot.waits.quiet if snapshot.signal else 0)
        if known is not None:
            snapshot.expect(known.online, known.members)
        nothing_yet = not snapshot.signal and not len(snapshot.table) and not channel.amid_message
        if polling is not None and polling.done() and nothing_yet:
            if polling.result():
                snapshot.completed_by = "is_all"
            elif polling.result() is False and not filtered:
                snapshot.contradict_emptiness()
        snapshot.look(now)


def _judge(session: Session, snapshot: Snapshot, target: Target) -> list[str]:
    """What the nodes' status says of a finished snapshot: warnings, or an error for a silence that is no answer."""
    warnings = []
    count = len(snapshot.table)
    # A polling interface that lists nothing tells as little of an engine that is off as silence does.
    by_silence = snapshot.completed_by in ("quiet", "is_all") and not count
    name = snapshot.target
    if snapshot.definition.targets_domain:
        if by_silence and name != session.domain:
            _check_domain(session, name)
    else:
        # By silence, or with nodes missing, the status decides what to say; otherwise it is not waited for.
        known = target.availability(patience=snapshot.waits.first_entry if by_silence else 0)
        if known is None and by_silence:
            warnings.append(f"The nodes of '{name}' could not be checked in time: their status did not come.")
        elif known is not None and known.nodes is None:
            warnings.append(f"The nodes of '{name}' could not be checked: {known.why}")
        elif known is not None:
            silent = list(known.silent)
            if silent:
                reported = snapshot.table.count_by_node()
                silent = [node for node in silent if node.name not in reported]
            if by_silence and len(silent) == len(known.nodes or ()):
                within = f" within {snapshot.waits.first_entry:g} s" if snapshot.completed_by == "quiet" else ""
                raise EngineOffline(
                    f"The engine '{name}' sent nothing for {snapshot.definition.name}{within}, and no node of it is "
                    f"online: {join_names(str(node) for node in silent)}.",
                    nodes={node.name: node.state for node in silent},
                )
            undecided = [str(node) for node in known.nodes or () if node.undecided and by_silence]
            if undecided:
                warnings.append(
                    f"{snapshot.definition.name} of '{name}' is empty as far as the SMC shows; whether "
                    f"{join_names(undecided)} could be heard is not known."
                )
            if silent:
                warnings.append(
                    f"{snapshot.definition.name} of '{name}' without {join_names(str(node) for node in silent)}."
                )
    if snapshot.table.lost_deletions:
        warnings.append(
            f"{snapshot.table.lost_deletions} deletions in the {snapshot.definition.name} table name no delta_key and "
            "could not be applied."
        )
    return warnings


def _check_domain(session: Session, name: str) -> None:
    """Nothing came for this domain: raises TargetUnknown if the SMC lists others, but not this one."""
    try:
        document = read_element(session, "elements/admin_domain", "listing the administrative domains")
    except SMCError:
        # Only an additional check: not every administrator may list domains.
        return
    known = [str(item.get("name")) for item in dictionaries_in(document.get("result"))]
    if known and name not in known:
        raise TargetUnknown(
            f"The SMC at {session.base} knows no administrative domain '{name}'.{did_you_mean(name, known)}",
            target=name,
            suggestions=close_names(name, known),
        )


def _broken_off(snapshot: Snapshot, error: SMCError) -> str:
    # Too long a request stays too long.
    advice = "" if error.facts().get("code") == TOO_BIG else " Run it again; the SMC's log may say more."
    return (
        f"The {snapshot.definition.name} snapshot of '{snapshot.target}' broke off: {error.message}. "
        f"{count_entries(len(snapshot.table))} had come, which may not be all.{advice}"
    )
