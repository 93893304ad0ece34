# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots on disk: what is written, what is not, and what happens when something gives way."""

from __future__ import annotations

import contextlib
import csv
import gzip
import hashlib
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from simulator import Fault, Scenario, Simulator
from tests.integration.conftest import Ansible

Factory = Callable[..., Simulator]

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "snapshot_manifest.schema.json").read_text(encoding="utf-8"))
# Enough for a machine that is busy, where neither an end signal nor an entry comes.
QUICK = {"first_entry_timeout": 5, "quiet_period": 0.5}


def snapshot(name: str, dest: Path, **options: Any) -> dict[str, Any]:
    wanted = {"targets": ["Plano FW", "HQ cluster"], "definitions": ["ROUTING", "VPN_SA"], **QUICK, **options}
    return {"name": name, "ngfw.smc.snapshot": {"dest": str(dest), **wanted}, "ignore_errors": True}


def playbook(folder: Path, task: dict[str, Any]) -> list[str]:
    """The command that runs a play of this task, for tests that start it in a way of their own."""
    play = {"hosts": "localhost", "connection": "local", "gather_facts": False, "tasks": [task]}
    path = folder / "one_task.yml"
    path.write_text(json.dumps([play]), encoding="utf-8")
    return [sys.executable, "-m", "ansible", "playbook", str(path), "-i", "localhost,"]


def read(folder: Path) -> dict[tuple[str, str], list[dict[str, Any]]]:
    """The entries of a snapshot by target and definition, checked against its manifest without our own reader."""
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    jsonschema.validate(manifest, SCHEMA)
    tables = {}
    for table in manifest["tables"]:
        content = (folder / table["file"]).read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (table["size"], table["sha256"])
        text = gzip.decompress(content) if table["file"].endswith(".gz") else content
        entries = [json.loads(line) for line in text.decode("utf-8").splitlines()]
        assert len(entries) == table["count"] == sum(table["nodes"].values())
        tables[table["target"], table["definition"]] = entries
    files = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert files == {"manifest.json", *(table["file"] for table in manifest["tables"])}
    assert manifest["complete"] is not bool(manifest["failures"])
    return tables


@pytest.mark.smoke
def test_every_entry_is_in_its_file(ansible: Ansible, simulator: Factory, tmp_path: Path) -> None:
    smc = simulator(Scenario(end_signals=["end"]), jinja=True, connections=25_000)
    ansible.use(smc)
    evil = "{{ lookup('pipe','id') }}"
    everything = ["ROUTING", "VPN_SA", "USERS", "NEIGHBORS", "BLOCK_LIST", "SSLVPNV2", "CONNECTIONS", "ACTIVE_ALERTS"]
    # Each table ends with the SMC's own word, so a busy machine may take its time.
    patient = {"first_entry_timeout": 30, "quiet_period": 10}
    run = ansible.tasks(
        snapshot("all", tmp_path / "all", definitions=everything, compress=True, **patient),
        snapshot("again", tmp_path / "all", definitions=["ROUTING"], replace=True, **patient),
        snapshot("all", tmp_path / "other", definitions=everything, concurrency=1, **patient),
        hosts="localhost,",
    ).check()
    result = run.result("all")
    tables = read(tmp_path / "other")
    assert {definition for _target, definition in tables} == set(everything)
    assert (result["table_count"], result["entry_count"]) == (15, sum(map(len, tables.values())))
    assert result["smc"]["domain"] == "Shared Domain"
    for target, definition in tables:
        if target != "Shared Domain" and (target, definition) != ("Plano FW", "CONNECTIONS"):
            assert len(tables[target, definition]) == len(smc.world.entries(definition, smc.world.engine(target)))
    connections = tables["Plano FW", "CONNECTIONS"]
    assert len({(entry["node_id"], entry["delta_key"]) for entry in connections}) == 25_000
    assert isinstance(connections[0]["sport"], int)
    # The one that was replaced holds nothing of what was there.
    assert set(read(tmp_path / "all")) == {("Plano FW", "ROUTING"), ("HQ cluster", "ROUTING")}
    assert (smc.statistics.logins, smc.statistics.open_sessions) == (3, 0)
    assert sorted(path.name for path in tmp_path.iterdir() if path.is_dir() and path.name.startswith(".")) == []

    # The name of an engine is no template, neither from an inventory nor in a file's name; modules do the same work.
    (tmp_path / "hosts.yml").write_text(
        f'all:\n  hosts:\n    evil: {{smc_target: !unsafe "{evil}"}}\n    Plano FW: {{}}\n', encoding="utf-8"
    )
    variables = {"snapshot_dest": "mine", "snapshot_definitions": ["ROUTING"], "snapshot_compress": True}
    run = ansible.playbook("ngfw.smc.snapshot", inventory="hosts.yml", variables=variables).check()
    assert set(read(tmp_path / "mine")) == {(evil, "ROUTING"), ("Plano FW", "ROUTING")}
    assert "uid=" not in run.output
    task = snapshot("module", tmp_path / "module", definitions=["ROUTING"])
    ansible.tasks(task, hosts="jumphost,", connection="jump").check()
    assert read(tmp_path / "module") == read(tmp_path / "all")


def test_what_fails_is_listed_and_hides_nothing(ansible: Ansible, simulator: Factory, tmp_path: Path) -> None:
    faults = [Fault("messages", "drop", engine="Branch 110", definition="VPN_SA", times=0)]
    smc = simulator(Scenario(end_signals=["event4"], faults=faults), engines=52)
    ansible.use(smc)
    hosts = [*(f"Branch {number}" for number in range(101, 139)), "Depot FW", "Plan FW"]
    run = ansible.playbook(
        "ngfw.smc.snapshot",
        inventory=",".join(hosts) + ",",
        variables={
            "snapshot_dest": "now",
            "snapshot_definitions": ["ROUTING", "VPN_SA"],
            "snapshot_first_entry_timeout": 3,
            "snapshot_quiet_period": 0.5,
        },
    )
    assert run.returncode == 2
    result = run.result("Take snapshots")
    kinds = {(failure["target"], failure["definition"]): failure["kind"] for failure in result["failures"]}
    assert kinds == {
        ("Branch 110", "VPN_SA"): "channel_closed",
        ("Depot FW", "ROUTING"): "engine_offline",
        ("Depot FW", "VPN_SA"): "engine_offline",
        ("Plan FW", "ROUTING"): "target_unknown",
        ("Plan FW", "VPN_SA"): "target_unknown",
    }
    assert result["msg"].startswith("5 of 80 tables failed; the others are in ")
    assert (result["table_count"], result["failure_count"]) == (75, 5)
    tables = read(tmp_path / "now")
    assert len(tables) == 75 and all(entries for entries in tables.values())
    manifest = json.loads((tmp_path / "now" / "manifest.json").read_text(encoding="utf-8"))
    assert not manifest["complete"]
    assert any("Did you mean Plano FW" in failure["msg"] for failure in manifest["failures"])
    assert (smc.statistics.logins, smc.statistics.open_sessions) == (1, 0)

    run = ansible.tasks(
        snapshot("ignored", tmp_path / "ignored", targets=["Plan FW", "Branch 7"], ignore_failures=True),
        hosts="localhost,",
    ).check()
    assert (run.result("ignored")["failure_count"], run.statuses()) == (2, ["ok"])


def test_an_smc_that_goes_away_ends_it(ansible: Ansible, simulator: Factory, tmp_path: Path) -> None:
    """Not each of forty engines waits for a server that is gone."""
    faults = [Fault("http", "drop", first=25, times=0), Fault("handshake", "drop", first=6, times=0)]
    smc = simulator(Scenario(end_signals=["event4"], faults=faults), engines=52)
    ansible.use(smc)
    targets = [f"Branch {number}" for number in range(101, 141)]
    run = ansible.tasks(
        snapshot("gone", tmp_path / "gone", targets=targets, concurrency=2, ignore_failures=True), hosts="localhost,"
    )
    assert run.result("gone")["error"]["kind"] == "connection"
    assert not (tmp_path / "gone").exists()
    assert not list(tmp_path.glob(".gone*"))
    assert "Traceback" not in run.output
    assert len(smc.statistics.frames) < 40


def test_nothing_is_written_where_nothing_should_be(ansible: Ansible, simulator: Factory, tmp_path: Path) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    ansible.use(smc)
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "thesis.txt").write_text("years of work", encoding="utf-8")
    check = ansible.tasks(
        snapshot("dry", tmp_path / "new" / "dry"),
        snapshot("dry below a file", mine / "thesis.txt" / "dry"),
        hosts="localhost,",
        arguments=["--check"],
    )
    assert (check.result("dry")["changed"], check.result("dry")["table_count"]) == (True, 4)
    assert "thesis.txt is not a folder" in check.result("dry below a file")["msg"]
    assert not (tmp_path / "new").exists()
    logins = smc.statistics.logins
    run = ansible.tasks(
        snapshot("no snapshot", mine, replace=True),
        snapshot("below a file", mine / "thesis.txt" / "snapshot"),
        snapshot("no definition", tmp_path / "x", definitions=[]),
        snapshot("no such definition", tmp_path / "x", definitions=["ROUTES"]),
        snapshot("none at a time", tmp_path / "x", concurrency=0),
        snapshot("no target", tmp_path / "x", targets=[]),
        hosts="localhost,",
    )
    assert "which exists and is not a snapshot" in run.result("no snapshot")["msg"]
    assert "thesis.txt is not a folder" in run.result("below a file")["msg"]
    assert "`definitions` is empty" in run.result("no definition")["msg"]
    assert "ROUTES" in run.result("no such definition")["msg"]
    assert "`concurrency` is 0" in run.result("none at a time")["msg"]
    assert "`targets` is missing" in run.result("no target")["msg"]
    assert smc.statistics.logins == logins  # what is wrong with the place is seen before the SMC is bothered
    run = ansible.tasks(
        snapshot("first", tmp_path / "x"),
        snapshot("second", tmp_path / "x"),
        snapshot("alerts of no domain", tmp_path / "y", definitions=["ACTIVE_ALERTS"], targets=["Retial"]),
        hosts="localhost,",
    )
    assert "set `replace`" in run.result("second")["msg"]
    assert "'Retial'" in run.result("alerts of no domain")["msg"]
    assert len(read(tmp_path / "x")) == 4
    assert "Traceback" not in run.output


def test_a_disk_that_is_full(ansible: Ansible, simulator: Factory, tmp_path: Path) -> None:
    """A limit on the size of files, which a process meets in the same places as a full disk."""
    smc = simulator(Scenario(end_signals=["end"]), connections=30_000)
    ansible.use(smc)
    run = ansible.tasks(
        snapshot("full", tmp_path / "full", targets=["Plano FW"], definitions=["CONNECTIONS"]), hosts="localhost,"
    ).check()
    size = (tmp_path / "full" / "Plano_FW" / "CONNECTIONS.jsonl").stat().st_size
    # Too little for the file that keeps the entries until they are all there; then just too little for the snapshot.
    for allowed in (size // 4, size - 4096):
        task = snapshot("full", tmp_path / f"full{allowed}", targets=["Plano FW"], definitions=["CONNECTIONS"])
        command = shlex.join(playbook(tmp_path, task))
        run = ansible.run("bash", "-c", f"ulimit -f {allowed // 1024}; exec {command}")
        result = run.result("full")
        assert result["error"]["kind"] == "file", result
        assert "Could not" in result["msg"]
        assert "Traceback" not in run.output
    assert not [
        path
        for path in tmp_path.iterdir()
        if ".full" in path.name or (path.name.startswith("full") and path.name != "full")
    ]
    assert smc.open_sessions == 0


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGKILL])
def test_an_interrupted_run_leaves_nothing_that_looks_whole(
    how: signal.Signals, ansible: Ansible, simulator: Factory, tmp_path: Path
) -> None:
    fault = Fault("messages", "stall", engine="HQ cluster", times=0)
    smc = simulator(Scenario(end_signals=["end"], faults=[fault]))
    ansible.use(smc)
    dest = tmp_path / "now"
    ansible.tasks(snapshot("earlier", dest, targets=["Branch 7"]), hosts="localhost,").check()
    before = read(dest)
    task = snapshot("now", dest, replace=True, timeout=300, first_entry_timeout=300)
    process = subprocess.Popen(
        playbook(tmp_path, task),
        cwd=tmp_path,
        env={**os.environ, **ansible.environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        # One engine's tables are on disk, the other one's never come.
        while len(list(tmp_path.glob(".now.*.partial/Plano_FW/*.jsonl"))) < 2:
            assert process.poll() is None, process.stdout and process.stdout.read()
            time.sleep(0.05)
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, how)
    output, _nothing = process.communicate(timeout=60)
    assert process.returncode not in (0, None), output
    assert read(dest) == before
    if how == signal.SIGINT:
        # Ansible does not wait for its worker.
        deadline = time.monotonic() + 30
        while (list(tmp_path.glob(".now.*")) or smc.open_sessions) and time.monotonic() < deadline:
            time.sleep(0.05)
        assert (list(tmp_path.glob(".now.*")), smc.open_sessions) == ([], 0)
    left = list(tmp_path.glob(".now.*"))
    for folder in left:
        assert not (folder / "manifest.json").exists()
        run = ansible.tasks(
            {"name": "diff", "ngfw.smc.snapshot_diff": {"before": str(dest), "after": str(folder)}}, hosts="localhost,"
        )
        assert "never finished" in run.result("diff")["msg"]


def test_tables_for_spreadsheets(ansible: Ansible, simulator: Factory, tmp_path: Path) -> None:
    smc = simulator(Scenario(end_signals=["event4"]))
    ansible.use(smc)
    options = {
        "definitions": "ROUTING,USERS",
        "target": "Plano FW",
        "dest": str(tmp_path / "snapshot"),
        "format": "csv",
    }
    taken = {"name": "taken", "ngfw.smc.snapshot": options}
    other = {"name": "other", "ngfw.smc.snapshot": {**options, "dest": str(tmp_path / "other"), "compress": True}}
    diff = {"before": str(tmp_path / "snapshot"), "after": str(tmp_path / "other")}
    compared = {"name": "compared", "ngfw.smc.snapshot_diff": diff, "ignore_errors": True}
    packed = {"name": "packed", "ngfw.smc.snapshot": {**options, "format": "xlsx", "compress": True}}
    run = ansible.tasks(taken, other, compared, {**packed, "ignore_errors": True})
    manifest = json.loads((tmp_path / "snapshot" / "manifest.json").read_text("utf-8"))
    for table in manifest["tables"]:
        with (tmp_path / "snapshot" / table["file"]).open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
        assert len(rows) == table["count"] > 0
        assert {row["node_id"] for row in rows} == {"Plano FW node 1"}
    with gzip.open(tmp_path / "other" / manifest["tables"][0]["file"].replace(".csv", ".csv.gz"), "rt") as file:
        assert "node_id" in file.readline()
    assert "Only snapshots with `format: jsonl` can be compared" in run.result("compared")["msg"]
    words = run.result("packed")["msg"]
    assert "`compress` does not go with `format: xlsx`" in words or "openpyxl" in words
