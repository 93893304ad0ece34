# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ngfw.smc.check_plan."""

from __future__ import annotations

DOCUMENTATION = r"""
name: check_plan
short_description: Tell what health checks need to be measured
version_added: 0.1.0
author:
  - The ngfw.smc authors (@ngfw-smc)
description:
  - Says which session definitions the checks of an engine need, so that each is fetched once, and which checks are about
    another target than the engine.
positional: _input, engine
options:
  _input:
    description:
      - The checks. The keys of a check are described in the README of the role P(ngfw.smc.health_check#role).
    type: list
    elements: dict
    required: true
  engine:
    description: Name of the engine.
    type: str
    required: true
  groups:
    description: Inventory groups of the engine, for C(on).
    type: list
    elements: str
    default: []
  domain:
    description: Administrative domain of the login, the target of checks of V(ACTIVE_ALERTS) that name none.
    type: str
    default: ""
seealso:
  - plugin: ngfw.smc.evaluate
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Fetch what the checks need
  ngfw.smc.session_facts:
    target: Plano FW
    definitions: "{{ (checks | ngfw.smc.check_plan('Plano FW')).definitions }}"
"""

RETURN = r"""
_value:
  description: What is to be measured.
  type: dict
  contains:
    checks:
      description: The engine's own checks that are switched on, those included that cannot be read.
      type: list
      elements: dict
    definitions:
      description: The session definitions that the engine's checks need, each once.
      type: list
      elements: str
    nodes:
      description: Whether a check needs the status of the engine's nodes.
      type: bool
    elsewhere:
      description: Checks of other targets, such as the domain's alerts, with C(target), C(checks) and C(definitions).
      type: list
      elements: dict
"""

from collections.abc import Callable, Sequence
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks import plan


def plan_checks(checks: Any, engine: str, groups: Sequence[str] = (), domain: str = "") -> dict[str, Any]:
    if not isinstance(checks, Sequence) or isinstance(checks, str):
        raise AnsibleFilterError(f"ngfw.smc.check_plan: it takes a list of checks, not {type(checks).__name__}.")
    planned = plan(checks, engine, groups, domain)
    elsewhere = [
        {"target": target, "checks": there.checks, "definitions": there.definitions}
        for target, there in planned.elsewhere.items()
    ]
    return {
        "checks": planned.checks,
        "definitions": planned.definitions,
        "nodes": planned.nodes,
        "elsewhere": elsewhere,
    }


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"check_plan": plan_checks}
