# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The report of a diagnosis as one HTML file, in the looks of the other reports."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from .html_page import STYLE
from .html_parts import escape, prose

# The class of the style sheet for what an observation says.
_LETTERS = {"as assumed": "p", "differs": "e", "failed": "f"}
_VERDICTS = {True: ("p", "SUITS"), False: ("f", "SET THIS"), None: ("s", "OPEN")}

_COLUMNS = (
    ("definition", "table"),
    ("entries", "entries"),
    ("messages", "messages"),
    ("first_after", "first entry after"),
    ("completed_after", "complete after"),
    ("completed_by", "by"),
    ("longest_pause", "longest pause"),
    ("late", "entries later"),
)


def render_diagnosis(document: Mapping[str, Any]) -> str:
    """One page that works offline: whether the settings suit the SMC, what to set, and each probe in a line."""
    kind, word = _VERDICTS[document["suits"]]
    style = "sha256-" + base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
    policy = f"default-src 'none'; style-src '{style}'; base-uri 'none'; form-action 'none'"
    body = "\n".join((_proposals(document["proposals"]), _observations(document["observations"]), _tables(document)))
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>Diagnosis of an SMC</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        f'<header class="top {kind}"><div><p class="meta">{_about(document)}</p><h1>What this SMC does</h1>'
        f'<p class="verdict"><b>{word}</b> <span>{escape(document["summary"])}</span></p></div></header>\n'
        f"<main>\n{body}\n</main>\n<footer><p>Names, addresses and users are replaced in this report.</p></footer>\n</body>\n</html>\n"
    )


def _about(document: Mapping[str, Any]) -> str:
    engine = document["engine"]
    facts = [str(document["generated_at"]).replace("T", " ")[:16] + " UTC"]
    if document["product_version"]:
        facts.append(f"SMC {document['product_version']}, API {document['api_version']}")
    if engine:
        facts.append(f"{engine['type']}, {engine['online']} of {engine['nodes']} nodes online")
    return " · ".join(map(escape, facts))


def _proposals(proposals: Sequence[Mapping[str, Any]]) -> str:
    if not proposals:
        return ""
    rows = ([f"<code>{escape(one['option'])}: {one['value']:g}</code>", prose(one["reason"])] for one in proposals)
    return _section("What to set", ("option", "why"), rows)


def _observations(observations: Sequence[Mapping[str, Any]]) -> str:
    rows = ([escape(one["about"]), _badge(one["says"]), prose(one["sentence"])] for one in observations)
    return _section("Each probe", ("probe", "", "what was seen"), rows)


def _tables(document: Mapping[str, Any]) -> str:
    rows = ([_cell(table.get(key)) for key, _title in _COLUMNS] for table in document["facts"]["tables"])
    return _section("The tables in numbers, times in seconds", [title for _key, title in _COLUMNS], rows)


def _badge(says: str) -> str:
    return f'<span class="counts"><span class="{_LETTERS.get(says, "s")}">{escape(says)}</span></span>'


def _cell(value: Any) -> str:
    return "" if value is None else f"{value:,}" if isinstance(value, int) else escape(value)


def _section(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = "".join(f"<th>{escape(one)}</th>" for one in heads)
    lines = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return (
        f'<section><h2>{escape(title)}</h2><div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{lines}</tbody>'
        "</table></div></section>"
    )
