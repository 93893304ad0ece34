# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""A plan's requests: batches, several at a time, and the outcome of each step.

Every step ends up in one of `added`, `removed`, `gone` (something else removed it first) and `failed`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeVar, Union
from urllib.parse import urlsplit, urlunsplit

from ..api.answers import Answer
from ..api.circuit_breaker import CircuitBreaker
from ..api.connection import version_key
from ..api.deleting import GONE, delete, refusal
from ..api.engine_href import EngineId
from ..api.session import Session
from ..concurrency import for_each
from ..errors import ConnectionFailed, SMCError, TLSRefused
from .entry import request_body, takes_many
from .href import EntryHref, read_href
from .plan import Addition, Removal

Step = Union[Addition, Removal]


Item = TypeVar("Item")


# These answers do not mean that an entry is wrong, so a batch is not halved to find one.
_NOT_THE_ENTRY = frozenset((401, 403, 404, 405, 429, 501, 502, 503, 504))


_NO_SUCH_CALL = (404, 405, 501)


# How long to read changes before checking again whether the requests are done, in seconds.
CHANGES_INTERVAL = 0.05


ReadChanges = Callable[[], bool]


@dataclass(frozen=True)
class Failure:
    """A step that failed. status: of the HTTP answer, None if there was none. message: what the server said."""

    step: Step
    message: str
    status: int | None = None


class Writer:
    """Writes to block lists.

    Args:
        session: An open session.
        concurrency: How many requests at a time.
        batch_size: How many entries one request adds at most.
        read_changes: Called again and again while requests run. Returns False at once if there is nothing to read.
        engines: The engines whose entries may be deleted, by element type and key; None for all.

    Attributes:
        added: What was added.
        removed: What was removed.
        gone: What was to be removed and had gone already.
        failed: What failed.
        partly: Whether some of the hrefs of a step that failed were deleted.
    """

    def __init__(
        self,
        session: Session,
        concurrency: int,
        batch_size: int,
        read_changes: ReadChanges | None = None,
        engines: Collection[EngineId] | None = None,
    ) -> None:
        self._session = session
        self._version = version_key(session.api_version)
        self._concurrency = concurrency
        self._batch_size = batch_size if takes_many(self._version) else 1
        self._read_changes = read_changes
        self._engines = engines
        self._base = urlsplit(session.base)
        self._lock = threading.Lock()
        self._circuit_breaker = CircuitBreaker(concurrency)
        self.added: list[Addition] = []
        self.removed: list[Removal] = []
        self.gone: list[Removal] = []
        self.failed: list[Failure] = []
        self.partly = False

    def add(self, href: str, steps: Sequence[Addition]) -> None:
        """POST them in batches. A refused batch is halved until the entry at fault is alone."""
        size = self._batch_size
        self._each(lambda batch: self._post(href, batch), [steps[at : at + size] for at in range(0, len(steps), size)])

    def remove(self, steps: Sequence[Removal]) -> None:
        """Delete each entry with its own request."""
        self._each(self._delete, steps)

    def flush(self, href: str, steps: Sequence[Removal]) -> None:
        """Empty a list with one request, or with one per entry if the SMC does not offer that."""
        try:
            answer = self._session.request("DELETE", href, "emptying the block list")
        except SMCError as error:
            self._fail(steps, error.message)
            return
        if answer.ok:
            self.removed += steps
        elif answer.status in _NO_SUCH_CALL:
            self.remove(steps)
        else:
            self._fail(steps, refusal(self._session, answer), answer.status)

    def _each(self, work: Callable[[Item], None], items: Sequence[Item]) -> None:
        for_each(work, items, self._concurrency, meanwhile=self._read_changes)

    def _post(self, href: str, batch: Sequence[Addition]) -> None:
        if self._given_up(batch):
            return
        body = request_body([step.desired for step in batch], self._version)
        try:
            answer = self._session.request("POST", href, "adding to the block list", json=body)
        except SMCError as error:
            self._circuit_breaker.failed(error)
            lost = isinstance(error, ConnectionFailed) and not isinstance(error, TLSRefused)
            doubt = " Whether the SMC took it is not known; run the task again." if lost else ""
            self._fail(batch, error.message + doubt)
            return
        self._circuit_breaker.succeeded()
        if answer.ok:
            with self._lock:
                self.added += batch
        elif len(batch) == 1 or answer.status in _NOT_THE_ENTRY:
            self._fail(batch, refusal(self._session, answer), answer.status)
        else:
            middle = len(batch) // 2
            self._post(href, batch[:middle])
            self._post(href, batch[middle:])

    def _delete(self, step: Removal) -> None:
        if self._given_up([step]):
            return
        if not step.hrefs:
            self._fail([step], "The SMC gave no href for it, so it cannot be deleted")
            return
        removed = False
        for href in step.hrefs:
            try:
                answer = self._delete_one(href)
            except SMCError as error:
                self._circuit_breaker.failed(error)
                self._fail([step], error.message, partly=removed)
                return
            if answer is not None and not answer.ok:
                self._fail([step], refusal(self._session, answer), answer.status, partly=removed)
                return
            removed = removed or answer is not None
        self._circuit_breaker.succeeded()
        with self._lock:
            (self.removed if removed else self.gone).append(step)

    def _delete_one(self, href: str) -> Answer | None:
        """The SMC's answer; None if the entry is already gone. Raises SMCError for anything but an entry's href."""
        checked = read_href(href, self._base.path)
        why = self._why_not(checked)
        if checked is None or why:
            raise SMCError(f"'{href}' {why}, so it was not deleted.")
        answer = self._delete_path(checked.path)
        if answer is None and checked.version != self._session.api_version:
            # An SMC that no longer offers the API version in the href gives the same answer.
            answer = self._delete_path(checked.path_in(self._session.api_version))
        return answer

    def _why_not(self, href: EntryHref | None) -> str:
        """Why an href from a list is not followed; empty if it is. A list may hold a record that names another engine."""
        if href is None:
            return "is not the href of a block-list entry"
        if self._engines is not None and href.entry.engine_id not in self._engines:
            return f"belongs to {'/'.join(href.entry.engine_id)} and not to the engine whose list it stands on"
        return ""

    def _delete_path(self, path: str) -> Answer | None:
        url = urlunsplit((self._base.scheme, self._base.netloc, path, "", ""))
        answer = delete(self._session, url, "deleting a block-list entry")
        if answer.ok:
            return answer
        if answer.status in GONE:
            return None
        if answer.status in _NOT_THE_ENTRY:
            return answer
        # How the SMC answers the deletion of a missing entry is not documented, but how it answers a reading is.
        there = self._session.request("GET", url, "reading a block-list entry")
        return None if there.status in GONE else answer

    def _given_up(self, steps: Sequence[Step]) -> bool:
        """Whether no more requests are made; then these steps have failed."""
        error = self._circuit_breaker.opened_by
        if error is not None:
            self._fail(steps, f"Not tried any more: {error.message}")
        return error is not None

    def _fail(self, steps: Sequence[Step], message: str, status: int | None = None, partly: bool = False) -> None:
        with self._lock:
            self.partly = self.partly or partly
            self.failed += [Failure(step, message.rstrip("."), status) for step in steps]
