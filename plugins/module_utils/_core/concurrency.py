# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Many at a time: worker threads that one interrupt, or one error that concerns all of the work, ends together."""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, TypeVar

Item = TypeVar("Item")


Result = TypeVar("Result")


# How long to wait before `meanwhile` is called again when it had nothing to do, in seconds.
_PAUSE = 0.05


# Without `meanwhile`. A signal that arrives just before a wait would not end it, so no wait is without an end.
_LONGEST_WAIT = 1.0


# How many times the concurrency may run besides, where `patience` is set.
SPARE = 3


# How many results a worker may be ahead of the consumer: results can be large.
_AHEAD = 2


def for_each(
    work: Callable[[Item], Result],
    items: Sequence[Item],
    concurrency: int,
    *,
    consume: Callable[[Result], None] | None = None,
    interrupt: Callable[[], None] | None = None,
    meanwhile: Callable[[], bool] | None = None,
    patience: float = math.inf,
) -> None:
    """Do the work for each item, several at a time, and return when all of it is done.

    The first error that `work` raises concerns all items: no other item is begun, and the error is raised here. The same
    happens when this thread is interrupted. An error that concerns one item only must be caught by `work`.

    Args:
        work: Called in a worker thread with one item. With one item or a concurrency of 1, and without `meanwhile`, it
            is called in this thread.
        items: The items, which are begun in this order.
        concurrency: How many items at a time.
        consume: Called in this thread with each result, in the order in which they are ready. Workers wait for it, so
            that only a few results are in memory.
        interrupt: Called once when an error or an interrupt ends the work, to make running calls of `work` return early.
            Without it they are waited for.
        meanwhile: Called again and again in this thread while the work is done. It returns at once, with False, if there
            is nothing for it to do.
        patience: An item that takes longer than these seconds, as if it hung, no longer counts as one of those at a time,
            so that it does not hold the others up. At most SPARE times the concurrency are left uncounted.

    Raises:
        BaseException: What `work`, `consume` or `meanwhile` raised; of several errors, that of the first item.
    """
    workers = min(concurrency, len(items))
    if workers <= 1 and meanwhile is None:
        for item in items:
            result = work(item)
            if consume is not None:
                consume(result)
    elif items:
        most = min(concurrency * (1 + SPARE), len(items)) if patience < math.inf else workers
        _Work(work, items, consume, workers, patience, most).run(interrupt, meanwhile)


class _Work(Generic[Item, Result]):
    """The state that the workers and the thread which started them share."""

    def __init__(
        self,
        work: Callable[[Item], Result],
        items: Sequence[Item],
        consume: Callable[[Result], None] | None,
        workers: int,
        patience: float,
        most: int,
    ) -> None:
        self._work = work
        self._items = iter(enumerate(items))
        self._consume = consume
        self._workers = workers
        self._patience = patience
        self._most = most
        self._begun: dict[int, float] = {}
        self._changed = threading.Condition()
        self._running = workers
        self._stopped = False
        self._all_begun = False
        self._results: deque[Result] = deque()
        self._errors: list[tuple[int, BaseException]] = []

    def run(self, interrupt: Callable[[], None] | None, meanwhile: Callable[[], bool] | None) -> None:
        with ThreadPoolExecutor(max_workers=self._most) as pool:
            try:
                for _number in range(self._workers):
                    pool.submit(self._run_worker)
                while self._hand_over():
                    for _number in range(self._replace_slow()):
                        pool.submit(self._run_worker)
                    if meanwhile is None or not meanwhile():
                        self._wait(_LONGEST_WAIT if meanwhile is None else _PAUSE)
            except BaseException:
                # An interrupt too: the pool would wait for each worker to reach its own deadline.
                self._stop()
                if interrupt is not None:
                    interrupt()
                raise

    def _hand_over(self) -> bool:
        """Consume the results that are ready. Returns whether there is more to come."""
        while True:
            with self._changed:
                if self._errors:
                    raise min(self._errors, key=lambda error: error[0])[1]
                if not self._results:
                    return self._running > 0
                result = self._results.popleft()
                self._changed.notify_all()
            if self._consume is not None:
                self._consume(result)

    def _wanted(self) -> int:
        """How many workers there should be: one more for each whose item takes too long."""
        if self._most == self._workers:
            return self._workers
        slow = sum(time.monotonic() - begun > self._patience for begun in self._begun.values())
        return min(self._workers + slow, self._most)

    def _replace_slow(self) -> int:
        """How many workers to start beside those whose items take too long. They count as running from now on."""
        with self._changed:
            more = 0 if self._stopped or self._all_begun else max(0, self._wanted() - self._running)
            self._running += more
            return more

    def _wait(self, seconds: float) -> None:
        with self._changed:
            if self._running and not self._results and not self._errors:
                self._changed.wait(seconds)

    def _stop(self) -> None:
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def _next(self) -> tuple[int, Item] | None:
        """What to do next; None for a worker that is not needed any longer, which does not count from then on."""
        with self._changed:
            numbered = None if self._stopped or self._running > self._wanted() else next(self._items, None)
            if numbered is None:
                self._all_begun |= self._running <= self._wanted()
                self._running -= 1
                self._changed.notify_all()
            else:
                self._begun[numbered[0]] = time.monotonic()
            return numbered

    def _run_worker(self) -> None:
        while (numbered := self._next()) is not None:
            self._do(*numbered)

    def _do(self, number: int, item: Item) -> None:
        try:
            result = self._work(item)
        except BaseException as error:  # noqa: BLE001 (raised in the thread that waits for all of the work)
            with self._changed:
                self._errors.append((number, error))
                self._stopped = True
                self._changed.notify_all()
            return
        finally:
            with self._changed:
                del self._begun[number]
        if self._consume is None:
            return
        with self._changed:
            self._changed.wait_for(lambda: self._stopped or len(self._results) < _AHEAD * self._workers)
            self._results.append(result)
            self._changed.notify_all()
