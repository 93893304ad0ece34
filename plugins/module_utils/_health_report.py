# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The work of ngfw.smc.health_report."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ._core.check_reading import SEVERITIES
from ._core.errors import OptionError
from ._core.report import (
    Report,
    build_report,
    check_report,
    failing_lines,
    merge_reports,
    render_json,
    render_junit,
    render_markdown,
    summary_line,
)
from ._core.report_html import render_html
from ._files import FileFailed, write_atomically
from ._runner import Options, Result, Runner

FORMATS: Mapping[str, tuple[str, Callable[[Report], str]]] = {
    "html": (".html", render_html),
    "json": (".json", render_json),
    "junit": (".xml", render_junit),
    "markdown": (".md", render_markdown),
}

ARGUMENTS: dict[str, Any] = {
    "results": {"type": "list", "elements": "dict", "default": []},
    "differences": {"type": "list", "elements": "dict", "default": []},
    "unchecked": {"type": "list", "elements": "str", "default": []},
    "merge": {"type": "list", "elements": "path", "default": []},
    "dest": {"type": "path"},
    "name": {"type": "str", "default": "health_check"},
    "formats": {
        "type": "list",
        "elements": "str",
        "choices": list(FORMATS),
        "default": list(FORMATS),
    },
    "title": {"type": "str"},
    "fail_on": {"type": "list", "elements": "str", "choices": list(SEVERITIES)},
    "smc": {"type": "dict", "default": {}},
}

# More lines than this in a task's result help nobody; the report has them all.
_LINES = 50

DEFAULT_FAIL_ON = ["critical", "major"]


def run(options: Options) -> Result:
    params = options.params
    if "/" in params["name"] or params["name"] in ("", ".", ".."):
        raise OptionError(f"`name` is '{params['name']}'; it is the files' name without folder and ending.")
    report = _report(params)
    result: Result = {
        "changed": False,
        "status": report["status"],
        "totals": report["totals"],
        "summary": summary_line(report),
        "failing": failing_lines(report)[:_LINES],
        "files": {},
    }
    if not params["dest"]:
        return result
    folder = Path(params["dest"])
    for name in params["formats"]:
        ending, render = FORMATS[name]
        path = folder / (params["name"] + ending)
        result["files"][name] = str(path.absolute())
        if options.check_mode:
            result["changed"] = True
        else:
            result["changed"] = write_atomically(path, render(report)) or result["changed"]
    return result


def _report(params: Mapping[str, Any]) -> Report:
    now = datetime.now(timezone.utc).isoformat(timespec="seconds")
    unchecked = [
        {
            "name": "The engine was checked",
            "engine": engine,
            "status": "ERROR",
            "severity": "critical",
            "target": engine,
            "reason": "The play had failed for it, or it was not reached, before its checks were through.",
        }
        for engine in params["unchecked"]
    ]
    fail_on = DEFAULT_FAIL_ON if params["fail_on"] is None else params["fail_on"]
    report = build_report(
        [*params["results"], *unchecked],
        now,
        params["title"] or "Health check",
        fail_on,
        params["smc"],
        params["differences"],
    )
    if not params["merge"]:
        return report
    parts = [_read(Path(path)) for path in params["merge"]]
    if report["results"] or report["differences"]:
        parts.append(report)
    merged = merge_reports(parts, now, params["title"])
    if params["fail_on"] is not None:
        merged = build_report(merged["results"], now, merged["title"], fail_on, merged["smc"], merged["differences"])
    return merged


def _read(path: Path) -> Report:
    try:
        report: Report = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise FileFailed(
            f"Could not read the report {path}: {(error.strerror or str(error)).lower()}.", path=str(path)
        ) from None
    except ValueError:
        raise FileFailed(f"{path} is not JSON, so it is no report to merge.", path=str(path)) from None
    try:
        check_report(report)
    except OptionError as error:
        raise OptionError(f"{path} cannot be merged. {error.message}") from None
    return report


RUNNER = Runner(ARGUMENTS, run)
