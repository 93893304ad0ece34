# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The options of the event sources, and the watches that they describe."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from ansible.module_utils.common.arg_spec import ArgumentSpecValidator
from ansible.module_utils.common.validation import (
    check_type_bool,
    check_type_dict,
    check_type_float,
    check_type_int,
    check_type_list,
)

from ._arguments import (
    CONNECTION,
    DEFINITIONS_REQUIRED,
    ENGINE_SELECTION,
    READING,
    WAITS,
    connection_of,
    not_negative,
    positive,
    waits_of,
)
from ._core.errors import OptionError
from ._core.schema.conditions import read_conditions
from ._core.schema.definitions import DEFINITIONS, LOG, Definition, definition_named
from ._core.schema.fields import Field, resolve_field
from ._core.tables.events import KINDS, EntrySelection, split_conditions
from ._core.tables.snapshot import Waits
from ._core.tables.watching import Emit, Targets, Watch, WatchedTables
from ._core.words import did_you_mean, join_names, shorten

_COMMON: dict[str, Any] = {
    **{name: option for name, option in CONNECTION.items() if name != "session"},
    "where": {"type": "dict", "default": {}},
    "heartbeat": {"type": "float", "default": 0.0},
    "search_interval": {"type": "float", "default": 60.0},
    "feedback": {"type": "bool", "default": False},
}


ARGUMENTS: dict[str, Any] = {
    **_COMMON,
    **DEFINITIONS_REQUIRED,
    "targets": {"type": "list", "elements": "str", "default": []},
    "engine_types": ENGINE_SELECTION["engine_types"],
    "fields": {"type": "raw"},
    "count_by": {"type": "raw"},
    "kinds": {"type": "list", "elements": "str", "choices": list(KINDS), "default": list(KINDS)},
    "since": {"type": "str", "choices": ["now", "present"], "default": "now"},
    **WAITS,
    **READING,
}


# What is logged does not change any more.
_LOG_KINDS = [kind for kind in KINDS if kind not in ("initial", "updated", "deleted")]


LOG_ARGUMENTS: dict[str, Any] = {
    **_COMMON,
    "filter_expression": {"type": "str"},
    "fields": {"type": "list", "elements": "str"},
    "kinds": {"type": "list", "elements": "str", "choices": _LOG_KINDS, "default": _LOG_KINDS},
    "timeout": WAITS["timeout"],
}


@dataclass(frozen=True)
class EventSource:
    """An event source.

    Attributes:
        name: Its name in this collection.
        about: What its events are about, in words.
        arguments: Its arguments, as an argument spec.
        wanted: What validated arguments ask to watch. Raises OptionError.
    """

    name: str
    about: str
    arguments: Mapping[str, Any]
    wanted: Callable[[Mapping[str, Any]], WatchedTables]

    def watch_of(self, arguments: Mapping[str, Any], emit: Emit) -> Watch:
        """The watch that these arguments describe.

        Args:
            arguments: As written, with what the environment adds to them missing still.
            emit: As Watch has it.

        Raises:
            OptionError: An argument is unknown, missing or wrong.
        """
        params = self._validated(arguments)
        positive(params, "search_interval", "timeout")
        not_negative(params, "heartbeat")
        if not params["kinds"]:
            raise OptionError("`kinds` is empty, so there would be no events; name at least one.")
        wanted = replace(
            self.wanted(params),
            kinds=tuple(params["kinds"]),
            heartbeat=params["heartbeat"],
            search_interval=params["search_interval"],
        )
        return Watch(connection_of(params, read_timeout=params["timeout"]), wanted, emit)

    def _validated(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        for name in arguments:
            if name not in self.arguments:
                raise OptionError(
                    f"`{name}` is not an argument of ngfw.smc.{self.name}.{did_you_mean(name, self.arguments)}"
                )
            _check_type(name, arguments[name], self.arguments[name])
        result = ArgumentSpecValidator(dict(self.arguments)).validate(dict(arguments))
        if result.error_messages:
            raise OptionError(" ".join(f"{message.rstrip('.')}." for message in result.error_messages))
        return dict(result.validated_parameters)


# How ansible-core reads a type, and what it must be, in words.
_TYPES: Mapping[str, tuple[Callable[[Any], Any], str]] = {
    "bool": (check_type_bool, "true or false"),
    "dict": (check_type_dict, "a mapping"),
    "float": (check_type_float, "a number"),
    "int": (check_type_int, "a whole number"),
    "list": (check_type_list, "a list"),
}


def _check_type(name: str, value: Any, spec: Mapping[str, Any]) -> None:
    """Raises OptionError for a value of another type. ansible-core would quote an exception of Python, or make a text of a list."""
    read, words = _TYPES.get(spec["type"], (lambda given: [given], "anything"))
    if value is None:
        return
    try:
        values = read(value)
    except (TypeError, ValueError, ArithmeticError):
        raise OptionError(f"`{name}` is '{shorten(str(value), 100)}'; it must be {words}.") from None
    if spec["type"] != "list":
        return
    for one in values:
        if isinstance(one, (list, Mapping)):
            raise OptionError(f"'{shorten(str(one), 100)}' in `{name}` must be a single value.")
        _check_type(name, one, {"type": spec["elements"]})


def _watched_tables(params: Mapping[str, Any]) -> WatchedTables:
    definitions = [definition_named(name) for name in dict.fromkeys(params["definitions"])]
    for name in ("where", "fields", "count_by"):
        _check_followed(name, params[name], definitions)
    return WatchedTables(
        selections={definition: _selection(definition, params) for definition in definitions},
        targets=_targets(params, definitions),
        waits=waits_of(params),
        corroborate=params["corroborate"],
        present=params["since"] == "present",
    )


def _watched_logs(params: Mapping[str, Any]) -> WatchedTables:
    conditions = read_conditions(params["where"], LOG, "where")
    fields = [resolve_field(label, LOG, "fields") for label in params["fields"] or ()]
    selection = replace(split_conditions(conditions, LOG, fields), expression=params["filter_expression"])
    return WatchedTables(selections={LOG: selection}, waits=Waits(timeout=params["timeout"]))


SOURCES: Mapping[str, EventSource] = {
    source.name: source
    for source in (
        EventSource("live_table", "live tables of NGFW engines", ARGUMENTS, _watched_tables),
        EventSource("live_logs", "the log of an SMC", LOG_ARGUMENTS, _watched_logs),
    )
}


def _targets(params: Mapping[str, Any], definitions: Sequence[Definition]) -> Targets:
    targets, types = params["targets"], tuple(params["engine_types"] or ())
    if not definitions:
        raise OptionError("`definitions` is empty; name at least one.")
    if not (targets or types) and not all(definition.targets_domain for definition in definitions):
        raise OptionError(
            "`targets` is missing: give names of engines or patterns such as 'Branch *', or `engine_types`. "
            "`targets: ['*']` is all engines."
        )
    patterns = [target for target in targets if "*" in target]
    return Targets(
        names=tuple(target for target in targets if "*" not in target),
        patterns=tuple(["*"] if types and not targets else patterns),
        types=types,
    )


def _selection(definition: Definition, params: Mapping[str, Any]) -> EntrySelection:
    conditions = read_conditions(_of_definition(params["where"], definition) or {}, definition, "where")
    labels = _of_definition(params["fields"], definition)
    if isinstance(labels, str):
        labels = [label.strip() for label in labels.split(",")]
    if labels is not None and not isinstance(labels, list):
        raise OptionError("`fields` is a list of fields, or a mapping of definitions to such lists.")
    counted = _of_definition(params["count_by"], definition)
    count_by = _field(counted, definition, "count_by") if counted else None
    fields = [_field(label, definition, "fields") for label in labels or ()]
    return split_conditions(conditions, definition, fields, count_by)


def _field(label: Any, definition: Definition, purpose: str) -> Field:
    if not isinstance(label, (str, int)):
        raise OptionError(f"'{shorten(str(label), 100)}' in `{purpose}` must be the name or the number of a field.")
    return resolve_field(str(label), definition, purpose)


def _of_definition(written: Any, definition: Definition) -> Any:
    """What is written for this definition, where that depends on the definition; else what is written for all."""
    return written.get(definition.name) if _is_by_definition(written) else written


def _is_by_definition(written: Any) -> bool:
    return isinstance(written, Mapping) and bool(written) and all(name in DEFINITIONS for name in written)


def _check_followed(name: str, written: Any, definitions: Sequence[Definition]) -> None:
    """Raises OptionError for what is written for a definition that is not followed: it would have no effect."""
    followed = [definition.name for definition in definitions]
    others = [one for one in written if one not in followed] if _is_by_definition(written) else []
    if others:
        raise OptionError(
            f"`{name}` has {join_names(others)}, which `definitions` lacks ({join_names(followed)}). Add "
            f"{join_names(others)} to `definitions`, or take it out of `{name}`."
        )
