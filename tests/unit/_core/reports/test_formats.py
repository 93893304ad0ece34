# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The table of formats, its documentation, and that no name or value breaks out of any of them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jsonschema
import pytest
import yaml
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.formats import DEFAULT_FORMATS, FORMATS, Format
from ansible_collections.ngfw.smc.plugins.module_utils._runner import Options
from ansible_collections.ngfw.smc.plugins.module_utils._runners import health_report as runner
from ansible_collections.ngfw.smc.plugins.modules import health_report
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from tests.examples import ROOT
from tests.reports import EVIL, area, report, result

SCHEMA = json.loads((Path(__file__).resolve().parents[4] / "docs" / "health_report.schema.json").read_text())
JUNIT = etree.RelaxNG(etree.parse(Path(__file__).resolve().parent / "junit.rng"))


def test_the_option_and_its_documentation_follow_the_table() -> None:
    documented = yaml.safe_load(health_report.DOCUMENTATION)["options"]["formats"]
    names = list(FORMATS)
    assert documented["choices"] == runner.ARGUMENTS["formats"]["choices"] == names
    assert documented["default"] == runner.ARGUMENTS["formats"]["default"] == DEFAULT_FORMATS
    for name in names:
        assert f"V({name})" in " ".join(documented["description"])
    role = yaml.safe_load((ROOT / "roles" / "health_check" / "meta" / "argument_specs.yml").read_text("utf-8"))
    option = role["argument_specs"]["main"]["options"]["health_check_formats"]
    assert set(option["choices"]) == set(names)


def test_file_names_differ() -> None:
    assert len({row.ending for row in FORMATS.values()}) == len(FORMATS)
    assert all(row.ending.startswith(".") for row in FORMATS.values())


# Metrics have numbers only, and a mail is encoded; both have their own tests.
READABLE = [row for row in FORMATS.values() if row.by_default]


@pytest.mark.parametrize("row", READABLE, ids=lambda row: row.name)
def test_every_format_shows_what_failed(row: Format) -> None:
    text = row.render(report())
    for word in ("Oslo", "tunnels is ERROR", "10.2.0.0 16"):
        assert word in text
    assert text.endswith("\n")


def test_what_is_given_with_reports_to_merge_counts(tmp_path: Path) -> None:
    part = report([result("a", "HQ", "FAIL"), result("a", "Oslo", "FAIL")], [], run_id="1")
    (tmp_path / "part.json").write_text(FORMATS["json"].render(part), "utf-8")
    waiver = {"check": "a", "engine": "HQ", "until": "2999-12-31", "reason": "Line ordered."}
    given = {
        "merge": [str(tmp_path / "part.json")],
        "dest": str(tmp_path),
        "waivers": [waiver, {**waiver, "engine": "Plano"}],
        "warnings": ["Look here."],
        "run_id": "7",
        "smc": {"url": "https://other:8082"},
    }
    defaults = {name: spec.get("default") for name, spec in runner.ARGUMENTS.items()}
    runner.run(Options({**defaults, **given}))
    merged = json.loads((tmp_path / "health_check.json").read_text("utf-8"))
    assert [(one["engine"], one["status"]) for one in merged["results"]] == [("Oslo", "FAIL"), ("HQ", "WAIVED")]
    assert (merged["run_id"], merged["smc"]["url"]) == ("7", "https://other:8082")
    assert merged["warnings"][0] == "Look here." and "engine 'Plano') matches no result" in merged["warnings"][1]


_texts = st.one_of(st.text(max_size=30), st.sampled_from([EVIL, "", "a|b", "*x*", "</td>"]))


@given(st.lists(st.tuples(_texts, _texts, _texts, st.sampled_from(["PASS", "FAIL", "ERROR", "SKIPPED"])), max_size=4))
def test_no_name_or_value_breaks_any_rendering(rows: list[tuple[str, str, str, str]]) -> None:
    results = [
        result(
            name, engine, status, reason=text, measured=text, wanted=text, description=text, offending=[{text: name}]
        )
        for name, engine, text, status in rows
    ]
    areas = [area(name, text, status, lines=[text, "~~~~"]) for name, _engine, text, status in rows]
    built = report(results, areas, title=EVIL)
    jsonschema.validate(json.loads(FORMATS["json"].render(built)), SCHEMA)
    JUNIT.assertValid(etree.fromstring(FORMATS["junit"].render(built).encode("utf-8", "replace")))
    page = FORMATS["html"].render(built)
    assert page.count("<script>") == 1 and page.count("</script>") == 1
    cells = [
        len(re.findall(r"(?<!\\)\|", line))
        for line in FORMATS["markdown"].render(built).splitlines()
        if line.startswith("| ❌")
    ]
    assert set(cells) <= {6, 9}
