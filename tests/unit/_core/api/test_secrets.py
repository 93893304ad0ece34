# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Secrets are hidden however they are quoted."""

from __future__ import annotations

import base64
import logging
from typing import Any
from urllib.parse import quote

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api import transport
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.secrets import (
    HIDDEN,
    HidePasswords,
    is_like_a_word,
    mask,
    scrub,
    secrets_in,
    session_ids,
)
from hypothesis import given
from hypothesis import strategies as st


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
    assert (
        scrub(f"at /7.1/lms_login?pwd={quoted} it failed", ["pa ss&wörd\"'"])
        == "at /7.1/lms_login?pwd=******** it failed"
    )


@given(st.lists(st.text(min_size=9), max_size=3), st.text(), st.text())
def test_no_secret_stays_in_a_text(secrets: list[str], before: str, after: str) -> None:
    text = scrub(before + "".join(secrets) + after, [None, "", *secrets])
    assert not any(secret in text for secret in secrets if "*" not in secret)


@pytest.mark.parametrize(
    "cookies,ids",
    [
        (None, []),
        ("", []),
        ("JSESSIONID=0123456789ABCDEF", ["0123456789ABCDEF"]),
        ("ROUTE=1; JSESSIONID=0123456789ABCDEF=", ["0123456789ABCDEF="]),
    ],
)
def test_the_session_id_alone_is_a_secret_too(cookies: str | None, ids: list[str]) -> None:
    assert session_ids(cookies) == ids


@pytest.mark.parametrize(
    "params,secrets",
    [
        ({"url": "https://admin:pw@smc:8082"}, {"pw"}),
        ({"url": "https://smc:8082"}, set()),
        ({"url": None}, set()),
        ({}, set()),
        ({"url": "https://[::1"}, set()),
        ({"url": "https:/admin:pw@smc"}, {"pw"}),
        ({"url": "https://admin:p@w@[::1"}, {"p@w"}),
    ],
)
def test_a_password_in_the_url_is_a_secret(params: dict[str, Any], secrets: set[str]) -> None:
    assert secrets_in(params) == secrets


@pytest.mark.parametrize(
    "quoted",
    [
        "s%2520%C3%B6cret%21x",
        "s%2520%c3%b6cret%21x",
        "S \u00d6CRET!X",
        "s%20\\u00f6cret\\u0021x",
        "s&#32;&#xF6;cret&#33;x",
        "s&nbsp;&ouml;cret&excl;x".replace("&nbsp;", "&#x20;"),
        "s+%f6cret!x",
        base64.b64encode("s \u00f6cret!x".encode()).decode(),
        base64.b64encode("me:s \u00f6cret!x".encode()).decode(),
        base64.urlsafe_b64encode("you:s \u00f6cret!x".encode()).decode(),
        "s \u00f6cre\u2026",
        "s%20%C3%B6cr",
    ],
)
def test_decoded_forms_are_compared(quoted: str) -> None:
    said = scrub(f"before {quoted}", ["s \u00f6cret!x"])
    assert said.startswith("before ") and HIDDEN in said
    # Base64 may leave what surrounds the secret.
    assert len(said) < len("before ") + len(HIDDEN) + 12


def test_the_id_of_an_unknown_session_is_hidden_too() -> None:
    said = "to /login;jsessionid=0123456789ABCDEF?x=y and Cookie: JSESSIONID=abc; %3Bjsessionid%3Dabcdef"
    assert (
        scrub(said, []) == "to /login;jsessionid=********?x=y and Cookie: JSESSIONID=********; %3Bjsessionid%3D********"
    )


@pytest.mark.parametrize("piece", ["<", "%25", "\\u0041", "&amp;", "a", "\\\\", "&#", "%", "jsessionid="])
def test_any_text_is_searched_in_one_pass(piece: str) -> None:
    """A pattern that backtracks would not end here."""
    scrub(piece * 60_000, ["a" * 30 + "b", "x" * 2000, "%25%25%25"])


@given(st.text(min_size=5), st.integers(0, 3))
def test_no_layer_of_quoting_shows_a_secret(secret: str, times: int) -> None:
    said = secret
    for _time in range(times):
        said = quote(said, safe="")
    assert secret not in scrub(f"<{said}>", [secret]) or secret in f"<{HIDDEN}>"


@pytest.mark.parametrize(
    ("secret", "like"), [("Plano", True), ("vpn-1", True), ("a1b2c3d4e5f6", False), ("correcthorse", True)]
)
def test_a_secret_that_is_like_a_word(secret: str, like: bool) -> None:
    assert is_like_a_word(secret) is like


def test_a_librarys_log_line_shows_no_password(caplog: pytest.LogCaptureFixture) -> None:
    logger = logging.getLogger("urllib3.connectionpool")
    assert transport.REQUESTS_MISSING is None
    assert [type(one) for one in logger.filters] == [HidePasswords]
    with caplog.at_level(logging.DEBUG, logger.name):
        logger.debug('%s "%s %s"', "http://smc", "POST", "/7.1/lms_login?login=admin&pwd=s3cret&domain=x")
        logger.debug("no arguments")
    assert caplog.messages == ['http://smc "POST /7.1/lms_login?login=admin&pwd=********&domain=x"', "no arguments"]


def test_a_result_without_secrets_is_the_same() -> None:
    result = {"changed": False, "engines": [{"name": "Plano"}]}
    assert mask(result, set()) == mask(result, {"other"}) == result


def test_a_secret_in_data_is_hidden_but_not_in_keys_and_hrefs() -> None:
    secret = "k3y-0f-the-4pi"
    result = {"engines": [{"name": f"x {secret}", "href": f"http://smc/{secret}", secret: 1}], "msg": f"at {secret}"}
    masked = mask(result, {secret})
    assert masked["engines"] == [{"name": f"x {HIDDEN}", "href": f"http://smc/{secret}", secret: 1}]
    assert masked["msg"] == f"at {HIDDEN}"
    assert ["It was removed, so the result is incomplete." in warning for warning in masked["warnings"]] == [True]


@pytest.mark.parametrize(
    "value",
    [
        "471108.25",
        "a471108.25b",
        471108.25,
        [{"deep": (1, None, "471108.25")}],
        {"a": {"b": [["471108.25", True]]}},
    ],
)
def test_a_secret_is_found_in_every_kind_of_value(value: Any) -> None:
    masked = mask({"facts": {"value": value}, "count": 3}, ["471108.25"])
    assert HIDDEN in str(masked["facts"]) and "471108.25" not in str(masked["facts"])
    assert masked["count"] == 3 and masked["warnings"]


def test_a_secret_that_is_a_word_stays_in_data_with_a_warning() -> None:
    result = {
        "ansible_facts": {"smc_vpn_sa": {"VPN": ["VPN 1"], "n": 7}},
        "msg": "VPN is wrong",
        "warnings": ["one VPN"],
    }
    masked = mask(result, {"VPN", "7"})
    assert masked["ansible_facts"] == result["ansible_facts"]
    assert masked["msg"] == f"{HIDDEN} is wrong"
    assert masked["warnings"][0] == f"one {HIDDEN}"
    assert ["ordinary word" in warning for warning in masked["warnings"][1:]] == [True]
