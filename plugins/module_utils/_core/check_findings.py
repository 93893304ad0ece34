# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""How one expectation of a check ends, and the bounds that numbers are held against."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .check_values import Number, as_number
from .check_words import plain, some
from .errors import OptionError, did_you_mean, join_names
from .fields import Record


@dataclass
class Finding:
    """One expectation put to the test. reason: why it does not hold, to follow the check's name."""

    holds: bool
    measured: str
    wanted: str
    reason: str = ""
    offending: list[Record] = field(default_factory=list)
    offending_count: int = -1

    def __post_init__(self) -> None:
        if self.offending_count < 0:
            self.offending_count = len(self.offending)


class Unmeasurable(OptionError):
    """The check is in order, but there is nothing that it could be put to."""

    kind = "unmeasurable"


@dataclass(frozen=True)
class Bounds:
    """What a number may be; a side that is None is open."""

    least: Number | None = None
    most: Number | None = None

    @classmethod
    def read(cls, written: Any, what: str, more_keys: Sequence[str]) -> Bounds:
        if not isinstance(written, Mapping):
            exact = as_number(written, what)
            return cls(exact, exact)
        known = ("min", "max", "equals", *more_keys)
        for key in written:
            if key not in known:
                raise OptionError(
                    f"{what} has no '{key}'.{did_you_mean(str(key), known)} There are {join_names(known)}."
                )
        least, most = written.get("min"), written.get("max")
        if written.get("equals") is not None:
            if least is not None or most is not None:
                raise OptionError(f"{what} takes either `equals`, or `min` and `max`.")
            least = most = written["equals"]
        if least is None and most is None and not written.get("values"):
            raise OptionError(f"{what} has no bound: give it {join_names(known[:3], 'or')}.")
        return cls(
            None if least is None else as_number(least, what),
            None if most is None else as_number(most, what),
        )

    def hold(self, value: Number) -> bool:
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def __str__(self) -> str:
        if self.least is not None and self.least == self.most:
            return f"exactly {plain(self.least)}"
        parts = []
        if self.least is not None:
            parts.append(f"at least {plain(self.least)}")
        if self.most is not None:
            parts.append(f"at most {plain(self.most)}")
        return " and ".join(parts)

    def _counted(self, what: str) -> str:
        last = self.least if self.most is None else self.most
        return "entry" if what == "entries" and last == 1 else what

    def judge_one(self, value: Number, measured: str, what: str, entries: list[Record]) -> Finding:
        holds = self.hold(value)
        too_many = not holds and self.most is not None and value > self.most
        none = what == "entries" and self.most == 0
        return Finding(
            holds,
            measured,
            f"no {what}" if none else f"{self} {self._counted(what)}".strip(),
            f"{measured[:1].upper()}{measured[1:]}, but {'none' if none else self} wanted.",
            entries if too_many else [],
        )

    def judge_groups(
        self,
        numbers: Mapping[str, Number],
        per: str,
        what: str,
        entries: Sequence[Record],
        group_of: Callable[[Record], str],
    ) -> Finding:
        wrong = {group: number for group, number in numbers.items() if not self.hold(number)}
        shown = some([f"{group or '(none)'}: {plain(number)}" for group, number in numbers.items()])
        wanted = f"{self} {self._counted(what)} per {per}"
        if not numbers:
            holds = self.hold(0)
            return Finding(holds, f"nothing by {per}", wanted, f"There is nothing by {per}, but {wanted} wanted.")
        listed = some([f"{group or '(none)'} has {plain(number)}" for group, number in wrong.items()])
        too_many = {group for group, number in wrong.items() if self.most is not None and number > self.most}
        return Finding(
            not wrong,
            shown,
            wanted,
            f"{listed}, but {wanted} wanted.",
            [entry for entry in entries if group_of(entry) in too_many] if too_many else [],
        )
