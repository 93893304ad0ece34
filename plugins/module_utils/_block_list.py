# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The work of ngfw.smc.block_list."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ansible.module_utils.common.validation import check_type_dict

from ._arguments import CONNECTION, connection_of, positive
from ._block_list_result import Outcome, examples
from ._core.block_list_entry import Desired, read_desired
from ._core.block_list_href import EntryHref, read_href, read_hrefs
from ._core.block_list_live import LiveList, engine_id, list_href, open_all
from ._core.block_list_plan import (
    Plan,
    Removal,
    plan_absent,
    plan_absent_hrefs,
    plan_absent_matching,
    plan_exact,
    plan_present,
)
from ._core.block_list_writer import GLANCE, Writer
from ._core.definitions import BLOCK_LIST
from ._core.engines import find_engine, links_of, search_engines
from ._core.errors import (
    BadMessage,
    ChannelClosed,
    EngineOffline,
    OptionError,
    QueryRefused,
    RequestRefused,
    SMCError,
    SnapshotTimeout,
    TargetUnknown,
    join_names,
)
from ._core.filters import Conditions, read_conditions
from ._core.http import Session
from ._runner import Options, Result, Runner
from ._session_facts import WAITS, waits_of

ARGUMENTS: dict[str, Any] = {
    **CONNECTION,
    **WAITS,
    "target": {"type": "str"},
    "all_engines": {"type": "bool", "default": False},
    "state": {"type": "str", "choices": ["present", "absent", "exact"], "default": "present"},
    # Checked here and not by Ansible, which would end at the first wrong entry and not say which one it is.
    "entries": {"type": "list", "elements": "raw"},
    "hrefs": {"type": "list", "elements": "str"},
    "match": {"type": "dict"},
    "refresh": {"type": "int"},
    "wait": {"type": "bool", "default": True},
    "batch_size": {"type": "int", "default": 250},
    "concurrency": {"type": "int", "default": 4},
    "return_limit": {"type": "int"},
}

# What may be wrong with one engine, while the others are to be protected all the same.
_OF_ONE_ENGINE = (EngineOffline, QueryRefused, SnapshotTimeout, ChannelClosed, BadMessage)


def defaults_target(arguments: Mapping[str, Any]) -> bool:
    """Whether the inventory host stands for the target: hrefs name their engine themselves."""
    everywhere = str(arguments.get("all_engines", "")).lower() in ("true", "yes", "on", "1", "y", "t")
    return not (arguments.get("target") or everywhere or arguments.get("hrefs"))


@dataclass(frozen=True)
class _Asked:
    """The task's options, checked and read. desired, hrefs and conditions: None if not given."""

    target: str | None
    all_engines: bool
    state: str
    desired: list[Desired] | None
    hrefs: list[EntryHref] | None
    conditions: Conditions | None
    refresh: int | None
    warnings: list[str]

    @property
    def nothing(self) -> bool:
        """Whether the task names nothing at all, so that there is nothing to look at."""
        return self.state != "exact" and not self.desired and not self.hrefs and self.conditions is None


def _read(params: Mapping[str, Any], base_path: str) -> _Asked:
    """Raises OptionError for whatever is wrong; nothing has been sent by then."""
    state = params["state"]
    given = [f"`{name}`" for name in ("entries", "hrefs", "match") if params[name] is not None]
    if state == "absent" and len(given) != 1:
        what = f"not {join_names(given)} together" if given else "none is given"
        raise OptionError(f"With `state: absent`, give one of `entries`, `hrefs` and `match`; {what}.")
    if state != "absent" and (params["hrefs"] is not None or params["match"] is not None):
        wrong = join_names(name for name in given if name != "`entries`")
        raise OptionError(f"{wrong} goes with `state: absent` only; `state: {state}` takes `entries`.")
    if state == "present" and not given:
        raise OptionError("`entries` is missing: say what is to be on the block list.")
    if state == "exact" and not given:
        raise OptionError("`entries` is missing. To empty the list with `state: exact`, say `entries: []` outright.")
    if params["match"] is not None and not params["match"]:
        raise OptionError(
            "`match` is empty, so every entry would be meant. To empty the list, use `state: exact` with `entries: []`."
        )
    if params["refresh"] is not None and (state == "absent" or params["refresh"] < 0):
        why = "does not go with `state: absent`" if state == "absent" else f"is {params['refresh']}, below 0"
        raise OptionError(f"`refresh` {why}.")
    if params["all_engines"] and (state != "present" or params["target"]):
        raise OptionError(
            "`all_engines` adds to the system-wide block list, so it takes `state: present` and no `target`."
        )
    if not params["target"] and not params["all_engines"] and params["hrefs"] is None:
        raise OptionError(
            "`target` is missing: name the engine. (Where the action plugin runs, it defaults to the inventory host.)"
        )
    positive(params, "batch_size", "concurrency")
    if params["return_limit"] is not None and params["return_limit"] < 0:
        raise OptionError(f"`return_limit` is {params['return_limit']}, below 0.")
    desired: list[Desired] | None = None
    warnings: list[str] = []
    if params["entries"] is not None:
        entries = _entries_given(params["entries"])
        desired, warnings = read_desired(entries, kept=state == "exact", most=params["return_limit"])
        warnings += _never_at_rest(desired, params["refresh"])
    hrefs = read_hrefs(params["hrefs"], base_path, params["return_limit"]) if params["hrefs"] is not None else None
    conditions = None
    if params["match"] is not None:
        conditions = read_conditions(params["match"], BLOCK_LIST, "match", ("block_list_href", "delta_key"))
    return _Asked(
        params["target"], params["all_engines"], state, desired, hrefs, conditions, params["refresh"], warnings
    )


def _never_at_rest(desired: Sequence[Desired], refresh: int | None) -> list[str]:
    """What every run adds anew, in words."""
    short = [entry for entry in desired if entry.duration and entry.duration <= (refresh or 0)]
    if not short:
        return []
    names = examples([f"entries[{entry.indexes[0]}]" for entry in short])
    return [f"`refresh` is {refresh} s, which is no less than {names} last, so each run adds them anew."]


def _entries_given(entries: Sequence[Any]) -> list[Any]:
    """The entries, also as a command line gives them: `source=10.0.0.1 protocol=tcp`, or JSON cut at its commas."""
    if entries and str(entries[0]).lstrip()[:1] == "[":
        try:
            return list(json.loads(",".join(entries)))
        except (TypeError, ValueError):
            # Not a list in JSON: what is wrong with it is said with its index.
            return list(entries)
    return [_pairs(entry) if isinstance(entry, str) and "=" in entry else entry for entry in entries]


def _pairs(text: str) -> Any:
    try:
        return check_type_dict(text)
    except TypeError:
        # Neither is this: it will be refused as an address.
        return text


def run(options: Options) -> Result:
    """Raises PartialFailure with what was done when a part of it failed or was not seen in time."""
    params = options.params
    waits = waits_of(params)
    connection = connection_of(params, read_timeout=waits.timeout)
    asked = _read(params, urlsplit(connection.base).path)
    if asked.nothing:
        return Outcome(options, asked.all_engines, Plan(), []).finish(asked.warnings)
    with Session(connection, pool_size=max(16, params["concurrency"])) as session, ExitStack() as opened:
        warnings = list(asked.warnings)
        lists: list[LiveList] = []
        if not asked.hrefs or params["wait"] or options.check_mode or options.diff:
            targets = _targets(session, asked, warnings)
            several = len(targets) > 1
            lists = [opened.enter_context(LiveList(session, target, waits, several)) for target in targets]
            lists = _open(lists, asked, warnings)
        elif asked.target:
            _check_engine(asked.hrefs, asked.target, engine_id(find_engine(session, asked.target).href))
        for one in lists:
            warnings += one.warnings
        outcome = Outcome(options, asked.all_engines, _plan(asked, lists), lists)
        if not options.check_mode:
            _apply(session, outcome)
    # The logout has had its say as well by now.
    return outcome.finish(warnings + session.warnings)


def _targets(session: Session, asked: _Asked, warnings: list[str]) -> list[str]:
    """The engines whose lists are meant."""
    if asked.all_engines:
        # A master engine only hosts virtual engines, and blocks nothing itself.
        names = [engine.name for engine in search_engines(session) if engine.type != "master_engine"]
        if not names:
            raise TargetUnknown(f"The SMC at {session.base} lists no engine in the domain '{session.domain}'.")
        return names
    if asked.target:
        return [asked.target]
    found: dict[str, None] = {}
    for path in dict.fromkeys(href.engine for href in asked.hrefs or ()):
        try:
            engine = session.get(path, "looking up the engine of an href") or {}
        except RequestRefused as error:
            if error.status not in (404, 410):
                raise
            # It has gone, and its list with it, or is of another domain: deleting is tried all the same.
            warnings.append(
                f"The SMC knows no {path} in the domain '{session.domain}', so entries of this engine count as gone."
            )
            continue
        if engine.get("name"):
            found[str(engine["name"])] = None
    return list(found)


def _open(lists: Sequence[LiveList], asked: _Asked, warnings: list[str]) -> list[LiveList]:
    """The lists that could be read. Of several, one that cannot is a warning: the others are to be changed all the same."""
    left_out = open_all(lists, _OF_ONE_ENGINE if len(lists) > 1 else ())
    if left_out and len(left_out) == len(lists):
        raise next(iter(left_out.values()))
    so = "is not considered" if asked.all_engines else "was not read, so what is deleted of it is not seen to go"
    warnings += [f"The block list of '{name}' {so}. {error.message}" for name, error in left_out.items()]
    read = [one for one in lists if one.target not in left_out]
    if asked.hrefs and asked.target:
        _check_engine(asked.hrefs, asked.target, read[0].engine_id)
    return read


def _check_engine(hrefs: Sequence[EntryHref], target: str, engine: tuple[str, str]) -> None:
    """Raises OptionError unless all these entries are of this engine."""
    foreign = [href for href in hrefs if href.entry[:2] != engine]
    if foreign:
        where = "/".join(foreign[0].entry[:2])
        raise OptionError(
            f"{len(foreign)} of {len(hrefs)} hrefs are of another engine than '{target}', so nothing was deleted: "
            f"hrefs[{foreign[0].indexes[0]}] is of {where}, but '{target}' is {'/'.join(engine)}. "
            "Leave out `target` to delete entries wherever they are."
        )


def _plan(asked: _Asked, lists: Sequence[LiveList]) -> Plan:
    if asked.hrefs is not None:
        current = {one.engine_id: one.current for one in lists}
        return plan_absent_hrefs(asked.hrefs, current, [one.engine_id for one in lists if one.certain])
    desired = asked.desired or []
    if asked.state == "present":
        return plan_present([one.current for one in lists], desired, asked.refresh)
    (only,) = lists
    if asked.state == "exact":
        return plan_exact(only.current, desired, asked.refresh)
    if asked.conditions is not None:
        return plan_absent_matching(only.current, asked.conditions.hold)
    return plan_absent(only.current, desired)


def _apply(session: Session, outcome: Outcome) -> None:
    """All of the plan's requests; with `wait` also until the lists show what they did."""
    params, plan, lists = outcome.options.params, outcome.plan, outcome.lists
    follows = params["wait"] and lists
    writer = Writer(session, params["concurrency"], params["batch_size"], (lambda: _glance(lists)) if follows else None)
    # What is added comes first, so that an exact list is never short of what it shall hold.
    if plan.add:
        writer.add(_add_href(session, outcome), plan.add)
    if plan.flush:
        writer.flush(lists[0].href(flush=True), plan.remove)
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
                one.settle(outcome.added, _of(one, outcome), deadline)
            except SMCError as error:
                outcome.unseen.append(error)


def _glance(lists: Sequence[LiveList]) -> bool:
    share = GLANCE / len(lists)
    read = [one.glance(share) for one in lists]
    return any(read)


def _add_href(session: Session, outcome: Outcome) -> str:
    if not outcome.all_engines:
        return outcome.lists[0].href()
    system = session.get(session.entry_point("system"), "reading the system element") or {}
    href = list_href(links_of(system), session, "")
    if not href:
        raise RequestRefused(f"{session.base} has no system-wide block list in API {session.api_version}.", status=404)
    return href


def _of(one: LiveList, outcome: Outcome) -> list[Removal]:
    """What was removed from this list."""
    steps = outcome.removed + outcome.gone
    if len(outcome.lists) == 1:
        return steps
    return [step for step in steps if any(_engine_of(href) == one.engine_id for href in step.hrefs)]


def _engine_of(href: str) -> tuple[str, str]:
    """Type and key of the engine that an entry's href belongs to; empty if it is none."""
    checked = read_href(href) or read_href(urlsplit(href).path)
    return checked.entry[:2] if checked else ("", "")


RUNNER = Runner(ARGUMENTS, run, defaults_target=defaults_target)
