# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries as the formats texts, detailed, raw and combined show them, with field names as pretty, name or id."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, tzinfo
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from .entry import Entry, Named, Value
from .fields import BY_ID, BY_NAME, BY_SLOT, Field, of_definition
from .scenario import Scenario

# Short names which clients use and the time zone data does not have.
_ZONES = {
    "CST": "CST6CDT",
    "PST": "PST8PDT",
    "EST": "EST5EDT",
    "MST": "MST7MDT",
    "CET": "Europe/Brussels",
    "GMT": "UTC",
}


class FormatError(ValueError):
    """The format asked for does not exist."""


class Format:
    """One format request, ready to render the entries of one definition."""

    def __init__(
        self, data: Mapping[str, Any], definition: str, scenario: Scenario, href_key: str, base: Callable[[Entry], str]
    ) -> None:
        self.type = data.get("type", "texts")
        self.definition = definition
        self.parts: dict[str, Format] = {}
        self.key = data
        self._href_key = href_key
        self._base = base
        if self.type == "combined":
            for key, part in dict(data.get("formats") or {}).items():
                self.parts[key] = Format(part, definition, scenario, href_key, base)
            if not self.parts:
                raise FormatError("combined without formats")
            return
        if self.type not in ("texts", "detailed", "raw"):
            raise FormatError(f"type {self.type}")
        # Without the option the documentation's sample shows names.
        self.field_format = data.get("field_format", "name")
        if self.field_format not in ("pretty", "name", "id"):
            raise FormatError(f"field_format {self.field_format}")
        self._extra = dict(scenario.unknown_fields)
        self._masks = scenario.masks
        self._any_prefixlen = scenario.any_prefixlen
        self.fields, self.all_fields = _select(data, definition)
        self._keys = {field.slot: key for field in self.fields if (key := self._key(field, scenario)) is not None}
        resolving = data.get("resolving") or {}
        if not isinstance(resolving, Mapping):
            raise FormatError("resolving is not an object")
        self._zone = zone(str(resolving.get("timezone") or "UTC"))
        self._show_zone = bool(resolving.get("time_show_zone"))
        self._show_millis = bool(resolving.get("time_show_millis"))
        self._times: dict[int, str] = {}

    @property
    def only_texts(self) -> bool:
        """Whether every value becomes a string."""
        return all(part.only_texts for part in self.parts.values()) if self.parts else self.type == "texts"

    def descriptors(self) -> list[dict[str, Any]] | None:
        """The field descriptors, where a detailed format asks for them."""
        if self.parts:
            found = [part.descriptors() for part in self.parts.values()]
            return next((fields for fields in found if fields is not None), None)
        if self.type != "detailed":
            return None
        return [field.descriptor() for field in self.fields if field.id is not None]

    def render(self, entry: Entry, *, first: bool = False) -> dict[str, Any]:
        """The entry with what comes besides its fields."""
        if self.parts:
            record: dict[str, Any] = {key: part.part(entry) for key, part in self.parts.items()}
        else:
            record = self.body(entry)
            if entry.href is not None:
                record[self._href_key] = f"{self._base(entry)}/{entry.href}"
        if entry.key:
            record["delta_key"] = entry.key
        if first:
            record["first_fetch"] = True
        return record

    def part(self, entry: Entry) -> dict[str, Any]:
        """The entry within a combined record: recorded, the href is in the part that shows all fields."""
        body = self.body(entry)
        if entry.href is not None and self.all_fields:
            body[self._href_key] = f"{self._base(entry)}/{entry.href}"
        return body

    def body(self, entry: Entry) -> dict[str, Any]:
        """The fields."""
        values: Mapping[str, Value] = entry.values
        if self.definition == "BLOCK_LIST" and (self._any_prefixlen or self._masks != "prefixlen"):
            values = _masked(values, self._masks, self._any_prefixlen)
        convert = self._text if self.type == "texts" else self._raw
        record: dict[str, Any] = {}
        for slot, value in values.items():
            key = self._keys.get(slot)
            if key is not None and (value is not None or self.type != "texts"):
                record[key] = convert(slot, value)
        if self.all_fields:
            record.update(self._extra)
        return record

    def time(self, milliseconds: int) -> str:
        """A time as texts print it."""
        known = self._times.get(milliseconds)
        if known is None:
            moment = datetime.fromtimestamp(milliseconds / 1000, self._zone)
            known = moment.strftime("%Y-%m-%d %H:%M:%S")
            if self._show_millis:
                known += f".{milliseconds % 1000:03d}"
            if self._show_zone:
                known += f" {moment.tzname()}"
            if len(self._times) < 10_000:
                self._times[milliseconds] = known
        return known

    def _key(self, field: Field, scenario: Scenario) -> str | None:
        if self.field_format == "id":
            return None if field.id is None else str(field.id)
        if field.name is None:
            return None
        if self.field_format == "pretty":
            return field.pretty or field.name
        return _spelled(field.name, scenario.field_spelling)

    def _text(self, slot: str, value: Value) -> str:
        if isinstance(value, Named):
            return str(value.raw) if slot == "BlacklistEntryId" and self.field_format == "pretty" else value.text
        if isinstance(value, bool):
            return "true" if value else "false"
        if isinstance(value, int):
            return self.time(value) if BY_SLOT[slot].kind == "time" else str(value)
        if isinstance(value, list):
            return ", ".join(value)
        return value or ""

    @staticmethod
    def _raw(slot: str, value: Value) -> Any:
        del slot
        return value.raw if isinstance(value, Named) else value


def zone(name: str) -> tzinfo:
    """A time zone by its name; one nobody knows is UTC."""
    try:
        return ZoneInfo(_ZONES.get(name, name))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return UTC


def _select(data: Mapping[str, Any], definition: str) -> tuple[list[Field], bool]:
    ids, names = data.get("field_ids"), data.get("field_names")
    if ids is None and names is None:
        return of_definition(definition), True
    chosen: dict[str, Field] = {}
    for number in ids or []:
        field = BY_ID.get(number) if isinstance(number, int) else None
        if field is not None:
            chosen[field.slot] = field
    for name in names or []:
        named = BY_NAME.get(str(name))
        if named is not None:
            chosen[named.slot] = named
    return list(chosen.values()), False


def _spelled(name: str, spelling: str) -> str:
    if spelling == "Blacklist" or not name.startswith("BlacklistEntry"):
        return name
    if spelling == "blackList" and name == "BlacklistEntryDestinationPort":
        return "blackListEntryDestinationPort"
    return "BlackListEntry" + name[len("BlacklistEntry") :]


def _masked(values: Mapping[str, Value], masks: str, any_prefixlen: int) -> dict[str, Value]:
    """Dotted masks, as the documentation's sample has them, and another prefix length for "any"."""
    changed: dict[str, Value] = {}
    for slot, value in values.items():
        if not slot.endswith("IpPrefixlen"):
            changed[slot] = value
            continue
        address = str(values[slot[: -len("Prefixlen")]])
        length = any_prefixlen if value == 0 else value
        if masks != "prefixlen":
            changed[slot[: -len("Prefixlen")] + "Mask"] = str(
                ipaddress.ip_network(f"{address}/{length}", strict=False).netmask
            )
        if masks != "dotted":
            changed[slot] = length
    return changed
