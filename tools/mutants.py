# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""How many small mistakes in the core the unit tests notice.

    python tools/mutants.py [--sample 300] [--seed 1] [--jobs 2] [checks comparison reports ...]

A mutant is a copy of one file with one change: another comparison, `and` for `or`, a condition turned round, a number one
larger, another text where texts are compared, a result left out. The tests of that file run first, then those of its package.
What no test notices is printed; it is either a test that is missing, or a change that makes no difference to anybody.
"""

from __future__ import annotations

import argparse
import ast
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[1]
CORE = Path("plugins/module_utils/_core")
TESTS = Path("tests/unit/_core")
PACKAGES = ("checks", "comparison", "reports")
_NOT_COPIED = shutil.ignore_patterns(".git", ".venv*", ".cache", ".collections", "build", "__pycache__", "images")
# A test that a change made endless counts as one that failed.
_LONGEST_RUN = 300.0

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
}
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.Div: ast.Mult,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.Mult,
}
# A text that means something to the program, and is no sentence.
_WORD = re.compile(r"\w+")


# Changes a node in place, and says how; None where there is nothing to change.
Change = Callable[[ast.AST], "str | None"]


class Mutant(NamedTuple):
    """One change of a file. file: from the root. place: the node's place among those of the file. what: the change in words."""

    file: Path
    line: int
    what: str
    place: int
    change: Change

    def applied(self, source: str) -> str:
        """The source of the file with this change."""
        tree = ast.parse(source)
        node, _line = list(_places(tree))[self.place]
        self.change(node)
        return ast.unparse(ast.fix_missing_locations(tree))


def _comparison(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Compare) or type(node.ops[0]) not in _COMPARISONS:
        return None
    before = type(node.ops[0])
    node.ops[0] = _COMPARISONS[before]()
    return f"{before.__name__} became {_COMPARISONS[before].__name__}"


def _compared_text(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Compare):
        return None
    for operand in (node.left, *node.comparators):
        for one in ast.walk(operand):
            if isinstance(one, ast.Constant) and isinstance(one.value, str) and _WORD.fullmatch(one.value):
                one.value, before = f"{one.value}X", one.value
                return f"'{before}' became '{one.value}'"
    return None


def _key(node: ast.AST) -> str | None:
    """The text of a subscript that is read, or of `get`."""
    where = None
    if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Load):
        where = node.slice
    elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "get" and node.args:
        where = node.args[0]
    if not isinstance(where, ast.Constant) or not isinstance(where.value, str):
        return None
    where.value, before = f"{where.value}X", where.value
    return f"the key '{before}' became '{where.value}'"


def _boolean(node: ast.AST) -> str | None:
    if not isinstance(node, ast.BoolOp):
        return None
    before = type(node.op).__name__
    node.op = ast.And() if isinstance(node.op, ast.Or) else ast.Or()
    return f"{before} became {type(node.op).__name__}"


def _arithmetic(node: ast.AST) -> str | None:
    if not isinstance(node, (ast.BinOp, ast.AugAssign)) or type(node.op) not in _ARITHMETIC:
        return None
    sides = (node.left, node.right) if isinstance(node, ast.BinOp) else (node.value,)
    if any(isinstance(side, (ast.JoinedStr, ast.List, ast.Tuple, ast.ListComp, ast.Set)) for side in sides):
        return None
    if any(isinstance(side, ast.Constant) and isinstance(side.value, str) for side in sides):
        return None
    before = type(node.op).__name__
    node.op = _ARITHMETIC[type(node.op)]()
    return f"{before} became {type(node.op).__name__}"


def _constant(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Constant) or not isinstance(node.value, (bool, int, float)):
        return None
    before = node.value
    node.value = not before if isinstance(before, bool) else before + 1
    return f"{before} became {node.value}"


def _condition(node: ast.AST) -> str | None:
    """The condition of a branch, turned round; a `not` is removed."""
    if not isinstance(node, (ast.If, ast.IfExp, ast.While)):
        return None
    if isinstance(node.test, ast.UnaryOp) and isinstance(node.test.op, ast.Not):
        node.test = node.test.operand
        return "`not` removed"
    node.test = ast.UnaryOp(ast.Not(), node.test)
    return "the condition turned round"


def _filter(node: ast.AST) -> str | None:
    if not isinstance(node, ast.comprehension) or not node.ifs:
        return None
    node.ifs.pop()
    return "a condition of the comprehension removed"


def _result(node: ast.AST) -> str | None:
    if not isinstance(node, ast.Return) or node.value is None:
        return None
    if isinstance(node.value, ast.Constant) and not node.value.value:
        return None
    node.value = ast.Constant(None)
    return "None is returned"


def _call(node: ast.AST) -> str | None:
    """A call for its effect."""
    if not isinstance(node, ast.Expr) or not isinstance(node.value, ast.Call):
        return None
    node.value = ast.Constant(None)
    return "a call left out"


CHANGES: tuple[Change, ...] = (
    _comparison,
    _compared_text,
    _key,
    _boolean,
    _arithmetic,
    _constant,
    _condition,
    _filter,
    _result,
    _call,
)


def mutants_of(file: Path, source: str) -> Iterator[Mutant]:
    """Every mutant of a file, one for each place and kind of change."""
    for change in CHANGES:
        # A tree of its own, since each change leaves its mark. What it changes is below the node, and not met again.
        for place, (node, line) in enumerate(list(_places(ast.parse(source)))):
            what = change(node)
            if what is not None:
                yield Mutant(file, line, what, place, change)


def _places(tree: ast.Module) -> Iterator[tuple[ast.AST, int]]:
    """The nodes that may be changed, with their lines: no annotations, decorators, texts for people or imports."""
    pending: list[tuple[ast.AST, int]] = [(tree, 1)]
    while pending:
        node, line = pending.pop()
        line = getattr(node, "lineno", line)
        yield node, line
        for name, value in ast.iter_fields(node):
            if name in ("annotation", "returns", "decorator_list") or isinstance(node, (ast.JoinedStr, ast.Import)):
                continue
            items = value if isinstance(value, list) else [value]
            pending += [(item, line) for item in items if isinstance(item, ast.AST)]


class Runner:
    """A copy of the tree, in which one mutant after the other is tried."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder / "tree"
        shutil.copytree(ROOT, self._folder, ignore=_NOT_COPIED, symlinks=True)
        link = self._folder / ".collections" / "ansible_collections" / "ngfw" / "smc"
        link.parent.mkdir(parents=True)
        link.symlink_to("../../..")

    def notices(self, mutant: Mutant) -> bool:
        """Whether a test fails with it."""
        path = self._folder / mutant.file
        before = path.read_text("utf-8")
        own = TESTS / mutant.file.parent.name / f"test_{mutant.file.name}"
        path.write_text(mutant.applied(before), "utf-8")
        try:
            runs = [own, own.parent] if (self._folder / own).exists() else [own.parent]
            return any(self.fails(tests) for tests in runs)
        finally:
            path.write_text(before, "utf-8")

    def fails(self, tests: Path) -> bool:
        """Whether one of these tests fails, or takes too long."""
        child = os.fork()
        if not child:
            # Its own group, so that what a test has started ends with it.
            os.setsid()
            os._exit(self._run(tests))
        deadline = time.monotonic() + _LONGEST_RUN
        while True:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                return status != 0
            if time.monotonic() > deadline:
                os.killpg(child, signal.SIGKILL)
                os.waitpid(child, 0)
                return True
            time.sleep(0.02)

    def _run(self, tests: Path) -> int:
        os.chdir(self._folder)
        output = os.open(os.devnull, os.O_WRONLY)
        for descriptor in (1, 2):
            os.dup2(output, descriptor)
        sys.path[:] = [str(self._folder), *(entry for entry in sys.path if Path(entry or ".").resolve() != ROOT)]
        os.environ["PYTHONPATH"] = str(self._folder / ".collections")
        # Bytecode of one mutant must not be taken for the next, which may have the same size and time.
        sys.dont_write_bytecode = True
        return int(pytest.main(["-q", "-x", "-p", "no:randomly", "--no-header", str(tests)]))


def _import_libraries() -> None:
    """What all tests import and no mutant changes, once for all of them."""
    for name in ("hypothesis.strategies", "hypothesis.extra", "yaml", "ansible.plugins.filter", "lxml.html"):
        __import__(name)


def try_all(mutants: Sequence[Mutant], jobs: int) -> list[Mutant]:
    """The mutants that no test notices. Prints each as soon as it is known."""
    _import_libraries()
    read, write = os.pipe()
    workers = []
    for number in range(jobs):
        worker = os.fork()
        if not worker:
            with tempfile.TemporaryDirectory() as folder:
                runner = Runner(Path(folder))
                for place in range(number, len(mutants), jobs):
                    noticed = runner.notices(mutants[place])
                    os.write(write, f"{place} {int(noticed)}\n".encode())
            os._exit(0)
        workers.append(worker)
    os.close(write)
    survivors = []
    with os.fdopen(read) as results:
        for line in results:
            place, noticed = map(int, line.split())
            if not noticed:
                mutant = mutants[place]
                survivors.append(mutant)
                print(f"{mutant.file}:{mutant.line}: {mutant.what}", flush=True)
    for worker in workers:
        os.waitpid(worker, 0)
    return survivors


def main() -> None:
    parser = argparse.ArgumentParser(description="How many small mistakes in the core the unit tests notice.")
    parser.add_argument("packages", nargs="*", default=PACKAGES, help="packages below _core, or paths of single files")
    parser.add_argument("--sample", type=int, default=300, help="how many mutants to try")
    parser.add_argument("--seed", type=int, default=1, help="chooses the sample")
    parser.add_argument("--jobs", type=int, default=2, help="how many at a time")
    options = parser.parse_args()
    files = [file for name in options.packages for file in sorted((ROOT / CORE / name).rglob("*.py")) or [ROOT / name]]
    every = [one for file in files for one in mutants_of(file.relative_to(ROOT), file.read_text("utf-8"))]
    chosen = random.Random(options.seed).sample(every, min(options.sample, len(every)))
    survivors = try_all(chosen, options.jobs)
    print(f"{len(survivors)} of {len(chosen)} mutants were not noticed ({len(every):,} are possible).")


if __name__ == "__main__":
    main()
