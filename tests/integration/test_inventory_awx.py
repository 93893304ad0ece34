# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The credential type for AWX: its files are loaded, filled in as AWX does, and commands run with what they inject."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from jinja2 import StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from simulator import Simulator
from simulator.elements import JINJA_NAME
from tests.integration.conftest import Ansible

AWX = Path(__file__).resolve().parents[2] / "extensions" / "awx"
INPUTS = yaml.safe_load((AWX / "credential_type_inputs.yml").read_text("utf-8"))
INJECTORS = yaml.safe_load((AWX / "credential_type_injectors.yml").read_text("utf-8"))

Factory = Callable[..., Simulator]


def injected(credential: dict[str, str], folder: Path) -> dict[str, str]:
    """The environment of a job with this credential; its files are written to the folder."""
    fields = {field["id"] for field in INPUTS["fields"]}
    assert set(credential) <= fields
    assert set(INPUTS["required"]) <= set(credential)
    values: dict[str, Any] = {name: value for name, value in credential.items() if value}
    templates = ImmutableSandboxedEnvironment()
    files = {}
    for label, template in INJECTORS["file"].items():
        name = label.removeprefix("template.")
        files[name] = str(folder / name)
        Path(files[name]).write_text(templates.from_string(template).render(**values), "utf-8")
    values["tower"] = SimpleNamespace(filename=SimpleNamespace(**files))
    return {name: templates.from_string(text).render(**values) for name, text in INJECTORS["env"].items()}


def test_every_secret_is_declared_as_one() -> None:
    secrets = {field["id"] for field in INPUTS["fields"] if field.get("secret")}
    assert secrets == {"api_key", "password"}
    assert all(field["type"] == "string" and field["label"] for field in INPUTS["fields"])


def test_the_templates_name_no_field_that_is_not_there() -> None:
    # AWX refuses to save a credential type otherwise.
    declared: dict[str, Any] = {field["id"]: "EXAMPLE" for field in INPUTS["fields"]}
    files = {label.removeprefix("template."): "EXAMPLE" for label in INJECTORS["file"]}
    declared["tower"] = SimpleNamespace(filename=SimpleNamespace(**files))
    templates = ImmutableSandboxedEnvironment(undefined=StrictUndefined)
    for text in (*INJECTORS["file"].values(), *INJECTORS["env"].values()):
        assert templates.from_string(text).render(**declared) == "EXAMPLE"
    assert set(INPUTS) == {"fields", "required"}
    assert set(INJECTORS) == {"file", "env"}


@pytest.mark.parametrize("who", ["api client", "administrator"])
def test_a_job_runs_with_what_the_credential_injects(
    who: str, ansible: Ansible, simulator: Factory, tmp_path: Path
) -> None:
    smc = simulator(tls="good" if who == "api client" else None, jinja=True)
    credential = {"smc_address": smc.url}
    if who == "api client":
        credential |= {"api_key": smc.api_key, "ca_certificates": Path(smc.ca_path).read_text("utf-8")}
    else:
        credential |= {"username": smc.username, "password": smc.password, "domain": "Retail", "api_version": "7.0"}
    files = tmp_path / "awx"
    files.mkdir()
    ansible.environment.update(injected(credential, files))
    inventory = tmp_path / "engines.smc_engines.yml"
    name = JINJA_NAME if who == "api client" else "Store 12"
    options = {"plugin": "ngfw.smc.engines", "name_filter": "*lookup*" if who == "api client" else name}
    inventory.write_text(yaml.safe_dump(options), "utf-8")
    command = [sys.executable, "-m", "ansible", "inventory", "-i", inventory.name, "--list", "--output", "listing.json"]
    ansible.run(*command).check()
    listed = json.loads((tmp_path / "listing.json").read_text("utf-8"))
    assert len(listed["smc_engines"]["hosts"]) == 1
    # AWX keeps the listing, and gives it back to Ansible from a script when a job starts.
    script = tmp_path / "awx_inventory.py"
    script.write_text("#!/usr/bin/env python3\nprint(open('listing.json', encoding='utf-8').read())\n", "utf-8")
    script.chmod(0o755)
    tasks = [
        {"name": "info", "ngfw.smc.engine_info": {}},
        {"name": "name", "ansible.builtin.debug": {"msg": "{{ smc_name }}"}},
        {"name": "python", "ansible.builtin.ping": {}},
    ]
    play = {"hosts": "smc_engines", "gather_facts": False, "tasks": tasks}
    run = ansible.playbook([play], inventory=str(script)).check()
    assert run.result("info")["engines"][0]["name"] == run.result("name")["msg"] == name
    assert "uid=" not in run.output
    assert run.result("python")["ping"] == "pong"
    assert smc.open_sessions == 0
