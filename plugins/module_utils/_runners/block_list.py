# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What ngfw.smc.block_list does."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import ExitStack
from urllib.parse import urlsplit

from .._arguments import connection_of, defaults_target, waits_of
from .._core.api.engine_href import EngineId, check_engine, engine_id
from .._core.api.href_path import path_in
from .._core.api.own_addresses import addresses_towards
from .._core.api.session import Session
from .._core.block_list.entry import Desired
from .._core.block_list.guards import Protection, plan_refused
from .._core.block_list.href import read_href
from .._core.block_list.live import LiveList, checked_href, list_href, open_all
from .._core.block_list.plan import (
    BlockListPlan,
    Removal,
    join_plans,
    plan_absent,
    plan_absent_hrefs,
    plan_absent_matching,
    plan_exact,
    plan_present,
)
from .._core.block_list.writer import CHANGES_INTERVAL, Writer
from .._core.engines.elements import links_of
from .._core.engines.search import find_engine, names_at, search_engines
from .._core.engines.servers import server_addresses
from .._core.errors import (
    BadMessage,
    ChannelClosed,
    EngineOffline,
    IncompleteSnapshot,
    OptionError,
    PollingFailed,
    QueryRefused,
    RequestRefused,
    SMCError,
    SnapshotTimeout,
    TargetUnknown,
)
from .._core.words import count_entries, counted
from .._runner import Options, Result, Runner
from .block_list_options import ARGUMENTS, BlockListTask, read_task
from .block_list_result import BlockListResult, Guarded

# What can go wrong with one engine, while the task goes on with the others.
_ENGINE_FAILURES = (
    EngineOffline,
    QueryRefused,
    SnapshotTimeout,
    ChannelClosed,
    BadMessage,
    IncompleteSnapshot,
    PollingFailed,
)


def run(options: Options) -> Result:
    """Changes the block lists as the task asks, or says what it would change.

    Raises:
        OptionError: an option is wrong; nothing was sent.
        PartialFailure: a part failed or was not seen in time. Its result says what was done.
        SMCError: nothing was changed, for another reason.
    """
    params = options.params
    waits = waits_of(params)
    connection = connection_of(params, read_timeout=waits.timeout)
    asked = read_task(params, urlsplit(connection.base).path)
    guarded = Guarded(asked.feed)
    if asked.nothing:
        return BlockListResult(options, asked.all_engines, BlockListPlan(), [], guarded).finish(asked.warnings)
    with Session(connection, pool_size=max(16, params["concurrency"])) as session, ExitStack() as opened:
        warnings = list(asked.warnings)
        desired = _unprotected(session, asked, guarded, warnings)
        lists: list[LiveList] = []
        unread: dict[str, SMCError] = {}
        if not asked.hrefs or params["wait"] or options.check_mode or options.diff:
            targets = _targets(session, asked, warnings)
            several = len(targets) > 1
            lists = [
                opened.enter_context(LiveList(session, target, waits, several, params["corroborate"]))
                for target in targets
            ]
            lists, unread = _open(lists, asked, warnings)
        elif asked.target:
            check_engine(
                [href.entry for href in asked.hrefs], asked.target, engine_id(find_engine(session, asked.target).href)
            )
        for one in lists:
            warnings += one.warnings
        plan = _plan(asked, desired, lists)
        _check_removals(asked, plan, guarded, warnings)
        outcome = BlockListResult(options, asked.all_engines, plan, lists, guarded)
        if asked.all_engines and asked.state == "absent":
            # What an engine has that could not be asked is still there, so the task has not done all.
            outcome.unseen += [_not_removed(name, error) for name, error in unread.items()]
        if not options.check_mode:
            _apply(session, outcome)
    # Only now is the session logged out, which may add a warning.
    return {**outcome.finish(warnings + session.warnings), "smc_url": session.base}


def _unprotected(
    session: Session, asked: BlockListTask, guarded: Guarded, warnings: list[str]
) -> Sequence[Desired] | None:
    """The entries without those that touch a protected network."""
    if asked.state == "absent" or not asked.desired:
        return asked.desired
    protect = dict.fromkeys(asked.protect)
    if asked.protect_own:
        own = [*addresses_towards(session.base), *server_addresses(session)]
        protect.update(dict.fromkeys(own))
    protection = Protection(protect)
    guarded.protected = list(protect)
    kept = []
    for desired in asked.desired:
        touched = protection.touched_by({"source": desired.source, "destination": desired.destination})
        if touched:
            guarded.withheld.append((desired, touched))
        else:
            kept.append(desired)
    warnings += guarded.warnings()
    return kept


def _check_removals(asked: BlockListTask, plan: BlockListPlan, guarded: Guarded, warnings: list[str]) -> None:
    """Removes nothing if a part of the file is not known. Raises OptionError if too much would be removed."""
    if asked.state != "exact":
        return
    if asked.lines_left_out and plan.remove:
        guarded.not_removed = plan.drop_removals()
        warnings.append(
            f"{counted(asked.lines_left_out, 'line')} of the file could not be read, so nothing was removed from the block "
            f"list; {count_entries(guarded.not_removed)} that the file does not name would have been. Correct the file."
        )
    refused = plan_refused(plan, asked.most_removals)
    if refused:
        raise OptionError(refused, kind="max_removals", removals=len(plan.remove))


def _not_removed(name: str, error: SMCError) -> SMCError:
    message = f"The block list of '{name}' was not read, so nothing was removed from it. {error.message}"
    return SMCError(message, kind=error.kind, **error.facts())


def _targets(session: Session, asked: BlockListTask, warnings: list[str]) -> list[str]:
    """The names of the engines whose lists the task is about."""
    if asked.all_engines:
        # A master engine only hosts virtual engines and blocks no traffic itself.
        names = [engine.name for engine in search_engines(session) if engine.type != "master_engine"]
        if not names:
            raise TargetUnknown(f"The SMC at {session.base} lists no engine in the domain '{session.domain}'.")
        return names
    if asked.target:
        return [asked.target]
    names, unknown = names_at(session, (href.engine for href in asked.hrefs or ()), "entries")
    warnings += unknown
    return names


def _open(
    lists: Sequence[LiveList], asked: BlockListTask, warnings: list[str]
) -> tuple[list[LiveList], dict[str, SMCError]]:
    """The lists that could be read, and why others could not, which is a warning; the first are changed nevertheless."""
    left_out = open_all(lists, _ENGINE_FAILURES if len(lists) > 1 else ())
    if left_out and len(left_out) == len(lists):
        raise next(iter(left_out.values()))
    consequence = (
        "was not read, so its entries are not compared"
        if asked.all_engines
        else "was not read, so it is not checked whether its entries disappear"
    )
    if not asked.all_engines or asked.state == "present":
        warnings += [f"The block list of '{name}' {consequence}. {error.message}" for name, error in left_out.items()]
    read = [one for one in lists if one.target not in left_out]
    if asked.hrefs and asked.target:
        check_engine([href.entry for href in asked.hrefs], asked.target, read[0].engine_id)
    return read, left_out


def _plan(asked: BlockListTask, desired: Sequence[Desired] | None, lists: Sequence[LiveList]) -> BlockListPlan:
    if asked.hrefs is not None:
        current = {one.engine_id: one.current for one in lists}
        return plan_absent_hrefs(asked.hrefs, current, [one.engine_id for one in lists if one.certain])
    named = desired or ()
    if asked.state == "present":
        return plan_present([one.current for one in lists], named, asked.refresh)
    if asked.state == "exact":
        (only,) = lists
        return plan_exact(only.current, named, asked.refresh)
    conditions = asked.conditions
    if conditions is not None:
        return join_plans(plan_absent_matching(one.current, conditions.hold) for one in lists)
    return join_plans(plan_absent(one.current, named) for one in lists)


def _apply(session: Session, outcome: BlockListResult) -> None:
    """Sends the plan's requests; with `wait`, also waits until the lists show the changes."""
    params, plan, lists = outcome.options.params, outcome.plan, outcome.lists
    follows = params["wait"] and lists
    # An href that the task names may be of any engine; one that a list shows must be of the engine whose list it is.
    engines = None if params["hrefs"] is not None else {one.engine_id for one in lists}
    # Both links are checked before the first request.
    add_href = _add_href(session, outcome) if plan.add else ""
    flush_href = lists[0].href(flush=True) if plan.flush else ""
    if not follows:
        for one in lists:
            one.close()
    writer = Writer(
        session,
        params["concurrency"],
        params["batch_size"],
        (lambda: _read_changes(lists)) if follows else None,
        engines,
    )
    # Additions come first, so that at no time an entry is missing that is to be on the list.
    if plan.add:
        writer.add(add_href, plan.add)
    if plan.flush:
        writer.flush(flush_href, plan.remove)
    elif plan.remove:
        writer.remove(plan.remove)
    # Requests end in any order; the result keeps the plan's.
    places = {id(step): place for place, step in enumerate([*plan.add, *plan.remove])}
    outcome.added = sorted(writer.added, key=lambda step: places[id(step)])
    outcome.removed = sorted(writer.removed, key=lambda step: places[id(step)])
    outcome.gone = sorted(writer.gone, key=lambda step: places[id(step)])
    outcome.failed = sorted(writer.failed, key=lambda failure: places[id(failure.step)])
    outcome.partly = writer.partly
    if follows:
        deadline = time.monotonic() + params["timeout"]
        for one in lists:
            try:
                one.wait_until_shown(outcome.added, _of(one, outcome), deadline)
            except SMCError as error:
                outcome.unseen.append(error)


def _read_changes(lists: Sequence[LiveList]) -> bool:
    share = CHANGES_INTERVAL / len(lists)
    read = [one.read_changes(share) for one in lists]
    return any(read)


def _add_href(session: Session, outcome: BlockListResult) -> str:
    if not outcome.all_engines:
        return outcome.lists[0].href()
    system = session.get(session.entry_point("system"), "reading the system element") or {}
    href = list_href(links_of(system), session, "")
    if not href:
        raise RequestRefused(f"{session.base} has no system-wide block list in API {session.api_version}.", status=404)
    return checked_href(href, session, None)


def _of(one: LiveList, outcome: BlockListResult) -> list[Removal]:
    """The removals that concern this list."""
    steps = outcome.removed + outcome.gone
    if len(outcome.lists) == 1:
        return steps
    return [step for step in steps if any(_engine_of(href) == one.engine_id for href in step.hrefs)]


def _engine_of(href: str) -> EngineId:
    """Type and key of the engine that an entry's href belongs to; two empty texts if it is not an entry's href."""
    checked = read_href(href) or read_href(path_in(href))
    return checked.entry.engine_id if checked else ("", "")


RUNNER = Runner(ARGUMENTS, run, defaults_target=defaults_target("hrefs", switches=("all_engines",)))
