# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Feeds with an address, network or range a line, and CSV."""

from __future__ import annotations

import csv
import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from .feed_address import NO_ADDRESS, AddressReader, addresses_in, is_network, mask_length, may_be_length, refanged
from .feed_columns import entries_of
from .feed_names import DESTINATION, SOURCE, Columns, choose_columns, names_an_address, plain_name
from .feed_text import LONGEST_LINE, Unreadable

# `//` follows the colon of a URL, and may stand for a slip in `192.0.2.0//24`: there it is not a comment.
COMMENT = re.compile(r"[#;!]|(?<![a-zA-Z]:)//(?!\d{1,3}[ \t]*$)")
_MOST_COLUMNS = 1000
DELIMITERS = ",;\t|"

# What is looked ahead for comes once, so that no line makes this go back and forth.
_RANGE = re.compile(r"(\S*[0-9a-fA-F:])[ \t]*-[ \t]*(?=[0-9a-fA-F:.]*[.:][0-9a-fA-F:.])([0-9a-fA-F:.]+)(?![^ \t,])")
_SEVERAL = re.compile(r"[ \t,-]").search
_UNDERLINE = re.compile(r"-{2,}(?:[ \t]+-{2,})*").fullmatch
_WORD = re.compile(r"[^\W\d_][\w ()/-]*").fullmatch
_SEPARATOR = re.compile(r'\s*"?sep=(.)"?\s*', re.IGNORECASE).fullmatch
# A tab, or a single name, may be of a list with remarks.
_HOSTS_LINE = re.compile(
    r"\S+ +[a-z0-9_-]*[a-z][a-z0-9_-]*(?:\.[a-z0-9_-]+)+(?: +[a-z0-9_.-]+)*", re.IGNORECASE
).fullmatch
_LOG_LINE = re.compile(r"\S+ \S+ \S+ \[\d").match
_HARDWARE_ADDRESS = re.compile(
    r"(?<![0-9a-f:-])[0-9a-f]{2}(?:([:-])[0-9a-f]{2})(?:\1[0-9a-f]{2}){4}(?![0-9a-f:-])", re.IGNORECASE
).search
_WITH_NUMBER = re.compile(
    r"\s*([0-9]{1,3}(?:\.[0-9]{1,3}){3}|[0-9a-f]*:[0-9a-f:]*)(?:[ \t,][ \t]*|;)([0-9]{1,9})(?![^ \t,;#])", re.IGNORECASE
).match
_LOOPBACK = re.compile(r"(?:127\.\d+\.\d+\.\d+|0\.0\.0\.0|::1?)$")


class Row(NamedTuple):
    """What one line, row or item of a feed came to: entries, a problem, or neither if it is to be ignored.

    text: as it stands in the feed, as far as it is known. line: its number, 0 if that is not known.
    """

    line: int
    text: str
    entries: Sequence[dict[str, Any]] = ()
    problem: str = ""


def read_lines(lines: Sequence[str], addresses: AddressReader, place: str) -> Iterator[Row]:
    """The rows of a feed with one address, network or range a line.

    Args:
        lines: the lines, without their ends.
        addresses: how addresses are read.
        place: `source` or `destination`; `auto` is a source.
    """
    key = DESTINATION if place == DESTINATION else SOURCE
    heading = underlined_heading(lines)
    reader = _LineReader(lines, addresses, bool(heading))
    for number, line in enumerate(lines, 1):
        content = line.strip(" \t")
        if addresses.is_plain(content):
            yield Row(number, line, ({key: content},))
        elif number in heading:
            yield Row(number, line)
        else:
            yield _read_line(number, line, reader, key)


def _read_line(number: int, line: str, reader: _LineReader, key: str) -> Row:
    try:
        networks = reader.networks(line)
    except Unreadable as problem:
        return Row(number, line, problem=_with_words(line) if str(problem) == NO_ADDRESS else str(problem))
    return Row(number, line, [{key: network} for network in networks])


def _with_words(line: str) -> str:
    """What is wrong with a line that begins with a word: it may be of a tool that writes words before an address."""
    words = (word.strip("()[]<>{}\"'") for word in re.split(r"[ \t,;|=]+", line))
    found = next((word for word in words if is_network(word)), "")
    return f"has words before {found}; write addresses and networks alone, one on a line" if found else NO_ADDRESS


class _LineReader:
    """Reads lines with an address, and perhaps a count, a name or a comment behind it."""

    def __init__(self, lines: Sequence[str], addresses: AddressReader, is_table: bool) -> None:
        self._lines = lines
        self._addresses = addresses
        self._is_table = is_table

    def networks(self, line: str) -> list[str]:
        """The networks of a line; none of a comment. Raises Unreadable."""
        if len(line) > LONGEST_LINE:
            raise Unreadable(f"is longer than {LONGEST_LINE:,} characters")
        if self._addresses.refang:
            line = refanged(line)
        comment = COMMENT.search(line)
        content = (line[: comment.start()] if comment else line).strip(" \t")
        if not content:
            return []
        if comment and comment[0] == ";":
            _check_one(line[comment.end() :].partition(";")[0], content)
        self._check_number(line)
        return self._read(content)

    def _read(self, content: str) -> list[str]:
        """Read what stands before a comment."""
        addresses = self._addresses
        if not _SEVERAL(content):
            return addresses.networks(content)
        found = _RANGE.match(content)
        if found and "://" not in found[0]:
            _check_one(content[found.end() :])
            return addresses.networks(f"{found[1]}-{found[2]}")
        address, *rest = re.split(r"[ \t]*[ \t,][ \t]*", content, maxsplit=1)
        if not rest or not rest[0]:
            return addresses.networks(address)
        second, *others = re.split(r"[ \t,]+", rest[0])
        if re.match(r"/[ \t]*[0-9.]", rest[0]) or re.fullmatch(r"[0-9]+/", second):
            raise Unreadable("has a space before the prefix length")
        if is_network(second) and "/" not in second and is_network(address) and "/" not in address:
            return addresses.networks(_two_addresses(address, second, others))
        networks = addresses.networks(address)
        if (_LOOPBACK.match(address) and re.search(r"[a-zA-Z]", second)) or (
            not self._is_table and _HOSTS_LINE(content)
        ):
            raise Unreadable(
                "is a line of a hosts file, which names hosts; if it is to be blocked, write # before the name"
            )
        if _LOG_LINE(content):
            raise Unreadable("is a line of a server's log; write addresses alone, one on a line")
        if _HARDWARE_ADDRESS(rest[0]):
            raise Unreadable("has a hardware address behind it, as in a table of neighbours; write addresses alone")
        _check_one(rest[0], address)
        return networks

    def _check_number(self, line: str) -> None:
        """Refuse a number that may be a prefix length, unless other lines show that the numbers are something else."""
        found = _WITH_NUMBER(line)
        if found and may_be_length(found[1], int(found[2])) and not self._has_counts:
            raise Unreadable(
                f"has the number {found[2]} behind an address; write {found[1]}/{found[2]} if it is the length of the "
                "network, and # before it if it is a remark"
            )

    @cached_property
    def _has_counts(self) -> bool:
        pairs = filter(None, map(_WITH_NUMBER, self._lines))
        return any(is_network(pair[1]) and not may_be_length(pair[1], int(pair[2])) for pair in pairs)


def _two_addresses(first: str, second: str, others: Sequence[str]) -> str:
    """An address with a netmask, or the block of DShield: first address, last address, prefix length."""
    if others and re.fullmatch(r"[0-9]{1,2}", others[0]) and not second.startswith(("255.", "0.")):
        return f"{first}-{second}"
    if re.match(r"255\.|0\.", second) and ":" not in first:
        return f"{first}/{mask_length(first, second)}"
    raise Unreadable("holds two addresses; write each on a line of its own, and a range with a hyphen between")


def _check_one(rest: str, address: str = "") -> None:
    """What stands behind an address must not be another one, which would not be blocked."""
    if any(found != address for found in addresses_in(rest)):
        raise Unreadable("holds several addresses; write each on a line of its own")


def exceptions(lines: Sequence[str]) -> list[str]:
    """The addresses and networks that lines except from others, as pf does: with `!` right before them."""
    marked = (line.strip(" \t")[1:] for line in lines if line.lstrip(" \t").startswith("!"))
    words = (re.split(r"[ \t,#;!]", rest, maxsplit=1)[0] for rest in marked)
    return [word for word in words if is_network(word)]


def underlined_heading(lines: Sequence[str]) -> frozenset[int]:
    """The numbers of the two lines that PowerShell puts above a table; empty without such a table."""
    shown = [(number, line.strip()) for number, line in enumerate(lines[:20], 1) if line.strip()][:2]
    if len(shown) == 2 and _UNDERLINE(shown[1][1]) and names_an_address(re.split(r"\s{2,}|\t", shown[0][1])[0]):
        return frozenset(number for number, _unused in shown)
    return frozenset()


class Header(NamedTuple):
    """Where the header of a CSV file is. start: the index of the first line behind it; commented: whether it is a comment."""

    names: list[str]
    delimiter: str
    line: int
    start: int


def find_header(lines: Sequence[str], select: Sequence[str] = ()) -> Header | None:
    """The header of a CSV file; None if the lines have none, and so are one address a line.

    Args:
        lines: the lines, without their ends.
        select: names of columns that the user gave; a line that has one of them is the header.
    """
    wanted = {name.strip() for name in select}
    delimiters, before = DELIMITERS, ""
    for index, line in enumerate(lines):
        content = line.strip(" \t")
        separator = _SEPARATOR(line)
        if separator:
            delimiters = separator[1]
        elif content and not _is_comment(content):
            return _header_of(content, delimiters, index, wanted) or _commented_header(before, content, index, wanted)
        before = content
    return None


def _is_comment(content: str) -> bool:
    return content.startswith(("#", "//", "!", ";"))


def _header_of(content: str, delimiters: str, index: int, wanted: Collection[str]) -> Header | None:
    best: list[str] = []
    chosen, known = delimiters[0], 0
    for delimiter in delimiters:
        cells = _cells(content, delimiter)
        names = sum(names_an_address(cell) or cell in wanted for cell in cells)
        if (names, len(cells)) > (known, len(best)):
            best, chosen, known = cells, delimiter, names
    # Several words are a header, of whatever names: an address or a network has no place among them.
    if (known and all(not is_network(cell) for cell in best)) or (len(best) > 1 and all(map(_WORD, best))):
        return Header(best, chosen, index + 1, index + 1)
    return None


def _commented_header(before: str, content: str, index: int, wanted: Collection[str]) -> Header | None:
    """The comment right above the first row, if it names as many columns as that has."""
    if not before.startswith("#"):
        return None
    header = _header_of(before.lstrip("# \t"), DELIMITERS, index - 1, wanted)
    if (
        not header
        or len(header.names) < 2
        or not any(names_an_address(name) or name in wanted for name in header.names)
    ):
        return None
    return header if len(_cells(content, header.delimiter)) == len(header.names) else None


def _cells(line: str, delimiter: str) -> list[str]:
    if line.count(delimiter) > _MOST_COLUMNS:
        return []
    try:
        cells = next(csv.reader([line], delimiter=delimiter, skipinitialspace=True), [])
    except csv.Error:
        return []
    return [cell.partition("#")[0].strip(" \t") for cell in cells]


def read_csv(
    lines: Sequence[str],
    ends: bool | None,
    select: Sequence[str],
    addresses: AddressReader,
    place: str,
    warnings: list[str],
) -> Iterator[Row]:
    """The rows of a CSV file.

    Args:
        lines: the lines, without their ends.
        ends: whether the last line had one; if not, a row that is too short is one that was cut off. None if that is
            not known.
        select: names of the columns that hold the address; empty to go by what they are called.
        addresses: how addresses are read.
        place: where an address goes that is neither a source nor a destination by its column.
        warnings: what is to be said about the columns is added here.

    Raises:
        Unreadable: there is no header with a column for addresses.
    """
    header = find_header(lines, select)
    if header is None:
        content = [
            (number, line) for number, line in enumerate(lines, 1) if line.strip() and not _is_comment(line.strip())
        ]
        if not content:
            yield from (Row(number, line) for number, line in enumerate(lines, 1))
            return
        yield Row(*content[0], problem="is not a header; the first line of a CSV file must name its columns")
        return
    yield from (Row(number, line) for number, line in enumerate(lines[: header.start], 1))
    yield from _read_rows(_Rows(lines, header), _RowReader(header, ends, select, addresses, place, warnings))


class _RowReader:
    """Reads the cells of rows below one header."""

    def __init__(
        self,
        header: Header,
        ends: bool | None,
        select: Sequence[str],
        addresses: AddressReader,
        place: str,
        warnings: list[str],
    ) -> None:
        self._header = header
        self._plain = [plain_name(name) for name in header.names]
        self._ends = ends
        self._select = select
        self._addresses = addresses
        self._place = place
        self._warnings = warnings
        self._columns: Columns | None = None

    def is_header(self, cells: Sequence[str]) -> bool:
        """Whether this is the header again, of another file that was joined to the first."""
        if any(self._plain):
            # Most rows differ in the first cell, and nearly all of these in its first character.
            begin = cells[0][:1].lower() if cells else ""
            if begin.isascii() and begin.isalnum() and not self._plain[0].startswith(begin):
                return False
            return [plain_name(cell) for cell in cells] == self._plain
        return [cell.strip(" \t") for cell in cells] == self._header.names

    def choose(self) -> None:
        """Decide what the columns are; raises Unreadable about the header."""
        if self._columns is not None:
            return
        try:
            self._columns = choose_columns(self._header.names, self._select)
        except Unreadable as problem:
            raise Unreadable(str(problem), self._header.line) from None
        self._warnings += self._columns.warnings

    def read(self, cells: Sequence[str], last: bool) -> list[dict[str, Any]]:
        """The entries of one row. last: whether it is the last of the file."""
        count = len(self._header.names)
        if len(cells) > count and any(cells[count:]):
            raise Unreadable(f"has {len(cells)} cells, but there are {count} columns")
        if len(cells) < count and last and not self._ends:
            short = f"has {len(cells)} of {count} cells and no line end"
            if self._ends is not None:
                raise Unreadable(f"{short}; the file may be cut off")
            self._warnings.append(
                f"The last row {short}, so the file may be cut off. To know it, read it with the lookup's rstrip=false."
            )
        if self._columns is None:
            raise Unreadable("comes before the columns are known")
        return entries_of(self._columns, cells, self._addresses, self._place)

    def check_swallowed(self, lines: Sequence[str]) -> None:
        """Refuse a row of several lines if one of them is a row itself: a quote is missing, or is too many."""
        positions = [position for position, _unused in self._columns.addresses] if self._columns and lines else ()
        for line in lines:
            cells = line.split(self._header.delimiter)
            if any(position < len(cells) > 1 and is_network(cells[position].strip(' \t"')) for position in positions):
                raise Unreadable("has a quote that is not closed, so the rows below it are in one of its cells")


def _read_rows(rows: _Rows, reader: _RowReader) -> Iterator[Row]:
    for first, last, cells, problem in rows:
        text = rows.text(first)
        if problem:
            yield Row(first, text, problem=problem)
        elif reader.is_header(cells) or not any(map(str.strip, cells)):
            # The header again, or one of the rows of separators that spreadsheets write.
            yield Row(first, text)
        else:
            reader.choose()
            try:
                reader.check_swallowed(rows.lines(first + 1, last))
                yield Row(first, text, reader.read(cells, rows.is_last(last)))
            except Unreadable as wrong:
                yield Row(first, text, problem=str(wrong))
        yield from (Row(number, "") for number in rows.skipped())
    reader.choose()
    yield from (Row(number, "") for number in rows.skipped())


class _Rows:
    """The rows below a header, which may be several lines each, without comments and blank lines between them."""

    def __init__(self, lines: Sequence[str], header: Header) -> None:
        self._lines = lines
        self._next = header.start
        self._first = 0
        self._skipped: list[int] = []
        self._delimiter = header.delimiter
        self._comments = ("#", "//", "!") if header.delimiter == ";" else ("#", "//", "!", ";")

    def text(self, number: int) -> str:
        return self._lines[number - 1]

    def lines(self, first: int, last: int) -> Sequence[str]:
        return self._lines[first - 1 : last]

    def is_last(self, number: int) -> bool:
        return number == len(self._lines)

    def skipped(self) -> list[int]:
        """The numbers of the comments and blank lines since this was asked last."""
        skipped, self._skipped = self._skipped, []
        return skipped

    def __iter__(self) -> Iterator[tuple[int, int, list[str], str]]:
        """The number of the first and of the last line of each row, its cells, and what is wrong with it."""
        reader = csv.reader(self._feed(), delimiter=self._delimiter, skipinitialspace=True, strict=True)
        while True:
            self._first = 0
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield self._first, self._next, [], self._problem(error)
                continue
            yield self._first, self._next, cells, ""

    def _problem(self, error: csv.Error) -> str:
        if "end of data" in str(error):
            raise Unreadable(f"has a quote in line {self._first} that is not closed; the file may be cut off")
        more = f", together with what follows up to line {self._next}" if self._next > self._first else ""
        return f"is not CSV{more} ({error})"

    def _feed(self) -> Iterator[str]:
        """The lines as the reader asks for them; only within a row, comments and blank lines are part of it."""
        while self._next < len(self._lines):
            line = self._lines[self._next]
            self._next += 1
            if not self._first and self._is_ignored(line):
                self._skipped.append(self._next)
                continue
            self._first = self._first or self._next
            if len(line) > LONGEST_LINE:
                raise Unreadable(f"has more than {LONGEST_LINE:,} characters in line {self._next}")
            yield line + "\n"

    def _is_ignored(self, line: str) -> bool:
        # The mark of Excel stands again where files were joined.
        return not line.strip() or line.lstrip(" \t").startswith(self._comments) or bool(_SEPARATOR(line))
