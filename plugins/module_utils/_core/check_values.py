# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Plain values as they stand in a check or an entry, read as what they are meant to be."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .errors import OptionError

Number = float


def as_text(value: Any) -> str:
    return "" if value is None else str(value)


def as_texts(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, (list, tuple)):
        return [str(item) for item in value]
    return [str(value)]


_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")


def as_number(value: Any, what: str) -> Number:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return value
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        number = float(value)
        return int(number) if number.is_integer() else number
    raise OptionError(f"{what}: a bound is a number, but '{value}' is none.")


def as_boolean(value: Any, what: str) -> bool:
    known = {"true": True, "yes": True, "false": False, "no": False}.get(str(value).lower())
    if known is None:
        raise OptionError(f"`{what}` is true or false, not '{value}'.")
    return known


def as_mapping(value: Any, what: str) -> Mapping[str, Any]:
    if value is None:
        return {}
    if not isinstance(value, Mapping):
        raise OptionError(f"`{what}` is a mapping, not '{value}'.")
    return value
