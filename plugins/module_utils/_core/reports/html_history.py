# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What earlier runs tell, in the HTML report: what was fixed, and a small drawing of how the problems went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ..verdicts import ERROR, FAIL, PASS
from ..words import counted
from .history import Trend, problems_of, trend_sentence
from .html_parts import escape, letter_of
from .model import Report
from .wording import counts_in_words

# Measures of the drawing, in its own units.
_HEIGHT = 48
_STEP = 12
_BAR = 9


def render_history(report: Report) -> str:
    """The section on earlier runs; empty without a history."""
    history = report.get("history")
    if not history:
        return ""
    fixed = "".join(
        f"<li class=p><i>{PASS}</i><b>{escape(one['engine'])}</b> <span class=m>{escape(one['name'])}</span></li>"
        for one in history["fixed"]
    )
    body = f'<p class="size">{since_last_run(history)}</p>{_drawing(history["trend"])}'
    if fixed:
        body += (
            f'<details class="fold"><summary><b>{counted(len(history["fixed"]), "check")}</b> fixed since the last run'
            f'</summary><div class="engine p"><ul>{fixed}</ul></div></details>'
        )
    return f'<section class="cards fixed" id="history"><h2>Earlier runs</h2>{body}</section>'


def since_last_run(history: Mapping[str, Any]) -> str:
    """What changed, as in '2 problems are new, 1 check was fixed since the last run. Problems in the last 9 runs: ...'."""
    new, fixed = history["new"], len(history["fixed"])
    changed = f"{counted(new, 'problem')} {'is' if new == 1 else 'are'} new, {counted(fixed, 'check')} {'was' if fixed == 1 else 'were'} fixed."
    return f"{changed} {trend_sentence(history['trend'])}".strip()


def _drawing(trend: Trend) -> str:
    sentence = trend_sentence(trend)
    if not sentence:
        return ""
    most = max(map(problems_of, trend)) or 1
    bars = "".join(_bar(place * _STEP, run, most) for place, run in enumerate(trend))
    width = len(trend) * _STEP
    return (
        f'<svg class="trend" viewBox="0 0 {width} {_HEIGHT + 1}" width="{width}" height="{_HEIGHT + 1}" role="img" '
        f'aria-label="{escape(sentence)}">{bars}</svg>'
    )


def _bar(left: int, run: Mapping[str, Any], most: int) -> str:
    """One run: failed below, not measured above it, on a line that also stands for no problem at all."""
    parts = [f'<rect class="s" x="{left}" y="{_HEIGHT}" width="{_BAR}" height="1"/>']
    top = _HEIGHT
    for status in (FAIL, ERROR):
        # Rounded up: what there is shows, and both fit, because the drawing has a unit more than the tallest bar.
        height = -(-(_HEIGHT - 1) * int(run[status]) // most)
        top -= height
        if height:
            parts.append(f'<rect class="{letter_of(status)}" x="{left}" y="{top}" width="{_BAR}" height="{height}"/>')
    return f"<g><title>{escape(str(run['at'])[:16])}: {counts_in_words(run)}</title>{''.join(parts)}</g>"
