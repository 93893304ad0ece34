# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conversations played to a snapshot, with the times of the recording."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import (
    BadMessage,
    ChannelClosed,
    QueryRefused,
    SnapshotTimeout,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.snapshot import Waits
from ansible_collections.ngfw.smc.plugins.module_utils._core.traces.replaying import definition_of, replay
from ansible_collections.ngfw.smc.plugins.module_utils._core.traces.trace import Conversation


def came(at: float, **message: Any) -> dict[str, Any]:
    return {"at": at, "event": "received", "message": message}


def added(at: float, *keys: str, **more: Any) -> dict[str, Any]:
    entries = [{"NodeId": "n", "RouteNetwork": "10.0.0.0", "delta_key": key, **more} for key in keys]
    return came(at, fetch=1, records={"added": entries})


STARTED = came(100.1, success="Fetch started", fetch=1)
MARK = came(100.3, fetch=1, records={"added": [{"NodeId": "n", "SessionEvent": "4"}]})


@pytest.mark.parametrize(
    "events, snapshot, completed_by, count",
    [
        ([STARTED, added(100.2, "a", "b"), came(100.3, fetch=1, end="end of data")], {}, "end", 2),
        ([STARTED, added(100.2, "a"), MARK], {"online": 1, "members": 1}, "event4", 1),
        ([STARTED, added(100.2, "a")], {}, "quiet", 1),
        ([STARTED, added(100.2, "a"), added(109.0, "b")], {}, "quiet", 1),
        ([STARTED, added(100.2, "a"), added(109.0, "b")], {"waits": {"quiet": 10.0}}, "quiet", 2),
        ([STARTED], {"completed_by": "is_all"}, "is_all", 0),
        ([STARTED, {"at": 101.0, "event": "left"}], {}, "quiet", 0),
        (
            [STARTED, added(100.2, "a", first_fetch=True), added(100.3, "b")],
            {"online": 1, "members": 1},
            "first_fetch_over",
            2,
        ),
    ],
)
def test_what_the_recording_shows_decides(
    events: list[dict[str, Any]], snapshot: dict[str, Any], completed_by: str, count: int
) -> None:
    found = replay(Conversation("ROUTING", "Plano FW", 100.0, "tables", events, snapshot))
    assert (found.completed_by, len(found.table)) == (completed_by, count)
    assert found.complete


@pytest.mark.parametrize(
    "events, error",
    [
        ([STARTED, {"at": 100.2, "event": "closed", "code": 1001}], ChannelClosed),
        ([STARTED, {"at": 100.2, "event": "received", "text": "oops"}], BadMessage),
        ([came(100.1, failure="no")], QueryRefused),
        ([], SnapshotTimeout),
    ],
)
def test_what_a_snapshot_refuses_is_an_error_here_too(events: list[dict[str, Any]], error: type[Exception]) -> None:
    with pytest.raises(error):
        replay(Conversation("BLACKLIST", "Plano FW", 100.0, "tables", events), Waits(timeout=20.0))


def test_the_block_list_has_two_names() -> None:
    assert definition_of("BLACKLIST") is definition_of("BLOCK_LIST")
