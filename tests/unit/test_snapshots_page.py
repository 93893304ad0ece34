# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/snapshots.md and docs/pipelines.md say what is so."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from ansible_collections.ngfw.smc.plugins.module_utils._core.comparison.rules import DEFAULT_RULES, RULE_KEYS

DOCS = Path(__file__).resolve().parents[2] / "docs"
SNAPSHOTS = (DOCS / "snapshots.md").read_text("utf-8")
PIPELINES = (DOCS / "pipelines.md").read_text("utf-8")


def test_the_manifest_is_one() -> None:
    (example,) = re.findall(r"```json\n(.*?)```", SNAPSHOTS, re.DOTALL)
    schema = json.loads((DOCS / "snapshot_manifest.schema.json").read_text("utf-8"))
    jsonschema.validate(json.loads(example), schema)


@pytest.mark.parametrize("name", DEFAULT_RULES)
def test_the_rules_of_each_definition(name: str) -> None:
    rules = DEFAULT_RULES[name]
    row = next(line for line in SNAPSHOTS.splitlines() if line.startswith(f"| `{name}` |"))
    identity, tolerated = row.split("|")[2], row.split("|")[4].strip()
    if name != "BLOCK_LIST":
        assert tuple(re.findall(r"`([a-z_0-9]+)`", identity)) == rules.identity
    half = [rules.loss.percent == 50 and rules.loss.absolute is None]
    said = [
        *(["growth"] if rules.growth.unlimited else []),
        *(["change"] if rules.changed.unlimited and not rules.by_count else []),
        *(["loss"] if rules.loss.unlimited else []),
        *(["loss of half"] if all(half) else []),
    ]
    assert sorted(tolerated.split(", ")) == sorted(said or ["nothing"])
    nothing = ([rules.growth] if "growth" not in said else []) + ([] if "loss" in tolerated else [rules.loss])
    assert {str(bound) for bound in nothing} <= {"none"}


def test_every_rule_is_described() -> None:
    assert all(f"`{key}`" in SNAPSHOTS for key in RULE_KEYS)


def test_the_import_into_awx_reads_files_that_exist() -> None:
    (text,) = re.findall(r"```yaml\+jinja\n(.*?)```", PIPELINES, re.DOTALL)
    (play,) = yaml.safe_load(text)
    awx = DOCS.parent / "extensions" / "awx"
    assert play["vars"]["awx"].endswith("/extensions/awx")
    for name in re.findall(r"awx ~ '/(credential_[a-z_]+\.yml)'", text):
        assert (awx / name).exists()
    loops = {task["name"]: task["loop"] for task in play["tasks"] if "loop" in task}
    for item in loops["Create the job templates with their surveys"]:
        assert (awx / f"job_template_{item}.yml").exists()
    for item in loops["Create the workflows"]:
        assert (awx / f"workflow_{item}.yml").exists()


@pytest.mark.parametrize("page", ["snapshots.md", "pipelines.md"])
def test_links_lead_somewhere(page: str) -> None:
    text = (DOCS / page).read_text("utf-8")
    for link in re.findall(r"\]\(([^)#]+)", text):
        assert (DOCS / link).exists(), link
