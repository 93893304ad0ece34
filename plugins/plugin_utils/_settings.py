# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Options that a task leaves out: from the host's variables, the environment and ansible.cfg, in this order."""

from __future__ import annotations

import configparser
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from ansible.errors import AnsibleActionFail, AnsibleError
from ansible_collections.ngfw.smc.plugins.module_utils._arguments import SETTABLE, joined_urls

SECTION = "ngfw_smc"

Settings = dict[str, Any]

# A session has these already.
_OF_THE_SESSION = ("domain", "api_version")
_ADMINISTRATOR = ("username", "password")


def settable_options(arguments: Iterable[str]) -> list[str]:
    """The options of a task that may come from elsewhere, of those in its argument spec."""
    accepted = set(arguments)
    return [name for name in SETTABLE if name in accepted]


def completed(given: Mapping[str, Any], levels: Iterable[Mapping[str, Any]]) -> Settings:
    """The task's options and what it leaves out.

    Args:
        given: The options of the task. What is given, even as an empty text, stays.
        levels: Options from other places, the strongest first. Empty values count as not set.

    Returns:
        All options. An API key and an administrator's login are never mixed: the strongest place that names one of them
        decides which it is.
    """
    options = dict(given)
    if given.get("session"):
        levels = [{name: level[name] for name in level if name not in _OF_THE_SESSION} for level in levels]
    for level in levels:
        excluded = _excluded_credentials(options)
        for name, value in level.items():
            if name not in excluded and value not in (None, "") and options.get(name) is None:
                options[name] = value
    if "api_key" in _excluded_credentials(options):
        # An empty text keeps the module from looking into its environment.
        options.setdefault("api_key", "")
    if "url" in options:
        options["url"] = joined_urls(options["url"])
    return options


def _excluded_credentials(options: Mapping[str, Any]) -> tuple[str, ...]:
    if options.get("api_key"):
        return _ADMINISTRATOR
    return ("api_key",) if any(options.get(name) for name in _ADMINISTRATOR) else ()


def from_variables(names: Iterable[str], variables: Mapping[str, Any], render: Callable[[Any], Any]) -> Settings:
    """Variables such as `smc_url`. Raises AnsibleActionFail for one that cannot be rendered."""
    found = {}
    for name in names:
        variable = f"smc_{name}"
        if variable in variables:
            try:
                found[name] = render(variables[variable])
            except AnsibleError as error:
                raise AnsibleActionFail(f"The variable `{variable}` cannot be rendered: {error.message}") from None
    return found


def from_environment(names: Iterable[str], environment: Mapping[str, str]) -> Settings:
    """Environment variables, under the names that the modules document."""
    variables = {name: SETTABLE[name]["fallback"][1] for name in names if "fallback" in SETTABLE[name]}
    return {
        name: environment[variable]
        for name, listed in variables.items()
        for variable in listed
        if variable in environment
    }


def from_configuration(names: Iterable[str], path: str | None) -> Settings:
    """The section `[ngfw_smc]` of ansible.cfg, read as Ansible reads it."""
    if not path or not Path(path).is_file():
        return {}
    parser = configparser.ConfigParser(inline_comment_prefixes=(";",), interpolation=None)
    try:
        parser.read(path, encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError):
        raise AnsibleActionFail(f"The section [{SECTION}] of {path} cannot be read. Correct the file.") from None
    section = parser[SECTION] if parser.has_section(SECTION) else {}
    return {name: section[name] for name in names if name in section}
