# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots on disk without an SMC: large tables in parts, odd texts, damaged files, baselines."""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import re
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import FileFailed, OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage import snapshot_folder
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.snapshot_folder import (
    SCHEMA,
    SCHEMA_VERSION,
    TableFile,
    doubts_about,
    read_baselines,
    read_entries,
    read_manifest,
    read_manifests,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.snapshot_writer import SnapshotWriter
from ansible_collections.ngfw.smc.plugins.module_utils._runner import Options
from ansible_collections.ngfw.smc.plugins.module_utils._runners import snapshot_diff

ROUTES = [
    {
        "node_id": "n1",
        "route_network": f"10.{number}.0.0",
        "route_netmask": 16,
        "route_metric": 1,
        "delta_key": str(number),
    }
    for number in range(40)
]


def written(folder: Path, lines: list[str], compress: bool = False, **more: Any) -> Path:
    with SnapshotWriter(folder, compress, replace=False) as writer:
        table = writer.write("Plano FW", "ROUTING", lines)
        about = {"target": "Plano FW", "definition": "ROUTING", "count": len(lines), "complete": True, **more}
        manifest = {"schema": SCHEMA, "schema_version": SCHEMA_VERSION, "smc": {}, "tables": [{**table, **about}]}
        writer.finish(manifest)
    return folder


def compared(before: Path, after: Path) -> dict[str, Any]:
    defaults = {name: spec.get("default") for name, spec in snapshot_diff.ARGUMENTS.items()}
    given = {"before": str(before), "after": str(after), "fail_on_difference": False}
    (area,) = snapshot_diff.run(Options({**defaults, **given}))["areas"]
    return dict(area)


@pytest.mark.parametrize(
    "asked,missing",
    [
        ({}, []),
        ({"targets": ["Plano FW"], "definitions": ["ROUTING", "ACTIVE_ALERTS"]}, []),
        ({"targets": ["Plano FW", "HQ"]}, [("HQ", "any table")]),
        ({"targets": ["Plano FW"], "definitions": ["ROUTING", "USERS"]}, [("Plano FW", "USERS")]),
        ({"definitions": ["ROUTING", "USERS"]}, [("any target", "USERS")]),
    ],
)
def test_what_is_asked_for_and_in_neither_snapshot_is_an_error(
    tmp_path: Path, asked: dict[str, Any], missing: list[tuple[str, str]]
) -> None:
    folder = written(tmp_path / "snapshot", [json.dumps(route) for route in ROUTES])
    defaults = {name: spec.get("default") for name, spec in snapshot_diff.ARGUMENTS.items()}
    given = {"before": str(folder), "after": str(folder), "fail_on_difference": False, **asked}
    result = snapshot_diff.run(Options({**defaults, **given}))
    found = [(area["target"], area["definition"]) for area in result["areas"] if area["status"] == "ERROR"]
    assert found == missing and result["status"] == ("FAIL" if missing else "PASS")


@pytest.mark.parametrize(
    "smc,started,words",
    [
        ({"url": "https://a:8082", "domain": "Shared Domain"}, "2026-11-01T00:00:00+00:00", []),
        ({"url": "https://b:8082", "domain": "Shared Domain"}, "2026-11-01T00:00:00+00:00", ["is of https://b:8082"]),
        ({"url": "https://a:8082", "domain": "Paris"}, "2026-11-01T00:00:00+00:00", ["(Paris), but the checks are of"]),
        ({"url": "https://a:8082", "domain": "Shared Domain"}, "2024-11-01T00:00:00+00:00", ["more than a year ago"]),
        ({"url": "https://a:8082", "domain": "Shared Domain"}, "yesterday", []),
        ({"url": "https://a:8082", "domain": "Shared Domain"}, "2024-11-01", []),
    ],
)
def test_a_baseline_of_elsewhere_or_long_ago_is_named(smc: dict[str, str], started: str, words: list[str]) -> None:
    own = {"url": "https://a:8082", "domain": "Shared Domain"}
    found = doubts_about([{"smc": smc, "started_at": started}], own, datetime(2026, 11, 29, tzinfo=UTC))
    assert len(found) == len(words) and all(word in said for word, said in zip(words, found, strict=True))


def test_a_large_table_is_compared_in_parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    later = [dict(route) for route in ROUTES[3:]]
    later[5]["route_metric"] = 7
    later.append({**ROUTES[9], "route_gateway": "192.0.2.1"})
    before = written(tmp_path / "before", [json.dumps(route) for route in ROUTES])
    after = written(tmp_path / "after", [json.dumps(route) for route in later], compress=True)
    whole = compared(before, after)
    assert (whole["removed_count"], whole["changed_count"], whole["added_count"]) == (3, 1, 1)
    monkeypatch.setattr(snapshot_diff, "_PART", 7)
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    split = compared(before, after)
    for name in ("added", "removed"):
        assert sorted(map(str, split.pop(name))) == sorted(map(str, whole.pop(name)))
    assert split == whole
    assert list(temporary.iterdir()) == []
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    assert compared(before, after)["reason"] == "Could not compare a large table: no such file or directory."


def dense(networks: int) -> list[str]:
    """Lines of which each takes far more memory than it is long."""
    return [f'{{"route_network": "{number % networks}", "x": [{number}{", {}" * 2000}]}}' for number in range(40)]


@pytest.mark.parametrize("networks", [1, 40])
@pytest.mark.parametrize("compress", [True, False])
def test_small_files_with_large_entries_are_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, networks: int, compress: bool
) -> None:
    before, after = (written(tmp_path / name, dense(networks), compress) for name in ("before", "after"))
    monkeypatch.setattr(snapshot_diff, "_MOST_MEMORY", 10 << 20)
    area = compared(before, after)
    assert (area["status"], area["reason"]) == (
        "ERROR",
        "The table is too large: entries that are compared together take more than 10 MiB.",
    )
    # Split by its bytes, it has parts that are small enough, unless all of its entries have one identity.
    monkeypatch.setattr(snapshot_diff, "_PART_SIZE", 1000)
    assert compared(before, after)["status"] == ("PASS" if networks > 1 else "ERROR")


def test_a_table_is_split_by_entries_or_by_bytes() -> None:
    parts = snapshot_diff._parts
    assert parts(0, 0) == parts(50_000, 128 << 20) == 1
    assert (parts(50_001, 0), parts(1, 300 << 20), parts(10**7, 64 << 30)) == (2, 3, 200)


def test_a_file_that_two_tables_name_is_read_once(tmp_path: Path) -> None:
    folder = written(tmp_path / "snapshot", [json.dumps(route) for route in ROUTES])
    manifest = json.loads((folder / "manifest.json").read_text())
    (table,) = manifest["tables"]
    (folder / "Plano_FW" / "link.jsonl").symlink_to("ROUTING.jsonl")
    copies = [{**table, "target": "HQ"}, {**table, "target": "Lab", "file": "Plano_FW/link.jsonl"}]
    (folder / "manifest.json").write_text(json.dumps({**manifest, "tables": [table, *copies]}))
    defaults = {name: spec.get("default") for name, spec in snapshot_diff.ARGUMENTS.items()}
    given = {"before": str(folder), "after": str(folder), "fail_on_difference": False}
    areas = snapshot_diff.run(Options({**defaults, **given}))["areas"]
    assert sorted(area["status"] for area in areas) == ["ERROR", "ERROR", "PASS"]
    assert all("for several tables" in area["reason"] for area in areas if area["status"] == "ERROR")


def test_a_file_of_another_size_is_not_hashed(tmp_path: Path) -> None:
    folder = written(tmp_path / "snapshot", ["{}"])
    (table,) = read_manifest(folder)["tables"]
    os.truncate(folder / table["file"], 1 << 20)
    with pytest.raises(FileFailed, match="its size differs"):
        TableFile(folder, table).verify()
    with pytest.raises(FileFailed, match="its digest differs"):
        TableFile(folder, {**table, "size": 1 << 20, "sha256": ""}).verify()


def test_a_baseline_takes_no_more_memory_than_it_may(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = written(tmp_path / "snapshot", dense(40), compress=True)
    assert len(read_baselines(folder, "Plano FW", ["ROUTING"])["ROUTING"]) == 40
    monkeypatch.setattr(snapshot_folder, "MOST_BASELINE", 1 << 20)
    said = read_baselines(folder, "Plano FW", ["ROUTING"])["ROUTING"]
    assert re.fullmatch(r"The baseline cannot be used: .* takes more than 0 GiB of memory for 'Plano FW'\.", str(said))


def test_invalid_unicode_survives(tmp_path: Path) -> None:
    entry = {"username": "half a pair \ud83d", "src": "10.0.0.1", "data": "\u2028 и \U0001f600"}
    folder = written(tmp_path / "odd", [json.dumps(entry, ensure_ascii=False)])
    assert list(read_entries(folder / "Plano_FW" / "ROUTING.jsonl")) == [entry]
    (folder / "Plano_FW" / "ROUTING.jsonl").read_bytes().decode("utf-8")


@pytest.mark.parametrize(
    "line,table,reason",
    [
        ("5", {}, "a line that is not a JSON object"),
        ('{"a": ', {}, "a line that is not JSON"),
        ("{}", {"count": "many"}, "does not say how many entries"),
    ],
)
def test_files_that_are_not_what_they_should_be(tmp_path: Path, line: str, table: dict[str, Any], reason: str) -> None:
    good = written(tmp_path / "good", ["{}"])
    area = compared(good, written(tmp_path / "bad", [line], **table))
    assert area["status"] == "ERROR"
    assert reason in area["reason"]


@pytest.mark.parametrize(
    "content,words",
    [
        (None, "has no manifest.json, so it is not a snapshot"),
        ("{", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ('{"schema": "ngfw.smc.snapshot", "schema_version": 1, "tables": [], "failures": [1]}', "in a wrong form"),
        ('{"schema": "ngfw.smc.snapshot", "schema_version": 1, "tables": [], "smc": 1}', "in a wrong form"),
        ("[]", "is not the manifest of a snapshot"),
        ('{"schema": "ngfw.smc.snapshot", "schema_version": 2}', "has schema version 2; this release"),
        ('{"schema": "ngfw.smc.snapshot", "schema_version": 1}', "lacks its list of tables"),
    ],
)
def test_what_is_not_a_snapshot_is_refused(tmp_path: Path, content: str | None, words: str) -> None:
    if content is not None:
        (tmp_path / "manifest.json").write_text(content)
    with pytest.raises(OptionError, match=words):
        read_manifest(tmp_path)
    with pytest.raises(FileFailed, match="Could not read"):
        read_manifest(tmp_path / "nowhere")


def test_a_table_outside_the_folder_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(OptionError, match="names a file outside this folder"):
        TableFile(tmp_path, {"file": "../secrets", "count": 1})


def test_a_baseline_is_the_earlier_entries_or_a_sentence(tmp_path: Path) -> None:
    folder = written(tmp_path / "good", [json.dumps(route) for route in ROUTES])
    found = read_baselines(folder, "Plano FW", ["ROUTING", "VPN_SA"])
    assert found == {"ROUTING": ROUTES, "VPN_SA": f"The baseline {folder} has no VPN_SA of 'Plano FW'."}
    partial = written(tmp_path / "partial", ["{}"], complete=False)
    assert "is not complete" in str(read_baselines(partial, "Plano FW", ["ROUTING"])["ROUTING"])
    (folder / "Plano_FW" / "ROUTING.jsonl").write_text("{}\n")
    reason = read_baselines(folder, "Plano FW", iter(["ROUTING"]))["ROUTING"]
    assert "was changed after the snapshot was taken" in str(reason)


def test_a_bomb_is_an_error_of_its_own_table(tmp_path: Path) -> None:
    """Fifty kilobytes that unpack to fifty megabytes, with the digest that the manifest names."""
    before = written(tmp_path / "before", ["{}"])
    after = written(tmp_path / "after", ["{}"], compress=True)
    bomb = gzip.compress((b'{"a": "' + b"0" * 100_000 + b'"}\n') * 500, 9)
    manifest = json.loads((after / "manifest.json").read_text("utf-8"))
    (table,) = manifest["tables"]
    (after / table["file"]).write_bytes(bomb)
    table.update(sha256=hashlib.sha256(bomb).hexdigest(), size=len(bomb), count=500)
    (after / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    assert "unpacks to more than" in compared(before, after)["reason"]


@pytest.mark.parametrize(
    "line, table, reason",
    [
        ("[" * 100_000, {}, "a line that is not JSON"),
        ('{"a": ' * 100_000, {}, "a line that is not JSON"),
        ('{"a": NaN}', {}, "a line that is not JSON"),
        ('{"a": 1e999}', {}, "a line that is not JSON"),
        ('{"a": "' + "x" * (2 << 20) + '"}', {}, "a line of more than"),
        ("{}", {"count": 10**18}, "does not say how many entries"),
        ("{}", {"count": 40_000_000}, "says that .* has 40,000,000 entries, but it has 1"),
        ("{}", {"count": 0}, "has 0 entries, but it has more"),
        ("{}", {"count": True}, "does not say how many entries"),
    ],
)
def test_what_would_take_for_ever_is_an_error(tmp_path: Path, line: str, table: dict[str, Any], reason: str) -> None:
    good = written(tmp_path / "good", ["{}"])
    area = compared(good, written(tmp_path / "bad", [line], **table))
    assert area["status"] == "ERROR"
    assert re.search(reason, area["reason"])


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    good = written(tmp_path / "good", ["{}"])
    bad = written(tmp_path / "bad", ["{}"])
    (bad / "Plano_FW" / "ROUTING.jsonl").unlink()
    os.mkfifo(bad / "Plano_FW" / "ROUTING.jsonl")
    assert "it is not a file" in compared(good, bad)["reason"]
    (bad / "manifest.json").unlink()
    os.mkfifo(bad / "manifest.json")
    with pytest.raises(FileFailed, match="it is not a file"):
        read_manifest(bad)


def of_smc(folder: Path, url: str, lines: list[str], target: str = "Plano FW") -> Path:
    """A snapshot of an SMC, with one table."""
    with SnapshotWriter(folder, compress=False, replace=False) as writer:
        table = {
            "target": target,
            "definition": "ROUTING",
            **writer.write(target, "ROUTING", lines),
            "count": len(lines),
        }
        smc = {"url": url, "domain": "Shared Domain"}
        tables = [{**table, "complete": True}]
        writer.finish({"schema": SCHEMA, "schema_version": SCHEMA_VERSION, "smc": smc, "tables": tables})
    return folder


def test_snapshots_of_several_smcs_lie_beside_each_other(tmp_path: Path) -> None:
    dallas = of_smc(tmp_path / "both" / "dallas", "https://dallas", ['{"a": 1}'])
    paris = of_smc(tmp_path / "both" / "paris", "https://paris", ['{"a": 2}'])
    (tmp_path / "both" / ".hidden").mkdir()
    (tmp_path / "both" / "notes").mkdir()
    manifests = read_manifests(tmp_path / "both")
    assert {name: Path(one["folder"]) for name, one in manifests.items()} == {"dallas": dallas, "paris": paris}
    assert list(read_manifests(dallas)) == list(read_manifests(dallas / "manifest.json")) == [""]
    # An engine of this name is in both; its SMC decides, and without it nothing is guessed.
    found = {
        url: read_baselines(tmp_path / "both", "Plano FW", ["ROUTING"], url)["ROUTING"] for url in ("", "https://paris")
    }
    assert found["https://paris"] == [{"a": 2}]
    assert f"Several snapshots have 'Plano FW': {dallas} and {paris}. Name" in str(found[""])
    of_smc(tmp_path / "both" / "oslo", "https://oslo", ['{"a": 3}'], "Oslo FW")
    assert read_baselines(tmp_path / "both", "Oslo FW", ["ROUTING"])["ROUTING"] == [{"a": 3}]
    assert "has no ROUTING of 'Rome FW'" in str(read_baselines(tmp_path / "both", "Rome FW", ["ROUTING"])["ROUTING"])
    # Snapshots of several days are not those of several SMCs.
    of_smc(tmp_path / "both" / "tuesday", "https://paris", ["{}"])
    with pytest.raises(
        OptionError, match="has several snapshots of https://paris, domain 'Shared Domain': paris and tuesday"
    ):
        read_manifests(tmp_path / "both")


def test_a_comparison_of_several_smcs_compares_each_with_itself(tmp_path: Path) -> None:
    for moment, gone in (("before", ""), ("after", "paris")):
        for city in ("dallas", "paris", "rome"):
            if (moment, city) != ("after", "rome"):
                of_smc(
                    tmp_path / moment / city,
                    f"https://{city}",
                    [] if gone == city else ['{"route_network": "10.0.0.0"}'],
                )
    defaults = {name: spec.get("default") for name, spec in snapshot_diff.ARGUMENTS.items()}
    params = {"before": str(tmp_path / "before"), "after": str(tmp_path / "after"), "fail_on_difference": False}
    run = snapshot_diff.run(Options({**defaults, **params}, diff=True))
    assert {area["smc"]: area["status"] for area in run["areas"]} == {
        "https://dallas": "PASS",
        "https://paris": "FAIL",
        "https://rome": "ERROR",
    }
    assert "Plano FW on https://paris, ROUTING (1 -> 0)" in run["diff"]["prepared"]
    assert run["warnings"] == []
