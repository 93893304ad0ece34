# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The work of ngfw.smc.health_check."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timezone
from functools import partial
from pathlib import Path
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator

from .._arguments import (
    CONNECTION,
    READING,
    TARGET,
    TRANSPORT,
    WAITS,
    connection_of,
    defaults_target,
    positive,
    waits_of,
)
from .._core.api.circuit_breaker import CircuitBreaker
from .._core.api.session import Session
from .._core.checks.evaluation import plan_checks, shared_checks
from .._core.checks.plan import describe_plan, select_checks
from .._core.checks.progress import Progress
from .._core.checks.reading import ReadCheck, read_checks, warnings_about
from .._core.concurrency import for_each
from .._core.engines.search import EngineReference, search_engines
from .._core.errors import OptionError, SMCError
from .._core.storage.snapshot_folder import doubts_about, read_manifests
from .._core.tables.snapshot import DOUBT
from .._core.verdicts import BAD, STATUSES, UNKNOWN_DOMAIN
from .._core.words import shorten
from .._runner import Options, Result, Runner
from .health_check_engine import EngineCheck, EngineToCheck, Shared

# What an engine of `targets` may have of its own, besides its name, type and checks.
_OF_EACH: dict[str, Any] = {
    "groups": {"type": "list", "elements": "str", "default": []},
    "baseline": {"type": "path"},
    "tags": {"type": "list", "elements": "str", "default": []},
    "skip_tags": {"type": "list", "elements": "str", "default": []},
    **WAITS,
}

ARGUMENTS: dict[str, Any] = {
    **CONNECTION,
    **TARGET,
    **READING,
    **TRANSPORT,
    **_OF_EACH,
    "targets": {"type": "list", "elements": "raw"},
    "each_host": {"type": "str"},
    "concurrency": {"type": "int", "default": 8},
    "checks": {"type": "list", "elements": "raw"},
    "scope": {"type": "str", "choices": ["all", "engine", "shared"], "default": "all"},
    "failure": {"type": "str"},
    "plan_only": {"type": "bool", "default": False},
}

# Without defaults: what an engine does not have of its own is the task's.
_TARGET_ARGUMENTS: dict[str, Any] = {
    "name": {"type": "str", "required": True},
    "type": {"type": "str"},
    "checks": {"type": "list", "elements": "raw"},
    **{name: {key: value for key, value in spec.items() if key != "default"} for name, spec in _OF_EACH.items()},
}


def run(options: Options) -> Result:
    """A verdict per check, whatever goes wrong. Raises only what concerns the options themselves."""
    (result,) = run_together([options])
    return result


def run_together(parts: Sequence[Options]) -> list[Result]:
    """The results of several tasks, each with an SMC of its own, that run at the same time.

    Raises:
        OptionError: What is wrong with the options of one of them.
    """
    fleets = [_Fleet(part.params) for part in parts]
    if parts[0].params["plan_only"]:
        return [fleet.plan() for fleet in fleets]
    say = parts[0].say
    progress = Progress(sum(len(fleet.engines) for fleet in fleets))
    meanwhile = partial(_show, progress, say) if say and progress.total > 1 else None
    if len(fleets) == 1:
        fleets[0].run(progress, meanwhile)
    else:

        def interrupt() -> None:
            for fleet in fleets:
                fleet.interrupt()

        for_each(lambda fleet: fleet.run(progress), fleets, len(fleets), interrupt=interrupt, meanwhile=meanwhile)
    return [fleet.result() for fleet in fleets]


def _show(progress: Progress, say: Callable[[str], None]) -> bool:
    line = progress.line_at(time.monotonic())
    if line:
        say(line)
    return False


class _Fleet:
    """What one task does: it measures and judges several engines at a time, in one login, and keeps only verdicts.

    engines: those that can be checked. refused: the others, with their place in `targets` and what is wrong with their own options.
    """

    def __init__(self, params: Mapping[str, Any]) -> None:
        positive(params, "concurrency")
        self._params = params
        self._read: dict[tuple[str, ...], tuple[list[Any], list[ReadCheck]]] = {}
        self._shared = Shared(
            {name: params[name] for name in (*READING, *TRANSPORT)}, CircuitBreaker(2 * params["concurrency"])
        )
        self._stopped = False
        self._smc: dict[str, str] = {}
        # Why there was no login, for programs.
        self._error: dict[str, Any] = {}
        self._results: dict[int, list[dict[str, Any]]] = {}
        self.refused: list[dict[str, Any]] = []
        self.engines = self._read_engines()

    # -- options

    def _read_engines(self) -> list[EngineToCheck]:
        params = self._params
        if params["each_host"]:
            raise OptionError("`each_host` is for tasks with a local connection, where the action plugin does it.")
        if params["targets"] is None:
            if params["target"] or params["scope"] == "shared":
                return [self._engine({**params, "name": str(params["target"] or "")})]
            raise OptionError(
                "`target` is missing: name the engine. It defaults to the inventory host, unless that is localhost."
            )
        engines = []
        for number, written in enumerate(params["targets"]):
            own = {"name": written} if isinstance(written, str) else written
            try:
                engines.append(self._engine({**params, **_options_of_target(own)}))
            except OptionError as error:
                if not isinstance(own, Mapping) or not own.get("name"):
                    raise
                self.refused.append({"number": number, "target": str(own["name"]), "msg": error.message})
        return engines

    def _engine(self, options: Mapping[str, Any]) -> EngineToCheck:
        """Raises OptionError."""
        if options["checks"] is None:
            raise OptionError("`checks` is missing: say what to check.")
        checks = self._checks_of(options["checks"], options["tags"], options["skip_tags"])
        baseline = str(options["baseline"] or "")
        return EngineToCheck(
            options["name"], str(options.get("type") or ""), options["groups"], checks, baseline, waits_of(options)
        )

    def _checks_of(self, written: Sequence[Any], tags: Sequence[str], skip_tags: Sequence[str]) -> list[ReadCheck]:
        """The chosen checks, read once for all engines that have the same."""
        # Texts are in quotes there, so what is the same there is the same.
        key = (repr(written), repr(tags), repr(skip_tags))
        if key not in self._read:
            chosen = select_checks(written, tags, skip_tags)
            self._read[key] = (chosen, read_checks(chosen))
        return self._read[key][1]

    # -- results

    def plan(self) -> Result:
        """What would be done."""
        domain = self._params["domain"] or ""
        plans = [
            describe_plan([one.written for one in engine.checks], engine.name, engine.groups, domain)
            for engine in self.engines
        ]
        about = self._about_checks()
        plan = [row for plan in plans for row in plan]
        return {"changed": False, "plan": plan, "refused": self.refused, "check_warnings": about, "warnings": about}

    def result(self) -> Result:
        """The verdicts, in the order of the engines; then what is the same for all of them."""
        results = [result for number in sorted(self._results) for result in self._results[number]]
        about = [*self._about_checks(), *self._about_baselines()]
        return {
            "changed": False,
            "results": results,
            "totals": {status: sum(result["status"] == status for result in results) for status in STATUSES},
            "refused": self.refused,
            "smc": self._smc,
            **({"error": self._error} if self._error else {}),
            "check_warnings": about,
            "warnings": [*about, *self._shared.warnings],
        }

    def _about_checks(self) -> list[str]:
        lists = [chosen for chosen, _read in self._read.values()]
        return list(dict.fromkeys(warning for chosen in lists for warning in warnings_about(chosen)))

    def _about_baselines(self) -> list[str]:
        """Baselines that may be the wrong ones; of those that cannot be read, the verdicts tell."""
        folders = sorted({engine.baseline for engine in self.engines} - {""}) if self._smc else []
        doubts = []
        for folder in folders:
            try:
                manifests = read_manifests(Path(folder)).values()
            except SMCError:
                continue
            now = datetime.now(timezone.utc)
            doubts += [f"{folder}: {sentence}" for sentence in doubts_about(manifests, self._smc, now)]
        return doubts

    # -- the work

    def interrupt(self) -> None:
        """From another thread: let the work end soon."""
        self._stopped = True
        self._shared.channels.interrupt()

    def run(self, progress: Progress, meanwhile: Callable[[], bool] | None = None) -> None:
        """Log in, measure and judge. Without a login, each check that needs one is an error."""
        if not self.engines:
            return
        failure = self._params["failure"] or ""
        if failure:
            self._run_all(None, progress, failure, meanwhile)
            return
        try:
            longest = max((engine.waits.timeout for engine in self.engines), default=None)
            # One engine is one thing to do; of several, and with what is shared, each has its time.
            whole = longest if self._params["scope"] == "engine" and len(self.engines) == 1 else None
            connection = connection_of(self._params, longest, whole)
            with Session(connection, pool_size=2 * self._params["concurrency"]) as session:
                self._smc = {
                    "url": session.base,
                    "product_version": ".".join(str(part) for part in session.product),
                    "domain": session.domain,
                }
                self._run_all(session, progress, "", meanwhile)
                self._shared.warnings += session.warnings
        except SMCError as error:
            # The login failed or was lost: what has not been judged yet cannot be measured.
            self._error = error.details()
            if self._results:
                self._shared.warnings.append(error.message)
            self._run_all(None, progress, error.message, None)

    def _run_all(
        self, session: Session | None, progress: Progress, failure: str, meanwhile: Callable[[], bool] | None
    ) -> None:
        """Everything that has no verdicts yet. failure: why nothing can be measured."""
        scope = self._params["scope"]
        domain = session.domain if session else self._params["domain"] or ""
        found = self._find_engines(session) if session and len(self.engines) > 1 else {}
        work: list[Callable[[], list[dict[str, Any]]]] = []
        if scope != "shared":
            work += [
                partial(EngineCheck(self._shared, session, engine, failure).run, found.get(engine.name))
                for engine in self.engines
            ]
        if scope != "engine" and self.engines:
            first = self.engines[0]
            shared = shared_checks(engine.checks for engine in self.engines)
            plan = plan_checks(shared, "", domain=domain)
            work += [
                partial(EngineCheck(self._shared, session, first, failure).run_shared, target, its)
                for target, its in plan.by_target.items()
            ]
            work += [
                partial(EngineCheck(self._shared, session, first, failure).run_log, check, domain or UNKNOWN_DOMAIN)
                for check in plan.of_log
            ]

        def do(number: int) -> None:
            if number not in self._results and not self._stopped:
                results = work[number]()
                self._results[number] = results
                if scope != "shared" and number < len(self.engines):
                    progress.add(any(result["status"] in BAD for result in results))

        numbers = range(len(work))
        concurrency = self._params["concurrency"] if session else 1
        # An engine that is well never takes longer; one that hangs must not hold the others up.
        patience = max((engine.waits.first_entry + DOUBT * engine.waits.quiet for engine in self.engines), default=0.0)
        for_each(do, numbers, concurrency, interrupt=self.interrupt, meanwhile=meanwhile, patience=patience)

    def _find_engines(self, session: Session) -> dict[str, EngineReference]:
        """All engines by name, in one request; what is not there is searched for by itself."""
        try:
            return {engine.name: engine for engine in search_engines(session)}
        except SMCError:
            # An old SMC refuses to search for everything.
            return {}


def _options_of_target(written: Any) -> dict[str, Any]:
    """What an engine of `targets` has of its own. Raises OptionError."""
    if not isinstance(written, Mapping):
        raise OptionError(
            f"`targets` is a list of names, or of engines with `name`, `groups` and so on, not of '{written}'."
        )
    given = {name: value for name, value in written.items() if value is not None}
    # The checks are not copied: all engines may have the same.
    checks = given.pop("checks", None)
    validated = ArgumentSpecValidator(_TARGET_ARGUMENTS).validate(given)
    if validated.error_messages:
        raise OptionError(f"`targets`: {'; '.join(validated.error_messages)}.")
    own = {name: value for name, value in validated.validated_parameters.items() if value is not None}
    if checks is not None and not isinstance(checks, (list, tuple)):
        date = " A date in it has no quotes: put it in quotes." if "datetime.date" in str(checks) else ""
        raise OptionError(f"`targets`: `checks` is a list, not '{shorten(str(checks), 100)}'.{date}")
    return own if checks is None else {**own, "checks": checks}


RUNNER = Runner(
    ARGUMENTS,
    run,
    constraints={"mutually_exclusive": [("target", "targets", "each_host")]},
    defaults_target=defaults_target(
        "targets", "each_host", needs_engine=lambda arguments: arguments.get("scope") != "shared"
    ),
)
