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
    HTML, JSON, JUnit XML and Markdown. Each file is written completely or not at all.
  - Merges the JSON reports of several runs into one, for example those of a job that ran in slices.
  - The task does not fail because a check failed; RV(status) tells the result.
author:
  - The ngfw.smc authors (@ngfw-smc)
attributes:
  check_mode:
    description: Writes nothing in check mode, but says which files it would write.
    support: full
  diff_mode:
    description: Shows no difference between reports.
    support: none
options:
  results:
    description:
      - Verdicts of P(ngfw.smc.evaluate#filter), for any number of engines.
      - Each may have the key C(smc), the address or a name of the SMC that it was measured on. If there are several, the SMC is a
        level above the engines in each report, and engines of the same name stay apart.
    type: list
    elements: dict
    default: []
  differences:
    description: Compared tables, RV(ngfw.smc.snapshot_diff#module:areas). They may have the key C(smc) as O(results) have.
    type: list
    elements: dict
    default: []
  unchecked:
    description: Engines that could not be checked at all, each as a name or a dictionary with C(engine), C(smc) and C(reason). Each
      is reported as an error.
    type: list
    elements: raw
    default: []
  hosts:
    description:
      - The inventory hosts by name, each with the name of its engine as C(target) and, in a play with several SMCs, C(smc), as
        P(ngfw.smc.health_check#module) returns them. With them, RV(failing_hosts) says which hosts to fail.
    type: dict
    default: {}
  merge:
    description: JSON reports to merge, of one or several SMCs. If there are several results for the same SMC, engine, check and
      target, the newest one counts.
    type: list
    elements: path
    default: []
  dest:
    description: Folder for the reports. It is created if it does not exist. Without this option nothing is written.
    type: path
  name:
    description: Name of the files without their extension.
    type: str
    default: health_check
  formats:
    description:
      - The reports to write. V(html) is one file that loads nothing from elsewhere, V(json) has the schema in
        C(docs/health_report.schema.json), V(junit) has one test suite per engine and one test case per check, and
        V(markdown) is a summary for a merge request. V(openmetrics) is for the textfile directory of Prometheus' node-exporter,
        and V(mail) is a message with the summary as text and HTML. C(docs/reports.md) describes them all.
    type: list
    elements: str
    choices: [html, json, junit, mail, markdown, openmetrics]
    default: [html, json, junit, markdown]
  title:
    description: Title of the report. The default is V(Health check) or, when merging, the title of the first report.
    type: str
  fail_on:
    description:
      - Severities that make the run fail. V(info) is not among them, because it never fails a run.
      - The default is V(critical) and V(major) or, when merging, those of the reports.
    type: list
    elements: str
    choices: [critical, major, minor]
  smc:
    description: The SMC on which everything was measured that does not name another, for the head of the report, with C(url), C(product_version) and
      C(domain), and C(snapshot_before) and C(snapshot_after) for the times of compared snapshots.
    type: dict
    default: {}
  smcs:
    description: What to say of each of several SMCs, dictionaries with C(url), C(product_version) and C(domain).
    type: list
    elements: dict
    default: []
  run_id:
    description:
      - What the slices of one run have in common, and no other run has, such as the number of a workflow job. Results bear it,
        so that a merged report says which of them are not of the newest run.
    type: str
    default: ""
  waivers:
    description:
      - Failures that somebody has accepted, a list of dictionaries with the keys C(check) and C(engine), which are patterns,
        C(until), the last day such as V(2026-12-31), C(reason) and C(owner). C(owner) may be left out. With C(smc), a pattern of
        the name that the report gives the SMC, it is only for engines of that SMC.
      - A matching FAIL or ERROR of O(results) and O(unchecked) becomes V(WAIVED), fails nothing, and stands with its reason in
        each report. After the day it fails again, and the report says that the waiver has run out.
      - A waiver that waives nothing is a warning. One that cannot be read fails the task.
    type: raw
  warnings:
    description: Sentences for the first screen of each report that fail nothing.
    type: list
    elements: str
    default: []
  history:
    description:
      - An SQLite file that keeps the verdicts of all runs. With it, each report says for each failure whether it is new or since
        when it lasts, names what was fixed since the last run, and shows how the totals went.
      - It is created if it does not exist, but its folder must exist. Several jobs may use it at the same time, if the file system
        of the folder supports locks.
      - If it cannot be used, the reports are written all the same. They and the task warn of it.
    type: path
  history_days:
    description: Forget verdicts that are older than this many days.
    type: int
    default: 400
seealso:
  - module: ngfw.smc.health_history
  - plugin: ngfw.smc.evaluate
    plugin_type: filter
"""

EXAMPLES = r"""
- name: Write the reports
  ngfw.smc.health_report:
    results: "{{ verdicts }}"
    dest: reports
    title: Nightly health check

- name: Write a report that says since when each check fails
  ngfw.smc.health_report:
    results: "{{ verdicts }}"
    dest: reports
    history: /var/lib/ngfw-reports/health_check_history.db

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
  description: V(FAIL) if a result makes the run fail, otherwise V(PASS).
  returned: always
  type: str
  sample: FAIL
totals:
  description:
    - The numbers of SMCs, engines, domains, checks and results, of results with each status, of results that make the run fail,
      of SKIPPED results that had nothing to judge, of results that could not be measured (also where that is waived), of tables
      of a comparison, of those that differ more than is tolerated, and of those that had nothing to be compared with.
  returned: always
  type: dict
  sample:
    {"smcs": 1, "engines": 40, "domains": 1, "checks": 12, "results": 480, "PASS": 470, "FAIL": 3, "ERROR": 7, "WAIVED": 0,
     "SKIPPED": 0, "not_judged": 0, "not_measured": 7, "failing": 9, "areas": 0, "failing_areas": 0, "skipped_areas": 0}
summary:
  description: The totals in one line.
  returned: always
  type: str
  sample: "FAIL: 40 engines, 1 domain and 12 checks. 3 failed, 7 not measured, 470 passed, 0 skipped."
smcs:
  description:
    - A row for each SMC, those that fail first, with C(name), C(url), C(product_version), C(domain), C(status), C(engines), C(results),
      a number for each verdict, C(failing), C(areas), C(failing_areas) and C(skipped_areas). Empty unless there are several.
  returned: always
  type: list
  elements: dict
  sample: []
failing:
  description: One line for each of the first 50 results that make the run fail, the most severe first.
  returned: always
  type: list
  elements: str
  sample: ["FAIL (critical) Plano FW: HQ tunnels are up. Expected at least 2 entries, found 0."]
failing_engines:
  description:
    - A row for each engine, domain or other target with results that make the run fail, the worst first. C(smc) is the name of its SMC, C(kind) is V(engine),
      V(domain) or V(run), C(count) the number of its failing results, and C(line) a line on the worst of them. If all of them have a
      cause in common with other engines, the line only says how many there are.
  returned: always
  type: list
  elements: dict
  sample:
    - {"engine": "Plano FW", "smc": "smc.example.com", "kind": "engine", "count": 2, "line": "FAIL (critical) Plano FW: HQ tunnels are up."}
failing_hosts:
  description: By inventory host of O(hosts), the line of RV(failing_engines) that is about its engine.
  returned: always
  type: dict
  sample: {"plano": "FAIL (critical) Plano FW: HQ tunnels are up. Expected at least 2 entries, found 0."}
failing_others:
  description: The rows of RV(failing_engines) that are about no engine of O(hosts), such as a domain.
  returned: always
  type: list
  elements: dict
  sample: []
files:
  description: Path of each report by format.
  returned: always
  type: dict
  sample: {"html": "/srv/reports/health_check.html"}
mail:
  description: The message, to send it with a module such as C(community.general.mail).
  returned: if O(formats) has V(mail)
  type: dict
  contains:
    subject:
      description: A line with the status, the title and how much was checked.
      type: str
    text:
      description: The summary as text.
      type: str
    html:
      description: The summary as HTML.
      type: str
error:
  description: What went wrong, for programs. C(kind) is a stable word; the other keys depend on it.
  returned: on failure
  type: dict
  sample: {"kind": "file", "path": "/srv/reports/health_check.html"}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module
from ansible_collections.ngfw.smc.plugins.module_utils._runners.health_report import RUNNER


def main() -> None:
    run_module(RUNNER)


if __name__ == "__main__":
    main()
