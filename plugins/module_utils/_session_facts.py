# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The work of ngfw.smc.session_facts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ._arguments import CONNECTION, connection_of, positive
from ._core.definitions import DEFINITIONS, Definition, definition_named
from ._core.errors import OptionError, SMCError
from ._core.fetch import Query, Taken, fetch_all
from ._core.fields import Field, resolve_field
from ._core.filters import SMCFilter, read_conditions
from ._core.http import Session
from ._core.snapshot import Waits
from ._runner import Options, PartialFailure, Result, Runner

WAITS: dict[str, Any] = {
    "first_entry_timeout": {"type": "float", "default": 10.0},
    "quiet_period": {"type": "float", "default": 2.0},
    "timeout": {"type": "float", "default": 60.0},
}

ARGUMENTS: dict[str, Any] = {
    **CONNECTION,
    **WAITS,
    "target": {"type": "str"},
    "definitions": {"type": "list", "elements": "str", "required": True, "choices": list(DEFINITIONS)},
    "fields": {"type": "list", "elements": "str"},
    "filter": {"type": "dict"},
    "filter_expression": {"type": "str"},
    "limit": {"type": "int"},
    "count_by": {"type": "list", "elements": "str"},
    "entries": {"type": "bool", "default": True},
    "raw": {"type": "bool", "default": False},
}

# Without these, and a field that tells an entry from a mere sign, the entries could not be folded, nor the end of the set
# be seen.
_ALWAYS_ASKED = ("NodeId", "SessionEvent")


def waits_of(params: Mapping[str, Any]) -> Waits:
    """Raises OptionError for a wait that is not above zero."""
    positive(params, *WAITS)
    return Waits(params["first_entry_timeout"], params["quiet_period"], params["timeout"])


def defaults_target(arguments: Mapping[str, Any]) -> bool:
    """An engine's definition without a target: the inventory host can stand for it."""
    if arguments.get("target"):
        return False
    definitions = arguments.get("definitions") or []
    listed = definitions.split(",") if isinstance(definitions, str) else definitions
    return any(str(name).strip() != "ACTIVE_ALERTS" for name in listed)


def run(options: Options) -> Result:
    """Facts of each definition. Raises PartialFailure with the facts of those that succeeded."""
    params = options.params
    waits = waits_of(params)
    positive(params, "limit")
    asked = [_Asked(definition_named(name), params) for name in dict.fromkeys(params["definitions"])]
    if not asked:
        raise OptionError("`definitions` is empty; name at least one.")
    if not params["target"] and not all(one.definition.targets_domain for one in asked):
        raise OptionError(
            "`target` is missing: name the engine. It defaults to the inventory host, unless that is localhost."
        )
    warnings = [warning for one in asked for warning in one.warnings]
    connection = connection_of(params, read_timeout=waits.timeout)
    with Session(connection) as session:
        alone = len(asked) == 1
        outcomes = fetch_all(session, [one.query(session.domain, alone) for one in asked], waits)
    facts: dict[str, Any] = {}
    failed: dict[str, SMCError] = {}
    for one, outcome in zip(asked, outcomes):
        if isinstance(outcome, Taken):
            facts[one.definition.fact] = one.facts(outcome)
            warnings += outcome.warnings
        else:
            failed[one.definition.name] = outcome
    result: Result = {"changed": False, "ansible_facts": facts, "warnings": warnings + session.warnings}
    if failed:
        raise _failure(failed, len(asked), result)
    return result


def _failure(failed: Mapping[str, SMCError], asked: int, result: Result) -> PartialFailure:
    # One handshake that is refused is the same sentence for each of them.
    message = " ".join(dict.fromkeys(error.message for error in failed.values()))
    if asked > 1:
        message = f"{len(failed)} of {asked} definitions failed ({', '.join(failed)}). {message}"
    first = next(iter(failed.values()))
    result["failed_definitions"] = {name: {"msg": error.message, **error.details()} for name, error in failed.items()}
    error = PartialFailure(message, result, **first.facts())
    error.kind = first.kind
    return error


class _Asked:
    """What the task asks of one definition. warnings: what the catalogue does not know it to carry."""

    def __init__(self, definition: Definition, params: Mapping[str, Any]) -> None:
        self.definition = definition
        self._params = params
        self.warnings: list[str] = []
        self._fields = self._resolve("fields")
        self._count_by = self._resolve("count_by")
        if not params["entries"] and self._count_by and not self._fields:
            self._fields = self._count_by
        self._smc_filter = self._filter()

    def query(self, domain: str, alone: bool) -> Query:
        target = self._params["target"]
        if self.definition.targets_domain and not (target and alone):
            target = domain
        asked: list[Field] = []
        if self._fields:
            wanted = [*self._fields, *(self._count_by or ())]
            always = (*_ALWAYS_ASKED, self.definition.telling)
            wanted += [resolve_field(name, self.definition, "fields") for name in always]
            asked = list({field.name: field for field in wanted}.values())
        return Query(self.definition, target, asked, self._smc_filter, self._params["limit"], self._params["raw"])

    def facts(self, taken: Taken) -> dict[str, Any]:
        snapshot = taken.snapshot
        keys = [field.key for field in self._fields] if self._fields and not self._params["raw"] else None
        everything = snapshot.entries()
        counted = [field.key for field in self._count_by or ()]
        return {
            "definition": self.definition.name,
            "target": taken.query.target,
            "entries": snapshot.entries(keys) if self._params["entries"] else [],
            "count": len(everything),
            "complete": snapshot.complete,
            "completed_by": snapshot.completed_by,
            "truncated": snapshot.truncated,
            "counts": snapshot.table.tally(everything, counted),
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


RUNNER = Runner(
    ARGUMENTS,
    run,
    constraints={"mutually_exclusive": [("filter", "filter_expression")]},
    defaults_target=defaults_target,
)
