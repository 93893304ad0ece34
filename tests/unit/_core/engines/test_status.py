# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the status of its nodes says about an engine."""

from __future__ import annotations

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.status import (
    Availability,
    NodeCondition,
    NodeStatus,
)

from tests.unit._core.engines.sample_engines import ONLINE, build, document, node


@pytest.mark.parametrize(
    "state,monitoring,online,answers",
    [
        ("Online", "READY", 1, True),
        ("Locked Online", "", 1, True),
        ("Standby", "READY", 0, True),
        ("Offline", "READY", 0, False),
        ("Unknown", "NO_STATUS", 0, False),
        ("Online", "TIMEOUT", 0, False),
        # Nothing is known against it.
        ("", "", None, True),
        ("Not Monitored", "READY", None, True),
        ("", "TIMEOUT", 0, False),
    ],
)
def test_what_a_nodes_status_says(state: str, monitoring: str, online: int | None, answers: bool) -> None:
    known = Availability((NodeStatus("Plano node 1", state, monitoring),))
    assert known.online == online
    assert (not known.silent) is answers


@pytest.mark.parametrize(
    "condition,states",
    [
        ("online", ["Online", "Locked Online"]),
        ("starting", ["Going Online", "Going Locked Online"]),
        ("standby", ["Standby", "Going Standby"]),
        ("offline", ["Offline", "Going Offline", "Locked Offline", "Going Locked Offline", "No Policy Installed"]),
        ("unknown", ["Unknown", "Not Monitored", "", "Something New"]),
    ],
)
def test_the_table_of_node_states(condition: str, states: list[str]) -> None:
    for state in states:
        for monitoring in ("READY", "INITIAL", "DUMMY", "ERROR", "SOMETHING_NEW", ""):
            assert NodeStatus("n", state, monitoring).condition is NodeCondition(condition)
        for monitoring in ("TIMEOUT", "NO_STATUS", "DELETED"):
            assert NodeStatus("n", state, monitoring).condition is NodeCondition.OFFLINE
        assert NodeStatus("n", state, "SERVER_ERROR").condition is NodeCondition.UNKNOWN


def test_an_engines_status_is_that_of_a_node_that_is_online_now() -> None:
    # The SMC's last word on the first node was "Online", but it does not answer any more.
    gone = {**ONLINE, "monitoring_state": "TIMEOUT", "installed_policy": "HQ 1"}
    plain = build(document(node(1), node(2)), {0: gone, 1: ONLINE})
    assert plain["installed_policy"] == "HQ 2"
