# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The simulator's own field catalogue, taken from what is public about the SMC's log fields.

Several names, most labels and a few ids were never published; docs of the collection say which. A field without an id
can't be shown with `field_format: id`, and one without a name only there.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

CONNECTIONS = "CONNECTIONS"
BLOCK_LIST = "BLOCK_LIST"
VPN_SA = "VPN_SA"
USERS = "USERS"
ROUTING = "ROUTING"
SSLVPNV2 = "SSLVPNV2"
ACTIVE_ALERTS = "ACTIVE_ALERTS"
NEIGHBORS = "NEIGHBORS"
# The log, which is no table: it has a socket of its own.
LOG = "LOG"

DEFINITIONS = {
    "C": CONNECTIONS,
    "B": BLOCK_LIST,
    "V": VPN_SA,
    "U": USERS,
    "R": ROUTING,
    "S": SSLVPNV2,
    "A": ACTIVE_ALERTS,
    "N": NEIGHBORS,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One log field: `kind` is time, int, text, ip, enum or bool."""

    id: int | None
    name: str | None
    pretty: str | None
    kind: str
    definitions: frozenset[str]
    comment: str

    @property
    def slot(self) -> str:
        """The key under which entries hold the value."""
        return self.name or str(self.id)

    def descriptor(self) -> dict[str, Any]:
        """What the `detailed` format says about the field in its first answer."""
        raw_types = {"time": "time_ms", "ip": "ip", "text": "string", "bool": "boolean"}
        described: dict[str, Any] = {
            "comment": self.comment,
            "name": self.name or "",
            "filterable": self.kind != "time",
            "raw_type": raw_types.get(self.kind, "long"),
            "visible": True,
            "pretty": self.pretty or self.name or "",
            "id": self.id,
        }
        if self.kind == "ip":
            described["resolving"] = "IP"
        elif self.name == "SenderDomain":
            described["resolving"] = "Classes.8301.59"
        return described


# id, name, label, kind, definitions (by their letter above, and L for the log; an alert is an entry of the log), comment
_ROWS: tuple[tuple[int | None, str | None, str | None, str, str, str], ...] = (
    (1, "Timestamp", "Creation Time", "time", "CBVURA", "When the engine created the entry"),
    (2, "LogId", "Data Identifier", "int", "A", "Sequence identifier of the entry within its sender"),
    (3, "CompId", "Component ID", "text", "CBVURSAN", "Creator of the entry: node name in texts, element key in raw"),
    (4, "NodeId", "Sender", "text", "CBVURSAN", "Node that passes the entry"),
    (6, "Event", "Event", "text", "L", "Logged event"),
    (7, "Src", "Src Addr", "ip", "CVUSA", "Source address"),
    (8, "Dst", "Dst Addr", "ip", "CVA", "Destination address"),
    (9, "Sport", "Src Port", "int", "CA", "Source port"),
    (10, "Dport", "Dst Port", "int", "CA", "Destination port"),
    (11, "Protocol", "IP Protocol", "enum", "CBVA", "IP protocol: TCP, UDP, ICMP, ESP"),
    (13, "Dstif", "Dst IF", "text", "RL", "Outgoing interface, e.g"),
    (12, "Srcif", "Src IF", "text", "A", "Incoming interface"),
    (14, "Action", "Action", "enum", "A", "Action of the rule: Allow, Discard, Refuse, Terminate, Permit, Block..."),
    (15, "NatSrc", "NAT Src", "ip", "CA", "Translated source address"),
    (16, "NatDst", "NAT Dst", "ip", "A", "Translated destination address"),
    (17, "NatSport", "NAT Src Port", "int", "CA", "Translated source port"),
    (18, "NatDport", "NAT Dst Port", "int", "A", "Translated destination port"),
    (19, "InfoMsg", "Information Message", "text", "NL", "Free text"),
    (20, "RuleId", "Rule Tag", "text", "A", "Tag of the rule (e.g"),
    (22, "Facility", "Facility", "enum", "A", "Engine subsystem"),
    (23, "Type", "Type", "enum", "A", "Log event severity type"),
    (24, "ReceptionTime", "Reception Time", "time", "CBVURSAN", "When the Log Server received the entry"),
    (25, "Alert", "Alert Type", "enum", "A", "Alert element"),
    (27, "Service", "Service", "text", "CVA", "Matched service element name (Dumb HTTP, ESP)"),
    (31, "SenderType", "Sender Type", "enum", "A", "Kind of sender"),
    (34, "DataType", "Data Type", "enum", "CBVURSNL", "Kind of record: 6 connection, 7 block list, 20 VPN SA, 33"),
    (37, "SitCategory", "Situation Type", "enum", "A", "Type of the situation"),
    (38, "SenderDomain", "Sender Domain", "text", "CBVURSAN", "Administrative domain of the sender"),
    (46, "Srczone", "Src Zone", "text", "CA", "Zone of the source interface"),
    (47, "Dstzone", "Dst Zone", "text", "CRA", "Zone of the destination interface"),
    (103, "IpsecSpi", "Inbound SPI", "text", "V", "Inbound IPsec SPI, hexadecimal"),
    (110, "SrvhelperId", "Protocol Agent", "text", "A", "Protocol agent"),
    (104, "AccElapsed", None, "int", "L", "Elapsed time of connection in seconds"),
    (105, "AccTxBytes", None, "int", "L", "Number of bytes sent during connection"),
    (106, "AccRxBytes", None, "int", "L", "Number of bytes received during connection"),
    (112, "SrcVlan", "Src VLAN", "int", "C", "Source VLAN"),
    (113, "DstVlan", "Dst VLAN", "int", "R", "Destination VLAN of the route"),
    (115, "Timeout", "Timeout", "int", "C", "Connection timeout in connection monitoring"),
    (116, "State", "State", "enum", "C", "Connection state: TCP established, TCP time wait, UDP established, New"),
    (117, "BlacklistEntryId", "Blacklist Entry ID", "text", "B", "Entry id"),
    (118, "BlacklistEntrySourceIp", "Blacklist Entry Source IP", "ip", "B", "Blocked source address"),
    (119, "BlacklistEntrySourceIpMask", "Blacklist Entry Source IP Mask", "ip", "B", "Dotted mask (seed, older"),
    (120, "BlacklistEntryDestinationIp", "Blacklist Entry Destination IP", "ip", "B", "Blocked destination address"),
    (121, "BlacklistEntryDestinationIpMask", "Blacklist Entry Destination IP Mask", "ip", "B", "Dotted mask (seed"),
    (122, "BlacklistEntryProtocol", "Blacklist Entry Protocol", "enum", "B", "Protocol"),
    (123, "BlacklistEntrySourcePort", "Blacklist Entry Source Port", "int", "B", "First source port"),
    (124, "BlacklistEntrySourcePortRange", "Blacklist Entry Source Port Range", "int", "B", "Last source port"),
    (125, "BlacklistEntryDestinationPort", "Blacklist Entry Destination Port", "int", "B", "First destination port"),
    (126, "BlacklistEntryDestinationPortRange", "Blacklist Entry Destination Port Range", "int", "B", "Last"),
    (127, "BlacklistEntryDuration", "Blacklist Entry Duration", "int", "B", "Seconds"),
    (128, "Blacklister", "Blacklister", "text", "B", "Component that made the entry, e.g"),
    (172, "BlacklistEntrySourceIpPrefixlen", "Blacklist Entry Source IP Prefix Length", "int", "B", "Prefix length"),
    (173, "BlacklistEntryDestinationIpPrefixlen", "Blacklist Entry Destination IP Prefix Length", "int", "B", "Prefi"),
    (None, "RefEvent", None, "time", "B", "Time of the referenced event"),
    (1028, None, None, "time", "C", "Unnamed"),
    (134, "IpsAppid", "Network Application", "text", "CA", "Detected network application (HTTP)"),
    (136, "TlsDetected", "TLS Detected", "bool", "A", "Connection uses TLS"),
    (137, "TlsDecrypted", "TLS Decrypted", "bool", "A", "Connection was decrypted"),
    (160, "RouteNetwork", "Network", "ip", "R", "Destination network address"),
    (161, "RouteNetmask", "Netmask", "int", "R", "Prefix length as text (24)"),
    (162, "RouteDistance", "Distance", "int", "R", "Distance"),
    (163, "RouteMetric", "Metric", "int", "R", "Metric"),
    (164, "RouteGateway", "Gateway", "ip", "R", "Next hop"),
    (165, "RouteType", "Route Type", "enum", "R", "Static, Connected, Dynamic..."),
    (166, "RouteOspfLsaType", "OSPF LSA Type", "text", "R", "OSPF LSA type"),
    (167, "RouteBgpPath", "BGP Path", "text", "R", "Active BGP path"),
    (302, "SessionEvent", "Session Event", "enum", "CBVURSN", "1 new, 2 update, 3 remove, 4 all sessions sent"),
    (485, "DataTags", "Data Tags", "text", "CBVURSAN", "texts: INFO: Connection Monitoring, INFO: Blacklist"),
    (480, "TagInfo", "Tag Info", "text", "A", "Base64 tag blob"),
    (501, "VpnId", "VPN", "text", "VA", "VPN element"),
    (502, "SecurityGateway", "VPN Gateway", "text", "V", "Local gateway"),
    (504, "EndPoint", "Local End-Point", "text", "VA", "Local end point (IP address, or name (address))"),
    (505, "PeerSecurityGateway", "Peer VPN Gateway", "text", "V", "Remote gateway"),
    (506, "PeerEndPoint", "Peer End-Point", "text", "VA", "Remote end point, e.g"),
    (525, "SrcIpRange", "Source IP Range", "ip", "V", "Last address of the local range"),
    (526, "DstIpRange", "Destination IP Range", "ip", "V", "Last address of the remote range"),
    (533, "OutboundSpi", "Outbound SPI", "text", "V", "Outbound SPI, hexadecimal"),
    (534, "ExpirationTime", "Expiration Time", "time", "VU", "When the SA or the user authentication expires"),
    (535, "SaClass", "SA Type", "enum", "V", "IPsec or IKE"),
    (536, "CipherAlg", "Cipher Algorithm", "enum", "V", "e.g"),
    (537, "MacAlg", "MAC Algorithm", "enum", "V", "e.g"),
    (538, "HashAlg", "Hash Algorithm", "enum", "V", "IKE SA hash"),
    (539, "NegotiationRole", "Negotiation Role", "enum", "V", "Initiator or Responder"),
    (540, "IkeLocalId", "Local IKE ID", "text", "V", "IKE SA"),
    (541, "IkeRemoteId", "Remote IKE ID", "text", "V", "IKE SA"),
    (542, "Ikev1Mode", "IKEv1 Mode", "enum", "V", "IKEv1 mode"),
    (543, "Dpd", "DPD", "enum", "V", "Dead peer detection: Enabled/Disabled"),
    (544, "Natt", "NAT-T", "enum", "V", "NAT traversal: Enabled/Disabled"),
    (545, "TcpEncapsulation", "TCP Encapsulation", "enum", "V", "Enabled/Disabled"),
    (546, "IpCompression", "IP Compression", "enum", "V", "Enabled/Disabled"),
    (547, "PfsDhGroup", "PFS DH Group", "text", "V", "Group or Disabled"),
    (548, "NumPacketsSent", "Packets Sent", "int", "V", "Packets sent"),
    (549, "NumPacketsReceived", "Packets Received", "int", "V", "Packets received"),
    (901, "IkeDhGroup", "IKE DH Group", "text", "V", "Diffie-Hellman group of the IKE SA"),
    (1757, None, None, "time", "V", "Unnamed"),
    (3000, "IkeCookie", "IKE Cookie", "text", "V", "Four groups of eight hex digits"),
    (12200, "NumBytesSent", "Bytes Sent", "int", "V", "Bytes sent in the SA"),
    (12201, "NumBytesReceived", "Bytes Received", "int", "V", "Bytes received in the SA"),
    (12202, None, None, "enum", "V", "Unnamed"),
    (12204, None, None, "int", "V", "Unnamed"),
    (20007, "SrcAddrs", "Src Addrs", "text", "CVUS", 'Source addresses: single address or "first - last"'),
    (20008, "DstAddrs", "Dst Addrs", "text", "CV", 'Destination addresses: single address or "first - last"'),
    (3001, "Username", "User", "text", "USL", "User name with domain (user@domain)"),
    (3003, "IdService", "ID Service", "text", "U", "Identity service that made the entry"),
    (808, "SslvpnSessionTypeType", "Session Type", "enum", "S", "Client type, e.g"),
    (809, "SslvpnSessionMonReceived", "Session Start", "time", "S", "Session creation, node time"),
    (810, "SslvpnSessionMonTimeout", "Session Timeout", "time", "S", "Session end by time-out, node time"),
    (811, "SslvpnSessionMonId", "Session ID", "text", "S", "Session id hash, {SHA256}hex"),
    (602, "AlertSeverity", "Severity", "enum", "A", "Info 1, Low 3, High 5, Critical 10 (raw 8 seen, so ranges)"),
    (1000, "Situation", "Situation", "text", "A", "Situation element"),
    (1586, "HttpRequestHost", "HTTP Request Host", "text", "A", "HTTP host"),
    (20000, "VulnerabilityReferences", "Vulnerability References", "text", "A", "Comma separated references in"),
    (None, "EventId", "Event ID", "int", "A", "Event identifier, unique per sender (64 bit in raw)"),
    (None, "SenderModuleId", None, "int", "A", "Module of the sender"),
    (None, "IpVersion", None, "int", "A", "4 or 6"),
    (None, "EthType", None, "int", "A", "Ethernet type"),
    (None, "Url", None, "text", "A", "URL"),
    (None, "HttpRequestMethod", None, "enum", "A", "HTTP method"),
    (None, "HttpResponseCode", None, "int", "A", "HTTP response code"),
    (None, "FileName", None, "text", "A", "File name"),
    (None, "FileLength", None, "int", "A", "File size"),
    (None, "FileMd5Hash", None, "text", "A", "MD5"),
    (None, "FileType", None, "int", "A", "File type"),
    (None, "IpAttacker", None, "ip", "A", "Attacker address"),
    (None, "IpTarget", None, "ip", "A", "Target address"),
    (None, "IpSource", None, "ip", "A", "Packet source"),
    (None, "IpDest", None, "ip", "A", "Packet destination"),
    (None, "PortSource", None, "int", "A", "Packet source port"),
    (None, "PortDest", None, "int", "A", "Packet destination port"),
    (None, "RelatedConnectionRef", None, "text", "A", "time/node/id reference"),
    (None, "ClientApplication", None, "int", "A", "Client application"),
    (None, "SrcIpAddrs", None, "ip", "A", "Source addresses"),
    (None, "DstIpAddrs", None, "ip", "A", "Destination addresses"),
    (None, "Scanner", None, "enum", "A", "Scanner"),
    (None, "VirusId", None, "text", "A", "Malware name"),
    (None, "TcpHandshakeSeen", None, "bool", "A", "TCP handshake seen"),
    (None, "TcpMissingDataSeen", None, "bool", "A", "Missing TCP data"),
    (None, "TlsHandshakeDowngraded", None, "bool", "A", "TLS downgraded"),
    (None, "GtiFileReputation", None, "int", "A", "File reputation"),
    (None, "AtdReputation", None, "int", "A", "Sandbox reputation"),
    (None, "FileTransferDir", None, "enum", "A", "Direction of the file"),
    (None, "ScannerId", None, "int", "A", "Scanner id"),
    (733, "NeighborInterface", "Interface", "text", "N", "Interface"),
    (734, "NeighborProtocol", "Protocol", "enum", "N", "IPv4 / IPv6 (IPv6 used as filter value in the vendor example)"),
    (735, "NeighborL3Data", "IP Address", "ip", "N", "Network address"),
    (736, "NeighborL2Data", "Mac address", "text", "N", "MAC address"),
    (737, "NeighborState", "State", "enum", "N", "Neighbor state"),
)


def _carriers(letters: str) -> frozenset[str]:
    names = {**DEFINITIONS, "L": LOG}
    return frozenset(names[letter] for letter in (f"{letters}L" if "A" in letters else letters))


FIELDS: tuple[Field, ...] = tuple(
    Field(number, name, pretty, kind, _carriers(letters), comment)
    for number, name, pretty, kind, letters, comment in _ROWS
)

BY_ID: dict[int, Field] = {field.id: field for field in FIELDS if field.id is not None}
BY_NAME: dict[str, Field] = {field.name: field for field in FIELDS if field.name is not None}
BY_SLOT: dict[str, Field] = {field.slot: field for field in FIELDS}


def of_definition(definition: str) -> list[Field]:
    """The fields which entries of a table may have."""
    return [field for field in FIELDS if definition in field.definitions]
