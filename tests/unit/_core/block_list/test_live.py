# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A live block list against the simulator: it shows what is added and removed while it is open."""

from __future__ import annotations

import time

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.entry import read_desired
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.live import LiveList, engine_id
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.plan import plan_present
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.writer import Writer
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.snapshot import Waits

from simulator import Simulator

WAITS = Waits(first_entry=5.0, quiet=0.5, timeout=20.0)


def test_what_is_added_is_shown() -> None:
    desired, _warnings = read_desired([{"source": "203.0.113.9"}], kept=False, most=None)
    with (
        Simulator() as smc,
        Session(Connection(smc.url, api_key=smc.api_key)) as session,
        LiveList(session, "Plano FW", WAITS) as live,
    ):
        live.open()
        before = len(live.current)
        additions = plan_present([live.current], desired).add
        writer = Writer(session, 1, 250)
        writer.add(live.href(), additions)
        live.wait_until_shown(writer.added, [], time.monotonic() + 20)
        assert len(live.current) > before
        assert not live.current.not_shown_on(desired[0].identity, False)


@pytest.mark.parametrize(
    "href, expected",
    [
        ("http://localhost:8082/7.1/elements/single_fw/1563", ("single_fw", "1563")),
        ("http://localhost:8082/7.1/elements/single_fw/1563/block_list", ("", "")),
        ("", ("", "")),
    ],
)
def test_the_engine_that_an_href_names(href: str, expected: tuple[str, str]) -> None:
    assert engine_id(href) == expected
