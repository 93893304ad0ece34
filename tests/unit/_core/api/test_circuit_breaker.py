# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""When failures concern the whole SMC."""

from __future__ import annotations

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.circuit_breaker import CircuitBreaker
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import (
    BadMessage,
    ConnectionFailed,
    LoginRefused,
    MissingLibrary,
    RequestRefused,
    SessionExpired,
    SMCError,
    TLSRefused,
)

UNREACHABLE = ConnectionFailed("no answer")


def test_one_more_than_the_tolerated_failures_in_a_row_opens_it() -> None:
    breaker = CircuitBreaker(2)
    assert [breaker.failed(UNREACHABLE) for _time in range(3)] == [False, False, True]
    assert breaker.opened_by is UNREACHABLE


@pytest.mark.parametrize("between", [None, RequestRefused("no", status=404), BadMessage("no")])
def test_an_answer_of_any_kind_starts_the_count_again(between: SMCError | None) -> None:
    breaker = CircuitBreaker(1)
    for _time in range(5):
        assert not breaker.failed(UNREACHABLE)
        if between is None:
            breaker.succeeded()
        else:
            assert not breaker.failed(between)
    assert breaker.opened_by is None


@pytest.mark.parametrize("kind", [LoginRefused, SessionExpired, MissingLibrary, TLSRefused])
def test_what_concerns_the_session_opens_it_at_once(kind: type[SMCError]) -> None:
    breaker = CircuitBreaker(10)
    error = kind("no")
    assert breaker.failed(error)
    assert breaker.opened_by is error


def test_it_stays_open() -> None:
    breaker = CircuitBreaker(0)
    assert breaker.failed(UNREACHABLE)
    breaker.succeeded()
    assert breaker.opened_by is UNREACHABLE
