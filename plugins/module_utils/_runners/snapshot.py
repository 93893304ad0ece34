# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The work of ngfw.smc.snapshot."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from .._arguments import (
    CONNECTION,
    DEFINITIONS_REQUIRED,
    READING,
    TARGET,
    TRANSPORT,
    WAITS,
    connection_of,
    defaults_target,
    names_engine_table,
    positive,
    waits_of,
)
from .._core.api.circuit_breaker import CircuitBreaker
from .._core.api.connection import DEFAULT_DOMAIN, Connection
from .._core.api.session import Session
from .._core.concurrency import for_each
from .._core.errors import FileFailed, OptionError, PartialFailure, SMCError
from .._core.reports.smcs import smc_name
from .._core.schema.definitions import Definition, definition_named
from .._core.storage.snapshot_folder import MANIFEST, SCHEMA, SCHEMA_VERSION
from .._core.storage.snapshot_writer import FILE_MODE, Origin, SnapshotWriter, folder_name
from .._core.storage.spilling_store import SpillingStore
from .._core.storage.table_writers import TABLE_FORMATS, TableFormat, table_format_named
from .._core.tables.fetching import FetchResult, OpenChannels, Query, fetch
from .._core.tables.snapshot import Waits
from .._core.tables.target import Target
from .._core.words import first_lines
from .._runner import Options, Result, Runner

ARGUMENTS: dict[str, Any] = {
    **CONNECTION,
    **WAITS,
    **READING,
    **TRANSPORT,
    **TARGET,
    **DEFINITIONS_REQUIRED,
    "targets": {"type": "list", "elements": "str"},
    "dest": {"type": "path", "required": True},
    "by_smc": {"type": "bool", "default": False},
    "format": {"type": "str", "choices": list(TABLE_FORMATS), "default": "jsonl"},
    "compress": {"type": "bool", "default": False},
    "replace": {"type": "bool", "default": False},
    "mode": {"type": "raw"},
    "concurrency": {"type": "int", "default": 8},
    "ignore_failures": {"type": "bool", "default": False},
}


# At most this many failures are in a task's result; the manifest lists them all.
_FAILURES = 50


Entry = dict[str, Any]


def run(options: Options) -> Result:
    """Raises PartialFailure with what was written, unless failures are to be ignored."""
    params = options.params
    waits = waits_of(params)
    positive(params, "concurrency")
    table_format = table_format_named(params["format"])
    if params["compress"] and not table_format.compressible:
        raise OptionError(f"`compress` does not go with `format: {params['format']}`, which is compressed already.")
    definitions = [definition_named(name) for name in dict.fromkeys(params["definitions"])]
    if not definitions:
        raise OptionError("`definitions` is empty; name at least one.")
    targets = list(dict.fromkeys(params["targets"] or ([params["target"]] if params["target"] else [])))
    if not targets and not all(definition.targets_domain for definition in definitions):
        raise OptionError(
            "`targets` is missing: name the engines. (Where the action plugin runs, it defaults to the inventory host.)"
        )
    started = _now()
    connection = connection_of(params, waits.timeout)
    origin = _origin(connection)
    dest = _place_of(Path(params["dest"]).absolute(), origin, params["by_smc"])
    mode = file_mode(params["mode"])
    with SnapshotWriter(
        dest, params["compress"], params["replace"], options.check_mode, mode, table_format.ending, origin
    ) as writer:
        with Session(connection, pool_size=2 * params["concurrency"]) as session:
            pattern = Query(definitions[0], "", corroborate=params["corroborate"], transport=params["transport"])
            fetcher = _TableFetcher(session, waits, writer, params["concurrency"], table_format, pattern)
            fetcher.run(_pairs(definitions, targets, session.domain))
            smc = {
                "url": session.base,
                "product_version": ".".join(str(part) for part in session.product),
                "api_version": session.api_version,
                "domain": session.domain,
            }
        fetcher.tables.sort(key=_place)
        fetcher.failures.sort(key=_place)
        manifest = {
            "schema": SCHEMA,
            "schema_version": SCHEMA_VERSION,
            "smc": smc,
            "started_at": started,
            "finished_at": _now(),
            "complete": not fetcher.failures,
            "tables": fetcher.tables,
            "failures": fetcher.failures,
        }
        path = writer.finish(manifest)
    result: Result = {
        "changed": True,
        "dest": str(dest),
        "manifest": str(path),
        "smc": smc,
        "table_count": len(fetcher.tables),
        "entry_count": sum(table["count"] for table in fetcher.tables),
        "failure_count": len(fetcher.failures),
        "failures": fetcher.failures[:_FAILURES],
        "warnings": [*fetcher.warnings[:_FAILURES], *session.warnings, *writer.warnings],
    }
    if fetcher.failures and not params["ignore_failures"]:
        raise _failure(fetcher, result)
    return result


def _origin(connection: Connection) -> Origin:
    """The SMC and the domain that the task is about, before any login."""
    base = connection.base
    urls = connection.urls if connection.url else [base]
    domain = (connection.session or {}).get("domain") or connection.domain
    return Origin(urls, str(domain or DEFAULT_DOMAIN))


def _place_of(dest: Path, origin: Origin, by_smc: bool) -> Path:
    """The folder of the snapshot. Raises OptionError if `dest` is to hold several snapshots, but is one itself."""
    if not by_smc:
        return dest
    if (dest / MANIFEST).exists():
        raise OptionError(
            f"`dest` is {dest}, which is a snapshot itself. With `by_smc` it holds one for each SMC and domain: name another folder."
        )
    return dest / folder_name(f"{smc_name(origin.urls[0])}_{origin.domain}")


def file_mode(written: Any) -> int:
    """The permissions that the option `mode` asks for. Raises OptionError."""
    if written is None:
        return FILE_MODE
    try:
        mode = written if isinstance(written, int) and not isinstance(written, bool) else int(str(written), 8)
    except ValueError:
        mode = -1
    if mode & ~0o666 or mode & 0o600 != 0o600:
        raise OptionError(
            f"`mode` is {written}. Write the permissions of the files as octal digits in quotes, such as '0640'; the owner must be able to "
            "read and write them, and nobody can execute them."
        )
    return mode


def _failure(fetcher: _TableFetcher, result: Result) -> PartialFailure:
    reasons = first_lines([str(failure["msg"]) for failure in fetcher.failures], 3, "{} more failed.")
    asked = len(fetcher.tables) + len(fetcher.failures)
    return PartialFailure(
        f"{len(fetcher.failures)} of {asked} tables failed; the others are in {result['dest']}. {' '.join(reasons)}",
        result,
        kind=str(fetcher.failures[0]["kind"]),
    )


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


class _TableFetcher:
    """Fetches several tables at a time, each into its file; nothing of a table stays in memory once it is written."""

    def __init__(
        self,
        session: Session,
        waits: Waits,
        writer: SnapshotWriter,
        concurrency: int,
        table_format: TableFormat,
        pattern: Query,
    ) -> None:
        self._format = table_format
        self._pattern = pattern
        self._session = session
        self._waits = waits
        self._writer = writer
        self._concurrency = concurrency
        self._lock = threading.Lock()
        self._channels = OpenChannels()
        self._targets: dict[tuple[str, bool], _SharedTarget] = {}
        self._circuit_breaker = CircuitBreaker(2 * concurrency)
        self.tables: list[Entry] = []
        self.failures: list[Entry] = []
        self.warnings: list[str] = []

    def run(self, pairs: Sequence[tuple[Definition, str]]) -> None:
        """Fetch them all. Raises what concerns all of them: the disk is full, or the SMC is gone."""
        for definition, target in pairs:
            self._targets.setdefault((target, definition.targets_domain), _SharedTarget()).tables += 1
        for_each(self._fetch, pairs, self._concurrency, interrupt=self._channels.interrupt)

    def _fetch(self, pair: tuple[Definition, str]) -> None:
        definition, target = pair
        key = (target, definition.targets_domain)
        store = SpillingStore()
        try:
            found = self._targets[key].find(self._session, target, not definition.targets_domain)
            query = replace(self._pattern, definition=definition, target=target, store=store)
            result = fetch(self._session, query, self._waits, found, self._channels)
            table = self._write(result, store)
        except SMCError as error:
            if isinstance(error, FileFailed) or self._circuit_breaker.failed(error):
                raise
            failure = {"target": target, "definition": definition.name, "msg": error.message, **error.details()}
            with self._lock:
                self.failures.append(failure)
        else:
            self._circuit_breaker.succeeded()
            with self._lock:
                self.tables.append(table)
                self.warnings += result.warnings
        finally:
            store.close()
            with self._lock:
                self._targets[key].tables -= 1
                if not self._targets[key].tables:
                    # What is known of an engine is not needed any longer.
                    del self._targets[key]

    def _write(self, result: FetchResult, store: SpillingStore) -> Entry:
        snapshot = result.snapshot
        file = self._writer.write(result.query.target, snapshot.definition.name, self._format.content(store))
        return {
            "target": result.query.target,
            "definition": snapshot.definition.name,
            **file,
            "count": len(store),
            **snapshot.proof(),
            "nodes": snapshot.table.count_by_node(),
            "fetched_at": result.fetched_at.isoformat(timespec="seconds"),
            "elapsed": round(result.elapsed, 3),
            "warnings": result.warnings,
        }


@dataclass
class _SharedTarget:
    """A target that several tables share, looked up once. tables: how many tables still need it."""

    tables: int = 0
    found: Target | SMCError | None = None
    lock: threading.Lock = field(default_factory=threading.Lock)

    def find(self, session: Session, name: str, engine: bool) -> Target:
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
    defaults_target=defaults_target("targets", needs_engine=names_engine_table),
)
