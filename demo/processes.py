# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes that never outlive the demo, however it ends (except by SIGKILL)."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
_PATIENCE_SECONDS = 5.0
_TICK_SECONDS = 0.05


class Interrupted(Exception):
    """A signal asked the demo to end."""

    def __init__(self, number: int) -> None:
        super().__init__(signal.Signals(number).name)
        self.number = number


@contextlib.contextmanager
def processes(folder: Path, environment: Mapping[str, str]) -> Iterator[Processes]:
    """A starter of processes. Those that still run when the block is left are ended."""
    made = Processes(folder, environment)
    for number in _SIGNALS:
        signal.signal(number, made.note)
    try:
        yield made
    finally:
        made.end()


class Processes:
    """Starts processes in a folder, and waits for them.

    Each process has a session of its own, so that Ctrl-C on the terminal reaches only the demo. A signal is noted, and raised as
    Interrupted when the demo waits. It is never raised earlier, when a process might be started but not yet recorded.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self.environment = dict(environment)
        self._running: list[subprocess.Popen[bytes]] = []
        # All processes and their children inherit one end of the pipe; the other end tells when the last of them is gone.
        self._read_end, self._open_end = os.pipe()
        self._signal: int | None = None

    def note(self, number: int, _unused: object) -> None:
        """Remember a signal."""
        self._signal = number

    def start(self, command: Sequence[str], output: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
        """Start a command. output: where its output and errors go instead of the demo's own output."""
        process = subprocess.Popen(
            command,
            cwd=self._folder,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output and subprocess.STDOUT,
            start_new_session=True,
            pass_fds=[self._open_end],
        )
        self._running.append(process)
        return process

    def wait(self, process: subprocess.Popen[bytes]) -> int:
        """The exit status."""
        while True:
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = process.wait(_TICK_SECONDS)
                self.look()
                self._running.remove(process)
                return status
            self.look()

    def pause(self) -> None:
        """Wait a moment."""
        time.sleep(_TICK_SECONDS)
        self.look()

    def look(self) -> None:
        """Raise Interrupted if a signal has come."""
        if self._signal is not None:
            raise Interrupted(self._signal)

    def end(self) -> None:
        """End the processes that still run. None is left when this returns, unless that takes unusually long."""
        # The newest first: commands before the server that they talk to. They have nothing to save, so they are killed: on
        # SIGTERM Ansible sometimes writes a traceback. Its workers end when they find that nobody waits for them.
        for process in reversed(self._running):
            process.kill()
        for process in self._running:
            process.wait()
        os.close(self._open_end)
        select.select([self._read_end], [], [], _PATIENCE_SECONDS)
        os.close(self._read_end)
