# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What ngfw.smc.health_history does."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from .._core.errors import OptionError
from .._core.storage.verdict_history import Change, VerdictHistory
from .._core.words import at_most
from .._runner import Options, Result, Runner

ARGUMENTS: dict[str, Any] = {
    "history": {"type": "path", "required": True},
    "engine": {"type": "str", "default": ""},
    "check": {"type": "str", "default": ""},
    "start": {"type": "str", "default": ""},
    "end": {"type": "str", "default": ""},
    "limit": {"type": "int", "default": 100},
    "runs": {"type": "int", "default": 30},
}


def run(options: Options) -> Result:
    """Reads the changes of an engine or a check between two dates, and the totals of the last runs.

    Raises:
        OptionError: an option is wrong.
        FileFailed: there is no history, or it cannot be read.
    """
    params = options.params
    for name in ("start", "end"):
        _check_day(name, params[name])
    for name in ("limit", "runs"):
        if params[name] < 1:
            raise OptionError(f"`{name}` is {params[name]}; it must be 1 or more.")
    history = VerdictHistory(Path(params["history"]))
    most = params["limit"]
    found = history.changes(params["engine"], params["check"], params["start"], params["end"] or "9999", most + 1)
    changes, truncated = at_most(most, found)
    return {
        "changed": False,
        "changes": [_as_dict(change) for change in changes],
        "truncated": truncated,
        "runs": [{"at": at, "totals": totals} for at, totals in history.trend(params["runs"])],
    }


def _check_day(name: str, value: str) -> None:
    try:
        if value:
            date.fromisoformat(value[:10])
    except ValueError:
        raise OptionError(f"`{name}` is '{value}'; it must be a day such as 2026-11-24.") from None


def _as_dict(change: Change) -> dict[str, Any]:
    return {
        "smc": change.key.smc,
        "engine": change.key.engine,
        "check": change.key.name,
        "target": change.key.target,
        "status": change.status,
        "severity": change.severity,
        "reason": change.reason,
        "since": change.since,
        "last_seen": change.last_at,
        "runs": change.runs,
    }


RUNNER = Runner(ARGUMENTS, run)
