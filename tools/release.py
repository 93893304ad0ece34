# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What the release workflow does to the tree. Needs the standard library only.

    python tools/release.py check TAG            fail unless TAG is the version of galaxy.yml and has release notes
    python tools/release.py addresses URL        write the repository's address into galaxy.yml, before the build

The addresses are not in the tree, because the collection does not know where it is hosted.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

ROOT = Path.cwd()
ADDRESSES = {
    "repository": "{url}",
    "homepage": "{url}",
    "documentation": "{url}/tree/main/docs",
    "issues": "{url}/issues",
}


def check(tag: str) -> str | None:
    """What speaks against releasing this tree as tag, or None."""
    found = re.search(r"^version: (\S+)$", (ROOT / "galaxy.yml").read_text("utf-8"), re.MULTILINE)
    version = found[1] if found else "no version"
    if tag != version:
        return f"The tag is {tag}, but galaxy.yml has {version}. Tag the commit that has the version."
    if f"  {tag}:\n" not in (ROOT / "changelogs" / "changelog.yaml").read_text("utf-8"):
        return f"changelogs/changelog.yaml has no release {tag}. Run `make changelog` and commit what it writes."
    return None


def write_addresses(url: str) -> str | None:
    """Set the addresses in galaxy.yml, or say why not."""
    if not re.fullmatch(r"https://[\w.-]+(/[\w.-]+)+", url):
        return f"{url!r} is not the address of a repository. Expected https://HOST/OWNER/NAME."
    file = ROOT / "galaxy.yml"
    lines = [line for line in file.read_text("utf-8").splitlines() if line.partition(":")[0] not in ADDRESSES]
    lines += [f"{name}: {address.format(url=url)}" for name, address in ADDRESSES.items()]
    file.write_text("\n".join(lines) + "\n", "utf-8")
    return None


def main(arguments: list[str]) -> int:
    """Run one of the two."""
    actions = {"check": check, "addresses": write_addresses}
    if len(arguments) != 2 or arguments[0] not in actions:
        print(__doc__)
        return 2
    problem = actions[arguments[0]](arguments[1])
    if problem:
        print(problem)
    return int(problem is not None)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
