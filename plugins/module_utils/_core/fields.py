# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Field names and values: what the SMC sends, under names and types that stay the same.

The SMC prints a field by its internal name (`PeerEndPoint`), its column title (`Peer End-Point`) or its
number (`506`), and the block list's fields in several spellings. Here each has one name, the internal one
in snake_case (`peer_end_point`), and `Black` reads `block_`. Values that the catalogue knows to be numbers,
booleans or addresses become such; a value that does not convert stays as sent, and an unknown field stays.
"""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, groupby
from typing import Any, NamedTuple

from .catalogue import FIELD_LINES
from .definitions import DEFINITIONS, Definition
from .errors import OptionError, did_you_mean

Record = dict[str, Any]
Converter = Callable[[Any], Any]

# Keys of a record that are not fields: they cannot be asked for or filtered on, and come by themselves.
RECORD_KEYS = ("delta_key", "first_fetch", "block_list_href", "vpn_sa_href")


@dataclass(frozen=True)
class Field:
    """One field of the catalogue. `id` and `title` are empty where nobody published them."""

    id: int | None
    name: str
    title: str
    type: str
    definitions: frozenset[str]

    @property
    def key(self) -> str:
        return snake_case(self.name)


def _read_catalogue() -> tuple[Field, ...]:
    by_initial = {definition.initial: name for name, definition in DEFINITIONS.items()}
    fields = []
    for line in FIELD_LINES:
        number, name, title, kind, initials = line.split("|")
        carriers = by_initial.values() if initials == "*" else [by_initial[initial] for initial in initials]
        fields.append(Field(int(number) if number else None, name, title, kind, frozenset(carriers)))
    return tuple(fields)


_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_BLOCK_LIST = re.compile(r"bl(?:ack|ock)_?list(er)?_?")
_SEPARATORS = re.compile(r"[^0-9a-z]+")


def snake_case(name: str) -> str:
    """`NeighborL3Data` is `neighbor_l3_data`; every spelling of a black list is a `block_list`.

    A bare number, the only name that some fields have, becomes `field_1028`.
    """
    words = _SEPARATORS.sub("_", _WORD_START.sub("_", name).lower())
    words = _BLOCK_LIST.sub(lambda found: f"block_list{found[1] or ''}_", words).strip("_")
    return "field_" + words if words.isdigit() else words


def fold(label: str) -> str:
    """What is left of a label when case, separators and the block list's renaming are disregarded."""
    return _SEPARATORS.sub("", label.lower()).replace("blacklist", "blocklist")


CATALOGUE: tuple[Field, ...] = _read_catalogue()


def _labels(definition: Definition | None) -> dict[str, Field]:
    """Every label a field may bear, folded. A definition's own fields win, then names over titles."""
    own = [field for field in CATALOGUE if definition and definition.name in field.definitions]
    labels: dict[str, Field] = {}
    for fields in (own, CATALOGUE):
        for field in fields:
            labels.setdefault(fold(field.name), field)
            labels.setdefault(fold(field.key), field)
            if field.id is not None:
                labels.setdefault(str(field.id), field)
        for field in fields:
            if field.title:
                labels.setdefault(fold(field.title), field)
    return labels


_LABELS: dict[str | None, dict[str, Field]] = {None: _labels(None)}
_LABELS.update({name: _labels(definition) for name, definition in DEFINITIONS.items()})


def find_field(label: str, definition: Definition | None = None) -> Field | None:
    """The field with this name (in any spelling), title or number; None when the catalogue has none."""
    return _LABELS[definition.name if definition else None].get(fold(label))


def resolve_field(label: str, definition: Definition | None, purpose: str) -> Field:
    """The field a user named. A number that the catalogue lacks is taken at its word.

    Raises OptionError with close names; `purpose` says where the name stood ("filter", "fields").
    """
    field = find_field(label, definition)
    if field is not None:
        return field
    number = re.fullmatch(r"(?:field_)?([0-9]+)", label.strip())
    if number:
        return Field(int(number[1]), number[1], "", "str", frozenset())
    own = [known.key for known in CATALOGUE if definition is None or definition.name in known.definitions]
    rest = [known.key for known in CATALOGUE if known.key not in own]
    advice = did_you_mean(snake_case(label), own) or did_you_mean(snake_case(label), rest)
    raise OptionError(
        f"There is no field '{label}' ({purpose}).{advice} A field that the catalogue lacks can be given by its number."
    )


_LONGEST_NUMBER = 1000


def to_integer(value: Any) -> Any:
    """`"443"` is 443; anything but plain ASCII digits with an optional minus stays as sent."""
    if isinstance(value, str):
        digits = value[1:] if value[:1] == "-" else value
        # A number of more than a thousand digits is none, and int() refuses some of them.
        if digits.isdigit() and digits.isascii() and len(digits) < _LONGEST_NUMBER:
            return int(value)
    return value


def to_boolean(value: Any) -> Any:
    """`"true"` and `"False"` are booleans."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), value)
    return value


def to_address(value: Any) -> Any:
    """An IPv6 address in its shortest usual form. An IPv4 address has but one form."""
    if isinstance(value, str) and ":" in value:
        try:
            return socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, value))
        except (OSError, ValueError):
            return value
    return value


def to_hardware_address(value: Any) -> Any:
    """Six octets, lower case, colons."""
    if isinstance(value, str):
        octets = re.fullmatch(r"([0-9a-f]{2})" + r"[:-]?([0-9a-f]{2})" * 5, value.lower())
        if octets:
            return ":".join(octets.groups())
    return value


CONVERTERS: Mapping[str, Converter] = {
    "int": to_integer,
    "bytes": to_integer,
    "duration": to_integer,
    "bool": to_boolean,
    "ip": to_address,
    "mac": to_hardware_address,
}

Column = Sequence[Any]


def _integers(column: Column) -> Column:
    try:
        text = "".join(column)
    except TypeError:
        return [to_integer(value) for value in column]
    if text.isdecimal() and text.isascii() and all(column) and len(max(column, key=len)) < _LONGEST_NUMBER:
        return [*map(int, column)]
    return [to_integer(value) for value in column]


def _addresses(column: Column) -> Column:
    try:
        if ":" not in "".join(column):
            return column
    except TypeError:
        pass  # not only texts: each value is looked at by itself
    return [to_address(value) for value in column]


_COLUMN_CONVERTERS: Mapping[str, Callable[[Column], Column]] = {
    "int": _integers,
    "bytes": _integers,
    "duration": _integers,
    "bool": lambda column: [to_boolean(value) for value in column],
    "ip": _addresses,
    "mac": lambda column: [to_hardware_address(value) for value in column],
}


class _Shape(NamedTuple):
    """What is the same for all records with the same labels in the same order. labels: by their keys."""

    keys: tuple[str, ...]
    labels: Mapping[str, str]
    conversions: tuple[tuple[str, Callable[[Column], Column]], ...]


class Batch:
    """Records of one message with the same labels in the same order. places: where each stands in the message.

    A table of a hundred thousand entries spends its time here, so the work goes by columns: converting a column of
    texts costs a fraction of what converting its values one by one would.
    """

    def __init__(self, records: list[Record], places: list[int], shape: _Shape) -> None:
        self.records = records
        self.places = places
        self._shape = shape

    def has(self, key: str) -> bool:
        return key in self._shape.labels

    def column(self, key: str) -> Column:
        """The values of one field as sent; None for each record if there is no such field."""
        label = self._shape.labels.get(key)
        if label is None:
            return [None] * len(self.records)
        return [record[label] for record in self.records]

    def entries(self) -> list[Record]:
        """The records with predictable keys and typed values, without the transfer's own mark first_fetch."""
        keys = self._shape.keys
        entries = [dict(zip(keys, values)) for values in map(dict.values, self.records)]
        for key, convert in self._shape.conversions:
            column = self.column(key)
            converted = convert(column)
            if converted is not column:
                for entry, value in zip(entries, converted):
                    entry[key] = value
        if "first_fetch" in keys:
            for entry in entries:
                del entry["first_fetch"]
        return entries

    def select(self, wanted: Sequence[bool]) -> Batch:
        """Those for which `wanted` is true."""
        return Batch([*compress(self.records, wanted)], [*compress(self.places, wanted)], self._shape)


class EntryReader:
    """Turns the SMC's records of one definition into entries with predictable keys and typed values."""

    def __init__(self, definition: Definition) -> None:
        self._definition = definition
        self._shapes: dict[tuple[str, ...], _Shape] = {}

    def read(self, records: Sequence[Record]) -> list[Batch]:
        """The records of a message by their labels: one batch, or more where some lack a field, such as a port."""
        places: dict[tuple[str, ...], list[int]] = {}
        start = 0
        for labels, run in groupby(records, tuple):
            end = start + len(list(run))
            places.setdefault(labels, []).extend(range(start, end))
            start = end
        return [
            Batch([records[place] for place in there], there, self._shape(labels)) for labels, there in places.items()
        ]

    def _shape(self, labels: tuple[str, ...]) -> _Shape:
        shape = self._shapes.get(labels)
        if shape is None:
            shape = self._shapes[labels] = self._learn(labels)
        return shape

    def _learn(self, labels: tuple[str, ...]) -> _Shape:
        keys: dict[str, str] = {}
        conversions = []
        for label in labels:
            field = None if label in RECORD_KEYS else find_field(label, self._definition)
            name = field.key if field else snake_case(label)
            spellings = (name, label, *(f"{label}_{number}" for number in range(len(labels))))
            key = next(spelling for spelling in spellings if spelling and spelling not in keys)
            keys[key] = label
            if field and field.type in _COLUMN_CONVERTERS:
                conversions.append((key, _COLUMN_CONVERTERS[field.type]))
        return _Shape(tuple(keys), keys, tuple(conversions))
