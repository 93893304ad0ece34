# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options that plugins share: which tasks leave out their target, and what describes a connection."""

from __future__ import annotations

import math
from contextlib import suppress
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._arguments import connection_of, positive
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError, SMCError
from ansible_collections.ngfw.smc.plugins.module_utils._runner import Runner
from ansible_collections.ngfw.smc.plugins.module_utils._runners import (
    block_list,
    engine_info,
    health_check,
    session_facts,
    snapshot,
)
from hypothesis import given, settings
from hypothesis import strategies as st


@pytest.mark.parametrize(
    "runner,arguments,left_out",
    [
        (session_facts.RUNNER, {"definitions": ["ROUTING"]}, True),
        (session_facts.RUNNER, {"definitions": "ACTIVE_ALERTS, ROUTING"}, True),
        (session_facts.RUNNER, {"definitions": "ACTIVE_ALERTS"}, False),
        (session_facts.RUNNER, {"definitions": ["ROUTING"], "target": "HQ"}, False),
        (session_facts.RUNNER, {}, False),
        (snapshot.RUNNER, {"definitions": ["ROUTING"]}, True),
        (snapshot.RUNNER, {"definitions": ["ROUTING"], "targets": ["HQ"]}, False),
        (snapshot.RUNNER, {"definitions": ["ACTIVE_ALERTS"]}, False),
        (health_check.RUNNER, {"checks": []}, True),
        (health_check.RUNNER, {"checks": [], "scope": "shared"}, False),
        (health_check.RUNNER, {"checks": [], "scope": "engine"}, True),
        (health_check.RUNNER, {"target": "HQ"}, False),
        (engine_info.RUNNER, {}, True),
        (engine_info.RUNNER, {"name_filter": "Branch"}, False),
        (engine_info.RUNNER, {"engine_types": ["fw_cluster"]}, False),
        (engine_info.RUNNER, {"target": "HQ"}, False),
        (block_list.RUNNER, {}, True),
        (block_list.RUNNER, {"all_engines": "yes"}, False),
        (block_list.RUNNER, {"all_engines": True}, False),
        (block_list.RUNNER, {"all_engines": "no"}, True),
        (block_list.RUNNER, {"hrefs": ["x"]}, False),
        (block_list.RUNNER, {"target": "HQ"}, False),
    ],
)
def test_the_target_is_left_out(runner: Runner, arguments: dict[str, Any], left_out: bool) -> None:
    assert runner.defaults_target is not None
    assert runner.defaults_target(arguments) is left_out


PLAIN = {"url": "https://smc", "validate_certs": True, "connect_timeout": 10.0}


@pytest.mark.parametrize(
    ("task", "environment", "used"),
    [
        ({"username": "me", "password": "own"}, {"SMC_API_KEY": "env"}, (None, "me", "own")),
        ({"username": "me"}, {"SMC_API_KEY": "env", "SMC_PASSWORD": "word"}, (None, "me", "word")),
        ({"password": "own"}, {"SMC_API_KEY": "env", "SMC_USERNAME": "me"}, (None, "me", "own")),
        ({"api_key": "own"}, {"SMC_USERNAME": "me", "SMC_PASSWORD": "word"}, ("own", None, None)),
        ({}, {"SMC_API_KEY": "env", "SMC_USERNAME": "me", "SMC_PASSWORD": "word"}, ("env", None, None)),
        ({"api_key": "own", "username": "me", "password": "own"}, {}, ("own", None, None)),
        ({"api_key": " 'own' "}, {}, ("own", None, None)),
    ],
)
def test_what_the_task_says_excludes_the_other_kind_of_the_environment(
    monkeypatch: pytest.MonkeyPatch,
    task: dict[str, str],
    environment: dict[str, str],
    used: tuple[str | None, str | None, str | None],
) -> None:
    for name in ("SMC_API_KEY", "SMC_USERNAME", "SMC_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    # As Ansible hands the options over: the environment stands in for what the task leaves out.
    names = {"api_key": "SMC_API_KEY", "username": "SMC_USERNAME", "password": "SMC_PASSWORD"}
    params = {option: task.get(option, environment.get(variable)) for option, variable in names.items()}
    found = connection_of({**PLAIN, **params})
    assert (found.api_key, found.username, found.password) == used


@pytest.mark.parametrize("value", [0.0, -1.0, math.nan, math.inf, 1e9])
def test_a_wait_is_a_time_that_a_clock_can_wait(value: float) -> None:
    with pytest.raises(OptionError, match="`timeout` is .*; it must be more than 0, and at most 2,592,000 seconds"):
        positive({"timeout": value}, "timeout")


@pytest.mark.parametrize("value", [0, -(10**400), 201, 60806480507041096, 10**400])
def test_what_is_done_at_a_time_is_bounded(value: int) -> None:
    with pytest.raises(OptionError, match=f"`concurrency` is {value}; it must be "):
        positive({"concurrency": value}, "concurrency")
    positive({"concurrency": 200, "batch_size": 60806480507041096}, "concurrency", "batch_size")


TEXT = st.none() | st.text() | st.text(alphabet=st.characters(max_codepoint=300, categories=None)) | st.just("\udcff")
OPTIONS = dict.fromkeys(("api_key", "username", "password", "domain", "api_version", "ca_path"), TEXT)
SESSION = dict.fromkeys(("url", "api_version", "product_version", "domain", "cookie", "token"), TEXT)


@settings(max_examples=1000)
@given(
    st.fixed_dictionaries(OPTIONS),
    TEXT | TEXT.map("https://{}".format) | st.just("http://127.0.0.1:1"),
    st.none() | st.fixed_dictionaries(SESSION),
    st.floats(),
    st.booleans(),
)
def test_no_option_raises_anything_outside_the_tree(
    texts: dict[str, str | None], url: str | None, session: dict[str, str | None] | None, wait: float, checked: bool
) -> None:
    params = {**texts, "url": url, "session": session, "connect_timeout": wait, "validate_certs": checked}
    with suppress(SMCError):
        opened = Session(connection_of(params))
        opened.transport.close()
        opened.scrub("a text")
