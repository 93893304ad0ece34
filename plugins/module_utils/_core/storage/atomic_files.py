# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Files that are written completely or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ..errors import FileFailed
from .open_folder import OpenFolder, temporary_name


def file_failed(doing: str, path: Path, error: Exception) -> FileFailed:
    """The error to raise when the operating system refused something.

    Args:
        doing: completes "Could not …", as in "read the report".
        path: the file or folder.
        error: the reason.
    """
    reason = (getattr(error, "strerror", None) or str(error)).lower()
    return FileFailed(f"Could not {doing} {path}: {reason}.", path=str(path))


def refuse_shared(folder: OpenFolder) -> None:
    """Raises FileFailed if users other than its owner and root may exchange what is in this folder."""
    who = folder.shared_with()
    if who:
        raise FileFailed(
            f"Could not write into {folder.path}: {who} may write there too, and could exchange files while they are written. "
            f"Use another folder, or run: chmod go-w {folder.path}",
            path=str(folder.path),
        )


def write_atomically(path: Path, text: str) -> bool:
    """Write a text in UTF-8, and create the folders above it if need be. The umask decides who may read it.

    Half of a surrogate pair becomes the escape that JSON has for it, because UTF-8 has none. If the path is a link, the file
    takes its place; what the link points to stays as it is.

    Returns:
        False if the file has had this content already.

    Raises:
        FileFailed: the file could not be written, or other users could exchange it. It is then as it was.
    """
    return write_bytes_atomically(path, text.encode("utf-8", "backslashreplace"))


def write_bytes_atomically(path: Path, content: bytes, mode: int = 0o666) -> bool:
    """As `write_atomically`. mode: who may read it at most; the umask takes from that."""
    try:
        with OpenFolder(path.parent, make=True) as folder:
            refuse_shared(folder)
            if folder.content(path.name, len(content)) == content:
                return False
            with replacing(folder, path.name, mode) as file:
                file.write(content)
    except (OSError, ValueError) as error:
        # A ValueError is about a name that no file can have.
        raise file_failed("write", path, error) from None
    return True


@contextmanager
def replacing(folder: OpenFolder, name: str, mode: int = 0o666) -> Iterator[IO[bytes]]:
    """A temporary file that replaces `name` at the end of the block, and is deleted if the block raises an error.

    Raises:
        OSError: it could not be written or moved.
    """
    temporary = temporary_name(name)
    try:
        with folder.new_file(temporary, creation_mode(mode)) as file:
            yield file
        folder.rename(temporary, name)
    except BaseException:
        # Interrupts too: half a file must not be left behind.
        with suppress(OSError):
            folder.delete_file(temporary)
        raise


def _read_umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


# Read once, while there is only one thread: the umask can only be read by changing it for a moment.
_UMASK = _read_umask()


def creation_mode(wanted: int) -> int:
    """The mode with which a file or folder is created: the wanted one without the bits of the umask."""
    return wanted & ~_UMASK
