# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the pages tell a person to copy: their fenced blocks, and the commands in them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True)
class Example:
    """A piece of YAML, or one command line, that a person may copy."""

    where: str
    text: str

    def documents(self) -> list[Any]:
        return list(yaml.safe_load_all(self.text))


def by_place(example: Example) -> str:
    return example.where


def markdown_blocks(languages: str) -> Iterator[Example]:
    for file in sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("roles/*/README.md")]):
        if file.name.startswith("CHANGELOG"):
            continue
        text = file.read_text("utf-8")
        for found in re.finditer(rf"^( *)```({languages})\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
            line = text.count("\n", 0, found.start()) + 1
            body = re.sub(rf"^{found[1]}", "", found[3], flags=re.MULTILINE)
            yield Example(f"{file.relative_to(ROOT)}:{line}", body)


def commands() -> Iterator[Example]:
    """Each `ansible…` command that the pages tell a person to type; those that fetch something from elsewhere not."""
    for block in markdown_blocks("console|shell|sh|bash|text"):
        for line in block.text.replace("\\\n", " ").splitlines():
            command = line.strip().removeprefix("$ ")
            if command.startswith("ansible") and not command.startswith("ansible-galaxy"):
                yield Example(block.where, command)
