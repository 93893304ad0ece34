# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ngfw.smc.engine_info in the controller."""

from __future__ import annotations

from ansible_collections.ngfw.smc.plugins.module_utils._runners.engine_info import RUNNER
from ansible_collections.ngfw.smc.plugins.plugin_utils._action import SMCAction


class ActionModule(SMCAction):
    module = "ngfw.smc.engine_info"
    runner = RUNNER
