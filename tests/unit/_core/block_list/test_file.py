# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Entries from a file: feeds by the names people know them by, files as people keep them, and what is refused."""

from __future__ import annotations

import importlib.util
import json
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list import file as feed_file
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.file import Feed, FeedOptions, read_feed
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.guards import Widest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import MissingLibrary, OptionError


def read(data: bytes | str, **options: Any) -> Feed:
    return read_feed(data, "feed", FeedOptions(**options))


def refusal(data: bytes | str, **options: Any) -> str:
    with pytest.raises(OptionError) as error:
        read(data, **options)
    return error.value.message


def sources(*addresses: str) -> list[dict[str, str]]:
    return [{"source": address} for address in addresses]


def destinations(*addresses: str) -> list[dict[str, str]]:
    return [{"destination": address} for address in addresses]


TWO = sources("203.0.113.66", "2001:db8::/32")
PAIR = ("192.0.2.10", "198.51.100.11")
NETWORKS = sources("192.0.2.0/28", "198.51.100.0/24")

# Name, bytes, format, entries, lines that are ignored.
FEEDS: list[tuple[str, bytes, str, list[dict[str, str]], int]] = [
    (
        "Spamhaus DROP, text",
        b"; Example DROP List 2026/02/08 - (c) Example\n192.0.2.0/28 ; SBL000001\n198.51.100.0/24 ; SBL000002\n; EOF\n",
        "lines",
        NETWORKS,
        2,
    ),
    (
        "Spamhaus DROP, JSON",
        (
            b'{"cidr":"192.0.2.0/28","sblid":"SBL1","rir":"ripencc"}\n{"cidr":"198.51.100.0/24","sblid":"SBL2"}\n'
            b'{"type":"metadata","timestamp":1770000000,"size":200,"records":2}\n'
        ),
        "jsonl",
        NETWORKS,
        1,
    ),
    (
        "FireHOL",
        b"#\n# firehol_level2\n#\n192.0.2.10\n198.51.100.0/24\n",
        "lines",
        sources(PAIR[0], "198.51.100.0/24"),
        3,
    ),
    (
        "ipsum",
        b"# Feed\n#\n# IP\tnumber of (black)lists\n#\n192.0.2.10\t10\n198.51.100.11\t9\n",
        "lines",
        sources(*PAIR),
        4,
    ),
    (
        "AbuseIPDB, aggregated",
        b"#\n# Aggregated\n#\n192.0.2.10          # US  AS64500   Example Inc.\n198.51.100.11 # NL  AS64501   A & Co; B.V.\n",
        "lines",
        sources(*PAIR),
        3,
    ),
    (
        "AbuseIPDB, CSV",
        b'"ipAddress","countryCode","abuseConfidenceScore"\n"192.0.2.10","US","100"\n"198.51.100.11","NL","99"\n',
        "csv",
        sources(*PAIR),
        1,
    ),
    (
        "Feodo Tracker, CSV",
        (
            b'######\r\n# Botnet C2 list (CSV)  #\r\n######\r\n#\r\n"first_seen_utc","dst_ip","dst_port","c2_status","malware"\r\n'
            b'"2026-01-02 03:04:05","192.0.2.10","443","online","Example"\r\n'
            b'"2026-01-03 03:04:05","198.51.100.11","8080","offline","Example"\r\n# END 2 entries\r\n'
        ),
        "csv",
        destinations(*PAIR),
        6,
    ),
    (
        "SSLBL, CSV with its header in a comment",
        (
            b"#######\n# Terms Of Use: https://sslbl.example/blacklist/ #\n#\n# Firstseen,DstIP,DstPort\n"
            b"2026-01-02 03:04:05,192.0.2.10,443\n2026-01-02 03:04:05,198.51.100.11,8080\n# END (2) entries\n"
        ),
        "csv",
        destinations(*PAIR),
        5,
    ),
    (
        "MISP, CSV",
        (
            b"uuid,event_id,category,type,value,comment,to_ids,date,object_relation,attribute_tag\n"
            b'"5f0-1",12,"Network activity","ip-dst","192.0.2.10","two\n# lines",1,20260101,"",""\n'
            b'"5f0-2",12,"Network activity","ip-src","198.51.100.11","",1,20260101,"",""\n'
        ),
        "csv",
        [*destinations(PAIR[0]), *sources(PAIR[1])],
        1,
    ),
    (
        "Emerging Threats, block list",
        b"# Last Updated: 2026\n\n# Spamhaus DROP Nets\n192.0.2.0/28\n\n# Others\n198.51.100.0/24\n",
        "lines",
        NETWORKS,
        5,
    ),
    (
        "DShield",
        b"#\n#  Columns (tab delimited):\n#\n192.0.2.0\t192.0.2.255\t24\t4012\tEXAMPLE\tUS\tabuse@example.net\n",
        "lines",
        sources("192.0.2.0/24"),
        3,
    ),
    ("PowerShell, Out-File", "192.0.2.10\r\n198.51.100.11\r\n".encode("utf-16"), "lines", sources(*PAIR), 0),
    (
        "PowerShell, Export-Csv",
        b'\xef\xbb\xbf#TYPE Selected.System.Object\r\n"RemoteAddress","Count"\r\n"192.0.2.10","5"\r\n"198.51.100.11","1"\r\n',
        "csv",
        sources(*PAIR),
        2,
    ),
    (
        "PowerShell, a table",
        "\r\nIPAddress     Count\r\n---------     -----\r\n192.0.2.10        5\r\n198.51.100.11     1\r\n\r\n".encode(
            "utf-16"
        ),
        "lines",
        sources(*PAIR),
        4,
    ),
    (
        "AdGuard and proxies",
        b"! Title: list\n// generated\n192.0.2.10!x\n198.51.100.11//y\n",
        "lines",
        sources(*PAIR),
        2,
    ),
    ("Excel", b"sep=;\r\nIP Address;Owner\r\n192.0.2.10;A\r\n198.51.100.11;B\r\n", "csv", sources(*PAIR), 2),
    ("a P2P range", b"192.0.2.0-192.0.2.16\n", "lines", sources("192.0.2.0/28", "192.0.2.16"), 0),
]


@pytest.mark.parametrize("data, kind, entries, ignored", [feed[1:] for feed in FEEDS], ids=[feed[0] for feed in FEEDS])
def test_feeds_by_name(data: bytes, kind: str, entries: list[dict[str, str]], ignored: int) -> None:
    feed = read(data)
    assert (feed.format, feed.entries, feed.ignored, feed.left_out) == (kind, entries, ignored, [])


@pytest.mark.parametrize(
    "text",
    [
        "203.0.113.66\n2001:db8::/32\n",
        "\ufeff# scanners\n\n  203.0.113.66 # bad\r\n2001:db8::/32",
        "203.0.113.66\r2001:db8::/32",
        "203.0.113.66\n\ufeff2001:db8::/32",
        "203.0.113.66\ufeff2001:db8::/32",
        "# no line end behind this\ufeff203.0.113.66 # comment\ufeff2001:db8::/32",
        "203.0.113.66#x\n2001:db8::/32;y\n",
        "203.0.113.66, seen twice\n2001:0DB8:0::/32\tname\n",
        "203.0.113.66/32\n[2001:db8::]/32\n",
        "203.0.113.66 255.255.255.255\n'2001:db8::/32'\n",
        "203.0.113.66/255.255.255.255\n2001:db8:: - 2001:db8:ffff:ffff:ffff:ffff:ffff:ffff\n",
        "- 203.0.113.66\n- source: 2001:db8::/32\n",
        "---\nentries:\n  - 203.0.113.66\n  - {source: '2001:db8::/32'}\n",
        "# comment\nentries: [203.0.113.66, '2001:db8::/32']",
        '["203.0.113.66", {"source": "2001:db8::/32"}]',
        ' {"entries": ["203.0.113.66", "2001:db8::/32"]}',
        '{"src": "203.0.113.66", "count": 1.5}\n\n{"src": "2001:db8::/32", "seen": null}\n',
        "source\n203.0.113.66\n2001:db8::/32\n",
        '"Source","Duration"\n"203.0.113.66",\n# no\n2001:db8::/32,\n',
        "destination;source;protocol\n;203.0.113.66;\n;2001:db8::/32\n",
        "source\tprotocol\n203.0.113.66\t\n2001:db8::/32\t\n",
        "src|comment\n203.0.113.66|# not a comment: a cell\n2001:db8::/32|\n",
        "network,netmask\n203.0.113.66,255.255.255.255\n2001:db8::,32\n",
        "ipv4,ipv6\n203.0.113.66,2001:db8::/32\n",
        "ip,source,comment\n203.0.113.66,abuse desk,x\n2001:db8::/32,abuse desk,x\n",
        "ip,comment\n203.0.113.66,x\n\ufeffip,comment\n2001:db8::/32,y\n",
    ],
)
def test_the_same_in_every_format(text: str) -> None:
    assert sorted(read(text).entries, key=str) == sorted(TWO, key=str)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "latin-1"])
def test_encodings(encoding: str) -> None:
    data = "# Zürich\r\n203.0.113.66 # Büro\r\n2001:db8::/32\r\n".encode(encoding)
    assert read(data).entries == TWO
    # As Ansible's lookup `file` gives it: decoded as UTF-8, with surrogates, and stripped.
    assert read(data.decode("utf-8", "surrogateescape").rstrip()).entries == TWO


def test_cells_of_the_modules_own_names() -> None:
    text = "source,destination_ports,protocol,duration,owner\n10.0.0.1,80-443,tcp,60 # a minute,me\n10.0.0.2,,,,\n"
    assert read(text).entries == [
        {"source": "10.0.0.1", "destination_ports": "80-443", "protocol": "tcp", "duration": "60"},
        {"source": "10.0.0.2"},
    ]
    flow = read("src_ip,dst_ip,proto,dport,sensor\n10.0.0.1,192.0.2.0-192.0.2.2,tcp,443,x\n")
    both = {"source": "10.0.0.1", "protocol": "tcp", "destination_ports": "443"}
    assert flow.entries == [{**both, "destination": "192.0.2.0/31"}, {**both, "destination": "192.0.2.2"}]
    assert flow.warnings == []
    assert read("- {source: 10.0.0.1, duration: 60, protocol: tcp, destination_ports: '0443'}").entries == [
        {"source": "10.0.0.1", "duration": 60, "protocol": "tcp", "destination_ports": "0443"}
    ]


def test_where_addresses_go() -> None:
    assert read("192.0.2.10\n", addresses_as="destination").entries == destinations("192.0.2.10")
    assert read("dst_ip\n192.0.2.10\n", addresses_as="source").entries == sources("192.0.2.10")
    assert read('["192.0.2.10"]', addresses_as="destination").entries == destinations("192.0.2.10")
    assert "all ports and protocols are blocked" in read("ip,port\n192.0.2.10,443\n").warnings[0]
    assert read("a,b\n192.0.2.10,198.51.100.11\n", file_select=("b",)).entries == sources("198.51.100.11")


AWS = json.dumps(
    {
        "syncToken": "1",
        "prefixes": [{"ip_prefix": "192.0.2.0/28", "region": "eu-west-1"}, {"region": "x"}],
        "ipv6_prefixes": [{"ipv6_prefix": "2001:db8::/32"}],
    },
    indent=1,
)


def test_a_list_inside_a_document() -> None:
    assert "prefixes[].ip_prefix or ipv6_prefixes[].ipv6_prefix" in refusal(AWS)
    feed = read(AWS, file_select=("prefixes[].ip_prefix", "ipv6_prefixes[*].ipv6_prefix"))
    assert (feed.entries, feed.ignored) == (sources("192.0.2.0/28", "2001:db8::/32"), 1)
    assert read(AWS, file_select=("ipv6_prefixes",)).entries == sources("2001:db8::/32")
    assert read("a:\n  b-c: [{d: [192.0.2.1]}]\n", file_select=('a."b-c"[].d[]',)).entries == sources("192.0.2.1")
    assert "nothing at 'prefixes[].cidr'" in refusal(AWS, file_select=("prefixes[].cidr",))
    assert "file_select does not apply" in refusal("192.0.2.1\n", file_select=("a",))


def test_jmespath_where_the_library_is_installed() -> None:
    path = ("prefixes[?region=='eu-west-1'].ip_prefix",)
    if importlib.util.find_spec("jmespath"):
        assert read(AWS, file_select=path).entries == sources("192.0.2.0/28")
        assert "is not JMESPath" in refusal(AWS, file_select=("prefixes[?",))
        assert "a text at" in refusal(AWS, file_select=("syncToken || prefixes",))
    else:
        with pytest.raises(MissingLibrary, match="needs the Python library jmespath"):
            read(AWS, file_select=path)


@pytest.mark.parametrize(
    "text", ["", "\n# only this\n", "[]", "---\n", "entries:\n", "source,destination\n", "; EOF", b"\xff\xfe"]
)
def test_nothing_in_it(text: bytes | str) -> None:
    assert read(text).entries == []
    assert "holds 0 entries, and file_at_least asks for 1" in refusal(text, file_at_least=1)


def test_a_fixed_format_is_used() -> None:
    for kind in ("yaml", "json", "csv", "jsonl"):
        assert refusal("192.0.2.1\n", format=kind)
    assert "'- 192.0.2.1' has words before 192.0.2.1" in refusal("- 192.0.2.1\n", format="lines")
    assert read("# nothing\n", format="csv").entries == []
    assert "Did you mean yaml" in refusal("", format="yml")
    assert "refang is 'yes'" in refusal("", refang="yes")
    assert "file_at_least is '-1'" in refusal("", file_at_least=-1)


REFUSED = [
    ("evil.example.com", "is a host name"),
    ("192.0.2[.]10", "set refang: true"),
    ("203.0.113(.)12", "set refang: true"),
    ("192.0.2[.10", "set refang: true"),
    ("192[dot]0[dot]2[dot]10", "set refang: true"),
    ("2001[:]db8[:]:1", "set refang: true"),
    ("hxxp://192[.]0[.]2[.]13/x", "set refang: true"),
    ("http://192.0.2.13/x", "is a URL"),
    ("192.0.2.*", "is a wildcard"),
    ("192.0.2.x", "is a wildcard"),
    ("*", "means every address"),
    ("any", "means every address"),
    ("0.0.0.0/0", "means every address"),
    ("::/0", "means every address"),
    ("203.0.113.5/0.0.0.0", "means every address"),
    ("198.51.100.145/0", "means every address"),
    ("0.0.0.0-255.255.255.255", "means every address"),
    ("192.0.2.133/1", "has host bits; write 128.0.0.0/1 if the network is meant, 192.0.2.133 if the address is"),
    ("203.0.113.159/8", "has host bits"),
    ("2001:db8::1/32", "has host bits"),
    ("64.0.0.0/7", "covers 1/128 of all IPv4 addresses; nothing wider than /8"),
    ("2000::/3", "covers 1/8 of all IPv6 addresses; nothing wider than /16"),
    ("10.0.0.0-11.0.0.255", "covers 1/128"),
    ("192.0.2.0 0.0.0.255", "Cisco wildcard mask 0.0.0.255; write 192.0.2.0/24"),
    ("192.0.2.0/0.0.0.255", "Cisco wildcard mask"),
    ("192.0.2.0/0.0.255.0", "Cisco wildcard mask"),
    ("192.0.2.0/255.0.255.0", "where a prefix length or a netmask"),
    ("access-list 101 deny ip host 192.0.2.1 any", "is a line of an access list"),
    ("deny ip 192.0.2.0 0.0.0.255 any", "is a line of an access list"),
    ("127.0.0.1 evil.example.com", "is a line of a hosts file"),
    ("0.0.0.0 evil.example.com", "is the unspecified address"),
    ("0.0.0.0", "is the unspecified address"),
    ("::", "is the unspecified address"),
    ("192.0.2.10:443", "has a port"),
    ("[2001:db8::b]:443", "has a port"),
    ("192.0.2.10|443", "has a port"),
    ("192.0.2.010", "leading zeros"),
    ("192.0.2.256", "at most 255"),
    ("192.0.2", "is not an IP address"),
    ("192.0.2.0/33", "must be a number from 1 to 32"),
    ("192.0.2.0/024", "must be a number from 1 to 32"),
    ("192.0.2.0//24", "prefix length"),
    ("192.0.2.0 /24", "has a space before the prefix length"),
    ("fe80::1%eth0", "has a zone"),
    ("192.0.2.1-9", "write its last address in full: 192.0.2.1-192.0.2.9"),
    ("192.0.2.9-192.0.2.1", "from a higher to a lower"),
    ("192.0.2.9-2001:db8::", "from one IP version to the other"),
    ("192.0.2.1 198.51.100.1", "holds two addresses"),
    ("192.0.2.1,198.51.100.1", "holds two addresses"),
    ("192.0.2.1;198.51.100.1", "holds several addresses"),
    ("192.0.2.1, 7, 198.51.100.0/24", "holds several addresses"),
    ("192.0.2.1\u2013192.0.2.9", "holds '\u2013' (U+2013)"),
    ("192.0.2.1\u200b", "'192.0.2.1\\u200b' holds characters that cannot be seen"),
    ("192.0.2.1\u00a0", "'192.0.2.1\\xa0' holds characters that cannot be seen"),
    ("\u202e1.2.0.291", "'\\u202e1.2.0.291' holds characters that cannot be seen"),
    ("192.0.2.1\x1b[2Jx", "'192.0.2.1\\x1b[2Jx' holds characters that cannot be seen"),
    ("192.0.2.1\x00", "'192.0.2.1\\x00' holds"),
    ("hello world", "is not an IP address, a network or a range"),
    ("1" * 70_000, "is longer than"),
]


@pytest.mark.parametrize("line, words", REFUSED, ids=[ascii(line)[:40] for line, _words in REFUSED])
def test_lines_that_are_refused(line: str, words: str) -> None:
    data = f"# first\n192.0.2.99\n{line}\n"
    message = refusal(data)
    assert message.startswith("feed: 1 line cannot be read (format lines), so nothing was taken from it. Line 3: ")
    assert words in message
    assert message.isprintable()
    feed = read(data, on_bad_line="warn")
    assert feed.entries == sources("192.0.2.99")
    assert [bad.line for bad in feed.left_out] == [3]
    assert feed.facts()["left_out"] == 1
    assert "1 line cannot be read and was left out. Line 3: " in feed.warnings[0]
    # The same in a cell and in a document.
    if line == line.strip() and "://" not in line and "," not in line and ";" not in line and " " not in line:
        assert refusal(f"ip,comment\n192.0.2.99,x\n{line},y\n")
        assert refusal(json.dumps(["192.0.2.99", line]))


def test_refanged_on_request() -> None:
    text = "192.0.2[.]10\n198[.]51[.]100[.]11\n203.0.113(.)12\nhxxp://192[.]0[.]2[.]13:80/x\n2001[:]db8::1\n192.0.2.0[/]24\n"
    feed = read(text, refang=True)
    expected = ("192.0.2.10", "198.51.100.11", "203.0.113.12", "192.0.2.13", "2001:db8::1", "192.0.2.0/24")
    assert feed.entries == sources(*expected)
    assert feed.warnings == ["1 entry came from a URL; the whole address is blocked."]
    assert "is a URL" in refusal("hxxps://evil[.]example[.]com/192.0.2.1", refang=True)


def test_host_bits_of_small_networks_are_a_warning() -> None:
    feed = read("192.0.2.7/24\n192.0.2.0/24\n")
    assert feed.entries == sources("192.0.2.0/24", "192.0.2.0/24")
    assert feed.warnings == ["1 entry had host bits, such as 192.0.2.7/24; the network is meant."]


def test_widths_that_are_allowed_outright() -> None:
    assert read("64.0.0.0/3\n2000::/3\n", widest=Widest(2, 3)).entries == sources("64.0.0.0/3", "2000::/3")
    assert "means every address" in refusal("0.0.0.0/0", widest=Widest(0, 0))
    assert "nothing wider than /24" in refusal("192.0.2.0/23", widest=Widest(24, 16))


@pytest.mark.parametrize(
    "data, words",
    [
        (b"<!DOCTYPE html><html><body>502</body></html>", "feed is an HTML or XML page, not a feed"),
        (b"\n  <html>", "is an HTML or XML page"),
        (b"\x1f\x8b\x08\x00", "is compressed with gzip"),
        (b"PK\x03\x04....", "Excel workbook"),
        ("192.0.2.10\n".encode("utf-16")[:-1], "may be cut off"),
        ('["192.0.2.10", "198.51', "may be cut off"),
        ('{"cidr":"192.0.2.0/28"}\n{"cidr":"198.51', 'Line 2: \'{"cidr":"198.51\' is not JSON'),
        ('ip,comment\n192.0.2.10,x\n192.0.2.11,"y\n', "has a quote in line 3 that is not closed"),
        ("ip,comment\n192.0.2.10,x\n192.0.2.11", "has 1 of 2 cells and no line end; the file may be cut off"),
        ("source,protocol\n10.0.0.1,b,c\n", "Line 2: '10.0.0.1,b,c' has 3 cells, but there are 2 columns"),
        ('ip,comment\n192.0.2.1,"a" b\n192.0.2.2,c\n', "Line 2: '192.0.2.1,\"a\" b' is not CSV"),
        ("ip,network\n192.0.2.1,192.0.2.0/24\n", "Line 2: '192.0.2.1,192.0.2.0/24' holds several addresses"),
        ("ip,comment\n,x\n", "Line 2: ',x' has no address"),
        ("source,protocol\nany,tcp\n", "has no address"),
        ("source,destinaton\n10.0.0.1,\n", "feed: Line 1: there is no column 'destinaton'. Did you mean destination"),
        ("source,ports\n10.0.0.1,80\n", "Did you mean source_ports or destination_ports?"),
        ("\n# x\nwhen,who\nyesterday,me\n", "Line 3: there is no column with an address among 'when' and 'who'"),
        ("[1", "not JSON"),
        ("[1]", "'[0] 1' is a number, not an address or a dictionary"),
        ("[null, [1]]", "is null, not"),
        ('[{"ip": 3221225994}]', "has the number 3221225994 where an address is expected"),
        ('[{"ip": {"v": 4}}]', "holds a dictionary where one value is expected"),
        ('[\n"192.0.2.1",\n"evil.example.com"\n]', "Line 3: '\"evil.example.com\"' is a host name"),
        ('[{"name": "x"}]', "there is no column with an address among 'name'"),
        ("items: [192.0.2.1]", "is a dictionary with 'items'; it must be a list, or have the one key 'entries'. Say"),
        ("{}", "is a dictionary with nothing in it"),
        ('{"entries": 7}', "is not a list of entries, but a number"),
        ("[NaN]", "has NaN without quotes"),
        ("[1.5]", "has 1.5 without quotes"),
    ],
)
def test_files_that_are_refused(data: bytes | str, words: str) -> None:
    assert words in refusal(data)


@pytest.mark.parametrize(
    "text, words",
    [
        (
            "entries:\n- 192.0.2.10\nentries:\n- 198.51.100.11\n",
            "has the key 'entries' twice in one dictionary, again in line 3",
        ),
        ('{"entries": [], "entries": ["192.0.2.1"]}', "has the key 'entries' twice"),
        ('[{"ip": "192.0.2.1", "ip": "192.0.2.2"}]', "has the key 'ip' twice"),
        (
            "- source: 192.0.2.10\n  protocol: tcp\n  destination_ports: 20:22\n",
            "Line 3: 'destination_ports: 20:22' has 20:22",
        ),
        ("- source: 192.0.2.10\n  protocol: tcp\n  destination_ports: 0443\n", "has 0443 without quotes"),
        ("- source: 192.0.2.10\n  duration: 1_000\n", "has 1_000 without quotes"),
        ("- source: 192.0.2.10\n  duration: 1.0e+3\n", "without quotes"),
        ("- source: 192.0.2.10\n  protocol: yes\n", "has yes without quotes"),
        (
            "- 192.0.2.1\n- 2001:10:20:30:40:50:1:2\n",
            "Line 2: '- 2001:10:20:30:40:50:1:2' has 2001:10:20:30:40:50:1:2 without",
        ),
        ("- 2026-01-01\n", "has 2026-01-01 without quotes, which parsers read as something else; put it in quotes"),
        ("a: &x [192.0.2.1]\nentries: *x\n", "has a YAML anchor or alias in line 1"),
        ("- *x\n", "YAML"),
        ("- !!python/object/apply:os.system [id]\n", "has the YAML tag"),
        ("- !vault x\n", "has the YAML tag '!vault' in line 1"),
        ("- <<: {source: 192.0.2.1}\n", "there is no column with an address"),
        ("- 192.0.2.1\n---\n- 192.0.2.2\n", "several YAML documents"),
        ("? [a]\n: b\n", "has a key in line 1 that is not a text"),
        ("- 'open\n", "is not YAML"),
    ],
)
def test_a_parser_makes_no_choices(text: str, words: str) -> None:
    assert words in refusal(text, format="yaml" if text.startswith("?") else "auto")


def test_put_in_quotes_it_is_read() -> None:
    assert read("- '2001:10:20:30:40:50:1:2'\n").entries == sources("2001:10:20:30:40:50:1:2")


BOMBS = {
    "brackets": "[" * 200_000,
    "braces": '{"a":' * 200_000,
    "YAML brackets": "- " + "[" * 200_000,
    "YAML lists": "- " * 200_000,
    "YAML keys": "- ? " * 100_000,
    "YAML aliases": "a: &a [x,x]\n" + "".join(f"b{n}: &b{n} [*b{n - 1},*b{n - 1}]\n" for n in range(1, 30)),
    "a long line": "1" * 1_000_000,
    "dots": "a." * 500_000,
    "hyphens": "1-" * 500_000,
    "slashes": "1//1" * 500_000,
    "a long number": "[" + "9" * 1_000_000 + "]",
    "a wide header": "ip" + "," * 500_000,
    "a wide row": "ip,comment\n" + "," * 500_000,
    "an open quote": 'ip,comment\n192.0.2.1,"' + "x\n" * 100_000,
    "an open string": '["' + "\\" * 1_000_001,
    "a value of spaces": 'source,duration\n1.2.3.4,"a' + " " * 60_000 + 'b"',
    "a value of signs of comments": 'source,duration\n1.2.3.4,"a' + "#" * 60_000 + '"',
    "a range of colons": "1.1.1.1-" + ":" * 60_000 + "x y",
    "many ranges": "1-1:" * 15_000 + "x x",
    "an address in brackets that do not close": "[" + ":" * 60_000,
    "a prefix length": "1.2.3.4/" + "1" * 60_000,
    "a netmask": "1.2.3.4/" + "1." * 30_000,
    "a name of a host": "a-" * 30_000 + "!",
    "a wildcard": "1.x" * 20_000 + "!",
    "a defanged address": "[ " * 30_000 + "1.2.3.4",
    "a long protocol": "source,protocol\n1.2.3.4," + "a b" * 20_000,
}


@pytest.mark.parametrize("kind", ["auto", "lines", "csv", "json", "jsonl", "yaml"])
@pytest.mark.parametrize("text", BOMBS.values(), ids=BOMBS)
def test_feeds_that_explode(text: str, kind: str) -> None:
    message = refusal(text, format=kind)
    assert len(message) < 3000


def test_what_the_patterns_look_ahead_for_changes_nothing_that_they_find() -> None:
    assert read("192.0.2.1 - 192.0.2.2 #\n192.0.2.4-192.0.2.5, x\n").entries == sources(
        "192.0.2.1", "192.0.2.2", "192.0.2.4/31"
    )
    assert read("[2001:db8::1]/128\n[2001:db8::2]\n").entries == sources("2001:db8::1", "2001:db8::2")
    assert "Line 1" in refusal("[192.0.2.1]\n192.0.2.1-.\n", format="lines")


def test_a_value_of_a_row_ends_before_its_comment() -> None:
    text = "source,protocol,destination_ports\n192.0.2.1,tcp # web,80  # https\n192.0.2.2,tcp,80#1\n"
    assert [entry["destination_ports"] for entry in read(text).entries] == ["80", "80#1"]
    assert "has 60,001 characters where its duration is expected" in refusal(
        "source,duration\n192.0.2.1," + "1" * 60_001
    )


def test_short_lines_that_are_many_networks() -> None:
    ranges = "".join(f"2001:db8:{n:x}::1-2001:db8:{n:x}:ffff:ffff:ffff:ffff:fffe\n" for n in range(5_000))
    assert "has ranges that are more than 200,000 networks beyond the first of each" in refusal(ranges)
    assert read(ranges[: ranges.index("\n") + 1]).read == 158


def test_the_most_entries(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(feed_file, "MOST_ENTRIES", 2)
    assert read("192.0.2.1\n192.0.2.2\n").read == 2
    for text in ("192.0.2.1\n192.0.2.2\n192.0.2.3\n", "192.0.2.1\nx.example\ny.example\n"):
        assert "has more than 2 entries, which is the most that is read" in refusal(text, on_bad_line="warn")


def test_a_feed_that_is_too_large() -> None:
    assert "is larger than 64 MiB" in refusal(b" " * (64 * 1024 * 1024 + 1))


def test_long_feeds() -> None:
    lines = [f"10.{n >> 16}.{n >> 8 & 255}.{n & 255} # {n}\n" for n in range(1, 120_001)]
    feed = read("".join(lines), collapse=True, file_at_least=120_000)
    assert (feed.lines, feed.read) == (120_000, 120_000)
    assert len(feed.entries) < 40
    message = refusal("".join(f"host-{n}.example.com\n" for n in range(120_000)))
    assert "120,000 lines cannot be read" in message
    assert "and 119,995 more" in message


def test_collapse() -> None:
    text = (
        "source,destination,duration\n192.0.2.0/25,,\n192.0.2.128/25,,\n192.0.2.7,,\n192.0.2.7,,60\n,192.0.2.7,\n"
        "2001:db8::,,\n2001:db8::1,,\n192.0.2.7,,60\n"
    )
    assert read(text, collapse=True).entries == [
        *sources("192.0.2.0/24", "2001:db8::/127"),
        *destinations("192.0.2.7"),
        {"source": "192.0.2.7", "duration": "60"},
    ]
    # Two that are as wide as allowed do not become one that is wider.
    assert read("10.0.0.0/8\n11.0.0.0/8\n", collapse=True).entries == sources("10.0.0.0/8", "11.0.0.0/8")


def test_file_at_least_counts_what_was_in_the_file() -> None:
    assert read("192.0.2.1\n192.0.2.1\n", collapse=True, file_at_least=2).entries == sources("192.0.2.1")
    assert "holds 2 entries, and file_at_least asks for 3" in refusal("192.0.2.1\n192.0.2.2\n", file_at_least=3)


def test_a_file_of_nothing_but_bad_lines_is_never_left_out() -> None:
    assert "is it the right file" in refusal("evil.example.com\n", on_bad_line="warn")


def test_what_a_result_says_about_the_file() -> None:
    feed = read("# x\n192.0.2.1\nevil.example.com\n", on_bad_line="warn")
    assert feed.facts() == {
        "format": "lines",
        "lines": 3,
        "entries": 1,
        "ignored": 1,
        "left_out": 1,
        "left_out_lines": [
            {
                "line": 3,
                "text": "evil.example.com",
                "problem": "is a host name; an entry takes addresses only, so resolve it first",
            }
        ],
    }
    assert feed.entry_lines == [2]
