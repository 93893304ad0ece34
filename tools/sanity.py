# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Run `ansible-test sanity` on a copy of the tree.

    python tools/sanity.py FOLDER [ARGUMENT OF ANSIBLE-TEST...]

ansible-test needs a real folder `ansible_collections/ngfw/smc` and refuses a link, so this copies the files that git tracks or
would track to FOLDER. The copy stays there: ansible-test keeps its virtual environments in it, which makes the next run faster.
"""

from __future__ import annotations

import ast
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
KEPT = {".git", "tests"}
KEPT_IN_TESTS = {"output"}
PIP_TALK = re.compile(
    r"\s*(Collecting|Downloading|Installing|Looking|Processing|Requirement|Successfully|Using cached|WARNING: Location|━|\[?notice)"
)


def copy_tree(target: Path) -> None:
    """Make target contain only what git tracks or would track, and the output of ansible-test."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    for folder, kept in ((target, KEPT), (target / "tests", KEPT_IN_TESTS)):
        for entry in folder.iterdir() if folder.is_dir() else ():
            if entry.name in kept:
                continue
            if entry.is_dir() and not entry.is_symlink():
                shutil.rmtree(entry)
            else:
                entry.unlink()
    for name in sorted(set(filter(None, listed.split("\0")))):
        source = ROOT / name
        if not source.exists():  # deleted, but git does not know it yet
            continue
        (target / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(source, target / name, follow_symlinks=False)
    # A repository of its own: the ignore rules of the surrounding one would make ansible-test skip every file.
    subprocess.run(["git", "init", "--quiet"], cwd=target, check=True)


def usable_path() -> str:
    """PATH without folders whose Pythons do not run (pyenv's shims): they make ansible-test fail with exit status 127."""
    folders = [str(Path(sys.executable).parent), *os.environ["PATH"].split(os.pathsep)]
    broken = set()
    for minor in range(6, 20):
        interpreter = shutil.which(f"python3.{minor}")
        if interpreter and subprocess.run([interpreter, "-c", ""], check=False, capture_output=True).returncode:
            broken.add(str(Path(interpreter).parent))
    return os.pathsep.join(dict.fromkeys(folder for folder in folders if folder not in broken))


def prepare_home(home: Path) -> None:
    """Give ansible-test a home of its own. It passes pip only the variable HOME, so pip's settings are copied to there."""
    listed = subprocess.run([sys.executable, "-m", "pip", "config", "list"], check=True, capture_output=True, text=True)
    settings: dict[str, dict[str, str]] = {}
    # Settings from the environment override those from files, so they come last.
    for line in sorted(listed.stdout.splitlines(), key=lambda line: line.startswith(":env:")):
        key, value = line.split("=", 1)
        section, name = key.rsplit(".", 1)
        if name != "config-file":
            section = "global" if section == ":env:" else section
            settings.setdefault(section, {})[name] = str(ast.literal_eval(value)).replace("\n", "\n    ")
    file = home / ".config" / "pip" / "pip.conf"
    file.parent.mkdir(parents=True, exist_ok=True)
    lines = [
        f"[{section}]\n" + "".join(f"{name} = {value}\n" for name, value in own.items())
        for section, own in settings.items()
    ]
    file.write_text("".join(lines), "utf-8")
    file.chmod(0o600)


def provide_pip(home: Path) -> None:
    """If the host of pip's bootstrap script does not answer, put the script where ansible-test looks first."""
    package = importlib.util.find_spec("ansible_test")
    assert package and package.origin
    folder = Path(package.origin).parent
    versions = re.search(r"\bpip='([0-9.]+)'", (folder / "_internal/python_requirements.py").read_text("utf-8"))
    address = re.search(
        r"'(https://[^']*/get-pip-)%s", (folder / "_util/target/setup/requirements.py").read_text("utf-8")
    )
    assert versions and address, "This ansible-test finds pip in another way. Change provide_pip."
    version = versions[1]
    script = home / ".ansible" / "test" / "cache" / f"get_pip_{version.replace('.', '_')}.py"
    if script.exists():
        return
    try:
        with urllib.request.urlopen(f"{address[1]}{version}.py", timeout=10):
            return
    except OSError as error:
        print(
            f"{address[1]}{version}.py cannot be downloaded ({error}). pip {version} comes from the package index instead."
        )
    script.parent.mkdir(parents=True, exist_ok=True)
    subprocess.run(
        [sys.executable, "-m", "pip", "download", "-qq", "--no-deps", "--dest", str(script.parent), f"pip=={version}"],
        check=True,
    )
    script.write_text(
        f"""\
import runpy, sys
sys.path.insert(0, {str(script.parent / f"pip-{version}-py3-none-any.whl")!r})
sys.argv[1:] = ["install"] + [word for word in sys.argv[1:] if word not in ("--no-setuptools", "--no-wheel")]
runpy.run_module("pip", run_name="__main__", alter_sys=True)
""",
        "utf-8",
    )


def main(folder: Path, arguments: list[str]) -> int:
    """Run it. If it skips everything, that is a failure too, although ansible-test succeeds."""
    tree = folder / "ansible_collections" / "ngfw" / "smc"
    home = folder / "home"
    tree.mkdir(parents=True, exist_ok=True)
    copy_tree(tree)
    ignores = [file.name for file in (tree / "tests" / "sanity").glob("ignore*.txt")]
    if ignores:
        print(f"Expected no ignore files of ansible-test, found {', '.join(ignores)}.")
        return 1
    prepare_home(home)
    provide_pip(home)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "COVERAGE_", "PYTHON"))
    }
    environment.update(HOME=str(home), PATH=usable_path())
    process = subprocess.Popen(
        ["ansible-test", "sanity", "--venv", "--color", "no", *arguments],
        cwd=tree,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    lines = []
    assert process.stdout
    for line in process.stdout:
        lines.append(line)
        if not PIP_TALK.match(line):
            print(line, end="", flush=True)
    status = process.wait()
    tests = {line.split('"')[1] for line in lines if re.match(r'Running sanity test "', line)}
    if any("All targets skipped" in line for line in lines) or not tests:
        print("ansible-test found nothing to test, which counts as a failure.")
        return 1
    print(f"summary: {len(tests)} sanity tests")
    return status


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), sys.argv[2:]))
