# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a result says to people: whoever wrote a sentence, no secret of any session is in it."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.concurrency import for_each
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import EngineOffline, PartialFailure, TargetUnknown
from ansible_collections.ngfw.smc.plugins.module_utils._runner import Options, Result, Runner, outcome_of

SESSION = "A1B2C3D4E5F60718293A4B5C6D7E8F90"
CONNECTION = Connection(
    "",
    session={
        "url": "http://smc-1.example.com",
        "api_version": "7.1",
        "cookie": f"LB=smc-1.example; JSESSIONID={SESSION}",
    },
)


def offline() -> Result:
    raise EngineOffline(
        f"No node of it is online: {SESSION}.", nodes={SESSION: f"state {SESSION}", "node 2": "Offline"}
    )


def unknown() -> Result:
    name = base64.b64encode(b"." + SESSION.encode()).decode()
    assert SESSION not in name
    raise TargetUnknown(f"No engine 'FW'. Did you mean {name}?", target="FW", suggestions=[name])


def partly() -> Result:
    result = {"failed_definitions": {"ROUTING": {"msg": f"answers to fetch x{SESSION} only"}}, "changed": False}
    raise PartialFailure("One failed.", result, kind="bad_message")


def warned() -> Result:
    return {"changed": False, "warnings": [f"Node x%41{SESSION[1:]} is silent."], "session": SESSION}


@pytest.mark.parametrize("work", [offline, unknown, partly, warned])
@pytest.mark.parametrize("threads", [0, 2])
def test_no_session_is_in_a_sentence(work: Callable[[], Result], threads: int) -> None:
    def opened(_number: int) -> None:
        with Session(CONNECTION):
            pass

    def run(_options: Options) -> Result:
        for_each(opened, range(2), threads or 1)
        return work()

    result = outcome_of(Runner({}, run), Options({}))
    data = result.pop("session", SESSION)
    assert data == SESSION
    said = repr(result).lower()
    assert SESSION.lower() not in said and SESSION[1:].lower() not in said and "********" in said
    assert base64.b64encode(b"." + SESSION.encode()).decode()[4:40].lower() not in said


def test_what_is_no_secret_stays() -> None:
    def run(_options: Options) -> Result:
        with Session(CONNECTION):
            pass
        nodes: dict[str, Any] = {"node 1": "Offline"}
        raise EngineOffline("http://smc-1.example.com says that no node is online: node 1.", nodes=nodes)

    result = outcome_of(Runner({}, run), Options({}))
    assert result["msg"] == "http://smc-1.example.com says that no node is online: node 1."
    assert result["error"] == {"kind": "engine_offline", "nodes": {"node 1": "Offline"}}
