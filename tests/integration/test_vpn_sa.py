# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ngfw.smc.vpn_sa through real ansible commands."""

from __future__ import annotations

from typing import Any

import pytest

from simulator import Fault, Scenario, Simulator

from .conftest import Ansible

EVENT4 = Scenario(end_signals=["event4"])


def vpn_sa(name: str, **options: Any) -> dict[str, Any]:
    return {"name": name, "ngfw.smc.vpn_sa": options, "register": name.replace(" ", "_")}


def spis(smc: Simulator) -> set[str]:
    return {str(entry.href) for entry in smc.world.entries("VPN_SA", smc.world.engine("Plano FW"))}


@pytest.mark.parametrize("connection", ["local", "jump"])
def test_sas_are_negotiated_again(simulator: Any, ansible: Ansible, connection: str) -> None:
    smc = simulator(EVENT4)
    ansible.use(smc)
    before = spis(smc)
    match = {"peer_security_gateway": "Partner Cisco"}
    run = ansible.tasks(
        vpn_sa("planned", match=match) | {"check_mode": True, "diff": True},
        vpn_sa("renewed", match=match),
        vpn_sa("by href", hrefs="{{ planned.plan.remove | map(attribute='vpn_sa_href') }}"),
        vpn_sa("without reading", hrefs="{{ planned.plan.remove | map(attribute='vpn_sa_href') }}", wait=False),
        connection=connection,
    ).check()
    planned, renewed = run.result("planned"), run.result("renewed")
    assert (planned["removed"], len(planned["plan"]["remove"])) == (2, 2)
    assert "-Plano FW: IKE with Partner Cisco" in run.output
    assert renewed["changed"] and renewed["removed"] == 2
    assert renewed["smc_url"] == smc.url
    assert {(one["peer"], one["type"]) for one in renewed["entries"]} == {
        ("Partner Cisco", "IKE"),
        ("Partner Cisco", "IPsec"),
    }
    for name in ("by href", "without reading"):
        assert (run.result(name)["changed"], run.result(name)["unchanged"]) == (False, 2)
    assert len(before & spis(smc)) == len(before) - 2
    assert smc.open_sessions == 0


def test_what_goes_wrong_has_a_sentence(simulator: Any, ansible: Ansible) -> None:
    smc = simulator(Scenario(end_signals=["event4"], faults=[Fault("vpn_sa_delete", "status", 403, times=0)]))
    ansible.use(smc)
    engine = f"{smc.url}/7.1/elements/single_fw/1563"
    wrong: dict[str, tuple[dict[str, Any], str]] = {
        "neither": ({}, "Give one of `hrefs` and `match`; none is given"),
        "empty": ({"match": {}}, "`match` is empty"),
        "engine": ({"hrefs": [engine]}, "1 of 1 hrefs do not name a VPN SA, so nothing was deleted"),
        "wildcard": ({"match": {"peer_security_gateway": "Part*"}}, "Write {regex: '^Part.*$'}"),
        "foreign": ({"target": "HQ cluster", "hrefs": [f"{engine}/vpn_sa/MQ=="]}, "belong to another engine"),
        "refused": ({"match": {"sa_class": "IKE"}}, "HTTP 403"),
    }
    run = ansible.tasks(
        *(vpn_sa(name, **options) | {"ignore_errors": True} for name, (options, _words) in wrong.items())
    )
    for name, (_options, words) in wrong.items():
        assert words in run.result(name)["msg"], name
    assert not run.result("refused")["changed"]
    assert len(run.result("refused")["failed_entries"]) == 2


def test_a_lost_connection_is_tried_again_and_an_smc_that_is_gone_is_not(simulator: Any, ansible: Ansible) -> None:
    smc = simulator(Scenario(end_signals=["event4"], faults=[Fault("vpn_sa_delete", "drop", times=1)]))
    ansible.use(smc)
    run = ansible.tasks(vpn_sa("once", match={"peer_security_gateway": "Partner Cisco"}, wait=False)).check()
    assert run.result("once")["removed"] == 2
    smc.scenario.faults = [Fault("vpn_sa_delete", "drop", times=0)]
    run = ansible.tasks(vpn_sa("always", match={"sa_class": {"regex": "."}}, wait=False, concurrency=1))
    problems = [failed["msg"] for failed in run.result("always")["failed_entries"]]
    assert [problem.startswith("Not tried any more: ") for problem in problems] == [False, False, True, True]
