# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""VPN SAs as a table shows them."""

from __future__ import annotations

from ansible_collections.ngfw.smc.plugins.module_utils._core.vpn_sa.href import SAHref
from ansible_collections.ngfw.smc.plugins.module_utils._core.vpn_sa.sa import ListedSA, listed_sas, tunnel_of

RECORD = {
    "node_id": "node 1",
    "peer_security_gateway": "Partner",
    "sa_class": "IKE",
    "vpn_sa_href": "http://localhost:8082/7.1/elements/single_fw/1563/vpn_sa/MQ==",
}


def test_listed_once_and_only_with_an_href() -> None:
    items = [(("node 1", "a"), RECORD), (("node 2", "a"), RECORD), (("node 1", "b"), {"sa_class": "IKE"})]
    (sa,) = listed_sas("Plano FW", items)
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
    ((sa,),) = [listed_sas("FW\x9b", [(("node 1", "a"), hostile)])]
    assert sa.line() == r"FW\x9b: IKE with Partner\x1b[2J\u202e\nok: [all], MQ=="
    assert sa.facts()["peer"] == hostile["peer_security_gateway"]


def test_an_sa_of_which_nothing_is_known() -> None:
    sa = ListedSA(SAHref("single_fw", "1563", "MQ=="))
    assert sa.tunnel is None
    assert sa.facts()["vpn_sa_href"] == "/elements/single_fw/1563/vpn_sa/MQ=="
    assert str(tunnel_of({})) == "SA with an unnamed peer"
