# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Files that somebody else may have made: read with a bound on time and memory, or refused with a sentence."""

from __future__ import annotations

import json
import math
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, NoReturn

from ..errors import FileFailed
from ..words import counted
from .atomic_files import file_failed

# The largest document that is read as a whole, in bytes: a manifest or a report. A report on 5,000 engines has about 100 MB.
LARGEST_DOCUMENT = 256 << 20


# Bytes that a value, and a dictionary with few values, takes in memory.
_VALUE = 64
_DICTIONARY = 256


# The longest line in bytes. An entry has about 2 kB.
LONGEST_LINE = 1 << 20


def open_file(path: Path, most: int) -> IO[bytes]:
    """Open a file for reading.

    Args:
        path: the file; a link is followed.
        most: how many bytes it may have.

    Raises:
        FileFailed: it is not a file but, say, a pipe or a device that never ends; it is too large; or it cannot be opened.
    """
    try:
        file = open(path, "rb", opener=_without_waiting)  # noqa: SIM115 (the caller closes it)
    except (OSError, ValueError) as error:
        # A ValueError is about a name that no file can have.
        raise file_failed("read", path, error) from None
    known = os.fstat(file.fileno())
    reason = "it is not a file" if not stat.S_ISREG(known.st_mode) else ""
    if known.st_size > most:
        reason = f"it has {counted(known.st_size, 'byte')}, more than {most:,}"
    if reason:
        file.close()
        raise FileFailed(f"Could not read {path}: {reason}.", path=str(path))
    return file


def _without_waiting(path: str, flags: int) -> int:
    """Opens a file, and a named pipe without waiting for somebody to write into it."""
    return os.open(path, flags | os.O_NONBLOCK)


def read_document(path: Path, most: int = LARGEST_DOCUMENT) -> Any:
    """A JSON document. Raises FileFailed if it cannot be read, and ValueError with the reason if it is not JSON."""
    with open_file(path, most) as file:
        try:
            return parse_json(file.read(most + 1))
        except OSError as error:
            raise file_failed("read", path, error) from None


def parse_json(text: str | bytes) -> Any:
    """What a JSON text says. Raises ValueError for anything that JSON does not have, and for what is nested too deeply."""
    try:
        return _DECODER.decode(text if isinstance(text, str) else text.decode("utf-8"))
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"JSON has no {name}")


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"the number {text[:20]} is too large")
    return number


_DECODER = json.JSONDecoder(parse_constant=_refuse_constant, parse_float=_finite)


class Memory:
    """How much memory lines may take once they are parsed, in bytes. Some texts take far more than they are long.

    Args:
        most: for all lines together.
        refusal: the sentence for lines that take more.
    """

    def __init__(self, most: int, refusal: str) -> None:
        self._left = most
        self._refusal = refusal

    def take(self, line: bytes) -> None:
        """Raises FileFailed if there is no room for this line. It is estimated from the signs with which values begin."""
        self._left -= len(line) + _VALUE * (line.count(b",") + line.count(b"[")) + _DICTIONARY * line.count(b"{")
        if self._left < 0:
            raise FileFailed(self._refusal)


def read_lines(file: IO[bytes], path: Path, most: int) -> Iterator[bytes]:
    """The lines of an open file, which may be compressed and unpack to more than anybody has room for.

    Args:
        file: what is read.
        path: where it is, for messages.
        most: how many bytes all lines may have together.

    Raises:
        FileFailed: a line is longer than LONGEST_LINE, or all lines together are longer than `most`.
    """
    total = 0
    while line := file.readline(LONGEST_LINE + 1):
        total += len(line)
        if len(line) > LONGEST_LINE:
            raise FileFailed(
                f"{path} has a line of more than {LONGEST_LINE:,} bytes, so it is not read.", path=str(path)
            )
        if total > most:
            raise FileFailed(f"{path} unpacks to more than {most:,} bytes, so it is not read.", path=str(path))
        yield line
