# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
r"""Conditions on fields: written once, sent to the SMC as filter JSON or evaluated here.

A condition is a field and a test. All of a mapping's conditions must hold:

    src: 10.0.0.0/8                 an address field: equal, within the network, or in `first-last`
    state: TCP established          equal; the case of an enumeration does not matter
    dport: [80, 443]                equal to any of these
    nat_src: {defined: true}        the entry has (with false, lacks) the field
    service: {not: DNS}             anything else; also {not: [DNS, NTP]} and {not: {regex: ...}}
    dport: {min: 1024, max: 2047}   a number within these bounds, both included
    username: {regex: '@example\.test$'}   the pattern is found anywhere in the text

`min`, `max`, `range` and `regex` can only be evaluated here: the SMC's filter JSON has no public counterpart.
"""

from __future__ import annotations

import ipaddress
import math
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Protocol, Union

from ..errors import OptionError
from ..patterns import BoundedRegex, read_regex
from ..words import did_you_mean, join_names
from .conversion import CONVERTERS
from .definitions import Definition
from .fields import Field, find_field, resolve_field, snake_case
from .records import Record

SMCFilter = dict[str, Any]


_IPAddress = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]


# The SMC's filters name the members of these enumerations by number (from the constants of the vendor's client).
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


# Of these enumerations every member is known, so any other value can only be a mistake.
_COMPLETE = ("alert_severity",)


_SERVICE = re.compile(r"(?:TCP|UDP|ICMP)/\d+(?:/\d+)?", re.IGNORECASE)


class Test(Protocol):
    """One question about a field's value."""

    def holds(self, value: Any) -> bool:
        """Whether the value passes. None stands for a field that the entry lacks."""

    def smc_filter(self, field: Field) -> SMCFilter:
        """The same test of this field as the SMC's filter JSON. Raises OptionError if that cannot express it."""


@dataclass(frozen=True)
class Within:
    """An address field: in the network or range from `first` to `last`, both included.

    Attributes:
        text: the network or range as it is sent to the SMC.
    """

    first: _IPAddress
    last: _IPAddress
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
    """The wanted value, which has the type of the field.

    Attributes:
        as_written: whether the user says outright that an asterisk in it is not a wildcard.
    """

    wanted: Any
    ignore_case: bool = False
    as_written: bool = False

    @property
    def looks_like_a_pattern(self) -> bool:
        """Whether it has an asterisk, which no comparison knows as a wildcard."""
        return isinstance(self.wanted, str) and "*" in self.wanted and not self.as_written

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
        if self.looks_like_a_pattern:
            raise _no_wildcards(
                "filter",
                field,
                self.wanted,
                f"Leave the condition out and select from the entries, as in `selectattr('{field.key}', 'match', "
                f"'{_pattern_of(self.wanted)}')`",
            )
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
    """At least one of the tests holds."""

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
    """Each of the tests holds."""

    tests: tuple[Test, ...]

    def holds(self, value: Any) -> bool:
        return all(test.holds(value) for test in self.tests)

    def smc_filter(self, field: Field) -> SMCFilter:
        filters = [test.smc_filter(field) for test in self.tests]
        return filters[0] if len(filters) == 1 else {"type": "and", "values": filters}


@dataclass(frozen=True)
class Not:
    """The test does not hold."""

    test: Test

    def holds(self, value: Any) -> bool:
        return not self.test.holds(value)

    def smc_filter(self, field: Field) -> SMCFilter:
        return {"type": "not", "value": self.test.smc_filter(field)}


@dataclass(frozen=True)
class Defined:
    """The entry has a value in the field or, if that is wanted, has none."""

    wanted: bool

    def holds(self, value: Any) -> bool:
        return (value is not None and value != "") is self.wanted

    def smc_filter(self, field: Field) -> SMCFilter:
        defined = {"type": "defined", "value": _field_value(field)}
        return defined if self.wanted else {"type": "not", "value": defined}


@dataclass(frozen=True)
class Between:
    """A number within the bounds, both included. A bound of None is open."""

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
    """The pattern is found anywhere in the text."""

    regex: BoundedRegex

    def holds(self, value: Any) -> bool:
        return value is not None and self.regex.found_in(str(value))

    def smc_filter(self, field: Field) -> SMCFilter:
        raise _only_here("regex", field)


@dataclass(frozen=True)
class Conditions:
    """Tests of fields, all of which must hold. Without any, they hold for every entry."""

    tests: tuple[tuple[Field, Test], ...]

    def hold(self, entry: Record) -> bool:
        """Whether all hold for this entry, also where it has a field under the key of an older or newer name."""
        return all(test.holds(field.value_in(entry)) for field, test in self.tests)

    def split(self, may_be_sent: Callable[[Field], bool]) -> tuple[Conditions, Conditions]:
        """The conditions that the SMC can judge, and the others.

        Args:
            may_be_sent: Whether the SMC may judge conditions on this field. A condition that its filters cannot express is never sent.
        """
        sent = tuple(one for one in self.tests if may_be_sent(one[0]) and _has_filter(*one))
        return Conditions(sent), Conditions(tuple(one for one in self.tests if one not in sent))

    def smc_filter(self) -> SMCFilter | None:
        """The SMC's filter JSON.

        Returns:
            None if there are no conditions.

        Raises:
            OptionError: the SMC's filter JSON cannot express one of them.
        """
        filters = [test.smc_filter(field) for field, test in self.tests]
        if len(filters) > 1:
            return {"type": "and", "values": filters}
        return filters[0] if filters else None


def _has_filter(field: Field, test: Test) -> bool:
    try:
        test.smc_filter(field)
    except OptionError:
        return False
    return True


def compared_alike(field: Field) -> bool:
    """Whether the SMC's comparison with this field cannot differ from the one here: addresses and numbers are what they are."""
    return field.type in ("ip", "int")


# Whether an entry is known that has a value of this Python type in the field.
Holds = Callable[[Field, type], bool]


def _holds_nothing(_field: Field, _kind: type) -> bool:
    """For conditions on entries that are not there yet."""
    return False


def read_conditions(
    conditions: Mapping[str, Any],
    definition: Definition | None,
    purpose: str,
    extra_keys: Iterable[str] = (),
    holds: Holds = _holds_nothing,
) -> Conditions:
    """Reads conditions as a user writes them.

    Args:
        conditions: what is wanted, by field in any spelling.
        definition: whose fields win where several have the label.
        purpose: where the conditions were given, for messages ("filter", "match").
        extra_keys: keys of entries that may be tested although the catalogue has no such field.
        holds: what the entries have in their fields, where that is another type than the catalogue says.

    Raises:
        OptionError: a field is unknown (the message suggests names like it), a value does not fit its field, or a test can
            never hold, so that nothing would ever be found.
    """
    extra = {snake_case(key) for key in extra_keys}
    tests = []
    for label, wanted in conditions.items():
        if find_field(str(label), definition) is None and snake_case(str(label)) in extra:
            field = Field(None, snake_case(str(label)), "", "str", frozenset())
        else:
            field = resolve_field(str(label), definition, purpose)
        tests.append((field, _TestReader(field, purpose, holds).read(wanted)))
    return Conditions(tuple(tests))


def not_a_text(what: str, value: Any) -> str:
    """The sentence on a value that stands where a text is expected: YAML has read it as something else."""
    kind = "boolean" if isinstance(value, bool) else "date" if isinstance(value, date) else "number"
    if not isinstance(value, (bool, date, int, float)):
        kind = "value"
    shown = str(value).lower() if isinstance(value, bool) else str(value)
    return f"{what} is a text, but YAML has read what is written as the {kind} {shown}: put it in quotes."


# Of these types a field's values are texts; those of an enumeration may look like numbers.
_TEXTS = ("str", "timestamp", "mac", "ip")


def check_type(field: Field, value: Any, purpose: str, holds: Holds = _holds_nothing) -> None:
    """Refuse a value that YAML has read as another type than that of the field.

    Raises:
        OptionError: A boolean, a date or a number for a text, or a boolean or a date for a number.
    """
    if field.type in _TEXTS or field.type == "enum":
        if isinstance(value, _refused(field, holds)):
            raise OptionError(not_a_text(f"{purpose}: {field.key}", value))
    elif field.type in CONVERTERS and isinstance(value, date):
        raise OptionError(f"{purpose}: {field.key} is not a date, but YAML has read what is written as {value}.")
    elif field.type in ("int", "bytes", "duration") and isinstance(value, bool):
        raise OptionError(f"{purpose}: {field.key} is a number, but YAML has read what is written as a boolean.")


def _refused(field: Field, holds: Holds) -> tuple[type, ...]:
    if not field.definitions:
        # A field that the catalogue does not know may be of any type; that it is a boolean, its entries must show.
        return () if holds(field, bool) else (bool,)
    return (bool, date) if field.type == "enum" else (bool, date, int, float)


def _read_network(field: Field, text: str, purpose: str) -> Within:
    try:
        if "-" in text:
            first, last = (ipaddress.ip_address(part.strip()) for part in text.split("-", 1))
            if first.version != last.version or int(first) > int(last):
                raise ValueError("a range goes from a lower to a higher address of the same IP version")
            return Within(first, last, text)
        network = ipaddress.ip_network(text.strip(), strict=False)
    except ValueError as error:
        raise OptionError(
            f"{purpose}: '{text}' for {field.key} is not an address, network or range ({error})."
        ) from None
    plain = network.prefixlen == network.max_prefixlen
    return Within(network[0], network[-1], str(network[0]) if plain else str(network))


_OPERATORS = ("not", "in", "equal", "defined", "min", "max", "range", "regex", "network")


# Values of these types are never numbers, unless an entry shows that its SMC sends them so.
_NEVER_NUMBERS = ("str", "enum", "ip", "mac", "bool")


@dataclass(frozen=True)
class _TestReader:
    """Reads the test of one field. Each of its methods raises OptionError."""

    field: Field
    purpose: str
    holds: Holds

    def read(self, wanted: Any) -> Test:
        """The test as a user writes it."""
        field = self.field
        if isinstance(wanted, Mapping):
            return self._read_operators(wanted)
        if isinstance(wanted, (list, tuple)):
            if not wanted:
                raise self._refuse(f"the list for {field.key} is empty, so nothing could match it.")
            return AnyOf(tuple(self.read(value) for value in wanted))
        if wanted is None:
            return Defined(False)
        check_type(field, wanted, self.purpose, self.holds)
        return _read_network(field, str(wanted), self.purpose) if field.type == "ip" else self._read_value(wanted)

    def _read_value(self, wanted: Any) -> Test:
        field = self.field
        convert = CONVERTERS.get(field.type)
        value = convert(wanted) if convert else wanted
        if field.type in ("int", "duration") and not isinstance(value, int):
            raise self._refuse(f"{field.key} takes a number; '{wanted}' is not a number.")
        equals = Equals(value, ignore_case=field.type == "enum")
        # What the SMC compares is refused with other advice, when the filter is made.
        if self.purpose != "filter" and equals.looks_like_a_pattern:
            advice = f"Write {{regex: '^{_pattern_of(value)}$'}}"
            raise _no_wildcards(self.purpose, field, value, advice)
        if field.key in _COMPLETE:
            self._check_member(value)
        return equals

    def _check_member(self, value: Any) -> None:
        # The SMC's filters know the members by their numbers too; entries have names.
        if self.purpose == "filter" and (isinstance(value, int) or "*" in str(value)):
            return
        members = [name.capitalize() for name in _CONSTANTS[self.field.key]]
        if str(value).casefold() not in _CONSTANTS[self.field.key]:
            near = did_you_mean(str(value).strip(), members)
            raise self._refuse(f"no {self.field.key} is called '{value}'.{near} There are {join_names(members)}.")

    def _read_operators(self, wanted: Mapping[str, Any]) -> Test:
        if not wanted:
            raise self._refuse(
                f"the test of {self.field.key} is empty, so it would test nothing. Write a value, {{defined: true}} for any value, "
                f"or one of {join_names(_OPERATORS)}."
            )
        if "min" in wanted and "max" in wanted:
            self._between(wanted["min"], wanted["max"])
        return AllOf(tuple(self._read_operator(str(name), value) for name, value in wanted.items()))

    def _read_operator(self, name: str, value: Any) -> Test:
        field = self.field
        if name == "not":
            return Not(self.read(value))
        if name == "equal" and isinstance(value, str) and "*" in value and field.type in ("str", "enum"):
            return Equals(value, ignore_case=field.type == "enum", as_written=True)
        if name in ("in", "equal", "network"):
            return self.read(value)
        if name == "defined":
            return Defined(_boolean(value, field, self.purpose))
        if name in ("min", "max", "range"):
            return self._read_bounds(name, value)
        if name == "regex":
            return self._read_regex(value)
        raise self._refuse(
            f"there is no test '{name}' for {field.key}.{did_you_mean(name, _OPERATORS)} There are {join_names(_OPERATORS)}."
        )

    def _read_bounds(self, name: str, value: Any) -> Between:
        field = self.field
        if (
            field.definitions
            and field.type in _NEVER_NUMBERS
            and not (self.holds(field, int) or self.holds(field, float))
        ):
            raise self._refuse(
                f"{field.key} is not a number, so `{name}` could never hold. Write the values, or a regex."
            )
        if name != "range":
            bound = self._number(value)
            return Between(bound, None) if name == "min" else Between(None, bound)
        if not isinstance(value, (list, tuple)) or len(value) != 2:
            raise self._refuse(f"`range` of {field.key} takes two numbers, [least, most]; found '{value}'.")
        return self._between(*value)

    def _between(self, least: Any, most: Any) -> Between:
        test = Between(self._number(least), self._number(most))
        if self._number(least) > self._number(most):
            raise self._refuse(
                f"the bounds of {self.field.key} are {least} and {most}: no number is at least {least} and at most {most}."
            )
        return test

    def _read_regex(self, value: Any) -> Matches:
        what = f"the regular expression for {self.field.key}"
        if not isinstance(value, str):
            raise OptionError(not_a_text(f"{self.purpose}: {what}", value))
        try:
            return Matches(read_regex(value))
        except OptionError as error:
            raise self._refuse(f"the regular expression '{value}' for {self.field.key} {error.message}") from None

    def _number(self, value: Any) -> float:
        try:
            number = int(value) if isinstance(value, int) and not isinstance(value, bool) else float(str(value))
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise self._refuse(f"a bound of {self.field.key} is a number; '{value}' is not a number.")
        return number

    def _refuse(self, sentence: str) -> OptionError:
        return OptionError(f"{self.purpose}: {sentence}")


def _boolean(value: Any, field: Field, purpose: str) -> bool:
    known = {"true": True, "yes": True, "false": False, "no": False}.get(str(value).lower())
    if known is None:
        raise OptionError(f"{purpose}: `defined` of {field.key} is true or false, not '{value}'.")
    return known


def _field_value(field: Field) -> SMCFilter:
    if field.id is not None:
        return {"type": "field", "id": field.id}
    return {"type": "field", "name": field.name}


def _in(field: Field, values: list[SMCFilter]) -> SMCFilter:
    return {"type": "in", "left": _field_value(field), "right": values}


def _pattern_of(text: str) -> str:
    """The regular expression that a text with asterisks means."""
    return ".*".join(re.escape(part) for part in text.split("*"))


def _no_wildcards(purpose: str, field: Field, text: str, advice: str) -> OptionError:
    return OptionError(
        f"{purpose}: {field.key} is compared with '{text}' as it is written; an asterisk is not a wildcard there. "
        f"{advice}, or {{equal: '{text}'}} if the value has an asterisk."
    )


def _only_here(what: str, field: Field) -> OptionError:
    return OptionError(
        f"filter: the SMC's filter JSON has no {what} (field {field.key}). Use `filter_expression` with an expression in the "
        "SMC's own language, or select from the entries afterwards."
    )
