# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The work of ngfw.smc.engine_info."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._arguments import CONNECTION, connection_of, positive
from ._core.engines import ENGINE_TYPE_CHOICES, find_engine
from ._core.gather import Depth, Selection, failures_of, list_engines, read_engines
from ._core.http import Session
from ._runner import Options, Result, Runner

ARGUMENTS: dict[str, Any] = {
    **CONNECTION,
    "target": {"type": "str"},
    "name_filter": {"type": "str"},
    "engine_types": {"type": "list", "elements": "str", "choices": list(ENGINE_TYPE_CHOICES)},
    "gather": {
        "type": "list",
        "elements": "str",
        "choices": ["engine", "status", "appliance"],
        "default": ["engine"],
    },
    "concurrency": {"type": "int", "default": 8},
}


def defaults_target(arguments: Mapping[str, Any]) -> bool:
    """Neither an engine nor a choice of engines: the inventory host can stand for its own."""
    return not any(arguments.get(name) for name in ("target", "name_filter", "engine_types"))


def run(options: Options) -> Result:
    """The engines. Raises TargetUnknown for an unknown target, and whatever keeps a single target from being read."""
    params = options.params
    positive(params, "concurrency")
    gather = params["gather"]
    depth = Depth(engine=bool(gather), status="status" in gather, each_node=True, appliance="appliance" in gather)
    with Session(connection_of(params), pool_size=params["concurrency"]) as session:
        if params["target"]:
            engines = [find_engine(session, params["target"])]
        else:
            engines = list_engines(session, Selection(params["name_filter"], params["engine_types"] or ()))
        found = read_engines(session, engines, depth, params["concurrency"], required=bool(params["target"]))
    return {"changed": False, "engines": found, "warnings": failures_of(found) + session.warnings}


RUNNER = Runner(
    ARGUMENTS,
    run,
    constraints={"mutually_exclusive": [("target", "name_filter"), ("target", "engine_types")]},
    defaults_target=defaults_target,
)
