# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Checks as users write them: what is read, to which engines a check applies, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest
import yaml
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.expectations import VERBS
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.reading import (
    APPLIES_TO_KEYS,
    EXPECTATIONS,
    KEYS,
    AppliesTo,
    missing_values,
    name_of,
    read_check,
    warnings_about,
    with_own_names,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS
from hypothesis import given
from hypothesis import strategies as st

COUNT = {"definition": "ROUTING", "count": 1}


def refusal(written: Any) -> str:
    with pytest.raises(OptionError) as error:
        read_check(written)
    return error.value.message


def test_a_check_is_read_with_its_defaults() -> None:
    check = read_check(COUNT)
    assert (check.name, check.severity, check.enabled, check.target) == ("unnamed check of ROUTING", "major", True, "")
    assert (check.definition, check.applies_to, check.when_empty) == (DEFINITIONS["ROUTING"], AppliesTo(), "")


def test_a_check_of_nodes_needs_no_definition() -> None:
    assert read_check({"nodes": {"online": "all"}}).definition is None


@pytest.mark.parametrize(
    "key", [key for key in KEYS.values() if key.name not in ("definition", "needs", "on")], ids=lambda key: key.name
)
def test_the_example_of_each_key_can_be_read(key: Any) -> None:
    about = {**COUNT, "definition": "LOG"} if key.name == "last" else COUNT
    check = read_check({**about, key.name: yaml.safe_load(key.example)})
    assert key.documentation.endswith(".") and check.written[key.name] is not None


@pytest.mark.parametrize("key", APPLIES_TO_KEYS.values(), ids=lambda key: key.name)
def test_the_example_of_each_choice_of_engines_can_be_read(key: Any) -> None:
    applies_to = read_check({**COUNT, "applies_to": {key.name: yaml.safe_load(key.example)}}).applies_to
    assert getattr(applies_to, key.name)


def test_each_verb_is_a_key_and_no_key_has_two_meanings() -> None:
    assert (*VERBS, "nodes") == EXPECTATIONS
    assert not set(KEYS) & set(EXPECTATIONS)


@pytest.mark.parametrize(
    "written,message",
    [
        ("text", "A check must be a mapping with `name` and so on, not 'text'."),
        ({**COUNT, "cuont": 1}, "A check has no key 'cuont'. Did you mean count?"),
        (
            {**COUNT, "severity": "majr"},
            "There is no severity 'majr'. Did you mean major? There are critical, major, minor and info.",
        ),
        (
            {"definition": "ROUTING"},
            "The check expects nothing: add count, sum, distinct, unique, share, ratio, same_on_nodes, age, each, none, any, baseline or nodes.",
        ),
        ({**COUNT, "when_empty": "cry"}, "`when_empty` must be pass, fail or skip, not 'cry'."),
        ({**COUNT, "enabled": "perhaps"}, "`enabled` must be true or false, not 'perhaps'."),
        ({**COUNT, "on": {"hosts": "a"}}, "`applies_to` has no key 'hosts'. Its keys are engines, groups and types."),
    ],
)
def test_what_is_refused(written: Any, message: str) -> None:
    assert refusal(written) == message


@pytest.mark.parametrize("verb", VERBS)
def test_a_verb_of_entries_needs_a_definition(verb: str) -> None:
    assert refusal({verb: 1}).startswith("`definition` is missing; there are CONNECTIONS")
    assert refusal({verb: 1, "nodes": {"online": 1}}).startswith("`definition` is missing")


@pytest.mark.parametrize(
    "on,included",
    [
        (None, True),
        ([], True),
        ("H*", True),
        (["Plano*", "hq"], True),
        ("Plano*", False),
        ({"group": "clusters"}, True),
        ({"engines": "Plano*", "groups": ["CLUST*"]}, True),
        ({"engines": "Plano*", "groups": ["branches"]}, False),
        ({"types": ["fw_cluster", "single_*"]}, True),
        ({"engine": "HQ", "type": "*_ips"}, False),
        ({"engines": "Plano*", "types": "fw_cluster"}, False),
    ],
)
def test_which_engines_a_check_applies_to(on: Any, included: bool) -> None:
    for key in ("applies_to", "on", True):
        assert read_check({**COUNT, key: on}).applies_to.includes("HQ", ["clusters"], "fw_cluster") is included


def test_a_type_that_is_not_known_excludes_nothing() -> None:
    applies_to = AppliesTo(types=("single_fw",))
    assert applies_to.includes("HQ", [], "") and not applies_to.includes("HQ", [], "fw_cluster")


@given(st.lists(st.sampled_from(["HQ", "Plano", "*"])), st.lists(st.sampled_from(["a", "b", "*"])))
def test_an_engine_or_a_group_is_enough(engines: list[str], groups: list[str]) -> None:
    included = AppliesTo(tuple(engines), tuple(groups)).includes("HQ", ["a"])
    assert included == (not engines + groups or bool({"HQ", "*"} & set(engines) or {"a", "*"} & set(groups)))


@pytest.mark.parametrize(
    "written,name",
    [
        ({"name": 7}, "7"),
        ({"definition": "USERS"}, "unnamed check of USERS"),
        ({"name": ""}, "unnamed check"),
        (None, "unnamed check"),
        (["name"], "unnamed check"),
    ],
)
def test_every_check_has_a_name(written: Any, name: str) -> None:
    assert name_of(written) == name


NEEDY = {"definition": "ROUTING", "needs": {"each.route_gateway": "192.0.2.254"}}


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"each": {"route_gateway": None}},
        {"each": {"route_gateway": ""}},
        {"each": {"route_gateway": []}},
        {"each": "text"},
        {"each": {"route_metric": 1}},
    ],
)
def test_a_check_without_the_value_that_it_needs_names_it(more: Any) -> None:
    said = read_check({**NEEDY, **more}).missing
    assert said == (
        "The check is switched on, but needs a value that was not given: `each.route_gateway`. "
        "Give it, for example `each: {route_gateway: 192.0.2.254}`."
    )


def test_a_check_with_the_value_that_it_needs_is_read_and_one_that_is_off_is_left_alone() -> None:
    assert read_check({**NEEDY, "each": {"route_gateway": "10.0.0.1"}}).definition
    assert read_check({**NEEDY, "each": {"route_metric": 0}, "needs": ["each.route_metric"]}).definition
    assert not read_check({**NEEDY, "enabled": False}).enabled
    assert missing_values(NEEDY) == {"each.route_gateway": "192.0.2.254"}
    assert "`needs` must be" in refusal({**COUNT, "needs": "count"})
    needy = read_check({**COUNT, "needs": {"distinct.peer.values": ["HQ", "Plano"]}})
    assert "`distinct: {peer: {values: [HQ, Plano]}}`" in needy.missing


@pytest.mark.parametrize("key", ["applies_to", "target", "tags", "category"])
@pytest.mark.parametrize(
    "text,kind",
    [("NO", "boolean false"), ("0123", "number 83"), ("10:30", "number 630"), ("2024-01-01", "date 2024-01-01")],
)
def test_what_yaml_reads_as_no_text_has_to_be_put_in_quotes(key: str, text: str, kind: str) -> None:
    assert refusal({**COUNT, key: yaml.safe_load(text)}).endswith(f"as the {kind}: put it in quotes.")
    assert read_check({**COUNT, key: yaml.safe_load(f"'{text}'")})


def test_the_former_word_counts_before_the_one_of_a_ready_check() -> None:
    for key in ("on", True):
        check = read_check({**COUNT, "applies_to": {"types": ["single_fw"]}, key: "Oslo"})
        assert check.applies_to == AppliesTo(engines=("Oslo",))


def test_tags_and_category_choose_alike() -> None:
    check = read_check({**COUNT, "tags": ["Nightly", "vpn"], "category": "Routing"})
    assert (check.tags, check.category) == ({"nightly", "vpn", "routing"}, "Routing")


def test_what_is_said_of_checks_names_former_words_and_repeated_names() -> None:
    checks = [{"name": "a", **COUNT}, {"name": "b", "on": "HQ", **COUNT}, {"name": "a", True: "HQ", **COUNT}, 7]
    former, twice = warnings_about(checks)
    assert "now called `applies_to`" in former and former.endswith("used by: b, a.")
    assert twice.startswith("2 checks have the name 'a' (numbers 1 and 3 of the list of checks)")
    assert warnings_about([{"name": "a", **COUNT}]) == []


@given(st.lists(st.sampled_from(["a", "a (2)", "a (3)", "b"])))
def test_each_check_has_a_name_of_its_own(names: list[str]) -> None:
    named = [check["name"] for check in with_own_names({"name": name} for name in names)]
    assert len(set(named)) == len(names) and set(names) <= set(named)
    assert [check["name"] for check in with_own_names({"name": name} for name in named)] == named


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        ({"definition": "LOG"}, "`last` is missing"),
        ({"definition": "LOG", "last": "soon"}, "'soon' is not a duration"),
        ({"definition": "LOG", "last": 0}, "must be more than 0"),
        ({"definition": "LOG", "last": "10m", "target": "Retail"}, "A check of LOG cannot have `target`"),
        ({"definition": "LOG", "last": "10m", "baseline": {"lost": 0}}, "A check of LOG cannot have `baseline`"),
        ({"definition": "ROUTING", "last": "10m"}, "`last` is for checks of LOG, not of ROUTING"),
    ],
)
def test_what_a_check_of_the_log_must_and_cannot_have(keys: dict[str, Any], words: str) -> None:
    with pytest.raises(OptionError, match=words):
        read_check({"count": 0, **keys})
    assert read_check({"definition": "LOG", "last": "10m", "count": 0}).last == 600
