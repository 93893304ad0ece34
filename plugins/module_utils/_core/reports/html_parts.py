# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Small parts that the sections of the HTML report share. Everything that goes in is escaped."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape as escape_html

from ..verdicts import ERROR, FAIL, PASS, RUN, SKIPPED, STATUSES, WAIVED
from ..words import visible
from .model import CheckResult
from .wording import status_words

# The classes of the style sheet, one letter each: a large report repeats them many thousand times.
_LETTERS = {PASS: "p", FAIL: "f", ERROR: "e", SKIPPED: "s", WAIVED: "w"}


_QUOTED = re.compile(r"`([^`]+)`")


def letter_of(status: str) -> str:
    """The class of a verdict: one letter."""
    return _LETTERS[status]


def escape(text: object) -> str:
    """The text as HTML shows it, with everything in it visible."""
    return escape_html(visible(text))


def prose(text: object) -> str:
    """A sentence as HTML, with names of options set apart instead of in backticks."""
    return _QUOTED.sub(r"<code>\1</code>", escape(text))


def severity_badge(severity: str, wrong: bool) -> str:
    """The severity; in colour only where something is wrong."""
    return f'<span class="sev{" " + severity if wrong else ""}">{severity}</span>'


def count_badges(counts: Mapping[str, int]) -> str:
    """The counts by verdict, each in its colour, without those that are zero."""
    return " ".join(
        f'<span class="{letter_of(status)}">{counts[status]:,} {status_words(status)}</span>'
        for status in STATUSES
        if counts.get(status)
    )


def place_of(result: CheckResult) -> str:
    """Which table a result is about, and whose if it is not the engine's own."""
    if result["kind"] == RUN:
        return "the run as a whole"
    place = str(result["definition"] or "nodes")
    other = result["target"] and result["target"] != result["engine"]
    return f"{place} of {result['target']}" if other else place
