# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A trace played back is an SMC that says the same."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import requests
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.observer import NOBODY, Observer
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.fetching import FetchResult, Query, fetch_all
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.snapshot import Waits
from ansible_collections.ngfw.smc.plugins.module_utils._core.traces.recorder import Recorder
from ansible_collections.ngfw.smc.plugins.module_utils._core.traces.trace import make_trace

from simulator import Scenario, Simulator

ENGINE = "HQ cluster"
WAITS = Waits(first_entry=2.0, quiet=0.3, timeout=30.0)


def fetched(url: str, target: str, observer: Observer = NOBODY, **login: Any) -> dict[str, set[Any]]:
    """The identities of all entries of each table."""
    queries = [Query(one, "Shared Domain" if one.targets_domain else target) for one in DEFINITIONS.values()]
    with Session(
        Connection(url, connect_timeout=5, **(login or {"api_key": "anything"})), observer=observer
    ) as session:
        outcomes = fetch_all(session, queries, WAITS)
    tables: dict[str, set[Any]] = {}
    for outcome in outcomes:
        assert isinstance(outcome, FetchResult), outcome
        assert outcome.snapshot.complete
        tables[outcome.query.definition.name] = {key for key, _entry in outcome.snapshot.table.items()}
    return tables


@pytest.fixture
def recorded(tmp_path: Path) -> tuple[Path, dict[str, str], dict[str, set[Any]]]:
    """A trace of all tables of a cluster, what stands for what, and the tables."""
    recorder = Recorder()
    recorder.probe = "tables"
    scenario = Scenario(end_signals=["event4"], session_kind="token", foreign_host="http://smc.example.com:8082")
    with Simulator(scenario) as smc:
        tables = fetched(smc.url, ENGINE, recorder, api_key=smc.api_key)
    lines, mapping = make_trace(recorder.events(), b"0123456789abcdef", str, {})
    file = tmp_path / "trace.jsonl.gz"
    file.write_bytes(gzip.compress("\n".join(lines).encode()))
    return file, mapping, tables


def test_a_replay_has_the_same_entries_under_other_names(
    recorded: tuple[Path, dict[str, str], dict[str, set[Any]]],
) -> None:
    file, mapping, tables = recorded
    with Simulator(replay=file) as smc:
        replayed = fetched(smc.url, mapping[ENGINE])
    translated = {
        name: {(mapping[node], mapping[key] if isinstance(key, str) else key) for node, key in keys}
        for name, keys in tables.items()
    }
    assert replayed == translated
    assert sum(map(len, replayed.values())) > 20


def test_a_replay_is_a_command(recorded: tuple[Path, dict[str, str], dict[str, set[Any]]]) -> None:
    file, mapping, _tables = recorded
    process = subprocess.Popen(
        [sys.executable, "-m", "simulator", "--replay", str(file)], stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        assert {"definition": "ROUTING", "target": mapping[ENGINE]} in ready["tables"]
        assert requests.get(f"{ready['url']}/api", timeout=30).json()["version"][-1]["rel"] == "7.1"
        other = requests.get(f"{ready['url']}/7.1/elements/fw_cluster/1", timeout=30)
        assert (other.status_code, other.json()["message"]) == (404, "Not in the trace.")
    finally:
        process.terminate()
        assert process.wait(30) == 0
        process.communicate()


@pytest.mark.parametrize(
    "content", [b"", b"{}", b'{"format": "ngfw.smc trace", "version": 9}', b"\x1f\x8bshort", b"[]\n1"]
)
def test_what_is_no_trace_is_refused(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "trace.jsonl.gz"
    file.write_bytes(content)
    with pytest.raises(ValueError, match="is not a trace"):
        Simulator(replay=file)
