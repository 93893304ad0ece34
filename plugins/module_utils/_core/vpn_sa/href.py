# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The hrefs of VPN SAs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import quote

from ..api.engine_href import EnginePart, PartKind, hrefs_refused, part_of, read_part_href

_SA = PartKind("VPN SA", ("vpn_sa",), "vpn_sa_href")


class SAHref(EnginePart):
    """The parts of the href of a VPN SA, without host and API version. id: unquoted."""

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
    found = read_part_href(_SA, text, base_path)
    return SAHref(*found.part) if found else None


def sa_of(text: Any) -> SAHref | None:
    """The SA that an href from the SMC names, whatever stands in front of the API version; None if it names none."""
    found = part_of(_SA, text)
    return SAHref(*found) if found else None


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
    refused = [index for index, href in enumerate(read) if href is None]
    if refused:
        raise hrefs_refused(_SA, texts, refused)
    return list(dict.fromkeys(href for href in read if href is not None))
