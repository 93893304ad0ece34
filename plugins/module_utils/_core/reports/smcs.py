# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The SMCs that a report is about. If there are several, the SMC is a level above the engines.

Results and compared tables carry the SMC's name as `smc`. Engines of one name of two SMCs are two engines.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

from ..verdicts import ENGINE, FAIL, PASS, RUN, SKIPPED, was_judged
from .causes import common_causes
from .counting import count_verdicts, group_by

_Item = Mapping[str, Any]


# What the documentation of the SMC names as the port of its API.
_USUAL_PORT = 8082


_FACTS = ("url", "product_version", "domain")


def smc_name(address: Any) -> str:
    """The name of an SMC in reports: the host of its address, with the port if it is not 8082.

    Args:
        address: A URL, several of them with commas between (the first one names the SMC), or a name, which stays as it is.
            Empty or None for an SMC that is not known.
    """
    first = " ".join(str(address or "").split(",", maxsplit=1)[0].split())
    try:
        parts = urlsplit(first)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        # Not a URL that can be read, so it is a name.
        return first
    if parts.scheme not in ("http", "https") or not host:
        return first
    host = f"[{host}]" if ":" in host else host
    port = port or {"http": 80, "https": 443}[parts.scheme]
    return host if port == _USUAL_PORT else f"{host}:{port}"


def only_smc(items: Iterable[_Item], *others: str) -> str:
    """The SMC that whatever names none belongs to: the only one that is named anywhere; empty if there are several."""
    names = {smc_name(item.get("smc")) for item in items} | set(others)
    names.discard("")
    return names.pop() if len(names) == 1 else ""


def smc_rows(results: Sequence[_Item], areas: Sequence[_Item], facts: Iterable[_Item]) -> list[dict[str, Any]]:
    """A row for each SMC, those that fail first; no row at all unless there are several SMCs.

    Args:
        results, areas: those of the report, normalised.
        facts: what is known of the SMCs, dictionaries with url or name, product_version and domain.
    """
    known = {smc_name(one.get("name") or one.get("url")): one for one in facts}
    names = {item["smc"] for item in [*results, *areas]} | set(known)
    names.discard("")
    if len(names) < 2:
        return []
    own_results, own_areas = group_by(results, "smc"), group_by(areas, "smc")
    rows = [_row(name, own_results.get(name, ()), own_areas.get(name, ()), known.get(name, {})) for name in names]
    return sorted(rows, key=lambda row: (row["status"] != FAIL, row["name"].casefold(), row["name"]))


def _row(name: str, results: Sequence[_Item], areas: Sequence[_Item], facts: _Item) -> dict[str, Any]:
    counts = count_verdicts(results, areas)
    fails = counts["failing"] or counts["failing_areas"]
    judged = any(map(was_judged, [*results, *areas]))
    return {
        "name": name,
        **{key: str(facts.get(key) or "") for key in _FACTS},
        # Where nothing was judged, nothing is called good.
        "status": FAIL if fails else PASS if judged else SKIPPED,
        "engines": len({result["engine"] for result in results if result["kind"] == ENGINE}),
        **counts,
    }


def engine_of(item: _Item) -> tuple[str, str]:
    """What tells an engine from all others: its SMC and its name."""
    return str(item["smc"]), str(item["engine"])


def told_apart(report: dict[str, Any]) -> dict[str, Any]:
    """The report for people: if there are several SMCs, each engine has its SMC's name in its own, as in 'HQ on smc1.example'.

    Formats for people render this one, so that each of their names stands for one engine.
    """
    if not report["smcs"]:
        return report
    results = [
        {
            **result,
            "engine": _label(result["smc"], result["engine"]),
            # Whose table it is stands with the result only if it is not the engine's own.
            "target": _label(result["smc"], result["target"]) if result["kind"] != RUN else result["target"],
        }
        for result in report["results"]
    ]
    shown = {
        **report,
        "results": results,
        "engines": [{**row, "name": _label(row["smc"], row["name"])} for row in report["engines"]],
        "causes": common_causes(results),
        "differences": [{**area, "target": _label(area["smc"], area["target"])} for area in report["differences"]],
    }
    if report.get("history"):
        fixed = [{**one, "engine": _label(one["smc"], one["engine"])} for one in report["history"]["fixed"]]
        shown["history"] = {**report["history"], "fixed": fixed}
    return shown


def _label(smc: str, engine: str) -> str:
    return f"{engine} on {smc}" if smc and engine else engine
