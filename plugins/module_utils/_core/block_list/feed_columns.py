# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Which column of a CSV file, or which key of a JSON or YAML item, is which part of an entry."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from itertools import product
from typing import Any

from ..words import join_names
from .entry import ENTRY_KEYS
from .feed_address import AddressReader
from .feed_text import Unreadable, visible
from .identity import ANY

SOURCE, DESTINATION = "source", "destination"
PLACES = ("auto", SOURCE, DESTINATION)
_PORTS = ("source_ports", "destination_ports")

# How others name these columns, in small letters and digits alone: SrcIP, src_ip and "Src IP" are one.
_SOURCES = (
    "src srcip srcaddr srcaddress ipsrc sourceip sourceipaddress sourceaddress sourceaddr attacker attackerip clientip"
)
_DESTINATIONS = (
    "dst dstip dstaddr dstaddress ipdst dest destip destaddr destinationip destinationipaddress destinationaddress"
)
_ADDRESSES = """
    ip ips ipaddr ipaddress ipaddresses ipv4 ipv6 ipv4address ipv6address ip4 ip6 address addresses addr network networks
    net netblock cidr cidrs ipcidr subnet prefix ipprefix ipv4prefix ipv6prefix range iprange ipnetwork value indicator
    indicatorvalue ioc iocvalue observable entry host remoteaddress remoteip blockedip badip
"""
_OTHERS = {
    "proto": "protocol", "ipprotocol": "protocol", "sport": "source_ports", "srcport": "source_ports",
    "srcports": "source_ports", "sourceport": "source_ports", "dport": "destination_ports",
    "dstport": "destination_ports", "dstports": "destination_ports", "destport": "destination_ports",
    "destinationport": "destination_ports",
}  # fmt: skip
_LENGTHS = frozenset(("mask", "netmask", "subnetmask", "prefixlen", "prefixlength", "masklen", "masklength"))
_DIRECTED = {
    **dict.fromkeys(_SOURCES.split(), SOURCE),
    **dict.fromkeys(_DESTINATIONS.split(), DESTINATION),
    SOURCE: SOURCE,
    DESTINATION: DESTINATION,
}
_UNDIRECTED = frozenset(_ADDRESSES.split())
_OWN = {key.replace("_", ""): key for key in ENTRY_KEYS}
# What MISP says about a `value`.
_TYPES = {"ip-src": SOURCE, "ip-dst": DESTINATION}
_DURATION = re.compile(r"(?:([0-9]{1,6})h)?(?:([0-9]{1,4})m)?(?:([0-9]{1,4}(?:\.[0-9]{1,9})?)s)?").fullmatch
_MOST_NETWORKS = 256
# Far more than a protocol, a range of ports or a duration takes.
_LONGEST_VALUE = 100


@dataclass(frozen=True)
class ChangedScalar:
    """A value that a YAML or JSON parser would have changed, as it was written."""

    text: str
    line: int = 0


@dataclass(frozen=True)
class Columns:
    """Which positions hold what. addresses: position and place, where "" is neither source nor destination."""

    addresses: tuple[tuple[int, str], ...]
    others: tuple[tuple[int, str], ...] = ()
    length: int | None = None
    type: int | None = None
    warnings: tuple[str, ...] = field(default=(), compare=False)


def plain_name(name: str) -> str:
    """A column's name in small letters and digits alone."""
    return re.sub(r"[^a-z0-9]", "", name.partition("#")[0].lower())


def names_an_address(name: str) -> bool:
    """Whether a column of this name holds an address as a rule."""
    plain = plain_name(name)
    return plain in _DIRECTED or plain in _UNDIRECTED


def choose_columns(names: Sequence[str], first: Sequence[Any] = (), select: Sequence[str] = ()) -> Columns:
    """Decide which column is what.

    Args:
        names: the header.
        first: the values below it, which decide between several columns that may hold the address.
        select: names that the user gave: these hold the address, no other does.

    Raises:
        Unreadable: no column holds an address, or one looks like a slip of the pen.
    """
    plain = [plain_name(name) for name in names]
    addresses = _selected(names, plain, select) if select else _found(plain, first)
    if not addresses:
        shown = join_names(f"'{visible(name)}'" for name in names[:12])
        raise Unreadable(
            f"there is no column with an address among {shown}. Name it 'ip', 'network', 'source' or 'destination', or "
            "name it in file_select"
        )
    own = any(place and plain[position] in ENTRY_KEYS for position, place in addresses)
    if own and not select:
        _check_slips(names, plain)
    others, warnings = _others(names, plain, any(place for _unused, place in addresses))
    positions = [position for position, _unused in addresses]
    return Columns(
        tuple(addresses),
        tuple(others),
        next((position for position, name in enumerate(plain) if name in _LENGTHS), None),
        next((position for position, name in enumerate(plain) if name == "type" and position not in positions), None),
        tuple(warnings),
    )


def _selected(names: Sequence[str], plain: Sequence[str], select: Sequence[str]) -> list[tuple[int, str]]:
    unknown = [name for name in select if plain_name(name) not in plain]
    if unknown:
        known = join_names(f"'{visible(name)}'" for name in names[:12])
        raise Unreadable(f"there is no column '{visible(unknown[0])}', as file_select says. There are {known}")
    positions = [plain.index(plain_name(name)) for name in select]
    return [(position, _DIRECTED.get(plain[position], "")) for position in positions]


def _found(plain: Sequence[str], first: Sequence[Any]) -> list[tuple[int, str]]:
    directed = [(position, _DIRECTED[name]) for position, name in enumerate(plain) if name in _DIRECTED]
    undirected = [(position, "") for position, name in enumerate(plain) if name in _UNDIRECTED]
    if directed and undirected:
        # A column `source` beside `ip` names who reported it, as a rule: the values tell.
        hold = [one for one in directed if _holds_address(first, one[0])]
        return hold if hold and not any(_holds_address(first, one[0]) for one in undirected) else undirected
    if len(undirected) > 1:
        return [one for one in undirected if _holds_address(first, one[0])] or undirected
    return directed or undirected


def _holds_address(first: Sequence[Any], position: int) -> bool:
    value = first[position] if position < len(first) else None
    if not isinstance(value, str):
        return False
    try:
        AddressReader(refang=True).networks(value)
    except Unreadable:
        return False
    return True


def _check_slips(names: Sequence[str], plain: Sequence[str]) -> None:
    """A column of the module's own words that is misspelt would make entries wider than they are meant."""
    for name, one in zip(names, plain):
        known = one in _DIRECTED or one in _OWN or one in _OTHERS
        near = get_close_matches(one, _OWN, n=3, cutoff=0.75) or (
            [key for key in _OWN if one == "ports" and one in key]
        )
        if near and not known:
            meant = join_names((_OWN[key] for key in near), "or")
            raise Unreadable(f"there is no column '{visible(name)}'. Did you mean {meant}?")


def _others(names: Sequence[str], plain: Sequence[str], directed: bool) -> tuple[list[tuple[int, str]], list[str]]:
    """The columns with ports, protocol and duration, as far as they can be used, and a warning for the others."""
    known = {**_OTHERS, **_OWN} if directed else dict(_OWN)
    meant = [(position, known[name]) for position, name in enumerate(plain) if name in known and name not in _DIRECTED]
    keys = {key for _unused, key in meant}
    used = [
        (position, key) for position, key in meant if key not in _PORTS or "protocol" in keys or plain[position] in _OWN
    ]
    taken = {position for position, _unused in used}
    unused = [
        f"'{visible(names[position])}'"
        for position, name in enumerate(plain)
        if position not in taken and (name in _OTHERS or name in ("port", "ports"))
    ]
    warning = (
        f"What {join_names(unused)} {'says' if len(unused) == 1 else 'say'} is not used, so all ports and protocols are "
        "blocked. An entry with ports needs the columns source or destination, protocol and destination_ports."
    )
    return used, [warning] if unused else []


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
    others = {key: value for key, value in _values(columns, values) if value not in (None, "")}
    place = _TYPES.get(str(_at(values, columns.type)).strip().lower(), SOURCE) if columns.type is not None else SOURCE
    place = place if default_place == "auto" else default_place
    named: dict[str, list[str]] = {}
    for position, own_place in columns.addresses:
        text = _address_text(_at(values, position))
        if not text:
            continue
        networks = addresses.networks(_with_length(text, columns, values))
        where = own_place if own_place and (default_place == "auto" or len(columns.addresses) > 1) else place
        if where in named and ":" in named[where][0] + networks[0] and (":" in named[where][0]) != (":" in networks[0]):
            networks = [*named[where], *networks]
        elif where in named and named[where] != networks:
            raise Unreadable("holds several addresses; say in file_select which column is meant")
        named[where] = networks
    if not named:
        raise Unreadable("has no address")
    return list(_combined(named, others))


def _combined(named: Mapping[str, Sequence[str]], others: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    count = 1
    for networks in named.values():
        count *= len(networks)
    if count > _MOST_NETWORKS:
        raise Unreadable(f"makes {count:,} entries, because its ranges are that many networks; write one row for each")
    for networks_of_one in product(*named.values()):
        yield {**dict(zip(named, networks_of_one)), **others}


def _at(values: Sequence[Any], position: int | None) -> Any:
    return values[position] if position is not None and position < len(values) else None


def _address_text(value: Any) -> str:
    """The text of an address; empty if there is none, or any, which the other side's address makes harmless."""
    text = _scalar(value)
    if isinstance(text, int):
        raise Unreadable(f"has the number {text} where an address is expected; put an address in quotes")
    if isinstance(value, str) and "#" in text:
        text = text.partition("#")[0].rstrip(" \t")
    return "" if text.lower() == ANY else text


def _with_length(text: str, columns: Columns, values: Sequence[Any]) -> str:
    """The address with the prefix length or mask that stands in a column of its own."""
    length = str(_scalar(_at(values, columns.length))) if columns.length is not None else ""
    return f"{text}/{length.strip('/')}" if length and "/" not in text and "-" not in text else text


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
    return int(hours * 3600 + minutes * 60 + seconds)


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
    raise Unreadable(f"holds a {'list' if isinstance(value, list) else 'dictionary'} where one value is expected")


def changed(value: ChangedScalar) -> str:
    """What to do about a value that a parser would have changed."""
    return f"has {visible(value.text)} without quotes, which parsers read as something else; put it in quotes"
