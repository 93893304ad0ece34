# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Asks an SMC what is to be known about it, and changes nothing. What it answers is in the recorder's events.

A probe that fails is an event, too, and the next one follows.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ..api.channel import Channel
from ..api.connection import Connection
from ..api.protocol import PONG_WAIT, REQUEST_LIMIT, build_request
from ..api.session import Session
from ..concurrency import for_each
from ..engines.search import ENGINE_TYPES, EngineReference, find_engine, search_engines
from ..engines.status import Availability, read_availability
from ..errors import ChannelClosed, IncompleteSnapshot, OptionError, SMCError, SnapshotTimeout, TargetUnknown
from ..schema.definitions import BLOCK_LIST, NEIGHBORS, ROUTING, Definition
from ..schema.fields import Field
from ..tables.fetching import OpenChannels, Query, check_snapshot, read_snapshot
from ..tables.snapshot import Waits
from ..tables.target import Target
from ..traces.recorder import Recorder
from ..traces.vocabulary import NO_ENGINE
from .facts import (
    ENGINE,
    IDLE,
    LONG_REQUEST,
    ONE_SOCKET,
    POLLING,
    TABLES,
    UNKNOWN_DEFINITION,
    UNKNOWN_ENGINE,
    UNKNOWN_FIELD,
)

# Names that no SMC has, as NO_ENGINE.
NO_FIELD = Field(None, "NgfwSmcDiagnoseNoSuchField", "", "str", frozenset())
NO_DEFINITION = Definition("NGFW_SMC_DIAGNOSE", "", "", "")

# The largest number of engines that are read to find one with nodes online.
_CANDIDATES = 20
# If the short answer of the polling interface lists more entries, the long one is not asked for.
_MOST_POLLED = 500
# How long a query that asks for what is not there may be silent, in seconds.
_SILENCE = 5.0
# Into how many parts the time for an idle session is divided.
_IDLE_SESSIONS = 4


@dataclass(frozen=True)
class Wishes:
    """What to look at.

    Attributes:
        target: the engine; None for one that is online.
        definitions: the tables.
        waits: those whose fitness is judged.
        observe: for how many seconds each table is watched after it was taken to be complete.
        idle: how long to wait for a session to expire, in seconds; 0 for not at all.
    """

    target: str | None
    definitions: Sequence[Definition]
    waits: Waits = field(default_factory=Waits)
    observe: float = 10.0
    idle: float = 0.0


class Probes:
    """All probes of one session.

    Attributes:
        engine: the engine that was looked at; None before, and if there is none.
        availability: what is known of its nodes.
    """

    def __init__(self, session: Session, recorder: Recorder, wishes: Wishes) -> None:
        self._session = session
        self._recorder = recorder
        self._wishes = wishes
        self.engine: EngineReference | None = None
        self.availability: Availability | None = None

    def run(self) -> None:
        """Raises nothing but what ends Python."""
        self._try(ENGINE, self._choose_engine)
        self._try(TABLES, self._read_tables)
        if self.engine is not None:
            name = self.engine.name
            self._try(POLLING, self._poll)
            self._try(ONE_SOCKET, lambda: self._two_fetches(name))
            product = self._session.product
            self._try(UNKNOWN_FIELD, lambda: self._ask(build_request(ROUTING, name, product, [NO_FIELD])))
            self._try(UNKNOWN_DEFINITION, lambda: self._ask(build_request(NO_DEFINITION, name, product)))
        self._try(UNKNOWN_ENGINE, lambda: self._ask(build_request(ROUTING, NO_ENGINE, self._session.product)))
        self._try(LONG_REQUEST, lambda: self._ask(_too_long()))

    def about_engine(self) -> dict[str, Any] | None:
        """What the header of the trace says of the engine; None if there was none."""
        if self.engine is None or self.availability is None:
            return None
        nodes = self.availability.nodes or ()
        # The header of a trace is written as it is, so nothing that the SMC made up may be in it.
        known = self.engine.type if self.engine.type in ENGINE_TYPES else "other"
        return {"type": known, "nodes": len(nodes), "online": self.availability.online}

    def _try(self, name: str, work: Callable[[], None]) -> None:
        self._recorder.probe = name
        try:
            work()
        except SMCError as error:
            self._recorder.note("failed", kind=error.kind, text=error.message)

    # -- which engine

    def _choose_engine(self) -> None:
        target, session = self._wishes.target, self._session
        candidates = [find_engine(session, target)] if target else search_engines(session)[:_CANDIDATES]
        if not candidates:
            raise TargetUnknown("The SMC lists no engine in this domain.")
        read = [(engine, read_availability(session, engine)) for engine in candidates]
        # Of a cluster there is more to see: whether each of its nodes gives the signs of the end.
        self.engine, self.availability = max(read, key=lambda one: min(one[1].online or 0, 2))

    # -- the tables

    def _read_tables(self) -> None:
        channels = OpenChannels()
        wanted = [one for one in self._wishes.definitions if one.targets_domain or self.engine is not None]

        def read(definition: Definition) -> None:
            try:
                self._read_table(definition, channels)
            except SMCError as error:
                self._recorder.note("failed", definition=definition.name, kind=error.kind, text=error.message)

        for_each(read, wanted, len(wanted) or 1, interrupt=channels.interrupt)

    def _read_table(self, definition: Definition, channels: OpenChannels) -> None:
        name = self._session.domain if definition.targets_domain or self.engine is None else self.engine.name
        target = Target(self._session, name, engine=not definition.targets_domain)
        query, waits = Query(definition, name), self._wishes.waits
        with channels.open(self._session) as channel:
            try:
                snapshot = read_snapshot(channel, query.request(self._session.product), query, waits, target)
            except (IncompleteSnapshot, SnapshotTimeout):
                # What comes later says which waits would have been enough.
                self._observe(channel)
                raise
            self._recorder.note(
                "snapshot",
                id(channel),
                definition=definition.name,
                completed_by=snapshot.completed_by,
                confirmed_by=snapshot.confirmed_by,
                complete=snapshot.complete,
                corroborated=snapshot.corroboration.corroborated,
                compared_by=snapshot.corroboration.compared_by,
                entries=len(snapshot.table),
                nodes=sorted(snapshot.table.count_by_node().values()),
                online=snapshot.evidence.expected,
                members=snapshot.evidence.members,
                waits={"first_entry": waits.first_entry, "quiet": waits.quiet, "timeout": waits.timeout},
            )
            self._observe(channel)
        check_snapshot(self._session, snapshot, target)

    def _observe(self, channel: Channel) -> None:
        """Hear what comes for a while, and at least until a ping was answered or may be taken to be lost."""
        channel.ping()
        until = time.monotonic() + max(self._wishes.observe, 0.1)
        pong_until = time.monotonic() + PONG_WAIT
        while time.monotonic() < until or (not channel.pong_received and time.monotonic() < pong_until):
            channel.receive(min(max(until, time.monotonic() + 0.1), pong_until) if not channel.pong_received else until)

    # -- the rest

    def _poll(self) -> None:
        links = self.availability.polling if self.availability else {}
        for definition in self._wishes.definitions:
            href = links.get(definition.polling)
            if not href:
                continue
            doing = f"polling {definition.name}"
            short = self._session.request("GET", href, doing, {"full": "False"})
            document = short.document() if short.ok else None
            few = isinstance(document, dict) and all(
                len(value) <= _MOST_POLLED for value in document.values() if isinstance(value, list)
            )
            if few:
                self._session.request("GET", href, doing)

    def _two_fetches(self, name: str) -> None:
        queries = [build_request(one, name, self._session.product) for one in (ROUTING, NEIGHBORS)]
        with Channel(self._session) as channel:
            for query in queries:
                channel.send(query)
            self._hear(channel, self._wishes.waits.quiet + 1.0, answers=len(queries))

    def _ask(self, request: str) -> None:
        with Channel(self._session) as channel:
            channel.send(request)
            self._hear(channel, _SILENCE)

    @staticmethod
    def _hear(channel: Channel, seconds: float, answers: int = 1) -> None:
        """Receive messages until the time is over, the channel is closed, or `answers` queries were ended or refused."""
        until = time.monotonic() + seconds
        try:
            while answers and time.monotonic() < until:
                message = channel.receive(until)
                answers -= message is not None and bool(message.failure or message.end)
        except ChannelClosed:
            # It is in the recording, with its code and words.
            return


def _too_long() -> str:
    query = {"definition": BLOCK_LIST.name, "target": "x" * REQUEST_LIMIT}
    return json.dumps({"query": query, "fetch": {}, "format": {"type": "texts"}})


def watch_idle_sessions(connection: Connection, recorder: Recorder, seconds: float) -> list[Session]:
    """Leave sessions alone for a while and see which of them are still alive.

    Each is used once only, after its own time: a request would start the time again.

    Args:
        connection: how to log in.
        recorder: gets the events.
        seconds: the longest time.

    Returns:
        The sessions, which have ended; they know their secrets.
    """
    recorder.probe = IDLE
    if not connection.has_credentials:
        text = "A session that was handed in cannot be left alone, and there are no credentials to open others with."
        recorder.note("failed", kind=OptionError.kind, text=text)
        return []
    connection = replace(connection, url=connection.base, session=None)
    shares = [seconds / 2**step for step in range(_IDLE_SESSIONS)]
    sessions = [Session(connection, pool_size=1, observer=recorder) for _share in shares]

    def watch(place: int) -> None:
        try:
            with sessions[place] as session:
                before = session.logins
                time.sleep(shares[place])
                session.request(
                    "GET",
                    "elements",
                    "looking whether the session is alive",
                    {"filter": "*", "filter_context": "engine_clusters"},
                )
                recorder.note("idle", idle=round(shares[place], 1), alive=session.logins == before)
        except SMCError as error:
            recorder.note("failed", kind=error.kind, text=error.message)

    for_each(watch, range(len(sessions)), len(sessions))
    return sessions
