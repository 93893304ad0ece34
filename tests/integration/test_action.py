# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What Ansible's keywords mean for a task of this collection, whether it runs in the controller or as a module."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import yaml

from simulator import Fault, Scenario, Simulator
from tests.integration.conftest import Ansible

Factory = Callable[..., Simulator]
INFO = "ngfw.smc.engine_info"


def names(result: dict[str, Any]) -> list[str]:
    return [engine["name"] for engine in result["engines"]]


def test_keywords_of_tasks(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(Scenario(faults=[Fault("listing", status=500)]))
    ansible.use(smc)
    hosts = {
        "plano": {"smc_target": "Plano FW", "ansible_connection": "local"},
        # Nothing can be sent to this one.
        "far": {"smc_target": "Lab FW", "ansible_connection": "jump", "ansible_python_interpreter": "/nowhere/python"},
        "jumphost": {"ansible_connection": "jump"},
        "localhost": {"ansible_connection": "local", "smc_target": "localhost"},
    }
    (ansible.folder / "hosts.yml").write_text(yaml.safe_dump({"all": {"hosts": hosts}}), "utf-8")
    every = {"name_filter": "*", "gather": []}
    local = [
        {
            "name": "again",
            INFO: every,
            "register": "result",
            "until": "result is success",
            "retries": 2,
            "delay": 0,
        },
        {"name": "loop", INFO: {"target": "{{ item }}"}, "loop": ["Branch 7", "HQ cluster"]},
        {"name": "loop of variables", INFO: {}, "vars": {"smc_target": "{{ item }}"}, "loop": ["Branch 8", "DMZ IPS"]},
        # Nothing is asked of an engine that would take another user's rights.
        {"name": "become", INFO: {}, "become": True, "vars": {"ansible_become_exe": "/nowhere/sudo"}},
        {"name": "jump", INFO: {}, "delegate_to": "jumphost"},
        {"name": "asynchronous", INFO: {}, "async": 60, "poll": 1},
        {"name": "hidden", INFO: {}, "no_log": True},
        {"name": "as the module", "ansible.builtin.include_tasks": "more.yml", "loop": ["DMZ IPS"]},
    ]
    more = [{"name": "included", INFO: {"target": "{{ item }}"}}]
    (ansible.folder / "more.yml").write_text(yaml.safe_dump(more), "utf-8")
    far = [
        {"name": "here", INFO: {}, "delegate_to": "localhost"},
        {"name": "there", INFO: {}, "ignore_errors": True},
    ]
    run = ansible.playbook(
        [
            {"hosts": "plano", "gather_facts": False, "tasks": local},
            {"hosts": "far", "gather_facts": False, "tasks": far},
            {
                "hosts": "localhost",
                "gather_facts": False,
                "tasks": [{"name": "an engine called localhost", INFO: {}, "ignore_errors": True}],
            },
        ],
        inventory="hosts.yml",
    ).check()
    assert run.result("again")["attempts"] == 2
    assert [names(item) for item in run.result("loop")["results"]] == [["Branch 7"], ["HQ cluster"]]
    assert [names(item) for item in run.result("loop of variables")["results"]] == [["Branch 8"], ["DMZ IPS"]]
    assert names(run.result("become")) == names(run.result("jump")) == names(run.result("asynchronous")) == ["Plano FW"]
    assert "censored" in run.result("hidden")
    assert names(run.result("included")) == ["DMZ IPS"]
    # The host's own engine, wherever the work is done.
    assert names(run.result("here")) == ["Lab FW"]
    assert "engines" not in run.result("there")
    assert run.result("an engine called localhost")["error"]["target"] == "localhost"
    assert smc.open_sessions == 0


@pytest.mark.parametrize("connection", ["local", "jump"])
def test_a_secret_that_comes_back_is_masked(ansible: Ansible, simulator: Factory, connection: str) -> None:
    smc = simulator(extra_engines=[(f"site {Simulator.api_key}", "single_fw", "Shared Domain")])
    ansible.use(smc)
    run = ansible.tasks(
        {"name": "from the environment", INFO: {"name_filter": "site*", "gather": []}},
        {"name": "failed", INFO: {"target": f"site  {smc.api_key}"}, "ignore_errors": True},
        hosts="somewhere,",
        connection=connection,
        arguments=["-vvv"],
    ).check()
    assert names(run.result("from the environment")) == ["site ********"]
    assert "Did you mean site ********" in run.result("failed")["msg"]
    assert smc.api_key not in run.output


@pytest.mark.parametrize("connection", ["local", "jump"])
def test_warnings_are_shown(ansible: Ansible, simulator: Factory, connection: str) -> None:
    ansible.use(simulator(Scenario(faults=[Fault("engine", status=500, engine="Branch 7", text="Database problem")])))
    run = ansible.tasks({"name": "info", INFO: {"name_filter": "Branch*"}}, hosts="somewhere,", connection=connection)
    run.check()
    assert len(run.result("info")["warnings"]) == 1
    assert "'Branch 7' is listed with what is known" in " ".join(run.output.split())


LOGIN = "ngfw.smc.login"


@pytest.mark.parametrize("connection", ["local", "jump"])
def test_a_login_shows_no_session_at_any_verbosity(ansible: Ansible, simulator: Factory, connection: str) -> None:
    smc = simulator()
    ansible.use(smc)
    run = ansible.tasks(
        {"name": "login", LOGIN: {}, "register": "login"},
        {"name": "used", INFO: {"name_filter": "*", "gather": [], "session": "{{ login.session }}"}},
        {"name": "logout", "ngfw.smc.logout": {"session": "{{ login.session }}"}},
        {"name": "refused", LOGIN: {"api_key": "wrong-key"}, "ignore_errors": True},
        {"name": "no mapping", INFO: {"target": "HQ", "session": False}, "ignore_errors": True},
        {"name": "no number", INFO: {"target": "HQ", "concurrency": float("inf")}, "ignore_errors": True},
        {"name": "asynchronous", LOGIN: {}, "async": 60, "poll": 1, "ignore_errors": True},
        hosts="somewhere,",
        connection=connection,
        arguments=["-vvvvv"],
    ).check()
    assert smc.statistics.logins == 1 and smc.statistics.open_sessions == 0
    assert "JSESSIONID" not in run.output.replace("JSESSIONID=********", "")
    assert "refused the login with the API key" in run.result("refused")["msg"]
    assert "`session` is not a mapping" in run.result("no mapping")["msg"]
    assert run.result("no mapping")["error"]["kind"] == "option"
    assert "`concurrency` is inf, which is not a whole number" in run.result("no number")["msg"]
    assert "cannot run with `async`" in run.result("asynchronous")["msg"]
    assert run.result("asynchronous")["error"]["kind"] == "option"
