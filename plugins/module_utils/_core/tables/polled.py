# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What the polling interface lists, as records like those that come over the socket.

Pure. SMC 7.1 and later answer with an object of `is_all`, which is true if every entry was retrieved, and one list, whose
key has no public name. With `full=False` its items are keys only: timestamp, component id and event id. What a full item
looks like is public for routes only, so any spelling of a field is understood, and values that are no texts are written as
the socket would write them, as far as that is known.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

from ..schema.conversion import Converter
from ..schema.definitions import Definition
from ..schema.fields import CATALOGUE
from ..schema.records import RECORD_KEYS, Record

# What an item may have that is no field of its entry.
_NO_FIELDS = ("cluster_ref", "link", "links")


# The lists that an answer may have beside that of the entries.
_NO_ENTRIES = (*_NO_FIELDS, "details", "error", "errors", "message", "messages", "warning", "warnings")


_NODES = ("node_id", "comp_id")


_INTERFACES = ("dstif", "srcif", "neighbor_interface")


_NUMBERS = ("int", "bytes", "duration", "bool")


@dataclass(frozen=True)
class Polled:
    """What the polling interface answered.

    Attributes:
        records: The entries, or their keys.
        is_all: Whether the SMC says that these are all.
        why: Why there is no answer, as a sentence without a full stop; empty if there is one.
        silent: Whether the answer is `is_all` alone. That may be how an SMC says that there are no entries, so it counts only where
            nothing else came either.
    """

    records: Sequence[Record] = ()
    is_all: bool = False
    why: str = ""
    silent: bool = False


def read_polled(document: Any, definition: Definition, nodes: Mapping[str, str]) -> Polled:
    """The answer that a document holds.

    Args:
        document: What the SMC sent; None for an empty answer.
        definition: The table.
        nodes: The names of the engine's nodes by their keys, which may stand for them.
    """
    if document is None:
        return Polled(why="the polling interface gave an empty answer")
    if not isinstance(document, dict):
        return Polled(why="the polling interface answered with something else than an object")
    lists = [value for label, value in document.items() if isinstance(value, list) and label not in _NO_ENTRIES]
    if document.keys() == {"is_all"}:
        return Polled(is_all=document["is_all"] is True, silent=True)
    if len(lists) != 1:
        found = "no list" if not lists else f"{len(lists)} lists"
        return Polled(why=f"the polling interface answered with {found} of entries")
    (items,) = lists
    if not {dict}.issuperset(map(type, items)):
        return Polled(why="the polling interface answered with a list of something else than objects")
    reader = _PolledReader(definition, nodes)
    return Polled([reader.read(item) for item in items], document.get("is_all") is True)


class _PolledReader:
    """Turns items into records. It looks each label up once."""

    def __init__(self, definition: Definition, nodes: Mapping[str, str]) -> None:
        self._definition = definition
        self._nodes = nodes
        self._only_node = next(iter(nodes.values())) if len(nodes) == 1 else None
        self._labels: dict[str, tuple[str, Converter]] = {}

    def read(self, item: Mapping[str, Any]) -> Record:
        record: Record = {}
        names_node = False
        for label, value in item.items():
            if label not in self._labels:
                self._labels[label] = self._learn(label)
            key, convert = self._labels[label]
            sent = None if value is None else convert(value)
            if sent is not None:
                record[label] = sent
                names_node = names_node or key in _NODES
        if self._only_node and not names_node:
            record["NodeId"] = self._only_node
        return record

    def _learn(self, label: str) -> tuple[str, Converter]:
        """The key of the field with this label, and what makes of its values what the socket would send."""
        if label in RECORD_KEYS:
            return label, lambda value: value
        if label in _NO_FIELDS:
            return label, lambda _value: None
        field = CATALOGUE.find(label, self._definition)
        key, kind = (field.key, field.type) if field else (label, "str")
        if key in _NODES:
            return key, lambda value: self._nodes.get(str(value), str(value))
        if key in _INTERFACES:
            return key, _interface
        if kind == "timestamp":
            return key, _time
        return key, (lambda value: value) if kind in _NUMBERS else _text


def _text(value: Any) -> Any:
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return ", ".join(str(_text(item)) for item in value)
    return json.dumps(value)


def _interface(value: Any) -> Any:
    """Routes are known to name an interface by its number here, and by `Interface #1` on the socket; -1 is none."""
    if isinstance(value, int):
        return f"Interface #{value}" if value >= 0 else None
    return _text(value)


def _time(value: Any) -> Any:
    """Milliseconds since 1970 as texts print them, in UTC."""
    if not isinstance(value, int):
        return _text(value)
    try:
        return datetime.fromtimestamp(value / 1000, timezone.utc).strftime("%Y-%m-%d %H:%M:%S")
    except (OverflowError, OSError, ValueError):
        return str(value)
