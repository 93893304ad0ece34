# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which messages of a log query count; no record is dropped without a word."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.protocol import Message
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import BadMessage
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.logs import next_of_fetch

ENTRY = {"Src": "10.0.0.1"}


class _Channel:
    """A channel on which fetch 845 runs, and that has one message."""

    fetch = 845

    def __init__(self, message: Message) -> None:
        self._message = message

    def listen(self, _until: float) -> Message:
        return self._message


def _next(**message: Any) -> Message | None:
    return next_of_fetch(_Channel(Message(**message)), 0.0)  # type: ignore[arg-type]


@pytest.mark.parametrize("fetch", [845, "845", None])
def test_records_of_the_fetch_count(fetch: Any) -> None:
    message = _next(fetch=fetch, has_records=True, added=[ENTRY])
    assert message is not None and message.added == [ENTRY]


def test_what_has_no_records_may_be_of_another_fetch() -> None:
    assert _next(fetch=846, status="Searching") is None


@pytest.mark.parametrize(
    "message,says",
    [
        ({"fetch": 846, "added": [ENTRY]}, "records of another fetch"),
        ({"fetch": 845, "updated": [ENTRY]}, "not in the list of added ones"),
        ({"fetch": 845, "deleted": [ENTRY]}, "not in the list of added ones"),
    ],
)
def test_records_that_would_be_lost_are_an_error(message: dict[str, Any], says: str) -> None:
    with pytest.raises(BadMessage, match=says):
        _next(has_records=True, **message)
