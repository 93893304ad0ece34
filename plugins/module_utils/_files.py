# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Files that are there whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ._core.errors import SMCError


class FileFailed(SMCError):
    """A file could not be read or written. Details: `path`."""

    kind = "file"


def write_atomically(path: Path, text: str) -> bool:
    """Writes the text in UTF-8 and says whether that changed the file. Raises FileFailed."""
    content = text.encode("utf-8", "replace")
    try:
        if path.is_file() and path.read_bytes() == content:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        with replacing(path) as file:
            file.write(content)
    except OSError as error:
        raise FileFailed(f"Could not write {path}: {(error.strerror or str(error)).lower()}.", path=str(path)) from None
    return True


@contextmanager
def replacing(path: Path) -> Iterator[IO[bytes]]:
    """A file beside `path` that takes its place when the block ends well, and is gone otherwise."""
    handle, name = tempfile.mkstemp(prefix=f".{path.name}.", suffix=".partial", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(creation_mode(0o666))
        Path(name).replace(path)
    except BaseException:
        # An interrupt too: half a file must not stay behind.
        with suppress(OSError):
            Path(name).unlink()
        raise


def _read_umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


# Read once, while there is one thread: to read it is to change it for a moment.
_UMASK = _read_umask()


def creation_mode(wanted: int) -> int:
    """The mode that the umask leaves of it."""
    return wanted & ~_UMASK
