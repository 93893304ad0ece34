# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which engines are watched, and how long a lost table waits. The watching itself is tested over real sockets."""

from __future__ import annotations

from itertools import islice

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.search import EngineReference
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.watching import LONGEST_PAUSE, Targets, pauses

ENGINES = [
    EngineReference("Plano FW", "…/elements/single_fw/1", "single_fw"),
    EngineReference("Branch 1", "…/elements/single_fw/2", "single_fw"),
    EngineReference("Branch 2", "…/elements/fw_cluster/3", "fw_cluster"),
    EngineReference("Branch IPS", "…/elements/single_ips/4", "single_ips"),
]


@pytest.mark.parametrize(
    "targets, expected",
    [
        (Targets(), []),
        (Targets(names=["Plano FW"]), ["Plano FW"]),
        (Targets(names=["plano fw"]), []),
        (Targets(patterns=["*"]), ["Branch 1", "Branch 2", "Branch IPS", "Plano FW"]),
        (Targets(patterns=["branch *"], types=["single_fw"]), ["Branch 1"]),
        (Targets(patterns=["*"], types=["ips"]), ["Branch IPS"]),
        # Types narrow patterns; who names an engine means it.
        (Targets(names=["Branch 1"], patterns=["*"], types=["fw_cluster"]), ["Branch 1", "Branch 2"]),
    ],
)
def test_the_engines_that_are_wanted(targets: Targets, expected: list[str]) -> None:
    assert targets.select(ENGINES) == expected


def test_pauses_grow_to_a_limit_and_are_spread() -> None:
    longest = list(islice(pauses(lambda: 1.0), 9))
    assert longest == [1, 2, 4, 8, 16, 32, LONGEST_PAUSE, LONGEST_PAUSE, LONGEST_PAUSE]
    assert list(islice(pauses(lambda: 0.0), 9)) == [pause / 2 for pause in longest]
