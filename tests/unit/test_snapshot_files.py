# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots on disk without an SMC: large tables in parts, odd texts, files that are not what they should be."""

from __future__ import annotations

import hashlib
import json
import tempfile
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils import _snapshot_diff as snapshot_diff
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import SMCError
from ansible_collections.ngfw.smc.plugins.module_utils._files import FileFailed
from ansible_collections.ngfw.smc.plugins.module_utils._runner import Options
from ansible_collections.ngfw.smc.plugins.module_utils._snapshot_files import (
    SCHEMA,
    SCHEMA_VERSION,
    SnapshotWriter,
    read_entries,
)
from ansible_collections.ngfw.smc.plugins.module_utils._store import SpillingStore

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


def test_what_is_no_unicode_survives(tmp_path: Path) -> None:
    entry = {"username": "half a pair \ud83d", "src": "10.0.0.1", "data": "\u2028 и \U0001f600"}
    folder = written(tmp_path / "odd", [json.dumps(entry, ensure_ascii=False)])
    assert list(read_entries(folder / "Plano_FW" / "ROUTING.jsonl")) == [entry]
    (folder / "Plano_FW" / "ROUTING.jsonl").read_bytes().decode("utf-8")


def test_names_that_meet_in_a_file_system(tmp_path: Path) -> None:
    names = ["A/B", "A B", "a_b", "..", "…", "x" * 300, "A/B"]
    with SnapshotWriter(tmp_path / "names", compress=False, replace=False) as writer:
        files = [writer.write(name, "ROUTING", [])["file"] for name in names]
        writer.finish({})
    assert len({name.casefold() for name in files}) == len(names)
    root = (tmp_path / "names").resolve()
    assert all((root / name).is_file() and root in (root / name).resolve().parents for name in files)
    assert max(len(part) for name in files for part in name.split("/")) < 100


@pytest.mark.parametrize(
    "line,table,reason",
    [
        ("5", {}, "a line that is no JSON object"),
        ('{"a": ', {}, "a line that is not JSON"),
        ("{}", {"count": "many"}, "does not say how many entries"),
    ],
)
def test_files_that_are_not_what_they_should_be(tmp_path: Path, line: str, table: dict[str, Any], reason: str) -> None:
    good = written(tmp_path / "good", ["{}"])
    area = compared(good, written(tmp_path / "bad", [line], **table))
    assert area["status"] == "ERROR"
    assert reason in area["reason"]


def test_the_digest_is_that_of_the_file_on_disk(tmp_path: Path) -> None:
    for compress in (False, True):
        folder = written(tmp_path / str(compress), [json.dumps(route) for route in ROUTES], compress=compress)
        (table,) = json.loads((folder / "manifest.json").read_text("utf-8"))["tables"]
        assert hashlib.sha256((folder / table["file"]).read_bytes()).hexdigest() == table["sha256"]


def test_a_store_in_memory_and_one_in_a_file_are_the_same(tmp_path: Path) -> None:
    stores = [SpillingStore(tmp_path / "few", in_memory=1000), SpillingStore(tmp_path / "many", in_memory=2)]
    for store in stores:
        store.update({("n1", "a"): {"x": 1}, ("n1", "b"): {"x": 2}})
        store.update({(None, 7): {"x": 3}, ("n2", "7"): {"x": 4}, ("n1", "a"): {"x": 5}})
        del store["n1", "b"]
        assert store.pop((None, 8), None) is None
        with pytest.raises(KeyError):
            del store["n1", "b"]
        store["n1", "c"] = {"x": 6}
    small, large = stores
    assert large._file is not None and small._file is None
    assert list(small.items()) == list(large.items())
    assert list(small.lines()) == list(large.lines()) and len(small) == len(large) == 4
    assert ("n2", "7") in large and ("n2", 7) not in large
    for store in stores:
        store.close()
    assert list(tmp_path.iterdir()) == []


def test_a_store_without_room_says_so(tmp_path: Path) -> None:
    store = SpillingStore(tmp_path / "nowhere" / "file", in_memory=1)
    with pytest.raises(FileFailed, match="Could not keep the entries of a large table") as failure:
        store.update({("n1", "a"): {}, ("n1", "b"): {}})
    assert isinstance(failure.value, SMCError)
