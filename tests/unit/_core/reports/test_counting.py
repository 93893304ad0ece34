# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Results and compared tables, counted and grouped."""

from __future__ import annotations

from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.counting import count_verdicts, group_by


def test_each_verdict_and_what_fails_is_counted() -> None:
    results = [
        {"status": "FAIL", "failing": True},
        {"status": "FAIL", "failing": False},
        {"status": "PASS", "failing": False},
    ]
    areas = [{"status": status} for status in ("PASS", "FAIL", "ERROR", "SKIPPED")]
    counts = count_verdicts(results, areas)
    assert (counts["results"], counts["FAIL"], counts["PASS"], counts["ERROR"], counts["failing"]) == (3, 2, 1, 0, 1)
    assert (counts["areas"], counts["failing_areas"], counts["skipped_areas"]) == (4, 2, 1)


def test_groups_stand_in_the_order_in_which_they_appear() -> None:
    groups = group_by([{"smc": "b", "n": 1}, {"smc": "a", "n": 2}, {"smc": "b", "n": 3}], "smc")
    assert [(name, [one["n"] for one in own]) for name, own in groups.items()] == [("b", [1, 3]), ("a", [2])]
