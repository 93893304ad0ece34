# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The work of ngfw.smc.health_check."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from ._arguments import CONNECTION, connection_of
from ._core.checks import STATUSES, Material, Plan, definitions_with_baseline, evaluate, plan
from ._core.definitions import DEFINITIONS
from ._core.engines import find_engine
from ._core.errors import OptionError, SMCError, TargetUnknown
from ._core.fetch import Query, Taken, fetch_all
from ._core.gather import Depth, read_engines
from ._core.http import Session
from ._core.snapshot import Waits
from ._runner import Options, Result, Runner
from ._session_facts import WAITS, waits_of
from ._snapshot_files import read_baselines

ARGUMENTS: dict[str, Any] = {
    **CONNECTION,
    **WAITS,
    "target": {"type": "str"},
    "checks": {"type": "list", "elements": "raw", "required": True},
    "scope": {"type": "str", "choices": ["all", "engine", "shared"], "default": "all"},
    "groups": {"type": "list", "elements": "str", "default": []},
    "baseline": {"type": "path"},
    "failure": {"type": "str"},
}

# An engine has few nodes.
_CONCURRENCY = 4


def defaults_target(arguments: Mapping[str, Any]) -> bool:
    """Whether checks of an engine are asked for without naming it: the inventory host can stand for it."""
    return not arguments.get("target") and arguments.get("scope") != "shared"


def run(options: Options) -> Result:
    """A verdict a check, whatever goes wrong. Raises only what concerns the options themselves."""
    params = options.params
    if not params["target"] and params["scope"] != "shared":
        raise OptionError(
            "`target` is missing: name the engine. It defaults to the inventory host, unless that is localhost."
        )
    waits = waits_of(params)
    job = _Job(params, waits)
    job.run()
    return {
        "changed": False,
        "results": job.results,
        "totals": {status: sum(result["status"] == status for result in job.results) for status in STATUSES},
        "warnings": job.warnings,
    }


class _Job:
    """results: verdicts as dictionaries. warnings: sentences for the user."""

    def __init__(self, params: Mapping[str, Any], waits: Waits) -> None:
        self._params = params
        self._waits = waits
        self.results: list[dict[str, Any]] = []
        self.warnings: list[str] = []

    def run(self) -> None:
        failure = self._params["failure"]
        if failure:
            self._judge(None, failure)
            return
        try:
            with Session(connection_of(self._params, self._waits.timeout)) as session:
                self._judge(session)
                self.warnings += session.warnings
        except SMCError as error:
            # No login, or none any more: whatever was not judged yet cannot be measured.
            if not self.results:
                self._judge(None, error.message)
            else:
                self.warnings.append(error.message)

    def _judge(self, session: Session | None, failure: str = "") -> None:
        scope, target = self._params["scope"], self._params["target"] or ""
        if scope != "shared":
            self._judge_engine(session, target, failure)
        if scope != "engine":
            for other, there in self._plan(target, session).elsewhere.items():
                facts, failures = self._fetch(session, other, there.definitions, failure)
                self._evaluate(
                    there.checks, Material(other, facts, failures, baselines=self._baselines(other, there.checks))
                )

    def _plan(self, engine: str, session: Session | None, engine_type: str = "") -> Plan:
        domain = session.domain if session else self._params["domain"] or ""
        return plan(self._params["checks"], engine, self._params["groups"], domain, engine_type)

    def _judge_engine(self, session: Session | None, target: str, failure: str) -> None:
        planned = self._plan(target, session)
        engine: Mapping[str, Any] | None = None
        node_failure = failure
        if session and planned.nodes:
            try:
                (engine,) = read_engines(
                    session,
                    [find_engine(session, target)],
                    Depth(status=True, each_node=True, names=False),
                    _CONCURRENCY,
                )
                planned = self._plan(target, session, str(engine.get("type") or ""))
            except TargetUnknown as error:
                failure = node_failure = error.message
            except SMCError as error:
                node_failure = error.message
        facts, failures = self._fetch(session, target, planned.definitions, failure)
        self._evaluate(
            planned.checks,
            Material(
                target,
                facts,
                failures,
                self._params["groups"],
                engine,
                node_failure,
                self._baselines(target, planned.checks),
            ),
        )

    def _evaluate(self, checks: Sequence[Any], material: Material) -> None:
        self.results += [verdict.as_dict() for verdict in evaluate(checks, material)]

    def _fetch(
        self, session: Session | None, target: str, definitions: Sequence[str], failure: str
    ) -> tuple[dict[str, Any], dict[str, str]]:
        """Facts by definition, and why there are none of the others."""
        if not definitions:
            return {}, {}
        if session is None or failure:
            return {}, dict.fromkeys(definitions, failure)
        try:
            outcomes = fetch_all(session, [Query(DEFINITIONS[name], target) for name in definitions], self._waits)
        except SMCError as error:
            return {}, dict.fromkeys(definitions, error.message)
        facts: dict[str, Any] = {}
        failures: dict[str, str] = {}
        for name, outcome in zip(definitions, outcomes):
            if isinstance(outcome, Taken):
                entries = outcome.snapshot.entries()
                complete = outcome.snapshot.complete
                facts[name] = {"target": target, "entries": entries, "count": len(entries), "complete": complete}
                self.warnings += outcome.warnings
            else:
                failures[name] = outcome.message
        return facts, failures

    def _baselines(self, target: str, checks: Sequence[Any]) -> dict[str, Any]:
        folder, wanted = self._params["baseline"], definitions_with_baseline(checks)
        return dict(read_baselines(Path(folder), target, wanted)) if folder and wanted else {}


RUNNER = Runner(ARGUMENTS, run, defaults_target=defaults_target)
