#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: logout
short_description: End an SMC session
version_added: 0.1.0
description:
  - Ends a session that M(ngfw.smc.login) opened. If the session has already expired, the task succeeds.
  - Credentials are accepted, because C(module_defaults) may set them, but not used.
author:
  - The ngfw.smc authors (@ngfw-smc)
extends_documentation_fragment:
  - ngfw.smc.connection
  - ngfw.smc.connection.action_group
attributes:
  check_mode:
    description: Ends the session even in check mode, because M(ngfw.smc.login) opens it there too.
    support: full
  diff_mode:
    description: Changes nothing, so there is nothing to show.
    support: none
options:
  session:
    description:
      - The session to end, as returned in RV(ngfw.smc.login#module:session).
    required: true
seealso:
  - module: ngfw.smc.login
"""

EXAMPLES = r"""
- name: Log out
  ngfw.smc.logout:
    session: "{{ smc_login.session }}"
"""

RETURN = r"""
error:
  description: What went wrong, for programs. If the SMC refuses the logout, that is a warning, not a failure.
  returned: on failure
  type: dict
  sample: {"kind": "option"}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module
from ansible_collections.ngfw.smc.plugins.module_utils._runners.sessions import LOGOUT


def main() -> None:
    run_module(LOGOUT)


if __name__ == "__main__":
    main()
