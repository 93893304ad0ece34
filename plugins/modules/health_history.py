#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: health_history
short_description: Read the history of health checks
version_added: 1.0.0
description:
  - Answers how long a check has been failing, and what changed between two days, from the history that
    P(ngfw.smc.health_report#module) keeps with its option O(ngfw.smc.health_report#module:history).
  - It reads one file and connects to no SMC.
author:
  - The ngfw.smc authors (@ngfw-smc)
attributes:
  check_mode:
    description: Changes nothing in any mode.
    support: full
  diff_mode:
    description: Changes nothing, so there is no difference to show.
    support: none
options:
  history:
    description: The history, an SQLite file.
    type: path
    required: true
  engine:
    description: Only changes of this engine. If empty, those of all engines.
    type: str
    default: ""
  check:
    description: Only changes of the check with this name. If empty, those of all checks.
    type: str
    default: ""
  start:
    description: The first day in UTC, such as V(2026-11-24). If empty, the history's first day.
    type: str
    default: ""
  end:
    description: The last day in UTC. It counts as a whole. If empty, the history's last day.
    type: str
    default: ""
  limit:
    description: Return at most this many changes, the latest ones.
    type: int
    default: 100
  runs:
    description: Return the totals of at most this many runs, the latest ones.
    type: int
    default: 30
seealso:
  - module: ngfw.smc.health_report
"""

EXAMPLES = r"""
- name: Read what changed on an engine in November
  ngfw.smc.health_history:
    history: /var/lib/ngfw-reports/health_check_history.db
    engine: Plano FW
    start: "2026-11-01"
    end: "2026-11-30"
  register: november

- name: Show the failures
  ansible.builtin.debug:
    msg: "{{ november.changes | selectattr('status', 'equalto', 'FAIL') | list }}"
"""

RETURN = r"""
changes:
  description:
    - Each time that a check had one status without a break, the latest first. A change between two days is one that was seen on
      one of them or in between.
  returned: success
  type: list
  elements: dict
  contains:
    smc:
      description: Address of the SMC; empty if the report did not name it.
      type: str
    engine:
      description: Name of the engine or domain.
      type: str
    check:
      description: Name of the check.
      type: str
    target:
      description: What was measured.
      type: str
    status:
      description: V(PASS), V(FAIL), V(ERROR), V(WAIVED) or V(SKIPPED).
      type: str
    severity:
      description: Severity of the check when it got this status.
      type: str
    reason:
      description: The latest reason for this status.
      type: str
    since:
      description: When the status was first seen, ISO 8601 in UTC.
      type: str
    last_seen:
      description: When it was last seen, ISO 8601 in UTC.
      type: str
    runs:
      description: In how many runs it was seen.
      type: int
  sample:
    - {"smc": "https://smc:8082", "engine": "Plano FW", "check": "HQ tunnels are up", "target": "Plano FW", "status": "FAIL",
       "severity": "critical", "reason": "Expected at least 2 entries, found 0.", "since": "2026-11-22T01:00:00+00:00",
       "last_seen": "2026-11-24T01:00:00+00:00", "runs": 3}
truncated:
  description: Whether there are more changes than O(limit).
  returned: success
  type: bool
  sample: false
runs:
  description: When the last runs ended and how many verdicts of each status they had, the oldest first.
  returned: success
  type: list
  elements: dict
  sample: [{"at": "2026-11-24T01:00:00+00:00", "totals": {"PASS": 470, "FAIL": 3}}]
error:
  description: What went wrong, for programs. C(kind) is a stable word; the other keys depend on it.
  returned: on failure
  type: dict
  sample: {"kind": "file", "path": "/var/lib/ngfw-reports/health_check_history.db"}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module
from ansible_collections.ngfw.smc.plugins.module_utils._runners.health_history import RUNNER


def main() -> None:
    run_module(RUNNER)


if __name__ == "__main__":
    main()
