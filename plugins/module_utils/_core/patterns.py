# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Patterns that meet texts from outside, with a bound on how long that takes: wildcards, and a user's regular expressions."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import prod
from typing import Any, NamedTuple

from .errors import OptionError

# How Python reads a regular expression. The module has another name before Python 3.11.
_PARSER: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")


# The longest text in characters that a regular expression is tried on, by its number of repetitions. With each repetition the
# number of ways to split a text grows by a power, so that each of these takes a second at most.
LONGEST_TEXT = (100_000, 4_000, 500, 200, 100)


# Each optional part may double the number of ways, and each of several alternatives may be one.
MOST_CHOICES = 8


# In how many ways the choices may be combined at most.
MOST_WAYS = 1 << 16


# How many characters and sets of characters an expression may be, with its fixed repetitions (`{60}`) written out.
MOST_STEPS = 10_000


# How many steps, in all ways together, take no longer than a second on the longest text; with a repetition, in one way.
_FEW_STEPS_WITHOUT_REPETITION = 5_000
_FEW_STEPS = 100


def matches_wildcard(pattern: str, text: str, whole: bool = True, question_mark: bool = False) -> bool:
    """Whether the text is like the pattern, in which `*` stands for any text, without regard to case.

    The parts between the `*` are looked for one after the other and never again, so no text takes long.

    Args:
        pattern: what was asked for.
        text: what may be like it.
        whole: whether the pattern must match the whole text, not only a part of it.
        question_mark: whether `?` stands for any one character.
    """
    text = text.casefold()
    parts = pattern.casefold().split("*")
    if not whole:
        parts = ["", *parts, ""]
    first, last = parts[0], parts[-1]
    if len(parts) == 1:
        return len(first) == len(text) and _stands_at(first, text, 0, question_mark)
    place, end = len(first), len(text) - len(last)
    if place > end or not _stands_at(first, text, 0, question_mark) or not _stands_at(last, text, end, question_mark):
        return False
    for part in parts[1:-1]:
        place = _find(part, text, place, end, question_mark)
        if place < 0:
            return False
        place += len(part)
    return True


def _stands_at(part: str, text: str, place: int, question_mark: bool) -> bool:
    if not question_mark or "?" not in part:
        return text.startswith(part, place)
    return all(one in ("?", other) for one, other in zip(part, text[place : place + len(part)]))


def _find(part: str, text: str, start: int, end: int, question_mark: bool) -> int:
    if not question_mark or "?" not in part:
        return text.find(part, start, end)
    # One bit for each place in the part: whether what was read last is like the part up to there.
    fits, anywhere = _places(part)
    whole, so_far = 1 << (len(part) - 1), 0
    for place in range(start, end):
        so_far = (so_far << 1 | 1) & fits.get(text[place], anywhere)
        if so_far & whole:
            return place - len(part) + 1
    return -1


def _places(part: str) -> tuple[dict[str, int], int]:
    """Where in the part each of its characters may stand, and where any other may, as bits."""
    anywhere = int("".join("1" if one == "?" else "0" for one in reversed(part)), 2)
    places = {one: "".join("1" if other in (one, "?") else "0" for other in reversed(part)) for one in set(part)}
    return {one: int(bits, 2) for one, bits in places.items()}, anywhere


@dataclass(frozen=True)
class BoundedRegex:
    """A user's regular expression. longest: how many characters a text may have that it is tried on."""

    pattern: re.Pattern[str]
    longest: int

    def found_in(self, text: str) -> bool:
        """Whether it is found anywhere in the text. Raises OptionError for a text that is too long for it."""
        if len(text) > self.longest:
            raise OptionError(
                f"The regular expression '{self.pattern.pattern}' cannot be tried on a text of {len(text):,} characters: with its "
                f"number of repetitions (`*`, `+`, `{{m,n}}`, `?`) {self.longest:,} are the most. Use fewer repetitions."
            )
        return self.pattern.search(text) is not None


@lru_cache(maxsize=1000)
def read_regex(written: str) -> BoundedRegex:
    """A regular expression that cannot take long. Raises OptionError, without a subject: the caller says where it stands."""
    try:
        pattern = re.compile(written)
        cost = _cost_of(_PARSER.parse(written), {})
    except (re.error, OverflowError, RecursionError) as error:
        raise OptionError(f"is not valid: {error}.") from None
    if cost.repetitions >= len(LONGEST_TEXT):
        raise OptionError(
            f"has {cost.repetitions} repetitions (`*`, `+`, `{{m,n}}`), and on some texts it would take too long. "
            f"Use {len(LONGEST_TEXT) - 1} at most."
        )
    if cost.choices > MOST_CHOICES:
        raise OptionError(
            f"has {cost.choices} optional or alternative parts (`?`, `|`), and on some texts it would take too long. "
            f"Use {MOST_CHOICES} at most."
        )
    if cost.ways > MOST_WAYS:
        raise OptionError(
            f"has optional or alternative parts (`?`, `|`) that can be combined in {cost.ways:,} ways, and on some texts it would "
            f"take too long. Use fewer alternatives, which can be combined in {MOST_WAYS:,} ways at most."
        )
    if cost.steps > MOST_STEPS:
        raise OptionError(
            f"has repetitions (`{{n}}`) that make it longer than {MOST_STEPS:,} characters, and on some texts it would take too long. "
            "Use smaller numbers."
        )
    return BoundedRegex(pattern, _longest_text(cost))


class _Cost(NamedTuple):
    """What an expression may cost.

    Attributes:
        repetitions: how many repetitions it has. A reference to a group that has one counts, since it takes as long to compare.
        choices: how many optional or alternative parts it has; ways: in how many ways these can be combined.
        steps: how many characters and sets it is, with fixed repetitions written out.
    """

    repetitions: int = 0
    choices: int = 0
    ways: int = 1
    steps: int = 0


def _longest_text(cost: _Cost) -> int:
    longest = LONGEST_TEXT[cost.repetitions]
    # All of this multiplies the work, and a shorter text makes up for it.
    if not cost.repetitions:
        return int(longest / max(1.0, cost.ways * cost.steps / _FEW_STEPS_WITHOUT_REPETITION))
    weight = cost.ways * max(1.0, cost.steps / _FEW_STEPS)
    return int(longest / weight ** (1 / (cost.repetitions + 1)))


def _cost_of(parsed: Any, groups: dict[int, int]) -> _Cost:
    """What the parts cost together. Raises OptionError if a repetition or a choice is itself repeated.

    Args:
        parsed: the expression.
        groups: how many repetitions the groups before it have, by their numbers; its own are added.
    """
    whole = _Cost()
    for operation, argument in parsed:
        inner = [_cost_of(one, groups) for one in _parsed_inside(argument)]
        part = _cost_of_one(str(operation), argument, inner, groups)
        whole = _Cost(
            whole.repetitions + part.repetitions,
            whole.choices + part.choices,
            whole.ways * part.ways,
            whole.steps + part.steps,
        )
    return whole


def _cost_of_one(operation: str, argument: Any, inner: Sequence[_Cost], groups: dict[int, int]) -> _Cost:
    repetitions = sum(one.repetitions for one in inner)
    choices = sum(one.choices for one in inner)
    if operation == "BRANCH":
        return _Cost(repetitions, choices + 1, sum(one.ways for one in inner), max(one.steps for one in inner))
    ways, steps = prod(one.ways for one in inner), sum(one.steps for one in inner)
    if operation.endswith("REPEAT"):
        return _cost_repeated(_Cost(repetitions, choices, ways, steps), int(argument[0]), int(argument[1]))
    if operation == "SUBPATTERN" and argument[0] is not None:
        groups[argument[0]] = repetitions
    elif operation == "GROUPREF" and groups.get(argument):
        repetitions += 1
    return _Cost(repetitions, choices, ways, max(1, steps))


def _cost_repeated(inner: _Cost, least: int, most: int) -> _Cost:
    if most > 1 and (inner.repetitions or inner.choices):
        raise OptionError(
            "repeats a group that has a repetition or alternatives in it, and on some texts it would take too long. "
            "Repeat single characters or sets of characters only."
        )
    steps = max(1, least) * inner.steps
    if most == 1 and least == 0:
        return _Cost(inner.repetitions, inner.choices + 1, inner.ways + 1, steps)
    return _Cost(inner.repetitions + (most > 1 and least != most), inner.choices, inner.ways, steps)


def _parsed_inside(argument: Any) -> Iterator[Any]:
    """The expressions inside an operation's argument."""
    if isinstance(argument, _PARSER.SubPattern):
        yield argument
    elif isinstance(argument, (list, tuple)):
        for one in argument:
            yield from _parsed_inside(one)
