# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Every plugin renders, and every example that a person may copy would be accepted by Ansible."""

from __future__ import annotations

import copy
import functools
import json
import re
import shlex
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import yaml
from ansible.parsing.splitter import parse_kv
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.evaluation import Measurements, evaluate
from ansible_collections.ngfw.smc.plugins.module_utils._core.engines.search import ENGINE_TYPE_CHOICES
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS

from tests.examples import ROOT, Example, by_place, commands, markdown_blocks

COLLECTION = ROOT / ".collections" / "ansible_collections" / "ngfw" / "smc"
PREFIX = "ngfw.smc."
# The kinds of plugin that ansible-doc documents, by folder. An action plugin is documented by its module.
KINDS = {"modules": "module", "inventory": "inventory", "filter": "filter", "lookup": "lookup", "callback": "callback"}


def run(*command: str, cwd: Path = ROOT) -> str:
    """What the command wrote; its failure is the test's, with everything that it said."""
    result = subprocess.run(command, cwd=cwd, check=False, capture_output=True, text=True)
    assert result.returncode == 0, f"{shlex.join(command)}\n{result.stdout}\n{result.stderr}"
    assert "[ERROR]" not in result.stderr, result.stderr
    return result.stdout


def kinds_here() -> list[str]:
    return [kind for folder, kind in KINDS.items() if any((COLLECTION / "plugins" / folder).glob("[!_]*.*"))]


@functools.cache
def documented(kind: str) -> dict[str, dict[str, Any]]:
    """ansible-doc's own reading of every plugin of a kind, by full name."""
    names = json.loads(run("ansible-doc", "--type", kind, "--list", "--json", PREFIX.rstrip(".")))
    return json.loads(run("ansible-doc", "--type", kind, "--json", *names)) if names else {}


def plugin_examples() -> Iterator[Example]:
    for kind in kinds_here():
        for name, plugin in documented(kind).items():
            # Several files stand below each other as one document, because ansible-core 2.16 wants a single one.
            for text in re.split(r"\n\n(?=# \S+\.ya?ml\b)", plugin["examples"] or ""):
                yield Example(f"{kind} {name}", text)


def as_playbook(content: Any) -> list[Any] | None:
    """The content as plays; None when it is something else than plays or tasks (an inventory, variables, a rulebook, waivers)."""
    if not isinstance(content, list) or not all(isinstance(item, dict) for item in content):
        return None
    if any({"sources", "rules"} & set(item) for item in content):
        return None
    if any({"check", "until", "reason"} <= set(item) for item in content):
        # Waivers.
        return None
    if any({"hosts", "import_playbook", "ansible.builtin.import_playbook"} & set(item) for item in content):
        return content
    return [{"name": "Example", "hosts": "all", "gather_facts": False, "tasks": content}]


def dictionaries(value: Any) -> Iterator[dict[str, Any]]:
    """Every dictionary inside value, whatever holds it."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from dictionaries(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from dictionaries(inner)


def wrong_options(given: dict[str, Any], options: dict[str, Any], path: str = "") -> Iterator[str]:
    """Options that the plugin does not have, or values that are none of its choices."""
    by_name = {alias: option for name, option in options.items() for alias in (name, *option.get("aliases", ()))}
    for name, value in given.items():
        if name not in by_name:
            yield f"{path}{name} is not an option"
            continue
        option = by_name[name]
        templated = isinstance(value, str) and "{{" in value
        if option.get("choices") and not templated:
            for one in value if isinstance(value, list) else [value]:
                if one not in option["choices"]:
                    yield f"{path}{name}: {one!r} is none of its choices"
        if option.get("suboptions"):
            for inner in value if isinstance(value, list) else [value]:
                if isinstance(inner, dict):
                    yield from wrong_options(inner, option["suboptions"], f"{path}{name}.")


def required_missing(given: dict[str, Any], options: dict[str, Any]) -> list[str]:
    return [
        f"{name} is required"
        for name, option in options.items()
        if option.get("required") and not {name, *option.get("aliases", ())} & set(given)
    ]


def complaints(content: Any) -> Iterator[str]:
    """What is wrong with the options that an example gives to the collection's own plugins."""
    for item in dictionaries(content):
        for key, given in item.items():
            # An event source is looked at by test_events_page.py.
            if not isinstance(key, str) or not key.startswith(PREFIX) or key.startswith("ngfw.smc.live_"):
                continue
            plugin = documented("module").get(key)
            if plugin is None:
                yield f"{key} is not a module of the collection"
            elif given is not None and not isinstance(given, dict):
                yield f"{key}: write its options as a dictionary"
            else:
                options = plugin["doc"]["options"]
                yield from (f"{key}: {text}" for text in wrong_options(given or {}, options))
                # `target` and the connection options may come from elsewhere; what is required may not be missing.
                if "module_defaults" not in str(content):
                    yield from (f"{key}: {text}" for text in required_missing(given or {}, options))
    if isinstance(content, dict) and str(content.get("plugin", "")).startswith(PREFIX):
        plugin = documented("inventory")[content["plugin"]]
        yield from wrong_options(content, plugin["doc"]["options"])


YAML_EXAMPLES = [*plugin_examples(), *markdown_blocks("yaml|yml")]


@pytest.mark.smoke
@pytest.mark.parametrize("folder, kind", KINDS.items())
def test_ansible_doc_renders_every_plugin(folder: str, kind: str) -> None:
    files = {file.stem for file in (COLLECTION / "plugins" / folder).glob("[!_]*.*") if file.suffix in {".py", ".yml"}}
    plugins = documented(kind) if files else {}
    assert {name.removeprefix(PREFIX) for name in plugins} >= (files if kind != "filter" else set())
    for name, plugin in plugins.items():
        assert plugin["doc"]["short_description"], name
        assert plugin["doc"]["author"] or kind == "filter", name
        assert (plugin["examples"] or "").strip(), f"{name} has no examples"
        text = run("ansible-doc", "--type", kind, name)
        assert name in text


@pytest.mark.smoke
def test_every_action_plugin_has_its_module() -> None:
    actions = {file.stem for file in (COLLECTION / "plugins" / "action").glob("[!_]*.py")}
    assert {PREFIX + name for name in actions} <= set(documented("module"))


@pytest.mark.smoke
def test_ansible_doc_renders_every_role() -> None:
    roles = {folder.name for folder in (COLLECTION / "roles").glob("*") if (folder / "meta").is_dir()}
    if roles:
        listed = json.loads(run("ansible-doc", "--type", "role", "--json", *(PREFIX + name for name in roles)))
        assert {name for name, role in listed.items() if role["entry_points"]} == {PREFIX + name for name in roles}


def options_named(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The documentation of an option in each plugin that has it."""
    for kind in ("module", "inventory"):
        for plugin, read in documented(kind).items():
            if name in read["doc"]["options"]:
                yield plugin, read["doc"]["options"][name]


@pytest.mark.parametrize(
    "option,known,plugins",
    [("definitions", DEFINITIONS, 3), ("engine_types", ENGINE_TYPE_CHOICES, 2)],
)
def test_choices_are_those_of_the_core(option: str, known: Any, plugins: int) -> None:
    documented_choices = {plugin: described["choices"] for plugin, described in options_named(option)}
    assert len(documented_choices) >= plugins
    wrong = {plugin: choices for plugin, choices in documented_choices.items() if choices != list(known)}
    assert not wrong, f"The choices of `{option}` are {list(known)}; update plugins/doc_fragments. Found {wrong}."


def test_the_survey_offers_every_definition() -> None:
    survey = yaml.safe_load((ROOT / "extensions" / "awx" / "survey_change_window.yml").read_text("utf-8"))
    (question,) = [one for one in survey["spec"] if one["variable"] == "change_window_definitions"]
    assert question["choices"] == list(DEFINITIONS)
    assert set(question["default"].split()) <= set(DEFINITIONS)


@pytest.mark.parametrize("example", YAML_EXAMPLES, ids=by_place)
def test_examples_give_options_that_exist(example: Example) -> None:
    assert not [complaint for content in example.documents() for complaint in complaints(content)]


@pytest.mark.parametrize("example", [one for one in commands() if f"-m {PREFIX}" in one.text], ids=by_place)
def test_commands_give_options_that_exist(example: Example) -> None:
    words = shlex.split(example.text, comments=True)
    options = documented("module")[words[words.index("-m") + 1]]["doc"]["options"]
    given = words[words.index("-a") + 1] if "-a" in words else ""
    arguments = json.loads(given) if given.startswith("{") else parse_kv(given)
    listed = {
        name: value.split(",") if options.get(name, {}).get("type") == "list" and isinstance(value, str) else value
        for name, value in arguments.items()
    }
    assert not list(wrong_options(listed, options))


def checks_in(content: Any) -> Iterator[dict[str, Any]]:
    """What looks like a health check."""
    for item in dictionaries(content):
        if "nodes" in item or {"count", "sum", "distinct", "unique", "each", "none", "any", "baseline"} & set(item):
            yield item


HEALTH_CHECKS = [
    (example.where, check)
    for example in YAML_EXAMPLES
    for content in example.documents()
    for check in checks_in(content)
]


def test_health_checks_in_examples_can_be_read() -> None:
    library = yaml.safe_load((ROOT / "roles" / "health_check" / "defaults" / "main.yml").read_text("utf-8"))
    shipped = library["health_check_library"]
    assert len(HEALTH_CHECKS) >= 8
    checks = [*shipped.values()]
    for where, check in HEALTH_CHECKS:
        # What the library's checks are adjusted by is no check by itself.
        assert check.get("name") or "enabled" in check, where
        checks += [check] if check.get("name") else []
    for check in checks:
        definition = check.get("definition")
        facts = {definition: {"target": check.get("target") or "HQ", "entries": [], "count": 0, "complete": True}}
        given = with_what_it_needs({**check, "enabled": True, True: None, "on": None, "applies_to": None})
        measurements = Measurements(
            "HQ",
            facts,
            engine_info={"nodes": [NODE]},
            baselines={definition: []},
            now=datetime(2026, 11, 24, tzinfo=UTC),
        )
        (verdict,) = evaluate([given], measurements)
        assert verdict.status != "ERROR", verdict.reason


NODE = {
    "name": "n",
    "engine_node_status": "Online",
    "version": "7.1",
    "installed_policy": "p",
    "dynamic_update": "1690",
    "connectivity_status": "Connected",
    "monitoring_status": "OK",
    "last_upload_time": 1_740_996_000_000,
    "appliance": {"hardware": [{"name": "Fan", "status": "OK"}], "interfaces": [{"name": "eth0_0", "status": "Up"}]},
}


def with_what_it_needs(check: dict[Any, Any]) -> dict[Any, Any]:
    """The check with the examples of `needs` as the values that it needs."""
    given = copy.deepcopy(check)
    for path, value in (given.get("needs") or {}).items():
        *outer, last = path.split(".")
        place = given
        for name in outer:
            place = place.setdefault(name, {})
        place[last] = value
    return given


@pytest.fixture(scope="module")
def playbooks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with every example that is a play or tasks, as a playbook."""
    folder = tmp_path_factory.mktemp("examples")
    contents = ((example.where, content) for example in YAML_EXAMPLES for content in example.documents())
    for number, (where, content) in enumerate(contents):
        plays = as_playbook(content)
        if plays:
            text = yaml.safe_dump(plays, explicit_start=True, sort_keys=False, width=150, indent=2)
            (folder / f"example_{number:03}.yml").write_text(f"# {where}\n{text}", "utf-8")
    return folder


def test_examples_pass_the_syntax_check(playbooks: Path) -> None:
    files = sorted(map(str, playbooks.glob("*.yml")))
    if files:
        run("ansible-playbook", "--syntax-check", "--inventory", "localhost,", *files, cwd=playbooks)


def test_examples_pass_ansible_lint(playbooks: Path) -> None:
    files = sorted(file.name for file in playbooks.glob("*.yml"))
    if files:
        # The lay-out is that of the YAML writer above, and an example's variables are the reader's.
        skipped = "yaml,var-naming,name[play]"
        run(
            "ansible-lint",
            "--offline",
            "--strict",
            "--nocolor",
            "--profile",
            "production",
            "--skip-list",
            skipped,
            *files,
            cwd=playbooks,
        )


def test_own_playbooks_pass_the_syntax_check() -> None:
    files = sorted((COLLECTION / "playbooks").glob("*.yml"))
    if files:
        run("ansible-playbook", "--syntax-check", "--inventory", "localhost,", *(PREFIX + file.stem for file in files))


@pytest.mark.parametrize("example", [*markdown_blocks("json")], ids=by_place)
def test_what_is_called_json_is_json(example: Example) -> None:
    assert json.loads(example.text)
