# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Whatever the options, names and files: only errors of our own tree, no file outside, and no character that a terminal obeys.

`make fuzz` runs these with many more inputs.
"""

from __future__ import annotations

import gzip
import json
import os
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.href import list_path, read_href
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import SMCError
from ansible_collections.ngfw.smc.plugins.module_utils._core.reports.formats import FORMATS
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.snapshot_folder import SCHEMA, SCHEMA_VERSION
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.snapshot_writer import SnapshotWriter
from ansible_collections.ngfw.smc.plugins.module_utils._runner import Options, Runner, outcome_of
from ansible_collections.ngfw.smc.plugins.module_utils._runners import health_report, snapshot_diff
from hypothesis import example, given, settings
from hypothesis import strategies as st

# How many inputs each test tries.
FUZZ = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "100")), deadline=None, print_blob=True)

# Any character, and those that attack more often than by chance.
HOSTILE = st.sampled_from("\x00\x07\n\r\t\x1b\x7f\x9b\u200b\u2028\u202e\u2066\ufeff\ud83d/\\\\.:*?[{%<&'\"`| ")
TEXT = st.text(HOSTILE | st.characters(), max_size=40) | st.sampled_from(
    ["manifest.json", "MANIFEST.JSON", "..", ".", "", "../victim", "/etc/passwd", "a/../../b", "x" * 300, "ö" * 300]
)
SCALAR = st.none() | st.booleans() | st.integers() | st.floats() | TEXT
VALUE = st.recursive(
    SCALAR, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=6
)


def harmful(text: str) -> set[str]:
    return {one for one in text.replace("\n", "") if unicodedata.category(one) in ("Cc", "Cf", "Cs", "Zl", "Zp")}


def tree(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.is_symlink()
    }


@contextmanager
def a_folder_beside_a_victim() -> Iterator[Path]:
    """An empty folder. Whatever happens in it, the file beside it stays the only one there, and as it is."""
    with TemporaryDirectory() as name:
        top = Path(name)
        (top / "victim").write_text("mine")
        (top / "work").mkdir()
        yield top / "work"
        outside = {path: content for path, content in tree(top).items() if not path.startswith("work/")}
        assert outside == {"victim": b"mine"}


def outcome(runner: Runner, **given_options: Any) -> dict[str, Any]:
    """What the task's result would be. Any exception but an SMCError ends the test."""
    defaults = {name: spec.get("default") for name, spec in runner.arguments.items()}
    result = outcome_of(runner, Options({**defaults, **given_options}, diff=True))
    shown = [result.get("msg", ""), *result.get("warnings", []), (result.get("diff") or {}).get("prepared", "")]
    for text in shown:
        assert not harmful(str(text)), repr(text)
    return result


@FUZZ
@given(st.lists(TEXT, min_size=1, max_size=5), st.booleans())
@example(["manifest.json", "MANIFEST.JSON", "\uff4danifest.json", "x" * 300, "..", "\ud83d"], True)
def test_names_of_engines_stay_inside_the_snapshot(names: list[str], compress: bool) -> None:
    with a_folder_beside_a_victim() as work:
        with SnapshotWriter(work / "there", compress, replace=False) as writer:
            tables = [{**writer.write(name, "ROUTING", ["{}"]), "target": name} for name in names]
            writer.finish({"schema": SCHEMA, "schema_version": SCHEMA_VERSION, "smc": {}, "tables": tables})
        written = tree(work)
        assert set(written) == {"there/manifest.json", *(f"there/{table['file']}" for table in tables)}
        assert len(written) == len(names) + 1
        assert [table["target"] for table in json.loads(written["there/manifest.json"])["tables"]] == names


TABLE = st.dictionaries(
    st.sampled_from(["target", "definition", "file", "count", "complete", "sha256", "size"]),
    SCALAR | st.sampled_from(["ROUTING", "a/ROUTING.jsonl", "a/ROUTING.jsonl.gz", "../victim", True, 1, 10**18]),
) | st.just({"target": "FW", "definition": "ROUTING", "file": "a/ROUTING.jsonl", "count": 1, "complete": True})
MANIFEST = st.fixed_dictionaries(
    {"schema": st.just(SCHEMA), "schema_version": st.just(1), "tables": st.lists(TABLE, max_size=3) | VALUE},
    optional={"failures": VALUE, "smc": VALUE, "started_at": VALUE},
)
LINE = st.dictionaries(st.sampled_from(["route_network", "route_metric"]) | TEXT, VALUE, max_size=3).map(json.dumps)
CONTENT = st.lists(LINE | TEXT, max_size=3).map(lambda lines: "\n".join(lines).encode("utf-8", "backslashreplace"))


@FUZZ
@given(MANIFEST | VALUE, CONTENT, MANIFEST, CONTENT)
def test_snapshots_from_anywhere_are_compared_or_refused(
    before: Any, before_table: bytes, after: Any, after_table: bytes
) -> None:
    with a_folder_beside_a_victim() as work:
        for name, manifest, content in (("before", before, before_table), ("after", after, after_table)):
            (work / name / "a").mkdir(parents=True)
            text = json.dumps(manifest).encode("utf-8", "backslashreplace")
            (work / name / "manifest.json").write_bytes(text)
            (work / name / "a" / "ROUTING.jsonl").write_bytes(content)
            (work / name / "a" / "ROUTING.jsonl.gz").write_bytes(gzip.compress(content)[: len(content) * 9 or None])
        was = tree(work)
        outcome(snapshot_diff.RUNNER, before=str(work / "before"), after=str(work / "after"))
        assert tree(work) == was


RESULT = st.fixed_dictionaries(
    {
        "name": TEXT,
        "engine": TEXT,
        "status": st.sampled_from(["PASS", "FAIL", "ERROR", "SKIPPED", "WAIVED", "FAIL", "odd"]),
    },
    optional={
        "reason": VALUE,
        "severity": VALUE,
        "target": TEXT,
        "definition": VALUE,
        "offending": VALUE,
        "offending_count": VALUE,
        "elapsed": VALUE,
        "applies_to": VALUE,
        "measured_at": VALUE,
        "run_id": VALUE,
        "skipped": VALUE | st.sampled_from(["does_not_apply", "not_judged"]),
        "waiver": VALUE,
        "kind": VALUE,
    },
)
AREA = st.fixed_dictionaries(
    {"target": TEXT, "definition": TEXT, "status": st.sampled_from(["PASS", "FAIL"])},
    optional={"reason": TEXT, "before": VALUE, "after": VALUE, "added_count": VALUE, "lines": VALUE},
)


@FUZZ
@given(st.lists(RESULT, max_size=3), st.lists(AREA, max_size=2), TEXT, TEXT, st.dictionaries(TEXT, VALUE, max_size=2))
def test_reports_are_harmless_files_in_their_folder(
    results: list[Any], areas: list[Any], name: str, title: str, smc: dict[str, Any]
) -> None:
    with a_folder_beside_a_victim() as work:
        options = {
            "formats": list(FORMATS),
            "results": results,
            "differences": areas,
            "title": title,
            "smc": smc,
            "dest": str(work / "reports"),
        }
        result = outcome(health_report.RUNNER, **options, name=name)
        written = tree(work)
        if not result.get("failed"):
            assert {os.fsencode(path) for path in result["files"].values()} == {
                os.fsencode(work / path) for path in written
            }
        for path, content in written.items():
            if not path.endswith(FORMATS["json"].ending):
                assert not harmful(content.decode("utf-8")), path
            else:
                json.loads(content, parse_constant=lambda constant: [][len(constant)])
        merged = [path for path in result.get("files", {}).values() if path.endswith(".json")]
        if merged and not result.get("failed"):
            assert not outcome(health_report.RUNNER, merge=merged).get("failed")


@FUZZ
@given(
    VALUE
    | st.builds(
        lambda one: {"schema": "ngfw.smc.health_report", "schema_version": 1, **one},
        st.dictionaries(
            st.sampled_from(
                ["results", "fail_on", "differences", "smc", "title", "warnings", "run_id", "generated_at"]
            ),
            VALUE | st.lists(RESULT, max_size=2),
        ),
    )
)
def test_reports_to_merge_from_anywhere_are_merged_or_refused(report: Any) -> None:
    with a_folder_beside_a_victim() as work:
        (work / "part.json").write_bytes(json.dumps(report).encode("utf-8", "backslashreplace"))
        outcome(health_report.RUNNER, merge=[str(work / "part.json")])


@FUZZ
@given(TEXT)
@example("\x00")
@example("\ud83d")
@example("x" * 5000)
def test_any_path_is_a_path_or_a_sentence(text: str) -> None:
    with a_folder_beside_a_victim() as work:
        path = str(work / text.replace("/", "_")) if text.strip(".") else str(work / "dots")
        outcome(health_report.RUNNER, name=text, dest=str(work / "reports"))
        outcome(health_report.RUNNER, dest=path)
        outcome(health_report.RUNNER, merge=[path])
        outcome(snapshot_diff.RUNNER, before=path, after=path)
        try:
            with SnapshotWriter(Path(path), compress=False, replace=True) as writer:
                writer.finish({})
        except SMCError as error:
            message = error.message
        else:
            message = ""
        assert not harmful(message)


@FUZZ
@given(TEXT, TEXT)
def test_no_href_leads_elsewhere(text: str, more: str) -> None:
    for href in (
        text,
        f"/7.1/elements/single_fw/1/block_list/{text}",
        f"http://smc/7.1/elements/single_fw/1{text}/{more}",
    ):
        read = read_href(href)
        assert read is None or read.path.startswith(f"/{read.version}/elements/")
        try:
            path = list_path(href, "7.1", ("single_fw", "1"))
        except SMCError as error:
            path, message = "", error.message
        else:
            message = ""
        assert not harmful(message)
        if path:
            assert path in ("/7.1/elements/single_fw/1/block_list", "/7.1/elements/single_fw/1/blacklist")
