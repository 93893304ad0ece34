# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Feeds with an address a line, and CSV."""

from __future__ import annotations

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_address import AddressReader
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_lines import (
    Row,
    find_header,
    read_csv,
    read_lines,
    underlined_heading,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_text import Unreadable


def lines(*texts: str) -> list[Row]:
    return list(read_lines(texts, AddressReader(), "auto"))


@pytest.mark.parametrize(
    "line, sources",
    [
        ("192.0.2.1", ["192.0.2.1"]),
        ("  192.0.2.0/24 ; SBL1", ["192.0.2.0/24"]),
        ("192.0.2.1\t10", ["192.0.2.1"]),
        ("192.0.2.1 # US, Example Inc.", ["192.0.2.1"]),
        ("192.0.2.1//comment", ["192.0.2.1"]),
        ("192.0.2.0 255.255.255.0", ["192.0.2.0/24"]),
        ("192.0.2.0\t192.0.2.255\t24", ["192.0.2.0/24"]),
        ("192.0.2.0 - 192.0.2.1", ["192.0.2.0/31"]),
        ("! comment", []),
        ("", []),
    ],
)
def test_lines(line: str, sources: list[str]) -> None:
    assert (
        lines(line) == [Row(1, line, [{"source": source} for source in sources])]
        or [entry["source"] for entry in lines(line)[0].entries] == sources
    )


@pytest.mark.parametrize(
    "line, problem",
    [
        ("192.0.2.1 192.0.2.2", "holds two addresses"),
        ("192.0.2.1 x 192.0.2.2", "holds several addresses"),
        ("192.0.2.0 /24", "space before the prefix length"),
        ("127.0.0.1 ads.example", "line of a hosts file"),
        ("192.0.2.0//24", "has the prefix length '/24'"),
    ],
)
def test_lines_that_are_refused(line: str, problem: str) -> None:
    (row,) = lines(line)
    assert not row.entries and problem in row.problem


def test_place() -> None:
    assert [list(row.entries) for row in read_lines(["192.0.2.1"], AddressReader(), "destination")] == [
        [{"destination": "192.0.2.1"}]
    ]


def test_the_heading_of_powershell() -> None:
    assert underlined_heading(["", "IPAddress", "---------", "192.0.2.1"]) == {2, 3}
    assert underlined_heading(["192.0.2.1", "---------"]) == frozenset()


@pytest.mark.parametrize(
    "texts, names, line",
    [
        (["ip,country", "192.0.2.1,US"], ["ip", "country"], 1),
        (["# made today", "", "ip;country"], ["ip", "country"], 3),
        (["sep=;", "ip;country"], ["ip", "country"], 2),
        (["# first_seen,dst_ip", "2026-01-01,192.0.2.1"], ["first_seen", "dst_ip"], 1),
    ],
)
def test_header(texts: list[str], names: list[str], line: int) -> None:
    header = find_header(texts)
    assert header is not None
    assert (header.names, header.line) == (names, line)


def test_no_header() -> None:
    assert find_header(["192.0.2.1,US", "192.0.2.2,DE"]) is None
    assert find_header([]) is None


def csv(*texts: str, ends: bool = True) -> list[Row]:
    return list(read_csv(texts, ends, (), AddressReader(), "auto", []))


def test_csv() -> None:
    rows = csv("ip,comment", '192.0.2.1,"two', 'lines"', "# 192.0.2.3", "ip,comment", "192.0.2.2,x", "example.com,")
    entries = [(row.line, list(row.entries)) for row in rows if row.entries]
    assert entries == [(2, [{"source": "192.0.2.1"}]), (6, [{"source": "192.0.2.2"}])]
    assert [(row.line, row.problem.split(";")[0]) for row in rows if row.problem] == [(7, "is a host name")]


def test_csv_that_was_cut_off() -> None:
    assert "may be cut off" in csv("ip,comment", "192.0.2.1", ends=False)[-1].problem
    with pytest.raises(Unreadable, match="quote in line 2 that is not closed"):
        csv("ip,comment", '192.0.2.1,"x')
