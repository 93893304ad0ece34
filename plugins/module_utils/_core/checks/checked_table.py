# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The entries of a table that a check selects, and the fields that it may name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Union

from ..errors import OptionError, Unmeasurable
from ..schema.conditions import Conditions, read_conditions
from ..schema.definitions import Definition
from ..schema.fields import CATALOGUE, Field, find_field, resolve_field, snake_case
from ..schema.records import Record
from ..words import count_entries, did_you_mean
from .values import as_text
from .wording import describe

# Earlier entries, or a sentence on why there are none.
Baseline = Union[Sequence[Record], str]

# The spellings of what is not a field: the node that an entry comes from.
_NODE = ("node", "node_id")


@dataclass(frozen=True)
class CheckedColumn:
    """What entries are grouped or told apart by: a field, or the node that an entry comes from.

    label: as a person reads it. key: the entries' key, empty for the node.
    """

    label: str
    key: str

    def value_of(self, entry: Record) -> str:
        """The entry's value as text, empty if it has none."""
        if self.key:
            return as_text(entry.get(self.key))
        # The node that an entry is of: its sender, else its creator.
        return as_text(entry.get("node_id") or entry.get("comp_id"))


@dataclass(frozen=True)
class TableFields:
    """The fields that a check of this table may name: those of the definition, and those that its entries have.

    keys: of all entries.
    """

    definition: Definition
    keys: frozenset[str]
    entries: Sequence[Record] = ()

    def key(self, label: str, purpose: str) -> str:
        """The entries' key of a field.

        Args:
            label: The field in any spelling, or its number.
            purpose: Which part of the check names it, for messages.

        Raises:
            OptionError: There is no such field, or the definition does not carry it and no entry has it.
        """
        key = snake_case(label)
        known = find_field(label, self.definition)
        if known is None:
            return key if key in self.keys else resolve_field(label, self.definition, purpose).key
        carried = not known.definitions or self.definition.name in known.definitions
        if not carried and known.key not in self.keys and not label.strip().isdigit():
            own = [field.key for field in CATALOGUE if self.definition.name in field.definitions]
            raise OptionError(
                f"{self.definition.name} has no field '{known.key}' ({purpose}).{did_you_mean(known.key, own)} "
                f"If your SMC sends it all the same, give the field's number instead."
            )
        return known.key

    def column(self, label: str, purpose: str) -> CheckedColumn:
        """The field, or the node if the label is `node`. Raises OptionError as `key` does."""
        if label in _NODE:
            return CheckedColumn(label, "")
        key = self.key(label, purpose)
        return CheckedColumn(key, key)

    def conditions(self, written: Any, purpose: str) -> Conditions:
        """The conditions as a user writes them.

        Raises:
            OptionError: They are not a mapping, name an unknown field, or have a test that cannot be read.
        """
        if not isinstance(written, Mapping):
            raise OptionError(f"`{purpose}` must be a mapping of fields to conditions, not '{written}'.")
        for label in written:
            self.key(str(label), purpose)
        return read_conditions(written, self.definition, purpose, self.keys, self.holds)

    def holds(self, field: Field, kind: type) -> bool:
        """Whether an entry has a value of this Python type in the field."""
        # Exactly this type: a boolean is an integer as well.
        return any(field.value_in(entry).__class__ is kind for entry in self.entries)


@dataclass(frozen=True)
class CheckedTable:
    """A table as one check looks at it.

    entries: all of them. selected: those that fulfil `where`. selection: the conditions of `where` in words, empty
    without conditions. baseline: earlier entries, or why there are none; None if none were given. nodes: the names of the nodes that are online, None if
    they are not known. now: when it was measured, None if that is not known.
    """

    definition: Definition
    target: str
    fields: TableFields
    entries: Sequence[Record]
    selected: Sequence[Record]
    where: Conditions
    selection: str
    baseline: Baseline | None
    nodes: Sequence[str] | None = None
    now: datetime | None = None

    def earlier(self) -> Sequence[Record]:
        """The entries of the baseline that fulfil `where`. Raises Unmeasurable if there is no baseline, or none that can be used."""
        if self.baseline is None:
            raise Unmeasurable(f"There is no baseline of {self.definition.name}.")
        if isinstance(self.baseline, str):
            raise Unmeasurable(self.baseline)
        return [entry for entry in self.baseline if self.where.hold(entry)]

    def measured(self) -> str:
        """How many entries are selected, in words: "2 of 4 entries with sa_class IPsec"."""
        counted = count_entries(len(self.entries))
        # Of an empty table there is nothing more to say.
        return (
            f"{len(self.selected)} of {counted} with {self.selection}" if self.selection and self.entries else counted
        )

    def found(self) -> str:
        """The same, after a sentence that has named the conditions already: "2 of 4"."""
        of = f" of {len(self.entries)}" if self.selection and self.entries else ""
        return f"{len(self.selected)}{of}"

    def entries_wanted(self, count: float | None) -> str:
        """The noun for a number of entries, with the conditions: "entry with sa_class IPsec"."""
        noun = "entry" if count == 1 else "entries"
        return f"{noun} with {self.selection}" if self.selection else noun


def select_entries(
    definition: Definition,
    target: str,
    entries: Sequence[Record],
    where: Any = None,
    baseline: Baseline | None = None,
    nodes: Sequence[str] | None = None,
    now: datetime | None = None,
) -> CheckedTable:
    """The table with the entries that `where` selects.

    Args:
        definition: Which table it is.
        target: The engine or domain that it is of.
        entries: All entries.
        where: Conditions as the user wrote them; None or an empty mapping selects every entry.
        baseline: Earlier entries, or why there are none; None if no baseline was given.
        nodes: The names of the nodes that are online, None if they are not known.
        now: When it was measured, with its zone.

    Raises:
        OptionError: The conditions cannot be read.
    """
    fields = TableFields(definition, _keys_of(entries), entries)
    conditions = fields.conditions({} if where is None else where, "where")
    return CheckedTable(
        definition=definition,
        target=target,
        fields=fields,
        entries=entries,
        selected=[entry for entry in entries if conditions.hold(entry)],
        where=conditions,
        selection=describe(where) if where else "",
        baseline=baseline,
        nodes=nodes,
        now=now,
    )


def _keys_of(entries: Iterable[Record]) -> frozenset[str]:
    keys: set[str] = set()
    for entry in entries:
        keys.update(entry)
    return frozenset(keys)
