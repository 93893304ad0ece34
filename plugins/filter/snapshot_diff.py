# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ngfw.smc.snapshot_diff."""

from __future__ import annotations

DOCUMENTATION = r"""
name: snapshot_diff
short_description: Compare the facts of two moments
version_added: 0.1.0
author:
  - The ngfw.smc authors (@ngfw-smc)
description:
  - Compares what P(ngfw.smc.session_facts#module) returned at two moments, by the same rules as the module
    P(ngfw.smc.snapshot_diff#module) compares snapshots on disk.
positional: _input, after
options:
  _input:
    description: The earlier facts, C(ansible_facts) or a registered result.
    type: dict
    required: true
  after:
    description: The later facts, likewise.
    type: dict
    required: true
  rules:
    description: As O(ngfw.smc.snapshot_diff#module:rules).
    type: dict
    default: {}
  lines:
    description: How many differences of each kind to return for a table, at most.
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

- name: Take another
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
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible_collections.ngfw.smc.plugins.module_utils._core.areas import Area, compare_tables
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._snapshot_diff import rules_of
from ansible_collections.ngfw.smc.plugins.plugin_utils._measured import read_facts


def diff_facts(
    before: Any, after: Any, rules: Mapping[str, Any] | None = None, lines: int = 50
) -> list[dict[str, Any]]:
    earlier, earlier_failures = read_facts(before, "ngfw.smc.snapshot_diff")
    later, later_failures = read_facts(after, "ngfw.smc.snapshot_diff")
    try:
        every = rules_of(rules or {})
    except OptionError as error:
        raise AnsibleFilterError(f"ngfw.smc.snapshot_diff: {error.message}") from error
    areas = []
    for name in every:
        old, new = earlier.get(name), later.get(name)
        if old is None and new is None:
            continue
        area = Area(str((old or new or {}).get("target") or ""), name)
        if old is None:
            area.skip(earlier_failures.get(name) or "There are no earlier facts of it to compare with.")
        elif new is None:
            area.error(later_failures.get(name) or "There are no later facts of it.")
        elif old.get("target") != new.get("target"):
            area.error(f"The facts are of different targets, '{old.get('target')}' and '{new.get('target')}'.")
        elif old.get("complete") is False or new.get("complete") is False:
            area.error("One of the snapshots is not complete.")
        else:
            entries = [list(one.get("entries") or ()) for one in (old, new)]
            counts = [int(one.get("count", len(listed))) for one, listed in zip((old, new), entries)]
            if not every[name].by_count and counts != [len(listed) for listed in entries]:
                area.error("The facts hold counts without entries.")
            else:
                compare_tables(
                    area,
                    entries[0],
                    entries[1],
                    (counts[0], counts[1]),
                    every[name],
                    lines,
                )
        areas.append(area.as_dict())
    return areas


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"snapshot_diff": diff_facts}
