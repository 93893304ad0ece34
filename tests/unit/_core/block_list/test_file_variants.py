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

DSHIELD = (
    "#\n#   DShield.org Recommended Block List\n#\n#    columns (tab delimited):\n#\n"
    "Start\tEnd\t{}\tAttacks\tName\tCountry\temail\n"
    "198.51.100.0\t198.51.100.255\t24\t2884\tEXAMPLE\tNL\tabuse@example.net\n"
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
    ("DShield with its header", DSHIELD.format("Netmask"), (), [NET]),
    ("DShield with its older header", DSHIELD.format("Netblock"), (), [NET]),
    ("IP2Location", '"ip_from","ip_to","country"\n"198.51.100.0","198.51.100.255","NL"\n', (), [NET]),
    ("IPv6 from the second row on", f"name,ipv4,ipv6\na,{ONE},\nb,{OTHER},{SIX}\n", (), [ONE, OTHER, SIX]),
    ("the same in JSON", f'[{{"ipv4":"{ONE}","ipv6":null}},{{"ipv4":"{OTHER}","ipv6":"{SIX}"}}]', (), [ONE, OTHER, SIX]),
    ("the same in YAML", f"- {{ipv4: {ONE}, ipv6: ''}}\n- {{ipv4: {OTHER}, ipv6: '{SIX}'}}\n", (), [ONE, OTHER, SIX]),
    ("a length in its column", "network,prefix\n198.51.100.0,24\n", (), [NET]),
    ("counts of networks' first addresses", f"{ONE}\t10\n198.51.100.0\t24\n", (), [ONE, "198.51.100.0"]),
    ("a name behind a tab", f"{ONE}\tscanner.example.com\n", (), [ONE]),
    ("a URL about the address", f"{ONE} https://abuse.example/check/{ONE}\n", (), [ONE]),
    ("columns of another script", f"Адрес,Причина\n{ONE},x\n", ("Адрес",), [ONE]),
    ("the very column", f"IP (alt),IP-alt\n{ONE},{OTHER}\n", ("IP-alt",), [OTHER]),
    ("an empty list beside a full one", f'{{"a":["{ONE}"],"b":[]}}', ("a[]", "b[]"), [ONE]),
    ("sep= of Excel in capitals, with a tab, twice", f"SEP=\t\nip\tx\n{ONE}\t1\nsep=\t\nip\tx\n{OTHER}\t2\n", (), BOTH),
    ("a mark and a comment in Latin-1", b"\xef\xbb\xbf192.0.2.10 # B\xfcro\n\xef\xbb\xbf198.51.100.11\n", (), BOTH),
    ("an exception of no network in it", f"{ONE}\n!{OTHER}\n! Title\n", (), [ONE]),
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
    ("a length behind a tab", "203.0.113.0\t24\n", (), "write 203.0.113.0/24 if it is the length"),
    ("a length behind a semicolon", "203.0.113.0;24\n", (), "write 203.0.113.0/24 if it is the length"),
    ("a length of IPv6 behind a space", "2001:db8:: 32\n", (), "write 2001:db8::/32 if it is the length"),
    ("a defanged one behind an address", f"{ONE} 198[.]51[.]100[.]1\n", (), "holds several addresses"),
    ("one behind an address that begins with what cannot be seen", f"{ONE} \u200b{OTHER}\n", (), "holds several addresses"),
    ("a hosts file", f"{ONE} db.example.com db\n", (), "is a line of a hosts file"),
    ("Apache's log", f'{ONE} - - [01/Jan/2026:00:00:00 +0000] "GET / HTTP/1.1" 200 5\n', (), "is a line of a server's log"),
    ("ARP", f"{ONE} 00:11:22:33:44:55 C eth0\n", (), "has a hardware address behind it"),
    ("an exception of pf", "10.0.0.0/8\n!10.0.0.5\n", (), "Line 1: '10.0.0.0/8' covers 10.0.0.5, which a line with ! excepts"),
    ("UTF-8 with UTF-16 behind it", f"{ONE}\n".encode() + f"{OTHER}\r\n".encode("utf-16-le"), (), "has text in UTF-16"),
    ("a quote that is not closed", f'ip,comment\n{ONE},"x\n{OTHER},y\n{ONE},"\n', (), "Line 2: .* has a quote that is not closed"),
    ("a misspelt column beside another name", f"ip,protocol,destination_prots\n{ONE},tcp,443\n", (), "Did you mean destination_ports"),
    ("a port that begins with 0", f"- {{source: {ONE}, protocol: tcp, destination_ports: 080}}\n", (), "has 080 without quotes"),
    ("IPv6 that YAML takes for a key", "- 2001:db8::\n", (), "has 2001:db8:: without quotes, which YAML takes for a key"),
    ("a bad line of JSON lines", '{"ip":"192.0.2.1"}\n{"ip":"192.0.2.2"\n', (), "Line 2: .* delimiter in column 18"),
    ("MISP without file_select", f'{{"a":{{"b":[{{"type":"ip-dst","value":"{ONE}"}}]}}}}', (), r"is meant: a\.b\[\]\."),
    ("an empty file_select", f'["{ONE}"]', ("",), "file_select is empty"),
    ("no list where file_select says one", f'{{"a":{{"b":"{ONE}"}}}}', ("a[].b",), r"has nothing at 'a\[\]\.b'"),
    ("a row with no address", f"ip,comment\n{ONE},x\n,y\n", (), "Line 3: ',y' has no address"),
]  # fmt: skip


@pytest.mark.parametrize("text, select, words", [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_what_is_refused(text: str | bytes, select: tuple[str, ...], words: str) -> None:
    with pytest.raises(OptionError, match=words) as error:
        read_feed(text, "feed", FeedOptions(file_select=select))
    assert error.value.message.startswith(("feed", "file_select"))


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


@pytest.mark.parametrize(
    "text, addresses",
    [
        ("192[.]0[.]2[.]2 - 192[.]0[.]2[.]3\n", ["192.0.2.2/31"]),
        ("hxxps[:]//192[.]0[.]2[.]10/x\nhxxp[://]198[.]51[.]100[.]11\n", BOTH),
        ("192 dot 0 dot 2 dot 10\n198[.]51[.]100[.]11 # x\n", BOTH),
    ],
)
def test_the_whole_line_is_refanged(text: str, addresses: list[str]) -> None:
    feed = read_feed(text, "feed", FeedOptions(refang=True))
    assert [entry["source"] for entry in feed.entries] == addresses
    with pytest.raises(OptionError, match="set refang: true"):
        read_feed(text, "feed")


@pytest.mark.parametrize(
    "text",
    [
        "198[.]51[.]100[.]1, 198[.]51[.]100[.]2\n",
        "hxxp://192.0.2.1 hxxp://192.0.2.2\n",
        "192.0.2.1; 198[.]51[.]100[.]1\n",
    ],
)
def test_nothing_behind_the_first_is_lost(text: str) -> None:
    with pytest.raises(OptionError, match="write each on a line of its own"):
        read_feed(text, "feed", FeedOptions(refang=True))


def test_an_end_that_is_not_known_is_a_warning() -> None:
    text = f"ip,comment\n{ONE},x\n{OTHER}"
    feed = read_feed(text, "feed", FeedOptions(end_is_known=False))
    assert len(feed.entries) == 2
    assert "The last row has 1 of 2 cells and no line end, so the file may be cut off" in feed.warnings[0]
    assert not read_feed(f"{text}\n", "feed", FeedOptions(end_is_known=False)).warnings
