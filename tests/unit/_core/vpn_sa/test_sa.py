# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""VPN SAs as a table shows them."""

from __future__ import annotations

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import SMCError
from ansible_collections.ngfw.smc.plugins.module_utils._core.vpn_sa.href import SAHref
from ansible_collections.ngfw.smc.plugins.module_utils._core.vpn_sa.sa import ListedSA, check_hrefs, read_sas, tunnel_of

PLANO = ("single_fw", "1563")
RECORD = {
    "node_id": "node 1",
    "peer_security_gateway": "Partner",
    "sa_class": "IKE",
    "vpn_sa_href": "http://localhost:8082/7.1/elements/single_fw/1563/vpn_sa/MQ==",
}


def test_listed_once_and_only_with_an_href() -> None:
    items = [(("node 1", "a"), RECORD), (("node 2", "a"), RECORD), (("node 1", "b"), {"sa_class": "IKE"})]
    (sa,), unusable = read_sas("Plano FW", PLANO, items)
    assert unusable == [{"sa_class": "IKE"}]
    assert sa.facts() == {
        "engine": "Plano FW",
        "node": "node 1",
        "peer": "Partner",
        "type": "IKE",
        "vpn_sa_href": RECORD["vpn_sa_href"],
    }
    assert sa.line() == "Plano FW: IKE with Partner, MQ=="


def test_a_line_shows_what_a_terminal_would_obey() -> None:
    hostile = {**RECORD, "peer_security_gateway": "Partner\x1b[2J\u202e\nok: [all]"}
    (sa,) = read_sas("FW\x9b", PLANO, [(("node 1", "a"), hostile)]).listed
    assert sa.line() == r"FW\x9b: IKE with Partner\x1b[2J\u202e\nok: [all], MQ=="
    assert sa.facts()["peer"] == hostile["peer_security_gateway"]


def test_an_sa_of_which_nothing_is_known() -> None:
    sa = ListedSA(SAHref("single_fw", "1563", "MQ=="))
    assert sa.tunnel is None
    assert sa.facts()["vpn_sa_href"] == "/elements/single_fw/1563/vpn_sa/MQ=="
    assert str(tunnel_of({})) == "SA with an unnamed peer"


@pytest.mark.parametrize(
    "href",
    [
        "http://localhost:8082/7.1/elements/single_fw/1568/vpn_sa/MQ==",
        "http://localhost:8082/7.1/elements/fw_cluster/1563/vpn_sa/MQ==",
        "http://localhost:8082/7.1/elements/single_fw/1563/block_list/MQ==",
        "http://localhost:8082/7.1/elements/single_fw/1563",
    ],
)
def test_an_entry_with_a_foreign_href_is_never_deleted(href: str) -> None:
    record = {**RECORD, "vpn_sa_href": href}
    assert read_sas("Plano FW", PLANO, [(("node 1", "a"), record)]) == ([], [record])
    with pytest.raises(
        SMCError, match=r"^Nothing was deleted: .*IKE with Partner\), but it is not that of an SA of single_fw/1563"
    ):
        check_hrefs("Plano FW", PLANO, [record])


def test_an_entry_without_an_href_is_a_warning() -> None:
    (warning,) = check_hrefs("Plano FW", PLANO, [{"sa_class": "IKE"}])
    assert (
        warning
        == "The task does not delete 1 SA of 'Plano FW', because the SMC gives no href for it: IKE with an unnamed peer."
    )
    assert check_hrefs("Plano FW", PLANO, []) == []
