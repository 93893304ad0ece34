# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The JSON report is the model."""

from __future__ import annotations

import json

from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.json import render_json

from tests.reports import report, result


def test_the_document_is_the_model() -> None:
    assert json.loads(render_json(report())) == report()
    assert render_json(report(title="Zürich")).count("Zürich") == 1


def test_numbers_that_json_does_not_have_are_texts_and_letters_stay() -> None:
    odd = result("a", "Zürich", "FAIL", offending=[{"bytes": float("nan")}])
    text = render_json(report([odd]))
    assert "Zürich" in text
    json.loads(text, parse_constant=lambda constant: [][len(constant)])
