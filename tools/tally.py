# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Add up the tests of every pytest run whose JUnit file is in FOLDER, and print one line: N passed, N failed.

    python tools/tally.py FOLDER

Exits with status 1 if a test failed, if a file cannot be read, or if there is no file.
"""

from __future__ import annotations

import sys
import xml.etree.ElementTree as ET
from pathlib import Path


def count(file: Path) -> tuple[int, int]:
    """Passed and failed tests of one run. A test whose teardown also failed counts as one failed test."""
    passed: set[tuple[str, str]] = set()
    failed: set[tuple[str, str]] = set()
    for case in ET.parse(file).getroot().iter("testcase"):
        name = (case.get("classname", ""), case.get("name", ""))
        outcomes = {child.tag for child in case}
        if outcomes & {"failure", "error"}:
            failed.add(name)
        elif "skipped" not in outcomes:
            passed.add(name)
    return len(passed - failed), len(failed)


def main(folder: Path) -> int:
    """Print the totals. Returns the exit status."""
    passed = failed = 0
    sound = True
    files = sorted(folder.glob("*.xml"))
    for file in files:
        try:
            more_passed, more_failed = count(file)
        except ET.ParseError as error:
            print(f"{file.name} cannot be read: {error}.")
            sound = False
            continue
        passed += more_passed
        failed += more_failed
    print(f"{passed} passed, {failed} failed")
    return 0 if files and sound and not failed else 1


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
