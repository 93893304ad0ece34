# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Names from the SMC are nobody else's hosts and groups, and their texts are plain for AWX and never templates."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import pytest
import yaml

from simulator import Simulator
from simulator.elements import JINJA_NAME
from tests.integration.conftest import Ansible, Run

Factory = Callable[..., Simulator]
HERE = "Shared Domain"


def write(ansible: Ansible, name: str = "demo.smc_engines.yml", **options: Any) -> str:
    given = {"plugin": "ngfw.smc.engines", "details": "none", **options}
    (ansible.folder / name).write_text(yaml.safe_dump(given, sort_keys=False), "utf-8")
    return name


def show(ansible: Ansible, *sources: str) -> Run:
    named = [part for source in sources for part in ("-i", source)]
    command = [sys.executable, "-m", "ansible", "inventory", *named, "--list", "--export", "--output", "listing.json"]
    return ansible.run(*command, environment={"ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED": "1"})


def listing(ansible: Ansible, *sources: str) -> tuple[dict[str, Any], str]:
    """What ansible-inventory exports, as AWX reads it, and what it said, in one line."""
    run = show(ansible, *sources).check()
    said = " ".join(run.output.split())
    return json.loads((ansible.folder / "listing.json").read_text("utf-8")), said


SERVERS = """
[Plano_FW]
web1.example

[databases]
db01 ansible_host=192.0.2.5

[policy_HQ_policy]
web2.example

[empty]
"""


def test_names_of_hosts_groups_and_the_controller_stay_theirs(ansible: Ansible, simulator: Factory) -> None:
    taken = ["db01", "DB01", "databases", "all", "localhost", "127.0.0.1", "empty", "Lab\tFW"]
    smc = simulator(extra_engines=[(name, "single_fw", HERE) for name in taken])
    ansible.use(smc)
    (ansible.folder / "servers.ini").write_text(SERVERS, "utf-8")
    source = write(ansible, details="status", keyed_groups=[{"prefix": "policy", "key": "smc_installed_policy"}])
    listed, said = listing(ansible, "servers.ini", source)
    hosts = listed["_meta"]["hostvars"]
    names = {values["smc_target"]: name for name, values in hosts.items() if "smc_target" in values}
    odd = f"Lab_FW_{smc.world.engine(taken[-1]).key}"
    # The second of two names that differ only in case has its key too.
    second = f"smc_DB01_{smc.world.engine('DB01').key}"
    expected = ["smc_db01", second, "smc_databases", "smc_all", "smc_localhost", "smc_127.0.0.1", "smc_empty", odd]
    assert [names[name] for name in taken] == expected
    assert (names["Plano FW"], names["Lab FW"]) == ("smc_Plano_FW", "Lab_FW")
    for name in (*taken, "Plano FW"):
        assert f"is the host '{names[name]}' and not" in said
    # Nothing of an engine is on another's host or group.
    assert hosts["db01"] == {"ansible_host": "192.0.2.5"}
    assert "web1.example" not in hosts
    assert all("vars" not in group for name, group in listed.items() if name != "_meta")
    assert listed["databases"]["hosts"] == ["db01"]
    assert listed["Plano_FW"]["hosts"] == ["web1.example"]
    assert listed["policy_HQ_policy"]["hosts"] == ["web2.example"]
    assert listed["smc_policy_HQ_policy"]["hosts"] == ["HQ_cluster"]
    assert "The group 'policy_HQ_policy' is called 'smc_policy_HQ_policy'" in said
    # A prefix keeps them apart without a warning about a host.
    listed, said = listing(ansible, "servers.ini", write(ansible, host_prefix="fw_", exclude=["Lab*"]))
    assert {"fw_Plano_FW", "fw_db01", "fw_localhost", "fw_127.0.0.1"} < set(listed["smc_engines"]["hosts"])
    assert said.count("is the host") == 1  # db01 and DB01


def test_a_group_made_of_names_of_engines_and_the_hosts_of_that_name(ansible: Ansible, simulator: Factory) -> None:
    smc = simulator(extra_engines=[("Edge (a)", "single_fw", HERE), ("Edge [a]", "single_fw", HERE)])
    ansible.use(smc)
    keyed = [{"prefix": "", "separator": "", "key": "smc_master_engine | default('', true)"}]
    source = write(ansible, details="engine", keyed_groups=keyed, groups={"Branch_7": "smc_name == 'Branch 8'"})
    listed, said = listing(ansible, source)
    assert listed["Master_engine"] == {"hosts": ["Virtual_FW_1"]}
    assert listed["Branch_7"] == {"hosts": ["Branch_8"]}
    hosts = listed["_meta"]["hostvars"]
    assert hosts["smc_Master_engine"]["smc_target"] == "Master engine"
    assert hosts["smc_Master_engine"]["ansible_connection"] == "local"
    assert "'Master engine' is the host 'smc_Master_engine' and not 'Master_engine': a group has that name" in said
    assert "Found both group and host" not in said
    # Names that differ only by what cannot be in a group name.
    source = write(
        ansible, keyed_groups=[{"prefix": "named", "key": "smc_name"}, {"prefix": "", "key": "'all'", "separator": ""}]
    )
    listed, said = listing(ansible, source)
    assert set(listed["named_Edge__a_"]["hosts"]) == {"Edge_(a)", "Edge__a_"}
    assert "The group 'named_Edge__a_' stands for named_Edge (a), named_Edge [a]" in said
    assert "The group 'all' is called 'smc_all'" in said
    # No name can be right if every group is called like its host.
    source = write(ansible, keyed_groups=[{"prefix": "", "separator": "", "key": "inventory_hostname"}])
    run = show(ansible, source)
    assert run.returncode != 0
    assert "makes groups with the names of hosts" in " ".join(run.output.split())


GROUPS_OF_SERVERS = """
[web]

[dbs]
db1

[dbs:children]
web

[version]

[site:children]
version

[site:vars]
region=north
"""


def test_a_value_names_no_group_above_which_others_have_hosts(ansible: Ansible, simulator: Factory) -> None:
    ansible.use(simulator(extra_engines=[("web", "single_fw", HERE), ("version", "single_fw", HERE)]))
    (ansible.folder / "servers.ini").write_text(GROUPS_OF_SERVERS, "utf-8")
    keyed = [{"key": "smc_name", "prefix": "", "separator": ""}]
    listed, said = listing(ansible, "servers.ini", write(ansible, host_prefix="fw_", keyed_groups=keyed))
    assert listed["dbs"] == {"children": ["web"], "hosts": ["db1"]}
    assert listed["smc_web"]["hosts"] == ["fw_web"]
    assert (
        "The group 'web' is called 'smc_web': another inventory source has hosts in a group of that name, or in" in said
    )
    # Groups without hosts of others are joined.
    assert listed["version"]["hosts"] == ["fw_version"]


def test_a_value_names_no_group_that_the_plugin_or_the_file_means(ansible: Ansible, simulator: Factory) -> None:
    names = ["production", "smc_type_fw_cluster", "smc_domain_Retail", "type_fw_cluster", "sites"]
    ansible.use(simulator(extra_engines=[(name, "single_fw", HERE) for name in names]))
    keyed = {"key": "smc_name", "prefix": "", "separator": ""}
    source = write(
        ansible,
        host_prefix="fw_",
        groups={"production": "smc_name == 'HQ cluster'"},
        keyed_groups=[
            {**keyed, "parent_group": "sites"},
            {**keyed, "prefix": "kind", "parent_group": "{{ smc_name }}", "key": "smc_type"},
        ],
    )
    listed, said = listing(ansible, source)
    assert listed["production"]["hosts"] == ["fw_HQ_cluster"]
    assert listed["smc_type_fw_cluster"]["hosts"] == ["fw_HQ_cluster"]
    assert "smc_domain_Retail" not in listed
    for name in ("production", "smc_type_fw_cluster", "smc_domain_Retail", "sites"):
        assert listed[f"smc_{name}"]["hosts"] == [f"fw_{name}"]
        assert listed[f"smc_{name}"]["children"] == ["kindsingle_fw"]
        assert f"The group '{name}' is called 'smc_{name}'" in said
    assert listed["type_fw_cluster"]["hosts"] == ["fw_type_fw_cluster"]
    assert "hosts" not in listed["sites"]
    assert {"HQ_cluster", "smc_production", "smc_sites", "type_fw_cluster"} < set(listed["sites"]["children"])


def test_engines_of_two_smcs_never_merge(ansible: Ansible, simulator: Factory) -> None:
    first = simulator(extra_engines=[("only HERE", "single_fw", HERE)])
    second = simulator(extra_engines=[("Paris FW", "single_fw", HERE)])
    ansible.environment.update(SMC_API_KEY=first.api_key)
    one = write(ansible, "one.smc_engines.yml", url=first.url, name_filter="Plano*")
    two: dict[str, Any] = {"name": "two.smc_engines.yml", "url": second.url, "api_key": second.api_key}
    run = show(ansible, one, write(ansible, **two))
    assert run.returncode != 0
    said = " ".join(run.output.split())
    assert f"would be the host 'Plano_FW', which is an engine of {first.url} already" in said
    assert "`host_prefix: paris_`" in said
    listed, _said = listing(ansible, one, write(ansible, **two, host_prefix="paris_"))
    hosts = listed["_meta"]["hostvars"]
    assert hosts["Plano_FW"]["smc_url"] == first.url
    assert hosts["paris_Paris_FW"]["smc_url"] == hosts["paris_Plano_FW"]["smc_url"] == second.url
    # A name that is only like one of the other SMC takes no host away.
    like = simulator(extra_engines=[("Only here", "single_fw", HERE)])
    here = write(ansible, "here.smc_engines.yml", url=first.url, name_filter="only*")
    there = write(ansible, "there.smc_engines.yml", url=like.url, api_key=like.api_key)
    listed, said = listing(ansible, here, there)
    assert (
        "'Only here' is the host 'smc_Only_here' and not 'Only_here': an engine of another SMC has that name, or"
        in said
    )
    assert {"only_HERE", "smc_Only_here", "Lab_FW"} < set(listed["smc_engines"]["hosts"])
    # The same engine in two files is one host.
    again = write(ansible, "three.smc_engines.yml", url=first.url, name_filter="*FW*")
    listed, said = listing(ansible, one, again)
    assert "is the host" not in said
    assert "Plano_FW" in listed["smc_engines"]["hosts"]


def test_nodes_domains_and_later_sources_with_the_names_of_engines(ansible: Ansible, simulator: Factory) -> None:
    first, second = simulator(extra_engines=[("Shop", "single_fw", "Retail"), ("Shop", "single_fw", HERE)]), simulator()
    ansible.environment.update(SMC_API_KEY=first.api_key)
    # Equal names in two domains of one SMC, which two files list.
    here = write(ansible, "here.smc_engines.yml", url=first.url, name_filter="Shop", details="engine")
    retail = {"url": first.url, "name_filter": "Shop", "domain": "Retail", "details": "engine"}
    listed, said = listing(ansible, here, write(ansible, "retail.smc_engines.yml", **retail))
    domains = {name: values["smc_domain"] for name, values in listed["_meta"]["hostvars"].items()}
    assert domains == {"Shop": HERE, "smc_Shop": "Retail"}
    assert "The engine 'Shop' is the host 'smc_Shop' and not 'Shop'" in said
    # Equal names of nodes of two SMCs.
    nodes: dict[str, Any] = {"hosts_are": "nodes", "details": "engine", "name_filter": "HQ*"}
    one = write(ansible, "one.smc_engines.yml", url=first.url, **nodes)
    run = show(ansible, one, write(ansible, "two.smc_engines.yml", url=second.url, api_key=second.api_key, **nodes))
    said = " ".join(run.output.split())
    assert (
        run.returncode != 0 and f"which is an engine of {first.url} already" in said and "`host_prefix: paris_`" in said
    )
    # A static source that comes later adds to the host of the engine: Ansible asks no plugin then, as the page says.
    (ansible.folder / "later.ini").write_text("[web]\nShop http_port=80\n", "utf-8")
    listed, _said = listing(ansible, here, "later.ini")
    shop = listed["_meta"]["hostvars"]["Shop"]
    assert (shop["http_port"], shop["ansible_connection"], listed["web"]["hosts"]) == (80, "local", ["Shop"])
    # With a prefix it does not.
    prefixed = write(ansible, "here.smc_engines.yml", url=first.url, name_filter="Shop", host_prefix="fw_")
    listed, _said = listing(ansible, prefixed, "later.ini")
    assert listed["_meta"]["hostvars"]["Shop"] == {"http_port": 80}


@pytest.mark.smoke
def test_awx_gets_plain_texts_and_hostile_ones_stay_texts(ansible: Ansible, simulator: Factory) -> None:
    ansible.use(simulator(jinja=True))
    listed, _said = listing(ansible, write(ansible, details="status", compose={"enabled": "smc_engine_node_status"}))
    hosts = listed["_meta"]["hostvars"]
    plano = hosts["Plano_FW"]
    assert (plano["smc_name"], plano["smc_type"], plano["enabled"]) == ("Plano FW", "single_fw", "Online")
    assert (plano["ansible_connection"], plano["smc_nodes"][0]["name"]) == ("local", "Plano FW node 1")
    marked = [text for text in marked_texts(hosts) if "{{" not in text and "(" not in text]
    assert marked == []
    hostile = next(values for values in hosts.values() if isinstance(values["smc_name"], dict))
    assert hostile["smc_name"] == hostile["smc_target"] == {"__ansible_unsafe": JINJA_NAME}
    # From AWX the listing comes back by way of a script.
    script = ansible.folder / "awx_inventory.py"
    script.write_text("#!/usr/bin/env python3\nprint(open('listing.json', encoding='utf-8').read())\n", "utf-8")
    script.chmod(0o755)
    tasks = [{"name": "show", "ansible.builtin.debug": {"msg": "{{ smc_name }} {{ smc_comment }}"}}]
    run = ansible.playbook([{"hosts": "all", "gather_facts": False, "tasks": tasks}], inventory=str(script)).check()
    said = {line["result"]["msg"] for line in run.tasks}
    assert any(text.startswith(JINJA_NAME) for text in said)
    assert "uid=" not in run.output


CODE = "lookup('pipe','touch pwned')"
READS = "database_password"
CONDITION = "{{ smc_name }}"
INDIRECT = [
    {"name": "when", "ansible.builtin.debug": {"msg": ""}, "when": CONDITION},
    {"name": "host", "ansible.builtin.debug": {"msg": ""}, "when": "{{ inventory_hostname }}"},
    {"name": "var", "ansible.builtin.debug": {"var": CONDITION}},
    {"name": "assert", "ansible.builtin.assert": {"that": CONDITION}},
    {"name": "until", "ansible.builtin.debug": {"msg": ""}, "until": CONDITION, "retries": 1, "delay": 0},
    {"name": "failed", "ansible.builtin.debug": {"msg": ""}, "failed_when": CONDITION},
    {"name": "fact", "ansible.builtin.set_fact": {"copy": CONDITION}},
    {"name": "copied", "ansible.builtin.debug": {"msg": ""}, "when": "{{ copy }}"},
]


def test_a_name_is_no_condition_that_runs_or_reads_anything(ansible: Ansible, simulator: Factory) -> None:
    names = [CODE, READS, "lipsum.__globals__.os.popen('touch${IFS}pwned').read()", "open('pwned')"]
    ansible.use(simulator(extra_engines=[(name, "single_fw", HERE) for name in names]))
    source = write(ansible)
    exported, _said = listing(ansible, source)
    assert set(marked_texts(exported["_meta"]["hostvars"])) == set(names)
    # Again by way of AWX.
    script = ansible.folder / "awx_inventory.py"
    script.write_text("#!/usr/bin/env python3\nprint(open('listing.json', encoding='utf-8').read())\n", "utf-8")
    script.chmod(0o755)
    tasks = [{**task, "ignore_errors": True} for task in INDIRECT]
    play = {"hosts": "all", "gather_facts": False, "tasks": tasks}
    for inventory in (source, script.name):
        run = ansible.playbook([play], inventory=inventory, variables={READS: "very secret"})
        assert {line["task"] for line in run.tasks} == {task["name"] for task in INDIRECT}
        assert "very secret" not in run.output
        assert not (ansible.folder / "pwned").exists()


def marked_texts(value: Any) -> list[str]:
    if isinstance(value, dict):
        if set(value) == {"__ansible_unsafe"}:
            return [value["__ansible_unsafe"]]
        return [text for item in value.values() for text in marked_texts(item)]
    if isinstance(value, list):
        return [text for item in value for text in marked_texts(item)]
    return []
