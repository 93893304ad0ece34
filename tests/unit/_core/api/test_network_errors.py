# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Error bodies and network errors in plain words."""

from __future__ import annotations

import http.client
import ssl
from socket import gaierror

import pytest
import requests
import urllib3
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.adapter import CutInHeaders
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.network_errors import explain_tls, root_cause, words_in


@pytest.mark.parametrize(
    "body,words",
    [
        (
            b'{"message": "Database problem.", "details": ["Element is locked.", "Try again."]}',
            "Database problem: Element is locked; Try again",
        ),
        (b'{"message": "Failure", "details": "by itself", "status": "503"}', "Failure: by itself"),
        (b'{"message": "Failure", "details": null}', "Failure"),
        (b'{"status": "503"}', '{"status": "503"}'),
        (b"<html><head><title>x</title></head><style>p {}</style><h1>HTTP Status 403</h1></html>", "HTTP Status 403"),
        (b'{"message":null,"details":null,"status":500}', ""),
        (b'{"message":"m","details":{"a":1}}', "m: {'a': 1}"),
        (b"<h1>HTTP 503</h1>\n a&amp;b ", "HTTP 503 a&b"),
        ("Zugriff verweigert: Schlüssel".encode("latin-1"), "Zugriff verweigert: Schlüssel"),
        (b"Database problem.\n", "Database problem"),
        (b"[" * 100_000, "[" * 299 + "…"),
        (b"", ""),
        (None, ""),
    ],
)
def test_the_servers_own_words(body: bytes | None, words: str) -> None:
    assert words_in(body, str) == words


@pytest.mark.parametrize(
    "error,reason",
    [
        (gaierror(-2, "Name or service not known"), "the host name cannot be resolved"),
        (ConnectionRefusedError(111, "Connection refused"), "connection refused"),
        (TimeoutError(), "timed out"),
        (ConnectionResetError(), "connection reset"),
        (OSError(113, "No route to host"), "no route to host"),
        (urllib3.exceptions.ProtocolError("odd"), "the answer is not HTTP"),
        (http.client.RemoteDisconnected("gone"), "the server closed the connection without an answer"),
        (http.client.IncompleteRead(b""), "the answer was cut off"),
        (http.client.BadStatusLine("x"), "the answer is not HTTP"),
        (CutInHeaders("cut"), "the answer was cut off in its headers"),
        (
            ssl.SSLEOFError(8, "EOF occurred in violation of protocol (_ssl.c:2427)"),
            "the TLS connection was closed without an answer",
        ),
        (requests.ConnectionError("http://admin:s3cret@smc"), "ConnectionError"),
    ],
)
def test_the_reason_is_found_within_any_wrapping(error: Exception, reason: str) -> None:
    wrapped = requests.ConnectionError(urllib3.exceptions.HTTPError("http://smc?pwd=s3cret", error))
    assert root_cause(error) == reason
    assert root_cause(wrapped) in (reason, "ConnectionError")
    assert "s3cret" not in root_cause(wrapped)


def test_errors_that_wrap_each_other_end() -> None:
    first, second = ValueError(), ValueError()
    first.__cause__, second.__cause__ = second, first
    assert root_cause(first) == "ValueError"


@pytest.mark.parametrize(
    "text,words",
    [
        ("[SSL: WRONG_VERSION_NUMBER]", "does not speak TLS on this port"),
        ("[SSL: TLSV1_ALERT_PROTOCOL_VERSION] tlsv1 alert protocol version (_ssl.c:1006)", "no common version of TLS"),
        ("[SSL: UNSUPPORTED_PROTOCOL] unsupported protocol", "use TLS 1.2 or later"),
        ("[SSL: TLSV13_ALERT_CERTIFICATE_REQUIRED] tlsv13 alert", "wants a certificate of the client"),
        ("[SSL: SSLV3_ALERT_HANDSHAKE_FAILURE] sslv3 alert handshake failure", "or it shares no cipher"),
        ("[SSL: TLSV1_UNRECOGNIZED_NAME]", "serves no such host name"),
        ("[SSL: DH_KEY_TOO_SMALL]", "too weak for this machine's OpenSSL"),
        ("something else", "The TLS handshake with https://smc failed: sslerror."),
    ],
)
def test_a_refused_certificate_has_a_cause_and_a_remedy(text: str, words: str) -> None:
    assert words.lower() in explain_tls("https://smc", ssl.SSLError(1, text)).lower()


@pytest.mark.parametrize("piece", ["<", "<style", "<style>", "<a>", "&lt;", "</style", "<!--", ">", "[", '{"message":'])
def test_any_page_is_read_in_one_pass(piece: str) -> None:
    """A pattern that backtracks would not end here."""
    assert len(words_in((piece * 400_000).encode(), str)) <= 300


def test_secrets_are_hidden_before_anything_is_cut() -> None:
    def scrub(text: str) -> str:
        return text.replace("s3cret-s3cret", "********")

    body = b"x" * 290 + b" s3cret-s3cret"
    assert words_in(body, scrub).endswith(" ********")
    assert words_in(b'{"message": "m s3cret\\u002ds3cret"}', scrub) == "m ********"


def test_styles_scripts_and_heads_are_not_words() -> None:
    page = b"<HEAD><title>t</title></HEAD><header>Error</header><script>if (a<b) {}</script> 404 <b>a < b</b>"
    assert words_in(page, str).split() == ["Error", "404", "a"]
