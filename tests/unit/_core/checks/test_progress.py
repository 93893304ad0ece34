# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The line that says how far a check of many engines is."""

from __future__ import annotations

from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.progress import EVERY, Progress


def test_a_line_comes_from_time_to_time_and_only_if_something_has_changed() -> None:
    progress = Progress(2000)
    progress.add(failing=False)
    assert progress.line_at(100.0) is None
    assert progress.line_at(100.0 + EVERY - 0.1) is None
    progress.add(failing=True)
    line = progress.line_at(100.0 + EVERY)
    assert line == "2 of 2,000 engines checked, 1 with failures or errors, 1,998 left"
    assert progress.line_at(100.0 + EVERY) is None
    assert progress.line_at(100.0 + 9 * EVERY) is None
    progress.add(failing=False)
    assert progress.line_at(100.0 + 9 * EVERY) == "3 of 2,000 engines checked, 1 with failures or errors, 1,997 left"
