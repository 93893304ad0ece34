# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An SMC that lies about links, or somebody who answers in its place: nothing but what the task names is changed."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import Scenario
from tests.integration.conftest import Ansible
from tests.integration.test_block_list import block_list, sources
from tests.integration.test_vpn_sa import vpn_sa

ENTRIES = [{"source": "203.0.113.66", "duration": 3600}]


@pytest.mark.parametrize(
    "links, task",
    [
        ({"flush_block_list": "{url}/7.1/elements/single_fw/1563"}, {"state": "exact", "entries": []}),
        ({"flush_block_list": "{url}/7.1/elements/single_fw/9999/block_list/flush"}, {"state": "exact", "entries": []}),
        ({"block_list": "{url}/7.1/elements/host"}, {"entries": [{"source": "203.0.113.1"}]}),
        (
            {"block_list": "{url}/7.1/elements/host"},
            {"entries": [{"source": "203.0.113.1"}], "target": None, "all_engines": True},
        ),
    ],
)
def test_a_link_that_leads_elsewhere_is_not_followed(
    simulator: Any, ansible: Ansible, links: dict[str, str], task: dict[str, Any]
) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    ansible.use(smc)
    ansible.tasks(block_list("before", entries=ENTRIES)).check()
    before = sources(smc)
    smc.scenario.hostile_links.update({rel: href.format(url=smc.url) for rel, href in links.items()})
    given = {name: value for name, value in task.items() if value is not None}
    run = ansible.tasks(block_list("attacked", **given))
    assert run.returncode
    assert "Nothing was changed: the SMC gives" in run.result("attacked")["msg"]
    assert sources(smc) == before
    assert smc.open_sessions == 0


def test_a_record_that_names_another_engine_deletes_nothing_there(simulator: Any, ansible: Ansible) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    ansible.use(smc)
    ansible.tasks(block_list("before", entries=ENTRIES)).check()
    smc.scenario.hostile_links["record"] = f"{smc.url}/7.1/elements/fw_cluster/9"
    run = ansible.tasks(block_list("attacked", state="absent", entries=ENTRIES))
    assert run.returncode
    assert "and not to the engine whose list it stands on" in run.result("attacked")["msg"]
    assert "203.0.113.66" in sources(smc)


@pytest.mark.parametrize("record", ["single_fw/{other}", "host/1"])
@pytest.mark.parametrize("check_mode", [False, True])
def test_an_sa_that_names_another_engine_deletes_nothing(
    simulator: Any, ansible: Ansible, record: str, check_mode: bool
) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    ansible.use(smc)
    other = smc.world.engine("Branch 7")
    before = [len(smc.world.entries("VPN_SA", smc.world.engine(name))) for name in ("Branch 7", "Plano FW")]
    smc.scenario.hostile_links["record"] = f"{smc.url}/7.1/elements/{record.format(other=other.key)}"
    run = ansible.tasks(vpn_sa("attacked", match={"sa_class": "IPsec"}, wait=False) | {"check_mode": check_mode})
    assert run.returncode
    result = run.result("attacked")
    assert "Nothing was deleted: the SMC gives" in result["msg"] and "IPsec with" in result["msg"]
    assert before == [len(smc.world.entries("VPN_SA", smc.world.engine(name))) for name in ("Branch 7", "Plano FW")]
    assert not any("vpn_sa" in str(path) for path in smc.statistics.paths)
    assert smc.open_sessions == 0
