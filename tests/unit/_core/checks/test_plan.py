# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which checks are chosen, and what a plan says of them without the SMC."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.plan import describe_plan, select_checks
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError

CHECKS: list[Any] = [
    {"name": "a", "definition": "ROUTING", "count": 1, "category": "Routing"},
    {"name": "b", "definition": "VPN_SA", "count": 1, "tags": ["nightly", "VPN"], "applies_to": "Oslo"},
    {"name": "c", "nodes": {"online": "all"}, "tags": "nightly", "enabled": False},
    {"name": "d", "definition": "ACTIVE_ALERTS", "count": 1, "applies_to": {"types": ["single_fw"]}},
    {"name": "e", "definition": "ROUTING", "needs": ["count"]},
    "not a check",
]


@pytest.mark.parametrize(
    "tags,skip_tags,chosen",
    [
        ([], [], "abcde"),
        (["routing"], [], "a"),
        (["NIGHTLY"], [], "bc"),
        (["nightly", "routing"], ["vpn"], "ac"),
        ([], ["nightly"], "ade"),
    ],
)
def test_tags_choose_and_leave_out(tags: list[str], skip_tags: list[str], chosen: str) -> None:
    selected = select_checks(CHECKS, tags, skip_tags)
    assert "".join(check["name"] for check in selected if isinstance(check, dict)) == chosen
    assert selected[-1] == "not a check"


@pytest.mark.parametrize(
    "tags,skip_tags,words",
    [
        (
            ["nigthly"],
            [],
            "No check has the tag 'nigthly'. Did you mean nightly? The tags are nightly, routing and vpn.",
        ),
        ([], ["vnp"], "No check has the tag 'vnp'."),
        (["vpn"], ["nightly"], "The tags leave out every check."),
    ],
)
def test_tags_that_choose_nothing_are_refused(tags: list[str], skip_tags: list[str], words: str) -> None:
    with pytest.raises(OptionError) as error:
        select_checks(CHECKS[:5], tags, skip_tags)
    assert error.value.message.startswith(words)


def test_the_plan_says_what_each_check_would_do() -> None:
    off = {"name": "f", "needs": ["nodes"], "enabled": False}
    rows = describe_plan([*CHECKS, {"name": "a", "nodes": {"online": 1}}, off], "HQ")
    assert [(row["name"], row["what"], row["table"], row["engine"]) for row in rows] == [
        ("a", "runs", "ROUTING", "HQ"),
        ("b", "does not apply", "VPN_SA", "HQ"),
        ("c", "switched off", "nodes", "HQ"),
        ("d", "runs", "ACTIVE_ALERTS", "the domain of the login"),
        ("e", "error", "", "HQ"),
        ("unnamed check", "error", "", "HQ"),
        ("a (2)", "runs", "nodes", "HQ"),
        # What it needs decides which tables it reads.
        ("f", "switched off", "", "HQ"),
    ]
    assert rows[3]["note"] == "only engines of the types single_fw" and "needs a value" in rows[4]["note"]
