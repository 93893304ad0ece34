# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Style and script of the HTML report: they load nothing, and fit what is rendered."""

from __future__ import annotations

import re

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.html_page import SCRIPT, STYLE
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.html_parts import letter_of
from ansible_collections.ngfw.smc.plugins.module_utils._core.verdicts import STATUSES


def test_nothing_is_loaded_or_run_from_elsewhere() -> None:
    assert not re.search(r"https?:|//|url\(|@import|eval|innerHTML|</", STYLE)
    assert not re.search(r"https?:|url\(|\beval\b|innerHTML|</", SCRIPT)


def test_braces_are_balanced() -> None:
    for text in (STYLE, SCRIPT):
        assert text.count("{") == text.count("}") and text.count("(") == text.count(")")


@pytest.mark.parametrize("status", STATUSES)
def test_each_verdict_has_its_colour_and_sign(status: str) -> None:
    letter = letter_of(status)
    for rule in (f".tile.{letter} b{{", f".bar .{letter}{{", f".{letter}>i::before,"):
        assert rule in STYLE
    assert STYLE.count(f"--{letter}:#") == 3  # light, dark and paper


def test_a_bar_has_a_class_for_each_twentieth() -> None:
    assert re.findall(r"\.bar \.w(\d+)\{flex-grow:(\d+)\}", STYLE) == [(str(n), str(n)) for n in range(1, 21)]
