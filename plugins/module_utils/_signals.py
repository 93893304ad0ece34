# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Signals that unwind the work instead of ending the process, in the controller and in a module alike."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

# What asks a process to end: an interrupt, `kill`, and a terminal that is closed.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def is_ignored(number: int) -> bool:
    """Whether the process ignores this signal. Whoever started it so, as nohup does, means it."""
    return signal.getsignal(number) is signal.SIG_IGN


@contextmanager
def unwinding() -> Iterator[None]:
    """Lets a signal unwind the work, so that it logs out and removes half-written files, before the process ends.

    A handler of Ansible's, or the system's, would end the process at once; a second interrupt gets that one again.
    """
    if threading.current_thread() is not threading.main_thread():
        # Only the main thread may have handlers, and only it is interrupted.
        yield
        return
    before: dict[int, Any] = {}

    def stop(_number: int, _frame: Any) -> None:
        signal.signal(signal.SIGINT, before[signal.SIGINT])
        # Ansible sends this one right after the interrupt, and a terminal that is closed sends the other.
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        raise KeyboardInterrupt

    for number in ENDING:
        if not is_ignored(number) or number == signal.SIGINT:
            before[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
