# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
name: engines
short_description: List NGFW engines as inventory hosts
version_added: 0.1.0
description:
  - Lists the engines of one or more administrative domains of the SMC as hosts, or each of their nodes.
  - The configuration file's name must end in C(.smc_engines.yml) or C(.smc_engines.yaml); other files are passed over.
  - Every host is in the group C(smc_engines), in C(smc_type_) followed by the engine type, and in C(smc_domain_)
    followed by the administrative domain. In names of groups, also of O(keyed_groups), C(_) stands for every character
    that a group name may not have.
  - The number of requests is bounded. With O(details=none) it does not depend on how many engines there are. Otherwise
    it is one an engine, or two with O(details=status), and up to three more to name log servers, locations and master
    engines. Only with O(hosts_are=nodes) each node has a status request of its own.
  - Every host has C(ansible_connection=local) and the controller's Python, so that the modules of this collection
    run in the controller.
author:
  - The ngfw.smc authors (@ngfw-smc)
extends_documentation_fragment:
  - ngfw.smc.inventory_connection
  - ansible.builtin.constructed
  - ansible.builtin.inventory_cache
options:
  plugin:
    description: The name of this plugin.
    type: str
    required: true
    choices: [ngfw.smc.engines]
  domains:
    description:
      - Administrative domains to list, each with a login of its own, in place of O(domain).
      - An engine that several domains show is listed in the first of them.
    type: list
    elements: str
  engine_types:
    description:
      - Types of engines to list, by the SMC's names. The default is all, also types that are not named here.
      - V(ips) stands for the three types of IPS engines, V(layer2) for those of layer 2 firewalls.
    type: list
    elements: str
    choices:
      - single_fw
      - fw_cluster
      - cloud_single_fw
      - single_layer2
      - layer2_cluster
      - single_ips
      - ips_cluster
      - master_engine
      - virtual_fw
      - virtual_fw_layer2
      - virtual_ips
      - ips
      - layer2
  name_filter:
    description:
      - Names of engines to list. C(*) stands for any text; without one, a part of the name is enough.
      - The SMC selects by it. Whether upper and lower case are the same is up to the SMC.
    type: str
  exclude:
    description:
      - Names of engines to leave out. C(*) stands for any text.
    type: list
    elements: str
  hosts_are:
    description:
      - Whether a host is an engine, or a node of one. The variable C(smc_target) is the engine's name in both cases.
      - Nodes take O(details=engine) or O(details=status).
    type: str
    choices: [engines, nodes]
    default: engines
  hostnames:
    description:
      - What to name a host by, in order of preference; the first that is not empty is used, else the name of the engine
        or node.
      - Each is a Jinja2 expression as in O(compose), or a text with such in curly braces.
      - In every host name, C(_) stands for spaces and other characters that mean something in host patterns, templates
        or paths, so C(Plano FW) is C(Plano_FW). A name that is taken gets the domain added, then a number.
    type: list
    elements: str
    default: []
  details:
    description:
      - How much to read of each engine. V(none) is what the list of engines tells. V(engine) adds its nodes, addresses,
        version and relations, with one request an engine. V(status) adds status and policy with one more.
      - The second request is for the status of the first node that is not disabled. Of a cluster it tells no more than
        that node's; the variable C(smc_status_nodes) names it. Use O(hosts_are=nodes) or M(ngfw.smc.engine_info) for
        the status of every node.
    type: str
    choices: [none, engine, status]
    default: engine
  concurrency:
    description:
      - How many requests may be under way at a time.
    type: int
    default: 8
  hostvars_prefix:
    description:
      - What the names of the host variables begin with. C(smc_target) is there in any case.
    type: str
    default: smc_
  strict:
    description:
      - Whether an engine that cannot be read, and an expression that fails, is an error. Without it, the engine is
        listed with what is known and a warning, and the expression is left out.
  cache:
    description:
      - Whether to keep what the SMC told in the cache. The inventory is then made without any request until the cache
        expires or is flushed, or an option that decides what is read changes.
      - Takes O(cache_plugin), because Ansible's default keeps nothing from one run to the next.
notes:
  - Texts that come from the SMC are never templated.
  - To keep secrets out of the file, use the environment, vaulted values or templates. Templates see extra variables
    only.
  - There is no option for a session of M(ngfw.smc.login), because an inventory is made before any task runs.
seealso:
  - module: ngfw.smc.engine_info
"""

EXAMPLES = r"""
# example.smc_engines.yml, with SMC_ADDRESS and SMC_API_KEY in the environment
plugin: ngfw.smc.engines

---
# branches.smc_engines.yml: with status, grouped, and read anew every ten minutes at most
plugin: ngfw.smc.engines
url: https://smc.example.com:8082
api_key: "{{ lookup('ansible.builtin.file', '/etc/ansible/smc.key') }}"
domains:
  - Shared Domain
  - Retail
engine_types: [single_fw, fw_cluster]
name_filter: Branch*
exclude: ["* test"]
details: status
keyed_groups:
  - prefix: version
    key: smc_engine_version | default('unknown', true) | split(' ') | first
  - prefix: policy
    key: smc_installed_policy | default('none', true)
  - prefix: state
    key: smc_engine_node_status | default('unknown', true)
groups:
  not_well: smc_monitoring_status != 'OK'
compose:
  site: smc_name | regex_replace(' FW$', '')
cache: true
cache_plugin: ansible.builtin.jsonfile
cache_connection: /var/cache/ansible/smc
cache_timeout: 600

---
# nodes.smc_engines.yml: each node is a host, named by its own address if it has one
plugin: ngfw.smc.engines
hosts_are: nodes
hostnames:
  - smc_node.address
  - "{{ smc_name }} {{ smc_node.id }}"
"""

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from typing import Any

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.group import to_safe_group_name
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible_collections.ngfw.smc.plugins.module_utils._arguments import connection_of, positive
from ansible_collections.ngfw.smc.plugins.module_utils._core.connection import DEFAULT_DOMAIN
from ansible_collections.ngfw.smc.plugins.module_utils._core.engine_details import EngineDetails
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError, SMCError, did_you_mean
from ansible_collections.ngfw.smc.plugins.module_utils._core.gather import (
    Depth,
    Selection,
    failures_of,
    list_engines,
    read_engines,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.hosts import UniqueNames, host_variables
from ansible_collections.ngfw.smc.plugins.module_utils._core.http import Session
from ansible_collections.ngfw.smc.plugins.module_utils._runner import failure
from ansible_collections.ngfw.smc.plugins.plugin_utils._trust import marked_template, marked_unsafe

_ENDINGS = (".smc_engines.yml", ".smc_engines.yaml")
_TEXTS = (
    "url",
    "api_key",
    "username",
    "password",
    "domain",
    "api_version",
    "ca_path",
    "name_filter",
    "hostvars_prefix",
)
_LISTS = ("domains", "engine_types", "exclude")
_PLAIN = ("validate_certs", "connect_timeout", "concurrency", "details", "hosts_are", "strict")
# What decides which engines are read, and how much of them; with strict, nothing incomplete is kept.
_READING = ("url", "username", "api_version", "name_filter", "details", "hosts_are", "strict", *_LISTS)


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = "ngfw.smc.engines"

    @staticmethod
    def _sanitize_group_name(name: str) -> str:
        # Policies and domains have spaces in their names, which no `hosts:` line should need quotes for.
        safe: str = to_safe_group_name(name, force=True, silent=True)
        return safe

    def verify_file(self, path: str) -> bool:
        return bool(super().verify_file(path)) and path.endswith(_ENDINGS)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        written = self._read_config_data(path)
        try:
            params = self._read_options(written)
            engines = self._engines(params, path, cache)
        except SMCError as error:
            raise AnsibleParserError(failure(error)["msg"]) from None
        for sentence in (*_empty_domains(engines, params), *failures_of(engines)):
            self.display.warning(sentence)
        self._populate(engines, params)

    # -- options

    def _read_options(self, written: Mapping[str, Any]) -> dict[str, Any]:
        for name in written:
            if name != "plugin" and name not in self._options:
                raise OptionError(f"`{name}` is not an option of {self.NAME}.{did_you_mean(name, self._options)}")
        params: dict[str, Any] = {name: self.get_option(name) for name in _PLAIN}
        params.update({name: self._rendered(name, self.get_option(name), written) for name in _TEXTS})
        for name in _LISTS:
            items = [self._rendered(name, item, written) for item in self.get_option(name) or ()]
            params[name] = list(dict.fromkeys(item for item in items if item))
        params["domains"] = params["domains"] or [params["domain"]]
        if params["ca_path"]:
            params["ca_path"] = os.path.expandvars(params["ca_path"])
        positive(params, "concurrency")
        if not re.fullmatch(r"(?:[A-Za-z_]\w*)?", params["hostvars_prefix"], re.ASCII):
            raise OptionError(f"`hostvars_prefix` is '{params['hostvars_prefix']}', which no variable can begin with.")
        if params["hosts_are"] == "nodes" and params["details"] == "none":
            raise OptionError(
                "`hosts_are: nodes` takes `details: engine` or `status`: the list of engines has no nodes."
            )
        return params

    def _rendered(self, name: str, value: Any, written: Mapping[str, Any]) -> str | None:
        """An option as a plain text. Only what the file says is a template; what the environment says is a value."""
        if value is None:
            return None
        if name in written and isinstance(value, str) and self.templar.is_template(value):
            self.templar.available_variables = self._vars
            try:
                value = self.templar.template(value)
            except AnsibleError as error:
                raise OptionError(f"The template in `{name}` cannot be rendered: {error.message}") from None
        return "".join(str(value))

    # -- reading

    def _engines(self, params: Mapping[str, Any], path: str, cache: bool) -> list[EngineDetails]:
        """The engines, from the cache if it may and does hold them."""
        if not self.get_option("cache"):
            return self._read(params)
        key = self._cache_key(params, path)
        engines: list[EngineDetails]
        if cache:
            try:
                engines = self._cache[key]
            except KeyError:
                pass
            else:
                return engines
        self._cache[key] = engines = self._read(params)
        return engines

    def _cache_key(self, params: Mapping[str, Any], path: str) -> str:
        """Another key for whatever reads other engines, or other things of them, as another version of this may."""
        reading = [*(params[name] for name in _READING), *EngineDetails.__annotations__]
        return f"{self.get_cache_key(path)}_{hashlib.sha256(json.dumps(reading).encode()).hexdigest()[:16]}"

    def _read(self, params: Mapping[str, Any]) -> list[EngineDetails]:
        depth = Depth(
            engine=params["details"] != "none",
            status=params["details"] == "status",
            each_node=params["hosts_are"] == "nodes",
        )
        found: dict[str, EngineDetails] = {}
        for domain in params["domains"]:
            connection = connection_of({**params, "domain": domain})
            with Session(connection, pool_size=params["concurrency"]) as session:
                listed = [
                    engine
                    for engine in list_engines(session, _selection(params))
                    if session.rebase(engine.href) not in found
                ]
                engines = read_engines(session, listed, depth, params["concurrency"], strict=params["strict"])
            for warning in session.warnings:
                self.display.warning(warning)
            found.update((engine["href"], engine) for engine in engines)
        # As the cache gives them back, so that a hit and a miss are the same.
        plain: list[EngineDetails] = json.loads(json.dumps(list(found.values())))
        return plain

    # -- hosts

    def _populate(self, engines: list[EngineDetails], params: Mapping[str, Any]) -> None:
        prefix = params["hostvars_prefix"]
        self.inventory.add_group("smc_engines")
        names = UniqueNames()
        for natural, plain in host_variables(engines, params["hosts_are"] == "nodes", prefix):
            variables = marked_unsafe(plain)
            domain, kind = plain[prefix + "domain"], plain[prefix + "type"]
            host = names.take(self._preferred_name(variables, params["strict"]) or natural, domain)
            self.inventory.add_host(host, group="smc_engines")
            for group in (f"smc_type_{kind or 'unknown'}", f"smc_domain_{domain}"):
                self.inventory.add_host(host, group=self.inventory.add_group(self._sanitize_group_name(group)))
            self.inventory.set_variable(host, "ansible_connection", "local")
            self.inventory.set_variable(
                host, "ansible_python_interpreter", marked_template("{{ ansible_playbook_python }}")
            )
            for name, value in variables.items():
                self.inventory.set_variable(host, name, value)
            self._construct(host, variables, params["strict"])

    def _preferred_name(self, variables: dict[str, Any], strict: bool) -> str:
        for template in self.get_option("hostnames"):
            try:
                if "{{" in template or "{%" in template:
                    extra = self._vars if self.get_option("use_extra_vars") else {}
                    self.templar.available_variables = {**variables, **extra}
                    name = self.templar.template(template)
                else:
                    name = self._compose(template, variables)
            except Exception as error:  # noqa: BLE001 (whatever an expression of the user's may raise)
                if strict:
                    raise AnsibleParserError(f"The host name '{template}' cannot be rendered: {error}") from None
                continue
            if name is not None and str(name).strip():
                return str(name)
        return ""

    def _construct(self, host: str, variables: dict[str, Any], strict: bool) -> None:
        compose = self.get_option("compose")
        self._set_composite_vars(compose, variables, host, strict=strict)
        composed = self.inventory.get_host(host).get_vars()
        for name in compose or {}:
            if name in composed:
                self.inventory.set_variable(host, name, marked_unsafe(composed[name]))
        self._add_host_to_composed_groups(self.get_option("groups"), variables, host, strict=strict)
        self._add_host_to_keyed_groups(self.get_option("keyed_groups"), variables, host, strict=strict)


def _selection(params: Mapping[str, Any]) -> Selection:
    return Selection(params["name_filter"], params["engine_types"], params["exclude"])


def _empty_domains(engines: list[EngineDetails], params: Mapping[str, Any]) -> Iterator[str]:
    """A sentence for each domain that has no engine here."""
    conditions = f" for {_selection(params)}" if str(_selection(params)) else ""
    beside = ""
    for domain in (name or DEFAULT_DOMAIN for name in params["domains"]):
        if not any(engine["domain"] == domain for engine in engines):
            yield f"{params['url']} lists no engine in the domain '{domain}'{conditions}{beside}."
        beside = " that is not in a domain before it"
