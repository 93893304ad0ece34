# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What somebody else has made is read within bounds, or refused with a sentence."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.atomic_files import FileFailed
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.reading import (
    LONGEST_LINE,
    open_file,
    parse_json,
    read_document,
    read_lines,
)


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/null", "pipe", "."])
def test_only_a_file_is_read(tmp_path: Path, path: str) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(FileFailed, match=r"Could not read .*: (it is not a file|is a directory)"):
        open_file(tmp_path / path, 100)


def test_what_is_not_read_is_not_left_open(tmp_path: Path) -> None:
    # The next descriptor is the lowest number that is free.
    with (tmp_path / "next").open("w") as before:
        number = before.fileno()
    for path in ("/dev/null", tmp_path, tmp_path / "nothing"):
        with pytest.raises(FileFailed):
            open_file(Path(path), 100)
    with (tmp_path / "next").open() as after:
        assert after.fileno() == number


def test_a_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    with (tmp_path / "sparse").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(FileFailed, match="it has 1,099,511,627,776 bytes, more than 1,000"):
        read_document(tmp_path / "sparse", 1_000)


@pytest.mark.parametrize(
    "text", ["NaN", "[Infinity]", '{"a": -Infinity}', "1e999", "[" * 100_000, '{"a":' * 100_000, "\ufeff{}", b"\xff"]
)
def test_what_is_not_json(text: str | bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        parse_json(text)


def test_json_is_what_it_was() -> None:
    assert parse_json(b'{"a": [1, 2.5, "\\ud83d", null]}') == {"a": [1, 2.5, "\ud83d", None]}


def test_lines_have_a_bound() -> None:
    assert list(read_lines(io.BytesIO(b"a\nb"), Path("x"), 10)) == [b"a\n", b"b"]
    with pytest.raises(FileFailed, match="x unpacks to more than 10 bytes"):
        list(read_lines(io.BytesIO(b"a\n" * 10), Path("x"), 10))
    with pytest.raises(FileFailed, match="x has a line of more than"):
        list(read_lines(io.BytesIO(b"a" * (LONGEST_LINE + 1)), Path("x"), 1 << 30))
