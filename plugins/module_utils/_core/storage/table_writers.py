# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Tables as files: JSON Lines to be read again, CSV and Excel workbooks for people. A row at a time, so memory stays flat."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO
from typing import Any, NamedTuple, Union

from ..errors import MissingLibrary
from ..words import visible
from .spilling_store import SpillingStore

try:
    import openpyxl  # type: ignore[import-untyped,unused-ignore]
except ImportError:
    openpyxl = None

# Gives the entries, as JSON texts, each time that it is called.
EntryTexts = Callable[[], Iterable[str]]
# Texts, each with a line end behind it, or what writes a table to a file that is open for bytes.
Content = Union[Iterable[str], Callable[[Any], None]]

# What a sheet of Excel holds, with its header.
MOST_ROWS = 1_048_576
# Numbers beyond are changed by a spreadsheet, which counts with 15 digits.
_LARGEST_NUMBER = 10**15
_LONGEST_CELL = 32_767

# Spreadsheets run a text that begins so.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
_BYTE_ORDER_MARK = "\ufeff"


class TableFormat(NamedTuple):
    """One format. content: makes of the entries what is written; compressible: whether gzip makes it smaller."""

    ending: str
    content: Callable[[SpillingStore], Content]
    compressible: bool = True


def columns_of(entries: Iterable[str]) -> list[str]:
    """The keys of all entries, in the order in which they first occur.

    Args:
        entries: as JSON texts.
    """
    columns: dict[str, None] = {}
    for text in entries:
        columns.update(dict.fromkeys(json.loads(text)))
    return list(columns)


def csv_lines(entries: EntryTexts) -> Iterator[str]:
    """The lines of a CSV file, without the end of each. It begins with a mark by which Excel knows UTF-8."""
    columns = columns_of(entries())
    buffer = StringIO()
    # Texts with these letters are put in quotes.
    writer = csv.writer(buffer, lineterminator="\r\n")
    mark = _BYTE_ORDER_MARK
    for row in _rows(columns, entries):
        writer.writerow(row)
        yield mark + buffer.getvalue()[:-2]
        mark = ""
        buffer.seek(0)
        buffer.truncate()


def xlsx_writer(entries: EntryTexts, most_rows: int = MOST_ROWS) -> Callable[[Any], None]:
    """What writes an Excel workbook to a file.

    Args:
        entries: the entries.
        most_rows: how many rows, with the header, one sheet has at most.
    """

    def write(file: Any) -> None:
        columns = columns_of(entries())
        workbook = openpyxl.Workbook(write_only=True)
        sheet, left = None, 0
        rows = _rows(columns, entries)
        header = next(rows)
        for row in rows:
            if sheet is None or not left:
                sheet, left = _new_sheet(workbook, header), most_rows - 1
            sheet.append([_cell(value) for value in row])
            left -= 1
        if sheet is None:
            _new_sheet(workbook, header)
        workbook.save(file)

    return write


def _new_sheet(workbook: Any, header: Sequence[Any]) -> Any:
    sheet = workbook.create_sheet(f"Entries {len(workbook.worksheets) + 1}")
    sheet.append([_cell(value) for value in header])
    return sheet


def _cell(value: Any) -> Any:
    """A value that a workbook can hold."""
    if isinstance(value, str):
        return value[:_LONGEST_CELL]
    if isinstance(value, int) and abs(value) >= _LARGEST_NUMBER:
        return str(value)
    return value


def _rows(columns: Sequence[str], entries: EntryTexts) -> Iterator[list[Any]]:
    """The header, then one row for each entry."""
    yield [_plain(column) for column in columns]
    for text in entries():
        entry = json.loads(text)
        yield [_plain(entry.get(column)) for column in columns]


def _plain(value: Any) -> Any:
    if isinstance(value, (list, dict)):
        value = json.dumps(value, ensure_ascii=False)
    # These files are for people. JSON Lines keep texts as they came.
    return harmless(visible(value)) if isinstance(value, str) else value


def harmless(text: str) -> str:
    """A text that no spreadsheet takes for a formula: with an apostrophe in front, which Excel's own input knows."""
    return f"'{text}" if text.lstrip(" \n").startswith(_FORMULA) else text


TABLE_FORMATS: dict[str, TableFormat] = {
    "jsonl": TableFormat(".jsonl", lambda entries: entries.write_to),
    "csv": TableFormat(".csv", lambda entries: csv_lines(entries.lines)),
    "xlsx": TableFormat(".xlsx", lambda entries: xlsx_writer(entries.lines), compressible=False),
}


def table_format_named(name: str) -> TableFormat:
    """The format of this name, one of TABLE_FORMATS.

    Raises:
        MissingLibrary: it needs a Python library that is not installed.
    """
    if name == "xlsx" and openpyxl is None:
        raise MissingLibrary(
            "`format: xlsx` needs the Python library openpyxl, which is not installed.", library="openpyxl"
        )
    return TABLE_FORMATS[name]
