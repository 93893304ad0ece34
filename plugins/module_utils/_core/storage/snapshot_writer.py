# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Writing a snapshot: the folder is written beside its place and moved there when it is complete."""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
import os
import re
import threading
from collections.abc import Mapping, Sequence
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import IO, Any, NamedTuple

from ..errors import FileFailed, OptionError, SMCError
from ..words import some
from .atomic_files import file_failed, refuse_shared
from .open_folder import OpenFolder, temporary_name
from .snapshot_folder import JSON_LINES, MANIFEST, manifest_in, read_manifest
from .table_writers import Content

# A snapshot tells who talks to whom, so nobody else may read it unless the task says so.
FILE_MODE = 0o600


class Origin(NamedTuple):
    """What a snapshot is of. urls: the addresses of the SMC; one of a pair of Management Servers answers."""

    urls: Sequence[str]
    domain: str


def folder_name(text: str) -> str:
    """The text as the name of a folder."""
    return re.sub(r"[^A-Za-z0-9._-]+", "_", text).strip(".")[:80] or "_"


class SnapshotWriter:
    """Writes one snapshot. Use as a context manager: `finish` puts the folder in its place, anything else discards it.

    Safe for several threads. Everything is written through folders that are held open (see open_folder.py).
    """

    def __init__(
        self,
        dest: Path,
        compress: bool,
        replace: bool,
        dry: bool = False,
        mode: int = FILE_MODE,
        ending: str = JSON_LINES,
        origin: Origin | None = None,
    ) -> None:
        """Creates the temporary folder.

        Args:
            dest: where the snapshot is to be.
            compress: whether to compress the tables with gzip.
            replace: whether to replace a snapshot that is there already.
            dry: write nothing, neither in `dest` nor beside it.
            ending: of the names of the tables' files.
            mode: the permissions of the files. A folder may be entered by all who may read the files in it.
            origin: what the snapshot is of. A snapshot of anything else is not replaced.

        Raises:
            OptionError: `dest` is something else than a snapshot, or one that is not to be replaced.
            FileFailed: nothing can be written there, or other users could exchange it.
        """
        self.dest = dest
        self.warnings: list[str] = []
        self._compress = compress
        self._ending = ending
        self._origin = origin
        self._replace = replace
        self._dry = dry
        self._mode = mode
        self._lock = threading.Lock()
        self._names = {MANIFEST}
        self._opened = ExitStack()
        # Empty before the temporary folder is made, and once it is in its place.
        self._own_name = ""
        try:
            self._prepare()
        except BaseException:
            # Interrupts too: __exit__ is not called if __init__ did not finish.
            self._opened.close()
            raise

    def _prepare(self) -> None:
        try:
            existing = next(folder for folder in self.dest.parents if folder.exists())
            if not existing.is_dir() or not os.access(existing, os.W_OK | os.X_OK):
                raise FileFailed(
                    f"Could not write the snapshot {self.dest}: {existing} is not a folder that can be written to.",
                    path=str(existing),
                )
            if not self._dry:
                existing = self.dest.parent
            self._parent = self._opened.enter_context(OpenFolder(existing, make=not self._dry))
            refuse_shared(self._parent)
            if existing == self.dest.parent:
                self._check()
            if not self._dry:
                self._own_name, folder = self._parent.make_temporary(self.dest.name)
                self._own = self._opened.enter_context(folder)
        except (OSError, ValueError) as error:
            # A ValueError is about a name that no file can have.
            raise file_failed("make a folder for the snapshot beside", self.dest, error) from None

    def __enter__(self) -> SnapshotWriter:  # noqa: PYI034 (Self needs Python 3.11)
        return self

    def __exit__(self, *_error: object) -> None:
        if self._own_name:
            self._discard()
        self._opened.close()

    def _discard(self) -> None:
        with suppress(OSError):
            for name in self._own.names():
                if self._own.kind_of(name) == "folder":
                    _empty_folder(self._own, name)
                else:
                    self._own.delete_file(name)
            self._parent.delete_folder(self._own_name)

    def _check(self) -> None:
        kind = self._parent.kind_of(self.dest.name)
        if kind == "link":
            raise OptionError(f"`dest` is {self.dest}, which is a link. Name the folder that it points to.")
        if not kind:
            return
        if kind == "folder":
            with self._parent.inside(self.dest.name) as there:
                names = there.names()
            if not names:
                return
        if kind != "folder" or MANIFEST not in names:
            raise OptionError(f"`dest` is {self.dest}, which exists and is not a snapshot. Name another folder.")
        if not self._replace:
            raise OptionError(
                f"`dest` is {self.dest}, which is a snapshot already. Name another folder, or set `replace`."
            )
        self._refuse_foreign()

    def _refuse_foreign(self) -> None:
        """Raises OptionError if a folder to replace holds anything that its manifest does not list."""
        try:
            manifest = read_manifest(self.dest)
            listed = _listed_files(manifest)
        except (OptionError, FileFailed) as error:
            raise OptionError(
                f"`dest` is {self.dest}, which is not replaced, because it is not a snapshot of ngfw.smc. {error.message} "
                "Name another folder."
            ) from None
        self._refuse_other_origin(manifest.get("smc") or {})
        foreign = []
        with self._parent.inside(self.dest.name) as there:
            for name in sorted(there.names()):
                if there.kind_of(name) != "folder":
                    foreign += [name] if name != MANIFEST else []
                elif name not in listed:
                    foreign.append(name)
                else:
                    with there.inside(name) as folder:
                        foreign += [f"{name}/{file}" for file in sorted(folder.names()) if file not in listed[name]]
        if foreign:
            raise OptionError(
                f"`dest` is {self.dest}, which is not replaced, because it holds what its manifest does not list: "
                f"{some(foreign)}. Move it away, or name another folder."
            )

    def _refuse_other_origin(self, smc: Mapping[str, Any]) -> None:
        """Raises OptionError for the snapshot of another SMC or domain: engines of one name are others there."""
        if (
            not self._origin
            or not smc
            or (smc.get("url") in self._origin.urls and smc.get("domain") == self._origin.domain)
        ):
            return
        raise OptionError(
            f"`dest` is {self.dest}, which is not replaced, because it is a snapshot of {smc.get('url')}, domain "
            f"'{smc.get('domain')}', and not of {' or '.join(self._origin.urls)}, domain '{self._origin.domain}'. Name another "
            "folder, or set `by_smc` to have one for each SMC and domain."
        )

    def write(self, target: str, definition: str, lines: Content) -> dict[str, Any]:
        """Write one table.

        Args:
            target: the engine or domain.
            definition: the name of the definition.
            lines: the entries, as texts without line breaks, or what writes them to a file.

        Returns:
            `file`, `size` in bytes and `sha256`, for the manifest.

        Raises:
            FileFailed: the file could not be written.
        """
        name = self._name(target, definition)
        if self._dry:
            return {"file": name, "size": 0, "sha256": ""}
        try:
            measured = self._write_file(name, lines)
        except OSError as error:
            raise file_failed("write", self.dest / name, error) from None
        return {"file": name, "size": measured.size, "sha256": measured.digest.hexdigest()}

    def _write_file(self, name: str, lines: Content) -> _MeasuredFile:
        folder_name, _separator, file_name = name.partition("/")
        with self._folder(folder_name) as folder, folder.new_file(file_name, self._mode) as raw:
            measured = _MeasuredFile(raw)
            if self._compress:
                with gzip.GzipFile("", "wb", 6, measured, mtime=0) as packed:
                    _write_lines(packed, lines)
            else:
                _write_lines(measured, lines)
        return measured

    def _folder(self, name: str) -> OpenFolder:
        """The folder of one target, which another thread may have made."""
        with self._lock:
            return self._own.inside(name) if self._own.kind_of(name) else self._own.make(name)

    def _name(self, target: str, definition: str) -> str:
        folder = folder_name(target)
        if folder.casefold() == MANIFEST:
            # An engine may have the name of the file that describes all tables.
            folder = f"_{folder}"
        ending = f"{self._ending}.gz" if self._compress else self._ending
        with self._lock:
            name, number = f"{folder}/{definition}{ending}", 1
            while name.casefold() in self._names:
                number += 1
                name = f"{folder}.{number}/{definition}{ending}"
            self._names.add(name.casefold())
        return name

    def finish(self, manifest: Mapping[str, Any]) -> Path:
        """Write the manifest and put the folder in its place.

        Returns:
            The path of the manifest there.

        Raises:
            FileFailed: the manifest could not be written, or the folder not be moved.
        """
        if self._dry:
            return self.dest / MANIFEST
        text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
        try:
            with self._own.new_file(MANIFEST, self._mode) as file:
                file.write(text.encode("utf-8", "backslashreplace"))
            self._open_up()
            self._put_in_place()
        except OSError as error:
            raise file_failed("put the snapshot in its place,", self.dest, error) from None
        return self.dest / MANIFEST

    def _open_up(self) -> None:
        """Give the folders their permissions: those of the files, and who may read may enter."""
        mode = self._mode | (self._mode & 0o444) >> 2
        for name in self._own.names():
            if name != MANIFEST:
                with self._own.inside(name) as folder:
                    folder.set_mode(mode)
        self._own.set_mode(mode)

    def _put_in_place(self) -> None:
        old = temporary_name(self.dest.name)
        replaced = self._replaces()
        if replaced:
            # Two moves, so that there is no snapshot at all for a moment, but never a mixture of two.
            self._parent.rename(self.dest.name, old)
        try:
            self._parent.rename(self._own_name, self.dest.name)
        except OSError as error:
            if error.errno in (errno.ENOTEMPTY, errno.EEXIST, errno.ENOTDIR):
                raise FileFailed(
                    f"Could not put the snapshot in its place, {self.dest}: meanwhile something else was put there, such as the "
                    "snapshot of another run. It was left as it is, and this snapshot was discarded. Name another folder, or "
                    "set `replace`.",
                    path=str(self.dest),
                ) from None
            raise
        if not self._parent.holds(self.dest.name, self._own):
            raise FileFailed(
                f"Could not put the snapshot in its place, {self.dest}: another user exchanged its folder. "
                "Use a folder in which only you may write.",
                path=str(self.dest),
            )
        self._own_name = ""
        if replaced:
            self._delete_old(old)

    def _replaces(self) -> bool:
        """Whether a snapshot is there that is to be replaced. Raises what `_check` raises: another one may have come meanwhile."""
        if not self._replace or self._parent.kind_of(self.dest.name) != "folder":
            return False
        with self._parent.inside(self.dest.name) as there:
            if not there.names():
                return False
        self._check()
        return True

    def _delete_old(self, name: str) -> None:
        """Delete the snapshot that was replaced, file by file as its manifest lists them, and the manifest at the end."""
        try:
            with self._parent.inside(name) as old:
                for folder, files in _listed_files(manifest_in(old)).items():
                    with old.inside(folder) as inner:
                        for file in files:
                            inner.delete_file(file)
                    old.delete_folder(folder)
                old.delete_file(MANIFEST)
            self._parent.delete_folder(name)
        except (OSError, SMCError):
            self.warnings.append(
                f"The snapshot that was in {self.dest} before could not be deleted completely. What is left is in "
                f"{self.dest.parent / name}."
            )


def _empty_folder(parent: OpenFolder, name: str) -> None:
    """Delete a folder and the files in it."""
    with parent.inside(name) as folder:
        for file in folder.names():
            folder.delete_file(file)
    parent.delete_folder(name)


def _listed_files(manifest: Mapping[str, Any]) -> dict[str, set[str]]:
    """The files of a manifest's tables by their folders. A file that does not lie in a folder of its own is left out."""
    listed: dict[str, set[str]] = {}
    for table in manifest["tables"]:
        parts = str(table["file"]).split("/")
        if len(parts) == 2 and not {"", ".", ".."}.intersection(parts):
            listed.setdefault(parts[0], set()).add(parts[1])
    return listed


class _MeasuredFile:
    """A file of which size and digest are known when it is written."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.digest = hashlib.sha256()
        self.size = 0

    def write(self, data: bytes) -> int:
        self.digest.update(data)
        self.size += len(data)
        return self._file.write(data)

    def flush(self) -> None:
        self._file.flush()


def _write_lines(file: Any, lines: Content) -> None:
    if callable(lines):
        lines(file)
        return
    waiting: list[str] = []
    for line in lines:
        waiting.append(line)
        if len(waiting) == 1000:
            file.write(_encoded(waiting))
            waiting.clear()
    if waiting:
        file.write(_encoded(waiting))


def _encoded(lines: list[str]) -> bytes:
    # Half of a surrogate pair is not valid Unicode; it becomes the escape that JSON has for it.
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")
