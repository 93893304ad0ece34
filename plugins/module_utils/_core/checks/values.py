# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Plain values of a check or an entry, read as the type that is expected."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from typing import Any

from ..errors import OptionError
from ..schema.conditions import not_a_text

Number = float


def as_text(value: Any) -> str:
    """The value as text; None is the empty text."""
    return "" if value is None else str(value)


def as_texts(value: Any) -> list[str]:
    """A list of texts: none of None, one of a single value."""
    if value is None:
        return []
    if isinstance(value, (list, tuple)):
        return [str(item) for item in value]
    return [str(value)]


def as_patterns(value: Any, what: str) -> list[str]:
    """A list of texts, of which each was written as a text.

    YAML reads NO as false, 0123 as 83, 10:30 as 630 and 2024-01-01 as a date; none of these finds what was meant.

    Raises:
        OptionError: One of them is not a text.
    """
    items = value if isinstance(value, (list, tuple)) else [] if value is None else [value]
    for item in items:
        if not isinstance(item, str):
            raise OptionError(not_a_text(what, item))
    return [str(item) for item in items]


_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def as_number(value: Any, what: str) -> Number:
    """The value as a number; a text such as "12" or "1.5" is one as well.

    Args:
        value: The user's value.
        what: What the number is for, for the message.

    Raises:
        OptionError: The value is not a number.
    """
    # A bound that is not a number (.nan) or infinite would be no bound, or one that never holds.
    if isinstance(value, (int, float)) and not isinstance(value, bool) and math.isfinite(value):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        number = float(value)
        return int(number) if number.is_integer() else number
    raise OptionError(f"{what}: '{value}' is not a number.")


def number_in(value: Any) -> Number | None:
    """The number that an entry's field holds, or None if it holds something else."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    return value


def as_boolean(value: Any, what: str) -> bool:
    """true, false, yes or no, as a boolean or as text.

    Raises:
        OptionError: The value is none of these.
    """
    known = {"true": True, "yes": True, "false": False, "no": False}.get(str(value).lower())
    if known is None:
        raise OptionError(f"`{what}` must be true or false, not '{value}'.")
    return known


def as_mapping(value: Any, what: str) -> Mapping[str, Any]:
    """A mapping; None is an empty one.

    Raises:
        OptionError: The value is not a mapping.
    """
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise OptionError(f"`{what}` must be a mapping, not '{value}'.")
    return value
