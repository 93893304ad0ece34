# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The hrefs of block-list entries. Only what is one for certain is ever deleted."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit

from .connection import version_key
from .errors import OptionError


class EntryPath(NamedTuple):
    """What the href of a block-list entry says, apart from its host. id: unquoted."""

    engine_type: str
    engine_key: str
    id: str


_SEGMENT = r"[A-Za-z0-9_=+-]|%3[Dd]|%2[Bb]"
_ENTRY_PATH = re.compile(
    r"/(?P<version>\d+(?:\.\d+)+)/elements"
    r"/(?P<type>[a-z0-9]+(?:_[a-z0-9]+)*_(?:fw|cluster|layer2|ips|engine))"
    r"/(?P<key>\d+)"
    r"/(?:block_list|blacklist)"
    rf"/(?P<id>(?:{_SEGMENT})+)",
    re.ASCII,
)


@dataclass(frozen=True)
class EntryHref:
    """A checked href. path: what is asked of the configured SMC. version: the API version in it."""

    text: str
    path: str
    version: str
    entry: EntryPath
    indexes: tuple[int, ...] = ()

    def path_in(self, version: str) -> str:
        """The path by which another API version knows the entry."""
        if version == self.version:
            return self.path
        before, _unused, rest = self.path.rpartition(f"/{self.version}/elements/")
        engine, _word, last = rest.rsplit("/", 2)
        return f"{before}/{version}/elements/{engine}/{rel_names(version_key(version))[0]}/{last}"

    @property
    def engine(self) -> str:
        """Its engine, for any API version."""
        return f"elements/{self.entry.engine_type}/{self.entry.engine_key}"


def read_href(text: str, base_path: str = "") -> EntryHref | None:
    """The href of a block-list entry; None for anything else, be it ever so close."""
    # urlsplit drops control characters silently; none may have been there.
    if not isinstance(text, str) or not re.fullmatch(r"[!-~]+", text) or "\\" in text:
        return None
    parts = urlsplit(text)
    absolute = parts.scheme in ("http", "https") and bool(parts.netloc)
    if not (absolute or (not parts.scheme and not parts.netloc)) or "?" in text or "#" in text:
        return None
    path = parts.path
    if base_path and path.startswith(base_path + "/"):
        path = path[len(base_path) :]
    found = _ENTRY_PATH.fullmatch(path)
    # The flush call's path differs from an entry's by this word only.
    if not found or unquote(found["id"]).lower() == "flush":
        return None
    entry = EntryPath(found["type"], found["key"], unquote(found["id"]))
    return EntryHref(text, base_path + path, found["version"], entry)


def read_hrefs(texts: Sequence[Any], base_path: str = "", most: int | None = None) -> list[EntryHref]:
    """The hrefs, each entry once. Raises OptionError if a single one is not a block-list entry's.

    most: how many of these the details of the error hold.
    """
    read: dict[EntryPath, EntryHref] = {}
    refused: list[tuple[int, Any]] = []
    for index, text in enumerate(texts):
        href = read_href(text, base_path)
        if href is None:
            refused.append((index, text))
            continue
        before = read.get(href.entry, href)
        read[href.entry] = replace(before, indexes=(*before.indexes, index))
    if refused:
        listed = "; ".join(f"hrefs[{index}] is '{_printable(text)}'" for index, text in refused[:10])
        more = f"; and {len(refused) - 10} more" if len(refused) > 10 else ""
        raise OptionError(
            f"{len(refused)} of {len(texts)} hrefs do not name a block-list entry, so nothing was deleted: {listed}{more}. An entry's href ends in "
            "/elements/ENGINE_TYPE/KEY/block_list/ID; ngfw.smc.session_facts returns it as block_list_href.",
            problems=[{"index": index, "href": _printable(text)} for index, text in refused[:most]],
        )
    return list(read.values())


def _printable(text: Any) -> str:
    shown = re.sub(r"//[^/@]*@", "//", str(text))
    return shown if len(shown) <= 200 else shown[:199] + "…"


def path_of(href: str | None) -> EntryPath | None:
    """What an href of the SMC's own names, whatever API version it says; None if that is no entry."""
    if not href:
        return None
    # The SMC may stand behind a path of a proxy's, which its own hrefs do not know.
    path = urlsplit(href).path
    start = path.find("/elements/")
    found = read_href("/0.0" + path[start:]) if start >= 0 else None
    return found.entry if found else None


def rel_names(version: tuple[int, ...], flush: bool = False) -> tuple[str, str]:
    """The link of a block list, this API version's name first."""
    names = ("block_list", "blacklist") if version >= (7,) else ("blacklist", "block_list")
    return ("flush_" + names[0], "flush_" + names[1]) if flush else names
