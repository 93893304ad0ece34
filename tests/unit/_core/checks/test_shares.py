# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Proportions, nodes that are alike, and ages."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.checked_table import CheckedTable, select_entries
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.expectations import read_expectations
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.findings import Finding
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.shares import read_duration, seconds_in_words
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError, Unmeasurable
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS
from hypothesis import given
from hypothesis import strategies as st

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


def connections(sources: str, state: str = "TCP established") -> list[dict[str, Any]]:
    return [{"node_id": "n1", "src": f"10.0.0.{ord(name)}", "state": state} for name in sources]


def table(entries: list[dict[str, Any]], where: Any = None, nodes: Any = None) -> CheckedTable:
    return select_entries(DEFINITIONS["CONNECTIONS"], "HQ", entries, where, None, nodes, NOW)


def judged(written: dict[str, Any], found: CheckedTable) -> Finding:
    (expectation,) = read_expectations(written, found)
    return expectation.judge(found)


@pytest.mark.parametrize(
    "bounds,sources,holds,measured",
    [
        ({"max": "50%"}, "aab", False, "66.7% with src 10.0.0.97"),
        ({"max": 70}, "aab", True, "66.7% with src 10.0.0.97"),
        ({"max": "50%", "least_entries": 4}, "aab", True, "3 entries, too few to judge a share"),
        ({"max": "50%", "least_entries": 3}, "aab", False, "66.7% with src 10.0.0.97"),
        ({"max": "50%"}, "", True, "0 entries, too few to judge a share"),
        ("100%", "aaa", True, "100% with src 10.0.0.97"),
    ],
)
def test_the_share_of_the_top_talker(bounds: Any, sources: str, holds: bool, measured: str) -> None:
    found = judged({"share": {"src": bounds}}, table(connections(sources)))
    assert (found.holds, found.measured) == (holds, measured)
    assert holds or (len(found.offending) == 2 and "Expected at most 50% of the entries with one src" in found.reason)


@pytest.mark.parametrize(
    "bounds,half,full,holds",
    [
        ({"max": "30%"}, 3, 7, True),
        ({"max": "30%"}, 4, 6, False),
        ({"max": "30%", "least_entries": 11}, 4, 6, True),
        ({"max": 0}, 0, 3, True),
    ],
)
def test_the_ratio_of_half_open_connections(bounds: Any, half: int, full: int, holds: bool) -> None:
    entries = connections("a" * half, "TCP syn seen") + connections("b" * full)
    found = judged({"ratio": bounds}, table(entries, {"state": {"regex": "syn"}}))
    assert found.holds is holds and (holds or "found 40% (4 of 10)" in found.reason)


@given(st.lists(st.sampled_from("abc"), min_size=1), st.integers(0, 100))
def test_the_share_is_that_of_the_most_frequent(sources: list[str], most: int) -> None:
    found = judged({"share": {"src": {"max": most}}}, table(connections("".join(sources))))
    assert found.holds == (100 * max(map(sources.count, sources)) / len(sources) <= most)


def on(node: str, *networks: str) -> list[dict[str, Any]]:
    return [{"node_id": node, "src": network} for network in networks]


@pytest.mark.parametrize(
    "entries,nodes,reason",
    [
        (on("n1", "a", "b") + on("n2", "b", "a"), None, ""),
        (on("n1", "a", "b") + on("n2", "b"), None, "Expected the same src on each node, found 1 missing on n2 (a)."),
        (on("n1", "a"), ["n1"], ""),
        (on("n1", "a"), ["n1", "n2"], "Expected the same src on each node, found 1 missing on n2 (a)."),
        ([], ["n1", "n2"], ""),
    ],
)
def test_nodes_are_alike_or_not_also_one_without_any_entry(entries: Any, nodes: Any, reason: str) -> None:
    found = judged({"same_on_nodes": ["src"]}, table(entries, None, nodes))
    assert found.holds is not bool(reason) and (not reason or (found.reason == reason and found.offending))


def test_one_node_alone_is_not_called_alike() -> None:
    with pytest.raises(Unmeasurable, match="not known which nodes 'HQ' has"):
        judged({"same_on_nodes": "src"}, table(on("n1", "a")))


@pytest.mark.parametrize(
    "told,bounds,holds",
    [
        ("2026-11-24 11:00:00", {"max": "2h"}, True),
        ("2026-11-24 11:00:00", {"max": "30m"}, False),
        ("2026-11-24T13:30:00", {"max": "1h", "utc_offset": 2}, True),
        ("2026-11-24 13:30:00", {"min": 0}, False),
        (NOW.timestamp() * 1000 - 90_000, {"max": 90}, True),
        (NOW.timestamp() * 1000 - 91_000, {"max": "90s"}, False),
    ],
)
def test_the_age_of_an_entry(told: Any, bounds: Any, holds: bool) -> None:
    found = judged({"age": {"timestamp": bounds}}, table([{"node_id": "n1", "timestamp": told}]))
    assert found.holds is holds and (holds or len(found.offending) == 1)


def test_what_is_not_a_time_is_not_judged() -> None:
    with pytest.raises(Unmeasurable, match="timestamp of 1 of 1 entry is not a time"):
        judged({"age": {"timestamp": {"max": "1d"}}}, table([{"timestamp": "yesterday"}]))
    undated = select_entries(DEFINITIONS["CONNECTIONS"], "HQ", [{"timestamp": "2026-11-24 11:00:00"}])
    with pytest.raises(Unmeasurable, match="time of the measurement"):
        judged({"age": {"timestamp": {"max": "1d"}}}, undated)


@pytest.mark.parametrize(
    "written,message",
    [
        ({"share": {}}, "`share` names no field"),
        ({"share": {"src": {"max": "many%"}}}, "is not a number"),
        ({"share": {"src": {"least_entries": 3}}}, "has no bound"),
        ({"ratio": {"max": 3}}, "needs `where`"),
        ({"same_on_nodes": []}, "names the fields"),
        ({"same_on_nodes": ["node"]}, "other than the node"),
        ({"age": {}}, "`age` names no field"),
        ({"age": {"timestamp": "7d"}}, "is a mapping"),
        ({"age": {"timestamp": {"max": "7 moons"}}}, "is not a duration"),
    ],
)
def test_what_cannot_be_read_is_refused(written: Any, message: str) -> None:
    with pytest.raises(OptionError, match=message):
        read_expectations(written, table([]))


@pytest.mark.parametrize(
    "text,seconds", [("90", 90), (90, 90), ("1.5h", 5400), ("15m", 900), ("7d", 604_800), ("2w", 1_209_600)]
)
def test_durations(text: Any, seconds: float) -> None:
    assert read_duration(text, "x") == seconds


@pytest.mark.parametrize(
    "seconds,words",
    [
        (30, "30 seconds"),
        (90, "1.5 minutes"),
        (7200, "2 hours"),
        (1, "1 second"),
        (100, "1.7 minutes"),
        (59.4, "59 seconds"),
        (-172_800, "-2 days"),
    ],
)
def test_durations_in_words(seconds: float, words: str) -> None:
    assert seconds_in_words(seconds) == words


def test_one_entry_is_enough_for_a_ratio() -> None:
    alone = judged({"ratio": {"max": 50}}, table(connections("a", "syn"), {"state": {"regex": "syn"}}))
    assert (alone.holds, alone.measured) == (False, "100% (1 of 1)")
    none = judged({"ratio": {"max": 50}}, table([], {"state": {"regex": "syn"}}))
    assert none.holds and "too few to judge" in none.measured


def test_an_age_is_told_in_words() -> None:
    found = judged(
        {"age": {"timestamp": {"min": "1m", "max": "1h"}}},
        table([{"node_id": "n1", "timestamp": "2026-11-24 10:00:00"}]),
    )
    assert found.wanted == "an age of timestamp of at least 1 minute and at most 1 hour"
    assert found.measured == "timestamp at most 2 hours ago"
    nothing = judged({"age": {"timestamp": {"max": "1h"}}}, table([]))
    assert (nothing.holds, nothing.measured) == (True, "0 entries")


def test_nodes_that_are_alike_say_how_many_entries_they_share() -> None:
    found = judged({"same_on_nodes": "src"}, table([*on("n1", "a", "b"), *on("n2", "a", "b")]))
    assert (found.holds, found.measured) == (True, "2 different on 2 nodes")
    differing = judged({"same_on_nodes": "src"}, table([*on("n1", "a", "b"), *on("n2", "a")]))
    assert not differing.holds and differing.measured.startswith("1 missing on n2")
