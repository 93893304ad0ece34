# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""ngfw.smc.diagnose: its report, its trace, and that neither shows whose network it is."""

from __future__ import annotations

import gzip
import json
import stat
from pathlib import Path

import pytest

from simulator import Fault, Scenario
from tests.integration.conftest import Ansible
from tests.unit.test_traces import trace_of

ORIGINALS = (
    "Plano",
    "HQ",
    "Branch",
    "alice",
    "10.0.",
    "192.168.",
    "203.0.113",
    "simulator-api-key",
    "another-key",
    "/1563",  # with the slash: the digits alone are in one random number or time in some thousand
    "smc.corp",
)


def diagnose(**options: object) -> dict[str, object]:
    waits = {"quiet_period": 0.5, "first_entry_timeout": 2, "observe": 1}
    return {"name": "diagnose", "ngfw.smc.diagnose": {**waits, **options}, "ignore_errors": True}


def test_one_run_writes_report_and_trace_without_a_name(ansible: Ansible, simulator: object, tmp_path: Path) -> None:
    smc = simulator(
        Scenario(
            end_signals=["event4"], foreign_host="http://smc.corp.example:8082", unknown_fields={"SdwanLink": "Plano"}
        )
    )  # type: ignore[operator]
    ansible.use(smc)
    arguments = ["-e", "diagnose_record=trace.jsonl.gz", "-e", "diagnose_observe=1", "-e", "diagnose_idle_limit=1"]
    run = ansible.playbook("ngfw.smc.diagnose", *arguments).check()
    result = run.result("Ask the SMC")
    assert result["suits"] is True
    assert result["failed_probes"] == []
    assert result["summary"].startswith("The defaults suit this SMC")
    assert result["summary"] in run.output
    assert "Fields that the catalogue does not know: SdwanLink." in run.output
    report = json.loads(Path(result["files"]["json"]).read_text("utf-8"))
    assert report["engine"] == {"type": "fw_cluster", "nodes": 2, "online": 2}
    assert len(report["facts"]["tables"]) == 8
    trace = Path(result["files"]["trace"])
    shown = [run.output, gzip.decompress(trace.read_bytes()).decode()]
    shown += [Path(result["files"][kind]).read_text("utf-8") for kind in ("html", "json")]
    for original in ORIGINALS:
        assert not any(original in text for text in shown), original
    mapping = Path(result["files"]["mapping"])
    assert stat.S_IMODE(mapping.stat().st_mode) == 0o600
    known = json.loads(mapping.read_text("utf-8"))
    assert {"HQ cluster", "HQ cluster node 1"} <= set(known)
    assert not any(smc.api_key in original for original in known)
    assert trace_of(trace).header["product"] == "7.1"
    assert smc.open_sessions == 0


def test_what_fails_is_a_line_and_check_mode_writes_nothing(
    ansible: Ansible, simulator: object, tmp_path: Path
) -> None:
    faults = [
        Fault("request", "failure", definition="VPN_SA", text="Not enough privileges, says Bob of Plano"),
        Fault("polling", "drop", times=0),
    ]
    smc = simulator(Scenario(faults=faults, end_signals=["end"], session_kind="token"))  # type: ignore[operator]
    ansible.use(smc)
    run = ansible.tasks(diagnose(definitions=["ROUTING", "VPN_SA"]), arguments=["--check"]).check()
    result = run.result("diagnose")
    assert result["suits"] is None
    assert set(result["failed_probes"]) == {"VPN_SA", "polling"}
    (line,) = [line for line in result["observations"] if line.startswith("VPN_SA")]
    assert line.startswith("VPN_SA: failed. Not enough privileges, ")
    assert not any(word in str(result["observations"]) for word in ("says", "Bob", "Plano"))
    assert not Path(result["files"]["html"]).exists()
    assert smc.open_sessions == 0


@pytest.mark.parametrize(
    "options, kind", [({"api_key": "another-key"}, "login"), ({"url": "http://127.0.0.1:9"}, "connection")]
)
def test_without_a_session_there_is_still_a_report(
    ansible: Ansible, simulator: object, options: dict[str, str], kind: str
) -> None:
    ansible.use(simulator())  # type: ignore[operator]
    # As a module, which takes its part of the collection along; relative paths are those of the folder in which it runs.
    folder = str(ansible.folder)
    task = diagnose(dest=f"{folder}/reports", record=f"{folder}/trace.jsonl.gz", **options)
    run = ansible.tasks(task, connection="jump").check()
    result = run.result("diagnose")
    assert run.statuses() == ["failed"]
    assert result["error"]["kind"] == kind
    assert result["summary"] == "No table could be read, so nothing can be said about these settings."
    page = (ansible.folder / "reports" / "diagnosis.html").read_text("utf-8")
    assert "No table could be read" in page
    assert "another-key" not in page + gzip.decompress((ansible.folder / "trace.jsonl.gz").read_bytes()).decode()


def test_a_pause_within_a_table_leads_to_a_proposal(ansible: Ansible, simulator: object) -> None:
    ansible.use(simulator(Scenario(message_delay=0.8, batch_size=3)))  # type: ignore[operator]
    run = ansible.tasks(diagnose(definitions=["ROUTING"], target="Plano FW")).check()
    # The polling interface tells that the first silence was not the end.
    assert run.result("diagnose")["failed_probes"] == ["ROUTING"]
    (proposal,) = run.result("diagnose")["proposals"]
    assert proposal["option"] == "quiet_period"
    assert proposal["value"] >= 2


@pytest.mark.parametrize(
    "options, words", [({"observe": 0}, "`observe` is 0"), ({"idle_limit": -1}, "`idle_limit` is -1")]
)
def test_options_are_checked(ansible: Ansible, simulator: object, options: dict[str, int], words: str) -> None:
    ansible.use(simulator())  # type: ignore[operator]
    assert words in ansible.tasks(diagnose(**options)).result("diagnose")["msg"]
