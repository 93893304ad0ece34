# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What ngfw.smc.vpn_sa does."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from .._arguments import CONNECTION, READING, TARGET, WAITS, connection_of, defaults_target, positive, waits_of
from .._core.api.answers import Answer
from .._core.api.circuit_breaker import CircuitBreaker
from .._core.api.deleting import GONE, delete, refusal
from .._core.api.engine_href import check_engine, engine_id
from .._core.api.session import Session
from .._core.concurrency import for_each
from .._core.engines.search import find_engine, names_at
from .._core.errors import OptionError, PartialFailure, SMCError
from .._core.schema.conditions import Conditions, read_conditions
from .._core.schema.definitions import VPN_SA
from .._core.vpn_sa.href import SAHref, read_sa_hrefs
from .._core.vpn_sa.renewal import LiveSAs
from .._core.vpn_sa.sa import ListedSA, check_hrefs
from .._core.words import counted, first_lines
from .._runner import Options, Result, Runner

ARGUMENTS: dict[str, Any] = {
    **CONNECTION,
    **WAITS,
    **READING,
    **TARGET,
    "state": {"type": "str", "choices": ["absent"], "default": "absent"},
    "hrefs": {"type": "list", "elements": "str"},
    "match": {"type": "dict"},
    "wait": {"type": "bool", "default": True},
    "concurrency": {"type": "int", "default": 4},
}

_OLDEST = (6, 4)


@dataclass
class _Deletions:
    """What came of the deletions. failed: with the SMC's words."""

    deleted: list[ListedSA] = field(default_factory=list)
    gone: list[ListedSA] = field(default_factory=list)
    failed: list[tuple[ListedSA, str]] = field(default_factory=list)
    not_renewed: list[SMCError] = field(default_factory=list)


def run(options: Options) -> Result:
    """Deletes the SAs that the task names, or says which it would delete.

    Raises:
        OptionError: an option is wrong; nothing was sent.
        PartialFailure: a part failed, or no new SA came in time. Its result says what was done.
        SMCError: nothing was deleted, for another reason.
    """
    params = options.params
    waits = waits_of(params)
    connection = connection_of(params, read_timeout=waits.timeout)
    hrefs, conditions = _read(params, urlsplit(connection.base).path)
    outcome = _Deletions()
    with Session(connection) as session, ExitStack() as opened:
        _check_version(session)
        warnings: list[str] = []
        tables: list[LiveSAs] = []
        if hrefs and params["target"]:
            check_engine(hrefs, params["target"], engine_id(find_engine(session, params["target"]).href))
        if hrefs is None or params["wait"] or options.check_mode or options.diff:
            for target in _targets(session, params["target"], hrefs, warnings):
                tables.append(opened.enter_context(LiveSAs(session, target, waits, params["corroborate"])))
                tables[-1].open()
                warnings += tables[-1].warnings
        asked = _asked(tables, hrefs, conditions, warnings)
        if options.check_mode:
            outcome.deleted = [sa for sa in asked if sa.record is not None or not tables]
            outcome.gone = [sa for sa in asked if sa not in outcome.deleted]
        else:
            _delete(session, asked, params["concurrency"], outcome)
            if params["wait"]:
                _wait(tables, outcome, time.monotonic() + params["timeout"])
    listed = [sa for table in tables for sa in table.listed]
    # Only now is the session logged out, which may add a warning.
    return _result(options, listed, outcome, warnings + session.warnings, session.base)


def _read(params: Mapping[str, Any], base_path: str) -> tuple[list[SAHref] | None, Conditions | None]:
    positive(params, "concurrency")
    given = [name for name in ("hrefs", "match") if params[name] is not None]
    if len(given) != 1:
        raise OptionError(f"Give one of `hrefs` and `match`; {'not both' if given else 'none is given'}.")
    if params["hrefs"] is not None:
        return read_sa_hrefs(params["hrefs"], base_path), None
    if not params["match"]:
        raise OptionError("`match` is empty, so it would match every SA. To delete all of them, match `sa_class`.")
    if not params["target"]:
        raise OptionError(
            "`target` is missing: name the engine. (Where the action plugin runs, it defaults to the inventory host.)"
        )
    return None, read_conditions(params["match"], VPN_SA, "match", ("vpn_sa_href", "delta_key"))


def _check_version(session: Session) -> None:
    if session.product < _OLDEST:
        version = ".".join(map(str, session.product))
        raise OptionError(f"Deleting VPN SAs needs SMC 6.4.2 or newer; {session.base} is {version}.")


def _targets(session: Session, target: str | None, hrefs: Sequence[SAHref] | None, warnings: list[str]) -> list[str]:
    """The names of the engines whose SAs the task is about."""
    if target:
        return [target]
    names, unknown = names_at(session, (href.engine for href in hrefs or ()), "SAs")
    warnings += unknown
    return names


def _asked(
    tables: Sequence[LiveSAs], hrefs: Sequence[SAHref] | None, conditions: Conditions | None, warnings: list[str]
) -> list[ListedSA]:
    """The SAs to delete. Raises SMCError if the SMC gives something else as the href of one of them."""
    listed = [sa for table in tables for sa in table.listed]
    if hrefs is not None or conditions is None:
        known = {sa.href: sa for sa in listed}
        # What the table does not show may be there nevertheless; the SMC's answer counts.
        return [known.get(href) or ListedSA(href) for href in hrefs or ()]
    for table in tables:
        meant = [record for record in table.unusable if conditions.hold(record)]
        warnings += check_hrefs(table.target, table.engine_id, meant)
    return [sa for sa in listed if sa.record is not None and conditions.hold(sa.record)]


def _delete(session: Session, asked: Sequence[ListedSA], concurrency: int, outcome: _Deletions) -> None:
    lock = threading.Lock()
    circuit_breaker = CircuitBreaker(concurrency)

    def delete_one(sa: ListedSA) -> None:
        answer, problem = _try(session, sa, circuit_breaker)
        with lock:
            if problem:
                outcome.failed.append((sa, problem))
            else:
                (outcome.deleted if answer and answer.ok else outcome.gone).append(sa)

    for_each(delete_one, asked, concurrency)
    # Requests end in any order.
    places = {sa.href: place for place, sa in enumerate(asked)}
    outcome.deleted.sort(key=lambda sa: places[sa.href])
    outcome.failed.sort(key=lambda failed: places[failed[0].href])


def _try(session: Session, sa: ListedSA, circuit_breaker: CircuitBreaker) -> tuple[Answer | None, str]:
    """The SMC's answer, and why the SA was not deleted; an empty text if it was, or is gone."""
    if circuit_breaker.opened_by is not None:
        return None, f"Not tried any more: {circuit_breaker.opened_by.message.rstrip('.')}"
    try:
        # The path is made of checked parts only, so it cannot be anything but an SA of the configured SMC.
        answer = delete(session, sa.href.path, "deleting a VPN SA")
    except SMCError as error:
        circuit_breaker.failed(error)
        return None, error.message.rstrip(".")
    circuit_breaker.succeeded()
    return answer, "" if answer.ok or answer.status in GONE else refusal(session, answer)


def _wait(tables: Sequence[LiveSAs], outcome: _Deletions, deadline: float) -> None:
    for table in tables:
        try:
            table.wait_until_renewed([sa for sa in outcome.deleted if sa.engine == table.target], deadline)
        except SMCError as error:
            outcome.not_renewed.append(error)


def _result(
    options: Options, listed: Sequence[ListedSA], outcome: _Deletions, warnings: list[str], base: str
) -> Result:
    removed = {sa.href for sa in outcome.deleted}
    result: Result = {
        "changed": bool(outcome.deleted),
        "removed": len(outcome.deleted),
        "unchanged": len(outcome.gone),
        "entries": [sa.facts() for sa in outcome.deleted],
        "warnings": warnings,
        "smc_url": base,
    }
    if options.check_mode:
        result["plan"] = {"remove": result["entries"], "unchanged": len(outcome.gone)}
    if options.diff:
        result["diff"] = {
            "before_header": "VPN SAs",
            "after_header": "VPN SAs without those that will be negotiated again",
            "before": "".join(f"{sa.line()}\n" for sa in listed),
            "after": "".join(f"{sa.line()}\n" for sa in listed if sa.href not in removed),
        }
    if outcome.failed:
        result["failed_entries"] = [{**sa.facts(), "msg": problem} for sa, problem in outcome.failed]
    if outcome.failed or outcome.not_renewed:
        raise _failure(result, outcome)
    return result


def _failure(result: Result, outcome: _Deletions) -> PartialFailure:
    reasons = [f"{sa.line()}: {problem}." for sa, problem in outcome.failed]
    reasons += [error.message for error in outcome.not_renewed]
    done = (
        f"{counted(result['removed'], 'SA')} deleted, {result['unchanged']} gone already, {len(outcome.failed)} failed."
    )
    kind = outcome.not_renewed[0].kind if not outcome.failed else "partial" if outcome.deleted else "request"
    return PartialFailure(" ".join([done, *first_lines(reasons, 5)]), result, kind=kind)


RUNNER = Runner(ARGUMENTS, run, defaults_target=defaults_target("hrefs"))
