# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The entries of one row of a CSV file, or of one JSON or YAML dictionary, once it is known what its columns may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

from .feed_address import AddressReader, Otherwise, addresses_in, advice, is_network, may_be_length
from .feed_names import DESTINATION, SOURCE, Columns
from .feed_text import Unreadable, visible
from .identity import ANY

# What MISP says about a `value`.
_TYPES = {"ip-src": SOURCE, "ip-dst": DESTINATION}
_DURATION = re.compile(r"(?:([0-9]{1,6})h)?(?:([0-9]{1,4})m)?(?:([0-9]{1,4}(?:\.[0-9]{1,9})?)s)?").fullmatch
_PREFIX_LENGTH = re.compile(r"/?[0-9]{1,3}").fullmatch
_MASK = re.compile(r"(?:255|0)(?:\.[0-9]{1,3}){3}").fullmatch
# What has none of these is a word, for which no closer look is needed.
_LIKE_AN_ADDRESS = re.compile(r"[0-9:*]").search
_MOST_NETWORKS = 256
# Far more than a protocol, a range of ports or a duration takes.
_LONGEST_VALUE = 100
_Networks = tuple[str, list[str]]
_SEVERAL = "holds several addresses; say in file_select which column is meant"


@dataclass(frozen=True, repr=False)
class ChangedScalar:
    """A value that a YAML or JSON parser would have changed, as it was written."""

    text: str
    line: int = 0

    def __repr__(self) -> str:
        return self.text


def changed(value: ChangedScalar) -> str:
    """What to do about a value that a parser would have changed."""
    return f"has {visible(value.text)} without quotes, which parsers read as something else; put it in quotes"


def entries_of(
    columns: Columns, values: Sequence[Any], addresses: AddressReader, default_place: str
) -> list[dict[str, Any]]:
    """The entries of one row: more than one where it names a range.

    Args:
        columns: which value is what.
        values: the row; None and an empty text are nothing.
        addresses: how addresses are read.
        default_place: `source` or `destination`, for an address that is neither; `auto` is a source.

    Raises:
        Unreadable: it has no address, or a value that is not what the column is for.
    """
    others = _others(columns, values)
    place = _TYPES.get(str(_at(values, columns.type)).strip().lower(), SOURCE) if columns.type is not None else SOURCE
    place = place if default_place == "auto" else default_place
    keeps_places = default_place == "auto" or sum(bool(own) for _unused, own in columns.addresses) > 1
    named: dict[str, list[str]] = {}
    for own_place, networks in _held(columns, values, addresses):
        where = own_place if own_place and keeps_places else place
        named[where] = _joined(named[where], networks) if where in named else networks
    if not named:
        raise Unreadable("has no address")
    return list(_combined(named, others))


def _joined(before: list[str], networks: list[str]) -> list[str]:
    """The networks of two columns for the same side: one may be the IPv4 address of a host, and the other its IPv6 address."""
    if before == networks:
        return before
    if {":" in one for one in before}.isdisjoint(":" in one for one in networks):
        return [*before, *networks]
    raise Unreadable(_SEVERAL)


def _combined(named: Mapping[str, Sequence[str]], others: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    count = 1
    for networks in named.values():
        count *= len(networks)
    if count > _MOST_NETWORKS:
        raise Unreadable(f"makes {count:,} entries, because its ranges are that many networks; write one row for each")
    for networks_of_one in product(*named.values()):
        yield {**dict(zip(named, networks_of_one)), **others}


def _held(columns: Columns, values: Sequence[Any], addresses: AddressReader) -> list[_Networks]:
    """The networks that the row has, each with its place; "" is neither source nor destination."""
    if columns.hold_one_address:
        # Most feeds are such, and some are long.
        ((position, place),) = columns.addresses
        text = _address_text(_at(values, position))
        return [(place, addresses.networks(text))] if text else []
    cells = {position: (place, _at(values, position)) for position, place in columns.addresses}
    certain = columns.selected or len(cells) == 1
    length = _length(columns, values, cells)
    found: list[_Networks] = []
    others: list[tuple[str, str | Unreadable]] = []
    for position, (place, value) in cells.items():
        try:
            text = _address_text(value)
            if not certain and text and not _LIKE_AN_ADDRESS(text):
                others.append((place, text))
            elif text:
                found.append((place, addresses.networks(_whole(columns, position, text, length, values))))
                _check_beside(columns, values, "" if place else text)
        except Unreadable as problem:
            if certain or not _is_other(value, problem):
                raise
            others.append((place, problem))
    if length and len(found) > 1:
        raise Unreadable(
            f"has the one prefix length or mask {visible(length)} and several addresses; write it behind one"
        )
    return _chosen(found, others)


def _chosen(found: list[_Networks], others: Sequence[tuple[str, str | Unreadable]]) -> list[_Networks]:
    """What counts of a row with columns for a side and columns for no side.

    A column `source` beside `ip` names who reported it, as a rule, and a column `host` beside `src_ip` who wrote the log.

    Args:
        found: what could be read.
        others: place of each word in the others, or what is wrong with what is no word.
    """
    directed = [one for one in found if one[0]]
    undirected = [one for one in found if not one[0] and one[1] not in (networks for _unused, networks in directed)]
    if directed and undirected:
        raise Unreadable(_SEVERAL)
    for place, problem in others:
        # A side that cannot be read must not become any.
        if not found or (place and directed):
            raise problem if isinstance(problem, Unreadable) else advice(problem)
    return directed or undirected


def _is_other(value: Any, problem: Unreadable) -> bool:
    """Whether it is nothing like an address, so that another column of the row may hold it."""
    if isinstance(value, str):
        return isinstance(problem, Otherwise) and not any(addresses_in(value))
    if isinstance(value, ChangedScalar):
        return not is_network(value.text)
    within = value if isinstance(value, list) else value.values() if isinstance(value, dict) else ()
    return not any(isinstance(one, str) and any(addresses_in(one)) for one in within)


def _length(columns: Columns, values: Sequence[Any], cells: dict[int, tuple[str, Any]]) -> str:
    """The prefix length or mask that stands in a column of its own, which is taken from the cells; may be empty."""
    for position in columns.lengths:
        text = str(_scalar(_at(values, position)))
        if text:
            return text.strip("/")
    if columns.selected or len(cells) == 1:
        return ""
    for position, (place, value) in cells.items():
        text = str(value).strip(" \t") if isinstance(value, (str, int)) and not place else ""
        number = _PREFIX_LENGTH(text) and (position in columns.perhaps_lengths or text.startswith("/"))
        if number or _MASK(text):
            del cells[position]
            return text.strip("/")
    return ""


def _whole(columns: Columns, position: int, text: str, length: str, values: Sequence[Any]) -> str:
    """The address with what stands in other columns: the other end of its range, or its length."""
    if "/" in text or "-" in text:
        return text
    for first, last in columns.ranges:
        end = _address_text(_at(values, last)) if first == position else ""
        if end and any(addresses_in(text)):
            return f"{text}-{end}"
    return f"{text}/{length}" if length else text


def _check_beside(columns: Columns, values: Sequence[Any], address: str) -> None:
    """Refuse what may say that the address is only the first of many."""
    if columns.selected or not (columns.ends or columns.sizes):
        return
    for position in columns.ends:
        end = _at(values, position)
        if isinstance(end, str) and any(addresses_in(end)):
            raise Unreadable(
                f"has {visible(end)} in a column that may be the end of a range. Name the columns start and end if it is "
                "one; else say in file_select which column holds the address"
            )
    for position in columns.sizes:
        size = str(_at(values, position)).strip(" \t/")
        number = int(size) if re.fullmatch(r"[1-9][0-9]{0,8}", size) else 0
        if number and (address.endswith((".0", "::")) or may_be_length(address, number)):
            raise Unreadable(
                f"has {size} in a column that may be the length of a network. Write {visible(address)}/{size} if it is; else "
                "say in file_select which column holds the address"
            )


def _at(values: Sequence[Any], position: int | None) -> Any:
    return values[position] if position is not None and position < len(values) else None


def _address_text(value: Any) -> str:
    """The text of an address; empty if there is none, or any, which the other side's address makes harmless."""
    text = _scalar(value)
    if isinstance(text, int):
        raise Otherwise(f"has the number {text} where an address is expected; put an address in quotes")
    if isinstance(value, str) and "#" in text:
        text = text.partition("#")[0].rstrip(" \t")
    return "" if text.lower() == ANY else text


def _others(columns: Columns, values: Sequence[Any]) -> dict[str, Any]:
    """The ports, protocol and duration of the row, each key once."""
    others: dict[str, Any] = {}
    for key, value in _values(columns, values):
        if value not in (None, "") and str(others.setdefault(key, value)) != str(value):
            both = f"{visible(str(others[key]))} and {visible(str(value))}"
            raise Unreadable(f"has {both} as {key}, of which it can have only one")
    return others


def _values(columns: Columns, values: Sequence[Any]) -> Iterator[tuple[str, Any]]:
    for position, key in columns.others:
        value = _scalar(_at(values, position))
        if isinstance(value, str):
            value = _without_comment(value)
            if len(value) > _LONGEST_VALUE:
                raise Unreadable(f"has {len(value):,} characters where its {key} is expected")
        yield key, _seconds(value) if key == "duration" else value


def _without_comment(value: str) -> str:
    for found in re.finditer("#", value):
        place = found.start()
        if value[place - 1 : place].isspace():
            return value[:place].rstrip()
    return value


def _seconds(value: Any) -> Any:
    """A duration such as `3h59m49.5s`, which CrowdSec writes, in seconds; anything else as it is."""
    found = _DURATION(value) if isinstance(value, str) and value else None
    if not found:
        return value
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    whole = hours * 3600 + minutes * 60 + seconds
    # 0 means something else: to cut connections.
    return max(1, int(whole)) if whole else 0


def _scalar(value: Any) -> Any:
    """A text or a number that stands in the feed as it is."""
    if value is None:
        return ""
    if isinstance(value, str):
        return value.strip(" \t")
    if isinstance(value, ChangedScalar):
        raise Unreadable(changed(value), value.line)
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    kinds = {list: "a list", bool: "true or false"}
    raise Unreadable(f"holds {kinds.get(type(value), 'a dictionary')} where one value is expected")
