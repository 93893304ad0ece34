# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks that apply to no engine are named on every report."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports import warnings
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.formats import DEFAULT_FORMATS, FORMATS
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.warnings import APPLIES_TO, warnings_on

from tests.reports import report, result


def not_applying(check: str, engine: str, *patterns: str) -> dict[str, Any]:
    return result(check, engine, "SKIPPED", skipped="does_not_apply", applies_to=list(patterns))


ENGINES = ("Branch 1", "Branch 2", "HQ")
TYPO = [not_applying("tunnels", engine, "Brnch*") for engine in ENGINES]
GOOD = [result("nodes", engine, "PASS") for engine in ENGINES]


def test_a_pattern_that_matches_no_engine_is_named_with_close_names() -> None:
    assert report([*TYPO, *GOOD], [])["warnings"] == [
        "The check 'tunnels' applies to none of 3 engines: none matches 'Brnch*' (`applies_to`). Did you mean Branch 2 or Branch 1?"
    ]


@pytest.mark.parametrize("name", sorted(DEFAULT_FORMATS))
def test_each_format_shows_it(name: str) -> None:
    assert "Brnch" in FORMATS[name].render(report([*TYPO, *GOOD], []))


def test_a_check_that_applies_to_one_engine_is_no_warning() -> None:
    assert report([*TYPO[:2], result("tunnels", "HQ", "PASS"), *GOOD], [])["warnings"] == []
    (warning,) = warnings_on(report(TYPO, [])["results"])
    assert APPLIES_TO in warning


def test_types_that_no_engine_has_share_one_warning() -> None:
    results = [not_applying(check, engine) for check in ("routes", "tunnels") for engine in ENGINES]
    (warning,) = report([*results, *GOOD], [])["warnings"]
    assert warning.startswith("2 checks apply to none of 3 engines") and "routes, tunnels" in warning


def test_names_like_a_pattern_are_looked_for_a_few_times_only(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    monkeypatch.setattr(warnings, "did_you_mean", lambda pattern, _names: asked.append(pattern) or "")
    skipped = [
        {"name": f"c{number}", "skipped": "does_not_apply", "applies_to": [f"x{number}.{more}*" for more in range(9)]}
        for number in range(100)
    ]
    listed = [{"kind": "engine", "smc": "", "engine": "HQ", **one} for one in skipped]
    assert len(warnings.warnings_on(listed)) == 100
    assert len(asked) == 25
