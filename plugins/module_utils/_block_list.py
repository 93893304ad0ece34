# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The work of ngfw.smc.block_list."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import islice
from typing import Any
from urllib.parse import urlsplit

from ansible.module_utils.common.validation import check_type_dict

from ._arguments import CONNECTION, connection_of, positive
from ._core.block_list import (
    Addition,
    Desired,
    EntryHref,
    Identity,
    Listed,
    Plan,
    Removal,
    as_result,
    diff_line,
    plan_absent,
    plan_absent_hrefs,
    plan_absent_matching,
    plan_exact,
    plan_present,
    read_desired,
    read_href,
    read_hrefs,
)
from ._core.block_list_live import LiveList, engine_id, list_href, open_all
from ._core.block_list_writer import GLANCE, Failure, Writer
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
from ._runner import Options, PartialFailure, Result, Runner
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

# How many failed entries a message names; the result has them all.
_NAMED = 5

# What may be wrong with one engine, while the others are to be protected all the same.
_OF_ONE_ENGINE = (EngineOffline, QueryRefused, SnapshotTimeout, ChannelClosed, BadMessage)

# Where an entry in a diff comes from, its identity, its text.
_Line = tuple[Any, Identity, str]


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
    names = _examples([f"entries[{entry.indexes[0]}]" for entry in short])
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
        return _Work(asked, options, Plan(), []).finish(asked.warnings)
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
        work = _Work(asked, options, _plan(asked, lists), lists)
        if not options.check_mode:
            work.apply(session)
    # The logout has had its say as well by now.
    return work.finish(warnings + session.warnings)


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


@dataclass
class _Work:
    """A plan, and what came of it."""

    asked: _Asked
    options: Options
    plan: Plan
    lists: Sequence[LiveList]
    added: list[Addition] = field(default_factory=list)
    removed: list[Removal] = field(default_factory=list)
    gone: list[Removal] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    unseen: list[SMCError] = field(default_factory=list)
    # Whether a step failed of which a part was done.
    partly: bool = False
    before: list[_Line] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.options.diff:
            self.before = _lines(self.lists, self.plan)
        if self.options.check_mode or not self.plan.asked:
            self.added = list(self.plan.add)
            self.removed = [step for step in self.plan.remove if step.expected]
            self.gone = [step for step in self.plan.remove if not step.expected]

    def apply(self, session: Session) -> None:
        """All of the plan's requests; with `wait` also until the lists show what they did."""
        params, plan = self.options.params, self.plan
        follows = params["wait"] and self.lists
        writer = Writer(session, params["concurrency"], params["batch_size"], self._glance if follows else None)
        # What is added comes first, so that an exact list is never short of what it shall hold.
        if plan.add:
            writer.add(self._add_href(session), plan.add)
        if plan.flush:
            writer.flush(self.lists[0].href(flush=True), plan.remove)
        elif plan.remove:
            writer.remove(plan.remove)
        # Requests end in any order; the result keeps the plan's.
        places = {id(step): place for place, step in enumerate([*plan.add, *plan.remove])}
        self.added = sorted(writer.added, key=lambda step: places[id(step)])
        self.removed = sorted(writer.removed, key=lambda step: places[id(step)])
        self.gone = sorted(writer.gone, key=lambda step: places[id(step)])
        self.failed = sorted(writer.failed, key=lambda failure: places[id(failure.step)])
        self.partly = writer.partly
        if follows:
            deadline = time.monotonic() + params["timeout"]
            for one in self.lists:
                try:
                    one.settle(self.added, self._of(one), deadline)
                except SMCError as error:
                    self.unseen.append(error)

    def finish(self, warnings: list[str]) -> Result:
        """The result. Raises PartialFailure if something failed or was not seen."""
        plan = self.plan
        counts = {
            "added": len(self.added),
            "removed": len(self.removed),
            "unchanged": plan.unchanged
            + sum(step.units - 1 for step in self.added)
            + sum(step.units - 1 for step in self.removed)
            + sum(step.units for step in self.gone),
        }
        failed = [item for failure in self.failed for item in _failed_items(failure)]
        if sum(counts.values()) + len(failed) != plan.asked:
            raise SMCError(
                f"This is a bug in ngfw.smc: of {plan.asked} parts of the task, {counts} and {len(failed)} failed are accounted for."
            )
        limit = self.options.params["return_limit"]
        entries, truncated = _at_most(limit, self._entries())
        result: Result = {
            "changed": bool(self.added or self.removed or self.partly),
            **counts,
            "asked": plan.asked,
            "entries": entries,
            "warnings": warnings + self._missing_somewhere() + self._without_end(),
        }
        if self.options.check_mode:
            add, more_to_add = _at_most(limit, map(_planned_addition, plan.add))
            expected = (step for step in plan.remove if step.expected)
            remove, more_to_remove = _at_most(limit, map(_planned_removal, expected))
            result["plan"] = {"add": add, "remove": remove, "flush": plan.flush, "unchanged": plan.unchanged}
            truncated = truncated or more_to_add or more_to_remove
        if self.options.diff:
            result["diff"] = self._diff(limit)
        if failed:
            result["failed_entries"], more_failed = _at_most(limit, failed)
            truncated = truncated or more_failed
        result["truncated"] = truncated
        if failed or self.unseen:
            raise self._failure(result, failed)
        return result

    def _glance(self) -> bool:
        share = GLANCE / len(self.lists)
        read = [one.glance(share) for one in self.lists]
        return any(read)

    def _add_href(self, session: Session) -> str:
        if not self.asked.all_engines:
            return self.lists[0].href()
        system = session.get(session.entry_point("system"), "reading the system element") or {}
        href = list_href(links_of(system), session, "")
        if not href:
            raise RequestRefused(
                f"{session.base} has no system-wide block list in API {session.api_version}.", status=404
            )
        return href

    def _of(self, one: LiveList) -> list[Removal]:
        """What was removed from this list."""
        steps = self.removed + self.gone
        if len(self.lists) == 1:
            return steps
        return [step for step in steps if any(engine_of(href) == one.engine_id for href in step.hrefs)]

    def _missing_somewhere(self) -> list[str]:
        """Entries that only some nodes held, in words."""
        partly = [step for step in self.plan.add if step.missing_on]
        if not partly:
            return []
        nodes = join_names(dict.fromkeys(node for step in partly for node in step.missing_on))
        one = "entry was" if len(partly) == 1 else "entries were"
        found = f"{len(partly)} {one} on the block list, but not on {nodes}, and so counted as missing"
        return [f"{found}: {_examples([str(step.desired.identity) for step in partly])}."]

    def _without_end(self) -> list[str]:
        """Entries that are added anew because the list does not tell when they end, in words."""
        endless = [step for step in self.plan.add if step.refresh and step.remaining is None]
        if not endless:
            return []
        one = "entry" if len(endless) == 1 else "entries"
        names = _examples([str(step.desired.identity) for step in endless])
        return [
            f"The block list does not tell how long {len(endless)} {one} will last, so `refresh` adds anew: {names}."
        ]

    def _entries(self) -> Iterator[dict[str, Any]]:
        for desired in self.plan.kept:
            yield from self._shown(desired, "none")
        for addition in self.added:
            missing = {"missing_on": list(addition.missing_on)} if addition.missing_on else {}
            for item in self._shown(addition.desired, "refreshed" if addition.refresh else "added"):
                yield {**item, **missing}
        for removal in self.removed:
            yield from (_listed_result(listed, "removed") for listed in removal.listed)
            if not removal.listed:
                yield from ({"block_list_href": href, "change": "removed"} for href in removal.hrefs)

    def _shown(self, desired: Desired, change: str) -> list[dict[str, Any]]:
        """One item a node, or one if no list shows the entry. With all engines it is one in any case."""
        shown = (
            []
            if self.asked.all_engines
            else [listed for one in self.lists for listed in one.current.of(desired.identity)]
        )
        if shown:
            return [_listed_result(listed, change) for listed in shown]
        return [{**as_result(desired.identity, desired.duration), "change": change}]

    def _diff(self, limit: int | None) -> dict[str, str]:
        """The lists before and after, all of them; with a limit, what differs, and only so much of it."""
        gone = {(listed.href or listed.key) for step in self.removed for listed in step.listed}
        anew = {step.desired.identity for step in self.added}
        before = {text for _unused, _unused, text in self.before}
        after = {text for origin, identity, text in self.before if origin not in gone and identity not in anew}
        names = [one.target for one in self.lists]
        prefixes = [f"{name}: " for name in names] if len(names) > 1 else [""]
        after.update(
            prefix + diff_line(step.desired.identity, step.desired.duration)
            for step in self.added
            if step.desired.duration
            for prefix in prefixes
        )
        if limit is not None:
            before, after = before - after, after - before
        header = "block list of " + (join_names(names) if len(names) <= 3 else f"{len(names)} engines")
        return {
            "before_header": header,
            "after_header": header,
            "before": _text(before, limit),
            "after": _text(after, limit),
        }

    def _failure(self, result: Result, failed: Sequence[Mapping[str, Any]]) -> PartialFailure:
        where = (
            "the system-wide list"
            if self.asked.all_engines
            else " and ".join(f"'{one.target}'" for one in self.lists[:3])
        )
        done = f"{result['added']} added, {result['removed']} removed, {result['unchanged']} unchanged"
        parts = [
            f"Block list of {where}: {done}, {len(failed)} failed."
            if where
            else f"Block lists: {done}, {len(failed)} failed."
        ]
        reasons: dict[str, list[str]] = {}
        for failure in self.failed:
            reasons.setdefault(failure.message, []).append(_name(failure))
        parts += [f"{_examples(names)}: {reason}." for reason, names in list(reasons.items())[:_NAMED]]
        if failed and (len(failed) > 1 or len(reasons) > _NAMED):
            all_of_them = "All of them are" if len(result["failed_entries"]) == len(failed) else "The first are"
            parts.append(f"{all_of_them} in `failed_entries`.")
        parts += [error.message for error in self.unseen[:_NAMED]]
        if len(self.unseen) > _NAMED:
            parts.append(f"The same goes for {len(self.unseen) - _NAMED} more engines.")
        if self.unseen and not failed:
            kind, facts = self.unseen[0].kind, self.unseen[0].facts()
        else:
            kind = "partial" if self.added or self.removed else "request"
            facts = {"status": next((failure.status for failure in self.failed if failure.status), None)}
        error = PartialFailure(" ".join(parts), result, **facts)
        error.kind = kind
        return error


def engine_of(href: str) -> tuple[str, str]:
    """Type and key of the engine that an entry's href belongs to; empty if it is none."""
    checked = read_href(href) or read_href(urlsplit(href).path)
    return checked.entry[:2] if checked else ("", "")


def _lines(lists: Sequence[LiveList], plan: Plan) -> list[_Line]:
    """The lists as they are: where each entry comes from, its identity, and its line in a diff."""
    refreshed = {step.desired.identity for step in plan.add if step.refresh}
    lines = []
    for one in lists:
        prefix = f"{one.target}: " if len(lists) > 1 else ""
        for listed in one.current.all():
            text = prefix + diff_line(
                listed.identity, listed.duration, listed.remaining if listed.identity in refreshed else None
            )
            missing = one.current.missing_on(listed.identity)
            if missing:
                text += f" (missing on {join_names(missing)})"
            lines.append((listed.href or listed.key, listed.identity, text))
    return lines


def _listed_result(listed: Listed, change: str) -> dict[str, Any]:
    return {
        **as_result(listed.identity, listed.duration),
        "remaining": listed.remaining,
        "node": listed.node,
        "block_list_href": listed.href,
        "change": change,
    }


def _planned_addition(step: Addition) -> dict[str, Any]:
    return {
        **as_result(step.desired.identity, step.desired.duration),
        "missing_on": list(step.missing_on),
        "refresh": step.refresh,
    }


def _planned_removal(step: Removal) -> dict[str, Any]:
    known = as_result(step.identity, step.listed[0].duration) if step.identity and step.listed else {}
    return {**known, "hrefs": list(step.hrefs)}


def _at_most(limit: int | None, items: Iterable[dict[str, Any]]) -> tuple[list[dict[str, Any]], bool]:
    """The first ones, and whether there are more."""
    if limit is None:
        return list(items), False
    first = list(islice(items, limit + 1))
    return first[:limit], len(first) > limit


def _naturally(line: str) -> list[Any]:
    """10.0.0.9 comes before 10.0.0.10."""
    # Texts and numbers take turns, so that only like is compared with like.
    return [int(part) if number % 2 else part for number, part in enumerate(re.split(r"(\d+)", line))]


def _text(lines: Collection[str], limit: int | None) -> str:
    """One side of a diff."""
    shown = sorted(lines, key=_naturally)[:limit]
    if len(shown) < len(lines):
        shown.append(f"… and {len(lines) - len(shown)} more, left out because of return_limit")
    return "".join(f"{line}\n" for line in shown)


def _failed_items(failure: Failure) -> list[dict[str, Any]]:
    """One item for each time that the task names the step."""
    step = failure.step
    item: dict[str, Any] = {"msg": failure.message, "status": failure.status}
    if isinstance(step, Addition):
        item.update(as_result(step.desired.identity, step.desired.duration))
        return [{"index": index, **item} for index in step.desired.indexes]
    if step.identity is not None:
        item.update(step.identity._asdict())
    item["hrefs"] = list(step.hrefs)
    return [{"index": index, **item} for index in step.indexes] or [{"index": None, **item}]


def _name(failure: Failure) -> str:
    step = failure.step
    if isinstance(step, Addition):
        return f"entries[{step.desired.indexes[0]}] ({step.desired.identity})"
    return str(step.identity) if step.identity is not None else ", ".join(step.hrefs)


def _examples(names: Sequence[str]) -> str:
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


RUNNER = Runner(ARGUMENTS, run, defaults_target=defaults_target)
