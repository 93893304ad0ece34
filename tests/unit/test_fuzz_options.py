# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the options of a module: a result that Ansible can pass on, or a sentence with a kind, and no file elsewhere.

The options begin as those of the module's own examples, and are then changed in a few places. `make fuzz` tries many more.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
from collections.abc import Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.secrets import mask, secrets_in
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._runner import Options, Runner, check_types, outcome_of
from ansible_collections.ngfw.smc.plugins.module_utils._runners import sessions
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator import Scenario, Simulator
from tests.unit.test_fuzz import FUZZ as ANY_TEXT
from tests.unit.test_fuzz import TEXT, VALUE, a_folder_beside_a_victim, harmful

COLLECTION = "ansible_collections.ngfw.smc.plugins"
ROOT = Path(__file__).resolve().parents[2]
MODULES = sorted(path.stem for path in (ROOT / "plugins" / "modules").glob("*.py"))
# Nothing listens there, so what a task does before it connects is all that it does.
NOWHERE = {"url": "http://127.0.0.1:1", "api_key": "a-key-of-the-tests"}
# A task takes longer than a function, so there are fewer examples unless a number is given.
FUZZ = settings(ANY_TEXT, max_examples=int(os.environ.get("FUZZ_EXAMPLES", "25")))
WAITS = ("first_entry_timeout", "quiet_period", "timeout", "connect_timeout")


def runner_of(module: str) -> Runner:
    own: dict[str, Runner] = {"login": sessions.LOGIN, "logout": sessions.LOGOUT}
    return own.get(module) or importlib.import_module(f"{COLLECTION}.module_utils._runners.{module}").RUNNER


def tasks_in(value: Any, module: str) -> Iterator[dict[str, Any]]:
    """The options of each task of this module, however deep in plays and blocks."""
    if isinstance(value, dict):
        if isinstance(value.get(f"ngfw.smc.{module}"), dict):
            yield value[f"ngfw.smc.{module}"]
        value = list(value.values())
    for one in value if isinstance(value, list) else ():
        yield from tasks_in(one, module)


@cache
def seeds_of(module: str) -> list[dict[str, Any]]:
    """What the module's documentation shows; for checks also what the role has ready."""
    examples = yaml.safe_load(importlib.import_module(f"{COLLECTION}.modules.{module}").EXAMPLES)
    seeds = list(tasks_in(examples, module))
    if module == "health_check":
        ready = yaml.safe_load((ROOT / "roles" / "health_check" / "defaults" / "main.yml").read_text("utf-8"))
        seeds += [{"target": "Plano FW", "checks": [check]} for check in ready["health_check_library"]]
    return [*seeds, {}]


def spots(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value inside a value."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in inner:
        yield (*path, key)
        yield from spots(one, (*path, key))


@st.composite
def changed_options(draw: Any, module: str) -> dict[str, Any]:
    """The options of an example, with up to three values exchanged, left out or added."""
    options: dict[str, Any] = deepcopy(draw(st.sampled_from(seeds_of(module))))
    arguments = runner_of(module).arguments
    for _change in range(draw(st.integers(0, 3))):
        where = draw(st.sampled_from([*spots(options), *((name,) for name in arguments)]))
        holder: Any = options
        for key in where[:-1]:
            holder = holder[key]
        kind = draw(st.sampled_from(["value", "text", "choice", "twice", "leave out"]))
        before = holder.get(where[-1]) if isinstance(holder, dict) else holder[where[-1]]
        choices = arguments.get(where[0], {}).get("choices")
        if kind == "leave out" and isinstance(holder, dict):
            holder.pop(where[-1], None)
        elif kind == "twice":
            holder[where[-1]] = [before, deepcopy(before)]
        elif kind == "choice" and choices:
            holder[where[-1]] = draw(st.lists(st.sampled_from(choices), max_size=3) | st.sampled_from(choices))
        else:
            holder[where[-1]] = draw(TEXT if kind == "text" else VALUE)
    return options


def inside(work: Path, value: Any) -> Any:
    """A path as a name in this folder, with whatever is odd in it."""
    if isinstance(value, list):
        return [inside(work, one) for one in value]
    return str(work / (value.replace("/", "_").strip(".") or "dots")) if isinstance(value, str) else value


def outcome(module: str, options: dict[str, Any], check_mode: bool) -> dict[str, Any]:
    """The result as Ansible gets it. Raises whatever is not an error of our own tree."""
    runner = runner_of(module)
    # A list or dictionary as a path becomes a relative one, which must not land in the checkout.
    with a_folder_beside_a_victim() as work, contextlib.chdir(work):
        for name, spec in runner.arguments.items():
            if "path" in (spec["type"], spec.get("elements")) or name == "waivers":
                options = {**options, **({name: inside(work, options[name])} if name in options else {})}
        try:
            check_types(runner, options)
        except OptionError:
            return {}
        validated = ArgumentSpecValidator(dict(runner.arguments), **runner.constraints).validate(options)
        if validated.error_messages:
            return {}
        params = {**dict.fromkeys(runner.arguments), **validated.validated_parameters}
        result = mask(outcome_of(runner, Options(params, check_mode, diff=True)), secrets_in(params))
    json.dumps(result)
    if result.get("failed") and "error" in result:
        assert result["error"]["kind"], result
    for text in [*([result.get("msg", "")] if result.get("failed") else []), *result.get("warnings", [])]:
        assert not harmful(str(text)), repr(text)
    return dict(result)


def at_once(options: dict[str, Any]) -> dict[str, Any]:
    """The options with short waits. Values that nobody can wait for stay as they are."""
    return {
        name: min(value, 0.5) if name in {*WAITS, "idle_limit"} and isinstance(value, (int, float)) else value
        for name, value in options.items()
    }


@pytest.mark.parametrize("module", MODULES)
def test_no_option_of_any_module_raises_anything_outside_the_tree(module: str) -> None:
    known = {name: value for name, value in NOWHERE.items() if name in runner_of(module).arguments}

    @FUZZ
    @given(changed_options(module), st.booleans())
    def try_them(options: dict[str, Any], check_mode: bool) -> None:
        outcome(module, at_once({**options, **known}), check_mode)

    try_them()


@pytest.mark.parametrize("module", [module for module in MODULES if "url" in runner_of(module).arguments])
def test_no_option_raises_anything_else_while_an_smc_answers(module: str) -> None:
    with Simulator(Scenario(end_signals=["end"])) as smc:
        short = {"first_entry_timeout": 0.2, "quiet_period": 0.05, "timeout": 0.5, "observe": 0.1}
        known = {name: value for name, value in short.items() if name in runner_of(module).arguments}

        @FUZZ
        @given(changed_options(module), st.booleans())
        def try_them(options: dict[str, Any], check_mode: bool) -> None:
            own = {"url": smc.url, "api_key": smc.api_key}
            outcome(module, at_once({**known, **options, **own}), check_mode)

        try_them()
