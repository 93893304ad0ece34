# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Errors in words for people: what error bodies say, and network errors without the URLs that the libraries quote."""

from __future__ import annotations

import html
import json
import re
import socket
from typing import Any


def shorten(text: str, longest: int = 300) -> str:
    """One line of at most so many characters."""
    line = " ".join(text.split())
    return line if len(line) <= longest else line[: longest - 1] + "…"


def words_in(body: bytes | None) -> str:
    """What an error's body tells a person, in one line: message and details of JSON, a page without its markup."""
    try:
        document: Any = json.loads(body or b"")
    except (ValueError, RecursionError):
        document = None
    if isinstance(document, dict) and ("message" in document or "details" in document):
        details = document.get("details") or []
        parts = details if isinstance(details, list) else [details]
        texts = [str(part or "").strip().rstrip(".") for part in (document.get("message"), *parts)]
        return shorten(": ".join(filter(None, (texts[0], "; ".join(filter(None, texts[1:]))))))
    try:
        text = (body or b"").decode()
    except UnicodeDecodeError:
        text = (body or b"").decode("latin-1")
    text = re.sub(r"(?is)<(style|script|head)\b.*?</\1>", " ", text)
    return shorten(html.unescape(re.sub(r"<[^>]*>", " ", text))).rstrip(".")


def root_cause(error: BaseException) -> str:
    """What the operating system or the peer did, in few words, without any URL."""
    seen: set[int] = set()
    reason = ""
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        if isinstance(current, socket.gaierror):
            return "the host name cannot be resolved"
        if isinstance(current, ConnectionRefusedError):
            return "connection refused"
        if isinstance(current, TimeoutError):
            reason = reason or "timed out"
        elif isinstance(current, ConnectionResetError):
            reason = reason or "connection reset"
        elif isinstance(current, OSError) and current.strerror:
            reason = current.strerror.lower()
        elif type(current).__name__ in ("RemoteDisconnected", "ProtocolError", "IncompleteRead"):
            reason = reason or "the server closed the connection without an answer"
        current = _inner(current)
    return reason or type(error).__name__


def explain_tls(base: str, error: BaseException) -> str:
    """A sentence on why the certificate was not accepted, and what to do."""
    text = str(error)
    if "Hostname mismatch" in text or "doesn't match" in text or "IP address mismatch" in text:
        return (
            f"The certificate of {base} is for another name. Use the name that it was issued for in `url`, or have the "
            "SMC's certificate issued for this one."
        )
    if "WRONG_VERSION_NUMBER" in text or "record layer failure" in text:
        return f"{base} does not speak TLS on this port. Should `url` begin with http://, or is it another port?"
    if "expired" in text:
        return f"The certificate of {base} has expired."
    if "certificate verify failed" in text or "CERTIFICATE_VERIFY_FAILED" in text:
        return (
            f"The certificate of {base} is signed by an unknown CA. Give the SMC's CA certificate in `ca_path` (or "
            "SMC_CA_PATH)."
        )
    if "NO_CERTIFICATE_OR_CRL_FOUND" in text or "PEM lib" in text:
        return f"The file of CAs to check {base} by holds no certificate in PEM. Check `ca_path` (or SMC_CA_PATH)."
    return f"The TLS handshake with {base} failed: {shorten(_last_reason(error), 120)}."


def _last_reason(error: BaseException) -> str:
    reason = getattr(error, "reason", None)
    if isinstance(reason, str):
        return reason.lower().replace("_", " ")
    inner = _inner(error)
    return _last_reason(inner) if inner is not None else type(error).__name__


def _inner(error: BaseException) -> BaseException | None:
    """The error that this one wraps: urllib3 and requests use `reason`, the arguments or the cause for it."""
    for wrapped in (getattr(error, "reason", None), *error.args, error.__cause__, error.__context__):
        if isinstance(wrapped, BaseException):
            return wrapped
    return None
