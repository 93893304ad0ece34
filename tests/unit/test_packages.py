# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The packages of the core: who may import whom, who touches the outside, and that each file has its test."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
UTILITIES = ROOT / "plugins" / "module_utils"
CORE = UTILITIES / "_core"
RUNNERS = UTILITIES / "_runners"
MIRROR = ROOT / "tests" / "unit" / "_core"
IMPORT_ROOT = "ansible_collections.ngfw.smc.plugins.module_utils._core"

# From each package, the packages that it may import besides itself. A file at the top of the core is a package of one.
WORDS = {"words", "errors", "verdicts"}
BASE = {*WORDS, "concurrency", "patterns", "schema"}
MAY_IMPORT: dict[str, set[str]] = {
    "words": set(),
    "verdicts": set(),
    "errors": {"words"},
    "concurrency": {"words", "errors"},
    "patterns": {"errors"},
    "schema": {*WORDS, "concurrency", "patterns"},
    "api": BASE,
    "engines": {*BASE, "api"},
    "tables": {*BASE, "api", "engines"},
    # A list is a table that is followed while it is changed.
    "block_list": {*BASE, "api", "engines", "tables"},
    "vpn_sa": {*BASE, "api", "engines", "tables"},
    "checks": {*BASE, "api", "engines", "comparison"},
    "comparison": {*WORDS, "schema"},
    "reports": {*WORDS, "schema"},
    "storage": {*WORDS, "schema"},
    "traces": {*BASE, "api", "tables"},
    "diagnosis": {*BASE, "api", "engines", "tables", "traces"},
}
# The libraries that the core stands on; everything else is Python's own.
LIBRARIES = {"requests", "urllib3", "websocket", "yaml", "jmespath", "openpyxl"}

# What an import is for. Names in HARMLESS compute something or name an error, and reach nothing outside.
OUTSIDE = {
    "socket": "socket", "ssl": "socket", "select": "socket", "selectors": "socket", "http.client": "socket",
    "urllib.request": "socket", "requests": "socket", "urllib3": "socket", "websocket": "socket",
    "threading": "thread", "concurrent.futures": "thread", "queue": "thread", "multiprocessing": "thread",
    "asyncio": "thread", "signal": "thread", "subprocess": "thread",
    "time": "clock", "sched": "clock",
    "os": "disk", "pathlib": "disk", "tempfile": "disk", "shutil": "disk", "gzip": "disk", "sqlite3": "disk", "io": "disk",
}  # fmt: skip
HARMLESS = {
    "socket.AF_INET", "socket.AF_INET6", "socket.inet_aton", "socket.inet_ntoa", "socket.inet_ntop", "socket.inet_pton",
    "socket.gaierror", "socket.herror", "socket.timeout", "ssl.SSLError", "ssl.SSLCertVerificationError",
    "io.StringIO", "io.BytesIO",
}  # fmt: skip
CLOCK_READINGS = {"now", "utcnow", "today"}
KINDS = ("socket", "thread", "clock", "disk")
HEADING = "## Files that touch the outside"


class Import(NamedTuple):
    """One import: `module` as Python resolves it (below module_utils for a relative one), and the name taken from it."""

    module: str
    name: str | None
    relative: bool
    line: int

    @property
    def full(self) -> str:
        return f"{self.module}.{self.name}" if self.name else self.module


@cache
def syntax(file: Path) -> ast.Module:
    return ast.parse(file.read_text("utf-8"), str(file))


def below(file: Path) -> str:
    return file.relative_to(CORE).as_posix()


def core_files() -> list[Path]:
    found = sorted(CORE.rglob("*.py"))
    assert len(found) > 40, f"Expected the whole core below {CORE.relative_to(ROOT)}, found {len(found)} files."
    return found


def package_of(file: Path) -> str:
    return file.relative_to(CORE).with_suffix("").parts[0]


def at_run_time(tree: ast.AST) -> Iterator[ast.AST]:
    """All nodes but those that only type checkers read."""
    for child in ast.iter_child_nodes(tree):
        if isinstance(child, ast.If) and ast.unparse(child.test) in ("TYPE_CHECKING", "typing.TYPE_CHECKING"):
            continue
        yield child
        yield from at_run_time(child)


def imports_of(file: Path, nodes: Iterable[ast.AST] | None = None) -> Iterator[Import]:
    """Every import of a file, also those inside functions. nodes: where to look, everywhere when it is left out."""
    folder = file.relative_to(UTILITIES).parent.parts
    for node in ast.walk(syntax(file)) if nodes is None else nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(alias.name, None, relative=False, line=node.lineno)
        elif isinstance(node, ast.ImportFrom):
            upper = folder[: len(folder) + 1 - node.level] if node.level else ()
            module = ".".join([*upper, *(node.module.split(".") if node.module else [])])
            for alias in node.names:
                yield Import(module, alias.name, relative=bool(node.level), line=node.lineno)


def wrong_arrows(file: Path) -> Iterator[str]:
    """What is wrong with the relative imports of a core file, a sentence each."""
    here = package_of(file)
    for found in imports_of(file):
        if not found.relative:
            continue
        place = f"{below(file)}, line {found.line}"
        first, _dot, rest = found.module.partition(".")
        if first != "_core" or not rest:
            yield f"{place}, imports {found.full} from outside of the core; move what it needs into the core."
            continue
        package = rest.partition(".")[0]
        if package != here and package not in MAY_IMPORT[here]:
            yield (
                f"{place}, imports {rest}: {here} may import {', '.join(sorted(MAY_IMPORT[here])) or 'nothing'} only. "
                "Move the code to where both may reach it."
            )


def test_the_table_of_arrows_knows_each_package_and_runs_down_only() -> None:
    there = {package_of(file) for file in core_files()}
    unknown = there - set(MAY_IMPORT)
    assert not unknown, f"Say in MAY_IMPORT what {', '.join(sorted(unknown))} may import."
    list(TopologicalSorter(MAY_IMPORT).static_order())  # raises CycleError


@pytest.mark.parametrize("file", core_files(), ids=below)
def test_imports_run_down_only(file: Path) -> None:
    assert not (wrong := list(wrong_arrows(file))), "\n".join(wrong)


def test_no_two_files_of_the_core_import_each_other() -> None:
    graph = {
        below(file): {
            f"{found.module.removeprefix('_core.').replace('.', '/')}.py"
            for found in imports_of(file)
            if found.relative
        }
        for file in core_files()
    }
    try:
        list(TopologicalSorter(graph).static_order())
    except CycleError as error:
        pytest.fail(f"These files import each other in a circle: {' <- '.join(error.args[1])}.")


@pytest.mark.parametrize("file", core_files(), ids=below)
def test_each_relative_import_names_a_file_and_no_package(file: Path) -> None:
    for found in imports_of(file):
        target = UTILITIES / f"{found.module.replace('.', '/')}.py"
        assert not found.relative or target.is_file(), (
            f"{below(file)}, line {found.line}, imports {found.full}: {found.module} is not a file. "
            "Import from the file that defines the name."
        )


def test_packages_have_no_init_files() -> None:
    found = sorted(str(file.relative_to(ROOT)) for file in UTILITIES.rglob("__init__.py"))
    assert not found, f"Packages below module_utils work without these files; remove {', '.join(found)}."


@pytest.mark.parametrize("file", core_files(), ids=below)
def test_the_core_imports_python_and_its_libraries_only(file: Path) -> None:
    for found in imports_of(file):
        first = found.module.partition(".")[0]
        assert found.relative or first in sys.stdlib_module_names or first in LIBRARIES, (
            f"{below(file)}, line {found.line}, imports {found.full}. The core runs without Ansible and with "
            f"{', '.join(sorted(LIBRARIES))} only."
        )


def test_runners_import_no_runner() -> None:
    """A runner is a file that makes a Runner; what several share stands beside the folder or in the core."""
    runners = {file.stem: file for file in sorted(RUNNERS.glob("*.py")) if "Runner(" in file.read_text("utf-8")}
    assert len(runners) > 5, f"Expected the runners in {RUNNERS.relative_to(ROOT)}, found {sorted(runners)}."
    wrong = [
        f"_runners/{file.name}, line {found.line}, imports {found.full}: move what both need to _arguments.py or _core."
        for file in runners.values()
        for found in imports_of(file)
        if found.relative and any(f"{found.full}.".startswith(f"_runners.{name}.") for name in runners)
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", ["_runner.py", "_arguments.py"])
def test_what_runners_share_imports_no_runner(name: str) -> None:
    wrong = [found.full for found in imports_of(UTILITIES / name) if found.module.startswith("_runners")]
    assert not wrong, f"{name} imports {', '.join(wrong)}."


def outside_module(name: str) -> str | None:
    """The module of OUTSIDE that this name is or lies in."""
    return next((module for module in OUTSIDE if name == module or name.startswith(f"{module}.")), None)


def touches(file: Path) -> dict[str, str]:
    """What a file touches at run time, and by which import or call, in the words of a sentence."""
    nodes = list(at_run_time(syntax(file)))
    used = {ast.unparse(node) for node in nodes if isinstance(node, ast.Attribute)}
    imports = list(imports_of(file, nodes))
    found: dict[str, str] = {}
    for taken in imports:
        module = None if taken.relative else outside_module(taken.full)
        if module is None:
            continue
        names = {taken.full} if taken.name else {name for name in used if name.startswith(f"{taken.module}.")}
        if not names or names - HARMLESS:
            found[OUTSIDE[module]] = f"imports {taken.full} (line {taken.line})"
    dates = any(taken.module == "datetime" for taken in imports)
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open":
            found["disk"] = f"calls open (line {node.lineno})"
        called = node.func if isinstance(node, ast.Call) else None
        if dates and isinstance(called, ast.Attribute) and called.attr in CLOCK_READINGS:
            found["clock"] = f"calls {ast.unparse(called)} (line {node.lineno})"
    return found


def listed_in_the_design() -> dict[str, set[str]]:
    """The table below HEADING in docs/design.md: a path below `_core/` in backticks, and what the file touches."""
    _before, heading, rest = (ROOT / "docs" / "design.md").read_text("utf-8").partition(f"{HEADING}\n")
    assert heading, f"docs/design.md needs the section {HEADING!r}."
    section = rest.partition("\n## ")[0]
    listed: dict[str, set[str]] = {}
    for path, kinds in re.findall(r"^\| *`([^`]+\.py)` *\| *([^|]*?) *\|", section, re.MULTILINE):
        assert path not in listed, f"docs/design.md lists {path} twice below {HEADING!r}."
        listed[path] = {kind.strip() for kind in kinds.split(",")}
        wrong = listed[path] - set(KINDS)
        assert not wrong, (
            f"docs/design.md says that {path} touches {', '.join(sorted(wrong))}; expected {', '.join(KINDS)}."
        )
    assert listed, f"docs/design.md has no table below {HEADING!r}."
    return listed


def test_only_the_files_that_the_design_names_touch_the_outside() -> None:
    listed = listed_in_the_design()
    found = {below(file): touches(file) for file in core_files()}
    wrong = [
        f"{path} {by}, which is {kind}, but docs/design.md does not say so: "
        "pass it in from a file that does, or add it to the table."
        for path, kinds in found.items()
        for kind, by in kinds.items()
        if kind not in listed.get(path, ())
    ]
    wrong += [
        f"docs/design.md says that {path} touches {kind}; "
        + ("it no longer does." if path in found else "there is no such file.")
        for path, kinds in listed.items()
        for kind in sorted(kinds)
        if kind not in found.get(path, ())
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("file", core_files(), ids=below)
def test_each_file_of_the_core_has_a_unit_test_that_imports_it(file: Path) -> None:
    inside = file.relative_to(CORE)
    test = MIRROR / inside.parent / f"test_{file.name}"
    assert test.is_file(), f"{inside} has no unit test: write {test.relative_to(ROOT)}."
    module = ".".join([IMPORT_ROOT, *inside.with_suffix("").parts])
    imported = {
        name
        for node in ast.walk(syntax(test))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }
    assert module in imported, f"{test.relative_to(ROOT)} does not import {module}."


# The rules themselves are tried on small files, so that a rule that no longer finds anything is found out.


@pytest.mark.parametrize(
    "text, kinds",
    [
        ("import socket\nsocket.inet_pton(socket.AF_INET6, '::')", set()),
        ("import socket\nsocket.create_connection(('fw', 1))", {"socket"}),
        ("from socket import gaierror", set()),
        ("from socket import socket", {"socket"}),
        ("try:\n    import requests.utils\nexcept ImportError:\n    pass", {"socket"}),
        ("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import requests", set()),
        ("def read():\n    from concurrent.futures import ThreadPoolExecutor", {"thread"}),
        ("from concurrent import futures", {"thread"}),
        ("import time as t", {"clock"}),
        ("from datetime import datetime\ndatetime.fromisoformat('2026-01-01')", set()),
        ("from datetime import datetime\ndatetime.now()", {"clock"}),
        ("import datetime\ndatetime.date.today()", {"clock"}),
        ("open('file')", {"disk"}),
        ("from .time import sleep", set()),
    ],
)
def test_what_counts_as_touching_the_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, kinds: set[str]
) -> None:
    monkeypatch.setitem(globals(), "UTILITIES", tmp_path)
    file = tmp_path / "sample.py"
    file.write_text(text, "utf-8")
    assert set(touches(file)) == kinds


@pytest.mark.parametrize(
    "path, text, wrong",
    [
        ("api/sample.py", "from ..errors import SMCError\nfrom .session import Session", 0),
        ("api/sample.py", "from ..engines.search import find_engine", 1),
        ("schema/sample.py", "def late():\n    from ..api.session import Session", 1),
        ("reports/sample.py", "from ..comparison.rules import Rules", 1),
        ("engines/sample.py", "from ..._runner import Runner", 1),
        ("engines/sample.py", "from ..._runners.snapshot import RUNNER", 1),
        ("words.py", "from .errors import SMCError", 1),
    ],
)
def test_what_counts_as_an_import_that_runs_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, text: str, wrong: int
) -> None:
    monkeypatch.setitem(globals(), "UTILITIES", tmp_path)
    monkeypatch.setitem(globals(), "CORE", tmp_path / "_core")
    file = tmp_path / "_core" / path
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    assert len(list(wrong_arrows(file))) == wrong
