# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Engines or their nodes as hosts of an inventory: variables and names. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from .engine_details import EngineDetails, NodeDetails, StatusDetails

Variables = dict[str, Any]

# What a host pattern or a file of a fact cache would read otherwise (a pattern ends at a space), and what begins a
# template.
_UNSAFE = re.compile(r"[\s\x00-\x1f\x7f,:;!&~@*?\[\]{}|<>$`\"\\/]")
# Groups that are always there, and the controller: an engine of such a name would be taken for them.
_TAKEN = ("all", "ungrouped", "smc_engines", "localhost")
_STATUS = tuple(StatusDetails.__annotations__)


def host_variables(engines: Sequence[EngineDetails], nodes: bool, prefix: str) -> Iterator[tuple[str, Variables]]:
    """Natural name and variables of each host: of each engine, or of each node.

    An engine whose nodes are not known stands for them. `smc_target` is there whatever the prefix, because the
    modules look for it.
    """
    for engine in engines:
        if nodes and engine["nodes"]:
            for node in engine["nodes"]:
                yield node["name"], _named(_of_node(engine, node), engine, prefix)
        else:
            yield engine["name"], _named(dict(engine), engine, prefix)


def safe_name(name: str) -> str:
    """The name as a host name: `_` for each space and other character that means something to Ansible."""
    safe = _UNSAFE.sub("_", name.strip())
    # A leading dash would be an option, a leading dot a hidden file.
    return re.sub(r"^[-.]", "_", safe) or "_"


class UniqueNames:
    """Hands out host names, each once."""

    def __init__(self) -> None:
        self._taken = set(_TAKEN)

    def take(self, name: str, domain: str) -> str:
        """The safe name, or with the domain if that is taken, or with a number too."""
        safe = safe_name(name)
        candidate, number = safe, 1
        while candidate in self._taken:
            candidate = f"{safe}_{safe_name(domain)}" + (f"_{number}" if number > 1 else "")
            number += 1
        self._taken.add(candidate)
        return candidate


def _named(values: Variables, engine: EngineDetails, prefix: str) -> Variables:
    return {**{prefix + key: value for key, value in values.items()}, "smc_target": engine["target"]}


def _of_node(engine: EngineDetails, node: NodeDetails) -> Variables:
    """The engine's values, with the node's own where it has such."""
    plain: Variables = dict(node)
    return {
        **engine,
        **{key: plain[key] for key in _STATUS},
        "management_address": node["address"] or engine["management_address"],
        "engine_version": node["version"] or engine["engine_version"],
        "node": plain,
    }
