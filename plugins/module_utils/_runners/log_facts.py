# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The work of ngfw.smc.log_facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timezone
from itertools import islice
from typing import Any

from .._arguments import CONNECTION, WAITS, connection_of, positive
from .._core.api.protocol import LogQuery, time_range
from .._core.api.session import Session
from .._core.checks.shares import read_duration
from .._core.errors import OptionError
from .._core.schema.conditions import SMCFilter, read_conditions
from .._core.schema.definitions import LOG
from .._core.schema.fields import Field, resolve_field
from .._core.tables.logs import StoredLogs, fetch_logs
from .._core.tables.table import tally
from .._runner import Options, Result, Runner

ARGUMENTS: dict[str, Any] = {
    **CONNECTION,
    "last": {"type": "str"},
    "from": {"type": "str"},
    "until": {"type": "str"},
    "filter": {"type": "dict"},
    "filter_expression": {"type": "str"},
    "fields": {"type": "list", "elements": "str"},
    "limit": {"type": "int", "default": 1000},
    "count_by": {"type": "list", "elements": "str"},
    "top": {"type": "int", "default": 10},
    "entries": {"type": "bool", "default": True},
    "timeout": WAITS["timeout"],
}


def run(options: Options) -> Result:
    """The entries, and their counts. Raises SMCError."""
    params = options.params
    positive(params, "limit", "top", "timeout")
    fields, count_by = _fields(params, "fields"), _fields(params, "count_by")
    start_ms, end_ms = _time_range(params)
    asked = [*fields, *count_by] if fields or not params["entries"] else []
    query = LogQuery(asked, _filter(params), start_ms=start_ms, end_ms=end_ms)
    with Session(connection_of(params, params["timeout"], params["timeout"])) as session:
        stored = fetch_logs(session, query, params["timeout"], params["limit"])
        domain = session.domain
    facts = {
        "definition": LOG.name,
        "target": domain,
        "from": _in_words(start_ms),
        "until": _in_words(end_ms) if params["until"] else stored.fetched_at.isoformat(timespec="seconds"),
        **_content(stored, fields, count_by, params),
    }
    return {
        "changed": False,
        "ansible_facts": {LOG.fact: facts},
        "smc_url": session.base,
        "warnings": [*_said_of(stored, params), *session.warnings],
    }


def _content(
    stored: StoredLogs, fields: list[Field], count_by: list[Field], params: Mapping[str, Any]
) -> dict[str, Any]:
    keys = {field.key for field in fields}
    shown = [{key: entry[key] for key in entry if not keys or key in keys} for entry in stored.entries]
    counts = tally(stored.entries, [field.key for field in count_by])
    return {
        "entries": shown if params["entries"] else [],
        "count": len(stored.entries),
        "complete": not stored.truncated,
        "completed_by": "limit" if stored.truncated else "end",
        "truncated": stored.truncated,
        "counts": counts,
        "top": {
            key: [{"value": value, "count": count} for value, count in islice(values.items(), params["top"])]
            for key, values in counts.items()
        },
        "fetched_at": stored.fetched_at.isoformat(timespec="seconds"),
        "elapsed": round(stored.elapsed, 3),
    }


def _said_of(stored: StoredLogs, params: Mapping[str, Any]) -> list[str]:
    if not stored.truncated or not params["count_by"]:
        return []
    limit = f"{params['limit']:,}"
    return [f"`limit` is {limit} and there are more entries, so only the newest {limit} were counted. Raise `limit`."]


def _fields(params: Mapping[str, Any], option: str) -> list[Field]:
    return [resolve_field(label, LOG, option) for label in params[option] or ()]


def _filter(params: Mapping[str, Any]) -> SMCFilter | None:
    if params["filter_expression"]:
        return {"type": "translated", "value": params["filter_expression"]}
    return read_conditions(params["filter"] or {}, LOG, "filter").smc_filter()


def _time_range(params: Mapping[str, Any]) -> tuple[int, int]:
    last = read_duration(params["last"], "last") if params["last"] else None
    if last is not None and last <= 0:
        raise OptionError(f"`last` is {params['last']}; it must be more than 0.")
    start, until = (_moment(params, option) for option in ("from", "until"))
    if start and until and start >= until:
        raise OptionError(f"`from` ({params['from']}) is not before `until` ({params['until']}).")
    return time_range(datetime.now(timezone.utc), last, start, until)


def _moment(params: Mapping[str, Any], option: str) -> datetime | None:
    written = params[option]
    if not written:
        return None
    try:
        # Python 3.9 does not know the Z.
        moment = datetime.fromisoformat(written.strip().replace("Z", "+00:00"))
    except ValueError:
        raise OptionError(
            f"`{option}` is '{written}', which is no time. Write it as 2026-11-24T08:00:00+01:00; without a zone it is UTC."
        ) from None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)


def _in_words(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).isoformat(timespec="seconds")


RUNNER = Runner(
    ARGUMENTS,
    run,
    constraints={
        "mutually_exclusive": [("last", "from"), ("last", "until"), ("filter", "filter_expression")],
        "required_one_of": [("last", "from")],
    },
)
