# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a task adds, removes and leaves as it is."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.current import BlockList, Nodes
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.entry import read_desired
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.href import read_hrefs
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.plan import (
    BlockListPlan,
    join_plans,
    plan_absent,
    plan_absent_hrefs,
    plan_absent_matching,
    plan_exact,
    plan_present,
)
from hypothesis import given
from hypothesis import strategies as st

from tests.block_list import HREF, block_list, identities, record


def steps(plan: BlockListPlan) -> tuple[int, int, int]:
    return len(plan.add), len(plan.remove), plan.unchanged


def changes(plan: BlockListPlan) -> bool:
    return bool(plan.add or plan.flush or any(step.expected for step in plan.remove))


def test_present_adds_what_is_missing() -> None:
    desired, _unused = read_desired(
        [{"source": "203.0.113.7"}, {"source": "203.0.113.8"}, {"source": "203.0.113.9", "duration": 0}]
    )
    plan = plan_present([block_list(record(1))], desired)
    assert [step.desired.identity.source for step in plan.add] == ["203.0.113.8/32", "203.0.113.9/32"]
    assert plan.unchanged == 1


def test_present_on_one_node_only_is_missing() -> None:
    desired, _unused = read_desired([{"source": "203.0.113.7"}])
    both = Nodes(("node 1", "node 2"), frozenset(("node 1", "node 2")))
    (step,) = plan_present([block_list(record(1, "node 1"), nodes=both)], desired).add
    assert step.missing_on == ("node 2",)
    assert not changes(plan_present([block_list(record(1, "node 1"), record(1, "node 2"), nodes=both)], desired))


@pytest.mark.parametrize("refresh, added", [(None, 0), (3600, 0), (3601, 1)])
def test_refresh(refresh: int | None, added: int) -> None:
    desired, _unused = read_desired([{"source": "203.0.113.7"}])
    assert len(plan_present([block_list(record(1))], desired, refresh).add) == added


def test_refresh_of_an_entry_that_does_not_tell_its_end() -> None:
    desired, _unused = read_desired([{"source": "203.0.113.7"}])
    (step,) = plan_present([block_list(record(1, Timestamp=""))], desired, 1).add
    assert step.refresh


def test_exact_removes_the_rest_and_flushes_for_none() -> None:
    current = block_list(record(1), record(2, BlacklistEntrySourceIp="203.0.113.8"))
    desired, _unused = read_desired([{"source": "203.0.113.8"}])
    plan = plan_exact(current, desired)
    assert [step.hrefs for step in plan.remove] == [(record(1)["block_list_href"],)]
    assert not plan.flush
    empty = plan_exact(current, [])
    assert empty.flush
    assert steps(empty) == (0, 2, 0)
    assert not changes(plan_exact(block_list(), []))


def test_absent_by_entry_takes_each_of_its_hrefs_once() -> None:
    current = block_list(record(1, "node 1"), record(1, "node 2"), record(2, "node 1"))
    desired, _unused = read_desired([{"source": "203.0.113.7"}, {"source": "203.0.113.7"}, {"source": "203.0.113.70"}])
    plan = plan_absent(current, desired)
    assert steps(plan) == (0, 1, 1)
    assert [href[-1] for href in plan.remove[0].hrefs] == ["1", "2"]
    assert plan.asked == 3


def test_absent_by_conditions_takes_the_entry_on_all_nodes() -> None:
    current = block_list(
        record(1, "node 1"), record(1, "node 2"), record(2, "node 1", BlacklistEntrySourceIp="203.0.113.8")
    )
    plan = plan_absent_matching(current, lambda entry: entry["node_id"] == "node 2")
    assert [len(step.listed) for step in plan.remove] == [2]


def test_absent_by_href_asks_the_server_unless_the_list_is_certain() -> None:
    current = block_list(record(1))
    hrefs = read_hrefs([record(1)["block_list_href"], record(5)["block_list_href"], HREF])
    engine = ("fw_cluster", "9")
    plan = plan_absent_hrefs(hrefs, {engine: current}, [engine])
    assert steps(plan) == (0, 2, 1)
    assert [step.expected for step in plan.remove] == [True, True]
    doubtful = plan_absent_hrefs(hrefs[:2], {engine: current})
    assert [step.expected for step in doubtful.remove] == [True, False]
    assert not changes(plan_absent_hrefs(hrefs[1:2], {engine: current}))


numbers = st.lists(st.integers(0, 12), max_size=12)


@given(numbers, numbers, st.sampled_from(["present", "exact", "absent"]))
def test_a_plan_loses_nothing_and_leaves_nothing_for_a_second_one(
    there: list[int], wanted: list[int], state: str
) -> None:
    def a_record(number: int, position: int) -> dict[str, Any]:
        return record(position, BlacklistEntrySourceIp=f"10.0.0.{number + 1}")

    current = block_list(*(a_record(number, position) for position, number in enumerate(there)))
    desired, _unused = read_desired([{"source": f"10.0.0.{number + 1}"} for number in wanted])

    def make(held: BlockList) -> BlockListPlan:
        if state == "absent":
            return plan_absent(held, desired)
        return plan_present([held], desired) if state == "present" else plan_exact(held, desired)

    plan = make(current)
    assert sum(step.units for step in plan.add) + sum(step.units for step in plan.remove) + plan.unchanged == plan.asked
    assert plan.asked >= len(wanted)
    gone = {listed.key for step in plan.remove for listed in step.listed}
    left = [
        a_record(number, position) for position, number in enumerate(there) if ("node 1", f"k{position}") not in gone
    ]
    new = [
        a_record(int(step.desired.identity.source.split(".")[3].split("/")[0]) - 1, 100 + at)
        for at, step in enumerate(plan.add)
    ]
    after = block_list(*left, *new)
    assert not changes(make(after))
    held = {one.source for one in identities(after)}
    meant = {f"10.0.0.{number + 1}/32" for number in wanted}
    before = {f"10.0.0.{number + 1}/32" for number in there}
    assert held == {"present": before | meant, "exact": meant, "absent": before - meant}[state]


def test_plans_of_several_lists_are_one() -> None:
    (desired,), _unused = read_desired(["203.0.113.7"])
    lists = [block_list(record()), block_list(record(2)), block_list()]
    plan = join_plans(plan_absent(one, [desired]) for one in lists)
    assert (plan.asked, len(plan.remove), plan.unchanged) == (3, 2, 1)
    assert plan.drop_removals() == 2
    assert (plan.asked, plan.remove, plan.flush) == (1, [], False)
    plan.check()
