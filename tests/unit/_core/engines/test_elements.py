# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What elements have in common: links, and nodes in whatever wrapper."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.elements import (
    dictionaries_in,
    link_below,
    links_of,
    nodes_of,
    search_elements,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError


def test_nodes_without_a_wrapper_are_nodes() -> None:
    bare = {"name": "Plano node 1", "nodeid": 1, "appliance_info": {"first_upload_time": 0}, "link": []}
    assert nodes_of({"nodes": [bare]}) == [{**bare, "type": ""}]
    assert nodes_of({"nodes": None}) == nodes_of({}) == []


SELF = {"rel": "self", "href": "http://smc/7.1/elements/fw_cluster/1"}
STATUS = {"rel": "status", "href": "http://smc/7.1/elsewhere/status"}


@pytest.mark.parametrize(
    "links, href",
    [
        ([SELF, STATUS], STATUS["href"]),
        ([SELF], f"{SELF['href']}/status"),
        ([], ""),
        (None, ""),
        ([{"rel": "status"}, {"rel": None, "href": "x"}, "text"], ""),
    ],
)
def test_a_link_that_is_not_listed_lies_below_the_element(links: Any, href: str) -> None:
    assert link_below({"link": links}, "status") == href


def test_of_two_links_with_one_rel_the_first_counts() -> None:
    assert links_of({"link": [STATUS, {**STATUS, "href": "other"}]}) == {"status": STATUS["href"]}


@pytest.mark.parametrize("value", [None, {}, "text", 7, [None, "text"]])
def test_what_is_not_a_list_of_dictionaries_holds_none(value: Any) -> None:
    assert dictionaries_in(value) == []


def test_a_name_that_cannot_be_sent_is_said_to_be_one() -> None:
    class Unasked:
        def get(self, *_asked: Any) -> Any:
            raise AssertionError("the SMC was asked")

    with pytest.raises(OptionError, match=r"Could not ask the SMC for 'FW \\ud800', while listing engines: half of a"):
        search_elements(Unasked(), "listing engines", {"filter": "FW \ud800"})  # type: ignore[arg-type]
