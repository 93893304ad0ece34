# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The path in an href that somebody else wrote."""

from __future__ import annotations

from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.href_path import path_below, path_in


@pytest.mark.parametrize(
    "text, path",
    [
        ("http://localhost:8082/7.1/elements/x/1", "/7.1/elements/x/1"),
        ("https://user@proxy/smc/7.1/elements/x/1", "/7.1/elements/x/1"),
        ("/7.1/elements/x/1", "/7.1/elements/x/1"),
        ("/smcx/7.1", "/smcx/7.1"),
        ("", None),
        (None, None),
        (5, None),
        ("ftp://localhost/7.1", None),
        ("//localhost/7.1", None),
        ("/7.1?x=1", None),
        ("/7.1#x", None),
        ("/7.1\\x", None),
        ("/7.1\n", None),
        ("/7.1 x", None),
        ("/7.1/\u00e4", None),
        ("//[", None),
        ("http://[/7.1/elements/x/1", None),
    ],
)
def test_path(text: Any, path: str | None) -> None:
    assert path_below(text, "/smc") == path


@pytest.mark.parametrize(
    "href, path", [("https://[::1]:8082/7.1/x", "/7.1/x"), ("/7.1/x", "/7.1/x"), ("http://[/7.1/x", "")]
)
def test_the_path_of_an_href_of_any_host(href: str, path: str) -> None:
    assert path_in(href) == path
