# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What a check may expect of the nodes of an engine: one row per verb in NODE_VERBS."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from ..engines.status import NodeCondition, NodeStatus
from ..errors import OptionError, Unmeasurable
from ..patterns import matches_wildcard
from ..schema.conditions import not_a_text
from ..schema.records import Record
from ..words import did_you_mean, join_names, some
from .findings import BOUND_KEYS, Bounds, Finding, read_bounds
from .shares import duration_bounds_in_words, read_duration, seconds_in_words
from .values import as_boolean, as_mapping, as_patterns, as_text, as_texts, number_in

# The time of the measurement, in milliseconds since 1970, among the keys of a node.
_NOW = "measured_at_ms"


NodeInfo = Mapping[str, Any]


@dataclass(frozen=True)
class NodeVerb:
    """One kind of expectation of an engine's nodes: a row of NODE_VERBS.

    name: its key in `nodes`. read: what the user's value stands for, one or more expectations, or none if it is switched
    off; raises OptionError. judge: one of these put to the test on nodes that are not disabled. documentation: one line.
    example: its value. needs_appliance: whether it is about hardware and interfaces, one more request per node.
    """

    name: str
    read: Callable[[Any], Sequence[Any]]
    judge: Callable[[Any, Sequence[NodeInfo]], Finding]
    documentation: str
    example: str
    needs_appliance: bool = False


def judge_nodes(
    written: Any, engine: str, engine_info: NodeInfo | None, node_failure: str, now: datetime | None = None
) -> list[Finding]:
    """Put the expectations of an engine's nodes to the test.

    Args:
        written: The value of `nodes` as the user wrote it.
        engine: The engine's name.
        engine_info: What ngfw.smc.engine_info says of the engine; None if it was not asked.
        node_failure: Why it could not be asked, empty if there was no attempt.
        now: When it was measured, with its zone.

    Returns:
        A finding per expectation.

    Raises:
        OptionError: The value cannot be read, or (Unmeasurable) the status of a node is not known.
    """
    expectations = read_nodes(written)
    nodes = _measured_nodes(engine, engine_info, node_failure)
    if now is not None:
        nodes = [{**node, _NOW: now.timestamp() * 1000} for node in nodes]
    return [verb.judge(expected, nodes) for verb, expected in expectations]


def names_of_online_nodes(engine_info: NodeInfo | None, entries: Iterable[Record] = ()) -> list[str] | None:
    """The names of the nodes that are online.

    Returns:
        None unless the status of each enabled node is known, and if the entries call nodes by other names.
    """
    every = (engine_info or {}).get("nodes") or []
    known = {_node_name(node) for node in every}
    nodes = [node for node in every if not node.get("disabled")]
    if not {str(entry.get("node_id") or entry.get("comp_id")) for entry in entries} <= known:
        return None
    if not nodes or any(_status(node).undecided for node in nodes):
        return None
    return [_node_name(node) for node in nodes if _status(node).online]


def needs_appliance(written: Any) -> bool:
    """Whether the appliance status of each node has to be read for the value of `nodes`."""
    return isinstance(written, Mapping) and any(
        verb.needs_appliance and written.get(name) is not None for name, verb in NODE_VERBS.items()
    )


def read_nodes(written: Any) -> list[tuple[NodeVerb, Any]]:
    """The expectations in the order of NODE_VERBS, each with its verb.

    Raises:
        OptionError: `nodes` has an unknown key, expects nothing, or one of its values cannot be read.
    """
    wanted = as_mapping(written, "nodes")
    for key in wanted:
        if key not in NODE_VERBS:
            raise OptionError(f"`nodes` has no key '{key}'.{did_you_mean(str(key), NODE_VERBS)}")
    expectations = [
        (verb, expected)
        for verb in NODE_VERBS.values()
        if wanted.get(verb.name) is not None
        for expected in verb.read(wanted[verb.name])
    ]
    if not expectations:
        raise OptionError(f"`nodes` expects nothing: add {join_names(NODE_VERBS, 'or')}.")
    return expectations


def _measured_nodes(engine: str, engine_info: NodeInfo | None, node_failure: str) -> list[NodeInfo]:
    """The nodes that are not disabled. Raises Unmeasurable unless the status of each is known."""
    if engine_info is None:
        raise Unmeasurable(node_failure or f"The nodes of '{engine}' were not looked up.")
    nodes = [node for node in engine_info.get("nodes") or [] if not node.get("disabled")]
    if not nodes:
        raise Unmeasurable(f"The SMC lists no nodes of '{engine}'.")
    unread = [_node_name(node) for node in nodes if not _state(node)]
    if unread:
        why = as_text(engine_info.get("error"))
        raise Unmeasurable(f"The status of {join_names(unread)} is not known. {why}".strip())
    return nodes


def read_online(written: Any) -> list[Bounds | None]:
    """How many nodes must be online; None stands for all of them. Raises OptionError."""
    if _switched_off(written):
        return []
    if str(written).lower() in ("all", "true", "yes"):
        return [None]
    return [read_bounds(written if isinstance(written, Mapping) else {"min": written}, "online")]


def judge_online(bounds: Bounds | None, nodes: Sequence[NodeInfo]) -> Finding:
    """Count the nodes that are online. Raises Unmeasurable if the SMC does not know it of one."""
    unknown = [str(_status(node)) for node in nodes if _status(node).undecided]
    if unknown:
        raise Unmeasurable(f"The SMC does not know whether {join_names(unknown)} is online.")
    offline = [node for node in nodes if not _status(node).online]
    online = len(nodes) - len(offline)
    listed = some([str(_status(node)) for node in offline])
    if bounds is None:
        # In a standby cluster one node is online, and the others are healthy while they stand by.
        offline = [node for node in offline if _status(node).condition is not NodeCondition.STANDBY or not online]
        wanted, holds = "all nodes", not offline
    else:
        wanted, holds = f"{bounds} {'node' if bounds.last_number == 1 else 'nodes'}", bounds.hold(online)
    reason = f"Expected {wanted} online, found {online} of {len(nodes)}." + (
        f" Not online: {listed}." if listed else ""
    )
    measured = f"{online} of {len(nodes)} nodes online"
    return Finding(holds, measured, f"{wanted} online", reason, [_node_entry(node) for node in offline])


def read_policy_installed(written: Any) -> list[str]:
    """The policy's name; an empty one stands for any policy. Raises OptionError for a name that YAML has not read as a text."""
    if not isinstance(written, str):
        raise OptionError(
            f"{not_a_text('`policy_installed`', written)} If any policy will do, write `policy_installed: any`."
        )
    if not written.strip():
        raise OptionError("`policy_installed` is empty. Write the name of the policy, or `policy_installed: any`.")
    return ["" if written.lower() == "any" else written]


def judge_policy_installed(name: str, nodes: Sequence[NodeInfo]) -> Finding:
    """Each node must have a policy, or the one of this name."""
    wrong = [node for node in nodes if not _policy(node) or (name and _policy(node) != name)]
    measured = some([f"{_node_name(node)}: {_policy(node) or 'no policy'}" for node in nodes])
    found = some([f"{_policy(node) or 'no policy'} on {_node_name(node)}" for node in wrong])
    wanted = f"the policy '{name}' on each node" if name else "a policy on each node"
    return Finding(
        not wrong, measured, wanted, f"Expected {wanted}, found {found}.", [_node_entry(node) for node in wrong]
    )


def read_same_version(written: Any) -> list[str]:
    """The key of the version. Raises OptionError for what is not a boolean."""
    return ["version"] if as_boolean(written, "same_version") else []


def judge_same(key: str, nodes: Sequence[NodeInfo]) -> Finding:
    """All nodes must have the same value. Raises Unmeasurable if that of a node is not known."""
    values = {_node_name(node): as_text(node.get(key)) for node in nodes}
    unknown = [name for name, value in values.items() if not value]
    if unknown:
        raise Unmeasurable(f"The {key} of {join_names(unknown)} is not known.")
    measured = some([f"{name}: {value}" for name, value in values.items()])
    return Finding(
        len(set(values.values())) == 1,
        measured,
        f"the same {key} on all nodes",
        f"Expected the same {key} on all nodes, found {measured}.",
        [_node_entry(node) for node in nodes],
    )


def read_is(written: Any) -> list[tuple[str, tuple[str, ...]]]:
    """Keys of a node, each with the patterns of which its value must match one. Raises OptionError."""
    return [
        (str(key), tuple(as_patterns(patterns, f"`{key}` of `is`")))
        for key, patterns in as_mapping(written, "is").items()
    ]


def judge_is(expected: tuple[str, Sequence[str]], nodes: Sequence[NodeInfo]) -> Finding:
    """Each node must have one of the values. Raises OptionError if no node has the key, which must be misspelled."""
    key, patterns = expected
    if all(key not in node for node in nodes):
        known = sorted({name for node in nodes for name in node})
        raise OptionError(f"A node has no '{key}'.{did_you_mean(key, known)}")
    wrong = [node for node in nodes if not _is_one_of(as_text(node.get(key)), patterns)]
    wanted = f"{key} {join_names(patterns, 'or')} on each node"
    measured = some([f"{_node_name(node)}: {as_text(node.get(key)) or '(none)'}" for node in nodes])
    found = some([f"{as_text(node.get(key)) or '(none)'} on {_node_name(node)}" for node in wrong])
    return Finding(
        not wrong, measured, wanted, f"Expected {wanted}, found {found}.", [_node_entry(node) for node in wrong]
    )


def _is_one_of(value: str, patterns: Sequence[str]) -> bool:
    return any(matches_wildcard(pattern, value, question_mark=True) for pattern in patterns)


def read_upload_age(written: Any) -> list[Bounds]:
    """Bounds of a duration. Raises OptionError."""
    if not isinstance(written, Mapping):
        raise OptionError("`upload_age` is a mapping with `min` or `max`, such as {max: 90d}.")
    durations = {
        key: read_duration(value, "upload_age") if key in BOUND_KEYS and value is not None else value
        for key, value in written.items()
    }
    return [read_bounds(durations, "upload_age")]


def judge_upload_age(bounds: Bounds, nodes: Sequence[NodeInfo]) -> Finding:
    """Compare the time since the last upload of a policy with the bounds. Raises Unmeasurable if it is not known."""
    ages = []
    for node in nodes:
        uploaded, now = number_in(node.get("last_upload_time")), node.get(_NOW)
        if uploaded is None or now is None:
            raise Unmeasurable(f"It is not known when a policy was last uploaded to {_node_name(node)}.")
        ages.append((node, (now - uploaded) / 1000))
    wrong = [(node, age) for node, age in ages if not bounds.hold(age)]
    wanted = f"the last upload {duration_bounds_in_words(bounds)} ago"
    return Finding(
        not wrong,
        some([f"{_node_name(node)}: {seconds_in_words(age)}" for node, age in ages]),
        wanted,
        f"Expected {wanted}, found {some([f'{seconds_in_words(age)} on {_node_name(node)}' for node, age in wrong])}.",
        [_node_entry(node) for node, _age in wrong],
    )


def read_hardware(written: Any) -> list[str]:
    """`ok` is all that can be expected. Raises OptionError."""
    if str(written).lower() != "ok":
        raise OptionError(f"`hardware` must be ok, not '{written}'.")
    return ["ok"]


def judge_hardware(_expected: str, nodes: Sequence[NodeInfo]) -> Finding:
    """No subsystem of a node may have a status such as WARNING or ERROR. Raises Unmeasurable if none is known."""
    parts = [(node, part) for node in nodes for part in (node.get("appliance") or {}).get("hardware") or []]
    told = [(node, part) for node, part in parts if part.get("status")]
    if not told:
        raise Unmeasurable("The SMC tells no hardware status of the nodes.")
    wrong = [(node, part) for node, part in told if str(part["status"]).upper() not in ("OK", "NORMAL", "INFO")]
    found = some([f"{part['name']} {part['status']} on {_node_name(node)}" for node, part in wrong])
    entries = [{"node": _node_name(node), "subsystem": part["name"], "status": part["status"]} for node, part in wrong]
    wanted = "all hardware in order"
    measured = found or f"{len(told)} subsystems in order"
    return Finding(not wrong, measured, wanted, f"Expected {wanted}, found {found}.", entries)


def read_interfaces(written: Any) -> list[tuple[str, ...]]:
    """`up`: patterns of names of interfaces. Raises OptionError."""
    wanted = as_mapping(written, "interfaces")
    if list(wanted) != ["up"] or not wanted["up"]:
        raise OptionError("`interfaces` takes `up`, a list of names of interfaces.")
    return [tuple(as_patterns(wanted["up"], "`up` of `interfaces`"))]


def judge_interfaces(names: Sequence[str], nodes: Sequence[NodeInfo]) -> Finding:
    """Each of the interfaces must be up on each node. Raises Unmeasurable if the SMC tells of none."""
    listed = {_node_name(node): (node.get("appliance") or {}).get("interfaces") or [] for node in nodes}
    silent = [name for name, interfaces in listed.items() if not interfaces]
    if silent:
        raise Unmeasurable(f"The SMC tells no interfaces of {join_names(silent)}.")
    wrong = []
    for node, interfaces in listed.items():
        for name in names:
            states = [as_text(one.get("status")) for one in interfaces if _is_one_of(as_text(one.get("name")), [name])]
            if not states or any(state.casefold() != "up" for state in states):
                wrong.append(
                    {"node": node, "interface": name, "status": join_names(dict.fromkeys(states)) or "not there"}
                )
    found = some([f"{one['interface']} {one['status']} on {one['node']}" for one in wrong])
    wanted = f"{join_names(names)} up on each node"
    return Finding(not wrong, found or wanted, wanted, f"Expected {wanted}, found {found}.", wrong)


NODE_VERBS: Mapping[str, NodeVerb] = {
    verb.name: verb
    for verb in (
        NodeVerb(
            "online",
            read_online,
            judge_online,
            documentation=(
                "How many nodes must be online: `all` (a node on standby is healthy while another one is online), a number "
                "(at least that number of nodes), or `min`, `max` or `equals`."
            ),
            example="{min: 1}",
        ),
        NodeVerb(
            "policy_installed",
            read_policy_installed,
            judge_policy_installed,
            documentation="`any`: each node has a policy. A name: each node has that policy.",
            example="HQ policy",
        ),
        NodeVerb(
            "same_version",
            read_same_version,
            judge_same,
            documentation="`true`: all nodes run the same version.",
            example="true",
        ),
        NodeVerb(
            "same",
            as_texts,
            judge_same,
            documentation=(
                "Keys of a node, as ngfw.smc.engine_info returns them, whose values must be the same on all nodes."
            ),
            example="[installed_policy]",
        ),
        NodeVerb(
            "is",
            read_is,
            judge_is,
            documentation=(
                "Keys of a node, as ngfw.smc.engine_info returns them, with the value or the list of values that each node may "
                "have. `*` stands for any text."
            ),
            example='{version: "7.1.*"}',
        ),
        NodeVerb(
            "upload_age",
            read_upload_age,
            judge_upload_age,
            documentation="How long ago a policy may have been uploaded last: `min` and `max`, as in `age`.",
            example="{max: 90d}",
        ),
        NodeVerb(
            "hardware",
            read_hardware,
            judge_hardware,
            documentation="`ok`: no subsystem of a node has a warning or an error. One more request per node.",
            example="ok",
            needs_appliance=True,
        ),
        NodeVerb(
            "interfaces",
            read_interfaces,
            judge_interfaces,
            documentation="`up`: names of interfaces that must be up on each node. One more request per node.",
            example='{up: ["eth0_0", "eth0_1"]}',
            needs_appliance=True,
        ),
    )
}


def _switched_off(written: Any) -> bool:
    return isinstance(written, int) and not written


def _node_name(node: Mapping[str, Any]) -> str:
    return str(node.get("name") or f"node {node.get('id') or ''}".strip())


def _state(node: Mapping[str, Any]) -> str:
    return as_text(node.get("engine_node_status"))


def _status(node: Mapping[str, Any]) -> NodeStatus:
    return NodeStatus(_node_name(node), _state(node), as_text(node.get("monitoring_state")))


def _policy(node: Mapping[str, Any]) -> str:
    return as_text(node.get("installed_policy"))


def _node_entry(node: Mapping[str, Any]) -> Record:
    shown = {
        "name": _node_name(node),
        "status": _state(node),
        "monitoring_state": as_text(node.get("monitoring_state")),
        "version": as_text(node.get("version")),
        "installed_policy": _policy(node),
    }
    return {key: value for key, value in shown.items() if value}
