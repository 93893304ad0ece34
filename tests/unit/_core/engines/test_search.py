# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Engines as the SMC lists them, and the choice among them."""

from __future__ import annotations

from typing import Any, cast

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.search import (
    ENGINE_FAMILIES,
    ENGINE_TYPES,
    EngineReference,
    Selection,
    names_at,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import RequestRefused

from tests.unit._core.engines.sample_engines import REFERENCE


@pytest.mark.parametrize(
    "item, kind",
    [
        ({"type": "single_ips"}, "single_ips"),
        ({}, "fw_cluster"),
        ({"type": None}, "fw_cluster"),
        ({"type": "", "href": "http://localhost:8082/elsewhere"}, ""),
    ],
)
def test_a_listing_without_a_type_tells_it_by_the_href(item: dict[str, Any], kind: str) -> None:
    reference = EngineReference.of({"name": "Plano", "href": REFERENCE.href, **item})
    assert (reference.name, reference.type) == ("Plano", kind)


@pytest.mark.parametrize(
    "selection, taken",
    [
        (Selection(), ["Branch 7", "Branch 8", "Old branch 7", "Plano [FW]"]),
        (Selection("Branch*"), ["Branch 7", "Branch 8"]),
        (Selection("branch*7"), ["Branch 7"]),
        (Selection("Branch"), ["Branch 7", "Branch 8", "Old branch 7"]),
        (Selection("*[FW]"), ["Plano [FW]"]),
        (Selection("10.0.0.1"), []),
        (Selection(exclude=["*7", "Plano"]), ["Branch 8", "Plano [FW]"]),
        (Selection("*", ["virtual_fw"]), []),
        (Selection("*", ["ips", "layer2"]), []),
        (Selection("*", ["fw_cluster"], ["* *"]), []),
    ],
    ids=str,
)
def test_selection(selection: Selection, taken: list[str]) -> None:
    names = ["Branch 7", "Branch 8", "Old branch 7", "Plano [FW]"]
    engines = [EngineReference(name, "http://smc/7.1/elements/fw_cluster/1", "fw_cluster") for name in names]
    assert [engine.name for engine in engines if selection.takes(engine)] == taken


@pytest.mark.parametrize("kind, family", ENGINE_FAMILIES.items())
def test_families_of_types(kind: str, family: str) -> None:
    assert kind in ENGINE_TYPES
    engine = EngineReference("Plano", REFERENCE.href, kind)
    assert Selection(types=[family]).takes(engine)
    assert not Selection(types=["single_fw", "ips" if family == "layer2" else "layer2"]).takes(engine)


class Answering:
    """A session whose SMC knows these paths; the others have the status."""

    domain = "Shared Domain"

    def __init__(self, known: dict[str, Any], status: int) -> None:
        self.known, self.status = known, status

    def get(self, path: str, _doing: str) -> Any:
        if path not in self.known:
            raise RequestRefused("no", status=self.status)
        return self.known[path]


def test_names_of_engines_at_their_paths() -> None:
    session = Answering({"elements/single_fw/1": {"name": "Plano"}, "elements/single_fw/3": None}, 404)
    paths = [f"elements/single_fw/{number}" for number in (1, 2, 1, 3)]
    names, warnings = names_at(cast(Any, session), paths, "SAs")
    assert names == ["Plano"]
    assert warnings == [
        "The SMC knows no elements/single_fw/2 in the domain 'Shared Domain', so its SAs count as gone."
    ]
    with pytest.raises(RequestRefused):
        names_at(cast(Any, Answering({}, 403)), paths, "SAs")
