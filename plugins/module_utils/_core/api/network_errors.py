# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Errors in plain words: what error bodies say, and network errors without the URLs that the libraries quote."""

from __future__ import annotations

import html
import json
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from ..words import shorten
from .certificates import explain_verification

# How much of an error's body is read for its words, in bytes.
_MOST_WORDS = 256 * 1024

# The contents of these elements are not for people.
_SILENT_ELEMENTS = ("style", "script", "head")


def words_in(body: bytes | None, scrub: Callable[[str], str]) -> str:
    """The explanation in an error's body, in one line: message and details of a JSON document, or a page's text.

    Args:
        body: Of any size; the time that this takes grows with the size only, and the end of a long one is left out.
        scrub: Hides secrets; it gets the words before they are shortened.
    """
    body = (body or b"")[:_MOST_WORDS]
    words = _words_of_document(body)
    if words is None:
        words = html.unescape(text_of_page(_decode(body))).strip()
    return shorten(scrub(" ".join(words.split()))).rstrip(".")


def _words_of_document(body: bytes) -> str | None:
    """Message and details of the SMC's error document; None for anything else."""
    try:
        document: Any = json.loads(body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(document, dict) or not ("message" in document or "details" in document):
        return None
    details = document.get("details") or []
    parts = details if isinstance(details, list) else [details]
    texts = [str(part or "").strip().rstrip(".") for part in (document.get("message"), *parts)]
    return ": ".join(filter(None, (texts[0], "; ".join(filter(None, texts[1:])))))


def _decode(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        # Perhaps it is only the last character that was cut.
        cut = error.start > len(body) - 4
        return body.decode(errors="ignore") if cut else body.decode("latin-1")


def text_of_page(page: str) -> str:
    """A page without its tags, and without styles and scripts, in one pass over it."""
    lowered = page.lower() if len(page.lower()) == len(page) else page
    parts: list[str] = []
    at = 0
    while True:
        opening = page.find("<", at)
        closing = page.find(">", opening) if opening >= 0 else -1
        if closing < 0:
            # A < that no > follows is not a tag.
            return " ".join((*parts, page[at:]))
        parts.append(page[at:opening])
        at = closing + 1
        name = _silent_element(lowered, opening + 1)
        if name:
            end = lowered.find(f"</{name}", at)
            if end < 0:
                return " ".join(parts)
            at = end


def _silent_element(lowered: str, at: int) -> str:
    for name in _SILENT_ELEMENTS:
        if lowered.startswith(name, at) and not lowered[at + len(name) : at + len(name) + 1].isalnum():
            return name
    return ""


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error, and each that it wraps, from the outside in."""
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = _inner(current)


# The libraries' own classes, by name, so that this file needs none of the libraries. More special ones come first.
_REASONS = {
    "RemoteDisconnected": "the server closed the connection without an answer",
    "SSLEOFError": "the TLS connection was closed without an answer",
    "SSLZeroReturnError": "the TLS connection was closed without an answer",
    "CutInHeaders": "the answer was cut off in its headers",
    "IncompleteRead": "the answer was cut off",
    "InvalidChunkLength": "the answer was cut off or is not HTTP",
    "BadStatusLine": "the answer is not HTTP",
    "LineTooLong": "the answer has a header that is too long",
    "HTTPException": "the answer is not HTTP",
    "ProtocolError": "the answer is not HTTP",
}


def root_cause(error: BaseException) -> str:
    """Why a connection failed, in a few words without any URL."""
    reason = ""
    for one in chain(error):
        if isinstance(one, socket.gaierror) or (isinstance(one, UnicodeError) and "label" in str(one)):
            return "the host name cannot be resolved"
        if isinstance(one, ConnectionRefusedError):
            return "connection refused"
        if type(one).__name__ in _REASONS:
            # The outermost says least.
            reason = _REASONS[type(one).__name__]
        elif isinstance(one, (TimeoutError, socket.timeout)):
            reason = reason or "timed out"
        elif isinstance(one, ConnectionResetError):
            reason = "connection reset"
        elif isinstance(one, OSError) and one.strerror:
            reason = one.strerror.lower()
    return reason or type(error).__name__


_NO_TLS = "does not speak TLS on this port. Check the port in `url`, or begin it with http://."
_OLD_TLS = (
    "and this machine's OpenSSL accept no common version of TLS; the SMC's may be 1.0 or 1.1 only. Let the SMC, or what stands "
    "before it, use TLS 1.2 or later."
)
_WANTS_CERTIFICATE = (
    "wants a certificate of the client, which is not supported. Let it accept clients that have none at this address."
)
_WEAK = "uses a key or an algorithm that is too weak for this machine's OpenSSL. Let it use stronger ones."

# OpenSSL's words for a failed handshake, or a part of them, with a sentence about the server.
_TLS_REASONS: Mapping[str, str] = {
    "WRONG_VERSION_NUMBER": _NO_TLS,
    "record layer failure": _NO_TLS,
    "HTTP_REQUEST": _NO_TLS,
    "PROTOCOL_VERSION": _OLD_TLS,
    "UNSUPPORTED_PROTOCOL": _OLD_TLS,
    "NO_PROTOCOLS_AVAILABLE": _OLD_TLS,
    "CERTIFICATE_REQUIRED": _WANTS_CERTIFICATE,
    "ALERT_HANDSHAKE_FAILURE": (
        "ended the TLS handshake: it wants a certificate of the client, which is not supported, or it shares no cipher with "
        "this machine's OpenSSL."
    ),
    "UNRECOGNIZED_NAME": "serves no such host name. Check the host name in `url`.",
    "DH_KEY_TOO_SMALL": _WEAK,
    "WRONG_SIGNATURE_TYPE": _WEAK,
}


def explain_tls(base: str, error: BaseException) -> str:
    """Why TLS with `base` failed, and what to do about it."""
    for one in chain(error):
        if isinstance(one, ssl.SSLCertVerificationError):
            return explain_verification(base, one)
    text = str(error)
    known = next((sentence for sign, sentence in _TLS_REASONS.items() if sign in text), None)
    if known:
        return f"{base} {known}"
    return f"The TLS handshake with {base} failed: {shorten(_last_reason(error), 120)}."


def _last_reason(error: BaseException) -> str:
    reason = getattr(error, "reason", None)
    if isinstance(reason, str):
        return reason.lower().replace("_", " ")
    inner = _inner(error)
    return _last_reason(inner) if inner is not None else type(error).__name__


def _inner(error: BaseException) -> BaseException | None:
    """The error that this one wraps: urllib3 and requests keep it in `reason`, the arguments or the cause."""
    for wrapped in (getattr(error, "reason", None), *error.args, error.__cause__, error.__context__):
        if isinstance(wrapped, BaseException):
            return wrapped
    return None
