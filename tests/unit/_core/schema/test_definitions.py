# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The session definitions: one place that lists them, and what each of them needs elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.comparison.rules import DEFAULT_RULES, default_rules
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError, SMCError
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import (
    BLOCK_LIST,
    DEFINITIONS,
    DEFINITIONS_AND_LOG,
    LOG,
    Definition,
    definition_named,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.fields import CATALOGUE, find_field

ROOT = Path(__file__).resolve().parents[4]
FOLDERS = ("bench", "demo", "docs", "extensions", "playbooks", "plugins", "roles", "simulator", "tests", "tools")
ENDINGS = {".py", ".yml", ".yaml", ".md", ".json"}
# A list of at least this many definitions is meant to have all of them.
MANY = 7


def test_unknown_definition_names_close_ones() -> None:
    with pytest.raises(OptionError, match="Did you mean CONNECTIONS"):
        definition_named("CONECTIONS")


def test_the_block_list_had_another_name_before_smc_7() -> None:
    assert [BLOCK_LIST.name_for(product) for product in ((6, 10), (7,), (7, 1))] == [
        "BLACKLIST",
        "BLOCK_LIST",
        "BLOCK_LIST",
    ]


@pytest.mark.parametrize("name", DEFINITIONS)
def test_every_definition_has_what_it_needs(name: str) -> None:
    definition = DEFINITIONS[name]
    shared = [field for field in CATALOGUE if field.definitions >= set(DEFINITIONS)]
    own = [field for field in CATALOGUE.fields_of(definition) if field not in shared]
    assert own, f"{name} has no fields: add lines with the initial '{definition.initial}' to schema/catalogue.py."
    telling = find_field(definition.telling, definition)
    assert telling is not None and telling in own, (
        f"{name}: the telling field '{definition.telling}' is not one of its fields in schema/catalogue.py."
    )
    assert name in DEFAULT_RULES, f"{name} has no comparison rule: add one to DEFAULT_RULES in comparison/rules.py."
    known = {field.key for field in CATALOGUE.fields_of(definition)}
    missing = {*DEFAULT_RULES[name].identity, *definition.key_fields} - known
    assert not missing, (
        f"{name} is identified by fields that schema/catalogue.py does not list for it: {sorted(missing)}."
    )


def test_rules_exist_for_definitions_only() -> None:
    unknown = sorted(set(DEFAULT_RULES) - set(DEFINITIONS))
    assert not unknown, f"comparison/rules.py has rules for {unknown}, which schema/definitions.py does not list."


def test_the_log_is_no_table_but_has_the_fields_of_alerts() -> None:
    with pytest.raises(OptionError, match="no session definition 'LOG'"):
        definition_named("LOG")
    assert definition_named("LOG", DEFINITIONS_AND_LOG) is LOG
    logged = {field.key for field in CATALOGUE.fields_of(LOG)}
    assert logged > {field.key for field in CATALOGUE.fields_of(DEFINITIONS["ACTIVE_ALERTS"])}
    assert {"event", "nat_rule_id", "username"} <= logged


def test_initials_are_distinct() -> None:
    initials = [definition.initial for definition in DEFINITIONS_AND_LOG.values()]
    assert len(set(initials)) == len(initials), f"Two definitions have the same initial: {initials}."


def test_a_definition_without_a_rule_is_a_sentence() -> None:
    with pytest.raises(SMCError, match=r"no rule for comparing TUNNELS: .* comparison/rules\.py"):
        default_rules(Definition("TUNNELS", "T", "tunnel_monitoring", "TunnelId"))


def _lists_in(text: str, names: list[str]) -> Iterator[tuple[int, list[str]]]:
    """Enumerations of definitions: the line where each starts, and its names."""
    name = rf"(?:{'|'.join(names)})"
    # What separates the items of a list in Python, YAML and Markdown.
    between = r"""[\s,|"'`\[\](){}#*-]+(?:(?:and|or)\s+`?)?"""
    for found in re.finditer(rf"\b{name}\b(?:{between}{name}\b)+", text):
        yield text.count("\n", 0, found.start()) + 1, re.findall(rf"\b{name}\b", found[0])


def _incomplete_lists(path: str, text: str, names: list[str]) -> Iterator[str]:
    for line, listed in _lists_in(text, names):
        missing = [name for name in names if name not in listed]
        if len(set(listed)) >= MANY and missing:
            yield f"{path}:{line} lists {len(set(listed))} of the {len(names)} definitions; {', '.join(missing)} is missing."


def test_every_list_of_definitions_is_complete() -> None:
    """Documentation and tests may list them; then they list all of them."""
    complaints, lists = [], 0
    paths = [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*")) if path.suffix in ENDINGS]
    for path in [ROOT / "README.md", *paths]:
        text = path.read_text("utf-8") if path.is_file() else ""
        lists += sum(len(set(listed)) >= MANY for _line, listed in _lists_in(text, list(DEFINITIONS)))
        complaints += _incomplete_lists(str(path.relative_to(ROOT)), text, list(DEFINITIONS))
    assert lists, "No list of definitions was found at all, so this test looks in the wrong places."
    assert not complaints, "\n".join(complaints)


def test_a_ninth_definition_is_missed_wherever_the_others_are_listed() -> None:
    names = [*DEFINITIONS, "TUNNELS"]
    for path in ("plugins/doc_fragments/definitions.py", "extensions/awx/survey_change_window.yml"):
        (complaint, *_more) = _incomplete_lists(path, (ROOT / path).read_text("utf-8"), names)
        assert complaint.endswith("lists 8 of the 9 definitions; TUNNELS is missing.")


def test_no_code_lists_the_definitions_a_second_time() -> None:
    complaints = []
    for path in sorted((ROOT / "plugins").rglob("*.py")):
        if path.parent.name == "doc_fragments" or path.parts[-2:] == ("schema", "definitions.py"):
            continue
        listed = [
            line for line, names in _lists_in(path.read_text("utf-8"), list(DEFINITIONS)) if len(set(names)) >= MANY
        ]
        complaints += [f"{path.relative_to(ROOT)}:{line} lists the definitions; use DEFINITIONS." for line in listed]
    assert not complaints, "\n".join(complaints)
