# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The errors people meet: each has a sentence with what to do, a stable kind, and no traceback or secret."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from simulator import Fault, Scenario, Simulator
from tests.integration.conftest import Ansible, Run

Factory = Callable[..., Simulator]


@dataclass
class Case:
    """A task that fails: on which kind of SMC, with which options, and what it must say."""

    name: str
    kind: str
    words: list[str]
    options: dict[str, Any] = field(default_factory=dict)
    scenario: dict[str, Any] = field(default_factory=dict)
    host: str = "Plano FW"
    details: dict[str, Any] = field(default_factory=dict)


def _fault(*arguments: Any, **options: Any) -> dict[str, Any]:
    return {"end_signals": ["end"], "faults": [Fault(*arguments, times=0, **options)]}


CASES = [
    Case("no such port", "connection", ["connection refused", "8082"], {"url": "http://127.0.0.1:1"}),
    Case("no such name", "connection", ["cannot be resolved"], {"url": "http://smc.invalid:8082"}),
    Case("no scheme", "option", ["Write it like https://"], {"url": "smc.example.com:8082"}),
    Case("version in the url", "option", ["in `api_version`"], {"url": "http://127.0.0.1:8082/7.1"}),
    Case("password in the url", "option", ["`username` and `password`"], {"url": "http://me:geheim@127.0.0.1:1"}),
    Case("TLS on a plain port", "tls", ["does not speak TLS"], {"url": "https"}),
    Case("wrong key", "login", ["refused the login with the API key", "Check the key"], {"api_key": "geheim-key"}),
    Case(
        "wrong password",
        "login",
        ["as administrator 'admin'", "name and password"],
        {"api_key": "", "username": "admin", "password": "geheim"},
    ),
    Case("only a user name", "option", ["`password` is missing"], {"api_key": "", "username": "admin"}),
    Case("no credentials", "option", ["nothing to log in with"], {"api_key": ""}),
    Case("unknown domain", "login", ["in the domain 'Retial'", "that the domain exists"], {"domain": "Retial"}),
    Case(
        "version",
        "api_version",
        ["6.10, 7.0 and 7.1"],
        {"api_version": "9.9"},
        details={"offered": ["6.10", "7.0", "7.1"]},
    ),
    Case("version as YAML reads it", "api_version", ["Write '6.10' in quotes"], {"api_version": 6.1}),
    Case(
        "unknown engine",
        "target_unknown",
        ["no engine 'Plano WF' in the domain 'Shared Domain'. Did you mean Plano FW?"],
        host="Plano WF",
        details={"target": "Plano WF", "suggestions": ["Plano FW"]},
    ),
    Case("a pattern is no engine", "target_unknown", ["no engine 'Plano*'"], {"target": "Plano*"}),
    Case("no target", "option", ["`target` is missing"], host=""),
    Case(
        "unknown alert domain",
        "query",
        ["ACTIVE_ALERTS query of 'Nowhere'"],
        {"definitions": "ACTIVE_ALERTS", "target": "Nowhere"},
    ),
    Case(
        "unknown alert domain, silent SMC",
        "target_unknown",
        ["no administrative domain 'Retial'", "Retail"],
        {"definitions": "ACTIVE_ALERTS", "target": "Retial", "first_entry_timeout": 0.5, "quiet_period": 0.2},
        {"unknown_target": "silence"},
    ),
    Case(
        "unknown field",
        "option",
        ["no field 'peer_gatway' (fields)", "peer_security_gateway"],
        {"fields": ["peer_gatway"]},
    ),
    Case("unknown filter field", "option", ["no field 'sa_clas' (filter)", "sa_class"], {"filter": {"sa_clas": "IKE"}}),
    Case("no address", "option", ["filter: '10.0.0' for src is not an address"], {"filter": {"src": "10.0.0"}}),
    Case(
        "no number",
        "option",
        ["filter: dport takes a number; 'http' is not a number"],
        {"definitions": "CONNECTIONS", "filter": {"dport": "http"}},
    ),
    Case(
        "unknown test", "option", ["no test 'minn' for dport", "Did you mean min"], {"filter": {"dport": {"minn": 1}}}
    ),
    Case("only evaluated here", "option", ["`filter_expression`"], {"filter": {"dport": {"min": 1024}}}),
    Case("zero timeout", "option", ["`timeout` is 0; it must be more than 0"], {"timeout": 0}),
    Case(
        "filter too long",
        "filter_too_long",
        ["characters long; the SMC takes 8192. Ask for networks instead of single addresses, or split the filter"],
        {"definitions": "CONNECTIONS", "filter": {"src": [f"10.1.{n // 200}.{n % 200}" for n in range(400)]}},
    ),
    Case(
        "bad expression",
        "query",
        ["The SMC refused the VPN_SA query", "Invalid filter"],
        {"filter_expression": "$Nonsense ~~ 1"},
    ),
    Case(
        "busy at login",
        "login",
        ["HTTP 503", "busy at each of 5 tries"],
        scenario=_fault("login", "status", status=503),
    ),
    Case("trouble at login", "login", ["HTTP 500", "SMC's log"], scenario=_fault("login", "status", status=500)),
    Case(
        "busy for long",
        "request",
        ["HTTP 503", "asks for a longer wait than this task allows (Retry-After: 600)"],
        scenario=_fault("listing", "status", status=503, retry_after=600),
    ),
    Case(
        "unknown engine of an SMC that does not list all",
        "target_unknown",
        ["no engine 'Plano WF'"],
        scenario=_fault("listing", "status", status=400, first=2),
        host="Plano WF",
    ),
    Case(
        "busy at listing",
        "request",
        ["listing engines", "HTTP 503", "busy at each of"],
        scenario=_fault("listing", "status", status=503),
    ),
    Case(
        "no permission to list", "request", ["HTTP 403", "permission"], scenario=_fault("listing", "status", status=403)
    ),
    Case(
        "handshake busy",
        "handshake",
        ["monitoring socket", "HTTP 503, Service Unavailable. The SMC cannot", "its Log Server is down"],
        {"transport": "socket"},
        scenario=_fault("handshake", "status", status=503),
    ),
    Case(
        "handshake busy for two definitions",
        "handshake",
        ["2 of 2 definitions failed (VPN_SA, ROUTING). http", "HTTP 429", "Too many monitoring sockets"],
        {"definitions": ["VPN_SA", "ROUTING"], "transport": "socket"},
        scenario=_fault("handshake", "status", status=429),
    ),
    Case(
        "handshake forbidden",
        "handshake",
        ["HTTP 403", "permission"],
        {"transport": "socket"},
        scenario=_fault("handshake", "status", status=403),
    ),
    Case(
        "slow handshake",
        "connection",
        ["monitoring socket", "no answer to the handshake within 0.5 s"],
        {"connect_timeout": 0.5, "transport": "socket"},
        scenario=_fault("handshake", "slow", seconds=2),
    ),
    Case(
        "slow answer",
        "connection",
        ["while listing engines: no answer within 1 s"],
        {"timeout": 1},
        scenario=_fault("listing", "slow", seconds=2),
    ),
    Case("failure text", "query", ["'Plano FW'", "Log Server is not reachable"], scenario={"log_server_down": True}),
    Case(
        "closed with a code",
        "channel_closed",
        ["broke off", "code 1011 (internal trouble)", " 10 entries had come, which may not be all"],
        {"definitions": "CONNECTIONS"},
        {**_fault("messages", "close", after_messages=2, code=1011, text="internal trouble"), "batch_size": 5},
        details={"code": 1011, "reason": "internal trouble"},
    ),
    Case(
        "closed as if all were well",
        "channel_closed",
        ["code 1000"],
        scenario=_fault("messages", "close", after_messages=0, code=1000),
    ),
    Case(
        "dropped", "channel_closed", ["broke off", "connection"], scenario=_fault("messages", "drop", after_messages=0)
    ),
    Case(
        "ended without a word",
        "channel_closed",
        ["without a close frame"],
        scenario=_fault("messages", "eof", after_messages=0),
    ),
    Case(
        "bad JSON",
        "bad_message",
        ["broke off: a message that is not JSON"],
        scenario=_fault("messages", "bad_json", after_messages=0),
    ),
    Case(
        "bad UTF-8",
        "bad_message",
        ["broke off: a message that is not JSON"],
        scenario=_fault("messages", "bad_utf8", after_messages=0),
    ),
    Case(
        "stalled in the middle",
        "timeout",
        ["not complete after 1 s: 10 entries had come, and no sign", "Raise `timeout`"],
        {"definitions": "CONNECTIONS", "timeout": 1, "quiet_period": 5},
        {**_fault("messages", "stall", after_messages=2), "batch_size": 5},
    ),
    Case(
        "offline engine",
        "engine_offline",
        ["'Depot FW' sent nothing for VPN_SA within 0.5 s", "no node of it is online: Depot FW node 1"],
        {"first_entry_timeout": 0.5, "quiet_period": 0.2},
        host="Depot FW",
    ),
    Case(
        "session ends while entries come",
        "channel_closed",
        ["broke off"],
        scenario=_fault("messages", "expire", after_messages=0, code=1008),
    ),
]


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> tuple[Run, dict[str, dict[str, Any]]]:
    """All cases in one playbook run, each task against an SMC of its own kind."""
    ansible = Ansible(tmp_path_factory.mktemp("errors"))
    tasks = []
    simulators = []
    try:
        for case in CASES:
            smc = Simulator(Scenario(**{"end_signals": ["end"], **case.scenario})).__enter__()
            simulators.append(smc)
            options = {"url": smc.url, "api_key": smc.api_key, "definitions": "VPN_SA", **case.options}
            if options["url"] == "https":
                options["url"] = smc.url.replace("http:", "https:")
            task = {"name": case.name, "ngfw.smc.session_facts": {k: v for k, v in options.items() if v != ""}}
            tasks.append({**task, "vars": {"smc_target": case.host}, "ignore_errors": True})
        run = ansible.tasks(*tasks, hosts="localhost,", arguments=["-vvv"])
        sessions = {case.name: smc.statistics.open_sessions for case, smc in zip(CASES, simulators, strict=True)}
    finally:
        for smc in simulators:
            smc.__exit__(None, None, None)
    results = {
        line["task"]: {**line["result"], "status": line["status"], "open_sessions": sessions[line["task"]]}
        for line in run.tasks
    }
    return run, results


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_error_is_a_sentence(case: Case, outcome: tuple[Run, dict[str, dict[str, Any]]]) -> None:
    run, results = outcome
    assert case.name in results, run.output[-4000:]
    result = results[case.name]
    assert result["status"] == "failed"
    for words in case.words:
        assert words in result["msg"]
    assert result["error"]["kind"] == case.kind
    assert result["error"].items() >= case.details.items()
    assert result["msg"].endswith((".", "?"))
    sentences = [sentence.strip() for sentence in result["msg"].split(". ")]
    assert len(sentences) == len(set(sentences)), "it says the same twice"
    assert result["open_sessions"] == 0 or "expire" in json.dumps(case.scenario, default=str)


def test_no_traceback_and_no_secret_at_any_verbosity(outcome: tuple[Run, dict[str, dict[str, Any]]]) -> None:
    run, results = outcome
    assert len(results) == len(CASES)
    assert "Traceback" not in run.output
    for secret in (Simulator.api_key, "geheim", "JSESSIONID"):
        assert secret not in run.output


@pytest.mark.parametrize("certificate,words", [("other_ca", "unknown CA"), ("wrong_host", "for another address")])
def test_refused_certificates(
    ansible: Ansible, simulator: Factory, tmp_path: Path, certificate: str, words: str
) -> None:
    smc = simulator(Scenario(end_signals=["end"]), tls=certificate, tls_directory=tmp_path)
    ansible.use(smc)
    facts = {"definitions": "ROUTING", "ca_path": str(smc.ca_path)}
    # With a session and no engine to look up, the WebSocket is what connects first.
    session = {"url": smc.url, "api_version": "7.1", "cookie": "JSESSIONID=geheim"}
    alerts = {**facts, "definitions": "ACTIVE_ALERTS", "session": session}
    (tmp_path / "notes.txt").write_text("no certificate", "utf-8")
    notes = {"ca_path": str(tmp_path / "notes.txt")}
    run = ansible.tasks(
        {"name": "no CA", "ngfw.smc.session_facts": {**facts, **notes}, "ignore_errors": True},
        {"name": "no CA, socket", "ngfw.smc.session_facts": {**alerts, **notes}, "ignore_errors": True},
        {"name": "refused", "ngfw.smc.session_facts": facts, "ignore_errors": True},
        {"name": "socket", "ngfw.smc.session_facts": alerts, "ignore_errors": True},
        {"name": "plain", "ngfw.smc.session_facts": {**facts, "url": smc.url.replace("https", "http")}},
    )
    for task in ("refused", "socket"):
        assert run.result(task)["error"]["kind"] == "tls"
        assert words in run.result(task)["msg"]
    for task in ("no CA", "no CA, socket"):
        assert "holds no certificate in PEM" in run.result(task)["msg"]
    assert run.result("plain")["error"]["kind"] == "connection"
    assert "as happens on a port that expects https://" in run.result("plain")["msg"]
    assert smc.statistics.logins == smc.statistics.sockets_opened == 0


def test_a_server_that_is_no_smc(ansible: Ansible) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        answer = (
            "import socket,sys;c,_=socket.socket(fileno=int(sys.argv[1])).accept();c.recv(9999);"
            "c.sendall(b'HTTP/1.1 200 OK\\r\\nContent-Length: 5\\r\\n\\r\\nhello');c.close()"
        )
        listener.set_inheritable(True)
        with subprocess.Popen([sys.executable, "-c", answer, str(listener.fileno())], close_fds=False) as server:
            run = ansible.tasks(
                {
                    "name": "facts",
                    "ngfw.smc.session_facts": {
                        "url": f"http://127.0.0.1:{port}",
                        "api_key": "x",
                        "definitions": "ROUTING",
                    },
                }
            )
            server.wait(10)
    assert run.result("facts")["error"]["kind"] == "connection"
    assert "not JSON" in run.result("facts")["msg"]


def test_missing_libraries_on_a_jump_host(ansible: Ansible, tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "bare")], check=True)
    run = ansible.tasks(
        {
            "name": "facts",
            "ngfw.smc.session_facts": {"url": "http://127.0.0.1:1", "api_key": "x", "definitions": "ROUTING"},
        },
        connection="jump",
        environment={"ANSIBLE_PYTHON_INTERPRETER": str(tmp_path / "bare" / "bin" / "python")},
    )
    assert "Failed to import the required Python library (requests)" in run.result("facts")["msg"]
    assert run.result("facts")["error"]["kind"] == "missing_library"
