#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: health_report
short_description: Write reports of health checks and comparisons
version_added: 0.1.0
description:
  - Writes the verdicts of P(ngfw.smc.evaluate#filter) and the tables that P(ngfw.smc.snapshot_diff#module) compared as
    HTML, JSON, JUnit XML and Markdown. Each file is there whole or not at all.
  - Merges the JSON reports of several runs into one, such as those of a job that ran in slices.
  - Does not fail because a check failed; RV(status) says so.
author:
  - The ngfw.smc authors (@ngfw-smc)
attributes:
  check_mode:
    description: Writes nothing in check mode, and says which files it would write.
    support: full
  diff_mode:
    description: Shows no difference between reports.
    support: none
options:
  results:
    description: Verdicts of P(ngfw.smc.evaluate#filter), of as many engines as there are.
    type: list
    elements: dict
    default: []
  differences:
    description: Compared tables, RV(ngfw.smc.snapshot_diff#module:areas).
    type: list
    elements: dict
    default: []
  unchecked:
    description: Engines that could not be checked at all. Each is reported as an error.
    type: list
    elements: str
    default: []
  merge:
    description: JSON reports to merge. Of results for the same engine, check and target, the worst stands.
    type: list
    elements: path
    default: []
  dest:
    description: Folder for the reports. It is created if need be. Without it nothing is written.
    type: path
  name:
    description: Name of the files, to which each format adds its ending.
    type: str
    default: health_check
  formats:
    description:
      - The reports to write. V(html) is one file without links to anything else, V(json) has the schema that
        C(docs/health_report.schema.json) describes, V(junit) has a test suite an engine and a test case a check,
        V(markdown) is a summary for a merge request.
    type: list
    elements: str
    choices: [html, json, junit, markdown]
    default: [html, json, junit, markdown]
  title:
    description: Title of the report. The default is V(Health check), when merging that of the first report.
    type: str
  fail_on:
    description:
      - Severities that fail the run. The default is V(critical) and V(major), when merging what the reports have.
    type: list
    elements: str
    choices: [critical, major, minor, info]
  smc:
    description: Where it was measured, for the head of the report, with C(url), C(product_version) and C(domain),
      and C(snapshot_before) and C(snapshot_after) for the times of compared snapshots.
    type: dict
    default: {}
seealso:
  - plugin: ngfw.smc.evaluate
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Write the reports
  ngfw.smc.health_report:
    results: "{{ verdicts }}"
    dest: reports
    title: Nightly health check

- name: Merge the reports of two slices
  ngfw.smc.health_report:
    merge:
      - slice1/health_check.json
      - slice2/health_check.json
    dest: reports
    formats: [html, junit]
"""

RETURN = r"""
status:
  description: V(FAIL) if something fails the run, else V(PASS).
  returned: always
  type: str
  sample: FAIL
totals:
  description:
    - How many engines, domains, checks and results there are, how many results ended in each way, how many of them fail the run,
      how many tables were compared and how many of those differ more than is tolerated.
  returned: always
  type: dict
  sample:
    {"engines": 40, "domains": 1, "checks": 12, "results": 480, "PASS": 470, "FAIL": 3, "ERROR": 7, "SKIPPED": 0,
     "failing": 9, "areas": 0, "failing_areas": 0}
summary:
  description: The totals in a line.
  returned: always
  type: str
  sample: "FAIL: 40 engines, 1 domain and 12 checks. 3 failed, 7 not measured, 470 passed, 0 skipped."
failing:
  description: A line for each of the first 50 results that fail the run, worst first.
  returned: always
  type: list
  elements: str
  sample: ["FAIL (critical) Plano FW: HQ tunnels are up. 0 of 4 entries, but at least 2 entries wanted."]
files:
  description: Path of each report by format.
  returned: always
  type: dict
  sample: {"html": "/srv/reports/health_check.html"}
error:
  description: What went wrong, for programs. C(kind) is a stable word, the rest depends on it.
  returned: on failure
  type: dict
  sample: {"kind": "file", "path": "/srv/reports/health_check.html"}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._health_report import RUNNER
from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module


def main() -> None:
    run_module(RUNNER)


if __name__ == "__main__":
    main()
