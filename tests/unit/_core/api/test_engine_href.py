# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What holds for the hrefs of block-list entries and VPN SAs alike; test_href.py of both has what differs."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.engine_href import (
    EnginePart,
    PartKind,
    check_engine,
    engine_id,
    hrefs_refused,
    part_of,
    printable_href,
    read_part_href,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError

KINDS = [
    PartKind("block-list entry", ("block_list", "blacklist"), "block_list_href"),
    PartKind("VPN SA", ("vpn_sa",), "vpn_sa_href"),
]
PART = EnginePart("single_fw", "1563", "MQ==")


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
@pytest.mark.parametrize(
    "start, end, part",
    [
        ("http://localhost:8082/7.1/elements/single_fw/1563", "MQ==", PART),
        ("/smc/6.10/elements/fw_cluster/9", "MQ%3d%3D", EnginePart("fw_cluster", "9", "MQ==")),
        ("http://localhost:8082/7.1/elements/single_fw/1563", "flush", None),
        ("http://localhost:8082/7.1/elements/single_fw/1563", "FLUSH", None),
        ("http://localhost:8082/7.1/elements/single_fw/1563", "..", None),
        ("http://localhost:8082/7.1/elements/single_fw/1563", "MQ==?x", None),
        ("http://localhost:8082/7.1/elements/single_fw/1563", "MQ==/x", None),
        ("http://localhost:8082/7.1/elements/host/1563", "MQ==", None),
        ("http://localhost:8082/7.1/elements/single_fw/../host_fw/1563", "MQ==", None),
    ],
)
def test_one_rule_for_all_kinds(kind: PartKind, start: str, end: str, part: EnginePart | None) -> None:
    for word in kind.words:
        found = read_part_href(kind, f"{start}/{word}/{end}", "/smc")
        assert (found and found.part) == part
    other = next(one for one in KINDS if one is not kind)
    assert read_part_href(other, f"{start}/{kind.words[0]}/{end}", "/smc") is None


@pytest.mark.parametrize("text", [None, "", 5, "nonsense", "http://[/7.1", "http://smc/7.1/elements/host/1"])
def test_what_names_nothing(text: Any) -> None:
    assert all(read_part_href(kind, text) is None and part_of(kind, text) is None for kind in KINDS)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_the_smc_may_print_any_path_in_front(kind: PartKind) -> None:
    assert part_of(kind, f"https://gw/any/path/7.1/elements/single_fw/1563/{kind.words[0]}/MQ%3D%3D") == PART


def test_a_refusal_names_what_is_wrong_and_no_password() -> None:
    error = hrefs_refused(KINDS[1], ["x", "y", "https://admin:s3cret@smc/x"], [0, 2], most=1)
    assert error.message == (
        "2 of 3 hrefs do not name a VPN SA, so nothing was deleted: hrefs[0] is 'x'; hrefs[2] is 'https://smc/x'. The href of a "
        "VPN SA ends in /elements/ENGINE_TYPE/KEY/vpn_sa/ID; ngfw.smc.session_facts returns it as vpn_sa_href."
    )
    assert error.details()["problems"] == [{"index": 0, "href": "x"}]


def test_what_belongs_to_another_engine() -> None:
    check_engine([PART], "Plano FW", ("single_fw", "1563"))
    with pytest.raises(
        OptionError, match=r"1 of 2 hrefs belong to another engine than 'HQ'.*belongs to single_fw/1563"
    ):
        check_engine([EnginePart("fw_cluster", "9", "MQ=="), PART], "HQ", ("fw_cluster", "9"))


def test_parts_and_engines_are_named_alike() -> None:
    assert engine_id(f"http://smc/7.1/{PART.engine}") == PART.engine_id == ("single_fw", "1563")
    assert engine_id("http://smc/7.1/system") == ("", "")
    assert len(printable_href("x" * 1000)) == 200
