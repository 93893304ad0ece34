# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The formats of a report, one row each. A new format is one file beside this one, and one row here.

A renderer is a function that takes a report (see model.py) and returns the whole file's text. It reads and writes
nothing else, and escapes every name and value, because these come from engines and users.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from .html import render_html
from .json import render_json
from .junit import render_junit
from .mail import render_mail
from .markdown import render_markdown
from .model import Report
from .openmetrics import render_openmetrics
from .smcs import told_apart


class Format(NamedTuple):
    """One format.

    ending: of the file's name, with its dot. by_default: whether it is written if a task names none. for_people: whether the
    SMC of an engine is part of its name, if there are several; programs have it apart.
    """

    name: str
    ending: str
    write: Callable[[Report], str]
    by_default: bool = True
    for_people: bool = True

    def render(self, report: Report) -> str:
        """The report in this format, as the whole text of a file."""
        return self.write(told_apart(report) if self.for_people else report)


FORMATS = {
    row.name: row
    for row in (
        Format("html", ".html", render_html),
        Format("json", ".json", render_json, for_people=False),
        Format("junit", ".xml", render_junit),
        Format("mail", ".eml", render_mail, by_default=False),
        Format("markdown", ".md", render_markdown),
        Format("openmetrics", ".prom", render_openmetrics, by_default=False, for_people=False),
    )
}


DEFAULT_FORMATS = [row.name for row in FORMATS.values() if row.by_default]
