# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Only the href of a VPN SA is ever accepted."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.vpn_sa.href import (
    SAHref,
    read_sa_href,
    read_sa_hrefs,
    sa_of,
)

ENGINE = "http://localhost:8082/7.1/elements/single_fw/1563"


@pytest.mark.parametrize(
    "text",
    [
        f"{ENGINE}/vpn_sa/MQ==",
        "/6.10/elements/single_fw/1563/vpn_sa/MQ%3D%3D",
        "https://x/smc/7.1/elements/single_fw/1563/vpn_sa/MQ==",
    ],
)
def test_taken(text: str) -> None:
    href = read_sa_href(text, "/smc")
    assert href == SAHref("single_fw", "1563", "MQ==")
    assert href.path == "elements/single_fw/1563/vpn_sa/MQ=="


@pytest.mark.parametrize(
    "text",
    [
        None,
        "",
        ENGINE,
        f"{ENGINE}/vpn_sa",
        f"{ENGINE}/vpn_sa/",
        f"{ENGINE}/vpn_sa/..",
        f"{ENGINE}/vpn_sa/a%2Fb",
        f"{ENGINE}/vpn_sa/MQ==?x",
        f"{ENGINE}/vpn_sa/MQ==/x",
        f"{ENGINE}/block_list/MQ==",
        "http://localhost:8082/7.1/elements/host/1563/vpn_sa/MQ==",
        "http://localhost:8082/other/7.1/elements/single_fw/1563/vpn_sa/MQ==",
    ],
)
def test_refused(text: Any) -> None:
    assert read_sa_href(text) is None


def test_all_that_is_wrong_is_said() -> None:
    assert read_sa_hrefs([f"{ENGINE}/vpn_sa/MQ=="] * 2) == [SAHref("single_fw", "1563", "MQ==")]
    with pytest.raises(
        OptionError, match=r"2 of 3 hrefs do not name a VPN SA, so nothing was deleted: hrefs\[0\] is 'x'"
    ):
        read_sa_hrefs(["x", f"{ENGINE}/vpn_sa/MQ==", "http://me:secret@y"])


def test_what_an_smc_prints() -> None:
    assert sa_of(f"http://smc/behind/a/proxy{ENGINE.partition('8082')[2]}/vpn_sa/MQ==") == SAHref(
        "single_fw", "1563", "MQ=="
    )
    assert sa_of(None) is None and sa_of("x") is None
