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

from .errors import join_names
from .report import BAD, Report, Result, all_is_well, area_differs, compared_times
from .report_page import SCRIPT, STYLE

_WORDS = {"PASS": "passed", "FAIL": "failed", "ERROR": "not measured", "SKIPPED": "skipped"}
_LETTERS = {"PASS": "p", "FAIL": "f", "ERROR": "e", "SKIPPED": "s"}
_ORDER = ("FAIL", "ERROR", "PASS", "SKIPPED")

# Engines that are unfolded from the beginning, if not more than so many have problems.
_UNFOLDED = 5
# Engines that are named at once.
_NAMED = 4
# Fields of an offending entry: a table with more columns cannot be read, and the JSON report has all of them.
_COLUMNS = 9


def render_html(report: Report) -> str:
    body = [_header(report), "<main>", _tiles(report)]
    if report["differences"]:
        body.append(_differences(report["differences"]))
    if report["results"]:
        by_engine: dict[str, list[Result]] = {}
        for result in report["results"]:
            by_engine.setdefault(result["engine"], []).append(result)
        body += [_checks(report), _filter(), _matrix(report, by_engine), _engines(report, by_engine)]
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
    totals = report["totals"]
    when = str(report["generated_at"])
    smc = report["smc"]
    facts = [f'<time datetime="{escape(when)}">{escape(when.replace("T", " ")[:16])} UTC</time>']
    if smc.get("url"):
        facts.append(f"SMC {escape(smc['url'])}")
    if smc.get("product_version"):
        facts.append(f"version {escape(smc['product_version'])}")
    if smc.get("domain"):
        facts.append(escape(smc["domain"]))
    if between := compared_times(report):
        facts.append(escape(between))
    if not totals["results"] and not totals["areas"]:
        kind, word = "s", "EMPTY"
    else:
        kind, word = _LETTERS[report["status"]], report["status"]
    return (
        f'<header class="top {kind}"><div><p class="meta">{" · ".join(facts)}</p>'
        f"<h1>{escape(report['title'])}</h1>"
        f'<p class="verdict"><b>{word}</b> <span>{_verdict(report)}</span></p></div></header>'
    )


def _verdict(report: Report) -> str:
    totals = report["totals"]
    failing = [result["engine"] for result in report["results"] if result["failing"]]
    failing += [area["target"] for area in report["differences"] if area["status"] in BAD]
    parts = []
    if totals["failing"]:
        parts.append(_counted(totals["failing"], "result"))
    if totals["failing_areas"]:
        parts.append(_counted(totals["failing_areas"], "changed table"))
    if parts:
        names = list(dict.fromkeys(failing))
        if len(names) <= _NAMED:
            return f"{' and '.join(parts)} must be looked at: {escape(join_names(names))}."
        return f"{' and '.join(parts)} in {len(names):,} places must be looked at."
    problems = totals["FAIL"] + totals["ERROR"]
    if problems:
        return f"Nothing that fails the run, but {_counted(problems, 'problem')} of lower severity."
    return all_is_well(report)


def _tiles(report: Report) -> str:
    totals = report["totals"]
    tiles = []
    if report["results"]:
        troubled = sum(row["kind"] == "engine" and row["status"] in BAD for row in report["engines"])
        engines = "engine" if totals["engines"] == 1 else "engines"
        tiles += [
            _tile("", totals["engines"], f"{engines}, {troubled:,} with problems" if troubled else engines),
            _tile("", totals["checks"], "check" if totals["checks"] == 1 else "checks"),
            *(
                _tile(_LETTERS[status], totals[status], _WORDS[status])
                for status in ("FAIL", "ERROR", "PASS", "SKIPPED")
            ),
        ]
    if report["differences"]:
        changed = sum(
            area["added_count"] + area["removed_count"] + area["changed_count"] for area in report["differences"]
        )
        tiles += [
            _tile("", totals["areas"], "table compared" if totals["areas"] == 1 else "tables compared"),
            _tile("", changed, "entry differs" if changed == 1 else "entries differ"),
            _tile("f", totals["failing_areas"], "beyond tolerance"),
        ]
    return f'<section class="tiles" aria-label="Totals">{"".join(tiles)}</section>' if tiles else ""


def _tile(kind: str, number: int, words: str) -> str:
    faded = " zero" if not number else ""
    return f'<p class="tile {kind}{faded}"><b>{number:,}</b><span>{words}</span></p>'


def _checks(report: Report) -> str:
    place = {engine["name"]: number for number, engine in enumerate(report["engines"])}
    at_fault: dict[str, list[str]] = {}
    for result in report["results"]:
        if result["status"] in BAD:
            at_fault.setdefault(result["name"], []).append(result["engine"])
    rows = []
    for check in report["checks"]:
        total = sum(check[status] for status in _ORDER) or 1
        parts = "".join(
            f'<i class="{_LETTERS[status]} w{round(20 * check[status] / total) or 1}"></i>'
            for status in _ORDER
            if check[status]
        )
        counts = ", ".join(f"{check[status]:,} {_WORDS[status]}" for status in _ORDER if check[status])
        description = f"<small>{escape(check['description'])}</small>" if check["description"] else ""
        # The domains' engines may share a name with nothing else; a check that is there twice names each once.
        engines = list(dict.fromkeys(at_fault.get(check["name"], ())))
        named = ", ".join(f'<a href="#e{place[name]}">{escape(name)}</a>' for name in engines[:_NAMED])
        more = f" and {len(engines) - _NAMED:,} more" if len(engines) > _NAMED else ""
        rows.append(
            f'<tr><th scope="row">{escape(check["name"])}{description}</th><td>{_severity(check["severity"])}</td>'
            f'<td class="def">{escape(check["definition"] or "nodes")}</td>'
            f'<td class="share"><span class="bar" aria-hidden="true">{parts}</span>{counts}'
            + (f'<span class="who">{named}{more}</span>' if named else "")
            + "</td></tr>"
        )
    return (
        '<section><h2>Checks</h2><div class="wide"><table class="checks"><thead><tr><th scope="col">Check</th>'
        '<th scope="col">Severity</th><th scope="col">Table</th><th scope="col">Outcome</th></tr></thead>'
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
        f'<fieldset><legend>Show what</legend>{boxes}</fieldset><p id="shown" role="status"></p></form>'
    )


def _matrix(report: Report, by_engine: Mapping[str, Sequence[Result]]) -> str:
    checks = [check["name"] for check in report["checks"]]
    heads = "".join(f'<th scope="col" title="{escape(name)}"><span>{escape(name)}</span></th>' for name in checks)
    rows = []
    for number, engine in enumerate(report["engines"]):
        statuses: dict[str, str] = {}
        for result in by_engine[engine["name"]]:
            # Of a check that is there twice, the worst: it stands first.
            statuses.setdefault(result["name"], result["status"])
        cells = "".join(
            f"<td class={_LETTERS[statuses[name]]}><i>{statuses[name]}</i></td>" if name in statuses else "<td></td>"
            for name in checks
        )
        worst = by_engine[engine["name"]][0]
        why = f"<td class=because>{escape(worst['reason'])}</td>" if worst["status"] in BAD else "<td></td>"
        rows.append(
            f'<tr data-e="{number}"><th scope="row"><a href="#e{number}">{escape(engine["name"])}</a></th>{cells}{why}</tr>'
        )
    return (
        f'<section><h2>Engines and checks</h2><div class="wide box" tabindex="0" role="region" aria-label="Engines and checks">'
        f'<table class="matrix"><thead><tr><th scope="col">Engine</th>{heads}<th scope="col" class="because">What is worst</th></tr>'
        f"</thead><tbody>{''.join(rows)}</tbody></table></div>"
        '<p class="legend"><span class="p"><i>✓</i> passed</span> <span class="f"><i>✕</i> failed</span> '
        '<span class="e"><i>!</i> could not be measured</span> <span class="s"><i>&ndash;</i> skipped</span></p></section>'
    )


def _engines(report: Report, by_engine: Mapping[str, Sequence[Result]]) -> str:
    with_problems = sum(engine["status"] in BAD for engine in report["engines"])
    parts = []
    for number, engine in enumerate(report["engines"]):
        unfolded = " open" if engine["status"] in BAD and with_problems <= _UNFOLDED else ""
        counts = " ".join(
            f'<span class="{_LETTERS[status]}">{engine[status]} {_WORDS[status]}</span>'
            for status in _ORDER
            if engine[status]
        )
        items = "".join(_result(result) for result in by_engine[engine["name"]])
        parts.append(
            f'<details class="engine {_LETTERS[engine["status"]]}" id="e{number}"{unfolded}><summary><h3>{escape(engine["name"])}</h3> '
            f'<span class="counts">{counts}</span></summary><ul>{items}</ul></details>'
        )
    return (
        '<section class="engines"><div class="head"><h2>In detail</h2>'
        f'<button type="button" id="unfold" hidden>Unfold all</button></div>{"".join(parts)}</section>'
    )


def _result(result: Result) -> str:
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
    shown = (
        f"the first {len(entries)} of {_counted(count, 'entry', 'entries')}"
        if count > len(entries)
        else _counted(len(entries), "entry", "entries")
    )
    if len(keys) > _COLUMNS:
        shown += f", {_COLUMNS} of {len(keys)} fields"
        keys = keys[:_COLUMNS]
    heads = "".join(f'<th scope="col">{escape(key)}</th>' for key in keys)
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(str(entry.get(key, '')))}</td>" for key in keys) + "</tr>" for entry in entries
    )
    return (
        f'<details class="entries" open><summary>{shown}</summary><div class="wide" tabindex="0">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>"
    )


def _differences(areas: Sequence[Mapping[str, Any]]) -> str:
    parts = []
    for area in filter(area_differs, areas):
        numbers = [
            f"<span class=add>+{area['added_count']}</span>" if area["added_count"] else "",
            f"<span class=del>&minus;{area['removed_count']}</span>" if area["removed_count"] else "",
            f"<span class=mod>~{area['changed_count']}</span>" if area["changed_count"] else "",
        ]
        known = area["before"] is not None and area["after"] is not None
        before = f"{area['before']:,} → {area['after']:,}" if known else ""
        lines = "".join(f"<span class={_line_class(line)}>{escape(line)}</span>\n" for line in area["lines"])
        block = f'<pre tabindex="0">{lines}</pre>' if lines else ""
        unfolded = " open" if area["status"] in BAD else ""
        parts.append(
            f'<details class="engine area {_LETTERS[area["status"]]}"{unfolded}><summary><i>{area["status"]}</i><h3>{escape(area["target"])}</h3> '
            f'<span class="def">{escape(area["definition"])}</span> <span class="counts">{before} {" ".join(numbers)}</span></summary>'
            f'<p class="why">{escape(area["reason"])}</p>{block}</details>'
        )
    parts.append(_same([area for area in areas if not area_differs(area)]))
    return f'<section class="areas"><h2>What changed</h2>{"".join(parts)}</section>'


def _same(areas: Sequence[Mapping[str, Any]]) -> str:
    """Tables in which nothing differs, an item an engine."""
    if not areas:
        return ""
    by_target: dict[str, list[str]] = {}
    for area in areas:
        by_target.setdefault(area["target"], []).append(f"{escape(area['definition'])}&nbsp;({area['after'] or 0:,})")
    items = "".join(f"<li><b>{escape(target)}</b> {', '.join(tables)}</li>" for target, tables in by_target.items())
    return (
        f'<details class="engine area p"><summary><i>PASS</i><h3>{_counted(len(areas), "table")}</h3> without a difference'
        f"</summary><ul>{items}</ul></details>"
    )


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
