# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What must not be shown: secrets in texts of the SMC, in log lines of libraries and in options."""

from __future__ import annotations

import base64
import html
import logging
import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import chain
from typing import Any

from ..words import visible

HIDDEN = "********"


# A shorter value of a cookie is not a session id; a load balancer's `ROUTE=1` would hide every 1.
_SHORTEST_SESSION_ID = 8

# How often a text is decoded: a server that quotes what was quoted already is not unusual.
_LAYERS = 4

# What is shorter in Base64 stands in too many texts that have nothing to do with the secret.
_SHORTEST_BASE64 = 8

# The beginning of a secret at the end of a text is hidden from this length on, and from a third of the secret on:
# somebody may have cut the text.
_SHORTEST_BEGINNING = 4

# What a URL, a JSON document and a page write instead of a character. No part of it can match in two ways.
_ESCAPES = re.compile(
    r"(?:%[0-9A-Fa-f]{2})+"
    r"|\\u[dD][89abAB][0-9A-Fa-f]{2}\\u[dD][c-fC-F][0-9A-Fa-f]{2}|\\u[0-9A-Fa-f]{4}|\\x[0-9A-Fa-f]{2}|\\[\"'\\/bfnrt]"
    r"|&\#[0-9]{1,12};?|&\#[xX][0-9A-Fa-f]{1,12};?|&[A-Za-z][A-Za-z0-9]{1,31};"
)
_SHORT_ESCAPES = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}

# How a session id stands in a URL or in a Cookie header, in small letters.
_SESSION_ID = re.compile(r"jsessionid=([^\s;&?#/+,\"'<>]+)")

# A text and, for each of its characters, where it begins and ends in the original.
_Layer = tuple[str, "list[tuple[int, int]]"]


def scrub(text: str, secrets: Iterable[str | None]) -> str:
    """The text with every secret replaced, however the server quotes it.

    The text is compared after it was decoded (per cent, JSON, HTML and Base64, also nested), without regard to case.
    Use it on the whole text, before anything is cut off. The time grows with the length of the text.

    Args:
        text: What a server or a library said.
        secrets: The secrets as they are; None and empty texts are left out.
    """
    wanted = list(dict.fromkeys(filter(None, secrets)))
    spans: list[tuple[int, int]] = []
    forms = list(dict.fromkeys(folded for secret in wanted for folded in map(_fold, _forms(secret))))
    for said, places in _layers(text):
        folded = _fold(said)
        # Also that of a session that this side does not know yet.
        unknown = _SESSION_ID.finditer(folded)
        spans += ((places[found.start(1)][0], places[found.end(1) - 1][1]) for found in unknown)
        for form in forms:
            spans += ((places[at][0], places[at + len(form) - 1][1]) for at in _finds(folded, form))
            beginning = _beginning_at_end(folded, form)
            if beginning:
                spans.append((places[len(said) - beginning][0], len(text)))
    return _without(text, spans)


def _forms(secret: str) -> Iterator[str]:
    """The secret itself, and what stands for it inside of Base64, at each of the three places it may begin at."""
    yield secret
    # A text that was cut or padded in the quoting.
    if secret.strip() and secret.strip() != secret:
        yield secret.strip()
    raw = secret.encode("utf-8", "surrogatepass")
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + raw).decode().rstrip("=")
        # The characters at both ends depend on the neighbours too.
        core = encoded[-(-before * 8 // 6) : (before + len(raw)) * 8 // 6]
        if len(core) >= _SHORTEST_BASE64:
            yield core
            yield core.replace("+", "-").replace("/", "_")


def _layers(text: str) -> Iterator[_Layer]:
    """The text as it is, then decoded once, twice and so on, as long as there is something to decode."""
    layer: _Layer = text, [(at, at + 1) for at in range(len(text))]
    yield layer
    for _layer in range(_LAYERS):
        decoded = _decode(layer)
        if decoded is None:
            return
        layer = decoded
        yield layer


def _decode(layer: _Layer) -> _Layer | None:
    """The next layer; None if there is nothing to decode."""
    said, places = layer
    parts: list[str] = []
    decoded: list[tuple[int, int]] = []
    at = 0
    for found in _ESCAPES.finditer(said):
        parts.append(said[at : found.start()])
        decoded += places[at : found.start()]
        at = found.start()
        for character, width in _meaning(found[0]):
            parts.append(character)
            decoded.append((places[at][0], places[at + width - 1][1]))
            at += width
    if not at:
        return None
    return "".join((*parts, said[at:])), decoded + places[at:]


def _meaning(escape: str) -> Iterator[tuple[str, int]]:
    """The characters that an escape stands for, each with how much of the escape it takes."""
    if escape.startswith("%"):
        raw = bytes.fromhex(escape.replace("%", ""))
        try:
            yield from ((character, 3 * len(character.encode())) for character in raw.decode())
        except UnicodeDecodeError:
            yield from ((chr(byte), 3) for byte in raw)
    elif escape.startswith("&"):
        meant = html.unescape(escape)
        # A few entities stand for two characters.
        yield meant if len(meant) == 1 else meant[:1] or "\ufffd", len(escape)
    elif len(escape) == 12:
        pair = bytes.fromhex(escape[2:6] + escape[8:12])
        yield pair.decode("utf-16-be"), 12
    elif len(escape) > 2:
        yield chr(int(f"0x{escape[2:]}", 0)), len(escape)
    else:
        yield _SHORT_ESCAPES.get(escape[1], escape[1]), 2


def _fold(text: str) -> str:
    """In small letters, of the same length, and with a space like the + that a query has for it."""
    small = text.lower()
    if len(small) != len(text):
        small = "".join(one.lower() if len(one.lower()) == 1 else one for one in text)
    return small.replace(" ", "+")


def _finds(text: str, wanted: str) -> Iterator[int]:
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1 if len(wanted) < 64 else at + len(wanted))


def _beginning_at_end(text: str, secret: str) -> int:
    """How many characters of the beginning of a secret stand at the end of a text that was cut; 0 for too few."""
    end = text[-len(secret) :].rstrip("…+.")
    for length in range(min(len(secret) - 1, len(end)), max(_SHORTEST_BEGINNING, len(secret) // 3) - 1, -1):
        if end.endswith(secret[:length]):
            return length + len(text) - len(text.rstrip("…+."))
    return 0


def _without(text: str, spans: list[tuple[int, int]]) -> str:
    """The text with each of these spans replaced; those that overlap by one replacement."""
    parts: list[str] = []
    at = 0
    for start, end in sorted(spans):
        if start >= at:
            parts += (text[at:start], HIDDEN)
        at = max(at, end)
    return "".join((*parts, text[at:]))


def session_ids(cookies: str | None) -> list[str]:
    """The values in a Cookie header that are long enough to be a session id."""
    values = (part.strip().partition("=")[2] for part in (cookies or "").split(";"))
    return [value for value in values if len(value) >= _SHORTEST_SESSION_ID]


# What sessions are told to hide, for each task that is under way; sessions may be opened in any thread.
_LEARNING: list[set[str]] = []


@contextmanager
def learned_secrets() -> Iterator[set[str]]:
    """The secrets that `learn` is told until the end of the block, as they come."""
    learned: set[str] = set()
    _LEARNING.append(learned)
    try:
        yield learned
    finally:
        _LEARNING[:] = [one for one in _LEARNING if one is not learned]


def learn(secrets: Iterable[str | None], address: str) -> None:
    """Tells whoever makes a result what must not stand in its sentences.

    Args:
        secrets: The secrets as they are. One that is like a word, or stands in the address, would hide too much.
        address: The SMC's URL.
    """
    for learned in _LEARNING:
        learned.update(one for one in secrets if one and not is_like_a_word(one) and one.lower() not in address.lower())


def scrub_sentences(value: Any, secrets: Collection[str]) -> Any:
    """The value with every text in it scrubbed, also those that are keys; the same one if nothing has to be hidden."""
    texts = "\n".join(_texts_and_keys(value)) if secrets else ""
    return value if scrub(texts, secrets) == texts else _scrubbed(value, secrets)


def _texts_and_keys(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from map(str, value)
        yield from chain.from_iterable(map(_texts_and_keys, value.values()))
    elif isinstance(value, (list, tuple)):
        yield from chain.from_iterable(map(_texts_and_keys, value))


def _scrubbed(value: Any, secrets: Collection[str]) -> Any:
    if isinstance(value, str):
        return scrub(value, secrets)
    if isinstance(value, Mapping):
        return {scrub(str(key), secrets): _scrubbed(one, secrets) for key, one in value.items()}
    return [_scrubbed(one, secrets) for one in value] if isinstance(value, (list, tuple)) else value


def is_like_a_word(secret: str) -> bool:
    """Whether a secret may well stand in the SMC's data without being meant, such as `Plano` or `vpn1`."""
    return len(secret) < _SHORTEST_SESSION_ID or (secret.isalpha() and len(secret) < 20)


def secrets_in(params: Mapping[str, Any]) -> set[str]:
    """Secrets in options that Ansible does not hide.

    A password in `url`, which is refused later, however it is written; and the key without what stood around it.
    """
    account, at, _host = str(params.get("url") or "").rpartition("@")
    password = re.sub(r"^[a-zA-Z][a-zA-Z0-9+.-]*:/*", "", account).partition(":")[2] if at else ""
    key = str(params.get("api_key") or "").strip("\ufeff\"' \t\r\n")
    return set(filter(None, (password, key)))


# Texts of a result that are sentences for people, or what the task was given. Everything else is data.
_SENTENCES = frozenset(("msg", "error", "warnings", "failed_definitions", "failures", "invocation", "exception"))

_WORD_STAYS = (
    "A secret of this task, such as its password, is short or an ordinary word, and the result has this word in it. It is "
    "not hidden there, because nobody could use the result. Choose another secret."
)
_VALUE_HIDDEN = "A secret of this task appeared in data from the SMC. It was removed, so the result is incomplete."


def mask(result: Mapping[str, Any], secrets: Iterable[str]) -> dict[str, Any]:
    """A result without secrets. Keys and hrefs stay, because programs need them as they are.

    In data, a secret that is like a word stays too; a warning says so.

    Args:
        result: What a task returns.
        secrets: The secrets as they are.

    Returns:
        The same result if nothing had to be hidden; otherwise another, with a warning more if data is concerned.
    """
    # Sentences have what is not printable as escapes, in a secret too.
    known = {form for secret in filter(None, secrets) for form in (secret, visible(secret))}
    text = _all_texts(result, numbers=any(map(_is_number, known))) if known else ""
    present = {secret for secret in known if secret in text}
    if not present:
        return dict(result)
    unlike = {secret for secret in present if not is_like_a_word(secret)}
    masked: dict[str, Any] = {}
    warnings: list[str] = []
    for name, value in result.items():
        masked[name] = _hide(value, present if name in _SENTENCES else unlike)
        if name not in _SENTENCES:
            warnings += [_VALUE_HIDDEN] if masked[name] != value else []
            warnings += [_WORD_STAYS] if _hide(value, present) != masked[name] else []
    if warnings:
        masked["warnings"] = [*masked.get("warnings", ()), *dict.fromkeys(warnings)]
    return masked


# What has no text in it.
_BARE = frozenset((bool, type(None)))


def _all_texts(value: Any, numbers: bool) -> str:
    """Every text in a value, keys apart, one after the other; numbers too if they count.

    A result may have a million values, so the work goes by levels and types instead of by values.
    """
    texts: list[str] = []
    level: list[Any] = [value]
    without = _BARE if numbers else _BARE | {int, float}
    while level:
        deeper: list[Any] = []
        for kind in set(map(type, level)) - without:
            same: list[Any] = [one for one in level if one.__class__ is kind]
            if issubclass(kind, Mapping):
                deeper.extend(chain.from_iterable(one.values() for one in same))
            elif issubclass(kind, (list, tuple)):
                deeper.extend(chain.from_iterable(same))
            else:
                texts.append("\0".join(same if kind is str else map(str, same)))
        level = deeper
    return "\0".join(texts)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _hide(value: Any, secrets: set[str]) -> Any:
    if isinstance(value, str):
        for secret in sorted(secrets, key=len, reverse=True):
            value = value.replace(secret, HIDDEN)
        return value
    if isinstance(value, Mapping):
        return {key: item if key == "href" else _hide(item, secrets) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_hide(item, secrets) for item in value]
    if isinstance(value, (int, float)) and not isinstance(value, bool) and str(value) in secrets:
        return HIDDEN
    return value


class HidePasswords(logging.Filter):
    """Hides passwords in log lines: the API wants an administrator's in the query of lms_login, and urllib3 logs it."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                re.sub(r"pwd=[^&\s]*", f"pwd={HIDDEN}", item) if isinstance(item, str) else item for item in record.args
            )
        return True
