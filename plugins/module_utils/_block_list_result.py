# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What ngfw.smc.block_list says of its work: result, plan, diff, failure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from ._core.block_list import Listed
from ._core.block_list_entry import Desired
from ._core.block_list_identity import Identity, as_result, diff_line
from ._core.block_list_live import LiveList
from ._core.block_list_plan import Addition, Plan, Removal
from ._core.block_list_writer import Failure
from ._core.errors import SMCError, join_names
from ._runner import Options, PartialFailure, Result

# How many failed entries a message names; the result has them all.
_NAMED = 5

# Where an entry in a diff comes from, its identity, its text.
_Line = tuple[Any, Identity, str]


@dataclass
class Outcome:
    """A plan, and what came of it: in check mode, what would."""

    options: Options
    all_engines: bool
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

    def _missing_somewhere(self) -> list[str]:
        """Entries that only some nodes held, in words."""
        partly = [step for step in self.plan.add if step.missing_on]
        if not partly:
            return []
        nodes = join_names(dict.fromkeys(node for step in partly for node in step.missing_on))
        one = "entry was" if len(partly) == 1 else "entries were"
        found = f"{len(partly)} {one} on the block list, but not on {nodes}, and so counted as missing"
        return [f"{found}: {examples([str(step.desired.identity) for step in partly])}."]

    def _without_end(self) -> list[str]:
        """Entries that are added anew because the list does not tell when they end, in words."""
        endless = [step for step in self.plan.add if step.refresh and step.remaining is None]
        if not endless:
            return []
        one = "entry" if len(endless) == 1 else "entries"
        names = examples([str(step.desired.identity) for step in endless])
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
            [] if self.all_engines else [listed for one in self.lists for listed in one.current.of(desired.identity)]
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
            "the system-wide list" if self.all_engines else " and ".join(f"'{one.target}'" for one in self.lists[:3])
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
        parts += [f"{examples(names)}: {reason}." for reason, names in list(reasons.items())[:_NAMED]]
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


def examples(names: Sequence[str]) -> str:
    """The first few, and how many more."""
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more
