# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""fp-NGFW-SMC-python 1.0.34 against the simulator: sessions, elements, status, block lists."""

from __future__ import annotations

import pytest
from smc import session
from smc.administration.monitoring_status import MonitoringStatus
from smc.administration.system import AdminDomain, System
from smc.api.exceptions import (
    EngineCommandFailed,
    FetchElementFailed,
    NotMonitored,
    SMCConnectionError,
    UnsupportedEngineFeature,
)
from smc.core.engine import Engine
from smc.core.engines import FirewallCluster, Layer3Firewall
from smc.core.session_monitoring import EngineSessionMonitoringType
from smc.elements.other import Blacklist, Blocklist

from simulator import Fault, Scenario


@pytest.mark.parametrize(("by", "name"), [("key", "simulator-client"), ("password", "simulator-admin")])
def test_login_and_logout(login, by, name):
    smc = login(by=by)
    assert (session.name, session.api_version, session.domain) == (name, "7.1", "Shared Domain")
    assert session.session_id.startswith("JSESSIONID=")
    assert smc.open_sessions == 1
    session.logout()
    assert (smc.open_sessions, smc.statistics.logins, smc.statistics.logouts) == (0, 1, 1)


def test_login_over_tls(login):
    login(tls="good")
    assert Engine("Plano FW").href.startswith("https://")


def test_login_to_a_domain_and_switching(login):
    smc = login(domain="Retail")
    assert {engine.name for engine in Engine.objects.all()} == {"Store 12", "Store 14", "Retail cluster"}
    session.switch_domain("Shared Domain")
    assert "Plano FW" in {engine.name for engine in Engine.objects.all()}
    assert {domain.name for domain in AdminDomain.objects.all()} == {"Shared Domain", "Retail"}
    assert smc.statistics.logins == 2


def test_wrong_key_and_unknown_domain(login, simulator):
    smc = simulator()
    with pytest.raises(SMCConnectionError, match="401"):
        session.login(url=smc.url, api_key="wrong")
    with pytest.raises(SMCConnectionError, match="401"):
        session.login(url=smc.url, api_key=smc.api_key, domain="Nowhere")
    assert smc.statistics.failed_logins == 2


def test_expired_session_is_renewed(login):
    smc = login()
    smc.expire_sessions()
    assert Engine("Plano FW").name == "Plano FW"
    assert Engine("Plano FW").comment
    assert smc.statistics.logins == 2


def test_engines_and_nodes(login):
    login()
    assert isinstance(Layer3Firewall.objects.filter("Plano FW", exact_match=True).first(), Layer3Firewall)
    cluster = Engine("HQ cluster")
    assert [(node.nodeid, node.name, node.type) for node in cluster.nodes] == [
        (2, "HQ cluster node 2", "firewall_node"),
        (1, "HQ cluster node 1", "firewall_node"),
    ]
    assert isinstance(FirewallCluster.objects.first(), FirewallCluster)
    assert Engine("Plano FW").nodes.get(0).version.startswith("7.1.2 build")
    assert {engine.name for engine in Engine.objects.filter("Branch")} == {"Branch 7", "Branch 8"}
    assert Engine.objects.filter("branch", case_sensitive=False).count() == 2
    assert Engine.objects.filter("Nowhere").first() is None
    assert Engine("Plano FW").etag.startswith('"')


def test_node_status(login):
    smc = login()
    node = Engine("Plano FW").nodes.get(0)
    status = node.status()
    assert (status.engine_node_status, status.monitoring_state, status.configuration_status) == (
        "Online",
        "READY",
        "Installed",
    )
    assert node.health.installed_policy == "Branch policy"
    assert node.appliance_info().product_name == "2301"
    assert node.interface_status.get(0).name == "eth0_0"
    assert [item.name for item in node.hardware_status] == ["File Systems", "Logging subsystem", "Sandbox"]
    assert next(iter(node.hardware_status.filesystem))[1].label == "Root"
    assert next(iter(node.hardware_status.sandbox_subsystem))[0] == "WARNING"
    assert Engine("Virtual FW 1").nodes.get(0).status().master_node.name == "Master engine node 1"
    smc.world.set_node("Plano FW", online=False)
    assert node.status().monitoring_state == "TIMEOUT"


def test_appliance_status_since_7_4(login):
    login(product_version="7.4", api_versions=("7.4",), version="7.4")
    assert Engine("Plano FW").nodes.get(0).interface_status.get(1).status == "Up"


def test_monitoring_status(login):
    login()
    engine = Engine("HQ cluster")
    status = MonitoringStatus.get_status(href=engine.href)
    assert (status.name, status.monitoring_status) == ("HQ cluster", "OK")
    child = MonitoringStatus.get_status(href=status.result[0]["href"])
    assert child.monitoring_state == "READY"
    with pytest.raises(NotMonitored):
        MonitoringStatus.get_status(href=AdminDomain("Retail").href)


def test_system(login):
    login()
    system = System()
    assert system.smc_version.startswith("7.1.2")
    assert system.smc_time.year == 2025
    system.block_list("203.0.113.9/32", "any", duration=60)
    bulk = Blocklist()
    bulk.add_entry("203.0.113.10/32", "any")
    system.block_list_bulk(bulk)
    assert session.current_user.name == "simulator-client"


@pytest.mark.parametrize("values", ["texts", "raw"])
def test_polling(login, values):
    smc = login(Scenario(polling_values=values))
    kinds = {
        EngineSessionMonitoringType.ROUTING: "ROUTING",
        EngineSessionMonitoringType.BLOCKLIST: "BLOCK_LIST",
        EngineSessionMonitoringType.VPNSA: "VPN_SA",
        EngineSessionMonitoringType.CONNECTION: "CONNECTIONS",
        EngineSessionMonitoringType.USER: "USERS",
        EngineSessionMonitoringType.SSLVPN: "SSLVPNV2",
        EngineSessionMonitoringType.NEIGHBOR: "NEIGHBORS",
    }
    for name in ("Plano FW", "HQ cluster"):
        for kind, definition in kinds.items():
            for full in (True, False):
                result = Engine(name).get_session_monitoring(kind, full=full)
                assert result.isAll is True
                assert len(result.result) == len(smc.world.entries(definition, smc.world.engine(name)))
    smc.scenario.polling_complete = False
    assert Engine("Plano FW").get_session_monitoring(EngineSessionMonitoringType.ROUTING).isAll is False
    with pytest.raises(EngineCommandFailed, match="Impossible to retrieve session monitoring entry"):
        Engine("Depot FW").get_session_monitoring(EngineSessionMonitoringType.USER)


def test_polling_needs_smc_7_1(login):
    login(product_version="7.0", api_versions=("7.0",), version="7.0")
    with pytest.raises(UnsupportedEngineFeature):
        Engine("Plano FW").get_session_monitoring(EngineSessionMonitoringType.ROUTING)


def test_polling_of_alerts_and_routes(login):
    login()
    assert len(AdminDomain("Shared Domain").get_active_alerts().result) == 9
    routes = list(Engine("Plano FW").routing_monitoring)
    assert ("0.0.0.0", 0, "192.0.2.254", "Static") in [
        (route.route_network, route.route_netmask, route.route_gateway, route.route_type) for route in routes
    ]


def test_block_list(login):
    smc = login()
    engine = Engine("Plano FW")
    engine.block_list_flush()
    engine.block_list("203.0.113.7/32", "198.51.100.0/24", duration=60, dst_port1=80, dst_port2=443)
    bulk = Blocklist()
    for number in range(3):
        bulk.add_entry(f"203.0.113.{number}/32", "any", src_port1=1000, src_proto="predefined_udp")
    engine.block_list_bulk(bulk)
    entries = smc.world.entries("BLOCK_LIST", smc.world.engine("Plano FW"))
    assert [entry.values["BlacklistEntrySourceIp"] for entry in entries] == [
        "203.0.113.7",
        "203.0.113.0",
        "203.0.113.1",
        "203.0.113.2",
    ]
    with pytest.raises(EngineCommandFailed, match="not valid"):
        engine.block_list("203.0.113.7/24", "any")
    engine.block_list_flush()
    assert smc.world.entries("BLOCK_LIST", smc.world.engine("Plano FW")) == []


def test_blacklist_of_an_old_smc(login):
    smc = login(product_version="6.10", api_versions=("6.5", "6.10"), version="6.10")
    engine = Engine("Plano FW")
    engine.blacklist("203.0.113.7/32", "any")
    bulk = Blacklist()
    bulk.add_entry("203.0.113.8/32", "any")
    engine.blacklist_bulk(bulk)
    assert len(smc.world.entries("BLOCK_LIST", smc.world.engine("Plano FW"))) == 5
    engine.blacklist_flush()
    assert smc.world.entries("BLOCK_LIST", smc.world.engine("Plano FW")) == []


def test_refusals(login):
    login(Scenario(faults=[Fault("engine", status=403, times=0, engine="Branch 7")]))
    with pytest.raises(FetchElementFailed, match="Not enough privileges"):
        Engine("Branch 7").data  # noqa: B018
    assert Engine("Branch 8").comment


# -- what the vendor's client does wrong


def test_bug_unsupported_api_version_is_replaced_in_silence(login):
    login(version="9.9")
    assert session.api_version == "6.10"


def test_bug_logout_of_a_token_session_does_not_log_out(login):
    smc = login(Scenario(session_kind="token"))
    assert Engine("Plano FW").comment
    session.logout()
    assert (smc.open_sessions, smc.statistics.logouts) == (1, 0)


def test_logout_of_a_token_session_that_hangs_on_the_connection(login):
    smc = login(Scenario(session_kind="token", connection_sessions=True))
    assert Engine("Plano FW").comment
    session.logout()
    assert (smc.open_sessions, smc.statistics.logouts) == (0, 1)


def test_bug_hrefs_are_used_as_printed(login):
    with pytest.raises(Exception, match=r"127\.0\.0\.1.*port=1\b"):
        login(Scenario(foreign_host="http://127.0.0.1:1"))


def test_bug_password_is_in_the_query_string(login, monkeypatch):
    seen = []
    monkeypatch.setattr(
        "smc.api.session.Session._get_session",
        lambda _unused, request: (
            seen.append(request) or (_unused for _unused in ()).throw(SMCConnectionError("enough"))
        ),
    )
    with pytest.raises(SMCConnectionError, match="enough"):
        login(by="password")
    assert seen[0]["params"]["pwd"] == "simulator-password-not-a-secret"
