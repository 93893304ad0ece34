#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: health_check
short_description: Run health checks on an engine
version_added: 0.1.0
description:
  - Fetches each table that the checks of an engine need, once and all at the same time, looks up its nodes if a check is
    about them, and gives a verdict a check. Entries are not kept, but for the first few at fault.
  - Does not fail because of what it finds. What cannot be measured, even if there is no login, is a verdict V(ERROR) of
    each check that needs it and leaves the others alone.
  - The role P(ngfw.smc.health_check#role) runs this for each engine of a play, and makes reports of the verdicts.
author:
  - The ngfw.smc authors (@ngfw-smc)
extends_documentation_fragment:
  - ngfw.smc.connection
  - ngfw.smc.connection.action_group
  - ngfw.smc.waits
attributes:
  check_mode:
    description: Reads in check mode as usual.
    support: full
  diff_mode:
    description: Changes nothing, so there is nothing to show.
    support: none
options:
  target:
    description:
      - Name of the engine. The default is the inventory host's variable C(smc_target), else its
        name.
    type: str
  checks:
    description:
      - The checks. Their keys are described in the README of the role P(ngfw.smc.health_check#role).
    type: list
    elements: raw
    required: true
  scope:
    description:
      - Which of the checks are meant. Those that name a target of their own, and those of V(ACTIVE_ALERTS), which are
        about an administrative domain, are the same for every engine. V(engine) leaves them out, V(shared) takes only
        them.
    type: str
    choices: [all, engine, shared]
    default: all
  groups:
    description:
      - Inventory groups of the engine, for C(on) of a check.
    type: list
    elements: str
    default: []
  baseline:
    description:
      - Folder of a snapshot that P(ngfw.smc.snapshot#module) made, for checks with C(baseline).
    type: path
  failure:
    description:
      - Why nothing can be measured, such as a login that has failed before. Each check is then an V(ERROR) with this
        reason, and nothing is asked of the SMC.
    type: str
seealso:
  - plugin: ngfw.smc.health_report
    plugin_type: module
  - plugin: ngfw.smc.evaluate
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Check an engine after a change, and again until all is well
  ngfw.smc.health_check:
    target: Plano FW
    checks:
      - name: HQ tunnels are up
        definition: VPN_SA
        where: {peer_security_gateway: HQ, sa_class: IPsec}
        count: {min: 2}
        severity: critical
      - name: All nodes are online
        nodes: {online: all}
        severity: critical
  register: checked
  until: checked.totals.FAIL + checked.totals.ERROR == 0
  retries: 10
  delay: 15
"""

RETURN = r"""
results:
  description: A verdict a check that is meant and switched on, as the filter P(ngfw.smc.evaluate#filter) gives them.
  returned: always
  type: list
  elements: dict
  sample:
    - name: HQ tunnels are up
      engine: Plano FW
      status: FAIL
      severity: critical
      definition: VPN_SA
      target: Plano FW
      description: ""
      reason: 0 of 4 entries with peer_security_gateway HQ and sa_class IPsec, but at least 2 wanted.
      measured: 0 of 4 entries with peer_security_gateway HQ and sa_class IPsec
      wanted: at least 2 entries
      offending: []
      offending_count: 0
totals:
  description: How many verdicts ended in each way.
  returned: always
  type: dict
  sample: {"FAIL": 1, "ERROR": 0, "PASS": 1, "SKIPPED": 0}
error:
  description: What went wrong, for programs. C(kind) is a stable word, the rest depends on it.
  returned: on failure
  type: dict
  sample: {"kind": "option"}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._health_check import RUNNER
from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module


def main() -> None:
    run_module(RUNNER)


if __name__ == "__main__":
    main()
