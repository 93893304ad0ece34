# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The files for AWX have the options of awx.awx's modules, and refer only to each other.

AWX itself does not run here. awx_options.json has the names of the options, as facts; it says where they are from.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.examples import markdown_blocks

ROOT = Path(__file__).resolve().parents[2]
AWX = ROOT / "extensions" / "awx"
MODULES = json.loads(Path(__file__).with_name("awx_options.json").read_text("utf-8"))["modules"]
# The module that imports a file, by the beginning of its name; the longest that fits.
KINDS = {
    "credential_type": "credential_type",
    "inventory": "inventory",
    "inventory_source": "inventory_source",
    "job_template_": "job_template",
    "notification_template_": "notification_template",
    "project": "project",
    "schedule_": "schedule",
    "workflow_": "workflow_job_template",
}
# These are parts of an option, in the form that AWX's web page takes too.
PARTS = ("credential_type_inputs", "credential_type_injectors", "survey_")
FILES = sorted(file for file in AWX.glob("*.yml") if not file.stem.startswith(PARTS))
# What the playbook in docs/pipelines.md adds.
ADDED = {"project": {"scm_url"}, "credential_type": {"inputs", "injectors"}, "job_template": {"survey_spec"}}


def read(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((AWX / f"{name}.yml").read_text("utf-8")))


def module_of(file: Path) -> str:
    return KINDS[max((kind for kind in KINDS if file.stem.startswith(kind)), key=len)]


def wrong(given: dict[str, Any], options: dict[str, Any], path: str = "") -> Iterator[str]:
    """What awx.awx would not accept."""
    for name, value in given.items():
        if name not in options:
            yield f"{path}{name} is not an option"
            continue
        option = options[name]
        if "choices" in option and value not in option["choices"]:
            yield f"{path}{name}: {value!r} is not one of {option['choices']}"
        for inner in (value if isinstance(value, list) else [value]) if "keys" in option else []:
            yield from wrong(inner, option["keys"], f"{path}{name}.")


def of(kind: str) -> dict[str, dict[str, Any]]:
    """The files of a kind by the name of what they make."""
    return {read(file.stem)["name"]: read(file.stem) for file in FILES if module_of(file) == kind}


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_file_has_the_options_of_its_module(file: Path) -> None:
    module = MODULES[module_of(file)]
    given = read(file.stem)
    assert not list(wrong(given, module["options"]))
    assert set(module["required"]) <= set(given)


def test_names_lead_to_each_other() -> None:
    projects, inventories = of("project"), of("inventory")
    templates, workflows = of("job_template"), of("workflow_job_template")
    credentials = {"SMC"}
    for template in templates.values():
        assert template["project"] in projects and template["inventory"] in inventories
        assert set(template.get("credentials", [])) <= credentials
        assert (AWX / "project" / template["playbook"]).is_file()
    for source in of("inventory_source").values():
        assert source["inventory"] in inventories and source["source_project"] in projects
        assert source["credential"] in credentials
        assert (AWX / "project" / source["source_path"]).is_file()
        assert source["update_on_launch"] and source["update_cache_timeout"] > 0
    for schedule in of("schedule").values():
        assert schedule["unified_job_template"] in {**templates, **workflows}
        assert re.fullmatch(r"DTSTART:\d{8}T\d{6}Z RRULE:FREQ=\w+;INTERVAL=\d+", schedule["rrule"])


@pytest.mark.parametrize("name, workflow", of("workflow_job_template").items())
def test_a_workflow_is_whole(name: str, workflow: dict[str, Any]) -> None:
    templates = of("job_template")
    nodes = {node["identifier"]: node for node in workflow["workflow_nodes"]}
    assert len(nodes) == len(workflow["workflow_nodes"])
    reached = {workflow["workflow_nodes"][0]["identifier"]}
    for identifier, node in nodes.items():
        # In the order of the file, so that no path leads back.
        assert identifier in reached, f"no node leads to {identifier}"
        assert set(node["related"]) == {"success_nodes", "failure_nodes", "always_nodes", "credentials"}
        for way in ("success_nodes", "failure_nodes", "always_nodes"):
            for following in node["related"][way]:
                assert following["identifier"] in nodes
                assert list(nodes).index(following["identifier"]) > list(nodes).index(identifier)
                reached.add(following["identifier"])
        job = node["unified_job_template"]
        if job["type"] == "workflow_approval":
            assert set(job) == {"name", "description", "type", "timeout"}
            continue
        assert job["name"] in templates
        asked = survey(templates[job["name"]])
        for variable, value in node.get("extra_data", {}).items():
            # A text needs no choices, but AWX drops what the template does not ask for.
            assert value in asked[variable].get("choices", [value])
    if workflow.get("survey_enabled"):
        # What the workflow asks for reaches its jobs only if they ask for it too.
        questions = {question["variable"] for question in read("survey_workflow_change_window")["spec"]}
        assert questions <= set(survey(templates["NGFW change window"]))
        assert "change_window_step" not in questions, "it would win over that of the node"


def survey(template: dict[str, Any]) -> dict[str, Any]:
    """The questions of a job template by variable."""
    if not template.get("survey_enabled"):
        return {}
    (file,) = [file for file in FILES if read(file.stem).get("name") == template["name"]]
    spec = read(file.stem.replace("job_template_", "survey_"))["spec"]
    return {question["variable"]: question for question in spec}


def test_the_change_is_made_only_after_the_approval_and_taken_back_after_a_failure() -> None:
    nodes = {node["identifier"]: node["related"] for node in read("workflow_change_window")["workflow_nodes"]}
    following = {
        identifier: {way: [node["identifier"] for node in related[way]] for way in related if related[way]}
        for identifier, related in nodes.items()
    }
    assert following == {
        "before": {"success_nodes": ["approval"]},
        "approval": {"success_nodes": ["change"]},
        "change": {"success_nodes": ["compare"], "failure_nodes": ["compare_failed_change"]},
        "compare": {"failure_nodes": ["roll_back"]},
        "compare_failed_change": {"always_nodes": ["roll_back"]},
        "roll_back": {"success_nodes": ["compare_again"], "failure_nodes": ["compare_failed_roll_back"]},
        "compare_again": {},
        "compare_failed_roll_back": {},
    }


def test_a_slice_that_leaves_no_report_is_missed() -> None:
    check, merge = read("job_template_health_check"), read("job_template_merge_reports")
    assert merge["extra_vars"]["merge_reports_count"] == check["job_slice_count"]


def test_a_job_that_failed_is_a_failure_in_the_report_after_it() -> None:
    nodes = {
        node["identifier"]: node.get("extra_data", {}) for node in read("workflow_change_window")["workflow_nodes"]
    }
    told = {name: sorted(set(given) - {"change_window_step"}) for name, given in nodes.items()}
    assert {name: given for name, given in told.items() if given} == {
        "compare_failed_change": ["change_window_broken"],
        "compare_failed_roll_back": ["change_window_rollback_broken"],
    }


def test_the_playbook_of_the_page_imports_every_file() -> None:
    (block,) = [example for example in markdown_blocks("yaml[+]jinja") if "pipelines.md" in example.where]
    ((play,),) = block.documents()
    text = json.dumps(play)
    used = set()
    for task in play["tasks"]:
        (module,) = [name.removeprefix("awx.awx.") for name in task if name.startswith("awx.awx.")]
        used.add(module)
        assert not list(wrong(task[f"awx.awx.{module}"] or {}, MODULES[module]["options"])), task["name"]
        assert set(task[f"awx.awx.{module}"] or {}) <= ADDED.get(module, set()) | set(MODULES[module]["options"])
    assert used >= {module_of(file) for file in FILES} - {"notification_template"}
    for file in FILES:
        kind = next(kind for kind in sorted(KINDS, key=len, reverse=True) if file.stem.startswith(kind))
        if kind != "notification_template_":
            assert file.stem in text or file.stem.removeprefix(kind) in text, file.name
