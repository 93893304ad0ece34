# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The SMC's own filter expression language, as far as public samples show it.

`$Dport == 22 OR NOT $Src IN union(ipv4_net("10.0.0.0/8"), ipv4("192.0.2.1"))`
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Callable
from typing import Any

from .entry import Entry, Named, Value
from .fields import BY_NAME

Predicate = Callable[[Entry], bool]
Network = ipaddress.IPv4Network | ipaddress.IPv6Network

_TOKEN = re.compile(r'\s*(?:(\$\w+)|("(?:[^"\\]|\\.)*")|(==|!=|<=|>=|<|>|\(|\)|,)|(-?\d+(?:\.\d+)?)|(\w+))')


class ExpressionError(ValueError):
    """The expression can't be understood."""


class _Range:
    def __init__(self, low: Any, high: Any) -> None:
        self.low, self.high = low, high


class _Field:
    def __init__(self, slot: str) -> None:
        self.slot = slot


def compile_expression(text: str) -> Predicate:
    """A function which tells whether an entry passes."""
    parser = _Parser(text)
    predicate = parser.either()
    parser.end()
    return predicate


class _Parser:
    def __init__(self, text: str) -> None:
        self.tokens: list[str] = []
        self.at = 0
        position = 0
        text = text.strip()
        while position < len(text):
            found = _TOKEN.match(text, position)
            if found is None:
                raise ExpressionError(f"unexpected {text[position : position + 20]!r}")
            self.tokens.append(found.group(found.lastindex or 0))
            position = found.end()

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self, wanted: str | None = None) -> str:
        token = self.peek()
        if not token or (wanted is not None and token.upper() != wanted):
            raise ExpressionError(f"{wanted or 'more'} is missing before {token or 'the end'}")
        self.at += 1
        return token

    def end(self) -> None:
        if self.peek():
            raise ExpressionError(f"unexpected {self.peek()}")

    def either(self) -> Predicate:
        parts = [self.both()]
        while self.peek().upper() == "OR":
            self.take()
            parts.append(self.both())
        return parts[0] if len(parts) == 1 else lambda entry: any(part(entry) for part in parts)

    def both(self) -> Predicate:
        parts = [self.single()]
        while self.peek().upper() == "AND":
            self.take()
            parts.append(self.single())
        return parts[0] if len(parts) == 1 else lambda entry: all(part(entry) for part in parts)

    def single(self) -> Predicate:
        if self.peek().upper() == "NOT":
            self.take()
            inner = self.single()
            return lambda entry: not inner(entry)
        if self.peek().upper() == "DEFINED":
            self.take()
            slot = self.bracketed_field()
            return lambda entry: entry.values.get(slot) is not None
        if self.peek() == "(":
            self.take()
            whole = self.either()
            self.take(")")
            return whole
        return self.comparison()

    def bracketed_field(self) -> str:
        self.take("(")
        operand = self.operand()
        self.take(")")
        if not isinstance(operand, _Field):
            raise ExpressionError("defined wants a field")
        return operand.slot

    def comparison(self) -> Predicate:
        left = self.operand()
        operator = self.take().upper()
        right = self.operand()
        if operator not in ("==", "!=", "<", ">", "<=", ">=", "IN"):
            raise ExpressionError(f"unknown operator {operator}")
        if operator in ("IN", "=="):
            return lambda entry: _equal(_value(left, entry), _value(right, entry))
        if operator == "!=":
            return lambda entry: not _equal(_value(left, entry), _value(right, entry))
        return lambda entry: _ordered(operator, _value(left, entry), _value(right, entry))

    def operand(self) -> Any:
        token = self.take()
        if token.startswith("$"):
            field = BY_NAME.get(token[1:])
            if field is None:
                raise ExpressionError(f"unknown field {token}")
            return _Field(field.slot)
        if token.startswith('"'):
            return re.sub(r"\\(.)", r"\1", token[1:-1])
        if re.fullmatch(r"-?\d+(\.\d+)?", token):
            return float(token) if "." in token else int(token)
        if token == "(":
            return self.rest_of_list()
        if self.peek() == "(":
            self.take()
            return _call(token.lower(), self.rest_of_list())
        return token

    def rest_of_list(self) -> list[Any]:
        values = [self.operand()]
        while self.peek() == ",":
            self.take()
            values.append(self.operand())
        self.take(")")
        return values


def _call(name: str, values: list[Any]) -> Any:
    try:
        if name in ("ipv4", "ipv6", "ipv4_net", "ipv6_net") and len(values) == 1:
            return ipaddress.ip_network(str(values[0]), strict=False)
    except ValueError as error:
        raise ExpressionError(str(error)) from None
    if name == "union":
        return values
    if name == "range" and len(values) == 2:
        return _Range(*values)
    raise ExpressionError(f"unknown function {name} of {len(values)}")


def _value(operand: Any, entry: Entry) -> Any:
    return entry.values.get(operand.slot) if isinstance(operand, _Field) else operand


def _equal(left: Any, right: Any) -> bool:
    if isinstance(right, list) and not isinstance(right, Named):
        return any(_equal(left, item) for item in right)
    if left is None or right is None:
        return False
    if isinstance(right, _Range):
        low, high, value = _number(right.low), _number(right.high), _number(left)
        return low is not None and high is not None and value is not None and low <= value <= high
    if isinstance(right, (ipaddress.IPv4Network, ipaddress.IPv6Network)):
        return _in_network(left, right)
    if isinstance(left, (ipaddress.IPv4Network, ipaddress.IPv6Network)):
        return _in_network(right, left)
    return bool(_words(left) & _words(right))


def _ordered(operator: str, left: Any, right: Any) -> bool:
    one, other = _number(left), _number(right)
    if one is None or other is None:
        return False
    return {"<": one < other, ">": one > other, "<=": one <= other, ">=": one >= other}[operator]


def _words(value: Any) -> set[str]:
    return {str(value.raw), value.text} if isinstance(value, Named) else {str(value)}


def _number(value: Any) -> float | None:
    if isinstance(value, Named):
        value = value.raw
    if isinstance(value, (ipaddress.IPv4Network, ipaddress.IPv6Network)):
        return int(value.network_address)
    if isinstance(value, (int, float)):
        return value
    try:
        return int(ipaddress.ip_address(str(value)))
    except ValueError:
        pass
    try:
        return float(value)
    except (TypeError, ValueError):
        return None


def _in_network(value: Value, network: Network) -> bool:
    text = (value.text if isinstance(value, Named) else str(value)).partition(" - ")[0]
    try:
        return ipaddress.ip_address(text) in network
    except ValueError:
        return False
