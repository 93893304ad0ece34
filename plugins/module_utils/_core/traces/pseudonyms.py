# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Documents of an SMC with pseudonyms instead of everything that somebody chose or that says whose network it is.

The rule is one of what may stay, not of what must go: public words (vocabulary.py), numbers up to 65,535 where they are no keys,
names of fields, versions. Everything else gets a pseudonym: the same text the same one, two texts never one. Addresses stay
addresses, networks networks, numbers numbers of as many digits, times keep their distances, and hrefs their form.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any
from urllib.parse import unquote, urlsplit

from ..schema.fields import CATALOGUE, Field, snake_case
from .addresses import AddressMap, is_hardware_address, is_mask, read_address, read_length
from .vocabulary import PHRASES, is_identifier, is_public, is_version, is_word

# The largest number that stays: a port.
_LARGEST_NUMBER = 65_535

# What these hold is a sentence of the server or a state, also in several words.
_SENTENCES = frozenset(("success", "failure", "end", "message", "details", "reason", "text"))
_STATES = re.compile(
    r"(?:.*_)?(?:rel|type|status|state|states|mode|definition|method|format|resolving|event|severity|connected|context)"
)

# An address under the first key is a network if the size stands under one of the others.
_NETWORKS: Mapping[str, tuple[str, ...]] = {
    "route_network": ("route_netmask",),
    "block_list_entry_source_ip": ("block_list_entry_source_ip_prefixlen", "block_list_entry_source_ip_mask"),
    "block_list_entry_destination_ip": (
        "block_list_entry_destination_ip_prefixlen",
        "block_list_entry_destination_ip_mask",
    ),
}
_SIZES = frozenset(size for sizes in _NETWORKS.values() for size in sizes)

# Numbers under these keys are names.
_KEYS = frozenset(("key", "log_id", "event_id", "rule_id"))
# A node is named by its place in the engine, which says nothing, or by its key.
_NODES = ("node_id", "comp_id")
_MOST_NODES = 256
# Numbers that the SMC makes up for each query.
_RANDOM = ("fetch", "abort")

# By which word a pseudonym begins, by the end of the key; for others by `name`.
_KINDS = {"delta_key": "key", "username": "user", "entry_id": "entry", "target": "name", "comment": "text"}

_INTEGER = re.compile(r"-?[0-9]+")
_TIME = re.compile(r"(\d{4}-\d\d-\d\d)([ T])(\d\d:\d\d:\d\d)(\.\d{1,6})?(Z|[+-]\d\d:?\d\d)?", re.ASCII)
_CIDR = re.compile(r"([0-9A-Fa-f.:]+)/([0-9]{1,3})", re.ASCII)
_RANGE = re.compile(r"([0-9A-Fa-f.:]+)(\s*-\s*)([0-9A-Fa-f.:]+)", re.ASCII)
_URL = re.compile(r"(https?|wss?)://\S+")
# What a sentence consists of: things with dots and colons in them, numbers, words, and one character at a time.
_TOKEN = re.compile(r"https?://\S+|[\w.:%/@-]*[\w/]|\s+|.", re.DOTALL)
# What stands between the words of a sentence.
_BETWEEN = frozenset(" .,:;'\"()[]{}<>!?+*=&|#-_/%@$")
# The longest number that stays in a sentence, in digits, and how many of them do.
_LONGEST_COUNT = 3
_MOST_NUMBERS = 3
_PIECE = re.compile(r"[A-Za-z]+|[0-9]+|[^A-Za-z0-9]+")

# Milliseconds since 1970, from 2001 on.
_EPOCH = range(10**12, 10**13)

Scrub = Callable[[str], str]


class Pseudonyms:
    """Replaces texts, documents and hrefs, and knows what stands for what.

    Args:
        secret: what the pseudonyms depend on; without it nobody can find out what they stand for by trying.
        scrub: hides secrets in a text; a text in which it finds one is not in the owner's mapping.
        known: originals that are known to come. No pseudonym is one of them, and no unknown name of a field that holds one
            stays; so everything is to be replaced twice, and the second time with the originals of the first.

    Attributes:
        mapping: what stands for each original, for the owner.
    """

    def __init__(self, secret: bytes, scrub: Scrub = str, known: Iterable[str] = ()) -> None:
        self._secret = secret
        self._scrub = scrub
        self._known = frozenset(known)
        self._addresses = AddressMap(secret)
        self._mark = "".join(chr(ord("a") + byte % 26) for byte in self._hash("mark")[:3])
        self._later = timedelta(seconds=-int.from_bytes(self._hash("time")[:4], "big") % (8 * 365 * 86_400) - 86_400)
        self._counts: dict[str, int] = {}
        self._given: set[str] = set()
        self._fields: dict[str, Field | None] = {}
        self._names: dict[str, str] = {}
        self._values: dict[tuple[str, str], str] = {}
        self.mapping: dict[str, str] = {}

    @property
    def coincidences(self) -> set[str]:
        """Pseudonyms that are the original of something else. With another secret there are others, or none."""
        return self._given & (self._known | self.mapping.keys())

    def owners_mapping(self) -> dict[str, str]:
        """The mapping for the file of the owner, without texts that hold a secret."""
        return {original: given for original, given in self.mapping.items() if self._scrub(original) == original}

    # -- documents

    def document(self, document: Any, key: str = "") -> Any:
        """A JSON document, or a part of it that stands under this key."""
        if isinstance(document, Mapping):
            return {self._name(str(name)): value for name, value in self._members(document)}
        if isinstance(document, (list, tuple)):
            return [self.document(item, key) for item in document]
        if isinstance(document, str):
            return self.value(document, key)
        if isinstance(document, bool) or document is None:
            return document
        if isinstance(document, int):
            return self._integer(document, key)
        return round(document, 3) if abs(document) <= _LARGEST_NUMBER else 0.0

    def _members(self, document: Mapping[str, Any]) -> list[tuple[str, Any]]:
        """The document's members with their new values, under their old names."""
        keys = {self._key(str(name)): value for name, value in document.items()}
        members = []
        for name, value in document.items():
            key = self._key(str(name))
            sizes = [keys[size] for size in _NETWORKS.get(key, ()) if keys.get(size) not in (None, "")]
            network = self._network(value, sizes[0]) if sizes and isinstance(value, str) else None
            members.append((name, network or self.document(value, key)))
        return members

    def _network(self, value: str, size: Any) -> str | None:
        address = read_address(value)
        length = read_length(size, address.max_prefixlen) if address else None
        if address is None or length is None or length == address.max_prefixlen:
            return None
        # Bits beyond the size, which no network has, would be lost.
        network = ipaddress.ip_network((address, length), strict=False)
        if network.network_address != address:
            return None
        replaced = self._addresses.network(network)
        self._remember(str(network), str(replaced))
        return str(replaced.network_address)

    def _key(self, name: str) -> str:
        """The key by which a value is judged: that of the catalogue, whatever spelling the SMC uses."""
        field = self._field(name)
        return field.key if field else snake_case(name)

    def _field(self, name: str) -> Field | None:
        if name not in self._fields:
            self._fields[name] = CATALOGUE.find(name) if name else None
        return self._fields[name]

    def _name(self, name: str) -> str:
        """The name of a member. An unknown one stays if it looks like a name of a field and is nobody's value."""
        if name not in self._names:
            self._names[name] = self._judged_name(name)
        return self._names[name]

    def _judged_name(self, name: str) -> str:
        if self._field(name) is not None or (is_public(name) and is_identifier(name)):
            return name
        small = name.lower()
        if is_identifier(name) and self._scrub(name) == name and not self._holds_original(small):
            return name
        return self._given_for(name, "field")

    def _holds_original(self, small: str) -> bool:
        originals = self._known | self.mapping.keys()
        return any(len(original) > 3 and original.lower() in small for original in originals)

    # -- values

    def value(self, text: str, key: str = "") -> str:
        """A text that stands under this key."""
        known = self._values.get((text, key))
        if known is None:
            known = self._values[text, key] = self._judged_value(text, key)
        return known

    def _judged_value(self, text: str, key: str) -> str:
        if not text.strip() or text in PHRASES:
            return text if text in PHRASES else ""
        if key == "field_names":
            return self._name(text)
        return self._by_form(text, key) or self._by_key(text, key)

    def _by_form(self, text: str, key: str) -> str | None:
        """What stands for a text whose form says what it is; None for others."""
        if _INTEGER.fullmatch(text):
            return self._number(text, key)
        if is_version(text):
            return text
        if _URL.fullmatch(text) or text.startswith("/"):
            return self.href(text)
        if is_hardware_address(text):
            return self._remember(text, self._addresses.hardware_address(text))
        return self._addresses_in(text, key) or self._time(text)

    def _by_key(self, text: str, key: str) -> str:
        field = self._field(key)
        if key in _SENTENCES:
            return self.sentence(text)
        if field and field.type in ("enum", "bool"):
            return text if is_public(text) else self._given_for(text, "word")
        if _STATES.fullmatch(key):
            return text if is_public(text) else self.sentence(text)
        return self._given_for(text, next((kind for end, kind in _KINDS.items() if key.endswith(end)), "name"))

    def _addresses_in(self, text: str, key: str) -> str | None:
        """What stands for an address, a network, a range of addresses, or several addresses."""
        address = read_address(text)
        if address is not None:
            if key in _SIZES and is_mask(text):
                return text
            return self._remember(text, self._addresses.address(address))
        cidr = _CIDR.fullmatch(text)
        if cidr:
            return self._cidr(text, cidr[1], cidr[2])
        if _RANGE.fullmatch(text):
            return self._range(text)
        parts = re.split(r"([,;\s]+)", text)
        if len(parts) > 2 and all(read_address(part) for part in parts[::2] if part):
            return "".join(
                (self._addresses_in(part, key) or "") if place % 2 == 0 else " " if part.isspace() else ", "
                for place, part in enumerate(parts)
            )
        return None

    def _cidr(self, text: str, before: str, after: str) -> str | None:
        address = read_address(before)
        length = read_length(after, address.max_prefixlen) if address else None
        if address is None or length is None:
            return None
        network = ipaddress.ip_network((address, length), strict=False)
        if network.network_address != address:
            return self._remember(text, f"{self._addresses.address(address)}/{length}")
        return self._remember(text, str(self._addresses.network(network)))

    def _range(self, text: str) -> str | None:
        parts = _RANGE.fullmatch(text)
        ends = [read_address(parts[1]), read_address(parts[3])] if parts else []
        if parts is None or None in ends or ends[0].version != ends[1].version:  # type: ignore[union-attr]
            return None
        first, last = ends
        try:
            networks = list(ipaddress.summarize_address_range(first, last))  # type: ignore[arg-type]
        except ValueError:
            networks = []
        if len(networks) == 1:
            network = self._addresses.network(networks[0])
            return self._remember(text, f"{network[0]}{parts[2]}{network[-1]}")
        replaced = sorted((ipaddress.ip_address(self._addresses.address(end)) for end in ends if end), key=int)
        return self._remember(text, f"{replaced[0]}{parts[2]}{replaced[1]}")

    def _time(self, text: str) -> str | None:
        found = _TIME.fullmatch(text)
        if not found:
            return None
        try:
            then = datetime.strptime(f"{found[1]} {found[3]}", "%Y-%m-%d %H:%M:%S") + self._later  # noqa: DTZ007 (as it is printed)
        except (ValueError, OverflowError):
            return None
        self.mapping[text] = f"{then:%Y-%m-%d}{found[2]}{then:%H:%M:%S}{found[4] or ''}{found[5] or ''}"
        return self.mapping[text]

    def _integer(self, number: int, key: str) -> int:
        if number in _EPOCH:
            return number + int(self._later.total_seconds()) * 1000
        names_node = key in _NODES and number > _MOST_NODES
        if key in _RANDOM or (abs(number) <= _LARGEST_NUMBER and not (names_node or key in _KEYS or not key)):
            return number
        return int(self._digits(str(number)))

    def _number(self, text: str, key: str) -> str:
        field = self._field(key)
        named = key in _KEYS or key.endswith("_key") or (field is not None and field.type == "str") or not key
        if not named and len(text) < 6 and abs(int(text)) <= _LARGEST_NUMBER:
            return text
        return self._digits(text)

    def _digits(self, text: str) -> str:
        """Another number with the same number of digits, or with more digits if all of those are taken."""
        if text in self.mapping:
            return self.mapping[text]
        sign, size = ("-", len(text) - 1) if text.startswith("-") else ("", len(text))
        for turn in count():
            made = sign + self._some_digits(f"{turn}/{text}", size + turn // 100)
            if made != text and not self._is_taken(made) and (size != 5 or int(made.lstrip("-")) > _LARGEST_NUMBER):
                return self._remember(text, made)
        raise AssertionError("there is always a longer number")

    def _some_digits(self, text: str, size: int) -> str:
        digits = "".join(str(byte % 10) for byte in self._hash(text, 64))
        return (str(int(digits[0]) % 9 + 1) + digits[1:] * (1 + size // 60))[:size]

    # -- hrefs and sentences

    def href(self, href: str) -> str:
        """A URL or path whose keys and host are replaced."""
        try:
            parts = urlsplit(href)
            port = parts.port
        except ValueError:
            return self._given_for(href, "name")
        path = self.path(parts.path)
        query = "&".join(self._parameter(part) for part in parts.query.split("&")) if parts.query else ""
        host = ""
        if parts.scheme and parts.hostname:
            address = read_address(parts.hostname)
            named = self.value(parts.hostname) if address else f"{self._given_for(parts.hostname, 'host')}.invalid"
            host = f"{parts.scheme}://{f'[{named}]' if ':' in named else named}{f':{port}' if port else ''}"
        return f"{host}{path}{f'?{query}' if query else ''}"

    def path(self, path: str) -> str:
        """The path of a URL: words of the API stay."""
        return "/".join(self._segment(unquote(part)) for part in path.split("/"))

    def _segment(self, part: str) -> str:
        if part == "" or is_version(part) or (is_identifier(part) and is_public(part)):
            return part
        return self._digits(part) if part.isascii() and part.isdigit() else self._given_for(part, "key")

    def _parameter(self, part: str) -> str:
        name, equals, value = part.partition("=")
        return f"{self._name(unquote(name))}{equals}{self.value(unquote(value.replace('+', ' ')), name)}"

    def sentence(self, text: str) -> str:
        """A sentence of a server: public words stay, and what is known by a pseudonym has the same one here."""
        originals = [
            one for one in self._known | self.mapping.keys() if len(one) > 3 and one in text and not is_public(one)
        ]
        pattern = "|".join(map(re.escape, sorted(originals, key=len, reverse=True)))
        # A name inside a longer word is left to what follows, which replaces whole words.
        parts = re.split(rf"(?<!\w)({pattern})(?!\w)", text) if pattern else [text]
        return "".join(
            self.mapping.get(part) or self.value(part) if place % 2 else self._words(part)
            for place, part in enumerate(parts)
        )

    def _words(self, text: str) -> str:
        tokens = _TOKEN.findall(text)
        # A few short numbers are counts and limits; many together may be somebody's number.
        many = sum(token.isdigit() for token in tokens) > _MOST_NUMBERS
        return "".join(self._token(token, many) for token in tokens)

    def _token(self, token: str, many_numbers: bool) -> str:
        """A word, a number, an address, or a character between them."""
        if (len(token) == 1 and token in _BETWEEN) or token.isspace():
            return " " if token.isspace() else token
        if token.isascii() and token.isdigit():
            return self._digits(token) if many_numbers or len(token) > _LONGEST_COUNT else token
        if is_public(token):
            return token
        by_form = None if token.startswith("/") else self._by_form(token, "text")
        if by_form is not None:
            return by_form
        pieces = _PIECE.findall(token)
        if sum(piece.isdigit() for piece in pieces) > 1:
            return self._given_for(token, "word")
        return "".join(piece if self._is_harmless(piece) else self._given_for(piece, "word") for piece in pieces)

    @staticmethod
    def _is_harmless(piece: str) -> bool:
        if not piece.isascii():
            return False
        return (
            is_word(piece)
            if piece.isalpha()
            else len(piece) <= _LONGEST_COUNT
            if piece.isdigit()
            else piece.isprintable()
        )

    # -- what stands for what

    def _given_for(self, original: str, kind: str) -> str:
        """The pseudonym of a text, a new one if it has none."""
        while original not in self.mapping:
            self._counts[kind] = self._counts.get(kind, 0) + 1
            made = f"{kind}-{self._mark}-{self._counts[kind]}"
            if not self._is_taken(made):
                self._remember(original, made)
        return self.mapping[original]

    def _is_taken(self, made: str) -> bool:
        return made in self._given or made in self._known or made in self.mapping

    def _remember(self, original: str, given: str) -> str:
        if original != given:
            self.mapping[original] = given
            self._given.add(given)
        return given

    def _hash(self, text: str, size: int = 16) -> bytes:
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._secret[:64], digest_size=size).digest()
