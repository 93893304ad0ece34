# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The controller host of a runner.

With a local connection the work runs right here, in the worker process: no module is packed, no interpreter
started, nothing imported again. Otherwise the module of the same name does it on the remote host.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, ClassVar

from ansible import constants
from ansible.plugins.action import ActionBase
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.secrets import mask, secrets_in
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._runner import (
    Options,
    Result,
    Runner,
    check_types,
    failure,
    outcome_of,
)
from ansible_collections.ngfw.smc.plugins.module_utils._signals import unwinding
from ansible_collections.ngfw.smc.plugins.plugin_utils._settings import (
    completed,
    from_configuration,
    from_environment,
    from_variables,
    settable_options,
)
from ansible_collections.ngfw.smc.plugins.plugin_utils._trust import decrypted

_NO_ASYNC = (
    "{} cannot run with `async`: the file with the result would hold the session. Remove `async` from the task; the other "
    "tasks may have it."
)

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
        self._secrets: set[str] = set()
        self._default_target(variables)
        refusal = self._refusal()
        if refusal:
            result.update(failure(refusal))
        elif self._connection.transport != "local" or self._task.async_val:
            environment = os.environ if self._connection.transport == "local" else {}
            with self._hidden(), self._all_options(variables, {**environment, **self._environment_keyword()}):
                result.update(
                    self._execute_module(
                        module_name=self.module,
                        module_args=self._task.args,
                        task_vars=variables,
                        wrap_async=self._task.async_val,
                    )
                )
        else:
            with self._task_environment(), unwinding():
                result.update(self._run_here(variables))
        if self.hides_success and not result.get("failed"):
            # The result is a secret; a task that forgets no_log must not show it.
            self._task.no_log = True
        return result

    def _refusal(self) -> OptionError | None:
        """Why this task runs on neither host."""
        if self.hides_success and self._task.async_val:
            return OptionError(_NO_ASYNC.format(self.module))
        try:
            check_types(self.runner, self._task.args)
        except OptionError as error:
            return error
        return None

    @contextmanager
    def _hidden(self) -> Iterator[None]:
        """Lets a connection plugin show nothing of what a module that returns a secret writes, at any verbosity."""
        holders = [self._task, self._play_context, getattr(self._connection, "_play_context", None)]
        before = [(holder, holder.no_log) for holder in holders if hasattr(holder, "no_log")]
        for holder, _value in before if self.hides_success else ():
            holder.no_log = True
        try:
            yield
        finally:
            # A failure is no secret.
            for holder, value in before:
                holder.no_log = value

    def _run_here(self, variables: Mapping[str, Any]) -> Result:
        with self._all_options(variables, os.environ):
            result = outcome_of(self.runner, self._validated())
        return mask(result, self._secrets)

    def _validated(self) -> Options:
        """The options of the task as AnsibleModule would have them."""
        # The name that ansible-core puts into its own messages about options.
        self._load_name = self.module
        validation, arguments = self.validate_argument_spec(dict(self.runner.arguments), **self.runner.constraints)
        # As AnsibleModule has it, every option of the spec is there.
        params = {**dict.fromkeys(self.runner.arguments), **arguments}
        self._secrets |= validation._no_log_values | secrets_in(params)  # noqa: SLF001 (there is no public way)
        return Options(params, self._task.check_mode, self._task.diff)

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
    def _all_options(
        self, variables: Mapping[str, Any], environment: Mapping[str, str], render: Callable[[Any], Any] | None = None
    ) -> Iterator[None]:
        """The options with those of the connection that the task leaves out, only while it works.

        Callbacks show the arguments of a task; what comes from elsewhere, secrets among it, is not in them.

        Args:
            variables: Of the host whose connection it is.
            environment: Of the process.
            render: Renders the variables of another host than the task's.
        """
        given = self._task.args
        names = settable_options(self.runner.arguments)
        levels = (
            from_variables(names, variables, lambda value: decrypted((render or self._templar.template)(value))),
            from_environment(names, environment),
            from_configuration(names, constants.CONFIG_FILE),
        )
        self._task.args = completed(decrypted(given), levels) if names else decrypted(given)
        try:
            yield
        finally:
            self._task.args = given

    def _environment_keyword(self) -> dict[str, str]:
        environment: dict[str, Any] = {}
        self._compute_environment_string(environment)
        return {name: str(value) for name, value in environment.items()}

    @contextmanager
    def _task_environment(self) -> Iterator[None]:
        """The task's `environment` keyword, which a module would find in its process."""
        before = dict(os.environ)
        os.environ.update(self._environment_keyword())
        try:
            yield
        finally:
            os.environ.clear()
            os.environ.update(before)
