# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Reports of health checks and comparisons: one model, which the formats of formats.py render.

The model is a JSON document; docs/health_report.schema.json is its schema. Nothing here reads or writes a file.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from ..errors import OptionError
from ..schema.definitions import DEFINITIONS_AND_LOG
from ..verdicts import (
    BAD,
    DEFAULT_FAIL_ON,
    DEFAULT_SEVERITY,
    DOMAIN,
    ENGINE,
    ERROR,
    FAIL,
    FAILING_SEVERITIES,
    KINDS,
    NOT_JUDGED,
    PASS,
    RUN,
    SEVERITIES,
    SKIPPED,
    SKIPPED_BECAUSE,
    STATUSES,
    count_statuses,
    was_judged,
    was_measured,
    worst_of,
)
from ..words import counted, join_names, plural, shorten
from .causes import common_causes
from .counting import count_verdicts, group_by
from .smcs import engine_of, only_smc, smc_name, smc_rows
from .warnings import warnings_on

Report = dict[str, Any]


CheckResult = Mapping[str, Any]


# SMC and name.
_EngineKey = tuple[str, str]


SCHEMA = "ngfw.smc.health_report"


SCHEMA_VERSION = 1


_RESULT_KEYS = (
    "name",
    "engine",
    "severity",
    "definition",
    "target",
    "description",
    "category",
    "reason",
    "measured",
    "wanted",
)


_WAIVER_KEYS = ("until", "reason", "owner", "status")


# Every format can show it, and a number with a point in it has it exactly.
_LARGEST_NUMBER = 10**15 - 1


# The row of results that are about the run as a whole.
THIS_RUN = "This run"


# The result that a run has in which nothing was judged.
NOTHING_JUDGED = "Something was judged"


def build_report(
    results: Iterable[CheckResult],
    generated_at: str,
    title: str = "Health check",
    fail_on: Sequence[str] = DEFAULT_FAIL_ON,
    smc: Mapping[str, Any] | None = None,
    differences: Iterable[Mapping[str, Any]] = (),
    *,
    smcs: Iterable[Mapping[str, Any]] = (),
    run_id: str = "",
    warnings: Iterable[str] = (),
) -> Report:
    """The report on these results and differences.

    Results and engines stand worst first. Each result that is given stands in the report and is counted: if an engine has
    several of one name, the second is called "name (2)".

    Args:
        results: verdicts of checks, as dictionaries.
        generated_at: the time, in ISO 8601 and UTC; also that of results which do not say when they were measured.
        title: the report's heading.
        fail_on: the severities that fail the run.
        smc: facts about the SMC for the head of the report; empty ones are left out. It is the SMC of whatever names none.
        differences: compared tables, as dictionaries.
        smcs: facts about each SMC, if there are several: url or name, product_version, domain.
        run_id: what slices of one run have in common, and no other run has.
        warnings: sentences that a reader must see although they fail nothing.

    Raises:
        OptionError: a severity or a status does not exist, or a severity cannot fail a run.
    """
    check_fail_on(fail_on)
    results, differences = list(results), list(differences)
    whose = smc_name((smc or {}).get("url")) or only_smc([*results, *differences])
    listed = [_normal(result, fail_on, generated_at, run_id, whose) for result in results]
    areas = sorted((_normal_area(area, whose) for area in differences), key=_area_order)
    listed = _with_own_names(listed + _nothing_judged(listed, areas, generated_at, run_id))
    engines: dict[_EngineKey, list[Report]] = {}
    for result in listed:
        engines.setdefault(engine_of(result), []).append(result)
    ordered = sorted(engines, key=lambda key: _engine_order(key, engines[key]))
    rows = [_engine_row(key, engines[key]) for key in ordered]
    place = {key: index for index, key in enumerate(ordered)}
    listed.sort(key=lambda result: (place[engine_of(result)], _badness(result)))
    by_smc = smc_rows(listed, areas, smcs)
    totals = _totals(rows, listed, areas, len(by_smc) or 1)
    return {
        "schema": SCHEMA,
        "schema_version": SCHEMA_VERSION,
        "title": title,
        "generated_at": generated_at,
        "run_id": run_id,
        "smc": {str(key): str(value) for key, value in (smc or {}).items() if value},
        "smcs": by_smc,
        "status": FAIL if totals["failing"] or totals["failing_areas"] else PASS,
        "fail_on": list(fail_on),
        "totals": totals,
        "warnings": list(
            dict.fromkeys(
                [*map(one_line, warnings), *warnings_on(listed), *_about_severities(results, listed, fail_on)]
            )
        ),
        "causes": common_causes(listed),
        "engines": rows,
        "checks": _check_rows(listed),
        "results": listed,
        "differences": areas,
    }


def check_fail_on(fail_on: Sequence[str]) -> None:
    """Raises OptionError unless each of these severities can fail a run."""
    for severity in fail_on:
        if severity not in FAILING_SEVERITIES:
            more = " The severity info never fails a run." if severity in SEVERITIES else ""
            raise OptionError(
                f"`fail_on` has '{severity}'. The severities that fail a run are {join_names(FAILING_SEVERITIES)}.{more}"
            )


def _nothing_judged(results: Sequence[Report], areas: Sequence[Report], when: str, run_id: str) -> list[Report]:
    """The failure of a run in which nothing was judged, as a result of the run; none if something was."""
    verdicts = [*results, *areas]
    # What could not be measured and fails the run says so itself.
    if (
        any(map(was_judged, verdicts))
        or any(result["failing"] for result in results)
        or any(area["status"] in BAD for area in areas)
    ):
        return []
    reason = _why_nothing_was_judged(verdicts)
    failure = {"name": NOTHING_JUDGED, "engine": THIS_RUN, "kind": RUN, "status": FAIL, "severity": SEVERITIES[0]}
    return [_normal({**failure, "reason": reason}, (), when, run_id)]


def _about_severities(given: Iterable[CheckResult], listed: Sequence[Report], fail_on: Sequence[str]) -> list[str]:
    """That a severity is unknown, or that a finding fails nothing although lesser ones would."""
    severities = (one_line(result.get("severity")) for result in given)
    unknown = sorted({severity for severity in severities if severity and severity not in SEVERITIES})
    lenient = [
        severity for severity in SEVERITIES[: max(map(SEVERITIES.index, fail_on), default=0)] if severity not in fail_on
    ]
    left = [result["severity"] for result in listed if result["status"] in BAD and not result["failing"]]
    quoted = join_names([f"'{name}'" for name in unknown], "or")
    sentences = [f"There is no severity {quoted}: such results count as {DEFAULT_SEVERITY}."] if unknown else []
    return sentences + [
        f"`fail_on` leaves out {severity}, so {counted(left.count(severity), f'{severity} finding')} {plural(left.count(severity), 'does', 'do')} "
        "not fail the run, although lesser findings would."
        for severity in lenient
        if severity in left
    ]


def judged_results(report: Mapping[str, Any]) -> list[Report]:
    """The results of a report, without the failure of a run in which nothing was judged: that is asked again of other results."""
    return [one for one in report["results"] if not (one.get("kind") == RUN and one["name"] == NOTHING_JUDGED)]


def _why_nothing_was_judged(verdicts: Sequence[Report]) -> str:
    unmeasured = sum(not was_measured(one) for one in verdicts)
    if unmeasured:
        return (
            f"Nothing was judged: of {len(verdicts):,} verdicts, {unmeasured:,} could not be measured and the others are SKIPPED. "
            "See what kept them from being measured; a waiver, a low severity or `fail_on` does not turn that into a PASS."
        )
    if verdicts:
        return (
            f"Nothing was judged: each of {len(verdicts):,} verdicts is SKIPPED. "
            "Look at which engines the checks apply to, and whether there was anything to judge."
        )
    return "Nothing was checked: there is no check that is switched on, or no engine."


def _totals(rows: Sequence[Report], results: Sequence[Report], areas: Sequence[Report], smcs: int) -> dict[str, int]:
    return {
        "smcs": smcs,
        "engines": sum(row["kind"] == ENGINE for row in rows),
        "domains": sum(row["kind"] == DOMAIN for row in rows),
        "checks": len({result["name"] for result in results if result["kind"] != RUN}),
        **count_verdicts(results, areas),
        "not_judged": sum(result["skipped"] == NOT_JUDGED for result in results),
        "not_measured": sum(not was_measured(result) for result in results),
    }


def check_report(report: Any) -> None:
    """Raises OptionError unless this is a report of a version that is understood here."""
    if not isinstance(report, Mapping) or report.get("schema") != SCHEMA:
        raise OptionError("This is not a health report of ngfw.smc.")
    if report.get("schema_version") != SCHEMA_VERSION:
        raise OptionError(
            f"This health report has schema version {report.get('schema_version')}; this release of ngfw.smc reads version {SCHEMA_VERSION}."
        )
    if not _are_mappings(report.get("results"), "engine", "name") or not isinstance(report.get("fail_on"), list):
        raise OptionError("This health report lacks its list of results.")
    if (
        not _are_mappings(report.get("differences") or [], "target", "definition")
        or not isinstance(report.get("smc") or {}, Mapping)
        or not _are_mappings(report.get("smcs") or [], "name")
        or not isinstance(report.get("warnings") or [], list)
    ):
        raise OptionError(
            "This health report says in a wrong form what differs, which SMC it is about, or what it warns of."
        )


def _are_mappings(listed: Any, *keys: str) -> bool:
    """Whether it is a list of mappings that have these keys, with texts."""
    return isinstance(listed, list) and all(
        isinstance(one, Mapping) and all(isinstance(one.get(key), str) for key in keys) for one in listed
    )


def _whole_number(value: Any, where: str) -> int:
    """The number; 0 for nothing. Raises OptionError for anything else."""
    if not value:
        return 0
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        raise OptionError(f"{where} has '{shorten(str(value), 50)}' where a whole number is expected.") from None
    if abs(number) > _LARGEST_NUMBER:
        raise OptionError(f"{where} has a number of more than 15 digits where a count is expected.")
    return number


def _seconds(value: Any, where: str) -> float:
    """The time in seconds, not negative; 0 for nothing. Raises OptionError for what is not a number of seconds."""
    try:
        seconds = float(value or 0)
    except (TypeError, ValueError, OverflowError):
        seconds = math.nan
    if not math.isfinite(seconds):
        raise OptionError(f"{where} has '{shorten(str(value), 50)}' where a number of seconds is expected.")
    return round(max(0.0, seconds), 3)


def _list_of(value: Any) -> Sequence[Any]:
    return value if isinstance(value, (list, tuple)) else ()


def one_line(value: Any) -> str:
    """The value as text without line breaks; empty for None."""
    return "" if value is None else " ".join(str(value).split())


def _badness(result: CheckResult) -> tuple[int, int]:
    """For sorting, the worst first: a bad status of any kind before the others, then by severity."""
    rank = 0 if result["status"] in BAD else STATUSES.index(result["status"])
    return rank, SEVERITIES.index(result["severity"])


def _normal(result: CheckResult, fail_on: Sequence[str], generated_at: str, run_id: str, whose: str = "") -> Report:
    """whose: the SMC of results that name none; the run as a whole belongs to no SMC."""
    normal: Report = {key: one_line(result.get(key)) for key in _RESULT_KEYS}
    normal["severity"] = normal["severity"] if normal["severity"] in SEVERITIES else DEFAULT_SEVERITY
    status, kind = str(result.get("status")), _kind_of(result)
    if status not in STATUSES:
        raise OptionError(f"The result '{normal['name']}' of '{normal['engine']}' has the unknown status '{status}'.")
    offending = [
        {str(key): value for key, value in entry.items()}
        for entry in _list_of(result.get("offending"))
        if isinstance(entry, Mapping)
    ]
    waiver = result.get("waiver")
    skipped = str(result.get("skipped") or "")
    return {
        **normal,
        "smc": smc_name(result.get("smc")) or ("" if kind == RUN else whose),
        "kind": kind,
        "status": status,
        # What fails the run as a whole is not a matter of severities.
        "failing": status in BAD and (kind == RUN or normal["severity"] in fail_on),
        "skipped": skipped if status == SKIPPED and skipped in SKIPPED_BECAUSE else "",
        "applies_to": [one_line(pattern) for pattern in _list_of(result.get("applies_to"))],
        "waiver": {key: one_line(waiver.get(key)) for key in _WAIVER_KEYS} if isinstance(waiver, Mapping) else None,
        "offending": offending,
        "offending_count": _whole_number(result.get("offending_count"), f"The result '{normal['name']}'")
        or len(offending),
        "elapsed": _seconds(result.get("elapsed"), f"The result '{normal['name']}'"),
        "measured_at": one_line(result.get("measured_at")) or generated_at,
        "run_id": one_line(result.get("run_id")) or run_id,
    }


def _kind_of(result: CheckResult) -> str:
    if result.get("kind") in KINDS:
        return str(result["kind"])
    definition = DEFINITIONS_AND_LOG.get(str(result.get("definition")))
    return DOMAIN if definition is not None and definition.targets_domain else ENGINE


def _with_own_names(results: Sequence[Report]) -> list[Report]:
    """The results, each with a name that no other result of its engine has."""
    taken = {(engine_of(result), result["name"]) for result in results}
    seen: set[tuple[_EngineKey, str]] = set()
    # Where the last search for a free number ended: whatever is before it is taken.
    numbers: dict[tuple[_EngineKey, str], int] = {}
    named = []
    for result in results:
        engine, name = engine_of(result), result["name"]
        own, number = (engine, name), numbers.get((engine, name), 1)
        while (engine, name) in seen:
            number += 1
            name = f"{result['name']} ({number})"
            if (engine, name) in taken and (engine, name) not in seen:
                # Another result was given by this very name.
                seen.add((engine, name))
                taken.discard((engine, name))
        seen.add((engine, name))
        numbers[own] = number
        named.append({**result, "name": name})
    return named


def _count(results: Iterable[CheckResult]) -> dict[str, int]:
    return count_statuses(result["status"] for result in results)


def _engine_row(key: _EngineKey, results: Sequence[Report]) -> Report:
    kinds = {result["kind"] for result in results}
    return {
        "name": key[1],
        "smc": key[0],
        # A row with results of an engine is that of an engine.
        "kind": _kind_of_all(kinds),
        "status": worst_of(result["status"] for result in results),
        "failing": any(result["failing"] for result in results),
        **_count(results),
    }


def _kind_of_all(kinds: Collection[str]) -> str:
    return ENGINE if ENGINE in kinds else min(kinds, key=KINDS.index)


def _engine_order(key: _EngineKey, results: Sequence[Report]) -> tuple[Any, ...]:
    failing = any(result["failing"] for result in results)
    about_run = _kind_of_all({result["kind"] for result in results}) == RUN
    problems = sum(result["status"] in BAD for result in results)
    return not failing, not about_run, min(map(_badness, results)), -problems, key[1].casefold(), key[1], key[0]


def _check_rows(results: Sequence[Report]) -> list[Report]:
    rows = []
    for name, own in group_by(results, "name").items():
        rows.append(
            {
                "name": name,
                "definition": ", ".join(dict.fromkeys(result["definition"] for result in own if result["definition"])),
                "severity": min((result["severity"] for result in own), key=SEVERITIES.index),
                "description": own[0]["description"],
                "failing": any(result["failing"] for result in own),
                **_count(own),
            }
        )
    rows.sort(
        key=lambda row: (
            not row["failing"],
            not _problems(row),
            SEVERITIES.index(row["severity"]),
            -_problems(row),
            row["name"].casefold(),
        )
    )
    return rows


def _problems(row: Report) -> int:
    count: int = row[FAIL] + row[ERROR]
    return count


def _normal_area(area: Mapping[str, Any], whose: str) -> Report:
    status = str(area.get("status"))
    if status not in STATUSES:
        raise OptionError(
            f"The area {area.get('definition')} of '{area.get('target')}' has the unknown status '{status}'."
        )
    where = f"The area {area.get('definition')} of '{area.get('target')}'"
    return {
        "smc": smc_name(area.get("smc")) or whose,
        "target": one_line(area.get("target")),
        "definition": one_line(area.get("definition")),
        "status": status,
        "reason": one_line(area.get("reason")),
        **{name: None if area.get(name) is None else _whole_number(area[name], where) for name in ("before", "after")},
        **{name: _whole_number(area.get(name), where) for name in ("added_count", "removed_count", "changed_count")},
        "lines": [one_line(line) for line in _list_of(area.get("lines"))],
    }


def _area_order(area: Report) -> tuple[Any, ...]:
    return STATUSES.index(area["status"]), area["target"].casefold(), area["definition"], area["smc"]
