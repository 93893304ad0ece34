# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What ngfw.smc.block_list returns: the result, the plan, the diff and the failure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from .._core.block_list.current import BlockListRecord
from .._core.block_list.entry import Desired
from .._core.block_list.file import Feed
from .._core.block_list.identity import Identity, as_result, diff_line
from .._core.block_list.live import LiveList
from .._core.block_list.plan import Addition, BlockListPlan, Removal
from .._core.block_list.writer import Failure
from .._core.errors import PartialFailure, SMCError
from .._core.words import at_most, count_entries, counted, first_lines, join_names, plural, some, visible
from .._runner import Options, Result

# How many entries, reasons or engines a message names; the result has them all.
_NAMED = 5


# One line of a diff: where the entry comes from (its href or key), its identity, its text.
_ResultLine = tuple[Any, Identity, str]


@dataclass
class Guarded:
    """What guard rails did.

    Attributes:
        feed: what was read from a file; None without one.
        protected: the addresses and networks that must not be blocked.
        withheld: the entries that were not added, each with the protected network that it touches.
        not_removed: how many entries stay because a part of the file could not be read.
    """

    feed: Feed | None = None
    protected: list[str] = field(default_factory=list)
    withheld: list[tuple[Desired, str]] = field(default_factory=list)
    not_removed: int = 0

    def warnings(self) -> list[str]:
        """A warning about the entries that were not added."""
        if not self.withheld:
            return []
        named = [f"{desired.identity} (touches {touched})" for desired, touched in self.withheld]
        count = len(named)
        return [
            (
                f"{count_entries(count)} {plural(count, 'is', 'are')} not blocked, because {plural(count, 'it', 'they')} would "
                f"block an address that is protected: {some(named, _NAMED)}. See `withheld` in the result, and the options "
                "`protect` and `protect_own`."
            )
        ]

    def facts(self, limit: int | None) -> Result:
        """As the result has it. limit: how many entries are listed."""
        result: Result = {}
        if self.feed is not None:
            result["file"] = self.feed.facts()
        if self.protected:
            result["protected"] = self.protected
        if self.withheld:
            listed = [
                {**as_result(desired.identity, desired.duration), "index": desired.indexes[0], "protected": touched}
                for desired, touched in self.withheld
            ]
            result["withheld"], result["withheld_count"] = listed[:limit], len(listed)
        if self.not_removed:
            result["not_removed"] = self.not_removed
        return result


@dataclass
class BlockListResult:
    """A plan and what came of it; in check mode, what would come of it.

    added, removed: what was changed. gone: what was to be removed, but was no longer there. failed: steps that the SMC
    refused. unseen: why the block lists did not show the changes. partly: some hrefs of a failed step were deleted.
    """

    options: Options
    all_engines: bool
    plan: BlockListPlan
    lists: Sequence[LiveList]
    guarded: Guarded = field(default_factory=Guarded)
    added: list[Addition] = field(default_factory=list)
    removed: list[Removal] = field(default_factory=list)
    gone: list[Removal] = field(default_factory=list)
    failed: list[Failure] = field(default_factory=list)
    unseen: list[SMCError] = field(default_factory=list)
    partly: bool = False
    before: list[_ResultLine] = field(default_factory=list)

    def __post_init__(self) -> None:
        if self.options.diff:
            self.before = _lines(self.lists, self.plan)
        if self.options.check_mode or not self.plan.asked:
            self.added = list(self.plan.add)
            self.removed = [step for step in self.plan.remove if step.expected]
            self.gone = [step for step in self.plan.remove if not step.expected]

    def finish(self, warnings: list[str]) -> Result:
        """The task's result.

        Args:
            warnings: sentences for the user, to which this adds its own.

        Raises:
            PartialFailure: something failed, or the lists did not show the changes in time.
        """
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
        entries, truncated = at_most(limit, self._entries())
        result: Result = {
            "changed": bool(self.added or self.removed or self.partly),
            **counts,
            "asked": plan.asked,
            "entries": entries,
            "warnings": warnings + self._missing_somewhere() + self._without_end(),
        }
        if self.options.check_mode:
            add, more_to_add = at_most(limit, map(_planned_addition, plan.add))
            expected = (step for step in plan.remove if step.expected)
            remove, more_to_remove = at_most(limit, map(_planned_removal, expected))
            result["plan"] = {"add": add, "remove": remove, "flush": plan.flush, "unchanged": plan.unchanged}
            truncated = truncated or more_to_add or more_to_remove
        if self.options.diff:
            result["diff"] = self._diff(limit)
        if failed:
            result["failed_entries"], more_failed = at_most(limit, failed)
            truncated = truncated or more_failed
        result.update(self.guarded.facts(limit))
        result["truncated"] = truncated or len(self.guarded.withheld) > len(result.get("withheld", ()))
        if failed or self.unseen:
            raise self._failure(result, failed)
        return result

    def _missing_somewhere(self) -> list[str]:
        """A warning about entries that only some nodes held."""
        partly = [step for step in self.plan.add if step.missing_on]
        if not partly:
            return []
        nodes = join_names(dict.fromkeys(node for step in partly for node in step.missing_on))
        found = f"{counted(len(partly), 'entry was', 'entries were')} on the block list but not on {nodes}, and so"
        return [f"{found} {plural(len(partly), 'counts', 'count')} as missing: {_identities(partly)}."]

    def _without_end(self) -> list[str]:
        """A warning about entries that are added again because the list does not say when they end."""
        endless = [step for step in self.plan.add if step.refresh and step.remaining is None]
        if not endless:
            return []
        return [
            (
                f"The block list does not say how long {count_entries(len(endless))} will last, so `refresh` adds "
                f"{plural(len(endless), 'it', 'them')} again: {_identities(endless)}."
            )
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
        """One item per node; one item if no list shows the entry. With `all_engines` it is always one."""
        shown = (
            [] if self.all_engines else [listed for one in self.lists for listed in one.current.of(desired.identity)]
        )
        if shown:
            return [_listed_result(listed, change) for listed in shown]
        return [{**as_result(desired.identity, desired.duration), "change": change}]

    def _diff(self, limit: int | None) -> dict[str, str]:
        """The whole lists before and after; with a limit, only the lines that differ, and at most that many."""
        gone = {(listed.href or listed.key) for step in self.removed for listed in step.listed}
        added = {step.desired.identity for step in self.added}
        before = {text for _unused, _unused, text in self.before}
        after = {text for origin, identity, text in self.before if origin not in gone and identity not in added}
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
        header = "block list of " + (visible(join_names(names)) if len(names) <= 3 else f"{len(names)} engines")
        return {
            "before_header": header,
            "after_header": header,
            "before": _text(before, limit),
            "after": _text(after, limit),
        }

    def _failure(self, result: Result, failed: Sequence[Mapping[str, Any]]) -> PartialFailure:
        counts = f"{result['added']} added, {result['removed']} removed, {result['unchanged']} unchanged"
        parts = [f"{self._title()}: {counts}, {len(failed)} failed."]
        reasons: dict[str, list[str]] = {}
        for failure in self.failed:
            reasons.setdefault(failure.message, []).append(_name(failure))
        parts += [f"{some(names, _NAMED)}: {reason}." for reason, names in list(reasons.items())[:_NAMED]]
        if failed and (len(failed) > 1 or len(reasons) > _NAMED):
            all_of_them = "All of them are" if len(result["failed_entries"]) == len(failed) else "The first are"
            parts.append(f"{all_of_them} in `failed_entries`.")
        unseen = [error.message for error in self.unseen]
        parts += first_lines(unseen, _NAMED, "The changes were not seen on {} more engines either.")
        if self.unseen and not failed:
            kind, facts = self.unseen[0].kind, self.unseen[0].facts()
        else:
            kind = "partial" if self.added or self.removed else "request"
            facts = {"status": next((failure.status for failure in self.failed if failure.status), None)}
        return PartialFailure(" ".join(parts), result, kind=kind, **facts)

    def _title(self) -> str:
        if self.all_engines:
            return "System-wide block list"
        names = [f"'{one.target}'" for one in self.lists]
        return f"Block list of {some(names, 3)}" if names else "Block lists"


def _lines(lists: Sequence[LiveList], plan: BlockListPlan) -> list[_ResultLine]:
    """The lines of a diff for the lists as they are."""
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


def _listed_result(listed: BlockListRecord, change: str) -> dict[str, Any]:
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


def _numbers_by_value(line: str) -> list[Any]:
    """For sorting: 10.0.0.9 comes before 10.0.0.10."""
    # Texts and numbers alternate, so that a text is never compared with a number.
    return [int(part) if number % 2 else part for number, part in enumerate(re.split(r"(\d+)", line))]


def _text(lines: Collection[str], limit: int | None) -> str:
    """One side of a diff."""
    ordered = sorted(lines, key=_numbers_by_value)
    most = len(ordered) if limit is None else limit
    shown = first_lines(ordered, most, "… and {} more, left out because of return_limit")
    return "".join(f"{visible(line)}\n" for line in shown)


def _failed_items(failure: Failure) -> list[dict[str, Any]]:
    """One item for each place where the task names the step."""
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


def _identities(steps: Sequence[Addition]) -> str:
    """The first few of the entries to add, and how many more there are."""
    return some([str(step.desired.identity) for step in steps], _NAMED)
