# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""One tree of errors, each with a kind that is given once."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core import errors
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import (
    OptionError,
    PartialFailure,
    RequestRefused,
    SMCError,
    Unmeasurable,
)

PLUGINS = Path(__file__).resolve().parents[3] / "plugins"
CLASSES = [one for _name, one in inspect.getmembers(errors, inspect.isclass) if issubclass(one, SMCError)]


def test_every_kind_is_distinct() -> None:
    kinds = [one.kind for one in CLASSES]
    assert len(set(kinds)) == len(kinds) == len(CLASSES)


def test_the_kind_is_the_class_s_unless_given() -> None:
    assert OptionError("It is wrong.").kind == "option"
    assert OptionError("It is wrong.", kind="other").details() == {"kind": "other"}
    assert OptionError.kind == "option"


def test_details_are_facts_without_those_that_are_unknown() -> None:
    error = RequestRefused("The SMC said no.", status=403, server_message=None)
    assert (str(error), error.message, error.status) == ("The SMC said no.", "The SMC said no.", 403)
    assert (error.details(), error.facts()) == ({"kind": "request", "status": 403}, {"status": 403})
    assert RequestRefused("There was no answer.").status == 0


def test_a_partial_failure_keeps_what_was_done() -> None:
    first = RequestRefused("The SMC said no.", status=403)
    error = PartialFailure("1 of 2 failed.", {"changed": True}, kind=first.kind, **first.facts())
    assert error.result == {"changed": True}
    assert error.details() == {"kind": "request", "status": 403}
    assert PartialFailure("1 of 2 failed.", {}).kind == "partial"


def test_what_cannot_be_measured_is_no_wrong_option_to_programs() -> None:
    with pytest.raises(OptionError) as raised:
        raise Unmeasurable("There is no baseline.")
    assert raised.value.kind == "unmeasurable"


def _bases(node: ast.ClassDef) -> set[str]:
    return {base.id if isinstance(base, ast.Name) else ast.unparse(base) for base in node.bases}


def _has_kind(node: ast.ClassDef) -> bool:
    """Whether the class is an error of its own to programs. Others are refinements that one file catches itself."""
    return any(isinstance(one, ast.Assign) and ast.unparse(one.targets[0]) == "kind" for one in node.body)


def test_every_kind_of_error_is_in_the_one_tree_and_its_kind_never_overwritten() -> None:
    names = {one.__name__ for one in CLASSES} | {"Exception", "ValueError", "RuntimeError"}
    complaints = []
    for path in sorted(PLUGINS.rglob("*.py")):
        if path.name == "errors.py" and path.parent.name == "_core":
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            where = f"{path.relative_to(PLUGINS)}:{getattr(node, 'lineno', 0)}"
            if isinstance(node, ast.ClassDef) and _bases(node) & names and _has_kind(node):
                complaints.append(f"{where} defines the kind of error {node.name}; it belongs in _core/errors.py.")
            targets = node.targets if isinstance(node, ast.Assign) else []
            if any(isinstance(target, ast.Attribute) and target.attr == "kind" for target in targets):
                complaints.append(f"{where} overwrites a kind; give it to the error's constructor.")
    assert not complaints, "\n".join(complaints)
