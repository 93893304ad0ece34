# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Folders that are held open, so that what is written into them lands there and nowhere else.

A path is looked up again each time it is used, and whoever may rename something on the way can change where it leads: to
another user's file. A folder that is open stays the same one. Here every file is made in such a folder, must be new, is never
reached through a link, and gets its permissions through its own descriptor.
"""

from __future__ import annotations

import os
import secrets
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from .walking import open_walked, others_who_may_write

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC

# Most file systems allow names of 255 bytes.
_LONGEST_NAME = 200


class OpenFolder:
    """A folder that is held open. Use as a context manager, or close it. Every method raises OSError if it is refused.

    Only folders to which no other user can bend the way are opened (see walking.py).

    Attributes:
        path: where it was when it was opened, for messages.
    """

    def __init__(self, path: Path, parent: OpenFolder | None = None, make: bool = False) -> None:
        """Opens the folder.

        Args:
            path: where it is. With a parent, it is the folder of this name in there, and not a link.
            parent: a folder that is open.
            make: whether to make the folder, and those above it, if they do not exist. Not with a parent.

        Raises:
            FileFailed: another user could make the way lead somewhere else.
        """
        self.path = path
        self._descriptor: int = (
            os.open(path.name, _FOLDER, dir_fd=parent._descriptor) if parent else open_walked(path, make)  # noqa: SLF001 (of this class)
        )

    def __enter__(self) -> OpenFolder:  # noqa: PYI034 (Self needs Python 3.11)
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def shared_with(self) -> str:
        """Who else may exchange files in here, in words; empty if only its owner and root may."""
        return others_who_may_write(os.fstat(self._descriptor))

    def inside(self, name: str) -> OpenFolder:
        """The folder of this name in here, which must not be a link."""
        return OpenFolder(self.path / name, self)

    def make(self, name: str) -> OpenFolder:
        """A new folder in here, for its owner alone."""
        os.mkdir(name, 0o700, dir_fd=self._descriptor)
        return self.inside(name)

    def make_temporary(self, name: str) -> tuple[str, OpenFolder]:
        """A new folder with a name of its own, which begins like the given one; that name and the folder."""
        unused = temporary_name(name)
        return unused, self.make(unused)

    @contextmanager
    def new_file(self, name: str, mode: int) -> Iterator[IO[bytes]]:
        """A file that is new, and that has this mode and is on the disk when the block ends."""
        descriptor = os.open(name, _NEW_FILE, 0o600, dir_fd=self._descriptor)
        with os.fdopen(descriptor, "wb") as file:
            yield file
            file.flush()
            os.fchmod(descriptor, mode)
            os.fsync(descriptor)

    def content(self, name: str, most: int) -> bytes | None:
        """What the file holds. None if it does not exist, is not a regular file, or has more than `most` bytes."""
        try:
            file = open(name, "rb", opener=self._open_old)  # noqa: SIM115 (a `with` would take errors of reading for a missing file)
        except OSError:
            return None
        with file:
            known = os.fstat(file.fileno())
            return file.read() if stat.S_ISREG(known.st_mode) and known.st_size <= most else None

    def _open_old(self, name: str, flags: int) -> int:
        """Opens a file that is not a link, and a named pipe without waiting for somebody to write into it."""
        return os.open(name, flags | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=self._descriptor)

    def set_mode(self, mode: int) -> None:
        """The permissions of this folder itself."""
        os.fchmod(self._descriptor, mode)

    def rename(self, name: str, new_name: str) -> None:
        """Rename something in here. A file replaces a file, and a folder an empty folder."""
        os.rename(name, new_name, src_dir_fd=self._descriptor, dst_dir_fd=self._descriptor)

    def holds(self, name: str, folder: OpenFolder) -> bool:
        """Whether this name in here is that folder, and not something else that took its name."""
        with suppress(OSError):
            found = os.stat(name, dir_fd=self._descriptor, follow_symlinks=False)
            return os.path.samestat(found, os.fstat(folder._descriptor))
        return False

    def kind_of(self, name: str) -> str:
        """`folder`, `file`, `link` or `other`; an empty text if there is nothing of this name."""
        try:
            mode = os.stat(name, dir_fd=self._descriptor, follow_symlinks=False).st_mode
        except FileNotFoundError:
            return ""
        kinds = {stat.S_IFDIR: "folder", stat.S_IFREG: "file", stat.S_IFLNK: "link"}
        return kinds.get(stat.S_IFMT(mode), "other")

    def names(self) -> list[str]:
        """What is in here."""
        return os.listdir(self._descriptor)  # noqa: PTH208 (a path could lead elsewhere by now)

    def delete_file(self, name: str) -> None:
        """Delete the file. A link is deleted and not followed."""
        os.unlink(name, dir_fd=self._descriptor)

    def delete_folder(self, name: str) -> None:
        """Delete the folder, which must be empty."""
        os.rmdir(name, dir_fd=self._descriptor)


def temporary_name(name: str) -> str:
    """A name that nobody can guess and that is not too long for a file system, beginning like the given one."""
    start = name.encode("utf-8", "replace")[:_LONGEST_NAME].decode("utf-8", "ignore")
    return f".{start}.{secrets.token_hex(8)}.partial"
