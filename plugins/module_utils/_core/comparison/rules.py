# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""How entries of a definition are compared: what identifies them, what is ignored, and how much may differ."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from ..errors import OptionError, SMCError
from ..schema.definitions import DEFINITIONS, Definition
from ..schema.fields import CATALOGUE, Catalogue, snake_case
from ..schema.records import RECORD_KEYS, Record
from ..words import did_you_mean

# Fields that belong to the address before them.
MASK_ENDINGS = ("_netmask", "_mask", "_prefixlen")


RULE_KEYS = ("identity", "ignore", "compare", "growth", "loss", "changed", "collapse")


# Neither identity nor change: what the SMC adds to every record, and what varies by itself.
_ALWAYS_IGNORED = frozenset(
    (
        *RECORD_KEYS,
        *(known.key for known in CATALOGUE if known.type == "timestamp"),
        "session_event",
        "data_type",
        "data_tags",
        "log_id",
        "comp_id",
        "field_1028",
        "field_1757",
    )
)


@dataclass(frozen=True)
class Tolerance:
    """How many entries may differ: up to the larger of both bounds, or any number if both are None.

    Attributes:
        absolute: a number of entries.
        percent: a share of the earlier count.
    """

    absolute: float | None = None
    percent: float | None = None

    @property
    def unlimited(self) -> bool:
        """Whether any number is tolerated."""
        return self.absolute is None and self.percent is None

    def allows(self, number: int, before: int) -> bool:
        """Whether this number of the `before` earlier entries may differ."""
        # Exact, because 0.57 % of 10,000 is 57 and not slightly less.
        share = Fraction(str(self.percent or 0)) * before / 100
        return self.unlimited or number <= max(Fraction(self.absolute or 0), share)

    def __str__(self) -> str:
        if self.unlimited:
            return "any"
        if not self.absolute and not self.percent:
            return "none"
        parts = []
        if self.absolute:
            parts.append(f"{self.absolute:g}")
        if self.percent:
            parts.append(f"{self.percent:g} %")
        return "at most " + " or ".join(parts)


NONE = Tolerance(absolute=0)


ANY = Tolerance()


@dataclass(frozen=True)
class Rules:
    """How entries of one definition are compared.

    Attributes:
        identity: the keys of the fields that say which entry it is.
        ignore: the keys of fields that are not compared.
        by_count: whether only the numbers of entries are compared.
        collapse: whether entries of the same identity count as one (SAs overlap while they rekey).
        growth: how many added entries are tolerated; by count, how many more.
        loss: how many removed entries are tolerated; by count, how many fewer.
        changed: how many changed entries are tolerated.
        other_keys: keys from before a field was renamed, with the key that each stands for.
    """

    identity: tuple[str, ...]
    ignore: frozenset[str] = frozenset()
    by_count: bool = False
    collapse: bool = False
    growth: Tolerance = NONE
    loss: Tolerance = NONE
    changed: Tolerance = NONE
    other_keys: Mapping[str, str] = field(default_factory=dict, hash=False)

    def wanted(self) -> str:
        """What is tolerated, in words."""
        if self.by_count:
            return f"growth of the count {self.growth}, loss {self.loss}"
        return f"added {self.growth}, removed {self.loss}, changed {self.changed}"

    def view(self, entry: Mapping[str, Any]) -> Record:
        """The entry as it is compared: without ignored and empty fields, but with all that identifies it."""
        if self.other_keys:
            entry = self._with_known_keys(entry)
        return {
            key: value
            for key, value in entry.items()
            if value is not None and value != "" and (key in self.identity or key not in self.ignore)
        }

    def _with_known_keys(self, entry: Mapping[str, Any]) -> Mapping[str, Any]:
        """The entry with each renamed field under its one key, unless the entry has that as well."""
        if self.other_keys.keys().isdisjoint(entry):
            return entry
        known = ((key, self.other_keys.get(key, key), value) for key, value in entry.items())
        return {(key if one in entry else one): value for key, one, value in known}

    def key(self, entry: Mapping[str, Any]) -> str:
        """What two entries of the same identity have in common. entry: as `view` gives it."""
        return canonical([entry.get(name) if entry.get(name) != "" else None for name in self.identity])


def _rules(identity: str, ignore: str = "", **more: Any) -> Rules:
    return Rules(tuple(identity.split()), _ALWAYS_IGNORED | frozenset(ignore.split()), **more)


# Entries that come, go and expire by themselves: half of them may be lost.
_COMES_AND_GOES: Mapping[str, Any] = {"growth": ANY, "loss": Tolerance(percent=50), "changed": ANY}


# One rule per definition; a unit test names the definitions that have none.
DEFAULT_RULES: dict[str, Rules] = {
    # A single connection says nothing, so only their number is compared.
    "CONNECTIONS": _rules(
        "node_id src dst protocol sport dport", "state timeout nat_sport", by_count=True, **_COMES_AND_GOES
    ),
    "BLOCK_LIST": _rules(
        "node_id block_list_entry_source_ip block_list_entry_source_ip_mask block_list_entry_source_ip_prefixlen "
        "block_list_entry_destination_ip block_list_entry_destination_ip_mask block_list_entry_destination_ip_prefixlen "
        "block_list_entry_protocol block_list_entry_source_port block_list_entry_source_port_range "
        "block_list_entry_destination_port block_list_entry_destination_port_range",
        "block_list_entry_id",
        **_COMES_AND_GOES,
    ),
    # Without the node: a tunnel that moves to another node of the cluster is the same tunnel.
    "VPN_SA": _rules(
        "vpn_id security_gateway peer_security_gateway peer_end_point sa_class src src_ip_range dst dst_ip_range",
        "node_id ipsec_spi outbound_spi ike_cookie negotiation_role num_bytes_sent num_bytes_received "
        "num_packets_sent num_packets_received src_addrs dst_addrs",
        collapse=True,
        # Some tunnels come up only when there is traffic for them.
        growth=ANY,
    ),
    "USERS": _rules("username src", "node_id src_addrs", collapse=True, **_COMES_AND_GOES),
    "ROUTING": _rules("node_id route_network route_netmask route_gateway dstif dst_vlan"),
    "SSLVPNV2": _rules(
        "username src sslvpn_session_type_type",
        "node_id src_addrs sslvpn_session_mon_id",
        collapse=True,
        **_COMES_AND_GOES,
    ),
    "ACTIVE_ALERTS": _rules("node_id event_id timestamp situation src dst sport dport", loss=ANY, changed=ANY),
    "NEIGHBORS": _rules(
        "node_id neighbor_interface neighbor_protocol neighbor_l3_data",
        "neighbor_state info_msg",
        **_COMES_AND_GOES,
    ),
}


def default_rules(definition: Definition) -> Rules:
    """The definition's rules without a user's changes. Raises SMCError if the collection has none for it."""
    try:
        return DEFAULT_RULES[definition.name]
    except KeyError:
        raise SMCError(
            f"There is no rule for comparing {definition.name}: it is missing from DEFAULT_RULES in comparison/rules.py."
        ) from None


def read_rules(
    definition: Definition, written: Mapping[str, Any] | None = None, catalogue: Catalogue = CATALOGUE
) -> Rules:
    """The definition's rules with a user's changes.

    Args:
        definition: whose entries are compared.
        written: the changes, by RULE_KEYS. `identity` replaces the default. `ignore` adds to what is ignored by
            default, and `not` before a field removes it from there.
        catalogue: the fields to recognise; the publicly known ones unless given.

    Raises:
        OptionError: a change cannot be read.
    """
    rules = default_rules(definition)
    changes: dict[str, Any] = {"other_keys": catalogue.other_keys_of(definition)}
    for name, value in (written or {}).items():
        if name not in RULE_KEYS:
            raise OptionError(f"A comparison has no option '{name}'.{did_you_mean(str(name), RULE_KEYS)}")
        if name == "identity":
            changes["identity"] = tuple(_field_key(label, definition, catalogue) for label in _listed(value))
            if not changes["identity"]:
                raise OptionError("`identity` is empty; name at least one field.")
        elif name == "ignore":
            changes["ignore"] = _read_ignored(rules.ignore, value, definition, catalogue)
        elif name == "compare":
            if str(value) not in ("entries", "count"):
                raise OptionError(f"`compare` is entries or count, not '{value}'.")
            changes["by_count"] = str(value) == "count"
        elif name == "collapse":
            changes["collapse"] = str(value).lower() in ("true", "yes")
        else:
            changes[name] = read_tolerance(value, str(name))
    return replace(rules, **changes)


def read_all_rules(written: Mapping[str, Any]) -> dict[str, Rules]:
    """The rules of every definition, with a user's changes by definition. Raises OptionError that names the definition."""
    if not isinstance(written, Mapping):
        raise OptionError(f"`rules` is a dictionary of definitions and their rules, not '{written}'.")
    for name in written:
        if name not in DEFINITIONS:
            raise OptionError(f"`rules`: there is no definition '{name}'.{did_you_mean(str(name), DEFINITIONS)}")
    rules = {}
    for name, definition in DEFINITIONS.items():
        changes = written.get(name)
        if changes is not None and not isinstance(changes, Mapping):
            raise OptionError(f"`rules` of {name} is a dictionary, not '{changes}'.")
        try:
            rules[name] = read_rules(definition, changes)
        except OptionError as error:
            raise OptionError(f"`rules` of {name}: {error.message}") from None
    return rules


def _read_ignored(ignored: frozenset[str], value: Any, definition: Definition, catalogue: Catalogue) -> frozenset[str]:
    for label in _listed(value):
        if label.startswith("not "):
            ignored -= {_field_key(label[4:].strip(), definition, catalogue)}
        else:
            ignored |= {_field_key(label, definition, catalogue)}
    return ignored


def _field_key(label: str, definition: Definition, catalogue: Catalogue) -> str:
    known = catalogue.find(label, definition)
    return known.key if known else snake_case(label)


def _listed(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, (list, tuple)) else [str(value)]


def read_tolerance(value: Any, what: str) -> Tolerance:
    """Reads `5`, `"10%"`, `{absolute: 5, percent: 10}`, or null for no bound.

    Args:
        value: as the user wrote it.
        what: the option that it belongs to, for messages.

    Raises:
        OptionError: it is none of these.
    """
    if value is None or value == "any":
        return ANY
    if isinstance(value, Mapping):
        for key in value:
            if key not in ("absolute", "percent"):
                raise OptionError(f"`{what}` takes absolute and percent, not '{key}'.")
        absolute, percent = value.get("absolute"), value.get("percent")
        if absolute is None and percent is None:
            raise OptionError(
                f"`{what}` has neither a number of absolute nor of percent. To tolerate anything, write null."
            )
        return Tolerance(
            None if absolute is None else _not_negative(absolute, what),
            None if percent is None else _not_negative(percent, what),
        )
    text = str(value).strip()
    if text.endswith("%"):
        return Tolerance(percent=_not_negative(text[:-1], what))
    return Tolerance(absolute=_not_negative(value, what))


def _not_negative(value: Any, what: str) -> float:
    try:
        number = float(str(value))
    except ValueError:
        number = -1.0
    # `not <=` refuses NaN as well.
    if isinstance(value, bool) or not 0 <= number < float("inf"):
        raise OptionError(f"`{what}` is a number that is not negative, such as 5 or '10%'; found '{value}'.")
    return number


def canonical(value: Any) -> str:
    """A text that is the same for equal values, whatever the order of their keys."""
    return json.dumps(value, sort_keys=True, default=str, separators=(",", ":"))
