# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which proxy the environment names, and which hosts it exempts."""

from __future__ import annotations

import sys

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.proxies import is_exempt, proxy_for, read_proxy
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import MissingLibrary, OptionError, SMCError
from hypothesis import given
from hypothesis import strategies as st

SMC = "https://smc.example.com:8082"


@pytest.mark.parametrize(
    ("environment", "proxy"),
    [
        ({}, None),
        ({"https_proxy": "http://proxy:3128"}, "http://proxy:3128"),
        ({"HTTPS_PROXY": "proxy:3128"}, "http://proxy:3128"),
        ({"HTTPS_PROXY": "http://upper:1", "https_proxy": "http://lower:2"}, "http://lower:2"),
        ({"http_proxy": "http://proxy:3128"}, None),
        ({"all_proxy": "http://proxy"}, "http://proxy:80"),
        ({"https_proxy": "http://[2001:db8::1]:8080"}, "http://[2001:db8::1]:8080"),
        ({"https_proxy": "http://proxy:3128", "no_proxy": "example.com"}, None),
        ({"https_proxy": "http://proxy:3128", "NO_PROXY": "*"}, None),
        ({"https_proxy": " "}, None),
    ],
)
def test_the_proxy_that_the_environment_names(environment: dict[str, str], proxy: str | None) -> None:
    found = proxy_for(SMC, environment)
    assert (found and str(found)) == proxy


def test_a_header_of_a_cgi_client_is_not_a_proxy() -> None:
    environment = {"HTTP_PROXY": "http://attacker:1", "REQUEST_METHOD": "GET"}
    assert proxy_for("http://smc:8082", environment) is None


@pytest.mark.parametrize(
    ("host", "exempt", "expected"),
    [
        ("smc.example.com", "example.com", True),
        ("smc.example.com", ".example.com", True),
        ("smc.example.com", "EXAMPLE.com.", True),
        ("smc.example.com", "ample.com", False),
        ("smc.example.com", "smc.example.com:8082", True),
        ("smc.example.com", "smc.example.com:443", False),
        ("smc.example.com", "other, smc.example.com", True),
        ("smc.example.com", "", False),
        ("smc.example.com", ".", False),
        ("192.0.2.7", "192.0.2.0/24", True),
        ("192.0.2.7", "192.0.2.7", True),
        ("192.0.2.7", "198.51.100.0/24", False),
        ("192.0.2.7", "192.0.2.7:8082", True),
        ("2001:db8::7", "2001:db8::/32", True),
        ("2001:db8::7", "[2001:db8::7]", True),
        ("2001:db8::7", "[2001:DB8:0::7]:8082", True),
        ("2001:db8::7", "[2001:db8::7]:443", False),
        ("2001:db8::7", "2001:db9::/32", False),
        ("2001:db8::7", "192.0.2.0/24", False),
    ],
)
def test_exempt_hosts(host: str, exempt: str, expected: bool) -> None:
    assert is_exempt(host, 8082, exempt) is expected


def test_credentials_are_decoded_and_not_shown() -> None:
    proxy = read_proxy("http://us%40er:p%3Aw@proxy:3128", "https_proxy")
    assert (proxy.username, proxy.password) == ("us@er", "p:w")
    assert proxy.url == "http://us%40er:p%3Aw@proxy:3128"
    assert str(proxy) == "http://proxy:3128"


@pytest.mark.parametrize(
    "value",
    [
        "http://",
        "http://proxy:port",
        "http://proxy:99999",
        "http://proxy:0",
        f"http://{'x' * 70}:3128",
        "http://proxy..example.com:3128",
        "http://pro\udcffxy:3128",
        "http://[::1",
        "http://a b",
        "http://proxy/path",
        "ftp://proxy",
    ],
)
def test_what_is_not_a_proxy_names_its_variable_and_not_its_value(value: str) -> None:
    with pytest.raises(OptionError, match="https_proxy") as caught:
        read_proxy(value.replace("//", "//user:secret@"), "https_proxy")
    assert "secret" not in caught.value.message


def test_a_proxy_over_tls_is_refused_by_name() -> None:
    with pytest.raises(OptionError, match=r"HTTPS_PROXY names a proxy that is reached over TLS"):
        proxy_for(SMC, {"HTTPS_PROXY": "https://proxy:443"})


def test_socks_needs_a_library(monkeypatch: pytest.MonkeyPatch) -> None:
    # As if it were not installed.
    monkeypatch.setitem(sys.modules, "socks", None)
    with pytest.raises(MissingLibrary, match="PySocks"):
        read_proxy("socks5://proxy", "all_proxy")


@given(value=st.text(max_size=60), host=st.text(max_size=30), exempt=st.text(max_size=60))
def test_no_environment_raises_anything_else(value: str, host: str, exempt: str) -> None:
    is_exempt(host, 8082, exempt)
    try:
        proxy_for(SMC, {"https_proxy": value, "no_proxy": exempt})
    except SMCError as error:
        assert "https_proxy" in str(error)  # noqa: PT017
