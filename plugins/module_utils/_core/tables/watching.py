# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Tables watched for as long as the program runs: one session, one thread and one channel for each table.

A table whose channel is lost is read again, after pauses that grow, and what is different then is told. Nothing is
buffered: while nobody takes an event, its table's socket is not read, so the SMC has to wait.
"""

from __future__ import annotations

import logging
import math
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone

from ..api.connection import Connection
from ..api.deadline import Deadline
from ..api.protocol import LogQuery
from ..api.session import LOGOUT_GRACE, Session
from ..engines.search import ENGINE_FAMILIES, EngineReference, search_engines
from ..errors import OptionError, SMCError, TargetUnknown
from ..patterns import matches_wildcard
from ..schema.definitions import LOG, Definition
from ..words import close_names, counted, did_you_mean, join_names, visible
from .corroboration import AUTO
from .events import KINDS, EntrySelection, Event, EventWriter
from .fetching import Query
from .following import Followed, FollowedTable
from .following_logs import FollowedLogs
from .snapshot import Waits

LOGGER = logging.getLogger("ngfw.smc")


# Seconds before the first attempt to read a lost table again, and the most that there are between two attempts.
FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0


# Seconds between two readings of a table whose fetch the SMC ends, so that no changes come by themselves.
READ_AGAIN_AFTER = 30.0


# How many tables are read at the same time. All those of a restarted SMC want to be.
_READINGS = 8


# A thread that waits for a message looks at least this often whether it shall end, in seconds.
_LONGEST_WAIT = 30.0


# For how many seconds what is known of a table is kept after the SMC has ceased to list its engine.
KEPT_AWAY = 3600.0


# How many seconds the end waits for the threads. Their channels are interrupted; a request over HTTP may still run, and
# whoever takes the events may stand still.
_END_WAIT = 5.0


# How many seconds it takes at the longest from `stop` to the end of `run`, unless a request was under way just then.
LONGEST_END = _END_WAIT + LOGOUT_GRACE + 2.0


class Stopped(Exception):
    """Raised by `emit` where the watching has been stopped while it waited."""


Emit = Callable[[Event], None]


@dataclass(frozen=True)
class Targets:
    """The engines whose tables are watched.

    Attributes:
        names: Names of engines that must exist.
        patterns: Patterns of names, in which `*` stands for any text; engines may come and go.
        types: Of the engines that a pattern matches, only those of these types or families; empty for all.
    """

    names: Sequence[str] = ()
    patterns: Sequence[str] = ()
    types: Sequence[str] = ()

    def select(self, engines: Iterable[EngineReference]) -> list[str]:
        """The names of the engines that are wanted, of those that the SMC lists."""
        return sorted({engine.name for engine in engines if engine.name in self.names or self._matches(engine)})

    def _matches(self, engine: EngineReference) -> bool:
        if self.types and engine.type not in self.types and ENGINE_FAMILIES.get(engine.type) not in self.types:
            return False
        return any(matches_wildcard(pattern, engine.name) for pattern in self.patterns)


@dataclass(frozen=True)
class WatchedTables:
    """What to watch.

    Attributes:
        selections: The definitions, and which of their entries are wanted.
        targets: The engines; not used for definitions whose target is a domain.
        waits: How long each reading waits for what.
        corroborate: When to compare a reading with what the polling interface lists.
        kinds: The kinds of events that are wanted.
        present: Whether the entries that are there at the start come first, as `initial`.
        heartbeat: Seconds between two heartbeats of each table; 0 for none.
        search_interval: Seconds between two searches for engines.
    """

    selections: Mapping[Definition, EntrySelection]
    targets: Targets = Targets()
    waits: Waits = field(default_factory=Waits)
    corroborate: str = AUTO
    kinds: Sequence[str] = KINDS
    present: bool = False
    heartbeat: float = 0.0
    search_interval: float = 60.0


def pauses(chance: Callable[[], float] = random.random) -> Iterator[float]:
    """Seconds to wait before each attempt: they double, and lie between the half and the whole of that.

    Args:
        chance: A number from 0 to 1, so that many tables do not all come back in the same moment.
    """
    longest = FIRST_PAUSE
    while True:
        yield longest * (0.5 + chance() / 2)
        longest = min(2 * longest, LONGEST_PAUSE)


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="milliseconds")


class Watch:
    """The tables of one SMC, watched. `run` in one thread, `stop` from any other.

    Args:
        connection: How to reach the SMC.
        wanted: What to watch.
        emit: Takes an event; it is called in several threads, and waits as long as nobody takes the event. It raises
            Stopped when `stop` is called meanwhile.
    """

    def __init__(self, connection: Connection, wanted: WatchedTables, emit: Emit) -> None:
        self._connection = connection
        self._wanted = wanted
        self._emit = emit
        self._ended = threading.Event()
        self._wake = threading.Event()
        self._readings = threading.BoundedSemaphore(_READINGS)
        self._tables: dict[tuple[Definition, str], _WatchedTable] = {}
        self._error: BaseException | None = None

    @property
    def stopped(self) -> bool:
        return self._ended.is_set()

    def stop(self) -> None:
        """End `run`, which then logs out and returns."""
        self._ended.set()
        self._wake.set()

    def run(self) -> None:
        """Watch until `stop` is called. At the end the sockets are closed and the session is logged out.

        Raises:
            SMCError: What went wrong at the start: no connection, no login, or an engine that does not exist.
        """
        with Session(self._connection) as session:
            try:
                self._search(session, first=True)
                while not self._ended.is_set():
                    self._wake.wait(self._wanted.search_interval)
                    if self._error is not None:
                        raise self._error
                    if not self._ended.is_set():
                        self._search_again(session)
            finally:
                # What is asked for from now on is not wanted any more, except for the logout.
                session.transport.deadline = Deadline(LOGOUT_GRACE)
                self._end_tables(list(self._tables.values()))
        for warning in session.warnings:
            LOGGER.warning("%s", visible(warning))

    def _search_again(self, session: Session) -> None:
        """Also keeps the session from becoming idle, and finds out that it has expired."""
        try:
            self._search(session, first=False)
        except SMCError as error:
            LOGGER.warning("The search for engines failed; it is tried again: %s", error)

    def _search(self, session: Session, first: bool) -> None:
        """Watch the tables of the engines that the SMC lists, and no longer those of the engines that it does not."""
        needed = any(not definition.targets_domain for definition in self._wanted.selections)
        engines = search_engines(session) if needed or not first else []
        if needed:
            self._check_names([engine.name for engine in engines], session, fatal=first)
        elif first and self._wanted.targets != Targets():
            LOGGER.warning(
                "`targets` and `engine_types` have no effect: the target of %s is always the domain of the login, here '%s'.",
                join_names(definition.name for definition in self._wanted.selections),
                visible(session.domain),
            )
        names = self._wanted.targets.select(engines)
        wanted = {
            (definition, target): selection
            for definition, selection in self._wanted.selections.items()
            for target in ([session.domain] if definition.targets_domain else names)
        }
        if first and not wanted:
            LOGGER.warning("No engine matches `targets` and `engine_types` yet.")
        self._leave_tables([key for key in self._tables if key not in wanted])
        for key, selection in wanted.items():
            if key in self._tables:
                self._tables[key].come_back()
            else:
                self._begin(session, *key, selection)

    def _leave_tables(self, keys: Iterable[tuple[Definition, str]]) -> None:
        """One search may miss an engine that the next one lists, so its tables are not forgotten at once."""
        for key in keys:
            self._tables[key].leave()
            if self._tables[key].is_forgotten:
                self._tables.pop(key).stop()

    def _check_names(self, known: Sequence[str], session: Session, fatal: bool) -> None:
        missing = [name for name in self._wanted.targets.names if name not in known]
        if missing and fatal:
            raise TargetUnknown(
                f"The SMC at {session.base} knows no engine '{missing[0]}' in the domain '{session.domain}'."
                f"{did_you_mean(missing[0], known)}",
                target=missing[0],
                suggestions=close_names(missing[0], known),
            )
        if missing:
            LOGGER.warning(
                "The SMC lists no engine %s; it is watched again when it does.", visible(join_names(missing))
            )

    def _begin(self, session: Session, definition: Definition, target: str, selection: EntrySelection) -> None:
        writer = EventWriter(definition.name, target, selection, self._wanted.kinds)
        followed = self._followed(session, definition, target, selection)
        table = _WatchedTable(followed, writer, self._wanted, self._emit, self._readings, self._fail)
        self._tables[definition, target] = table
        table.start()

    def _followed(self, session: Session, definition: Definition, target: str, selection: EntrySelection) -> Followed:
        fields, smc_filter = selection.requested_fields(), selection.smc_filter()
        if definition is LOG:
            return FollowedLogs(session, LogQuery(fields, smc_filter), self._wanted.waits.timeout)
        query = Query(definition, target, fields, smc_filter, corroborate=self._wanted.corroborate)
        return FollowedTable(session, query, self._wanted.waits)

    def _fail(self, error: BaseException) -> None:
        """A thread ended for a reason that trying again does not help against: all of it ends."""
        self._error = self._error or error
        self._wake.set()

    def _end_tables(self, tables: Sequence[_WatchedTable]) -> None:
        for table in tables:
            table.stop()
        deadline = time.monotonic() + _END_WAIT
        late = [table for table in tables if not table.join(deadline)]
        if late:
            LOGGER.warning("%s did not end within %g s.", counted(len(late), "table"), _END_WAIT)


class _WatchedTable:
    """One table, watched in a thread of its own."""

    def __init__(
        self,
        followed: Followed,
        writer: EventWriter,
        wanted: WatchedTables,
        emit: Emit,
        readings: threading.BoundedSemaphore,
        fail: Callable[[BaseException], None],
    ) -> None:
        self.target = writer.target
        self._table = followed
        self._writer = writer
        self._wanted = wanted
        self._emit = emit
        self._readings = readings
        self._fail = fail
        # What other threads ask of this one, and that they have asked.
        self._ended = False
        self._left_at: float | None = None
        self._asked = threading.Event()
        self._opened = False
        self._lost = False
        self._heartbeat = 0.0
        self._thread = threading.Thread(target=self._run, name=f"{writer.definition} of {writer.target}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def leave(self) -> None:
        """The engine has gone: say so, and keep what is known of its table for when it comes back.

        Nobody waits for this, because nobody may be taking its events.
        """
        if self._left_at is None:
            self._left_at = time.monotonic()
            self._asked.set()
            self._table.interrupt(for_good=False)

    def come_back(self) -> None:
        """The engine is there: read the table again if it was not."""
        if self._left_at is not None:
            self._left_at = None
            self._asked.set()

    @property
    def is_forgotten(self) -> bool:
        """Whether the engine has been away for so long that it is another one when it comes back."""
        return self._left_at is not None and time.monotonic() >= self._left_at + KEPT_AWAY

    def stop(self) -> None:
        self._ended = True
        self._asked.set()
        self._table.interrupt()

    @property
    def _is_called_away(self) -> bool:
        return self._ended or self._left_at is not None

    def _pause(self, seconds: float | None = None) -> None:
        """Wait, or until another thread asks something of this one."""
        self._asked.wait(seconds)
        self._asked.clear()

    def join(self, deadline: float) -> bool:
        """Wait for the thread. Returns whether it has ended."""
        self._thread.join(max(0.0, deadline - time.monotonic()))
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            with self._table:
                self._watch()
        except Stopped:
            return
        except BaseException as error:  # noqa: BLE001 (raised in the thread that runs the watch)
            self._fail(error)

    def _watch(self) -> None:
        waits, read_at = pauses(), math.inf
        while not self._ended:
            if self._left_at is not None:
                self._wait_for_engine()
                continue
            try:
                self._read()
                read_at = time.monotonic()
                self._listen()
            except SMCError as error:
                if self._is_called_away:
                    continue
                self._tell_lost(error)
                if time.monotonic() > read_at + LONGEST_PAUSE:
                    waits, read_at = pauses(), math.inf
                self._pause(next(waits))

    def _wait_for_engine(self) -> None:
        self._table.close()
        self._lost = True
        self._send(self._writer.of_table("lost", _now(), f"The SMC no longer lists the engine '{self.target}'."))
        while self._left_at is not None and not self._ended:
            self._pause()

    def _tell_lost(self, error: SMCError) -> None:
        if isinstance(error, OptionError):
            # It fails each time.
            raise error
        if not self._lost:
            self._lost = True
            self._send(self._writer.of_table("lost", _now(), str(error)))
        LOGGER.info("%s of '%s': %s", self._writer.definition, visible(self.target), error)

    def _read(self) -> None:
        """Read the table, the first time or again, and tell what is new in it."""
        if self._opened:
            with self._readings:
                changes = self._table.reread()
            if self._lost:
                self._tell_connected(recovered=True)
            self._send(self._writer.of_changes(changes, _now()))
            return
        with self._readings:
            self._table.open()
        self._opened = True
        self._tell_connected()
        initial = self._writer.of_snapshot(self._table.items(), _now())
        if self._wanted.present:
            self._send(initial)

    def _tell_connected(self, recovered: bool = False) -> None:
        self._lost = False
        self._send(self._writer.of_table("connected", _now(), self._table.description(), recovered))
        self._heartbeat = time.monotonic() + self._wanted.heartbeat

    def _listen(self) -> None:
        """Tell what changes until the table has to be read again."""
        if self._table.ended:
            self._wait_for_reading()
        while not (self._is_called_away or self._table.must_reread or self._table.session_renewed):
            until = time.monotonic() + _LONGEST_WAIT
            changes = self._table.changes(min(until, self._heartbeat) if self._wanted.heartbeat else until)
            if changes:
                self._send(self._writer.of_changes(changes, _now()))
            self._beat()

    def _wait_for_reading(self) -> None:
        """The SMC ended the fetch, so the table shows nothing new before it is read again."""
        until = time.monotonic() + READ_AGAIN_AFTER
        while not self._is_called_away and time.monotonic() < until:
            self._beat()
            due = min(until, self._heartbeat) if self._wanted.heartbeat else until
            self._pause(max(0.0, due - time.monotonic()))

    def _beat(self) -> None:
        if self._wanted.heartbeat and time.monotonic() >= self._heartbeat:
            self._send(self._writer.of_table("heartbeat", _now()))
            self._heartbeat = time.monotonic() + self._wanted.heartbeat

    def _send(self, events: Iterable[Event]) -> None:
        for event in events:
            self._emit(event)
