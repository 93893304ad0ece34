# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The words that may stand in a trace as they are: those of the product, of its API, and of error messages.

A text of an SMC stays only if every word of it is in this list; each other word is replaced. So a trace holds nothing that is
not public, whatever the SMC sends. A word that is missing here costs a maintainer a question to the owner of the trace; a word
too many could be somebody's name, so names of people, places and companies do not belong here.
"""

from __future__ import annotations

import re

from ..schema.definitions import DEFINITIONS

# The engine that ngfw.smc.diagnose asks for, and that does not exist.
NO_ENGINE = "ngfw-smc-diagnose-no-such-engine"

# Texts that stay as a whole, under any key.
PHRASES = frozenset((NO_ENGINE, "Shared Domain", "*", "true", "false", "True", "False", "BLACKLIST", *DEFINITIONS))

_LINES = """
a abort aborted about accept accepted accepts access account action activate activation active activity adapter add added
additional address addresses adds admin administration administrative administrator adsl aes after again agent aggregate
aggressive agreed ah alert alerts algorithm alias all allow allowed allows already alternative an and another answer answered
answers antispoofing any apache api app appliance application applied apply approve are area argument arp array as ask asked
asking asks asn at attempt attribute auth authenticated authentication authenticationkey authority authorization authorized auto
available backslash backup backwards bad balancing base based basic be because become been before begin begins belong between
bgp big bind bits black blacklist blacklister blacklisting block blocked blocklist body bond boot border both break bridge
broadcast broke broken broker browser buffer build busy but by bypass byte bytes ca cache call came can cancel cannot capability
capture case category caught cause caused cbc central certificate certs chain change changed changes channel char character
characters check checked checking choose cipher class classes clear client clients clock close closed closing cloud cluster
clusters code column com combined come comment commit comp compare compatible complete completely component compressed
compression conf configuration configured confirm conflict connect connected connecting connection connections connectivity
constraints contact contain contains content context continuation continue control controller cookie copper copy core correct
could count counter cpu create created creation credentials critical ctr current currently custom cut data database date dead
deb debug declared decoded decrypted default defined definition deflate delay delete deleted deletions delta demands denied deny
depth des desc description destination detail detailed details detected device dh dhcp diagnose diagnostic diagnostics did
direct direction directory disabled disapprove discard discarded disconnect disconnected disk distance div dns do document does
domain domains done down dpd drop dropped dst dstif dstzone due dummy dump duplex duplicate duration during dyn dynamic each
ebgp echo ecp element elements empty enable enabled encapsulation encryption end ended endpoint endpoints ends engine engines
enough entered entries entry enum environment error errors esp established ethernet event events everything ex example exceeded
exception exclude exempt exist existing exists exp expected expects expiration expire expired expires explanation expression
extensions external facility fail failed failure false far fetch fetched fetches fetching fewer fiber fibre field fields file
files filter filterable filtering filters fin find fingerprint firewall firewalls first flag flow flush folder followed for
forbidden force form format formats forward found frame frames from full function fw fwlayer gateway gateways gave gbps gcm
general generate generated generic get give given gives go goes going good gre group groups gzip had half handed handler
handshake happens hardware has hash have head header health heard heartbeat helper here hex hidden high history hits hmac holds
hop host hostnames hosts hour hr href html http https hub hw ibgp icmp icmpv id identifier identity idle ids if iface igmp
ignore ignored ike ikev illegal image impossible in inactive inbound incl incomplete incorrect index indicator info information
informational ingress init initial initialised initialized initiator input insert inside inspection installed instance instead
insufficient int integer inter interface interfaces intermediate internal internally interrupted interval into intra invalid
inventory ip ipcomp ips ipsec ipv is isakmp issue issued it item items its itself java jitter jsessionid json jump kb kbps keep
kept kernel key keys kind known knows label lacks large larger last late latency later layer ldap leads legacy length less let
level library licence license licensed licenses like limit limits line link linked links list listed listen listener listens
listing lists lms load local location lock locked log logged logger logging login logon logout logs long longer look lost low
lower lsa lte mac machine mail main maintenance major manage management manager many map mapping marked mask masked master match
matches max maximum may mbps md me means meant meanwhile member memory menu message messages method metric mib middle min
minimum minor minute minutes missing mobile mode model modem modified modify modp module monitor monitored monitoring more most
move ms mtu multi multicast must name names nat natt ndp need needed negotiate negotiation neighbor neighbors neighbour
neighbours neither net netmask network networks never new newer next ngfw no noarp nobody node nodeid nodes none nor normal not
notfound nothing notice notification now nr nssa null num number object objects of off offer offers offline ok old on one online
only open opened opening openssl operation operator option or order ordinary origin ospf ospfv other others out outbound output
outside over overflow overloaded own owner packet packets page parameter parameters parse parsed parser part partial parts pass
passed passive password passwords patch path peer pem pending people per percent period permanent permission permissions permit
permitted permyriad pfs phase physical pim ping pipe pki plain platform please point pointer points policies policy poll polling
pool port ports post power preempt preference prefix preview previous primary prio priority privilege privileges probe problem
process processing product profile progress properties property protected protocol protocols provided proxy psk public purpose
put quantity queries query querying queue quiet quota quotes raise raises range ranges rate raw reach reachable reached read
reading reads ready reason reboot receive received receiving reception recognise record records redirect redirected redirects
ref reference references refresh refuse refused regenerate register rehash rejected rejects rekey related release reload
remaining remote remove removed rename renegotiation renewed repeat replaced replay reply report request requested requests
require required reserved reset resolve resolved resolving resource responder response rest restart restarting rests result
results resume retrieve retrieving retry return returned returns revoked rfc rib right rip role rollback rootkit route routed
router routes routing rsa rst rule rules run running sa same sas save saved say scan scanned schema schemas scheme scope search
sec second seconds section secure secured security see seen select selected self send sender sending sent sequence serial serve
server servers service services session sessions set setting setup several severity sg sginfo sha shared short shortest should
shown shows shutdown sign signed since single sip situation size slave small smc smtp snapshot snapshots snort so socket sockets
software some something source space speak spec specified speed spi split src srcif srczone ssh ssl sslvpn stale standby start
started starting state statement states static statistics status stays stop stopped stopping storage stored stream stricter
string strong style sub subscribed subscription subsystem success successful successfully such suite summary support supported
suspended switch syn sync synchronization syntax system table tables tag tags take takes target targets task tasks tcp template
temporarily temporary terminate terminated test text texts than that the their them then there therefore these this though
threshold throttled through throughput thrown time timed timeout timeouts timestamp timezone title tls to together token
tombstone tomcat too total traffic transaction transferred translated transport trashed tree tried tries trim true trusted try
trying tunnel tunneling tunnels twice two type types udp unable unauthorized unavailable unbind unconfigured undefined under
unexpected unhandled unicast unique unit units unjoin unknown unlicensed unlock unpacked unreachable unrecognized unresolved
unset unspecified unsupported until unused up update updated updates upgrade upload uploaded url usage use used user username
users uses using utc utf valid validate validation value values var variable vendor verify version versions via view violation
virtual visible vlan vpn vpns vpnsa wait waiting warning was watch watched way we weak web websocket well were what when where
whether which while white whoever whole whose wide width wireless with within without word would write written wrong xml yaml
yes yet you your zone zones
"""
WORDS = frozenset(_LINES.split())

_PART = re.compile(r"[A-Za-z]+|[0-9]+|[^A-Za-z0-9]")
# The words in a name such as `BlacklistEntryId`.
_WORD = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+")
# What may stand between words.
_BETWEEN = frozenset(" _-.,:;/()[]'\"!?+*=<>&|#\n\t")

_IDENTIFIER = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,63}")
# At most three parts, so that no address is one.
_VERSION = re.compile(r"[0-9]{1,2}\.[0-9]{1,3}(\.[0-9]{1,3})?( build [0-9]{1,6})?")


def is_word(word: str) -> bool:
    """Whether this one word is public, in upper or lower case."""
    return word.lower() in WORDS


def is_public(text: str) -> bool:
    """Whether each word of a text is public. It may have two short numbers, as in `AES-256`, beside at least one word."""
    if text in PHRASES:
        return True
    numbers = words = 0
    for part in _PART.findall(text):
        if part.isdigit() and part.isascii():
            numbers += 1
            if len(part) > 3:
                return False
        elif part in _BETWEEN:
            continue
        elif part.isascii() and (is_word(part) or all(map(is_word, _WORD.findall(part)))):
            words += 1
        else:
            return False
    return words > 0 and numbers < 3


def is_identifier(text: str) -> bool:
    """Whether a text looks like the name of a field or of an attribute."""
    return _IDENTIFIER.fullmatch(text) is not None


def is_version(text: str) -> bool:
    """Whether a text is the version of a product, such as `7.1` or `7.1.2 build 29105`."""
    return _VERSION.fullmatch(text) is not None
