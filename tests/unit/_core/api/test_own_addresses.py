# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The addresses at both ends of the way to the SMC."""

from __future__ import annotations

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.api.own_addresses import addresses_towards


@pytest.mark.parametrize("base", ["https://127.0.0.1:8082", "http://127.0.0.1/smc"])
def test_an_smc_on_this_host(base: str) -> None:
    assert addresses_towards(base) == ["127.0.0.1"]


def test_a_name_has_its_addresses() -> None:
    assert set(addresses_towards("https://localhost:8082")) & {"127.0.0.1", "::1"}


def test_a_name_that_only_a_proxy_can_resolve() -> None:
    assert addresses_towards("https://smc.invalid:8082") == []
