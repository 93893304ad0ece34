# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever is written in any format reads back the same; whatever is not ends in a sentence."""

from __future__ import annotations

import csv
import io
import ipaddress
import json
from collections.abc import Callable
from typing import Any

import pytest
import yaml
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.address_text import span_of
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.file import (
    FORMATS,
    Feed,
    FeedOptions,
    collapse_entries,
    read_feed,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.guards import Widest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import SMCError
from hypothesis import example, given
from hypothesis import strategies as st


def network(bits: int, shortest: int) -> st.SearchStrategy[str]:
    def build(number: int, length: int) -> str:
        kind = ipaddress.IPv4Network if bits == 32 else ipaddress.IPv6Network
        return str(kind((number >> (bits - length) << (bits - length), length)))

    return st.builds(build, st.integers(1, 2**bits - 1), st.integers(shortest, bits))


MAPPED = ipaddress.ip_network("::ffff:0:0/96")


def usable(text: str) -> bool:
    """Not one that begins at 0, and none with IPv4 addresses in it, which are read as such."""
    network = ipaddress.ip_network(text)
    return int(network[0]) > 0 and not (network.version == 6 and network.overlaps(MAPPED))


NETWORKS = st.lists(st.one_of(network(32, 8), network(128, 16)).filter(usable), max_size=20)


def spelled(text: str) -> str:
    """Canonical: an address alone is without a length."""
    return text.removesuffix("/32" if ":" not in text else "/128")


def with_csv(delimiter: str) -> Callable[[list[str]], str]:
    def write(networks: list[str]) -> str:
        text = io.StringIO()
        writer = csv.writer(text, delimiter=delimiter)
        writer.writerow(["first seen", "cidr", "comment"])
        writer.writerows([["2026-01-02 03:04:05", one, f'# "{one}",;\n\t| second line'] for one in networks])
        return text.getvalue()

    return write


def ranges(networks: list[str]) -> str:
    spans = [ipaddress.ip_network(one) for one in networks]
    return "".join(f"{one[0]} - {one[-1]}\n" for one in spans)


WRITERS: dict[str, Callable[[list[str]], str]] = {
    "lines": "\n".join,
    "comments": lambda networks: "".join(f"! x\n\n{one}#y\r\n" for one in networks),
    "counts": lambda networks: "".join(f"{one}\t{number}\n" for number, one in enumerate(networks)),
    "bracketed": lambda networks: "".join(
        f"[{one.partition('/')[0]}]/{one.partition('/')[2]}\n" if ":" in one else f"{one}\n" for one in networks
    ),
    "long IPv6": lambda networks: "".join(f"{ipaddress.ip_network(one).exploded.upper()}\n" for one in networks),
    "ranges": ranges,
    "commas": with_csv(","),
    "semicolons": with_csv(";"),
    "tabs": with_csv("\t"),
    "bars": with_csv("|"),
    "JSON": json.dumps,
    "JSON dictionaries": lambda networks: json.dumps([{"n": 1.5, "network": one} for one in networks], indent=2),
    "JSON lines": lambda networks: "".join(json.dumps({"network": one}) + "\n" for one in networks),
    "YAML": lambda networks: yaml.safe_dump(networks, default_style="'"),
    "YAML dictionaries": lambda networks: yaml.safe_dump({"entries": [{"source": one} for one in networks]}),
}


@pytest.mark.parametrize("writer", WRITERS)
@given(networks=NETWORKS, encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]))
def test_written_and_read_back(writer: str, networks: list[str], encoding: str) -> None:
    text = WRITERS[writer](networks)
    feed = read_feed(text.encode(encoding))
    read = [entry["source"] for entry in feed.entries]
    assert read == [spelled(one) for one in networks]
    if writer in ("lines", "comments", "counts"):
        assert len(feed.entries) + feed.ignored == feed.lines


@given(
    pairs=st.lists(
        st.tuples(st.one_of(st.just(""), network(32, 8)), st.one_of(st.just(""), network(128, 16))), max_size=10
    )
)
def test_no_row_decides_for_another(pairs: list[tuple[str, str]]) -> None:
    rows = [pair for pair in pairs if any(pair) and all(usable(one) for one in pair if one)]
    expected = [spelled(one) for pair in rows for one in pair if one]
    table = "name,ipv4,ipv6\n" + "".join(f"x,{four},{six}\n" for four, six in rows)
    items = [{"ipv4": four or None, "ipv6": six} for four, six in rows]
    for data in (table, json.dumps(items), yaml.safe_dump(items, default_style='"') if items else "[]"):
        text = data.replace('!!null "null"', "null")
        assert [entry["source"] for entry in read_feed(text).entries] == expected


@given(networks=NETWORKS)
def test_collapsed_is_what_the_standard_library_makes_of_it(networks: list[str]) -> None:
    collapsed = collapse_entries([{"source": spelled(one)} for one in networks], Widest(0, 0))
    read = [ipaddress.ip_network(one) for one in networks]
    expected = [
        spelled(str(one))
        for version in (4, 6)
        for one in ipaddress.collapse_addresses([one for one in read if one.version == version])  # type: ignore[type-var]
    ]
    assert [entry["source"] for entry in collapsed] == expected


@given(networks=NETWORKS)
def test_collapsed_covers_the_same_and_is_never_wider(networks: list[str]) -> None:
    collapsed = [
        entry["source"] for entry in collapse_entries([{"source": spelled(one)} for one in networks], Widest())
    ]
    assert sum(span.last - span.first + 1 for span in map(span_of, collapsed)) == sum(
        one.num_addresses
        for version in (4, 6)
        for one in ipaddress.collapse_addresses(
            [n for n in map(ipaddress.ip_network, networks) if n.version == version]
        )  # type: ignore[type-var]
    )
    assert all(ipaddress.ip_network(one).prefixlen >= (16 if ":" in one else 8) for one in collapsed)


WORDS = (
    "192.0.2.1 198.51.100.0/24 2001:db8::/32 :: 0/0 / - [ ] { } \" ' , ; # ! // : | ip source dst_ip type value entries &a *a "
    "~ yes 20:22 0443 1e9999 NaN null \\ud800 \\ \ufeff \u200b \x00 \ud800 any * [.] hxxp:// <html> sep= 0x7f.1 "
    "255.255.255.0 0.0.0.255"
)
SPACES = [
    "\n",
    "\r\n",
    "\t",
    " ",
    "- ",
    "---\n",
    "? ",
    "!!int ",
    "<<: ",
    ">\n",
    "%YAML 1.1\n",
    "\x85",
    "\u2028",
    "\u00e9",
]
PIECES = st.sampled_from([*WORDS.split(" "), *SPACES])
OPTIONS: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {
        "format": st.sampled_from(FORMATS),
        "refang": st.booleans(),
        "on_bad_line": st.sampled_from(["fail", "warn"]),
        "collapse": st.booleans(),
        "addresses_as": st.sampled_from(["auto", "source", "destination"]),
        "file_select": st.sampled_from([(), ("entries",), ("[].ip",), ("a[].b", "c")]),
    }
)


def check(data: bytes | str, options: dict[str, Any]) -> Feed | None:
    error = feed = None
    try:
        feed = read_feed(data, "f\x1bd", FeedOptions(**options))
    except SMCError as raised:
        error = raised
    if error or not feed:
        assert error and error.message.isprintable()
        assert len(error.message) < 5000
        return None
    for entry in feed.entries:
        for key in {"source", "destination"} & set(entry):
            parsed = ipaddress.ip_network(entry[key])
            assert spelled(str(parsed)) == entry[key]
            assert parsed.prefixlen >= (8 if parsed.version == 4 else 16)
        assert {"source", "destination"} & set(entry)
    assert all(warning.isprintable() for warning in feed.warnings)
    return feed


@given(data=st.binary(max_size=200), options=OPTIONS)
@example(data=b"\xff\xfe1", options={})
def test_any_bytes(data: bytes, options: dict[str, Any]) -> None:
    check(data, options)


@given(pieces=st.lists(PIECES, max_size=25), options=OPTIONS)
def test_any_pieces(pieces: list[str], options: dict[str, Any]) -> None:
    check("".join(pieces), options)


@given(text=st.text(max_size=100), options=OPTIONS)
def test_any_text(text: str, options: dict[str, Any]) -> None:
    check(text, options)


@given(st.text(alphabet="0123456789abcdef:./-", max_size=30))
def test_an_address_is_only_what_the_standard_library_takes(text: str) -> None:
    feed = check(text, {"format": "lines", "on_bad_line": "warn"})
    if feed and feed.entries and "-" not in text and "//" not in text:
        assert ipaddress.ip_network(feed.entries[0]["source"]) == ipaddress.ip_network(text, strict=False)
