# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Lay out the pages of the documentation site for Sphinx.

    python tools/docs_source.py FOLDER

The guides are Markdown that also reads well in the repository, so their links are changed on the way: a link to another page
leads to it, a link to a file becomes a download, and a link to a folder becomes the folder's name.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
SITE = ROOT / "docs" / "docsite"
# Pages that are not in docs, with their names on the site.
OTHERS = {
    "README.md": "start.md",
    "CHANGELOG.md": "changelog.md",
    "CONTRIBUTING.md": "contributing.md",
    "CODE_OF_CONDUCT.md": "code_of_conduct.md",
}
OPTIONAL = {"SECURITY.md": "security.md"}
LINK = re.compile(r"(?<!!)\[([^\]]+)\]\(([^)#\s]+)(#[^)\s]*)?\)")
LABEL = re.compile(r"(\w+/)*[\w.]+\Z")


def pages() -> dict[Path, str]:
    """Each page's file, and its name on the site."""
    found = {file: file.name for file in sorted((ROOT / "docs").glob("*.md"))}
    found.update((ROOT / name, page) for name, page in {**OTHERS, **OPTIONAL}.items() if (ROOT / name).is_file())
    return found


def relink(text: str, file: Path, names: dict[Path, str], folder: Path) -> str:
    """The text of a page with its links as the site needs them. Copies the files that it links to into folder."""

    def changed(link: re.Match[str]) -> str:
        label, target, fragment = link[1], link[2], link[3] or ""
        if "://" in target or target.startswith("mailto:"):
            return link[0]
        there = (file.parent / target).resolve()
        if there in names:
            return f"[{page_label(label, target, there)}]({names[there]}{fragment})"
        if there.is_dir():
            return code(label)
        if not there.is_file():
            sys.exit(f"{file.relative_to(ROOT)} links to {target}, which does not exist.")
        if there.suffix == ".md":
            return code(str(there.relative_to(ROOT)))
        copy = folder / "files" / there.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(there, copy)
        return f"[{label}](files/{there.relative_to(ROOT)})"

    return LINK.sub(changed, text.replace("](docs/images/", "](images/"))


def page_label(label: str, target: str, there: Path) -> str:
    """The title of the page, where the link's text is only the name of its file."""
    return title(there) if label.rpartition("/")[2] == target.rpartition("/")[2] else label


def code(label: str) -> str:
    """A path as code."""
    return f"`{label}`" if LABEL.match(label) else label


def title(file: Path) -> str:
    """A page's first heading."""
    found = re.search(r"^# (.+)$", file.read_text("utf-8"), re.MULTILINE)
    return found[1] if found else file.stem


def write(folder: Path) -> None:
    """Write every page, and what Sphinx needs beside them, into an empty folder."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(SITE, folder)
    shutil.copytree(ROOT / "docs" / "images", folder / "images")
    names = pages()
    for file, page in names.items():
        (folder / page).write_text(relink(file.read_text("utf-8"), file, names, folder), "utf-8")
    index = (SITE / "index.md").read_text("utf-8")
    listed = set(re.findall(r"^(?:.*<)?(\w+)>?$", index, re.MULTILINE))
    new = {file: page.removesuffix(".md") for file, page in names.items() if page.removesuffix(".md") not in listed}
    guides = [page for file, page in new.items() if file.parent != ROOT]
    project = [page for file, page in new.items() if file.parent == ROOT]
    # A page that nobody put into the index is still reached from it.
    index = index.replace("NEW_GUIDES", "\n".join(guides)).replace("NEW_PROJECT_FILES", "\n".join(project))
    (folder / "index.md").write_text(index, "utf-8")


if __name__ == "__main__":
    write(Path(sys.argv[1]).resolve())
