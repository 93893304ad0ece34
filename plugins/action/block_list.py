# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ngfw.smc.block_list in the controller."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple

from ansible import constants
from ansible.errors import AnsibleError
from ansible.module_utils.parsing.convert_bool import boolean
from ansible_collections.ngfw.smc.plugins.module_utils._arguments import joined_urls
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import DEFAULT_DOMAIN, Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.words import visible
from ansible_collections.ngfw.smc.plugins.module_utils._runner import Result, failure
from ansible_collections.ngfw.smc.plugins.module_utils._runners.block_list import RUNNER
from ansible_collections.ngfw.smc.plugins.plugin_utils._action import SMCAction
from ansible_collections.ngfw.smc.plugins.plugin_utils._hosts import HostVariables, variables_of
from ansible_collections.ngfw.smc.plugins.plugin_utils._settings import (
    completed,
    from_configuration,
    from_environment,
    from_variables,
)

# What says which SMC and which domain of it a task is for. A session says both.
_PLACE = ("url", "domain")
_OF_THE_TASK = (*_PLACE, "session")


class Place(NamedTuple):
    """Which SMC and domain a host's task is for. urls: of its Management Servers; empty if nothing names one."""

    urls: frozenset[str]
    domain: str

    def is_same(self, other: Place) -> bool:
        """Whether both are the same, which one common Management Server is enough for."""
        return self.domain == other.domain and (self.urls == other.urls or not self.urls.isdisjoint(other.urls))


class ActionModule(SMCAction):
    module = "ngfw.smc.block_list"
    runner = RUNNER

    def run(self, tmp: str | None = None, task_vars: dict[str, Any] | None = None) -> Result:
        refused = self._not_once_for_each_smc(task_vars or {})
        if refused:
            return failure(OptionError(refused))
        result: Result = super().run(tmp, task_vars)
        return result

    def _not_once_for_each_smc(self, variables: Mapping[str, Any]) -> str:
        """Why this would not be done once for each SMC; empty for a task that is about one engine."""
        if not boolean(self._task.args.get("all_engines", False), strict=False):
            return ""
        here = variables.get("inventory_hostname")
        if self._task.run_once:
            other = next(
                (name for name, same, known in self._others(here, "batch", variables) if known and not same), ""
            )
            return other and (
                f"`all_engines` is about the engines of one SMC, and with `run_once` only of the SMC of '{here}'. '{other}' belongs "
                "to another SMC or domain, so nothing was sent. Run it without `run_once`, in a play on one host of each SMC."
            )
        twin = next((name for name, same, _known in self._others(here, "hosts", variables) if same), "")
        return twin and (
            f"`all_engines` is about all engines at once, but '{twin}' and other hosts of the play would each do "
            "the same, so nothing was sent. Run it once for each SMC: with `run_once: true`, in a play on localhost, or in a "
            "play on one host of each SMC."
        )

    def _others(self, here: Any, which: str, variables: Mapping[str, Any]) -> Iterator[tuple[str, bool, bool]]:
        """The other hosts, whether their task is for the same SMC, and whether it is known for which."""
        names = [name for name in variables.get(f"ansible_play_{which}", ()) if name != here]
        if not names:
            return
        own, *others = self._places([here, *names], variables)
        for name, place in zip(names, others):
            yield visible(str(name)), place.is_same(own), bool(place.urls)

    def _places(self, names: Iterable[Any], variables: Mapping[str, Any]) -> Iterator[Place]:
        given = {name: self._task.args[name] for name in _OF_THE_TASK if self._task.args.get(name)}
        written = self._written()
        general = (from_environment(_PLACE, os.environ), from_configuration(_PLACE, constants.CONFIG_FILE))
        for number, host in enumerate(variables_of(self._task, self._templar, names, variables)):
            own = given if not number else _for_another(given, written, host)
            yield _place(completed(own, (_settings_of(host), *general)))

    def _written(self) -> Mapping[str, Any]:
        """The options of the task before templates in them were rendered for this host, as far as the task knows them."""
        found: dict[str, Any] = {}
        for value in (self._task.get_ds() or {}).values():
            if isinstance(value, Mapping):
                found.update({name: value[name] for name in _OF_THE_TASK if name in value})
        return found


def _settings_of(host: HostVariables) -> dict[str, Any]:
    try:
        return from_variables(_PLACE, host.variables, host.value)
    except AnsibleError:
        # The task of that host says what is wrong with its variables.
        return {}


def _for_another(given: Mapping[str, Any], written: Mapping[str, Any], host: HostVariables) -> dict[str, Any]:
    """The options of the task, as they are for another host."""
    try:
        return {name: host.value(written[name]) if name in written else value for name, value in given.items()}
    except AnsibleError:
        return dict(given)


def _place(options: Mapping[str, Any]) -> Place:
    session = options.get("session")
    named: Mapping[str, Any] = session if isinstance(session, Mapping) else options
    url = str(joined_urls(named.get("url")) or "")
    try:
        urls = frozenset(Connection(url).urls) if url else frozenset()
    except OptionError:
        urls = frozenset((url,))
    return Place(urls, str(named.get("domain") or DEFAULT_DOMAIN))
