# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What a check expects of the nodes of an engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .check_findings import Bounds, Finding, Unmeasurable
from .check_values import as_boolean, as_mapping, as_text, as_texts
from .check_words import some
from .engines import NodeStatus
from .errors import OptionError, did_you_mean, join_names
from .fields import Record

_NODE_KEYS = ("online", "policy_installed", "same_version", "same")
_STANDBY = ("Standby", "Going Standby")
# Of a node in one of these states the SMC does not know more; unless it has asked the node, in vain.
_NOT_KNOWN = ("Unknown", "Not Monitored")
_IN_VAIN = ("TIMEOUT", "NO_STATUS", "DELETED")


def judge_nodes(written: Any, engine: str, engine_info: Mapping[str, Any] | None, node_failure: str) -> list[Finding]:
    """engine_info: what ngfw.smc.engine_info says; node_failure: why it could not be asked. Raises OptionError."""
    wanted = as_mapping(written, "nodes")
    for key in wanted:
        if key not in _NODE_KEYS:
            raise OptionError(f"`nodes` has no key '{key}'.{did_you_mean(str(key), _NODE_KEYS)}")
    if engine_info is None:
        raise Unmeasurable(node_failure or f"The nodes of '{engine}' were not looked up.")
    nodes = [node for node in engine_info.get("nodes") or [] if not node.get("disabled")]
    if not nodes:
        raise Unmeasurable(f"The SMC lists no nodes of '{engine}'.")
    unread = [_node_name(node) for node in nodes if not _state(node)]
    if unread:
        why = as_text(engine_info.get("error"))
        raise Unmeasurable(f"The status of {join_names(unread)} is not known. {why}".strip())
    findings = []
    if wanted.get("online") not in (None, False):
        findings.append(_judge_online(wanted["online"], nodes))
    if wanted.get("policy_installed") not in (None, False):
        findings.append(_judge_policy(wanted["policy_installed"], nodes))
    same = as_texts(wanted.get("same"))
    if wanted.get("same_version") not in (None, False) and as_boolean(wanted["same_version"], "same_version"):
        same.insert(0, "version")
    findings += [_judge_same(key, nodes) for key in same]
    if not findings:
        raise OptionError(f"`nodes` wants nothing; give it one of {join_names(_NODE_KEYS, 'or')}.")
    return findings


def _judge_online(wanted: Any, nodes: Sequence[Mapping[str, Any]]) -> Finding:
    unknown = [
        str(_status(node))
        for node in nodes
        if _state(node) in _NOT_KNOWN and as_text(node.get("monitoring_state")) not in _IN_VAIN
    ]
    if unknown:
        raise Unmeasurable(f"The SMC does not know whether {join_names(unknown)} is online.")
    offline = [node for node in nodes if not _status(node).online]
    online = len(nodes) - len(offline)
    measured = f"{online} of {len(nodes)} nodes online"
    names = some([str(_status(node)) for node in offline])
    if wanted is True or str(wanted).lower() in ("all", "true", "yes"):
        # In a standby cluster one node is online, and those that stand by are well.
        offline = [node for node in offline if _state(node) not in _STANDBY or not online]
        asked, holds = "all nodes", not offline
    else:
        bounds = Bounds.read({"min": wanted} if not isinstance(wanted, Mapping) else wanted, "online", ())
        asked, holds = str(bounds), bounds.hold(online)
    reason = f"{measured}, but {asked} wanted." + (f" Not online: {names}." if names else "")
    return Finding(holds, measured, f"{asked} online", reason, [_node_entry(node) for node in offline])


def _judge_policy(wanted: Any, nodes: Sequence[Mapping[str, Any]]) -> Finding:
    named = "" if wanted is True or str(wanted).lower() in ("true", "yes") else str(wanted)
    bad = [node for node in nodes if not _policy(node) or (named and _policy(node) != named)]
    shown = some([f"{_node_name(node)}: {_policy(node) or 'no policy'}" for node in nodes])
    wrong = some([f"{_node_name(node)} has {_policy(node) or 'no policy'}" for node in bad])
    asked = f"the policy '{named}' on each node" if named else "a policy on each node"
    return Finding(not bad, shown, asked, f"{wrong}, but {asked} wanted.", [_node_entry(node) for node in bad])


def _judge_same(key: str, nodes: Sequence[Mapping[str, Any]]) -> Finding:
    values = {_node_name(node): (_version(node) if key == "version" else as_text(node.get(key))) for node in nodes}
    unknown = [name for name, value in values.items() if not value]
    if unknown:
        raise Unmeasurable(f"The {key} of {join_names(unknown)} is not known.")
    different = len(set(values.values())) > 1
    shown = some([f"{name}: {value}" for name, value in values.items()])
    return Finding(
        not different,
        shown,
        f"the same {key} on all nodes",
        f"The nodes differ in their {key}: {shown}.",
        [_node_entry(node) for node in nodes],
    )


def _node_name(node: Mapping[str, Any]) -> str:
    return str(node.get("name") or f"node {node.get('id') or ''}".strip())


def _state(node: Mapping[str, Any]) -> str:
    return as_text(node.get("engine_node_status"))


def _status(node: Mapping[str, Any]) -> NodeStatus:
    return NodeStatus(_node_name(node), _state(node), as_text(node.get("monitoring_state")))


def _policy(node: Mapping[str, Any]) -> str:
    return as_text(node.get("installed_policy"))


def _version(node: Mapping[str, Any]) -> str:
    return as_text(node.get("version"))


def _node_entry(node: Mapping[str, Any]) -> Record:
    shown = {
        "name": _node_name(node),
        "status": _state(node),
        "monitoring_state": as_text(node.get("monitoring_state")),
        "version": _version(node),
        "installed_policy": _policy(node),
    }
    return {key: value for key, value in shown.items() if value}
