# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let Galaxy's importer look at the built collection, as it would at an upload.

    python tools/importer.py FILE.tar.gz SCRATCH_FOLDER

The importer exits 0 on much of what it complains about, so its lines are read: each ERROR and each WARNING is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Warnings that cannot be mended here, each with its reason. None so far.
UNAVOIDABLE: tuple[str, ...] = ()


def main(file: Path, scratch: Path) -> int:
    """Run the importer where nothing but the built file can be found."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "GALAXY_IMPORTER_"))
    }
    environment.update(
        HOME=str(scratch),
        ANSIBLE_HOME=str(scratch / "ansible"),
        GALAXY_IMPORTER_ANSIBLE_LOCAL_TMP=str(scratch / "tmp"),
        # The importer reads README.md and the documentation as UTF-8 only where the locale says so.
        LC_ALL="C.UTF-8",
    )
    result = subprocess.run(
        [sys.executable, "-m", "galaxy_importer.main", str(file)],
        cwd=scratch,
        env=environment,
        check=False,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    print(result.stdout)
    complaints = [
        line
        for line in result.stdout.splitlines()
        if line.startswith(("CRITICAL", "ERROR", "WARNING")) and not any(known in line for known in UNAVOIDABLE)
    ]
    if result.returncode:
        print(f"the importer stopped with exit status {result.returncode}")
        return 1
    if complaints:
        print("the importer complains:", *complaints, sep="\n")
        return 1
    if "Importer processing completed successfully" not in result.stdout:
        print("the importer did not say that it was successful")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
