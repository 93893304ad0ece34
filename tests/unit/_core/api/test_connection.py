# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The options of a connection, checked before anything is sent."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import (
    Connection,
    bare_url,
    base_url,
    checked_password,
    checked_session,
    is_loopback,
    offered_versions,
    tidied,
    version_key,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from hypothesis import given
from hypothesis import strategies as st


@pytest.mark.parametrize("url", ["https://smc:8082/7.1", "https://smc:8082/7.4.1/", "https://smc:8082/api"])
def test_the_version_does_not_belong_into_the_url(url: str) -> None:
    with pytest.raises(OptionError, match="the version in `api_version`"):
        base_url(url)


@pytest.mark.parametrize(
    "url,expected",
    [
        ("https://smc:8082/", "https://smc:8082"),
        (" http://[::1]:8082/smc/ ", "http://[::1]:8082/smc"),
        ("https://SMC.example.com.", "https://smc.example.com."),
        ("https://smc.b\u00fccher.example", "https://smc.xn--bcher-kva.example"),
    ],
)
def test_the_url_is_scheme_host_port_and_path(url: str, expected: str) -> None:
    assert base_url(url) == expected


@pytest.mark.parametrize(
    "url,words",
    [
        ("", "`url` is empty. Write it like https://"),
        ("smc:8082", "does not begin with http:// or https://"),
        ("ftp://admin:s3cret@smc", "does not begin with http:// or https://"),
        ("https:/admin:s3cret@smc", "does not begin with http:// or https:// and the name of a host"),
        ("https://admin:s3cret@smc", "must not contain a user name or password"),
        ("https://smc:8082/a@b:s3cret", "a path with"),
        ("https://[::1", "cannot be read"),
        ("https://[s3cret]", "cannot be read|IPv6 address"),
        ("http://smc:99999", "cannot be read"),
        ("http://smc:s3cret", "cannot be read"),
        ("http://smc:0", "the port 0"),
        ("https://smc..s3cret", "empty or too long"),
        ("https://.smc", "empty or too long"),
        ("https://" + "s3cret" * 11, "empty or too long"),
        ("https://" + "s3cret." * 40, "empty or too long"),
        ("https://smc s3cret", "does not belong there"),
        ("https://smc\\s3cret", "does not belong there"),
        ("https://-", "does not belong there"),
    ],
)
def test_other_urls_are_refused_without_their_secrets(url: str, words: str) -> None:
    with pytest.raises(OptionError, match=words) as error:
        base_url(url)
    assert "s3cret" not in error.value.message


@given(st.text() | st.text(alphabet="htps:/@[].%0129é -").map("https://{}".format))
def test_a_url_is_read_or_refused(url: str) -> None:
    with suppress(OptionError):
        base = base_url(url)
        assert base_url(base) == base


@pytest.mark.parametrize(
    ("given", "value"),
    [
        ("\ufeffkey\r\n", "key"),
        (" 'key' ", "key"),
        ('"key"', "key"),
        ("it's", "it's"),
        ("''", None),
        (" ", None),
        (None, None),
        (7.1, "7.1"),
    ],
)
def test_what_stands_around_a_value_is_left_out(given: Any, value: str | None) -> None:
    assert tidied("api_key", given) == value


@pytest.mark.parametrize(
    ("given", "words"), [("s3\ncret", "line break"), ("s3cret\udcff", "not UTF-8"), ("s3\x00cret", "control character")]
)
def test_what_no_value_has_is_named(given: str, words: str) -> None:
    for check in (tidied, checked_password):
        with pytest.raises(OptionError, match=f"`api_key` has a.*{words}") as error:
            check("api_key", given)
        assert "cret" not in error.value.message


def test_a_password_is_taken_as_it_is() -> None:
    assert checked_password("password", " 'pass word' ") == " 'pass word' "
    for wrong in ("\ufeffs3cret", "s3cret\n"):
        with pytest.raises(OptionError, match="`password` begins with a byte order mark or ends with a line break"):
            checked_password("password", wrong)


def test_a_session_that_cannot_be_sent_is_named() -> None:
    assert checked_session({"url": " http://smc ", "cookie": None}) == {"url": "http://smc", "cookie": None}
    with pytest.raises(OptionError, match=r"`session\.cookie` has a character"):
        checked_session({"cookie": "JSESSIONID=\u00fc"})
    with pytest.raises(OptionError, match=r"`session\.product_version` is not a version"):
        checked_session({"product_version": "seven"})


@pytest.mark.parametrize(
    ("url", "local"),
    [("http://localhost:1", True), ("http://127.9.9.9", True), ("http://[::1]", True), ("http://smc", False)],
)
def test_what_stays_on_this_machine(url: str, local: bool) -> None:
    assert is_loopback(url) is local


def test_a_url_is_shown_without_secrets() -> None:
    assert bare_url("https://[::1") == "an address that cannot be read"
    assert bare_url("https://admin:s3cret@smc:8082/7.1/login?pwd=s3cret#s3cret") == "https://smc:8082/7.1/login"


def test_the_session_names_the_url() -> None:
    session = {"url": "https://smc:8082/"}
    assert Connection("", session=session).base == Connection("https://smc:8082", session=session).base
    with pytest.raises(OptionError, match="`session` was opened at https://smc:8082, but `url` is https://other"):
        _unused = Connection("https://other", session=session).base
    assert "https://smc" not in repr(Connection("", session=session))


@pytest.mark.parametrize(
    "options,has",
    [({"api_key": "k"}, True), ({"username": "u", "password": "p"}, True), ({"username": "u"}, False), ({}, False)],
)
def test_credentials_are_a_key_or_a_name_with_its_password(options: dict[str, str], has: bool) -> None:
    assert Connection("https://smc", **options).has_credentials is has  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "document,versions",
    [
        ({"version": [{"rel": "6.10", "href": "h"}, {"rel": "7.1"}, {"rel": "beta"}, {}, 5]}, ["6.10", "7.1"]),
        ({"version": "7.1"}, []),
        (["7.1"], []),
        (None, []),
    ],
)
def test_versions_are_read_and_the_newest_is_the_highest(document: Any, versions: list[str]) -> None:
    assert offered_versions(document) == versions
    assert max(["6.9", "6.10", "6"], key=version_key) == "6.10"
