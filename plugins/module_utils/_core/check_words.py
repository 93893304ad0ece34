# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What a check and an entry say to people, in few words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .check_values import Number, as_boolean
from .errors import join_names
from .fields import RECORD_KEYS, Record, snake_case

# Of no use to a person who reads why a check failed.
_NOISE = frozenset(
    (
        "data_tags",
        "data_type",
        "session_event",
        "sender_domain",
        "reception_time",
        "src_addrs",
        "dst_addrs",
        *RECORD_KEYS,
    )
)


def presentable(entry: Mapping[str, Any]) -> Record:
    """An entry for people: without empty values, keys and what every record carries."""
    shown = {str(key): value for key, value in entry.items() if key not in _NOISE and value is not None and value != ""}
    if shown.get("comp_id") == shown.get("node_id"):
        shown.pop("comp_id", None)
    return shown


def describe(conditions: Mapping[str, Any]) -> str:
    """Conditions in few words: `route_gateway 192.0.2.254 and dport min 1024`."""
    return join_names(f"{snake_case(str(key))} {_words(value)}" for key, value in conditions.items()) or "anything"


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        parts = []
        for operator, operand in value.items():
            if operator == "defined":
                parts.append("present" if as_boolean(operand, "defined") else "absent")
            elif operator in ("in", "equal", "network"):
                parts.append(_words(operand))
            elif operator == "regex":
                parts.append(f"like /{operand}/")
            elif operator == "range" and isinstance(operand, (list, tuple)) and len(operand) == 2:
                parts.append(f"{operand[0]} to {operand[1]}")
            else:
                name = {"min": "at least", "max": "at most"}.get(str(operator), str(operator))
                parts.append(f"{name} {_words(operand)}")
        return join_names(parts)
    if isinstance(value, (list, tuple)):
        return join_names((_words(item) for item in value), "or")
    return "absent" if value is None else str(value)


def some(names: Sequence[str], most: int = 6) -> str:
    """The first names, and how many more there are."""
    if len(names) <= most:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def plain(number: Number) -> str:
    """A number without a fraction that says nothing."""
    return str(int(number)) if float(number).is_integer() else f"{number:g}"
