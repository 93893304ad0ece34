# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results and compared tables that the tests of reports share."""

from __future__ import annotations

from typing import Any

from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.model import build_report

NOW = "2026-11-24T05:00:00+00:00"
EVIL = "<script>alert(1)</script>\"'&|`{{ 7*7 }}]]>\x00\n\ud800"


def result(name: str, engine: str, status: str, severity: str = "major", **more: Any) -> dict[str, Any]:
    return {
        "name": name,
        "engine": engine,
        "status": status,
        "severity": severity,
        "definition": "ROUTING",
        "target": engine,
        "reason": f"{name} is {status}",
        "offending": [{"src": "10.0.0.1"}] if status == "FAIL" else [],
        **more,
    }


def area(target: str, definition: str, status: str, **more: Any) -> dict[str, Any]:
    return {
        "target": target,
        "definition": definition,
        "status": status,
        "reason": "r",
        "before": 1,
        "after": 2,
        **more,
    }


RESULTS = [
    result("routes", "Plano", "PASS"),
    result("routes", "HQ", "FAIL", offending_count=9),
    result("routes", "Oslo", "SKIPPED"),
    result("tunnels", "Plano", "FAIL", "minor"),
    result("tunnels", "HQ", "PASS", "critical"),
    result("tunnels", "Oslo", "ERROR", "critical"),
]
AREAS = [
    area(
        "HQ",
        "ROUTING",
        "FAIL",
        added_count=2,
        lines=["+ 10.0.0.0 8", "- 10.1.0.0 16", "~ 10.2.0.0 16 (route_metric: 1 -> 2)"],
    ),
    area("HQ", "USERS", "PASS"),
]


def report(results: Any = None, differences: Any = None, **more: Any) -> dict[str, Any]:
    results = RESULTS if results is None else results
    differences = AREAS if differences is None else differences
    return build_report(results, NOW, smc={"url": "https://smc:8082"}, differences=differences, **more)
