# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The work of ngfw.smc.engine_info."""

from __future__ import annotations

from typing import Any

from .._arguments import CONNECTION, ENGINE_SELECTION, TARGET, connection_of, defaults_target, positive
from .._core.api.session import Session
from .._core.engines.reading import RequestedDetails, failures_of, read_engines
from .._core.engines.search import Selection, find_engine, list_engines
from .._runner import Options, Result, Runner

ARGUMENTS: dict[str, Any] = {
    **CONNECTION,
    **TARGET,
    **ENGINE_SELECTION,
    "gather": {
        "type": "list",
        "elements": "str",
        "choices": ["engine", "status", "appliance"],
        "default": ["engine"],
    },
    "concurrency": {"type": "int", "default": 8},
    "timeout": {"type": "float", "default": 60.0},
}


def run(options: Options) -> Result:
    """The engines.

    Raises:
        TargetUnknown: If there is no engine of the target's name.
        SMCError: What concerns the session, and what keeps a single target from being read.
    """
    params = options.params
    positive(params, "concurrency", "timeout")
    gather = params["gather"]
    details = RequestedDetails(
        engine=bool(gather), status="status" in gather, each_node=True, appliance="appliance" in gather
    )
    timeout = params["timeout"]
    # One engine is one thing to do; for many, the time grows with their number.
    connection = connection_of(params, timeout, total_timeout=timeout if params["target"] else None)
    with Session(connection, pool_size=params["concurrency"]) as session:
        if params["target"]:
            engines = [find_engine(session, params["target"])]
        else:
            engines = list_engines(session, Selection(params["name_filter"], params["engine_types"] or ()))
        found = read_engines(session, engines, details, params["concurrency"], required=bool(params["target"]))
    warnings = failures_of(found) + session.warnings
    return {"changed": False, "engines": found, "smc_url": session.base, "warnings": warnings}


RUNNER = Runner(
    ARGUMENTS,
    run,
    constraints={"mutually_exclusive": [("target", "name_filter"), ("target", "engine_types")]},
    defaults_target=defaults_target("name_filter", "engine_types"),
)
