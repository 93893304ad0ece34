# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One deadline over several waits."""

from __future__ import annotations

from ansible_collections.ngfw.smc.plugins.module_utils._core.api.deadline import Deadline


def test_a_wait_is_never_longer_than_what_is_left() -> None:
    deadline = Deadline(1000)
    assert deadline.bounded(5) == 5
    assert 0 < deadline.bounded(5000) <= 1000
    assert 0 < deadline.left() <= deadline.seconds


def test_after_its_end_nothing_is_left_and_waits_are_short() -> None:
    deadline = Deadline(0)
    assert deadline.left() == 0
    # 0 would mean "do not wait at all", and what has arrived already would not be read.
    assert 0 < deadline.bounded(5) < 0.1
