# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries from a file's text."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list_file import parse_entries
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError


def parse(text: str, kind: str = "auto", **defaults: Any) -> list[dict[str, Any]]:
    return parse_entries(text, kind, yaml.safe_load, defaults)


TWO = [{"source": "203.0.113.66"}, {"source": "2001:db8::/32"}]


@pytest.mark.parametrize(
    "text",
    [
        "203.0.113.66\n2001:db8::/32\n",
        "\ufeff# scanners\n\n  203.0.113.66 # bad\r\n2001:db8::/32",
        "- 203.0.113.66\n- source: 2001:db8::/32\n",
        "---\nentries:\n  - 203.0.113.66\n  - {source: '2001:db8::/32'}\n",
        "# comment\nentries: [203.0.113.66, '2001:db8::/32']",
        '["203.0.113.66", {"source": "2001:db8::/32"}]',
        ' {"entries": ["203.0.113.66", "2001:db8::/32"]}',
        "source\n203.0.113.66\n2001:db8::/32\n",
        '"Source","Duration"\n"203.0.113.66",\n# no\n2001:db8::/32,\n',
        "destination;source;protocol\n;203.0.113.66;\n;2001:db8::/32\n",
        "source\tprotocol\n203.0.113.66\t\n2001:db8::/32\t\n",
    ],
)
def test_the_same_in_every_format(text: str) -> None:
    assert parse(text) == TWO


def test_cells_and_defaults() -> None:
    text = "source,destination_ports,protocol,duration\n10.0.0.1,80-443,tcp,60\n10.0.0.2,,,\n"
    assert parse(text, duration=600) == [
        {"source": "10.0.0.1", "destination_ports": "80-443", "protocol": "tcp", "duration": "60"},
        {"source": "10.0.0.2", "duration": 600},
    ]


@pytest.mark.parametrize("text", ["", "\n# only this\n", "[]", "---\n", "entries:\n", "source,destination\n"])
def test_nothing_in_it(text: str) -> None:
    assert parse(text) == []


@pytest.mark.parametrize(
    "text, kind, words",
    [
        (
            "source,destinaton\n",
            "auto",
            "Line 1: there is no column 'destinaton'. Did you mean destination or destination_ports?",
        ),
        ("source,protocol\na,b,c\n", "auto", "Line 2 has 3 cells, but there are 2 columns"),
        ("[1", "auto", "not JSON"),
        ("[1]", "auto", "[0] is neither an address nor a dictionary: 1"),
        ("src;dst\n10.0.0.1;10.0.0.2\n", "auto", "Line 1: there is no column 'src'. Did you mean source"),
        ("# who\n\nAddress, Comment\n", "auto", "Line 3: there is no column 'address'"),
        ("items: []", "auto", "a dictionary with 'items'; it must be a list of entries"),
        ("{}", "auto", "a dictionary with nothing in it"),
        ("7", "json", "no list of entries, but a int"),
        ("x", "toml", "There is no format 'toml'"),
    ],
)
def test_what_cannot_be_read(text: str, kind: str, words: str) -> None:
    with pytest.raises(OptionError) as error:
        parse(text, kind)
    assert words in error.value.message
