# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What a server says when it refuses something, in words for a person."""

from __future__ import annotations

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.causes import words_in


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
    assert words_in(body) == words
