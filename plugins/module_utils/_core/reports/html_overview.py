# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The overview in the HTML report: a row for each check, and a matrix of engines and checks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..verdicts import BAD, RUN, STATUSES
from ..words import counted, join_names, some
from .html_parts import escape, letter_of, prose, severity_badge
from .model import CheckResult, Report
from .wording import counts_in_words, smc_counts

# How many engines a check names.
_NAMED = 4


# How many rows of the matrix a low window shows at once.
_VISIBLE_ROWS = 12


def render_smcs(report: Report) -> str:
    """The table of SMCs, those that fail first; empty unless there are several."""
    if not report["smcs"]:
        return ""
    heads = "".join(f'<th scope="col">{head}</th>' for head in ("SMC", "Status", "Engines", "Results"))
    return (
        '<section id="smcs"><h2>SMCs</h2><div class="wide"><table class="smcs">'
        f"<thead><tr>{heads}</tr></thead><tbody>{''.join(map(_smc, report['smcs']))}</tbody></table></div></section>"
    )


def _smc(row: Mapping[str, Any]) -> str:
    facts = [f"version {row['product_version']}" if row["product_version"] else "", row["domain"]]
    small = f"<small>{escape(' · '.join(filter(None, facts)))}</small>" if any(facts) else ""
    return (
        f'<tr><th scope="row">{escape(row["name"])}{small}</th><td class={letter_of(row["status"])}><i>{row["status"]}</i></td>'
        f'<td>{counted(row["engines"], "engine")}</td><td class="share">{smc_counts(row)}</td></tr>'
    )


def render_checks(report: Report) -> str:
    """The table of checks, those with problems first, and the sums that the tiles show too."""
    place = {engine["name"]: number for number, engine in enumerate(report["engines"])}
    at_fault: dict[str, list[str]] = {}
    for result in report["results"]:
        if result["status"] in BAD:
            at_fault.setdefault(result["name"], []).append(result["engine"])
    rows = []
    for check in report["checks"]:
        # Two checks may have the same name; each engine is named once.
        engines = list(dict.fromkeys(at_fault.get(check["name"], ())))
        rows.append(_check(check, some([f'<a href="#e{place[name]}">{escape(name)}</a>' for name in engines], _NAMED)))
    return (
        '<section id="checks"><h2>Checks</h2><div class="wide"><table class="checks"><thead><tr><th scope="col">Check</th>'
        '<th scope="col">Severity</th><th scope="col">Table</th><th scope="col">Results</th></tr></thead>'
        f"<tbody>{''.join(rows)}</tbody>{_sums(report)}</table></div></section>"
    )


def _check(check: Mapping[str, object], named: str) -> str:
    counts = {status: int(str(check.get(status, 0))) for status in STATUSES}
    total = sum(counts.values()) or 1
    parts = "".join(
        f'<i class="{letter_of(status)} w{round(20 * number / total) or 1}"></i>'
        for status, number in counts.items()
        if number
    )
    description = f"<small>{prose(check['description'])}</small>" if check["description"] else ""
    return (
        f'<tr><th scope="row">{escape(str(check["name"]))}{description}</th>'
        f"<td>{severity_badge(str(check['severity']), any(counts[status] for status in BAD))}</td>"
        f'<td class="def">{escape(str(check["definition"] or "nodes"))}</td>'
        f'<td class="share"><span class="bar" aria-hidden="true">{parts}</span>{counts_in_words(counts)}'
        + (f'<span class="who">{named}</span>' if named else "")
        + "</td></tr>"
    )


def _sums(report: Report) -> str:
    totals = report["totals"]
    return (
        f'<tfoot><tr><th scope="row" colspan="3">{counted(totals["results"], "result")}</th>'
        f'<td class="share">{counts_in_words(totals, zeros=True)}</td></tr></tfoot>'
    )


def render_matrix(report: Report, by_engine: Mapping[str, Sequence[CheckResult]]) -> str:
    """A row for each engine and a column for each check; says how large it is."""
    named = {result["name"] for result in report["results"] if result["kind"] != RUN}
    checks = [check["name"] for check in report["checks"] if check["name"] in named]
    heads = "".join(f'<th scope="col" title="{escape(name)}"><span>{escape(name)}</span></th>' for name in checks)
    levels: dict[str, list[str]] = {row["name"]: [] for row in report["smcs"]}
    for number, engine in enumerate(report["engines"]):
        if engine["kind"] != RUN:
            levels.setdefault(engine["smc"] if report["smcs"] else "", []).append(
                _engine(number, engine["name"], by_engine[engine["name"]], checks)
            )
    rows = "".join(_level(smc, rows, len(checks)) for smc, rows in levels.items() if rows)
    totals = report["totals"]
    size = join_names([counted(totals[f"{noun}s"], noun) for noun in ("engine", "domain") if totals[f"{noun}s"]])
    size = f"{size}, the worst first; {counted(len(checks), 'check')}."
    if len(report["engines"]) > _VISIBLE_ROWS:
        size += f" The box scrolls: it shows some of its {len(report['engines']):,} rows at a time."
    return (
        f'<section id="matrix"><h2>Engines and checks</h2><p class="size">{size}</p>'
        '<div class="wide box" tabindex="0" role="region" aria-label="Engines and checks">'
        f'<table class="matrix"><thead><tr><th scope="col">Engine</th>{heads}<th scope="col" class="because">First problem</th></tr>'
        f"</thead>{rows}</table></div>{_legend()}</section>"
    )


def _level(smc: str, rows: Sequence[str], checks: int) -> str:
    """The rows of one SMC, below its name; the rows alone if there is one SMC."""
    head = f'<tr class="level"><th scope="rowgroup" colspan="{checks + 2}">{escape(smc)}</th></tr>' if smc else ""
    return f"<tbody>{head}{''.join(rows)}</tbody>"


def _engine(number: int, name: str, results: Sequence[CheckResult], checks: Sequence[str]) -> str:
    statuses: dict[str, str] = {}
    for result in results:
        # If two checks have the same name, the worse result counts: it stands first.
        statuses.setdefault(result["name"], result["status"])
    cells = "".join(
        f"<td class={letter_of(statuses[check])}><i>{statuses[check]}</i></td>" if check in statuses else "<td></td>"
        for check in checks
    )
    worst = results[0]
    why = f"<td class=because>{prose(worst['reason'])}</td>" if worst["status"] in BAD else "<td></td>"
    return f'<tr data-e="{number}"><th scope="row"><a href="#e{number}">{escape(name)}</a></th>{cells}{why}</tr>'


def _legend() -> str:
    signs = (
        ("p", "✓", "passed"),
        ("f", "✕", "failed"),
        ("e", "!", "could not be measured"),
        ("w", "w", "waived"),
        ("s", "&ndash;", "skipped"),
    )
    items = " ".join(f'<span class="{letter}"><i>{sign}</i> {words}</span>' for letter, sign, words in signs)
    return f'<p class="legend">{items}</p>'
