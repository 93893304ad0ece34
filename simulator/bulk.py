# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A crowd of connections of one engine, up to millions, made while they are sent.

The simulator must not be what a benchmark measures. So an entry is computed from its number, and when all values are
texts its JSON comes from a template, made by rendering one entry with placeholders through the ordinary format; what
was made once serves again for the next span of numbers.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Iterator
from operator import itemgetter

from . import delta_key
from .elements import Engine
from .entry import Entry, common
from .formats import Format
from .table_connections import SERVICES, connection_values

_SERVICES = len(SERVICES) - 1  # all that have ports
# After so many entries everything repeats, but for one octet of the source.
_SPAN = 60_000
_CACHED_FORMATS = 4
# What stands around the source port in the keys.
_PROTOCOLS = [delta_key.number(service[2]) + b"\x03" for service in SERVICES]
_PORTS = [delta_key.number(service[3] or 0) + delta_key.ABSENT * 4 for service in SERVICES]
_PLACES = ("src", "dst", "sport", "nat", "time", "seen", "key")

Picker = Callable[[tuple[object, ...]], tuple[object, ...]]


class Bulk:
    """`count` connections which neither come nor go."""

    def __init__(self, engine: Engine, count: int, start: int) -> None:
        self.engine = engine
        self.count = count
        self.start = start
        self.nodes = engine.sorted_nodes()
        self._cache: dict[str, list[bytes]] = {}

    def _numbers(self, number: int) -> tuple[str, str, int, int, int]:
        src = f"10.{100 + number // _SPAN}.{number * 7 % 250}.{1 + number % 240}"
        dst = f"203.0.113.{1 + number * 31 % 240}"
        return src, dst, 1025 + number % _SPAN, 1025 + number * 13 % _SPAN, self.start - (1 + number * 37 % 600) * 1000

    def entry(self, number: int) -> Entry:
        """One of them, in full."""
        src, dst, sport, nat, at = self._numbers(number)
        service = number % _SERVICES
        node = self.nodes[number % len(self.nodes)]
        values = {
            **common("CONNECTIONS", self.engine, node, at + 2_000),
            **connection_values(src, dst, sport, service, at, self.engine.outside, nat),
        }
        key = delta_key.connection(src, dst, SERVICES[service][2], sport, SERVICES[service][3])
        return Entry("CONNECTIONS", self.engine, node, key, values)

    def entries(self) -> Iterator[Entry]:
        """All of them, in full."""
        return (self.entry(number) for number in range(self.count))

    def chunks(self, form: Format, size: int, *, first: bool, cache_key: str) -> Iterator[tuple[bytes, int]]:
        """JSON of `size` entries at a time, without the brackets around it."""
        templates = [self._template(form, at, first=first) for at in range(_SERVICES * len(self.nodes))]
        times = {at: form_time(form, at) for at in range(self.start - 600_000, self.start + 3_000, 1_000)}
        known: list[bytes] = []
        if _SPAN % size == 0:
            if len(self._cache) >= _CACHED_FORMATS and cache_key not in self._cache:
                self._cache.clear()
            known = self._cache.setdefault(cache_key, known)
        for begin in range(0, self.count, size):
            count = min(size, self.count - begin)
            again = begin % _SPAN // size
            if count == size and again < len(known):
                yield _in_span(known[again], begin), count
                continue
            lines = self._lines(begin, count, templates, times)
            if _SPAN % size:
                yield b",".join(_in_span(line.encode(), at) for at, line in enumerate(lines, begin)), count
                continue
            data = ",".join(lines).encode()
            if count == size and again == len(known):
                known.append(data)
            yield _in_span(data, begin), count

    def _template(self, form: Format, at: int, *, first: bool) -> tuple[str, Picker]:
        """The JSON of an entry with %s for what varies, and what picks the values for it."""
        entry = self.entry(at)
        entry.values |= {
            "Src": "@src@",
            "Dst": "@dst@",
            "Sport": "@sport@",
            "NatSport": "@nat@",
            "Timestamp": "@time@",
            "ReceptionTime": "@seen@",
            "1028": "@time@",
            "SrcAddrs": "@src@",
            "DstAddrs": "@dst@",
        }
        entry.key = "@key@"
        text = json.dumps(form.render(entry, first=first), separators=(",", ":"))
        pieces = re.split(f"@({'|'.join(_PLACES)})@", text)
        places = [_PLACES.index(place) for place in pieces[1::2]]
        line = "%s".join(piece.replace("%", "%%") for piece in pieces[0::2])
        return line, itemgetter(*places) if len(places) > 1 else itemgetter(slice(places[0], places[0] + 1))

    def _lines(self, begin: int, count: int, templates: list[tuple[str, Picker]], times: dict[int, str]) -> list[str]:
        lines = []
        for at in range(begin, begin + count):
            src, dst, sport, nat, time = self._numbers(at)
            src = f"10.@span@.{src.split('.', 2)[2]}"
            service = at % _SERVICES
            addresses = bytes((at * 7 % 250, 1 + at % 240, 1, 203, 0, 113, 1 + at * 31 % 240))
            key = b64encode(addresses + _PROTOCOLS[service] + sport.to_bytes(2, "big") + _PORTS[service]).decode()
            line, pick = templates[at % len(templates)]
            lines.append(line % pick((src, dst, sport, nat, times[time], times[time + 2_000], "@head@" + key)))
        return lines


def _in_span(data: bytes, at: int) -> bytes:
    """Fill in what differs between one span and the next: an octet of the source, so the first characters of the key."""
    octet = 100 + at // _SPAN
    return data.replace(b"@span@", b"%d" % octet).replace(b"@head@", b64encode(bytes((1, 10, octet))))


def form_time(form: Format, milliseconds: int) -> str:
    """The time as the first part of the format shows it; parts with zones of their own are not for the short way."""
    return next(iter(form.parts.values())).time(milliseconds) if form.parts else form.time(milliseconds)
