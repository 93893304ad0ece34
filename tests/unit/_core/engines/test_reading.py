# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is said about engines that could not be read."""

from __future__ import annotations

from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.reading import failures_of

from tests.unit._core.engines.sample_engines import build


def test_many_failures_are_few_warnings() -> None:
    failed = [build(None, errors=[f"Reason {number}."]) for number in range(9)]
    sentences = failures_of([build(None), *failed])
    assert sentences[0] == "'Plano' is listed with what is known: Reason 0."
    assert len(sentences) == 6
    assert sentences[-1] == "4 more engines could not be read completely."
    assert failures_of([build(None)]) == []
