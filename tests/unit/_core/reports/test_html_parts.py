# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Small parts of the HTML report: everything is escaped."""

from __future__ import annotations

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.html_parts import (
    count_badges,
    letter_of,
    place_of,
    prose,
    severity_badge,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.verdicts import STATUSES

from tests.reports import EVIL, result


@pytest.mark.parametrize(
    "text,page",
    [("Set `when_empty`.", "Set <code>when_empty</code>."), ("a ` b", "a ` b"), ("`<b>`", "<code>&lt;b&gt;</code>")],
)
def test_names_of_options_are_set_apart(text: str, page: str) -> None:
    assert prose(text) == page
    assert "<script" not in prose(EVIL)


def test_a_verdict_has_a_letter_of_its_own() -> None:
    assert len({letter_of(status) for status in STATUSES}) == len(STATUSES)


def test_badges() -> None:
    assert severity_badge("critical", wrong=True) == '<span class="sev critical">critical</span>'
    assert severity_badge("critical", wrong=False) == '<span class="sev">critical</span>'
    assert count_badges({"FAIL": 2, "PASS": 0}) == '<span class="f">2 failed</span>'
    about = {"kind": "engine"}
    assert place_of(result("a", "HQ", "PASS", target="Shared Domain", **about)) == "ROUTING of Shared Domain"
    assert place_of(result("a", "HQ", "PASS", definition="", **about)) == "nodes"
    assert place_of(result("a", "HQ", "FAIL", kind="run")) == "the run as a whole"
