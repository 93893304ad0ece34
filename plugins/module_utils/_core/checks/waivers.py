# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Waivers: failures that somebody has accepted until a day.

    - check: HQ tunnels are up
      engine: Branch *
      until: 2026-12-31
      reason: The new line is ordered.
      owner: Anna
      smc: smc.paris.example

Check, engine and SMC are patterns; a waiver without an SMC is for all of them. The day itself is the last one on which the
waiver counts, in UTC.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from ..errors import OptionError
from ..patterns import matches_wildcard
from ..verdicts import BAD, RUN, WAIVED
from ..words import did_you_mean, join_names, waiver_has_ended

_KEYS = ("check", "engine", "until", "reason", "owner", "smc")


# Of a result.
SmcOf = Callable[[Mapping[str, Any]], str]


# A day, or a time on that day.
_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:[T ]\d{2}:.*)?", re.ASCII)


_REQUIRED = ("check", "engine", "until", "reason")


@dataclass(frozen=True)
class Waiver:
    """One line of the file. number: its place in it, from 1. until: the last day. smc: empty for every SMC."""

    number: int
    check: str
    engine: str
    until: date
    reason: str
    owner: str
    smc: str

    def names(self, result: Mapping[str, Any], smc: str) -> bool:
        """Whether the result, of this SMC, is of a check and an engine that it names; a failure of the run as a whole never is."""
        return (
            result.get("kind") != RUN
            and _matches(str(result.get("name")), self.check)
            and _matches(str(result.get("engine")), self.engine)
            and (not self.smc or _matches(smc, self.smc))
        )

    def __str__(self) -> str:
        smc = f", SMC '{self.smc}'" if self.smc else ""
        return f"waiver {self.number} (check '{self.check}', engine '{self.engine}'{smc})"


def read_waivers(written: Any) -> list[Waiver]:
    """Waivers as a user writes them; none of None.

    Raises:
        OptionError: They are not a list, or one lacks a key, has an unknown one, or a value that cannot be read.
    """
    if written is None:
        return []
    if not isinstance(written, (list, tuple)):
        raise OptionError(f"Waivers must be a list of mappings with {join_names(_KEYS)}, not '{written}'.")
    return [_read_waiver(number, one) for number, one in enumerate(written, 1)]


def _read_waiver(number: int, written: Any) -> Waiver:
    if not isinstance(written, Mapping):
        raise OptionError(f"Waiver {number} must be a mapping with {join_names(_KEYS)}, not '{written}'.")
    for key in written:
        if key not in _KEYS:
            raise OptionError(
                f"Waiver {number} has no key '{key}'.{did_you_mean(str(key), _KEYS)} Its keys are {join_names(_KEYS)}."
            )
    missing = [key for key in _REQUIRED if not str("" if written.get(key) is None else written[key]).strip()]
    if missing:
        raise OptionError(f"Waiver {number} lacks {join_names(f'`{key}`' for key in missing)}.")
    texts = {key: _read_text(number, key, written.get(key)) for key in ("check", "engine", "reason", "owner", "smc")}
    return Waiver(number, until=_read_day(number, written["until"]), **texts)


def _read_text(number: int, key: str, value: Any) -> str:
    if value is None:
        return ""
    if not isinstance(value, str):
        raise OptionError(f"Waiver {number}: `{key}` is a text, but YAML has read it as {value}: put it in quotes.")
    return value


def _read_day(number: int, value: Any) -> date:
    if isinstance(value, datetime):
        return value.date()
    if isinstance(value, date):
        return value
    try:
        # Of a time, the day counts. A later Python would also read 20261231.
        match = _DAY.fullmatch(str(value).strip())
        return date.fromisoformat(match[1] if match else "")
    except ValueError:
        raise OptionError(f"Waiver {number}: `until` is '{value}'. Write a day, such as 2026-12-31.") from None


def apply_waivers(
    results: Sequence[Mapping[str, Any]], waivers: Sequence[Waiver], today: date, smc_of: SmcOf
) -> tuple[list[dict[str, Any]], list[str]]:
    """The results with matching failures as WAIVED, and what is to be said of the waivers.

    A failure whose waiver has run out stays one, and its reason says so. If several waivers match, the one that counts the
    longest is used.

    Args:
        results: Verdicts as dictionaries.
        waivers: Those of the file.
        today: The day, in UTC.
        smc_of: The name of a result's SMC, as reports have it.

    Returns:
        The results, in their order, and a sentence on each waiver that waives nothing.
    """
    used: set[int] = set()
    waived = []
    for result in results:
        matching = [
            waiver for waiver in waivers if result.get("status") in BAD and waiver.names(result, smc_of(result))
        ]
        used.update(waiver.number for waiver in matching)
        latest = max(matching, key=lambda waiver: waiver.until, default=None)
        waived.append(dict(result) if latest is None else _with_waiver(result, latest, today))
    return waived, [_idle(waiver, results, smc_of) for waiver in waivers if waiver.number not in used]


def _with_waiver(result: Mapping[str, Any], waiver: Waiver, today: date) -> dict[str, Any]:
    if waiver.until < today:
        ended = waiver_has_ended(waiver.until.isoformat(), waiver.reason, waiver.owner)
        return {**result, "reason": f"{result.get('reason') or ''} {ended}".strip()}
    waives = {
        "until": waiver.until.isoformat(),
        "reason": waiver.reason,
        "owner": waiver.owner,
        "status": result["status"],
    }
    return {**result, "status": WAIVED, "waiver": waives}


def _idle(waiver: Waiver, results: Sequence[Mapping[str, Any]], smc_of: SmcOf) -> str:
    """Why a waiver waives nothing: what it names passes, or does not exist."""
    if any(waiver.names(result, smc_of(result)) for result in results):
        return f"The {waiver} waives nothing: what it names does not fail. Remove it."
    smcs = sorted({smc_of(result) for result in results})
    known = [(waiver.check, _values(results, "name")), (waiver.engine, _values(results, "engine"))]
    known += [(waiver.smc, smcs)] if waiver.smc else []
    near = "".join(
        did_you_mean(pattern, names) for pattern, names in known if not any(_matches(name, pattern) for name in names)
    )
    return f"The {waiver} matches no result of this run.{near}"


def _values(results: Iterable[Mapping[str, Any]], key: str) -> list[str]:
    return sorted({str(result.get(key)) for result in results})


def _matches(name: str, pattern: str) -> bool:
    return matches_wildcard(pattern, name, question_mark=True)
