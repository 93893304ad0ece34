# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Entries of a large table, kept in files so that they do not fill the memory."""

from __future__ import annotations

import json
import os
import secrets
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, MutableMapping
from contextlib import contextmanager
from itertools import accumulate, islice
from pathlib import Path
from typing import IO, Any, NamedTuple, Union

from ..errors import FileFailed
from ..schema.records import Key, Record

# How many entries stay in memory at most. An entry of CONNECTIONS takes about 2 kB there.
IN_MEMORY = 10_000


# How much of the index SQLite may keep in memory, in kB, and how large its pages are, in bytes.
_CACHE = 32_768
_PAGE = 16_384


# How many entries, and about how many bytes, are read at a time.
_GROUP = 1000
_PIECE = 256 * 1024


# How many bytes in front of a key tell its node.
_PREFIX = 4


Pairs = Union[Mapping[Key, Record], Iterable[tuple[Key, Record]]]


class _Files(NamedTuple):
    """A line of JSON for each entry, and where the line of each key begins."""

    lines: IO[bytes]
    keys: sqlite3.Connection


class SpillingStore(MutableMapping[Key, Record]):
    """A dict of entries that moves to files when it becomes large. It keeps the order of first appearance.

    For one thread at a time. Every method raises FileFailed if a file cannot be written or read, as on a full disk. The files
    have no names, so that nobody can put others in their place, and are gone when the process is. They are in TMPDIR, or else in
    /var/tmp.

    Entries are appended to one file, which is the whole table as long as none is changed or deleted, and read in one go then.
    """

    def __init__(self, in_memory: int = IN_MEMORY) -> None:
        """Starts empty, in memory.

        Args:
            in_memory: with more entries than this, the store moves to the files.
        """
        self._limit = in_memory
        self._begin()

    def _begin(self) -> None:
        self._memory: dict[Key, Record] = {}
        self._files: _Files | None = None
        self._count = 0
        self._end = 0
        self._has_old_lines = False
        self._prefixes: dict[tuple[str | None, bool], bytes] = {}
        self._owners: dict[bytes, tuple[str | None, bool]] = {}

    @property
    def in_memory(self) -> bool:
        """Whether it has not moved to files yet."""
        return self._files is None

    def __len__(self) -> int:
        return self._count if self._files else len(self._memory)

    def __iter__(self) -> Iterator[Key]:
        if self._files is None:
            yield from self._memory
            return
        with self._opened() as files:
            for (key,) in files.keys.execute("SELECT key FROM entry ORDER BY number"):
                yield self._read_key(key)

    def __contains__(self, key: object) -> bool:
        if self._files is None:
            return key in self._memory
        return self._find(key) is not None  # type: ignore[arg-type]

    def __getitem__(self, key: Key) -> Record:
        if self._files is None:
            return self._memory[key]
        place = self._find(key)
        if place is None:
            raise KeyError(key)
        with self._opened() as files:
            entry: Record = json.loads(_line_at(files.lines, place))
            return entry

    def __setitem__(self, key: Key, entry: Record) -> None:
        self.update({key: entry})

    def __delitem__(self, key: Key) -> None:
        if self._files is None:
            del self._memory[key]
            return
        with self._opened() as files:
            removed = files.keys.execute("DELETE FROM entry WHERE key = ?", (self._write_key(key),)).rowcount
        if not removed:
            raise KeyError(key)
        self._count -= removed
        self._has_old_lines = True

    def update(self, pairs: Pairs = (), /, **more: Any) -> None:  # type: ignore[override]
        """Set many entries at once, such as those of one message."""
        if self._files is None:
            self._memory.update(pairs, **more)
            if len(self._memory) > self._limit:
                self._spill()
            return
        entries: dict[Key, Record] = dict(pairs, **more)
        if entries:
            self._write(entries)

    def count_nodes(self) -> dict[str | None, int]:
        """How many entries are of each node."""
        if self._files is None:
            return Counter(node for node, _name in self._memory)
        counts: Counter[str | None] = Counter()
        with self._opened() as files:
            for prefix, (node, _is_number) in self._owners.items():
                end = (int.from_bytes(prefix, "big") + 1).to_bytes(_PREFIX, "big")
                found = files.keys.execute("SELECT count(*) FROM entry WHERE key >= ? AND key < ?", (prefix, end))
                counts[node] += found.fetchone()[0]
        return +counts

    def lines(self) -> Iterator[str]:
        """The entries as JSON texts without line breaks."""
        for some in self._line_groups():
            for line in some:
                yield line[:-1].decode()

    def write_to(self, file: IO[bytes]) -> None:
        """Write the entries as JSON, each with a line end."""
        for some in self._line_groups():
            file.write(b"".join(some))

    def _line_groups(self) -> Iterator[list[bytes]]:
        """The entries as JSON, each with a line end, some at a time."""
        if self._files is None:
            entries = iter(self._memory.values())
            while some := [*islice(entries, _GROUP)]:
                yield _encode(some).splitlines(keepends=True)
            return
        with self._opened() as files:
            if self._has_old_lines:
                places = files.keys.execute("SELECT place FROM entry ORDER BY number")
                while rows := places.fetchmany(_GROUP):
                    yield [_line_at(files.lines, place) for (place,) in rows]
            else:
                files.lines.seek(0)
                while lines := files.lines.readlines(_PIECE):
                    yield lines

    def clear(self) -> None:
        self.close()

    def close(self) -> None:
        """Forget all entries and delete the files."""
        if self._files is not None:
            self._files.keys.close()
            self._files.lines.close()
        self._begin()

    def _spill(self) -> None:
        with _explained_errors():
            # Autocommit, and no journal: nobody needs these files after a crash.
            keys = sqlite3.connect("", isolation_level=None, check_same_thread=False)
            self._files = _Files(tempfile.TemporaryFile(dir=_folder()), keys)  # noqa: SIM115 (`close` closes it)
            for pragma in (
                f"page_size={_PAGE}",
                "journal_mode=OFF",
                "synchronous=OFF",
                "locking_mode=EXCLUSIVE",
                "temp_store=FILE",
                f"cache_size=-{_CACHE}",
            ):
                keys.execute(f"PRAGMA {pragma}")
            # number: by which the order of first appearance is kept, as place is that of the last line.
            keys.execute("CREATE TABLE entry (key BLOB PRIMARY KEY, number INTEGER, place INTEGER) WITHOUT ROWID")
        entries, self._memory = iter(self._memory.items()), {}
        while some := dict(islice(entries, _GROUP)):
            self._write(some)

    @contextmanager
    def _opened(self) -> Iterator[_Files]:
        if self._files is None:
            raise RuntimeError("The store has no files yet.")
        with _explained_errors():
            yield self._files

    def _write(self, entries: Mapping[Key, Record]) -> None:
        lines = _encode(entries.values())
        places = accumulate((len(line) + 1 for line in lines.split(b"\n")), initial=self._end)
        rows = [(self._write_key(key), place, place) for key, place in zip(entries, places)]
        with self._opened() as files:
            files.lines.seek(self._end)
            files.lines.write(lines)
            self._end += len(lines)
            files.keys.execute("BEGIN")
            added = files.keys.executemany("INSERT OR IGNORE INTO entry VALUES (?, ?, ?)", rows).rowcount
            if added < len(rows):
                files.keys.executemany("UPDATE entry SET place = ? WHERE key = ?", [(row[1], row[0]) for row in rows])
                self._has_old_lines = True
            files.keys.execute("COMMIT")
        self._count += added

    def _write_key(self, key: Key) -> bytes:
        """Node and delta_key in one: a number for the node, and whether the key is a number, then the key."""
        node, name = key
        owner = node, name.__class__ is int
        prefix = self._prefixes.get(owner)
        if prefix is None:
            prefix = self._prefixes[owner] = len(self._prefixes).to_bytes(_PREFIX, "big")
            self._owners[prefix] = owner
        # Half of a surrogate pair may be in a name, and in no text of SQLite's.
        return prefix + str(name).encode("utf-8", "surrogatepass")

    def _read_key(self, written: bytes) -> Key:
        node, is_number = self._owners[written[:_PREFIX]]
        name = written[_PREFIX:].decode("utf-8", "surrogatepass")
        return node, int(name) if is_number else name

    def _find(self, key: Key) -> int | None:
        with self._opened() as files:
            found = files.keys.execute("SELECT place FROM entry WHERE key = ?", (self._write_key(key),)).fetchone()
        return None if found is None else int(found[0])


@contextmanager
def _explained_errors() -> Iterator[None]:
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise FileFailed(
            f"Could not keep the entries of a large table in a temporary file: {error}. Set TMPDIR to a folder with more room."
        ) from None


def _folder() -> str | None:
    """Where the files are made: where SQLite makes its own."""
    # A file without a name is safe there, and /tmp may be memory.
    wanted = os.environ.get("TMPDIR"), "/var/tmp"  # noqa: S108  # nosec B108
    return next((folder for folder in wanted if folder and Path(folder).is_dir()), None)


def _line_at(file: IO[bytes], place: int) -> bytes:
    file.seek(place)
    return file.readline()


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


_BETWEEN = secrets.token_hex()


def _encode(entries: Iterable[Record]) -> bytes:
    """The entries, of which there is at least one, as JSON, each with a line end.

    Encoding all of them in one call takes two thirds of the time. A random text stands behind each, where the line end goes.
    """
    with_ends = [part for entry in entries for part in (entry, _BETWEEN)]
    text = f"{_ENCODER.encode(with_ends)[1:-1]},".replace(f',"{_BETWEEN}",', "\n")
    # Half of a surrogate pair becomes the escape that JSON has for it.
    return text.encode("utf-8", "backslashreplace")
