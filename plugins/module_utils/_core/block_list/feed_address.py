# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""One address, network or range as a feed writes it, or the reason why it is not one."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..words import shorten
from .address_text import (
    PLAIN_IPV4,
    PLAIN_IPV4_NETWORK,
    Network,
    SingleAddress,
    Span,
    ipv4_number,
    network_text,
    networks_within,
)
from .feed_text import Unreadable
from .guards import DEFAULT_WIDEST, Widest, width_problem

# A network with host bits is a slip as a rule: a host's address with the short path of a URL behind it, or with the
# mask of its interface. The longest of those masks are harmless enough for a warning.
_HOST_BITS_ALLOWED = {4: 24, 6: 64}

_NOTHING_ELSE = re.compile(r"[0-9A-Fa-f:./]+").fullmatch
_DEFANGED = re.compile(
    r"hxxp|\bfxp\b|[\[({]\s*(?:[.:/]|dot|:?//)\s*[\])}]|\\\.|[\[({]\.|\.[\])}]|\sdot\s", re.IGNORECASE
)
_FANGS = (
    (re.compile(r"hxxp", re.IGNORECASE), "http"),
    (re.compile(r"[\[({]\s*(?:\.|dot)\s*[\])}]|\\\.|[\[({]\.|\.[\])}]|\sdot\s", re.IGNORECASE), "."),
    (re.compile(r"[\[({]\s*(:?//|:|/)\s*[\])}]"), r"\1"),
)
_URL = re.compile(
    r"[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?(\[[0-9a-f:.]+\]|[^/?#:]*)(?::[0-9]*)?(?:[/?#].*)?", re.IGNORECASE
)
_LIKE_IPV4 = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,4}){3}").fullmatch
_BRACKETED = re.compile(r"\[(?=[0-9A-Fa-f.]*:)([0-9A-Fa-f:.]*)\](/[0-9]+)?").fullmatch
# A part of an address, in a message.
_LONGEST_SHOWN = 40
# The bits before an IPv4 address that is written as IPv6.
_MAPPED = 96
_UNSPECIFIED = "0.0.0.0"  # noqa: S104 (not a server's address)
_HOST_NAME = re.compile(r"(?=.*[a-z])[a-z0-9_-]+(?:\.[a-z0-9_-]+)+\.?(?::[0-9]+)?", re.IGNORECASE)
_WITH_PORT = re.compile(r"(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3}|\[[0-9a-f:.]+\])[:|][0-9]+", re.IGNORECASE)
_SHORT_RANGE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,3}){2}\.)[0-9]{1,3}-([0-9]{1,3})")


NO_ADDRESS = "is not an IP address, a network or a range"


class Otherwise(Unreadable):
    """What was read is not a misspelt address but something else: a name, a URL, a number, words."""


@dataclass
class AddressReader:
    """Reads addresses, and counts what a warning is due for.

    Attributes:
        widest: what an address may cover.
        refang: whether `192.0.2[.]1` and `hxxp://192.0.2[.]1/x` stand for their address.
        host_bits: how many networks had host bits, which were cleared; first_host_bits: the first of them.
        urls: of how many URLs the address was taken.
        mapped: how many IPv4 addresses were written as IPv6, as in `::ffff:192.0.2.1`; first_mapped: the first of them.
    """

    widest: Widest = DEFAULT_WIDEST
    refang: bool = False
    host_bits: int = 0
    first_host_bits: str = ""
    urls: int = 0
    mapped: int = 0
    first_mapped: str = ""

    def networks(self, text: str) -> list[str]:
        """The networks of one address, network or range, in canonical form; an address alone is without a length.

        Raises:
            Unreadable: it is something else.
        """
        if self.is_plain(text):
            return [text]
        return [self._one(text)] if _NOTHING_ELSE(text) else self._unusual(text)

    def is_plain(self, text: str) -> bool:
        """Whether it is an IPv4 address or network in canonical form, which needs no closer look."""
        if PLAIN_IPV4(text):
            return text != _UNSPECIFIED
        found = PLAIN_IPV4_NETWORK(text)
        if not found:
            return False
        length = int(found[2])
        hosts = (1 << 32 - length) - 1
        return self.widest.ipv4 <= length < 32 and not ipv4_number(found[1]) & hosts

    def _unusual(self, text: str) -> list[str]:
        text = _unquoted(text)
        _check_letters(text)
        if _DEFANGED.search(text) and not _BRACKETED(text):
            if not self.refang:
                raise Unreadable("is written so that it cannot be clicked; set refang: true to read it as an address")
            text = refanged(text)
        text = self._without_url(text)
        if "-" in text:
            parts = [part.strip(" \t") for part in text.split("-")]
            if len(parts) == 2 and all(map(_is_address, parts)):
                return self._range(*parts)
        return [self._one(text)]

    def _without_url(self, text: str) -> str:
        found = _URL.fullmatch(text)
        if not found:
            return text
        if not self.refang or not _is_address(found[1].strip("[]")):
            raise Otherwise("is a URL; an entry takes addresses and networks only")
        self.urls += 1
        return found[1]

    def _range(self, first: str, last: str) -> list[str]:
        start, end = (_parsed(self._one(part)) if _is_mapped(part) else _parsed(part) for part in (first, last))
        if start.version != end.version:
            raise Unreadable("is a range from one IP version to the other")
        if int(start) > int(end):
            raise Unreadable("is a range from a higher to a lower address")
        # The whole range counts: many networks of the allowed width cover as much as one that is wider.
        size = (int(end) - int(start)).bit_length()
        self._check_width(ipaddress.ip_network((int(start) >> size << size, start.max_prefixlen - size)))
        return list(networks_within(Span(start.version, int(start), int(end)), 0))

    def _one(self, text: str) -> str:
        address, slash, length = _without_brackets(text).partition("/")
        parsed = _parsed(address, text)
        if isinstance(parsed, ipaddress.IPv6Address) and parsed.ipv4_mapped:
            return self._one(
                self._unmapped(text, parsed.ipv4_mapped, _prefix_length(address, length) if slash else 128)
            )
        if not slash:
            if not int(parsed):
                raise Unreadable("is the unspecified address, which nothing on a network has")
            return str(parsed)
        network = ipaddress.ip_network((str(parsed), _prefix_length(address, length)), strict=False)
        if network.prefixlen:
            self._check_host_bits(text, parsed, network)
        self._check_width(network)
        return network_text(network)

    def _unmapped(self, text: str, address: ipaddress.IPv4Address, length: int) -> str:
        """The IPv4 address or network that was written as IPv6; engines see IPv4 only as such."""
        if length < _MAPPED:
            raise Unreadable("is an IPv4 network written as IPv6, and wider than all of IPv4")
        self.mapped += 1
        self.first_mapped = self.first_mapped or text
        return str(address) if length == 128 else f"{address}/{length - _MAPPED}"

    def _check_width(self, network: Network) -> None:
        if not network.prefixlen:
            raise Unreadable("means every address; a feed cannot ask for that")
        problem = width_problem(network, self.widest)
        if problem:
            raise Unreadable(problem)

    def _check_host_bits(self, text: str, address: SingleAddress, network: Network) -> None:
        if address == network.network_address:
            return
        if network.prefixlen < _HOST_BITS_ALLOWED[network.version]:
            raise Unreadable(f"has host bits; write {network} if the network is meant, {address} if the address is")
        self.host_bits += 1
        self.first_host_bits = self.first_host_bits or text


def refanged(text: str) -> str:
    """The text with `192.0.2[.]1` and `hxxp://192.0.2[.]1/x` written as usual."""
    if _DEFANGED.search(text):
        for fang, letter in _FANGS:
            text = fang.sub(letter, text)
    return text


def addresses_in(text: str) -> Iterator[str]:
    """The words of a text that are addresses or networks, also defanged ones, those of URLs, and those with hidden letters."""
    if "." in text or ":" in text or "dot" in text.lower():
        yield from filter(is_network, map(_bare, re.split(r"[\s,;|]+", refanged(text))))


def _bare(word: str) -> str:
    shown = "".join(filter(str.isprintable, word)).strip("()[]<>{}\"'")
    found = _URL.fullmatch(shown)
    return found[1].strip("[]") if found else shown


def is_network(text: str) -> bool:
    """Whether it is an address or a network, however wide."""
    address, slash, length = text.partition("/")
    return _is_address(address) and (not slash or bool(re.fullmatch(r"[0-9.]+", length)))


def may_be_length(address: str, number: int) -> bool:
    """Whether a number beside an address may be the prefix length of its network, of which the address is the first one."""
    bits = 128 if ":" in address else 32
    if not DEFAULT_WIDEST.of(6 if bits == 128 else 4) <= number < bits or not _is_address(address):
        return False
    try:
        return not int(ipaddress.ip_address(address)) & ((1 << bits - number) - 1)
    except ValueError:
        return False


def _is_mapped(text: str) -> bool:
    return text.lower().startswith("::ffff:") and _is_address(text)


def _is_address(text: str) -> bool:
    if ":" in text:
        try:
            ipaddress.IPv6Address(text)
        except ValueError:
            return False
        return True
    # Numbers beyond 255 and leading zeros are a slip in an address.
    return bool(_LIKE_IPV4(text))


def _parsed(address: str, whole: str = "") -> SingleAddress:
    """The address, if it can be meant in one way only. whole: what it was taken from, for the error."""
    if "%" in address and ":" in address:
        raise Unreadable("has a zone, which an engine does not know")
    try:
        return ipaddress.IPv6Address(address) if ":" in address else ipaddress.IPv4Address(_checked(address))
    except ValueError as error:
        raise error if isinstance(error, Unreadable) else advice(whole or address) from None


def _checked(address: str) -> str:
    """An IPv4 address without leading zeros, which Python before 3.9.5 took for decimal digits."""
    if _LIKE_IPV4(address):
        octets = address.split(".")
        if any(octet.startswith("0") and octet != "0" for octet in octets):
            raise Unreadable("has leading zeros, which some read as octal; write the address without them")
        if any(int(octet) > 255 for octet in octets):
            raise Unreadable("is not an IP address: each of its four numbers must be at most 255")
    return address


def _prefix_length(address: str, length: str) -> int:
    longest = 128 if ":" in address else 32
    if re.fullmatch(r"0|[1-9][0-9]{0,2}", length) and int(length) <= longest:
        return int(length)
    if longest == 32 and re.fullmatch(r"[0-9]{1,3}(?:\.[0-9]{1,3}){3}", length):
        return mask_length(address, length)
    raise Unreadable(
        f"has the prefix length '{shorten(length, _LONGEST_SHOWN)}', which must be a number from 1 to {longest}"
    )


def mask_length(address: str, mask: str) -> int:
    """The prefix length of an IPv4 netmask.

    Raises:
        Unreadable: it is a wildcard mask, or no mask.
    """
    if mask == _UNSPECIFIED:
        raise Unreadable("has the mask 0.0.0.0, which means every address; a feed cannot ask for that")
    try:
        length = ipaddress.IPv4Network(f"0.0.0.0/{mask}").prefixlen
    except ValueError:
        length = -1
    if mask.startswith("0."):
        network = "" if length < 0 else f"; write {ipaddress.ip_network((address, length), strict=False)}"
        raise Unreadable(
            f"has the Cisco wildcard mask {shorten(mask, _LONGEST_SHOWN)}{network or ', which no network has'}"
        )
    if length < 0 or not mask.startswith(("255.", "254.", "252.", "248.", "240.", "224.", "192.", "128.")):
        raise Unreadable(
            f"has '{shorten(mask, _LONGEST_SHOWN)}' where a prefix length or a netmask such as 255.255.255.0 is expected"
        )
    return length


def _unquoted(text: str) -> str:
    text = text.strip(" \t")
    return text[1:-1].strip(" \t") if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'" else text


def _without_brackets(text: str) -> str:
    found = _BRACKETED(text)
    return found[1] + (found[2] or "") if found else text


def _check_letters(text: str) -> None:
    if not text.isprintable():
        raise Otherwise("holds characters that cannot be seen (written as escapes here); delete them")
    if not text.isascii() and re.search(r"[0-9]", text):
        odd = next(letter for letter in text if not letter.isascii())
        kind = Otherwise if any(map(str.isalpha, text)) else Unreadable
        raise kind(f"holds '{odd}' (U+{ord(odd):04X}), which is not part of an address")


def advice(text: str) -> Unreadable:
    """What the text is, as it is not an address."""
    found = _SHORT_RANGE.fullmatch(text)
    for holds, words in (
        (not text, "has no address"),
        (text.lower() in ("any", "all", "*", "any4", "any6"), "means every address; a feed cannot ask for that"),
        (re.fullmatch(r"[0-9.*]*\*[0-9.*]*|[0-9.]+\.[xX](?:\.[xX])*", text), _WILDCARD),
        (found, f"is a range; write its last address in full: {found[0].split('-')[0]}-{found[1]}{found[2]}" if found else ""),
        (_WITH_PORT.fullmatch(text), "has a port; write the address alone, or a CSV file with columns for ports and protocol"),
    ):  # fmt: skip
        if holds:
            return Unreadable(words)
    for holds, words in (
        (re.match(r"(?:access-list|ip access-list|permit|deny|object|network-object|host)\b", text), _ACCESS_LIST),
        ("*" in text, _WILDCARD),
        (text.startswith("<"), "is HTML, not an address"),
        (_HOST_NAME.fullmatch(text), "is a host name; an entry takes addresses only, so resolve it first"),
    ):
        if holds:
            return Otherwise(words)
    return Otherwise(NO_ADDRESS)


_WILDCARD = "is a wildcard; write a network such as 192.0.2.0/24"
_ACCESS_LIST = "is a line of an access list; write the address or network alone"
