# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ngfw.smc.snapshot_diff."""

from __future__ import annotations

DOCUMENTATION = r"""
name: snapshot_diff
short_description: Compare facts from two points in time
version_added: 0.1.0
author:
  - The ngfw.smc authors (@ngfw-smc)
description:
  - Compares what P(ngfw.smc.session_facts#module) returned at two points in time, by the same rules by which the module
    P(ngfw.smc.snapshot_diff#module) compares snapshots on disk.
positional: _input, after
options:
  _input:
    description: The earlier facts, C(ansible_facts) or a registered result.
    type: dict
    required: true
  after:
    description: The later facts, C(ansible_facts) or a registered result.
    type: dict
    required: true
  rules:
    description: As O(ngfw.smc.snapshot_diff#module:rules).
    type: dict
    default: {}
  lines:
    description: How many differences of each kind to return per table, at most.
    type: int
    default: 50
seealso:
  - plugin: ngfw.smc.snapshot_diff
    plugin_type: module
"""

EXAMPLES = r"""
- name: Take a snapshot of the routes
  ngfw.smc.session_facts:
    target: Plano FW
    definitions: ROUTING
  register: before

- name: Change something
  ansible.builtin.command: /usr/local/bin/change
  changed_when: true

- name: Take another snapshot of the routes
  ngfw.smc.session_facts:
    target: Plano FW
    definitions: ROUTING
  register: after

- name: Print the difference
  ansible.builtin.debug:
    msg: "{{ (before | ngfw.smc.snapshot_diff(after)) | map(attribute='lines') }}"
"""

RETURN = r"""
_value:
  description: The compared tables, as RV(ngfw.smc.snapshot_diff#module:areas).
  type: list
  elements: dict
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.ngfw.smc.plugins.module_utils._core.comparison.compared_table import ComparedTable, Entries
from ansible_collections.ngfw.smc.plugins.module_utils._core.comparison.rules import Rules, read_all_rules
from ansible_collections.ngfw.smc.plugins.module_utils._core.comparison.two_snapshots import (
    SnapshotTable,
    compare_snapshot_tables,
    failed_table,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.plugin_utils._measured import read_facts


def diff_facts(
    before: Any, after: Any, rules: Mapping[str, Any] | None = None, lines: int = 50
) -> list[dict[str, Any]]:
    """The compared tables of facts of two moments, in the order of the definitions."""
    earlier, earlier_failures = read_facts(before, "ngfw.smc.snapshot_diff")
    later, later_failures = read_facts(after, "ngfw.smc.snapshot_diff")
    try:
        every = read_all_rules(rules or {})
    except OptionError as error:
        raise AnsibleFilterError(f"ngfw.smc.snapshot_diff: {error.message}") from error
    compared = []
    for name, of_definition in every.items():
        if name not in earlier and name not in later:
            continue
        target = str((earlier.get(name) or later.get(name) or {}).get("target") or "")
        old = _table_of(target, earlier.get(name), earlier_failures.get(name), of_definition)
        new = _table_of(target, later.get(name), later_failures.get(name), of_definition)
        compared.append(compare_snapshot_tables(ComparedTable(target, name), old, new, of_definition, lines).as_dict())
    return compared


def _table_of(target: str, facts: Mapping[str, Any] | None, failure: str | None, rules: Rules) -> SnapshotTable | None:
    """The table as its facts have it; without facts, one that failed, or None if it was not asked for."""
    if facts is None:
        return failed_table(target, failure) if failure else None
    read = partial(_read, facts, rules)
    return SnapshotTable(str(facts.get("target") or ""), read, complete=facts.get("complete") is not False)


def _read(facts: Mapping[str, Any], rules: Rules) -> tuple[int, Entries]:
    entries = list(facts.get("entries") or ())
    count = int(facts.get("count", len(entries)))
    if count != len(entries) and not rules.by_count:
        raise OptionError(
            f"The facts have {len(entries)} of {count} entries, so only their numbers can be compared. Fetch them with "
            "`entries: true`, or compare by count."
        )
    return count, entries


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"snapshot_diff": diff_facts}
