# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Copy what goes into the built collection, and nothing else, into a new folder.

    built_files.py CHECKOUT FOLDER

The files are those that match tools/built_files.txt. Links are refused, since they could lead anywhere.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path

LIST = Path(__file__).with_name("built_files.txt")


def patterns() -> list[re.Pattern[str]]:
    lines = [line.strip() for line in LIST.read_text("utf-8").splitlines()]
    return [expression(line) for line in lines if line and not line.startswith("#")]


def expression(pattern: str) -> re.Pattern[str]:
    """A pattern of the list as a regular expression. Names that begin with a dot match only where the dot is written."""
    parts = re.split(r"(\*\*/|\*)", pattern)
    meaning = {"**/": r"(?:[^./][^/]*/)*", "*": r"(?!\.)[^/]*"}
    return re.compile("".join(meaning.get(part, re.escape(part)) for part in parts))


def built(names: Iterator[str] | list[str]) -> list[str]:
    """Those of the names, relative to the checkout, that go into the built file."""
    known = patterns()
    return sorted(name for name in names if any(one.fullmatch(name) for one in known))


def files_below(checkout: Path) -> Iterator[str]:
    """All files of a checkout but those in its hidden folders at the top, such as .git and .venv."""
    for top in sorted(checkout.iterdir()):
        if top.is_dir() and not top.name.startswith("."):
            yield from (str(path.relative_to(checkout)) for path in top.rglob("*") if not path.is_dir())
        elif not top.is_dir():
            yield top.name


def main(checkout: Path, folder: Path) -> int:
    names = built(files_below(checkout))
    for name in names:
        if (checkout / name).is_symlink():
            print(f"{name} is a link; only files go into the built collection.")
            return 1
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(checkout / name, folder / name)
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
