# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which place decides a connection option that a task leaves out."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from ansible.errors import AnsibleActionFail
from ansible_collections.ngfw.smc.plugins.module_utils._runners import engine_info, snapshot_diff
from ansible_collections.ngfw.smc.plugins.plugin_utils._settings import (
    completed,
    from_configuration,
    from_environment,
    settable_options,
)

KEY = {"api_key": "k"}
ADMINISTRATOR = {"username": "u", "password": "p"}


@pytest.mark.parametrize(
    "given, levels, expected",
    [
        ({"url": "task"}, [{"url": "variable"}, {"url": "environment"}], {"url": "task"}),
        ({}, [{"url": ""}, {"url": "environment"}, {"url": "file"}], {"url": "environment"}),
        ({"url": ""}, [{"url": "variable"}], {"url": ""}),
        ({"url": None}, [{"url": "variable"}], {"url": "variable"}),
        ({}, [{"validate_certs": False}, {"validate_certs": True}], {"validate_certs": False}),
        # The stronger place decides between a key and an administrator.
        (KEY, [ADMINISTRATOR], KEY),
        ({}, [ADMINISTRATOR, KEY], {**ADMINISTRATOR, "api_key": ""}),
        ({"username": "u"}, [{"password": "p"}, KEY], {**ADMINISTRATOR, "api_key": ""}),
        ({}, [KEY, ADMINISTRATOR], KEY),
        # A session keeps its domain and version.
        (
            {"session": {"url": "x"}},
            [{"domain": "Retail", "api_version": "7.0", "url": "x", **KEY}],
            {"session": {"url": "x"}, "url": "x", **KEY},
        ),
    ],
)
def test_the_strongest_place_decides(
    given: dict[str, Any], levels: list[dict[str, Any]], expected: dict[str, Any]
) -> None:
    assert completed(given, levels) == expected


def test_only_connection_options_that_the_task_has_are_settable() -> None:
    assert "url" in settable_options(engine_info.RUNNER.arguments)
    assert "session" not in settable_options(engine_info.RUNNER.arguments)
    assert settable_options(snapshot_diff.RUNNER.arguments) == []


def test_places(tmp_path: Path) -> None:
    names = settable_options(engine_info.RUNNER.arguments)
    assert from_environment(names, {"SMC_ADDRESS": "a", "SMC_API_KEY": "k", "HOME": "/"}) == {
        "url": "a",
        "api_key": "k",
    }
    file = tmp_path / "ansible.cfg"
    file.write_text("[defaults]\nforks=5\n[ngfw_smc]\nurl = https://a ; the SMC\nother = 1\ndomain = 100%\n", "utf-8")
    assert from_configuration(names, str(file)) == {"url": "https://a", "domain": "100%"}
    assert from_configuration(names, None) == from_configuration(names, str(tmp_path / "none")) == {}
    file.write_text("no section\n", "utf-8")
    with pytest.raises(AnsibleActionFail, match="cannot be read"):
        from_configuration(names, str(file))
