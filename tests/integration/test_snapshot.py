# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots on disk and their comparison, as a change window uses them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.integration.conftest import Ansible
from tests.simulator import Fault, Scenario, Simulator

Factory = Callable[..., Simulator]


def _snapshot(name: str, dest: Path, **options: Any) -> dict[str, Any]:
    wanted = {"targets": ["Plano FW", "HQ cluster"], "definitions": ["ROUTING", "VPN_SA"], **options}
    return {"name": name, "ngfw.smc.snapshot": {"dest": str(dest), **wanted}}


def _nothing_half_written(folder: Path) -> bool:
    """No half-written file is left."""
    return not [path for path in folder.rglob("*") if path.name.startswith(".") or path.suffix in (".tmp", ".part")]


def test_a_change_is_seen_and_nothing_else(ansible: Ansible, simulator: Factory, tmp_path: Path) -> None:
    smc = simulator(Scenario(end_signals=["end"]))
    ansible.use(smc)
    before, after = tmp_path / "before", tmp_path / "after"
    ansible.tasks(_snapshot("before", before), hosts="localhost,").check()
    smc.world.change_route("Plano FW", "10.200.0.0/16", "10.0.1.253")
    run = ansible.tasks(
        _snapshot("after", after, compress=True),
        {"name": "same", "ngfw.smc.snapshot_diff": {"before": str(before), "after": str(before)}},
        {
            "name": "changed",
            "ngfw.smc.snapshot_diff": {"before": str(before), "after": str(after)},
            "diff": True,
            "ignore_errors": True,
        },
        hosts="localhost,",
    ).check()
    manifest = json.loads((before / "manifest.json").read_text(encoding="utf-8"))
    assert manifest
    lines = (before / "Plano_FW" / "ROUTING.jsonl").read_text(encoding="utf-8").splitlines()
    assert len([json.loads(line) for line in lines]) == len(smc.world.entries("ROUTING", smc.world.engine("Plano FW")))
    assert run.result("same")["status"] == "PASS"
    changed = run.result("changed")
    assert changed["status"] == "FAIL"
    areas = {(area["target"], area["definition"]): area for area in changed["areas"]}
    assert areas["Plano FW", "ROUTING"]["status"] == "FAIL"
    assert [status for area, status in ((key, one["status"]) for key, one in areas.items())].count("PASS") == 3
    assert any("10.0.1.253" in line for line in areas["Plano FW", "ROUTING"]["lines"])


def test_one_failing_target_does_not_hide_the_others(ansible: Ansible, simulator: Factory, tmp_path: Path) -> None:
    fault = Fault("messages", "drop", engine="HQ cluster", definition="VPN_SA", times=0)
    ansible.use(simulator(Scenario(end_signals=["end"], faults=[fault])))
    run = ansible.tasks(_snapshot("snapshot", tmp_path / "now"), hosts="localhost,")
    assert run.returncode == 2
    result = run.result("snapshot")
    assert "VPN_SA" in result["msg"]
    assert "HQ cluster" in result["msg"]
    assert (tmp_path / "now" / "Plano_FW" / "VPN_SA.jsonl").exists()
    assert not (tmp_path / "now" / "HQ_cluster" / "VPN_SA.jsonl").exists()
    assert _nothing_half_written(tmp_path / "now")
