# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Workflows ask for no more than they need, issue forms ask for what helps, and no address is invented."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FORMS = sorted((ROOT / ".github" / "ISSUE_TEMPLATE").glob("[!c]*.yml"))
# What a job may have beside reading the repository, by workflow and job.
GRANTED = {("release", "sign"): {"contents": "write"}, ("docs", "publish"): {"pages": "write", "id-token": "write"}}


def stem(path: Path) -> str:
    return path.stem


def workflow(path: Path) -> dict[str, Any]:
    return dict(yaml.safe_load(path.read_text("utf-8")))


@pytest.mark.parametrize("path", WORKFLOWS, ids=stem)
def test_a_workflow_has_the_least_permissions(path: Path) -> None:
    read = workflow(path)
    assert read["permissions"] == {"contents": "read"}
    for name, job in read["jobs"].items():
        assert job.get("permissions", {}) == GRANTED.get((path.stem, name), {})
        assert job["timeout-minutes"] <= 90


@pytest.mark.parametrize("path", WORKFLOWS, ids=stem)
def test_actions_are_pinned_to_a_commit_with_the_version_beside_it(path: Path) -> None:
    used = re.findall(r"uses: (.*)", path.read_text("utf-8"))
    assert used
    for line in used:
        assert re.fullmatch(r"actions/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line), line
    for job in workflow(path)["jobs"].values():
        for step in job["steps"]:
            if step.get("uses", "").startswith("actions/checkout@") and "contents" not in job.get("permissions", {}):
                assert step["with"]["persist-credentials"] is False


@pytest.mark.parametrize("path", WORKFLOWS, ids=stem)
def test_scripts_of_workflows_use_what_is_there_and_get_inputs_from_the_environment(path: Path) -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    for job in workflow(path)["jobs"].values():
        for step in job["steps"]:
            script = step.get("run", "")
            assert "${{" not in script, "text of others would become part of the script"
            assert set(re.findall(r"\bmake ([a-z-]+)", script)) <= targets
            for file in re.findall(r"(?<![\w/])(?:\.ci|tools)/[\w.-]+", script):
                assert (ROOT / file).is_file(), file


@pytest.mark.parametrize("path", FORMS, ids=stem)
def test_an_issue_form_is_one(path: Path) -> None:
    form = workflow(path)
    assert set(form) == {"name", "description", "labels", "body"}
    fields = [field for field in form["body"] if field["type"] != "markdown"]
    assert len({field["id"] for field in fields}) == len(fields)
    for field in form["body"]:
        assert field["type"] in ("markdown", "textarea", "input", "checkboxes")
        assert set(field["attributes"]) <= {"label", "description", "placeholder", "render", "options", "value"}
        assert ("value" if field["type"] == "markdown" else "label") in field["attributes"]


def test_the_form_for_faults_asks_for_a_diagnosis() -> None:
    text = (ROOT / ".github" / "ISSUE_TEMPLATE" / "bug.yml").read_text("utf-8")
    assert "ngfw.smc.diagnose" in text


def test_no_repository_address_is_invented() -> None:
    """Whoever registered such a name could hand anything to those who follow the pages."""
    tracked = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    if tracked.returncode:
        pytest.skip("this is not a checkout of git")
    pattern = re.compile(r"git(?:hub|lab)\.(?:com|io)/[\w.-]*ngfw[\w.-]*/?[\w.-]*")
    found = {
        (name, address)
        for name in tracked.stdout.split("\0")
        if name and (ROOT / name).is_file() and not name.startswith("tests/")
        for address in pattern.findall((ROOT / name).read_bytes().decode("utf-8", "replace"))
    }
    assert not found


GALAXY = "namespace: ngfw\nversion: 1.2.3\nrepository: https://a.example/\ndependencies: {}\n"


def release(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    (folder / "changelogs").mkdir(exist_ok=True)
    (folder / "changelogs" / "changelog.yaml").write_text("releases:\n  1.2.3:\n    changes: {}\n", "utf-8")
    if not (folder / "galaxy.yml").exists():
        (folder / "galaxy.yml").write_text(GALAXY, "utf-8")
    command = [sys.executable, str(ROOT / "tools" / "release.py"), *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "tag, status, text",
    [("1.2.3", 0, ""), ("1.2.4", 1, "The tag is 1.2.4, but galaxy.yml has 1.2.3."), ("", 1, "The tag is ,")],
)
def test_a_tag_must_be_the_version(tmp_path: Path, tag: str, status: int, text: str) -> None:
    result = release(tmp_path, "check", tag)
    assert result.returncode == status
    assert text in result.stdout


def test_a_release_without_notes_is_refused(tmp_path: Path) -> None:
    (tmp_path / "galaxy.yml").write_text(GALAXY.replace("1.2.3", "1.3.0"), "utf-8")
    result = release(tmp_path, "check", "1.3.0")
    assert result.returncode == 1
    assert "has no release 1.3.0. Run `make changelog`" in result.stdout


def test_the_addresses_of_a_release_are_those_of_its_repository(tmp_path: Path) -> None:
    assert release(tmp_path, "addresses", "https://git.example/own/collection").returncode == 0
    written = yaml.safe_load((tmp_path / "galaxy.yml").read_text("utf-8"))
    assert written["repository"] == "https://git.example/own/collection"
    assert written["issues"] == "https://git.example/own/collection/issues"
    assert written["version"] == "1.2.3"
    refused = release(tmp_path, "addresses", "https://git.example/own/collection\nversion: 6.6.6")
    assert refused.returncode == 1
    assert "is not the address of a repository" in refused.stdout


def test_the_readme_can_be_read_in_one_go() -> None:
    lines = len((ROOT / "README.md").read_text("utf-8").splitlines())
    assert lines < 200, f"README.md has {lines} lines; move something to a page of docs/."
