# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Entries, conditions and numbers as short texts for people."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ..schema.fields import snake_case
from ..schema.records import RECORD_KEYS, Record
from ..words import join_names
from .values import Number, as_boolean

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
    """The entry without empty values, without keys, and without what every record carries."""
    shown = {str(key): value for key, value in entry.items() if key not in _NOISE and value is not None and value != ""}
    if shown.get("comp_id") == shown.get("node_id"):
        shown.pop("comp_id", None)
    return shown


def describe(conditions: Mapping[str, Any]) -> str:
    """Conditions in words: "route_gateway 192.0.2.254 and dport at least 1024"."""
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
                parts.append(_pattern(str(operand)))
            elif operator == "range" and isinstance(operand, (list, tuple)) and len(operand) == 2:
                parts.append(f"{operand[0]} to {operand[1]}")
            else:
                name = {"min": "at least", "max": "at most"}.get(str(operator), str(operator))
                parts.append(f"{name} {_words(operand)}")
        return join_names(parts)
    if isinstance(value, (list, tuple)):
        return join_names((_words(item) for item in value), "or")
    return "absent" if value is None else str(value)


# Words and alternatives only, after a prefix that ignores case.
_PLAIN_PATTERN = re.compile(r"(\(\?i\))?([\w -]+(?:\|[\w -]+)*)")


def _pattern(expression: str) -> str:
    """A regular expression in words where it is only a list of words, as it is otherwise."""
    match = _PLAIN_PATTERN.fullmatch(expression)
    return f"containing {join_names(match[2].split('|'), 'or')}" if match else f"matching {expression}"


def plain(number: Number) -> str:
    """The number, without a fraction if it is whole: "10", "1.5"."""
    return str(int(number)) if float(number).is_integer() else f"{number:g}"
