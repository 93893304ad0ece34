# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Which texts from the SMC are plain ones in an export, and that a play gets none that is trusted."""

from __future__ import annotations

from typing import Any

import pytest
from ansible import context
from ansible_collections.ngfw.smc.plugins.plugin_utils._trust import is_harmless, marked_unsafe

try:
    from ansible.template import is_trusted_as_template
except ImportError:
    is_trusted_as_template = None

ORDINARY = [
    "",
    "Plano FW",
    "HQ_cluster",
    "paris-fw-1",
    "Online",
    "single_fw",
    "Monkey Island",
    "7.1.2 build 30101",
    "10.0.0.0/24",
    "2001:db8::1",
    "2026-11-29T20:19:13.000+0000",
    "https://smc.example.com:8082/7.1/elements/single_fw/12",
    "https://[2001:db8::1]:8082",
    "/etc/ansible/smc_ca.pem",
    "Moved to rack 7, e.g. behind the door.",
    "admin@example.com has the password",
]
HOSTILE = [
    "lookup('pipe','touch /tmp/pw')",
    "{{ lookup('pipe','id') }}",
    "#jinja2: variable_start_string: '<<'",
    "1 %} x",
    "cycler.__init__",
    "query ('pipe', 'id')",
    "'/etc/*' | fileglob",
    "smc_api_key",
    "ansible_password",
    "x or SMC_API_KEY",
    "hostvars.db01.secret",
    "hostvars['db01']",
    "vars . db_pass",
    "{'a': hostvars}",
    "db_password",
    "vault_of_the_play",
    "9" * 5000 + " ~ secret",
    "-" * 100_000 + "secret",
]


@pytest.mark.parametrize("text", ORDINARY)
def test_an_ordinary_text_is_harmless(text: str) -> None:
    assert is_harmless(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_a_text_that_calls_or_reads_something_is_not(text: str) -> None:
    assert not is_harmless(text)


def trusted(text: Any) -> bool:
    return is_trusted_as_template(text) if is_trusted_as_template else not hasattr(text, "__UNSAFE__")


@pytest.mark.parametrize("text", [*ORDINARY[1:], *HOSTILE])
def test_only_an_export_has_trusted_texts(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(context, "CLIARGS", {"syntax": False})
    assert not trusted(marked_unsafe({"nodes": [text]})["nodes"][0])
    monkeypatch.setattr(context, "CLIARGS", {"export": False})
    assert trusted(marked_unsafe({"nodes": [text]})["nodes"][0]) == (text in ORDINARY)
