# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses of the SMC's servers, as far as it tells them."""

from __future__ import annotations

from collections.abc import Callable

from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.servers import server_addresses

from simulator import Simulator
from simulator.fixtures import simulator
from simulator.http_elements import LOG_SERVER_ADDRESS

__all__ = ["simulator"]


def test_the_log_server_is_known_and_a_kind_that_the_smc_does_not_list_is_left_out(
    simulator: Callable[..., Simulator],
) -> None:
    smc = simulator()
    with Session(Connection(smc.url, api_key=smc.api_key)) as session:
        assert server_addresses(session) == [LOG_SERVER_ADDRESS]
