# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Verdicts and severities are written once in the code, and the documentation says the same."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml
from ansible_collections.ngfw.smc.plugins.module_utils._core.verdicts import (
    BAD,
    DEFAULT_FAIL_ON,
    DEFAULT_SEVERITY,
    FAILING_SEVERITIES,
    SEVERITIES,
    STATUSES,
    TOTALS,
    count_statuses,
    worst_of,
)
from ansible_collections.ngfw.smc.plugins.modules import health_report

from tests.examples import ROOT

WORDS = {*STATUSES, *SEVERITIES}


def test_each_verdict_stands_once_in_each_order() -> None:
    assert sorted(STATUSES) == sorted(TOTALS) == sorted(set(STATUSES))
    assert set(BAD) < set(STATUSES) and STATUSES[: len(BAD)] == BAD
    assert {DEFAULT_SEVERITY, *DEFAULT_FAIL_ON} <= set(SEVERITIES)


@pytest.mark.parametrize(
    "statuses,worst",
    [([], "SKIPPED"), (["PASS", "SKIPPED"], "PASS"), (["PASS", "ERROR"], "ERROR"), (["ERROR", "FAIL"], "FAIL")],
)
def test_the_worst_verdict(statuses: list[str], worst: str) -> None:
    assert worst_of(statuses) == worst


def test_verdicts_are_counted_with_zeros() -> None:
    assert count_statuses(["PASS", "FAIL", "PASS"]) == {"PASS": 2, "FAIL": 1, "ERROR": 0, "WAIVED": 0, "SKIPPED": 0}


def lists_of_verdicts(file: Path) -> Iterator[int]:
    """The lines of lists, tuples and sets that hold two or more verdicts or severities as plain texts."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, (ast.List, ast.Tuple, ast.Set)):
            texts = [item.value for item in node.elts if isinstance(item, ast.Constant) and isinstance(item.value, str)]
            if len(WORDS.intersection(texts)) > 1:
                yield node.lineno


def test_no_other_file_lists_them_again() -> None:
    core = ROOT / "plugins" / "module_utils" / "_core" / "verdicts.py"
    files = [file for file in sorted((ROOT / "plugins").rglob("*.py")) if file != core]
    assert files and list(lists_of_verdicts(core))
    again = [f"{file.relative_to(ROOT)}:{line}" for file in files for line in lists_of_verdicts(file)]
    assert again == [], "use the names of verdicts.py"


def test_the_role_and_the_module_document_the_same() -> None:
    role = ROOT / "roles" / "health_check"
    specs = yaml.safe_load((role / "meta" / "argument_specs.yml").read_text("utf-8"))
    option = specs["argument_specs"]["main"]["options"]["health_check_fail_on"]
    defaults = yaml.safe_load((role / "defaults" / "main.yml").read_text("utf-8"))
    module = yaml.safe_load(health_report.DOCUMENTATION)["options"]["fail_on"]
    assert option["choices"] == module["choices"] == list(FAILING_SEVERITIES)
    assert option["default"] == defaults["health_check_fail_on"] == list(DEFAULT_FAIL_ON)
    said = " ".join(module["description"])
    assert [severity for severity in FAILING_SEVERITIES if f"V({severity})" in said] == list(DEFAULT_FAIL_ON)


def test_the_schema_of_reports_knows_the_same() -> None:
    definitions = json.loads((ROOT / "docs" / "health_report.schema.json").read_text("utf-8"))["$defs"]
    assert set(definitions["status"]["enum"]) == set(STATUSES)
    assert definitions["severity"]["enum"] == list(SEVERITIES)
