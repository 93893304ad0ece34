# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Deletions over a connection that is lost, and what an SMC says that refuses one."""

from __future__ import annotations

from typing import Any, cast

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.deleting import delete, refusal
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import ConnectionFailed, TLSRefused

LOST = ConnectionFailed("lost")
REFUSED = TLSRefused("not trusted")


class Answered:
    """An answer with this status."""

    def __init__(self, status: int) -> None:
        self.status = status


class Answering:
    """A session that gives these answers, or fails in these ways, one after the other."""

    def __init__(self, *answers: int | ConnectionFailed) -> None:
        self.left = list(answers)

    def request(self, _method: str, _href: str, _doing: str) -> Answered:
        answer = self.left.pop(0)
        if isinstance(answer, ConnectionFailed):
            raise answer
        return Answered(answer)

    def words_of(self, _answer: Any) -> str:
        return "it says no"


@pytest.mark.parametrize(
    "answers, status",
    [((204,), 204), ((404,), 404), ((500,), 500), ((LOST, 204), 204), ((LOST, 404), 204), ((LOST, 410), 204)],
)
def test_a_lost_connection_is_tried_once_more(answers: tuple[int | ConnectionFailed, ...], status: int) -> None:
    session = Answering(*answers)
    assert delete(cast(Session, session), "/", "deleting").status == status
    assert not session.left


@pytest.mark.parametrize("answers", [(LOST, LOST), (REFUSED, 204)])
def test_what_is_not_tried_again(answers: tuple[int | ConnectionFailed, ...]) -> None:
    with pytest.raises(type(answers[0])):
        delete(cast(Session, Answering(*answers)), "/", "deleting")


def test_only_a_lack_of_permission_has_advice() -> None:
    session, answer = cast(Any, Answering()), cast(Any, Answered(409))
    assert refusal(session, answer) == "HTTP 409, it says no"
    answer.status = 403
    assert refusal(session, answer).endswith("lacks the permission for this")
