# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
r"""Conditions on fields: written once, sent to the SMC as filter JSON or evaluated here.

A condition is a field and a test, all of a mapping's conditions must hold:

    src: 10.0.0.0/8                 an address field: within the network (or equal, or in `first-last`)
    state: TCP established          equal; enumerations without regard to case
    dport: [80, 443]                any of these
    nat_src: {defined: true}        the entry has (or lacks) the field
    service: {not: DNS}             not that; also {not: [DNS, NTP]} and {not: {regex: ...}}
    dport: {min: 1024, max: 2047}   numbers, bounds included
    username: {regex: '@example\.test$'}   found anywhere in the text

`min`, `max` and `regex` are for evaluation here: the SMC's filter JSON has no public counterpart.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, Union

from .definitions import Definition
from .errors import OptionError, did_you_mean, join_names
from .fields import CONVERTERS, Field, Record, find_field, resolve_field, snake_case

SMCFilter = dict[str, Any]
_Address = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]

# The numbers by which the SMC's filters name these enumerations' members (the vendor's client constants).
_CONSTANTS: Mapping[str, Mapping[str, int]] = {
    "alert_severity": {"info": 1, "low": 3, "high": 5, "critical": 10},
    "action": {
        "discard": 0,
        "allow": 1,
        "refuse": 2,
        "terminate": 9,
        "permit": 11,
        "block": 13,
    },
}

_SERVICE = re.compile(r"(?:TCP|UDP|ICMP)/\d+(?:/\d+)?", re.IGNORECASE)


class Test(Protocol):
    """One question about a field's value; None stands for a field that the entry lacks."""

    def holds(self, value: Any) -> bool: ...

    def smc_filter(self, field: Field) -> SMCFilter: ...


@dataclass(frozen=True)
class Within:
    """An address field: in the network or range from `first` to `last`. `text` is what the user wrote."""

    first: _Address
    last: _Address
    text: str

    def holds(self, value: Any) -> bool:
        try:
            address = ipaddress.ip_address(str(value))
        except ValueError:
            return False
        return address.version == self.first.version and int(self.first) <= int(address) <= int(self.last)

    def smc_filter(self, field: Field) -> SMCFilter:
        if "-" in self.text:
            kind = f"ipv{self.first.version}"
            return {
                "type": "translated",
                "value": f'${field.name} IN range({kind}("{self.first}"),{kind}("{self.last}"))',
            }
        return _in(field, [{"type": "ip", "value": self.text}])


@dataclass(frozen=True)
class Equals:
    """The value, typed as the field is."""

    wanted: Any
    ignore_case: bool = False

    def holds(self, value: Any) -> bool:
        if value is None:
            return False
        if isinstance(self.wanted, bool) or isinstance(value, bool):
            return value is self.wanted
        if self.ignore_case:
            return str(value).casefold() == str(self.wanted).casefold()
        return bool(value == self.wanted) or str(value) == str(self.wanted)

    def smc_filter(self, field: Field) -> SMCFilter:
        return _in(field, [self.smc_value(field)])

    def smc_value(self, field: Field) -> SMCFilter:
        constant = _CONSTANTS.get(field.key, {}).get(str(self.wanted).casefold())
        if constant is not None:
            return {"type": "constant", "value": constant}
        if isinstance(self.wanted, int) and not isinstance(self.wanted, bool):
            return {"type": "constant" if field.key in _CONSTANTS else "number", "value": self.wanted}
        text = str(self.wanted).lower() if isinstance(self.wanted, bool) else str(self.wanted)
        if field.key == "service" and _SERVICE.fullmatch(text):
            return {"type": "service", "value": text.upper()}
        return {"type": "string", "value": text}


@dataclass(frozen=True)
class AnyOf:
    tests: tuple[Test, ...]

    def holds(self, value: Any) -> bool:
        return any(test.holds(value) for test in self.tests)

    def smc_filter(self, field: Field) -> SMCFilter:
        filters = [test.smc_filter(field) for test in self.tests]
        listed = [inner for inner in filters if inner["type"] == "in"]
        others = [inner for inner in filters if inner["type"] != "in"]
        values = [value for inner in listed for value in inner["right"]]
        if values:
            others.insert(0, _in(field, values))
        return others[0] if len(others) == 1 else {"type": "or", "values": others}


@dataclass(frozen=True)
class AllOf:
    tests: tuple[Test, ...]

    def holds(self, value: Any) -> bool:
        return all(test.holds(value) for test in self.tests)

    def smc_filter(self, field: Field) -> SMCFilter:
        filters = [test.smc_filter(field) for test in self.tests]
        return filters[0] if len(filters) == 1 else {"type": "and", "values": filters}


@dataclass(frozen=True)
class Not:
    test: Test

    def holds(self, value: Any) -> bool:
        return not self.test.holds(value)

    def smc_filter(self, field: Field) -> SMCFilter:
        return {"type": "not", "value": self.test.smc_filter(field)}


@dataclass(frozen=True)
class Defined:
    wanted: bool

    def holds(self, value: Any) -> bool:
        return (value is not None and value != "") is self.wanted

    def smc_filter(self, field: Field) -> SMCFilter:
        defined = {"type": "defined", "value": _field_value(field)}
        return defined if self.wanted else {"type": "not", "value": defined}


@dataclass(frozen=True)
class Between:
    """A number within the bounds, both included."""

    least: float | None
    most: float | None

    def holds(self, value: Any) -> bool:
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def smc_filter(self, field: Field) -> SMCFilter:
        raise _only_here("min and max", field)


@dataclass(frozen=True)
class Matches:
    pattern: re.Pattern[str]

    def holds(self, value: Any) -> bool:
        return value is not None and self.pattern.search(str(value)) is not None

    def smc_filter(self, field: Field) -> SMCFilter:
        raise _only_here("regex", field)


@dataclass(frozen=True)
class Conditions:
    """All must hold. An empty mapping holds for every entry."""

    tests: tuple[tuple[Field, Test], ...]

    def hold(self, entry: Record) -> bool:
        return all(test.holds(entry.get(field.key)) for field, test in self.tests)

    def smc_filter(self) -> SMCFilter | None:
        """The SMC's filter JSON, or None without conditions. Raises OptionError for what it cannot express."""
        filters = [test.smc_filter(field) for field, test in self.tests]
        if len(filters) > 1:
            return {"type": "and", "values": filters}
        return filters[0] if filters else None


def read_conditions(
    conditions: Mapping[str, Any],
    definition: Definition | None,
    purpose: str,
    extra_keys: Iterable[str] = (),
) -> Conditions:
    """Conditions as a user writes them. Raises OptionError, with names close to an unknown field's.

    purpose: where they stand, for messages ("filter", "match").
    extra_keys: keys of entries that are no fields of the catalogue but may be tested as well.
    """
    extra = {snake_case(key) for key in extra_keys}
    tests = []
    for label, wanted in conditions.items():
        if find_field(str(label), definition) is None and snake_case(str(label)) in extra:
            field = Field(None, snake_case(str(label)), "", "str", frozenset())
        else:
            field = resolve_field(str(label), definition, purpose)
        tests.append((field, _read_test(field, wanted, purpose)))
    return Conditions(tuple(tests))


def _read_test(field: Field, wanted: Any, purpose: str) -> Test:
    if isinstance(wanted, Mapping):
        return AllOf(tuple(_read_operator(field, str(name), value, purpose) for name, value in wanted.items()))
    if isinstance(wanted, (list, tuple)):
        if not wanted:
            raise OptionError(f"{purpose}: the list for {field.key} is empty, so nothing could match it.")
        return AnyOf(tuple(_read_test(field, value, purpose) for value in wanted))
    if wanted is None:
        return Defined(False)
    if field.type == "ip":
        return _read_network(field, str(wanted), purpose)
    convert = CONVERTERS.get(field.type)
    value = convert(wanted) if convert else wanted
    if field.type in ("int", "duration") and not isinstance(value, int):
        raise OptionError(f"{purpose}: {field.key} is a number, but '{wanted}' is none.")
    return Equals(value, ignore_case=field.type == "enum")


def _read_network(field: Field, text: str, purpose: str) -> Within:
    try:
        if "-" in text:
            first, last = (ipaddress.ip_address(part.strip()) for part in text.split("-", 1))
            if first.version != last.version or int(first) > int(last):
                raise ValueError("a range goes from a lower to a higher address of one kind")
            return Within(first, last, text)
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise OptionError(f"{purpose}: '{text}' for {field.key} is no address, network or range ({error}).") from None
    plain = network.prefixlen == network.max_prefixlen
    return Within(network[0], network[-1], str(network[0]) if plain else str(network))


_OPERATORS = ("not", "in", "equal", "defined", "min", "max", "range", "regex", "network")


def _read_operator(field: Field, name: str, value: Any, purpose: str) -> Test:
    if name == "not":
        return Not(_read_test(field, value, purpose))
    if name in ("in", "equal", "network"):
        return _read_test(field, value, purpose)
    if name == "defined":
        return Defined(_boolean(value, field, purpose))
    if name in ("min", "max"):
        bound = _number(value, field, purpose)
        return Between(bound, None) if name == "min" else Between(None, bound)
    if name == "range":
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            raise OptionError(f"{purpose}: range of {field.key} takes two numbers, [least, most].")
        return Between(_number(value[0], field, purpose), _number(value[1], field, purpose))
    if name == "regex":
        try:
            return Matches(re.compile(str(value)))
        except re.error as error:
            raise OptionError(
                f"{purpose}: the regular expression '{value}' for {field.key} does not compile: {error}."
            ) from None
    raise OptionError(
        f"{purpose}: there is no test '{name}' for {field.key}.{did_you_mean(name, _OPERATORS)} "
        f"There are {join_names(_OPERATORS)}."
    )


def _number(value: Any, field: Field, purpose: str) -> float:
    if isinstance(value, bool):
        value = str(value)
    try:
        return int(value) if isinstance(value, int) else float(value)
    except (TypeError, ValueError):
        raise OptionError(f"{purpose}: a bound of {field.key} is a number, but '{value}' is none.") from None


def _boolean(value: Any, field: Field, purpose: str) -> bool:
    known = {"true": True, "yes": True, "false": False, "no": False}.get(str(value).lower())
    if known is None:
        raise OptionError(f"{purpose}: defined of {field.key} is true or false, not '{value}'.")
    return known


def _field_value(field: Field) -> SMCFilter:
    if field.id is not None:
        return {"type": "field", "id": field.id}
    return {"type": "field", "name": field.name}


def _in(field: Field, values: list[SMCFilter]) -> SMCFilter:
    return {"type": "in", "left": _field_value(field), "right": values}


def _only_here(what: str, field: Field) -> OptionError:
    return OptionError(
        f"filter: the SMC's filter JSON has no {what} (field {field.key}). Write it in the SMC's own words with "
        "`filter_expression`, or select from the entries afterwards."
    )
