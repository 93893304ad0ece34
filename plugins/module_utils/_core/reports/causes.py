# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What kept several results from being measured, said once: a wrong API key is one cause, not a thousand errors."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..verdicts import was_measured


def common_causes(results: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The reasons that several results in error have in common, the one with the most results first.

    Args:
        results: those of a report, normalised.

    Returns:
        For each cause its `reason`, the `count` of results, the `engines` (or domains), `smcs` and `checks` that they are of,
        and whether one of them is `failing`. A waiver of what could not be measured does not hide its cause.
    """
    by_reason: dict[str, list[Mapping[str, Any]]] = {}
    for result in results:
        if not was_measured(result) and result["reason"]:
            by_reason.setdefault(result["reason"], []).append(result)
    causes = [_cause(reason, own) for reason, own in by_reason.items() if len(own) > 1]
    return sorted(causes, key=lambda cause: (not cause["failing"], -cause["count"]))


def _cause(reason: str, results: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    return {
        "reason": reason,
        "count": len(results),
        "engines": list(dict.fromkeys(result["engine"] for result in results)),
        "smcs": list(dict.fromkeys(result["smc"] for result in results if result["smc"])),
        "checks": list(dict.fromkeys(result["name"] for result in results)),
        "failing": any(result["failing"] for result in results),
    }
