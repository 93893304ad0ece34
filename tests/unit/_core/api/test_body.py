# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Bodies within a size, unpacked."""

from __future__ import annotations

import gzip
import itertools
import zlib
from contextlib import suppress

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.body import BadBody, read_body
from hypothesis import given
from hypothesis import strategies as st

RAW = zlib.compressobj(wbits=-15)
DEFLATED = RAW.compress(b"text") + RAW.flush()


@pytest.mark.parametrize(
    ("body", "encoding"),
    [
        (b"text", ""),
        (b"text", "identity"),
        (gzip.compress(b"text", mtime=0), "gzip"),
        (gzip.compress(b"text", mtime=0), "X-GZIP"),
        (gzip.compress(b"te", mtime=0) + gzip.compress(b"xt", mtime=0), "gzip"),
        (gzip.compress(b"text", mtime=0) + b"\0\0", "gzip"),
        (zlib.compress(b"text"), " Deflate "),
        (DEFLATED, "deflate"),
    ],
)
def test_a_body_is_unpacked(body: bytes, encoding: str) -> None:
    assert read_body([body[:3], body[3:]], encoding, str(len(body))) == b"text"
    assert read_body([], encoding, "") == b""


@pytest.mark.parametrize(
    ("body", "encoding", "length", "words"),
    [
        (b"x" * 101, "", "", "larger than"),
        (gzip.compress(bytes(100_000), mtime=0), "gzip", "", "larger than"),
        (gzip.compress(gzip.compress(bytes(1_000_000), mtime=0), mtime=0), "gzip, gzip", "", "not asked for"),
        (b"x", "br", "", "not asked for"),
        (b"short", "", "10", "cut off"),
        (gzip.compress(b"short", mtime=0)[:-9], "gzip", "", "cut off"),
        (gzip.compress(b"x" * 60, mtime=0) * 2, "gzip", "", "larger than"),
        (gzip.compress(b"x", mtime=0) * 2 + b"\x1f\x8b", "gzip", "", "cut off"),
        (gzip.compress(b"x", mtime=0) + b"\x1f\x8b" + bytes(20), "gzip", "", "cannot be unpacked"),
        (b"no gzip", "gzip", "", "cannot be unpacked"),
    ],
)
def test_why_a_body_is_refused(body: bytes, encoding: str, length: str, words: str) -> None:
    with pytest.raises(BadBody, match=words):
        read_body([body], encoding, length, largest=100)


def test_a_body_in_countless_parts_is_refused() -> None:
    with pytest.raises(BadBody, match="more than 100 parts"):
        read_body([gzip.compress(b"", mtime=0) * 1000], "gzip", "")


def test_an_endless_body_ends() -> None:
    with pytest.raises(BadBody, match="larger than"):
        read_body(itertools.repeat(bytes(1000)), "", "", largest=1_000_000)


@given(
    st.binary(max_size=200),
    st.sampled_from(["", "gzip", "deflate", "x"]),
    st.one_of(st.text(max_size=5), st.integers().map(str)),
)
def test_nothing_else_is_raised(body: bytes, encoding: str, length: str) -> None:
    with suppress(BadBody):
        assert len(read_body([body], encoding, length, largest=1000)) <= 1000
