# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What every test run stands on: the collection where Ansible finds it, and nothing of the user's own configuration."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COLLECTIONS = ROOT / ".collections"
CACHE = ROOT / ".cache"


def _link_checkout() -> None:
    """Let a checkout be found as ansible_collections.ngfw.smc; elsewhere the collection is installed in that place."""
    link = COLLECTIONS / "ansible_collections" / "ngfw" / "smc"
    if (ROOT / "galaxy.yml").exists() and not link.is_symlink():
        link.parent.mkdir(parents=True, exist_ok=True)
        try:
            link.symlink_to("../../..", target_is_directory=True)
        except FileExistsError:
            assert link.resolve() == ROOT  # another test process was quicker


def _isolate() -> None:
    """Give the commands that tests start the environment that the Makefile gives, also when pytest is run by hand."""
    for name in list(os.environ):
        # A user's own Ansible settings, SMC, proxies and certificates have no say in a test.
        if name.startswith(("ANSIBLE_", "SMC_")) or name.lower().endswith(("_proxy", "_ca_bundle")):
            del os.environ[name]
    # Below nohup it is ignored, by the commands that tests start too.
    signal.signal(signal.SIGHUP, signal.SIG_DFL)
    os.environ.update(
        ANSIBLE_CONFIG=str(ROOT / "tests" / "ansible.cfg"),
        ANSIBLE_COLLECTIONS_PATH=str(COLLECTIONS),
        ANSIBLE_HOME=str(CACHE / "ansible"),
        ANSIBLE_ASYNC_DIR=str(CACHE / "ansible" / "async"),
        ANSIBLE_REMOTE_TMP=str(CACHE / "ansible" / "tmp"),
        ANSIBLE_NOCOLOR="1",
        HYPOTHESIS_STORAGE_DIRECTORY=str(CACHE / "hypothesis"),
    )
    scripts = str(Path(sys.executable).parent)
    search = os.environ.get("PATH", os.defpath).split(os.pathsep)
    if search[0] != scripts:
        os.environ["PATH"] = os.pathsep.join([scripts, *search])


_link_checkout()
_isolate()
