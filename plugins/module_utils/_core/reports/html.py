# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""A report as one HTML file: no network, no framework, readable without JavaScript, on a phone and in print.

JavaScript adds only the filter and opens what a link points at. Every name and value is escaped, and the
page's own content security policy forbids it to load or run anything else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Sequence

from ..verdicts import RUN, STATUSES
from ..words import counted, plural
from .counting import group_by
from .html_differences import render_differences
from .html_findings import render_findings
from .html_history import render_history
from .html_overview import render_checks, render_matrix, render_smcs
from .html_page import SCRIPT, STYLE
from .html_parts import escape, letter_of, prose
from .model import Report
from .wording import compared_times, extent, notes_on, status_words, verdict_sentence

# How many notes stand above what failed; the others are folded.
_NOTES = 3


def render_html(report: Report) -> str:
    """One page that works offline: the verdict, what failed and why, what changed, checks, and a matrix of engines and checks."""
    by_engine = group_by(report["results"], "engine")
    body = [_header(report), "<main>"]
    if report["results"] or report["differences"]:
        body.append(_filter())
    body += [_notes(report), render_smcs(report)]
    if report["results"]:
        body.append(render_findings(report, by_engine))
    body.append(render_history(report))
    if report["differences"]:
        body.append(render_differences(report["differences"]))
    # What failed for the run as a whole needs no table.
    if any(result["kind"] != RUN for result in report["results"]):
        body += [render_checks(report), render_matrix(report, by_engine)]
    body += ["</main>", _footer(report)]
    policy = f"default-src 'none'; style-src '{_hash(STYLE)}'; script-src '{_hash(SCRIPT)}'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{report['status']}: {escape(report['title'])}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(filter(None, body))
        + f"\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _header(report: Report) -> str:
    kind, word = letter_of(report["status"]), report["status"]
    return (
        f'<header class="top {kind}"><div><p class="meta">{" · ".join(_facts(report))}</p>'
        f"<h1>{escape(report['title'])}</h1>"
        f'<p class="verdict"><b>{word}</b> <span>{escape(verdict_sentence(report))}</span></p>{_tiles(report)}</div></header>'
    )


def _facts(report: Report) -> list[str]:
    when = str(report["generated_at"])
    # Each of several SMCs has a row in a table of its own.
    smc = {} if report["smcs"] else report["smc"]
    facts = [f'<time datetime="{escape(when)}">{escape(when.replace("T", " ")[:16])} UTC</time>']
    if smc.get("url"):
        facts.append(f"SMC {escape(smc['url'])}")
    if smc.get("product_version"):
        facts.append(f"version {escape(smc['product_version'])}")
    if smc.get("domain"):
        facts.append(escape(smc["domain"]))
    if between := compared_times(report):
        facts.append(escape(between))
    return facts


def _tiles(report: Report) -> str:
    """The totals as a sum: the verdicts, and how many results they are together."""
    totals = report["totals"]
    sums = []
    if report["results"]:
        parts = [(letter_of(status), totals[status], status_words(status)) for status in STATUSES]
        noun = plural(totals["results"], "result")
        sums.append(_sum(parts, f"{noun}: {checked}" if (checked := extent(totals, tables=False)) else noun))
    if report["differences"]:
        beyond, skipped, areas = totals["failing_areas"], totals["skipped_areas"], totals["areas"]
        parts = [("f", beyond, "beyond tolerance")]
        parts += [("s", skipped, "not compared")] if skipped else []
        parts.append(("p", areas - beyond - skipped, "as before or tolerated"))
        sums.append(
            _sum(parts, plural(areas, "table") if skipped else plural(areas, "table compared", "tables compared"))
        )
    return f'<div class="tiles" role="group" aria-label="Totals">{"".join(sums)}</div>' if sums else ""


def _sum(parts: Sequence[tuple[str, int, str]], words: str) -> str:
    last = len(parts) - 1
    tiles = [
        _tile(f"{kind} {'equals' if place == last else 'plus'}", number, what)
        for place, (kind, number, what) in enumerate(parts)
    ]
    return "".join(tiles) + _tile("sum", sum(number for _kind, number, _what in parts), words)


def _tile(kind: str, number: int, words: str) -> str:
    faded = " zero" if not number else ""
    return f'<p class="tile {kind}{faded}"><b>{number:,}</b> <span>{words}</span></p>'


def _filter() -> str:
    boxes = "".join(
        f'<label><input type="checkbox" name="status" data-letter="{letter_of(status)}" checked> {status_words(status)}</label>'
        for status in STATUSES
    )
    return (
        '<form class="filter" role="search" hidden><label class="find"><span>Search the whole report</span>'
        '<input type="search" id="find" autocomplete="off" placeholder="engine, check, reason, address …"></label>'
        f'<fieldset><legend>Show</legend>{boxes}</fieldset><button type="button" id="unfold">Open all</button>'
        '<p id="shown" role="status"></p></form>'
    )


def _notes(report: Report) -> str:
    notes = [f"<li>{prose(note)}</li>" for note in notes_on(report)]
    if not notes:
        return ""
    shown = f"<ul>{''.join(notes[:_NOTES])}</ul>"
    if len(notes) > _NOTES:
        more = f"{counted(len(notes) - _NOTES, 'more note')}"
        shown += f'<details class="fold"><summary>{more}</summary><ul>{"".join(notes[_NOTES:])}</ul></details>'
    return f'<section class="warnings cards" id="warnings"><h2>Take note</h2>{shown}</section>'


def _footer(report: Report) -> str:
    severities = ", ".join(report["fail_on"]) or "none"
    return (
        f"<footer><p>The run fails on these severities: {severities}. Made by ngfw.smc, "
        f"report schema version {report['schema_version']}.</p></footer>"
    )
