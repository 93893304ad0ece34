# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Block lists: what an entry is, what a list holds now, and what has to change. Pure.

Two entries are the same when addresses, ports and protocol are, in canonical form; how long they last and
who made them does not count. Of one plan come check mode, the diff and the requests.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from .connection import version_key
from .errors import OptionError, SMCError, did_you_mean, join_names
from .fields import Record
from .table import Key

ANY = "any"
DEFAULT_DURATION = 3600

# What an entry of the task's may say.
ENTRY_KEYS = ("source", "destination", "protocol", "source_ports", "destination_ports", "duration")

_PORT_MODES = {"tcp": "predefined_tcp", "udp": "predefined_udp"}
_PROTOCOLS = {"6": "tcp", "17": "udp", "0": ANY, "": ANY, "none": ANY}
# The end point of a rule-less entry has ports only together with their protocol. There is no port 0.
_ALL_PORTS = (1, 65535)


class Identity(NamedTuple):
    """What makes two entries the same. Addresses with prefix length, ports as `80` or `1000-2000`, or `any`."""

    source: str = ANY
    destination: str = ANY
    protocol: str = ANY
    source_ports: str = ANY
    destination_ports: str = ANY

    def __str__(self) -> str:
        source = self.source if self.source_ports == ANY else f"{self.source} port {self.source_ports}"
        target = (
            self.destination if self.destination_ports == ANY else f"{self.destination} port {self.destination_ports}"
        )
        return f"{source} -> {target}" + ("" if self.protocol == ANY else f" {self.protocol}")


@dataclass(frozen=True)
class Desired:
    """One entry that a task asks for. indexes: where it stands in `entries`, more than once if repeated.

    source, destination: as they are sent; `0.0.0.0/0` is not widened to `any`, which means IPv6 as well.
    """

    identity: Identity
    duration: int
    indexes: tuple[int, ...]
    source: str
    destination: str

    def body(self) -> dict[str, Any]:
        """The SMC's JSON for one entry."""
        wanted = self.identity
        ends = {
            "end_point1": _end_point(self.source, wanted.source_ports, wanted.protocol),
            "end_point2": _end_point(self.destination, wanted.destination_ports, wanted.protocol),
        }
        if wanted.protocol != ANY and wanted.source_ports == wanted.destination_ports == ANY:
            first, last = _ALL_PORTS
            ends["end_point2"].update(port1=first, port2=last, port_mode=_PORT_MODES[wanted.protocol])
        return {**ends, "duration": self.duration}


def _end_point(address: str, ports: str, protocol: str) -> dict[str, Any]:
    point: dict[str, Any] = {"address_mode": ANY}
    if address != ANY:
        point = {"address_mode": "address", "ip_network": address}
    if ports != ANY:
        first, _unused, last = ports.partition("-")
        point.update(port1=int(first), port2=int(last or first), port_mode=_PORT_MODES[protocol])
    return point


def request_body(entries: Sequence[Desired], version: tuple[int, ...]) -> dict[str, Any]:
    """The body of one request. Before API 6.4 it is one bare entry."""
    if takes_many(version):
        return {"entries": [entry.body() for entry in entries]}
    (entry,) = entries
    return entry.body()


def takes_many(version: tuple[int, ...]) -> bool:
    """Whether a request to this API version may hold several entries."""
    return version >= (6, 4)


def rel_names(version: tuple[int, ...], flush: bool = False) -> tuple[str, str]:
    """The link of a block list, this API version's name first."""
    names = ("block_list", "blacklist") if version >= (7,) else ("blacklist", "block_list")
    return ("flush_" + names[0], "flush_" + names[1]) if flush else names


# --- what a task asks for


def read_desired(
    entries: Sequence[Any], *, kept: bool = False, most: int | None = None
) -> tuple[list[Desired], list[str]]:
    """The entries as a user writes them, each identity once, and warnings.

    kept: they are to stay on the list, so a duration of 0 makes no sense.
    Raises OptionError that names everything that is wrong, by index; its details hold at most so many.
    """
    read: dict[Identity, Desired] = {}
    problems: list[tuple[int, str]] = []
    warnings: list[str] = []
    repeated: list[int] = []
    for index, entry in enumerate(entries):
        reader = _EntryReader(entry)
        desired = reader.read(index, kept)
        problems += [(index, problem) for problem in reader.problems]
        warnings += [f"entries[{index}]: {warning}" for warning in reader.warnings]
        if desired is None:
            continue
        before = read.get(desired.identity)
        if before is not None:
            repeated.append(index)
            desired = Desired(
                before.identity,
                max(before.duration, desired.duration),
                (*before.indexes, index),
                before.source,
                before.destination,
            )
        read[desired.identity] = desired
    if problems:
        raise _entries_wrong(problems, len(entries), most)
    if repeated:
        warnings.append(
            f"{len(repeated)} of {len(entries)} entries repeat another one ({_indexes(repeated)}); each is added once, with the longest duration."
        )
    return list(read.values()), _few(warnings, "entries have such a warning")


def _entries_wrong(problems: Sequence[tuple[int, str]], count: int, most: int | None) -> OptionError:
    wrong = len({index for index, _unused in problems})
    listed = "; ".join(f"entries[{index}]: {problem}" for index, problem in problems[:20])
    where = ", all in `error.problems`" if most is None or most >= len(problems) else ""
    more = f"; and {len(problems) - 20} more{where}" if len(problems) > 20 else ""
    return OptionError(
        f"{wrong} of {count} entries {'is' if wrong == 1 else 'are'} wrong, so nothing was sent: {listed}{more}.",
        problems=[{"index": index, "problem": problem} for index, problem in problems[:most]],
    )


def _indexes(indexes: Sequence[int]) -> str:
    shown = join_names([f"entries[{index}]" for index in indexes[:5]])
    return shown if len(indexes) <= 5 else f"{shown} and {len(indexes) - 5} more"


def _few(warnings: list[str], what: str, most: int = 10) -> list[str]:
    if len(warnings) <= most:
        return warnings
    return [*warnings[:most], f"{len(warnings) - most} more {what}."]


class _EntryReader:
    """Reads one entry of the task's, where a text alone is a source; gathers what is wrong with it."""

    def __init__(self, entry: Any) -> None:
        self._entry: Mapping[str, Any] = {}
        self.problems: list[str] = []
        self.warnings: list[str] = []
        if isinstance(entry, str):
            self._entry = {"source": entry}
        elif isinstance(entry, Mapping):
            self._entry = entry
        else:
            self.problems.append(f"'{entry}' is neither an address nor a dictionary")

    def read(self, index: int, kept: bool) -> Desired | None:
        if self.problems:
            return None
        entry = self._entry
        unknown = [str(key) for key in entry if key not in ENTRY_KEYS]
        if unknown:
            advice = did_you_mean(unknown[0], ENTRY_KEYS) or f" There are {join_names(ENTRY_KEYS)}."
            names = join_names((f"'{name}'" for name in unknown), "or")
            self.problems.append(f"there is no {names}.{advice}".rstrip("."))
        if not unknown and all(entry.get(key) is None for key in ENTRY_KEYS if key != "duration"):
            self.problems.append("it names no address, port or protocol; write `source: any` if all traffic is meant")
        source = self._address("source")
        destination = self._address("destination")
        protocol = self._protocol()
        source_ports = self._ports("source_ports")
        destination_ports = self._ports("destination_ports")
        for name, ports in (("source_ports", source_ports), ("destination_ports", destination_ports)):
            if ports not in (ANY, "") and protocol == ANY:
                self.problems.append(f"{name} need a protocol, tcp or udp")
        if len({":" in address for address in (source, destination) if address not in (ANY, "")}) > 1:
            self.problems.append(f"source {source} and destination {destination} are not of one IP version")
        duration = self._duration(kept)
        if self.problems:
            return None
        identity = Identity(_all_is_any(source), _all_is_any(destination), protocol, source_ports, destination_ports)
        return Desired(identity, duration, (index,), source, destination)

    def _address(self, name: str) -> str:
        value = self._entry.get(name)
        if value is None:
            return ANY
        text = str(value).strip()
        if text.lower() == ANY:
            return ANY
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            self.problems.append(f"{name} '{text}' is no IP address or network, nor any{_address_advice(text)}")
            return ""
        if "%" in text:
            self.problems.append(f"{name} '{text}' has a zone, which an engine does not know")
            return ""
        if network.is_unspecified and network.prefixlen == network.max_prefixlen:
            self.problems.append(f"{name} '{text}' is the unspecified address; write any if every address is meant")
            return ""
        given = text.partition("/")[0]
        if network.prefixlen < network.max_prefixlen and ipaddress.ip_address(given) != network.network_address:
            self.warnings.append(f"{name} {text} has host bits; the network {network} is meant.")
        return str(network)

    def _protocol(self) -> str:
        value = self._entry.get("protocol")
        text = ANY if value is None else str(value).strip().lower()
        text = _PROTOCOLS.get(text, text) if text else text
        if text not in (ANY, *_PORT_MODES):
            self.problems.append(f"protocol '{value}' is none of tcp, udp and any")
        return text

    def _ports(self, name: str) -> str:
        value = self._entry.get(name)
        text = ANY if value is None else str(value).strip().lower()
        if text == ANY:
            return ANY
        found = re.fullmatch(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?", text, re.ASCII)
        if not found:
            self.problems.append(f"{name} '{value}' is no port like 80, nor a range like 1000-2000")
            return ""
        first, last = int(found[1]), int(found[2] or found[1])
        why = ""
        if max(first, last) > 65535:
            why = "goes beyond 65535"
        elif first > last:
            why = "goes from a higher to a lower port"
        elif not first and last < 65535:
            why = "has port 0, which does not exist"
        if why:
            self.problems.append(f"{name} '{value}' {why}")
            return ""
        return ports_text(first, last)

    def _duration(self, kept: bool) -> int:
        value = self._entry.get("duration")
        if value is None:
            return DEFAULT_DURATION
        try:
            if isinstance(value, bool) or (isinstance(value, float) and not value.is_integer()):
                raise ValueError
            duration = int(value)
        except (TypeError, ValueError):
            self.problems.append(f"duration '{value}' is no number of seconds")
            return 0
        if duration < 0:
            self.problems.append(f"duration {duration} is below 0")
        elif duration == 0 and kept:
            self.problems.append(
                "duration 0 only cuts present connections and never is on the list, so it cannot be part of `exact`"
            )
        return duration


def _address_advice(text: str) -> str:
    if "," in text or ";" in text:
        return " (a list; write one entry for each)"
    if "-" not in text:
        return ""
    try:
        first, last = (ipaddress.ip_address(part.strip()) for part in text.split("-"))
        networks = [str(network) for network in ipaddress.summarize_address_range(first, last)]
    except (TypeError, ValueError):
        networks = []
    listed = f": {', '.join(networks)}" if 0 < len(networks) <= 8 else ""
    return f" (the SMC takes no ranges here; write networks, one entry for each{listed})"


def ports_text(first: int, last: int) -> str:
    """`80`, `1000-2000`; `any` for all ports."""
    if first <= _ALL_PORTS[0] and last >= _ALL_PORTS[1]:
        return ANY
    return str(first) if first == last else f"{first}-{last}"


def _all_is_any(network: str) -> str:
    return ANY if network in _EVERYTHING else network


# How an SMC may print "any": all addresses, or (recorded of SMC 6.2) the unspecified one.
_EVERYTHING = frozenset(("0.0.0.0/0", "::/0", "0.0.0.0/32", "::/128"))


# --- hrefs


class EntryPath(NamedTuple):
    """What the href of a block-list entry says, apart from its host. id: unquoted."""

    engine_type: str
    engine_key: str
    id: str


_SEGMENT = r"[A-Za-z0-9_=+-]|%3[Dd]|%2[Bb]"
_ENTRY_PATH = re.compile(
    r"/(?P<version>\d+(?:\.\d+)+)/elements"
    r"/(?P<type>[a-z0-9]+(?:_[a-z0-9]+)*_(?:fw|cluster|layer2|ips|engine))"
    r"/(?P<key>\d+)"
    r"/(?:block_list|blacklist)"
    rf"/(?P<id>(?:{_SEGMENT})+)",
    re.ASCII,
)


@dataclass(frozen=True)
class EntryHref:
    """A checked href. path: what is asked of the configured SMC. version: the API version in it."""

    text: str
    path: str
    version: str
    entry: EntryPath
    indexes: tuple[int, ...] = ()

    def path_in(self, version: str) -> str:
        """The path by which another API version knows the entry."""
        if version == self.version:
            return self.path
        before, _unused, rest = self.path.rpartition(f"/{self.version}/elements/")
        engine, _word, last = rest.rsplit("/", 2)
        return f"{before}/{version}/elements/{engine}/{rel_names(version_key(version))[0]}/{last}"

    @property
    def engine(self) -> str:
        """Its engine, for any API version."""
        return f"elements/{self.entry.engine_type}/{self.entry.engine_key}"


def read_href(text: str, base_path: str = "") -> EntryHref | None:
    """The href of a block-list entry; None for anything else, be it ever so close."""
    # urlsplit drops control characters silently; none may have been there.
    if not isinstance(text, str) or not re.fullmatch(r"[!-~]+", text) or "\\" in text:
        return None
    parts = urlsplit(text)
    absolute = parts.scheme in ("http", "https") and bool(parts.netloc)
    if not (absolute or (not parts.scheme and not parts.netloc)) or "?" in text or "#" in text:
        return None
    path = parts.path
    if base_path and path.startswith(base_path + "/"):
        path = path[len(base_path) :]
    found = _ENTRY_PATH.fullmatch(path)
    # The flush call's path differs from an entry's by this word only.
    if not found or unquote(found["id"]).lower() == "flush":
        return None
    entry = EntryPath(found["type"], found["key"], unquote(found["id"]))
    return EntryHref(text, base_path + path, found["version"], entry)


def read_hrefs(texts: Sequence[Any], base_path: str = "", most: int | None = None) -> list[EntryHref]:
    """The hrefs, each entry once. Raises OptionError if a single one is not a block-list entry's.

    most: how many of these the details of the error hold.
    """
    read: dict[EntryPath, EntryHref] = {}
    refused: list[tuple[int, Any]] = []
    for index, text in enumerate(texts):
        href = read_href(text, base_path)
        if href is None:
            refused.append((index, text))
            continue
        before = read.get(href.entry, href)
        read[href.entry] = replace(before, indexes=(*before.indexes, index))
    if refused:
        listed = "; ".join(f"hrefs[{index}] is '{_printable(text)}'" for index, text in refused[:10])
        more = f"; and {len(refused) - 10} more" if len(refused) > 10 else ""
        raise OptionError(
            f"{len(refused)} of {len(texts)} hrefs do not name a block-list entry, so nothing was deleted: {listed}{more}. An entry's href ends in "
            "/elements/ENGINE_TYPE/KEY/block_list/ID; ngfw.smc.session_facts returns it as block_list_href.",
            problems=[{"index": index, "href": _printable(text)} for index, text in refused[:most]],
        )
    return list(read.values())


def _printable(text: Any) -> str:
    shown = re.sub(r"//[^/@]*@", "//", str(text))
    return shown if len(shown) <= 200 else shown[:199] + "…"


# --- what a list holds


class Listed(NamedTuple):
    """One record of a list. remaining: seconds, None if the record does not tell."""

    key: Key
    identity: Identity
    node: str | None
    href: str | None
    duration: int | None
    remaining: int | None
    record: Record


def identity_of(record: Record) -> Identity:
    """The identity of an entry of the live table. What it lacks is any; what cannot be read stays as sent."""
    get = record.get
    protocol = str(get("block_list_entry_protocol") or ANY).strip().lower()
    return Identity(
        _listed_address(
            get("block_list_entry_source_ip"),
            get("block_list_entry_source_ip_prefixlen"),
            get("block_list_entry_source_ip_mask"),
        ),
        _listed_address(
            get("block_list_entry_destination_ip"),
            get("block_list_entry_destination_ip_prefixlen"),
            get("block_list_entry_destination_ip_mask"),
        ),
        _PROTOCOLS.get(protocol, protocol),
        _listed_ports(get("block_list_entry_source_port"), get("block_list_entry_source_port_range")),
        _listed_ports(get("block_list_entry_destination_port"), get("block_list_entry_destination_port_range")),
    )


def _listed_address(address: Any, prefix: Any, mask: Any) -> str:
    if address is None or address == "":
        return ANY
    text = str(address).strip()
    if text.lower() == ANY:
        return ANY
    single = 128 if ":" in text else 32
    if prefix == single and "/" not in text and not (single == 128 and "." in text):
        # Already in canonical form, and by far the most frequent. (Of an IPv4 address within an IPv6 one there are two.)
        return _all_is_any(f"{text}/{prefix}")
    if "/" not in text:
        if isinstance(prefix, int):
            text = f"{text}/{prefix}"
        elif mask not in (None, ""):
            text = f"{text}/{_mask_length(str(mask), single)}"
    return _canonical(text)


# An entry's other side is any as a rule, so most of these are asked for again and again.
@lru_cache(maxsize=1024)
def _canonical(network: str) -> str:
    try:
        return _all_is_any(str(ipaddress.ip_network(network, strict=False)))
    except ValueError:
        return network


def _mask_length(mask: str, bits: int) -> str:
    try:
        return str(ipaddress.ip_network(f"0.0.0.0/{mask}").prefixlen) if bits == 32 else str(_ones(mask))
    except ValueError:
        return mask


def _ones(mask: str) -> int:
    return 128 if mask == "255.255.255.255" else bin(int(ipaddress.IPv6Address(mask))).count("1")


def _listed_ports(first: Any, last: Any) -> str:
    if first is None or first == "" or str(first).lower() == ANY:
        return ANY
    if last is None or last == "":
        last = first
    if not isinstance(first, int) or not isinstance(last, int):
        return f"{first}-{last}" if last != first else str(first)
    return ports_text(first, max(first, last)) if first or last else ANY


def _seconds(text: Any) -> float | None:
    """A time as the SMC prints it, in seconds; only differences between two of one record's mean something."""
    if isinstance(text, int) and not isinstance(text, bool):
        return text / 1000
    try:
        moment = datetime.fromisoformat(str(text)[:19])
    except ValueError:
        return None
    return (moment - datetime(1970, 1, 1)).total_seconds()  # noqa: DTZ001 (the zone is not known, nor needed)


@dataclass(frozen=True)
class Nodes:
    """Which nodes must hold an entry. online: by name, None if that is not known. known: all of the engine's."""

    online: tuple[str, ...] | None = None
    known: frozenset[str] = frozenset()
    seen: frozenset[str] = frozenset()

    def missing(self, holders: Collection[str | None]) -> tuple[str, ...]:
        """Where an entry is missing that these nodes hold; empty when it is everywhere."""
        expected = self.online or tuple(sorted(self.seen))
        if holders and not self.known.union(expected).issuperset(holders):
            # The records name their senders otherwise than the elements do, as of SMC 6.2 a cluster's records were seen
            # to bear one bare name: only what the list itself calls its nodes can be expected then.
            expected = tuple(sorted(self.seen))
        if len(expected) <= 1:
            return () if holders else expected or ("the engine",)
        return tuple(node for node in expected if node not in holders)


class BlockList:
    """The entries of one engine's list, by node and delta_key, as they are now.

    Feed it what changes; `seen` remembers which nodes showed an identity since, even if it has gone again.
    """

    def __init__(self, entries: Iterable[tuple[Key, Record]], nodes: Nodes) -> None:
        self.nodes = nodes
        self._listed: dict[Key, Listed] = {}
        self._by_identity: dict[Identity, list[Listed]] = {}
        # Made when it is asked for: additions never are, and it is dear.
        self._by_entry: dict[EntryPath, list[Listed]] | None = None
        self.seen: dict[Identity, frozenset[str | None]] = {}
        self._same: dict[frozenset[str | None], frozenset[str | None]] = {}
        self._clock: float | None = None
        everything = list(entries)
        self._advance_clock(record for _unused, record in everything)
        for key, record in everything:
            self._put(key, record)

    def __len__(self) -> int:
        return len(self._listed)

    def __contains__(self, key: Key) -> bool:
        return key in self._listed

    def all(self) -> list[Listed]:
        return list(self._listed.values())

    def of(self, identity: Identity) -> list[Listed]:
        """Every record of the identity: one a node, or more if it was added several times."""
        return list(self._by_identity.get(identity, ()))

    def at(self, entry: EntryPath) -> list[Listed]:
        """The records that this href names, one a node."""
        if self._by_entry is None:
            self._by_entry = {}
            for listed in self._listed.values():
                path = _path_of(listed.href)
                if path:
                    self._by_entry.setdefault(path, []).append(listed)
        return self._by_entry.get(entry, [])

    def missing_on(self, identity: Identity) -> tuple[str, ...]:
        return self.nodes.missing({listed.node for listed in self.of(identity)})

    def not_shown_on(self, identity: Identity, anew: bool) -> tuple[str, ...]:
        """The nodes that have not shown it: anew, or at all."""
        shown = set(self.seen.get(identity, ()))
        if not anew:
            shown |= {listed.node for listed in self.of(identity)}
        return self.nodes.missing(shown)

    def remaining(self, identity: Identity) -> int | None:
        """For how many seconds it is on every node that has it, as far as that is known."""
        longest: dict[str | None, int] = {}
        for listed in self.of(identity):
            seconds = -1 if listed.remaining is None else listed.remaining
            longest[listed.node] = max(seconds, longest.get(listed.node, -1))
        shortest = min(longest.values(), default=-1)
        return shortest if shortest >= 0 else None

    def apply(self, changes: Mapping[Key, Record | None]) -> set[Identity]:
        """Take in changed entries, None for those that are gone. The identities that were added or updated."""
        shown: set[Identity] = set()
        self._by_entry = None
        self._advance_clock(record for record in changes.values() if record is not None)
        for key, record in changes.items():
            self._drop(key)
            if record is not None:
                listed = self._put(key, record)
                nodes = self.seen.get(listed.identity, frozenset()) | {listed.node}
                # Thousands of entries are on the same few nodes.
                self.seen[listed.identity] = self._same.setdefault(nodes, nodes)
                shown.add(listed.identity)
        return shown

    def _put(self, key: Key, record: Record) -> Listed:
        href = record.get("block_list_href")
        duration = record.get("block_list_entry_duration")
        duration = duration if isinstance(duration, int) else None
        listed = Listed(
            key,
            identity_of(record),
            key[0],
            str(href) if href else None,
            duration,
            self._remaining(record, duration),
            record,
        )
        self._listed[key] = listed
        self._by_identity.setdefault(listed.identity, []).append(listed)
        return listed

    def _drop(self, key: Key) -> None:
        listed = self._listed.pop(key, None)
        if listed is None:
            return
        left = [other for other in self._by_identity.pop(listed.identity) if other is not listed]
        if left:
            self._by_identity[listed.identity] = left

    def _advance_clock(self, records: Iterable[Record]) -> None:
        # The latest time that any record was read at: the SMC's now, in the SMC's zone, or a little before.
        times = [_seconds(record.get("reception_time")) for record in records]
        self._clock = max((time for time in (self._clock, *times) if time is not None), default=None)

    def _remaining(self, record: Record, duration: int | None) -> int | None:
        # A listed entry of duration 0 does exist in the record; nothing says when it ends.
        created = _seconds(record.get("timestamp"))
        if not duration or created is None or self._clock is None:
            return None
        return max(0, int(duration - max(0.0, self._clock - created)))


def _path_of(href: str | None) -> EntryPath | None:
    if not href:
        return None
    # The SMC may stand behind a path of a proxy's, which its own hrefs do not know.
    path = urlsplit(href).path
    start = path.find("/elements/")
    found = read_href("/0.0" + path[start:]) if start >= 0 else None
    return found.entry if found else None


# --- the plan


@dataclass(frozen=True)
class Addition:
    """An entry to be added. missing_on: the nodes that lack it; refresh: it is there but ends soon.

    remaining: in how many seconds, None if the list does not tell.
    """

    desired: Desired
    missing_on: tuple[str, ...] = ()
    refresh: bool = False
    remaining: int | None = None

    @property
    def units(self) -> int:
        return len(self.desired.indexes)


@dataclass(frozen=True)
class Removal:
    """Something to be removed, by one or several hrefs: an entry has one a node, or one a time it was added.

    listed: the records it stands for, as far as they are known. indexes: where the task names it.
    expected: whether there is something to remove, as far as is known.
    """

    identity: Identity | None
    hrefs: tuple[str, ...]
    listed: tuple[Listed, ...] = ()
    indexes: tuple[int, ...] = ()
    expected: bool = True

    @property
    def units(self) -> int:
        return max(1, len(self.indexes))


@dataclass
class Plan:
    """What to do, and what is as it should be. `asked` counts what the task names, each part once."""

    asked: int = 0
    add: list[Addition] = field(default_factory=list)
    remove: list[Removal] = field(default_factory=list)
    flush: bool = False
    unchanged: int = 0
    kept: list[Desired] = field(default_factory=list)

    def check(self) -> None:
        """Nothing may be lost between what was asked and what is planned."""
        planned = sum(step.units for step in self.add) + sum(step.units for step in self.remove) + self.unchanged
        if planned != self.asked:
            raise SMCError(f"This is a bug in ngfw.smc: {self.asked} were asked for, but {planned} are planned.")


def plan_present(current: Sequence[BlockList], desired: Sequence[Desired], refresh: int | None = None) -> Plan:
    """Add what is missing on one of these lists, on one of its nodes, or about to end."""
    plan = Plan(asked=sum(len(entry.indexes) for entry in desired))
    for entry in desired:
        # With duration 0 it is a deed, not an entry: nothing of it stays to be found.
        missing = [node for held in current for node in held.missing_on(entry.identity)]
        left = [held.remaining(entry.identity) for held in current] if refresh is not None and not missing else []
        # Of an entry that does not tell its end, less may remain.
        ends = any(seconds is None or seconds < (refresh or 0) for seconds in left)
        if missing or ends or entry.duration == 0:
            some = any(held.of(entry.identity) for held in current)
            told = None if None in left else min((seconds for seconds in left if seconds is not None), default=None)
            plan.add.append(Addition(entry, tuple(missing) if some else (), ends, told))
        else:
            plan.kept.append(entry)
            plan.unchanged += len(entry.indexes)
    plan.check()
    return plan


def plan_exact(current: BlockList, desired: Sequence[Desired], refresh: int | None = None) -> Plan:
    """Add what is missing, remove everything else; without entries, empty the list."""
    plan = plan_present([current], desired, refresh)
    wanted = {entry.identity for entry in desired}
    plan.remove = _removals(listed for listed in current.all() if listed.identity not in wanted)
    plan.asked += len(plan.remove)
    plan.flush = not desired and bool(plan.remove)
    plan.check()
    return plan


def plan_absent(current: BlockList, desired: Sequence[Desired]) -> Plan:
    """Remove every record of these entries."""
    plan = Plan(asked=sum(len(entry.indexes) for entry in desired))
    for entry in desired:
        listed = current.of(entry.identity)
        if listed:
            plan.remove.append(Removal(entry.identity, _hrefs(listed), tuple(listed), entry.indexes))
        else:
            plan.unchanged += len(entry.indexes)
    plan.check()
    return plan


def plan_absent_matching(current: BlockList, holds: Callable[[Record], bool]) -> Plan:
    """Remove what the conditions hold for, on all nodes of it."""
    meant = [listed for listed in current.all() if holds(listed.record)]
    plan = Plan(remove=_removals(meant, current))
    plan.asked = len(plan.remove)
    plan.check()
    return plan


def plan_absent_hrefs(
    hrefs: Sequence[EntryHref], current: Mapping[tuple[str, str], BlockList], certain: Collection[tuple[str, str]] = ()
) -> Plan:
    """Remove these. current: lists by engine type and key, as far as they were read.

    certain: those that are known to be complete by more than silence; what they do not show is gone. For all
    others the SMC is asked to delete it, and decides.
    """
    plan = Plan(asked=sum(len(href.indexes) for href in hrefs))
    for href in hrefs:
        engine = (href.entry.engine_type, href.entry.engine_key)
        known = current.get(engine)
        listed = known.at(href.entry) if known is not None else []
        if not listed and engine in certain:
            plan.unchanged += len(href.indexes)
            continue
        identity = listed[0].identity if listed else None
        plan.remove.append(Removal(identity, (href.path,), tuple(listed), href.indexes, bool(listed) or known is None))
    plan.check()
    return plan


def _removals(meant: Iterable[Listed], current: BlockList | None = None) -> list[Removal]:
    """One removal for each entry: records of several nodes with one href are one."""
    groups: dict[Any, list[Listed]] = {}
    for listed in meant:
        path = _path_of(listed.href)
        group: Any = path or listed.key
        if group in groups and current is not None:
            continue
        if path and current is not None:
            groups[group] = current.at(path)
        else:
            groups.setdefault(group, []).append(listed)
    return [Removal(group[0].identity, _hrefs(group), tuple(group)) for group in groups.values()]


def _hrefs(listed: Iterable[Listed]) -> tuple[str, ...]:
    """The hrefs to delete, each entry's once."""
    hrefs = {_path_of(one.href): one.href for one in listed if one.href}
    return tuple(href for path, href in hrefs.items() if path and href)


# --- for people


def diff_line(identity: Identity, duration: int | None, remaining: int | None = None) -> str:
    """One entry in a diff."""
    text = str(identity)
    if duration is not None:
        text += f" for {duration} s"
    return text if remaining is None else f"{text}, {remaining} s left"


def as_result(identity: Identity, duration: int | None) -> dict[str, Any]:
    """One entry as `entries` takes it and the result gives it."""
    return {**identity._asdict(), "duration": duration}
