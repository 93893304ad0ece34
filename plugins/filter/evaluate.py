# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ngfw.smc.evaluate."""

from __future__ import annotations

DOCUMENTATION = r"""
name: evaluate
short_description: Evaluate health checks against facts
version_added: 0.1.0
author:
  - The ngfw.smc authors (@ngfw-smc)
description:
  - Evaluates health checks against what P(ngfw.smc.session_facts#module) returned for an engine, and gives a verdict per check.
  - A check that cannot be read or measured gets the status V(ERROR) and does not affect the others. The filter fails only if
    its arguments are not checks and facts.
extends_documentation_fragment:
  - ngfw.smc.checks
positional: _input, facts
options:
  _input:
    description:
      - The checks. Their keys are described in C(docs/checks.md), see below.
    type: list
    elements: dict
    required: true
  facts:
    description:
      - The engine's facts (C(ansible_facts)), or a registered result of P(ngfw.smc.session_facts#module), which also says
        which definitions failed and why.
    type: dict
    required: true
  engine:
    description: Name of the engine. The default is the target that the facts name.
    type: str
  engine_info:
    description: What P(ngfw.smc.engine_info#module) returned for the engine, for checks of C(nodes).
    type: dict
  baseline:
    description:
      - For checks with C(baseline), the folder of a snapshot that P(ngfw.smc.snapshot#module) made, the facts of an
        earlier time, or earlier entries by definition.
    type: raw
seealso:
  - plugin: ngfw.smc.health_check
    plugin_type: module
  - plugin: ngfw.smc.session_facts
    plugin_type: module
  - plugin: ngfw.smc.health_report
    plugin_type: module
"""

EXAMPLES = r"""
- name: Read the VPN SAs
  ngfw.smc.session_facts:
    target: Plano FW
    definitions: VPN_SA
  register: snapshot
  failed_when: false

- name: See whether the tunnels to HQ are up
  ansible.builtin.debug:
    msg: "{{ checks | ngfw.smc.evaluate(snapshot, engine='Plano FW') }}"
  vars:
    checks:
      - name: HQ tunnels are up
        definition: VPN_SA
        where: {peer_security_gateway: HQ, sa_class: IPsec}
        count: {min: 2}
        severity: critical
"""

RETURN = r"""
_value:
  description: A verdict per check, in the order of the checks.
  type: list
  elements: dict
  contains:
    name:
      description: Name of the check.
      type: str
    engine:
      description: The engine.
      type: str
    status:
      description: V(PASS), V(FAIL), V(ERROR) if it could not be measured, or V(SKIPPED).
      type: str
    severity:
      description: V(critical), V(major), V(minor) or V(info), as the check has it.
      type: str
    definition:
      description: The session definition, empty for a check of nodes.
      type: str
    target:
      description: What was measured.
      type: str
    description:
      description: The check's own description.
      type: str
    reason:
      description: A sentence that says why it has this status.
      type: str
    measured:
      description: What was found, in a few words.
      type: str
    wanted:
      description: What was expected, in a few words.
      type: str
    offending:
      description: The first five entries at fault, without empty values.
      type: list
      elements: dict
    offending_count:
      description: How many entries are at fault.
      type: int
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.evaluation import BaselineReader, judge_facts
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.snapshot_folder import read_baselines
from ansible_collections.ngfw.smc.plugins.plugin_utils._measured import read_facts


def evaluate_checks(
    checks: Any,
    facts: Any = None,
    engine: str | None = None,
    groups: Sequence[str] = (),
    engine_info: Mapping[str, Any] | None = None,
    baseline: Any = None,
) -> list[dict[str, Any]]:
    if isinstance(checks, Mapping) or not isinstance(checks, Sequence) or isinstance(checks, str):
        raise AnsibleFilterError("ngfw.smc.evaluate: its input must be a list of checks.")
    measured, failures = read_facts(facts, "ngfw.smc.evaluate")
    if engine is None:
        engine = next((str(one["target"]) for one in measured.values() if one.get("target")), "")
    return judge_facts(
        checks,
        engine,
        measured,
        failures,
        groups=groups,
        engine_info=engine_info or None,
        read_baselines=_baseline_reader(baseline, engine),
        now=datetime.now(timezone.utc),
    )


def _baseline_reader(given: Any, engine: str) -> BaselineReader | None:
    """given: the folder of a snapshot, facts of an earlier time, or entries by definition."""
    if not given:
        return None
    if isinstance(given, str):
        return partial(read_baselines, Path(given).expanduser(), engine)
    facts, _failures = read_facts(given, "ngfw.smc.evaluate")
    baselines: dict[str, Any] = {name: one.get("entries") or [] for name, one in facts.items()}
    for name in DEFINITIONS:
        if name not in baselines and isinstance(given.get(name), (list, tuple, str)):
            baselines[name] = given[name]
    return lambda _definitions: baselines


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"evaluate": evaluate_checks}
