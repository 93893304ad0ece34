# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Connection settings from variables, the environment and ansible.cfg, and plays over the engines of two SMCs."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator import Fault, Scenario, Simulator
from tests.integration.conftest import Ansible

Factory = Callable[..., Simulator]
INFO = "ngfw.smc.engine_info"
HERE = "Shared Domain"


def vaulted(ansible: Ansible, name: str, value: str) -> str:
    """A line of YAML with an inline vaulted value."""
    (ansible.folder / "vault").write_text("vault password\n", "utf-8")
    command = [sys.executable, "-m", "ansible", "vault", "encrypt_string", "--vault-password-file", "vault"]
    output = ansible.run(*command, "--name", name, value).check().output
    lines = output[output.index(f"{name}:") :].splitlines()
    return "\n".join(line for line in lines if line.startswith((name, " "))) + "\n"


@pytest.mark.parametrize("connection", ["local", "jump"])
def test_inline_vaulted_options(ansible: Ansible, simulator: Factory, connection: str) -> None:
    smc = simulator()
    indent = "\n        ".join(vaulted(ansible, "api_key", smc.api_key).splitlines())
    (ansible.folder / "playbook.yml").write_text(
        f"""
- hosts: all
  connection: {connection}
  gather_facts: false
  tasks:
    - name: info
      ngfw.smc.engine_info:
        url: {smc.url}
        target: Lab FW
        {indent}
""",
        "utf-8",
    )
    run = ansible.playbook(
        ansible.folder / "playbook.yml", "--vault-password-file", "vault", "-vvv", inventory="somewhere,"
    ).check()
    assert run.result("info")["engines"][0]["name"] == "Lab FW"
    assert smc.api_key not in run.output
    assert smc.open_sessions == 0


@pytest.mark.parametrize("connection", ["local", "jump"])
def test_variables_then_the_environment_then_the_configuration(
    ansible: Ansible, simulator: Factory, connection: str
) -> None:
    smc = simulator(tls="good")
    secret = f"smc_password: '{smc.password}'"
    assert smc.password not in vaulted(ansible, "smc_password", smc.password)
    variables = vaulted(ansible, "smc_password", smc.password) + yaml.safe_dump(
        {"smc_url": "{{ address }}", "address": smc.url, "smc_username": smc.username, "smc_validate_certs": "false"}
    )
    (ansible.folder / "group_vars").mkdir()
    (ansible.folder / "group_vars" / "all.yml").write_text(variables, "utf-8")
    (ansible.folder / "hosts.ini").write_text("somewhere smc_target='Plano FW'\n", "utf-8")
    given = Path(os.environ["ANSIBLE_CONFIG"]).read_text("utf-8")
    configuration = ansible.folder / "ansible.cfg"
    # Neither is used: variables are stronger.
    configuration.write_text(f"{given}\n[ngfw_smc]\nurl = http://127.0.0.1:1\ncommon = x\n", "utf-8")
    environment = {
        "ANSIBLE_CONFIG": str(configuration),
        "SMC_API_KEY": "a-wrong-key",
        "SMC_ADDRESS": "http://127.0.0.1:2",
    }
    play = {"hosts": "all", "connection": connection, "gather_facts": False, "tasks": [{"name": "info", INFO: {}}]}
    arguments = ("--vault-password-file", "vault", "-vvv")
    run = ansible.playbook([play], *arguments, inventory="hosts.ini", environment=environment).check()
    assert run.result("info")["engines"][0]["name"] == "Plano FW"
    assert smc.password not in run.output, secret
    # What a variable cannot say is a sentence.
    broken = {**play, "vars": {"smc_url": "{{ no_such_variable }}"}}
    run = ansible.playbook([broken], *arguments[:2], inventory="hosts.ini", environment=environment)
    assert run.returncode != 0
    assert "smc_url" in run.output
    assert "no_such_variable" in run.output
    # ansible.cfg is the last place, also for what has no environment variable.
    (ansible.folder / "group_vars" / "all.yml").unlink()
    lines = f"url = {smc.url}\nusername = {smc.username}\npassword = {smc.password}\nvalidate_certs = false\n"
    configuration.write_text(f"{given}\n[ngfw_smc]\n{lines}", "utf-8")
    run = ansible.playbook(
        [play], "-vvv", inventory="hosts.ini", environment={"ANSIBLE_CONFIG": str(configuration)}
    ).check()
    assert run.result("info")["engines"][0]["name"] == "Plano FW"
    assert smc.password not in run.output
    assert smc.open_sessions == 0


def test_a_play_over_the_engines_of_two_smcs(ansible: Ansible, simulator: Factory) -> None:
    first = simulator()
    second = simulator(tls="good", extra_engines=[("Paris FW", "single_fw", HERE)])
    one: dict[str, Any] = {"plugin": "ngfw.smc.engines", "details": "none", "name_filter": "*FW"}
    sources = {
        "one.smc_engines.yml": {**one, "url": first.url, "groups": {"dallas": True}},
        "two.smc_engines.yml": {
            **one,
            "url": second.url,
            "ca_path": str(second.ca_path),
            "host_prefix": "paris_",
            "groups": {"paris": True},
            "domains": [HERE],
        },
    }
    for name, source in sources.items():
        (ansible.folder / name).write_text(yaml.safe_dump({**source, "api_key": "{{ lookup('env', 'KEY') }}"}), "utf-8")
    folder = ansible.folder / "group_vars"
    folder.mkdir()
    (folder / "dallas.yml").write_text(f"smc_api_key: '{first.api_key}'\n", "utf-8")
    (folder / "paris.yml").write_text(vaulted(ansible, "smc_api_key", second.api_key), "utf-8")
    tasks = [{"name": "info", INFO: {}}]
    play = {"hosts": "Plano_FW:paris_Plano_FW:paris_Paris_FW", "gather_facts": False, "tasks": tasks}
    two = ("-i", "two.smc_engines.yml", "--vault-password-file", "vault")
    run = ansible.playbook([play], *two, inventory="one.smc_engines.yml", environment={"KEY": first.api_key}).check()
    found = {line["host"]: line["result"]["engines"][0]["href"] for line in run.tasks}
    assert found["Plano_FW"].startswith(first.url)
    assert found["paris_Plano_FW"].startswith(second.url)
    assert found["paris_Paris_FW"].startswith(second.url)
    # A session of one SMC is not used for an engine of the other.
    login = {"name": "log in", "ngfw.smc.login": {}, "run_once": True, "register": "opened"}
    use = {"name": "info", INFO: {"session": "{{ opened.session }}"}, "ignore_errors": True}
    leave = {"ngfw.smc.logout": {"session": "{{ opened.session }}"}, "run_once": True}
    run = ansible.playbook(
        [{**play, "tasks": [login, use, leave]}],
        *two,
        inventory="one.smc_engines.yml",
        environment={"KEY": first.api_key},
    ).check()
    assert run.result("info", "Plano_FW")["engines"][0]["name"] == "Plano FW"
    assert (
        f"`session` was opened at {first.url}, but `url` is {second.url}" in run.result("info", "paris_Plano_FW")["msg"]
    )
    assert (first.open_sessions, second.open_sessions) == (0, 0)


def test_the_active_one_of_two_management_servers(ansible: Ansible, simulator: Factory) -> None:
    standby = simulator(Scenario(faults=[Fault("login", status=404, times=0, text="Not the active server")]))
    active = simulator()
    ansible.environment["SMC_API_KEY"] = active.api_key
    pair = [standby.url, active.url]
    gone = "http://127.0.0.1:1"
    (ansible.folder / "pair.smc_engines.yml").write_text(
        yaml.safe_dump({"plugin": "ngfw.smc.engines", "url": pair, "details": "none", "name_filter": "Plano FW"}),
        "utf-8",
    )
    tasks: list[dict[str, Any]] = [
        {"name": "by variable", INFO: {}},
        {"name": "a list", INFO: {"url": [gone, active.url]}},
        {"name": "as a module", INFO: {"url": [gone, active.url]}, "async": 60, "poll": 1},
        {"name": "the first", INFO: {"url": f"{active.url}, {standby.url}"}},
        {"name": "no other status", INFO: {"standby_statuses": [409]}, "ignore_errors": True},
        {"name": "none", INFO: {"url": [gone, standby.url]}, "ignore_errors": True},
        {"name": "a wrong key", INFO: {"url": [active.url, standby.url], "api_key": "x"}, "ignore_errors": True},
    ]
    play = {"hosts": "all", "gather_facts": False, "tasks": tasks}
    run = ansible.playbook([play], inventory="pair.smc_engines.yml").check()
    for name in ("by variable", "a list", "as a module", "the first"):
        assert run.result(name)["smc_url"] == active.url
        assert run.result(name)["engines"][0]["href"].startswith(active.url)
    [warning] = run.result("by variable")["warnings"]
    assert warning.startswith(f"Another Management Server is used, {active.url}. {standby.url} refused the login")
    assert "warnings" not in run.result("the first")
    assert "Not the active server" in run.result("no other status")["msg"]
    assert "Not the active server" in run.result("none")["msg"]
    assert f"Before that: Could not reach the SMC API at {gone}" in run.result("none")["msg"]
    assert "Before that" not in run.result("a wrong key")["msg"]
    assert (standby.open_sessions, active.open_sessions) == (0, 0)
