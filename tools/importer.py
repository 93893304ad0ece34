# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Let Galaxy's importer check the built collection, as it would after an upload to Automation Hub.

    python tools/importer.py FILE.tar.gz SCRATCH_FOLDER

The importer exits with status 0 although it complains, so this reads its lines: each ERROR and each WARNING is a failure.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

# Warnings that cannot be avoided, each with its reason.
UNAVOIDABLE: tuple[str, ...] = (
    # flake8 by itself ignores these two rules, because they contradict PEP 8 and every formatter; the importer switches them on.
    " W503 line break before binary operator",
    " E203 whitespace before ':'",
    # An example uses a module of another collection, which the importer does not install.
    "couldn't resolve module/action 'community.general.mail'",
)


def main(file: Path, scratch: Path) -> int:
    """Run the importer in a folder from which it can find only the built file."""
    shutil.rmtree(scratch, ignore_errors=True)
    scratch.mkdir(parents=True)
    environment = {
        name: value for name, value in os.environ.items() if not name.startswith(("ANSIBLE_", "GALAXY_IMPORTER_"))
    }
    environment.update(
        HOME=str(scratch),
        ANSIBLE_HOME=str(scratch / "ansible"),
        GALAXY_IMPORTER_ANSIBLE_LOCAL_TMP=str(scratch / "tmp"),
        # Automation Hub's settings, which are stricter than Galaxy's. It also wants ansible-test, which `make sanity` runs.
        GALAXY_IMPORTER_RUN_FLAKE8="true",
        GALAXY_IMPORTER_CHECK_REQUIRED_TAGS="true",
        GALAXY_IMPORTER_REQUIRE_V1_OR_GREATER=str("-0." not in file.name).lower(),
        # The importer reads README.md and the documentation as UTF-8 only if the locale says so.
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
        print(f"The importer stopped with exit status {result.returncode}.")
        return 1
    if complaints:
        print("The importer complains:", *complaints, sep="\n")
        return 1
    if "Importer processing completed successfully" not in result.stdout:
        print("The importer did not say that it was successful.")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve()))
