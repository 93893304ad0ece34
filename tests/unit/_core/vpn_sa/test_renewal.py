# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Waiting until deleted SAs are negotiated again, on the simulated SMC."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import SnapshotTimeout
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.snapshot import Waits
from ansible_collections.ngfw.smc.plugins.module_utils._core.vpn_sa.renewal import LiveSAs

from simulator import Simulator
from simulator.fixtures import simulator

__all__ = ["simulator"]

WAITS = Waits(1.0, 0.25, 10.0)


@pytest.mark.parametrize("signal", ["event4", "end"])
def test_new_sas_are_waited_for(simulator: Callable[..., Simulator], signal: str) -> None:
    smc = simulator({"end_signals": [signal]})
    with Session(Connection(smc.url, api_key=smc.api_key)) as session, LiveSAs(session, "Plano FW", WAITS) as table:
        table.open()
        deleted = table.listed[:2]
        for sa in deleted:
            assert session.request("DELETE", sa.href.path, "deleting").ok
        table.wait_until_renewed(deleted, time.monotonic() + 10)


def test_a_tunnel_that_stays_down(simulator: Callable[..., Simulator]) -> None:
    smc = simulator({"end_signals": ["event4"]})
    with Session(Connection(smc.url, api_key=smc.api_key)) as session, LiveSAs(session, "Plano FW", WAITS) as table:
        table.open()
        with pytest.raises(
            SnapshotTimeout, match=r"did not show a new one within 10 s: IKE with .*only when there is traffic"
        ):
            table.wait_until_renewed(table.listed[:1], time.monotonic() + 0.2)
