# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The verdicts of many runs in one SQLite file: how long a check has been failing, and what changed between two dates.

A row is a span: one check of one engine that ended in the same status for a number of runs. A run in which nothing changes
therefore adds one row (its totals) and no more, however many engines and checks it has. Several jobs may write at the same
time: each run is one transaction, and SQLite lets the next one wait.

The file may come from somebody else. It has exactly the tables and indexes of this module, so nothing in it can run, and each
value that is read has the type and form that this module gives it.
"""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from ..errors import FileFailed, OptionError
from ..verdicts import BAD, PASS, WAIVED
from .atomic_files import file_failed, refuse_shared
from .open_folder import OpenFolder

SCHEMA_VERSION = 1

# Seconds that a job waits for another one to finish its run.
_BUSY_TIMEOUT = 60.0

# Seconds for one use of the file, and after how many of its steps SQLite asks whether they are over. A run of 5,000 engines with 50
# checks each takes some seconds.
_MOST_SECONDS = 600.0
_STEPS = 100_000

# What SQLite adds to the name of a file for those beside it.
_ENDINGS = ("", "-wal", "-shm", "-journal")

_WHAT = {"link": "a link", "folder": "a folder", "other": "something else"}

_TABLES = """
CREATE TABLE run (
    number INTEGER PRIMARY KEY, run_id TEXT NOT NULL UNIQUE, at TEXT NOT NULL, totals TEXT NOT NULL
);
CREATE TABLE span (
    id INTEGER PRIMARY KEY, smc TEXT NOT NULL, engine TEXT NOT NULL, name TEXT NOT NULL, target TEXT NOT NULL,
    status TEXT NOT NULL, severity TEXT NOT NULL, reason TEXT NOT NULL,
    since TEXT NOT NULL, last_at TEXT NOT NULL, last_run INTEGER NOT NULL, runs INTEGER NOT NULL, latest INTEGER NOT NULL,
    before TEXT NOT NULL
);
CREATE UNIQUE INDEX latest_span ON span (smc, engine, name, target) WHERE latest = 1;
CREATE INDEX span_by_time ON span (last_at);
"""

_LATEST = (
    "SELECT id, status, since, last_at, last_run, runs, before FROM span "
    "WHERE smc = ? AND engine = ? AND name = ? AND target = ? AND latest = 1"
)


# What SQLite may keep of its own, such as the index of a UNIQUE column or, after ANALYZE, statistics.
_OF_SQLITE = re.compile(r"sqlite_\w+")

_TOTAL = re.compile(r"([A-Z]{1,20})=([0-9]{1,12})", re.ASCII)


class CheckKey(NamedTuple):
    """Which check of which engine. smc: the SMC's name, since two SMCs may have engines of one name."""

    smc: str
    engine: str
    name: str
    target: str


@dataclass(frozen=True)
class Standing:
    """How long a check has had its status.

    Attributes:
        since: When the status was first seen, ISO 8601 in UTC.
        runs: In how many runs it was seen since then, the present one included.
        before: The status that it had before; empty if the check was never seen before.
    """

    since: str
    runs: int
    before: str = ""

    def says(self, status: str) -> str:
        """`new`, `since DATE (n runs)`, `fixed since the last run`, or an empty text where there is nothing to say."""
        if status in (*BAD, WAIVED):
            return "new" if self.runs == 1 else f"since {self.since[:10]} ({self.runs:,} runs)"
        # What is skipped is not fixed: nobody looked.
        return "fixed since the last run" if status == PASS and self.runs == 1 and self.before in (*BAD, WAIVED) else ""


@dataclass(frozen=True)
class Change:
    """One span: a check of an engine that had a status from `since` until `last_at`."""

    key: CheckKey
    status: str
    severity: str
    reason: str
    since: str
    last_at: str
    runs: int


class VerdictHistory:
    """The file. Opens it anew for each call, so an object may be kept without holding a lock.

    Args:
        path: The SQLite file; it is made when the first run is added.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    def add_run(self, run_id: str, at: str, results: Iterable[Mapping[str, Any]]) -> dict[CheckKey, Standing]:
        """Add the verdicts of a run, or of one slice of it. A verdict that the run has already counts once.

        Args:
            run_id: What names the run; the slices of one job share it.
            at: When it ended, ISO 8601 in UTC.
            results: Verdicts as dictionaries with smc, engine, name, target, status, severity and reason.

        Returns:
            How each check of this run stands.

        Raises:
            FileFailed: The file cannot be written.
            OptionError: It is not a history, or one of a later release.
        """
        standings: dict[CheckKey, Standing] = {}
        with self._transaction() as file:
            number, totals = _open_run(file, _text(run_id), _text(at))
            for result in results:
                stored = {column: _text(result.get(column)) for column in _VERDICT}
                standings[key_of(result)] = _add_verdict(file, stored, _text(at), number, totals)
            file.execute("UPDATE run SET totals = ? WHERE number = ?", (_totals(totals), number))
        return standings

    def changes(
        self, engine: str = "", name: str = "", start: str = "", end: str = "9999", most: int = 1000
    ) -> list[Change]:
        """Spans that touch a period, the latest first.

        Args:
            engine: Only this engine; empty for all.
            name: Only this check; empty for all.
            start: The period's begin, ISO 8601 or a date.
            end: The period's end; a date includes the whole day.
            most: At most this many.
        """
        end = end + "T99" if len(end) == len("2026-01-01") else end
        query = (
            "SELECT smc, engine, name, target, status, severity, reason, since, last_at, runs FROM span "
            "WHERE (? = '' OR engine = ?) AND (? = '' OR name = ?) AND last_at >= ? AND since <= ? "
            "ORDER BY since DESC, id DESC LIMIT ?"
        )
        wanted = [*map(_text, (engine, engine, name, name, start, end)), most]
        with self._reading() as file:
            rows = [_checked(row, 9) for row in file.execute(query, wanted)]
        return [Change(CheckKey(*row[:4]), *row[4:]) for row in rows]

    def trend(self, most: int = 30) -> list[tuple[str, dict[str, int]]]:
        """When the last runs ended and their totals, the oldest first."""
        with self._reading() as file:
            rows = file.execute("SELECT at, totals FROM run ORDER BY at DESC, number DESC LIMIT ?", (most,)).fetchall()
            return [(at, _read_totals(totals)) for at, totals in map(_checked, reversed(rows))]

    def prune(self, before: str) -> int:
        """Forget runs that ended, and spans that were last seen, before a moment. Returns how many rows went."""
        with self._transaction() as file:
            runs = file.execute("DELETE FROM run WHERE at < ?", (before,)).rowcount
            return runs + file.execute("DELETE FROM span WHERE last_at < ?", (before,)).rowcount

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._open() as file:
            file.execute("BEGIN IMMEDIATE")
            try:
                _create_tables(file)
                yield file
            except BaseException:
                # An interrupt too: half a run must not stay.
                file.execute("ROLLBACK")
                raise
            file.execute("COMMIT")

    @contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        with self._open(must_exist=True) as file:
            _check_schema(file)
            yield file

    @contextmanager
    def _open(self, must_exist: bool = False) -> Iterator[sqlite3.Connection]:
        self._refuse_unsafe(must_exist)
        try:
            with closing(sqlite3.connect(str(self._path), timeout=_BUSY_TIMEOUT, isolation_level=None)) as file:
                _keep_in_bounds(file)
                # Readers and a writer do not wait for each other. A file system that cannot do it keeps the usual journal, and
                # so does this connection while another job changes the same; a file that cannot be used fails right after.
                with suppress(sqlite3.OperationalError):
                    file.execute("PRAGMA journal_mode=WAL")
                file.execute("PRAGMA synchronous=NORMAL")
                yield file
        except (sqlite3.Error, ValueError, TypeError, OverflowError) as error:
            # Not only SQLite refuses what a file from elsewhere may hold.
            reason = f"it took more than {_MOST_SECONDS:,.0f} seconds" if str(error) == "interrupted" else error
            raise FileFailed(
                f"The history {self._path} cannot be used: {reason}. Look at the file and its folder's permissions.",
                path=str(self._path),
            ) from None

    def _refuse_unsafe(self, must_exist: bool) -> None:
        """SQLite opens its files by their paths, so nobody else may be able to say where these lead."""
        name = self._path.name
        try:
            with OpenFolder(self._path.parent) as folder:
                refuse_shared(folder)
                kinds = {name + ending: folder.kind_of(name + ending) for ending in _ENDINGS}
        except (OSError, ValueError) as error:
            # A ValueError is about a name that no file can have.
            raise file_failed("use the history", self._path, error) from None
        if must_exist and not kinds[name]:
            raise FileFailed(f"There is no history {self._path} yet.", path=str(self._path))
        for found, kind in kinds.items():
            if kind not in ("", "file"):
                raise FileFailed(
                    f"Could not use the history {self._path}: {found} is not a file of its own, but {_WHAT[kind]}. "
                    "Remove it, or use another name.",
                    path=str(self._path),
                )


def key_of(result: Mapping[str, Any]) -> CheckKey:
    """Which check of which engine a verdict is about."""
    return CheckKey(
        str(result.get("smc") or ""),
        str(result.get("engine") or ""),
        str(result.get("name") or ""),
        str(result.get("target") or ""),
    )


# The columns of a span that a verdict fills.
_VERDICT = (*CheckKey._fields, "status", "severity", "reason")


def _text(value: Any) -> str:
    """A text that SQLite can hold. Half of a surrogate pair, which UTF-8 has not, becomes the escape that JSON has for it."""
    return str(value or "").encode("utf-8", "backslashreplace").decode()


def _keep_in_bounds(file: sqlite3.Connection) -> None:
    deadline = time.monotonic() + _MOST_SECONDS
    file.set_progress_handler(lambda: time.monotonic() > deadline, _STEPS)
    file.execute("PRAGMA trusted_schema=OFF")


def _create_tables(file: sqlite3.Connection) -> None:
    if file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        _check_schema(file)
        return
    for statement in _statements():
        file.execute(statement)
    file.execute(f"PRAGMA user_version={SCHEMA_VERSION}")


def _statements() -> list[str]:
    return [statement.strip() for statement in _TABLES.split(";") if statement.strip()]


def _check_schema(file: sqlite3.Connection) -> None:
    """Raises OptionError for a history of another release, and ValueError for one with anything that this module did not make."""
    (version,) = file.execute("PRAGMA user_version").fetchone()
    if version != SCHEMA_VERSION:
        raise OptionError(
            f"This history has schema version {version}; this release of ngfw.smc reads version {SCHEMA_VERSION}."
        )
    found = [
        str(statement)
        for kind, name, statement in file.execute("SELECT type, name, sql FROM sqlite_master")
        if kind not in ("table", "index") or not _OF_SQLITE.fullmatch(str(name))
    ]
    if sorted(found) != sorted(_statements()):
        raise ValueError("it has other tables, indexes, views or triggers than a history of ngfw.smc")


def _checked(row: Sequence[Any], *numbers: int) -> Sequence[Any]:
    """The row. Raises ValueError unless it has whole numbers in these places, and texts in all others."""
    if any(not isinstance(value, int if place in numbers else str) for place, value in enumerate(row)):
        raise ValueError("it has a value of a wrong type")
    return row


def _open_run(file: sqlite3.Connection, run_id: str, at: str) -> tuple[int, dict[str, int]]:
    """The run's number, and the totals of what it has already. It ends with the last of its slices."""
    known = file.execute("SELECT number, at, totals FROM run WHERE run_id = ?", (run_id,)).fetchone()
    if known is None:
        added = file.execute("INSERT INTO run (run_id, at, totals) VALUES (?, ?, '')", (run_id, at))
        return int(added.lastrowid or 0), {}
    number, earlier, counted = _checked(known, 0)
    file.execute("UPDATE run SET at = ? WHERE number = ?", (max(at, earlier), number))
    return int(number), _read_totals(counted)


def _add_verdict(
    file: sqlite3.Connection, verdict: Mapping[str, str], at: str, number: int, totals: dict[str, int]
) -> Standing:
    """Adds a verdict, which has the columns of _VERDICT, and counts it in the totals of the run."""
    status, reason = verdict["status"], verdict["reason"]
    latest = file.execute(_LATEST, key_of(verdict)).fetchone()
    span, known, since, last_at, last_run, runs, before = _checked(latest or (0, "", at, "", 0, 0, ""), 0, 4, 5)
    if latest and last_run == number:
        totals[known] = max(0, totals.get(known, 0) - 1)
    totals[status] = totals.get(status, 0) + 1
    if known == status:
        runs += last_run != number
        file.execute(
            "UPDATE span SET last_at = ?, last_run = ?, runs = ?, reason = ? WHERE id = ?",
            (max(at, last_at), number, runs, reason, span),
        )
        return Standing(since, runs, before if runs == 1 else "")
    if latest and at < last_at:
        # A run that ended earlier than what is known already, such as a slice that was late, changes nothing.
        return Standing(at, 1, known)
    if latest:
        file.execute("UPDATE span SET latest = 0 WHERE id = ?", (span,))
    _begin_span(file, verdict, at, number, known)
    return Standing(at, 1, known)


def _begin_span(file: sqlite3.Connection, verdict: Mapping[str, str], at: str, number: int, before: str) -> None:
    file.execute(
        "INSERT INTO span (smc, engine, name, target, status, severity, reason, since, last_at, last_run, runs, latest, before) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, 1, ?)",
        (*(verdict[column] for column in _VERDICT), at, at, number, before),
    )


def _totals(totals: Mapping[str, int]) -> str:
    return ",".join(f"{status}={count}" for status, count in totals.items())


def _read_totals(text: str) -> dict[str, int]:
    """The totals of a run. Raises ValueError if they are not written as `_totals` writes them."""
    pairs = [_TOTAL.fullmatch(pair) for pair in text.split(",")] if text else []
    if None in pairs:
        raise ValueError("it has totals that are not counts")
    return {pair[1]: int(pair[2]) for pair in pairs if pair}
