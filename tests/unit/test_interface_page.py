# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/interface.md lists the public interface. A change of it shows in this page, so it is made on purpose."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "interface.md"


def test_the_page_of_the_interface_is_up_to_date() -> None:
    made = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "interface_page.py")], capture_output=True, text=True, check=True
    )
    wanted = PAGE.read_text(encoding="utf-8")
    assert made.stdout == wanted, "Run: python tools/interface_page.py > docs/interface.md"


def test_the_page_lists_every_environment_variable_that_the_code_reads() -> None:
    named = set()
    for file in (ROOT / "plugins").rglob("*.py"):
        named |= set(
            re.findall(r"\bE\((\w+)\)|[\"'](SMC_[A-Z_]+)[\"']|name: ((?:SMC|ANSIBLE)_\w+)", file.read_text("utf-8"))
        )
    variables = {name for found in named for name in found if name}
    assert "SMC_ADDRESS" in variables
    text = PAGE.read_text("utf-8")
    assert not {name for name in variables if f"`{name}`" not in text}
