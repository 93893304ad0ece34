# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is expected of an engine's nodes: each verb's findings, sentences and refusals."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.nodes import (
    NODE_VERBS,
    NodeVerb,
    judge_nodes,
    names_of_online_nodes,
    needs_appliance,
    read_nodes,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError, Unmeasurable
from hypothesis import given
from hypothesis import strategies as st


def engine(*states: str, **more: Any) -> dict[str, Any]:
    nodes = [
        {"name": f"n{number}", "engine_node_status": state, "version": "7.1", "installed_policy": "P", **more}
        for number, state in enumerate(states, 1)
    ]
    return {"nodes": nodes}


NOW = datetime(2026, 11, 24, tzinfo=UTC)
APPLIANCE = {
    "hardware": [
        {"name": "Fan", "status": "OK"},
        {"name": "Sandbox", "status": "WARNING"},
        {"name": "Old", "status": None},
    ],
    "interfaces": [{"name": "eth0_0", "status": "Up"}, {"name": "eth0_1", "status": "Down"}],
}
ONE_OFFLINE = engine("Online", "Offline")
TWO_VERSIONS = {"nodes": [*engine("Online")["nodes"], {**engine("Online")["nodes"][0], "name": "n2", "version": "7.0"}]}


@pytest.mark.parametrize(
    "written,info,holds,measured,wanted,reason",
    [
        (
            {"online": "all"},
            ONE_OFFLINE,
            False,
            "1 of 2 nodes online",
            "all nodes online",
            "Expected all nodes online, found 1 of 2. Not online: n2 (Offline).",
        ),
        ({"online": 1}, ONE_OFFLINE, True, "1 of 2 nodes online", "at least 1 node online", None),
        (
            {"online": {"min": 2}},
            ONE_OFFLINE,
            False,
            "1 of 2 nodes online",
            "at least 2 nodes online",
            "Expected at least 2 nodes online, found 1 of 2. Not online: n2 (Offline).",
        ),
        (
            {"policy_installed": "Q"},
            engine("Online"),
            False,
            "n1: P",
            "the policy 'Q' on each node",
            "Expected the policy 'Q' on each node, found P on n1.",
        ),
        (
            {"policy_installed": "any"},
            engine("Online", installed_policy=""),
            False,
            "n1: no policy",
            "a policy on each node",
            "Expected a policy on each node, found no policy on n1.",
        ),
        (
            {"same_version": True},
            TWO_VERSIONS,
            False,
            "n1: 7.1, n2: 7.0",
            "the same version on all nodes",
            "Expected the same version on all nodes, found n1: 7.1, n2: 7.0.",
        ),
        (
            {"same": "installed_policy"},
            TWO_VERSIONS,
            True,
            "n1: P, n2: P",
            "the same installed_policy on all nodes",
            None,
        ),
    ],
)
def test_what_a_verb_finds_and_says(
    written: Any, info: Any, holds: bool, measured: str, wanted: str, reason: str | None
) -> None:
    (found,) = judge_nodes(written, "HQ", info, "")
    assert (found.holds, found.measured, found.wanted) == (holds, measured, wanted)
    assert reason is None or found.reason == reason


@pytest.mark.parametrize("verb", NODE_VERBS.values(), ids=list(NODE_VERBS))
def test_the_example_of_each_verb_can_be_read_and_judged(verb: NodeVerb) -> None:
    info = engine("Online", last_upload_time=1, appliance=APPLIANCE)
    (found,) = judge_nodes({verb.name: yaml.safe_load(verb.example)}, "HQ", info, "", NOW)
    assert found.wanted and verb.documentation.endswith(".")


@pytest.mark.parametrize(
    "written,message",
    [
        (
            {},
            "`nodes` expects nothing: add online, policy_installed, same_version, same, is, upload_age, hardware or interfaces.",
        ),
        (
            {"online": False, "same": []},
            "`nodes` expects nothing: add online, policy_installed, same_version, same, is, upload_age, hardware or interfaces.",
        ),
        ({"onlin": 1}, "`nodes` has no key 'onlin'. Did you mean online?"),
        ("all", "`nodes` must be a mapping, not 'all'."),
        ({"online": "many"}, "online: 'many' is not a number."),
        ({"same_version": "perhaps"}, "`same_version` must be true or false, not 'perhaps'."),
    ],
)
def test_what_cannot_be_read_is_refused_before_nodes_are_looked_at(written: Any, message: str) -> None:
    for info in (None, engine("Online")):
        with pytest.raises(OptionError) as error:
            judge_nodes(written, "HQ", info, "")
        assert error.value.message == message


@pytest.mark.parametrize(
    "written,info,failure,message",
    [
        ({"online": 1}, None, "", "The nodes of 'HQ' were not looked up."),
        ({"online": 1}, None, "Login refused.", "Login refused."),
        ({"online": 1}, {"nodes": [{"name": "n1", "disabled": True}]}, "", "The SMC lists no nodes of 'HQ'."),
        (
            {"online": 1},
            {"nodes": [{"id": 7}], "error": "It broke."},
            "",
            "The status of node 7 is not known. It broke.",
        ),
        ({"same": "color"}, engine("Online"), "", "The color of n1 is not known."),
    ],
)
def test_nothing_is_judged_that_is_not_known(written: Any, info: Any, failure: str, message: str) -> None:
    with pytest.raises(Unmeasurable) as error:
        judge_nodes(written, "HQ", info, failure)
    assert error.value.message == message


def test_verbs_are_read_in_the_order_of_the_table() -> None:
    read = read_nodes({"same": ["a", "b"], "online": "all", "same_version": "yes"})
    assert [(verb.name, expected) for verb, expected in read] == [
        ("online", None),
        ("same_version", "version"),
        ("same", "a"),
        ("same", "b"),
    ]


@given(st.lists(st.sampled_from(["Online", "Offline", "Locked Offline"]), min_size=1), st.integers(1, 5))
def test_counting_nodes_is_counting(states: list[str], least: int) -> None:
    online = states.count("Online")
    (enough,) = judge_nodes({"online": least}, "HQ", engine(*states), "")
    (every,) = judge_nodes({"online": "all"}, "HQ", engine(*states), "")
    assert (enough.holds, every.holds) == (online >= least, online == len(states))
    assert len(every.offending) == len(states) - online


DAY = 86_400_000


@pytest.mark.parametrize(
    "written,more,holds,reason",
    [
        ({"is": {"version": "7.*"}}, {}, True, ""),
        (
            {"is": {"version": ["6.10*", "7.2*"]}},
            {},
            False,
            "Expected version 6.10* or 7.2* on each node, found 7.1 on n1.",
        ),
        ({"is": {"platform": "*"}}, {"platform": None}, True, ""),
        (
            {"is": {"platform": "x86*"}},
            {"platform": None},
            False,
            "Expected platform x86* on each node, found (none) on n1.",
        ),
        ({"upload_age": {"max": "2d"}}, {"last_upload_time": NOW.timestamp() * 1000 - DAY}, True, ""),
        (
            {"upload_age": {"max": "12h"}},
            {"last_upload_time": NOW.timestamp() * 1000 - DAY},
            False,
            "Expected the last upload at most 12 hours ago, found 1 day on n1.",
        ),
        (
            {"hardware": "ok"},
            {"appliance": APPLIANCE},
            False,
            "Expected all hardware in order, found Sandbox WARNING on n1.",
        ),
        ({"interfaces": {"up": ["eth0_0"]}}, {"appliance": APPLIANCE}, True, ""),
        (
            {"interfaces": {"up": ["eth0_*", "eth9"]}},
            {"appliance": APPLIANCE},
            False,
            "Expected eth0_* and eth9 up on each node, found eth0_* Up and Down on n1, eth9 not there on n1.",
        ),
    ],
)
def test_what_nodes_must_be(written: Any, more: Any, holds: bool, reason: str) -> None:
    (found,) = judge_nodes(written, "HQ", engine("Online", **more), "", NOW)
    assert found.holds is holds
    assert holds or (found.reason == reason and found.offending)


def test_interfaces_are_measured_whether_they_are_up_or_not() -> None:
    measured = {}
    for names in (("eth0_0",), ("eth0_1", "eth9")):
        (found,) = judge_nodes(
            {"interfaces": {"up": list(names)}}, "HQ", engine("Online", appliance=APPLIANCE), "", NOW
        )
        measured[names] = (found.holds, found.measured)
    assert measured == {
        ("eth0_0",): (True, "eth0_0 up on each node"),
        ("eth0_1", "eth9"): (False, "eth0_1 Down on n1, eth9 not there on n1"),
    }


@pytest.mark.parametrize(
    "written,message",
    [
        ({"is": {"versoin": "7"}}, "A node has no 'versoin'. Did you mean version?"),
        ({"is": {"version": 7.1}}, "put it in quotes"),
        ({"upload_age": "7d"}, "is a mapping"),
        ({"upload_age": {"max": "soon"}}, "'soon' is not a duration"),
        ({"upload_age": {"max": "7d"}}, "It is not known when a policy was last uploaded to n1."),
        ({"hardware": "ok"}, "tells no hardware status"),
        ({"hardware": "bad"}, "must be ok"),
        ({"interfaces": {"up": ["eth0_0"]}}, "tells no interfaces of n1"),
        ({"interfaces": {"down": ["eth0_0"]}}, "takes `up`"),
        ({"interfaces": {"up": []}}, "takes `up`"),
        ({"policy_installed": ""}, "`policy_installed` is empty"),
        ({"policy_installed": True}, "`policy_installed: any`"),
        ({"policy_installed": False}, "put it in quotes"),
    ],
)
def test_what_is_not_told_or_cannot_be_read_is_no_pass(written: Any, message: str) -> None:
    with pytest.raises(OptionError, match=re.escape(message)):
        judge_nodes(written, "HQ", engine("Online"), "", NOW)


def test_only_what_is_about_hardware_asks_for_it() -> None:
    assert needs_appliance({"hardware": "ok"}) and needs_appliance({"online": 1, "interfaces": {}})
    assert not needs_appliance({"online": 1, "hardware": None}) and not needs_appliance(None)


def test_the_names_of_online_nodes_are_known_or_not() -> None:
    assert names_of_online_nodes(engine("Online", "Standby")) == ["n1"]
    assert names_of_online_nodes(engine("Online", "Unknown")) is None
    assert names_of_online_nodes(engine("Online", ""), []) is None
    assert names_of_online_nodes(None) is None
    assert names_of_online_nodes(engine("Online"), [{"node_id": "n1"}]) == ["n1"]
    assert names_of_online_nodes(engine("Online"), [{"comp_id": "other"}]) is None


@pytest.mark.parametrize("written", [True, "all", "ALL", "yes", "true"])
def test_all_nodes_may_be_written_as_a_boolean(written: Any) -> None:
    (finding,) = judge_nodes({"online": written}, "FW", engine("Online", "Offline"), "")
    assert (finding.holds, finding.wanted) == (False, "all nodes online")


def test_a_disabled_node_is_not_online() -> None:
    info = engine("Online", "Online")
    info["nodes"][1]["disabled"] = True
    assert names_of_online_nodes(info) == ["n1"]
