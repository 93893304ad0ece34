# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Files are written completely or not at all."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.atomic_files import (
    FileFailed,
    creation_mode,
    file_failed,
    replacing,
    write_atomically,
)
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.open_folder import OpenFolder


def test_a_file_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folder" / "file"
    assert write_atomically(path, "Köln\n")
    written = path.stat()
    assert not write_atomically(path, "Köln\n")
    assert path.stat().st_ino == written.st_ino and path.read_text("utf-8") == "Köln\n"
    assert write_atomically(path, "Bonn\n")
    assert path.stat().st_mode & 0o777 == creation_mode(0o666)
    assert os.listdir(path.parent) == ["file"]  # noqa: PTH208 (names alone)


def test_a_block_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("before")

    def interrupted() -> None:
        with OpenFolder(tmp_path) as folder, replacing(folder, path.name) as file:
            file.write(b"half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert path.read_text() == "before" and list(tmp_path.iterdir()) == [path]


def test_half_of_a_pair_does_not_stop_a_report(tmp_path: Path) -> None:
    write_atomically(tmp_path / "file", "a\ud83d")
    assert (tmp_path / "file").read_text("utf-8") == "a\\ud83d"


def test_a_failure_names_the_file_and_the_reason(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(FileFailed, match=r"Could not write .*/file/below: (not a directory|file exists)") as error:
        write_atomically(tmp_path / "file" / "below", "x")
    assert error.value.details() == {"kind": "file", "path": str(tmp_path / "file" / "below")}
    assert file_failed("read", Path("x"), EOFError("Cut Short")).message == "Could not read x: cut short."


def test_a_link_is_replaced_and_its_target_is_left_alone(tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_text("mine")
    victim.chmod(0o600)
    (tmp_path / "report").symlink_to(victim)
    assert write_atomically(tmp_path / "report", "report")
    assert victim.read_text() == "mine" and victim.stat().st_mode & 0o777 == 0o600
    assert not (tmp_path / "report").is_symlink() and (tmp_path / "report").read_text() == "report"


def test_a_named_pipe_in_the_way_is_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "report")
    assert write_atomically(tmp_path / "report", "report")
    assert (tmp_path / "report").read_text() == "report"


def test_a_partial_file_that_is_exchanged_for_a_link_changes_no_other_file(tmp_path: Path) -> None:
    """What somebody can do who may write in the folder, in the moment before the file is moved to its place."""
    victim = tmp_path / "victim"
    victim.write_text("mine")
    victim.chmod(0o600)
    with OpenFolder(tmp_path) as folder, replacing(folder, "report") as file:
        (partial,) = tmp_path.glob(".report.*.partial")
        partial.unlink()
        partial.symlink_to(victim)
        file.write(b"report")
    assert victim.read_text() == "mine" and victim.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("mode, written", [(0o777, False), (0o1777, True), (0o755, True), (0o700, True)])
def test_a_folder_that_others_may_write_to_is_refused(tmp_path: Path, mode: int, written: bool) -> None:
    folder = tmp_path / "shared"
    folder.mkdir()
    folder.chmod(mode)
    if written:
        assert write_atomically(folder / "report", "report")
        return
    with pytest.raises(FileFailed, match=r"all users may write there too.*chmod go-w"):
        write_atomically(folder / "report", "report")
    assert not list(folder.iterdir())


def test_a_name_as_long_as_the_file_system_allows(tmp_path: Path) -> None:
    assert write_atomically(tmp_path / ("ö" * 125), "report")
