# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The log as its users read it: facts, checks and events."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

import pytest

from simulator import Fault, Scenario, Simulator
from tests.events import SOURCES, Source
from tests.integration.conftest import Ansible

Factory = Callable[..., Simulator]
DENIED = {"Action": "Discard", "Src": "10.99.4.7", "Dst": "203.0.113.5", "Dport": 23}


@pytest.fixture
def smc(simulator: Factory) -> Simulator:
    """Its clock is the real one, so that `last` means something."""
    return simulator(Scenario(end_signals=["event4"]), realtime=True)


@pytest.mark.smoke
def test_stored_entries_in_a_play(ansible: Ansible, smc: Simulator) -> None:
    smc.world.add_log(**DENIED, Sport=7)
    ansible.use(smc)
    facts = "ngfw.smc.log_facts"
    denied = {"filter": {"action": ["Discard", "Refuse"], "src": "10.99.0.0/16"}}
    log = {"name": "denied from there", "definition": "LOG", "severity": "critical"}
    run = ansible.tasks(
        {"name": "denied", facts: {"last": "10m", **denied, "fields": ["src", "dst", "dport", "action"]}},
        {
            "name": "facts are facts",
            "ansible.builtin.assert": {
                "that": [
                    "ansible_facts.smc_log.entries[0].dst == '203.0.113.5'",
                    "([check] | ngfw.smc.evaluate(ansible_facts, engine='Shared Domain'))[0].status == 'FAIL'",
                ]
            },
            "vars": {"check": {**log, "last": "10m", "count": 0}},
        },
        {"name": "counts", facts: {"last": "10m", "count_by": ["action", "node_id"], "entries": False}},
        {"name": "limited", facts: {"last": "1h", "limit": 5, "count_by": ["action"], "fields": "timestamp"}},
        {"name": "none", facts: {"from": "2001-01-01", "until": "2001-01-02T00:00:00+01:00"}},
        {"name": "expression", facts: {"last": "10m", "filter_expression": "$Dport == 23 AND $Sport == 7"}},
        {"name": "as a module", facts: {"last": "10m", "limit": 1, "fields": "sport"}, "async": 60, "poll": 1},
        {"name": "wrong", facts: {"from": "yesterday"}, "ignore_errors": True},
        {"name": "backwards", facts: {"from": "2026-01-02", "until": "2026-01-01"}, "ignore_errors": True},
        {"name": "no time", facts: {}, "ignore_errors": True},
    ).check()
    found = run.result("denied")["ansible_facts"]["smc_log"]
    assert (found["definition"], found["target"], found["count"], found["completed_by"]) == (
        "LOG",
        "Shared Domain",
        1,
        "end",
    )
    assert found["entries"] == [{"src": "10.99.4.7", "dst": "203.0.113.5", "dport": 23, "action": "Discard"}]
    counts = run.result("counts")["ansible_facts"]["smc_log"]
    # One entry every five seconds, and the one above.
    assert 119 <= counts["count"] <= 122
    assert counts["entries"] == []
    assert sum(counts["counts"]["action"].values()) == counts["count"]
    assert counts["top"]["action"][0]["value"] == "Allow"
    limited = run.result("limited")
    newest = limited["ansible_facts"]["smc_log"]
    assert (newest["count"], newest["complete"], newest["completed_by"], newest["truncated"]) == (
        5,
        False,
        "limit",
        True,
    )
    times = [entry["timestamp"] for entry in newest["entries"]]
    assert times == sorted(times, reverse=True)
    assert "only the newest 5 were counted" in limited["warnings"][0]
    assert run.result("none")["ansible_facts"]["smc_log"]["count"] == 0
    assert run.result("none")["ansible_facts"]["smc_log"]["until"] == "2001-01-01T23:00:00+00:00"
    assert run.result("expression")["ansible_facts"]["smc_log"]["count"] == 1
    as_module = run.result("as a module")["ansible_facts"]["smc_log"]
    assert (as_module["count"], list(as_module["entries"][0])) == (1, ["sport"])
    assert "`from` is 'yesterday', which is no time" in run.result("wrong")["msg"]
    assert "is not before `until`" in run.result("backwards")["msg"]
    assert "last, from" in run.result("no time")["msg"]
    assert smc.open_sessions == 0


def test_a_check_of_the_log(ansible: Ansible, smc: Simulator) -> None:
    ansible.use(smc)
    smc.world.add_log(**DENIED)
    about: dict[str, Any] = {"definition": "LOG", "last": "10m", "count": 0}
    checks = [
        {**about, "name": "denied there", "where": {"src": "10.99.0.0/16", "action": ["Discard", "Refuse"]}},
        {**about, "name": "denied elsewhere", "where": {"src": "10.98.0.0/16", "action": ["Discard", "Refuse"]}},
        {**about, "name": "most are allowed", "count": {"min": 60}, "where": {"action": "Allow"}},
        {**about, "name": "no last", "last": None},
        {"name": "routes", "definition": "ROUTING", "count": {"min": 1}},
    ]
    result = ansible.tasks({"name": "check", "ngfw.smc.health_check": {"checks": checks}}).check().result("check")
    verdicts = {verdict["name"]: verdict for verdict in result["results"]}
    assert {name: verdict["status"] for name, verdict in verdicts.items()} == {
        "denied there": "FAIL",
        "denied elsewhere": "PASS",
        "most are allowed": "PASS",
        "no last": "ERROR",
        "routes": "PASS",
    }
    failed = verdicts["denied there"]
    assert (failed["engine"], failed["offending_count"]) == ("Shared Domain", 1)
    assert failed["offending"][0]["src"] == "10.99.4.7"
    assert "`last` is missing" in verdicts["no last"]["reason"]
    # Addresses are compared by the SMC; what is text is compared here.
    (request,) = [json.loads(text) for text in smc.statistics.frames if "10.98.0.0" in text]
    assert "Discard" not in json.dumps(request["query"]["filter"])


@pytest.mark.parametrize("place", ["request", "messages"])
def test_what_breaks_off_is_no_result(ansible: Ansible, smc: Simulator, place: str) -> None:
    deed = "failure" if place == "request" else "eof"
    smc.scenario.faults = [Fault(place, deed, after_messages=3, text="No log server")]
    ansible.use(smc)
    run = ansible.tasks({"name": "log", "ngfw.smc.log_facts": {"last": "1h"}})
    message = run.result("log")["msg"]
    assert "The log query broke off" in message
    assert ("No log server" if place == "request" else "200 entries had come, which may not be all") in message
    assert "ansible_facts" not in run.result("log")


class Logs(Source):
    """The event source of logs; it lacks the arguments of tables."""

    source = SOURCES / "live_logs.py"

    def __init__(self, smc: Simulator, seconds: float = 0.0, **arguments: Any) -> None:
        super().__init__(smc, seconds, **arguments)
        for name in ("quiet_period", "first_entry_timeout"):
            del self.arguments[name]


def numbers(source: Source) -> list[int]:
    return [event["entry"]["sport"] for event in source.of("added")]


def test_new_entries_are_events(smc: Simulator) -> None:
    smc.world.add_log(Sport=1)
    where = {"action": "Discard", "src": "10.99.0.0/16"}
    with Logs(smc, where=where, fields=["src", "sport", "action"], heartbeat=0.2) as source:
        source.wait("connected")
        for number in range(2, 400):
            smc.world.add_log(**{**DENIED, "Sport": number, "Action": "Discard" if number % 2 else "Allow"})
        smc.world.add_log(**{**DENIED, "Src": "10.98.4.7"})
        source.wait("added", count=199)
        source.wait("heartbeat")
    assert numbers(source) == list(range(3, 400, 2))
    event = source.of("added")[0]
    assert (event["definition"], event["target"], event["node"]) == ("LOG", "Shared Domain", "Plano FW node 1")
    assert set(event["entry"]) == {"src", "sport", "action", "node_id"}
    assert (smc.statistics.logins, smc.open_sessions) == (1, 0)


def test_after_a_loss_what_was_stored_meanwhile_is_told_once(smc: Simulator) -> None:
    with Logs(smc, where={"src": "10.99.0.0/16"}) as source:
        source.wait("connected")
        for number in range(10):
            smc.world.add_log(**{**DENIED, "Sport": number})
        source.wait("added", count=10)
        smc._port = int(smc.url.rpartition(":")[2])
        smc.__exit__(None, None, None)
        smc.expire_sessions()
        for number in range(10, 700):
            smc.world.add_log(**{**DENIED, "Sport": number})
        smc.__enter__()
        source.wait("connected", count=2)
        for number in range(700, 710):
            smc.world.add_log(**{**DENIED, "Sport": number})
        source.wait("added", count=710)
        # A session that ends with its sockets.
        smc.scenario.session_end_closes = True
        smc.expire_sessions()
        for number in range(710, 720):
            smc.world.add_log(**{**DENIED, "Sport": number})
        source.wait("added", count=720)
        time.sleep(0.5)
    assert sorted(numbers(source)) == list(range(720))
    recovered = {event["entry"]["sport"] for event in source.of("added") if event["recovered"]}
    assert set(range(10, 700)) <= recovered
    assert smc.open_sessions == 0


def test_the_program_prints_json_lines(smc: Simulator) -> None:
    environment = {**os.environ, "SMC_ADDRESS": smc.url, "SMC_API_KEY": smc.api_key}
    command = [sys.executable, str(SOURCES / "live_logs.py"), "--kinds", "connected,added", "--fields", "src,dport"]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True) as program:
        assert program.stdout is not None
        assert json.loads(program.stdout.readline())["kind"] == "connected"
        smc.world.add_log(**DENIED)
        assert json.loads(program.stdout.readline())["entry"]["dport"] == 23
        program.terminate()
        program.wait(30)
    assert smc.open_sessions == 0


def test_what_is_wrong_is_a_sentence(smc: Simulator) -> None:
    with Logs(smc, targets=["Plano FW"]) as source:
        assert "`targets` is not an argument of ngfw.smc.live_logs." in source.failure()
