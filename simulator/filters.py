# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Evaluates the SMC's filter JSON on entries: in, and, or, not, defined, translated, expression, cs_like."""

from __future__ import annotations

import fnmatch
import ipaddress
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from .entry import Entry, Named, Value
from .expressions import ExpressionError, compile_expression
from .fields import BY_ID, BY_NAME, Field

Predicate = Callable[[Entry], bool]


class FilterError(ValueError):
    """The filter can't be understood."""


@dataclass(frozen=True)
class References:
    """What filters may refer to by href: saved filters, and the names or addresses of elements."""

    saved: Callable[[str], str | None]
    element: Callable[[str], frozenset[str] | None]


def compile_filter(data: Any, references: References) -> Predicate:
    """A function which tells whether an entry passes."""
    if not isinstance(data, Mapping):
        raise FilterError("not an object")
    kind = data.get("type")
    if kind == "in":
        return _in(data, references)
    if kind in ("and", "or"):
        values = data.get("values")
        if not isinstance(values, Sequence) or isinstance(values, str):
            raise FilterError(f"{kind} without values")
        parts = [compile_filter(value, references) for value in values]
        if kind == "and":
            return lambda entry: all(part(entry) for part in parts)
        return lambda entry: any(part(entry) for part in parts)
    if kind == "not":
        inner = compile_filter(data.get("value"), references)
        return lambda entry: not inner(entry)
    if kind == "defined":
        field = _field(data.get("value"))
        return lambda entry: entry.values.get(field.slot) is not None
    if kind == "translated":
        return _translated(data.get("value"))
    if kind == "expression":
        expression = references.saved(str(data.get("href")))
        if expression is None:
            raise FilterError(f"no filter expression {data.get('href')}")
        return _translated(expression)
    if kind in ("cs_like", "ci_like"):
        return _like(data, sensitive=kind == "cs_like")
    raise FilterError(f"unknown type {kind}")


def _translated(text: Any) -> Predicate:
    if not isinstance(text, str):
        raise FilterError("translated without value")
    try:
        return compile_expression(text)
    except ExpressionError as error:
        raise FilterError(str(error)) from None


def _like(data: Mapping[str, Any], *, sensitive: bool) -> Predicate:
    """Nothing public shows what belongs to this filter; left and right are taken from the `in` filter."""
    if "left" not in data or "right" not in data:
        raise FilterError("like without left and right")
    field = _field(data["left"])
    right = data["right"]
    pattern = str(right.get("value") if isinstance(right, Mapping) else right).replace("%", "*")
    if sensitive:
        return lambda entry: fnmatch.fnmatchcase(text_of(entry.values.get(field.slot)), pattern)
    return lambda entry: fnmatch.fnmatchcase(text_of(entry.values.get(field.slot)).lower(), pattern.lower())


def _field(value: Any) -> Field:
    if isinstance(value, Mapping) and value.get("type") == "field":
        found = BY_ID.get(value["id"]) if "id" in value else BY_NAME.get(str(value.get("name")))
        if found is not None:
            return found
    raise FilterError(f"unknown field {value}")


def _in(data: Mapping[str, Any], references: References) -> Predicate:
    left, right = data.get("left"), data.get("right")
    if not isinstance(left, Mapping) or not isinstance(right, Sequence) or isinstance(right, str):
        raise FilterError("in without left and right")
    tests = [_equal(left, item, references) for item in right]
    return lambda entry: any(test(entry) for test in tests)


def _equal(left: Mapping[str, Any], right: Any, references: References) -> Predicate:
    if not isinstance(right, Mapping):
        raise FilterError(f"not a value: {right}")
    if left.get("type") == "field" and right.get("type") == "field":
        one, other = _field(left), _field(right)
        return lambda entry: entry.values.get(one.slot) == entry.values.get(other.slot)
    if left.get("type") == "field":
        field, value = _field(left), right
    elif right.get("type") == "field":
        field, value = _field(right), left
    else:
        raise FilterError("in without a field")
    matcher = _matcher(field, value, references)
    return lambda entry: matcher(entry, entry.values.get(field.slot))


def _matcher(field: Field, value: Mapping[str, Any], references: References) -> Callable[[Entry, Value], bool]:
    kind, wanted = value.get("type"), value.get("value")
    if kind == "ip":
        network = _network(wanted)
        return lambda _unused, found: in_network(found, network)
    if kind == "number":
        if isinstance(wanted, bool) or not isinstance(wanted, (int, float)):
            raise FilterError(f"not a number: {wanted}")
        return lambda _unused, found: raw_of(found) == wanted or text_of(found) == str(wanted)
    if kind == "string":
        return lambda _unused, found: found is not None and text_of(found) == str(wanted)
    if kind == "constant":
        return lambda _unused, found: (
            found is not None and (raw_of(found) == wanted or text_of(found).lower() == str(wanted).lower())
        )
    if kind == "service":
        return _service(str(wanted))
    if kind == "element":
        names = references.element(str(value.get("href")))
        if names is None:
            raise FilterError(f"no element {value.get('href')}")
        return lambda _unused, found: text_of(found) in names
    raise FilterError(f"unknown value type {kind} for {field.slot}")


def _service(wanted: str) -> Callable[[Entry, Value], bool]:
    protocol, _unused, port = wanted.partition("/")

    def matches(entry: Entry, _unused: Value) -> bool:
        if text_of(entry.values.get("Protocol")).upper() != protocol.upper():
            return False
        return protocol.upper() == "ICMP" or not port or str(entry.values.get("Dport")) == port

    return matches


def _network(value: Any) -> ipaddress.IPv4Network | ipaddress.IPv6Network:
    try:
        return ipaddress.ip_network(str(value), strict=False)
    except ValueError as error:
        raise FilterError(str(error)) from None


def text_of(value: Value) -> str:
    """The value as texts show it, near enough for filters."""
    if value is None:
        return ""
    return value.text if isinstance(value, Named) else str(value)


def raw_of(value: Value) -> Any:
    """The value as raw shows it."""
    return value.raw if isinstance(value, Named) else value


def in_network(value: Value, network: ipaddress.IPv4Network | ipaddress.IPv6Network) -> bool:
    """Whether an address, or the first of a range of them, lies in a network."""
    text = text_of(value).partition(" - ")[0]
    if not text:
        return False
    try:
        return ipaddress.ip_address(text) in network
    except ValueError:
        return False
