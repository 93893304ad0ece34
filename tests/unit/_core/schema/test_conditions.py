# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Conditions: the filter JSON that the SMC gets, and the same conditions evaluated here."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.conditions import compared_alike, read_conditions
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import (
    ACTIVE_ALERTS,
    CONNECTIONS,
    DEFINITIONS,
    NEIGHBORS,
    ROUTING,
    VPN_SA,
    Definition,
)

SRC = {"type": "field", "id": 7}
DPORT = {"type": "field", "id": 10}


@pytest.mark.parametrize(
    "definition,conditions,smc_filter",
    [
        (CONNECTIONS, {}, None),
        (CONNECTIONS, {"src": "10.0.0.1"}, {"type": "in", "left": SRC, "right": [{"type": "ip", "value": "10.0.0.1"}]}),
        (
            CONNECTIONS,
            {"Src": "10.1.2.3/8"},
            {"type": "in", "left": SRC, "right": [{"type": "ip", "value": "10.0.0.0/8"}]},
        ),
        (
            CONNECTIONS,
            {"dport": [80, "443"]},
            {"type": "in", "left": DPORT, "right": [{"type": "number", "value": 80}, {"type": "number", "value": 443}]},
        ),
        (
            CONNECTIONS,
            {"src": "10.0.0.1-10.0.0.9"},
            {"type": "translated", "value": '$Src IN range(ipv4("10.0.0.1"),ipv4("10.0.0.9"))'},
        ),
        (
            CONNECTIONS,
            {"src": ["10.0.0.1", "10.0.0.3-10.0.0.9"]},
            {
                "type": "or",
                "values": [
                    {"type": "in", "left": SRC, "right": [{"type": "ip", "value": "10.0.0.1"}]},
                    {"type": "translated", "value": '$Src IN range(ipv4("10.0.0.3"),ipv4("10.0.0.9"))'},
                ],
            },
        ),
        (
            CONNECTIONS,
            {"service": ["tcp/80", "DNS"]},
            {
                "type": "in",
                "left": {"type": "field", "id": 27},
                "right": [{"type": "service", "value": "TCP/80"}, {"type": "string", "value": "DNS"}],
            },
        ),
        (CONNECTIONS, {"nat_src": {"defined": True}}, {"type": "defined", "value": {"type": "field", "id": 15}}),
        (
            CONNECTIONS,
            {"nat_src": {"defined": "no"}},
            {"type": "not", "value": {"type": "defined", "value": {"type": "field", "id": 15}}},
        ),
        (
            CONNECTIONS,
            {"dport": {"not": 22}, "src": "10.0.0.1"},
            {
                "type": "and",
                "values": [
                    {"type": "not", "value": {"type": "in", "left": DPORT, "right": [{"type": "number", "value": 22}]}},
                    {"type": "in", "left": SRC, "right": [{"type": "ip", "value": "10.0.0.1"}]},
                ],
            },
        ),
        (
            ACTIVE_ALERTS,
            {"alert_severity": "critical", "event_id": 5},
            {
                "type": "and",
                "values": [
                    {
                        "type": "in",
                        "left": {"type": "field", "id": 602},
                        "right": [{"type": "constant", "value": 10}],
                    },
                    {
                        "type": "in",
                        "left": {"type": "field", "name": "EventId"},
                        "right": [{"type": "number", "value": 5}],
                    },
                ],
            },
        ),
        (
            ACTIVE_ALERTS,
            {"action": 9},
            {"type": "in", "left": {"type": "field", "id": 14}, "right": [{"type": "constant", "value": 9}]},
        ),
        (
            ACTIVE_ALERTS,
            {"tls_detected": True},
            {"type": "in", "left": {"type": "field", "id": 136}, "right": [{"type": "string", "value": "true"}]},
        ),
        (
            NEIGHBORS,
            {"protocol": "IPv6"},
            {"type": "in", "left": {"type": "field", "id": 734}, "right": [{"type": "string", "value": "IPv6"}]},
        ),
    ],
)
def test_the_filter_that_is_sent(definition: Definition, conditions: dict[str, Any], smc_filter: Any) -> None:
    assert read_conditions(conditions, definition, "filter").smc_filter() == smc_filter


@pytest.mark.parametrize(
    "conditions,entry,holds",
    [
        ({}, {}, True),
        ({"src": "10.0.0.0/8"}, {"src": "10.9.9.9"}, True),
        ({"src": "10.0.0.0/8"}, {"src": "11.0.0.1"}, False),
        ({"src": "10.0.0.0/8"}, {"src": "2001:db8::1"}, False),
        ({"src": "2001:db8::/32"}, {"src": "2001:db8::1"}, True),
        ({"src": "10.0.0.1-10.0.0.9"}, {"src": "10.0.0.9"}, True),
        ({"src": "10.0.0.1-10.0.0.9"}, {"src": "10.0.0.10"}, False),
        ({"src": "10.0.0.1"}, {"src": "HQ (10.0.0.1)"}, False),
        ({"src": "10.0.0.1"}, {}, False),
        ({"dport": 443}, {"dport": 443}, True),
        ({"dport": "443"}, {"dport": 443}, True),
        ({"dport": [80, 443]}, {"dport": 8080}, False),
        ({"dport": {"min": 1024, "max": 2047}}, {"dport": 2047}, True),
        ({"dport": {"min": 1024, "max": 2047}}, {"dport": 2048}, False),
        ({"dport": {"range": [1, 9]}}, {"dport": 9}, True),
        ({"dport": {"min": 0}}, {"dport": "many"}, False),
        ({"dport": {"min": 0}}, {"dport": True}, False),
        ({"state": "tcp ESTABLISHED"}, {"state": "TCP established"}, True),
        ({"service": "dns"}, {"service": "DNS"}, False),
        ({"service": {"regex": "^HTTP"}}, {"service": "HTTPS"}, True),
        ({"service": {"regex": "^HTTP"}}, {}, False),
        ({"service": {"not": {"regex": "^HTTP"}}}, {"service": "DNS"}, True),
        ({"service": {"not": ["DNS", "NTP"]}}, {"service": "NTP"}, False),
        ({"service": {"not": "DNS"}}, {}, True),
        ({"service": {"in": ["DNS"]}}, {"service": "DNS"}, True),
        ({"service": {"equal": "DNS"}}, {"service": "DNS"}, True),
        ({"src": {"network": "10.0.0.0/8"}}, {"src": "10.1.1.1"}, True),
        ({"nat_src": {"defined": True}}, {"nat_src": ""}, False),
        ({"nat_src": {"defined": False}}, {}, True),
        ({"nat_src": None}, {}, True),
        ({"nat_src": None}, {"nat_src": "10.0.0.1"}, False),
        ({"tls_detected": True}, {"tls_detected": True}, True),
        ({"tls_detected": True}, {"tls_detected": 1}, False),
        ({"src": "10.0.0.0/8", "dport": 443}, {"src": "10.1.1.1", "dport": 80}, False),
    ],
)
def test_the_same_conditions_here(conditions: dict[str, Any], entry: dict[str, Any], holds: bool) -> None:
    assert read_conditions(conditions, CONNECTIONS, "match").hold(entry) is holds


@pytest.mark.parametrize(
    "conditions,words",
    [
        ({"sorce": "x"}, "no field 'sorce' (match)"),
        ({"src": "10.0.0"}, "'10.0.0' for src is not an address, network or range"),
        ({"src": "10.0.0.9-10.0.0.1"}, "a range goes from a lower to a higher address"),
        ({"src": "10.0.0.9-2001:db8::1"}, "a range goes from a lower to a higher address"),
        ({"dport": "http"}, "dport takes a number; 'http' is not a number"),
        ({"dport": {"min": "x"}}, "a bound of dport is a number; 'x' is not a number"),
        ({"dport": {"min": True}}, "a bound of dport is a number; 'True' is not a number"),
        ({"dport": {"range": [1]}}, "`range` of dport takes two numbers, [least, most]; found '[1]'"),
        ({"dport": []}, "the list for dport is empty"),
        ({"service": {"regex": "("}}, "'(' for service is not valid"),
        ({"service": {"defined": "perhaps"}}, "`defined` of service is true or false"),
        ({"service": {"equals": "DNS"}}, "Did you mean equal"),
        # What could never hold, so that `none` and `max` would always pass.
        ({"src": {}}, "the test of src is empty, so it would test nothing"),
        ({"src": {"not": {}}}, "the test of src is empty"),
        ({"dport": {"range": [9, 1]}}, "no number is at least 9 and at most 1"),
        ({"dport": {"min": 9, "max": 1}}, "no number is at least 9 and at most 1"),
        ({"dport": {"min": float("nan")}}, "'nan' is not a number"),
        ({"dport": {"max": "nan"}}, "'nan' is not a number"),
        ({"dport": {"range": ["-inf", 5]}}, "'-inf' is not a number"),
        ({"dport": {"max": float("inf")}}, "'inf' is not a number"),
        ({"service": {"min": 1}}, "service is not a number, so `min` could never hold"),
        ({"state": {"range": [1, 9]}}, "state is not a number, so `range` could never hold"),
        ({"src": {"max": 1}}, "src is not a number"),
        ({"tls_detected": {"max": 1}}, "tls_detected is not a number"),
        ({"alert_severity": "Critcal"}, "no alert_severity is called 'Critcal'. Did you mean Critical?"),
        ({"alert_severity": ["High", " Critical"]}, "no alert_severity is called ' Critical'. Did you mean Critical?"),
        ({"alert_severity": {"not": "Fatal"}}, "There are Info, Low, High and Critical."),
        ({"alert_severity": 10}, "no alert_severity is called '10'"),
    ],
)
def test_what_is_no_condition(conditions: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError) as error:
        read_conditions(conditions, CONNECTIONS, "match")
    assert words in error.value.message


@pytest.mark.parametrize("conditions", [{"dport": {"min": 1}}, {"service": {"regex": "x"}}])
def test_what_the_server_cannot_be_asked(conditions: dict[str, Any]) -> None:
    with pytest.raises(OptionError, match="filter_expression"):
        read_conditions(conditions, CONNECTIONS, "filter").smc_filter()


def test_the_filter_knows_severities_by_number_too() -> None:
    built = read_conditions({"alert_severity": 10}, DEFINITIONS["ACTIVE_ALERTS"], "filter").smc_filter()
    assert built is not None and built["right"] == [{"type": "constant", "value": 10}]


def test_keys_of_entries_that_are_no_fields() -> None:
    conditions = read_conditions({"something_new": "x"}, ROUTING, "where", extra_keys=["something_new"])
    assert conditions.hold({"something_new": "x"})


@pytest.mark.parametrize("purpose", ["where", "none", "any", "every"])
@pytest.mark.parametrize("value", ["HQ*", ["HQ 1", "HQ*"], {"not": "HQ*"}, {"in": ["HQ*"]}])
def test_an_asterisk_that_would_match_nothing_is_refused_in_checks(purpose: str, value: object) -> None:
    with pytest.raises(OptionError, match=r"an asterisk is not a wildcard there\. Write {regex: '\^HQ\.\*\$'}"):
        read_conditions({"peer_security_gateway": value}, VPN_SA, purpose)


def test_an_asterisk_is_not_a_wildcard() -> None:
    users = DEFINITIONS["USERS"]
    for wanted in ("aino*", ["aino", "*"], {"not": "aino*"}):
        with pytest.raises(OptionError, match=r"as it is written; an asterisk is not a wildcard there\. Leave"):
            read_conditions({"username": wanted}, users, "filter").smc_filter()
        with pytest.raises(OptionError, match=r"Write {regex: '\^.*'}, or {equal: '.*'} if the value has an asterisk"):
            read_conditions({"username": wanted}, users, "match")
    outright = read_conditions({"username": {"equal": "aino*"}}, users, "filter")
    assert outright.hold({"username": "aino*"}) and not outright.hold({"username": "aino"})
    smc_filter = outright.smc_filter()
    assert smc_filter is not None and smc_filter["right"] == [{"type": "string", "value": "aino*"}]


def test_conditions_that_may_be_sent_and_those_that_may_not() -> None:
    written = {"src": "10.0.0.0/8", "dport": {"min": 80}, "service": "DNS", "sport": [1, 2]}
    sent, judged = read_conditions(written, DEFINITIONS["CONNECTIONS"], "where").split(compared_alike)
    assert [field.key for field, _test in sent.tests] == ["src", "sport"]
    assert [field.key for field, _test in judged.tests] == ["dport", "service"]
