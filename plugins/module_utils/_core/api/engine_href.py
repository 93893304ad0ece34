# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The hrefs of what an engine has, such as block-list entries.

Nothing is ever deleted unless its href certainly is one of these.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple
from urllib.parse import unquote

from ..errors import OptionError
from ..words import first_lines, shorten
from .href_path import path_below, path_in

# The part of a path that names an engine.
ENGINE = r"/elements/(?P<type>[a-z0-9]+(?:_[a-z0-9]+)*_(?:fw|cluster|layer2|ips|engine))/(?P<key>\d+)"
_ID = r"(?P<id>(?:[A-Za-z0-9_=+-]|%3[Dd]|%2[Bb])+)"
# How many hrefs a message names.
_NAMED = 10

# Element type and key of an engine.
EngineId = tuple[str, str]


class EnginePart(NamedTuple):
    """The parts of an href of something that an engine has, without host and API version. id: unquoted."""

    engine_type: str
    engine_key: str
    id: str

    @property
    def engine_id(self) -> EngineId:
        return self.engine_type, self.engine_key

    @property
    def engine(self) -> str:
        """The path of its engine, below the API version."""
        return f"elements/{self.engine_type}/{self.engine_key}"


@dataclass(frozen=True)
class PartKind:
    """A kind of thing that an engine has.

    name: for people. words: what it is called in a path, the present word first. fact: the key of its href in an entry.
    """

    name: str
    words: tuple[str, ...]
    fact: str


class PartHref(NamedTuple):
    """A checked href. path: without the path in front of the API version. version: the API version in it."""

    path: str
    version: str
    part: EnginePart


def read_part_href(kind: PartKind, text: Any, base_path: str = "") -> PartHref | None:
    """The href of something of this kind; None for anything else, however similar.

    Args:
        kind: what it must be.
        text: what may be an href, of any host and API version.
        base_path: the path in front of the API version, of an SMC behind a proxy.
    """
    path = path_below(text, base_path)
    found = _path_of(kind.words).fullmatch(path) if path is not None else None
    # The path of the call that flushes a list differs from that of an entry by this word only.
    if path is None or not found or unquote(found["id"]).lower() == "flush":
        return None
    return PartHref(path, found["version"], EnginePart(found["type"], found["key"], unquote(found["id"])))


@cache
def _path_of(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(rf"/(?P<version>\d+(?:\.\d+)+){ENGINE}/(?:{'|'.join(words)})/{_ID}", re.ASCII)


def part_of(kind: PartKind, href: Any) -> EnginePart | None:
    """What an href from the SMC names, in any API version; None if it is nothing of this kind."""
    # The SMC's own hrefs do not have the path of a proxy in front of it, or have another one.
    path = path_in(str(href or ""))
    start = path.find("/elements/")
    found = read_part_href(kind, "/0.0" + path[start:]) if start >= 0 else None
    return found.part if found else None


def hrefs_refused(kind: PartKind, texts: Sequence[Any], indexes: Sequence[int], most: int | None = None) -> OptionError:
    """The error for hrefs that a task gives and that are not of this kind.

    Args:
        kind: what they must be.
        texts: all that the task gives.
        indexes: which of them are something else.
        most: how many problems the details of the error list at most.
    """
    wrong = [(index, printable_href(texts[index])) for index in indexes]
    listed = "; ".join(first_lines([f"hrefs[{index}] is '{shown}'" for index, shown in wrong], _NAMED))
    return OptionError(
        f"{len(wrong)} of {len(texts)} hrefs do not name a {kind.name}, so nothing was deleted: {listed}. The href of a {kind.name} "
        f"ends in /elements/ENGINE_TYPE/KEY/{kind.words[0]}/ID; ngfw.smc.session_facts returns it as {kind.fact}.",
        problems=[{"index": index, "href": shown} for index, shown in wrong[:most]],
    )


def check_engine(parts: Sequence[EnginePart], target: str, engine: EngineId) -> None:
    """Raises OptionError unless all that a task names by href belongs to the engine that it names.

    Args:
        parts: what the hrefs name.
        target: the name of the engine.
        engine: which engine that is.
    """
    foreign = [part for part in parts if part.engine_id != engine]
    if foreign:
        raise OptionError(
            f"{len(foreign)} of {len(parts)} hrefs belong to another engine than '{target}', so nothing was deleted: '{target}' is "
            f"{'/'.join(engine)}, but the first of them belongs to {'/'.join(foreign[0].engine_id)}. Leave out `target` to delete "
            "what the hrefs name, wherever it is."
        )


def engine_id(href: str) -> EngineId:
    """Element type and key of an engine's href; empty if it is of another shape."""
    found = re.search(r"/elements/([^/]+)/([^/]+)$", path_in(href))
    return (found[1], found[2]) if found else ("", "")


def printable_href(text: Any) -> str:
    """What may be an href, for a message: short, and without a password in it."""
    return shorten(re.sub(r"//[^/@]*@", "//", str(text)), 200)
