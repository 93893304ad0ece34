# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""A plan's requests: batches, several at a time, and what came of each step.

Every step ends up in one of `added`, `removed`, `gone` (somebody else was faster) and `failed`.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TypeVar, Union
from urllib.parse import urlsplit, urlunsplit

from .block_list_entry import request_body, takes_many
from .block_list_href import read_href
from .block_list_plan import Addition, Removal
from .connection import version_key
from .errors import ConnectionFailed, LoginRefused, SessionExpired, SMCError, TLSRefused
from .http import Answer, Session

Step = Union[Addition, Removal]
Item = TypeVar("Item")

# These say nothing about an entry, so looking for the one to blame would be in vain.
_NOT_THE_ENTRY = frozenset((401, 403, 404, 405, 429, 501, 502, 503, 504))
_GONE = (404, 410)
_NO_SUCH_CALL = (404, 405, 501)

# How long to read changes before looking again whether the requests are done, in seconds.
GLANCE = 0.05

# Returns at once, with False, when there is nothing to read.
Meanwhile = Callable[[], bool]


@dataclass(frozen=True)
class Failure:
    """A step that failed. status: the HTTP answer's, None if there was none. message: the server's words."""

    step: Step
    message: str
    status: int | None = None


class Writer:
    """Writes to block lists. concurrency: requests at a time. meanwhile: called again and again while they run."""

    def __init__(self, session: Session, concurrency: int, batch_size: int, meanwhile: Meanwhile | None = None) -> None:
        self._session = session
        self._version = version_key(session.api_version)
        self._concurrency = concurrency
        self._batch_size = batch_size if takes_many(self._version) else 1
        self._meanwhile = meanwhile
        self._base = urlsplit(session.base)
        self._lock = threading.Lock()
        self._unreached = 0
        self._given_up = ""
        self.added: list[Addition] = []
        self.removed: list[Removal] = []
        self.gone: list[Removal] = []
        self.failed: list[Failure] = []
        # Whether some of the hrefs of a step that failed were deleted.
        self.partly = False

    def add(self, href: str, steps: Sequence[Addition]) -> None:
        """POST them, so many a request; a refused batch is halved until the entry to blame stands alone."""
        size = self._batch_size
        self._each(lambda batch: self._post(href, batch), [steps[at : at + size] for at in range(0, len(steps), size)])

    def remove(self, steps: Sequence[Removal]) -> None:
        """DELETE each."""
        self._each(self._delete, steps)

    def flush(self, href: str, steps: Sequence[Removal]) -> None:
        """Empty a list with one request; with one an entry where the SMC does not know how to."""
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
            self._fail(steps, self._words(answer), answer.status)

    def _each(self, work: Callable[[Item], None], items: Iterable[Item]) -> None:
        if self._concurrency == 1 and self._meanwhile is None:
            for item in items:
                work(item)
            return
        upcoming = iter(items)
        stop = threading.Event()

        def worker() -> None:
            while not stop.is_set():
                with self._lock:
                    item = next(upcoming, None)
                if item is None:
                    return
                work(item)

        with ThreadPoolExecutor(max_workers=self._concurrency) as pool:
            working = [pool.submit(worker) for _unused in range(self._concurrency)]
            try:
                while not all(one.done() for one in working):
                    if self._meanwhile is None or not self._meanwhile():
                        wait(working, timeout=GLANCE)
                for one in working:
                    one.result()
            finally:
                # Interrupted: what is under way is finished, nothing new is begun.
                stop.set()

    def _post(self, href: str, batch: Sequence[Addition]) -> None:
        if self._given_up:
            self._fail(batch, self._given_up)
            return
        body = request_body([step.desired for step in batch], self._version)
        try:
            answer = self._session.request("POST", href, "adding to the block list", json=body)
        except SMCError as error:
            self._unreachable(error)
            lost = isinstance(error, ConnectionFailed) and not isinstance(error, TLSRefused)
            doubt = " Whether the SMC took it is not known; run the task again." if lost else ""
            self._fail(batch, error.message + doubt)
            return
        self._unreached = 0
        if answer.ok:
            with self._lock:
                self.added += batch
        elif len(batch) == 1 or answer.status in _NOT_THE_ENTRY:
            self._fail(batch, self._words(answer), answer.status)
        else:
            middle = len(batch) // 2
            self._post(href, batch[:middle])
            self._post(href, batch[middle:])

    def _delete(self, step: Removal) -> None:
        if self._given_up:
            self._fail([step], self._given_up)
            return
        if not step.hrefs:
            self._fail([step], "The SMC gave no href to delete it by")
            return
        removed = False
        for href in step.hrefs:
            try:
                answer = self._delete_one(href)
            except SMCError as error:
                self._unreachable(error)
                self._fail([step], error.message, partly=removed)
                return
            if answer is not None and not answer.ok:
                # The list did not show it either: then this is how this SMC says that it has gone.
                if step.expected or answer.status in _NOT_THE_ENTRY:
                    self._fail([step], self._words(answer), answer.status, partly=removed)
                    return
                answer = None
            removed = removed or answer is not None
        self._unreached = 0
        with self._lock:
            (self.removed if removed else self.gone).append(step)

    def _delete_one(self, href: str) -> Answer | None:
        """The SMC's answer, or None if the entry has gone already. Only ever asks for a block-list entry's path."""
        checked = read_href(href, self._base.path)
        if checked is None:
            raise SMCError(f"'{href}' is not the href of a block-list entry, so it was not deleted.")
        answer = self._delete_path(checked.path)
        if answer is None and checked.version != self._session.api_version:
            # An SMC that does not offer that API version any more says the same.
            answer = self._delete_path(checked.path_in(self._session.api_version))
        return answer

    def _delete_path(self, path: str) -> Answer | None:
        url = urlunsplit((self._base.scheme, self._base.netloc, path, "", ""))
        doing = "deleting a block-list entry"
        try:
            answer = self._session.request("DELETE", url, doing)
        except TLSRefused:
            raise
        except ConnectionFailed:
            # Deleting twice does no harm; if the first request did it, the answer now is 404.
            answer = self._session.request("DELETE", url, doing)
            if answer.status in _GONE:
                answer.status = 204
        if answer.ok:
            return answer
        if answer.status in _GONE:
            return None
        if answer.status in _NOT_THE_ENTRY:
            return answer
        # What the SMC says to deleting what has gone is not public. Reading it is documented, so that decides.
        there = self._session.request("GET", url, "reading a block-list entry")
        return None if there.status in _GONE else answer

    def _unreachable(self, error: SMCError) -> None:
        with self._lock:
            self._unreached += 1
            if self._unreached > self._concurrency or isinstance(error, (SessionExpired, LoginRefused, TLSRefused)):
                self._given_up = f"Not tried any more: {error.message}"

    def _fail(self, steps: Sequence[Step], message: str, status: int | None = None, partly: bool = False) -> None:
        with self._lock:
            self.partly = self.partly or partly
            self.failed += [Failure(step, message.rstrip("."), status) for step in steps]

    def _words(self, answer: Answer) -> str:
        words = f"HTTP {answer.status}, {self._session.words_of(answer)}"
        if answer.status == 403:
            words += ". The API client or administrator lacks the permission for it"
        return words
