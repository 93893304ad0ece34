# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""A folder that is held open stays the same one, and nothing in it is reached through a link."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.open_folder import OpenFolder, temporary_name


def test_a_folder_that_was_moved_is_still_the_one(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    with OpenFolder(tmp_path / "mine") as folder:
        (tmp_path / "mine").rename(tmp_path / "moved")
        (tmp_path / "mine").mkdir()
        with folder.new_file("file", 0o640) as file:
            file.write(b"x")
        assert folder.names() == ["file"]
    assert not list((tmp_path / "mine").iterdir())
    assert (tmp_path / "moved" / "file").stat().st_mode & 0o777 == 0o640


def test_a_link_is_neither_followed_nor_overwritten(tmp_path: Path) -> None:
    (tmp_path / "victim").write_text("mine")
    (tmp_path / "link").symlink_to(tmp_path / "victim")
    (tmp_path / "folder").symlink_to(tmp_path)
    (tmp_path / "inner").mkdir()
    os.mkfifo(tmp_path / "pipe")
    with OpenFolder(tmp_path) as folder:
        assert folder.content("inner", 100) is None and folder.content("pipe", 100) is None
        assert folder.content("link", 100) is None and folder.content("victim", 100) == b"mine"
        with pytest.raises(FileExistsError), folder.new_file("link", 0o600):
            pass
        with pytest.raises(NotADirectoryError):
            folder.inside("folder")
        assert [folder.kind_of(name) for name in ("link", "folder", "victim", "nothing")] == [
            "link",
            "link",
            "file",
            "",
        ]


@pytest.mark.parametrize("name", ["x" * 300, "ö" * 300, "日" * 300, "half \ud83d", "", "a"])
def test_a_temporary_name_fits_into_a_file_system(name: str) -> None:
    assert len(os.fsencode(temporary_name(name))) < 240
    assert temporary_name(name) != temporary_name(name)


def test_who_else_may_write(tmp_path: Path) -> None:
    def shared_with(mode: int) -> str:
        tmp_path.chmod(mode)
        with OpenFolder(tmp_path) as folder:
            return folder.shared_with()

    assert shared_with(0o700) == shared_with(0o755) == shared_with(0o1777) == ""
    assert shared_with(0o707) == shared_with(0o777) == "all users"
