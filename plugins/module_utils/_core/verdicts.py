# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Verdicts and severities: their names, their order, which of them are bad, and what fails a run by default."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

PASS = "PASS"  # noqa: S105 (a verdict, not a password)


FAIL = "FAIL"


ERROR = "ERROR"


# A FAIL or an ERROR that somebody has accepted until a day.
WAIVED = "WAIVED"


SKIPPED = "SKIPPED"


# The worst first. ERROR stands for what could not be measured.
STATUSES = (FAIL, ERROR, WAIVED, PASS, SKIPPED)


# In which order totals are given.
TOTALS = (PASS, FAIL, ERROR, WAIVED, SKIPPED)


BAD = (FAIL, ERROR)


# The worst first.
SEVERITIES = ("critical", "major", "minor", "info")


DEFAULT_SEVERITY = "major"


# The severities that may fail a run: what is only for information never does.
FAILING_SEVERITIES = SEVERITIES[:-1]


DEFAULT_FAIL_ON = ("critical", "major")


# Why a check was SKIPPED. NOT_JUDGED: it applies and is switched on, but there was nothing to judge, which is not a PASS.
SWITCHED_OFF = "switched_off"


DOES_NOT_APPLY = "does_not_apply"


NOT_JUDGED = "not_judged"


SKIPPED_BECAUSE = ("", SWITCHED_OFF, DOES_NOT_APPLY, NOT_JUDGED)


# What a result is about: an engine, an administrative domain, or the run as a whole.
ENGINE = "engine"


DOMAIN = "domain"


RUN = "run"


KINDS = (RUN, ENGINE, DOMAIN)


# Stands for the administrative domain of a login that failed.
UNKNOWN_DOMAIN = "domain of the login"


# The name of the result on an engine that was not checked at all.
WAS_CHECKED = "The engine was checked"


def was_measured(item: Mapping[str, Any]) -> bool:
    """Whether a result or a compared table could be measured. Accepting that it could not be, by a waiver, does not measure it."""
    return ERROR not in (item["status"], (item.get("waiver") or {}).get("status"))


def was_judged(item: Mapping[str, Any]) -> bool:
    """Whether a result or a compared table says something of the network: it was measured, and not SKIPPED."""
    return item["status"] != SKIPPED and was_measured(item)


def worst_of(statuses: Iterable[str]) -> str:
    """The worst of several verdicts; SKIPPED of none."""
    return min(statuses, key=STATUSES.index, default=SKIPPED)


def count_statuses(statuses: Iterable[str]) -> dict[str, int]:
    """How often each verdict occurs, with 0 for those that do not."""
    counts = dict.fromkeys(TOTALS, 0)
    for status in statuses:
        counts[status] += 1
    return counts
