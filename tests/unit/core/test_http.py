# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What of a session needs no socket: hrefs, secrets, patience."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.connection import Connection, base_url
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.http import Retries, Session


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


@pytest.mark.parametrize("url", ["https://smc:8082/7.1", "https://smc:8082/7.4.1/", "https://smc:8082/api"])
def test_the_version_does_not_belong_into_the_url(url: str) -> None:
    with pytest.raises(OptionError, match="the version in `api_version`"):
        base_url(url)


@pytest.mark.parametrize(
    "quoted",
    [
        "pa ss&wörd\"'",
        "pa%20ss%26w%C3%B6rd%22%27",
        "pa+ss%26w%C3%B6rd%22%27",
        "pa ss&amp;wörd&quot;&#x27;",
        "pa ss&w\\u00f6rd\\\"'",
    ],
)
def test_a_secret_is_hidden_however_the_server_quotes_it(quoted: str) -> None:
    session = Session(Connection("http://smc", username="admin", password="pa ss&wörd\"'"))
    assert session.scrub(f"at /7.1/lms_login?pwd={quoted} it failed") == "at /7.1/lms_login?pwd=******** it failed"


def test_patience_with_a_busy_smc(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(time, "sleep", slept.append)
    retries = Retries(60.0)
    while retries.wait(503, None):
        pass
    assert slept == pytest.approx([0.3, 0.6, 1.2, 2.4])
    assert retries.tries == 5


def test_the_session_id_alone_is_a_secret_too() -> None:
    handed_in = {"url": "http://smc", "api_version": "7.1", "cookie": "ROUTE=1; JSESSIONID=0123456789ABCDEF"}
    with Session(Connection("http://smc", session=handed_in)) as session:
        assert session.scrub("session 0123456789ABCDEF of node 1 is unknown") == "session ******** of node 1 is unknown"


@pytest.mark.parametrize(
    "status,header,slept",
    [
        (429, "7", 7),
        (503, "0", 0),
        (503, "soon", 0.3),
        (503, "nan", 0.3),
        (503, "Fri, 01 Jan 2021 00:00:00 GMT", 0),
        (503, "600", None),
        (503, "Thu, 01 Jan 2099 00:00:00 GMT", None),
        (500, "1", None),
    ],
)
def test_what_retry_after_says(monkeypatch: pytest.MonkeyPatch, status: int, header: str, slept: float | None) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    assert Retries(60.0).wait(status, header) is (slept is not None)
    assert waits == ([] if slept is None else [slept])


def test_a_date_to_retry_after_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(time, "sleep", waits.append)
    date = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    assert Retries(60.0).wait(503, date)
    assert 10 < waits[0] <= 20
