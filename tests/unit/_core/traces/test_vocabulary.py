# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which texts may stand in a trace as they are."""

from __future__ import annotations

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS
from ansible_collections.ngfw.smc.plugins.module_utils._core.traces.vocabulary import (
    WORDS,
    is_identifier,
    is_public,
    is_version,
    is_word,
)


@pytest.mark.parametrize("text", [*DEFINITIONS, *(one.polling for one in DEFINITIONS.values()), "BLACKLIST"])
def test_the_definitions_are_public(text: str) -> None:
    assert is_public(text)


@pytest.mark.parametrize(
    "text, public",
    [
        ("Fetch started", True),
        ("end of data", True),
        ("Locked Online", True),
        ("TCP established", True),
        ("AES-256", True),
        ("IPsec", True),
        ("IPv4", True),
        ("HMAC-SHA256", True),
        ("flush_block_list", True),
        ("BlacklistEntrySourceIp", True),
        ("Shared Domain", True),
        ("Plano FW", False),
        ("Unknown engine Plano", False),
        ("555 123 456", False),
        ("port 1 2 3", False),
        ("port 4711", False),
        ("10.0.0.1", False),
        ("offline \u2028", False),
        ("öffline", False),
        ("", False),
    ],
)
def test_public_texts(text: str, public: bool) -> None:
    assert is_public(text) is public


def test_words_are_in_small_letters_and_found_in_any() -> None:
    assert {word for word in WORDS if word != word.lower()} == set()
    assert is_word("Engine")
    assert not is_word("Plano")


@pytest.mark.parametrize(
    "text, version",
    [("7.1", True), ("6.10", True), ("7.1.2 build 29105", True), ("10.0.0.1", False), ("7", False), ("7.1-x", False)],
)
def test_versions(text: str, version: bool) -> None:
    assert is_version(text) is version


@pytest.mark.parametrize(
    "text, identifier", [("SrcVlan", True), ("src_vlan", True), ("Src Vlan", False), ("1028", False)]
)
def test_identifiers(text: str, identifier: bool) -> None:
    assert is_identifier(text) is identifier
