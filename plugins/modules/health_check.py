#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: health_check
short_description: Run health checks on engines
version_added: 0.1.0
description:
  - Fetches each table that the checks of an engine need, once and all at the same time, looks up its nodes if a check is
    about them, and gives a verdict per check. Only the fields that its checks need are asked for. Of the entries, only the first
    few at fault are kept.
  - Checks one engine, or with O(targets) many, several at a time and in one login. Every few seconds a line on the terminal says how
    many are done, if that has changed.
  - Does not fail because of what it finds. A check whose table or nodes cannot be measured, even for lack of a login, gets the
    verdict V(ERROR) and does not affect the other checks.
  - The role P(ngfw.smc.health_check#role) runs this once for all engines of a play, and makes reports of the verdicts.
author:
  - The ngfw.smc authors (@ngfw-smc)
extends_documentation_fragment:
  - ngfw.smc.connection
  - ngfw.smc.connection.action_group
  - ngfw.smc.target
  - ngfw.smc.waits
  - ngfw.smc.reading
  - ngfw.smc.reading.transport
  - ngfw.smc.checks
attributes:
  check_mode:
    description: Reads in check mode as usual.
    support: full
  diff_mode:
    description: Changes nothing, so there is nothing to show.
    support: none
options:
  checks:
    description:
      - The checks. Their keys are described in C(docs/checks.md), see below.
      - Required, unless each engine of O(targets) has its own.
    type: list
    elements: raw
  targets:
    description:
      - The engines, instead of O(target). Each is a name, or a dictionary with C(name) and what is different for this engine.
        C(groups), C(checks), C(baseline), C(tags), C(skip_tags), C(first_entry_timeout), C(quiet_period) and C(timeout) replace the
        options of these names, and C(type) is the SMC's name of its type, if it is known.
      - An engine whose own options are wrong is in RV(refused), and does not affect the others.
    type: list
    elements: raw
  each_host:
    description:
      - Name of a variable that says what is checked of a host's engine, as an entry of O(targets). The task checks the engines of
        all hosts of the batch, so it should have C(run_once). The variable is evaluated with the variables of each host.
      - Hosts whose connection variables (C(smc_url), C(smc_api_key) and so on) differ are of different SMCs. There is one login for
        each, and all SMCs are worked on at the same time. The variable may have a C(session) too.
      - Only with a local connection.
    type: str
  concurrency:
    description:
      - How many engines to check at a time, 200 at most.
      - An engine that takes longer than O(first_entry_timeout) and four times O(quiet_period), as one that hangs does, no longer
        counts as one of them until its O(timeout). At most three times as many are left uncounted.
    type: int
    default: 8
  scope:
    description:
      - Which of the checks to run. Checks that name a target of their own, and those of V(ACTIVE_ALERTS), which are about an
        administrative domain, are the same for every engine. V(engine) leaves them out, V(shared) runs only them.
    type: str
    choices: [all, engine, shared]
    default: all
  baseline:
    description:
      - Folder of a snapshot that P(ngfw.smc.snapshot#module) made, for checks with C(baseline).
    type: path
  failure:
    description:
      - Why nothing can be measured, such as a login that has failed before. Each check then gets the verdict V(ERROR) with this
        reason, and nothing is sent to the SMC.
    type: str
  tags:
    description:
      - Run only checks that have one of these tags. The C(category) of a check is a tag as well. A tag that no check has is an
        error.
    type: list
    elements: str
    default: []
  skip_tags:
    description: Leave out checks that have one of these tags. A tag that no check has is an error.
    type: list
    elements: str
    default: []
  plan_only:
    description: Only say what would be done, in RV(plan). Nothing is sent to the SMC.
    type: bool
    default: false
seealso:
  - plugin: ngfw.smc.health_report
    plugin_type: module
  - plugin: ngfw.smc.evaluate
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Check an engine after a change, and again until everything is as expected
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

- name: Check two engines at the same time, one of them with checks of its own
  ngfw.smc.health_check:
    targets:
      - Branch 7
      - name: HQ cluster
        groups: [clusters]
        checks:
          - name: All nodes are online
            nodes: {online: all}
    checks:
      - name: There are routes
        definition: ROUTING
        count: {min: 1}
"""

RETURN = r"""
results:
  description:
    - A verdict per check that is to run and is switched on, as the filter P(ngfw.smc.evaluate#filter) returns them.
    - With O(each_host) in a play with C(serial), those of the batches before as well.
  returned: unless O(plan_only)
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
      reason: Expected at least 2 entries with peer_security_gateway HQ and sa_class IPsec, found 0 of 4.
      measured: 0 of 4 entries with peer_security_gateway HQ and sa_class IPsec
      wanted: at least 2 entries
      category: ""
      skipped: ""
      applies_to: []
      offending: []
      offending_count: 0
      elapsed: 0.2
      measured_at: "2026-11-24T05:00:00+00:00"
totals:
  description: How many verdicts ended in each way. V(WAIVED) is counted in reports only, which know the waivers.
  returned: unless O(plan_only)
  type: dict
  sample: {"FAIL": 1, "ERROR": 0, "WAIVED": 0, "PASS": 1, "SKIPPED": 0}
refused:
  description: Engines of O(targets) that were not checked because their own options are wrong, with C(number), C(target) and C(msg).
  returned: unless O(each_host) is given
  type: list
  elements: dict
  sample: []
smc:
  description: The SMC that was asked, with C(url), C(product_version) and C(domain). Empty if there was no login.
  returned: unless O(plan_only) or O(each_host)
  type: dict
  sample: {"url": "https://smc:8082/7.1", "product_version": "7.1.2", "domain": "Shared Domain"}
smcs:
  description: The SMCs that were asked, each with the C(name) that reports give it, which is also C(smc) of its results, and as in RV(smc).
  returned: with O(each_host)
  type: list
  elements: dict
  sample: [{"name": "smc", "url": "https://smc:8082/7.1", "product_version": "7.1.2", "domain": "Shared Domain"}]
hosts:
  description: By host of the play, its engine as C(target), and the name of its SMC as C(smc).
  returned: with O(each_host)
  type: dict
  sample: {"plano": {"target": "Plano FW", "smc": "smc"}}
refused_hosts:
  description: By host, why its engine was not checked, because the host's own options are wrong.
  returned: with O(each_host)
  type: dict
  sample: {}
lost_hosts:
  description: Hosts that failed in the play before this task.
  returned: with O(each_host)
  type: list
  elements: str
  sample: []
unchecked:
  description: The engines of RV(refused_hosts) and RV(lost_hosts), for O(ngfw.smc.health_report#module:unchecked).
  returned: with O(each_host)
  type: list
  elements: dict
  sample: []
check_warnings:
  description: What is to be said of the checks themselves, such as names that several of them have. They are warnings of the task as well.
  returned: always
  type: list
  elements: str
  sample: []
plan:
  description:
    - A row for each check. C(what) is V(runs), V(does not apply), V(switched off) or V(error), C(table) the table that is fetched
      for it or V(nodes), and C(engine) the engine, or the other target that is measured once for all engines.
  returned: with O(plan_only)
  type: list
  elements: dict
  sample:
    - name: HQ tunnels are up
      severity: critical
      category: VPN
      table: VPN_SA
      engine: Plano FW
      what: runs
      note: ""
error:
  description:
    - What went wrong, for programs. C(kind) is a stable word, the rest depends on it.
    - If there was no login, the task does not fail, its verdicts are C(ERROR), and this says why. Of several SMCs, it is about the first
      that refused.
  returned: on failure, and without a login
  type: dict
  sample: {"kind": "option"}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module
from ansible_collections.ngfw.smc.plugins.module_utils._runners.health_check import RUNNER


def main() -> None:
    run_module(RUNNER)


if __name__ == "__main__":
    main()
