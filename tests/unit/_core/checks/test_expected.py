# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every kind of expectation has in common."""

from __future__ import annotations

from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.checked_table import select_entries
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.expected import Expected
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS


def test_without_more_to_say_it_judges_the_selected_entries() -> None:
    full, empty = (select_entries(DEFINITIONS["USERS"], "HQ", entries) for entries in ([{"username": "a"}], []))
    assert Expected().fields == ()
    assert Expected().has_nothing_to_judge(empty) and not Expected().has_nothing_to_judge(full)
