# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The vendor's clients, logged in to a simulator."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from smc import session as smc_session

from simulator import Simulator
from simulator.fixtures import simulator

__all__ = ["simulator"]


@pytest.fixture
def login(simulator: Callable[..., Simulator], monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., Simulator]]:
    """Start a simulator and log the vendor's one global session in to it; log out at the end."""
    # The client sets this for the whole process, and reads logins from a file in the home directory.
    monkeypatch.setenv("WEBSOCKET_CLIENT_CA_BUNDLE", "")
    monkeypatch.delenv("WEBSOCKET_CLIENT_CA_BUNDLE")
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    running: list[Simulator] = []

    def start(*arguments: Any, by: str = "key", version: str = "7.1", **options: Any) -> Simulator:
        wanted = {name: options.pop(name) for name in ("domain", "verify") if name in options}
        smc = simulator(*arguments, **options)
        running.append(smc)
        credentials = {"api_key": smc.api_key} if by == "key" else {"login": smc.username, "pwd": smc.password}
        if smc.url.startswith("https"):
            wanted.setdefault("verify", smc.ca_path)
        smc_session.login(url=smc.url, api_version=version, max_retry=1, **credentials, **wanted)
        return smc

    yield start
    try:
        if running and smc_session.session is not None:
            smc_session.logout()
    finally:
        # A login that failed half way leaves pieces which the next one would take for its own.
        smc_session.__init__()
