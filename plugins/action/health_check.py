# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ngfw.smc.health_check in the controller, also for all hosts of a play in one task."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ansible.utils.display import Display
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.secrets import mask
from ansible_collections.ngfw.smc.plugins.module_utils._runner import Options, Result, Runner, outcome_of
from ansible_collections.ngfw.smc.plugins.module_utils._runners.health_check import RUNNER, run_together
from ansible_collections.ngfw.smc.plugins.plugin_utils._action import SMCAction
from ansible_collections.ngfw.smc.plugins.plugin_utils._hosts import (
    Smc,
    by_smc,
    earlier_result,
    engine_of,
    joined,
    names_of,
    variables_of,
    with_earlier,
    with_lost,
)
from ansible_collections.ngfw.smc.plugins.plugin_utils._settings import settable_options


class ActionModule(SMCAction):
    module = "ngfw.smc.health_check"
    runner = RUNNER

    def _run_here(self, variables: Mapping[str, Any]) -> Result:
        variable = self._task.args.get("each_host")
        return self._run_for_hosts(str(variable), variables) if variable else super()._run_here(variables)

    def _run_for_hosts(self, variable: str, variables: Mapping[str, Any]) -> Result:
        play = variables["ansible_play_hosts_all"], variables["ansible_play_hosts"]
        hosts = variables_of(self._task, self._templar, variables["ansible_play_batch"], variables)
        smcs, refused = by_smc(hosts, variable, settable_options(self.runner.arguments))
        parts = [self._options_for(smc) for smc in smcs]

        def check(_options: Options) -> Result:
            whole = joined(smcs, names_of([part.params for part in parts]), run_together(parts) if parts else [])
            whole["refused_hosts"].update(refused)
            whole = with_earlier(whole, earlier_result(self._task.register, variables))
            gone = [host for host in play[0] if host not in {*play[1], *whole["hosts"]}] + list(refused)
            lost = variables_of(self._task, self._templar, gone, variables)
            return with_lost(whole, {host.name: engine_of(host, variable) for host in lost})

        return mask(outcome_of(Runner(self.runner.arguments, check), Options({})), self._secrets)

    def _options_for(self, smc: Smc) -> Options:
        """The options of the task for the engines of one SMC."""
        given = self._task.args
        own = {name: value for name, value in given.items() if name != "each_host"}
        self._task.args = {**own, "targets": smc.targets, **({"session": smc.session} if smc.session else {})}
        try:
            with self._all_options(smc.first.variables, os.environ, smc.first.render):
                return replace(self._validated(), say=Display().display)
        finally:
            self._task.args = given
