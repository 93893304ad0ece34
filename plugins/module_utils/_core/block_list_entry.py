# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What a task asks for: block-list entries as a user writes them, checked, and as the SMC takes them."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .block_list_identity import ALL_PORTS, ANY, PROTOCOLS, Identity, all_is_any, ports_text
from .errors import OptionError, did_you_mean, join_names

DEFAULT_DURATION = 3600

# What an entry of the task's may say.
ENTRY_KEYS = ("source", "destination", "protocol", "source_ports", "destination_ports", "duration")

_PORT_MODES = {"tcp": "predefined_tcp", "udp": "predefined_udp"}


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
            # An end point has its protocol only together with ports: here, with all of them.
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
    """The body of one request. Before API 6.4 it is one bare entry."""
    if takes_many(version):
        return {"entries": [entry.body() for entry in entries]}
    (entry,) = entries
    return entry.body()


def takes_many(version: tuple[int, ...]) -> bool:
    """Whether a request to this API version may hold several entries."""
    return version >= (6, 4)


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
        identity = Identity(all_is_any(source), all_is_any(destination), protocol, source_ports, destination_ports)
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
        text = PROTOCOLS.get(text, text) if text else text
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
