# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Lists, counts and suggestions in words: the one place for each of them."""

from __future__ import annotations

import difflib
import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import TypeVar

Item = TypeVar("Item")

# Characters of a text for which names like it are looked for. A name in the SMC has far fewer.
_LONGEST_COMPARED = 200


def close_names(wanted: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The known names that are most like the wanted one, without regard to case, best first.

    Args:
        wanted: what was asked for.
        known: the names that exist.
        count: how many to return at most.
    """
    by_folded: dict[str, str] = {}
    for name in known:
        by_folded.setdefault(name.casefold(), name)
    folded = wanted.casefold()
    # The time that this takes grows with the square of the length.
    short = len(folded) <= _LONGEST_COMPARED
    near = difflib.get_close_matches(folded, by_folded, n=count, cutoff=0.6) if short else []
    if len(folded) >= 3:
        near += [name for name in by_folded if folded in name and name not in near]
    return [by_folded[name] for name in near[:count]]


def did_you_mean(wanted: str, known: Iterable[str]) -> str:
    """A question to end a sentence with, such as ' Did you mean A, B or C?'.

    Returns:
        The question with a leading space; an empty text if no known name is like the wanted one.
    """
    names = close_names(wanted, known)
    return f" Did you mean {join_names(names, 'or')}?" if names else ""


def join_names(names: Iterable[str], word: str = "and") -> str:
    """All names: 'A, B and C'. `word` stands before the last one."""
    listed = list(names)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} {word} {listed[-1]}"


def some(names: Sequence[str], most: int = 6) -> str:
    """The first names, and how many more there are: 'A, B, C' or 'A, B and 7 more'."""
    listed = ", ".join(names[:most])
    return listed if len(names) <= most else f"{listed} and {len(names) - most:,} more"


def first_lines(lines: Sequence[Item], most: int, more: str = "and {} more") -> list[Item | str]:
    """The first of several lines, then one line that says how many more there are.

    Args:
        lines: texts as a rule; other values stay as they are.
        most: how many lines to show at most, not counting the last one.
        more: the last line, where `{}` stands for the number of lines left out.

    Returns:
        All lines, without another one, if there are no more than `most`.
    """
    left_out = len(lines) - most
    return [*lines] if left_out <= 0 else [*lines[:most], more.format(f"{left_out:,}")]


def at_most(limit: int | None, items: Iterable[Item]) -> tuple[list[Item], bool]:
    """The first items, and whether there are more; all of them without a limit."""
    if limit is None:
        return list(items), False
    first = list(islice(items, limit + 1))
    return first[:limit], len(first) > limit


def counted(number: int, noun: str, nouns: str = "") -> str:
    """'1 table', '2 tables', '3,000 tables'. `nouns` is the plural where it is not the noun with an s."""
    return f"{number:,} {plural(number, noun, nouns)}"


def plural(number: int, noun: str, nouns: str = "") -> str:
    """The noun alone, in the form that goes with the number."""
    return noun if number == 1 else nouns or f"{noun}s"


def count_entries(count: int) -> str:
    """'1 entry', '2 entries'."""
    return counted(count, "entry", "entries")


def in_seconds(seconds: float) -> str:
    """'0.05 s', '5.9 s', '60 s': as exact as anybody wants to know how long was waited."""
    return f"{seconds if seconds < 0.1 else round(seconds, 1):g} s"


def shorten(text: str, longest: int = 300) -> str:
    """The text in one line, cut with an ellipsis after `longest` characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


# Letters, marks and signs that Unicode calls printable, and that no font shows; selectors of variants among them.
_UNSEEN = "\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180d\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U00016fe4\U0001d159\U000e0100-\U000e01ef"

# How many marks may stand on one letter. Of those of any language, no letter has more than a few.
_MOST_MARKS = 8

# What has to be looked at closely. Marks begin at U+0300, and are neither letters nor digits.
_SUSPECT = re.compile(rf"[{_UNSEEN}]|[^\w\x00-\u02ff]{{{_MOST_MARKS + 1}}}")

_ONE_UNSEEN = re.compile(rf"[{_UNSEEN}]")

# A selector that belongs to an emoji, as in a heart or the key 1: after a sign, or between a digit and the frame of a key.
_OF_EMOJI = re.compile(r"[\u203c\u2049\u2139\u3030]|[#*0-9](?=.\u20e3)")


def visible(text: object) -> str:
    r"""The text in one line in which everything can be seen and nothing moves a cursor or turns the reading direction.

    Names and fields come from outside: from engines, feeds, folders and servers. Every text for people passes through here
    where it leaves: messages, warnings, lines of a difference, and every format of a report except JSON. Data does not.

    Returns:
        The text with control characters, line breaks, marks of direction or of no width, spaces other than the usual one, more
        than eight marks on a letter, and halves of surrogate pairs as escapes such as `\x1b` and `\u202e`. What is visible
        already comes back as it is.
    """
    text = str(text)
    # Python calls most of these characters not printable, and looks much faster than a regular expression.
    if text.isprintable() and (text.isascii() or not _SUSPECT.search(text)):
        return text
    shown = []
    marks = 0
    for place, one in enumerate(text):
        marks = marks + 1 if unicodedata.category(one) in ("Mn", "Me") else 0
        seen = one.isprintable() and marks <= _MOST_MARKS and (not _ONE_UNSEEN.match(one) or _is_of_emoji(text, place))
        shown.append(one if seen else one.encode("unicode_escape").decode())
    return "".join(shown)


def _is_of_emoji(text: str, place: int) -> bool:
    """Whether this unseen character selects how the emoji before it looks."""
    if text[place] not in "\ufe0e\ufe0f" or not place:
        return False
    before = text[place - 1]
    is_sign = unicodedata.category(before) in ("So", "Sm") and not _ONE_UNSEEN.match(before)
    return is_sign or _OF_EMOJI.match(text, place - 1) is not None


def visible_lines(text: str) -> str:
    """A text of several lines, whose line breaks are our own, with each line made visible."""
    return "\n".join(map(visible, text.split("\n")))


def in_words(said: str) -> str:
    """What a server said, without its full stop, to be a part of a sentence; that it gave no reason, if it said nothing."""
    return said.strip().rstrip(".") or "it gave no reason"


def waiver_has_ended(until: str, reason: str, owner: str) -> str:
    """What the reason of a failure says of a waiver that has run out."""
    return f"Its waiver ran out on {until} ({reason.rstrip('.')}{f', {owner}' if owner else ''})."
