# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The traces of tests/traces, played back over real sockets, and read as any SMC."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from ansible_collections.ngfw.smc.plugins.module_utils._core.api.connection import Connection
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.session import Session
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.fetching import FetchResult, Query, fetch_all
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.snapshot import Waits
from ansible_collections.ngfw.smc.plugins.module_utils._core.traces.replaying import definition_of, replay

from simulator import Simulator
from tests.integration.conftest import Ansible
from tests.unit.test_traces import FILES, FOLDER, tables_of


def differences(file: Path) -> list[str]:
    """What a snapshot over the network has that the recording has not, or the other way round."""
    tables = tables_of(file)
    with Simulator(replay=file) as smc, Session(Connection(smc.url, api_key="any")) as session:
        queries = [Query(definition_of(table.definition), table.target) for table in tables]
        outcomes = fetch_all(session, queries, Waits(first_entry=5.0, quiet=2.0, timeout=60.0))
    wrong = []
    for table, outcome in zip(tables, outcomes, strict=True):
        recorded = dict(replay(table).table.items())
        if not isinstance(outcome, FetchResult):
            wrong.append(f"{file.name}, {table.definition}: {outcome}")
        elif not outcome.snapshot.complete or dict(outcome.snapshot.table.items()) != recorded:
            wrong.append(f"{file.name}, {table.definition}: {len(outcome.snapshot.table)} instead of {len(recorded)}")
    return wrong


def test_each_trace_played_back_has_the_entries_of_the_recording() -> None:
    """All at the same time: most of it is waiting."""
    with ThreadPoolExecutor(len(FILES)) as pool:
        assert [one for found in pool.map(differences, FILES) for one in found] == []


def test_a_module_reads_a_replay_as_any_smc(ansible: Ansible) -> None:
    file = FOLDER / "event4.jsonl.gz"
    table = next(one for one in tables_of(file) if one.definition == "ROUTING")
    with Simulator(replay=file) as smc:
        ansible.use(smc)
        run = ansible.tasks(
            {"name": "facts", "ngfw.smc.session_facts": {"target": table.target, "definitions": "ROUTING"}}
        ).check()
    facts = run.result("facts")["ansible_facts"]["smc_routing"]
    assert (facts["completed_by"], facts["count"]) == ("event4", (table.snapshot or {})["entries"])
