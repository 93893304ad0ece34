# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What is written about the event source is true of it: its own documentation, the page, and the schema."""

from __future__ import annotations

import ast
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS_AND_LOG
from ansible_collections.ngfw.smc.plugins.module_utils._core.tables.events import KINDS, EventWriter
from ansible_collections.ngfw.smc.plugins.module_utils._event_source import SOURCES, EventSource
from galaxy_importer.file_parser import ExtensionsFileParser
from jinja2 import Environment, StrictUndefined
from jsonschema import Draft202012Validator

from tests.events import SOURCES as FILES
from tools import event_source_files

ROOT = Path(__file__).resolve().parents[2]
RULEBOOKS = sorted((ROOT / "extensions" / "eda" / "rulebooks").glob("*.yml"))
SCHEMA = json.loads((ROOT / "docs" / "events.schema.json").read_text("utf-8"))


every_source = pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)


def constants(source: EventSource) -> dict[str, str]:
    """The texts at the top of the source, as a documentation tool reads them: without running it."""
    text = (FILES / f"{source.name}.py").read_text("utf-8")
    return {
        ast.unparse(node.targets[0]): node.value.value
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
    }


def sources(text: str) -> list[tuple[str, dict[str, Any]]]:
    """Each use of a source in a rulebook: its name and its arguments."""
    return [
        (name.removeprefix("ngfw.smc."), arguments)
        for ruleset in yaml.safe_load(text)
        for source in ruleset["sources"]
        for name, arguments in source.items()
        if name.startswith("ngfw.smc.")
    ]


@every_source
def test_the_documentation_has_each_argument_as_it_is_validated(source: EventSource) -> None:
    documentation = yaml.safe_load(constants(source)["DOCUMENTATION"])
    assert documentation["module"] == source.name
    options = documentation["options"]
    assert set(options) == set(source.arguments)
    for name, argument in source.arguments.items():
        documented = options[name]
        assert documented["type"] == argument["type"], name
        assert documented.get("default") == argument.get("default"), name
        assert documented.get("elements") == argument.get("elements"), name
        assert documented.get("choices", []) == list(argument.get("choices", ())), name
        assert documented.get("required", False) == argument.get("required", False), name


def test_the_page_lists_each_argument_and_each_key() -> None:
    page = (ROOT / "docs" / "events.md").read_text("utf-8")
    cells = re.findall(r"^\| (`[^|]*`) \|", page, re.MULTILINE)
    listed = set(re.findall(r"`([a-z_]+)`", " ".join(cells)))
    for source in SOURCES.values():
        assert set(source.arguments) <= listed, source.name
    assert set(SCHEMA["required"]) <= listed


def test_the_schema_has_what_an_event_has() -> None:
    (event,) = EventWriter("ROUTING", "Plano").of_table("lost", "2026-01-01T00:00:00+00:00")
    assert set(event) == set(SCHEMA["required"]) == set(SCHEMA["properties"]) - {"meta"}
    assert SCHEMA["properties"]["kind"]["enum"] == list(KINDS)
    assert SCHEMA["properties"]["definition"]["enum"] == list(DEFINITIONS_AND_LOG)


def test_the_files_beside_the_sources_are_up_to_date() -> None:
    """The documentation as YAML, and the schema of the arguments, which accepts what the examples give."""
    made = dict(event_source_files.files())
    assert {path.stem for path in made} == set(SOURCES)
    for path, text in made.items():
        assert path.read_text("utf-8") == text, "Run: python tools/event_source_files.py"
    texts = [
        *(constants(source)["EXAMPLES"] for source in SOURCES.values()),
        *(file.read_text("utf-8") for file in RULEBOOKS),
    ]
    for name, arguments in (use for text in texts for use in sources(text)):
        schema = json.loads(made[FILES / "schemas" / f"{name}.json"])
        Draft202012Validator.check_schema(schema)
        Draft202012Validator(schema).validate(arguments)


def test_the_importer_of_galaxy_lists_the_sources() -> None:
    parser = ExtensionsFileParser(ROOT)
    assert parser.get_extension_dirs() == [str(FILES.relative_to(ROOT / "extensions"))]


def test_the_credential_type_of_eda_sets_what_that_of_awx_sets() -> None:
    inputs = yaml.safe_load((ROOT / "extensions" / "awx" / "credential_type_inputs.yml").read_text("utf-8"))
    there = yaml.safe_load((ROOT / "extensions" / "awx" / "credential_type_injectors.yml").read_text("utf-8"))
    here = yaml.safe_load((ROOT / "extensions" / "eda" / "credential_type_injectors.yml").read_text("utf-8"))
    assert here["env"].keys() == there["env"].keys()
    values = {field["id"]: f"value of {field['id']}" for field in inputs["fields"]}
    values["eda"] = values["tower"] = {"filename": {"ca_certificates": "/tmp/ca.pem"}}
    environment = Environment(undefined=StrictUndefined, autoescape=False)

    def rendered(injectors: dict[str, Any], given: dict[str, Any]) -> dict[str, str]:
        return {name: environment.from_string(text).render(given) for name, text in injectors["env"].items()}

    assert rendered(here, values) == rendered(there, values)
    # The EDA controller does not give fields that were left empty.
    given = {"smc_address": "https://smc", "api_key": "key"}
    assert {name: text for name, text in rendered(here, given).items() if text} == {
        "SMC_ADDRESS": "https://smc",
        "SMC_API_KEY": "key",
    }


def test_examples_give_arguments_that_there_are() -> None:
    texts = [
        *(constants(source)["EXAMPLES"] for source in SOURCES.values()),
        *(file.read_text("utf-8") for file in RULEBOOKS),
    ]
    texts += re.findall(r"```yaml\n(.*?)```", (ROOT / "docs" / "events.md").read_text("utf-8"), re.DOTALL)
    found = [use for text in texts for use in sources(text)]
    assert len(found) >= 7
    for name, arguments in found:
        assert set(arguments) <= set(SOURCES[name].arguments)
