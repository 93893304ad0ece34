# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The hrefs of block-list entries, and the links by which a block list is changed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from ..api.connection import version_key
from ..api.engine_href import (
    ENGINE,
    EngineId,
    EnginePart,
    PartKind,
    hrefs_refused,
    part_of,
    printable_href,
    read_part_href,
)
from ..api.href_path import path_below
from ..errors import SMCError

_ENTRY = PartKind("block-list entry", ("block_list", "blacklist"), "block_list_href")


@dataclass(frozen=True)
class EntryHref:
    """A checked href. text: as it was given. path: for the configured SMC. version: the API version in it.

    indexes: its places in `hrefs`, several if it is repeated.
    """

    text: str
    path: str
    version: str
    entry: EnginePart
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
        return self.entry.engine


def read_href(text: str, base_path: str = "") -> EntryHref | None:
    """The href of a block-list entry; None for anything else, however similar.

    Args:
        text: what may be an href.
        base_path: the path in front of the API version, of an SMC behind a proxy.
    """
    found = read_part_href(_ENTRY, text, base_path)
    return EntryHref(text, base_path + found.path, found.version, found.part) if found else None


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
    read: dict[EnginePart, EntryHref] = {}
    refused: list[int] = []
    for index, text in enumerate(texts):
        href = read_href(text, base_path)
        if href is None:
            refused.append(index)
            continue
        before = read.get(href.entry, href)
        read[href.entry] = replace(before, indexes=(*before.indexes, index))
    if refused:
        raise hrefs_refused(_ENTRY, texts, refused, most)
    return list(read.values())


def list_path(href: str, version: str, engine: EngineId | None, base_path: str = "", flush: bool = False) -> str:
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
    owner = ENGINE if engine else "(?:/elements)?/system(?:/[0-9]+)?"
    names = "|".join(rel_names(version_key(version)))
    tail = f"/(?:(?:{names})/flush|flush_(?:{names}))" if flush else f"/(?:{names})"
    found = re.fullmatch(rf"/{re.escape(version)}{owner}{tail}", path, re.ASCII)
    if not found or (engine and (found["type"], found["key"]) != engine):
        whose = f"of {'/'.join(engine)}" if engine else "of all engines"
        doing = "to empty the block list" if flush else "to the block list"
        raise SMCError(
            f"Nothing was changed: the SMC gives '{printable_href(href)}' as the link {doing} {whose}, which it cannot be in API "
            f"{version}. Find out who answers in place of the SMC."
        )
    return base_path + path


def path_of(href: str | None) -> EnginePart | None:
    """The entry that an href from the SMC names, in any API version; None if it is not an entry's href."""
    return part_of(_ENTRY, href)


def rel_names(version: tuple[int, ...], flush: bool = False) -> tuple[str, str]:
    """The names of the link to a block list, this API version's name first. flush: of the link to empty it."""
    names = ("block_list", "blacklist") if version >= (7,) else ("blacklist", "block_list")
    return ("flush_" + names[0], "flush_" + names[1]) if flush else names
