# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every command and every playbook of the pages, run as it stands against the simulator."""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator import Scenario, Simulator
from tests.examples import Example, by_place, commands, markdown_blocks
from tests.integration.conftest import Ansible

# The reader's SMC has no engine that was never installed.
ENGINES = {"plugin": "ngfw.smc.engines", "exclude": ["Depot FW"]}
# These want a change made, or reports of other jobs: test_change_window.py and test_awx.py run them.
# `make test-events` runs rulebooks, `make images` what needs an image.
ELSEWHERE = (
    "ngfw.smc.change_window",
    "ngfw.smc.merge_reports",
    "ansible-rulebook",
    "ansible-builder",
    "ansible-navigator",
)
# A health check ends so when it finds something, here the simulator's alerts.
FOUND = 2


def plays() -> Iterator[Example]:
    for example in markdown_blocks("yaml"):
        documents = [content for content in example.documents() if isinstance(content, list)]
        if any("hosts" in content[0] and "sources" not in content[0] for content in documents):
            yield example


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ansible]:
    """The folder of somebody who follows the pages, with the files that they name."""
    ansible = Ansible(tmp_path_factory.mktemp("pages"))
    files: dict[str, Any] = {}
    for example in markdown_blocks("yaml"):
        name, mark, _rest = example.text.partition("\n")
        if mark and name.startswith("# ") and name.endswith(".yml"):
            files[name.removeprefix("# ")] = example.documents()[0]
    for example in commands():
        files.update((word, ENGINES) for word in shlex.split(example.text) if word.endswith(".smc_engines.yml"))
    for name, content in files.items():
        (ansible.folder / name).write_text(yaml.safe_dump(content, sort_keys=False), "utf-8")
    (block,) = [example.text for example in markdown_blocks("ini") if example.text.startswith("# inventory\n")]
    (ansible.folder / "inventory").write_text(block, "utf-8")
    (ansible.folder / "blocked.csv").write_text("source,duration\n203.0.113.7,3600\n", "utf-8")
    (ansible.folder / "attackers.txt").write_text("203.0.113.8\n", "utf-8")
    with Simulator(Scenario(end_signals=["event4"])) as smc:
        ansible.use(smc)
        ansible.environment.update(
            ANSIBLE_INVENTORY="inventory", PATH=f"{Path(sys.executable).parent}:{os.environ['PATH']}"
        )
        yield ansible


@pytest.mark.parametrize(
    "example", [one for one in commands() if not any(name in one.text for name in ELSEWHERE)], ids=by_place
)
def test_commands_run_as_they_stand(reader: Ansible, example: Example) -> None:
    run = reader.run("sh", "-c", example.text)
    if "ngfw.smc.health_check" in example.text:
        assert run.returncode == FOUND, run.output
        assert "No critical alerts" in run.output
    else:
        assert run.returncode == 0, run.output
    assert "[WARNING]" not in run.output
    assert "[DEPRECATION" not in run.output


def test_the_picture_of_the_terminal_is_true(reader: Ansible) -> None:
    (block,) = [example for example in markdown_blocks("text") if example.where.startswith("README")]
    command, _line, shown = block.text.partition("\n")
    run = reader.run("sh", "-c", command.removeprefix("$ ")).check()
    results = [json.loads(text.partition("=> ")[2]) for text in (shown, run.output)]
    for result in results:
        assert result["ansible_facts"]["smc_vpn_sa"].pop("elapsed") > 0
        assert result["ansible_facts"]["smc_vpn_sa"].pop("fetched_at")
        assert result.pop("smc_url").startswith("http")
    assert results[0] == results[1]


def test_the_inventory_of_the_pages_is_one() -> None:
    shown = {example.text.removeprefix("# inventory\n") for example in markdown_blocks("ini")}
    assert shown == {'plano_fw smc_target="Plano FW"\n'}


@pytest.mark.parametrize("example", [*plays()], ids=by_place)
def test_playbooks_run_as_they_stand(reader: Ansible, example: Example) -> None:
    smc = reader.environment["SMC_ADDRESS"]
    text = example.text.replace("https://smc.example.com:8082", smc)
    (reader.folder / "site.yml").write_text(text, "utf-8")
    # The pages show one of two inventories: one engine by name, or every engine of the SMC.
    inventory = "engines.smc_engines.yml" if "smc_engines" in text else "inventory"
    run = reader.playbook(
        reader.folder / "site.yml",
        inventory=inventory,
        variables={"smc_api_key": reader.environment["SMC_API_KEY"]},
    )
    assert run.returncode == (FOUND if "- ngfw.smc.health_check" in text else 0), run.output
    assert "[WARNING]" not in run.output
    shown = [json.loads(found) for found in re.findall(r'"msg": (\[.*?\])', run.output, re.DOTALL)]
    assert any(shown) or not shown, f"The example shows nothing: {run.output}"
    if "default routes" in text:
        assert ["192.0.2.254"] in shown
