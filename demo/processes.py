# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Processes that never outlive the demo, whatever ends it (but SIGKILL)."""

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

    Each has a session of its own, so that Ctrl-C on the terminal reaches the demo alone. A signal is noted here and raised as
    Interrupted while the demo waits, never in between, where a process might be started but not yet known.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self.environment = dict(environment)
        self._running: list[subprocess.Popen[bytes]] = []
        # All processes and what they fork inherit one end; the other tells when the last of them has gone.
        self._read_end, self._open_end = os.pipe()
        self._signal: int | None = None

    def note(self, number: int, _unused: object) -> None:
        """Remember a signal."""
        self._signal = number

    def start(self, command: Sequence[str], output: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
        """Start a command. output: where to instead of the demo's own output, errors included."""
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
        """Let a moment pass."""
        time.sleep(_TICK_SECONDS)
        self.look()

    def look(self) -> None:
        """Raise Interrupted if a signal has come."""
        if self._signal is not None:
            raise Interrupted(self._signal)

    def end(self) -> None:
        """End what still runs. Nothing does when this returns, unless it takes unusually long."""
        # The newest first: commands before the server that they talk to. They hold nothing that an orderly end would save, and
        # Ansible's would write a traceback now and then. Its workers end when they find that nobody waits for them.
        for process in reversed(self._running):
            process.kill()
        for process in self._running:
            process.wait()
        os.close(self._open_end)
        select.select([self._read_end], [], [], _PATIENCE_SECONDS)
        os.close(self._read_end)
