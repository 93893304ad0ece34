# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""How one expectation of a check ends, and the bounds that numbers are compared with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ..errors import OptionError
from ..schema.records import Record
from ..words import did_you_mean, join_names
from .values import Number, as_number
from .wording import plain

BOUND_KEYS = ("min", "max", "equals")


@dataclass(frozen=True)
class Finding:
    """One expectation, judged.

    holds: whether it is met. measured, wanted: short texts for people. reason: the sentence that says why it is not met.
    offending: the entries at fault.
    """

    holds: bool
    measured: str
    wanted: str
    reason: str = ""
    offending: Sequence[Record] = ()


@dataclass(frozen=True)
class Bounds:
    """The least and the most that a number may be, both included; None leaves that side open."""

    least: Number | None = None
    most: Number | None = None

    def hold(self, value: Number) -> bool:
        """Whether the number is within the bounds."""
        return (self.least is None or value >= self.least) and not self.exceeded_by(value)

    def exceeded_by(self, value: Number) -> bool:
        """Whether the number is above the upper bound."""
        return self.most is not None and value > self.most

    @property
    def last_number(self) -> Number | None:
        """The number that stands last in the text, which decides on singular or plural."""
        return self.least if self.most is None else self.most

    def __str__(self) -> str:
        if self.least is not None and self.least == self.most:
            return f"exactly {plain(self.least)}"
        parts = []
        if self.least is not None:
            parts.append(f"at least {plain(self.least)}")
        if self.most is not None:
            parts.append(f"at most {plain(self.most)}")
        return " and ".join(parts)


def read_bounds(written: Any, what: str, more_keys: Sequence[str] = ()) -> Bounds:
    """Bounds as a user writes them: a number, or a mapping with `min`, `max` or `equals`.

    Args:
        written: The user's value.
        what: What is bounded, for messages, such as "count".
        more_keys: Keys that the mapping may have as well, and that somebody else reads. With `values` among
            them and given, no bound is needed.

    Raises:
        OptionError: An unknown key, no bound, a bound that is not a number, or a minimum above the maximum.
    """
    if not isinstance(written, Mapping):
        number = as_number(written, what)
        return Bounds(number, number)
    known = (*BOUND_KEYS, *more_keys)
    for key in written:
        if key not in known:
            raise OptionError(
                f"{what} has no key '{key}'.{did_you_mean(str(key), known)} Its keys are {join_names(known)}."
            )
    least, most, exact = (_bound(written.get(key), what) for key in BOUND_KEYS)
    if exact is not None:
        if least is not None or most is not None:
            raise OptionError(f"{what} takes either `equals`, or `min` and `max`.")
        return Bounds(exact, exact)
    if least is None and most is None and not written.get("values"):
        raise OptionError(f"{what} has no bound: add {join_names(BOUND_KEYS, 'or')}.")
    if least is not None and most is not None and least > most:
        raise OptionError(
            f"{what} has the bounds {plain(least)} and {plain(most)}: no number is both at least {plain(least)} and at most {plain(most)}."
        )
    return Bounds(least, most)


def _bound(value: Any, what: str) -> Number | None:
    return None if value is None else as_number(value, what)
