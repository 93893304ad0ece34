# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source as a rulebook runs it: by its path, with a queue of size 1, in a loop of its own."""

from __future__ import annotations

import asyncio
import json
import runpy
import sys
import threading
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Self

from jsonschema import Draft202012Validator

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ROOT / "extensions" / "eda" / "plugins" / "event_source"
SOURCE = SOURCES / "live_table.py"
VALIDATOR = Draft202012Validator(json.loads((ROOT / "docs" / "events.schema.json").read_text("utf-8")))
PATIENCE = 60.0
# What another reading may show differently although the entry has not changed.
OF_THE_READING = ("delta_key", "reception_time", "session_event")

Entry = dict[str, Any]


def content(entry: Mapping[str, Any]) -> Entry:
    """What an entry says."""
    return {key: value for key, value in entry.items() if key not in OF_THE_READING}


class Ledger:
    """Applies events to tables, and refuses each that is lost or doubled."""

    def __init__(self) -> None:
        self.tables: dict[tuple[str, str], dict[tuple[str, str], Entry]] = {}

    def take(self, event: Mapping[str, Any]) -> None:
        VALIDATOR.validate(event)
        if event["entry"] is None:
            return
        table = self.tables.setdefault((event["definition"], event["target"]), {})
        key = (event["node"], event["entry"]["delta_key"])
        if event["kind"] in ("initial", "added"):
            assert key not in table, f"told twice: {event}"
        else:
            before = event["before"] or event["entry"]
            assert key in table, f"not told before: {event}"
            assert content(table[key]) == content(before), f"something between was not told: {event}"
        if event["kind"] == "deleted":
            del table[key]
        else:
            table[key] = event["entry"]


class Source:
    """A running event source. Use as a context manager; the end of the block cancels it.

    Args:
        smc: The simulator, or anything with url and api_key.
        arguments: Those of the source.
        seconds: How long the consumer takes for each event.

    Attributes:
        source: The file of the source.
    """

    source = SOURCE

    def __init__(self, smc: Any, seconds: float = 0.0, **arguments: Any) -> None:
        self.arguments = {
            "url": smc.url,
            "api_key": smc.api_key,
            "quiet_period": 0.25,
            "first_entry_timeout": 1.0,
            "timeout": 20,
            "search_interval": 0.5,
            **arguments,
        }
        self.events: list[dict[str, Any]] = []
        self.error: BaseException | None = None
        self.ledger = Ledger()
        self.paused = threading.Event()
        self._seconds = seconds
        self._thread = threading.Thread(target=lambda: asyncio.run(self._run()), daemon=True)
        self._stop = threading.Event()
        self._ended = threading.Event()

    async def _run(self) -> None:
        queue: asyncio.Queue[Any] = asyncio.Queue(1)
        main = runpy.run_path(str(self.source))["main"]
        source = asyncio.create_task(main(queue, self.arguments))
        consumer = asyncio.create_task(self._consume(queue))
        while not (self._stop.is_set() or source.done()):  # noqa: ASYNC110 (set in another thread)
            await asyncio.sleep(0.02)
        source.cancel()
        try:
            await source
        except asyncio.CancelledError:
            pass
        except BaseException as error:  # noqa: BLE001 (looked at by the test)
            self.error = error
        consumer.cancel()
        self._ended.set()

    async def _consume(self, queue: asyncio.Queue[Any]) -> None:
        while True:
            while self.paused.is_set():  # noqa: ASYNC110 (set in another thread)
                await asyncio.sleep(0.02)
            event = await queue.get()
            # As it goes to the rulebook's engine.
            self.events.append(json.loads(json.dumps(event)))
            if self._seconds:
                await asyncio.sleep(self._seconds)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.stop()

    def stop(self) -> None:
        self._stop.set()
        assert self._ended.wait(PATIENCE), "the source did not end"

    def failure(self) -> str:
        """What the source said when it ended by itself."""
        assert self._ended.wait(PATIENCE), "the source did not end"
        return str(self.error)

    def until(self, seen: Callable[[], Any], what: str = "it") -> Any:
        """Wait for something that must happen; return what `seen` returns."""
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            found = seen()
            if found:
                return found
            assert not self._ended.is_set(), f"the source ended: {self.error}"
            time.sleep(0.02)
        raise AssertionError(f"{what} did not happen; the events are {self.kinds()}")

    def of(self, kind: str, definition: str | None = None, **entry: Any) -> list[dict[str, Any]]:
        """The events of this kind so far whose entries have these values."""
        return [
            event
            for event in list(self.events)
            if event["kind"] == kind
            and definition in (None, event["definition"])
            and all((event["entry"] or {}).get(key) == value for key, value in entry.items())
        ]

    def wait(self, kind: str, definition: str | None = None, count: int = 1, **entry: Any) -> list[dict[str, Any]]:
        """These events, at least so many of them."""

        def enough() -> list[dict[str, Any]]:
            found = self.of(kind, definition, **entry)
            return found if len(found) >= count else []

        found: list[dict[str, Any]] = self.until(enough, f"{count} {kind}")
        return found

    def kinds(self) -> list[str]:
        return [event["kind"] for event in list(self.events)]

    def table(self, definition: str, target: str) -> list[Entry]:
        """What somebody has who applied all events; an event that is lost or doubled fails the test."""
        ledger = Ledger()
        for event in list(self.events):
            ledger.take(event)
        return sorted((content(entry) for entry in ledger.tables.get((definition, target), {}).values()), key=str)


def module(name: str) -> Any:
    """A file of the core as the source has loaded it."""
    return sys.modules[f"_ngfw_smc_events.{name}"]
