# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ngfw.smc.block_list in the controller."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._runner import Result, failure
from ansible_collections.ngfw.smc.plugins.module_utils._runners.block_list import RUNNER
from ansible_collections.ngfw.smc.plugins.plugin_utils._action import SMCAction

# Host variables that say which SMC and domain a host belongs to, if a play has hosts of several.
_SMC_VARIABLES = ("smc_url", "smc_domain")


class ActionModule(SMCAction):
    module = "ngfw.smc.block_list"
    runner = RUNNER

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> Result:
        twin = self._host_that_does_the_same(task_vars or {})
        if twin:
            return failure(
                OptionError(
                    f"`all_engines` is about all engines at once, but '{twin}' and other hosts of the play would each do "
                    "the same, so nothing was sent. Run it once: with `run_once: true`, or in a play on localhost."
                )
            )
        result: Result = super().run(tmp, task_vars)
        return result

    def _host_that_does_the_same(self, variables: Mapping[str, Any]) -> str:
        """Another host of the play that runs this task for all engines of the same SMC; empty if there is none."""
        if self._task.run_once or not boolean(self._task.args.get("all_engines", False), strict=False):
            return ""
        here, hosts = variables.get("inventory_hostname"), variables.get("hostvars", {})
        own = _smc_of(hosts, here)
        others = (name for name in variables.get("ansible_play_hosts", ()) if name != here)
        return next((str(name) for name in others if _smc_of(hosts, name) == own), "")


def _smc_of(hosts: Mapping[str, Any], name: Any) -> tuple[str, ...]:
    known = hosts.get(name, {})
    return tuple(str(known.get(variable)) for variable in _SMC_VARIABLES)
