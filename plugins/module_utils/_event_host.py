# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The hosts of the event sources: a rulebook, and a program that prints JSON Lines.

The files of the sources, below extensions/eda, load this one under a package name that nobody else uses.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import os
import re
import select
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import CancelledError
from concurrent.futures import TimeoutError as NotYet
from contextlib import contextmanager
from typing import Any, NoReturn

from ansible.module_utils.common.yaml import yaml_load

from ._core.errors import FileFailed, SMCError
from ._core.tables.watching import LONGEST_END, Stopped
from ._event_source import SOURCES, EventSource
from ._signals import ENDING, is_ignored

LOGGER = logging.getLogger("ngfw.smc")

# -- in a rulebook


async def serve(name: str, queue: asyncio.Queue[Any], args: Mapping[str, Any]) -> None:
    """Put events into the queue until the rulebook ends.

    Args:
        name: The source's name, one of SOURCES.
        queue: The rulebook's queue. Its size is 1, so an event waits here until the rulebook has room for it.
        args: The source's arguments; with `feedback: true` also a queue that returns the events that were taken.

    Raises:
        RuntimeError: A sentence: an argument is wrong, or the SMC cannot be reached or refuses the login.
    """
    arguments = dict(args)
    delivery = _Delivery(queue, arguments.pop("eda_feedback_queue", None))
    try:
        watch = SOURCES[name].watch_of(arguments, delivery.emit)
    except SMCError as error:
        raise RuntimeError(error.message) from None
    delivery.stopped = lambda: watch.stopped
    loop = asyncio.get_running_loop()
    ended: asyncio.Future[BaseException | None] = loop.create_future()

    def run() -> None:
        outcome: BaseException | None = None
        try:
            watch.run()
        except BaseException as error:  # noqa: BLE001 (raised below, in the loop's thread)
            outcome = error
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, ended, outcome)

    thread = threading.Thread(target=run, name=f"ngfw.smc.{name}", daemon=True)
    with _signals_end(watch.stop, thread):
        thread.start()
        try:
            failure = await ended
        finally:
            # Not awaited: whoever cancels this task may cancel it again, and the session must not stay open.
            watch.stop()
            thread.join(LONGEST_END)
    if failure is not None:
        raise RuntimeError(failure.message if isinstance(failure, SMCError) else repr(failure)) from None


def _settle(future: asyncio.Future[Any], outcome: Any) -> None:
    if not future.done():
        future.set_result(outcome)


class _Delivery:
    """Hands events from the threads that watch over to the rulebook's loop, one at a time."""

    def __init__(self, queue: asyncio.Queue[Any], feedback: asyncio.Queue[Any] | None) -> None:
        self._queue = queue
        self._feedback = feedback
        self._loop = asyncio.get_running_loop()
        self._lock = asyncio.Lock()
        self.stopped: Callable[[], bool] = lambda: False

    def emit(self, event: dict[str, Any]) -> None:
        """Wait until the event has been taken. Raises Stopped if the watch ends before."""
        if self.stopped() or self._loop.is_closed():
            raise Stopped
        taken = asyncio.run_coroutine_threadsafe(self._deliver(event), self._loop)
        while True:
            try:
                return taken.result(0.2)
            except CancelledError:
                raise Stopped from None
            except NotYet:
                if self.stopped():
                    taken.cancel()
                    raise Stopped from None

    async def _deliver(self, event: dict[str, Any]) -> None:
        async with self._lock:
            await self._queue.put(event)
            if self._feedback is not None:
                await self._feedback.get()


# -- signals


# Within this many seconds after the first signal, another one is the same: coreutils' timeout sends it to the process and to
# its group, and a terminal that is closed does so too.
_ONE_SIGNAL = 1.0


@contextmanager
def _signals_end(stop: Callable[[], None], thread: threading.Thread) -> Iterator[None]:
    """While this lasts, signals that end the process first end the watch, and then do what they would have done.

    A rulebook that is ended by a signal does not wait for its sources, so the session would stay open at the SMC. A second
    signal does at once what it would have done.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before: dict[int, Any] = {number: signal.getsignal(number) for number in ENDING if not is_ignored(number)}
    came: list[float] = []

    def end(number: int, _frame: Any) -> None:
        if came and time.monotonic() < came[0] + _ONE_SIGNAL:
            return
        came.append(time.monotonic())
        own = len(came)
        stop()
        if own == 1:
            _wait_for(thread, lambda: len(came) > own)
        # Otherwise a second signal came during the wait, and has done this.
        if own == len(came):
            signal.signal(number, before[number] or signal.SIG_DFL)
            os.kill(os.getpid(), number)

    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            if signal.getsignal(number) is end:
                signal.signal(number, handler or signal.SIG_DFL)


def _wait_for(thread: threading.Thread, hurried: Callable[[], bool]) -> None:
    """Wait until the thread ends, but not longer than that may take, and not when there is a hurry."""
    until = time.monotonic() + LONGEST_END
    while thread.is_alive() and not hurried():
        if time.monotonic() > until:
            LOGGER.warning("The logout was not done within %g s; the session stays until it expires.", LONGEST_END)
            return
        thread.join(0.1)


# -- as a program


class _Lines:
    """Prints events, one in a line. Waits as long as the reader does."""

    def __init__(self, stop: Callable[[], None]) -> None:
        self.stop = stop
        self._lock = threading.Lock()

    def emit(self, event: Mapping[str, Any]) -> None:
        """Raises Stopped if nobody reads any more."""
        # In ASCII every name can be written, half of a surrogate pair too, and none of them moves a terminal's cursor.
        line = json.dumps(event) + "\n"
        with self._lock:
            if sys.stdout.closed:
                self._end()
            try:
                sys.stdout.write(line)
                sys.stdout.flush()
            except BrokenPipeError:
                self._end()
            except OSError as error:
                raise FileFailed(f"An event could not be written to the standard output: {error.strerror}.") from None

    def _end(self) -> NoReturn:
        self.stop()
        raise Stopped from None


def print_events(name: str, words: Sequence[str], documentation: str) -> int:
    """Print the events of a source as JSON Lines until a signal comes or nobody reads them any more.

    Args:
        name: The source's name, one of SOURCES.
        words: The words of the command line.
        documentation: The documentation of the source, as YAML.

    Returns:
        The exit status: 0 when nobody reads any more, 1 after an error. A signal ends the process itself.
    """
    logging.basicConfig(format="%(levelname)s: %(message)s", stream=sys.stderr)
    # Otherwise Python would end with a traceback.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    lines = _Lines(lambda: None)
    failed: list[BaseException] = []
    try:
        watch = SOURCES[name].watch_of(_read_options(SOURCES[name], words, documentation), lines.emit)
    except SMCError as error:
        return _complain(error)
    lines.stop = watch.stop

    def run() -> None:
        try:
            watch.run()
        except BaseException as error:  # noqa: BLE001 (told below, in the main thread)
            failed.append(error)

    thread = threading.Thread(target=run, name=f"ngfw.smc.{name}", daemon=True)
    with _signals_end(watch.stop, thread):
        thread.start()
        while thread.is_alive():
            if not watch.stopped and _nobody_reads():
                watch.stop()
            thread.join(0.2)
    _forget_output()
    return _complain(failed[0]) if failed else 0


def _complain(error: BaseException) -> int:
    sys.stderr.write(f"ERROR: {getattr(error, 'message', '') or repr(error)}\n")
    return 1


def _nobody_reads() -> bool:
    """Whether the reader of a pipe has gone; without this, it would be noticed with the next event only."""
    try:
        poll = select.poll()
        poll.register(sys.stdout.fileno(), 0)
        return any(happened & (select.POLLERR | select.POLLNVAL) for _file, happened in poll.poll(0))
    except (AttributeError, OSError, ValueError):
        # The standard output is not a file.
        return False


def _forget_output() -> None:
    """What is left in the buffer cannot be written: the reader has gone, or a disk is full. Python would complain at its end."""
    if sys.stdout.closed:
        return
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


# What stands for a value in the help, where it is another word than that of the option's type.
_VALUES = {"str": "TEXT", "raw": "VALUE", "dict": "JSON", "float": "SECONDS", "bool": "true|false"}


def _read_options(source: EventSource, words: Sequence[str], documentation: str) -> dict[str, Any]:
    parser = argparse.ArgumentParser(
        prog=source.name,
        allow_abbrev=False,
        description=f"Print events of {source.about} as JSON Lines. The address of the SMC and the credentials come from the "
        "environment: SMC_ADDRESS, SMC_API_KEY, SMC_CA_PATH and so on.",
        epilog="Lists are separated by commas, mappings are JSON. The arguments are those of the event source "
        f"ngfw.smc.{source.name}, which docs/events.md describes. The exit status is 0 when nobody reads the events any more, "
        "1 after an error, 2 for an option that does not exist, and 128 + n after signal n.",
    )
    documented = yaml_load(documentation)["options"]
    for name, option in source.arguments.items():
        # Everybody on the machine can see the options of a program, so secrets come from the environment only.
        if not option.get("no_log") and name != "feedback":
            choices = option.get("choices")
            parser.add_argument(
                "--" + name.replace("_", "-"),
                dest=name,
                required=option.get("required", False),
                metavar="|".join(choices) if choices and option["type"] == "str" else _metavar(option),
                default=argparse.SUPPRESS,
                help=_help_of(documented[name]),
            )
    return {name: _json_value(value) for name, value in vars(parser.parse_args(words)).items()}


def _metavar(option: Mapping[str, Any]) -> str:
    return _VALUES.get(option["type"], option["type"].upper())


def _help_of(documented: Mapping[str, Any]) -> str:
    """The description of an option, without the marks of Ansible's documentation."""
    described = documented["description"]
    text = described if isinstance(described, str) else " ".join(described)
    choices, default = documented.get("choices"), documented.get("default")
    if choices and documented["type"] == "list":
        text += f" Of these: {', '.join(choices)}."
    if default not in (None, [], {}, choices):
        text += f" Default: {_written(default)}."
    # To argparse, a percent sign is a mark of its own.
    return re.sub(r"\b[A-Z]\(([^)]*)\)", r"\1", text).replace("%", "%%")


def _written(value: Any) -> str:
    """A value as one would write it on the command line."""
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return f"{value:g}" if isinstance(value, float) else str(value).lower() if isinstance(value, bool) else str(value)


def _json_value(text: str) -> Any:
    if text[:1] in "[{":
        try:
            return json.loads(text)
        except ValueError:
            return text
    return text
