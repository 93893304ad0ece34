# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Patterns that meet texts from outside, with a bound on how long that takes: wildcards, and a user's regular expressions."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from .errors import OptionError

# How Python reads a regular expression. The module has another name before Python 3.11.
_PARSER: Any = importlib.import_module("re._parser" if sys.version_info >= (3, 11) else "sre_parse")


# The longest text in characters that a regular expression is tried on, by its number of repetitions. With each repetition the
# number of ways to split a text grows by a power, so that each of these takes a second at most.
LONGEST_TEXT = (100_000, 4_000, 500, 200, 100)


# Each optional part may double the number of ways.
MOST_CHOICES = 8


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
    places = range(start, end - len(part) + 1)
    return next((place for place in places if _stands_at(part, text, place, question_mark)), -1)


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
        repetitions, choices = _count(_PARSER.parse(written))
    except (re.error, OverflowError, RecursionError) as error:
        raise OptionError(f"is not valid: {error}.") from None
    if repetitions >= len(LONGEST_TEXT):
        raise OptionError(
            f"has {repetitions} repetitions (`*`, `+`, `{{m,n}}`), and on some texts it would take too long. "
            f"Use {len(LONGEST_TEXT) - 1} at most."
        )
    if choices > MOST_CHOICES:
        raise OptionError(
            f"has {choices} optional or alternative parts (`?`, `|`), and on some texts it would take too long. "
            f"Use {MOST_CHOICES} at most."
        )
    return BoundedRegex(pattern, _longest_text(repetitions, choices))


def _longest_text(repetitions: int, choices: int) -> int:
    longest = LONGEST_TEXT[repetitions]
    # Every choice doubles the work, and a shorter text makes up for it.
    return int(longest / 2 ** (choices / (repetitions + 1))) if repetitions else longest


def _count(parsed: Any) -> tuple[int, int]:
    """How many repetitions and how many choices an expression has. Raises OptionError if one of them is itself repeated."""
    repetitions = choices = 0
    for operation, argument in parsed:
        inner = [_count(one) for one in _parsed_inside(argument)]
        repetitions += sum(count for count, _choices in inner)
        choices += sum(count for _repetitions, count in inner)
        if str(operation) == "BRANCH":
            choices += 1
        elif str(operation).endswith("REPEAT"):
            least, most = int(argument[0]), int(argument[1])
            if most > 1 and any(map(any, inner)):
                raise OptionError(
                    "repeats a group that has a repetition or alternatives in it, and on some texts it would take too long. "
                    "Repeat single characters or sets of characters only."
                )
            repetitions += most > 1 and least != most
            choices += most == 1 and least == 0
    return repetitions, choices


def _parsed_inside(argument: Any) -> Iterator[Any]:
    """The expressions inside an operation's argument."""
    if isinstance(argument, _PARSER.SubPattern):
        yield argument
    elif isinstance(argument, (list, tuple)):
        for one in argument:
            yield from _parsed_inside(one)
