# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Field names: whatever label the SMC sends a field under, an entry has it under one key.

The SMC prints a field by its internal name (`PeerEndPoint`), its column title (`Peer End-Point`) or its
number (`506`), and the block list's fields in several spellings. Here each field has one key, its internal name
in snake_case (`peer_end_point`), in which `Black` reads `block_`. A name that a later SMC gives a field stands in the
catalogue as another name of it and leads to the same key. A field that the catalogue lacks keeps its name in snake_case.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from ..errors import OptionError
from ..words import did_you_mean
from .catalogue import FIELD_LINES
from .definitions import DEFINITIONS_AND_LOG, Definition


@dataclass(frozen=True)
class Field:
    """One field of the catalogue.

    Attributes:
        id: the SMC's number for it; None where nobody published it.
        name: the internal name.
        title: the column title in the Management Client; empty where nobody published it.
        type: int, bytes, duration, bool, ip, mac, timestamp, enum or str.
        definitions: the names of the definitions that carry it; empty for a field that the catalogue lacks.
        other_names: names that other versions of the SMC have for it.
    """

    id: int | None
    name: str
    title: str
    type: str
    definitions: frozenset[str]
    other_names: tuple[str, ...] = ()

    @cached_property
    def key(self) -> str:
        """The key that every entry has it under."""
        return snake_case(self.name)

    @cached_property
    def other_keys(self) -> tuple[str, ...]:
        """The keys of entries that were written before the catalogue knew the other names."""
        return tuple(snake_case(name) for name in self.other_names)

    def value_in(self, entry: Mapping[str, Any]) -> Any:
        """Its value in an entry, under its key or one of the other keys; None if the entry lacks it."""
        value = entry.get(self.key)
        if value is None and self.other_names:
            return next((entry[key] for key in self.other_keys if entry.get(key) is not None), None)
        return value


# How many names are remembered in each form. A table has the same ones again and again.
_NAMES = 4096


_WORD_START = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


_BLOCK_LIST = re.compile(r"bl(?:ack|ock)_?list(er)?_?")


_SEPARATORS = re.compile(r"[^0-9a-z]+")


@lru_cache(maxsize=_NAMES)
def snake_case(name: str) -> str:
    """The key that a name becomes: `NeighborL3Data` becomes `neighbor_l3_data`.

    Every spelling of a black list becomes `block_list`. A bare number, the only name that some fields have, becomes `field_1028`.
    """
    words = _SEPARATORS.sub("_", _WORD_START.sub("_", name).lower())
    words = _BLOCK_LIST.sub(lambda found: f"block_list{found[1] or ''}_", words).strip("_")
    return "field_" + words if words.isdigit() else words


@lru_cache(maxsize=_NAMES)
def fold(label: str) -> str:
    """What is left of a label without case, separators and the block list's renaming."""
    return _SEPARATORS.sub("", label.lower()).replace("blacklist", "blocklist")


class Catalogue:
    """The known fields, found by any label that they may have. Iterating over it gives the fields.

    Args:
        lines: one line per field, as in catalogue.py.

    Raises:
        ValueError: a line does not have six columns, or names a definition by an initial that no definition has.
    """

    def __init__(self, lines: Iterable[str]) -> None:
        self._fields = tuple(_read_line(line) for line in lines)
        self._labels: dict[str | None, Mapping[str, Field]] = {None: self._labels_for(None)}
        self._labels.update({name: self._labels_for(name) for name in DEFINITIONS_AND_LOG})

    def __iter__(self) -> Iterator[Field]:
        return iter(self._fields)

    def __len__(self) -> int:
        return len(self._fields)

    def fields_of(self, definition: Definition) -> list[Field]:
        """The fields that this definition is known to carry."""
        return [field for field in self._fields if definition.name in field.definitions]

    def find(self, label: str, definition: Definition | None = None) -> Field | None:
        """The field with this label.

        Args:
            label: a name in any spelling, a title or a number.
            definition: whose fields win where several have the label.

        Returns:
            None if the catalogue has no such field.
        """
        return self._labels[definition.name if definition else None].get(fold(label))

    def other_keys_of(self, definition: Definition) -> Mapping[str, str]:
        """The keys that entries of this definition may have from before a renaming, with the key that each stands for."""
        return {other: field.key for field in self.fields_of(definition) for other in field.other_keys}

    def _labels_for(self, definition: str | None) -> Mapping[str, Field]:
        """Every label a field may have, folded. The definition's own fields win, then names over titles."""
        own = [field for field in self._fields if definition in field.definitions]
        labels: dict[str, Field] = {}
        for fields in (own, self._fields):
            for field in fields:
                labels.setdefault(fold(field.name), field)
                labels.setdefault(fold(field.key), field)
                if field.id is not None:
                    labels.setdefault(str(field.id), field)
            for field in fields:
                for other in field.other_names:
                    labels.setdefault(fold(other), field)
                    labels.setdefault(fold(snake_case(other)), field)
            for field in fields:
                if field.title:
                    labels.setdefault(fold(field.title), field)
        return labels


def _read_line(line: str) -> Field:
    columns = line.split("|")
    if len(columns) != 6:
        raise ValueError(f"The field catalogue's line '{line}' has {len(columns)} columns; expected 6.")
    number, name, title, kind, initials, others = columns
    by_initial = {definition.initial: definition.name for definition in DEFINITIONS_AND_LOG.values()}
    # An alert is an entry of the log that somebody should look at.
    initials = initials.replace("A", "AL")
    unknown = "" if initials == "*" else "".join(sorted(set(initials) - set(by_initial)))
    if unknown:
        raise ValueError(
            f"The field catalogue's line '{line}' names definitions by the initials '{unknown}', which no definition in "
            "definitions.py has."
        )
    carriers = by_initial.values() if initials == "*" else [by_initial[initial] for initial in initials]
    other_names = tuple(other.strip() for other in others.split(",") if other.strip())
    return Field(int(number) if number else None, name, title, kind, frozenset(carriers), other_names)


CATALOGUE = Catalogue(FIELD_LINES)


def find_field(label: str, definition: Definition | None = None) -> Field | None:
    """Catalogue.find in the catalogue of what is publicly known."""
    return CATALOGUE.find(label, definition)


def resolve_field(label: str, definition: Definition | None, purpose: str) -> Field:
    """The field that a user named. A number that the catalogue lacks is accepted as it is.

    Args:
        label: a name in any spelling, a title or a number.
        definition: whose fields win where several have the label; None for no preference.
        purpose: where the name was given, for the message ("filter", "fields").

    Raises:
        OptionError: there is no such field; the message suggests names like it.
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
    raise OptionError(f"There is no field '{label}' ({purpose}).{advice} You can give an unlisted field by its number.")
