# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source over real sockets: nothing lost, nothing twice, and no session left, whatever happens."""

from __future__ import annotations

import asyncio
import json
import os
import runpy
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.fetching import Query
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.following import follow
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.snapshot import Waits

from simulator import Fault, Scenario, Simulator
from tests.events import SOURCE, SOURCES, Source, content, module
from tests.forwarder import Forwarder

Factory = Callable[..., Simulator]

PLANO: dict[str, Any] = {"definitions": ["ROUTING"], "targets": ["Plano FW"]}


def network(number: int) -> str:
    return f"10.{100 + number // 250}.{number % 250}.0/24"


def read_again(smc: Simulator, definition: str, target: str) -> list[dict[str, Any]]:
    """The table as somebody reads it who has followed nothing."""
    query = Query(DEFINITIONS[definition], target)
    with (
        Session(Connection(smc.url, api_key=smc.api_key)) as session,
        follow(session, query, Waits(1.0, 0.25, 20.0)) as table,
    ):
        return sorted((content(entry) for entry in table.snapshot.table.entries()), key=str)


def agrees(source: Source, smc: Simulator, definition: str = "ROUTING", target: str = "Plano FW") -> None:
    """Who applied all events has the table as it is; nothing was lost or doubled on the way."""
    expected = read_again(smc, definition, target)
    source.until(lambda: source.table(definition, target) == expected, "the table as it is")


def no_session(smc: Simulator) -> None:
    """Nothing is left open. The SMC notices a moment later that a socket was closed."""
    until = time.monotonic() + 10
    while smc.statistics.sockets_open and time.monotonic() < until:
        time.sleep(0.05)
    assert (smc.open_sessions, smc.statistics.sockets_open) == (0, 0)


@pytest.fixture
def smc(simulator: Factory) -> Simulator:
    return simulator(Scenario(end_signals=["event4"]))


def restart(smc: Simulator, seconds: float = 0.0, meanwhile: Callable[[], None] = lambda: None) -> None:
    """Stop the SMC, and start it again at the same address; its sessions are gone."""
    smc._port = int(smc.url.rpartition(":")[2])
    smc.__exit__(None, None, None)
    smc.expire_sessions()
    meanwhile()
    time.sleep(seconds)
    smc.__enter__()


def test_what_was_there_is_not_news(smc: Simulator) -> None:
    with Source(smc, definitions=["ACTIVE_ALERTS", "ROUTING"], targets=["Plano FW"]) as source:
        source.wait("connected", count=2)
        smc.world.add_alert(situation="Port_Scan")
        smc.world.change_route("Plano FW", network(1), "192.0.2.1")
        smc.world.change_route("Plano FW", network(1), "192.0.2.2")
        smc.world.change_route("Plano FW", network(1), remove=True)
        source.wait("deleted", "ROUTING")
        (alert,) = source.wait("added", "ACTIVE_ALERTS")
    assert alert["entry"]["situation"] == "Port_Scan"
    assert (alert["target"], alert["recovered"]) == ("Shared Domain", False)
    routes = [event for event in source.events if event["definition"] == "ROUTING" and event["entry"]]
    assert [event["kind"] for event in routes] == ["added", "updated", "deleted"]
    assert (routes[1]["changed"], routes[1]["before"]["route_gateway"]) == (["route_gateway"], "192.0.2.1")
    assert smc.statistics.logins == 1
    no_session(smc)


def test_what_was_there_comes_first_on_demand(smc: Simulator) -> None:
    with Source(smc, **PLANO, since="present") as source:
        source.wait("connected")
        smc.world.change_route("Plano FW", network(1), "192.0.2.1")
        source.wait("added")
        agrees(source, smc)
    kinds = source.kinds()
    assert kinds == ["connected", *["initial"] * (len(kinds) - 2), "added"]


def test_conditions_fields_and_kinds(smc: Simulator) -> None:
    wanted = {"route_gateway": "192.0.2.0/24", "route_network": {"not": "10.100.2.0"}}
    with Source(
        smc, **PLANO, where=wanted, fields=["route_network"], kinds=["added", "deleted", "heartbeat"], heartbeat=0.2
    ) as source:
        source.wait("heartbeat")
        smc.world.change_route("Plano FW", network(1), "198.51.100.1")
        smc.world.change_route("Plano FW", network(2), "192.0.2.2")
        smc.world.change_route("Plano FW", network(1), "192.0.2.2")
        source.wait("added")
        smc.world.change_route("Plano FW", network(1), "198.51.100.1")
        source.wait("deleted")
    told = [event for event in source.events if event["kind"] != "heartbeat"]
    assert [(event["kind"], event["entry"]["route_network"]) for event in told] == [
        ("added", "10.100.1.0"),
        ("deleted", "10.100.1.0"),
    ]
    assert set(told[0]["entry"]) == {"route_network", "node_id", "delta_key"}


@pytest.mark.parametrize("closes", [True, False])
def test_an_expired_session_is_renewed(smc: Simulator, closes: bool) -> None:
    smc.scenario.session_end_closes = closes
    with Source(smc, **PLANO, since="present") as source:
        source.wait("connected")
        smc.expire_sessions()
        smc.world.change_route("Plano FW", network(1), "192.0.2.1")
        source.wait("added", route_network="10.100.1.0")
        source.until(lambda: smc.statistics.logins == 2)
        smc.world.change_route("Plano FW", network(2), "192.0.2.1")
        source.wait("added", route_network="10.100.2.0")
        agrees(source, smc)
    assert len(source.of("added")) == 2
    no_session(smc)


def test_after_a_restart_of_the_smc_the_difference_is_told_once(smc: Simulator) -> None:
    smc.world.change_route("Plano FW", network(1), "192.0.2.1")
    smc.world.change_route("Plano FW", network(2), "192.0.2.1")

    def meanwhile() -> None:
        smc.world.change_route("Plano FW", network(1), remove=True)
        smc.world.change_route("Plano FW", network(2), "192.0.2.2")
        smc.world.change_route("Plano FW", network(3), "192.0.2.1")

    with Source(smc, **PLANO, since="present") as source:
        source.wait("connected")
        source.wait("initial", route_network="10.100.2.0")
        restart(smc, 1.0, meanwhile)
        source.wait("connected", count=2)
        source.wait("deleted")
        smc.world.change_route("Plano FW", network(4), "192.0.2.1")
        source.wait("added", route_network="10.100.4.0")
        agrees(source, smc)
    news = [event for event in source.events if event["kind"] not in ("initial", "connected")]
    assert [(event["kind"], event["recovered"]) for event in news] == [
        ("lost", False),
        ("added", True),
        ("updated", True),
        ("deleted", True),
        ("added", False),
    ]
    assert "the SMC closed the socket with code 1001" in news[0]["message"]
    no_session(smc)


@pytest.mark.parametrize("deed", ["drop", "eof", "close", "bad_json"])
def test_a_socket_that_ends_or_says_nonsense(smc: Simulator, deed: str) -> None:
    smc.scenario.faults = [Fault("messages", deed, after_messages=4, times=2)]
    with Source(smc, **PLANO, since="present") as source:
        source.wait("connected")
        for number in range(8):
            smc.world.change_route("Plano FW", network(number), "192.0.2.1")
            time.sleep(0.2)
        agrees(source, smc)
        assert source.of("lost")
        smc.scenario.faults = []
        source.until(lambda: len(source.of("connected")) == len(source.of("lost")) + 1)
        agrees(source, smc)
    no_session(smc)


def test_a_half_open_socket_is_found(smc: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    runpy.run_path(str(SOURCE))["_host"]()
    monkeypatch.setattr(module("_core.api.channel"), "PING_AFTER", 1.0)
    monkeypatch.setattr(module("_core.api.channel"), "PONG_WAIT", 1.0)
    with Forwarder(smc.url, websocket_bytes=9000) as path:
        with Source(smc, **{**PLANO, "url": path.url}, since="present") as source:
            source.wait("connected")
            for number in range(30):
                smc.world.change_route("Plano FW", network(number), "192.0.2.1")
            (lost, *_more) = source.wait("lost")
            assert "no answer to a ping within" in lost["message"]
        no_events_twice = source.table("ROUTING", "Plano FW")
        assert no_events_twice


@pytest.mark.parametrize("seconds", [0.0, 0.02])
def test_many_changes_and_a_slow_consumer(smc: Simulator, seconds: float) -> None:
    with Source(smc, seconds, **PLANO, since="present") as source:
        source.wait("connected")
        for number in range(150):
            smc.world.change_route("Plano FW", network(number), "192.0.2.1")
            smc.world.change_route("Plano FW", network(number), "192.0.2.2")
            if number % 3 == 0:
                smc.world.change_route("Plano FW", network(number), remove=True)
        source.until(lambda: len(source.events) >= 350)
        agrees(source, smc)
    assert not source.of("lost")
    no_session(smc)


def test_while_nobody_takes_events_the_socket_waits(smc: Simulator) -> None:
    with Source(smc, **PLANO, since="present") as source:
        source.wait("connected")
        source.wait("initial", count=8)
        source.paused.set()
        time.sleep(0.1)
        before = len(source.events)
        for number in range(2000):
            smc.world.change_route("Plano FW", network(number), "192.0.2.1")
        source.until(lambda: smc.statistics.messages_sent > 5)
        assert len(source.events) <= before + 1
        source.paused.clear()
        source.wait("added", count=2000)
        agrees(source, smc)
    assert len(source.of("added")) == 2000


def test_the_end_comes_while_nobody_takes_events(smc: Simulator) -> None:
    with Source(smc, **PLANO, since="present") as source:
        source.wait("connected")
        source.paused.set()
        for number in range(300):
            smc.world.change_route("Plano FW", network(number), "192.0.2.1")
        source.stop()
    no_session(smc)


def test_two_sources_on_one_smc(smc: Simulator) -> None:
    with Source(smc, **PLANO, since="present") as first, Source(smc, **PLANO, since="present") as second:
        for source in (first, second):
            source.wait("connected")
        for number in range(50):
            smc.world.change_route("Plano FW", network(number), "192.0.2.1")
        for source in (first, second):
            source.wait("added", count=50)
            agrees(source, smc)
        assert smc.statistics.most_sockets_open >= 2
    assert smc.statistics.logins == 2 + 2  # two sources, two readings of `agrees`
    no_session(smc)


def test_an_engine_that_comes_or_goes_is_noticed(smc: Simulator) -> None:
    with Source(smc, definitions=["ROUTING"], targets=["Branch *"], engine_types=["single_fw"]) as source:
        source.wait("connected", count=2)
        engine = smc.world.engine("Branch 7")
        with smc.world.lock:
            del smc.world.elements.engines[engine.key]
        (gone,) = source.wait("lost")
        assert (gone["target"], gone["message"]) == ("Branch 7", "The SMC no longer lists the engine 'Branch 7'.")
        before = len(source.of("connected"))
        with smc.world.lock:
            smc.world.elements.engines[engine.key] = engine
        source.wait("connected", count=before + 1)
        smc.world.change_route("Branch 7", network(1), "192.0.2.1")
        assert source.wait("added")[0]["target"] == "Branch 7"
    no_session(smc)


def vanish(smc: Simulator, name: str) -> Callable[[], None]:
    """The SMC no longer lists the engine. Returns what makes it list it again."""
    engine = smc.world.engine(name)

    def appear() -> None:
        with smc.world.lock:
            smc.world.elements.engines[engine.key] = engine

    with smc.world.lock:
        del smc.world.elements.engines[engine.key]
    return appear


@pytest.mark.parametrize("target", ["Branch 7", "Branch*"])
def test_what_happens_while_an_engine_is_not_listed_is_told_when_it_is(smc: Simulator, target: str) -> None:
    smc.world.change_route("Branch 7", network(1), "192.0.2.1")
    smc.world.change_route("Branch 7", network(2), "192.0.2.1")
    with Source(smc, definitions=["ROUTING"], targets=[target, "Plano*"], since="present") as source:
        source.wait("initial", route_network="10.100.2.0")
        source.wait("connected", count=2)
        appear = vanish(smc, "Branch 7")
        source.wait("lost")
        with smc.world.lock:
            appear()
            smc.world.change_route("Branch 7", network(1), remove=True)
            smc.world.change_route("Branch 7", network(2), "192.0.2.2")
        source.wait("deleted")
        smc.world.change_route("Branch 7", network(3), "192.0.2.1")
        source.wait("added", route_network="10.100.3.0")
        agrees(source, smc, target="Branch 7")
    news = [event for event in source.events if event["target"] == "Branch 7" and event["kind"] != "initial"]
    told = [(event["kind"], event["recovered"]) for event in news]
    assert told[:3] == [("connected", False), ("lost", False), ("connected", True)]
    assert sorted(told[3:5]) == [("deleted", True), ("updated", True)]
    assert told[5:] == [("added", False)]
    no_session(smc)


def test_an_engine_that_was_away_for_long_is_a_new_one(smc: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    runpy.run_path(str(SOURCE))["_host"]()
    monkeypatch.setattr(module("_core.tables.watching"), "KEPT_AWAY", 0.5)
    with Source(smc, definitions=["ROUTING"], targets=["Branch 7"]) as source:
        source.wait("connected")
        appear = vanish(smc, "Branch 7")
        source.wait("lost")
        source.until(
            lambda: not any("Branch 7" in thread.name for thread in threading.enumerate()), "the end of its thread"
        )
        with smc.world.lock:
            appear()
            smc.world.change_route("Branch 7", network(1), "192.0.2.1")
        again = source.wait("connected", count=2)[-1]
        assert not again["recovered"]
        time.sleep(0.5)
    assert source.kinds() == ["connected", "lost", "connected"]
    no_session(smc)


def test_an_engine_goes_while_nobody_takes_events(smc: Simulator) -> None:
    with Source(smc, definitions=["ROUTING"], targets=["Branch 7"], since="present") as source:
        source.wait("initial")
        source.paused.set()
        for number in range(20):
            smc.world.change_route("Branch 7", network(number), "192.0.2.1")
        appear = vanish(smc, "Branch 7")
        time.sleep(1.5)
        appear()
        time.sleep(1.0)
        source.paused.clear()
        source.wait("added", count=20)
        agrees(source, smc, target="Branch 7")
    no_session(smc)


def test_a_heartbeat_says_that_a_table_is_followed(smc: Simulator) -> None:
    with Source(smc, **PLANO, heartbeat=0.2) as source:
        source.wait("heartbeat", count=3)
    assert source.kinds()[0] == "connected"
    assert not source.of("added")


def test_a_server_that_ends_each_fetch_is_read_again(smc: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    runpy.run_path(str(SOURCE))["_host"]()
    monkeypatch.setattr(module("_core.tables.watching"), "READ_AGAIN_AFTER", 0.3)
    smc.scenario.end_signals = ["end"]
    with Source(smc, **PLANO, since="present") as source:
        source.wait("connected")
        smc.world.change_route("Plano FW", network(1), "192.0.2.1")
        assert source.wait("added")[0]["recovered"]
        agrees(source, smc)
    assert not source.of("lost")


@pytest.mark.parametrize(
    "arguments, words",
    [
        ({"targets": ["Plano"]}, "knows no engine 'Plano' in the domain 'Shared Domain'. Did you mean Plano FW?"),
        ({"targets": []}, "`targets` is missing: give names of engines or patterns such as 'Branch *'"),
        ({"api_key": "wrong"}, "refused the login with the API key"),
        ({"url": "http://127.0.0.1:9"}, "Could not reach the SMC API at http://127.0.0.1:9"),
        ({"target": "Plano FW"}, "`target` is not an argument of ngfw.smc.live_table. Did you mean targets?"),
        ({"definitions": ["ROUTES"]}, "ROUTES"),
        (
            {"where": {"route_gatway": "192.0.2.1"}},
            "There is no field 'route_gatway' (where). Did you mean route_gateway",
        ),
        ({"heartbeat": -1}, "`heartbeat` is -1; it must be 0 or more, and at most 2,592,000 seconds."),
        ({"where": {"VPN_SA": {}}}, "`where` has VPN_SA, which `definitions` lacks (ROUTING)."),
    ],
)
def test_what_is_wrong_at_the_start_is_a_sentence(smc: Simulator, arguments: dict[str, Any], words: str) -> None:
    with Source(smc, **{**PLANO, **arguments}) as source:
        assert words in source.failure()
    assert isinstance(source.error, RuntimeError)
    no_session(smc)


def test_with_feedback_an_event_waits_until_the_last_one_was_taken(smc: Simulator) -> None:
    async def run() -> tuple[int, int]:
        queue: asyncio.Queue[Any] = asyncio.Queue(5)
        feedback: asyncio.Queue[Any] = asyncio.Queue(1)
        main = runpy.run_path(str(SOURCE))["main"]
        arguments = {**Source(smc, **PLANO, since="present").arguments, "feedback": True}
        task = asyncio.create_task(main(queue, {**arguments, "eda_feedback_queue": feedback}))
        first = await queue.get()
        await asyncio.sleep(0.3)
        before = queue.qsize()
        await feedback.put(first)
        await queue.get()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        return before, queue.qsize()

    assert asyncio.run(run()) == (0, 0)
    no_session(smc)


def test_a_logout_that_is_not_answered_does_not_keep_the_rulebook(smc: Simulator) -> None:
    with Source(smc, **PLANO) as source:
        source.wait("connected")
        smc.scenario.faults = [Fault("logout", "stall", times=0)]
        began = time.monotonic()
        source.stop()
    assert time.monotonic() - began < 45  # the SMC itself would have 60 s


# -- as a program


def program(smc: Simulator, *options: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, str(SOURCE), "--quiet-period=0.25", "--first-entry-timeout=1", *options],
        env={**os.environ, "SMC_ADDRESS": smc.url, "SMC_API_KEY": smc.api_key},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_program_prints_json_lines_and_ends_when_nobody_reads(smc: Simulator) -> None:
    options = ["--definitions=ROUTING,ACTIVE_ALERTS", "--targets=Plano*", "--since=present", '--where={"ROUTING": {}}']
    with program(smc, *options) as running:
        assert running.stdout and running.stderr
        assert json.loads(running.stdout.readline())["kind"] == "connected"
        running.stdout.close()
        assert running.wait(60) == 0
        assert not running.stderr.read()
    no_session(smc)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_the_program_logs_out_when_a_signal_ends_it(smc: Simulator, number: signal.Signals) -> None:
    with program(smc, "--definitions=ROUTING", "--targets=Plano FW") as running:
        assert running.stdout and running.stderr
        running.stdout.readline()
        running.send_signal(number)
        assert running.wait(60) == -number
        assert not running.stderr.read()
    no_session(smc)


def test_a_signal_that_is_ignored_stays_ignored(smc: Simulator) -> None:
    """As under nohup."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        running = program(smc, "--definitions=ROUTING", "--targets=Plano FW")
    finally:
        signal.signal(signal.SIGHUP, before)
    with running:
        assert running.stdout
        running.stdout.readline()
        running.send_signal(signal.SIGHUP)
        smc.world.change_route("Plano FW", network(1), "192.0.2.1")
        assert json.loads(running.stdout.readline())["kind"] == "added"
        running.terminate()
        assert running.wait(60) == -signal.SIGTERM
    no_session(smc)


def test_a_logout_that_is_not_answered_does_not_keep_the_program(smc: Simulator) -> None:
    smc.scenario.faults = [Fault("logout", "stall", times=0)]
    with program(smc, "--definitions=ROUTING", "--targets=Plano FW") as running:
        assert running.stdout and running.stderr
        running.stdout.readline()
        began = time.monotonic()
        running.terminate()
        assert running.wait(60) == -signal.SIGTERM
        assert time.monotonic() - began < 45  # the SMC itself would have 60 s
        assert "The logout failed, so the session stays until it expires: " in running.stderr.read()


@pytest.mark.parametrize("pause, ends", [(0.3, False), (1.5, True)], ids=["at once", "later"])
def test_a_second_signal_ends_the_program_at_once(smc: Simulator, pause: float, ends: bool) -> None:
    """Not one that comes with the first, as from coreutils' timeout: the logout gets its time."""
    with program(smc, "--definitions=ROUTING", "--targets=Plano FW", "--search-interval=0.2") as running:
        assert running.stdout and running.stderr
        running.stdout.readline()
        smc.scenario.faults = [Fault("listing", "stall", times=0)]
        time.sleep(1.0)
        running.terminate()
        time.sleep(pause)
        running.terminate()
        if ends:
            assert running.wait(3) == -signal.SIGTERM
            return
        with pytest.raises(subprocess.TimeoutExpired):
            running.wait(3)
        assert running.wait(30) == -signal.SIGTERM
        assert "The logout was not done within 12 s; the session stays until it expires." in running.stderr.read()


def test_a_full_disk_is_a_sentence(smc: Simulator) -> None:
    with Path("/dev/full").open("w", encoding="utf-8") as full:
        running = subprocess.run(
            [sys.executable, str(SOURCE), "--definitions=ROUTING", "--targets=Plano FW"],
            env={**os.environ, "SMC_ADDRESS": smc.url, "SMC_API_KEY": smc.api_key},
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    expected = "ERROR: An event could not be written to the standard output: No space left on device.\n"
    assert (running.returncode, running.stderr) == (1, expected)
    no_session(smc)


def test_the_help_describes_each_option() -> None:
    for source in SOURCES.glob("*.py"):
        done = subprocess.run([sys.executable, str(source), "--help"], capture_output=True, text=True, check=True)
        text = " ".join(done.stdout.split())
        assert "How many seconds to wait for a connection. Default: 10." in text
        assert "The kinds of events that are wanted. Of these: connected, " in text
        assert "the environment variable SMC_CA_PATH is used" in text
        assert "128 + n after signal n" in text


@pytest.mark.parametrize("targets", ["Plano FW", "Nobody", "*"])
def test_targets_have_no_effect_on_the_alerts_of_a_domain(smc: Simulator, targets: str) -> None:
    with program(smc, "--definitions=ACTIVE_ALERTS", f"--targets={targets}") as running:
        assert running.stdout and running.stderr
        assert json.loads(running.stdout.readline())["target"] == "Shared Domain"
        running.terminate()
        assert running.wait(60) == -signal.SIGTERM
        assert running.stderr.read() == (
            "WARNING: `targets` and `engine_types` have no effect: the target of ACTIVE_ALERTS is always the domain of the login, "
            "here 'Shared Domain'.\n"
        )
    no_session(smc)


def test_the_program_says_what_is_wrong(smc: Simulator) -> None:
    with program(smc, "--definitions=ROUTING", "--targets=Plano") as running:
        assert running.wait(60) == 1
        assert running.stderr
        assert running.stderr.read().startswith("ERROR: The SMC at http")
    no_session(smc)


def test_the_source_changes_neither_the_path_nor_threads_of_others() -> None:
    before = (list(sys.path), threading.active_count())
    runpy.run_path(str(SOURCE))["_host"]()
    assert (list(sys.path), threading.active_count()) == before
