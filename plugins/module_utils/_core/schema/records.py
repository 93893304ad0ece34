# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Records of one message, named and typed by columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import compress, groupby
from typing import Any, NamedTuple, Optional, Union

from .conversion import COLUMN_CONVERTERS, Column
from .definitions import Definition
from .fields import CATALOGUE, Catalogue, snake_case

Record = dict[str, Any]


# Keys of a record that are not fields: they cannot be asked for or filtered on, and come by themselves.
RECORD_KEYS = ("delta_key", "first_fetch", "block_list_href", "vpn_sa_href")


class _Shape(NamedTuple):
    """What is the same for all records with the same labels in the same order.

    Attributes:
        keys: the entries' keys, in the order of the labels; without first_fetch where that is the last one.
        labels: the label of each key.
        conversions: the keys whose values are converted, and how.
    """

    keys: tuple[str, ...]
    labels: Mapping[str, str]
    conversions: tuple[tuple[str, Callable[[Column], Column]], ...]


class Batch:
    """Records of one message with the same labels in the same order.

    A table of a hundred thousand entries spends its time here, so the work goes by columns: converting a column of
    texts costs a fraction of what converting its values one by one would.

    Attributes:
        records: as the SMC sent them.
        places: the position of each in the message.
    """

    def __init__(self, records: list[Record], places: list[int], shape: _Shape) -> None:
        self.records = records
        self.places = places
        self._shape = shape

    def has(self, key: str) -> bool:
        """Whether the records have the field with this key."""
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
        # `zip` leaves out the values behind the last key.
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
        """The records for which `wanted`, which has one value per record, is true."""
        return Batch([*compress(self.records, wanted)], [*compress(self.places, wanted)], self._shape)


class EntryReader:
    """Turns the SMC's records of one definition into entries with predictable keys and typed values.

    Args:
        definition: what the records are of.
        catalogue: the fields to recognise; the publicly known ones unless given.
    """

    def __init__(self, definition: Definition, catalogue: Catalogue = CATALOGUE) -> None:
        self._definition = definition
        self._catalogue = catalogue
        self._shapes: dict[tuple[str, ...], _Shape] = {}

    def read(self, records: Sequence[Record]) -> list[Batch]:
        """The records of a message, grouped by their labels.

        Returns:
            One batch, or several where some records lack a field, such as a port.
        """
        places: dict[tuple[str, ...], list[int]] = {}
        start = 0
        for labels, run in groupby(records, tuple):
            end = start + len(list(run))
            places.setdefault(labels, []).extend(range(start, end))
            start = end
        return [
            Batch([records[place] for place in there], there, self._shape(labels)) for labels, there in places.items()
        ]

    def entries(self, records: Sequence[Record]) -> list[Record]:
        """The records of a message as entries, in their order."""
        batches = self.read(records)
        if len(batches) == 1:
            return batches[0].entries()
        placed = {place: entry for batch in batches for place, entry in zip(batch.places, batch.entries())}
        return [placed[place] for place in sorted(placed)]

    def _shape(self, labels: tuple[str, ...]) -> _Shape:
        shape = self._shapes.get(labels)
        if shape is None:
            shape = self._shapes[labels] = self._learn(labels)
        return shape

    def _learn(self, labels: tuple[str, ...]) -> _Shape:
        keys: dict[str, str] = {}
        conversions = []
        for label in labels:
            field = None if label in RECORD_KEYS else self._catalogue.find(label, self._definition)
            name = field.key if field else snake_case(label)
            spellings = (name, label, *(f"{label}_{number}" for number in range(len(labels))))
            key = next(spelling for spelling in spellings if spelling and spelling not in keys)
            keys[key] = label
            if field and field.type in COLUMN_CONVERTERS:
                conversions.append((key, COLUMN_CONVERTERS[field.type]))
        named = tuple(keys)
        return _Shape(named[:-1] if named[-1:] == ("first_fetch",) else named, keys, tuple(conversions))


# The node and its delta_key; a number instead of the key where there is none.
Key = tuple[Optional[str], Union[str, int]]
