# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Results and compared tables of a report, counted and grouped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..verdicts import BAD, SKIPPED, count_statuses


def group_by(items: Iterable[Mapping[str, Any]], key: str) -> dict[str, list[Any]]:
    """The items by one of their values, in the order of first appearance."""
    groups: dict[str, list[Any]] = {}
    for item in items:
        groups.setdefault(item[key], []).append(item)
    return groups


def count_verdicts(results: Sequence[Mapping[str, Any]], areas: Sequence[Mapping[str, Any]]) -> dict[str, int]:
    """How many results there are, by verdict too, how many compared tables, and how many of each fail the run."""
    return {
        "results": len(results),
        **count_statuses(result["status"] for result in results),
        "failing": sum(result["failing"] for result in results),
        "areas": len(areas),
        "failing_areas": sum(area["status"] in BAD for area in areas),
        "skipped_areas": sum(area["status"] == SKIPPED for area in areas),
    }
