# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Several reports as one: slices of one run, or runs after one another, of which the newest result counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta, timezone
from operator import itemgetter
from typing import Any

from ..errors import OptionError
from ..verdicts import BAD, FAILING_SEVERITIES, RUN, UNKNOWN_DOMAIN, WAIVED, WAS_CHECKED
from ..words import counted, join_names, plural, waiver_has_ended
from .model import Report, build_report, check_report, judged_results
from .smcs import engine_of, only_smc, smc_name
from .warnings import APPLIES_TO

# Results of one run are not further apart.
_ONE_RUN = timedelta(hours=12)


# SMC, engine, check and target.
_ResultKey = tuple[str, str, str, str]

# SMC and engine, or SMC and check.
_SmcAndName = tuple[str, str]


def merge_reports(
    reports: Sequence[Mapping[str, Any]],
    generated_at: str,
    title: str | None = None,
    fail_on: Sequence[str] | None = None,
) -> Report:
    """Several reports as one. Of an engine and a check, the newest result counts.

    Args:
        reports: the JSON documents, at least one.
        generated_at: the time, in ISO 8601 and UTC.
        title: the heading; by default that of the newest report.
        fail_on: the severities that fail the run; by default those of all reports.

    Raises:
        OptionError: there is no report, or one of them is not a report of a known version.
    """
    if not reports:
        raise OptionError("There is no report to merge.")
    for report in reports:
        check_report(report)
    in_time = sorted(_with_smcs(reports), key=lambda report: _in_utc(report.get("generated_at")))
    newest = in_time[-1]
    if fail_on is None:
        fail_on = [name for name in FAILING_SEVERITIES if any(name in report["fail_on"] for report in reports)]
    results = _newest_results(in_time, generated_at)
    areas = _newest_areas(in_time)
    facts = [one for report in in_time for one in (report.get("smc") or {}, *(report.get("smcs") or ()))]
    heads = [report["smc"] for report in reversed(in_time) if report.get("smc")]
    return build_report(
        results,
        generated_at,
        title or str(newest.get("title") or "Health check"),
        fail_on,
        # Each of several SMCs has a row of its own instead.
        {} if len({item["smc"] for item in [*results, *areas]} - {""}) > 1 else next(iter(heads), {}),
        areas,
        smcs=[one for one in facts if one.get("url") or one.get("name")],
        run_id=str(newest.get("run_id") or ""),
        warnings=_warnings(in_time, results),
    )


def _moment(written: Any) -> datetime | None:
    """The time; None if it is not one with a zone."""
    try:
        # Before Python 3.11, Z is not understood.
        moment = datetime.fromisoformat(str(written or "").replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else None


def _in_utc(written: Any) -> str:
    """The time as reports have it, so that times of several zones compare as texts; what is no such time stays as it is."""
    moment = _moment(written)
    return moment.astimezone(timezone.utc).isoformat() if moment else str(written or "")


def _with_smcs(reports: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The reports, in which each result and compared table names its SMC, as far as it is known."""
    own = [smc_name((report.get("smc") or {}).get("url")) for report in reports]
    items = [item for report in reports for item in (*report["results"], *(report.get("differences") or ()))]
    # Without a login, a report does not know the address of its SMC.
    only = only_smc(items, *own)
    return [
        {
            **report,
            "results": [
                {**result, "smc": smc_name(result.get("smc")) or ("" if result.get("kind") == RUN else smc or only)}
                for result in report["results"]
            ],
            "differences": [
                {**area, "smc": smc_name(area.get("smc")) or smc or only} for area in report.get("differences") or ()
            ],
        }
        for report, smc in zip(reports, own)
    ]


def _without_old_waiver(result: dict[str, Any], generated_at: str) -> dict[str, Any]:
    """The result as it is without its waiver, if that has run out between the report and the merging."""
    waiver = result.get("waiver")
    if result.get("status") != WAIVED or not isinstance(waiver, Mapping) or waiver.get("status") not in BAD:
        return result
    until = str(waiver.get("until") or "")
    if until >= generated_at[:10]:
        return result
    reason = f"{result.get('reason') or ''} {waiver_has_ended(until, str(waiver.get('reason')), str(waiver.get('owner') or ''))}"
    return {**result, "status": waiver["status"], "waiver": None, "reason": reason.strip()}


def _newest_results(in_time: Sequence[Mapping[str, Any]], generated_at: str) -> list[Mapping[str, Any]]:
    """The results that count, each with its time and run."""
    dated = [
        {
            **result,
            "measured_at": _in_utc(result.get("measured_at") or report.get("generated_at")),
            "run_id": str(result.get("run_id") or report.get("run_id") or ""),
        }
        for report in in_time
        for result in judged_results(report)
    ]
    dated = [_without_old_waiver(result, generated_at) for result in dated]
    dated.sort(key=itemgetter("measured_at"))
    newest: dict[_ResultKey, dict[str, Any]] = {}
    for result in dated:
        # The last one wins and stands where the newest stands.
        newest.pop(_key(result), None)
        newest[_key(result)] = result
    of_engine, of_check = _newest_times(newest.values(), engine_of), _newest_times(newest.values(), _check_of)
    return [result for result in newest.values() if not _is_outlived(result, of_engine, of_check)]


def _newest_times(
    results: Iterable[Mapping[str, Any]], key: Callable[[Mapping[str, Any]], _SmcAndName]
) -> dict[_SmcAndName, str]:
    times: dict[_SmcAndName, str] = {}
    for result in results:
        times[key(result)] = max(times.get(key(result), ""), result["measured_at"])
    return times


def _key(result: Mapping[str, Any]) -> _ResultKey:
    return *engine_of(result), str(result["name"]), str(result.get("target") or "")


def _check_of(result: Mapping[str, Any]) -> _SmcAndName:
    return str(result["smc"]), str(result["name"])


def _is_outlived(
    result: Mapping[str, Any], of_engine: Mapping[_SmcAndName, str], of_check: Mapping[_SmcAndName, str]
) -> bool:
    """Whether a result that stands for others, because they could not be measured, has been followed by these others."""
    if result["name"] == WAS_CHECKED:
        return of_engine[engine_of(result)] > str(result["measured_at"])
    return result["engine"] == UNKNOWN_DOMAIN and of_check[_check_of(result)] > str(result["measured_at"])


def _newest_areas(in_time: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    areas = {
        (area["smc"], area["target"], area["definition"]): area for report in in_time for area in report["differences"]
    }
    return list(areas.values())


def _warnings(in_time: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the reports of the newest run warn of, and that some results are not of this run."""
    newest = str(in_time[-1].get("run_id") or "")
    kept = [
        str(text)
        for report in in_time
        for text in report.get("warnings") or ()
        # Which engines a check applies to is asked again, of all reports together.
        if str(report.get("run_id") or "") == newest and APPLIES_TO not in str(text)
    ]
    older = [result for result in results if newest and result["run_id"] not in ("", newest)]
    if older:
        runs = sorted({str(result["run_id"]) for result in older})
        kept.append(
            f"{counted(len(older), 'result')} {plural(len(older), 'is', 'are')} from earlier "
            f"{plural(len(runs), 'run')} ({join_names(runs[:3])}): the newest run, {newest}, did not measure them."
        )
    return kept + _old_without_run([result for result in results if not newest or not result["run_id"]], results)


def _old_without_run(unnamed: Sequence[Mapping[str, Any]], results: Sequence[Mapping[str, Any]]) -> list[str]:
    """That some results are old, of those of which no run tells that they belong to the newest one."""
    moments = [moment for result in results if (moment := _moment(result["measured_at"]))]
    if not moments:
        return []
    last = max(moments)
    old = [moment for result in unnamed if (moment := _moment(result["measured_at"])) and last - moment > _ONE_RUN]
    if not old:
        return []
    text = (
        f"{counted(len(old), 'result')} {plural(len(old), 'is', 'are')} more than {_ONE_RUN // timedelta(hours=1)} hours older than "
        f"the newest one, the oldest of {min(old):%Y-%m-%d %H:%M} UTC: no later run measured {plural(len(old), 'it', 'them')}."
    )
    return [text]
