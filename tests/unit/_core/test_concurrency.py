# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Many at a time: everything is done once, and one error or interrupt ends all of it."""

from __future__ import annotations

import threading
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.concurrency import SPARE, for_each
from hypothesis import given, settings
from hypothesis import strategies as st


@settings(max_examples=50)
@given(count=st.integers(0, 60), concurrency=st.integers(1, 9))
def test_each_item_is_done_once_and_its_result_consumed_in_the_calling_thread(count: int, concurrency: int) -> None:
    consumed: list[int] = []
    threads = set()

    def consume(result: int) -> None:
        threads.add(threading.get_ident())
        consumed.append(result)

    for_each(lambda item: item * 2, range(count), concurrency, consume=consume)
    assert sorted(consumed) == [item * 2 for item in range(count)]
    assert threads <= {threading.get_ident()}


def test_items_are_worked_on_at_the_same_time() -> None:
    all_there = threading.Barrier(4)
    for_each(lambda _item: all_there.wait(30), range(4), 4)


def test_a_slow_consumer_holds_the_workers_back() -> None:
    done: list[int] = []
    ahead: list[int] = []

    def consume(result: int) -> None:
        ahead.append(len(done) - len(ahead))

    for_each(done.append, range(2000), 4, consume=consume)  # type: ignore[func-returns-value]
    assert len(ahead) == 2000
    # Two results for each of the four workers, and one that each has finished but not handed over.
    assert max(ahead) <= 2 * 4 + 4 + 1


@pytest.mark.parametrize("concurrency", [1, 3])
def test_an_error_ends_all_of_it(concurrency: int) -> None:
    begun: list[int] = []
    ended = threading.Event()
    calls: list[str] = []

    def work(item: int) -> None:
        begun.append(item)
        if item == 2:
            raise ValueError(f"item {item}")
        if item > 2:
            ended.wait(30)

    def interrupt() -> None:
        calls.append("interrupted")
        ended.set()

    with pytest.raises(ValueError, match="item 2"):
        for_each(work, range(1000), concurrency, interrupt=interrupt)
    # What ran at that moment was ended, and nothing was begun afterwards.
    assert len(begun) <= 2 + 1 + concurrency
    assert calls == ([] if concurrency == 1 else ["interrupted"])


def test_of_several_errors_the_first_items_is_raised() -> None:
    together = threading.Barrier(3)

    def work(item: int) -> None:
        together.wait(30)
        raise ValueError(f"item {item}")

    with pytest.raises(ValueError, match="item"):
        for_each(work, range(3), 3)


@pytest.mark.parametrize("where", ["consume", "meanwhile"])
def test_an_interrupt_of_the_calling_thread_ends_all_of_it(where: str) -> None:
    running, ended = threading.Event(), threading.Event()

    def work(item: int) -> int:
        if item == 0 and where == "consume":
            return item
        running.set()
        assert ended.wait(30)
        return item

    def interrupted(*_result: int) -> bool:
        assert running.wait(30)
        raise KeyboardInterrupt

    callbacks: dict[str, Any] = {where: interrupted}
    with pytest.raises(KeyboardInterrupt):
        for_each(work, range(10), 2, interrupt=ended.set, **callbacks)
    assert ended.is_set()


def test_something_else_is_done_meanwhile() -> None:
    enough = threading.Event()
    calls: list[int] = []

    def meanwhile() -> bool:
        calls.append(len(calls))
        if len(calls) == 5:
            enough.set()
        return True

    for_each(lambda _item: enough.wait(30), [1], 1, meanwhile=meanwhile)
    assert len(calls) >= 5


@pytest.mark.parametrize(("hanging", "concurrency"), [(1, 2), (2, 2), (5, 2), (3, 1)])
def test_items_that_hang_do_not_hold_the_others_up(hanging: int, concurrency: int) -> None:
    others_done = threading.Semaphore(0)
    most = threading.Lock()
    running: list[int] = [0, 0]

    def work(item: int) -> None:
        with most:
            running[0] += 1
            running[1] = max(running)
        if item < hanging:
            for _other in range(hanging, 12):
                assert others_done.acquire(timeout=30)
            others_done.release(12 - hanging)
        else:
            others_done.release()
        with most:
            running[0] -= 1

    for_each(work, range(12), concurrency, patience=0.02, meanwhile=lambda: False)
    assert running[1] <= concurrency * (1 + SPARE)


@given(count=st.integers(0, 40), concurrency=st.integers(1, 5), patience=st.sampled_from([0.0, 1e-5, 1e-3]))
@settings(max_examples=60, deadline=None)
def test_each_item_is_done_once_however_little_patience_there_is(count: int, concurrency: int, patience: float) -> None:
    done: list[int] = []
    for_each(lambda item: item, range(count), concurrency, consume=done.append, patience=patience)
    assert sorted(done) == list(range(count))
