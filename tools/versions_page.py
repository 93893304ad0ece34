# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print docs/tested_versions.md, made from what pins the versions: `python tools/versions_page.py > docs/tested_versions.md`."""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from simulator.server import API_VERSIONS

HEAD = """<!--
SPDX-FileCopyrightText: 2026 The ngfw.smc authors
SPDX-License-Identifier: GPL-3.0-or-later
Written by tools/versions_page.py from requirements/*.txt, the workflow and the simulator.
-->

# Tested versions

CI runs every gate and every test on each Python of the first row, and `ansible-test sanity` and the integration tests on the oldest and
on the newest ansible-core.
"""

FOOT = """
The SMC of the tests is the [simulator](../simulator/README.md), also behind a real Apache Tomcat; the vendor's Python clients
accept it. No real SMC was used. SMC 7.2 to 7.4 are expected to work like 7.1.
"""

LIBRARIES = ("requests", "websocket-client")
VENDOR = ("fp-ngfw-smc-python", "fp-ngfw-smc-python-monitoring")


def pinned(lock: str, package: str) -> str:
    """The first version of a package that a lock file names."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text("utf-8")
    found = re.search(rf"^{re.escape(package)}==([\w.]+)", text, re.MULTILINE)
    assert found, f"requirements/{lock}.txt does not name {package}"
    return found[1]


def pythons() -> list[str]:
    """The Pythons of the workflow's matrix."""
    text = (ROOT / ".github" / "workflows" / "test.yml").read_text("utf-8")
    found = re.search(r"^ +python: \[(.*)\]$", text, re.MULTILINE)
    assert found, ".github/workflows/test.yml has no list of Pythons"
    return re.findall(r"[\d.]+", found[1])


def rows() -> list[tuple[str, ...]]:
    """The table, row by row."""
    locks = {"matrix-oldest": "3.11", "dev": ", ".join(pythons()), "matrix-newest": "3.13"}
    lines = [("Python", *locks.values())]
    lines += [(name, *(pinned(lock, name) for lock in locks)) for name in ("ansible-core", *LIBRARIES)]
    lines += [(f"the vendor's {name}", "", pinned("dev", name), "") for name in VENDOR]
    return [*lines, ("SMC API of the simulator", *[", ".join(API_VERSIONS)] * len(locks))]


def page() -> str:
    """The whole page."""
    header = ("", "oldest", "every test", "newest")
    lines = [header, ("---",) * len(header), *rows()]
    return "\n".join((HEAD, *(f"| {' | '.join(line)} |".replace("  ", " ") for line in lines), FOOT))


if __name__ == "__main__":
    sys.stdout.write(page())
