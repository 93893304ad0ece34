# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Compared tables in the HTML report: what was stands above what is, with the changed part marked."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from ..verdicts import BAD, PASS
from ..words import counted
from .html_parts import escape, letter_of
from .wording import area_differs

# How alike two lines are (0 to 1) that are shown as one entry that changed.
_ALIKE = 0.5


# How many added lines a removed one is compared with, so that a long list costs little.
_CANDIDATES = 8


_CHANGED_LINE = re.compile(r"~ (?P<entry>.*?) \((?P<fields>\w+: .* -> .*)\)")


_CHANGED_FIELD = re.compile(r"(\w+): (.*?) -> (.*?)(?=(?:, | and )\w+: .* -> |$)")


# The last lines say how many more there are.
_MORE_LINE = re.compile(r"[-+~] \.\.\. and \d+ more")


class DifferenceRow(NamedTuple):
    """One line of a difference. mark: -, + or ~. parts: texts, and whether each is what changed."""

    mark: str
    parts: Sequence[tuple[str, bool]]


def render_differences(areas: Sequence[Mapping[str, Any]]) -> str:
    """The section on compared tables: those that differ, the failing ones open, then those that are the same."""
    parts = [_area(area) for area in areas if area_differs(area)]
    parts.append(_same([area for area in areas if not area_differs(area)]))
    return f'<section class="areas cards" id="changed"><h2>What changed</h2>{"".join(parts)}</section>'


def _area(area: Mapping[str, Any]) -> str:
    opened = " open" if area["status"] in BAD else ""
    return (
        f'<details class="engine area {letter_of(area["status"])}"{opened}><summary><i>{area["status"]}</i>'
        f'<h3>{escape(area["target"])}</h3> <span class="def">{escape(area["definition"])}</span> '
        f'<span class="counts">{_numbers(area)}</span></summary>'
        f'<p class="why">{escape(area["reason"])}</p>{_block(area["lines"])}</details>'
    )


def _numbers(area: Mapping[str, Any]) -> str:
    known = area["before"] is not None and area["after"] is not None
    numbers = [f"{area['before']:,} → {area['after']:,}" if known else ""]
    for kind, key, word in (("add", "added_count", "added"), ("del", "removed_count", "removed")):
        if area[key]:
            numbers.append(f"<span class={kind}>{area[key]:,} {word}</span>")
    if area["changed_count"]:
        numbers.append(f"<span class=mod>{area['changed_count']:,} changed</span>")
    return " ".join(filter(None, numbers))


def _block(lines: Sequence[str]) -> str:
    if not lines:
        return ""
    rows = "".join(_row(row) for row in rows_of(lines))
    return f'<div class="diff">{rows}</div>'


def _row(row: DifferenceRow) -> str:
    kind = {"+": "add", "-": "del", "~": "mod"}.get(row.mark, "ctx")
    text = "".join(f"<mark>{escape(part)}</mark>" if changed else escape(part) for part, changed in row.parts)
    return f"<p class={kind}>{escape(row.mark)} {text}</p>"


def rows_of(lines: Sequence[str]) -> list[DifferenceRow]:
    """The lines of a compared table as rows. A change is two rows: what was, and right below it what is."""
    rows: list[DifferenceRow] = []
    for removed, added, other in _runs(lines):
        rows += _paired(removed, added)
        rows += _changed(other) if other else []
    return rows


def _runs(lines: Sequence[str]) -> Iterator[tuple[list[str], list[str], str]]:
    """Removed lines with the added ones that follow them; any other line by itself."""
    removed: list[str] = []
    added: list[str] = []
    for line in lines:
        mark = "" if _MORE_LINE.fullmatch(line) else line[:2]
        if mark == "+ ":
            added.append(line)
        elif mark == "- " and not added:
            removed.append(line)
        else:
            yield removed, added, "" if mark == "- " else line
            removed, added = [line] if mark == "- " else [], []
    yield removed, added, ""


def _paired(removed: Iterable[str], added: Sequence[str]) -> list[DifferenceRow]:
    """Each removed line, with the added line that is most like it below it; then the other added lines."""
    rows: list[DifferenceRow] = []
    left = list(added)
    for line in removed:
        partner = _most_alike(line, left[:_CANDIDATES])
        if partner is None:
            rows.append(_plain(line))
        else:
            left.remove(partner)
            rows += _marked(line, partner)
    return rows + [_plain(line) for line in left]


def _most_alike(line: str, candidates: Sequence[str]) -> str | None:
    rated = [(_likeness(line, candidate), -place) for place, candidate in enumerate(candidates)]
    best, place = max(rated, default=(0.0, 0))
    return candidates[-place] if best >= _ALIKE else None


def _likeness(one: str, other: str) -> float:
    return difflib.SequenceMatcher(None, one.split()[1:], other.split()[1:], autojunk=False).ratio()


def _marked(old: str, new: str) -> list[DifferenceRow]:
    before, after = re.findall(r"\S+|\s+", old[2:]), re.findall(r"\S+|\s+", new[2:])
    rows: tuple[list[tuple[str, bool]], list[tuple[str, bool]]] = ([], [])
    for kind, start, end, first, last in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        for row, words in zip(rows, (before[start:end], after[first:last])):
            if words:
                row.append(("".join(words), kind != "equal"))
    return [DifferenceRow("-", rows[0]), DifferenceRow("+", rows[1])]


def _changed(line: str) -> list[DifferenceRow]:
    """A changed entry as two rows, its fields marked; the line as it is if its fields cannot be told apart."""
    match = _CHANGED_LINE.fullmatch(line)
    fields = _CHANGED_FIELD.findall(match["fields"]) if match else []
    if not match or not fields:
        return [_plain(line)]
    old: list[tuple[str, bool]] = [(match["entry"], False)]
    new = list(old)
    for name, before, after in fields:
        old += [(f"  {name}: ", False), (before, True)]
        new += [(f"  {name}: ", False), (after, True)]
    return [DifferenceRow("-", old), DifferenceRow("+", new)]


def _plain(line: str) -> DifferenceRow:
    return (
        DifferenceRow(line[:1], [(line[1:].strip(), False)])
        if line[:1] in "+-~"
        else DifferenceRow("", [(line.strip(), False)])
    )


def _same(areas: Sequence[Mapping[str, Any]]) -> str:
    """The tables in which nothing differs, one item per engine."""
    if not areas:
        return ""
    by_target: dict[str, list[str]] = {}
    for area in areas:
        by_target.setdefault(area["target"], []).append(f"{escape(area['definition'])}&nbsp;({area['after'] or 0:,})")
    items = "".join(f"<li><b>{escape(target)}</b> {', '.join(tables)}</li>" for target, tables in by_target.items())
    return (
        f'<details class="engine area p"><summary><i>{PASS}</i><h3>{counted(len(areas), "table")}</h3> without a difference'
        f"</summary><ul>{items}</ul></details>"
    )
