# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the demo writes on the terminal, besides the output of its commands."""

from __future__ import annotations

import os
import shlex
import sys
import textwrap
from collections.abc import Iterable, Sequence

_WIDTH = 79
_BOLD, _CYAN, _RED, _YELLOW = "1", "1;36", "1;31", "33"


def title(text: str) -> None:
    _write("", _painted(text, _BOLD))


def heading(text: str) -> None:
    line = "─" if (sys.stdout.encoding or "").lower().startswith("utf") else "-"
    _write("", _painted(f"{line * 2} {text} ".ljust(_WIDTH, line), _CYAN))


def text(*paragraphs: str) -> None:
    for paragraph in paragraphs:
        _write(*textwrap.wrap(paragraph, _WIDTH) or [""])


def command(words: Sequence[str], log: str) -> None:
    """A command as you would type it, on as many lines as needed. log: the file for its output, if it is not shown."""
    parts: list[str] = []
    for word in words:
        quoted = shlex.quote(word)
        # An option and its value stay on one line.
        if parts and parts[-1].startswith("-") and not word.startswith("-") and " " not in parts[-1]:
            parts[-1] += f" {quoted}"
        else:
            parts.append(quoted)
    if log:
        parts.append(f">{log} 2>&1")
    lines = ["$"]
    for part in parts:
        if len(lines[-1]) + len(part) > _WIDTH - 3:
            lines[-1] += " \\"
            lines.append("   ")
        lines[-1] += f" {part}"
    _write("", *(_painted(line, _BOLD) for line in lines))


def note(text: str) -> None:
    _write(_painted(text, _YELLOW))


def failure(text: str) -> None:
    sys.stdout.flush()
    sys.stderr.write(f"\n{_painted(text, _RED, sys.stderr.isatty())}\n")


def findings(rows: Iterable[tuple[str, str, str, str]]) -> None:
    """One line per finding with status, engine, check and reason."""
    for status, engine, check, reason in rows:
        _write(f"  {_painted(status.ljust(5), _RED)}  {engine.ljust(14)} {check}")
        _write(*textwrap.wrap(reason, _WIDTH, initial_indent=" " * 9, subsequent_indent=" " * 9))


def _write(*lines: str) -> None:
    sys.stdout.write("".join(f"{line}\n" for line in lines))
    sys.stdout.flush()


def _painted(text: str, colour: str, terminal: bool | None = None) -> str:
    if terminal is None:
        terminal = sys.stdout.isatty()
    if not terminal or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return text
    return f"\x1b[{colour}m{text}\x1b[0m"
