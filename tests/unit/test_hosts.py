# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The hosts of a play, grouped by SMC, and one result of all."""

from __future__ import annotations

from typing import Any

from ansible.errors import AnsibleError
from ansible_collections.ngfw.smc.plugins.plugin_utils._hosts import (
    HostVariables,
    by_smc,
    joined,
    names_of,
    with_earlier,
    with_lost,
)


def host(name: str, **variables: Any) -> HostVariables:
    def render(value: Any) -> Any:
        if value == "{{ undefined }}":
            raise AnsibleError("'undefined' is undefined")
        return value

    return HostVariables(
        name, {"engine": {"name": name.title(), "checks": [{"a": 1}], **variables.pop("own", {})}, **variables}, render
    )


def verdict(engine: str, status: str = "PASS", **more: Any) -> dict[str, Any]:
    return {"engine": engine, "name": "routes", "target": engine, "status": status, **more}


def test_hosts_are_grouped_by_what_leads_to_their_smc_and_equal_checks_are_one_list() -> None:
    hosts = [
        host("a", smc_url="https://one"),
        host("b", smc_url="https://two", smc_api_key="k"),
        host("c", smc_url="https://one", own={"groups": ["x"]}),
        host("d", smc_url="https://one", own={"session": {"url": "https://one"}}),
        host("e", smc_url="{{ undefined }}"),
        HostVariables("f", {}, lambda value: value),
    ]
    smcs, refused = by_smc(hosts, "engine", ["url", "api_key"])
    assert [smc.hosts for smc in smcs] == [["a", "c"], ["b"], ["d"]]
    assert smcs[2].session == {"url": "https://one"} and "session" not in smcs[2].targets[0]
    assert smcs[0].targets[0]["checks"] is smcs[1].targets[0]["checks"]
    assert set(refused) == {"e", "f"} and "undefined" in refused["e"]


def test_smcs_have_the_names_that_reports_give_them() -> None:
    options = [
        {"url": "https://one:8082"},
        {"url": ["https://two:9000", "https://three"]},
        {"session": {"url": "https://four:8082"}},
        {},
    ]
    assert names_of(options) == ["one", "two:9000", "four", ""]


def test_batches_add_up_and_the_newest_verdict_counts() -> None:
    smcs, _refused = by_smc([host("a"), host("b")], "engine", [])
    first = {
        "results": [verdict("A"), verdict("Domain", "FAIL")],
        "refused": [{"number": 1, "target": "B", "msg": "wrong"}],
        "warnings": ["w"],
        "check_warnings": [],
    }
    lost = {"c": {"target": "C", "smc": ""}}
    one = with_lost(with_earlier(joined(smcs, ["x"], [first]), None), lost)
    assert {host: its["target"] for host, its in one["hosts"].items()} == {"a": "A", "b": "B", "c": "C"}
    assert (one["refused_hosts"], one["lost_hosts"]) == ({"b": "wrong"}, ["c"])
    failed = "The play failed for this engine before it was checked."
    assert one["unchecked"] == [
        {"engine": "B", "smc": "x", "reason": "wrong"},
        {"engine": "C", "smc": "", "reason": failed},
    ]

    smcs, _refused = by_smc([host("d")], "engine", [])
    second = {"results": [verdict("D"), verdict("Domain")], "refused": [], "warnings": [], "check_warnings": ["x"]}
    both = with_lost(with_earlier(joined(smcs, ["x"], [second]), one), lost)
    assert [(result["engine"], result["status"]) for result in both["results"]] == [
        ("A", "PASS"),
        ("D", "PASS"),
        ("Domain", "PASS"),
    ]
    assert both["totals"]["PASS"] == 3 and set(both["hosts"]) == {"a", "b", "c", "d"}
    assert both["unchecked"] == one["unchecked"] and both["smcs"] == [{"name": "x"}]


def test_each_result_and_host_says_which_smc() -> None:
    smcs, _refused = by_smc([host("a", smc_url="https://one"), host("b", smc_url="https://two")], "engine", ["url"])
    results = [{"results": [verdict(name)], "refused": [], "warnings": [], "check_warnings": []} for name in "AB"]
    whole = joined(smcs, ["one", "two"], results)
    assert [result["smc"] for result in whole["results"]] == ["one", "two"]
    assert whole["hosts"] == {"a": {"target": "A", "smc": "one"}, "b": {"target": "B", "smc": "two"}}
