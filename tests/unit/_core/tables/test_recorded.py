# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Records as an SMC really sent them, or as its guide prints them, and the entries that become of them.

The records of SMC 6.2 to 6.4 were captured and published with the tests of a public client; names of people and session
ids are replaced. Unless a test says otherwise, each value that is not listed here stays as sent, under its own name.
"""

from __future__ import annotations

import json
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.protocol import read_frame
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import definition_named
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.table import Table

CONNECTION = {
    "1": "2017-09-04 14:25:52",
    "3": "ngf-1065",
    "4": "ngf-1065",
    "7": "192.168.4.67",
    "8": "52.206.43.66",
    "9": "35236",
    "10": "80",
    "11": "TCP",
    "15": "10.0.0.254",
    "17": "28284",
    "24": "2017-09-04 14:26:10",
    "27": "Dumb HTTP",
    "34": "6",
    "38": "Shared Domain",
    "46": "Internal",
    "47": "External",
    "116": "TCP time wait",
    "134": "HTTP",
    "302": "2",
    "485": "INFO: Connection Monitoring",
    "1028": "2017-09-04 14:25:52",
    "20007": "192.168.4.67",
    "20008": "52.206.43.66",
    "delta_key": "AcCoBEMBNM4rQgIGA4mkAlAAAAAA",
}
CONNECTION_ENTRY = {
    "timestamp": "2017-09-04 14:25:52",
    "comp_id": "ngf-1065",
    "node_id": "ngf-1065",
    "src": "192.168.4.67",
    "dst": "52.206.43.66",
    "sport": 35236,
    "dport": 80,
    "protocol": "TCP",
    "nat_src": "10.0.0.254",
    "nat_sport": 28284,
    "reception_time": "2017-09-04 14:26:10",
    "service": "Dumb HTTP",
    "data_type": "6",
    "sender_domain": "Shared Domain",
    "srczone": "Internal",
    "dstzone": "External",
    "state": "TCP time wait",
    "ips_appid": "HTTP",
    "session_event": "2",
    "data_tags": "INFO: Connection Monitoring",
    "field_1028": "2017-09-04 14:25:52",
    "src_addrs": "192.168.4.67",
    "dst_addrs": "52.206.43.66",
    "delta_key": "AcCoBEMBNM4rQgIGA4mkAlAAAAAA",
}

IN_TITLES = {"Dst Addr": "172.217.9.46", "Src Addr": "172.18.1.70", "Creation Time": "2017-09-04 19:38:38"}
IN_TITLES_ENTRY = {"dst": "172.217.9.46", "src": "172.18.1.70", "timestamp": "2017-09-04 19:38:38"}

# As the guide prints it, with its capitals.
GUIDE = {
    "SessionEvent": "1",
    "BlackListEntrySourcePort": "1024",
    "CompId": "Plano FW node 1",
    "block_list_href": "http://localhost:8082/7.0/elements/single_fw/1649/block_list/MQ==",
    "BlackListEntryDestinationIp": "1.1.1.0",
    "BlackListEntryDuration": "0",
    "BlackListEntryProtocol": "TCP",
    "BlackListEntrySourceIp": "1.1.1.0",
    "BlackListEntryId": "MQ==",
    "NodeId": "Plano FW node 1",
    "BlackListEntrySourceIpMask": "255.255.255.0",
    "delta_key": "AgE=",
    "BlackListEntrySourcePortRange": "65535",
    "RefEvent": "2015-05-29 12:35:12",
    "BlackListEntryDestinationIpMask": "255.255.255.0",
    "blackListEntryDestinationPort": "80",
}
GUIDE_ENTRY = {
    "session_event": "1",
    "block_list_entry_source_port": 1024,
    "comp_id": "Plano FW node 1",
    "block_list_href": "http://localhost:8082/7.0/elements/single_fw/1649/block_list/MQ==",
    "block_list_entry_destination_ip": "1.1.1.0",
    "block_list_entry_duration": 0,
    "block_list_entry_protocol": "TCP",
    "block_list_entry_source_ip": "1.1.1.0",
    "block_list_entry_id": "MQ==",
    "node_id": "Plano FW node 1",
    "block_list_entry_source_ip_mask": "255.255.255.0",
    "delta_key": "AgE=",
    "block_list_entry_source_port_range": 65535,
    "ref_event": "2015-05-29 12:35:12",
    "block_list_entry_destination_ip_mask": "255.255.255.0",
    "block_list_entry_destination_port": 80,
}

BLACKLIST = {
    "blacklist_href": "http://172.18.1.150:8082/6.2/elements/fw_cluster/116/blacklist/MTA3MjA5Njg3MDU=",
    "BlacklistEntryDuration": "222222220",
    "NodeId": "ngf-1065",
    "BlacklistEntryId": "TVRBM01qQTVOamczTURVPQ==",
    "Blacklister": "Management Server",
    "BlacklistEntrySourceIp": "2.2.2.5",
    "BlacklistEntryDestinationIp": "0.0.0.0",
    "BlacklistEntrySourceIpPrefixlen": "32",
    "BlacklistEntryDestinationIpPrefixlen": "32",
    "delta_key": "BgJ/BQAB",
}
BLACKLIST_ENTRY = {
    "block_list_href": "http://172.18.1.150:8082/6.2/elements/fw_cluster/116/blacklist/MTA3MjA5Njg3MDU=",
    "block_list_entry_duration": 222222220,
    "node_id": "ngf-1065",
    "block_list_entry_id": "TVRBM01qQTVOamczTURVPQ==",
    "block_lister": "Management Server",
    "block_list_entry_source_ip": "2.2.2.5",
    "block_list_entry_destination_ip": "0.0.0.0",
    "block_list_entry_source_ip_prefixlen": 32,
    "block_list_entry_destination_ip_prefixlen": 32,
    "delta_key": "BgJ/BQAB",
}

VPN_SA = {
    "4": "ngf-1065",
    "7": "172.18.1.0",
    "8": "192.168.3.0",
    "103": "5421cdf8",
    "302": "1",
    "501": "sg_vm_vpn",
    "504": "10.0.0.254",
    "506": "ciscoasa-5505 (10.0.0.160)",
    "525": "172.18.1.255",
    "533": "ed072ab4",
    "534": "2017-09-06 00:29:15",
    "535": "IPsec",
    "536": "aes256-cbc",
    "543": "Enabled",
    "548": "0",
    "1757": "2017-09-05 17:09:15",
    "3000": "39617297 af0c703d 3181a9b0 04aadde8",
    "12200": "0",
    "12202": "Enabled",
    "12204": "1500",
    "20007": "172.18.1.0 - 172.18.1.255",
    "delta_key": "AAVUIc34",
}
VPN_SA_ENTRY = {
    "node_id": "ngf-1065",
    "src": "172.18.1.0",
    "dst": "192.168.3.0",
    "ipsec_spi": "5421cdf8",
    "session_event": "1",
    "vpn_id": "sg_vm_vpn",
    "end_point": "10.0.0.254",
    "peer_end_point": "ciscoasa-5505 (10.0.0.160)",
    "src_ip_range": "172.18.1.255",
    "outbound_spi": "ed072ab4",
    "expiration_time": "2017-09-06 00:29:15",
    "sa_class": "IPsec",
    "cipher_alg": "aes256-cbc",
    "dpd": "Enabled",
    "num_packets_sent": 0,
    "field_1757": "2017-09-05 17:09:15",
    "ike_cookie": "39617297 af0c703d 3181a9b0 04aadde8",
    "num_bytes_sent": 0,
    "field_12202": "Enabled",
    "field_12204": 1500,
    "src_addrs": "172.18.1.0 - 172.18.1.255",
    "delta_key": "AAVUIc34",
}

USER = {
    "4": "ngf-1065",
    "7": "172.18.1.36",
    "34": "33",
    "534": "2017-09-05 23:57:10",
    "3001": "user1@example.test domain",
}
USER_ENTRY = {
    "node_id": "ngf-1065",
    "src": "172.18.1.36",
    "data_type": "33",
    "expiration_time": "2017-09-05 23:57:10",
    "username": "user1@example.test domain",
}

ROUTE = {
    "4": "ngf-1065",
    "13": "Interface #1",
    "24": "2017-09-05 17:30:13",
    "160": "10.0.0.0",
    "161": "24",
    "163": "0",
    "165": "Connected",
    "delta_key": "AAEKAhg=",
}
ROUTE_ENTRY = {
    "node_id": "ngf-1065",
    "dstif": "Interface #1",
    "reception_time": "2017-09-05 17:30:13",
    "route_network": "10.0.0.0",
    "route_netmask": 24,
    "route_metric": 0,
    "route_type": "Connected",
    "delta_key": "AAEKAhg=",
}

SSL_VPN = {
    "4": "ngf-1065",
    "34": "SSL VPN Session Monitoring",
    "808": "Tunnel",
    "809": "2017-09-05 18:07:03",
    "810": "2017-09-05 20:07:03",
    "811": "{SHA256}0123456789abcdef",
    "3001": "user2@InternalDomain",
}
SSL_VPN_ENTRY = {
    "node_id": "ngf-1065",
    "data_type": "SSL VPN Session Monitoring",
    "sslvpn_session_type_type": "Tunnel",
    "sslvpn_session_mon_received": "2017-09-05 18:07:03",
    "sslvpn_session_mon_timeout": "2017-09-05 20:07:03",
    "sslvpn_session_mon_id": "{SHA256}0123456789abcdef",
    "username": "user2@InternalDomain",
}

# Of an SMC that sends native types.
ALERT = {
    "VpnId": 17,
    "Dst": "172.18.1.251",
    "TlsHandshakeDowngraded": False,
    "TlsDetected": None,
    "TagInfo": "QeGARgoM",
    "RuleId": 8619297190,
    "VulnerabilityReferences": [],
    "EventId": 1069998600287183300,
    "Timestamp": 1517581153876,
    "NodeId": 118,
    "PeerEndPoint": 46,
    "Dport": 443,
    "DataTags": [1, 100000000],
    "FileLength": 51712,
}
ALERT_ENTRY = {
    "vpn_id": 17,
    "dst": "172.18.1.251",
    "tls_handshake_downgraded": False,
    "tls_detected": None,
    "tag_info": "QeGARgoM",
    "rule_id": 8619297190,
    "vulnerability_references": [],
    "event_id": 1069998600287183300,
    "timestamp": 1517581153876,
    "node_id": 118,
    "peer_end_point": 46,
    "dport": 443,
    "data_tags": [1, 100000000],
    "file_length": 51712,
}


@pytest.mark.parametrize(
    "definition,record,entry",
    [
        ("CONNECTIONS", CONNECTION, CONNECTION_ENTRY),
        ("CONNECTIONS", IN_TITLES, IN_TITLES_ENTRY),
        ("BLOCK_LIST", GUIDE, GUIDE_ENTRY),
        ("BLOCK_LIST", BLACKLIST, BLACKLIST_ENTRY),
        ("VPN_SA", VPN_SA, VPN_SA_ENTRY),
        ("USERS", USER, USER_ENTRY),
        ("ROUTING", ROUTE, ROUTE_ENTRY),
        ("SSLVPNV2", SSL_VPN, SSL_VPN_ENTRY),
        ("ACTIVE_ALERTS", ALERT, ALERT_ENTRY),
    ],
)
def test_what_becomes_of_a_recorded_record(definition: str, record: dict[str, Any], entry: dict[str, Any]) -> None:
    frame = json.dumps({"fetch": -1616514795, "records": {"added": [record], "updated": [], "deleted": []}})
    table = Table(definition_named(definition))
    table.apply(read_frame(frame))
    (made,) = table.entries()
    assert made == entry
    assert list(made) == list(entry)
    assert [type(value) for value in made.values()] == [type(value) for value in entry.values()]
