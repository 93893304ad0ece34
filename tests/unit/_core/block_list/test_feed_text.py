# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The bytes of a feed as text."""

from __future__ import annotations

import codecs
import gzip

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_text import (
    MOST_BYTES,
    Unreadable,
    decode,
    in_file,
    numbered_lines,
    split_lines,
    visible,
)


@pytest.mark.parametrize(
    "data, text, encoding",
    [
        (b"192.0.2.1\n", "192.0.2.1\n", "utf-8"),
        (codecs.BOM_UTF8 + b"192.0.2.1", "192.0.2.1", "utf-8"),
        ("192.0.2.1\r\n".encode("utf-16"), "192.0.2.1\r\n", "utf-16-le"),
        ("192.0.2.1\n".encode("utf-16-be"), "192.0.2.1\n", "utf-16-be"),
        ("192.0.2.1\n".encode("utf-32"), "192.0.2.1\n", "utf-32-le"),
        (b"192.0.2.1 # M\xfcnchen\n", "192.0.2.1 # M\u00fcnchen\n", "latin-1"),
        # Two files that were joined, the first of them without a line end.
        (b"192.0.2.1" + codecs.BOM_UTF8 + b"192.0.2.2", "192.0.2.1\n192.0.2.2", "utf-8"),
        ("192.0.2.1 # \udcfc", "192.0.2.1 # \u00fc", "latin-1"),
        (b"", "", "utf-8"),
    ],
)
def test_decoded(data: bytes | str, text: str, encoding: str) -> None:
    assert decode(data) == (text, encoding)


@pytest.mark.parametrize(
    "data, problem",
    [
        (gzip.compress(b"192.0.2.1"), "gzip"),
        (b"PK\x03\x04", "Excel"),
        (b"<!DOCTYPE html>", "is an HTML or XML page"),
        (b"\n <html>", "is an HTML or XML page"),
        (codecs.BOM_UTF16_LE + b"1", "is not valid UTF-16-LE"),
        (bytes(MOST_BYTES + 1), "is larger than 64 MiB"),
    ],
    ids=["gzip", "zip", "doctype", "html", "half a letter", "large"],
)
def test_not_a_feed(data: bytes, problem: str) -> None:
    with pytest.raises(Unreadable) as error:
        decode(data)
    assert problem in str(error.value)


def test_lines_are_counted_as_an_editor_does() -> None:
    assert split_lines("a\r\nb\rc\n\nd\u2028e\n") == ["a", "b", "c", "", "d\u2028e"]
    assert list(numbered_lines("a\nb")) == [(1, "a"), (2, "b")]


@pytest.mark.parametrize(
    "text, shown", [("a\tb", "a b"), ("a\u200bb", "a\\u200bb"), ("\x1b[31m", "\\x1b[31m"), ("\udcff", "\\udcff")]
)
def test_visible(text: str, shown: str) -> None:
    assert visible(text) == shown
    assert len(visible("x" * 1000)) <= 120


@pytest.mark.parametrize(
    "name, line, message",
    [("f.txt", 0, "f.txt is empty."), ("f.txt", 3, "f.txt: Line 3: is empty."), ("", 0, "The text is empty.")],
)
def test_error_names_the_file(name: str, line: int, message: str) -> None:
    assert in_file(name, "is empty", line).message == message
