# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Block-list entries as a user writes them, checked, and as the SMC accepts them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import OptionError
from ..words import did_you_mean, first_lines, join_names, plural, shorten, some
from .address_text import PLAIN_IPV4
from .identity import ALL_PORTS, ANY, PROTOCOLS, Identity, all_is_any, ports_text

DEFAULT_DURATION = 3600


# The keys of an entry in the task.
ENTRY_KEYS = ("source", "destination", "protocol", "source_ports", "destination_ports", "duration")


_KNOWN_KEYS = frozenset(ENTRY_KEYS)


# A value that is wrong, in a message.
_LONGEST_SHOWN = 120


_WHOLE_NUMBER = re.compile(r"[-+]?[0-9]{1,18}").fullmatch
_PORT_MODES = {"tcp": "predefined_tcp", "udp": "predefined_udp"}


@dataclass(frozen=True)
class Desired:
    """One entry that a task asks for. indexes: its places in `entries`, several if it is repeated.

    duration: in seconds. source, destination: as they are sent; `0.0.0.0/0` does not become `any`, which includes IPv6.
    """

    identity: Identity
    duration: int
    indexes: tuple[int, ...]
    source: str
    destination: str

    def body(self) -> dict[str, Any]:
        """The JSON document that the SMC accepts for one entry."""
        wanted = self.identity
        ends = {
            "end_point1": _end_point(self.source, wanted.source_ports, wanted.protocol),
            "end_point2": _end_point(self.destination, wanted.destination_ports, wanted.protocol),
        }
        if wanted.protocol != ANY and wanted.source_ports == wanted.destination_ports == ANY:
            # An end point can have a protocol only together with ports: here, with all of them.
            first, last = ALL_PORTS
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
    """The body of one request. Before API 6.4 a request adds a single entry."""
    if takes_many(version):
        return {"entries": [entry.body() for entry in entries]}
    (entry,) = entries
    return entry.body()


def takes_many(version: tuple[int, ...]) -> bool:
    """Whether a request to this API version may have several entries."""
    return version >= (6, 4)


def _name_by_index(index: int) -> str:
    return f"entries[{index}]"


def read_desired(
    entries: Sequence[Any],
    *,
    kept: bool = False,
    most: int | None = None,
    name_of: Callable[[int], str] = _name_by_index,
) -> tuple[list[Desired], list[str]]:
    """Read and check the entries as a user writes them.

    Args:
        entries: dictionaries, or texts, which are sources.
        kept: whether they are to stay on the list, so that a duration of 0 makes no sense.
        most: how many problems the details of the error list at most.
        name_of: how messages name the entry of an index.

    Returns:
        The entries, each identity once, and warnings.

    Raises:
        OptionError: names everything that is wrong, by index.
    """
    read: dict[Identity, Desired] = {}
    problems: list[tuple[int, str]] = []
    warnings: list[str] = []
    repeated: list[str] = []
    for index, entry in enumerate(entries):
        reader = _DesiredEntryReader(entry)
        desired = reader.read(index, kept)
        problems += [(index, problem) for problem in reader.problems]
        warnings += [f"{name_of(index)}: {warning}" for warning in reader.warnings]
        if desired is None:
            continue
        before = read.get(desired.identity)
        if before is not None:
            repeated.append(name_of(index))
            desired = Desired(
                before.identity,
                max(before.duration, desired.duration),
                (*before.indexes, index),
                before.source,
                before.destination,
            )
        read[desired.identity] = desired
    if problems:
        raise _entries_wrong(problems, len(entries), most, name_of)
    if repeated:
        warnings.append(
            f"{len(repeated)} of {len(entries)} entries repeat another one ({some(repeated, 5)}); each is added once, with its longest duration."
        )
    return list(read.values()), first_lines(warnings, 10, "{} more warnings are left out.")


def _entries_wrong(
    problems: Sequence[tuple[int, str]], count: int, most: int | None, name_of: Callable[[int], str]
) -> OptionError:
    wrong = len({index for index, _unused in problems})
    where = ", all in `error.problems`" if most is None or most >= len(problems) else ""
    lines = [f"{name_of(index)}: {problem}" for index, problem in problems]
    listed = "; ".join(first_lines(lines, 20, "and {} more" + where))
    return OptionError(
        f"{wrong} of {count} entries {plural(wrong, 'is', 'are')} wrong, so nothing was sent: {listed}.",
        problems=[{"index": index, "problem": problem} for index, problem in problems[:most]],
    )


def with_defaults(entries: Sequence[Any], defaults: Mapping[str, Any]) -> list[Any]:
    """The entries, with what holds for each of them that does not say it itself.

    Args:
        entries: dictionaries, or texts, which are sources.
        defaults: by key of an entry; None is no default.
    """
    given = {key: value for key, value in defaults.items() if value is not None}
    if not given:
        return list(entries)
    return [_with_defaults(entry, given) for entry in entries]


def _with_defaults(entry: Any, defaults: Mapping[str, Any]) -> Any:
    if isinstance(entry, str):
        return {**defaults, "source": entry}
    # An entry that names nothing is a mistake, which a default must not turn into one that blocks everything.
    if not isinstance(entry, Mapping) or all(entry.get(key) is None for key in ENTRY_KEYS if key != "duration"):
        return entry
    return {**defaults, **{key: value for key, value in entry.items() if value is not None}}


class _DesiredEntryReader:
    """Reads one entry of the task and collects what is wrong with it. A text alone is a source."""

    def __init__(self, entry: Any) -> None:
        self._entry: Mapping[str, Any] = {}
        self.problems: list[str] = []
        self.warnings: list[str] = []
        if isinstance(entry, str):
            self._entry = {"source": entry}
        elif isinstance(entry, Mapping):
            self._entry = entry
        else:
            self.problems.append(f"'{shorten(str(entry), _LONGEST_SHOWN)}' is neither an address nor a dictionary")

    def read(self, index: int, kept: bool) -> Desired | None:
        """The entry; None if there are `problems`."""
        if self.problems:
            return None
        entry = self._entry
        unknown = [] if _KNOWN_KEYS.issuperset(entry) else [str(key) for key in entry if key not in ENTRY_KEYS]
        if unknown:
            advice = did_you_mean(unknown[0], ENTRY_KEYS) or f" The keys are {join_names(ENTRY_KEYS)}."
            names = join_names((f"'{name}'" for name in unknown), "or")
            self.problems.append(f"there is no {names}.{advice}".rstrip("."))
        elif entry.get("source") is None and all(entry.get(key) is None for key in ENTRY_KEYS if key != "duration"):
            self.problems.append("it has no address, port or protocol; write `source: any` to block all traffic")
        source = self._address("source")
        destination = self._address("destination")
        protocol = self._protocol()
        source_ports = self._ports("source_ports")
        destination_ports = self._ports("destination_ports")
        for name, ports in (("source_ports", source_ports), ("destination_ports", destination_ports)):
            if ports not in (ANY, "") and protocol == ANY:
                self.problems.append(f"{name} need a protocol, tcp or udp")
        if not {ANY, ""}.intersection((source, destination)) and (":" in source) is not (":" in destination):
            self.problems.append(f"source {source} and destination {destination} have different IP versions")
        duration = self._duration(kept)
        if self.problems:
            return None
        identity = Identity(all_is_any(source), all_is_any(destination), protocol, source_ports, destination_ports)
        return Desired(identity, duration, (index,), source, destination)

    def _address(self, name: str) -> str:
        value = self._entry.get(name)
        if value is None:
            return ANY
        text = str(value).strip()
        if PLAIN_IPV4(text) and text != "0.0.0.0":  # noqa: S104 (not bound to)
            return f"{text}/32"
        if text.lower() == ANY:
            return ANY
        try:
            network = ipaddress.ip_network(text, strict=False)
        except ValueError:
            self.problems.append(
                f"{name} '{shorten(text, _LONGEST_SHOWN)}' is not an IP address, a network or any{_address_advice(text)}"
            )
            return ""
        if "%" in text:
            self.problems.append(f"{name} '{text}' has a zone, which engines do not know")
            return ""
        if network.is_unspecified and network.prefixlen == network.max_prefixlen:
            self.problems.append(f"{name} '{text}' is the unspecified address; write any for every address")
            return ""
        given = text.partition("/")[0]
        if network.prefixlen < network.max_prefixlen and ipaddress.ip_address(given) != network.network_address:
            self.warnings.append(f"{name} {text} has host bits; it is read as the network {network}.")
        return str(network)

    def _protocol(self) -> str:
        value = self._entry.get("protocol")
        if value is None:
            return ANY
        text = str(value).strip().lower()
        text = PROTOCOLS.get(text, text) if text else text
        if text not in (ANY, *_PORT_MODES):
            self.problems.append(f"protocol '{shorten(str(value), _LONGEST_SHOWN)}' is not tcp, udp or any")
        return text

    def _ports(self, name: str) -> str:
        value = self._entry.get(name)
        if value is None or str(value).strip().lower() == ANY:
            return ANY
        text = str(value).strip().lower()
        found = re.fullmatch(r"(\d{1,5})(?:\s*-\s*(\d{1,5}))?", text, re.ASCII)
        if not found:
            self.problems.append(
                f"{name} '{shorten(str(value), _LONGEST_SHOWN)}' is not a port like 80 or a range like 1000-2000"
            )
            return ""
        first, last = int(found[1]), int(found[2] or found[1])
        why = ""
        if max(first, last) > 65535:
            why = "has a port above 65535"
        elif first > last:
            why = "has its ports in the wrong order"
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
            duration = _whole_number(value)
        except (TypeError, ValueError):
            self.problems.append(f"duration '{shorten(str(value), _LONGEST_SHOWN)}' is not a whole number of seconds")
            return 0
        if duration < 0:
            self.problems.append(f"duration {duration} is below 0")
        elif duration == 0 and kept:
            self.problems.append(
                "an entry with duration 0 only ends present connections and is never on the list, so `state: exact` cannot have it"
            )
        return duration


def _whole_number(value: Any) -> int:
    """Raises TypeError or ValueError for anything else; to Python itself, the text 1_0 is ten, and true is one."""
    fraction = isinstance(value, float) and not value.is_integer()
    if isinstance(value, bool) or fraction or (isinstance(value, str) and not _WHOLE_NUMBER(value.strip())):
        raise ValueError(value)
    return int(value)


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
    return f" (the SMC does not accept ranges here; write networks, one entry for each{listed})"
