# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Measuring and judging one engine for ngfw.smc.health_check."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

from .._core.api.circuit_breaker import CircuitBreaker
from .._core.api.session import Session
from .._core.checks.evaluation import (
    MOST_LOGS,
    CheckPlan,
    TargetChecks,
    facts_of_log,
    judge_facts,
    plan_checks,
    query_of_log,
    target_of,
)
from .._core.checks.reading import ReadCheck
from .._core.concurrency import for_each
from .._core.engines.details import DocumentSource, build_engine
from .._core.engines.reading import RequestedDetails, read_documents
from .._core.engines.search import EngineReference, find_engine
from .._core.engines.status import Availability, availability_of
from .._core.errors import SMCError, TargetUnknown
from .._core.schema.definitions import DEFINITIONS, LOG
from .._core.storage.snapshot_folder import read_baselines
from .._core.tables.fetching import OpenChannels, Query, fetch
from .._core.tables.logs import fetch_logs
from .._core.tables.snapshot import Waits
from .._core.tables.target import Target


@dataclass(frozen=True)
class EngineToCheck:
    """An engine to check. type: the SMC's name of its type, empty if it is not known. baseline: a folder, or empty."""

    name: str
    type: str
    groups: Sequence[str]
    checks: Sequence[ReadCheck]
    baseline: str
    waits: Waits


@dataclass
class Shared:
    """What the checks of all engines of one SMC share.

    Attributes:
        reading: How to read tables, as a Query has it.
        breaker: Counts what fails on the way to the SMC.
        channels: The monitoring sockets that are open.
        warnings: Sentences for the user.
    """

    reading: Mapping[str, Any]
    breaker: CircuitBreaker
    channels: OpenChannels = field(default_factory=OpenChannels)
    warnings: list[str] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def gone(self) -> str:
        """Why nothing else can be measured; empty while it can."""
        return self.breaker.opened_by.message if self.breaker.opened_by else ""

    def warn(self, warnings: Sequence[str]) -> None:
        """Add warnings."""
        with self._lock:
            self.warnings += warnings


class EngineCheck:
    """Measures what the checks of one engine, or what it shares with others, need, and judges it."""

    def __init__(self, shared: Shared, session: Session | None, engine: EngineToCheck, failure: str) -> None:
        self._shared = shared
        self._session = session
        self._engine = engine
        self._failure = failure
        # Seconds, by definition; the nodes of an engine have an empty one.
        self._elapsed: dict[str, float] = {}

    def run(self, found: EngineReference | None) -> list[dict[str, Any]]:
        """The verdicts on the engine. found: the engine, if the listing has it."""
        engine = self._engine
        failure = node_failure = self._failure or self._shared.gone()
        engine_type = engine.type or (found.type if found else "")
        plan = self._plan(engine_type)
        engine_info: Mapping[str, Any] | None = None
        known: Availability | None = None
        if self._session and not failure:
            began = time.monotonic()
            try:
                found = found or (
                    find_engine(self._session, engine.name) if plan.needs_nodes or plan.own.tables else None
                )
                if plan.needs_nodes and found:
                    engine_info, known = _read_engine(self._session, found, plan.needs_appliance)
                    self._elapsed[""] = round(time.monotonic() - began, 3)
                    engine_type = str(engine_info.get("type") or engine_type)
                    plan = self._plan(engine_type)
            except TargetUnknown as error:
                failure = node_failure = error.message
            except SMCError as error:
                self._shared.breaker.failed(error)
                node_failure = error.message
        facts, failures = self._fetch(engine.name, plan.own, failure, found, known)
        return self._judge(
            plan.own.checks,
            engine.name,
            facts,
            failures,
            groups=engine.groups,
            engine_info=engine_info,
            node_failure=node_failure,
            engine_type=engine_type,
        )

    def run_shared(self, target: str, its: TargetChecks) -> list[dict[str, Any]]:
        """The verdicts on a domain, or on another target that checks name."""
        facts, failures = self._fetch(target, its, self._failure or self._shared.gone())
        return self._judge(its.checks, target, facts, failures)

    def run_log(self, written: ReadCheck, domain: str) -> list[dict[str, Any]]:
        """The verdict on a check of the log."""
        target = target_of(written.check, domain) if written.check else domain
        facts, failures = self._fetch_log(target, written, self._failure or self._shared.gone())
        return self._judge([written], target, facts, failures)

    def _plan(self, engine_type: str) -> CheckPlan:
        return plan_checks(self._engine.checks, self._engine.name, self._engine.groups, "", engine_type)

    def _judge(
        self, checks: Sequence[Any], target: str, facts: Mapping[str, Any], failures: Mapping[str, str], **engine: Any
    ) -> list[dict[str, Any]]:
        folder = self._engine.baseline
        smc_url = self._session.base if self._session else ""
        baselines = partial(read_baselines, Path(folder), target, smc_url=smc_url) if folder else None
        now = datetime.now(timezone.utc)
        results = judge_facts(checks, target, facts, failures, read_baselines=baselines, now=now, **engine)
        measured_at = now.isoformat(timespec="seconds")
        for result in results:
            result["elapsed"] = self._elapsed.get(result["definition"], 0.0)
            result["measured_at"] = measured_at
        return results

    def _fetch(
        self,
        target: str,
        its: TargetChecks,
        failure: str,
        found: EngineReference | None = None,
        known: Availability | None = None,
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Facts by definition, and why there are none of the others."""
        facts: dict[str, Any] = {}
        failures: dict[str, str] = {}
        session = self._session
        if session is None or failure:
            return facts, dict.fromkeys(its.tables, failure)
        targets: dict[bool, Target] = {}
        try:
            for domain in {DEFINITIONS[name].targets_domain for name in its.tables}:
                targets[domain] = Target(session, target, engine=not domain, found=found, known=known)
        except SMCError as error:
            self._shared.breaker.failed(error)
            return facts, dict.fromkeys(its.tables, error.message)

        def fetch_table(name: str) -> None:
            definition = DEFINITIONS[name]
            query = Query(definition, target, its.tables[name], **self._shared.reading)
            try:
                taken = fetch(
                    session, query, self._engine.waits, targets[definition.targets_domain], self._shared.channels
                )
            except SMCError as error:
                self._shared.breaker.failed(error)
                failures[name] = error.message
                return
            self._shared.breaker.succeeded()
            entries = taken.snapshot.entries()
            facts[name] = {
                "target": target,
                "entries": entries,
                "count": len(entries),
                "complete": taken.snapshot.complete,
            }
            self._elapsed[name] = round(taken.elapsed, 3)
            self._shared.warn(taken.warnings)

        for_each(fetch_table, list(its.tables), len(its.tables), interrupt=self._shared.channels.interrupt)
        return facts, failures

    def _fetch_log(self, target: str, written: ReadCheck, failure: str) -> tuple[dict[str, Any], dict[str, str]]:
        """As `_fetch`, of the entries of the log that a check is about."""
        if self._session is None or written.check is None or failure:
            return {}, {LOG.name: failure}
        try:
            query = query_of_log(written.check, datetime.now(timezone.utc))
            stored = fetch_logs(self._session, query, self._engine.waits.timeout, MOST_LOGS)
        except SMCError as error:
            self._shared.breaker.failed(error)
            return {}, {LOG.name: error.message}
        self._shared.breaker.succeeded()
        self._elapsed[LOG.name] = round(stored.elapsed, 3)
        return facts_of_log(target, stored.entries, stored.truncated)


def _read_engine(
    session: Session, engine: EngineReference, appliance: bool
) -> tuple[Mapping[str, Any], Availability | None]:
    """The engine with its type and the status of its nodes, and of their hardware and interfaces if these are asked for."""
    scope = RequestedDetails(status=True, each_node=True, names=False, appliance=appliance)
    documents = read_documents(session, engine, scope)
    known = (
        availability_of(documents.engine, documents.statuses, " ".join(documents.errors)) if documents.engine else None
    )
    return build_engine(documents, DocumentSource(session.domain, session.rebase)), known
