# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""docs/checks.md says what the tables of keys and verbs and the role's ready checks say."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.conditions import read_conditions
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "checks.md").read_text(encoding="utf-8")


def test_the_page_of_checks_is_up_to_date() -> None:
    made = subprocess.run(
        [sys.executable, str(ROOT / "tools" / "checks_page.py")], capture_output=True, text=True, check=True
    )
    assert made.stdout == PAGE, "docs/checks.md is out of date: run `python tools/checks_page.py > docs/checks.md`."


def test_the_page_names_every_test_of_a_condition() -> None:
    with pytest.raises(OptionError) as error:
        read_conditions({"src": {"no such test": 1}}, DEFINITIONS["CONNECTIONS"], "where")
    known = set(re.split(r", | and ", error.value.message.split("There are ")[1].rstrip(".")))
    section = PAGE.split("## Conditions")[1].split("\n## ")[0]
    assert set(re.findall(r"^\| `(\w+)`", section, re.MULTILINE)) == known


def test_links_lead_somewhere() -> None:
    for link in re.findall(r"\]\(([^)#]+)", PAGE):
        assert (ROOT / "docs" / link).exists(), link
