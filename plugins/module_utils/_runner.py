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

from ansible.module_utils.basic import AnsibleModule, missing_required_lib
from ansible.module_utils.common.parameters import remove_values

from ._core.api.secrets import learned_secrets, mask, scrub_sentences, secrets_in
from ._core.errors import Interrupted, MissingLibrary, OptionError, PartialFailure, SMCError
from ._core.words import first_lines, visible
from ._signals import unwinding

Result = dict[str, Any]


@dataclass(frozen=True)
class Options:
    """What a task asks for.

    Attributes:
        params: the validated options.
        check_mode, diff: as the task sets them.
        say: shows a line on the terminal while the work is done; None where there is no terminal.
    """

    params: Mapping[str, Any]
    check_mode: bool = False
    diff: bool = False
    say: Callable[[str], None] | None = None


@dataclass(frozen=True)
class Runner:
    """The work of one module.

    Attributes:
        arguments: the argument spec.
        run: the work. It raises SMCError; the `warnings` of its result are sentences for the user.
        constraints: mutually_exclusive and the like, as AnsibleModule takes them.
        defaults_target: whether these raw task arguments lack a target, so that the inventory host is the target.
    """

    arguments: Mapping[str, Any]
    run: Callable[[Options], Result]
    constraints: Mapping[str, Any] = field(default_factory=dict)
    defaults_target: Callable[[Mapping[str, Any]], bool] | None = None


def check_types(runner: Runner, arguments: Mapping[str, Any]) -> None:
    """Raises OptionError for what the validation of ansible-core would end in a Python error for.

    That is an option with options of its own that is given a number, a boolean or a list (for a text it has a sentence), and a
    whole number that is infinite.
    """
    for name, spec in runner.arguments.items():
        given = arguments.get(name)
        if spec["type"] == "int" and _is_infinite(given):
            raise OptionError(f"`{name}` is {given}, which is not a whole number.")
        if "options" in spec and given is not None and not isinstance(given, (Mapping, str)):
            raise OptionError(f"`{name}` is not a mapping. Pass on what the task before has returned, or leave it out.")


def _is_infinite(value: Any) -> bool:
    return isinstance(value, (str, float)) and str(value).strip().lower().lstrip("+-") in ("inf", "infinity")


def failure(error: SMCError) -> Result:
    """The result of a failed task: `msg` for people, `error` for programs, and what was done before it failed."""
    result: Result = dict(error.result) if isinstance(error, PartialFailure) else {}
    result.update(failed=True, msg=error.message, error=error.details())
    if isinstance(error, MissingLibrary):
        result["msg"] = missing_required_lib(error.message)
    return result


def outcome_of(runner: Runner, options: Options) -> Result:
    """The result of the work, or of its failure. It has `warnings` only if there are some.

    Here every sentence that a result says passes the scrubber, whoever made it: names and answers from outside are in them.
    """
    with learned_secrets() as secrets:
        try:
            result = runner.run(options)
        except SMCError as error:
            result = failure(error)
        warnings = scrub_sentences(list(result.pop("warnings", None) or ()), secrets)
        names = ("msg", *_REASONS) if result.get("failed") else ()
        result.update(scrub_sentences({name: result[name] for name in names if name in result}, secrets))
    if result.get("failed"):
        # Ansible shows every value of a task that failed. What says why is for people there; what was done stays as it came.
        result.update({name: _visible_in(result[name]) for name in _REASONS if name in result})
    return {**result, "warnings": [visible(warning) for warning in warnings]} if warnings else result


# What a failed task's result says about the failure.
_REASONS = ("error", "failures", "failed_definitions", "failed_entries")


def _visible_in(value: Any) -> Any:
    """The value with every text in it made visible."""
    if isinstance(value, str):
        return visible(value)
    if isinstance(value, Mapping):
        return {name: _visible_in(one) for name, one in value.items()}
    return [_visible_in(one) for one in value] if isinstance(value, (list, tuple)) else value


def run_module(runner: Runner) -> None:
    """The module host."""
    module = AnsibleModule(argument_spec=dict(runner.arguments), supports_check_mode=True, **dict(runner.constraints))
    module.no_log_values.update(secrets_in(module.params))
    options = Options(module.params, module.check_mode, module._diff)  # noqa: SLF001 (no public way)
    try:
        with unwinding():
            result = outcome_of(runner, options)
    except KeyboardInterrupt:
        result = failure(Interrupted("The task was interrupted. It has logged out of a session of its own."))
    secrets = set(module.no_log_values)
    result = mask(result, secrets)
    # What AnsibleModule would hide, it would hide in keys and in hrefs too.
    module.no_log_values.clear()
    for warning in result.pop("warnings", []):
        module.warn(warning)
    # Otherwise AnsibleModule returns all options as they are, which may be thousands of entries.
    arguments = {name: _abridged(value) for name, value in module.params.items()}
    result["invocation"] = {"module_args": remove_values(arguments, secrets)}
    leave = module.fail_json if result.get("failed") else module.exit_json
    leave(**result)


# How many items of an option's list are returned.
_MOST_ITEMS = 100


def _abridged(value: Any) -> Any:
    """The option, or the beginning of a long list."""
    if isinstance(value, list):
        return first_lines(value, _MOST_ITEMS)
    return value
