# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Snapshots on disk: names, permissions, replacing, and folders that others may write to."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.atomic_files import FileFailed
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.snapshot_folder import SCHEMA, SCHEMA_VERSION
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.snapshot_writer import Origin, SnapshotWriter


def written(folder: Path, replace: bool = False, names: tuple[str, ...] = ("Plano FW",), **more: Any) -> Path:
    with SnapshotWriter(folder, more.pop("compress", False), replace, **more) as writer:
        finish(writer, names)
    return folder


def finish(writer: SnapshotWriter, names: tuple[str, ...] = ("Plano FW",)) -> None:
    tables = [{**writer.write(name, "ROUTING", ["{}"]), "target": name, "count": 1} for name in names]
    writer.finish({"schema": SCHEMA, "schema_version": SCHEMA_VERSION, "smc": {}, "tables": tables})


def tree(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def test_names_that_meet_in_a_file_system(tmp_path: Path) -> None:
    names = [
        "A/B",
        "A B",
        "a_b",
        "..",
        "…",
        "x" * 300,
        "ö" * 300,
        "A/B",
        "manifest.json",
        "MANIFEST.JSON",
        "\uff4danifest.json",
        "\ud83d",
    ]
    with SnapshotWriter(tmp_path / "names", compress=False, replace=False) as writer:
        files = [writer.write(name, "ROUTING", [])["file"] for name in names]
        writer.finish({})
    assert len({name.casefold() for name in files}) == len(names)
    root = (tmp_path / "names").resolve()
    assert all((root / name).is_file() and root in (root / name).resolve().parents for name in files)
    assert max(len(part) for name in files for part in name.split("/")) < 100


def test_the_digest_is_that_of_the_file_on_disk(tmp_path: Path) -> None:
    for compress in (False, True):
        folder = written(tmp_path / str(compress), compress=compress)
        (table,) = json.loads((folder / "manifest.json").read_text("utf-8"))["tables"]
        assert hashlib.sha256((folder / table["file"]).read_bytes()).hexdigest() == table["sha256"]


def test_a_name_with_half_of_a_pair_is_in_the_manifest(tmp_path: Path) -> None:
    folder = written(tmp_path / "odd", names=("FW \ud83d",))
    (table,) = json.loads((folder / "manifest.json").read_text("utf-8"))["tables"]
    assert table["target"] == "FW \ud83d"


def test_a_snapshot_is_replaced_only_if_asked(tmp_path: Path) -> None:
    folder = written(tmp_path / "there", names=("a", "b"))
    with pytest.raises(OptionError, match="which is a snapshot already"):
        SnapshotWriter(folder, compress=False, replace=False)
    written(folder, replace=True, names=("c",))
    assert tree(folder) == ["c", "c/ROUTING.jsonl", "manifest.json"]
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").touch()
    with pytest.raises(OptionError, match="which exists and is not a snapshot"):
        SnapshotWriter(tmp_path / "other", compress=False, replace=True)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", "there"]


@pytest.mark.parametrize("manifest", ['{"name": "another program"}', "not JSON", "[" * 100_000])
def test_another_programs_folder_is_not_replaced(tmp_path: Path, manifest: str) -> None:
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "manifest.json").write_text(manifest)
    (tmp_path / "app" / "README").write_text("mine")
    with pytest.raises(OptionError, match=r"is not replaced, because it is not a snapshot of ngfw.smc"):
        SnapshotWriter(tmp_path / "app", compress=False, replace=True)
    assert tree(tmp_path) == ["app", "app/README", "app/manifest.json"]


@pytest.mark.parametrize("foreign", ["README", "Plano_FW/notes.txt", "more/deep/file"])
def test_what_the_manifest_does_not_list_is_not_deleted(tmp_path: Path, foreign: str) -> None:
    folder = written(tmp_path / "there")
    (folder / foreign).parent.mkdir(parents=True, exist_ok=True)
    (folder / foreign).write_text("mine")
    with pytest.raises(OptionError, match="because it holds what its manifest does not list"):
        SnapshotWriter(folder, compress=False, replace=True)
    assert (folder / foreign).read_text() == "mine"


@pytest.mark.parametrize("listed", ["../victim/file", "/victim", "Plano_FW/../../victim/file", "link/file", "file"])
def test_a_manifest_that_lists_other_files_deletes_none_of_them(tmp_path: Path, listed: str) -> None:
    victim = tmp_path / "victim"
    victim.mkdir()
    (victim / "file").write_text("mine")
    folder = written(tmp_path / "there")
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    manifest["tables"].append({"file": listed})
    (folder / "manifest.json").write_text(json.dumps(manifest), "utf-8")
    if listed.startswith("link"):
        (folder / "link").symlink_to(victim)
        with pytest.raises(OptionError, match="does not list: link"):
            SnapshotWriter(folder, compress=False, replace=True)
    else:
        written(folder, replace=True)
    assert (victim / "file").read_text() == "mine"


def test_what_comes_while_a_snapshot_is_replaced_is_left_and_named(tmp_path: Path) -> None:
    folder = written(tmp_path / "there")
    with SnapshotWriter(folder, compress=False, replace=True) as writer:
        (folder / "Plano_FW" / "ROUTING.jsonl").unlink()
        finish(writer)
    (warning,) = writer.warnings
    assert "could not be deleted completely" in warning
    assert json.loads((folder / "manifest.json").read_text("utf-8"))["tables"]


def test_the_second_of_two_runs_fails_at_its_end(tmp_path: Path) -> None:
    folder = tmp_path / "there"
    with SnapshotWriter(folder, compress=False, replace=False) as slow:
        written(folder, names=("first",))
        with pytest.raises(FileFailed, match="meanwhile something else was put there"):
            finish(slow)
    assert tree(folder) == ["first", "first/ROUTING.jsonl", "manifest.json"]
    assert [path.name for path in tmp_path.iterdir()] == ["there"]


@pytest.mark.parametrize("mode, files, folders", [(None, 0o600, 0o700), (0o640, 0o640, 0o750), (0o644, 0o644, 0o755)])
def test_permissions(tmp_path: Path, mode: int | None, files: int, folders: int) -> None:
    written(tmp_path / "there", **({} if mode is None else {"mode": mode}))
    found = {str(path.relative_to(tmp_path)): path.stat().st_mode & 0o777 for path in tmp_path.rglob("*")}
    assert found == {
        "there": folders,
        "there/Plano_FW": folders,
        "there/Plano_FW/ROUTING.jsonl": files,
        "there/manifest.json": files,
    }


def test_a_link_is_refused(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    with pytest.raises(OptionError, match=r"which is a link. Name the folder that it points to"):
        SnapshotWriter(tmp_path / "link", compress=False, replace=True)
    # A link on the way there is followed.
    written(tmp_path / "link" / "below")
    assert tree(tmp_path / "real")[0] == "below"


@pytest.mark.parametrize("dry", [False, True])
def test_a_folder_that_others_may_write_to_is_refused(tmp_path: Path, dry: bool) -> None:
    (tmp_path / "shared").mkdir()
    (tmp_path / "shared").chmod(0o777)
    with pytest.raises(FileFailed, match="all users may write there too"):
        SnapshotWriter(tmp_path / "shared" / "dest", compress=False, replace=False, dry=dry)
    assert tree(tmp_path) == ["shared"]


def test_a_temporary_folder_that_is_exchanged_changes_no_other_file(tmp_path: Path) -> None:
    """What the owner of the folder above can do: put a folder of links to a victim's files in the place of ours."""
    victim = tmp_path / "victim"
    victim.mkdir()
    for name in ("manifest.json", "ROUTING.jsonl"):
        (victim / name).write_text("mine")
    with SnapshotWriter(tmp_path / "there", compress=False, replace=False) as writer:
        (partial,) = tmp_path.glob(".there.*.partial")
        partial.rename(tmp_path / "moved")
        partial.mkdir()
        (partial / "manifest.json").symlink_to(victim / "manifest.json")
        (partial / "Plano_FW").symlink_to(victim)
        with pytest.raises(FileFailed, match="another user exchanged its folder"):
            finish(writer)
    assert {path.read_text() for path in victim.iterdir()} == {"mine"}


def test_nothing_is_left_of_a_run_that_is_interrupted(tmp_path: Path) -> None:
    def interrupted() -> None:
        with SnapshotWriter(tmp_path / "there", compress=True, replace=False) as writer:
            writer.write("Plano FW", "ROUTING", ["{}"])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert not tree(tmp_path)


def test_nothing_is_written_on_trial(tmp_path: Path) -> None:
    written(tmp_path / "new" / "there", dry=True)
    assert not tree(tmp_path)
    (tmp_path / "file").touch()
    with pytest.raises(FileFailed, match="file is not a folder that can be written to"):
        SnapshotWriter(tmp_path / "file" / "there", compress=False, replace=False, dry=True)
    assert os.listdir(tmp_path) == ["file"]  # noqa: PTH208 (names alone)


@pytest.mark.parametrize(
    "urls,domain,refused",
    [
        (["https://smc1"], "Shared Domain", False),
        # The other one of a pair of Management Servers answered before.
        (["https://smc2", "https://smc1"], "Shared Domain", False),
        (["https://smc2"], "Shared Domain", True),
        (["https://smc1"], "Retail", True),
    ],
)
def test_a_snapshot_of_another_smc_is_not_replaced(tmp_path: Path, urls: list[str], domain: str, refused: bool) -> None:
    folder = tmp_path / "there"
    with SnapshotWriter(folder, compress=False, replace=False) as writer:
        smc = {"url": "https://smc1", "domain": "Shared Domain"}
        writer.finish({"schema": SCHEMA, "schema_version": SCHEMA_VERSION, "smc": smc, "tables": []})
    if not refused:
        written(folder, replace=True, origin=Origin(urls, domain))
        return
    before = tree(folder)
    with pytest.raises(
        OptionError, match="because it is a snapshot of https://smc1, domain 'Shared Domain', and not of"
    ):
        SnapshotWriter(folder, compress=False, replace=True, origin=Origin(urls, domain))
    assert tree(folder) == before
