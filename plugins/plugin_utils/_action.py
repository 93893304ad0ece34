# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller host of a runner.

With a local connection the work runs right here, in the worker process: no module is packed, no interpreter
started, nothing imported anew. Otherwise the module of the same name does it on the remote host.
"""

from __future__ import annotations

import json
import os
import signal
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from ansible.module_utils.common.parameters import remove_values
from ansible.plugins.action import ActionBase
from ansible_collections.ngfw.smc.plugins.module_utils._runner import Options, Result, Runner, outcome_of, secrets_in

_LOCAL_HOSTS = ("localhost", "127.0.0.1", "::1")


class SMCAction(ActionBase):
    """A subclass names its module and its runner."""

    TRANSFERS_FILES = False
    _supports_check_mode = True
    _supports_async = True
    module: ClassVar[str]
    runner: ClassVar[Runner]
    hides_success: ClassVar[bool] = False

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> Result:
        result: Result = super().run(tmp, task_vars)
        variables = task_vars or {}
        self._default_target(variables)
        if self._connection.transport != "local" or self._task.async_val:
            result.update(
                self._execute_module(
                    module_name=self.module,
                    module_args=self._task.args,
                    task_vars=variables,
                    wrap_async=self._task.async_val,
                )
            )
        else:
            with self._task_environment(), _unwinding():
                result.update(self._run_here())
        if self.hides_success and not result.get("failed"):
            # The result is a secret; a task that forgets no_log must not show it.
            self._task.no_log = True
        return result

    def _run_here(self) -> Result:
        # The name that ansible-core puts into its own messages about options.
        self._load_name = self.module
        validation, arguments = self.validate_argument_spec(dict(self.runner.arguments), **self.runner.constraints)
        # As AnsibleModule has it, every option of the spec is there.
        params = {**dict.fromkeys(self.runner.arguments), **arguments}
        result = outcome_of(self.runner, Options(params, self._task.check_mode, self._task.diff))
        secrets = validation._no_log_values | secrets_in(params)  # noqa: SLF001 (there is no public way)
        return _without_secrets(result, secrets)

    def _default_target(self, variables: Mapping[str, Any]) -> None:
        defaults_target = self.runner.defaults_target
        if defaults_target is None or not defaults_target(self._task.args):
            return
        target = self._templar.template(variables.get("smc_target"))
        if not target and variables.get("inventory_hostname") not in _LOCAL_HOSTS:
            target = variables.get("inventory_hostname")
        if target:
            self._task.args["target"] = target

    @contextmanager
    def _task_environment(self) -> Iterator[None]:
        """The task's `environment` keyword, which a module would find in its process."""
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        before = dict(os.environ)
        os.environ.update({name: str(value) for name, value in environment.items()})
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)


@contextmanager
def _unwinding() -> Iterator[None]:
    """Lets a signal unwind the work, so that it logs out and removes half-written files, before the worker process ends.

    Ansible's own handler ends the process at once; a second interrupt gets that one again.
    """
    if threading.current_thread() is not threading.main_thread():
        # Only the main thread may have handlers, and only it is interrupted.
        yield
        return
    before: dict[int, Any] = {}

    def stop(_number: int, _frame: Any) -> None:
        signal.signal(signal.SIGINT, before[signal.SIGINT])
        # Ansible sends this one right after the interrupt.
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in (signal.SIGINT, signal.SIGTERM):
        before[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)


def _without_secrets(result: Result, secrets: set[str]) -> Result:
    """What AnsibleModule does to a result. Walking a large table is dear, so it is done only if there is need."""
    text = json.dumps(result, default=str) if secrets else ""
    if any(json.dumps(secret)[1:-1] in text for secret in secrets):
        masked: Result = remove_values(result, secrets)
        return masked
    return result
