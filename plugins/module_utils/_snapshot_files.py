# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Snapshots on disk: a folder with a file a table, and a manifest that says what they are.

    manifest.json                     schema, SMC, times, and for each table its file, count, evidence and digest
    Plano_FW/ROUTING.jsonl[.gz]       the entries, a JSON object a line

The folder is made beside its place and moved there when it is whole. docs/snapshots.md describes the manifest.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import shutil
import tempfile
import threading
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from ._core.definitions import DEFINITIONS
from ._core.errors import OptionError
from ._core.fields import Record
from ._files import FileFailed, creation_mode, write_atomically

SCHEMA = "ngfw.smc.snapshot"
SCHEMA_VERSION = 1
MANIFEST = "manifest.json"

Table = Mapping[str, Any]


class SnapshotWriter:
    """A snapshot in the making. Use as a context manager; `finish` puts it in its place, anything else discards it.

    dry: write nothing beside the place, and no entries. Safe for several threads. Raises FileFailed, and OptionError
    when something else is in the place.
    """

    def __init__(self, dest: Path, compress: bool, replace: bool, dry: bool = False) -> None:
        self.dest = dest
        self._compress = compress
        self._dry = dry
        self._lock = threading.Lock()
        self._names: set[str] = set()
        self._check(replace)
        self._check_writable()
        if dry:
            self.folder = Path(tempfile.mkdtemp(prefix="ngfw-smc-snapshot."))
            return
        try:
            dest.parent.mkdir(parents=True, exist_ok=True)
            self.folder = Path(tempfile.mkdtemp(prefix=f".{dest.name}.", suffix=".partial", dir=dest.parent))
        except OSError as error:
            raise _failed("make a folder for the snapshot beside", dest, error) from None

    def __enter__(self) -> SnapshotWriter:  # noqa: PYI034 (Self needs Python 3.11)
        return self

    def __exit__(self, *_error: object) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)

    def _check(self, replace: bool) -> None:
        if not self.dest.exists() or (self.dest.is_dir() and not any(self.dest.iterdir())):
            return
        if not (self.dest / MANIFEST).is_file():
            raise OptionError(
                f"`dest` is {self.dest}, where something is that is no snapshot. Name a folder of its own."
            )
        if not replace:
            raise OptionError(
                f"`dest` is {self.dest}, where a snapshot is already. Name another folder, or set `replace`."
            )

    def _check_writable(self) -> None:
        folder = next(folder for folder in self.dest.parents if folder.exists())
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            raise FileFailed(
                f"Could not write the snapshot {self.dest}: {folder} is no folder to write to.", path=str(folder)
            )

    def write(self, target: str, definition: str, lines: Iterable[str]) -> dict[str, Any]:
        """One table's file: its name, size and digest, for the manifest."""
        name = self._name(target, definition)
        if self._dry:
            return {"file": name, "size": 0, "sha256": ""}
        path = self.folder / name
        digest = hashlib.sha256()
        try:
            path.parent.mkdir(exist_ok=True)
            with path.open("wb") as raw:
                counted = _Digesting(raw, digest)
                if self._compress:
                    with gzip.GzipFile("", "wb", 6, counted, mtime=0) as packed:
                        _write_lines(packed, lines)
                else:
                    _write_lines(counted, lines)
                raw.flush()
                os.fsync(raw.fileno())
            path.chmod(creation_mode(0o666))
        except OSError as error:
            raise _failed("write", path, error) from None
        return {"file": name, "size": counted.size, "sha256": digest.hexdigest()}

    def _name(self, target: str, definition: str) -> str:
        folder = re.sub(r"[^A-Za-z0-9._-]+", "_", target).strip(".")[:80] or "_"
        ending = ".jsonl.gz" if self._compress else ".jsonl"
        with self._lock:
            name, number = f"{folder}/{definition}{ending}", 1
            while name.casefold() in self._names:
                number += 1
                name = f"{folder}.{number}/{definition}{ending}"
            self._names.add(name.casefold())
        return name

    def finish(self, manifest: Mapping[str, Any]) -> Path:
        """Writes the manifest last and puts the folder in its place. Returns the manifest's path there."""
        if self._dry:
            return self.dest / MANIFEST
        write_atomically(self.folder / MANIFEST, json.dumps(manifest, indent=1, ensure_ascii=False) + "\n")
        try:
            for path in [self.folder, *(path for path in self.folder.iterdir() if path.is_dir())]:
                path.chmod(creation_mode(0o777))
            if self.dest.exists():
                # Two moves, between which there is no snapshot in the place, rather than a mixture of both.
                old = Path(tempfile.mkdtemp(prefix=f".{self.dest.name}.", suffix=".old", dir=self.dest.parent))
                self.dest.replace(old / "snapshot")
                self.folder.replace(self.dest)
                shutil.rmtree(old, ignore_errors=True)
            else:
                self.folder.replace(self.dest)
        except OSError as error:
            raise _failed("put the snapshot in its place,", self.dest, error) from None
        return self.dest / MANIFEST


class _Digesting:
    """A file that is digested as it is written."""

    def __init__(self, file: IO[bytes], digest: Any) -> None:
        self._file = file
        self._digest = digest
        self.size = 0

    def write(self, data: bytes) -> int:
        self._digest.update(data)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


def _write_lines(file: Any, lines: Iterable[str]) -> None:
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) == 1000:
            file.write(_encoded(waiting))
            waiting.clear()
    if waiting:
        file.write(_encoded(waiting))


def _encoded(lines: list[str]) -> bytes:
    # What is no Unicode, half of a surrogate pair, becomes the escape that JSON has for it.
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a snapshot's folder, or at a manifest's own path. Raises FileFailed and OptionError."""
    path = folder if folder.name == MANIFEST else folder / MANIFEST
    if folder.is_dir() and not path.is_file():
        raise OptionError(f"{folder} holds no {MANIFEST}, so it is no snapshot, or one that was never finished.")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise _failed("read", path, error) from None
    except ValueError:
        raise OptionError(f"{path} is not JSON.") from None
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise OptionError(f"{path} is not the manifest of a snapshot of ngfw.smc.")
    if manifest.get("schema_version") != SCHEMA_VERSION:
        raise OptionError(
            f"{path} has schema version {manifest.get('schema_version')}; this release of ngfw.smc reads version {SCHEMA_VERSION}."
        )
    tables = manifest.get("tables")
    if not isinstance(tables, list) or not all(isinstance(table, dict) and table.get("file") for table in tables):
        raise OptionError(f"{path} lacks its tables.")
    manifest["folder"] = str(path.parent)
    return manifest


class TableFile:
    """One table of a snapshot on disk. The entries are read anew each time, a line at a time."""

    def __init__(self, folder: Path, table: Table) -> None:
        self._path = folder / str(table["file"])
        self._table = table
        if folder.resolve() not in self._path.resolve().parents:
            raise OptionError(f"The manifest in {folder} names a file outside of it.")
        if not isinstance(table.get("count"), int):
            raise OptionError(f"The manifest in {folder} does not say how many entries {table['file']} has.")
        self.count = int(table["count"])

    def verify(self) -> None:
        """Raises FileFailed unless the file is the one that the manifest describes."""
        digest = hashlib.sha256()
        try:
            with self._path.open("rb") as file:
                for part in iter(lambda: file.read(1 << 20), b""):
                    digest.update(part)
        except OSError as error:
            raise _failed("read", self._path, error) from None
        if digest.hexdigest() != self._table.get("sha256"):
            raise FileFailed(
                f"{self._path} is not as it was when the snapshot was taken (its digest differs).", path=str(self._path)
            )

    def entries(self) -> Iterator[Record]:
        """Raises FileFailed."""
        return read_entries(self._path)


def read_entries(path: Path) -> Iterator[Record]:
    """The JSON objects of a file with one a line. Raises FileFailed for what is none."""
    opener: Any = gzip.open if path.suffix == ".gz" else open
    try:
        with opener(path, "rt", encoding="utf-8") as file:
            for line in file:
                entry = json.loads(line)
                if not isinstance(entry, dict):
                    raise FileFailed(f"{path} has a line that is no JSON object.", path=str(path))
                yield entry
    except (OSError, EOFError) as error:
        raise _failed("read", path, error) from None
    except ValueError:
        raise FileFailed(f"{path} has a line that is not JSON.", path=str(path)) from None


def read_baselines(folder: Path, target: str, definitions: Iterable[str]) -> dict[str, list[Record] | str]:
    """Earlier entries of a target by definition, or why there are none."""
    found: dict[str, list[Record] | str] = {}
    try:
        manifest = read_manifest(folder)
        tables = {(table.get("target"), table.get("definition")): table for table in manifest["tables"]}
        for definition in definitions:
            table = tables.get((target, definition))
            if table is None:
                found[definition] = f"The baseline {folder} holds no {definition} of '{target}'."
            elif table.get("complete") is not True:
                found[definition] = f"The baseline's {definition} of '{target}' is not complete."
            else:
                file = TableFile(Path(manifest["folder"]), table)
                file.verify()
                found[definition] = list(file.entries())
    except (FileFailed, OptionError) as error:
        for definition in DEFINITIONS:
            found.setdefault(definition, f"The baseline cannot be used: {error.message}")
    return found


def _failed(doing: str, path: Path, error: Exception) -> FileFailed:
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    return FileFailed(f"Could not {doing} {path}: {reason}.", path=str(path))
