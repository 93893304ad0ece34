# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Deleting what may be gone already, over a connection that may be lost."""

from __future__ import annotations

from ..errors import ConnectionFailed, TLSRefused
from .answers import Answer
from .session import Session

# The SMC says that there is nothing, or nothing any more.
GONE = (404, 410)


def delete(session: Session, href: str, doing: str) -> Answer:
    """The SMC's answer to a deletion, which is sent once more if the connection is lost.

    Args:
        session: an open session.
        href: what to delete; it has been checked.
        doing: for messages, such as "deleting a block-list entry".

    Raises:
        SMCError: there is no answer.
    """
    try:
        return session.request("DELETE", href, doing)
    except TLSRefused:
        raise
    except ConnectionFailed:
        # Deleting twice does no harm. If the first request did it, the answer is now that there is nothing.
        answer = session.request("DELETE", href, doing)
        if answer.status in GONE:
            answer.status = 204
        return answer


def refusal(session: Session, answer: Answer) -> str:
    """Why the SMC did not do it, in its words, without a full stop."""
    words = f"HTTP {answer.status}, {session.words_of(answer)}"
    if answer.status == 403:
        words += ". The API client or administrator lacks the permission for this"
    return words
