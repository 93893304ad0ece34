# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The pages of the repository become pages of the site: their links still lead somewhere."""

from __future__ import annotations

import importlib.util
import json
from pathlib import Path
from types import ModuleType

import pytest

from simulator import Scenario

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def tool() -> ModuleType:
    spec = importlib.util.spec_from_file_location("docs_source", ROOT / "tools" / "docs_source.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize(
    "text, shown",
    [
        ("see [a page](checks.md#conditions)", "see [a page](checks.md#conditions)"),
        ("[checks.md](checks.md) lists them", "[Checks](checks.md) lists them"),
        ("[First call](../README.md#first-call)", "[First call](start.md#first-call)"),
        ("[elsewhere](https://www.example.com/a.md)", "[elsewhere](https://www.example.com/a.md)"),
        ("[gitlab-ci.yml](examples/gitlab-ci.yml)", "[gitlab-ci.yml](files/docs/examples/gitlab-ci.yml)"),
        ("in [extensions/awx](../extensions/awx)", "in `extensions/awx`"),
        ("[the simulator](../simulator/README.md)", "`simulator/README.md`"),
        ("![a picture](images/health_check.png)", "![a picture](images/health_check.png)"),
        ("[here](#a-heading)", "[here](#a-heading)"),
    ],
)
def test_links_lead_to_where_the_page_is_on_the_site(tool: ModuleType, tmp_path: Path, text: str, shown: str) -> None:
    assert tool.relink(text, ROOT / "docs" / "pipelines.md", tool.pages(), tmp_path) == shown
    if "files/" in shown:
        assert (tmp_path / "files" / "docs" / "examples" / "gitlab-ci.yml").is_file()


def test_a_link_that_leads_nowhere_stops_the_build(tool: ModuleType, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=r"docs/pipelines.md links to gone.md, which does not exist."):
        tool.relink("[gone](gone.md)", ROOT / "docs" / "pipelines.md", tool.pages(), tmp_path)


def test_every_page_is_in_the_index(tool: ModuleType, tmp_path: Path) -> None:
    tool.write(tmp_path / "source")
    index = (tmp_path / "source" / "index.md").read_text("utf-8")
    for page in tool.pages().values():
        name = page.removesuffix(".md")
        assert f"\n{name}\n" in index or f"<{name}>" in index
    assert "NEW_" not in index


def test_the_scenario_of_the_page_is_one() -> None:
    text = (ROOT / "docs" / "simulator.md").read_text("utf-8")
    block = text.partition("```json\n")[2].partition("```")[0]
    scenario = Scenario.from_dict(json.loads(block))
    assert scenario.faults[0].status == 429
