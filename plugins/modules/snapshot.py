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
  - Takes snapshots of session definitions of one or many engines with one login, and writes them into a folder with one
    JSON Lines file a target and definition and a manifest that says what they are.
  - The folder appears in its place when it is whole. An interrupted run leaves nothing there.
  - A table that cannot be fetched is listed in the manifest and does not keep the others from being written. The task
    fails at its end, unless O(ignore_failures).
  - The memory that it takes depends neither on the number of targets nor on the size of their tables.
author:
  - The ngfw.smc authors (@ngfw-smc)
extends_documentation_fragment:
  - ngfw.smc.connection
  - ngfw.smc.connection.action_group
  - ngfw.smc.waits
attributes:
  check_mode:
    description: Takes the snapshots in check mode too, but leaves no file.
    support: full
  diff_mode:
    description: Use P(ngfw.smc.snapshot_diff#module) to compare two snapshots.
    support: none
options:
  target:
    description:
      - Name of one engine. The default is the inventory host's variable C(smc_target), else its name.
      - For V(ACTIVE_ALERTS) alone, the administrative domain.
    type: str
  targets:
    description: Names of engines, instead of O(target).
    type: list
    elements: str
  definitions:
    description:
      - The session definitions to take snapshots of, by the SMC's names. V(ACTIVE_ALERTS) is taken once, of the domain of
        the login.
    type: list
    elements: str
    required: true
    choices:
      - CONNECTIONS
      - BLOCK_LIST
      - VPN_SA
      - USERS
      - ROUTING
      - SSLVPNV2
      - ACTIVE_ALERTS
      - NEIGHBORS
  dest:
    description:
      - The folder to make. It must not be there yet, be empty, or hold a snapshot that O(replace) allows to replace.
      - It is on the controller with a local connection, otherwise on the host where the module runs.
    type: path
    required: true
  compress:
    description: Whether to compress the files with gzip.
    type: bool
    default: false
  replace:
    description: Whether a snapshot that is in O(dest) already may be replaced.
    type: bool
    default: false
  concurrency:
    description: How many tables to fetch at the same time.
    type: int
    default: 8
  ignore_failures:
    description: Whether to succeed although some tables could not be fetched. RV(failures) lists them all the same.
    type: bool
    default: false
seealso:
  - plugin: ngfw.smc.snapshot_diff
    plugin_type: module
  - plugin: ngfw.smc.session_facts
    plugin_type: module
"""

EXAMPLES = r"""
- name: Keep the routes and tunnels of two engines
  ngfw.smc.snapshot:
    targets: [Plano FW, HQ cluster]
    definitions: [ROUTING, VPN_SA]
    dest: snapshots/before

- name: Keep a large connection table, compressed
  ngfw.smc.snapshot:
    target: Plano FW
    definitions: CONNECTIONS
    dest: snapshots/connections
    compress: true
    timeout: 600
"""

RETURN = r"""
dest:
  description: The folder.
  returned: always
  type: str
  sample: /srv/snapshots/before
manifest:
  description: Path of the manifest.
  returned: always
  type: str
  sample: /srv/snapshots/before/manifest.json
smc:
  description: Where they were taken, as the manifest has it.
  returned: always
  type: dict
  sample: {"url": "https://smc.example.com:8082", "product_version": "7.1", "api_version": "7.1", "domain": "Shared Domain"}
table_count:
  description: How many tables were written.
  returned: always
  type: int
  sample: 4
entry_count:
  description: How many entries they have together.
  returned: always
  type: int
  sample: 812
failure_count:
  description: How many tables could not be fetched.
  returned: always
  type: int
  sample: 0
failures:
  description: The first 50 tables that could not be fetched. The manifest lists them all.
  returned: always
  type: list
  elements: dict
  sample: [{"target": "Depot FW", "definition": "ROUTING", "kind": "engine_offline", "msg": "The engine 'Depot FW' sent nothing."}]
error:
  description: What went wrong, for programs. C(kind) is a stable word, the rest depends on it.
  returned: on failure
  type: dict
  sample: {"kind": "timeout"}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module
from ansible_collections.ngfw.smc.plugins.module_utils._snapshot import RUNNER


def main() -> None:
    run_module(RUNNER)


if __name__ == "__main__":
    main()
