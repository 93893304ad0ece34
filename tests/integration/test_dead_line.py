# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A path that dies between two messages, while the connection stays, is not a quiet table."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from simulator import Scenario, Simulator
from tests.forwarder import Forwarder
from tests.integration.conftest import Ansible

Factory = Callable[..., Simulator]


@pytest.mark.parametrize("size", [20_000, 300_000])
def test_a_line_that_died_is_an_error_and_says_what_had_come(ansible: Ansible, simulator: Factory, size: int) -> None:
    smc = simulator(Scenario(end_signals=[]), connections=1000)
    task = {"name": "Read", "ngfw.smc.session_facts": {"definitions": "CONNECTIONS", "quiet_period": 0.5}}
    with Forwarder(smc.url, websocket_bytes=size) as path:
        run = ansible.tasks(task, environment={"SMC_ADDRESS": path.url, "SMC_API_KEY": smc.api_key})
    result = run.result("Read")
    assert run.returncode == 2
    assert result["error"]["kind"] == "channel_closed"
    assert "the SMC did not answer a ping within 10 s, so the connection is dead" in result["msg"]
    assert "had come, which may not be all" in result["msg"]
    assert (result["error"]["received"] > 0) is (size > 100_000)
    assert not result["ansible_facts"]


def test_a_table_that_is_quiet_is_confirmed_by_a_pong(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(Scenario(end_signals=[]))
    ansible.use(smc)
    run = ansible.tasks(
        {"name": "Read", "ngfw.smc.session_facts": {"definitions": "ROUTING", "quiet_period": 0.5}}
    ).check()
    routing = run.result("Read")["ansible_facts"]["smc_routing"]
    assert (routing["completed_by"], routing["confirmed_by"]) == ("quiet", "pong")
