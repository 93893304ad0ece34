# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Which fields of a table its checks need, so that no others are asked for."""

from __future__ import annotations

from functools import lru_cache

from ..comparison.rules import default_rules
from ..errors import OptionError
from ..schema.definitions import DEFINITIONS, Definition
from ..schema.fields import Field, find_field
from .checked_table import select_entries
from .expectations import read_expectations
from .reading import Check

# What tells the node of an entry where its sender is missing.
_CREATOR = "comp_id"


# An engine has the checks of the engine before it. A check is itself only, so this keeps no more than it has seen.
@lru_cache(maxsize=1000)
def needed_fields(checks: tuple[Check, ...]) -> tuple[Field, ...]:
    """The fields that the verdicts of these checks, which are of one table, depend on or show. Empty stands for all fields.

    All fields are needed to compare entries with a baseline, for a field that has no known number to ask for it by, and for a
    check of which only the entries can tell whether it can be read.
    """
    needed: dict[Field, None] = {}
    for check in checks:
        own = _fields_of(check)
        if own is None:
            return ()
        needed.update(dict.fromkeys(own))
    return tuple(needed)


def _fields_of(check: Check) -> tuple[Field, ...] | None:
    """None if the check needs all fields."""
    definition = check.definition
    if definition is None:
        return ()
    try:
        table = select_entries(definition, "", [], check.written.get("where"), baseline=())
        expectations = read_expectations(check.written, table)
    except OptionError:
        return None
    if any(one.expected.needs_all_fields for one in expectations):
        return None
    keys = [key for one in expectations for key in one.expected.fields if key]
    named = [*(field for field, _test in table.where.tests), *(find_field(key, definition) for key in keys)]
    known = [field for field in named if field is not None and field.id is not None]
    return (*known, *_identity(definition)) if len(known) == len(named) else None


@lru_cache(maxsize=len(DEFINITIONS))
def _identity(definition: Definition) -> tuple[Field, ...]:
    """What a verdict shows of entries at fault besides the fields that its check names."""
    keys = (*default_rules(definition).identity, _CREATOR)
    found = [find_field(key, definition) for key in keys]
    return tuple(field for field in found if field is not None and field.id is not None)
