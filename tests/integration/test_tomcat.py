# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The modules against Apache Tomcat, the web server that an SMC embeds, and the simulator beside it.

Whatever Tomcat does, a snapshot is complete, or the task fails with a sentence.
"""

from __future__ import annotations

import json
import os
import re
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Any

import pytest
import requests
import websocket
import yaml
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.channel import Channel
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.protocol import REQUEST_LIMIT, TOO_BIG
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import ChannelClosed

from simulator import Scenario, Simulator
from simulator.tls import make_certificates
from tests.integration.conftest import Ansible, Run
from tests.tomcat.export import DOMAIN, FOREIGN_HOST, VERSION, export
from tests.tomcat.server import Tomcat, missing

MISSING = missing()
if MISSING is not None and not os.environ.get("CI"):
    pytest.skip(f"NOTHING IS TRIED ON TOMCAT. {MISSING}", allow_module_level=True)

EIGHT = ["CONNECTIONS", "BLOCK_LIST", "VPN_SA", "USERS", "ROUTING", "SSLVPNV2", "ACTIVE_ALERTS", "NEIGHBORS"]
# Three messages of Plano FW's, of which two are full.
CONNECTIONS = 450
INFO, FACTS = "ngfw.smc.engine_info", "ngfw.smc.session_facts"

Server = Tomcat | Simulator
Factory = Callable[..., Tomcat]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The simulator's world as files."""
    if MISSING is not None:
        pytest.fail(f"{MISSING}. CI must try Tomcat, so this is no skip.")
    folder = tmp_path_factory.mktemp("tomcat")
    export(folder, connections=CONNECTIONS)
    return folder


@pytest.fixture(scope="module")
def running(world: Path) -> Iterator[Tomcat]:
    with Tomcat(world) as smc:
        yield smc


@pytest.fixture
def steady(running: Tomcat) -> Iterator[Tomcat]:
    """A Tomcat with which nothing is wrong, unless the test sets that, and which outlives the test."""
    running.reset()
    yield running
    running.reset()


@pytest.fixture
def tomcat(world: Path) -> Iterator[Factory]:
    """Start a Tomcat of the test's own: for settings of its connector, or to end it."""
    with ExitStack() as stack:

        def start(**settings: Any) -> Tomcat:
            return stack.enter_context(Tomcat(world, **settings))

        yield start


def wait_for(condition: Callable[[], Any]) -> None:
    for _unused in range(3_000):
        if condition():
            return
        time.sleep(0.01)
    raise AssertionError("it did not come to be")


def truth(world: Path, definition: str, target: str = "Plano FW") -> Counter[tuple[str, str]]:
    """Node and key of each entry that the server sends."""
    file = world / "tables" / (DOMAIN if definition == "ACTIVE_ALERTS" else target) / f"{definition}.jsonl"
    messages = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    entries = [entry for message in messages for entry in message.get("records", {}).get("added", [])]
    return Counter((entry["NodeId"], entry["delta_key"]) for entry in entries if entry.get("SessionEvent") != "4")


def identities(entries: list[dict[str, Any]]) -> Counter[tuple[str, str]]:
    return Counter((entry["node_id"], entry["delta_key"]) for entry in entries)


def facts(**options: Any) -> dict[str, Any]:
    return {"name": "facts", FACTS: {"definitions": "CONNECTIONS", **options}, "ignore_errors": True}


def failed(run: Run, kind: str, *words: str) -> dict[str, Any]:
    """The one task's result: an error of this kind, a sentence that says all this, and nothing that shocks."""
    result = run.result("facts")
    assert [line["status"] for line in run.tasks if line["task"] == "facts"] == ["failed"], run.output
    assert result["error"]["kind"] == kind, result["msg"]
    for wanted in words:
        assert wanted in result["msg"]
    assert "Traceback" not in run.output
    assert "<html" not in run.output
    assert Tomcat.api_key not in run.output
    assert "ansible_facts" not in result or "smc_connections" not in result["ansible_facts"]
    return result


# -- all is well


@pytest.mark.parametrize("scheme,end", [("http", True), ("https", False)])
def test_eight_definitions_in_one_task(
    ansible: Ansible, tomcat: Factory, world: Path, tmp_path: Path, scheme: str, end: bool
) -> None:
    secure: dict[str, Any] = {}
    if scheme == "https":
        make_certificates(tmp_path)
        secure = {"ca_path": str(tmp_path / "ca.pem")}
    smc = tomcat(end=end, tls=tmp_path / "good.pem" if secure else None)
    assert smc.url.startswith(f"{scheme}://")
    assert ("Secure" in Probe(smc, **secure).login.headers["Set-Cookie"]) is bool(secure)
    ansible.use(smc)
    before = smc.statistics()
    run = ansible.tasks(facts(definitions=EIGHT, **secure)).check()
    tables = run.result("facts")["ansible_facts"]
    for name in EIGHT:
        table = tables["smc_" + name.lower()]
        assert table["complete"] is True
        # Alerts bear no sign of their end but the server's end message; of two signs the first to be seen counts.
        signs = {"end"} if end else {"quiet"} if name == "ACTIVE_ALERTS" else set()
        assert table["completed_by"] in (signs if name == "ACTIVE_ALERTS" else {*signs, "event4"})
        assert identities(table["entries"]) == truth(world, name)
        assert set(truth(world, name).values()) == {1}
    wait_for(lambda: not smc.statistics()["sockets_open"])
    seen = smc.statistics()
    assert {name: seen[name] - before[name] for name in ("logins", "logouts", "sessions", "sockets")} == {
        "logins": 1,
        "logouts": 1,
        "sessions": 0,
        "sockets": 8,
    }


def test_an_empty_table_and_an_engine_that_is_off(ansible: Ansible, steady: Tomcat) -> None:
    steady.set(end=False)
    ansible.use(steady)
    run = ansible.tasks(
        {**facts(definitions=["USERS", "ROUTING"], target="Lab FW"), "name": "empty"},
        facts(target="Depot FW", first_entry_timeout=2),
    )
    for table in run.result("empty")["ansible_facts"].values():
        assert (table["complete"], table["completed_by"], table["entries"]) == (True, "event4", [])
    failed(run, "engine_offline", "Depot FW", "no node of it is online")


def test_the_polling_interface_beside_the_socket(ansible: Ansible, steady: Tomcat, world: Path) -> None:
    """One message of three comes, and nothing after it: silence, as at the end of a table. The other source knows better."""
    steady.set(holdAfter=1)
    ansible.use(steady)
    run = ansible.tasks(
        {**facts(definitions=EIGHT, transport="polling"), "name": "polled"},
        facts(quiet_period=0.3),
    )
    for name in EIGHT:
        table = run.result("polled")["ansible_facts"]["smc_" + name.lower()]
        assert (table["completed_by"], table["transport"]) == ("is_all", "polling")
        assert identities(table["entries"]) == truth(world, name)
    failed(run, "incomplete", "the socket sent 200 entries, and the SMC's polling interface lists 450")


def test_other_modules_give_the_same_as_on_the_simulator(ansible: Ansible, steady: Tomcat, world: Path) -> None:
    scenario = Scenario(end_signals=["event4", "end"], foreign_host=FOREIGN_HOST)
    snapshot = {"targets": ["Plano FW", "HQ cluster"], "definitions": ["CONNECTIONS", "ROUTING"]}
    results = []
    with Simulator(scenario, connections=CONNECTIONS, api_versions=(VERSION,)) as simulated:
        for smc in (steady, simulated):
            ansible.use(smc)
            folder = ansible.folder / type(smc).__name__
            run = ansible.tasks(
                {"name": "engines", INFO: {"gather": ["status", "appliance"]}},
                {"name": "snapshot", "ngfw.smc.snapshot": {"dest": str(folder), **snapshot}},
                hosts="localhost,",
            ).check()
            engines = json.dumps(run.result("engines")["engines"]).replace(smc.url, "")
            written = [file.read_text("utf-8").replace(smc.url, "") for file in sorted(folder.rglob("*.jsonl"))]
            results.append((engines, written))
            (ansible.folder / "demo.smc_engines.yml").write_text(
                yaml.safe_dump({"plugin": "ngfw.smc.engines"}), encoding="utf-8"
            )
            listed = ansible.run(
                sys.executable, "-m", "ansible", "inventory", "-i", "demo.smc_engines.yml", "--list"
            ).check()
            assert '"HQ_cluster"' in listed.output
            assert run.result("snapshot")["failures"] == [], run.result("snapshot")
    assert results[0] == results[1]
    assert CONNECTIONS in [len(text.splitlines()) for text in results[0][1]]
    assert len(results[0][1]) == 4


def test_health_check(ansible: Ansible, steady: Tomcat) -> None:
    ansible.use(steady)
    run = ansible.playbook("ngfw.smc.health_check", inventory="Plano FW,HQ cluster,Depot FW,")
    assert run.returncode == 2, run.output
    report = json.loads((ansible.folder / "reports" / "health_check.json").read_text(encoding="utf-8"))
    well = {(result["engine"], result["status"]) for result in report["results"] if "default route" in result["name"]}
    assert well == {("Plano FW", "PASS"), ("HQ cluster", "PASS"), ("Depot FW", "ERROR")}
    assert all(result["reason"] for result in report["results"])


# -- what may go wrong


def in_the_middle(ansible: Ansible, smc: Tomcat, deed: Callable[[], None], messages: int = 2) -> Run:
    """Ask for a table, and let something happen when so many messages have come, the first answer included."""
    ansible.use(smc)
    before = smc.statistics()["messages"]
    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(ansible.tasks, facts())
        wait_for(lambda: running.done() or smc.statistics()["messages"] >= before + messages)
        assert not running.done(), running.result().output
        deed()
        return running.result()


def test_an_idle_socket_is_closed_before_the_table_is_complete(ansible: Ansible, steady: Tomcat) -> None:
    steady.set(holdAfter=1, socketIdle=1000)
    ansible.use(steady)
    result = failed(
        ansible.tasks(facts()),
        "channel_closed",
        "code 1001",
        "idle timeout expired",
        "200 entries had come",
        "may not be",
    )
    assert (result["error"]["code"], result["error"]["received"]) == (1001, 200)


def test_an_idle_timeout_after_the_table_matters_not(ansible: Ansible, steady: Tomcat) -> None:
    steady.set(end=False, socketIdle=1000)
    ansible.use(steady)
    table = ansible.tasks(facts()).check().result("facts")["ansible_facts"]["smc_connections"]
    assert (table["completed_by"], table["count"]) == ("event4", CONNECTIONS)


def test_a_session_that_ends_under_an_open_socket(ansible: Ansible, steady: Tomcat) -> None:
    steady.set(holdAfter=1)
    run = in_the_middle(ansible, steady, steady.expire_sessions)
    failed(run, "channel_closed", "code 1008", "authenticated HTTP session that has ended", "200 entries had come")


def test_a_session_that_ends_while_its_socket_goes_on(ansible: Ansible, steady: Tomcat) -> None:
    """A server which keeps its logins by itself leaves the socket open: the table is complete after all."""
    steady.set(principal=False, delay=700)
    run = in_the_middle(ansible, steady, steady.expire_sessions).check()
    table = run.result("facts")["ansible_facts"]["smc_connections"]
    assert (table["count"], table["complete"]) == (CONNECTIONS, True)
    assert table["completed_by"] in ("event4", "end")


@pytest.mark.parametrize("principal,code,words", [(True, 1008, "has ended"), (False, 1001, "application is stopping")])
def test_a_server_that_is_shut_down(ansible: Ansible, tomcat: Factory, principal: bool, code: int, words: str) -> None:
    smc = tomcat(holdAfter=1, principal=principal)
    run = in_the_middle(ansible, smc, smc.stop)
    result = failed(run, "channel_closed", f"code {code}", words, "200 entries had come")
    assert any("logout failed" in warning for warning in result["warnings"])


def test_a_server_that_crashes(ansible: Ansible, tomcat: Factory) -> None:
    smc = tomcat(holdAfter=1)
    run = in_the_middle(ansible, smc, smc.kill)
    failed(run, "channel_closed", "the connection was lost", "200 entries had come")


def test_requests_longer_than_max_post_size(ansible: Ansible, tomcat: Factory) -> None:
    """They are refused as a whole, so they are sent in parts."""
    smc = tomcat(maxPostSize=20_000)
    ansible.use(smc)
    entries = [{"source": f"198.51.{number // 250}.{number % 250 + 1}"} for number in range(300)]
    task = {"name": "facts", "ngfw.smc.block_list": {"entries": entries, "wait": False}, "ignore_errors": True}
    result = ansible.tasks(task).check().result("facts")
    seen = smc.statistics()
    assert (result["added"], seen["added"]) == (300, 300)
    assert seen["too_large"] > 0
    smc.set(maxPostSize=20)
    run = ansible.tasks({**task, "ngfw.smc.block_list": {"entries": entries[:1], "wait": False}})
    assert run.statuses() == ["failed"]
    assert "HTTP 413, The request is larger than maxPostSize" in json.dumps(run.result("facts"))
    assert "Traceback" not in run.output


@pytest.mark.parametrize("delay,enough", [(50, True), (2_500, False)])
def test_fewer_connections_than_sockets(
    ansible: Ansible, tomcat: Factory, world: Path, delay: int, enough: bool
) -> None:
    """Tomcat lets the others wait without a word. What was not served is named, and what was served is whole."""
    ansible.use(tomcat(maxConnections=4, acceptCount=1, delay=delay))
    run = ansible.tasks(
        facts(definitions=EIGHT, connect_timeout=30.0 if enough else 2.0, quiet_period=10, transport="socket")
    )
    assert "Traceback" not in run.output
    assert run.statuses() == ["ok" if enough else "failed"]
    result = run.result("facts")
    for name in EIGHT:
        table = result["ansible_facts"].get("smc_" + name.lower())
        if table is None:
            # The kernel takes some of the connections, and Tomcat answers none of those.
            said = result["failed_definitions"][name]["msg"]
            assert "no answer to the handshake within 2 s" in said or "no connection within 2 s" in said
        else:
            assert table["complete"] is True
            assert identities(table["entries"]) == truth(world, name)
    assert (len(result["ansible_facts"]) == 8) is enough


@pytest.mark.parametrize("length,code", [(REQUEST_LIMIT, None), (REQUEST_LIMIT + 1, TOO_BIG)])
def test_a_request_longer_than_the_text_buffer(steady: Tomcat, length: int, code: int | None) -> None:
    request = json.dumps({"query": {"definition": "USERS", "target": "Plano FW"}, "fetch": {}, "x": ""})
    with Session(Connection(steady.url, api_key=steady.api_key)) as session, Channel(session) as channel:
        channel.send(request.replace('"x": ""', '"x": "' + "x" * (length - len(request)) + '"'))
        if code is None:
            message = channel.receive(time.monotonic() + 10)
            assert message is not None and message.success == "Fetch started"
        else:
            with pytest.raises(ChannelClosed) as caught:
                channel.receive(time.monotonic() + 10)
            assert caught.value.facts()["code"] == code
            assert "decoded text message was too big" in caught.value.message
            assert "split the filter" in caught.value.message


def test_a_filter_that_the_server_would_refuse_is_not_sent(ansible: Ansible, steady: Tomcat) -> None:
    ansible.use(steady)
    before = steady.statistics()["fetches"]
    run = ansible.tasks(facts(filter={"src": [f"10.{number // 250}.{number % 250}.1" for number in range(300)]}))
    failed(run, "filter_too_long", "8192")
    assert steady.statistics()["fetches"] == before


def test_a_name_longer_than_the_request_line(ansible: Ansible, steady: Tomcat) -> None:
    ansible.use(steady)
    failed(ansible.tasks(facts(target="x" * 9_000)), "request", "HTTP 400", "refused")


# -- the simulator beside it


class Probe:
    """A plain client of either server."""

    def __init__(self, smc: Server, ca_path: str | None = None) -> None:
        self.smc = smc
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.verify = ca_path or True
        self.login = self.http.post(f"{smc.url}/{VERSION}/login", json={"authenticationkey": smc.api_key}, timeout=10)

    def socket(self, **options: Any) -> websocket.WebSocket:
        cookie = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self.http.cookies)
        settings = {"cookie": cookie, "suppress_origin": True, "timeout": 30, **options}
        url = self.smc.url.replace("http", "ws", 1) + f"/{VERSION}/monitoring/session/socket"
        return websocket.create_connection(url, **settings)

    def ask(self, definition: str) -> websocket.WebSocket:
        asked = self.socket()
        query = {"definition": definition, "target": "Plano FW"}
        asked.send(json.dumps({"query": query, "fetch": {}, "format": {"type": "texts"}}))
        assert "Fetch started" in asked.recv()
        return asked

    def frames(self, definition: str) -> list[tuple[int, int, int]]:
        """Whether it is the last of its message, opcode and length of each frame, up to the end."""
        with closing(self.ask(definition)) as asked:
            seen = [asked.recv_frame()]
            while b'"end"' not in seen[-1].data[:40]:
                seen.append(asked.recv_frame())
        return [(frame.fin, frame.opcode, len(frame.data)) for frame in seen[:-1]]


def goodbye(channel: websocket.WebSocket) -> tuple[int, str]:
    """Code and reason of the close frame, which must be next."""
    frame = channel.recv_frame()
    while frame.opcode != websocket.ABNF.OPCODE_CLOSE:
        frame = channel.recv_frame()
    return int.from_bytes(frame.data[:2], "big"), frame.data[2:].decode()


@pytest.fixture
def simulated() -> Iterator[Simulator]:
    """A simulator of the same world."""
    scenario = Scenario(end_signals=["event4", "end"], foreign_host=FOREIGN_HOST)
    with Simulator(scenario, connections=CONNECTIONS, api_versions=(VERSION,)) as smc:
        yield smc


def test_the_simulator_sends_the_same_frames(steady: Tomcat, simulated: Simulator) -> None:
    # A fetch id is a part of the message, so it must be as long.
    simulated.scenario.fetch_ids = [steady.statistics()["fetches"] + 1]
    real, alike = (Probe(smc).frames("CONNECTIONS") for smc in (steady, simulated))
    assert real == alike
    assert {length for final, _opcode, length in real if not final} == {8192}
    assert len(real) > 10


def test_the_simulator_answers_http_and_handshakes_the_same(steady: Tomcat, simulated: Simulator) -> None:
    def seen(smc: Server) -> list[Any]:
        probe = Probe(smc)
        cookie = probe.login.headers["Set-Cookie"]
        stranger = requests.get(f"{smc.url}/{VERSION}/system", headers={"Cookie": "JSESSIONID=0"}, timeout=10)
        answers = [probe.login, stranger, probe.http.get(f"{smc.url}/{VERSION}/nothing/there", timeout=10)]
        told: list[Any] = [(answer.status_code, answer.reason, "Set-Cookie" in answer.headers) for answer in answers]
        told += [sorted(part.strip() for part in cookie.split(";")[1:]), len(cookie.split(";")[0])]
        for options in ({"cookie": None}, {"suppress_origin": False, "origin": "http://elsewhere.example"}):
            with pytest.raises(websocket.WebSocketBadStatusException) as caught:
                probe.socket(**options)
            told.append((caught.value.status_code, "set-cookie" in (caught.value.resp_headers or {})))
        with closing(probe.socket()) as opened:
            told.append((opened.handshake_response.status, "sec-websocket-protocol" in opened.headers))
        return told

    assert seen(steady) == seen(simulated)
    steady.set(anonymous=True)
    simulated.scenario.anonymous_sessions = True
    real = seen(steady)
    assert real == seen(simulated)
    assert real[1] == (401, "", True)


def too_long(smc: Server) -> tuple[int, str]:
    with closing(Probe(smc).socket()) as channel:
        channel.send("x" * (REQUEST_LIMIT + 1))
        return goodbye(channel)


def expired(smc: Server) -> tuple[int, str]:
    with closing(Probe(smc).ask("USERS")) as channel:
        smc.expire_sessions()
        return goodbye(channel)


def logged_out(smc: Server) -> tuple[int, str]:
    probe = Probe(smc)
    with closing(probe.ask("USERS")) as channel:
        probe.http.put(f"{smc.url}/{VERSION}/logout", timeout=10)
        return goodbye(channel)


def left_alone(smc: Server) -> tuple[int, str]:
    with closing(Probe(smc).ask("USERS")) as channel:
        code, words = goodbye(channel)
    # Tomcat numbers its sockets.
    return code, re.sub(r"\[.*\]", "[]", words)


def stopped(smc: Server) -> tuple[int, str]:
    with closing(Probe(smc).ask("USERS")) as channel:
        smc.__exit__(None, None, None)
        return goodbye(channel)


@pytest.mark.parametrize(
    "close,settings,scenario",
    [
        (too_long, {}, {}),
        (expired, {}, {"session_end_closes": True}),
        (logged_out, {}, {"session_end_closes": True}),
        (left_alone, {"socketIdle": 500}, {"socket_idle_seconds": 0.5}),
    ],
)
def test_the_simulator_closes_sockets_with_the_same_words(
    steady: Tomcat,
    simulated: Simulator,
    close: Callable[[Server], tuple[int, str]],
    settings: dict[str, Any],
    scenario: dict[str, Any],
) -> None:
    steady.set(**settings)
    simulated.scenario.update(scenario)
    assert close(steady) == close(simulated)


@pytest.mark.parametrize("container", [True, False])
def test_the_simulator_stops_with_the_same_words(tomcat: Factory, simulated: Simulator, container: bool) -> None:
    simulated.scenario.session_end_closes = container
    assert stopped(tomcat(principal=container)) == stopped(simulated)
