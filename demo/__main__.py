# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""`python -m demo`: the collection's main job on a terminal, with a simulated SMC on loopback.

Everything that it starts ends with it, and everything that it writes is in .cache/demo.
"""

from __future__ import annotations

import contextlib
import json
import locale
import os
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from . import screen
from .processes import Interrupted, Processes, processes

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".cache" / "demo"
REPORTS = FOLDER / "reports"
COLLECTIONS = ROOT / ".collections"
INVENTORY = "demo/demo.smc_engines.yml"

# The strongest signals that an SMC can give, so that no task waits for silence.
SCENARIO = {"end_signals": ["event4", "end"]}
EVENT_SOURCE = "extensions/eda/plugins/event_source/live_table.py"
# The SMC does not end fetches that are followed.
FOLLOWED = {"end_signals": ["event4"], "signals_on_alerts": True}
NEWS = {"severity": "Critical", "situation": "Malware_Command-And-Control-Traffic", "engine": "Plano FW"}
# What is wrong in the simulated world, as hooks of the simulator and their arguments ...
TUNNEL = (
    ("drop_vpn_tunnel", {"engine": "Plano FW", "peer": "HQ"}),
    ("drop_vpn_tunnel", {"engine": "HQ cluster", "peer": "Plano"}),
)
ALERT = (("add_alert", NEWS),)
# ... and where the health check must find it: engine and check.
FAULTS = {
    ("HQ cluster", "All VPN peers are there"),
    ("Plano FW", "All VPN peers are there"),
    ("Shared Domain", "No critical alerts"),
}
_START_SECONDS = 30.0


class DemoError(Exception):
    """A step did not end as it should."""


class Demo:
    """The steps, one after another."""

    def __init__(self, started: Processes) -> None:
        self.processes = started
        self.url = ""

    def run(self) -> None:
        """All of it."""
        with self.simulator() as url:
            self.url = url
            self.introduce(url)
            steps: tuple[tuple[str, Callable[[], None]], ...] = (
                ("The engines as an inventory", self.inventory),
                ("Live tables in ad-hoc commands", self.adhoc),
                ("Tunnels, routes and alerts of all engines, in one playbook", self.engineer),
                ("Block lists: add entries, add them again, remove them", self.block_list),
                ("A health check of all engines, with reports", self.health_check),
                ("An alert is seen, and its source is blocked", self.event),
            )
            for number, (title, step) in enumerate(steps, 1):
                screen.heading(f"{number}/{len(steps)}  {title}")
                try:
                    step()
                except DemoError as error:
                    raise DemoError(f"Step {number} ({title}) failed: {error}") from None

    # -- the SMC

    @contextlib.contextmanager
    def simulator(self) -> Iterator[str]:
        """Start it and make something wrong in its world. Gives its address."""
        # Two demos may run at a time.
        ready_file = FOLDER / f"simulator-{os.getpid()}.json"
        log_file = ready_file.with_suffix(".log")
        arguments = ["--ready-file", str(ready_file), "--scenario", json.dumps(SCENARIO)]
        try:
            with log_file.open("wb") as log:
                process = self.processes.start([sys.executable, "-m", "simulator", *arguments], output=log)
            deadline = time.monotonic() + _START_SECONDS
            while not ready_file.exists():
                if process.poll() is not None or time.monotonic() > deadline:
                    raise DemoError(f"The simulator did not start. It wrote:\n{_tail(log_file)}")
                self.processes.pause()
            ready = json.loads(ready_file.read_text(encoding="utf-8"))
            self.processes.environment.update(SMC_ADDRESS=ready["url"], SMC_API_KEY=ready["api_key"])
            for hook, arguments_of_hook in (*TUNNEL, *ALERT):
                _plant(f"{ready['url']}/simulator/world/{hook}", arguments_of_hook)
            yield ready["url"]
        finally:
            ready_file.unlink(missing_ok=True)
            log_file.unlink(missing_ok=True)

    def introduce(self, url: str) -> None:
        screen.title("ngfw.smc: what Forcepoint NGFW engines are doing right now")
        screen.text(
            "",
            f"An SMC (Security Management Center) is simulated at {url}.",
            "A VPN tunnel between two of its engines is down, and there are critical alerts.",
            "The commands below are those that you would type. They contain no secret: the address and the "
            "key of the SMC come from the environment variables SMC_ADDRESS and SMC_API_KEY.",
        )

    # -- the steps

    def inventory(self) -> None:
        screen.text("Three lines of YAML make every engine a host, grouped by type and domain.")
        self.command("ansible-inventory", "-i", INVENTORY, "--graph")

    def adhoc(self) -> None:
        screen.text("A snapshot always says whether it is complete, and how that is known. Only counts:")
        options = "definitions=CONNECTIONS count_by=service entries=false"
        self.command("ansible", "-i", INVENTORY, "Plano_FW", "-m", "ngfw.smc.session_facts", "-a", options)
        screen.text("", "Entries, with only some of their fields:")
        options = "definitions=VPN_SA fields=peer_security_gateway,sa_class"
        self.command("ansible", "-i", INVENTORY, "Plano_FW", "-m", "ngfw.smc.session_facts", "-a", options)

    def engineer(self) -> None:
        screen.text("demo/engineer.yml reads tables of all engines and prints what an engineer looks for.")
        self.command("ansible-playbook", "-i", INVENTORY, "demo/engineer.yml")

    def block_list(self) -> None:
        screen.text("Each task ends only when every node of the cluster shows the change.")
        self.command("ansible-playbook", "-i", INVENTORY, "demo/block_list.yml", "--diff")
        screen.text("", "A playbook of the collection makes a list equal to a file; this shows what it would change:")
        file = ["-e", "block_list_file=demo/blocked.csv", "-e", "block_list_hosts=Plano_FW"]
        self.command("ansible-playbook", "-i", INVENTORY, "ngfw.smc.block_list", *file, "--check", "--diff")

    def health_check(self) -> None:
        shutil.rmtree(REPORTS, ignore_errors=True)
        screen.text("The playbook is part of the collection. demo/checks.yml says which VPN peers each engine needs.")
        folder = _shown(REPORTS)
        arguments = ["-e", "@demo/checks.yml", "-e", f"health_check_report_dir={folder}"]
        status = self.command(
            "ansible-playbook",
            "-i",
            INVENTORY,
            "ngfw.smc.health_check",
            *arguments,
            log=FOLDER / "health_check.log",
            statuses=(0, 2),
        )
        try:
            report = json.loads((REPORTS / "health_check.json").read_text(encoding="utf-8"))
        except OSError:
            raise DemoError(f"There is no report. Ansible wrote:\n{_tail(FOLDER / 'health_check.log')}") from None
        wrong = [result for result in report["results"] if result["status"] in ("FAIL", "ERROR")]
        totals = report["totals"]
        screen.note(f"Exit status {status}: the check found problems, so a pipeline would stop here.")
        screen.text(
            "",
            f"{totals['engines']} engines and a domain, {totals['results']} results: "
            + ", ".join(f"{totals[name]} {name}" for name in ("PASS", "FAIL", "ERROR", "SKIPPED")),
            "",
        )
        screen.findings((item["status"], item["engine"], item["name"], item["reason"]) for item in wrong)
        found = {(result["engine"], result["name"]) for result in wrong}
        if found != FAULTS or status != 2:
            raise DemoError(f"Expected {sorted(FAULTS)} and exit status 2, found {sorted(found)} and {status}.")
        screen.text("", "The reports:")
        for ending, meaning in (
            ("html", "for people, in any browser"),
            ("xml", "JUnit, for GitLab and Jenkins"),
            ("json", "for programs"),
            ("md", "for a merge request"),
        ):
            path = REPORTS / f"health_check.{ending}"
            if not path.exists():
                raise DemoError(f"There is no {_shown(path)}.")
            screen.text(f"  {_shown(path).ljust(42)} {meaning}")
        screen.text(f"  {_shown(FOLDER / 'health_check.log').ljust(42)} what Ansible wrote")

    def event(self) -> None:
        screen.text(
            "The event source follows live tables, for rulebooks or as lines of JSON. While it does, an engine raises an alert."
        )
        _plant(f"{self.url}/simulator/scenario", FOLLOWED, "PATCH")
        log_file = FOLDER / f"events-{os.getpid()}.log"
        arguments = ["--definitions", "ACTIVE_ALERTS", "--where", '{"alert_severity": "Critical"}']
        arguments += ["--fields", "situation,src", "--kinds", "connected,added", "--quiet-period", "0.5"]
        words = ["python", EVENT_SOURCE, *arguments]
        try:
            with log_file.open("wb") as log:
                screen.command(words, "")
                source = self.processes.start([sys.executable, *words[1:]], output=log)
                self._event(source, log_file, "connected")
                _plant(f"{self.url}/simulator/world/add_alert", NEWS)
                seen = self._event(source, log_file, "added")
            source.terminate()
            self.processes.wait(source)
        finally:
            log_file.unlink(missing_ok=True)
        entry = seen["entry"]
        screen.note(f"{seen['kind']}: {entry['situation']} from {entry['src']}, at {seen['received_at']}")
        screen.text("", "What a rule does with the event; ngfw.smc.block_critical_alerts is such a rulebook:")
        entries = f"entries={entry['src']} duration=3600"
        self.command("ansible", "-i", INVENTORY, "Plano_FW", "-m", "ngfw.smc.block_list", "-a", entries)

    def _event(self, source: subprocess.Popen[bytes], log_file: Path, kind: str) -> dict[str, Any]:
        """The first event of this kind that the source has written."""
        deadline = time.monotonic() + _START_SECONDS
        while True:
            for line in log_file.read_text(encoding="utf-8").splitlines(keepends=True):
                if line.startswith("{") and line.endswith("\n") and json.loads(line)["kind"] == kind:
                    return dict(json.loads(line))
            if source.poll() is not None or time.monotonic() > deadline:
                raise DemoError(f"The event '{kind}' did not come. The event source wrote:\n{_tail(log_file)}")
            self.processes.pause()

    def command(self, *words: str, log: Path | None = None, statuses: tuple[int, ...] = (0,)) -> int:
        """Show a command and run it. log: where its output goes instead of the terminal."""
        screen.command(words, _shown(log) if log else "")
        with log.open("wb") if log else contextlib.nullcontext() as output:
            status = self.processes.wait(self.processes.start(words, output))
        if status not in statuses:
            written = f" It wrote:\n{_tail(log)}" if log else ""
            raise DemoError(f"{words[0]} ended with exit status {status}.{written}")
        return status


def _plant(url: str, arguments: Mapping[str, Any], method: str = "POST") -> None:
    body = json.dumps(arguments).encode()
    request = urllib.request.Request(url, body, {"Content-Type": "application/json"}, method=method)
    # Never use a proxy from the environment.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        opener.open(request, timeout=10).close()
    except OSError as error:
        raise DemoError(f"The simulator refused {url}: {error}.") from None


def _shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def _tail(path: Path) -> str:
    return "\n".join(path.read_text(encoding="utf-8", errors="replace").splitlines()[-20:])


def _environment() -> dict[str, str]:
    """The environment of all commands. They read none of the user's own configuration, not even from the home directory."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("ANSIBLE_", "SMC_")) and not name.lower().endswith(("_proxy", "_ca_bundle"))
    }
    scripts = sysconfig.get_path("scripts")
    home = FOLDER / "home"
    home.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(locale.Error):
        # Ansible requires UTF-8.
        locale.setlocale(locale.LC_ALL, "C.UTF-8")
        kept["LC_ALL"] = "C.UTF-8"
    return {
        **kept,
        "PATH": os.pathsep.join([scripts, kept.get("PATH", os.defpath)]),
        "HOME": str(home),
        "PYTHONDONTWRITEBYTECODE": "1",
        "ANSIBLE_CONFIG": str(ROOT / "demo" / "ansible.cfg"),
        "ANSIBLE_COLLECTIONS_PATH": str(COLLECTIONS),
        "ANSIBLE_HOME": str(FOLDER / "ansible"),
    }


def _link_checkout() -> None:
    """Make Ansible find the checkout as ansible_collections.ngfw.smc, like the Makefile does."""
    link = COLLECTIONS / "ansible_collections" / "ngfw" / "smc"
    if not link.exists():
        link.parent.mkdir(parents=True, exist_ok=True)
        link.symlink_to("../../..", target_is_directory=True)


def main() -> int:
    """Run the demo. Returns the exit status."""
    if shutil.which("ansible-playbook", path=sysconfig.get_path("scripts")) is None:
        screen.failure(f"{sys.executable} has no ansible-core. Run `make demo`, which creates an environment with it.")
        return 1
    _link_checkout()
    begin = time.monotonic()
    try:
        with processes(ROOT, _environment()) as started:
            Demo(started).run()
    except DemoError as error:
        screen.failure(str(error))
        return 1
    except BrokenPipeError:
        # The reader of the output is gone, so there is nobody to tell.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Interrupted as stop:
        screen.failure(f"Stopped by {stop}. Everything that was started has ended.")
        signal.signal(stop.number, signal.SIG_DFL)
        os.kill(os.getpid(), stop.number)
    screen.heading(f"Done in {time.monotonic() - begin:.0f} seconds; everything that was started has ended.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
