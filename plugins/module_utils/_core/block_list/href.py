# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The hrefs of block-list entries. Nothing is ever deleted unless its href certainly is one of these."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from urllib.parse import unquote

from ..api.connection import version_key
from ..api.href_path import path_below, path_in
from ..errors import OptionError, SMCError
from ..words import first_lines, shorten


class EntryPath(NamedTuple):
    """The parts of the href of a block-list entry, without host and API version. id: unquoted."""

    engine_type: str
    engine_key: str
    id: str


_ENGINE = r"/elements/(?P<type>[a-z0-9]+(?:_[a-z0-9]+)*_(?:fw|cluster|layer2|ips|engine))/(?P<key>\d+)"


_SEGMENT = r"[A-Za-z0-9_=+-]|%3[Dd]|%2[Bb]"


_ENTRY_PATH = re.compile(
    rf"/(?P<version>\d+(?:\.\d+)+){_ENGINE}"
    r"/(?:block_list|blacklist)"
    rf"/(?P<id>(?:{_SEGMENT})+)",
    re.ASCII,
)


@dataclass(frozen=True)
class EntryHref:
    """A checked href. text: as it was given. path: for the configured SMC. version: the API version in it.

    indexes: its places in `hrefs`, several if it is repeated.
    """

    text: str
    path: str
    version: str
    entry: EntryPath
    indexes: tuple[int, ...] = ()

    def path_in(self, version: str) -> str:
        """The path of the same entry in another API version."""
        if version == self.version:
            return self.path
        before, _unused, rest = self.path.rpartition(f"/{self.version}/elements/")
        engine, _word, last = rest.rsplit("/", 2)
        return f"{before}/{version}/elements/{engine}/{rel_names(version_key(version))[0]}/{last}"

    @property
    def engine(self) -> str:
        """The path of its engine, without the API version."""
        return f"elements/{self.entry.engine_type}/{self.entry.engine_key}"


def read_href(text: str, base_path: str = "") -> EntryHref | None:
    """The href of a block-list entry; None for anything else, however similar.

    Args:
        text: what may be an href.
        base_path: the path in front of the API version, of an SMC behind a proxy.
    """
    path = path_below(text, base_path)
    if path is None:
        return None
    found = _ENTRY_PATH.fullmatch(path)
    # The flush call's path differs from an entry's by this word only.
    if not found or unquote(found["id"]).lower() == "flush":
        return None
    entry = EntryPath(found["type"], found["key"], unquote(found["id"]))
    return EntryHref(text, base_path + path, found["version"], entry)


def read_hrefs(texts: Sequence[Any], base_path: str = "", most: int | None = None) -> list[EntryHref]:
    """Check the hrefs that a task gives.

    Args:
        texts: what may be hrefs.
        base_path: as for `read_href`.
        most: how many problems the details of the error list at most.

    Returns:
        The hrefs, each entry once.

    Raises:
        OptionError: at least one of them is not the href of a block-list entry.
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
        listed = "; ".join(first_lines([f"hrefs[{index}] is '{_printable(text)}'" for index, text in refused], 10))
        raise OptionError(
            f"{len(refused)} of {len(texts)} hrefs do not name a block-list entry, so nothing was deleted: {listed}. An entry's href ends in "
            "/elements/ENGINE_TYPE/KEY/block_list/ID; ngfw.smc.session_facts returns it as block_list_href.",
            problems=[{"index": index, "href": _printable(text)} for index, text in refused[:most]],
        )
    return list(read.values())


def list_path(href: str, version: str, engine: tuple[str, str] | None, base_path: str = "", flush: bool = False) -> str:
    """The path of a link by which a block list is changed. Whatever the SMC says, nothing else is ever written to.

    Args:
        href: the link, as the SMC gives it or as it is known.
        version: the API version of the session.
        engine: element type and key of the engine whose list it is; None for the system-wide list.
        base_path: as for `read_href`.
        flush: whether it is the link that empties the list.

    Returns:
        The path for the configured SMC; the link's host is not used.

    Raises:
        SMCError: it is not this link.
    """
    path = path_below(href, base_path) or ""
    owner = _ENGINE if engine else "(?:/elements)?/system(?:/[0-9]+)?"
    names = "|".join(rel_names(version_key(version)))
    tail = f"/(?:(?:{names})/flush|flush_(?:{names}))" if flush else f"/(?:{names})"
    found = re.fullmatch(rf"/{re.escape(version)}{owner}{tail}", path, re.ASCII)
    if not found or (engine and (found["type"], found["key"]) != engine):
        whose = f"of {'/'.join(engine)}" if engine else "of all engines"
        doing = "to empty the block list" if flush else "to the block list"
        raise SMCError(
            f"Nothing was changed: the SMC gives '{_printable(href)}' as the link {doing} {whose}, which it cannot be in API "
            f"{version}. Find out who answers in place of the SMC."
        )
    return base_path + path


def _printable(text: Any) -> str:
    return shorten(re.sub(r"//[^/@]*@", "//", str(text)), 200)


def path_of(href: str | None) -> EntryPath | None:
    """The entry that an href from the SMC names, in any API version; None if it is not an entry's href."""
    if not href:
        return None
    # The SMC's own hrefs do not have the path of a proxy in front of it, or have another one.
    path = path_in(href)
    start = path.find("/elements/")
    found = read_href("/0.0" + path[start:]) if start >= 0 else None
    return found.entry if found else None


def rel_names(version: tuple[int, ...], flush: bool = False) -> tuple[str, str]:
    """The names of the link to a block list, this API version's name first. flush: of the link to empty it."""
    names = ("block_list", "blacklist") if version >= (7,) else ("blacklist", "block_list")
    return ("flush_" + names[0], "flush_" + names[1]) if flush else names
