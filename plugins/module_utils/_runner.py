# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What a module does, apart from where it runs.

A runner takes validated options and gives a result, or raises an SMCError. Two hosts run it with the same
outcome: the module file through `run_module`, and the action plugin of the same name in the controller.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from ansible.module_utils.basic import AnsibleModule, missing_required_lib

from ._core.errors import MissingLibrary, SMCError

Result = dict[str, Any]


@dataclass(frozen=True)
class Options:
    """What a task asks for. params: validated options; check_mode and diff as the task sets them."""

    params: Mapping[str, Any]
    check_mode: bool = False
    diff: bool = False


@dataclass(frozen=True)
class Runner:
    """arguments: the argument spec. constraints: mutually_exclusive and the like, as AnsibleModule takes them.

    run: raises SMCError; the result's `warnings` are sentences for the user.
    defaults_target: whether these raw task arguments leave out a target that the inventory host can stand for.
    """

    arguments: Mapping[str, Any]
    run: Callable[[Options], Result]
    constraints: Mapping[str, Any] = field(default_factory=dict)
    defaults_target: Callable[[Mapping[str, Any]], bool] | None = None


class PartialFailure(SMCError):
    """Something failed and something was done. result: what to return beside the message."""

    kind = "partial"

    def __init__(self, message: str, result: Result, **details: Any) -> None:
        super().__init__(message, **details)
        self.result = result


def failure(error: SMCError) -> Result:
    """The failed task's result: `msg` for people, `error` for programs, and what was done all the same."""
    result: Result = dict(error.result) if isinstance(error, PartialFailure) else {}
    result.update(failed=True, msg=error.message, error=error.details())
    if isinstance(error, MissingLibrary):
        result["msg"] = missing_required_lib(error.message)
    return result


def secrets_in(params: Mapping[str, Any]) -> set[str]:
    """Secrets in options that are none by their spec: a password in `url`, which the options' check refuses."""
    try:
        password = urlsplit(params.get("url") or "").password
    except ValueError:
        return set()
    return {password} if password else set()


def outcome_of(runner: Runner, options: Options) -> Result:
    """The result of the work, or of its failure; `warnings` are in it only if there are some."""
    try:
        result = runner.run(options)
    except SMCError as error:
        result = failure(error)
    if not result.get("warnings"):
        result.pop("warnings", None)
    return result


def run_module(runner: Runner) -> None:
    """The module host."""
    module = AnsibleModule(argument_spec=dict(runner.arguments), supports_check_mode=True, **dict(runner.constraints))
    module.no_log_values.update(secrets_in(module.params))
    options = Options(module.params, module.check_mode, module._diff)  # noqa: SLF001 (no public way)
    result = outcome_of(runner, options)
    for warning in result.pop("warnings", []):
        module.warn(warning)
    # Else AnsibleModule would return all options as they are, and thousands of entries are no use there.
    result["invocation"] = {"module_args": {name: _abridged(value) for name, value in module.params.items()}}
    leave = module.fail_json if result.get("failed") else module.exit_json
    leave(**result)


def _abridged(value: Any, most: int = 100) -> Any:
    """The option, or the beginning of a long list."""
    if isinstance(value, list) and len(value) > most:
        return [*value[:most], f"and {len(value) - most} more"]
    return value
