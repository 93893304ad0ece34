# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""JSON, JSON lines and YAML: bounded, and nothing changed by a parser."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_address import AddressReader
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_columns import ChangedScalar
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_documents import (
    DEEPEST,
    load_json,
    load_yaml,
    read_items,
    read_json_lines,
    select_items,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.feed_text import Unreadable


@pytest.mark.parametrize(
    "text, document",
    [
        ('["192.0.2.1"]', ["192.0.2.1"]),
        ("[5, -1, 0]", [5, -1, 0]),
        ("[1.5, 1e9, NaN]", [ChangedScalar("1.5"), ChangedScalar("1e9"), ChangedScalar("NaN")]),
    ],
)
def test_json(text: str, document: Any) -> None:
    assert load_json(text) == document


@pytest.mark.parametrize(
    "text, document",
    [
        ("- 192.0.2.1\n- 2001:db8::1\n", ["192.0.2.1", "2001:db8::1"]),
        ("entries: [a]\n", {"entries": ["a"]}),
        ("- 20:22\n", [ChangedScalar("20:22", 1)]),
        ("- '20:22'\n", ["20:22"]),
        ("- 0443\n", [ChangedScalar("0443", 1)]),
        ("- 443\n", [443]),
        ("- yes\n", [ChangedScalar("yes", 1)]),
        ("- ~\n", [None]),
        ("", None),
    ],
)
def test_yaml(text: str, document: Any) -> None:
    assert load_yaml(text) == document


DEEP = "[" * (DEEPEST + 1) + "]" * (DEEPEST + 1)


@pytest.mark.parametrize(
    "load, text, problem",
    [
        (load_json, '{"a": 1, "a": 2}', "has the key 'a' twice"),
        (load_json, '["192.0.2.1"', "may be cut off"),
        (load_json, DEEP, f"more than {DEEPEST} brackets"),
        (load_yaml, "a: 1\na: 2\n", "has the key 'a' twice in one dictionary, again in line 2"),
        (load_yaml, "- &x 192.0.2.1\n- *x\n", "anchor or alias in line 1"),
        (load_yaml, "- !!python/none x\n", "has the YAML tag"),
        (load_yaml, DEEP, f"more than {DEEPEST} lists and dictionaries"),
        (load_yaml, "--- a\n--- b\n", "several YAML documents"),
        (load_yaml, "[a\n", "is not YAML"),
    ],
)
def test_refused(load: Any, text: str, problem: str) -> None:
    with pytest.raises(Unreadable) as error:
        load(text)
    assert problem in str(error.value)


@pytest.mark.parametrize(
    "document, paths, items, lacking",
    [
        (["a"], (), ["a"], 0),
        ({"entries": ["a"]}, (), ["a"], 0),
        ({"prefixes": [{"ip": "a"}, {"ip6": "b"}]}, ("prefixes[].ip",), ["a"], 1),
        ({"prefixes": [{"ip": "a"}, {"ip6": "b"}]}, ("prefixes[].ip", "prefixes[].ip6"), ["a", "b"], 2),
        ({"data": ["a", "b"]}, ("data",), ["a", "b"], 0),
    ],
)
def test_selected(document: Any, paths: tuple[str, ...], items: list[Any], lacking: int) -> None:
    assert select_items(document, paths) == (items, lacking)


@pytest.mark.parametrize(
    "document, paths, problem",
    [
        ({"data": [{"ip": "192.0.2.1"}]}, (), "Say in file_select which list is meant: data[].ip"),
        ("a", (), "is not a list of entries, but a text"),
        ({"data": []}, ("dat",), "has nothing at 'dat'"),
    ],
)
def test_not_selected(document: Any, paths: tuple[str, ...], problem: str) -> None:
    with pytest.raises(Unreadable) as error:
        select_items(document, paths)
    assert problem in str(error.value)


def test_items_know_their_lines() -> None:
    text = '[\n"192.0.2.1",\n{"ip": "192.0.2.2"},\n{"type": "metadata"},\n"example.com"]'
    rows = list(read_items(text, load_json(text), AddressReader(), "auto", []))
    assert [list(row.entries) for row in rows] == [[{"source": "192.0.2.1"}], [{"source": "192.0.2.2"}], [], []]
    assert (rows[3].line, rows[3].text) == (5, '"example.com"]')
    assert rows[3].problem.startswith("is a host name")


def test_json_lines() -> None:
    text = '{"cidr": "192.0.2.0/24"}\n\n# comment\n{"cidr": "192.0.2.0/24", "cidr": "x"}\n'
    rows = list(read_json_lines(text, (), AddressReader(), "destination", []))
    assert [list(row.entries) for row in rows] == [[{"destination": "192.0.2.0/24"}], [], [], []]
    assert "has the key 'cidr' twice" in rows[3].problem and rows[3].line == 4
