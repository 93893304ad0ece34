# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What failed and why, in the HTML report: causes once, then a card for each engine, with what passed folded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..verdicts import BAD, ERROR, PASS, RUN, STATUSES, WAIVED
from ..words import count_entries, counted, join_names, some
from .html_parts import count_badges, escape, letter_of, place_of, prose, severity_badge
from .model import CheckResult, Report
from .wording import counts_in_words, pairs_to_show, standing_of, waiver_words

# How many engines with problems show their details from the start.
_OPEN_ENGINES = 10


# How many engines a cause names.
_NAMED = 6


# Fields of an offending entry: a table with more columns cannot be read, and the JSON report has all of them.
_COLUMNS = 9


Groups = Mapping[str, Sequence[CheckResult]]


def render_findings(report: Report, by_engine: Groups) -> str:
    """Causes and failing engines, findings that do not fail the run, what was waived or skipped, and the rest."""
    numbers = {cause["reason"]: number for number, cause in enumerate(report["causes"], 1)}
    cards = [_Card(number, row, by_engine[row["name"]], numbers) for number, row in enumerate(report["engines"])]
    failing = [card for card in cards if card.row["failing"] and not card.only_caused]
    blocked = [card for card in cards if card.bad and card.only_caused]
    shown = {id(card) for card in failing + blocked}
    lower = [card for card in cards if (card.bad or card.waived) and id(card) not in shown]
    calm = [card for card in cards if not card.bad and not card.waived]
    sections = [
        (
            "failed",
            "What failed and why",
            _cards([card for card in failing if card.row["kind"] == RUN], _OPEN_ENGINES)
            + _causes(report, True)
            + _cards([card for card in failing if card.row["kind"] != RUN], _OPEN_ENGINES)
            + _folded([card for card in blocked if card.row["failing"]], "that could not be measured"),
        ),
        (
            "lower",
            "What does not fail the run",
            _causes(report, False)
            + _cards(lower, max(0, _OPEN_ENGINES - len(failing)))
            + _folded([card for card in blocked if not card.row["failing"]], "that could not be measured"),
        ),
        ("calm", "Without a problem", _folded(calm, "without a problem")),
    ]
    return "".join(_section(name, heading, body) for name, heading, body in sections if body)


def _section(name: str, heading: str, body: str) -> str:
    return f'<section class="engines cards" id="{name}"><h2>{heading}</h2>{body}</section>'


def _folded(cards: Sequence[_Card], what: str) -> str:
    if not cards:
        return ""
    kinds = [card.row["kind"] for card in cards]
    words = [counted(kinds.count(kind), kind) for kind in dict.fromkeys(kinds)]
    totals = {status: sum(card.row[status] for card in cards) for status in STATUSES}
    return (
        f'<details class="fold"><summary><b>{join_names(words)}</b> {what}: {counts_in_words(totals)}</summary>'
        f"{_cards(cards, 0)}</details>"
    )


def _cards(cards: Sequence[_Card], room: int) -> str:
    return "".join(card.render(opened=place < room) for place, card in enumerate(cards))


class _Card:
    """One engine. causes: their numbers by reason; a result with such a reason is told with its cause."""

    def __init__(
        self, number: int, row: Mapping[str, Any], results: Sequence[CheckResult], causes: Mapping[str, int]
    ) -> None:
        self.number, self.row, self._causes = number, row, causes
        self.bad = [result for result in results if result["status"] in BAD]
        self.waived = [result for result in results if result["status"] == WAIVED]
        self.others = [result for result in results if result["status"] not in (*BAD, WAIVED)]
        self.only_caused = bool(self.bad) and not self.waived and all(map(self._cause_of, self.bad))

    def _cause_of(self, result: CheckResult) -> int:
        return self._causes.get(result["reason"], 0) if result["status"] == ERROR else 0

    def render(self, opened: bool) -> str:
        letter = letter_of(self.row["status"])
        items = "".join(_problem(result, self._cause_of(result)) for result in self.bad + self.waived)
        body = f"<ul>{items}</ul>" if items else ""
        return (
            f'<details class="engine {letter}" id="e{self.number}"{" open" if opened else ""}><summary>'
            f'<h3>{escape(self.row["name"])}</h3> <span class="counts">{count_badges(self.row)}</span>'
            f"{self._brief()}</summary>{body}{self._rest()}</details>"
        )

    def _brief(self) -> str:
        """The worst finding, which stands in the line of a folded card."""
        told = self.bad + self.waived
        if not told:
            return ""
        worst = told[0]
        more = f" And {len(told) - 1:,} more." if len(told) > 1 else ""
        return f'<span class="brief"><b>{escape(worst["name"])}:</b> {prose(worst["reason"])}{more}</span>'

    def _rest(self) -> str:
        if not self.others:
            return ""
        items = "".join(map(_other, self.others))
        if not self.bad and not self.waived:
            return f"<ul>{items}</ul>"
        counts = {status: self.row[status] for status in STATUSES if status not in (*BAD, WAIVED)}
        return f'<details class="rest"><summary>{counts_in_words(counts)}</summary><ul>{items}</ul></details>'


def _problem(result: CheckResult, cause: int) -> str:
    letter = letter_of(result["status"])
    standing = standing_of(result)
    head = (
        f"<i>{result['status']}</i><b>{escape(result['name'])}</b> {severity_badge(result['severity'], result['status'] in BAD)} "
        f"<span class=def>{escape(place_of(result))}</span>"
        + (f" <span class=since>{escape(standing)}</span>" if standing else "")
        + ("" if result["failing"] else " <span class=m>does not fail the run</span>")
    )
    if cause:
        return f'<li class={letter}>{head} <a href="#cause{cause}">see cause {cause}</a><span class="gone">{escape(result["reason"])}</span></li>'
    sentence, pairs = pairs_to_show(result)
    if waiver := waiver_words(result):
        sentence = f"{waiver}. {sentence}".strip()
    why = f'<p class="why">{prose(sentence)}</p>' if sentence else ""
    rows = "".join(_pair(pair.expected, pair.found) for pair in pairs)
    columns = f'<div class="pairs">{rows}</div>' if rows else ""
    return f"<li class={letter}>{head}{why}{columns}{_entries(result['offending'], result['offending_count'])}</li>"


def _pair(expected: str, found: str) -> str:
    parts = [
        f"<p><span>{label} </span>{prose(text)}</p>"
        for label, text in (("Expected", expected), ("Found", found))
        if text
    ]
    return "".join(parts)


def _other(result: CheckResult) -> str:
    """A result without a problem, in one line. A skipped one says why."""
    told = result["measured"] if result["status"] == PASS and result["measured"] else result["reason"]
    standing = standing_of(result)
    since = f" <span class=since>{escape(standing)}</span>" if standing else ""
    return (
        f"<li class={letter_of(result['status'])}><i>{result['status']}</i><b>{escape(result['name'])}</b> "
        f"<span class=m>{prose(told)}</span>{since}</li>"
    )


def _entries(entries: Sequence[Mapping[str, Any]], count: int) -> str:
    if not entries:
        return ""
    keys = list(dict.fromkeys(key for entry in entries for key in entry))
    shown = f"{count_entries(count)}, the first {len(entries)}" if count > len(entries) else count_entries(len(entries))
    if len(keys) > _COLUMNS:
        shown += f", {_COLUMNS} of {len(keys)} fields"
        keys = keys[:_COLUMNS]
    heads = "".join(f'<th scope="col">{escape(key)}</th>' for key in keys)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(str(entry.get(key, '')))}</td>" for key in keys) + "</tr>" for entry in entries
    )
    return (
        f'<div class="entries"><p><span>Entries </span>{shown}</p><div class="wide" tabindex="0">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></div>"
    )


def _causes(report: Report, failing: bool) -> str:
    """The causes that fail the run, or those that do not, each with what it kept from being measured."""
    places = {row["name"]: number for number, row in enumerate(report["engines"])}
    parts = []
    for number, cause in enumerate(report["causes"], 1):
        if cause["failing"] is failing:
            links = [f'<a href="#e{places[name]}">{escape(name)}</a>' for name in cause["engines"]]
            kept = (
                f"This kept {counted(cause['count'], 'result')} of {counted(len(links), 'engine')} from being measured:"
            )
            parts.append(
                f'<div class="cause" id="cause{number}"><h3>Cause {number}</h3><p class="why">{prose(cause["reason"])}</p>'
                f'<p class="m">{kept} {some(links, _NAMED)}</p></div>'
            )
    return "".join(parts)
