# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ngfw.smc.session_facts in the controller."""

from __future__ import annotations

from ansible_collections.ngfw.smc.plugins.module_utils._runners.session_facts import RUNNER
from ansible_collections.ngfw.smc.plugins.plugin_utils._action import SMCAction


class ActionModule(SMCAction):
    module = "ngfw.smc.session_facts"
    runner = RUNNER
