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
  - The configuration file's name must end in C(.smc_engines.yml) or C(.smc_engines.yaml). Other files are skipped.
  - Every host is in the group C(smc_engines), in C(smc_type_) followed by the engine type, and in C(smc_domain_)
    followed by the administrative domain. Group names, including those of O(keyed_groups), have C(_) instead of every
    character that is not allowed in a group name.
  - The number of requests is bounded. With O(details=none) it does not depend on the number of engines. Otherwise there
    is one request per engine, or two with O(details=status), and up to three more to read the names of log servers,
    locations and master engines. With O(hosts_are=nodes) and O(details=status) there is one status request per node.
  - Every host has the variables C(smc_url) and C(smc_domain), and C(smc_api_version), C(smc_validate_certs), C(smc_ca_path)
    and C(smc_connect_timeout) if the file sets these options. The modules read them, so a play may be about the engines
    of several SMCs.
  - Every host has C(ansible_connection=local) and the controller's Python, so the modules of this collection run in the
    controller.
author:
  - The ngfw.smc authors (@ngfw-smc)
extends_documentation_fragment:
  - ngfw.smc.inventory_connection
  - ngfw.smc.engine_selection
  - ngfw.smc.engine_selection.exclude
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
      - Administrative domains to list instead of O(domain), each with a login of its own.
      - An engine that appears in several domains is listed in the first of them.
    type: list
    elements: str
  timeout:
    description:
      - How many seconds one answer of the SMC may take.
    type: float
    default: 60.0
    ini: [{section: ngfw_smc, key: timeout}]
  hosts_are:
    description:
      - Whether a host is an engine or a node of an engine. The variable C(smc_target) is the engine's name in both cases.
      - With V(nodes), O(details) must be V(engine) or V(status).
    type: str
    choices: [engines, nodes]
    default: engines
  host_prefix:
    description:
      - What every host name begins with, such as V(smc_) or V(paris_). Letters, digits, C(_), C(-) and C(.).
      - Set it if there are other inventory sources. Whoever may name an engine could otherwise give it the name of a
        server of yours. The plugin sees only the sources before it; a source after it adds its variables and groups to a
        host of the same name.
      - Set it for each SMC if there are several. Two engines of the same name are an error otherwise.
    type: str
    default: ''
  hostnames:
    description:
      - How to name a host, in order of preference. The first item that is not empty is used, otherwise the name of the
        engine or node.
      - Each item is a Jinja2 expression as in O(compose), or a text with expressions in curly braces.
      - Host names have C(_) instead of spaces and of other characters that mean something in host patterns, templates
        or paths, so C(Plano FW) becomes C(Plano_FW).
      - If a name is taken by an older engine of the same SMC, the domain is added, then the key of the engine. If it is
        the name of a host of another inventory source, of a group or of the controller, or differs from that of an engine
        of another SMC only in upper and lower case, C(smc_) is put before it. If it
        has characters that cannot be seen, the key of the engine is added. Each of these is a warning.
    type: list
    elements: str
    default: []
  details:
    description:
      - How much to read of each engine. V(none) reads only the list of engines. V(engine) adds nodes, addresses, version
        and related elements, with one request per engine. V(status) adds status and policy, with one more request.
      - The second request reads the status of the first node that is not disabled. For a cluster this is the status of
        one node only, which the variable C(smc_status_nodes) names. To get the status of every node, use
        O(hosts_are=nodes) or M(ngfw.smc.engine_info).
    type: str
    choices: [none, engine, status]
    default: engine
  concurrency:
    description:
      - How many requests may be under way at a time, 200 at most.
    type: int
    default: 8
  hostvars_prefix:
    description:
      - The prefix of the names of the host variables. C(smc_target) always keeps its name.
    type: str
    default: smc_
  strict:
    description:
      - Whether it is an error if an engine cannot be read or an expression fails. With V(false), the engine is listed with
        what is known and there is a warning, and the expression is left out.
  cache:
    description:
      - Whether to cache what was read from the SMC. The inventory then needs no request until the cache expires or is
        flushed, or until an option that decides what is read changes.
      - Set O(cache_plugin) too, because Ansible's default cache keeps nothing from one run to the next.
notes:
  - Text from the SMC is never treated as a template or a condition.
  - To keep secrets out of the file, use the environment, vaulted values or templates. Templates can use only extra
    variables.
  - There is no option for a session of M(ngfw.smc.login), because an inventory is made before any task runs.
seealso:
  - module: ngfw.smc.engine_info
"""

EXAMPLES = r"""
# example.smc_engines.yml, with SMC_ADDRESS and SMC_API_KEY in the environment
plugin: ngfw.smc.engines

# branches.smc_engines.yml: with status and groups, read again after ten minutes
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

# nodes.smc_engines.yml: each node is a host, named after its address if it has one
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
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from ansible.errors import AnsibleError, AnsibleParserError
from ansible.inventory.data import InventoryData
from ansible.inventory.group import to_safe_group_name
from ansible.plugins.inventory import BaseInventoryPlugin, Cacheable, Constructable
from ansible_collections.ngfw.smc.plugins.module_utils._arguments import connection_of, joined_urls, positive
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import DEFAULT_DOMAIN, Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.secrets import learned_secrets, scrub_sentences
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.details import EngineDetails
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.inventory import (
    OWN_PREFIX,
    HostClaim,
    HostNames,
    OtherOwners,
    folded,
    host_variables,
    means_controller,
    safe_name,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.reading import (
    RequestedDetails,
    failures_of,
    read_engines,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.search import Selection, list_engines
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError, SMCError
from ansible_collections.ngfw.smc.plugins.module_utils._core.words import did_you_mean, first_lines, some, visible
from ansible_collections.ngfw.smc.plugins.module_utils._runner import failure
from ansible_collections.ngfw.smc.plugins.plugin_utils._trust import marked_template, marked_unsafe

# Options that are host variables too if the file has them.
_FOR_THE_MODULES = ("api_version", "validate_certs", "ca_path", "connect_timeout", "standby_statuses")
# Names of groups that this plugin documents.
_is_own_group = re.compile(r"smc_engines|smc_(?:type|domain)_.*").fullmatch
# In a draft, what a group's name begins with: one that this plugin or the inventory file means as it is, or one that a value names.
_MEANT = "meant_"
_BY_VALUE = "value_"
# What Ansible sets itself for a host of a source.
_ABOUT_THE_SOURCE = ("inventory_file", "inventory_dir")
_MOST_ATTEMPTS = 3
_MOST_WARNINGS = 20
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
    "host_prefix",
)
_LISTS = ("domains", "engine_types", "exclude")
_PLAIN = (
    "validate_certs",
    "connect_timeout",
    "standby_statuses",
    "timeout",
    "concurrency",
    "details",
    "hosts_are",
    "strict",
)
# What decides which engines are read, and how much of them; with strict, nothing incomplete is kept.
_READING = ("url", "username", "api_version", "name_filter", "details", "hosts_are", "strict", *_LISTS)


class InventoryModule(BaseInventoryPlugin, Constructable, Cacheable):
    NAME = "ngfw.smc.engines"
    inventory: Any
    _secrets: Collection[str] = ()

    def verify_file(self, path: str) -> bool:
        return bool(super().verify_file(path)) and path.endswith(_ENDINGS)

    def parse(self, inventory: Any, loader: Any, path: str, cache: bool = True) -> None:
        super().parse(inventory, loader, path, cache)
        written = self._read_config_data(path)
        with learned_secrets() as self._secrets:
            try:
                params = self._read_options(written)
                self._written = set(written)
                engines = self._engines(params, path, cache)
                for sentence in (*_empty_domains(engines, params), *failures_of(engines)):
                    self._warn(sentence)
                self._populate(engines, params)
            except SMCError as error:
                raise AnsibleParserError(scrub_sentences(failure(error)["msg"], self._secrets)) from None

    def _warn(self, sentence: str) -> None:
        """Every warning passes here: names and answers from outside are in them."""
        self.display.warning(visible(scrub_sentences(sentence, self._secrets)))

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
        positive(params, "concurrency", "timeout")
        if not re.fullmatch(r"(?:[A-Za-z_]\w*)?", params["hostvars_prefix"], re.ASCII):
            raise OptionError(f"`hostvars_prefix` is '{params['hostvars_prefix']}', which no variable can begin with.")
        if params["host_prefix"] and safe_name(params["host_prefix"]) != params["host_prefix"]:
            raise OptionError(
                f"`host_prefix` is '{params['host_prefix']}', which no host name can begin with. "
                "Use letters, digits, `_`, `-` and `.`."
            )
        if params["hosts_are"] == "nodes" and params["details"] == "none":
            raise OptionError(
                "`hosts_are: nodes` takes `details: engine` or `status`: the list of engines has no nodes."
            )
        return params

    def _rendered(self, name: str, value: Any, written: Mapping[str, Any]) -> str | None:
        """An option as a plain text. Only what the file says is a template; what the environment says is a value."""
        if value is None:
            return None
        if isinstance(value, (list, tuple)):
            return joined_urls([self._rendered(name, each, written) for each in value])
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
        depth = RequestedDetails(
            engine=params["details"] != "none",
            status=params["details"] == "status",
            each_node=params["hosts_are"] == "nodes",
        )
        found: dict[str, EngineDetails] = {}
        for domain in params["domains"]:
            connection = connection_of({**params, "domain": domain}, params["timeout"])
            with Session(connection, pool_size=params["concurrency"]) as session:
                listed = [
                    engine
                    for engine in list_engines(session, _selection(params))
                    if session.rebase(engine.href) not in found
                ]
                engines = read_engines(session, listed, depth, params["concurrency"], strict=params["strict"])
            for warning in session.warnings:
                self._warn(warning)
            found.update((engine["href"], engine) for engine in engines)
        # As the cache gives them back, so that a hit and a miss are the same.
        plain: list[EngineDetails] = json.loads(json.dumps(list(found.values())))
        return plain

    # -- hosts

    def _populate(self, engines: list[EngineDetails], params: Mapping[str, Any]) -> None:
        self._present = _Present(self.inventory, _urls(params), params["hostvars_prefix"])
        self._meant_groups = self._groups_of_the_file()
        draft, names = self._draft(self._hosts(engines, params), params)
        for sentence in first_lines([*names.renamed, *self._group_sentences(draft)], _MOST_WARNINGS):
            self._warn(sentence)
        final = {name: self._final_group(name) for name in draft.groups}
        for name in draft.groups:
            self.inventory.add_group(final[name])
        for name, host in draft.hosts.items():
            self.inventory.add_host(name)
            # By the object: by name a group that is called like the host would get the variables.
            for variable, value in host.vars.items():
                if variable not in _ABOUT_THE_SOURCE:
                    self.inventory.hosts[name].set_variable(variable, value)
        for name, group in draft.groups.items():
            for host in group.hosts:
                self.inventory.add_host(host.name, group=final[name])
            for child in group.child_groups:
                self.inventory.add_child(final[name], final[child.name])

    def _hosts(self, engines: list[EngineDetails], params: Mapping[str, Any]) -> list[_Host]:
        """Every host, with the name that it would like to have."""
        prefix = params["hostvars_prefix"]
        hosts = []
        for natural, plain in host_variables(engines, params["hosts_are"] == "nodes", prefix):
            connection = {**self._connection_variables(params), "smc_domain": plain[prefix + "domain"]}
            variables = marked_unsafe({**plain, **connection})
            wanted = self._preferred_name(variables, params["strict"]) or natural
            claim = HostClaim(natural, wanted, plain[prefix + "domain"], plain[prefix + "key"])
            hosts.append(_Host(claim, variables, plain[prefix + "type"]))
        return hosts

    def _connection_variables(self, params: Mapping[str, Any]) -> dict[str, Any]:
        """What the modules need to reach the same SMC, without any secret.

        An environment, such as that of AWX, is another one when the tasks run, so what comes from it is left out.
        """
        written = {f"smc_{name}": params[name] for name in _FOR_THE_MODULES if name in self._written}
        return {**written, "smc_url": _urls(params)}

    def _draft(self, hosts: list[_Host], params: Mapping[str, Any]) -> tuple[_Draft, HostNames]:
        """Hosts and groups apart from the inventory, in which no host has the name of a group.

        The groups are known only when the hosts have been made, so a second try may be needed.
        """
        groups = set(self.inventory.groups)
        for _attempt in range(_MOST_ATTEMPTS):
            names = HostNames(self._present.owners(groups), params["host_prefix"])
            draft = self._drafted(hosts, self._present.names(hosts, names), params["strict"])
            made = {self._final_group(name) for name in draft.groups}
            shared = {folded(name) for name in draft.hosts} & {folded(name) for name in made - groups}
            if not shared:
                return draft, names
            groups |= made
        raise OptionError(
            f"`keyed_groups` or `groups` makes groups with the names of hosts, such as '{min(shared)}'. "
            "Give them a `prefix`, so that a name means either a host or a group."
        )

    def _drafted(self, hosts: list[_Host], names: list[str], strict: bool) -> _Draft:
        draft, inventory = _Draft(), self.inventory
        self._group_values: dict[str, set[str]] = {}
        self.inventory = draft
        try:
            draft.add_group("smc_engines")
            for name, host in zip(names, hosts):
                self._draft_host(name, host, strict)
        finally:
            self.inventory = inventory
        draft.drop_empty_groups()
        return draft

    def _draft_host(self, name: str, host: _Host, strict: bool) -> None:
        self.inventory.add_host(name, group=_MEANT + "smc_engines")
        for group in (f"smc_type_{host.type or 'unknown'}", f"smc_domain_{host.claim.domain}"):
            self.inventory.add_host(name, group=self.inventory.add_group(self._sanitize_group_name(group)))
        own = {
            "ansible_connection": marked_template("local"),
            "ansible_python_interpreter": marked_template("{{ ansible_playbook_python }}"),
        }
        for variable, value in {**own, **host.variables}.items():
            self.inventory.set_variable(name, variable, value)
        self._construct(name, host.variables, strict)

    # -- groups

    def _sanitize_group_name(self, name: str) -> str:
        # Policies and domains have spaces in their names, which no `hosts:` line should need quotes for.
        safe: str = to_safe_group_name(name, force=True, silent=True)
        self._group_values.setdefault(self.inventory.role + safe, set()).add(str(name))
        return safe

    def _final_group(self, drafted: str) -> str:
        """The name of a group of a draft; with a prefix if a value names it and somebody else has it."""
        name = _plain(drafted)
        while drafted.startswith(_BY_VALUE) and self._group_obstacle(name):
            name = OWN_PREFIX + name
        return name

    def _group_obstacle(self, name: str) -> str:
        """Why a value cannot name a group like that; empty if it can."""
        if _is_own_group(name):
            return "this plugin gives such names to groups of its own"
        if name in self._meant_groups:
            return "the inventory file itself names a group like that"
        if name in ("all", "ungrouped") or means_controller(name):
            return "that name means something else in Ansible"
        if name in self._present.foreign_hosts:
            return "another inventory source has a host of that name"
        if self._present.has_foreign_hosts(name):
            return "another inventory source has hosts in a group of that name, or in a group that this one belongs to"
        return ""

    def _groups_of_the_file(self) -> set[str]:
        """The groups whose names the inventory file gives, so that they are meant as they are."""
        parents = [str(keyed.get("parent_group") or "") for keyed in self.get_option("keyed_groups") or ()]
        return {self._safe_group(name) for name in (*(self.get_option("groups") or {}), *parents) if name}

    @staticmethod
    def _safe_group(name: str) -> str:
        safe: str = to_safe_group_name(name, force=True, silent=True)
        return safe

    def _group_sentences(self, draft: _Draft) -> Iterator[str]:
        for drafted in sorted(draft.groups):
            plain, name, values = _plain(drafted), self._final_group(drafted), self._group_values.get(drafted, ())
            if plain != name:
                yield f"The group '{plain}' is called '{name}': {self._group_obstacle(plain)}."
            if len(values) > 1:
                yield f"The group '{name}' stands for {some(sorted(values))}, because a group name has only letters, digits and `_`."

    def _preferred_name(self, variables: dict[str, Any], strict: bool) -> str:
        for template in self.get_option("hostnames"):
            try:
                if _is_template(template):
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
        composed = self.inventory.hosts[host].vars
        for name in compose or {}:
            if name in composed:
                self.inventory.set_variable(host, name, marked_unsafe(composed[name]))
        self._add_host_to_composed_groups(self.get_option("groups"), variables, host, strict=strict)
        for keyed in self.get_option("keyed_groups") or ():
            with self.inventory.named_by_values(_is_template(keyed.get("parent_group"))):
                self._add_host_to_keyed_groups([keyed], variables, host, strict=strict)


@dataclass(frozen=True)
class _Host:
    """What becomes a host. type: the engine's, by the SMC's name."""

    claim: HostClaim
    variables: dict[str, Any]
    type: str


class _Draft(InventoryData):
    """Hosts and groups apart from all others. The name of a host means the host, also if a group has it.

    A group is known by its role and its name, so a value from the SMC never names a group that the plugin or the file means.
    """

    role = _role_of_parents = ""

    def __init__(self) -> None:
        super().__init__()
        # What is left is made by this plugin, also a group `all`.
        self.groups.clear()
        self.role = self._role_of_parents = _MEANT

    @contextmanager
    def named_by_values(self, parents_too: bool) -> Iterator[None]:
        """Groups that are made meanwhile are named by values; those that these belong to may be."""
        self.role, self._role_of_parents = _BY_VALUE, _BY_VALUE if parents_too else _MEANT
        yield
        self.role = _MEANT

    def add_group(self, group: str) -> Any:
        return super().add_group(self.role + group)

    def set_variable(self, entity: str, varname: str, value: Any) -> None:
        self.hosts[entity].set_variable(varname, value)

    def add_child(self, group: str, child: str) -> Any:
        if child in self.hosts:
            return self.groups[group].add_host(self.hosts[child])
        return super().add_child(super().add_group(self._role_of_parents + group), child)

    def drop_empty_groups(self) -> None:
        """Drops what `add_group` made of the parents, which are others."""
        for name, group in list(self.groups.items()):
            if name.startswith(_BY_VALUE) and not (group.hosts or group.child_groups):
                del self.groups[name]


class _Present:
    """What the inventory has already, of other sources and of other files for this plugin.

    foreign_hosts: the names of hosts that are no engines.
    """

    def __init__(self, inventory: Any, url: str, prefix: str) -> None:
        engines = _engines_in(inventory)
        self.foreign_hosts = {name for name in inventory.hosts if name not in engines}
        self._known = {_identity(host.vars, prefix): name for name, host in engines.items()}
        self._smcs = {name: str(host.vars["smc_url"]) for name, host in engines.items()}
        crowded = {
            name
            for name, group in inventory.groups.items()
            # `all` has every host, and is a name that no group of an engine gets.
            if name != "all" and any(host.name in self.foreign_hosts for host in group.get_hosts())
        }
        self._crowded = {
            name
            for name, group in inventory.groups.items()
            if name in crowded or any(above.name in crowded for above in group.get_ancestors())
        }
        self._url, self._prefix = url, prefix

    def has_foreign_hosts(self, group: str) -> bool:
        """Whether a host of the group would be in one with hosts that are no engines."""
        return group in self._crowded

    def owners(self, groups: Collection[str]) -> OtherOwners:
        here = {name for name, url in self._smcs.items() if url == self._url}
        elsewhere = {name: url for name, url in self._smcs.items() if url != self._url}
        return OtherOwners(self.foreign_hosts | here, groups, elsewhere)

    def names(self, hosts: list[_Host], names: HostNames) -> list[str]:
        """The name of each host. An engine that an earlier file listed under the same name stays that host."""
        same = {}
        for place, host in enumerate(hosts):
            known = self._known.get(_identity(host.variables, self._prefix))
            if known is not None and known == names.natural(host.claim.wanted):
                same[place] = known
        rest = iter(names.take_all([host.claim for place, host in enumerate(hosts) if place not in same]))
        return [same[place] if place in same else next(rest) for place in range(len(hosts))]


def _identity(variables: Mapping[str, Any], prefix: str) -> tuple[str, str, str]:
    """Which engine or node of which SMC a host is."""
    node = variables.get(prefix + "node") or {}
    return str(variables["smc_url"]), str(variables.get(prefix + "href")), str(node.get("href"))


def _engines_in(inventory: Any) -> dict[str, Any]:
    """The hosts that this plugin made."""
    group = inventory.groups.get("smc_engines")
    hosts = group.get_hosts() if group else ()
    return {host.name: host for host in hosts if "smc_url" in host.vars and "smc_target" in host.vars}


def _plain(drafted: str) -> str:
    """The name of a group of a draft without its role."""
    return drafted.partition("_")[2]


def _is_template(text: str | None) -> bool:
    return "{{" in (text or "") or "{%" in (text or "")


def _urls(params: Mapping[str, Any]) -> str:
    """The addresses of the SMC as the modules take them, in one spelling."""
    return ",".join(Connection(params["url"]).urls)


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
