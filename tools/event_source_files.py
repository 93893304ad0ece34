# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write the files beside the event sources: documentation as YAML, and the JSON schema of the arguments.

python tools/event_source_files.py

Programs that show event sources read these; the source for both is the documentation in the sources themselves.
"""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "extensions" / "eda" / "plugins" / "event_source"
HEAD = """\
# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
---
# Written by tools/event_source_files.py from the documentation in {name}.py.
"""
TYPES: dict[str, dict[str, Any]] = {
    "str": {"type": "string"},
    "path": {"type": "string"},
    "bool": {"type": "boolean"},
    "int": {"type": "integer"},
    "float": {"type": "number"},
    "dict": {"type": "object"},
    "list": {"type": "array"},
    # Several types; the description says which.
    "raw": {},
}


def documentation_of(source: Path) -> dict[str, Any]:
    """DOCUMENTATION and EXAMPLES of a source, read without running it."""
    texts = {
        ast.unparse(node.targets[0]): node.value.value
        for node in ast.parse(source.read_text("utf-8")).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
    }
    return {name: yaml.safe_load(str(texts[name])) for name in ("DOCUMENTATION", "EXAMPLES")}


class _Indented(yaml.SafeDumper):
    """Lists are indented, as in all YAML here."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        del indentless
        super().increase_indent(flow, False)


def sidecar(name: str, documentation: Mapping[str, Any]) -> str:
    """The documentation as YAML."""
    return HEAD.format(name=name) + yaml.dump(
        dict(documentation), Dumper=_Indented, sort_keys=False, width=120, allow_unicode=True
    )


def schema(name: str, documentation: Mapping[str, Any]) -> str:
    """The JSON schema of the arguments."""
    described = documentation["DOCUMENTATION"]
    options = described["options"]
    document = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"Arguments of ngfw.smc.{name}",
        "description": described["short_description"],
        "type": "object",
        "properties": {option: _property(about) for option, about in options.items()},
        "required": [option for option, about in options.items() if about.get("required")],
        "additionalProperties": False,
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _property(about: Mapping[str, Any]) -> dict[str, Any]:
    description = about["description"]
    text = " ".join(description) if isinstance(description, list) else description
    kind = dict(TYPES[about["type"]])
    one = dict(TYPES[about["elements"]]) if "elements" in about else kind
    if "choices" in about:
        one["enum"] = about["choices"]
    if "elements" in about:
        # A text stands for a list with one item.
        kind = {"type": ["array", "string"], "items": one}
    return {"description": _plain(text), **kind, **({"default": about["default"]} if "default" in about else {})}


def _plain(text: str) -> str:
    """Without the marks of Ansible's documentation."""
    return re.sub(r"\b[A-Z]\(([^)]*)\)", r"\1", text)


def files() -> Iterator[tuple[Path, str]]:
    """Each file, and what must be in it."""
    for source in sorted(FOLDER.glob("*.py")):
        documentation = documentation_of(source)
        yield source.with_suffix(".yml"), sidecar(source.stem, documentation)
        yield FOLDER / "schemas" / f"{source.stem}.json", schema(source.stem, documentation)


if __name__ == "__main__":
    for path, text in files():
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, "utf-8")
