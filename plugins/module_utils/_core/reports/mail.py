# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""A report as a mail: what a reader must know, as text and as HTML that any mail program shows.

The message has a subject and a date. Who sends it to whom is for whoever sends it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from email.message import EmailMessage
from email.policy import EmailPolicy
from html import escape
from typing import NamedTuple

from ..verdicts import BAD, ERROR, FAIL, WAIVED
from ..words import counted, first_lines, shorten, visible_lines
from .history import trend_line
from .model import Report
from .wording import (
    area_differs,
    cause_line,
    extent,
    notes_on,
    smc_lines,
    standing_of,
    status_words,
    summary_line,
    verdict_sentence,
    waiver_words,
    without_backticks,
)

# How many lines of each kind a mail has.
_MOST = 25


# Characters of a line.
_LINE = 600


_COLOURS = {FAIL: "#c11f1f", ERROR: "#8a5300", WAIVED: "#6b3fa0"}


class Mail(NamedTuple):
    """A message. text and html say the same."""

    subject: str
    text: str
    html: str


class _MailRow(NamedTuple):
    status: str
    where: str
    what: str
    why: str


def render_mail(report: Report) -> str:
    """The message as a file, the same for the same report."""
    mail = mail_of(report)
    message = EmailMessage(EmailPolicy(max_line_length=76))
    message["Subject"] = mail.subject
    message["X-Unsent"] = "1"
    if when := _date(report):
        message["Date"] = when
    message.set_content(mail.text, cte="quoted-printable")
    message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    message.set_boundary(f"=_{hashlib.sha256((mail.text + mail.html).encode()).hexdigest()[:40]}")
    return message.as_string()


def mail_of(report: Report) -> Mail:
    """Subject, text and HTML of the message on a report."""
    findings = _findings(report)
    notes = [*smc_lines(report), *notes_on(report), *(cause_line(cause) for cause in report["causes"])]
    history = report.get("history")
    ending = [trend_line(history["trend"])] if history and history["trend"] else []
    ending.append("The other reports of this run have all of it.")
    subject = shorten(f"{report['status']}: {report['title']}, {extent(report['totals'])}", 200)
    return Mail(*map(_clean, (subject, _text(report, notes, findings, ending), _html(report, notes, findings, ending))))


def _findings(report: Report) -> list[_MailRow]:
    """What failed or is waived, and compared tables that differ; without results that a cause stands for."""
    grouped = {cause["reason"] for cause in report["causes"]}
    found = []
    for result in report["results"]:
        caused = result["status"] == ERROR and result["reason"] in grouped
        if result["status"] not in (*BAD, WAIVED) or caused:
            continue
        marks = [result["severity"], standing_of(result)]
        why = f"{waiver_words(result)}. {result['reason']}" if result["status"] == WAIVED else result["reason"]
        what = f"{result['name']} ({', '.join(filter(None, marks))})"
        found.append(_MailRow(result["status"], result["engine"], what, why))
    areas = filter(area_differs, report["differences"])
    return found + [_MailRow(area["status"], area["target"], area["definition"], area["reason"]) for area in areas]


def _text(report: Report, notes: Sequence[str], findings: Sequence[_MailRow], ending: Sequence[str]) -> str:
    lines = [str(report["title"]), summary_line(report), "", verdict_sentence(report), ""]
    lines += first_lines([f"- {_plain(note)}" for note in notes], _MOST, "- and {} more")
    told = [f"{status_words(one.status)}  {one.where}: {one.what}\n    {_plain(one.why)}" for one in findings]
    lines += ["", *first_lines(told, _MOST, "and {} more"), "", *ending, ""]
    return "\n".join(lines)


def _html(report: Report, notes: Sequence[str], findings: Sequence[_MailRow], ending: Sequence[str]) -> str:
    colour = _COLOURS.get(report["status"], "#137a3a")
    listed = "".join(f"<li>{escape(_plain(note))}</li>" for note in notes[:_MOST])
    rows = "".join(map(_row, findings[:_MOST]))
    more = f"<p>And {counted(len(findings) - _MOST, 'more finding')}.</p>" if len(findings) > _MOST else ""
    return (
        '<html><body style="font-family:sans-serif;font-size:15px;color:#1a2230">'
        f'<h1 style="font-size:20px;margin:0 0 8px;border-top:4px solid {colour};padding-top:8px">'
        f"{escape(str(report['title']))}</h1>"
        f'<p style="margin:0 0 4px"><b style="color:{colour}">{report["status"]}</b> {escape(verdict_sentence(report))}</p>'
        f'<p style="margin:0 0 12px;color:#596579">{escape(summary_line(report))}</p>'
        + (f"<ul>{listed}</ul>" if listed else "")
        + (f'<table style="border-collapse:collapse;width:100%">{rows}</table>' if rows else "")
        + more
        + "".join(f'<p style="color:#596579">{escape(line)}</p>' for line in ending)
        + "</body></html>\n"
    )


def _row(one: _MailRow) -> str:
    cell = "border-top:1px solid #dde1e7;padding:6px 10px 6px 0;vertical-align:top;text-align:left"
    colour = _COLOURS.get(one.status, "#596579")
    return (
        f'<tr><td style="{cell};color:{colour};white-space:nowrap"><b>{status_words(one.status)}</b></td>'
        f'<td style="{cell}">{escape(one.where)}</td>'
        f'<td style="{cell}"><b>{escape(one.what)}</b><br>{escape(_plain(one.why))}</td></tr>'
    )


def _plain(text: str) -> str:
    return without_backticks(shorten(text, _LINE))


def _clean(text: str) -> str:
    # The line breaks are those of this file: the report has none in its texts.
    return visible_lines(text)


def _date(report: Report) -> datetime | None:
    try:
        return datetime.fromisoformat(str(report["generated_at"]))
    except ValueError:
        return None
