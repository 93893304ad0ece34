# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Facts as playbooks give them to filters, read into what the core takes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS_AND_LOG

Facts = dict[str, Mapping[str, Any]]


def read_facts(given: Any, filter_name: str) -> tuple[Facts, dict[str, str]]:
    """Facts and failures by definition, from a host's facts or from a registered result of session_facts.

    If a task failed as a whole, it failed for every definition that it has no facts of.
    """
    if given is None:
        return {}, {}
    if not isinstance(given, Mapping):
        raise AnsibleFilterError(
            f"{filter_name}: the facts must be what ngfw.smc.session_facts returned (or `ansible_facts`), not {type(given).__name__}."
        )
    is_result = "ansible_facts" in given or "failed_definitions" in given or "msg" in given
    listed = given.get("ansible_facts") or {} if is_result else given
    facts: Facts = {}
    for name, definition in DEFINITIONS_AND_LOG.items():
        for key in (definition.fact, name):
            if isinstance(listed.get(key), Mapping):
                facts[name] = listed[key]
    failures: dict[str, str] = {}
    if is_result:
        whole = given.get("msg") if "error" in given or given.get("failed") or given.get("failed_when_result") else None
        named = given.get("failed_definitions") or {}
        for name in DEFINITIONS_AND_LOG:
            if name in named:
                failures[name] = str(named[name].get("msg") or "It failed.")
            elif whole and name not in facts:
                failures[name] = str(whole)
    return facts, failures
