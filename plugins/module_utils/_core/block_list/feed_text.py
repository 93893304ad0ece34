# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The bytes of a feed as text: encodings, byte order marks, what is no feed at all, and how a bad line is shown."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator

from ..errors import OptionError
from ..words import shorten

# More than a million lines of the usual kind. Whoever reads the file need not read more than one byte beyond it.
MOST_BYTES = 64 * 1024 * 1024
# Far more than any address with its comment takes.
LONGEST_LINE = 64 * 1024

_BOM = "\ufeff"
_BYTE_ORDER_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_NOT_TEXT = (
    (b"\x1f\x8b", "is compressed with gzip; unpack it first"),
    (b"PK\x03\x04", "is a ZIP archive or an Excel workbook; unpack it, or save it as CSV"),
    (b"BZh", "is compressed with bzip2; unpack it first"),
    (b"\xfd7zXZ\x00", "is compressed with xz; unpack it first"),
    (b"%PDF", "is a PDF document"),
)


# Letters of UTF-16.
_PAIRS = re.compile(rb"(?:[\x21-\x7e]\0){6}|(?:\0[\x21-\x7e]){6}").search


class Unreadable(ValueError):
    """Something of a feed that is not an entry. Its text goes on from the quoted line: "is a host name; …".

    line: the number of the very line, where that is known better here than where it is caught; else 0.
    """

    def __init__(self, problem: str, line: int = 0) -> None:
        super().__init__(problem)
        self.line = line


def decode(data: bytes | str) -> tuple[str, str]:
    """Turn a feed's bytes into text.

    Args:
        data: the bytes, or a text that was decoded before; what could not be decoded then may stand in it as
            surrogates, as Ansible's lookup `file` leaves it.

    Returns:
        The text without byte order marks, and the name of the encoding.

    Raises:
        Unreadable: it is too large, compressed, cut off, or an HTML page.
    """
    raw = data if isinstance(data, bytes) else _encoded(data)
    if len(raw) > MOST_BYTES:
        raise Unreadable(f"is larger than {MOST_BYTES // 1024 // 1024} MiB, which is the most that is read")
    for start, problem in _NOT_TEXT:
        if raw.startswith(start):
            raise Unreadable(problem)
    text, encoding = _decoded(raw)
    # One in the middle was the start of another file, which may have followed a line without an end.
    text = re.sub(rf"(?m)^{_BOM}+", "", text).replace(_BOM, "\n")
    if re.match(r"\s*<(?:!|\?|[a-zA-Z])", text):
        raise Unreadable("is an HTML or XML page, not a feed; a server sends one with an error message or a login form")
    return text, encoding


def _encoded(text: str) -> bytes:
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "backslashreplace")


def _decoded(raw: bytes) -> tuple[str, str]:
    encoding = next((name for mark, name in _BYTE_ORDER_MARKS if raw.startswith(mark)), "") or _guess_encoding(raw)
    if encoding == "utf-16-be" and len(raw) % 2 and raw.endswith(b"\0"):
        # Half of a line end: whoever stripped the text took the other half for one.
        raw = raw[:-1]
    if encoding == "utf-8" and _PAIRS(raw):
        raise Unreadable(
            "has text in UTF-16 that is not marked as such, as PowerShell's >> leaves it in a file; save all of it as UTF-8"
        )
    try:
        return raw.decode(encoding), encoding
    except UnicodeDecodeError:
        if encoding != "utf-8":
            raise Unreadable(f"is not valid {encoding.upper()}; it may be cut off") from None
    # Only comments may hold such letters, and those are not read.
    parts = raw.split(codecs.BOM_UTF8)
    return _BOM.join(part.decode("latin-1") for part in parts), "latin-1"


def _guess_encoding(raw: bytes) -> str:
    """UTF-16 of Latin letters has a zero byte in every pair."""
    start = raw[:512]
    half = len(start) // 2
    if half and start[1::2].count(0) > half * 0.8:
        return "utf-16-le"
    if half and start[0::2].count(0) > half * 0.8:
        return "utf-16-be"
    return "utf-8"


def numbered_lines(text: str) -> Iterator[tuple[int, str]]:
    """Each line with its number from 1 on, as an editor counts them: only CR, LF and CR LF end a line."""
    return enumerate(split_lines(text), 1)


def split_lines(text: str) -> list[str]:
    """The lines without their ends; nothing behind the last line end is not a line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if not lines[-1]:
        lines.pop()
    return lines


def visible(text: str, longest: int = 120) -> str:
    """The text in one line, with everything that a person cannot see written as an escape."""
    start = text[: longest * 4]
    shown = "".join(letter if letter.isprintable() else _escaped(letter) for letter in start)
    return shorten(shown, longest)


def _escaped(letter: str) -> str:
    return " " if letter == "\t" else letter.encode("unicode_escape", "surrogatepass").decode("ascii")


def in_file(name: str, problem: str, line: int = 0) -> OptionError:
    """An error about the feed as a whole, or about one line of it.

    Args:
        name: what the file is called; may be empty.
        problem: goes on from the name, or stands for itself behind the number of the line.
        line: its number, or 0.
    """
    shown = visible(name)
    start = f"{shown}{': ' if shown else ''}Line {line}: " if line else f"{shown or 'The text'} "
    return OptionError(start + problem + ("" if problem.endswith("?") else "."))
