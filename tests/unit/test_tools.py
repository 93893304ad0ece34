# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The build's own tools: a gate that cannot fail is none."""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ROOT / "tools"


def run(*command: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, **environment},
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )


def junit(folder: Path, name: str, cases: str) -> None:
    (folder / f"{name}.xml").write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>", "utf-8")


PASSED = '<testcase classname="a" name="passed"/>'
SKIPPED = '<testcase classname="a" name="skipped"><skipped/></testcase>'
FAILED = '<testcase classname="a" name="failed"><failure/></testcase>'
TORN = '<testcase classname="a" name="failed"><error/></testcase>'


@pytest.mark.parametrize(
    ("runs", "line", "status"),
    [
        ([PASSED, PASSED + SKIPPED], "2 passed, 0 failed", 0),
        ([PASSED, PASSED + FAILED], "2 passed, 1 failed", 1),
        ([FAILED + TORN], "0 passed, 1 failed", 1),
        ([PASSED, "<broken"], "1 passed, 0 failed", 1),
        ([], "0 passed, 0 failed", 1),
    ],
)
def test_the_tally_adds_up_every_run(tmp_path: Path, runs: list[str], line: str, status: int) -> None:
    for number, cases in enumerate(runs):
        junit(tmp_path, f"run{number}", cases)
    result = run(sys.executable, str(TOOLS / "tally.py"), str(tmp_path), cwd=tmp_path)
    assert result.stdout.splitlines()[-1] == line
    assert result.returncode == status


def test_a_stage_is_quiet_when_it_passes(tmp_path: Path) -> None:
    result = run(str(TOOLS / "stage"), "sample", "sh", "-c", "echo noise; echo 'summary: three of three'", cwd=tmp_path)
    assert result.returncode == 0
    assert "noise" not in result.stdout
    assert "three of three" in result.stdout


def test_a_stage_that_fails_shows_what_was_written_and_fails(tmp_path: Path) -> None:
    result = run(str(TOOLS / "stage"), "sample", "sh", "-c", "echo why >&2; exit 7", cwd=tmp_path)
    assert result.returncode == 7
    assert "    | why" in result.stdout


def test_an_interpreter_that_does_not_run_is_passed_over(tmp_path: Path) -> None:
    for name in ("python3.14", "python3.13"):
        (tmp_path / name).write_text("#!/bin/sh\nexit 127\n", "utf-8")
        (tmp_path / name).chmod(0o755)
    (tmp_path / "python3.12").symlink_to(Path(sys.executable).resolve())
    minor = str(sys.version_info[1])
    result = run(
        str(TOOLS / "choose-python"), minor, "14", cwd=tmp_path, PATH=f"{tmp_path}:{os.environ['PATH']}", PYTHON=""
    )
    assert result.returncode == 0
    assert Path(result.stdout.strip()).exists()


def test_an_environment_that_may_be_made_again_is_not_chosen(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(tmp_path / "env")], check=True)
    minor = str(sys.version_info[1])
    path = f"{tmp_path / 'env' / 'bin'}:{os.environ['PATH']}"
    result = run(str(TOOLS / "choose-python"), minor, minor, cwd=tmp_path, PATH=path, PYTHON="")
    assert result.returncode == 0
    assert Path(result.stdout.strip()).exists()
    assert not Path(result.stdout.strip()).is_relative_to(tmp_path)


def test_no_interpreter_that_will_do_is_said_in_a_sentence(tmp_path: Path) -> None:
    result = run(str(TOOLS / "choose-python"), "98", "99", cwd=tmp_path, PYTHON="", PYENV_ROOT=str(tmp_path))
    assert result.returncode == 1
    assert "No usable Python 3.98 to 3.99 was found" in result.stdout
    result = run(str(TOOLS / "choose-python"), "98", "99", cwd=tmp_path, PYTHON=sys.executable)
    assert result.returncode == 1
    assert "cannot be used" in result.stdout


def test_mutants_change_one_thing_each_and_no_text_for_people() -> None:
    specification = importlib.util.spec_from_file_location("mutants", TOOLS / "mutants.py")
    assert specification and specification.loader
    mutants: Any = importlib.util.module_from_spec(specification)
    sys.modules["mutants"] = mutants
    specification.loader.exec_module(mutants)
    source = '''
def worst(results: list[str], most: int = 3) -> list[str]:
    """A sentence."""
    if not results:
        return []
    return [one for one in results if one == "FAIL" and len(one) > 1][:most]
'''
    found = list(mutants.mutants_of(Path("a.py"), source))
    assert sorted(one.what for one in found) == [
        "'FAIL' became 'FAILX'",
        "1 became 2",
        "3 became 4",
        "And became Or",
        "Eq became NotEq",
        "Gt became GtE",
        "None is returned",
        "None is returned",
        "`not` removed",
        "a condition of the comprehension removed",
    ]
    changed = {one.applied(source) for one in found}
    assert len(changed) == len(found) and all("A sentence." in one and compile(one, "a.py", "exec") for one in changed)
