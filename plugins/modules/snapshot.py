#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: snapshot
short_description: Save snapshots of many engines in a folder
version_added: 0.1.0
description:
  - Takes snapshots of session definitions of one or many engines with one login, and writes them into a folder. The
    folder has one file per target and definition, and a manifest that describes them.
  - The folder appears at its place only when it is complete. An interrupted run leaves nothing there.
  - If a table cannot be read, the manifest lists it and the other tables are still written. The task fails at its end,
    unless O(ignore_failures=true).
  - Memory use depends neither on the number of targets nor on the size of their tables.
author:
  - The ngfw.smc authors (@ngfw-smc)
extends_documentation_fragment:
  - ngfw.smc.connection
  - ngfw.smc.connection.action_group
  - ngfw.smc.target.or_domain
  - ngfw.smc.definitions
  - ngfw.smc.waits
  - ngfw.smc.reading
  - ngfw.smc.reading.transport
attributes:
  check_mode:
    description: Takes the snapshots even in check mode, but leaves no file.
    support: full
  diff_mode:
    description: Use P(ngfw.smc.snapshot_diff#module) to compare two snapshots.
    support: none
options:
  targets:
    description: Names of engines, instead of O(target).
    type: list
    elements: str
  dest:
    description:
      - The folder to create. It must not exist, or it must be empty, or it must contain a snapshot and O(replace=true).
      - It must not be a link. Users other than its owner and root must not be able to write into the folder above it, unless
        that has the sticky bit, as C(/tmp) has.
      - With a local connection it is on the controller, otherwise on the host where the module runs.
    type: path
    required: true
  by_smc:
    description:
      - Whether to write the snapshot into a folder in O(dest) that is named after the SMC and the administrative domain, so that
        snapshots of several SMCs and domains can lie in one O(dest). M(ngfw.smc.snapshot_diff) compares all of them at once.
    type: bool
    default: false
  format:
    description:
      - How to write the tables. V(jsonl) is JSON Lines. V(csv) and V(xlsx) are for spreadsheets, with one column for each
        field; V(xlsx) needs the Python library C(openpyxl), and has several sheets if a table has more rows than fit on one.
      - In V(csv) and V(xlsx), a text that a spreadsheet would take for a formula begins with an apostrophe.
      - Only V(jsonl) can be compared later, by M(ngfw.smc.snapshot_diff) or as a baseline.
    type: str
    choices: [jsonl, csv, xlsx]
    default: jsonl
  compress:
    description: Whether to compress the files with gzip. Not with O(format=xlsx).
    type: bool
    default: false
  replace:
    description:
      - Whether to replace a snapshot that is already in O(dest). One of another SMC or administrative domain is not replaced.
      - The task fails if the folder holds anything that the snapshot's manifest does not list.
    type: bool
    default: false
  mode:
    description:
      - The permissions of the files, as octal digits in quotes, such as V('0640'). The folders get the same, and whoever may
        read may enter them.
      - By default only the owner may read a snapshot (V('0600')), because it tells who communicates with whom.
    type: raw
  concurrency:
    description: How many tables to read at the same time, 200 at most.
    type: int
    default: 8
  ignore_failures:
    description: Whether to succeed even if some tables could not be read. RV(failures) lists them.
    type: bool
    default: false
seealso:
  - plugin: ngfw.smc.snapshot_diff
    plugin_type: module
  - plugin: ngfw.smc.session_facts
    plugin_type: module
"""

EXAMPLES = r"""
- name: Save the routes and tunnels of two engines
  ngfw.smc.snapshot:
    targets: [Plano FW, HQ cluster]
    definitions: [ROUTING, VPN_SA]
    dest: snapshots/before

- name: Save a large connection table, compressed
  ngfw.smc.snapshot:
    target: Plano FW
    definitions: CONNECTIONS
    dest: snapshots/connections
    compress: true
    timeout: 600
"""

RETURN = r"""
dest:
  description: The folder of the snapshot, with O(by_smc) one in O(dest).
  returned: always
  type: str
  sample: /srv/snapshots/before
manifest:
  description: Path of the manifest.
  returned: always
  type: str
  sample: /srv/snapshots/before/manifest.json
smc:
  description: The SMC from which the snapshots were taken, as in the manifest.
  returned: always
  type: dict
  sample: {"url": "https://smc.example.com:8082", "product_version": "7.1", "api_version": "7.1", "domain": "Shared Domain"}
table_count:
  description: How many tables were written.
  returned: always
  type: int
  sample: 4
entry_count:
  description: How many entries all tables have together.
  returned: always
  type: int
  sample: 812
failure_count:
  description: How many tables could not be read.
  returned: always
  type: int
  sample: 0
failures:
  description: The first 50 tables that could not be read. The manifest lists all of them.
  returned: always
  type: list
  elements: dict
  sample: [{"target": "Depot FW", "definition": "ROUTING", "kind": "engine_offline", "msg": "The engine 'Depot FW' sent nothing."}]
error:
  description: What went wrong, for programs. C(kind) is a stable word; the other keys depend on it.
  returned: on failure
  type: dict
  sample: {"kind": "timeout"}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module
from ansible_collections.ngfw.smc.plugins.module_utils._runners.snapshot import RUNNER


def main() -> None:
    run_module(RUNNER)


if __name__ == "__main__":
    main()
