# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A field that a later SMC renames costs a line of the catalogue, and nothing that was kept becomes useless."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from simulator import Scenario, Simulator
from tests.conftest import COLLECTIONS
from tests.integration.conftest import Ansible
from tests.integration.test_change_window import areas, diff
from tests.integration.test_snapshot import snapshot

Factory = Callable[..., Simulator]
COLLECTION = Path("ansible_collections") / "ngfw" / "smc"


def with_other_name(folder: Path, name: str, other: str) -> Path:
    """A copy of the collection whose catalogue has one more name for a field: where Ansible is to look for it."""
    source, copy = COLLECTIONS / COLLECTION, folder / COLLECTION
    for part in ("plugins", "meta"):
        shutil.copytree(source / part, copy / part, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(source / "galaxy.yml", copy)
    catalogue = copy / "plugins" / "module_utils" / "_core" / "schema" / "catalogue.py"
    lines = catalogue.read_text("utf-8").splitlines(keepends=True)
    (number,) = [number for number, line in enumerate(lines) if f"|{name}|" in line]
    assert lines[number].endswith("|\n"), "The field has another name already."
    lines[number] = lines[number].replace("|\n", f"|{other}\n")
    catalogue.write_text("".join(lines), "utf-8")
    return folder


def renamed_on_disk(original: Path, copy: Path, old: str, new: str) -> Path:
    """The snapshot as a release of the collection wrote it that did not know the field's new name yet."""
    shutil.copytree(original, copy)
    manifest: dict[str, Any] = json.loads((copy / "manifest.json").read_text("utf-8"))
    for table in manifest["tables"]:
        path = copy / table["file"]
        entries = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        renamed = [{(new if key == old else key): value for key, value in entry.items()} for entry in entries]
        path.write_text("".join(json.dumps(entry) + "\n" for entry in renamed), "utf-8")
        table.update(sha256=hashlib.sha256(path.read_bytes()).hexdigest(), size=path.stat().st_size)
    (copy / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    return copy


def test_a_route_whose_gateway_is_renamed_is_the_same_route(
    ansible: Ansible, simulator: Factory, tmp_path: Path
) -> None:
    ansible.use(simulator(Scenario(end_signals=["event4"])))
    old = tmp_path / "old"
    ansible.tasks(
        snapshot("old", old, definitions=["ROUTING"], targets=["Plano FW"]),
        {
            "name": "facts",
            "ngfw.smc.session_facts": {"definitions": "ROUTING", "target": "Plano FW"},
            "register": "facts",
        },
        {
            "name": "keep",
            "ansible.builtin.copy": {
                "content": "{{ facts.ansible_facts | to_json }}",
                "dest": f"{tmp_path}/facts.json",
            },
        },
        hosts="localhost,",
    ).check()
    new = renamed_on_disk(old, tmp_path / "new", "route_gateway", "next_hop")
    check = {
        "name": "Routes as before",
        "definition": "ROUTING",
        "where": {"route_gateway": {"defined": True}},
        "baseline": True,
    }
    tasks = (
        diff("compare", old, new),
        diff("back", new, old),
        {
            "name": "check",
            "vars": {"facts": "{{ lookup('ansible.builtin.file', '" + f"{tmp_path}/facts.json" + "') | from_json }}"},
            "ansible.builtin.debug": {"msg": f"{{{{ [{check}] | ngfw.smc.evaluate(facts, baseline='{new}') }}}}"},
        },
    )
    without = ansible.tasks(*tasks, hosts="localhost,").check()
    lost = areas(without.result("compare"))["Plano FW", "ROUTING"]
    assert lost["status"] == "FAIL" and lost["added_count"] == lost["removed_count"] > 0
    assert without.result("check")["msg"][0]["status"] == "FAIL"

    ansible.environment["ANSIBLE_COLLECTIONS_PATH"] = str(
        with_other_name(tmp_path / "later", "RouteGateway", "NextHop")
    )
    with_line = ansible.tasks(*tasks, hosts="localhost,").check()
    for name in ("compare", "back"):
        table = areas(with_line.result(name))["Plano FW", "ROUTING"]
        assert (table["status"], table["differs"]) == ("PASS", False), table
        assert table["before"] == table["after"] > 0
    verdict = with_line.result("check")["msg"][0]
    assert verdict["status"] == "PASS", verdict
