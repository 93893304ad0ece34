#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: snapshot_diff
short_description: Compare two snapshots on disk
version_added: 0.1.0
description:
  - Compares two snapshots that P(ngfw.smc.snapshot#module) made, table by table, without asking the SMC.
  - The identity of an entry, which depends on the definition, says which entry of the other snapshot it is compared
    with. Values that vary by themselves (byte counters, times, keys) are ignored. Some differences are tolerated.
    C(docs/snapshots.md) lists the defaults.
  - If a table is missing or incomplete in one of the snapshots, or if its file was changed, that is an error of this
    table. The other tables are still compared.
author:
  - The ngfw.smc authors (@ngfw-smc)
extends_documentation_fragment:
  - ngfw.smc.definitions.optional
attributes:
  check_mode:
    description: Compares in check mode as usual.
    support: full
  diff_mode:
    description: Shows the differences as text. If the task fails, its message contains them.
    support: full
options:
  before:
    description:
      - Folder of the earlier snapshot.
      - It may also be a folder in which there are snapshots of several SMCs and domains, as O(ngfw.smc.snapshot#module:by_smc) makes
        them. Each is compared with the one of the same name in O(after).
    type: path
    required: true
  after:
    description: Folder of the later snapshot or snapshots.
    type: path
    required: true
  targets:
    description: Compare only the tables of these targets.
    type: list
    elements: str
  rules:
    description:
      - Changes to the rules of comparison, by the name of the definition.
      - C(identity) lists the fields that identify an entry. C(ignore) lists more fields to ignore; V(not) before a field
        compares one that would be ignored. C(compare) is V(entries), or V(count) to compare only the number of entries.
        C(collapse) says whether entries with the same identity count as one.
      - C(growth), C(loss) and C(changed) say how many added, removed and changed entries are tolerated. V(5) is a
        number, V(10%) a percentage of the earlier count, a dictionary of C(absolute) and C(percent) the larger of both,
        and null tolerates any number.
    type: dict
    default: {}
  lines:
    description: How many differences of each kind to return per table, at most. All of them are counted.
    type: int
    default: 50
  fail_on_difference:
    description: Whether to fail if a table differs more than is tolerated, or could not be compared.
    type: bool
    default: true
seealso:
  - plugin: ngfw.smc.snapshot
    plugin_type: module
  - plugin: ngfw.smc.health_report
    plugin_type: module
"""

EXAMPLES = r"""
- name: See whether the change kept routes and tunnels
  ngfw.smc.snapshot_diff:
    before: snapshots/before
    after: snapshots/after
    definitions: [ROUTING, VPN_SA]

- name: Tolerate the loss of a few users, and new routes
  ngfw.smc.snapshot_diff:
    before: snapshots/before
    after: snapshots/after
    rules:
      USERS: {loss: {absolute: 5, percent: 10}}
      ROUTING: {growth: null}
"""

RETURN = r"""
changed:
  description: The same as RV(differs), so that C(--diff) shows the differences. The comparison itself changes nothing.
  returned: always
  type: bool
  sample: true
status:
  description: V(FAIL) if a table differs more than is tolerated or could not be compared, else V(PASS).
  returned: always
  type: str
  sample: FAIL
differs:
  description: Whether anything differs, tolerated or not.
  returned: always
  type: bool
  sample: true
areas:
  description: The compared tables, sorted by target and definition.
  returned: always
  type: list
  elements: dict
  contains:
    smc:
      description: The address of the SMC.
      returned: if the snapshot names it
      type: str
    target:
      description: The engine, or the administrative domain.
      returned: always
      type: str
      sample: Plano FW
    definition:
      description: The session definition.
      returned: always
      type: str
      sample: ROUTING
    status:
      description: V(PASS), V(FAIL), V(ERROR) if it could not be compared, V(SKIPPED) if there is nothing to compare with.
      returned: always
      type: str
      sample: FAIL
    reason:
      description: A sentence that explains the status.
      returned: always
      type: str
      sample: 1 removed (of 9 before); none tolerated.
    differs:
      description: Whether anything differs, tolerated or not.
      returned: always
      type: bool
      sample: true
    before:
      description: How many entries there were before, or null if that is not known.
      returned: always
      type: int
      sample: 9
    after:
      description: How many entries there were after, or null if that is not known.
      returned: always
      type: int
      sample: 8
    added_count:
      description: How many entries were added.
      returned: always
      type: int
      sample: 0
    removed_count:
      description: How many entries were removed.
      returned: always
      type: int
      sample: 1
    changed_count:
      description: How many entries changed.
      returned: always
      type: int
      sample: 0
    added:
      description: The first entries that were added, without the fields that are not compared.
      returned: always
      type: list
      elements: dict
      sample: []
    removed:
      description: The first entries that were removed, without the fields that are not compared.
      returned: always
      type: list
      elements: dict
      sample: [{"route_network": "10.9.0.0", "route_netmask": 16}]
    changed:
      description: The first entries that changed. C(entry) identifies them, and C(fields) has the values before and after.
      returned: always
      type: list
      elements: dict
      sample: [{"entry": {"route_network": "10.1.0.0"}, "fields": {"route_metric": [1, 5]}}]
    lines:
      description: The differences for people, one line per entry. V(-) is removed, V(+) is added, V(~) is changed.
      returned: always
      type: list
      elements: str
      sample: ["- Plano FW node 1 10.9.0.0/16 10.0.1.254 Interface #0"]
taken:
  description: When the snapshots were started, in UTC, for O(ngfw.smc.health_report#module:smc).
  returned: always
  type: dict
  sample: {"snapshot_before": "2026-11-24T10:00:00+00:00", "snapshot_after": "2026-11-24T10:30:00+00:00"}
error:
  description: What went wrong, for programs. C(kind) is a stable word; the other keys depend on it.
  returned: on failure
  type: dict
  sample: {"kind": "difference"}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module
from ansible_collections.ngfw.smc.plugins.module_utils._runners.snapshot_diff import RUNNER


def main() -> None:
    run_module(RUNNER)


if __name__ == "__main__":
    main()
