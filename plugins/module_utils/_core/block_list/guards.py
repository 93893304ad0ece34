# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Guard rails: what must not be blocked, or removed, because of a slip. Pure."""

from __future__ import annotations

import ipaddress
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import OptionError
from ..words import join_names
from .address_text import Network, Span, merge, networks_within, span_of, unmapped
from .identity import ANY
from .plan import BlockListPlan

ADDRESS_KEYS = ("source", "destination")


@dataclass(frozen=True)
class Widest:
    """The shortest prefix lengths that an entry may have, by IP version."""

    ipv4: int = 8
    ipv6: int = 16

    def of(self, version: int) -> int:
        return self.ipv4 if version == 4 else self.ipv6


DEFAULT_WIDEST = Widest()


def read_widest(option: Any) -> Widest:
    """The option `widest`: a dictionary with `ipv4` and `ipv6`, prefix lengths such as 8 or "/8".

    Args:
        option: what the user wrote; None, and what the dictionary leaves out, means the default.

    Raises:
        OptionError: it names something else.
    """
    given = {} if option is None else option
    if not isinstance(given, Mapping) or not set(given) <= {"ipv4", "ipv6"}:
        raise OptionError(f"widest is '{option}'. Write a dictionary such as {{ipv4: 8, ipv6: 16}}.")
    return Widest(
        _prefix_length("ipv4", given.get("ipv4"), 32, Widest.ipv4),
        _prefix_length("ipv6", given.get("ipv6"), 128, Widest.ipv6),
    )


def _prefix_length(name: str, value: Any, longest: int, default: int) -> int:
    if value is None:
        return default
    found = re.fullmatch(r"/?(\d{1,3})", str(value).strip(), re.ASCII)
    if not found or isinstance(value, bool) or int(found[1]) > longest:
        raise OptionError(f"widest.{name} is '{value}'. Write a prefix length from 0 to {longest}.")
    return int(found[1])


def width_problem(network: Network, widest: Widest) -> str:
    """Why the network is too wide, to go on from its name; an empty text if it is not."""
    shortest = widest.of(network.version)
    if network.prefixlen >= shortest:
        return ""
    return (
        f"covers {_share(network.prefixlen)} IPv{network.version} addresses; nothing wider than /{shortest} is "
        f"blocked unless `widest` allows it (widest: {{ipv{network.version}: {network.prefixlen}}})"
    )


def _share(prefix_length: int) -> str:
    return "all" if prefix_length == 0 else "half of all" if prefix_length == 1 else f"1/{2**prefix_length} of all"


def check_widths(entries: Sequence[Any], widest: Widest) -> None:
    """Refuse entries with a network that is too wide.

    Args:
        entries: as a task has them, texts or dictionaries. The word `any` says outright what is meant, and what is
            not an address is left to who reads the entries.
        widest: what is allowed.

    Raises:
        OptionError: names all such entries, by index. Details: `problems`.
    """
    problems = []
    for index, entry in enumerate(entries):
        named = entry if isinstance(entry, Mapping) else {"source": entry}
        problems += [{"index": index, "problem": problem} for problem in _width_problems(named, widest)]
    if problems:
        listed = "; ".join(f"entries[{one['index']}]: {one['problem']}" for one in problems[:10])
        more = f"; and {len(problems) - 10:,} more" if len(problems) > 10 else ""
        raise OptionError(f"Too wide, so nothing was sent: {listed}{more}.", problems=problems)


def _width_problems(entry: Mapping[str, Any], widest: Widest) -> Iterator[str]:
    for key in ADDRESS_KEYS:
        text = str(entry.get(key))
        try:
            # An address alone is not wide.
            network = unmapped(ipaddress.ip_network(text.strip(), strict=False)) if "/" in text else None
        except ValueError:
            continue
        problem = width_problem(network, widest) if network else ""
        if problem:
            yield f"{key} {text} {problem}"


class Protection:
    """Networks that no entry may touch.

    An entry touches one with its source or its destination, or by naming neither.
    """

    def __init__(self, networks: Iterable[Any]) -> None:
        """Read the option `protect`.

        Args:
            networks: addresses and networks as texts; host bits are cleared.

        Raises:
            OptionError: one of them is not an address or a network.
        """
        spans = [_protected_span(index, network) for index, network in enumerate(networks)]
        self._spans = {version: merge(span for span in spans if span.version == version) for version in (4, 6)}
        self._starts = {version: [span.first for span in merged] for version, merged in self._spans.items()}

    def touched_by(self, entry: Mapping[str, Any]) -> str:
        """The first protected network that the entry overlaps; an empty text if there is none."""
        if all(_is_any(entry.get(key)) for key in ADDRESS_KEYS):
            return next((_named(span) for spans in self._spans.values() for span in spans), "")
        return next(filter(None, map(self._overlapped, _spans_of(entry))), "")

    def _overlapped(self, span: Span) -> str:
        # The protected spans do not overlap each other, so only the last one that starts before the end can reach in.
        spans = self._spans[span.version]
        position = bisect_right(self._starts[span.version], span.last) - 1
        return _named(spans[position]) if position >= 0 and spans[position].last >= span.first else ""


def _protected_span(index: int, network: Any) -> Span:
    try:
        return span_of(str(network).strip())
    except ValueError:
        raise OptionError(f"protect[{index}] is '{network}', which is not an IP address or network.") from None


def _named(span: Span) -> str:
    return next(networks_within(span, 0))


def _is_any(value: Any) -> bool:
    return value is None or str(value).strip().lower() in ("", ANY)


def _spans_of(entry: Mapping[str, Any]) -> Iterator[Span]:
    """What the entry names, without any, nothing, and what the reader of entries refuses."""
    for key in ADDRESS_KEYS:
        value = entry.get(key)
        if not _is_any(value):
            try:
                yield span_of(str(value).strip())
            except ValueError:
                continue


@dataclass(frozen=True)
class MostRemovals:
    """How much an `exact` may remove: a number of entries, or a percentage of a list of more than `from_entries`."""

    number: int | None = None
    percent: float | None = 50.0
    from_entries: int = 20

    def allows(self, removed: int, listed: int) -> bool:
        """Whether this number of the listed entries may be removed."""
        if self.number is not None:
            return removed <= self.number
        return self.percent is None or listed <= self.from_entries or removed * 100 <= listed * self.percent

    def __str__(self) -> str:
        return f"{self.percent:g} %" if self.number is None else f"{self.number:,}"


def read_max_removals(option: Any) -> MostRemovals:
    """The option `max_removals`: a number of entries, or a percentage such as "50%".

    Args:
        option: what the user wrote; None means the default, 50 % of a list of more than 20 entries. A percentage that
            the user wrote holds for lists of every length.

    Raises:
        OptionError: it is something else.
    """
    if option is None:
        return MostRemovals()
    found = re.fullmatch(r"(\d{1,9})|(\d{1,3}(?:\.\d{1,6})?)\s*%", str(option).strip(), re.ASCII)
    if not found or isinstance(option, bool) or float(found[2] or 0) > 100:
        raise OptionError(f"max_removals is '{option}'. Write a number of entries such as 500, or a share such as 50%.")
    if found[1]:
        return MostRemovals(number=int(found[1]), percent=None)
    return MostRemovals(percent=float(found[2]), from_entries=0)


def removals_refused(removed: int, listed: int, most: MostRemovals) -> str:
    """Why a run must not remove so much.

    Args:
        removed: how many listed entries would be removed.
        listed: how many entries the list has now.
        most: what is allowed.

    Returns:
        A sentence; an empty text if the removals are allowed.
    """
    if most.allows(removed, listed):
        return ""
    flag = join_names([f"max_removals: {removed}", "max_removals: 100%"], "or")
    return (
        f"{removed:,} of {listed:,} listed entries would be removed, which is more than max_removals allows ({most}), "
        f"so nothing was sent. If the list of entries is complete, run it again with {flag}."
    )


def plan_refused(plan: BlockListPlan, most: MostRemovals) -> str:
    """Why the plan removes too much; an empty text if it does not."""
    removed = len(plan.remove)
    staying = len(plan.kept) + sum(bool(step.refresh or step.missing_on) for step in plan.add)
    return removals_refused(removed, removed + staying, most)
