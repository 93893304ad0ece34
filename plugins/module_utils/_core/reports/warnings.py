# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What a reader of a report must see although it fails nothing: checks that apply to no engine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ..verdicts import DOES_NOT_APPLY, ENGINE
from ..words import counted, did_you_mean, join_names, plural, some
from .smcs import engine_of

# Stands in each of these warnings.
APPLIES_TO = "(`applies_to`)"

# To look for names like a pattern takes a while where there are thousands of engines, so the first warnings and patterns have to do.
_WITH_ADVICE = 5


def warnings_on(results: Sequence[Mapping[str, Any]]) -> list[str]:
    """The warnings that follow from the results of a report, normalised.

    A check whose patterns match none of the engines has a warning of its own, with names like the pattern. Checks that apply
    to none because of the type of the engines share one, as the ready checks for firewalls do where there is none.
    """
    idle = _checks_without_an_engine(results)
    engines = sorted({engine_of(result) for result in results if result["kind"] == ENGINE})
    by_name = [(name, patterns) for name, patterns in idle.items() if patterns]
    warnings = [
        _no_engine_matches(name, patterns, engines, _WITH_ADVICE if place < _WITH_ADVICE else 0)
        for place, (name, patterns) in enumerate(by_name)
    ]
    by_type = [name for name, patterns in idle.items() if not patterns]
    if by_type:
        applies = plural(len(by_type), "applies", "apply")
        warnings.append(
            f"{counted(len(by_type), 'check')} {applies} to none of {counted(len(engines), 'engine')}, "
            f"because of the types of the engines {APPLIES_TO}: {some(by_type)}."
        )
    return warnings


def _checks_without_an_engine(results: Iterable[Mapping[str, Any]]) -> dict[str, list[str]]:
    """The patterns of engines and groups, by name of the check."""
    idle: dict[str, dict[str, None]] = {}
    busy = set()
    for result in results:
        if result["skipped"] == DOES_NOT_APPLY:
            idle.setdefault(result["name"], {}).update(dict.fromkeys(result["applies_to"]))
        else:
            busy.add(result["name"])
    return {name: list(patterns) for name, patterns in idle.items() if name not in busy}


def _no_engine_matches(check: str, patterns: Sequence[str], engines: Sequence[tuple[str, str]], most: int) -> str:
    """most: for how many patterns to look for names that are like them."""
    names = [name for _smc, name in engines] if most else []
    advice = (did_you_mean(pattern.strip("*?"), names) for pattern in patterns[:most])
    near = next(filter(None, advice), "")
    named = join_names([f"'{pattern}'" for pattern in patterns], "or")
    return f"The check '{check}' applies to none of {counted(len(engines), 'engine')}: none matches {named} {APPLIES_TO}.{near}"
