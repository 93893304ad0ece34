# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Health checks: each expectation against data, and what a verdict says."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks import STATUSES, Material, evaluate, plan
from hypothesis import given
from hypothesis import strategies as st

SAS = [
    {"node_id": "n1", "peer_security_gateway": "HQ", "sa_class": "IPsec", "num_bytes_sent": 10, "delta_key": "a"},
    {"node_id": "n1", "peer_security_gateway": "HQ", "sa_class": "IPsec", "num_bytes_sent": 0, "delta_key": "b"},
    {"node_id": "n1", "peer_security_gateway": "HQ", "sa_class": "IKE"},
    {"node_id": "n2", "peer_security_gateway": "Plano", "sa_class": "IKE"},
]
ROUTES = [
    {"node_id": "n1", "route_network": "0.0.0.0", "route_netmask": 0, "route_gateway": "192.0.2.254"},
    {"node_id": "n1", "route_network": "10.0.0.0", "route_netmask": 8, "dstif": "Interface #1"},
    {"node_id": "n2", "route_network": "0.0.0.0", "route_netmask": 0, "route_gateway": "192.0.2.1"},
]
ENGINE = {
    "name": "HQ",
    "type": "fw_cluster",
    "nodes": [
        {"name": "HQ node 1", "engine_node_status": "Online", "version": "7.1.2", "installed_policy": "HQ policy"},
        {"name": "HQ node 2", "engine_node_status": "Offline", "version": "7.1.1", "installed_policy": ""},
        {"name": "HQ node 3", "engine_node_status": "Unknown", "version": "7.1.2", "disabled": True},
    ],
}


def facts(definition: str, entries: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        definition: {
            "definition": definition,
            "target": "HQ",
            "entries": entries,
            "count": len(entries),
            "complete": True,
            **more,
        }
    }


def material(**more: Any) -> Material:
    measured = {**facts("VPN_SA", SAS), **facts("ROUTING", ROUTES), **facts("USERS", [])}
    return Material(**{"engine": "HQ", "facts": measured, "groups": ("clusters",), "engine_info": ENGINE, **more})


def verdict(check: dict[str, Any], **more: Any) -> Any:
    (only,) = evaluate([{"name": "the check", **check}], material(**more))
    return only


VPN = {"definition": "VPN_SA"}
ROUTING = {"definition": "ROUTING"}
DEFAULT_ROUTE = {**ROUTING, "where": {"route_network": "0.0.0.0", "route_netmask": 0}}
IPSEC = {**VPN, "where": {"peer_security_gateway": "HQ", "sa_class": "IPsec"}}


@pytest.mark.parametrize(
    "check,status,words",
    [
        ({**IPSEC, "count": {"min": 2}}, "PASS", "2 of 4 entries"),
        ({**IPSEC, "count": {"min": 3}}, "FAIL", "at least 3"),
        (
            {**IPSEC, "count": {"max": 1}},
            "FAIL",
            "2 of 4 entries with peer_security_gateway HQ and sa_class IPsec, but at most 1",
        ),
        ({**VPN, "where": {"sa_class": "IKE"}, "count": {"max": 0}}, "FAIL", "with sa_class IKE, but none wanted."),
        ({**IPSEC, "count": {"equals": "2"}}, "PASS", ""),
        ({**IPSEC, "count": 2}, "PASS", ""),
        ({**VPN, "where": {"sa_class": "None"}, "count": {"max": 0}}, "PASS", "0 of 4"),
        (
            {**VPN, "where": {"sa_class": "ipsec"}, "count": {"min": 1, "per": "peer_security_gateway"}},
            "FAIL",
            "Plano has 0",
        ),
        ({**VPN, "count": {"min": 1, "per": "node"}}, "PASS", ""),
        ({**VPN, "count": {"min": 1, "per": "node", "groups": ["n1", "n9"]}}, "FAIL", "n9 has 0"),
        ({"definition": "USERS", "count": {"min": 1, "per": "node"}}, "FAIL", "nothing by node"),
        ({"definition": "USERS", "count": {"min": 1, "per": "node"}, "when_empty": "skip"}, "SKIPPED", "empty"),
        (
            {**VPN, "where": {"sa_class": "x"}, "count": {"min": 1, "per": "node"}, "when_empty": "skip"},
            "FAIL",
            "n1 has 0",
        ),
        ({"definition": "USERS", "count": {"max": 5, "per": "node"}}, "PASS", "nothing by node"),
        ({**DEFAULT_ROUTE, "each": {"route_gateway": "192.0.2.0/24"}}, "PASS", ""),
        (
            {**DEFAULT_ROUTE, "each": {"route_gateway": "192.0.2.254"}},
            "FAIL",
            "1 of 2 entries without route_gateway 192.0.2.254, but with route_gateway 192.0.2.1.",
        ),
        ({"definition": "USERS", "each": {"username": "a"}}, "FAIL", "table is empty"),
        ({"definition": "USERS", "each": {"username": "a"}, "when_empty": "pass"}, "PASS", "empty"),
        ({"definition": "USERS", "count": {"min": 1}, "when_empty": "skip"}, "SKIPPED", "empty"),
        (
            {**ROUTING, "none": {"route_gateway": {"network": "192.0.2.0/31"}}},
            "FAIL",
            "1 of 3 entries with route_gateway 192.0.2.0/31, but none wanted.",
        ),
        ({**ROUTING, "none": {"route_gateway": "10.9.9.9"}}, "PASS", "0 of 3"),
        ({"definition": "USERS", "none": {"username": {"regex": "x"}}}, "PASS", ""),
        ({**ROUTING, "any": {"dstif": {"defined": True}}}, "PASS", ""),
        ({**ROUTING, "any": {"dstif": {"not": ["Interface #1", None]}}}, "FAIL", "None of 3"),
        ({**ROUTING, "any": {"route_netmask": {"range": [4, 16]}}}, "PASS", ""),
        ({**IPSEC, "sum": {"num_bytes_sent": {"min": 1}}}, "PASS", "sum of num_bytes_sent is 10"),
        ({**IPSEC, "sum": {"num_bytes_sent": {"min": 11}}}, "FAIL", "at least 11"),
        ({**VPN, "sum": {"num_bytes_sent": {"min": 1, "per": "peer_security_gateway"}}}, "FAIL", "Plano has 0"),
        ({**VPN, "where": {"sa_class": "IKE"}, "sum": {"num_bytes_sent": {"min": 1}}}, "ERROR", "has a number"),
        ({"definition": "USERS", "sum": {"node_id": {"min": 1}}}, "FAIL", "The sum of node_id is 0"),
        ({**VPN, "distinct": {"peer_security_gateway": {"min": 2}}}, "PASS", "HQ, Plano"),
        ({**VPN, "distinct": {"node": 3}}, "FAIL", "exactly 3"),
        ({**VPN, "distinct": {"peer_security_gateway": {"values": ["HQ", "Plano"]}}}, "PASS", ""),
        (
            {**VPN, "distinct": {"peer_security_gateway": {"values": ["HQ", "Oslo"]}}},
            "FAIL",
            "Of peer_security_gateway: Oslo missing, Plano too many. Found 2 different peer_security_gateway (HQ, Plano).",
        ),
        ({**ROUTING, "unique": ["route_network", "node"]}, "PASS", "no value repeated"),
        ({**ROUTING, "unique": "route_network"}, "FAIL", "Of route_network more than one entry has 0.0.0.0."),
        ({**VPN, "where": {"sa_class": "IKE"}, "unique": "num_bytes_sent"}, "PASS", "no value repeated"),
        (
            {"nodes": {"online": "all"}},
            "FAIL",
            "1 of 2 nodes online, but all nodes wanted. Not online: HQ node 2 (Offline).",
        ),
        ({"nodes": {"online": {"min": 1}}}, "PASS", "1 of 2 nodes"),
        ({"nodes": {"online": True, "same_version": True}}, "FAIL", "HQ node 2 (Offline). The nodes differ"),
        ({"nodes": {"online": 1}}, "PASS", ""),
        ({"nodes": {"policy_installed": True}}, "FAIL", "HQ node 2 has no policy, but"),
        ({"nodes": {"policy_installed": "HQ policy", "online": 1}}, "FAIL", "'HQ policy'"),
        ({"nodes": {"same_version": True}}, "FAIL", "7.1.1"),
        ({"nodes": {"same": ["engine_node_status"]}}, "FAIL", "differ"),
        ({"nodes": {"same": ["color"]}}, "ERROR", "not known"),
        ({**IPSEC, "count": 2, "on": "H*"}, "PASS", ""),
        ({**IPSEC, "count": 2, "on": ["Plano*", "hq"]}, "PASS", ""),
        ({**IPSEC, "count": 2, True: "Plano*"}, "SKIPPED", "not for this engine"),
        ({**IPSEC, "count": 2, "on": {"group": "clusters"}}, "PASS", ""),
        ({**IPSEC, "count": 2, "on": {"engines": "Plano*", "groups": ["branches"]}}, "SKIPPED", "not for this engine"),
        ({**IPSEC, "count": 2, "on": {"types": ["fw_cluster", "single_*"]}}, "PASS", ""),
        ({**IPSEC, "count": 2, "on": {"engine": "HQ", "type": "*_ips"}}, "SKIPPED", "not for this engine"),
        ({**IPSEC, "count": 2, "enabled": "no"}, "SKIPPED", "switched off"),
        ({**IPSEC, "count": 3, "sum": {"num_bytes_sent": {"min": 99}}}, "FAIL", "exactly 3 wanted. The sum"),
    ],
)
def test_verdicts(check: dict[str, Any], status: str, words: str) -> None:
    found = verdict(check)
    assert (found.status, words in found.reason) == (status, True), found.reason


@pytest.mark.parametrize(
    "check,words",
    [
        ({**VPN, "where": {"peer_gatway": "HQ"}, "count": 1}, "peer_security_gateway"),
        (
            {**ROUTING, "where": {"alert_severity": "Critical"}, "count": {"max": 0}},
            "ROUTING has no field 'alert_severity'",
        ),
        ({**ROUTING, "each": {"route_gatewy": "x"}}, "route_gateway"),
        ({**ROUTING, "sum": {"route_metrik": 1}}, "route_metric"),
        ({**ROUTING, "count": {"minimum": 1}}, "'minimum'"),
        ({**ROUTING, "count": {}}, "no bound"),
        ({**ROUTING, "count": {"min": "many"}}, "'many'"),
        ({**ROUTING, "count": {"equals": 1, "max": 2}}, "either"),
        ({**ROUTING, "count": {"min": 1, "per": "nod"}}, "node_id"),
        ({**ROUTING, "unique": []}, "no field"),
        ({**ROUTING, "where": ["route_network"], "count": 1}, "mapping"),
        ({**ROUTING, "sum": 4}, "mapping"),
        ({**ROUTING, "cuont": 1}, "count"),
        ({**ROUTING}, "expects nothing"),
        ({"definition": "ROUTES", "count": 1}, "ROUTING"),
        ({"count": 1}, "`definition` is missing"),
        ({**ROUTING, "count": 1, "severity": "fatal"}, "critical, major, minor and info"),
        ({**ROUTING, "count": 1, "when_empty": "cry"}, "when_empty"),
        ({**ROUTING, "count": 1, "enabled": "perhaps"}, "true or false"),
        ({**ROUTING, "count": 1, "on": {"hosts": "a"}}, "'hosts'"),
        ({**ROUTING, "count": 1, "on": {"types": "fw_clutser"}}, "Did you mean fw_cluster"),
        ({"nodes": {}}, "wants nothing"),
        ({**ROUTING, "baseline": {"idendity": "a"}}, "identity"),
        ({**ROUTING, "baseline": {}}, "no baseline"),
        ({**ROUTING, "count": 1, "target": "Oslo"}, "'Oslo'"),
        ({"nodes": {"onlin": True}}, "online"),
        ({"definition": "NEIGHBORS", "count": 1}, "NEIGHBORS was not fetched"),
    ],
)
def test_what_cannot_be_read_or_measured_is_an_error_with_advice(check: dict[str, Any], words: str) -> None:
    found = verdict(check)
    assert (found.status, words in found.reason) == ("ERROR", True), found.reason


@pytest.mark.parametrize(
    "more,check,words",
    [
        ({"failures": {"ROUTING": "The SMC refused it."}}, {**ROUTING, "count": 1}, "The SMC refused it."),
        ({"facts": facts("ROUTING", ROUTES, complete=False)}, {**ROUTING, "count": 3}, "not complete"),
        ({"facts": facts("ROUTING", [], count=3)}, {**ROUTING, "count": 3}, "without entries"),
        ({"engine_info": None}, {"nodes": {"online": True}}, "not looked up"),
        ({"engine_info": None, "node_failure": "Login refused."}, {"nodes": {"online": True}}, "Login refused."),
        ({"engine_info": {"nodes": []}}, {"nodes": {"online": True}}, "no nodes"),
        (
            {"engine_info": {"nodes": [{"name": "n", "engine_node_status": "Unknown"}]}},
            {"nodes": {"online": True}},
            "does not know whether n (Unknown) is online",
        ),
        (
            {"engine_info": {"nodes": [{"name": "n"}], "error": "It failed."}},
            {"nodes": {"online": 1}},
            "known. It failed.",
        ),
        ({"baselines": {"ROUTING": "The baseline is gone."}}, {**ROUTING, "baseline": {}}, "baseline is gone"),
    ],
)
def test_nothing_is_judged_without_complete_material(more: dict[str, Any], check: dict[str, Any], words: str) -> None:
    found = verdict(check, **more)
    assert (found.status, words in found.reason) == ("ERROR", True), found.reason


def test_one_error_leaves_the_other_checks_alone() -> None:
    checks = ["no mapping", {"name": "broken", **VPN, "count": "x"}, {"name": "sound", **IPSEC, "count": 2}]
    assert [one.status for one in evaluate(checks, material())] == ["ERROR", "ERROR", "PASS"]
    assert [one.name for one in evaluate(checks, material())] == ["unnamed check", "broken", "sound"]


def test_a_baseline_is_compared_under_the_same_conditions() -> None:
    before = [{**route, "route_metric": 5} for route in ROUTES]
    check = {**DEFAULT_ROUTE, "baseline": {"ignore": ["route_metric"]}}
    assert verdict(check, baselines={"ROUTING": before}).status == "PASS"
    assert "2 changed" in verdict({**DEFAULT_ROUTE, "baseline": {}}, baselines={"ROUTING": before}).reason
    lost = verdict(
        {**ROUTING, "baseline": {"loss": 0}}, baselines={"ROUTING": [*ROUTES, {"route_network": "10.9.0.0"}]}
    )
    assert lost.status == "FAIL" and lost.offending == [{"route_network": "10.9.0.0"}]


def test_a_field_is_taken_at_its_word_if_the_entries_have_it_or_by_its_number() -> None:
    assert verdict({**ROUTING, "where": {"16": "192.0.2.1"}, "count": 0}).status == "PASS"
    entries = [{"node_id": "n1", "brand_new_field": "blue", "alert_severity": "High"}]
    seen = facts("ROUTING", entries)
    assert verdict({**ROUTING, "where": {"brand_new_field": "blue"}, "count": 1}, facts=seen).status == "PASS"
    assert verdict({**ROUTING, "where": {"alert_severity": "High"}, "count": 1}, facts=seen).status == "PASS"


def test_a_verdict_shows_a_few_offending_entries_without_noise() -> None:
    entries = [{"username": f"u{number}", "delta_key": "x", "data_type": "33", "src": ""} for number in range(9)]
    found = verdict({"definition": "USERS", "count": {"max": 3}}, facts=facts("USERS", entries)).as_dict()
    assert found["offending_count"] == 9
    assert found["offending"] == [{"username": f"u{number}"} for number in range(5)]


@pytest.mark.parametrize(
    "states,status",
    [
        (["Online", "Online"], "PASS"),
        (["Online", "Standby"], "PASS"),
        (["Standby", "Locked Online"], "PASS"),
        (["Standby", "Standby"], "FAIL"),
        (["Online", "Locked Offline"], "FAIL"),
        (["Online", "Not Monitored"], "ERROR"),
        (["Online", "Unknown"], "ERROR"),
        (["Online", "Unknown TIMEOUT"], "FAIL"),
    ],
)
def test_a_node_that_stands_by_is_well_if_another_is_online(states: list[str], status: str) -> None:
    nodes = [
        {"name": "n", "engine_node_status": state.removesuffix(" TIMEOUT"), "monitoring_state": state.split()[-1]}
        for state in states
    ]
    assert verdict({"nodes": {"online": "all"}}, engine_info={"nodes": nodes}).status == status


def test_the_plan_names_each_definition_once_and_domains_apart() -> None:
    checks = [
        {**IPSEC, "count": 1},
        {**VPN, "count": 1},
        {**ROUTING, "count": 1, "on": "Oslo"},
        {"definition": "USERS", "count": 1, "enabled": False},
        {"definition": "ACTIVE_ALERTS", "count": 1, "target": "Retail", True: "Oslo"},
        {"definition": "ACTIVE_ALERTS", "count": 1},
        {"nodes": {"online": True}},
        {"definition": "NOTHING", "count": 1},
    ]
    planned = plan(checks, "HQ", domain="Shared Domain")
    assert planned.definitions == ["VPN_SA"]
    assert planned.checks == [*checks[:3], *checks[6:]]
    assert {name: there.definitions for name, there in planned.elsewhere.items()} == {
        "Retail": ["ACTIVE_ALERTS"],
        "Shared Domain": ["ACTIVE_ALERTS"],
    }
    assert planned.elsewhere["Retail"].checks == [{"definition": "ACTIVE_ALERTS", "count": 1, "target": "Retail"}]
    assert planned.nodes
    assert not plan(checks[:2], "HQ").nodes
    assert list(plan([checks[5]], "HQ").elsewhere) == ["domain of the login"]


def test_a_check_of_a_type_of_engine_is_not_measured_on_another() -> None:
    check = {**ROUTING, "count": {"min": 1}, "on": {"types": ["single_fw"]}}
    unknown, other, same = (
        plan([check], "HQ"),
        plan([check], "HQ", engine_type="single_ips"),
        plan([check], "HQ", (), "", "single_fw"),
    )
    assert (unknown.nodes, unknown.definitions) == (True, ["ROUTING"])
    assert (other.definitions, same.definitions) == ([], ["ROUTING"])
    assert verdict(check, facts={}, engine_info={"type": "single_ips"}).status == "SKIPPED"
    assert verdict(check, engine_info=None).status == "PASS"


def test_a_fault_in_one_check_costs_no_other_check_its_verdict() -> None:
    class Broken(dict[str, Any]):
        def get(self, *arguments: Any) -> Any:
            raise RuntimeError("a fault")

    checks = [
        {"name": "first", **ROUTING, "each": {"route_network": {"defined": True}}},
        {"name": "second", **VPN, "count": 4},
    ]
    broken = Broken(route_network="10.0.0.0")
    first, second = evaluate(checks, material(facts={**facts("VPN_SA", SAS), **facts("ROUTING", [broken])}))
    assert (first.status, second.status) == ("ERROR", "PASS")
    assert "fault in ngfw.smc" in first.reason and "a fault" in first.reason


def test_what_a_check_names_stands_first_in_an_offending_entry() -> None:
    entry = {"rule_id": 7, "action": "Block", "alert_severity": "Critical", "timestamp": "now", "situation": "x"}
    check = {"definition": "ACTIVE_ALERTS", "where": {"alert_severity": "Critical"}, "none": {"situation": "x"}}
    found = verdict(check, facts=facts("ACTIVE_ALERTS", [entry])).as_dict()
    assert list(found["offending"][0])[:2] == ["alert_severity", "situation"]


# What people, and programs, may write where a check wants something else.
_anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-3, 3)
    | st.floats(allow_nan=True)
    | st.sampled_from(["", "x", "HQ", "10.0.0.0/8", "("]),
    lambda inner: (
        st.lists(inner, max_size=2)
        | st.dictionaries(
            st.sampled_from(
                [
                    "min",
                    "max",
                    "equals",
                    "per",
                    "values",
                    "not",
                    "regex",
                    "range",
                    "route_network",
                    "username",
                    "online",
                ]
            ),
            inner,
            max_size=3,
        )
    ),
    max_leaves=6,
)
_keys = [
    "name",
    "where",
    "count",
    "sum",
    "distinct",
    "unique",
    "each",
    "none",
    "any",
    "baseline",
    "nodes",
    "severity",
    "on",
    "enabled",
    "when_empty",
    "target",
]
_written = st.fixed_dictionaries(
    {"definition": st.sampled_from(["ROUTING", "USERS", "VPN_SA"]) | _anything},
    optional=dict.fromkeys(_keys, _anything),
)


@given(st.lists(_written | _anything, max_size=4))
def test_whatever_is_written_each_check_has_a_verdict_and_a_reason(checks: list[Any]) -> None:
    planned = plan(checks, "HQ", ["clusters"], "Shared Domain")
    assert len(planned.checks) <= len(checks)
    found = evaluate(checks, material(baselines={"ROUTING": ROUTES[:1]}))
    assert [one.status in STATUSES and bool(one.reason) for one in found] == [True] * len(checks)
    # Nothing that a user can write is a fault of the program.
    assert not [one.reason for one in found if "fault in ngfw.smc" in one.reason]


@given(st.lists(st.sampled_from(["HQ", "Plano", "Oslo"])), st.integers(0, 5), st.integers(0, 5))
def test_counting_is_counting(peers: list[str], least: int, more: int) -> None:
    entries = [{"peer_security_gateway": peer} for peer in peers]
    check = {**VPN, "where": {"peer_security_gateway": "HQ"}, "count": {"min": least, "max": least + more}}
    wanted = "PASS" if least <= peers.count("HQ") <= least + more else "FAIL"
    assert verdict(check, facts=facts("VPN_SA", entries)).status == wanted


@given(st.lists(st.sampled_from(["192.0.2.1", "192.0.2.2", ""])))
def test_each_none_and_any_agree(gateways: list[str]) -> None:
    table = facts("ROUTING", [{"route_gateway": gateway} for gateway in gateways])
    condition = {"route_gateway": "192.0.2.1"}

    def status(kind: str, wanted: Any) -> str:
        return str(verdict({**ROUTING, kind: wanted, "when_empty": None}, facts=table).status)

    assert (status("any", condition) == "PASS") == (status("none", condition) == "FAIL")
    if gateways:
        assert (status("each", condition) == "PASS") == (
            status("none", {"route_gateway": {"not": "192.0.2.1"}}) == "PASS"
        )
