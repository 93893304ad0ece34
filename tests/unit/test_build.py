# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The built file holds what is on the list and nothing else, and what is installed is what was locked."""

from __future__ import annotations

import hashlib
import json
import os
import re
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from built_files import built  # noqa: E402 (the folder of the tools is no package)
from sbom import bill_of_materials  # noqa: E402

# What only developers need. Everything else that git knows is in the built file.
DEVELOPERS_ONLY = re.compile(
    r"\.ansible-lint|\.gitignore|\.ci/.*|\.github/.*|Makefile|REUSE\.toml|CONTRIBUTING\.md|CODE_OF_CONDUCT\.md|docs/docsite/.*|docs/images/site.*"
    r"|pyproject\.toml|changelogs/(config\.yaml|fragments/.*)"
    r"|(bench|demo|requirements|simulator|tests|tools)/.*|extensions/awx/project/.*|extensions/molecule/.*"
)
LYING_ABOUT = [
    "smc.key",
    "plugins/smc.key",
    "secrets.yml",
    "playbooks/secrets.yml",
    "playbooks/vars/secrets.yml",
    "roles/health_check/vars/secrets.yml",
    "docs/examples/production.yml",
    "meta/vault.yml",
    "extensions/awx/credential_of_mine.yml",
    "reports/health_check.json",
    "docs/reports/health_check.html",
    "plugins/modules/.block_list.py.swp",
    "plugins/.hidden/code.py",
    ".env",
    "id_rsa",
    "sbom.json",
]


def tracked() -> list[str]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, check=True, capture_output=True, text=True).stdout
    return [name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_each_file_is_for_users_or_for_developers() -> None:
    names = tracked()
    shipped = set(built(names))
    undecided = [name for name in names if name not in shipped and not DEVELOPERS_ONLY.fullmatch(name)]
    assert not undecided, f"Add to tools/built_files.txt what users need of: {', '.join(undecided)}."
    both = [name for name in shipped if DEVELOPERS_ONLY.fullmatch(name)]
    assert not both, f"Users do not need {', '.join(both)}."


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built file of a checkout in which a lot lies about."""
    checkout = tmp_path_factory.mktemp("build") / "checkout"
    for name in tracked():
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_bytes((ROOT / name).read_bytes())
        (checkout / name).chmod((ROOT / name).stat().st_mode & 0o777)
    for name in LYING_ABOUT:
        (checkout / name).parent.mkdir(parents=True, exist_ok=True)
        (checkout / name).write_text("password: geheim\n")
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    subprocess.run(
        ["sh", "tools/build", "build"], cwd=checkout, check=True, env=environment, capture_output=True, text=True
    )
    (found,) = (checkout / "build").glob("*.tar.gz")
    return found


def test_only_what_is_on_the_list_is_built(archive: Path) -> None:
    with tarfile.open(archive) as tar:
        inside = {member.name: tar.extractfile(member).read() for member in tar if member.isfile()}  # type: ignore[union-attr]
    expected = {name for name in built(tracked()) if name != "galaxy.yml"} | {"MANIFEST.json", "FILES.json"}
    assert set(inside) == expected
    assert not [name for name, content in inside.items() if b"geheim" in content]


def test_the_bill_of_materials_lists_every_file_and_library(archive: Path) -> None:
    bill = bill_of_materials(archive)
    assert (bill["bomFormat"], bill["specVersion"]) == ("CycloneDX", "1.5")
    components = {component["name"]: component for component in bill["components"]}
    assert {"requests", "websocket-client", "ansible-core"} <= set(components)
    readme = hashlib.sha256((ROOT / "README.md").read_bytes()).hexdigest()
    assert components["README.md"]["hashes"] == [{"alg": "SHA-256", "content": readme}]
    with tarfile.open(archive) as tar:
        assert {member.name for member in tar if member.isfile()} <= set(components)
    assert json.dumps(bill) == json.dumps(bill_of_materials(archive))


@pytest.mark.parametrize("lock", sorted((ROOT / "requirements").glob("*.txt")), ids=lambda lock: lock.name)
def test_each_locked_package_has_its_digests(lock: Path) -> None:
    requirements = re.split(r"\n(?=[A-Za-z])", lock.read_text("utf-8"))
    assert requirements
    for requirement in requirements:
        assert re.match(r"[A-Za-z0-9._-]+(\[[a-z,]+\])?==\S+", requirement), requirement
        assert "--hash=sha256:" in requirement, requirement.splitlines()[0]


def test_an_installation_demands_the_digests() -> None:
    commands = re.findall(r"pip install [^\n]*", (ROOT / "tools" / "setup-venv").read_text("utf-8"))
    assert len(commands) == 3 and all("--require-hashes" in command for command in commands)


def test_the_examples_of_pipelines_are_pinned_and_keep_the_key_to_the_steps_that_need_it() -> None:
    examples = ROOT / "docs" / "examples"
    workflow = yaml.safe_load((examples / "github-workflow.yml").read_text("utf-8"))
    assert workflow["permissions"] == {}
    (job,) = workflow["jobs"].values()
    assert job["permissions"] == {"contents": "read"} and "SMC_API_KEY" not in job["env"]
    assert all(re.fullmatch(r"[^@]+@[0-9a-f]{40}", step["uses"]) for step in job["steps"] if "uses" in step)
    holders = [step["name"] for step in job["steps"] if "SMC_API_KEY" in step.get("env", {})]
    assert holders == ["Make the change between two snapshots", "Check all engines"]
    pipeline = yaml.safe_load((examples / "gitlab-ci.yml").read_text("utf-8"))
    rules = [rule["if"] for job in pipeline.values() if isinstance(job, dict) for rule in job.get("rules", [])]
    assert rules and all('$CI_COMMIT_REF_PROTECTED == "true"' in rule for rule in rules)
    for text in ((examples / name).read_text("utf-8") for name in ("github-workflow.yml", "gitlab-ci.yml")):
        assert "--require-hashes" in text and "collection install collections/ngfw-smc-*.tar.gz" in text
