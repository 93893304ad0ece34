# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The path in an href that somebody else wrote, before anything is read or deleted at it."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urlsplit


def path_below(text: Any, base_path: str = "") -> str | None:
    """The path of an href without that of the SMC's URL; None for anything but a plain href.

    Args:
        text: what may be an href: an absolute URL, or a path alone.
        base_path: the path in front of the API version, of an SMC behind a proxy.
    """
    # urlsplit silently drops control characters, so they are refused before.
    if not isinstance(text, str) or not re.fullmatch(r"[!-~]+", text) or "\\" in text:
        return None
    try:
        parts = urlsplit(text)
    except ValueError:
        return None
    absolute = parts.scheme in ("http", "https") and bool(parts.netloc)
    if not (absolute or (not parts.scheme and not parts.netloc)) or "?" in text or "#" in text:
        return None
    path = parts.path
    return path[len(base_path) :] if base_path and path.startswith(base_path + "/") else path


def path_in(href: str) -> str:
    """The path of an href from the SMC, whatever host it names; empty if it cannot be read as an address."""
    try:
        return urlsplit(href).path
    except ValueError:
        return ""
