# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The inventory plugin ngfw.smc.engines through real ansible commands."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator import Fault, Scenario, Simulator
from simulator.elements import JINJA_NAME
from tests.integration.conftest import Ansible, Run

Factory = Callable[..., Simulator]

HERE = "Shared Domain"
SHARED = {
    "Branch_7",
    "Branch_8",
    "DMZ_IPS",
    "Depot_FW",
    "HQ_cluster",
    "Lab_FW",
    "Master_engine",
    "Plano_FW",
    "Virtual_FW_1",
}
ENGINE = "GET /{v}/elements/{type}/{key}"
STATUS = ENGINE + "/{node_type}/{node}/status"


class Inventory:
    """A configuration file and what ansible-inventory makes of it."""

    def __init__(self, ansible: Ansible, name: str = "demo.smc_engines.yml") -> None:
        self.ansible = ansible
        self.file = ansible.folder / name
        self.listing = ansible.folder / "listing.json"
        self.write()

    def write(self, **options: Any) -> Inventory:
        self.file.write_text(yaml.safe_dump({"plugin": "ngfw.smc.engines", **options}, sort_keys=False), "utf-8")
        return self

    def show(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Run:
        command = [sys.executable, "-m", "ansible", "inventory", "-i", self.file.name, *arguments]
        fatal = {"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1"}
        return self.ansible.run(*command, environment={**fatal, **(environment or {})})

    def list(self, *arguments: str, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
        """The parsed listing; its text stays in `listing`, the warnings in `output`."""
        self.listing.unlink(missing_ok=True)
        run = self.show("--list", "--output", self.listing.name, *arguments, environment=environment).check()
        self.output = run.output
        return parsed(self.listing.read_text("utf-8"))

    def hosts(self, *arguments: str, environment: Mapping[str, str] | None = None) -> dict[str, dict[str, Any]]:
        """The variables of each host."""
        listed: dict[str, dict[str, Any]] = self.list(*arguments, environment=environment)["_meta"]["hostvars"]
        return listed


@pytest.fixture
def inventory(ansible: Ansible) -> Inventory:
    return Inventory(ansible)


def parsed(listing: str) -> Any:
    """What ansible-inventory wrote, with the texts that it shows as marked unsafe."""
    return json.loads(listing, object_hook=lambda item: item.get("__ansible_unsafe", item))


def texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from texts_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from texts_in(item)
    elif isinstance(value, str):
        yield value


@pytest.mark.smoke
def test_engines_are_hosts_with_their_variables_and_groups(inventory: Inventory, simulator: Factory) -> None:
    smc = simulator(Scenario(foreign_host="http://localhost:8082"))
    inventory.ansible.use(smc)
    listed = inventory.list()
    hosts = listed["_meta"]["hostvars"]
    assert set(hosts) == SHARED == set(listed["smc_engines"]["hosts"])
    assert listed["smc_type_single_ips"]["hosts"] == ["DMZ_IPS"]
    assert set(listed["smc_domain_Shared_Domain"]["hosts"]) == SHARED
    headquarters = hosts["HQ_cluster"]
    truth = smc.world.engine("HQ cluster")
    assert headquarters["smc_name"] == headquarters["smc_target"] == "HQ cluster"
    assert headquarters["smc_type"] == "fw_cluster"
    assert headquarters["smc_key"] == truth.key
    assert headquarters["smc_href"] == f"{smc.url}/7.1/elements/fw_cluster/{truth.key}"
    assert headquarters["smc_domain"] == HERE
    assert headquarters["smc_comment"] == "Helsinki headquarters"
    assert headquarters["smc_addresses"][0] == truth.address
    assert headquarters["smc_management_address"] == headquarters["smc_nodes"][0]["address"] == "10.0.2.2"
    assert [(node["name"], node["id"], node["type"], node["disabled"]) for node in headquarters["smc_nodes"]] == [
        ("HQ cluster node 1", 1, "firewall_node", False),
        ("HQ cluster node 2", 2, "firewall_node", False),
    ]
    assert headquarters["smc_engine_version"] == headquarters["smc_nodes"][0]["version"] == truth.nodes[0].version
    assert headquarters["smc_log_server"] == "LogServer"
    assert headquarters["smc_installed_policy"] is None
    assert headquarters["smc_error"] is None
    assert hosts["Virtual_FW_1"]["smc_master_engine"] == "Master engine"
    assert headquarters["ansible_connection"] == "local"
    assert all(not text.startswith("http://localhost:8082") for text in texts_in(hosts))
    requests = smc.statistics.requests
    # Engines, and the names of log servers and locations.
    assert (requests[ENGINE], requests["GET /{v}/elements"], requests[STATUS]) == (len(SHARED), 3, 0)
    assert (smc.statistics.logins, smc.statistics.logouts, smc.open_sessions) == (1, 1, 0)
    assert parsed(inventory.show("--host", "HQ_cluster").check().output)["smc_key"] == truth.key
    graph = inventory.show("--graph").check().output
    assert "@smc_type_fw_cluster:\n  |  |--HQ_cluster\n" in graph


@pytest.mark.smoke
def test_an_adhoc_call_and_a_play_work_at_once(ansible: Ansible, inventory: Inventory, simulator: Factory) -> None:
    smc = simulator(Scenario(end_signals=["end"]))
    ansible.use(smc)
    ansible.environment["ANSIBLE_LOAD_CALLBACK_PLUGINS"] = "1"
    # Depot FW was never installed, and has no routes to show.
    path = str(inventory.write(exclude=["Depot*"]).file)
    options = "target={{ smc_target }} definitions=ROUTING"
    run = ansible.adhoc("all", "ngfw.smc.session_facts", options, inventory=path).check()
    targets = {line["host"]: line["result"]["ansible_facts"]["smc_routing"]["target"] for line in run.tasks}
    assert targets.keys() == SHARED - {"Depot_FW"}
    assert targets["HQ_cluster"] == "HQ cluster"
    play = {
        "hosts": "smc_type_single_ips",
        "gather_facts": False,
        "tasks": [
            {"name": "info", "ngfw.smc.engine_info": {}},
            {"name": "python", "ansible.builtin.ping": {}},
        ],
    }
    # The interpreter is the controller's, whatever the configuration says for other hosts.
    run = ansible.playbook(
        [play], inventory=path, environment={"ANSIBLE_PYTHON_INTERPRETER": "/nowhere/python"}
    ).check()
    assert [engine["name"] for engine in run.result("info")["engines"]] == ["DMZ IPS"]
    assert run.result("python")["ping"] == "pong"
    assert smc.open_sessions == 0


def test_the_cost_is_bounded(inventory: Inventory, simulator: Factory) -> None:
    smc = simulator(engines=41, extra_engines=[("Other cluster", "fw_cluster", HERE)])
    inventory.ansible.use(smc)
    none = inventory.write(details="none").hosts()
    assert len(none) == 41
    assert none["HQ_cluster"]["smc_type"] == "fw_cluster"
    assert none["HQ_cluster"]["smc_nodes"] == []
    constant = smc.statistics.requests.total()
    assert constant == 4  # versions, login, engines, logout
    smc.scenario.http_latency = 0.01
    smc.statistics.reset()
    full = inventory.write(details="status", concurrency=3).hosts()
    assert smc.statistics.requests[ENGINE] == smc.statistics.requests[STATUS] == 41
    assert smc.statistics.requests.total() <= constant + 2 * 41 + 3
    assert smc.statistics.most_concurrent_requests <= 3
    # Connections are kept alive, so there are no more of them than requests at a time.
    assert smc.statistics.connections <= 3
    assert full["HQ_cluster"]["smc_status_nodes"] == ["HQ cluster node 1"]
    assert full["HQ_cluster"]["smc_installed_policy"] == "HQ policy"
    plano = {name: full["Plano_FW"][f"smc_{name}"] for name in ("configuration_status", "engine_node_status")}
    assert plano == {"configuration_status": "Installed", "engine_node_status": "Online"}
    assert (full["Plano_FW"]["smc_monitoring_state"], full["Plano_FW"]["smc_monitoring_status"]) == ("READY", "OK")
    assert full["Depot_FW"]["smc_engine_node_status"] == "No Policy Installed"


def test_selection(inventory: Inventory, simulator: Factory) -> None:
    smc = simulator()
    inventory.ansible.use(smc)
    selected = inventory.write(details="none", name_filter="Branch*", exclude=["* 8"]).hosts()
    assert set(selected) == {"Branch_7"}
    # `Plano` is in another engine's comment as well, but a name is wanted; and the server was asked for no more.
    assert set(inventory.write(details="none", name_filter="Plano").hosts()) == {"Plano_FW"}
    typed = inventory.write(details="engine", engine_types=["fw_cluster", "virtual_fw"]).hosts()
    assert set(typed) == {"HQ_cluster", "Virtual_FW_1"}
    # The master engine is not listed, but its name is known.
    assert typed["Virtual_FW_1"]["smc_master_engine"] == "Master engine"
    none = inventory.write(name_filter="Nowhere*", engine_types=["single_fw"]).list()
    assert none["_meta"]["hostvars"] == {}
    assert f"lists no engine in the domain '{HERE}'" in inventory.output
    assert "name_filter 'Nowhere*' and engine_types single_fw" in " ".join(inventory.output.split())


def test_several_domains_take_a_login_each(inventory: Inventory, simulator: Factory) -> None:
    smc = simulator(extra_engines=[("Plano FW", "single_fw", "Retail"), ("Plano:FW", "single_fw", "Retail")])
    inventory.ansible.use(smc)
    listed = inventory.write(domains=[HERE, "{{ other }}"]).list("-e", "other=Retail")
    hosts = listed["_meta"]["hostvars"]
    key = smc.world.engine("Plano:FW").key
    retail = {"Retail_cluster", "Store_12", "Store_14", "Plano_FW_Retail", f"Plano_FW_{key}"}
    assert set(hosts) == SHARED | retail
    assert set(listed["smc_domain_Retail"]["hosts"]) == retail
    assert {name: hosts[name]["smc_target"] for name in hosts if name.startswith("Plano")} == {
        "Plano_FW": "Plano FW",
        "Plano_FW_Retail": "Plano FW",
        f"Plano_FW_{key}": "Plano:FW",
    }
    assert hosts["Store_12"]["smc_domain"] == "Retail"
    assert (smc.statistics.logins, smc.statistics.logouts, smc.open_sessions) == (2, 2, 0)


def test_nodes_as_hosts(inventory: Inventory, simulator: Factory) -> None:
    smc = simulator()
    smc.world.set_node("HQ cluster", 2, online=False)
    smc.world.engine("Branch 7").nodes[0].disabled = True
    smc.scenario.faults.append(Fault("engine", status=500, times=0, engine="Lab FW"))
    inventory.ansible.use(smc)
    inventory.write(
        hosts_are="nodes", details="status", hostvars_prefix="fw_", hostnames=["fw_node.address", "fw_name"]
    )
    listed = inventory.list()
    hosts = listed["_meta"]["hostvars"]
    second = hosts["10.0.2.3"]
    assert second["smc_target"] == second["fw_target"] == "HQ cluster"
    assert (second["fw_node"]["name"], second["fw_node"]["id"]) == ("HQ cluster node 2", 2)
    assert (second["fw_monitoring_state"], hosts["10.0.2.2"]["fw_monitoring_state"]) == ("TIMEOUT", "READY")
    assert second["fw_management_address"] == "10.0.2.3"
    seven = next(host for host in hosts.values() if host["fw_name"] == "Branch 7")
    assert seven["fw_node"]["disabled"] is True
    assert seven["fw_monitoring_state"] is None
    # An engine whose nodes are not known stands for them.
    assert hosts["Lab_FW"]["fw_nodes"] == []
    assert set(listed["smc_engines"]["hosts"]) == set(hosts)
    # One request an engine, and one for each node that is there and not disabled.
    assert (smc.statistics.requests[ENGINE], smc.statistics.requests[STATUS]) == (len(SHARED), len(SHARED) - 1)
    assert "`details: engine` or `status`" in failing(inventory.write(hosts_are="nodes", details="none"))


def test_constructed_groups_names_and_variables(inventory: Inventory, simulator: Factory) -> None:
    inventory.ansible.use(simulator(jinja=True))
    inventory.write(
        details="status",
        hostnames=["''", "no_such_variable", "{{ begin }}-{{ smc_key }}"],
        compose={"site": "smc_name | regex_replace(' FW$', '')", "again": "smc_name ~ ''", "nowhere": "missing.value"},
        groups={"not_well": "smc_monitoring_status != 'OK'"},
        keyed_groups=[
            {"prefix": "version", "key": "smc_engine_version | default('none', true) | split('.') | first"},
            {"prefix": "policy", "key": "smc_installed_policy | default('none', true)"},
            {"prefix": "state", "key": "smc_engine_node_status | default('unknown', true)"},
        ],
        use_extra_vars=True,
    )
    listed = inventory.list("-e", "begin=fw")
    hosts = listed["_meta"]["hostvars"]
    names = {host["smc_target"]: name for name, host in hosts.items()}
    assert names["Plano FW"] == f"fw-{hosts[names['Plano FW']]['smc_key']}"
    assert hosts[names["Plano FW"]]["site"] == "Plano"
    assert "nowhere" not in hosts[names["Plano FW"]]
    assert listed["not_well"]["hosts"] == [names["Depot FW"]]
    assert listed["policy_HQ_policy"]["hosts"] == [names["HQ cluster"]]
    assert listed["policy_none"]["hosts"] == listed["state_No_Policy_Installed"]["hosts"] == [names["Depot FW"]]
    assert listed["version_7"]["hosts"]
    refusal = failing(inventory.write(strict=True, compose={"nowhere": "missing.value"}))
    assert "nowhere" in refusal
    assert "no_such_variable" in failing(inventory.write(strict=True, hostnames=["no_such_variable"]))


def test_a_name_that_is_a_template_is_only_a_strange_name(
    ansible: Ansible, inventory: Inventory, simulator: Factory
) -> None:
    smc = simulator(jinja=True)
    ansible.use(smc)
    inventory.write(
        details="status",
        compose={"copied": "smc_name ~ ''", "nested": "{'list': [smc_comment]}"},
        hostnames=["{{ smc_name }}"],
        groups={"strange": "'lookup' in smc_name"},
        keyed_groups=[
            {"prefix": "named", "key": "smc_name"},
            {"prefix": "all", "key": "smc_nodes | map(attribute='name')"},
        ],
    )
    tasks = [
        {
            "name": "values",
            "ansible.builtin.debug": {
                "msg": [
                    "{{ smc_name }}",
                    "{{ smc_comment }}",
                    "{{ smc_nodes[0].name }}",
                    "{{ copied }}",
                    "{{ smc_target }}",
                    "{{ nested.list[0] }}",
                ]
            },
        },
        {"name": "names", "ansible.builtin.debug": {"msg": "{{ [inventory_hostname] + group_names }}"}},
        {"name": "info", "ngfw.smc.engine_info": {"gather": "status"}},
    ]
    play = {"hosts": "strange:!smc_type_master_engine", "gather_facts": False, "tasks": tasks}
    run = ansible.playbook([play], inventory=str(inventory.file)).check()
    values = run.result("values")["msg"]
    comment = "{{ 7 * 7 }} is not evaluated"
    assert values == [JINJA_NAME, comment, f"{JINJA_NAME} node 1", JINJA_NAME, JINJA_NAME, comment]
    assert run.result("names")["msg"] == [
        "___lookup_'pipe'_'id')___",
        "all____lookup__pipe___id______node_1",
        "named____lookup__pipe___id_____",
        "smc_domain_Shared_Domain",
        "smc_engines",
        "smc_type_single_fw",
        "strange",
    ]
    assert [engine["name"] for engine in run.result("info")["engines"]] == [JINJA_NAME]
    assert "uid=" not in run.output
    listed = inventory.show("--list").check().output
    assert "uid=" not in listed
    assert JINJA_NAME in listed


def test_a_cache_hit_asks_nothing_and_says_the_same(inventory: Inventory, simulator: Factory) -> None:
    smc = simulator(Scenario(faults=[Fault("engine", status=500, times=0, engine="Lab FW")]), jinja=True)
    inventory.ansible.use(smc)
    cached: dict[str, Any] = {
        "cache": True,
        "cache_plugin": "ansible.builtin.jsonfile",
        "cache_connection": str(inventory.ansible.folder / "cache"),
    }
    grouped: dict[str, Any] = {
        "domains": [HERE, "Retail"],
        "compose": {"site": "smc_name | upper"},
        "keyed_groups": [{"prefix": "type", "key": "smc_type"}],
    }
    inventory.write(**cached, **grouped)
    inventory.list()
    miss = inventory.listing.read_bytes()
    warned = inventory.output
    assert "Lab FW" in warned
    files = list((inventory.ansible.folder / "cache").iterdir())
    assert "Plano FW" in files[0].read_text("utf-8")
    assert not any(smc.api_key in file.read_text("utf-8") for file in files)
    smc.statistics.reset()
    # On a hit not even credentials are needed.
    inventory.list(environment={"SMC_API_KEY": ""})
    assert inventory.listing.read_bytes() == miss
    assert inventory.output == warned
    # Groups and variables are made anew on a hit.
    inventory.write(**cached, **{**grouped, "keyed_groups": [{"prefix": "other", "key": "smc_type"}]})
    assert "other_fw_cluster" in inventory.list()
    assert smc.statistics.requests.total() == 0
    # What is known of an engine that could not be read is not enough for a strict one.
    assert "Lab FW" in failing(inventory.write(**cached, **grouped, strict=True))
    # An inventory without an engine is kept like any other, with its warning.
    inventory.write(**cached, details="none", domains=[HERE, "Retail"], name_filter="Store*")
    assert len(inventory.hosts()) == 2
    warned = inventory.output
    assert f"no engine in the domain '{HERE}' for name_filter 'Store*'" in " ".join(warned.split())
    smc.statistics.reset()
    assert len(inventory.hosts()) == 2
    assert (inventory.output, smc.statistics.requests.total()) == (warned, 0)
    # Another selection is another inventory.
    assert len(inventory.write(**cached, details="none", name_filter="Branch*").hosts()) == 2
    assert smc.statistics.requests.total() == 4
    smc.statistics.reset()
    play = {"hosts": "all", "gather_facts": False, "tasks": []}
    inventory.ansible.playbook([play], "--flush-cache", "--list-hosts", inventory=str(inventory.file)).check()
    assert smc.statistics.requests.total() == 4
    inventory.list()
    assert smc.statistics.requests.total() == 4
    inventory.write(details="none", name_filter="Branch*", **{**cached, "cache": False}).list()
    assert smc.statistics.requests.total() == 8
    assert smc.open_sessions == 0


def test_one_engine_that_fails_is_listed_with_what_is_known(inventory: Inventory, simulator: Factory) -> None:
    faults = [
        Fault("engine", status=500, times=0, engine="Branch 7", text="Database problem"),
        Fault("engine", do="drop", times=0, engine="Branch 8"),
        Fault("engine", do="bad_json", times=0, engine="Lab FW"),
        Fault("status", status=500, times=0, engine="Plano FW", text="No status"),
        Fault("engine", status=503, times=1, engine="DMZ IPS"),
    ]
    smc = simulator(Scenario(faults=faults))
    inventory.ansible.use(smc)
    hosts = inventory.write(details="status").hosts()
    assert set(hosts) == SHARED
    said = " ".join(inventory.output.split())
    for name, reason in (("Branch 7", "Database problem"), ("Branch 8", "connection"), ("Lab FW", "JSON")):
        host = hosts[name.replace(" ", "_")]
        assert (host["smc_target"], host["smc_type"], host["smc_nodes"]) == (name, "single_fw", [])
        assert reason in host["smc_error"]
        assert f"'{name}' is listed with what is known" in said
    assert hosts["Plano_FW"]["smc_management_address"]
    assert hosts["Plano_FW"]["smc_monitoring_state"] is None
    assert "No status" in hosts["Plano_FW"]["smc_error"]
    assert hosts["DMZ_IPS"]["smc_error"] is None
    assert smc.open_sessions == 0
    smc.scenario.faults[1:] = []
    assert "Database problem" in failing(inventory.write(details="status", strict=True))
    assert smc.open_sessions == 0


def failing(inventory: Inventory, *arguments: str, environment: Mapping[str, str] | None = None) -> str:
    """What an inventory says that cannot be made, as one line."""
    run = inventory.show("--list", *arguments, environment=environment)
    assert run.returncode != 0, run.output
    assert "Traceback" not in run.output
    return " ".join(run.output.split())


def test_errors_are_sentences_without_secrets(inventory: Inventory, simulator: Factory) -> None:
    smc = simulator()
    inventory.ansible.use(smc)
    environment = {"SMC_API_KEY": "a-wrong-secret"}
    said = failing(inventory, environment=environment)
    assert "refused the login with the API key" in said
    assert "a-wrong-secret" not in said
    assert "in the domain 'Retial'" in failing(inventory.write(domains=[HERE, "Retial"]))
    assert "API version 9.9" in failing(inventory.write(api_version="9.9"))
    assert "connection refused" in failing(inventory.write(url="http://127.0.0.1:1"))
    assert "nothing to log in with" in failing(inventory.write(), environment={"SMC_API_KEY": ""})
    assert "`url` is missing" in failing(inventory, environment={"SMC_ADDRESS": ""})
    assert "`detials` is not an option" in failing(inventory.write(detials="none"))
    assert "Did you mean details" in failing(inventory)
    assert "everything" in failing(inventory.write(details="everything"))
    assert "`concurrency` is 0" in failing(inventory.write(concurrency=0))
    assert "`hostvars_prefix` is 'a-'" in failing(inventory.write(hostvars_prefix="a-"))
    assert "The template in `api_key` cannot be rendered" in failing(inventory.write(api_key="{{ no_such_key }}"))
    smc.scenario.faults.append(Fault("listing", status=403))
    assert "lacks the permission" in failing(inventory.write())
    assert smc.open_sessions == 0


# Interruptible also where the tests themselves run with interrupts ignored.
INTERRUPTIBLE = """
import runpy, signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
del sys.argv[0]
runpy.run_module("ansible", run_name="__main__", alter_sys=True)
"""


def test_an_interrupt_ends_it_with_a_logout(inventory: Inventory, simulator: Factory) -> None:
    smc = simulator(Scenario(http_latency=0.1), engines=200)
    command = [sys.executable, "-c", INTERRUPTIBLE, "ansible", "inventory", "-i", str(inventory.file), "--list"]
    with subprocess.Popen(
        command,
        env={**os.environ, "SMC_ADDRESS": smc.url, "SMC_API_KEY": smc.api_key},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        while smc.statistics.requests[ENGINE] < 5:
            assert process.poll() is None
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        output, _unused = process.communicate()
    assert process.returncode != 0
    assert "Traceback" not in output
    assert smc.statistics.requests[ENGINE] < 200
    assert (smc.statistics.logins, smc.open_sessions) == (1, 0)


def test_an_smc_that_is_gone_is_not_asked_for_every_engine(inventory: Inventory, simulator: Factory) -> None:
    smc = simulator(Scenario(faults=[Fault("engine", do="drop", first=10, times=0)]), engines=60)
    inventory.ansible.use(smc)
    assert "Could not reach the SMC API" in failing(inventory.write(concurrency=2))
    assert smc.statistics.requests[ENGINE] < 40
    assert smc.open_sessions == 0


def test_an_expired_session_is_renewed_once(inventory: Inventory, simulator: Factory) -> None:
    smc = simulator(Scenario(session_kind="token", faults=[Fault("engine", "expire", first=4)]), engines=30)
    inventory.ansible.use(smc)
    hosts = inventory.hosts()
    assert len(hosts) == 30
    assert all(host["smc_error"] is None for host in hosts.values())
    assert (smc.statistics.logins, smc.open_sessions) == (2, 0)


def test_options_come_from_the_file_the_configuration_and_the_environment(
    inventory: Inventory, simulator: Factory, tmp_path: Path
) -> None:
    smc = simulator(tls="good")
    secret, vaulted = tmp_path / "secret", tmp_path / "vault"
    secret.write_text(smc.api_key + "\n", "utf-8")
    vaulted.write_text("vault password\n", "utf-8")
    inventory.write(url="{{ address }}", api_key="{{ lookup('ansible.builtin.file', 'secret') }}", details="none")
    configuration = tmp_path / "ansible.cfg"
    given = Path(os.environ["ANSIBLE_CONFIG"]).read_text("utf-8")
    configuration.write_text(f"{given}\n[ngfw_smc]\nca_path = {smc.ca_path}\ndomain = Retail\n", "utf-8")
    environment = {"ANSIBLE_CONFIG": str(configuration)}
    arguments = ("-e", f"address={smc.url}")
    assert set(inventory.hosts(*arguments, environment=environment)) == {"Retail_cluster", "Store_12", "Store_14"}
    assert len(inventory.hosts(*arguments, environment={**environment, "SMC_DOMAIN": HERE})) == len(SHARED)
    # Without the CA the certificate is not accepted.
    assert "unknown CA" in failing(inventory, *arguments)
    vault = [sys.executable, "-m", "ansible", "vault", "encrypt_string", "--vault-password-file", "vault"]
    encrypted = inventory.ansible.run(*vault, "--name", "password", smc.password).check().output
    text = f"plugin: ngfw.smc.engines\nurl: {smc.url}\nusername: {smc.username}\ndetails: none\nvalidate_certs: false\n"
    inventory.file.write_text(text + encrypted[encrypted.index("password:") : encrypted.rindex("\n")] + "\n", "utf-8")
    listed = inventory.hosts("--vault-password-file", "vault")
    assert len(listed) == len(SHARED)
    assert smc.password not in inventory.listing.read_text("utf-8")
    assert smc.open_sessions == 0


def test_another_file_is_passed_over_quietly(inventory: Inventory, simulator: Factory) -> None:
    smc = simulator()
    inventory.ansible.use(smc)
    folder = inventory.ansible.folder / "inventories"
    folder.mkdir()
    inventory.write(details="none").file.rename(folder / "one.smc_engines.yaml")
    (folder / "two.yml").write_text("all:\n  hosts:\n    plain:\n", "utf-8")
    command = [sys.executable, "-m", "ansible", "inventory", "-i", folder.name, "--list"]
    enabled = {"ANSIBLE_INVENTORY_ENABLED": "ngfw.smc.engines,yaml"}
    run = inventory.ansible.run(*command, environment=enabled).check()
    listed = parsed(run.output)
    assert set(listed["_meta"]["hostvars"]) == SHARED
    assert listed["ungrouped"]["hosts"] == ["plain"]
    assert smc.statistics.logins == smc.statistics.logouts == 1


def test_a_play_over_several_domains_stores_the_facts_of_each_engine(
    ansible: Ansible, inventory: Inventory, simulator: Factory
) -> None:
    smc = simulator(
        Scenario(end_signals=["end"]),
        jinja=True,
        extra_engines=[("Zürich/../FW", "single_fw", "Retail"), ("Plano FW", "single_fw", "Retail")],
    )
    ansible.use(smc)
    inventory.write(domains=["Retail", HERE], details="none", exclude=["Depot*"])
    ansible.environment.update(
        ANSIBLE_CACHE_PLUGIN="ansible.builtin.jsonfile", ANSIBLE_CACHE_PLUGIN_CONNECTION=str(ansible.folder / "facts")
    )
    play = {
        "hosts": "smc_engines",
        "gather_facts": False,
        "module_defaults": {"group/ngfw.smc.smc": {"domain": "{{ smc_domain }}"}},
        "tasks": [{"name": "facts", "ngfw.smc.session_facts": {"definitions": "ROUTING", "entries": False}}],
    }
    run = ansible.playbook([play], inventory=str(inventory.file)).check()
    hosts = {line["host"]: line["result"]["ansible_facts"]["smc_routing"]["target"] for line in run.tasks}
    assert hosts["Zürich_.._FW"] == "Zürich/../FW"
    assert (hosts["Plano_FW"], hosts["Plano_FW_Retail"]) == ("Plano FW", "Plano FW")
    assert JINJA_NAME in hosts.values()
    # The facts of another run, without the SMC.
    show = {
        "hosts": ",".join(hosts),
        "gather_facts": False,
        "tasks": [{"name": "kept", "ansible.builtin.debug": {"msg": "{{ ansible_facts.smc_routing.target }}"}}],
    }
    run = ansible.playbook([show], inventory="".join(f"{name}," for name in hosts)).check()
    assert {line["host"]: line["result"]["msg"] for line in run.tasks} == hosts
    assert smc.open_sessions == 0
