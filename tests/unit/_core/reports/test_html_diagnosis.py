# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a diagnosis."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.html_diagnosis import render_diagnosis

DOCUMENT: dict[str, Any] = {
    "generated_at": "2026-11-29T10:00:00+00:00",
    "product_version": "7.1",
    "api_version": "7.1",
    "engine": {"type": "fw_cluster", "nodes": 2, "online": 2},
    "suits": True,
    "summary": "The defaults suit this SMC.",
    "proposals": [],
    "observations": [{"about": "pongs", "says": "as assumed", "sentence": "1 of 1 ping answered."}],
    "facts": {"tables": [{"definition": "ROUTING", "entries": 1200, "completed_by": "end", "longest_pause": 0.25}]},
}


def test_it_says_everything_and_loads_nothing() -> None:
    page = render_diagnosis(DOCUMENT)
    for part in (
        "The defaults suit this SMC.",
        "SMC 7.1, API 7.1",
        "fw_cluster, 2 of 2 nodes online",
        "1 of 1 ping answered.",
        "1,200",
    ):
        assert part in page
    assert "What to set" not in page
    assert "default-src 'none'" in page
    assert "http" not in page.replace("http-equiv", "")


@pytest.mark.parametrize("suits, word", [(True, "SUITS"), (False, "SET THIS"), (None, "OPEN")])
def test_the_verdict_stands_first(suits: bool | None, word: str) -> None:
    assert f"<b>{word}</b>" in render_diagnosis({**DOCUMENT, "suits": suits})


def test_what_to_set_is_a_table_and_words_are_escaped() -> None:
    proposals = [{"option": "quiet_period", "value": 5.0, "reason": "A pause <b>of</b> 2 s."}]
    lines = [{"about": "<i>", "says": "failed", "sentence": "\u202e<script>"}]
    page = render_diagnosis(
        {**DOCUMENT, "proposals": proposals, "observations": lines, "engine": None, "product_version": ""}
    )
    assert "<code>quiet_period: 5</code>" in page
    for part in ("<script>", "<b>of</b>", "\u202e"):
        assert part not in page
