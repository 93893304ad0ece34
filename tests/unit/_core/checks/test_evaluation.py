# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Health checks: each expectation against data, and what a verdict says."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.evaluation import (
    Measurements,
    evaluate,
    facts_of_log,
    judge_facts,
    plan_checks,
    query_of_log,
    shared_checks,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.reading import read_checks
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.conditions import read_conditions
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import LOG
from ansible_collections.ngfw.smc.plugins.module_utils._core.verdicts import STATUSES
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


def measurements(**more: Any) -> Measurements:
    measured = {**facts("VPN_SA", SAS), **facts("ROUTING", ROUTES), **facts("USERS", [])}
    return Measurements(**{"engine": "HQ", "facts": measured, "groups": ("clusters",), "engine_info": ENGINE, **more})


def verdict(check: dict[str, Any], **more: Any) -> Any:
    (only,) = evaluate([{"name": "the check", **check}], measurements(**more))
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
            "Expected at most 1 entry with peer_security_gateway HQ and sa_class IPsec, found 2 of 4.",
        ),
        (
            {**VPN, "where": {"sa_class": "IKE"}, "count": {"max": 0}},
            "FAIL",
            "Expected no entries with sa_class IKE, found 2 of 4.",
        ),
        ({**IPSEC, "count": {"equals": "2"}}, "PASS", ""),
        ({**IPSEC, "count": 2}, "PASS", ""),
        ({**VPN, "where": {"sa_class": "None"}, "count": {"max": 0}}, "PASS", "0 of 4"),
        (
            {**VPN, "where": {"sa_class": "ipsec"}, "count": {"min": 1, "per": "peer_security_gateway"}},
            "FAIL",
            "found 0 for Plano.",
        ),
        ({**VPN, "count": {"min": 1, "per": "node"}}, "PASS", ""),
        ({**VPN, "count": {"min": 1, "per": "node", "groups": ["n1", "n9"]}}, "FAIL", "found 0 for n9."),
        (
            {"definition": "USERS", "count": {"min": 1, "per": "node"}},
            "FAIL",
            "Expected at least 1 entry per node, found no entries.",
        ),
        ({"definition": "USERS", "count": {"min": 1, "per": "node"}, "when_empty": "skip"}, "SKIPPED", "empty"),
        (
            {**VPN, "where": {"sa_class": "x"}, "count": {"min": 1, "per": "node"}, "when_empty": "skip"},
            "FAIL",
            "found 0 for n1, 0 for n2.",
        ),
        ({"definition": "USERS", "count": {"max": 5, "per": "node"}}, "PASS", "no entries"),
        ({**DEFAULT_ROUTE, "each": {"route_gateway": "192.0.2.0/24"}}, "PASS", ""),
        (
            {**DEFAULT_ROUTE, "each": {"route_gateway": "192.0.2.254"}},
            "FAIL",
            "Expected route_gateway 192.0.2.254 in each entry, found route_gateway 192.0.2.1 in 1 of 2 entries.",
        ),
        ({"definition": "USERS", "each": {"username": "a"}}, "FAIL", "table is empty"),
        ({"definition": "USERS", "each": {"username": "a"}, "when_empty": "pass"}, "PASS", "empty"),
        ({"definition": "USERS", "count": {"min": 1}, "when_empty": "skip"}, "SKIPPED", "empty"),
        (
            {**ROUTING, "none": {"route_gateway": {"network": "192.0.2.0/31"}}},
            "FAIL",
            "Expected no entries with route_gateway 192.0.2.0/31, found 1 of 3.",
        ),
        ({**ROUTING, "none": {"route_gateway": "10.9.9.9"}}, "PASS", "0 of 3"),
        ({"definition": "USERS", "none": {"username": {"regex": "x"}}}, "PASS", ""),
        ({**ROUTING, "any": {"dstif": {"defined": True}}}, "PASS", ""),
        ({**ROUTING, "any": {"dstif": {"not": ["Interface #1", None]}}}, "FAIL", "found none among 3 entries"),
        ({**ROUTING, "any": {"route_netmask": {"range": [4, 16]}}}, "PASS", ""),
        ({**IPSEC, "sum": {"num_bytes_sent": {"min": 1}}}, "PASS", "sum of num_bytes_sent is 10"),
        ({**IPSEC, "sum": {"num_bytes_sent": {"min": 11}}}, "FAIL", "at least 11"),
        ({**VPN, "sum": {"num_bytes_sent": {"min": 1, "per": "peer_security_gateway"}}}, "FAIL", "found 0 for Plano."),
        ({**VPN, "where": {"sa_class": "IKE"}, "sum": {"num_bytes_sent": {"min": 1}}}, "ERROR", "has a number"),
        (
            {"definition": "USERS", "sum": {"node_id": {"min": 1}}},
            "FAIL",
            "Expected a sum of node_id of at least 1, found 0.",
        ),
        ({**VPN, "distinct": {"peer_security_gateway": {"min": 2}}}, "PASS", "HQ, Plano"),
        ({**VPN, "distinct": {"node": 3}}, "FAIL", "exactly 3"),
        ({**VPN, "distinct": {"peer_security_gateway": {"values": ["HQ", "Plano"]}}}, "PASS", ""),
        (
            {**VPN, "distinct": {"peer_security_gateway": {"values": ["HQ", "Oslo"]}}},
            "FAIL",
            "Expected exactly the values HQ, Oslo of peer_security_gateway, found HQ, Plano; missing: Oslo; not expected: Plano.",
        ),
        ({**ROUTING, "unique": ["route_network", "node"]}, "PASS", "no value repeated"),
        (
            {**ROUTING, "unique": "route_network"},
            "FAIL",
            "Expected no two entries with the same route_network, found 0.0.0.0 more than once.",
        ),
        ({**VPN, "where": {"sa_class": "IKE"}, "unique": "num_bytes_sent"}, "PASS", "no value repeated"),
        (
            {"nodes": {"online": "all"}},
            "FAIL",
            "Expected all nodes online, found 1 of 2. Not online: HQ node 2 (Offline).",
        ),
        ({"nodes": {"online": {"min": 1}}}, "PASS", "1 of 2 nodes"),
        (
            {"nodes": {"online": True, "same_version": True}},
            "FAIL",
            "HQ node 2 (Offline). Expected the same version on all nodes",
        ),
        ({"nodes": {"online": 1}}, "PASS", ""),
        (
            {"nodes": {"policy_installed": "any"}},
            "FAIL",
            "Expected a policy on each node, found no policy on HQ node 2.",
        ),
        ({"nodes": {"policy_installed": "HQ policy", "online": 1}}, "FAIL", "'HQ policy'"),
        ({"nodes": {"same_version": True}}, "FAIL", "7.1.1"),
        ({"nodes": {"same": ["engine_node_status"]}}, "FAIL", "Expected the same engine_node_status on all nodes"),
        ({"nodes": {"same": ["color"]}}, "ERROR", "not known"),
        ({**IPSEC, "count": 2, "on": "H*"}, "PASS", ""),
        ({**IPSEC, "count": 2, "on": ["Plano*", "hq"]}, "PASS", ""),
        ({**IPSEC, "count": 2, True: "Plano*"}, "SKIPPED", "does not apply to this engine"),
        ({**IPSEC, "count": 2, "on": {"group": "clusters"}}, "PASS", ""),
        (
            {**IPSEC, "count": 2, "on": {"engines": "Plano*", "groups": ["branches"]}},
            "SKIPPED",
            "does not apply to this engine",
        ),
        ({**IPSEC, "count": 2, "on": {"types": ["fw_cluster", "single_*"]}}, "PASS", ""),
        ({**IPSEC, "count": 2, "on": {"engine": "HQ", "type": "*_ips"}}, "SKIPPED", "does not apply to this engine"),
        ({**IPSEC, "count": 2, "enabled": "no"}, "SKIPPED", "switched off"),
        ({**IPSEC, "count": 3, "sum": {"num_bytes_sent": {"min": 99}}}, "FAIL", "found 2 of 4. Expected a sum"),
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
        ({"nodes": {}}, "`nodes` expects nothing"),
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
        (
            {"baselines": {"ROUTING": "The baseline is gone."}},
            {**ROUTING, "count": {"min": 1, "per": "route_gateway", "groups_of_baseline": True}},
            "baseline is gone",
        ),
    ],
)
def test_nothing_is_judged_without_complete_material(more: dict[str, Any], check: dict[str, Any], words: str) -> None:
    found = verdict(check, **more)
    assert (found.status, words in found.reason) == ("ERROR", True), found.reason


def test_one_error_leaves_the_other_checks_alone() -> None:
    checks = ["no mapping", {"name": "broken", **VPN, "count": "x"}, {"name": "sound", **IPSEC, "count": 2}]
    assert [one.status for one in evaluate(checks, measurements())] == ["ERROR", "ERROR", "PASS"]
    assert [one.name for one in evaluate(checks, measurements())] == ["unnamed check", "broken", "sound"]


def test_a_baseline_is_compared_under_the_same_conditions() -> None:
    before = [{**route, "route_metric": 5} for route in ROUTES]
    check = {**DEFAULT_ROUTE, "baseline": {"ignore": ["route_metric"]}}
    assert verdict(check, baselines={"ROUTING": before}).status == "PASS"
    assert "2 changed" in verdict({**DEFAULT_ROUTE, "baseline": {}}, baselines={"ROUTING": before}).reason
    lost = verdict(
        {**ROUTING, "baseline": {"loss": 0}}, baselines={"ROUTING": [*ROUTES, {"route_network": "10.9.0.0"}]}
    )
    assert lost.status == "FAIL" and lost.outcome.offending == [{"route_network": "10.9.0.0"}]


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
    planned = plan_checks(checks, "HQ", domain="Shared Domain")
    assert planned.own.definitions == ["VPN_SA"]
    second = {**checks[1], "name": "unnamed check of VPN_SA (2)"}
    assert [one.written for one in planned.own.checks] == [checks[0], second, checks[2], *checks[6:]]
    assert {name: there.definitions for name, there in planned.by_target.items()} == {
        "Retail": ["ACTIVE_ALERTS"],
        "Shared Domain": ["ACTIVE_ALERTS"],
    }
    (alerts,) = planned.by_target["Retail"].checks
    assert alerts.written == {"definition": "ACTIVE_ALERTS", "count": 1, "target": "Retail"}
    assert planned.needs_nodes
    assert not plan_checks(checks[:2], "HQ").needs_nodes
    assert list(plan_checks([checks[5]], "HQ").by_target) == ["domain of the login"]


def test_each_check_of_the_log_is_a_query_of_its_own() -> None:
    about: dict[str, Any] = {"definition": "LOG", "last": "10m", "count": 0}
    where = {"src": "10.0.0.0/8", "action": "Discard", "dport": {"min": 1024}}
    checks = [
        {**about, "where": where},
        {**about, "last": "1h"},
        {**about, "where": "nothing"},
        {**ROUTING, "count": 1},
    ]
    planned = plan_checks(checks, "HQ", domain="Shared Domain")
    assert (planned.own.definitions, planned.by_target) == (["ROUTING"], {})
    now = datetime.fromtimestamp(10_000, UTC)
    queries = [query_of_log(one.check, now) for one in planned.of_log if one.check]
    assert [query.start_ms for query in queries] == [9_400_000, 6_400_000, 9_400_000]
    # No engine has a log of its own, so `applies_to` does not choose it: it must be judged, not SKIPPED.
    (chosen,) = plan_checks([{**about, "applies_to": "Branch*"}], "HQ", domain="Shared Domain").of_log
    facts, failures = facts_of_log("Shared Domain", [{"action": "Discard"}], truncated=False)
    assert [one["status"] for one in judge_facts([chosen], "Shared Domain", facts, failures)] == ["FAIL"]
    # Only what the SMC cannot compare in another way is sent.
    assert queries[0].smc_filter == read_conditions({"src": "10.0.0.0/8"}, LOG, "where").smc_filter()
    assert [query.smc_filter for query in queries[1:]] == [None, None]


def test_a_log_that_is_longer_than_is_read_is_not_judged() -> None:
    check = {"definition": "LOG", "last": "10m", "count": 0, "where": {"action": "Discard"}}
    for truncated, status in ((False, "PASS"), (True, "ERROR")):
        facts, failures = facts_of_log("Shared Domain", [{"action": "Allow"}], truncated)
        (verdict,) = judge_facts([check], "Shared Domain", facts, failures)
        assert verdict["status"] == status
    assert "give a shorter `last`" in verdict["reason"]


def test_a_check_of_a_type_of_engine_is_not_measured_on_another() -> None:
    check = {**ROUTING, "count": {"min": 1}, "on": {"types": ["single_fw"]}}
    unknown, other, same = (
        plan_checks([check], "HQ"),
        plan_checks([check], "HQ", engine_type="single_ips"),
        plan_checks([check], "HQ", (), "", "single_fw"),
    )
    assert (unknown.needs_nodes, unknown.own.definitions) == (True, ["ROUTING"])
    assert (other.own.definitions, same.own.definitions) == ([], ["ROUTING"])
    assert verdict(check, facts={}, engine_info={"type": "single_ips"}).status == "SKIPPED"
    assert verdict(check, engine_info=None).status == "PASS"
    # The listing of the engines tells the type, so no engine has to be read for it.
    assert not same.needs_nodes
    (skipped,) = judge_facts([check], "HQ", {}, {}, engine_type="single_ips")
    assert (skipped["status"], skipped["skipped"]) == ("SKIPPED", "does_not_apply")


def test_what_several_engines_share_is_checked_once_whoever_of_them_names_it() -> None:
    first = read_checks([{"name": "alerts", "definition": "ACTIVE_ALERTS", "count": 1}, {**ROUTING, "count": 1}, "?"])
    second = read_checks(
        [
            {"name": "alerts", "definition": "ACTIVE_ALERTS", "count": 2},
            {"name": "at HQ", "definition": "USERS", "count": 1, "target": "HQ"},
            {"name": "off", "definition": "USERS", "count": 1, "target": "HQ", "enabled": False},
        ]
    )
    alerts, differs, users = shared_checks([first, second, first, read_checks([one.written for one in second])])
    assert (alerts, users) == (first[0], second[1])
    # Of the same name, but another check: its verdict must not be lost.
    assert differs.written == {"name": "alerts (2)", "definition": "ACTIVE_ALERTS", "count": 2}


def test_a_fault_in_one_check_costs_no_other_check_its_verdict() -> None:
    class Broken(dict[str, Any]):
        def get(self, *arguments: Any) -> Any:
            raise RuntimeError("a fault")

    checks = [
        {"name": "first", **ROUTING, "each": {"route_network": {"defined": True}}},
        {"name": "second", **VPN, "count": 4},
    ]
    broken = Broken(route_network="10.0.0.0")
    first, second = evaluate(checks, measurements(facts={**facts("VPN_SA", SAS), **facts("ROUTING", [broken])}))
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
    planned = plan_checks(checks, "HQ", ["clusters"], "Shared Domain")
    assert len(planned.own.checks) <= len(checks)
    found = evaluate(checks, measurements(baselines={"ROUTING": ROUTES[:1]}))
    assert [one.status in STATUSES and bool(one.reason) for one in found] == [True] * len(checks)
    # Nothing that a user can write is a fault of the program.
    assert not [one.reason for one in found if "fault in ngfw.smc" in one.reason]


def test_baselines_are_read_only_if_a_check_needs_them() -> None:
    asked: list[Any] = []

    def read_baselines(definitions: Any) -> dict[str, Any]:
        asked.append(list(definitions))
        return {"ROUTING": ROUTES}

    def statuses(*checks: Any) -> list[str]:
        judged = judge_facts(checks, "HQ", facts("ROUTING", ROUTES), {}, read_baselines=read_baselines)
        return [verdict["status"] for verdict in judged]

    assert statuses({**ROUTING, "count": 3}) == ["PASS"] and asked == []
    assert statuses({**ROUTING, "count": 3}, {**ROUTING, "baseline": {}}) == ["PASS", "PASS"]
    assert asked == [["ROUTING"]]
    assert judge_facts([{**ROUTING, "baseline": {}}], "HQ", facts("ROUTING", []), {})[0]["status"] == "ERROR"


def test_conditions_on_each_entry_do_not_hold_because_only_groups_were_counted() -> None:
    check = {**VPN, "where": {"sa_class": "x"}, "count": {"max": 9, "per": "node"}, "each": {"sa_class": "x"}}
    assert verdict(check).status == "FAIL"
    assert "Expected entries to check, but found 0 of 4 entries with sa_class x." in verdict(check).reason
    assert verdict({**check, "when_empty": "pass"}).status == "PASS"


def test_a_check_of_nodes_and_of_a_table_judges_both() -> None:
    nodes = {"nodes": {"online": "all"}}
    assert verdict({**nodes, **VPN, "count": 4}).reason.startswith("Expected all nodes online")
    assert verdict({**nodes, **VPN, "when_empty": "skip"}).status == "FAIL"
    assert verdict({**nodes, **VPN, "count": 5, "when_empty": "skip"}).as_dict()["wanted"] == (
        "all nodes online; exactly 5 entries"
    )


def test_what_was_measured_is_named_even_if_the_check_cannot_be_read() -> None:
    assert verdict({**ROUTING, "count": "many"}).as_dict()["target"] == "HQ"
    assert verdict({**ROUTING, "count": 3, "enabled": False}).as_dict()["target"] == ""
    assert verdict({**ROUTING, "count": 3}).as_dict()["target"] == "HQ"


@pytest.mark.parametrize("engine_type,status", [("single_fw", "ERROR"), ("single_ips", "SKIPPED")])
def test_a_value_that_is_missing_is_an_error_only_where_the_check_applies(engine_type: str, status: str) -> None:
    needy = {
        "name": "peers",
        "definition": "VPN_SA",
        "distinct": {"peer_security_gateway": {}},
        "needs": {"distinct.peer_security_gateway.values": ["HQ"]},
        "applies_to": {"types": ["single_fw"]},
    }
    engine_info = {"name": "A", "type": engine_type, "nodes": []}
    (verdict,) = evaluate([needy], Measurements("A", engine_info=engine_info))
    assert verdict.status == status


@pytest.mark.parametrize(
    ("written", "nodes", "appliance"),
    [
        ({"definition": "ROUTING", "count": 1}, False, False),
        ({"definition": "ROUTING", "count": {"min": 1, "per": "node"}}, True, False),
        ({"definition": "ROUTING", "count": {"min": 1, "per": "node_id"}}, True, False),
        ({"definition": "ROUTING", "count": {"min": 1, "per": "dst_if"}}, False, False),
        ({"definition": "ROUTING", "same_on_nodes": "route_network"}, True, False),
        ({"nodes": {"online": "all"}}, True, False),
        ({"nodes": {"hardware": "ok"}}, True, True),
        ({"definition": "ROUTING", "count": 1, "applies_to": {"types": ["fw_cluster"]}}, True, False),
    ],
)
def test_nodes_are_asked_for_only_where_a_check_is_about_them(written: Any, nodes: bool, appliance: bool) -> None:
    plan = plan_checks([{"name": "a", **written}], "FW")
    assert (plan.needs_nodes, plan.needs_appliance) == (nodes, appliance)


@pytest.mark.parametrize("written", [{"count": "x"}, {"count": {"min": 1}, "enabled": False}, {"count": {"max": 0}}])
def test_what_was_not_judged_has_no_entries_at_fault(written: Any) -> None:
    (found,) = judge_facts([{"name": "a", "definition": "ROUTING", **written}], "FW", {}, {"ROUTING": "No login."})
    assert found["status"] in ("ERROR", "SKIPPED") and (found["offending"], found["offending_count"]) == ([], 0)
