# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Entries of a large table kept in a file, so that memory stays the same however many there are."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Union

from ._core.fields import Record
from ._core.table import Key
from ._files import FileFailed

# So many entries stay in memory; one of a connection takes about 2 kB there.
IN_MEMORY = 20_000

# How much of the file SQLite may keep in memory, in kB.
_CACHE = 32_768

# How many keys are looked up in one statement; SQLite takes 999 parameters at least.
_BATCH = 500

Pairs = Union[Mapping[Key, Record], Iterable[tuple[Key, Record]]]


class SpillingStore(MutableMapping[Key, Record]):
    """A dict of entries that moves to a file when it becomes large. Keeps the order of first appearance.

    path: where the file may be made; it is there only while it is needed. For one thread at a time.
    Raises FileFailed when the file cannot be written, as on a full disk.
    """

    def __init__(self, path: Path, in_memory: int = IN_MEMORY) -> None:
        self._path = path
        self._limit = in_memory
        self._memory: dict[Key, Record] = {}
        self._file: sqlite3.Connection | None = None
        self._count = 0

    def __len__(self) -> int:
        return self._count if self._file else len(self._memory)

    def __iter__(self) -> Iterator[Key]:
        if self._file is None:
            yield from self._memory
            return
        with self._at_work() as file:
            for (key,) in file.execute("SELECT key FROM entry ORDER BY number"):
                yield _read_key(key)

    def __contains__(self, key: object) -> bool:
        if self._file is None:
            return key in self._memory
        return self._find(key) is not None  # type: ignore[arg-type]

    def __getitem__(self, key: Key) -> Record:
        if self._file is None:
            return self._memory[key]
        text = self._find(key)
        if text is None:
            raise KeyError(key)
        entry: Record = json.loads(text)
        return entry

    def __setitem__(self, key: Key, entry: Record) -> None:
        self.update({key: entry})

    def __delitem__(self, key: Key) -> None:
        if self._file is None:
            del self._memory[key]
            return
        with self._at_work() as file:
            removed = file.execute("DELETE FROM entry WHERE key = ?", (_write_key(key),)).rowcount
        if not removed:
            raise KeyError(key)
        self._count -= removed

    def update(self, pairs: Pairs = (), /, **more: Any) -> None:  # type: ignore[override]
        """Many at once, as they come in one message."""
        if self._file is None:
            self._memory.update(pairs, **more)
            if len(self._memory) > self._limit:
                self._spill()
            return
        self._write(dict(pairs, **more))

    def lines(self) -> Iterator[str]:
        """The entries as JSON, without a line's end."""
        if self._file is None:
            yield from map(_write_entry, self._memory.values())
            return
        with self._at_work() as file:
            for (text,) in file.execute("SELECT entry FROM entry ORDER BY number"):
                yield text

    def close(self) -> None:
        """Forget everything."""
        self._memory.clear()
        if self._file is not None:
            self._file.close()
            self._file = None
            self._count = 0
        self._path.unlink(missing_ok=True)

    def _spill(self) -> None:
        # Autocommit with the journal off: nothing of this file needs to survive.
        with self._failing():
            self._file = sqlite3.connect(str(self._path), isolation_level=None, check_same_thread=False)
        with self._at_work() as file:
            for pragma in (
                "journal_mode=OFF",
                "synchronous=OFF",
                "locking_mode=EXCLUSIVE",
                "temp_store=FILE",
                f"cache_size=-{_CACHE}",
            ):
                file.execute(f"PRAGMA {pragma}")
            file.execute(
                "CREATE TABLE entry (number INTEGER PRIMARY KEY, key TEXT UNIQUE NOT NULL, entry TEXT NOT NULL)"
            )
        entries, self._memory = self._memory, {}
        self._write(entries)

    @contextmanager
    def _at_work(self) -> Iterator[sqlite3.Connection]:
        if self._file is None:
            raise RuntimeError("the store has no file yet")
        with self._failing():
            yield self._file

    @contextmanager
    def _failing(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            raise FileFailed(
                f"Could not keep the entries of a large table in {self._path}: {error}.", path=str(self._path)
            ) from None

    def _write(self, entries: Mapping[Key, Record]) -> None:
        rows = [(_write_key(key), _write_entry(entry)) for key, entry in entries.items()]
        with self._at_work() as file:
            file.execute("BEGIN")
            for start in range(0, len(rows), _BATCH):
                batch = rows[start : start + _BATCH]
                marks = ",".join("?" * len(batch))
                (known,) = file.execute(
                    f"SELECT count(*) FROM entry WHERE key IN ({marks})",  # noqa: S608 (question marks only)
                    [key for key, _text in batch],
                ).fetchone()
                file.executemany(
                    "INSERT INTO entry (key, entry) VALUES (?, ?) "
                    "ON CONFLICT (key) DO UPDATE SET entry = excluded.entry",
                    batch,
                )
                self._count += len(batch) - known
            file.execute("COMMIT")

    def _find(self, key: Key) -> str | None:
        with self._at_work() as file:
            found = file.execute("SELECT entry FROM entry WHERE key = ?", (_write_key(key),)).fetchone()
        return None if found is None else str(found[0])


def _write_key(key: Key) -> str:
    """Node and delta_key as one text; a number in place of a delta_key has a mark of its own."""
    node, name = key
    mark = "#" if isinstance(name, int) else "="
    return f"{'' if node is None else '=' + node}\x1f{mark}{name}"


def _read_key(text: str) -> Key:
    node, _separator, name = text.rpartition("\x1f")
    return (node[1:] if node else None, int(name[1:]) if name[0] == "#" else name[1:])


def _write_entry(entry: Record) -> str:
    return json.dumps(entry, ensure_ascii=False, separators=(",", ":"))
