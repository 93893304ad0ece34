#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: login
short_description: Open one SMC session for a whole play
version_added: 0.1.0
description:
  - Logs in to the SMC and returns the session, so that the following tasks need no login of their own.
  - Pass the session on with C(module_defaults) and end it with M(ngfw.smc.logout), best in an C(always) section.
  - The module always opens a new session. It ignores a O(session) from C(module_defaults).
  - The result is a secret, so set C(no_log=true). With a local connection the result is hidden even if the task
    forgets C(no_log). The message of a failure contains no secret.
author:
  - The ngfw.smc authors (@ngfw-smc)
extends_documentation_fragment:
  - ngfw.smc.connection
  - ngfw.smc.connection.action_group
attributes:
  check_mode:
    description: Logs in even in check mode, because the following tasks read with the session. Nothing is configured.
    support: full
  diff_mode:
    description: Changes nothing, so there is nothing to show.
    support: none
"""

EXAMPLES = r"""
- name: Read all engines with one login
  hosts: smc_engines
  connection: local
  gather_facts: false
  module_defaults:
    group/ngfw.smc.smc:
      url: https://smc.example.com:8082
      session: "{{ smc_login.session | default(omit) }}"
  tasks:
    - name: Log in
      ngfw.smc.login:
        api_key: "{{ smc_api_key }}"
      register: smc_login
      run_once: true
      no_log: true

    - name: Take snapshots, and log out even after a failure
      block:
        - name: Take snapshots
          ngfw.smc.session_facts:
            definitions: [VPN_SA, ROUTING]
      always:
        - name: Log out
          ngfw.smc.logout:
          run_once: true
"""

RETURN = r"""
session:
  description: The session, to be passed to other tasks unchanged. Whoever has it can act in its name until it ends.
  returned: success
  type: dict
  contains:
    url:
      description: Address of the SMC API.
      returned: always
      type: str
      sample: https://smc.example.com:8082
    api_version:
      description: The version of the API that the session uses.
      returned: always
      type: str
      sample: "7.1"
    product_version:
      description: The newest version that the SMC offers.
      returned: always
      type: str
      sample: "7.1"
    domain:
      description: Administrative domain of the login.
      returned: always
      type: str
      sample: Shared Domain
    cookie:
      description: The session's cookie, or null.
      returned: always
      type: str
    token:
      description: The session's token, or null.
      returned: always
      type: str
"""

from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module
from ansible_collections.ngfw.smc.plugins.module_utils._runners.sessions import LOGIN


def main() -> None:
    run_module(LOGIN)


if __name__ == "__main__":
    main()
