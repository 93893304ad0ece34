# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The fields of the session definitions and of the log, as far as they are publicly known.

One line per field, with six columns: numeric id; internal name; column title in the Management Client; type; the
definitions that carry it, by their initial (`*` is all; `L` is the log, which also has what alerts have); and other names,
separated by commas.

An id or title that nobody published is empty. A field whose name nobody published has its number as its name.

The column of other names is usually empty. When a later SMC renames a field, add the new name there: `NextHop` in the
line of `RouteGateway` makes entries of both SMCs say `route_gateway`, and snapshots taken before the line was added
still compare equal.

Sources: records captured from a live SMC 6.2 to 6.4, the SMC API guide's sample, the constants of the
vendor's Python client and the guide's list of exportable log fields; docs/fields.md says which.
"""

from __future__ import annotations

FIELD_LINES = """
1|Timestamp|Creation Time|timestamp|CBVURA|
2|LogId|Data Identifier|int|A|
3|CompId|Component ID|str|*|
4|NodeId|Sender|str|*|
6|Event|Event|str|L|
7|Src|Src Addr|ip|CVUSA|
8|Dst|Dst Addr|ip|CVA|
9|Sport|Src Port|int|CA|
10|Dport|Dst Port|int|CA|
11|Protocol|IP Protocol|enum|CBVA|
13|Dstif|Dst IF|str|RL|
12|Srcif|Src IF|str|A|
14|Action|Action|enum|A|
15|NatSrc|NAT Src|ip|CA|
16|NatDst|NAT Dst|ip|A|
17|NatSport|NAT Src Port|int|CA|
18|NatDport|NAT Dst Port|int|A|
19|InfoMsg|Information Message|str|NL|
20|RuleId|Rule Tag|str|A|
21|NatRuleId||str|L|
22|Facility|Facility|enum|A|
23|Type|Type|enum|A|
24|ReceptionTime|Reception Time|timestamp|*|
25|Alert|Alert Type|enum|A|
27|Service|Service|str|CVA|
31|SenderType|Sender Type|enum|A|
34|DataType|Data Type|enum|CBVURSNL|
37|SitCategory|Situation Type|enum|A|
38|SenderDomain|Sender Domain|str|*|
46|Srczone|Src Zone|str|CA|
47|Dstzone|Dst Zone|str|CRA|
103|IpsecSpi|Inbound SPI|str|V|
104|AccElapsed||duration|L|
105|AccTxBytes||bytes|L|
106|AccRxBytes||bytes|L|
110|SrvhelperId|Protocol Agent|str|A|
112|SrcVlan|Src VLAN|int|C|
113|DstVlan|Dst VLAN|int|R|
115|Timeout|Timeout|duration|C|
116|State|State|enum|C|
117|BlacklistEntryId|Blacklist Entry ID|str|B|
118|BlacklistEntrySourceIp|Blacklist Entry Source IP|ip|B|
119|BlacklistEntrySourceIpMask|Blacklist Entry Source IP Mask|ip|B|
120|BlacklistEntryDestinationIp|Blacklist Entry Destination IP|ip|B|
121|BlacklistEntryDestinationIpMask|Blacklist Entry Destination IP Mask|ip|B|
122|BlacklistEntryProtocol|Blacklist Entry Protocol|enum|B|
123|BlacklistEntrySourcePort|Blacklist Entry Source Port|int|B|
124|BlacklistEntrySourcePortRange|Blacklist Entry Source Port Range|int|B|
125|BlacklistEntryDestinationPort|Blacklist Entry Destination Port|int|B|
126|BlacklistEntryDestinationPortRange|Blacklist Entry Destination Port Range|int|B|
127|BlacklistEntryDuration|Blacklist Entry Duration|duration|B|
128|Blacklister|Blacklister|str|B|
172|BlacklistEntrySourceIpPrefixlen|Blacklist Entry Source IP Prefix Length|int|B|
173|BlacklistEntryDestinationIpPrefixlen|Blacklist Entry Destination IP Prefix Length|int|B|
|RefEvent||timestamp|B|
1028|1028||timestamp|C|
134|IpsAppid|Network Application|str|CA|
136|TlsDetected|TLS Detected|bool|A|
137|TlsDecrypted|TLS Decrypted|bool|A|
160|RouteNetwork|Network|ip|R|
161|RouteNetmask|Netmask|int|R|
162|RouteDistance|Distance|int|R|
163|RouteMetric|Metric|int|R|
164|RouteGateway|Gateway|ip|R|
165|RouteType|Route Type|enum|R|
166|RouteOspfLsaType|OSPF LSA Type|str|R|
167|RouteBgpPath|BGP Path|str|R|
302|SessionEvent|Session Event|enum|CBVURSN|
485|DataTags|Data Tags|str|*|
480|TagInfo|Tag Info|str|A|
501|VpnId|VPN|str|VA|
502|SecurityGateway|VPN Gateway|str|V|
504|EndPoint|Local End-Point|str|VA|
505|PeerSecurityGateway|Peer VPN Gateway|str|V|
506|PeerEndPoint|Peer End-Point|str|VA|
525|SrcIpRange|Source IP Range|ip|V|
526|DstIpRange|Destination IP Range|ip|V|
533|OutboundSpi|Outbound SPI|str|V|
534|ExpirationTime|Expiration Time|timestamp|VU|
535|SaClass|SA Type|enum|V|
536|CipherAlg|Cipher Algorithm|enum|V|
537|MacAlg|MAC Algorithm|enum|V|
538|HashAlg|Hash Algorithm|enum|V|
539|NegotiationRole|Negotiation Role|enum|V|
540|IkeLocalId|Local IKE ID|str|V|
541|IkeRemoteId|Remote IKE ID|str|V|
542|Ikev1Mode|IKEv1 Mode|enum|V|
543|Dpd|DPD|enum|V|
544|Natt|NAT-T|enum|V|
545|TcpEncapsulation|TCP Encapsulation|enum|V|
546|IpCompression|IP Compression|enum|V|
547|PfsDhGroup|PFS DH Group|str|V|
548|NumPacketsSent|Packets Sent|int|V|
549|NumPacketsReceived|Packets Received|int|V|
901|IkeDhGroup|IKE DH Group|str|V|
1757|1757||timestamp|V|
3000|IkeCookie|IKE Cookie|str|V|
12200|NumBytesSent|Bytes Sent|bytes|V|
12201|NumBytesReceived|Bytes Received|bytes|V|
12202|12202||enum|V|
12204|12204||int|V|
20007|SrcAddrs|Src Addrs|str|CVUS|
20008|DstAddrs|Dst Addrs|str|CV|
3001|Username|User|str|USL|
3003|IdService|ID Service|str|U|
808|SslvpnSessionTypeType|Session Type|enum|S|
809|SslvpnSessionMonReceived|Session Start|timestamp|S|
810|SslvpnSessionMonTimeout|Session Timeout|timestamp|S|
811|SslvpnSessionMonId|Session ID|str|S|
602|AlertSeverity|Severity|enum|A|
1000|Situation|Situation|str|A|
1586|HttpRequestHost|HTTP Request Host|str|A|
20000|VulnerabilityReferences|Vulnerability References|str|A|
|EventId|Event ID|int|A|
|SenderModuleId||int|A|
|IpVersion||int|A|
|EthType||int|A|
|Url||str|A|
|HttpRequestMethod||enum|A|
|HttpResponseCode||int|A|
|FileName||str|A|
|FileLength||bytes|A|
|FileMd5Hash||str|A|
|FileType||int|A|
|IpAttacker||ip|A|
|IpTarget||ip|A|
|IpSource||ip|A|
|IpDest||ip|A|
|PortSource||int|A|
|PortDest||int|A|
|RelatedConnectionRef||str|A|
|ClientApplication||int|A|
|SrcIpAddrs||ip|A|
|DstIpAddrs||ip|A|
|Scanner||enum|A|
|VirusId||str|A|
|TcpHandshakeSeen||bool|A|
|TcpMissingDataSeen||bool|A|
|TlsHandshakeDowngraded||bool|A|
|GtiFileReputation||int|A|
|AtdReputation||int|A|
|FileTransferDir||enum|A|
|ScannerId||int|A|
733|NeighborInterface|Interface|str|N|
734|NeighborProtocol|Protocol|enum|N|
735|NeighborL3Data|IP Address|ip|N|
736|NeighborL2Data|Mac address|mac|N|
737|NeighborState|State|enum|N|
""".strip().splitlines()
