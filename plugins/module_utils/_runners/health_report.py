# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What ngfw.smc.health_report does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime, timedelta, timezone
from operator import itemgetter
from pathlib import Path
from typing import Any

from .._core.checks.waivers import Waiver, apply_waivers, read_waivers
from .._core.errors import FileFailed, OptionError, SMCError
from .._core.reports.counting import group_by
from .._core.reports.formats import DEFAULT_FORMATS, FORMATS
from .._core.reports.history import StandingKey, add_history
from .._core.reports.mail import mail_of
from .._core.reports.merging import merge_reports
from .._core.reports.model import Report, build_report, check_report, judged_results
from .._core.reports.smcs import smc_name, told_apart
from .._core.reports.wording import failing_lines, failing_rows, rows_by_host, summary_line
from .._core.storage.atomic_files import write_atomically
from .._core.storage.reading import read_document
from .._core.storage.verdict_history import VerdictHistory, key_of
from .._core.verdicts import DEFAULT_FAIL_ON, ERROR, FAILING_SEVERITIES, SEVERITIES, WAS_CHECKED
from .._runner import Options, Result, Runner

ARGUMENTS: dict[str, Any] = {
    "results": {"type": "list", "elements": "dict", "default": []},
    "differences": {"type": "list", "elements": "dict", "default": []},
    "hosts": {"type": "dict", "default": {}},
    "unchecked": {"type": "list", "elements": "raw", "default": []},
    "merge": {"type": "list", "elements": "path", "default": []},
    "dest": {"type": "path"},
    "name": {"type": "str", "default": "health_check"},
    "formats": {
        "type": "list",
        "elements": "str",
        "choices": list(FORMATS),
        "default": DEFAULT_FORMATS,
    },
    "title": {"type": "str"},
    "fail_on": {"type": "list", "elements": "str", "choices": list(FAILING_SEVERITIES)},
    "smc": {"type": "dict", "default": {}},
    "smcs": {"type": "list", "elements": "dict", "default": []},
    "run_id": {"type": "str", "default": ""},
    "warnings": {"type": "list", "elements": "str", "default": []},
    "history": {"type": "path"},
    "history_days": {"type": "int", "default": 400},
    "waivers": {"type": "raw"},
}


# How many failing lines the task's result holds; the report has them all.
_FAILING_LINES = 50


# The severity of an engine that was not checked at all.
_UNCHECKED_SEVERITY = SEVERITIES[0]


def run(options: Options) -> Result:
    """Builds the report, and writes it in each of the formats that the task names.

    Raises:
        OptionError: an option, or what a file to merge holds, is wrong.
        FileFailed: a file could not be read or written.
    """
    params = options.params
    if "/" in params["name"] or params["name"] in ("", ".", ".."):
        raise OptionError(f"`name` is '{params['name']}'; it must be a file name without a folder or an ending.")
    if params["history_days"] < 1:
        raise OptionError(f"`history_days` is {params['history_days']}; it must be 1 or more.")
    hosts = _read_hosts(params["hosts"])
    report = _report(params)
    remembered = False
    if params["history"] and not options.check_mode:
        remembered = _keep_history(report, VerdictHistory(Path(params["history"])), params["history_days"])
    rows = failing_rows(report)
    failing_hosts, failing_others = rows_by_host(rows, hosts)
    shown = told_apart(report)
    result: Result = {
        "changed": remembered,
        "status": report["status"],
        "totals": report["totals"],
        "summary": summary_line(report),
        "smcs": report["smcs"],
        "failing": failing_lines(shown)[:_FAILING_LINES],
        "failing_engines": rows,
        "failing_hosts": failing_hosts,
        "failing_others": failing_others,
        "warnings": report["warnings"],
        "files": {},
    }
    if "mail" in params["formats"]:
        result["mail"] = mail_of(shown)._asdict()
    if not params["dest"]:
        return result
    folder = Path(params["dest"])
    for name in params["formats"]:
        path = folder / (params["name"] + FORMATS[name].ending)
        result["files"][name] = str(path.absolute())
        if options.check_mode:
            result["changed"] = True
        else:
            result["changed"] = write_atomically(path, FORMATS[name].render(report)) or result["changed"]
    return result


def _report(params: Mapping[str, Any]) -> Report:
    clock = datetime.now(timezone.utc)
    now = clock.isoformat(timespec="seconds")
    results = [*params["results"], *map(_unchecked, params["unchecked"])]
    fail_on = DEFAULT_FAIL_ON if params["fail_on"] is None else params["fail_on"]
    about = {"smcs": params["smcs"], "run_id": params["run_id"]}
    title, smc, areas = params["title"] or "Health check", params["smc"], params["differences"]
    waivers = read_waivers(params["waivers"])
    if not params["merge"]:
        waived, warnings = _waived(results, waivers, clock, smc)
        # Without results there is nothing that they could waive.
        told = [*params["warnings"], *(warnings if results else [])]
        return build_report(waived, now, title, fail_on, smc, areas, **about, warnings=told)
    parts = [_read(Path(path)) for path in params["merge"]]
    if results or areas:
        parts.append(build_report(results, now, title, fail_on, smc, areas, **about))
    merged = merge_reports(parts, now, params["title"], params["fail_on"])
    waived, warnings = _waived(judged_results(merged), waivers, clock, smc or merged["smc"])
    return build_report(
        waived,
        now,
        merged["title"],
        merged["fail_on"],
        smc or merged["smc"],
        merged["differences"],
        smcs=[*merged["smcs"], *params["smcs"]],
        run_id=params["run_id"] or merged["run_id"],
        warnings=[*params["warnings"], *warnings, *merged["warnings"]],
    )


def _waived(
    results: Sequence[Mapping[str, Any]], waivers: Sequence[Waiver], clock: datetime, smc: Mapping[str, Any] | None
) -> tuple[list[dict[str, Any]], list[str]]:
    """The results with these waivers, and what is to be said of the waivers. smc: that of results which name none."""
    whose = smc_name((smc or {}).get("url"))
    return apply_waivers(results, waivers, clock.date(), lambda result: smc_name(result.get("smc")) or whose)


def _read_hosts(written: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """Raises OptionError."""
    for host, its in written.items():
        if not isinstance(its, Mapping) or not all(isinstance(its.get(key) or "", str) for key in ("smc", "target")):
            raise OptionError(
                f"`hosts` has '{its}' for '{host}'. Write a dictionary with target and smc, which are texts."
            )
    return written


def _unchecked(written: Any) -> dict[str, Any]:
    """The verdict on an engine that could not be checked at all. Raises OptionError."""
    about = written if isinstance(written, Mapping) else {"engine": written}
    if not about.get("engine") or set(about) - {"engine", "smc", "reason"}:
        raise OptionError(
            f"`unchecked` has '{written}'. Write the name of an engine, or a dictionary with engine, smc and reason."
        )
    return {
        "name": WAS_CHECKED,
        "engine": str(about["engine"]),
        "smc": about.get("smc"),
        "status": ERROR,
        "severity": _UNCHECKED_SEVERITY,
        "target": str(about["engine"]),
        "reason": str(
            about.get("reason") or "The play failed for this engine, or did not reach it, before it was checked."
        ),
    }


def _keep_history(report: Report, history: VerdictHistory, days: int) -> bool:
    """Add the report's verdicts to the history, and what earlier runs tell to the report.

    Returns:
        Whether that worked. If the history cannot be used, the report is still written, and says so where everybody sees it.
    """
    try:
        standings = _add_to_history(report, history)
        history.prune((datetime.now(timezone.utc) - timedelta(days=days)).isoformat(timespec="seconds"))
        add_history(report, standings, history.trend())
    except SMCError as error:
        report["warnings"].append(f"There is no history in this report. {error.message}")
        return False
    return True


def _add_to_history(report: Report, history: VerdictHistory) -> dict[StandingKey, dict[str, Any]]:
    """Each result is added to the run that measured it: a merged report may have several."""
    smc = ", ".join(sorted({result["smc"] for result in report["results"]} - {""}))
    began = min((result["measured_at"] for result in report["results"]), default="")
    # With `serial`, each batch reports what the earlier ones have measured, too: without a name, a run is known by its begin.
    own = report["run_id"] or f"{smc} {began}"
    standings: dict[StandingKey, dict[str, Any]] = {}
    results = [{**result, "run_id": result["run_id"] or own} for result in report["results"]]
    runs = [(max(one["measured_at"] for one in run), name, run) for name, run in group_by(results, "run_id").items()]
    for at, name, run in sorted(runs, key=itemgetter(0, 1)):
        status_of = {key_of(one): one["status"] for one in run}
        for key, standing in history.add_run(name, at, run).items():
            standings[key] = {**asdict(standing), "says": standing.says(status_of[key])}
    return standings


def _read(path: Path) -> Report:
    try:
        report: Report = read_document(path)
    except ValueError:
        raise FileFailed(f"{path} is not JSON, so it is not a report that can be merged.", path=str(path)) from None
    try:
        check_report(report)
    except OptionError as error:
        raise OptionError(f"{path} cannot be merged. {error.message}") from None
    return report


RUNNER = Runner(ARGUMENTS, run)
