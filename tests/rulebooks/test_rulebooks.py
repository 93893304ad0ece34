# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A real ansible-rulebook, with Java, runs the event source and the example rulebooks. `make test-events` sets it up."""

from __future__ import annotations

import ast
import os
import re
import shutil
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any, Self

import pytest
import yaml

from simulator import Fault, Scenario, Simulator
from simulator.fixtures import simulator
from simulator.table_users import SslVpnTable
from tests.events import Ledger
from tests.forwarder import Forwarder

__all__ = ["simulator"]

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = ROOT / ".venv-rulebook" / "bin"
MISSING = next(
    (
        reason
        for there, reason in (
            (shutil.which("java"), "There is no Java: install openjdk-17-jdk-headless."),
            ((PROGRAMS / "ansible-rulebook").exists(), "There is no .venv-rulebook: run `make test-events`."),
        )
        if not there
    ),
    None,
)
pytestmark = pytest.mark.skipif(
    MISSING is not None and not os.environ.get("CI"), reason=f"NO RULEBOOK IS TRIED. {MISSING}"
)

Factory = Callable[..., Simulator]
PATIENCE = 300.0
# A JVM that is short-lived: it compiles little, and collects its garbage in one thread.
JAVA_OPTIONS = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC"
# An action that takes a second before the next event is looked at.
SECOND: dict[str, Any] = {"run_module": {"name": "ansible.builtin.wait_for", "module_args": {"timeout": 1}}}
# A rulebook that prints each event, and ends when it is told to.
PRINTER: dict[str, Any] = {
    "name": "Print",
    "hosts": "localhost",
    "sources": [{"name": "tables", "ngfw.smc.live_table": {}}],
    "rules": [{"name": "Print", "condition": "event.kind is defined", "action": {"print_event": {}}}],
}


class Rulebook:
    """A running ansible-rulebook. Use as a context manager; the end of the block ends it by SIGTERM."""

    def __init__(self, folder: Path, smc: Simulator, rulebook: Any, *options: str, **variables: Any) -> None:
        self.output: list[str] = []
        inventory = folder / "inventory.yml"
        here = {"ansible_connection": "local", "ansible_python_interpreter": str(PROGRAMS / "python")}
        hosts: dict[str, Any] = {"localhost": here}
        for name, engine in variables.pop("engines", {}).items():
            hosts[name] = {**here, "smc_target": engine}
        inventory.write_text(yaml.safe_dump({"all": {"hosts": hosts}}), "utf-8")
        (folder / "vars.yml").write_text(yaml.safe_dump(variables or {"none": 1}), "utf-8")
        if not isinstance(rulebook, str):
            (folder / "rulebook.yml").write_text(yaml.safe_dump([rulebook], sort_keys=False), "utf-8")
            rulebook = str(folder / "rulebook.yml")
        environment = {
            **os.environ,
            "PATH": os.pathsep.join([str(PROGRAMS), os.environ["PATH"]]),
            "SMC_ADDRESS": smc.url,
            "SMC_API_KEY": smc.api_key,
            "COLUMNS": "100000",
            "JAVA_TOOL_OPTIONS": JAVA_OPTIONS,
        }
        self.process = subprocess.Popen(
            [
                str(PROGRAMS / "ansible-rulebook"),
                *("-r", rulebook, "-i", str(inventory), "--vars", str(folder / "vars.yml"), *options),
            ],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)

    def __enter__(self) -> Self:
        self._reader.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self.end(signal.SIGTERM)

    def end(self, number: signal.Signals | None = None) -> int:
        """Wait for its end, after a signal if one is given. The exit status."""
        if number is not None and self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(PATIENCE)
        finally:
            self.process.kill()
            self._reader.join(10)

    def _read(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.output.append(line.rstrip("\n"))

    def until(self, seen: Callable[[], Any], what: str) -> Any:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if found := seen():
                return found
            if self.process.poll() is not None:
                time.sleep(0.5)
                break
            time.sleep(0.05)
        raise AssertionError(f"{what} did not happen:\n" + "\n".join(self.output))

    def says(self, pattern: str) -> str:
        """The first line in which the pattern is found."""

        def found() -> str | None:
            return next((line for line in list(self.output) if re.search(pattern, line)), None)

        line: str = self.until(found, pattern)
        return line

    def events(self, *kinds: str) -> list[dict[str, Any]]:
        """The events that `print_event` has printed."""
        printed = [ast.literal_eval(line) for line in list(self.output) if line.startswith("{'")]
        return [event for event in printed if event["kind"] in kinds]

    def wait(self, kind: str, count: int = 1) -> list[dict[str, Any]]:
        def enough() -> list[dict[str, Any]]:
            found = self.events(kind)
            return found if len(found) >= count else []

        events: list[dict[str, Any]] = self.until(enough, f"{count} {kind}")
        return events


def printer(**arguments: Any) -> dict[str, Any]:
    quick = {"quiet_period": 0.25, "first_entry_timeout": 1, "search_interval": 1}
    return {**PRINTER, "sources": [{"name": "tables", "ngfw.smc.live_table": {**quick, **arguments}}]}


def rules(**rule: Any) -> list[Mapping[str, Any]]:
    return [{"name": "Rule", "condition": 'event.kind == "added"', **rule}]


def nothing_left(smc: Simulator) -> None:
    """The SMC notices a moment later that a socket was closed."""
    until = time.monotonic() + 10
    while smc.statistics.sockets_open and time.monotonic() < until:
        time.sleep(0.05)
    assert (smc.open_sessions, smc.statistics.sockets_open) == (0, 0)


def network(number: int) -> str:
    return f"10.{100 + number // 250}.{number % 250}.0/24"


def applied(running: Rulebook) -> Ledger:
    """What somebody has who applied all events; one that was lost or doubled fails the test."""
    ledger = Ledger()
    for event in running.events("connected", "initial", "added", "updated", "deleted"):
        ledger.take(event)
    return ledger


def routes_of(smc: Simulator) -> set[str]:
    with smc.world.lock:
        entries = smc.world.entries("ROUTING", smc.world.engine("Plano FW"))
        return {f"{entry.values['RouteNetwork']} by {entry.values.get('RouteGateway')}" for entry in entries}


def routes_told(running: Rulebook) -> set[str]:
    tables = [*applied(running).tables.values()]
    assert len(tables) == 1
    return {f"{entry['route_network']} by {entry.get('route_gateway')}" for entry in tables[0].values()}


@pytest.fixture
def smc(simulator: Factory) -> Iterator[Simulator]:
    if MISSING is not None:
        pytest.fail(f"{MISSING} CI must try a rulebook, so this is no skip.")
    # The strongest sign of the end, so that the tables are complete at once.
    running = simulator(Scenario(end_signals=["event4"], signals_on_alerts=True))
    yield running
    nothing_left(running)


ROUTES: dict[str, Any] = {"definitions": ["ROUTING"], "targets": ["Plano FW"], "since": "present"}


def test_whatever_happens_nothing_is_lost_or_doubled(smc: Simulator, tmp_path: Path) -> None:
    """Two rulebooks on one SMC, which restarts, forgets sessions, and drops sockets. Each is ended by another signal."""
    folders = [tmp_path / name for name in ("first", "second")]
    for folder in folders:
        folder.mkdir()
    with (
        Rulebook(folders[0], smc, printer(**ROUTES)) as first,
        Rulebook(folders[1], smc, printer(**ROUTES)) as second,
    ):
        both = (first, second)
        numbers = iter(range(1000))

        def change() -> None:
            number = next(numbers)
            smc.world.change_route("Plano FW", network(number), "192.0.2.1")
            smc.world.change_route("Plano FW", network(number), "192.0.2.2")
            if number % 3 == 2:
                smc.world.change_route("Plano FW", network(number), remove=True)

        def until_told() -> None:
            # A route that stays: when it has been told, so has what was changed before.
            smc.world.change_route("Plano FW", network(500 + next(numbers)), "192.0.2.3")
            for running in both:
                running.until(lambda running=running: routes_told(running) == routes_of(smc), "the table as it is")

        for running in both:
            running.wait("initial", 9)
        assert smc.open_sessions == 2
        # A restart, during which something changes.
        smc._port = int(smc.url.rpartition(":")[2])
        smc.__exit__(None, None, None)
        smc.expire_sessions()
        change()
        change()
        smc.__enter__()
        until_told()
        # Sessions that end, with and without their sockets.
        for closes in (False, True):
            smc.scenario.session_end_closes = closes
            smc.expire_sessions()
            change()
            until_told()
        # Sockets that are reset, ended, or say nonsense; one fault strikes the readings of both.
        for deed in ("drop", "eof", "bad_json"):
            smc.scenario.faults = [Fault("messages", deed, after_messages=2, times=1)]
            smc.expire_sessions()
            for _again in range(3):
                change()
                time.sleep(0.1)
            until_told()
        smc.scenario.faults = []
        until_told()
        for running, number in ((first, signal.SIGINT), (second, signal.SIGTERM)):
            running.end(number)
    for running in both:
        assert len(running.events("lost")) >= 3
        assert routes_told(running) == routes_of(smc)


def test_a_half_open_socket_is_found_and_a_silent_one_is_kept(smc: Simulator, tmp_path: Path) -> None:
    quick = {"quiet_period": 0.25, "first_entry_timeout": 1, "search_interval": 1}
    with Forwarder(smc.url, websocket_bytes=9000) as path:
        content = {
            **PRINTER,
            "sources": [
                {"name": "half_open", "ngfw.smc.live_table": {**quick, **ROUTES, "url": path.url}},
                {
                    "name": "silent",
                    "ngfw.smc.live_table": {**quick, "definitions": ["NEIGHBORS"], "targets": ["Plano FW"]},
                },
            ],
        }
        with Rulebook(tmp_path, smc, content) as running:
            running.wait("initial", 9)
            running.wait("connected", 2)
            # More than the path lets through: then it is silent, and both its ends stay open.
            for number in range(30):
                smc.world.change_route("Plano FW", network(number), "192.0.2.1")
            (lost,) = running.wait("lost")
            assert "no answer to a ping within 10 s" in lost["message"]
            assert lost["definition"] == "ROUTING"
            path.heal()
            running.until(lambda: len(running.events("connected")) == 3, "the table read again")
            running.until(lambda: routes_told(running) == routes_of(smc), "the table as it is")
    # The other line was silent for as long. It was probed too, and answered.
    assert len(running.events("lost")) == 1


def test_a_consumer_that_takes_a_second_an_event(smc: Simulator, tmp_path: Path) -> None:
    slow = [{"name": "Work", "condition": "event.kind is defined", "actions": [{"print_event": {}}, SECOND]}]
    content = {**printer(**ROUTES, kinds=["connected", "added", "updated", "deleted"]), "rules": slow}
    with Rulebook(tmp_path, smc, content) as running:
        running.wait("connected")
        before = routes_of(smc)
        for number in range(2):
            smc.world.change_route("Plano FW", network(number), "192.0.2.1")
        smc.world.change_route("Plano FW", network(0), "192.0.2.2")
        smc.world.change_route("Plano FW", network(1), remove=True)
        running.wait("deleted")
        assert routes_told(running) == routes_of(smc) - before
        running.end(signal.SIGTERM)
    assert [event["kind"] for event in running.events("added", "updated", "deleted", "lost")] == [
        *["added"] * 2,
        "updated",
        "deleted",
    ]


def test_a_rulebook_that_ends_by_itself_leaves_no_session(smc: Simulator, tmp_path: Path) -> None:
    """Gracefully, at once, and by what is wrong with its arguments; an action that fails does not end it."""
    fails = {"run_module": {"name": "ansible.builtin.debug", "module_args": {"msg": "{{ event.nothing.at.all }}"}}}
    actions: dict[str, Any] = {
        "graceful": {"shutdown": {"delay": 0.1}},
        "now": {"shutdown": {"delay": 0.1, "kind": "now"}},
        "fails": fails,
    }
    condition = 'event.kind == "initial"'
    with ExitStack() as stack:
        running = {}
        for name, action in actions.items():
            (tmp_path / name).mkdir()
            content = {**printer(**ROUTES), "rules": rules(action=action, condition=condition)}
            running[name] = stack.enter_context(Rulebook(tmp_path / name, smc, content))
        (tmp_path / "wrong").mkdir()
        content = printer(definitions=["ROUTING"], targets=["Plano"])
        running["wrong"] = wrong = stack.enter_context(Rulebook(tmp_path / "wrong", smc, content))
        running["fails"].says("Undefined jinja variable")
        running["graceful"].end()
        running["now"].end()
        wrong.says("knows no engine 'Plano' in the domain 'Shared Domain'. Did you mean Plano FW")
        assert wrong.end() == 1
        assert not any("Traceback" in line for line in wrong.output)
        assert running["fails"].process.poll() is None
    # Three of them had a session; the fourth found out with one.
    assert smc.statistics.logins == 4


def test_with_feedback_events_come_too(smc: Simulator, tmp_path: Path) -> None:
    content = printer(**ROUTES, feedback=True)
    options = ("--persistence-id", "1")
    with Rulebook(tmp_path, smc, content, *options, drools_db_file_path=str(tmp_path / "store")) as running:
        running.wait("initial", 9)
        for number in range(10):
            smc.world.change_route("Plano FW", network(number), "192.0.2.1")
        running.wait("added", 10)
        # As when its terminal is closed.
        running.end(signal.SIGHUP)
    assert len(running.events("added")) == 10


# -- the examples

# Each says when it has read its table. What changes from then on is news.
WATCHED = "connected: The table has"


def test_a_critical_alert_becomes_a_block_list_entry(smc: Simulator, tmp_path: Path) -> None:
    with Rulebook(tmp_path, smc, "ngfw.smc.block_critical_alerts", block_on="Plano FW") as running:
        running.says(WATCHED)
        before = len(smc.world.block_list(smc.world.engine("Plano FW")).entries)
        smc.world.add_alert(severity="Low")
        smc.world.add_alert(severity="Critical")
        table = smc.world.block_list(smc.world.engine("Plano FW"))
        running.until(lambda: len(table.entries) > before, "the block-list entry")
        time.sleep(1)
        assert len(table.entries) == before + 1


def test_a_vpn_peer_that_is_down_is_reported_and_cleared(smc: Simulator, tmp_path: Path) -> None:
    content = (ROOT / "extensions" / "eda" / "rulebooks" / "vpn_peer_down.yml").read_text("utf-8")
    (content,) = yaml.safe_load(content.replace("vpn_peer_wait: 60", "vpn_peer_wait: 5"))
    peers = smc.world.table("VPN_SA", smc.world.engine("Plano FW")).peers  # type: ignore[attr-defined]
    with Rulebook(tmp_path, smc, content, vpn_engines=["Plano*"]) as running:
        running.says(WATCHED)
        # One that comes back in time is not reported.
        smc.world.drop_vpn_tunnel("Plano FW", peers[1])
        smc.world.restore_vpn_tunnel("Plano FW", peers[1])
        smc.world.drop_vpn_tunnel("Plano FW", peers[0])
        running.says(f"VPN peer {peers[0]} of Plano FW is down")
        smc.world.restore_vpn_tunnel("Plano FW", peers[0])
        running.says(f"VPN peer {peers[0]} of Plano FW is up again")
    assert not any(f"VPN peer {peers[1]} of Plano FW is down" in line for line in running.output)


def test_a_block_list_entry_that_was_removed_is_put_back(smc: Simulator, tmp_path: Path) -> None:
    listed = tmp_path / "blocked.txt"
    listed.write_text("203.0.113.77\n", "utf-8")
    smc.world.block(
        "Plano FW",
        {
            "end_point1": {"address_mode": "address", "ip_network": "203.0.113.77/32"},
            "end_point2": {"address_mode": "any"},
            "duration": 3600,
        },
    )
    table = smc.world.block_list(smc.world.engine("Plano FW"))
    with Rulebook(
        tmp_path,
        smc,
        "ngfw.smc.keep_block_list",
        block_list_engines=["Plano FW"],
        block_list_file=str(listed),
        block_list_hosts="plano_fw",
        engines={"plano_fw": "Plano FW"},
    ) as running:
        running.says(WATCHED)
        smc.world.flush_block_list(smc.world.engine("Plano FW"))
        running.until(lambda: table.entries, "the entry that is back")
        time.sleep(2)
        assert len(table.entries) == 1


def test_too_many_sessions_of_a_user_are_reported(smc: Simulator, tmp_path: Path) -> None:
    engine = smc.world.engine("Plano FW")
    table = smc.world.table("SSLVPNV2", engine)
    assert isinstance(table, SslVpnTable)
    for number in range(3):
        entry = table._session(0, table.time - number)
        table.entries[entry.identity] = entry
    with Rulebook(tmp_path, smc, "ngfw.smc.ssl_vpn_sessions", vpn_engines=["Plano FW"], most_sessions=2) as running:
        line = running.says("SSL VPN sessions on Plano FW")
        assert re.search(r"has [34] SSL VPN sessions", line)
