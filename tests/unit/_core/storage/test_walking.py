# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""No other user says where the way to a folder leads, whatever writes there."""

from __future__ import annotations

import os
import stat
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import FileFailed
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.atomic_files import write_atomically
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.open_folder import OpenFolder
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.snapshot_writer import SnapshotWriter
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.verdict_history import VerdictHistory
from ansible_collections.ngfw.smc.plugins.module_utils._core.storage.walking import may_be_entered

ROOT, ME, ALICE, BOB = 0, 1000, 1234, 1235

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs files of several users, which only root can make")


def known(kind: int, mode: int, user: int) -> os.stat_result:
    # The group with the number 0 counts as private.
    return os.stat_result((kind | mode, 1, 1, 1, user, 0, 0, 0, 0, 0))


@pytest.mark.parametrize(
    ("kind", "owner", "folder_mode", "folder_owner", "entered"),
    [
        # The usual ways: below folders of root, in /tmp, in one's own folders, and in those of AWX and of GitLab's runners.
        (stat.S_IFDIR, ROOT, 0o755, ROOT, True),
        (stat.S_IFDIR, ALICE, 0o755, ROOT, True),
        (stat.S_IFDIR, ME, 0o1777, ROOT, True),
        (stat.S_IFDIR, ALICE, 0o1777, ROOT, True),
        (stat.S_IFDIR, ALICE, 0o755, ALICE, True),
        (stat.S_IFDIR, ROOT, 0o755, ALICE, True),
        (stat.S_IFDIR, ME, 0o777, ROOT, True),
        (stat.S_IFDIR, ROOT, 0o777, ROOT, True),
        (stat.S_IFDIR, ALICE, 0o775, ROOT, True),
        (stat.S_IFLNK, ROOT, 0o755, ROOT, True),
        (stat.S_IFLNK, ME, 0o1777, ROOT, True),
        (stat.S_IFLNK, ME, 0o777, ROOT, True),
        # Somebody else's link, and a folder that somebody else may exchange for another one.
        (stat.S_IFLNK, ALICE, 0o755, ALICE, False),
        (stat.S_IFLNK, ALICE, 0o1777, ROOT, False),
        (stat.S_IFLNK, ALICE, 0o755, ROOT, False),
        (stat.S_IFDIR, ALICE, 0o777, ROOT, False),
        (stat.S_IFDIR, ALICE, 0o777, ALICE, False),
        (stat.S_IFDIR, BOB, 0o755, ALICE, False),
        (stat.S_IFDIR, BOB, 0o1777, ALICE, False),
    ],
)
def test_what_may_be_a_step_on_the_way(
    kind: int, owner: int, folder_mode: int, folder_owner: int, entered: bool
) -> None:
    folder, entry = known(stat.S_IFDIR, folder_mode, folder_owner), known(kind, 0o755, owner)
    assert may_be_entered(folder, entry, ME) == entered


def take_snapshot(folder: Path) -> None:
    with SnapshotWriter(folder / "snapshot", compress=False, replace=False) as writer:
        writer.finish({})


WRITERS: list[Callable[[Path], object]] = [
    lambda folder: write_atomically(folder / "report", "report"),
    take_snapshot,
    lambda folder: VerdictHistory(folder / "history.db").add_run("run", "2026-01-01T00:00:00+00:00", []),
]


@pytest.fixture
def of_bob(tmp_path: Path) -> Path:
    """A folder of a user who lets nobody else write into it."""
    folder = tmp_path / "bob"
    folder.mkdir(mode=0o755)
    (folder / "report").write_text("mine")
    os.chown(folder, BOB, BOB)
    return folder


@only_root
@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("mode", [0o755, 0o777, 0o1777])
@pytest.mark.parametrize("step", ["", "below"])
def test_a_link_of_another_user_is_not_followed(
    tmp_path: Path, of_bob: Path, write: Callable[[Path], object], mode: int, step: str
) -> None:
    alice = tmp_path / "alice"
    alice.mkdir()
    (alice / "reports").symlink_to(of_bob)
    os.chown(alice / "reports", ALICE, ALICE, follow_symlinks=False)
    os.chown(alice, ALICE, ALICE)
    alice.chmod(mode)
    with pytest.raises(
        FileFailed, match=r"Could not write into .*alice/reports is a link of the user with the number 1234"
    ):
        write(alice / "reports" / step)
    assert [path.name for path in of_bob.iterdir()] == ["report"] and (of_bob / "report").read_text() == "mine"


@only_root
@pytest.mark.parametrize("write", WRITERS)
def test_a_folder_that_another_user_moved_there_is_not_entered(
    tmp_path: Path, of_bob: Path, write: Callable[[Path], object]
) -> None:
    shared = tmp_path / "shared"
    shared.mkdir()
    shared.chmod(0o777)
    of_bob.rename(shared / "reports")
    with pytest.raises(FileFailed, match=r"shared/reports belongs to the user .* and all users can put the folder"):
        write(shared / "reports")
    assert [path.name for path in (shared / "reports").iterdir()] == ["report"]


@pytest.mark.parametrize("write", WRITERS)
@pytest.mark.parametrize("target", ["{tmp}/real", "real", "../{name}/real", "second"])
def test_ones_own_links_are_followed(
    tmp_path: Path, write: Callable[[Path], object], target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real" / "inner").mkdir(parents=True)
    (tmp_path / "second").symlink_to("real")
    (tmp_path / "link").symlink_to(target.format(tmp=tmp_path, name=tmp_path.name))
    monkeypatch.chdir(tmp_path)
    write(Path("link/inner/../inner"))
    assert list((tmp_path / "real" / "inner").iterdir())


def test_folders_that_are_missing_are_made_only_if_asked(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        OpenFolder(tmp_path / "a" / "b")
    with OpenFolder(tmp_path / "a" / "b", make=True) as folder:
        assert folder.names() == []
    umask = os.umask(0o077)
    os.umask(umask)
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o777 & ~umask


def test_a_circle_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    with pytest.raises(FileFailed, match=r"Could not write .*/a/report: too many levels of symbolic links"):
        write_atomically(tmp_path / "a" / "report", "report")


def test_a_link_that_is_exchanged_in_the_moment_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to("real")
    reading = os.readlink

    def exchange(name: str, *, dir_fd: int) -> str:
        (tmp_path / "link").rename(tmp_path / "moved")
        (tmp_path / "link").symlink_to("elsewhere")
        return reading(name, dir_fd=dir_fd)

    monkeypatch.setattr(os, "readlink", exchange)
    with pytest.raises(FileFailed, match=r"link was exchanged meanwhile\. Use another folder"):
        OpenFolder(tmp_path / "link")


@only_root
def test_a_folder_that_may_only_be_entered_is_no_obstacle() -> None:
    """As /home often is. Root may read everything, so another user has to look."""
    with TemporaryDirectory() as name:
        home = Path(name)
        (home / "me").mkdir()
        os.chown(home / "me", ME, ME)
        home.chmod(0o711)
        child = os.fork()
        if not child:
            os.setgid(ME)
            os.setuid(ME)
            os._exit(0 if write_atomically(home / "me" / "report", "report") else 1)
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
