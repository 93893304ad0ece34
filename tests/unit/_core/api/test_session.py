# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a session needs no socket: hrefs, what it hands over, and what it hides."""

from __future__ import annotations

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import (
    ConnectionFailed,
    OptionError,
    SessionExpired,
)


@pytest.mark.parametrize(
    "url,href,expected",
    [
        ("http://smc:8082", "http://localhost:8082/7.1/elements/x", "http://smc:8082/7.1/elements/x"),
        ("https://gw/smc/", "http://10.0.0.1:8082/7.1/elements/x?a=b", "https://gw/smc/7.1/elements/x?a=b"),
        ("https://gw/smc", "https://other/smc/7.1/elements/x", "https://gw/smc/7.1/elements/x"),
        ("http://[::1]:8082", "http://localhost:8082/7.1/api", "http://[::1]:8082/7.1/api"),
        ("https://gw/smc", "/7.1/elements/x", "https://gw/smc/7.1/elements/x"),
    ],
)
def test_hrefs_are_rebased(url: str, href: str, expected: str) -> None:
    assert Session(Connection(url, api_key="k")).rebase(href) == expected


HANDED_IN = {"url": "http://smc", "api_version": "7.1", "cookie": "ROUTE=1; JSESSIONID=0123456789ABCDEF"}


def test_a_session_that_is_handed_in_is_handed_on() -> None:
    with Session(Connection("", session=HANDED_IN)) as session:
        assert (session.api_version, session.product, session.domain) == ("7.1", (7, 1), "Shared Domain")
        assert session.credentials() == (HANDED_IN["cookie"], None)
        given = session.hand_over()
    assert given == {**HANDED_IN, "product_version": "7.1", "domain": "Shared Domain", "token": None}


def test_a_session_of_one_of_several_servers_is_used() -> None:
    pair = Connection("https://other, http://smc/", session=HANDED_IN)
    assert pair.base == "http://smc"
    assert Connection("https://other, http://smc/", api_key="k").urls == ["https://other", "http://smc"]
    with pytest.raises(OptionError, match="`session` was opened at http://smc, but `url` is https://a, https://b"):
        _unused = Connection("https://a,https://b", session=HANDED_IN).base


def test_a_session_without_credentials_is_refused() -> None:
    with (
        pytest.raises(OptionError, match="neither a cookie nor a token"),
        Session(Connection("", session={"url": "http://smc", "api_version": "7.1"})),
    ):
        pass


def test_an_ended_session_sends_nothing() -> None:
    with Session(Connection("", session=HANDED_IN)) as session:
        pass
    with pytest.raises(SessionExpired, match="ended before reading an element"):
        session.request("GET", "elements/x", "reading an element")


@pytest.mark.parametrize("href", ["http://[::1", "//[", "https://[x]/y"])
def test_an_href_that_is_no_address_is_an_error_of_the_tree(href: str) -> None:
    with pytest.raises(ConnectionFailed, match="href that cannot be read"):
        Session(Connection("http://smc", api_key="k")).rebase(href)


@pytest.mark.parametrize(
    ("connection", "warning"),
    [
        (Connection("http://smc", api_key="k"), "so the API key goes over the network in clear text"),
        (Connection("http://smc", username="u", password="p"), "so the password goes"),
        (Connection("", session=HANDED_IN), "so the session goes"),
        (Connection("https://smc", api_key="k", validate_certs=False), "`validate_certs` is false"),
        (Connection("https://smc", api_key="k"), None),
        (Connection("http://127.0.0.1:8082", api_key="k"), None),
        (Connection("https://localhost", api_key="k", validate_certs=False), None),
    ],
)
def test_what_is_not_safe_is_said_once(connection: Connection, warning: str | None) -> None:
    warnings = Session(connection).warnings
    assert len(warnings) == (1 if warning else 0)
    assert warning is None or warning in warnings[0]


def test_every_secret_of_the_session_is_hidden() -> None:
    connection = Connection("http://smc", api_key="the key", password="the word", session=HANDED_IN)
    with Session(connection) as session:
        said = "the key, the word, ROUTE=1; JSESSIONID=0123456789ABCDEF, and 0123456789ABCDEF of node 1"
        assert session.scrub(said) == "********, ********, ********, and ******** of node 1"
