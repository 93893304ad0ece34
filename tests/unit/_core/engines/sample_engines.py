# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An engine as the SMC describes it, in parts that tests put together."""

from __future__ import annotations

from typing import Any

from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.details import (
    DocumentSource,
    EngineDetails,
    EngineDocuments,
    build_engine,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.search import EngineReference

REFERENCE = EngineReference("Plano", "http://localhost:8082/7.4/elements/fw_cluster/1563", "fw_cluster")
NAMES = {"https://smc:8082/7.4/elements/log_server/1441": "LogServer"}


def rebase(href: str) -> str:
    return href.replace("http://localhost:8082", "https://smc:8082")


CONTEXT = DocumentSource("Shared Domain", rebase)


def node(number: int, **more: Any) -> dict[str, Any]:
    href = f"{REFERENCE.href}/firewall_node/{1600 + number}"
    plain = {"name": f"Plano node {number}", "nodeid": number, "key": 1600 + number, "disabled": False}
    return {"firewall_node": {**plain, "link": [{"rel": "self", "href": href}], **more}}


def document(*nodes: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"name": "Plano", "key": 1563, "comment": "Office", "nodes": list(nodes), "link": [], **more}


def build(engine: dict[str, Any] | None, statuses: dict[int, Any] | None = None, **more: Any) -> EngineDetails:
    return build_engine(EngineDocuments(REFERENCE, engine, statuses or {}, **more), CONTEXT)


STATUS = {
    "name": "Plano node 1",
    "configuration_status": "Installed",
    "engine_node_status": "Standby",
    "monitoring_state": "READY",
    "monitoring_status": "IDLE",
    "installed_policy": "HQ",
    "dyn_up": 1690,
}
ONLINE = {**STATUS, "engine_node_status": "Online", "monitoring_status": "OK", "installed_policy": "HQ 2"}
