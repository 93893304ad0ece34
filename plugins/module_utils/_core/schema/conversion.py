# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Values as the SMC sends them, converted to the type of their field."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Mapping, Sequence
from typing import Any

Converter = Callable[[Any], Any]


_LONGEST_NUMBER = 1000


def to_integer(value: Any) -> Any:
    """`"443"` becomes 443. Anything but plain ASCII digits with an optional minus stays as sent."""
    if isinstance(value, str):
        digits = value[1:] if value[:1] == "-" else value
        # More than a thousand digits are not a number that means anything, and int() refuses some of them.
        if digits.isdigit() and digits.isascii() and len(digits) < _LONGEST_NUMBER:
            return int(value)
    return value


def to_boolean(value: Any) -> Any:
    """`"true"` and `"False"` become booleans, in upper or lower case. Anything else stays as sent."""
    if isinstance(value, str):
        return {"true": True, "false": False}.get(value.lower(), value)
    return value


def to_address(value: Any) -> Any:
    """An IPv6 address in its shortest usual form. Anything else, IPv4 addresses included, stays as sent."""
    if isinstance(value, str) and ":" in value:
        try:
            return socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, value))
        except (OSError, ValueError):
            return value
    return value


def to_hardware_address(value: Any) -> Any:
    """Six octets in lower case, separated by colons. Anything else stays as sent."""
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
    short = len(text) < _LONGEST_NUMBER or len(max(column, key=len)) < _LONGEST_NUMBER
    if short and text.isdecimal() and text.isascii() and all(column):
        return [*map(int, column)]
    return [to_integer(value) for value in column]


def _addresses(column: Column) -> Column:
    try:
        if ":" not in "".join(column):
            return column
    except TypeError:
        pass  # The column does not hold texts only, so each value is converted by itself.
    return [to_address(value) for value in column]


COLUMN_CONVERTERS: Mapping[str, Callable[[Column], Column]] = {
    "int": _integers,
    "bytes": _integers,
    "duration": _integers,
    "bool": lambda column: [to_boolean(value) for value in column],
    "ip": _addresses,
    "mac": lambda column: [to_hardware_address(value) for value in column],
}
