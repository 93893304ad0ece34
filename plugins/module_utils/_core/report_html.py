# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""A report as one HTML file: no network, no framework, readable without JavaScript, on a phone and in print.

JavaScript adds only the filter and opens what a link points at. Every name and value is escaped, and the
page's own content security policy forbids it to load or run anything else.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

from .report import BAD, Report
from .report_page import SCRIPT, STYLE

_WORDS = {"PASS": "passed", "FAIL": "failed", "ERROR": "not measured", "SKIPPED": "skipped"}
_LETTERS = {"PASS": "p", "FAIL": "f", "ERROR": "e", "SKIPPED": "s"}
_ORDER = ("FAIL", "ERROR", "PASS", "SKIPPED")

# Engines that are unfolded from the beginning, if not more than so many have problems.
_UNFOLDED = 5


def render_html(report: Report) -> str:
    body = [_header(report), "<main>", _tiles(report)]
    if report["differences"]:
        body.append(_differences(report["differences"]))
    if report["results"]:
        body += [_checks(report), _filter(), _matrix(report), _engines(report)]
    body += ["</main>", _footer(report)]
    policy = f"default-src 'none'; style-src '{_hash(STYLE)}'; script-src '{_hash(SCRIPT)}'; base-uri 'none'; form-action 'none'"
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{report['status']}: {escape(report['title'])}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        + "\n".join(body)
        + f"\n<script>{SCRIPT}</script>\n</body>\n</html>\n"
    )


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


def _header(report: Report) -> str:
    failing = report["totals"]["failing"] + report["totals"]["failing_areas"]
    problems = report["totals"]["FAIL"] + report["totals"]["ERROR"]
    if failing:
        verdict = f"{_counted(failing, 'result')} of {_counted(len({*_failing_targets(report)}), 'engine')} must be looked at."
    elif problems:
        verdict = f"Nothing that fails the run; {_counted(problems, 'result')} of lower severity to look at."
    else:
        verdict = "Everything is as it should be."
    when = str(report["generated_at"])
    smc = report["smc"]
    facts = [f'<time datetime="{escape(when)}">{escape(when.replace("T", " ")[:16])} UTC</time>']
    if smc.get("url"):
        facts.append(f"SMC {escape(smc['url'])}")
    if smc.get("product_version"):
        facts.append(f"version {escape(smc['product_version'])}")
    if smc.get("domain"):
        facts.append(escape(smc["domain"]))
    return (
        f'<header class="top {_LETTERS[report["status"]]}"><div><p class="meta">{" · ".join(facts)}</p>'
        f"<h1>{escape(report['title'])}</h1>"
        f'<p class="verdict"><b>{report["status"]}</b> <span>{verdict}</span></p></div></header>'
    )


def _failing_targets(report: Report) -> list[str]:
    return [result["engine"] for result in report["results"] if result["failing"]] + [
        area["target"] for area in report["differences"] if area["status"] in BAD
    ]


def _tiles(report: Report) -> str:
    totals = report["totals"]
    tiles = []
    if report["results"]:
        tiles += [
            _tile("", totals["engines"], "engine" if totals["engines"] == 1 else "engines"),
            _tile("", totals["checks"], "check" if totals["checks"] == 1 else "checks"),
            *(
                _tile(_LETTERS[status], totals[status], _WORDS[status])
                for status in ("PASS", "FAIL", "ERROR", "SKIPPED")
            ),
        ]
    if report["differences"]:
        changed = sum(
            area["added_count"] + area["removed_count"] + area["changed_count"] for area in report["differences"]
        )
        tiles += [
            _tile("", totals["areas"], "tables compared"),
            _tile("", changed, "entries differ"),
            _tile("f" if totals["failing_areas"] else "", totals["failing_areas"], "tables beyond tolerance"),
        ]
    return f'<section class="tiles" aria-label="Totals">{"".join(tiles)}</section>'


def _tile(kind: str, number: int, words: str) -> str:
    faded = " zero" if not number else ""
    return f'<p class="tile {kind}{faded}"><b>{number:,}</b><span>{words}</span></p>'


def _checks(report: Report) -> str:
    rows = []
    for check in report["checks"]:
        total = sum(check[status] for status in _ORDER) or 1
        parts = "".join(
            f'<i class="{_LETTERS[status]} w{round(20 * check[status] / total) or 1}"></i>'
            for status in _ORDER
            if check[status]
        )
        counts = ", ".join(f"{check[status]} {_WORDS[status]}" for status in _ORDER if check[status])
        description = f"<small>{escape(check['description'])}</small>" if check["description"] else ""
        rows.append(
            f'<tr><th scope="row">{escape(check["name"])}{description}</th><td>{_severity(check["severity"])}</td>'
            f'<td class="def">{escape(check["definition"] or "nodes")}</td>'
            f'<td class="share"><span class="bar" aria-hidden="true">{parts}</span>{counts}</td></tr>'
        )
    return (
        '<section><h2>Checks</h2><div class="wide"><table class="checks"><thead><tr><th scope="col">Check</th>'
        '<th scope="col">Severity</th><th scope="col">Table</th><th scope="col">Engines</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody></table></div></section>"
    )


def _severity(severity: str) -> str:
    return f'<span class="sev {severity}">{severity}</span>'


def _filter() -> str:
    boxes = "".join(
        f'<label><input type="checkbox" name="status" data-letter="{_LETTERS[status]}" checked> {_WORDS[status]}</label>'
        for status in _ORDER
    )
    return (
        '<form class="filter" role="search" hidden><label class="find"><span>Find an engine or a check</span>'
        '<input type="search" id="find" autocomplete="off" placeholder="name, reason, address …"></label>'
        f'<fieldset><legend>Show engines with</legend>{boxes}</fieldset><p id="shown" role="status"></p></form>'
    )


def _matrix(report: Report) -> str:
    checks = [check["name"] for check in report["checks"]]
    by_engine: dict[str, dict[str, str]] = {}
    for result in report["results"]:
        by_engine.setdefault(result["engine"], {}).setdefault(result["name"], result["status"])
    heads = "".join(f'<th scope="col" title="{escape(name)}"><span>{escape(name)}</span></th>' for name in checks)
    rows = []
    for number, engine in enumerate(report["engines"]):
        statuses = by_engine[engine["name"]]
        cells = "".join(
            f"<td class={_LETTERS[statuses[name]]}><i>{statuses[name]}</i></td>" if name in statuses else "<td></td>"
            for name in checks
        )
        rows.append(
            f'<tr data-e="{number}"><th scope="row"><a href="#e{number}">{escape(engine["name"])}</a></th>{cells}</tr>'
        )
    return (
        f'<section><h2>Engines and checks</h2><div class="wide" tabindex="0" role="region" aria-label="Engines and checks">'
        f'<table class="matrix"><thead><tr><th scope="col">Engine</th>{heads}</tr></thead><tbody>{"".join(rows)}</tbody></table></div>'
        '<p class="legend"><span class="p"><i>✓</i> passed</span> <span class="f"><i>✕</i> failed</span> '
        '<span class="e"><i>!</i> could not be measured</span> <span class="s"><i>&ndash;</i> skipped</span></p></section>'
    )


def _engines(report: Report) -> str:
    by_engine: dict[str, list[Mapping[str, Any]]] = {}
    for result in report["results"]:
        by_engine.setdefault(result["engine"], []).append(result)
    with_problems = sum(engine["FAIL"] + engine["ERROR"] > 0 for engine in report["engines"])
    parts = []
    for number, engine in enumerate(report["engines"]):
        has_problems = engine["FAIL"] + engine["ERROR"] > 0
        unfolded = " open" if has_problems and with_problems <= _UNFOLDED else ""
        counts = " ".join(
            f'<span class="{_LETTERS[status]}">{engine[status]} {_WORDS[status]}</span>'
            for status in _ORDER
            if engine[status]
        )
        items = "".join(_result(result) for result in by_engine[engine["name"]])
        parts.append(
            f'<details class="engine {_LETTERS[engine["status"]]}" id="e{number}"{unfolded}><summary><b>{escape(engine["name"])}</b> '
            f'<span class="counts">{counts}</span></summary><ul>{items}</ul></details>'
        )
    return f'<section class="engines"><h2>In detail</h2>{"".join(parts)}</section>'


def _result(result: Mapping[str, Any]) -> str:
    letter = _LETTERS[result["status"]]
    head = f"<i>{result['status']}</i><b>{escape(result['name'])}</b>"
    if result["status"] not in BAD:
        return f"<li class={letter}>{head} <span class=m>{escape(result['measured'] or result['reason'])}</span></li>"
    place = result["definition"] or "nodes"
    if result["target"] and result["target"] != result["engine"]:
        place += f" of {result['target']}"
    facts = "".join(
        f"<dt>{label}</dt><dd>{escape(result[label])}</dd>" for label in ("wanted", "measured") if result[label]
    )
    return (
        f"<li class={letter}>{head} {_severity(result['severity'])} <span class=def>{escape(place)}</span>"
        f'<p class="why">{escape(result["reason"])}</p>'
        + (f"<dl>{facts}</dl>" if facts else "")
        + _entries(result["offending"], result["offending_count"])
        + "</li>"
    )


def _entries(entries: Sequence[Mapping[str, Any]], count: int) -> str:
    if not entries:
        return ""
    keys = list(dict.fromkeys(key for entry in entries for key in entry))
    heads = "".join(f'<th scope="col">{escape(str(key))}</th>' for key in keys)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(str(entry.get(key, '')))}</td>" for key in keys) + "</tr>" for entry in entries
    )
    shown = (
        f"the first {len(entries)} of {count} entries"
        if count > len(entries)
        else _counted(len(entries), "entry", "entries")
    )
    return (
        f'<details class="entries" open><summary>{shown}</summary><div class="wide" tabindex="0" role="region" aria-label="Entries">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )


def _differences(areas: Sequence[Mapping[str, Any]]) -> str:
    parts = []
    for area in areas:
        numbers = [
            f"<span class=add>+{area['added_count']}</span>" if area["added_count"] else "",
            f"<span class=del>&minus;{area['removed_count']}</span>" if area["removed_count"] else "",
            f"<span class=mod>~{area['changed_count']}</span>" if area["changed_count"] else "",
        ]
        before = "" if area["before"] is None else f"{area['before']} → {area['after']}"
        lines = "".join(f"<span class={_line_class(line)}>{escape(line)}</span>\n" for line in area["lines"])
        block = f'<pre tabindex="0">{lines}</pre>' if lines else ""
        unfolded = " open" if area["status"] in BAD else ""
        parts.append(
            f'<details class="engine area {_LETTERS[area["status"]]}"{unfolded}><summary><i>{area["status"]}</i><b>{escape(area["target"])}</b> '
            f'<span class="def">{escape(area["definition"])}</span> <span class="counts">{before} {" ".join(numbers)}</span></summary>'
            f'<p class="why">{escape(area["reason"])}</p>{block}</details>'
        )
    return f'<section class="areas"><h2>What changed</h2>{"".join(parts)}</section>'


def _line_class(line: str) -> str:
    return {"+": "add", "-": "del", "~": "mod"}.get(line[:1], "ctx")


def _footer(report: Report) -> str:
    severities = ", ".join(report["fail_on"]) or "none"
    return (
        f"<footer><p>The run fails on severities: {severities}. Made by ngfw.smc, "
        f"report schema version {report['schema_version']}.</p></footer>"
    )


def _counted(number: int, noun: str, nouns: str = "") -> str:
    return f"{number:,} {noun if number == 1 else nouns or noun + 's'}"
