# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Each verb: how it ends on a table, and what it says."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.checked_table import CheckedTable, select_entries
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.expectations import VERBS, Verb, read_expectations
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.findings import Finding
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError, Unmeasurable
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS
from hypothesis import given
from hypothesis import strategies as st

SAS: list[dict[str, Any]] = [
    {"node_id": "n1", "peer_security_gateway": "HQ", "sa_class": "IPsec", "num_bytes_sent": 10},
    {"node_id": "n1", "peer_security_gateway": "HQ", "sa_class": "IPsec", "num_bytes_sent": 5},
    {"node_id": "n2", "peer_security_gateway": "Plano", "sa_class": "IKE"},
]
IPSEC = {"sa_class": "IPsec"}


def table_of(entries: list[dict[str, Any]], where: Any = None, baseline: Any = None) -> CheckedTable:
    return select_entries(DEFINITIONS["VPN_SA"], "Branch", entries, where, baseline)


def finding(verb: str, written: Any, table: CheckedTable) -> Finding:
    (only,) = read_expectations({verb: written}, table)
    return only.judge(table)


@pytest.mark.parametrize(
    "verb,written,where,holds,measured,wanted,reason",
    [
        ("count", {"min": 4}, None, False, "3 entries", "at least 4 entries", "Expected at least 4 entries, found 3."),
        ("count", 1, None, False, "3 entries", "exactly 1 entry", "Expected exactly 1 entry, found 3."),
        ("count", 3, None, True, "3 entries", "exactly 3 entries", None),
        (
            "count",
            {"max": 0},
            IPSEC,
            False,
            "2 of 3 entries with sa_class IPsec",
            "no entries",
            "Expected no entries with sa_class IPsec, found 2 of 3.",
        ),
        (
            "count",
            {"min": 1, "per": "Peer Security Gateway", "groups": "Oslo"},
            IPSEC,
            False,
            "Oslo: 0, HQ: 2, Plano: 0",
            "at least 1 entry with sa_class IPsec per peer_security_gateway",
            "Expected at least 1 entry with sa_class IPsec per peer_security_gateway, found 0 for Oslo, 0 for Plano.",
        ),
        (
            "sum",
            {"num_bytes_sent": {"max": 14}},
            None,
            False,
            "the sum of num_bytes_sent is 15",
            "a sum of num_bytes_sent of at most 14",
            "Expected a sum of num_bytes_sent of at most 14, found 15.",
        ),
        (
            "sum",
            {"num_bytes_sent": {"min": 1, "per": "node"}},
            None,
            False,
            "n1: 15, n2: 0",
            "a sum of num_bytes_sent of at least 1 per node",
            "Expected a sum of num_bytes_sent of at least 1 per node, found 0 for n2.",
        ),
        (
            "distinct",
            {"peer_security_gateway": 1},
            None,
            False,
            "2 different values of peer_security_gateway (HQ, Plano)",
            "exactly 1 different value of peer_security_gateway",
            "Expected exactly 1 different value of peer_security_gateway, found 2 (HQ, Plano).",
        ),
        (
            "distinct",
            {"node": {"values": ["n1", "n3"]}},
            None,
            False,
            "2 different values of node (n1, n2)",
            "exactly the values n1, n3 of node",
            "Expected exactly the values n1, n3 of node, found n1, n2; missing: n3; not expected: n2.",
        ),
        (
            "distinct",
            {"node": {"values": ["n1", "n2"], "max": 1}},
            None,
            False,
            "2 different values of node (n1, n2)",
            "exactly the values n1, n2 of node",
            "Expected exactly the values n1, n2 of node, found n1, n2.",
        ),
        (
            "unique",
            ["node", "sa_class"],
            None,
            False,
            "1 repeated",
            "no two entries with the same node and sa_class",
            "Expected no two entries with the same node and sa_class, found n1 IPsec more than once.",
        ),
        (
            "each",
            {"num_bytes_sent": {"min": 6}},
            None,
            False,
            "1 of 3 with num_bytes_sent at least 6",
            "each with num_bytes_sent at least 6",
            "Expected num_bytes_sent at least 6 in each entry, found num_bytes_sent (none), 5 in 2 of 3 entries.",
        ),
        (
            "none",
            IPSEC,
            None,
            False,
            "2 of 3 with sa_class IPsec",
            "none with sa_class IPsec",
            "Expected no entries with sa_class IPsec, found 2 of 3.",
        ),
        (
            "any",
            {"sa_class": "AH"},
            None,
            False,
            "0 of 3 with sa_class AH",
            "at least one with sa_class AH",
            "Expected at least one entry with sa_class AH, found none among 3 entries.",
        ),
        ("any", IPSEC, None, True, "2 of 3 with sa_class IPsec", "at least one with sa_class IPsec", None),
    ],
)
def test_what_a_verb_finds_and_says(
    verb: str, written: Any, where: Any, holds: bool, measured: str, wanted: str, reason: str | None
) -> None:
    found = finding(verb, written, table_of(SAS, where))
    assert (found.holds, found.measured, found.wanted) == (holds, measured, wanted)
    assert reason is None or found.reason == reason


@pytest.mark.parametrize("verb", VERBS.values(), ids=list(VERBS))
def test_the_example_of_each_verb_can_be_read_for_a_table(verb: Verb) -> None:
    written = {verb.name: yaml.safe_load(verb.example)}
    read = 0
    for definition in DEFINITIONS.values():
        try:
            where = {"4": "n1"} if verb.name == "ratio" else None
            read += len(read_expectations(written, select_entries(definition, "HQ", [], where, [])))
        except OptionError:
            continue
    assert read and verb.documentation.endswith(".")


@pytest.mark.parametrize("verb", VERBS.values(), ids=list(VERBS))
def test_what_is_documented_of_a_table_without_entries_is_so(verb: Verb) -> None:
    written = {"each": IPSEC, "any": IPSEC, "none": IPSEC, "unique": "node", "baseline": {"loss": 0}}.get(
        verb.name, {"max": 0}
    )
    if verb.name in ("sum", "distinct"):
        written = {"num_bytes_sent": written}
    where = None
    if verb.name in ("share", "age"):
        written = {"timestamp": {"max": 0}}
    if verb.name == "same_on_nodes":
        written = "sa_class"
    if verb.name == "ratio":
        where = IPSEC
    table = replace(table_of([], where, SAS), nodes=["n1", "n2"], now=datetime(2026, 11, 24, tzinfo=UTC))
    (expectation,) = read_expectations({verb.name: written}, table)
    found = expectation.judge(table)
    fails = verb.needs_entries or verb.name == "baseline"
    assert (found.holds, verb.without_entries.startswith("fails")) == (not fails, verb.needs_entries)
    if verb.needs_entries:
        assert found.reason == (
            "Expected entries to check, but the table is empty. If that is all right, set `when_empty`."
        )
        nothing_selected = table_of(SAS, {"sa_class": "AH"})
        assert "found 0 of 3 entries with sa_class AH" in expectation.judge(nothing_selected).reason


@pytest.mark.parametrize(
    "verb,written,message",
    [
        ("sum", {}, "`sum` names no field."),
        ("sum", 4, "`sum` must be a mapping, not '4'."),
        ("distinct", {}, "`distinct` names no field."),
        ("unique", [], "`unique` names no field."),
        ("each", {}, "`each` names no field."),
        ("each", "text", "`each` must be a mapping of fields to conditions, not 'text'."),
        ("baseline", {"idendity": 1}, "`baseline` has no key 'idendity'. Did you mean identity?"),
        (
            "count",
            {"min": 1, "groups": ["a"]},
            "`groups` of `count` says which groups there must be, so it needs `per`.",
        ),
        ("count", {}, "count has no bound: add min, max or equals."),
        (
            "count",
            {"min": 1, "per": "sa_class", "only_groups": True},
            "`only_groups` of `count` leaves out every group that is not named, so it needs `groups`.",
        ),
    ],
)
def test_what_cannot_be_read_is_refused(verb: str, written: Any, message: str) -> None:
    with pytest.raises(OptionError) as error:
        read_expectations({verb: written}, table_of(SAS, None, []))
    assert error.value.message == message


def test_only_the_groups_that_are_named_may_count() -> None:
    written = {"min": 1, "per": "peer_security_gateway", "groups": ["Oslo"]}
    entries = [
        {"peer_security_gateway": "HQ", "sa_class": "IKE"},
        {"peer_security_gateway": "Oslo", "sa_class": "IPsec"},
    ]
    table = table_of(entries, {"sa_class": "IPsec"})
    assert not finding("count", written, table).holds
    assert finding("count", {**written, "only_groups": True}, table).holds
    missing = finding("count", {**written, "groups": ["Oslo", "Plano"], "only_groups": True}, table)
    assert "found 0 for Plano." in missing.reason


def test_a_sum_of_what_are_not_numbers_is_not_judged() -> None:
    with pytest.raises(Unmeasurable, match="No selected VPN_SA entry has a number in sa_class"):
        finding("sum", {"sa_class": {"min": 0}}, table_of(SAS))


def test_a_baseline_that_is_missing_is_said_before_anything_is_judged() -> None:
    with pytest.raises(Unmeasurable, match="There is no baseline of VPN_SA"):
        read_expectations({"baseline": {}}, table_of(SAS))


_peers = st.lists(st.sampled_from(["HQ", "Plano", "Oslo", ""]))


def entries_of(peers: list[str]) -> list[dict[str, Any]]:
    return [{"peer_security_gateway": peer, "num_bytes_sent": number} for number, peer in enumerate(peers)]


@given(_peers, st.integers(0, 5), st.integers(0, 5))
def test_counting_is_counting(peers: list[str], least: int, more: int) -> None:
    written = {"min": least, "max": least + more}
    assert finding("count", written, table_of(entries_of(peers))).holds == (least <= len(peers) <= least + more)
    by_peer = finding("count", {**written, "per": "peer_security_gateway"}, table_of(entries_of(peers)))
    counts = list(Counter(peers).values()) or [0]
    assert by_peer.holds == all(least <= count <= least + more for count in counts)
    over = [count for count in counts if count > least + more]
    assert len(by_peer.offending) == sum(over)


@given(_peers, st.integers(0, 20))
def test_a_sum_of_all_is_the_sum_of_the_groups(peers: list[str], most: int) -> None:
    total = sum(range(len(peers)))
    assert finding("sum", {"num_bytes_sent": {"max": most}}, table_of(entries_of(peers))).holds == (total <= most)


@given(_peers)
def test_each_none_any_unique_and_distinct_agree_with_plain_python(peers: list[str]) -> None:
    table = table_of(entries_of(peers))
    condition = {"peer_security_gateway": "HQ"}
    assert finding("none", condition, table).holds == ("HQ" not in peers)
    assert finding("any", condition, table).holds == ("HQ" in peers)
    assert finding("each", condition, table).holds == (set(peers) == {"HQ"})
    named = [peer for peer in peers if peer]
    assert finding("unique", "peer_security_gateway", table).holds == (len(named) == len(set(named)))
    assert finding("distinct", {"peer_security_gateway": len(set(named))}, table).holds


@given(_peers, _peers)
def test_a_baseline_that_tolerates_nothing_holds_for_equal_tables_only(before: list[str], after: list[str]) -> None:
    earlier, later = ([{"peer_security_gateway": peer} for peer in sorted(set(peers))] for peers in (before, after))
    found = finding("baseline", {"growth": 0, "loss": 0}, table_of(later, None, earlier))
    assert found.holds == (earlier == later)
