# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files around the code say what is true of the code."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
PLUGINS = ROOT / "plugins"


def documentation(module: Path) -> dict[str, object]:
    found = re.search(
        r'^DOCUMENTATION = r?(?P<quote>"""|\'\'\')(.*?)(?P=quote)', module.read_text("utf-8"), re.DOTALL | re.MULTILINE
    )
    assert found, f"{module.name} has no DOCUMENTATION"
    return yaml.safe_load(found[2])


def test_the_action_group_holds_every_module_that_takes_the_connection_options() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text("utf-8"))
    modules = {
        module.stem
        for module in (PLUGINS / "modules").glob("[!_]*.py")
        if "ngfw.smc.connection" in documentation(module).get("extends_documentation_fragment", [])
    }
    assert modules
    assert set(runtime["action_groups"]["smc"]) == modules


def test_the_oldest_ansible_core_is_the_one_that_is_tested() -> None:
    runtime = yaml.safe_load((ROOT / "meta" / "runtime.yml").read_text("utf-8"))
    lock = (ROOT / "requirements" / "matrix-oldest.txt").read_text("utf-8")
    tested = re.search(r"^ansible-core==(\d+\.\d+)\.", lock, re.MULTILINE)
    assert tested
    assert runtime["requires_ansible"] == f">={tested[1]}.0"


def test_the_oldest_libraries_are_the_ones_that_are_tested() -> None:
    lock = (ROOT / "requirements" / "matrix-oldest.txt").read_text("utf-8")
    wanted = dict(re.findall(r"^([a-z-]+)>=(\d+\.\d+)$", (ROOT / "requirements.txt").read_text("utf-8"), re.MULTILINE))
    assert set(wanted) == {"requests", "websocket-client"}
    for name, version in wanted.items():
        assert re.search(rf"^{name}=={re.escape(version)}\.", lock, re.MULTILINE), name


def test_the_execution_environment_gets_the_requirements() -> None:
    environment = yaml.safe_load((ROOT / "meta" / "execution-environment.yml").read_text("utf-8"))
    assert (ROOT / environment["dependencies"]["python"]).is_file()
    introspected = subprocess.run(
        ["ansible-builder", "introspect", str(ROOT / ".collections")], check=True, capture_output=True, text=True
    ).stdout
    assert "requests>=2.28" in introspected
    assert "websocket-client>=1.6" in introspected


@pytest.mark.parametrize("file", sorted(PLUGINS.rglob("*.py")), ids=lambda file: str(file.relative_to(ROOT)))
def test_utilities_may_be_used_under_bsd_and_the_rest_under_gpl(file: Path) -> None:
    wanted = "BSD-2-Clause" if "module_utils" in file.parts else "GPL-3.0-or-later"
    text = file.read_text("utf-8")
    assert not text or f"License-Identifier: {wanted}\n" in text
