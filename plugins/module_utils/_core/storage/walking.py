# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The way to a folder in which something is written, walked step by step so that no other user says where it leads.

Whoever may change a folder on the way can put a link there, or the folder of somebody else. So each step is taken from the
folder before it, which is held open, and is looked at before it is used.
"""

from __future__ import annotations

import errno
import grp
import os
import pwd
import stat
from contextlib import suppress
from pathlib import Path

from ..errors import FileFailed

# A folder on the way need not be readable, only one that may be entered.
_ON_THE_WAY = getattr(os, "O_PATH", os.O_RDONLY) | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC

# As many as Linux follows in one path.
_MOST_LINKS = 40


def open_walked(path: Path, make: bool = False) -> int:
    """A descriptor of the folder at this path.

    Args:
        path: the folder; a relative path begins at the present folder.
        make: whether to make the folders that do not exist. The umask decides who may enter them.

    Raises:
        FileFailed: another user could make the way lead somewhere else.
        OSError: the folder does not exist, or cannot be opened.
    """
    return _Walk(path, make).run()


class _Walk:
    def __init__(self, path: Path, make: bool) -> None:
        self._path = path
        self._make = make
        self._steps = [*reversed(path.parts)]
        self._links = 0
        self._where = Path()
        self._folder = -1

    def run(self) -> int:
        self._folder = os.open(".", _ON_THE_WAY)
        try:
            while self._steps:
                self._take(self._steps.pop())
            return os.open(".", os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC, dir_fd=self._folder)
        finally:
            os.close(self._folder)

    def _take(self, name: str) -> None:
        try:
            inner = self._open(name)
        except OSError:
            if not self._follow(name):
                raise
            return
        outer, self._folder = self._folder, inner
        try:
            if not name.startswith("/"):
                self._refuse_foreign(name, os.fstat(outer), os.fstat(inner))
        finally:
            os.close(outer)
        self._where /= name

    def _open(self, name: str) -> int:
        with suppress(FileNotFoundError):
            return os.open(name, _ON_THE_WAY, dir_fd=self._folder)
        if self._make:
            # Another process may have been faster.
            with suppress(FileExistsError):
                os.mkdir(name, dir_fd=self._folder)
        return os.open(name, _ON_THE_WAY, dir_fd=self._folder)

    def _follow(self, name: str) -> bool:
        """Whether this is a link, of which the steps come next."""
        link = self._look(name)
        if link is None or not stat.S_ISLNK(link.st_mode):
            return False
        self._refuse_foreign(name, os.fstat(self._folder), link)
        steps = Path(os.readlink(name, dir_fd=self._folder)).parts
        self._links += 1
        if self._links > _MOST_LINKS:
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        again = self._look(name)
        # To be renamed changes the time of a link, too.
        if again is None or (again.st_ino, again.st_ctime_ns) != (link.st_ino, link.st_ctime_ns):
            raise self._refusal(f"the link {self._where / name} was exchanged meanwhile. Use another folder.")
        self._steps += reversed(steps)
        return True

    def _look(self, name: str) -> os.stat_result | None:
        with suppress(OSError):
            return os.stat(name, dir_fd=self._folder, follow_symlinks=False)
        return None

    def _refuse_foreign(self, name: str, folder: os.stat_result, entry: os.stat_result) -> None:
        if may_be_entered(folder, entry, os.geteuid()):
            return
        place, owner = self._where / name, _user_name(entry.st_uid)
        if stat.S_ISLNK(entry.st_mode):
            raise self._refusal(
                f"on the way there, {place} is a link of the user {owner}, who can make it lead to the files of somebody else. "
                "Name the folder that it leads to."
            )
        who = others_who_may_write(folder) or f"the user {_user_name(folder.st_uid)}"
        raise self._refusal(
            f"on the way there, {place} belongs to the user {owner}, and {who} can put the folder of somebody else in its place. "
            "Use another folder."
        )

    def _refusal(self, reason: str) -> FileFailed:
        return FileFailed(f"Could not write into {self._path}: {reason}", path=str(self._path))


def may_be_entered(folder: os.stat_result, entry: os.stat_result, user: int) -> bool:
    """Whether something in a folder may be a step on the way of this user.

    What belongs to root or to the user was put there by them. A link of anybody else may lead anywhere. A folder of anybody
    else may be entered if nobody but its owner, the user and root can exchange it.
    """
    trusted = (0, user)
    if entry.st_uid in trusted:
        return True
    if stat.S_ISLNK(entry.st_mode):
        return False
    return folder.st_uid in (*trusted, entry.st_uid) and not others_who_may_write(folder)


def others_who_may_write(folder: os.stat_result) -> str:
    """Who else may rename things in a folder, in words; empty if nobody may but its owner and root."""
    if folder.st_mode & stat.S_ISVTX:
        # As in /tmp: everybody may add files there, but rename and delete only their own.
        return ""
    if folder.st_mode & stat.S_IWOTH:
        return "all users"
    if folder.st_mode & stat.S_IWGRP and not _is_private(folder.st_gid):
        return "other users of its group"
    return ""


def _is_private(group_id: int) -> bool:
    """Whether a group has nobody in it but root and this user, as with the group that many systems make for each user."""
    if group_id == 0:
        return True
    try:
        group = grp.getgrgid(group_id)
        user = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        # In a container users and groups often have no names; then the only group is this process's own.
        return group_id == os.getegid()
    return group.gr_name == user and set(group.gr_mem) <= {user}


def _user_name(user_id: int) -> str:
    try:
        return pwd.getpwuid(user_id).pw_name
    except KeyError:
        return f"with the number {user_id}"
