# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Two snapshots of one table compared: what was added, removed and changed, and whether that matters.

An entry is recognised by its identity, which is not the delta_key: a VPN SA gets new SPIs with each rekey,
a route keeps network, gateway and interface. What varies by itself (byte counters, times, expiry, keys) is
left out of the comparison. Both are per definition and adjustable, and so are the tolerances.

Growth and loss are tolerated separately, up to the larger of an absolute number and a share of the earlier
count: {absolute: 5, percent: 10}. Zero tolerates nothing; no bound (null) tolerates everything.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from .definitions import Definition
from .errors import OptionError, did_you_mean, join_names
from .fields import CATALOGUE, RECORD_KEYS, Record, find_field, snake_case
from .snapshot import count_entries

# Fields that belong to the address before them.
_MASKS = ("_netmask", "_mask", "_prefixlen")

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
    """None for both bounds tolerates everything. percent is of the earlier count."""

    absolute: float | None = None
    percent: float | None = None

    @property
    def unlimited(self) -> bool:
        return self.absolute is None and self.percent is None

    def allows(self, number: int, before: int) -> bool:
        # Exact, because 0.57 % of 10,000 is 57 and not a little less.
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

    identity: the fields that say which entry it is. ignore: fields that are not compared. by_count: only the
    numbers of entries are compared. collapse: entries of the same identity count as one (SAs overlap while
    they rekey).
    """

    identity: tuple[str, ...]
    ignore: frozenset[str] = frozenset()
    by_count: bool = False
    collapse: bool = False
    growth: Tolerance = NONE
    loss: Tolerance = NONE
    changed: Tolerance = NONE

    def wanted(self) -> str:
        if self.by_count:
            return f"growth of the count {self.growth}, loss {self.loss}"
        return f"added {self.growth}, removed {self.loss}, changed {self.changed}"

    def view(self, entry: Mapping[str, Any]) -> Record:
        """The entry as it is compared: without ignored and empty fields; what identifies always stays."""
        return {
            key: value
            for key, value in entry.items()
            if value is not None and value != "" and (key in self.identity or key not in self.ignore)
        }

    def key(self, entry: Mapping[str, Any]) -> str:
        return _canonical([entry.get(name) if entry.get(name) != "" else None for name in self.identity])


def _rules(identity: str, ignore: str = "", **more: Any) -> Rules:
    return Rules(tuple(identity.split()), _ALWAYS_IGNORED | frozenset(ignore.split()), **more)


# Entries that come, go and expire without anybody's doing: half of them may.
_COMES_AND_GOES: Mapping[str, Any] = {"growth": ANY, "loss": Tolerance(percent=50), "changed": ANY}

DEFAULT_RULES: dict[str, Rules] = {
    # Single connections say nothing; only their number is compared.
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
        # Many a tunnel comes up when there is traffic for it.
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


def read_rules(definition: Definition, written: Mapping[str, Any] | None = None) -> Rules:
    """The definition's rules with a user's changes. Raises OptionError.

    identity replaces; ignore adds to what is ignored anyway, and `not` before a field takes it out.
    """
    rules = DEFAULT_RULES[definition.name]
    changes: dict[str, Any] = {}
    for name, value in (written or {}).items():
        if name not in RULE_KEYS:
            raise OptionError(f"A comparison has no '{name}'.{did_you_mean(str(name), RULE_KEYS)}")
        if name == "identity":
            changes["identity"] = tuple(_field_key(label, definition) for label in _listed(value))
            if not changes["identity"]:
                raise OptionError("`identity` names no field.")
        elif name == "ignore":
            changes["ignore"] = _read_ignored(rules.ignore, value, definition)
        elif name == "compare":
            if str(value) not in ("entries", "count"):
                raise OptionError(f"`compare` is entries or count, not '{value}'.")
            changes["by_count"] = str(value) == "count"
        elif name == "collapse":
            changes["collapse"] = str(value).lower() in ("true", "yes")
        else:
            changes[name] = read_tolerance(value, str(name))
    return replace(rules, **changes)


def _read_ignored(ignored: frozenset[str], value: Any, definition: Definition) -> frozenset[str]:
    for label in _listed(value):
        if label.startswith("not "):
            ignored -= {_field_key(label[4:].strip(), definition)}
        else:
            ignored |= {_field_key(label, definition)}
    return ignored


def _field_key(label: str, definition: Definition) -> str:
    known = find_field(label, definition)
    return known.key if known else snake_case(label)


def _listed(value: Any) -> list[str]:
    return [str(item) for item in value] if isinstance(value, (list, tuple)) else [str(value)]


def read_tolerance(value: Any, what: str) -> Tolerance:
    """`5`, `"10%"`, `{absolute: 5, percent: 10}`, or null for no bound. Raises OptionError."""
    if value is None or value == "any":
        return ANY
    if isinstance(value, Mapping):
        for key in value:
            if key not in ("absolute", "percent"):
                raise OptionError(f"`{what}` takes absolute and percent, not '{key}'.")
        absolute, percent = value.get("absolute"), value.get("percent")
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
        raise OptionError(f"`{what}` is a number that is not negative, such as 5 or '10%', not '{value}'.")
    return number


@dataclass
class Change:
    """One entry that is in both snapshots, but not the same. fields: what it was and is, by field."""

    before: Record
    after: Record

    @property
    def fields(self) -> dict[str, tuple[Any, Any]]:
        keys = dict.fromkeys([*self.before, *self.after])
        return {
            key: (self.before.get(key), self.after.get(key))
            for key in keys
            if self.before.get(key) != self.after.get(key)
        }


@dataclass
class Difference:
    """Entries stand as they are compared (Rules.view). before and after: how many there were."""

    before: int
    after: int
    added: list[Record] = field(default_factory=list)
    removed: list[Record] = field(default_factory=list)
    changed: list[Change] = field(default_factory=list)
    by_count: bool = False

    def __bool__(self) -> bool:
        if self.by_count:
            return self.before != self.after
        return bool(self.added or self.removed or self.changed)

    def summary(self) -> str:
        counts = f"{self.before} before, {count_entries(self.after)} after"
        if self.by_count:
            return counts
        return f"{counts}: {len(self.added)} added, {len(self.removed)} removed, {len(self.changed)} changed"


def compare(before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]], rules: Rules) -> Difference:
    if rules.by_count:
        return compare_counts(sum(1 for _entry in before), sum(1 for _entry in after))
    earlier, later = _by_identity(before, rules), _by_identity(after, rules)
    difference = Difference(sum(len(views) for views in earlier.values()), sum(len(views) for views in later.values()))
    for identity in sorted({*earlier, *later}):
        old, new = _unmatched(earlier.get(identity, []), later.get(identity, []))
        both = min(len(old), len(new))
        difference.changed += [Change(old[index], new[index]) for index in range(both)]
        difference.removed += old[both:]
        difference.added += new[both:]
    return difference


def compare_counts(before: int, after: int) -> Difference:
    return Difference(before, after, by_count=True)


def _by_identity(entries: Iterable[Mapping[str, Any]], rules: Rules) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for entry in entries:
        view = rules.view(entry)
        key = rules.key(view)
        found.setdefault(key, []).append(view)
    if rules.collapse:
        # Which of several stands for them must not depend on their order.
        return {key: [max(views, key=_canonical)] for key, views in found.items()}
    return found


def _unmatched(before: Sequence[Record], after: Sequence[Record]) -> tuple[list[Record], list[Record]]:
    """What is left of both when each entry has been paired with an equal one, in an order of its own."""
    if len(before) == len(after) == 1:
        return ([], []) if before[0] == after[0] else (list(before), list(after))
    waiting: dict[str, list[Record]] = {}
    for entry in after:
        waiting.setdefault(_canonical(entry), []).append(entry)
    old = []
    for entry in before:
        equal = waiting.get(_canonical(entry))
        if equal:
            equal.pop()
        else:
            old.append(entry)
    new = [entry for entries in waiting.values() for entry in entries]
    return sorted(old, key=_canonical), sorted(new, key=_canonical)


def apply(entries: Iterable[Mapping[str, Any]], difference: Difference, rules: Rules) -> list[Record]:
    """The earlier entries with the difference applied: the later ones as they are compared, in any order."""
    left = [view for views in _by_identity(entries, rules).values() for view in views]
    counts: dict[str, int] = {}
    for gone in [*difference.removed, *(change.before for change in difference.changed)]:
        counts[_canonical(gone)] = counts.get(_canonical(gone), 0) + 1
    kept = []
    for view in left:
        key = _canonical(view)
        if counts.get(key):
            counts[key] -= 1
        else:
            kept.append(view)
    return kept + difference.added + [change.after for change in difference.changed]


def judge(difference: Difference, rules: Rules, counted: tuple[int, int, int] | None = None) -> tuple[bool, list[str]]:
    """Whether the difference is tolerated, and a sentence for each bound that is not kept.

    counted: how many were added, removed and changed, if the difference holds only the first of them.
    """
    if difference.by_count:
        growth = max(0, difference.after - difference.before)
        loss = max(0, difference.before - difference.after)
        measured = [("more", growth, rules.growth), ("fewer", loss, rules.loss)]
    else:
        added, removed, changed = counted or (
            len(difference.added),
            len(difference.removed),
            len(difference.changed),
        )
        measured = [
            ("added", added, rules.growth),
            ("removed", removed, rules.loss),
            ("changed", changed, rules.changed),
        ]
    reasons = [
        f"{number} {word} (of {difference.before} before); {tolerance} tolerated."
        for word, number, tolerance in measured
        if not tolerance.allows(number, difference.before)
    ]
    return not reasons, reasons


def describe_entry(entry: Mapping[str, Any], rules: Rules) -> str:
    """An entry in one line: what identifies it, the values alone; a network and its mask as one."""
    text = ""
    for name in rules.identity:
        if entry.get(name) not in (None, ""):
            joint = "/" if text and name.endswith(_MASKS) else " "
            text += f"{joint}{entry[name]}"
    return text.strip() or _canonical(dict(entry))


def describe_change(change: Change, rules: Rules) -> str:
    parts = [f"{name}: {_shown(old)} -> {_shown(new)}" for name, (old, new) in change.fields.items()]
    return f"{describe_entry(change.after, rules)} ({join_names(parts)})"


def _shown(value: Any) -> str:
    return "(none)" if value is None else str(value)


def _canonical(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str, separators=(",", ":"))
