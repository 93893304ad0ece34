# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The work of ngfw.smc.snapshot."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from ._arguments import CONNECTION, connection_of, positive
from ._core.definitions import DEFINITIONS, Definition, definition_named
from ._core.errors import OptionError, SMCError
from ._core.fetch import Query, Taken, Target, fetch
from ._core.http import Session
from ._core.patience import Patience
from ._core.snapshot import Waits
from ._core.websocket import Channel
from ._files import FileFailed
from ._runner import Options, PartialFailure, Result, Runner
from ._session_facts import WAITS, defaults_target, waits_of
from ._snapshot_files import SCHEMA, SCHEMA_VERSION, SnapshotWriter
from ._store import SpillingStore

ARGUMENTS: dict[str, Any] = {
    **CONNECTION,
    **WAITS,
    "target": {"type": "str"},
    "targets": {"type": "list", "elements": "str"},
    "definitions": {"type": "list", "elements": "str", "required": True, "choices": list(DEFINITIONS)},
    "dest": {"type": "path", "required": True},
    "compress": {"type": "bool", "default": False},
    "replace": {"type": "bool", "default": False},
    "concurrency": {"type": "int", "default": 8},
    "ignore_failures": {"type": "bool", "default": False},
}

# More failures than this in a task's result help nobody; the manifest lists them all.
_FAILURES = 50

Entry = dict[str, Any]


def snapshot_defaults_target(arguments: Mapping[str, Any]) -> bool:
    return not arguments.get("targets") and defaults_target(arguments)


def run(options: Options) -> Result:
    """Raises PartialFailure with what was written, unless failures are to be ignored."""
    params = options.params
    waits = waits_of(params)
    positive(params, "concurrency")
    definitions = [definition_named(name) for name in dict.fromkeys(params["definitions"])]
    if not definitions:
        raise OptionError("`definitions` is empty; name at least one.")
    targets = list(dict.fromkeys(params["targets"] or ([params["target"]] if params["target"] else [])))
    if not targets and not all(definition.targets_domain for definition in definitions):
        raise OptionError(
            "`targets` is missing: name the engines. (Where the action plugin runs, it defaults to the inventory host.)"
        )
    started = _now()
    dest = Path(params["dest"]).absolute()
    with SnapshotWriter(dest, params["compress"], params["replace"], options.check_mode) as writer:
        with Session(connection_of(params, waits.timeout), pool_size=2 * params["concurrency"]) as session:
            job = _Job(session, waits, writer, params["concurrency"])
            job.run(_pairs(definitions, targets, session.domain))
            smc = {
                "url": session.base,
                "product_version": ".".join(str(part) for part in session.product),
                "api_version": session.api_version,
                "domain": session.domain,
            }
        job.tables.sort(key=_place)
        job.failures.sort(key=_place)
        manifest = {
            "schema": SCHEMA,
            "schema_version": SCHEMA_VERSION,
            "smc": smc,
            "started_at": started,
            "finished_at": _now(),
            "complete": not job.failures,
            "tables": job.tables,
            "failures": job.failures,
        }
        path = writer.finish(manifest)
    result: Result = {
        "changed": True,
        "dest": str(dest),
        "manifest": str(path),
        "smc": smc,
        "table_count": len(job.tables),
        "entry_count": sum(table["count"] for table in job.tables),
        "failure_count": len(job.failures),
        "failures": job.failures[:_FAILURES],
        "warnings": [*job.warnings[:_FAILURES], *session.warnings],
    }
    if job.failures and not params["ignore_failures"]:
        raise _failure(job, result)
    return result


def _failure(job: _Job, result: Result) -> PartialFailure:
    shown = " ".join(str(failure["msg"]) for failure in job.failures[:3])
    more = f" {len(job.failures) - 3} more failed." if len(job.failures) > 3 else ""
    asked = len(job.tables) + len(job.failures)
    error = PartialFailure(
        f"{len(job.failures)} of {asked} tables failed; the others are in {result['dest']}. {shown}{more}", result
    )
    error.kind = str(job.failures[0]["kind"])
    return error


def _place(item: Entry) -> tuple[str, str]:
    return str(item["target"]), str(item["definition"])


def _pairs(definitions: Sequence[Definition], targets: Sequence[str], domain: str) -> list[tuple[Definition, str]]:
    """What to fetch. The alerts are the domain's, so once for all engines; a single target may be the domain itself."""
    pairs = []
    for definition in definitions:
        if not definition.targets_domain or (len(definitions) == 1 and targets):
            pairs += [(definition, target) for target in targets]
        else:
            pairs.append((definition, domain))
    return sorted(pairs, key=lambda pair: targets.index(pair[1]) if pair[1] in targets else -1)


class _Job:
    """Fetches so many tables at a time, each into its file; nothing of a table stays in memory once it is written."""

    def __init__(self, session: Session, waits: Waits, writer: SnapshotWriter, concurrency: int) -> None:
        self._session = session
        self._waits = waits
        self._writer = writer
        self._concurrency = concurrency
        self._lock = threading.Lock()
        self._channels: set[Channel] = set()
        self._known: dict[tuple[str, bool], _Known] = {}
        self._stopped = False
        self._patience = Patience(2 * concurrency)
        self.tables: list[Entry] = []
        self.failures: list[Entry] = []
        self.warnings: list[str] = []

    def run(self, pairs: Sequence[tuple[Definition, str]]) -> None:
        for definition, target in pairs:
            self._known.setdefault((target, definition.targets_domain), _Known()).left += 1
        with ThreadPoolExecutor(self._concurrency) as pool:
            waiting = [
                pool.submit(self._take, number, definition, target) for number, (definition, target) in enumerate(pairs)
            ]
            try:
                left = set(waiting)
                while left:
                    # Not for ever at a time: a signal that comes just before the wait would not end it.
                    done, left = wait(left, timeout=1, return_when=FIRST_EXCEPTION)
                    for finished in done:
                        finished.result()
            except BaseException:
                # Interrupted, the disk is full or the SMC is gone: the pool would wait for every thread to reach its own deadline.
                self._stop()
                for future in waiting:
                    future.cancel()
                raise

    def _stop(self) -> None:
        with self._lock:
            self._stopped = True
            for channel in self._channels:
                channel.interrupt()

    def _opened(self, channels: list[Channel]) -> Callable[[Channel], None]:
        def opened(channel: Channel) -> None:
            channels.append(channel)
            with self._lock:
                self._channels.add(channel)
                if self._stopped:
                    channel.interrupt()

        return opened

    def _take(self, number: int, definition: Definition, target: str) -> None:
        key = (target, definition.targets_domain)
        store = SpillingStore(self._writer.folder / f".{number}.entries")
        channels: list[Channel] = []
        try:
            known = self._known[key].look_up(self._session, target, not definition.targets_domain)
            query = Query(definition, target, store=store)
            taken = fetch(self._session, query, self._waits, known, self._opened(channels))
            table = self._write(taken, store)
        except SMCError as error:
            if isinstance(error, FileFailed):
                raise
            self._patience.failed(error)
            failure = {"target": target, "definition": definition.name, "msg": error.message, **error.details()}
            with self._lock:
                self.failures.append(failure)
        else:
            self._patience.answered()
            with self._lock:
                self.tables.append(table)
                self.warnings += taken.warnings
        finally:
            store.close()
            with self._lock:
                self._channels.difference_update(channels)
                self._known[key].left -= 1
                if not self._known[key].left:
                    # What is known of an engine is not needed any longer.
                    del self._known[key]

    def _write(self, taken: Taken, store: SpillingStore) -> Entry:
        snapshot = taken.snapshot
        file = self._writer.write(taken.query.target, snapshot.definition.name, store.lines())
        return {
            "target": taken.query.target,
            "definition": snapshot.definition.name,
            **file,
            "count": len(store),
            "complete": snapshot.complete,
            "completed_by": snapshot.completed_by,
            "nodes": snapshot.table.count_by_node(),
            "fetched_at": taken.fetched_at.isoformat(timespec="seconds"),
            "elapsed": round(taken.elapsed, 3),
            "warnings": taken.warnings,
        }


@dataclass
class _Known:
    """A target that several tables share, looked up once. left: for how many tables it is still needed."""

    left: int = 0
    found: Target | SMCError | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def look_up(self, session: Session, name: str, engine: bool) -> Target:
        with self.lock:
            if self.found is None:
                try:
                    self.found = Target(session, name, engine=engine)
                except SMCError as error:
                    self.found = error
        if isinstance(self.found, SMCError):
            raise self.found
        return self.found


def _now() -> str:
    return datetime.now(timezone.utc).isoformat(timespec="seconds")


RUNNER = Runner(
    ARGUMENTS,
    run,
    constraints={"mutually_exclusive": [("target", "targets")]},
    defaults_target=snapshot_defaults_target,
)
