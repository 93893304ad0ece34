# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Scenarios, TLS, the control interface and the command."""

from __future__ import annotations

import json
import signal
import ssl
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from simulator import Fault, Scenario, Simulator
from simulator.__main__ import main

ROOT = Path(__file__).resolve().parents[3]


def test_scenario_goes_through_json():
    scenario = Scenario(end_signals=["event4", "end"], faults=[Fault("listing", status=429, retry_after=1)])
    assert Scenario.from_dict(json.loads(json.dumps(scenario.to_dict()))) == scenario


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"nonsense": 1}, "nonsense"),
        ({"end_signals": ["maybe"]}, "maybe"),
        ({"empty_set": "loud"}, "empty_set"),
        ({"batch_size": 201}, "batch_size"),
        ({"failure_texts": {"x": "y"}}, "failure texts"),
    ],
)
def test_scenario_refuses_what_it_can_not_play(values, words):
    with pytest.raises(ValueError, match=words):
        Scenario.from_dict(values)
    scenario = Scenario()
    with pytest.raises(ValueError, match=words):
        scenario.update(values)
    assert scenario == Scenario()


def test_tls(tmp_path):
    for kind in ("good", "other_ca", "wrong_host"):
        with Simulator(tls=kind, tls_directory=tmp_path) as smc:
            if kind == "good":
                assert requests.get(f"{smc.url}/api", verify=smc.ca_path, timeout=5).status_code == 200
                continue
            with pytest.raises(requests.exceptions.SSLError) as caught:
                requests.get(f"{smc.url}/api", verify=smc.ca_path, timeout=5)
            assert ("match" if kind == "wrong_host" else "issuer") in str(caught.value) or "self-signed" in str(
                caught.value
            )


def test_tls_for_sockets_and_without_a_directory(client):
    with Simulator(Scenario(end_signals=["end"]), tls="good") as smc:
        assert client(smc).entries("USERS")
        assert ssl.create_default_context(cafile=smc.ca_path)
    with pytest.raises(ValueError, match="tls"), Simulator(tls="best"):
        pass
    with Simulator() as smc, pytest.raises(RuntimeError):
        assert smc.ca_path


def test_control(simulator, client):
    smc = simulator()
    me = client(smc)
    assert me.control("PATCH", "scenario", {"end_signals": ["end"], "faults": [{"at": "listing"}]}).json()[
        "end_signals"
    ] == ["end"]
    assert me.control("PATCH", "scenario", {"moon": 1}).status_code == 400
    assert me.get("/elements").status_code == 503
    seen = me.control("GET", "statistics").json()
    assert (seen["logins"], seen["requests"]["GET /{v}/elements"], seen["statuses"]["503"]) == (1, 1, 1)
    assert "frames" not in me.control("GET", "statistics?frames=0").json()
    now = smc.world.clock.now
    assert me.control("POST", "clock", {"advance": 60}).json() == {"now": now + 60_000}
    assert me.control("POST", "clock", {"advance": -1}).status_code == 400
    for hook, body in (
        ("change_route", {"engine": "Plano FW", "network": "10.9.0.0/16", "gateway": "10.0.1.9"}),
        ("drop_vpn_tunnel", {"engine": "Plano FW", "peer": "HQ"}),
        ("set_node", {"engine": "HQ cluster", "node": 2, "online": False}),
        ("add_alert", {"severity": "Critical"}),
        (
            "block",
            {
                "engine": "Lab FW",
                "entries": [{"end_point1": {"address_mode": "any"}, "end_point2": {"address_mode": "any"}}],
            },
        ),
    ):
        assert me.control("POST", f"world/{hook}", body).status_code == 200
    assert len(me.entries("VPN_SA")) == 2
    assert len(me.entries("BLOCK_LIST", "Lab FW")) == 1
    assert me.control("POST", "world/set_node", {"engine": "Nowhere"}).status_code == 400
    assert me.control("POST", "world/advance", {"seconds": 1}).status_code == 404
    assert me.control("POST", "sessions/expire").status_code == 200
    assert me.get("/elements").status_code == 401
    assert me.control("POST", "reset").status_code == 200
    assert me.control("GET", "scenario").json() == Scenario().to_dict()
    assert me.control("GET", "statistics").json()["logins"] == 0


def test_port_in_use_is_reported(simulator):
    smc = simulator()
    port = int(smc.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"), Simulator(port=port):
        pass
    assert main(["--port", str(port)]) == 1


@pytest.mark.parametrize(
    "arguments",
    [["--scenario", '{"x": 1}'], ["--scenario", "no-such-file"], ["--connections", "1", "--connections-engine", "X"]],
)
def test_bad_command_lines(arguments, capsys):
    with pytest.raises(SystemExit) as caught:
        main(arguments)
    assert caught.value.code == 2
    assert "error:" in capsys.readouterr().err


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_command_serves_until_it_is_told_to_stop(tmp_path, number):
    scenario = tmp_path / "scenario.json"
    scenario.write_text('{"login_status": 201}')
    ready = tmp_path / "ready.json"
    command = [
        sys.executable,
        "-m",
        "simulator",
        "--ready-file",
        str(ready),
        "--scenario",
        str(scenario),
        "--token-sessions",
    ]
    command += ["--tls-directory", str(tmp_path / "tls"), "--engines", "20", "--connections", "100", "--jinja"]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = json.loads(process.stdout.readline())
            login = requests.post(
                f"{line['url']}/7.1/login",
                json={"authenticationkey": line["api_key"]},
                verify=line["ca_path"],
                timeout=5,
            )
            assert (login.status_code, "Authorization" in login.headers) == (201, True)
            assert json.loads(ready.read_text()) == line
        finally:
            process.send_signal(number)
        assert process.wait(10) == 0
        assert process.stdout.read() == ""


def test_time_passes_by_itself_in_a_server(client):
    with Simulator(realtime=True) as smc:
        talk = client(smc).socket()
        talk.ask("CONNECTIONS")
        talk.until(lambda message: "records" in message)
        smc.advance(5)
        assert "records" in talk.read()
        talk.close()
