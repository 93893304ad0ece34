# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Snapshots on disk: a folder with one file per table, and a manifest that describes them.

    manifest.json                     schema, SMC, times, and for each table its file, count, evidence and digest
    Plano_FW/ROUTING.jsonl[.gz]       the entries, one JSON object per line

The snapshots of several SMCs and domains may lie beside each other in one folder, which then has no manifest of its own.
docs/snapshots.md describes the manifest. A folder may come from anywhere, so everything read here has a bound.
"""

from __future__ import annotations

import gzip
import hashlib
import os
import zlib
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import IO, Any

from ..errors import FileFailed, OptionError
from ..schema.records import Record
from ..words import count_entries, join_names
from .atomic_files import file_failed
from .open_folder import OpenFolder
from .reading import LONGEST_LINE, Memory, open_file, parse_json, read_document, read_lines

SCHEMA = "ngfw.smc.snapshot"


SCHEMA_VERSION = 1


MANIFEST = "manifest.json"


# What is read of a folder at most. The largest tables that are known have some million entries of about 2 kB, and the manifest of
# 5,000 engines with all tables has about 20 MB.
LARGEST_MANIFEST = 64 << 20
LARGEST_TABLE = 64 << 30
MOST_TABLES = 200_000
MOST_ENTRIES = 50_000_000
MOST_FOLDERS = 1_000


# How many bytes one byte of a compressed table may stand for. Real tables come to 30, and a bomb to 1,000.
MOST_PACKED = 250


# How many bytes of memory the tables of a baseline may take, which are all in memory at the same time. 400,000 entries take as many.
MOST_BASELINE = 2 << 30


TableDescription = Mapping[str, Any]


# The ending of a table that can be read again.
JSON_LINES = ".jsonl"


def read_manifest(folder: Path) -> dict[str, Any]:
    """The manifest of a snapshot.

    Args:
        folder: the folder, or the path of the manifest itself.

    Returns:
        The document, with the folder's path as `folder`.

    Raises:
        FileFailed: it cannot be read.
        OptionError: it is not the manifest of a snapshot of a known version.
    """
    path = folder if folder.name == MANIFEST else folder / MANIFEST
    try:
        if folder.is_dir() and not path.exists():
            raise OptionError(f"{folder} has no {MANIFEST}, so it is not a snapshot, or was never finished.")
        manifest = read_document(path, LARGEST_MANIFEST)
    except OSError as error:
        raise file_failed("read", path, error) from None
    except ValueError:
        raise OptionError(f"{path} is not JSON.") from None
    return {**_checked_manifest(manifest, path), "folder": str(path.parent)}


def read_manifests(folder: Path) -> dict[str, dict[str, Any]]:
    """The manifests of a snapshot, or of those that lie beside each other in a folder, one for each SMC and domain.

    Args:
        folder: the folder, or the path of a manifest.

    Returns:
        The manifests as read_manifest gives them, by the names of their folders; an empty name for the folder itself.

    Raises:
        FileFailed: one cannot be read.
        OptionError: there is no snapshot, one is not of a known version, or two are of the same SMC and domain.
    """
    names = _snapshots_below(folder)
    if not names:
        return {"": read_manifest(folder)}
    found: dict[tuple[str, str], str] = {}
    manifests = {name: read_manifest(folder / name) for name in names}
    for name, manifest in manifests.items():
        smc = manifest.get("smc") or {}
        login = (str(smc.get("url")), str(smc.get("domain")))
        if login in found:
            raise OptionError(
                f"{folder} has several snapshots of {login[0]}, domain '{login[1]}': {found[login]} and {name}. "
                "Name the folder of one of them."
            )
        found[login] = name
    return manifests


def _snapshots_below(folder: Path) -> list[str]:
    """The names of the folders in this one that have a manifest; none if the folder has one itself."""
    try:
        if folder.name == MANIFEST or (folder / MANIFEST).exists():
            return []
        names = sorted(
            path.name for path in folder.iterdir() if not path.name.startswith(".") and (path / MANIFEST).is_file()
        )
    except (OSError, ValueError):
        # A ValueError is about a name that no file can have. The reader of the manifest says it.
        return []
    if len(names) > MOST_FOLDERS:
        raise OptionError(f"{folder} has {len(names):,} snapshots, and {MOST_FOLDERS:,} are the most.")
    return names


def manifest_in(folder: OpenFolder) -> dict[str, Any]:
    """The manifest in a folder that is held open. Raises OptionError if there is none."""
    path = folder.path / MANIFEST
    try:
        manifest = parse_json(folder.content(MANIFEST, LARGEST_MANIFEST) or b"")
    except ValueError:
        raise OptionError(f"{path} is not JSON.") from None
    return _checked_manifest(manifest, path)


def _checked_manifest(manifest: Any, path: Path) -> dict[str, Any]:
    if not isinstance(manifest, dict) or manifest.get("schema") != SCHEMA:
        raise OptionError(f"{path} is not the manifest of a snapshot of ngfw.smc.")
    if manifest.get("schema_version") != SCHEMA_VERSION:
        raise OptionError(
            f"{path} has schema version {manifest.get('schema_version')}; this release of ngfw.smc reads version {SCHEMA_VERSION}."
        )
    tables: Any = manifest.get("tables")
    failures: Any = manifest.get("failures") or []
    if not _are_dictionaries(tables) or not all(isinstance(table.get("file"), str) for table in tables):
        raise OptionError(f"{path} lacks its list of tables.")
    if not _are_dictionaries(failures) or not isinstance(manifest.get("smc") or {}, dict):
        raise OptionError(f"{path} says in a wrong form what failed, or which SMC the snapshot is of.")
    if len(tables) + len(failures) > MOST_TABLES:
        raise OptionError(f"{path} lists {len(tables) + len(failures):,} tables, and {MOST_TABLES:,} are the most.")
    return manifest


def _are_dictionaries(listed: Any) -> bool:
    return isinstance(listed, list) and all(isinstance(one, dict) for one in listed)


class TableFile:
    """One table of a snapshot on disk. count: how many entries it has. They are read from the file each time."""

    def __init__(self, folder: Path, table: TableDescription) -> None:
        self._path = folder / str(table["file"])
        self._table = table
        try:
            inside = folder.resolve() in self._path.resolve().parents
        except (OSError, ValueError, RuntimeError):
            # A name that no file can have, or a circle of links.
            inside = False
        if not inside:
            raise OptionError(f"The manifest in {folder} names a file outside this folder.")
        if JSON_LINES not in self._path.suffixes:
            raise OptionError(
                f"{self._path} is for spreadsheets and is not read. Only snapshots with `format: jsonl` can be compared."
            )
        count = table.get("count")
        if not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= MOST_ENTRIES:
            raise OptionError(f"The manifest in {folder} does not say how many entries {table['file']} has.")
        self.count = count

    @property
    def place(self) -> Path:
        """Where the file is, without links."""
        return self._path.resolve()

    def verify(self) -> None:
        """Raises FileFailed if the file is not the one that the manifest describes."""
        digest = hashlib.sha256()
        size = size_of(self._table)
        with open_file(self._path, LARGEST_TABLE) as file:
            try:
                # A manifest of another program may have no size.
                if size and os.fstat(file.fileno()).st_size != size:
                    raise self._changed("size")
                for part in iter(lambda: file.read(1 << 20), b""):
                    digest.update(part)
            except OSError as error:
                raise file_failed("read", self._path, error) from None
        if digest.hexdigest() != self._table.get("sha256"):
            raise self._changed("digest")

    def _changed(self, what: str) -> FileFailed:
        return FileFailed(
            f"{self._path} was changed after the snapshot was taken (its {what} differs).", path=str(self._path)
        )

    def entries(self, memory: Memory | None = None) -> Iterator[Record]:
        """The entries, one at a time. Raises FileFailed, also if there are more or fewer than the manifest says.

        memory: how much they may take; without it, they are not kept and may take any.
        """
        found = 0
        for entry in read_entries(self._path, memory):
            found += 1
            if found > self.count:
                break
            yield entry
        if found != self.count:
            more = "more" if found > self.count else f"{found:,}"
            raise FileFailed(
                f"The manifest says that {self._path} has {count_entries(self.count)}, but it has {more}.",
                path=str(self._path),
            )


def size_of(table: TableDescription) -> int:
    """How many bytes the table's file has, as the manifest says; 0 if it does not say so."""
    size = table.get("size")
    return size if isinstance(size, int) and size > 0 else 0


def read_entries(path: Path, memory: Memory | None = None) -> Iterator[Record]:
    """The JSON objects of a file, one per line.

    Args:
        path: the file.
        memory: how much they may take.

    Raises:
        FileFailed: it cannot be read, has any other line, is larger than a table can be, or takes too much memory.
    """
    with open_file(path, LARGEST_TABLE) as file:
        packed = path.suffix == ".gz"
        most = MOST_PACKED * os.fstat(file.fileno()).st_size + LONGEST_LINE if packed else LARGEST_TABLE
        unpacked: IO[bytes] = gzip.GzipFile(fileobj=file) if packed else file  # type: ignore[assignment]
        try:
            for line in read_lines(unpacked, path, most):
                if memory:
                    memory.take(line)
                yield _read_entry(line, path)
        except (OSError, EOFError, zlib.error) as error:
            raise file_failed("read", path, error) from None


def _read_entry(line: bytes, path: Path) -> Record:
    try:
        entry = parse_json(line)
    except ValueError:
        raise FileFailed(f"{path} has a line that is not JSON.", path=str(path)) from None
    if not isinstance(entry, dict):
        raise FileFailed(f"{path} has a line that is not a JSON object.", path=str(path))
    return entry


# A baseline that is older is likely to be a forgotten one.
_OLDEST_BASELINE = timedelta(days=365)


def doubts_about(manifests: Iterable[Mapping[str, Any]], smc: Mapping[str, Any], now: datetime) -> list[str]:
    """Why a baseline may be the wrong one, a sentence each; it is used all the same.

    Args:
        manifests: of a baseline, as read_manifests gives them.
        smc: the address (url) and the domain of the login.
        now: the time, with its zone.
    """
    listed = list(manifests)
    own = [one for one in listed if all((one.get("smc") or {}).get(key) == smc.get(key) for key in ("url", "domain"))]
    if not own:
        places = join_names(
            f"{(one.get('smc') or {}).get('url')} ({(one.get('smc') or {}).get('domain')})" for one in listed
        )
        return [f"The baseline is of {places}, but the checks are of {smc.get('url')} ({smc.get('domain')})."]
    taken = min(str(one.get("started_at") or "") for one in own)
    try:
        age = now - datetime.fromisoformat(taken)
    except (TypeError, ValueError):
        return []
    return [f"The baseline is of {taken[:10]}, more than a year ago."] if age > _OLDEST_BASELINE else []


def read_baselines(
    folder: Path, target: str, definitions: Iterable[str], smc_url: str = ""
) -> dict[str, list[Record] | str]:
    """The earlier entries of a target.

    Args:
        folder: an earlier snapshot.
        target: the engine or domain.
        definitions: the names of the definitions that are wanted.
        smc_url: the address of the target's SMC. It decides if the folder has snapshots of several SMCs.

    Returns:
        By definition: its entries, or a sentence that says why there are none.
    """
    found: dict[str, list[Record] | str] = {}
    wanted = list(definitions)
    memory = Memory(MOST_BASELINE, f"{folder} takes more than {MOST_BASELINE >> 30} GiB of memory for '{target}'.")
    try:
        manifest = _manifest_with(folder, target, smc_url)
        tables = {(str(table.get("target")), str(table.get("definition"))): table for table in manifest["tables"]}
        for definition in wanted:
            table = tables.get((target, definition))
            if table is None:
                found[definition] = f"The baseline {folder} has no {definition} of '{target}'."
            elif table.get("complete") is not True:
                found[definition] = f"The baseline's {definition} of '{target}' is not complete."
            else:
                file = TableFile(Path(manifest["folder"]), table)
                file.verify()
                found[definition] = list(file.entries(memory))
    except (FileFailed, OptionError) as error:
        for definition in wanted:
            found.setdefault(definition, f"The baseline cannot be used: {error.message}")
    return found


def _manifest_with(folder: Path, target: str, smc_url: str) -> dict[str, Any]:
    """The manifest of the snapshot that has this target. Raises OptionError if several SMCs have one of this name."""
    manifests = list(read_manifests(folder).values())
    having = [one for one in manifests if any(table.get("target") == target for table in one["tables"])]
    if len(having) > 1:
        of_smc = [one for one in having if (one.get("smc") or {}).get("url") == smc_url]
        if len(of_smc) != 1:
            folders = join_names(str(one["folder"]) for one in having)
            raise OptionError(f"Several snapshots have '{target}': {folders}. Name the folder of one of them.")
        having = of_smc
    return (having or manifests)[0]
