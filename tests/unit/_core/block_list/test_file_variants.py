# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What tools and services write: each is read right, or refused with its line and what to do."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.file import FeedOptions, read_feed
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError

ONE, OTHER, NET, SIX = "192.0.2.10", "198.51.100.11", "198.51.100.0/24", "2001:db8::/32"
BOTH = [ONE, OTHER]
GCP = '{"syncToken":"1","prefixes":[{"ipv4Prefix":"192.0.2.0/28","scope":"x"},{"ipv6Prefix":"2001:db8::/44"}]}'
AZURE = '{"changeNumber":1,"values":[{"name":"A","properties":{"addressPrefixes":["192.0.2.0/28","2001:db8::/48"]}}]}'
OFFICE = (
    f'[{{"id":1,"urls":["outlook.office.com"],"ips":["{NET}","{SIX}"],"tcpPorts":"80,443"}},{{"id":2,"urls":["x"]}}]'
)
CROWDSEC = f'[{{"decisions":[{{"duration":"3h59m","type":"ban","value":"{ONE}"}}],"source":{{"ip":"{OTHER}"}}}}]'
SPLUNK = (
    f'{{"result":{{"src_ip":"{ONE}"}}}}\n{{"lastrow":true,"result":{{"src_ip":"{OTHER}"}}}}\n{{"type":"metadata"}}\n'
)

# Name, text, file_select, and the addresses in their order.
READ: list[tuple[str, str | bytes, tuple[str, ...], list[str]]] = [
    ("fail2ban, its database as CSV", f"jail|ip|timeofban|bancount\nsshd|{ONE}|1700000000|1\n", (), [ONE]),
    ("pf and OPNsense, pfctl -T show", f"   {ONE}\n   {NET}\n   {SIX}\n", (), [ONE, NET, SIX]),
    ("OPNsense, alias as JSON", f'{{"total":1,"rows":[{{"ip":"{ONE}"}}]}}', ("rows",), [ONE]),
    ("Azure", AZURE, ("values[].properties.addressPrefixes[]",), ["192.0.2.0/28", "2001:db8::/48"]),
    ("Google", GCP, ("prefixes[].ipv4Prefix", "prefixes[].ipv6Prefix"), ["192.0.2.0/28", "2001:db8::/44"]),
    ("GitHub", f'{{"ssh_keys":["ssh-ed25519 A"],"hooks":["{NET}","{SIX}"]}}', ("hooks",), [NET, SIX]),
    ("Fastly", f'{{"addresses":["{NET}"],"ipv6_addresses":["{SIX}"]}}', ("addresses", "ipv6_addresses"), [NET, SIX]),
    ("Microsoft 365", OFFICE, ("[].ips[]",), [NET, SIX]),
    ("Oracle", f'{{"regions":[{{"cidrs":[{{"cidr":"{NET}"}}]}}]}}', ("regions[].cidrs[].cidr",), [NET]),
    ("Cloudflare, text", f"{NET}\n{SIX}", (), [NET, SIX]),
    ("Cloudflare, API", f'{{"result":{{"ipv4_cidrs":["{NET}"]}},"success":true}}', ("result.ipv4_cidrs",), [NET]),
    ("CrowdSec, decisions", CROWDSEC, ("[].decisions[].value",), [ONE]),
    ("MISP, JSON", f'{{"response":{{"Attribute":[{{"type":"ip-src","value":"{ONE}"}}]}}}}', ("response.Attribute",), [ONE]),
    ("OTX", f'{{"results":[{{"indicators":[{{"indicator":"{ONE}"}}]}}]}}', ("results[].indicators[]",), [ONE]),
    ("Feodo Tracker, JSON", f'[{{"ip_address":"{ONE}","status":"online","hostname":null}}]', (), [ONE]),
    ("GreyNoise", f"ip,seen,classification\n{ONE},true,malicious\n", (), [ONE]),
    ("Elasticsearch, CSV", f"@timestamp,source.ip,event.action\n2026,{ONE},deny\n", (), [ONE]),
    ("Elasticsearch, JSON", f'{{"hits":{{"hits":[{{"_source":{{"ip":"{ONE}"}}}}]}}}}', ("hits.hits[]._source.ip",), [ONE]),
    ("Splunk, JSON lines with the fields below a key", SPLUNK, ("result.src_ip",), BOTH),
    ("nftables, elements of a set", f"{ONE},\n{OTHER},\n", (), BOTH),
    ("HAProxy map", f"{ONE} bad\n{NET} worse\n", (), [ONE, NET]),
    ("Palo Alto EDL", f"{ONE} # scanner\n{SIX} # x\n", (), [ONE, SIX]),
    ("Excel, sep= and UTF-16 without a mark", f"sep=;\r\nip;comment\r\n{ONE};x\r\n".encode("utf-16-le"), (), [ONE]),
    ("UTF-16, big end first, without a mark", f"{ONE}\r\n{OTHER}\r\n".encode("utf-16-be"), (), BOTH),
    ("Excel, empty columns and rows", f"ip,,,\n{ONE},,,\n,,,\n{OTHER},,,\n , ,,\n", (), BOTH),
    ("a cell with a line break, and thousands", f'ip,count\n"{ONE}","1,234"\n"{OTHER}","two\nlines"\n', (), BOTH),
    ("columns without a header", f"{ONE},bad,3\n{OTHER};worse\n{NET}\tx\t1\n", (), [ONE, OTHER, NET]),
    ("quotes", f'"{ONE}"\n\'{OTHER}\'\n', (), BOTH),
    ("an exception of UCEPROTECT, which is a comment", f"{ONE}\n!{OTHER} note\n", (), [ONE]),
    ("dual-stack logs: IPv4 written as IPv6", f"::ffff:{ONE}\n::FFFF:c633:640b\n::ffff:198.51.100.0/120\n", (), [ONE, OTHER, NET]),
    ("a range of them", "::ffff:192.0.2.2 - ::ffff:192.0.2.3\n", (), ["192.0.2.2/31"]),
]  # fmt: skip


@pytest.mark.parametrize("text, select, addresses", [row[1:] for row in READ], ids=[row[0] for row in READ])
def test_what_is_read(text: str | bytes, select: tuple[str, ...], addresses: list[str]) -> None:
    feed = read_feed(text, "feed", FeedOptions(file_select=select))
    assert [entry.get("source") or entry["destination"] for entry in feed.entries] == addresses


WORDS = "has words before 192.0.2.10; write addresses and networks alone, one on a line"
# Name, text, file_select, and what the refusal says.
REFUSED: list[tuple[str, str | bytes, tuple[str, ...], str]] = [
    ("fail2ban, status", f"`- Banned IP list: {ONE} {OTHER}\n", (), WORDS),
    ("fail2ban, addresses in a line", f"{ONE} {OTHER}\n", (), "write each on a line of its own"),
    ("fail2ban, log", f"2026-01-02 03:04:05,1 fail2ban.actions [1]: NOTICE [sshd] Ban {ONE}\n", (), WORDS),
    ("ipset save", f"create bad hash:ip family inet\nadd bad {ONE} timeout 300\n", (), WORDS),
    ("iptables-save", f"-A INPUT -s {ONE} -j DROP\n", (), WORDS),
    ("ip route", f"blackhole {ONE}\n", (), WORDS),
    ("nft list set", f"elements = {{ {ONE}, {OTHER} }}\n", (), WORDS),
    ("Apache", f"Deny from {ONE}\n", (), WORDS),
    ("FortiGate", f" set subnet {ONE} 255.255.255.255\n", (), WORDS),
    ("Emerging Threats, rules", f"alert ip [{ONE},{OTHER}] any -> $HOME_NET any (sid:1;)\n", (), WORDS),
    ("Tor", f"ExitAddress {ONE} 2026-01-02 03:04:05\n", (), WORDS),
    ("a numbered list", f"1. {ONE}\n", (), WORDS),
    ("nginx", f"deny {ONE};\n", (), "is a line of an access list"),
    ("Cisco", "access-list 1 deny 192.0.2.0 0.0.0.255\n", (), "is a line of an access list"),
    ("hosts.deny", f"ALL: {ONE}\nsshd: {OTHER}\n", (), "is a dictionary with 'ALL' and 'sshd'"),
    ("CrowdSec, cscli as CSV", f"id,ip,action\n1,Ip:{ONE},ban\n", (), "Line 2"),
    ("ThreatFox", f'"ioc_value","ioc_type"\n"{ONE}:443","ip:port"\n', (), "Line 2: .* has a port; write the address alone"),
    ("MISP, address and port", f'type,value\n"ip-dst|port","{ONE}|443"\n', (), "has a port"),
    ("URLhaus", f'# id,url\n"1","http://{ONE}/x"\n', (), "Line 2"),
    ("AWS without file_select", f'{{"a":"1","prefixes":[{{"ip_prefix":"{NET}"}}]}}', (), r"is meant: prefixes\[\]\.ip_prefix"),
    ("Google without file_select", GCP, (), r"is meant: prefixes\[\]\.ipv4Prefix or prefixes\[\]\.ipv6Prefix"),
    ("Azure without file_select", AZURE, (), r"is meant: values\[\]\.properties\.addressPrefixes\[\]"),
    ("an error of an API", '{"error":"forbidden"}', (), "is a dictionary with 'error'"),
    ("JSON lines without what file_select names", SPLUNK, ("result.dst_ip",), "has nothing at 'result.dst_ip'"),
    ("lines with file_select", f"{ONE}\n", ("ip",), "read as lines, where file_select does not apply"),
    ("a no-break space", f"{ONE}\u00a0\n", (), r"Line 1: '192.0.2.10\\xa0' holds characters that cannot be seen"),
    ("the same in CSV", f"ip;comment\n{ONE}\u00a0;x\n", (), "Line 2"),
    ("a space before the length", "192.0.2.0 / 24\n", (), "has a space before the prefix length"),
    ("a dot behind it", f"{ONE}.\n", (), "Line 1"),
    ("a port", f"{ONE}:443\n", (), "has a port"),
    ("a port of IPv6", "[2001:db8::1]:443\n", (), "has a port"),
    ("a zone", "fe80::1%eth0\n", (), "has a zone"),
    ("zeros", "192.000.002.010\n", (), "leading zeros"),
    ("a number", "3232235777\n", (), "Line 1"),
    ("thousands", f"{ONE}\n3,232,235,777\n", (), "Line 2"),
    ("a dash that is no hyphen", "192.0.2.1 \u2013 192.0.2.6\n", (), "Line 1"),
    ("digits of another script", "\u0661\u0669\u0662.0.2.10\n", (), r"U\+0661"),
    ("all of IPv4, written as IPv6", "::ffff:0:0/96\n", (), "means every address"),
    ("more than IPv4, written as IPv6", "::ffff:0:0/90\n", (), "wider than all of IPv4"),
    ("a table of Markdown", f"| ip | reason |\n|---|---|\n| {ONE} | x |\n", (), "Line 2"),
    ("a row with no address", f"ip,comment\n{ONE},x\n,y\n", (), "Line 3: ',y' has no address"),
]  # fmt: skip


@pytest.mark.parametrize("text, select, words", [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_refused(text: str | bytes, select: tuple[str, ...], words: str) -> None:
    with pytest.raises(OptionError, match=words) as error:
        read_feed(text, "feed", FeedOptions(file_select=select))
    assert error.value.message.startswith("feed")


@pytest.mark.parametrize(
    "written, seconds",
    [("3h59m49.5s", 14389), ("4h", 14400), ("90s", 90), ("168h0m0s", 604800), ("600", "600"), ("4d", "4d"), ("h", "h")],
)
def test_durations_of_crowdsec(written: str, seconds: Any) -> None:
    feed = read_feed(f"duration,scope,value\n{written},ip,{ONE}\n", "feed")
    assert feed.entries == [{"source": ONE, "duration": seconds}]


def test_what_is_meant_by_mapped_addresses_is_a_warning() -> None:
    feed = read_feed(f"::ffff:{ONE}\n::ffff:{OTHER}\n", "feed")
    assert feed.warnings == [
        f"2 entries had an IPv4 address written as IPv6, such as ::ffff:{ONE}; the IPv4 address is meant."
    ]
