# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Tables as files for people: every value in its column, and none of them a formula."""

from __future__ import annotations

import csv
import importlib.util
import json
import tracemalloc
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import MissingLibrary
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.table_writers import (
    columns_of,
    csv_lines,
    harmless,
    table_format_named,
    xlsx_writer,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.words import visible
from hypothesis import given
from hypothesis import strategies as st

HAS_OPENPYXL = importlib.util.find_spec("openpyxl") is not None
NEEDS_OPENPYXL = pytest.mark.skipif(not HAS_OPENPYXL, reason="openpyxl is not installed, so workbooks are not tested")
ENTRIES = [
    {"src": "10.0.0.1", "dport": 443, "name": 'a, "b"\nc'},
    {"src": "=HYPERLINK(1)", "up": True, "dport": None, "list": [1, "x"]},
    {"src": "\u00e4", "bytes": 12345678901234567890, "name": "\x01\ud83d"},
]


def texts(entries: list[dict[str, Any]]) -> list[str]:
    return [json.dumps(entry) for entry in entries]


def test_columns_in_the_order_of_their_first_value() -> None:
    assert columns_of(texts(ENTRIES)) == ["src", "dport", "name", "up", "list", "bytes"]


def test_csv() -> None:
    text = "\n".join(csv_lines(lambda: texts(ENTRIES)))
    assert text.startswith("\ufeffsrc,dport,name,")
    rows = list(csv.reader(StringIO(text[1:])))
    # Line breaks and what a terminal obeys are escapes.
    assert rows[1] == ["10.0.0.1", "443", 'a, "b"\\nc', "", "", ""]
    assert rows[3][2] == r"\x01\ud83d"
    assert rows[2] == ["'=HYPERLINK(1)", "", "", "True", '[1, "x"]', ""]
    assert rows[3][5] == "12345678901234567890"
    assert list(csv_lines(list)) == ["\ufeff"]


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", " =1", "\n=1", "\uff1d1"])
def test_formulas(text: str) -> None:
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "10.0.0.1", "a=1", "10.0.0.1 - 10.0.0.2", "'x"])
def test_other_texts_stay_as_they_are(text: str) -> None:
    assert harmless(text) == text


@given(st.lists(st.dictionaries(st.text(min_size=1), st.text()), max_size=5))
def test_no_cell_of_csv_is_a_formula(entries: list[dict[str, str]]) -> None:
    lines = "\n".join(csv_lines(lambda: texts(entries)))
    for row in csv.reader(StringIO(lines[1:], newline="")):
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
        assert all(visible(cell) == cell for cell in row)


def numbered(count: int) -> Any:
    """Entries of which no two texts are the same."""
    return lambda: (f'{{"number":{number},"src":"host {number}"}}' for number in range(count))


def peak(write: Any) -> int:
    """The most memory that Python held at a time, in bytes."""
    tracemalloc.start()
    write()
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return most


def test_many_rows_take_no_more_memory_than_few() -> None:
    def write(count: int) -> int:
        return peak(lambda: sum(1 for _line in csv_lines(numbered(count))))

    assert write(20_000) < write(200) + 100_000


@NEEDS_OPENPYXL
def test_a_workbook_of_many_rows_takes_no_more_memory_than_one_of_few(tmp_path: Path) -> None:
    def write(count: int) -> int:
        with (tmp_path / "table.xlsx").open("wb") as file:
            # Several sheets, of which each must be let go.
            return peak(lambda: xlsx_writer(numbered(count), most_rows=1_500)(file))

    # What is imported with the first workbook counts once.
    write(1)
    assert write(5_000) < write(200) + 300_000


@NEEDS_OPENPYXL
def test_a_workbook_has_a_sheet_more_where_one_is_full() -> None:
    import openpyxl

    file = BytesIO()
    xlsx_writer(lambda: texts(ENTRIES), most_rows=3)(file)
    sheets = openpyxl.load_workbook(file).worksheets
    first, second = ([[cell.value for cell in row] for row in sheet.rows] for sheet in sheets)
    assert first[0] == second[0] == ["src", "dport", "name", "up", "list", "bytes"]
    assert first[2] == ["'=HYPERLINK(1)", None, None, True, '[1, "x"]', None]
    assert second[1] == ["\u00e4", None, r"\x01\ud83d", None, None, "12345678901234567890"]
    assert {cell.data_type for sheet in sheets for row in sheet.rows for cell in row} <= {"s", "n", "b"}
    empty = BytesIO()
    xlsx_writer(list)(empty)
    assert len(openpyxl.load_workbook(empty).worksheets) == 1


def test_formats() -> None:
    assert table_format_named("csv").ending == ".csv"
    if not HAS_OPENPYXL:
        with pytest.raises(MissingLibrary, match="`format: xlsx` needs the Python library openpyxl"):
            table_format_named("xlsx")
    else:
        assert not table_format_named("xlsx").compressible
