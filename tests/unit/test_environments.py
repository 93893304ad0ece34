# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The definitions of the execution and the decision environment, as ansible-builder reads them. `make images` builds them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.examples import ROOT

IMAGES = ROOT / "extensions" / "images"
BASE_IMAGE = "docker.io/library/python:3.12-slim-bookworm"


@pytest.mark.parametrize("name", ["execution", "decision"])
def test_ansible_builder_accepts_the_definition(name: str, tmp_path: Path) -> None:
    definition = tmp_path / "environment.yml"
    definition.write_text((IMAGES / f"{name}_environment.yml").read_text("utf-8"), "utf-8")
    (tmp_path / "ngfw-smc.tar.gz").write_bytes(b"")
    command = [
        str(Path(sys.executable).parent / "ansible-builder"),
        "create",
        "--file",
        str(definition),
        "--context",
        "context",
    ]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stdout + run.stderr
    containerfile = (tmp_path / "context" / "Containerfile").read_text("utf-8")
    assert f'ARG EE_BASE_IMAGE="{BASE_IMAGE}"' in containerfile
    (collection,) = yaml.safe_load((tmp_path / "context" / "_build" / "requirements.yml").read_text("utf-8"))[
        "collections"
    ]
    # With a source, ansible-galaxy installs the file into a folder that Ansible does not search.
    assert collection == {"name": "ngfw-smc.tar.gz", "type": "file"}
    assert (tmp_path / "context" / "_build" / collection["name"]).exists()


def test_both_start_from_the_same_base_with_the_same_ansible_core() -> None:
    execution, decision = (
        yaml.safe_load((IMAGES / f"{name}_environment.yml").read_text("utf-8")) for name in ("execution", "decision")
    )
    assert execution["images"] == decision["images"]
    assert execution["dependencies"]["ansible_core"] == decision["dependencies"]["ansible_core"]
    assert execution["dependencies"]["galaxy"] == decision["dependencies"]["galaxy"]
    # The ansible-rulebook that `make test-events` tries.
    tried = (ROOT / "requirements" / "rulebook.in").read_text("utf-8").split()
    assert [name for name in decision["dependencies"]["python"] if name not in tried] == []
    assert any("openjdk-17" in name for name in decision["dependencies"]["system"])
