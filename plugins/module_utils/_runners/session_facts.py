# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The work of ngfw.smc.session_facts."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import islice
from typing import Any

from .._arguments import (
    CONNECTION,
    DEFINITIONS_REQUIRED,
    READING,
    TARGET,
    TRANSPORT,
    WAITS,
    connection_of,
    defaults_target,
    names_engine_table,
    positive,
    waits_of,
)
from .._core.api.session import Session
from .._core.errors import OptionError, PartialFailure, SMCError
from .._core.schema.conditions import SMCFilter, read_conditions
from .._core.schema.definitions import Definition, definition_named
from .._core.schema.fields import Field, resolve_field
from .._core.schema.records import Record
from .._core.tables.fetching import FetchResult, Query, fetch_all
from .._core.words import count_entries
from .._runner import Options, Result, Runner

ARGUMENTS: dict[str, Any] = {
    **CONNECTION,
    **WAITS,
    **READING,
    **TRANSPORT,
    **TARGET,
    **DEFINITIONS_REQUIRED,
    "fields": {"type": "list", "elements": "str"},
    "filter": {"type": "dict"},
    "filter_expression": {"type": "str"},
    "limit": {"type": "int"},
    "count_by": {"type": "list", "elements": "str"},
    "top": {"type": "int", "default": 10},
    "entries": {"type": "bool", "default": True},
    "raw": {"type": "bool", "default": False},
}


def run(options: Options) -> Result:
    """The facts of each definition.

    Raises:
        PartialFailure: some could not be fetched; the result has the facts of the others.
        SMCError: none could.
    """
    params = options.params
    waits = waits_of(params)
    positive(params, "limit", "top")
    asked = [_DefinitionRequest(definition_named(name), params) for name in dict.fromkeys(params["definitions"])]
    if not asked:
        raise OptionError("`definitions` is empty; name at least one.")
    if not params["target"] and not all(one.definition.targets_domain for one in asked):
        raise OptionError(
            "`target` is missing: name the engine. It defaults to the inventory host, unless that is localhost."
        )
    warnings = [warning for one in asked for warning in one.warnings]
    connection = connection_of(params, read_timeout=waits.timeout, total_timeout=waits.timeout)
    with Session(connection) as session:
        alone = len(asked) == 1
        outcomes = fetch_all(session, [one.query(session.domain, alone) for one in asked], waits)
    facts: dict[str, Any] = {}
    failed: dict[str, SMCError] = {}
    for one, outcome in zip(asked, outcomes):
        if isinstance(outcome, FetchResult):
            facts[one.definition.fact] = one.facts(outcome)
            warnings += outcome.warnings + one.said_of(outcome)
        else:
            failed[one.definition.name] = outcome
    result: Result = {"changed": False, "ansible_facts": facts, "warnings": warnings + session.warnings}
    result["smc_url"] = session.base
    if failed:
        raise _failure(failed, len(asked), result)
    return result


def _failure(failed: Mapping[str, SMCError], asked: int, result: Result) -> PartialFailure:
    # A handshake that is refused is refused with the same sentence for each of them.
    message = " ".join(dict.fromkeys(error.message for error in failed.values()))
    if asked > 1:
        message = f"{len(failed)} of {asked} definitions failed ({', '.join(failed)}). {message}"
    first = next(iter(failed.values()))
    result["failed_definitions"] = {name: {"msg": error.message, **error.details()} for name, error in failed.items()}
    return PartialFailure(message, result, kind=first.kind, **first.facts())


class _DefinitionRequest:
    """What the task asks of one definition.

    Attributes:
        warnings: sentences on fields that the definition is not known to carry.
    """

    def __init__(self, definition: Definition, params: Mapping[str, Any]) -> None:
        self.definition = definition
        self._params = params
        self.warnings: list[str] = []
        self._fields = self._resolve("fields")
        self._count_by = self._resolve("count_by")
        if not params["entries"] and not self._fields:
            self._fields = self._count_by or [resolve_field(definition.telling, definition, "fields")]
        self._smc_filter = self._filter()

    def query(self, domain: str, alone: bool) -> Query:
        target = self._params["target"]
        if self.definition.targets_domain and not (target and alone):
            target = domain
        asked = [*self._fields, *(self._count_by or ())] if self._fields else []
        return Query(
            self.definition,
            target,
            asked,
            self._smc_filter,
            self._params["limit"],
            # Entries that nobody asked for need neither names nor types.
            self._params["raw"] or not self._params["entries"],
            corroborate=self._params["corroborate"],
            transport=self._params["transport"],
        )

    def said_of(self, taken: FetchResult) -> list[str]:
        """A warning if what was counted is not the whole table."""
        if not taken.snapshot.truncated or not self._count_by:
            return []
        limit, name = self._params["limit"], self.definition.name
        return [
            (
                f"{name}: `limit` is {limit:,} and the table is longer, so only {count_entries(limit)} were counted. Leave "
                "out `limit` to count all of them; `entries: false` keeps them out of the result."
            )
        ]

    def facts(self, taken: FetchResult) -> dict[str, Any]:
        snapshot = taken.snapshot
        keys = [field.key for field in self._fields] if self._fields and not self._params["raw"] else None
        everything = snapshot.entries()
        counts = snapshot.table.tally(everything, [field.key for field in self._count_by or ()])
        return {
            "definition": self.definition.name,
            "target": taken.query.target,
            "entries": _sharing_texts(snapshot.entries(keys)) if self._params["entries"] else [],
            "count": len(everything),
            **snapshot.proof(),
            "truncated": snapshot.truncated,
            "counts": counts,
            "top": {key: _most_frequent(counter, self._params["top"]) for key, counter in counts.items()},
            "nodes": snapshot.table.count_by_node(len(everything)),
            "fetched_at": taken.fetched_at.isoformat(timespec="seconds"),
            "elapsed": round(taken.elapsed, 3),
        }

    def _resolve(self, option: str) -> list[Field] | None:
        labels = self._params[option]
        if labels is None:
            return None
        return [self._known(resolve_field(label, self.definition, option), option) for label in labels]

    def _filter(self) -> SMCFilter | None:
        if self._params["filter_expression"]:
            return {"type": "translated", "value": self._params["filter_expression"]}
        if self._params["filter"] is None:
            return None
        conditions = read_conditions(self._params["filter"], self.definition, "filter")
        for field, _test in conditions.tests:
            self._known(field, "filter")
        return conditions.smc_filter()

    def _known(self, field: Field, option: str) -> Field:
        if field.definitions and self.definition.name not in field.definitions:
            self.warnings.append(
                f"{option}: {self.definition.name} is not known to carry {field.key}; the SMC decides."
            )
        return field


def _sharing_texts(entries: list[Record]) -> list[Record]:
    """The same entries, in which equal texts are one object.

    ansible-core copies a result several times between its processes; with many entries, this takes a quarter of the memory off.
    """
    known: dict[str, str] = {}
    for entry in entries:
        for key, value in entry.items():
            if value.__class__ is str:
                entry[key] = known.setdefault(value, value)
    return entries


def _most_frequent(counts: Mapping[str, int], most: int) -> list[dict[str, Any]]:
    """The first of the counts, as a list, whose order survives where keys are sorted."""
    return [{"value": value, "count": count} for value, count in islice(counts.items(), most)]


RUNNER = Runner(
    ARGUMENTS,
    run,
    constraints={"mutually_exclusive": [("filter", "filter_expression")]},
    defaults_target=defaults_target(needs_engine=names_engine_table),
)
