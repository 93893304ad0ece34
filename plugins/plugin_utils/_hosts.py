# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One task for all hosts of a play: what their variables say, grouped by SMC, and one result of all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ansible.errors import AnsibleError
from ansible_collections.ngfw.smc.plugins.module_utils._arguments import joined_urls
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.smcs import smc_name
from ansible_collections.ngfw.smc.plugins.module_utils._core.verdicts import STATUSES
from ansible_collections.ngfw.smc.plugins.plugin_utils._settings import from_variables
from ansible_collections.ngfw.smc.plugins.plugin_utils._shared_values import SharedValues
from ansible_collections.ngfw.smc.plugins.plugin_utils._trust import decrypted

Values = Mapping[str, Any]
_PLAY_FAILED = "The play failed for this engine before it was checked."


@dataclass(frozen=True)
class HostVariables:
    """A host with its variables, and what renders a value by them."""

    name: str
    variables: Values
    render: Callable[[Any], Any]

    def value(self, written: Any) -> Any:
        """A value as the host has it, without templates and vaults."""
        return decrypted(self.render(written))


@dataclass
class Smc:
    """An SMC with the hosts whose variables lead to it.

    first: the host whose variables describe the connection. session: instead of a login, if the hosts have one. hosts, targets:
    the hosts, and what each of them says of its engine.
    """

    first: HostVariables
    session: Mapping[str, Any] | None
    hosts: list[str] = field(default_factory=list)
    targets: list[dict[str, Any]] = field(default_factory=list)


def variables_of(task: Any, templar: Any, hosts: Iterable[str], task_variables: Values) -> Iterable[HostVariables]:
    """The variables that the task would have for each host."""
    manager, play = task.get_variable_manager(), task.get_play()
    known = {"_hosts": task_variables["ansible_play_hosts"], "_hosts_all": task_variables["ansible_play_hosts_all"]}
    for name in hosts:
        host = manager._inventory.get_host(name)  # noqa: SLF001 (there is no public way)
        own = manager.get_vars(play=play, host=host, task=task, **known)
        yield HostVariables(name, own, templar.copy_with_new_env(available_variables=own).template)


def by_smc(hosts: Iterable[HostVariables], variable: str, names: Sequence[str]) -> tuple[list[Smc], dict[str, str]]:
    """The hosts by SMC, and what is wrong with the variables of the others.

    Args:
        hosts: All hosts.
        variable: The name of the variable that describes the engine of a host.
        names: The options of a connection that variables may give.
    """
    smcs: dict[str, Smc] = {}
    refused: dict[str, str] = {}
    checks: dict[str, Any] = {}
    shared = SharedValues()
    for host in hosts:
        try:
            # Each part by itself, because few of them depend on the host.
            written = host.variables[variable].items()
            target = {name: decrypted(shared.render(part, host.variables, host.render)) for name, part in written}
            connection = from_variables(names, host.variables, host.value)
        except (AnsibleError, AttributeError, KeyError) as error:
            refused[host.name] = (
                f"The variable `{variable}` of {host.name} cannot be used: {getattr(error, 'message', error)}"
            )
            continue
        # Where all hosts have the same checks, there is one list of them.
        target["checks"] = checks.setdefault(repr(target.get("checks")), target.get("checks"))
        session = target.pop("session", None)
        smc = smcs.setdefault(repr((sorted(connection.items()), session)), Smc(host, session or None))
        smc.hosts.append(host.name)
        smc.targets.append(target)
    return list(smcs.values()), refused


def names_of(options: Iterable[Values]) -> list[str]:
    """The names of SMCs in reports, by the options of the connection to each."""
    return [smc_name(joined_urls(each.get("url")) or (each.get("session") or {}).get("url")) for each in options]


def joined(smcs: Sequence[Smc], names: Sequence[str], results: Sequence[Values]) -> dict[str, Any]:
    """One result of all SMCs.

    Returns:
        The keys of each result, whose verdicts name their SMC; `smcs`, what is known of each SMC; `hosts` with the engine and the SMC of
        each host; and `refused_hosts`, those whose own options are wrong, with the reasons.
    """
    whole: dict[str, Any] = {"changed": False, "hosts": {}, "refused_hosts": {}, "smcs": []}
    for key in ("results", "plan", "check_warnings", "warnings"):
        if any(key in result for result in results):
            whole[key] = []
    for smc, name, result in zip(smcs, names, results):
        whole["results"] = [
            *whole.get("results", ()),
            *({**one, "smc": name} for one in result.get("results", ())),
        ]
        for key in ("plan", "check_warnings", "warnings"):
            if key in whole:
                whole[key] += result[key]
        whole["smcs"].append({"name": name, **result.get("smc", {})})
        if "error" in result:
            whole.setdefault("error", result["error"])
        targets = zip(smc.hosts, smc.targets)
        whole["hosts"].update({host: {"target": target.get("name"), "smc": name} for host, target in targets})
        whole["refused_hosts"].update({smc.hosts[one["number"]]: one["msg"] for one in result["refused"]})
    for key in ("check_warnings", "warnings"):
        whole[key] = list(dict.fromkeys(whole.get(key, ())))
    return whole


def with_earlier(whole: Mapping[str, Any], earlier: Mapping[str, Any] | None) -> dict[str, Any]:
    """The result with that of the batch before it, which has those of the batches before. Of the same verdict, the newer one counts."""
    before = earlier or {}
    if "results" not in whole:
        return dict(whole)
    newer = {_key_of(result) for result in whole["results"]}
    checked = {host: its for host, its in before.get("hosts", {}).items() if host not in before["lost_hosts"]}
    results = [result for result in before.get("results", ()) if _key_of(result) not in newer] + whole["results"]
    return {
        **whole,
        "results": results,
        "totals": {status: sum(result["status"] == status for result in results) for status in STATUSES},
        "hosts": {**checked, **whole["hosts"]},
        "refused_hosts": {**before.get("refused_hosts", {}), **whole["refused_hosts"]},
        "smcs": list({smc["name"]: smc for smc in [*before.get("smcs", ()), *whole["smcs"]]}.values()),
        "check_warnings": list(dict.fromkeys([*before.get("check_warnings", ()), *whole["check_warnings"]])),
    }


def with_lost(whole: Values, lost: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
    """The result with the hosts that failed in the play before their engines were checked, and `unchecked`, the engines without a verdict.

    Args:
        whole: The result of all batches so far.
        lost: By host, its engine and SMC.
    """
    missing = {host: its for host, its in lost.items() if host not in whole["hosts"]}
    hosts = {**missing, **whole["hosts"]}
    without = {host: hosts[host] for host in [*whole["refused_hosts"], *missing] if host in hosts}
    unchecked = {
        (its["smc"], its["target"]): {
            "engine": its["target"],
            "smc": its["smc"],
            "reason": whole["refused_hosts"].get(host, _PLAY_FAILED),
        }
        for host, its in without.items()
    }
    return {**whole, "hosts": hosts, "lost_hosts": list(missing), "unchecked": list(unchecked.values())}


def _key_of(result: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(str(result.get(name) or "") for name in ("smc", "engine", "name", "target"))


def engine_of(host: HostVariables, variable: str) -> dict[str, str]:
    """The engine and the SMC of a host, as far as its variables tell; else its own name stands for the engine."""
    try:
        target = str(host.value(host.variables[variable]).get("name") or host.name)
        return {"target": target, "smc": names_of([from_variables(["url"], host.variables, host.value)])[0]}
    except (AnsibleError, AttributeError, KeyError):
        return {"target": host.name, "smc": ""}


def earlier_result(register: str | Mapping[str, Any] | None, variables: Values) -> Mapping[str, Any] | None:
    """What this task has returned for the batch before, if the play has batches and this is not the first."""
    if isinstance(register, Mapping):
        # Since ansible-core 2.21, what is registered by each name.
        register = next(iter(register), None)
    every, batch = variables.get("ansible_play_hosts_all") or [], variables.get("ansible_play_batch") or []
    if not register or not batch or batch[0] not in every:
        return None
    for name in reversed(every[: every.index(batch[0])]):
        found = variables["hostvars"].raw_get(name).get(register)
        if isinstance(found, Mapping):
            return found
    return None
