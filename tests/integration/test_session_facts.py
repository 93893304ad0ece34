# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ngfw.smc.session_facts as its users run it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS

from simulator import Fault, Scenario, Simulator
from tests.integration.conftest import Ansible

EVERY = list(DEFINITIONS)
SIGNALS = Scenario(end_signals=["event4"])

Factory = Callable[..., Simulator]


@pytest.mark.smoke
def test_every_definition_in_one_task(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(Scenario(end_signals=["end"]))
    ansible.use(smc)
    run = ansible.tasks(
        {"name": "facts", "ngfw.smc.session_facts": {"definitions": EVERY}},
        {
            "name": "facts are facts",
            "ansible.builtin.assert": {
                "that": [
                    "ansible_facts.smc_routing.target == 'Plano FW'",
                    "ansible_facts.smc_active_alerts.target == 'Shared Domain'",
                    "ansible_facts.smc_routing.entries | selectattr('route_netmask', 'equalto', 0) | length == 1",
                ]
            },
        },
        arguments=["--check"],
    ).check()
    result = run.result("facts")
    assert result["changed"] is False
    facts = result["ansible_facts"]
    assert sorted(facts) == sorted("smc_" + name.lower() for name in EVERY)
    for name in EVERY:
        snapshot = facts["smc_" + name.lower()]
        assert snapshot["definition"] == name
        assert snapshot["complete"] is True
        assert snapshot["completed_by"] == "end"
        assert snapshot["truncated"] is False
        assert snapshot["count"] == len(snapshot["entries"]) > 0
        assert sum(snapshot["nodes"].values()) == snapshot["count"]
    truth = smc.world.entries("ROUTING", smc.world.engine("Plano FW"))
    assert len(truth) == facts["smc_routing"]["count"]
    assert (smc.statistics.logins, smc.statistics.logouts, smc.statistics.open_sessions) == (1, 1, 0)
    assert smc.statistics.sockets_open == 0


def test_adhoc_needs_no_target_with_a_local_connection(ansible: Ansible, simulator: Factory) -> None:
    ansible.use(simulator(Scenario(end_signals=["event4"]), extra_engines=[("plano_fw", "single_fw", "Shared Domain")]))
    run = ansible.adhoc("plano_fw", "ngfw.smc.session_facts", "definitions=VPN_SA", "-c", "local").check()
    assert '"completed_by": "event4"' in run.output
    assert '"target": "plano_fw"' in run.output


def test_smc_target_names_the_engine_of_a_host(ansible: Ansible, simulator: Factory) -> None:
    ansible.use(simulator(SIGNALS))
    run = ansible.tasks(
        {"name": "facts", "ngfw.smc.session_facts": {"definitions": "ROUTING"}},
        hosts="fw1,",
        vars={"smc_target": "{{ 'Plano' }} FW"},
    ).check()
    assert run.result("facts")["ansible_facts"]["smc_routing"]["target"] == "Plano FW"


def test_module_and_action_plugin_give_the_same(ansible: Ansible, simulator: Factory) -> None:
    refused = Fault("request", "failure", times=0, definition="USERS", text="No Log Server for you")
    smc = simulator(Scenario(end_signals=["event4"], faults=[refused]))
    ansible.use(smc)
    options = {
        "target": "Plano FW",
        "definitions": ["VPN_SA", "ACTIVE_ALERTS"],
        "fields": ["peer_security_gateway", "SaClass", "Severity"],
        "count_by": ["sa_class"],
        "api_key": smc.api_key,
    }
    wrong = {**options, "target": "Plano"}
    partly = {"target": "Plano FW", "definitions": ["USERS", "ROUTING"], "raw": True, "limit": 3}
    results = {}
    for connection in ("local", "jump"):
        run = ansible.tasks(
            {"name": "good", "ngfw.smc.session_facts": options},
            {"name": "bad", "ngfw.smc.session_facts": wrong, "ignore_errors": True},
            {"name": "partly", "ngfw.smc.session_facts": partly, "ignore_errors": True},
            {"name": "unsupported", "ngfw.smc.session_facts": {**options, "tables": 1}, "ignore_errors": True},
            connection=connection,
            hosts="controller,",
        ).check()
        results[connection] = {name: run.result(name) for name in ("good", "bad", "partly", "unsupported")}
        for name in ("good", "partly"):
            for fact in results[connection][name]["ansible_facts"].values():
                assert fact.pop("elapsed") > 0
                assert fact.pop("fetched_at")
        assert results[connection]["partly"]["ansible_facts"]["smc_routing"]["truncated"] is True
    for name in ("good", "bad", "partly"):
        for side in results.values():
            side[name].pop("_ansible_parsed", None)
            side[name].pop("_ansible_no_log", None)
            # Whether a module's result has it depends on the version of ansible-core.
            side[name].pop("invocation", None)
        assert results["local"][name] == results["jump"][name]
    assert results["local"]["unsupported"]["msg"] == results["jump"]["unsupported"]["msg"]
    assert smc.api_key not in json.dumps(results)


def test_fields_filter_limit_and_counts(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(Scenario(end_signals=["end"]), connections=1000)
    ansible.use(smc)
    run = ansible.tasks(
        {
            "name": "counted",
            "ngfw.smc.session_facts": {"definitions": "CONNECTIONS", "count_by": ["protocol"], "entries": False},
        },
        {
            "name": "filtered",
            "ngfw.smc.session_facts": {
                "definitions": "CONNECTIONS",
                "fields": ["src", "Dst Port"],
                "filter": {"dport": [80, 443], "src": "10.0.0.0/8"},
            },
        },
        {
            "name": "expression",
            "ngfw.smc.session_facts": {"definitions": "CONNECTIONS", "filter_expression": "$Dport == 443"},
        },
        {"name": "limited", "ngfw.smc.session_facts": {"definitions": "CONNECTIONS", "limit": 150}},
        {"name": "raw", "ngfw.smc.session_facts": {"definitions": "CONNECTIONS", "limit": 1, "raw": True}},
    ).check()
    counted = run.result("counted")["ansible_facts"]["smc_connections"]
    assert (counted["entries"], counted["count"]) == ([], 1000)
    assert sum(counted["counts"]["protocol"].values()) == 1000
    filtered = run.result("filtered")["ansible_facts"]["smc_connections"]
    assert 0 < filtered["count"] < 1000
    assert {key for entry in filtered["entries"] for key in entry} == {"src", "dport", "delta_key"}
    assert {entry["dport"] for entry in filtered["entries"]} <= {80, 443}
    expression = run.result("expression")["ansible_facts"]["smc_connections"]
    assert {entry["dport"] for entry in expression["entries"]} == {443}
    limited = run.result("limited")["ansible_facts"]["smc_connections"]
    assert (limited["count"], limited["truncated"], limited["complete"]) == (150, True, False)
    assert limited["completed_by"] == "limit"
    raw = run.result("raw")["ansible_facts"]["smc_connections"]["entries"][0]
    assert isinstance(raw["NodeId"], str)
    assert isinstance(raw["Dport"] if "Dport" in raw else raw["Src"], str)
    # Only what was asked for, the entry's identity and the evidence went over the wire.
    queries = [json.loads(frame) for frame in smc.statistics.frames if '"query"' in frame]
    assert queries[0]["format"]["field_ids"] == [11, 4, 302, 7]


def test_a_field_that_the_last_entry_lacks(ansible: Ansible, simulator: Factory) -> None:
    """The last entry bears the sign of the end, and is an entry all the same."""
    smc = simulator(Scenario(end_signals=["event4_last"]))
    ansible.use(smc)
    run = ansible.tasks(
        {"name": "all", "ngfw.smc.session_facts": {"definitions": "ROUTING"}},
        {"name": "some", "ngfw.smc.session_facts": {"definitions": "ROUTING", "fields": ["dst_vlan"]}},
    ).check()
    every, some = (run.result(name)["ansible_facts"]["smc_routing"] for name in ("all", "some"))
    assert not any("dst_vlan" in entry for entry in every["entries"])
    assert (some["count"], some["completed_by"]) == (every["count"], "event4")


def test_one_definition_failing_keeps_the_others(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(
        Scenario(
            end_signals=["end"],
            faults=[{"at": "request", "do": "failure", "definition": "USERS", "text": "No Log Server for you"}],
        )
    )
    ansible.use(smc)
    run = ansible.tasks({"name": "facts", "ngfw.smc.session_facts": {"definitions": ["USERS", "ROUTING"]}})
    assert run.returncode == 2
    result = run.result("facts")
    assert result["msg"].startswith("1 of 2 definitions failed (USERS).")
    assert "No Log Server for you" in result["msg"]
    assert result["failed_definitions"]["USERS"]["kind"] == "query"
    assert list(result["ansible_facts"]) == ["smc_routing"]
    assert result["ansible_facts"]["smc_routing"]["complete"] is True
    assert smc.statistics.open_sessions == 0


@pytest.mark.parametrize("session_kind", ["cookie", "token"])
def test_one_session_for_a_play(ansible: Ansible, simulator: Factory, session_kind: str) -> None:
    smc = simulator(Scenario(end_signals=["end"], session_kind=session_kind))
    play: dict[str, Any] = {
        "hosts": "all",
        "connection": "local",
        "gather_facts": False,
        "module_defaults": {
            "group/ngfw.smc.smc": {"url": smc.url, "session": "{{ smc_login.session | default(omit) }}"}
        },
        "tasks": [
            {
                "name": "login",
                "ngfw.smc.login": {"api_key": smc.api_key},
                "register": "smc_login",
                "run_once": True,
            },
            {
                "block": [
                    {"name": "routing", "ngfw.smc.session_facts": {"definitions": "ROUTING"}},
                    {"name": "vpn", "ngfw.smc.session_facts": {"definitions": "VPN_SA"}},
                ],
                "always": [{"name": "logout", "ngfw.smc.logout": {}, "run_once": True}],
            },
        ],
    }
    run = ansible.playbook([play], "-vvv", inventory="Plano FW,Branch 7,").check()
    assert (smc.statistics.logins, smc.statistics.logouts, smc.statistics.open_sessions) == (1, 1, 0)
    # The login hides its result although the task did not say no_log.
    assert "censored" in run.result("login")
    for secret in (smc.api_key, "JSESSIONID"):
        assert secret not in run.output


def test_an_expired_session_is_replaced_once_or_is_a_clear_error(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(Scenario(end_signals=["end"]))
    ansible.use(smc)
    task = {"definitions": "ROUTING", "session": "{{ smc_login.session }}"}
    expire = {
        "name": "expire",
        "ansible.builtin.uri": {
            "url": f"{smc.url}/simulator/sessions/expire",
            "method": "POST",
            "status_code": [200, 204],
        },
        "environment": {"no_proxy": "127.0.0.1"},
    }
    run = ansible.tasks(
        {"name": "login", "ngfw.smc.login": {}, "register": "smc_login", "no_log": True},
        expire,
        {"name": "renewed", "ngfw.smc.session_facts": task},
        {
            "name": "refused",
            "ngfw.smc.session_facts": task,
            "environment": {"SMC_API_KEY": ""},
            "ignore_errors": True,
        },
    ).check()
    assert run.result("renewed")["ansible_facts"]["smc_routing"]["count"] > 0
    assert smc.statistics.logins == 2
    assert smc.statistics.open_sessions == 0
    refused = run.result("refused")
    assert refused["error"]["kind"] == "session_expired"
    assert "Log in again with ngfw.smc.login" in refused["msg"]


def test_environment_of_the_task_counts_in_the_controller_too(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(SIGNALS)
    run = ansible.tasks(
        {"name": "facts", "ngfw.smc.session_facts": {"definitions": "ROUTING"}},
        environment=None,
        vars={},
    )
    assert "`url` is missing" in run.result("facts")["msg"]
    play = {
        "hosts": "all",
        "connection": "local",
        "gather_facts": False,
        "environment": {"SMC_ADDRESS": smc.url, "SMC_API_KEY": smc.api_key},
        "tasks": [{"name": "facts", "ngfw.smc.session_facts": {"definitions": "ROUTING"}}],
    }
    ansible.playbook([play], inventory="Plano FW,").check()


@pytest.mark.parametrize("connection", ["local", "jump"])
def test_every_connection_option_may_come_from_the_environment(
    ansible: Ansible, simulator: Factory, tmp_path: Path, connection: str
) -> None:
    smc = simulator(SIGNALS, tls="good", tls_directory=tmp_path)
    ansible.environment.update(
        SMC_ADDRESS=smc.url,
        SMC_USERNAME=smc.username,
        SMC_PASSWORD=smc.password,
        SMC_DOMAIN="Retail",
        SMC_API_VERSION="7.0",
        SMC_CA_PATH=str(smc.ca_path),
    )
    run = ansible.tasks(
        {
            "name": "facts",
            "ngfw.smc.session_facts": {"definitions": ["ROUTING", "ACTIVE_ALERTS"], "target": "Store 12"},
        },
        hosts="controller,",
        connection=connection,
        arguments=["-vvv"],
    ).check()
    facts = run.result("facts")["ansible_facts"]
    assert facts["smc_routing"]["target"] == "Store 12"
    assert facts["smc_active_alerts"]["target"] == "Retail"
    assert all(fact["count"] for fact in facts.values())
    used = {path.split("/")[1] for path in smc.statistics.paths}
    assert used == {"api", "7.0"}
    assert smc.password not in run.output


def test_asynchronous_tasks_run_the_module(ansible: Ansible, simulator: Factory) -> None:
    ansible.use(simulator(SIGNALS))
    run = ansible.tasks(
        {"name": "facts", "ngfw.smc.session_facts": {"definitions": "ROUTING"}, "async": 60, "poll": 1}
    ).check()
    assert run.result("facts")["ansible_facts"]["smc_routing"]["complete"] is True


def test_tls_with_one_ca_option(ansible: Ansible, simulator: Factory, tmp_path: Path) -> None:
    smc = simulator(SIGNALS, tls="good", tls_directory=tmp_path)
    ansible.use(smc)
    facts = {"name": "facts", "ngfw.smc.session_facts": {"definitions": "ROUTING", "ca_path": str(smc.ca_path)}}
    blind = {"name": "blind", "ngfw.smc.session_facts": {"definitions": "ROUTING", "validate_certs": False}}
    refused = {"name": "refused", "ngfw.smc.session_facts": {"definitions": "ROUTING"}, "ignore_errors": True}
    run = ansible.tasks(facts, blind, refused).check()
    assert run.result("facts")["ansible_facts"]["smc_routing"]["complete"] is True
    assert run.result("blind")["ansible_facts"]["smc_routing"]["complete"] is True
    assert run.result("refused")["error"]["kind"] == "tls"
    assert "ca_path" in run.result("refused")["msg"]


def test_the_most_frequent_come_first_also_on_the_command_line(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(Scenario(end_signals=["end"]), connections=300)
    ansible.use(smc)
    words = "target='Plano FW' definitions=CONNECTIONS count_by=service entries=false top=3 limit=100"
    run = ansible.adhoc("localhost", "ngfw.smc.session_facts", words, "-c", "local").check()
    facts = json.loads(run.output[run.output.index("=> ") + 3 :])["ansible_facts"]["smc_connections"]
    frequent = [item["count"] for item in facts["top"]["service"]]
    assert len(frequent) == 3 and frequent == sorted(facts["counts"]["service"].values(), reverse=True)[:3]
    warning = " ".join(run.output.partition("=> ")[0].split())
    assert "`limit` is 100 and the table is longer, so only 100 entries were counted" in warning


def test_a_wildcard_is_an_error_that_says_what_to_write(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(Scenario(end_signals=["end"]))
    ansible.use(smc)
    facts = {"definitions": "USERS", "filter": {"username": "aino*"}}
    run = ansible.tasks({"name": "users", "ngfw.smc.session_facts": facts})
    assert "an asterisk is not a wildcard there" in run.result("users")["msg"]
    assert "selectattr('username', 'match', 'aino.*')" in run.result("users")["msg"]
    assert not smc.statistics.frames
