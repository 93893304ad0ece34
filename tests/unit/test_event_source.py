# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of the event sources: what is wrong is a sentence, and nothing that is written has no effect."""

from __future__ import annotations

import math
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.watching import Targets
from ansible_collections.ngfw.smc.plugins.module_utils._event_source import SOURCES

SMC = {"url": "http://127.0.0.1:1", "api_key": "a-key-of-the-tests"}
ROUTES: dict[str, Any] = {**SMC, "definitions": ["ROUTING"], "targets": ["*"]}


def complaint(arguments: dict[str, Any], source: str = "live_table") -> str:
    """What the source says about its arguments."""
    with pytest.raises(OptionError) as raised:
        SOURCES[source].watch_of(arguments, lambda _event: None)
    return raised.value.message


@pytest.mark.parametrize(
    "arguments, words",
    [
        # What is written for a definition that is not followed.
        (
            {"where": {"VPN_SA": {"sa_class": "IKE"}}},
            "`where` has VPN_SA, which `definitions` lacks (ROUTING). Add VPN_SA to `definitions`, or take it out of `where`.",
        ),
        (
            {"fields": {"ROUTING": ["route_network"], "USERS": ["user"], "VPN_SA": []}},
            "`fields` has USERS and VPN_SA, which `definitions` lacks (ROUTING). Add USERS and VPN_SA to `definitions`, or ",
        ),
        ({"count_by": {"USERS": "user"}}, "`count_by` has USERS, which `definitions` lacks (ROUTING)."),
        # Numbers that nobody can wait for.
        *(
            ({"heartbeat": value}, f"`heartbeat` is {value:g}; it must be 0 or more, and at most 2,592,000 seconds.")
            for value in (-1.0, math.nan, math.inf, 1e300)
        ),
        *(
            ({"timeout": value}, f"`timeout` is {value:g}; it must be more than 0, and at most 2,592,000 seconds.")
            for value in (0.0, -1.0, math.nan, math.inf, 1e300)
        ),
        # Nothing would come.
        ({"kinds": []}, "`kinds` is empty, so there would be no events; name at least one."),
        ({"definitions": []}, "`definitions` is empty; name at least one."),
        # Types.
        ({"heartbeat": "often"}, "`heartbeat` is 'often'; it must be a number."),
        ({"heartbeat": [1]}, "`heartbeat` is '[1]'; it must be a number."),
        ({"validate_certs": "perhaps"}, "`validate_certs` is 'perhaps'; it must be true or false."),
        ({"where": "{x"}, "`where` is '{x'; it must be a mapping."),
        ({"standby_statuses": ["many"]}, "`standby_statuses` is 'many'; it must be a whole number."),
        ({"targets": [["Plano"]]}, "'['Plano']' in `targets` must be a single value."),
        ({"fields": [[1]]}, "'[1]' in `fields` must be the name or the number of a field."),
        ({"fields": {"route_network": 1}}, "`fields` is a list of fields, or a mapping of definitions to such lists."),
        (
            {"count_by": {"ROUTING": ["route_network"]}},
            "'['route_network']' in `count_by` must be the name or the number of a field.",
        ),
        ({"count_by": ["a"]}, "'['a']' in `count_by` must be the name or the number of a field."),
        # There is no argument `session`.
        (
            {"api_key": None},
            "There is nothing to log in with: give `api_key` (SMC_API_KEY) or `username` and `password` (SMC_USERNAME, SMC_",
        ),
    ],
)
def test_what_is_wrong_is_a_sentence(monkeypatch: pytest.MonkeyPatch, arguments: dict[str, Any], words: str) -> None:
    for name in ("SMC_API_KEY", "SMC_USERNAME", "SMC_PASSWORD"):
        monkeypatch.delenv(name, raising=False)
    assert complaint({**ROUTES, **arguments}).startswith(words)


def test_fields_of_the_log_are_names() -> None:
    assert complaint({**SMC, "fields": [["src"]]}, "live_logs") == "'['src']' in `fields` must be a single value."


@pytest.mark.parametrize(
    "arguments",
    [
        {"heartbeat": 0},
        {"heartbeat": "30"},
        {"fields": "route_network, 506"},
        {"fields": {"ROUTING": ["route_network", 506]}},
        {"where": {"ROUTING": {"route_network": "10.0.0.0/8"}}},
        {"where": {}},
        {"count_by": {"ROUTING": "route_network"}},
        {"count_by": "route_network"},
    ],
)
def test_what_is_right_is_taken(arguments: dict[str, Any]) -> None:
    assert SOURCES["live_table"].watch_of({**ROUTES, **arguments}, lambda _event: None)


@pytest.mark.parametrize(
    "arguments, expected",
    [
        ({"definitions": ["ACTIVE_ALERTS"]}, Targets()),
        ({"targets": ["*", "Plano FW"]}, Targets(("Plano FW",), ("*",))),
        ({"engine_types": ["fw_cluster"]}, Targets((), ("*",), ("fw_cluster",))),
        ({"targets": ["A*"], "engine_types": ["fw_cluster"]}, Targets((), ("A*",), ("fw_cluster",))),
    ],
)
def test_the_engines_that_are_asked_for(arguments: dict[str, Any], expected: Targets) -> None:
    params = SOURCES["live_table"]._validated({**SMC, "definitions": ["ROUTING"], **arguments})
    assert SOURCES["live_table"].wanted(params).targets == expected
