# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Which checks are chosen by their tags, and what they would do, without asking the SMC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..errors import OptionError
from ..words import did_you_mean, join_names
from .evaluation import target_of
from .reading import Check, name_of, read_check, with_own_names

# What a row of the plan says of a check and an engine.
RUNS, ELSEWHERE, OFF, WRONG = "runs", "does not apply", "switched off", "error"


def select_checks(checks: Sequence[Any], tags: Iterable[str], skip_tags: Iterable[str]) -> list[Any]:
    """The checks that have one of the tags (all without tags), and none of the tags to skip.

    What cannot be read is always chosen, so that it is reported. The category of a check is a tag as well; case does not count.

    Raises:
        OptionError: no check has one of the tags, so that it chooses nothing, or every check is left out.
    """
    wanted, unwanted = [{tag.casefold() for tag in listed} for listed in (tags, skip_tags)]
    if not wanted and not unwanted:
        return list(checks)
    tags_of = [_tags_of(check) for check in checks]
    known = {tag for own in tags_of for tag in own or ()}
    for tag in sorted((wanted | unwanted) - known):
        raise OptionError(
            f"No check has the tag '{tag}'.{did_you_mean(tag, sorted(known))} The tags are {join_names(sorted(known)) or 'none'}."
        )
    chosen = [
        check
        for check, own in zip(checks, tags_of)
        if own is None or ((not wanted or own & wanted) and not own & unwanted)
    ]
    if not chosen:
        raise OptionError("The tags leave out every check.")
    return chosen


def _tags_of(written: Any) -> frozenset[str] | None:
    """None if the check cannot be read."""
    if not isinstance(written, Mapping):
        return None
    try:
        return read_check({**written, "enabled": False}).tags
    except OptionError:
        return None


def describe_plan(
    checks: Iterable[Any], engine: str, groups: Iterable[str] = (), domain: str = ""
) -> list[dict[str, str]]:
    """What would be done: a row for each check, with texts only.

    Returns:
        name, severity, category, table (or "nodes"), engine (or the other target), what (one of RUNS, ELSEWHERE, OFF and
        WRONG), and a note: the types of engines, which are not known without the SMC, or why the check cannot be read.
    """
    listed = list(groups)
    return [_row(written, engine, listed, domain) for written in with_own_names(checks)]


def _row(written: Any, engine: str, groups: Sequence[str], domain: str) -> dict[str, str]:
    try:
        check = read_check(written)
    except OptionError as error:
        return _as_row(name_of(written), "", "", "", engine, WRONG, error.message)
    what = _what_is_done(check, engine, groups, domain)
    if check.missing and what == RUNS:
        return _as_row(check.name, "", "", "", engine, WRONG, check.missing)
    return _as_row(
        check.name,
        check.severity,
        check.category,
        check.definition.name if check.definition else "nodes" if not check.written.get("needs") else "",
        target_of(check, domain or "the domain of the login") or engine,
        what,
        f"only engines of the types {join_names(check.applies_to.types)}" if check.applies_to.types else "",
    )


def _what_is_done(check: Check, engine: str, groups: Sequence[str], domain: str) -> str:
    if not check.enabled:
        return OFF
    if target_of(check, domain or "-") or check.applies_to.includes_engine(engine, groups):
        return RUNS
    return ELSEWHERE


def _as_row(name: str, severity: str, category: str, table: str, engine: str, what: str, note: str) -> dict[str, str]:
    return {
        "name": name,
        "severity": severity,
        "category": category,
        "table": table,
        "engine": engine,
        "what": what,
        "note": note,
    }
