# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/protocol.md says what the traces say."""

from __future__ import annotations

from tools.assumptions import ASSUMPTIONS, PAGE, Assumption, cell, page


def test_the_table_of_assumptions_is_up_to_date() -> None:
    text = PAGE.read_text(encoding="utf-8")
    assert page(text) == text, "docs/protocol.md is out of date: run `python tools/assumptions.py`."
    for assumption in ASSUMPTIONS:
        assert f"| {assumption.text} |" in text


def test_what_traces_say_is_said_once_with_their_names() -> None:
    assumption = Assumption("x", "y", lambda facts: str(facts.get("says", "")))
    assert cell(assumption, {"a": {"says": "yes"}, "b": {"says": "yes"}}) == "all: yes"
    assert cell(assumption, {"a": {"says": "yes"}, "b": {"says": "no"}, "c": {"says": "yes"}}) == "yes: a, c; no: b"
    assert cell(assumption, {"a": {"says": "yes"}, "b": {}}) == "yes: a"
    assert cell(assumption, {"a": {}}) == "nothing yet"
