# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The hrefs of VPN SAs. Nothing is ever deleted unless its href certainly is one of these."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple
from urllib.parse import quote, unquote

from ..api.href_path import path_below
from ..errors import OptionError
from ..words import first_lines, shorten

_SEGMENT = r"[A-Za-z0-9_=+-]|%3[Dd]|%2[Bb]"
_SA_PATH = re.compile(
    r"/\d+(?:\.\d+)+/elements"
    r"/(?P<type>[a-z0-9]+(?:_[a-z0-9]+)*_(?:fw|cluster|layer2|ips|engine))"
    r"/(?P<key>\d+)/vpn_sa"
    rf"/(?P<id>(?:{_SEGMENT})+)",
    re.ASCII,
)


class SAHref(NamedTuple):
    """The parts of the href of a VPN SA, without host and API version. id: unquoted."""

    engine_type: str
    engine_key: str
    id: str

    @property
    def engine(self) -> str:
        """The path of its engine, below the API version."""
        return f"elements/{self.engine_type}/{self.engine_key}"

    @property
    def path(self) -> str:
        """Its own path, below the API version."""
        return f"{self.engine}/vpn_sa/{quote(self.id, safe='=')}"


def read_sa_href(text: Any, base_path: str = "") -> SAHref | None:
    """The href of a VPN SA; None for anything else, however similar.

    Args:
        text: what may be an href, of any host and API version.
        base_path: the path in front of the API version, of an SMC behind a proxy.
    """
    path = path_below(text, base_path)
    found = _SA_PATH.fullmatch(path) if path is not None else None
    return SAHref(found["type"], found["key"], unquote(found["id"])) if found else None


def sa_of(text: Any) -> SAHref | None:
    """The SA that an href from the SMC names, whatever stands in front of the API version; None if it names none."""
    found = re.search(r"/\d+(?:\.\d+)+/elements/.*", str(text or ""))
    return read_sa_href(found[0]) if found else None


def read_sa_hrefs(texts: Sequence[Any], base_path: str = "") -> list[SAHref]:
    """Check the hrefs that a task gives.

    Args:
        texts: what may be hrefs.
        base_path: as for `read_sa_href`.

    Returns:
        The hrefs, each SA once.

    Raises:
        OptionError: at least one of them is not the href of a VPN SA.
    """
    read = [read_sa_href(text, base_path) for text in texts]
    refused = [f"hrefs[{index}] is '{_printable(texts[index])}'" for index, href in enumerate(read) if href is None]
    if refused:
        raise OptionError(
            f"{len(refused)} of {len(texts)} hrefs do not name a VPN SA, so nothing was deleted: "
            f"{'; '.join(first_lines(refused, 10))}. An SA's href ends in /elements/ENGINE_TYPE/KEY/vpn_sa/ID; "
            "ngfw.smc.session_facts returns it as vpn_sa_href."
        )
    return list(dict.fromkeys(href for href in read if href is not None))


def _printable(text: Any) -> str:
    return shorten(re.sub(r"//[^/@]*@", "//", str(text)), 200)
