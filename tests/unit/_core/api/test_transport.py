# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Requests without a login: what fails is explained without secrets, and certificates are checked."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.transport import Transport
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import (
    ConnectionFailed,
    OptionError,
    TLSRefused,
)

from simulator import Simulator
from simulator.fixtures import simulator
from simulator.tls import KINDS

__all__ = ["simulator"]


def transport(connection: Connection) -> Transport:
    return Transport(connection, pool_size=1, scrub=lambda text: text)


def is_accepted(sender: Transport) -> bool:
    """Whether a connection for a WebSocket is made."""
    try:
        sender.connect("opening the monitoring socket").close()
    except TLSRefused:
        return False
    return True


def test_any_status_is_an_answer(simulator: Callable[..., Simulator]) -> None:
    smc = simulator()
    sender = transport(Connection(smc.url))
    found = sender.send("GET", f"{smc.url}/api", "asking for versions", {})
    assert found.ok and found.tries == 1 and "version" in found.document()
    assert sender.send("GET", f"{smc.url}/7.1/elements", "searching", {}).status == 401
    sender.close()


def test_a_busy_smc_is_asked_again(simulator: Callable[..., Simulator]) -> None:
    smc = simulator({"faults": [{"at": "versions", "status": 503, "times": 1, "retry_after": 0}]})
    sender = transport(Connection(smc.url))
    assert sender.send("GET", f"{smc.url}/api", "asking for versions", {}).tries == 2
    sender.close()


@pytest.mark.parametrize("deed", ["drop", "eof"])
def test_a_lost_connection_is_explained_without_the_url(simulator: Callable[..., Simulator], deed: str) -> None:
    smc = simulator({"faults": [{"at": "login", "do": deed, "times": 0}]})
    sender = transport(Connection(smc.url))
    with pytest.raises(ConnectionFailed, match=f"Could not reach the SMC API at {smc.url} while logging in: ") as error:
        sender.send("POST", f"{smc.url}/7.1/lms_login", "logging in", {}, {"login": "admin", "pwd": "s3cret"}, {})
    assert "s3cret" not in error.value.message and "lms_login" not in error.value.message
    sender.close()


def test_nobody_listens() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        sender = transport(Connection(url))
        with pytest.raises(ConnectionFailed, match="connection refused"):
            sender.send("GET", f"{url}/api", "asking for versions", {})
    sender.close()


def test_certificates_are_checked_for_http_and_the_websocket(
    simulator: Callable[..., Simulator], tmp_path: Path
) -> None:
    smc = simulator(tls="good", tls_directory=tmp_path)
    trusting = transport(Connection(smc.url, ca_path=str(smc.ca_path)))
    assert trusting.send("GET", f"{smc.url}/api", "asking for versions", {}).ok
    assert is_accepted(trusting)
    strict = transport(Connection(smc.url))
    with pytest.raises(TLSRefused, match="is signed by an unknown CA"):
        strict.send("GET", f"{smc.url}/api", "asking for versions", {})
    assert not is_accepted(strict)
    careless = transport(Connection(smc.url, validate_certs=False))
    assert careless.send("GET", f"{smc.url}/api", "asking for versions", {}).ok
    assert is_accepted(careless)
    for sender in (trusting, strict, careless):
        sender.close()


SAID = {
    "good": "",
    "other_ca": "is signed by an unknown CA",
    "wrong_host": "is for another address",
    "expired": "has expired",
    "not_yet_valid": "is not valid yet",
    "for_clients": "is not meant for servers",
}


@pytest.mark.parametrize("kind", KINDS)
def test_http_and_the_websocket_have_the_same_verdict(
    simulator: Callable[..., Simulator], tmp_path: Path, kind: str
) -> None:
    smc = simulator(tls=kind, tls_directory=tmp_path)
    sender = transport(Connection(smc.url, ca_path=str(smc.ca_path)))
    verdicts = []
    for ask in (
        lambda: sender.send("GET", f"{smc.url}/api", "asking for versions", {}),
        lambda: sender.connect("opening the monitoring socket").close(),
    ):
        try:
            ask()
            verdicts.append("")
        except TLSRefused as error:
            verdicts.append(error.message)
    sender.close()
    assert verdicts[0] == verdicts[1]
    assert SAID[kind] in verdicts[0] and bool(SAID[kind]) is bool(verdicts[0])


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"])
def test_a_variable_that_names_no_file_is_named(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "/nowhere/ca.pem")
    with pytest.raises(OptionError, match=f"The environment variable {variable} is '/nowhere/ca.pem'"):
        transport(Connection("https://smc"))


@pytest.mark.parametrize("value", ["https://proxy:1", "http://proxy:99999", "nonsense://x", "http://me:s3cret@"])
def test_a_proxy_that_cannot_be_used_is_named(monkeypatch: pytest.MonkeyPatch, value: str) -> None:
    monkeypatch.setenv("https_proxy", value)
    monkeypatch.setenv("no_proxy", "")
    with pytest.raises(OptionError, match="The environment variable https_proxy") as error:
        transport(Connection("https://smc"))
    assert "s3cret" not in error.value.message
