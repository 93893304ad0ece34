# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Which column of a CSV file, or which key of a JSON or YAML item, is which part of an entry, as far as its name tells."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches

from ..words import join_names
from .entry import ENTRY_KEYS
from .feed_text import Unreadable, visible

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
# Beside an address, these hold the length of its network or its mask.
_OF_LENGTHS = """
    mask netmask subnetmask networkmask cidrmask wildcard wildcardmask inversemask prefixlen prefixlength prefixbits
    masklen masklength maskbits netbits networklength networkprefix subnetlength subnetprefix cidrlength
"""
_LENGTHS = frozenset(_OF_LENGTHS.split())
# These hold a network, or only its length.
_PERHAPS_LENGTHS = frozenset(
    ("cidr", "cidrs", "ipcidr", "prefix", "ipprefix", "ipv4prefix", "ipv6prefix", "subnet", "net", "netblock")
)
# These hold its length, or something of quite another kind.
_SIZES = frozenset(("bits", "length", "len", "size"))
_OF_ADDRESSES = "(?:ip|ipv4|ipv6|ipaddress|address|addr|range|network|net|block)?"
_START = re.compile(f"{_OF_ADDRESSES}(?:start|begin|from|first){_OF_ADDRESSES}").fullmatch
_END = re.compile(f"{_OF_ADDRESSES}(?:end|to|last|broadcast|bcast){_OF_ADDRESSES}").fullmatch
_DIRECTED = {
    **dict.fromkeys(_SOURCES.split(), SOURCE),
    **dict.fromkeys(_DESTINATIONS.split(), DESTINATION),
    SOURCE: SOURCE,
    DESTINATION: DESTINATION,
}
_UNDIRECTED = frozenset(_ADDRESSES.split())
_OWN = {key.replace("_", ""): key for key in ENTRY_KEYS}


@dataclass(frozen=True)
class Columns:
    """Which positions hold what. What one row has at them decides which of them are used for it.

    Attributes:
        addresses: position and place of what may hold an address, where "" is neither source nor destination.
        others: position and key of ports, protocol and duration.
        lengths: what holds the length of a network or its mask. perhaps_lengths: those of `addresses` that may hold one.
        sizes: what may be a length, or anything else.
        ranges: the positions of the first and of the last address of a range. ends: of last addresses without a first one.
        type: what says whether the address is a source or a destination.
        selected: whether the user named the columns with addresses, so that no other may hold one.
        warnings: sentences.
    """

    addresses: tuple[tuple[int, str], ...]
    others: tuple[tuple[int, str], ...] = ()
    lengths: tuple[int, ...] = ()
    perhaps_lengths: frozenset[int] = frozenset()
    sizes: tuple[int, ...] = ()
    ranges: tuple[tuple[int, int], ...] = ()
    ends: tuple[int, ...] = ()
    type: int | None = None
    selected: bool = False
    warnings: tuple[str, ...] = field(default=(), compare=False)

    @property
    def hold_one_address(self) -> bool:
        """Whether one column alone decides which address a row has."""
        return len(self.addresses) == 1 and not (self.lengths or self.ranges or self.ends or self.sizes)


def plain_name(name: str) -> str:
    """A column's name in small letters and digits alone."""
    return re.sub(r"[^a-z0-9]", "", name.partition("#")[0].lower())


def names_an_address(name: str) -> bool:
    """Whether a column of this name holds an address as a rule."""
    plain = plain_name(name)
    return plain in _DIRECTED or plain in _UNDIRECTED


def names_a_side(name: str) -> bool:
    """Whether a column of this name holds a source or a destination."""
    return plain_name(name) in _DIRECTED


def choose_columns(names: Sequence[str], select: Sequence[str] = ()) -> Columns:
    """Decide which column is what.

    Args:
        names: the header.
        select: names that the user gave: these hold the address, no other does.

    Raises:
        Unreadable: no column holds an address, or one looks like a slip of the pen.
    """
    plain = [plain_name(name) for name in names]
    ranges = _ranges(plain)
    addresses = _selected(names, plain, select) if select else _found(plain, [first for first, _last in ranges])
    if not addresses:
        shown = join_names(f"'{visible(name)}'" for name in names[:12])
        raise Unreadable(
            f"there is no column with an address among {shown}. Name it 'ip', 'network', 'source' or 'destination', or "
            "name it in file_select"
        )
    if not select:
        _check_slips(names, plain, addresses)
    others, warnings = _others(names, plain, any(place for _unused, place in addresses))
    positions = [position for position, _unused in addresses]
    paired = {last for _first, last in ranges}
    return Columns(
        tuple(addresses),
        tuple(others),
        _called(plain, _LENGTHS, positions),
        frozenset(position for position in positions if plain[position] in _PERHAPS_LENGTHS),
        _called(plain, _SIZES, positions),
        tuple(pair for pair in ranges if pair[0] in positions),
        tuple(position for position, name in enumerate(plain) if _END(name) and position not in paired),
        next(iter(_called(plain, ("type",), positions)), None),
        bool(select),
        tuple(warnings),
    )


def _called(plain: Sequence[str], names: Collection[str], apart_from: Sequence[int]) -> tuple[int, ...]:
    return tuple(position for position, name in enumerate(plain) if name in names and position not in apart_from)


def _ranges(plain: Sequence[str]) -> list[tuple[int, int]]:
    """The positions of the first and last addresses of ranges. Names of the one kind mean this only beside the other."""
    firsts = [position for position, name in enumerate(plain) if _START(name)]
    lasts = [position for position, name in enumerate(plain) if _END(name) and "cast" not in name]
    return list(zip(firsts, lasts))


def _selected(names: Sequence[str], plain: Sequence[str], select: Sequence[str]) -> list[tuple[int, str]]:
    positions = [_position(names, plain, name) for name in select]
    return [(position, _DIRECTED.get(plain[position], "")) for position in positions]


def _position(names: Sequence[str], plain: Sequence[str], name: str) -> int:
    """Where the column is that the user named: the very one, else the only one of such a name."""
    wanted = plain_name(name)
    exact = [position for position, one in enumerate(names) if one.strip() == name.strip()]
    alike = exact or [position for position, one in enumerate(plain) if one and one == wanted]
    if len(alike) == 1:
        return alike[0]
    known = join_names(f"'{visible(one)}'" for one in names[:12])
    how_many = "are several columns" if alike else "is no column"
    raise Unreadable(f"there {how_many} '{visible(name)}', as file_select says. There are {known}")


def _found(plain: Sequence[str], starts: Sequence[int]) -> list[tuple[int, str]]:
    return [
        (position, _DIRECTED.get(name, ""))
        for position, name in enumerate(plain)
        if name in _DIRECTED or name in _UNDIRECTED or position in starts
    ]


def _check_slips(names: Sequence[str], plain: Sequence[str], addresses: Sequence[tuple[int, str]]) -> None:
    """A column of the module's own words that is misspelt would make entries wider than they are meant."""
    if not any(name in _OWN for name in plain):
        return
    # Where the address is in a column of another name, others may be called much like the module's.
    own = all(place for _unused, place in addresses) and any(plain[position] in _OWN for position, _unused in addresses)
    for name, one in zip(names, plain):
        known = one in _DIRECTED or one in _OWN or one in _OTHERS
        near = get_close_matches(one, _OWN, n=3, cutoff=0.75 if own else 0.85) or (
            [key for key in _OWN if own and one == "ports" and one in key]
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
    blocked = "ports" if "protocol" in keys else "ports and protocols"
    warning = (
        f"What {join_names(unused)} {'says' if len(unused) == 1 else 'say'} is not used, so all {blocked} are "
        "blocked. An entry with ports needs the columns source or destination, protocol and destination_ports."
    )
    return used, [warning] if unused else []
