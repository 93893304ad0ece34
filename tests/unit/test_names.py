# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A name of a class or type means one thing in the whole collection."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

PLUGINS = Path(__file__).resolve().parents[2] / "plugins"
# Ansible looks for classes of these names, one in each plugin.
ANSIBLES_OWN = {
    "ActionModule",
    "CallbackModule",
    "FilterModule",
    "InventoryModule",
    "LookupModule",
    "ModuleDocFragment",
}


def _types(source: str) -> Iterator[str]:
    """The classes and type aliases that a file defines; an alias is written in capitals and small letters."""
    for node in ast.parse(source).body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            name = node.targets[0].id
            if ast.unparse(node.value).startswith("TypeVar("):
                continue
            if name.lstrip("_")[:1].isupper() and not name.isupper():
                yield name


def test_no_two_classes_or_types_have_one_name() -> None:
    places: dict[str, list[str]] = {}
    for path in sorted(PLUGINS.rglob("*.py")):
        for name in _types(path.read_text("utf-8")):
            if name not in ANSIBLES_OWN:
                # A leading underscore does not make it another name to a reader.
                places.setdefault(name.lstrip("_"), []).append(str(path.relative_to(PLUGINS)))
    complaints = [
        f"{name} is defined in {' and '.join(files)}; give one of them another name."
        for name, files in places.items()
        if len(files) > 1
    ]
    assert not complaints, "\n".join(complaints)
