# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""How to reach the SMC: the connection's options, checked."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from .errors import OptionError

DEFAULT_DOMAIN = "Shared Domain"

Version = tuple[int, ...]


@dataclass(frozen=True)
class Connection:
    """How to reach the SMC. Times in seconds; a session is what `Session.hand_over` gave."""

    url: str
    api_key: str | None = None
    username: str | None = None
    password: str | None = None
    domain: str | None = None
    api_version: str | None = None
    validate_certs: bool = True
    ca_path: str | None = None
    connect_timeout: float = 10.0
    read_timeout: float = 60.0
    session: Mapping[str, Any] | None = field(default=None, repr=False)

    @property
    def base(self) -> str:
        """The URL without a trailing slash; the session's where `url` is not given. Raises OptionError."""
        if not self.session:
            return base_url(self.url)
        base = base_url(str(self.session.get("url", "")))
        if self.url and base_url(self.url) != base:
            raise OptionError(f"The session was opened at {base}, but `url` says {base_url(self.url)}.")
        return base

    @property
    def has_credentials(self) -> bool:
        return bool(self.api_key or (self.username and self.password))


def base_url(url: str) -> str:
    parts = urlsplit((url or "").strip())
    if parts.scheme not in ("http", "https") or not parts.hostname:
        shown = bare_url(url) if url else "empty"
        raise OptionError(f"`url` is '{shown}'; it must be like https://smc.example.com:8082.")
    if parts.username or parts.password:
        raise OptionError("`url` must not hold a user name or password; use `username` and `password`.")
    path = parts.path.rstrip("/")
    if re.search(r"/(?:api|\d+(?:\.\d+)+)$", path):
        ending = path.rsplit("/", 1)[1]
        raise OptionError(
            f"`url` ends in '{ending}'; give only scheme, host and port, and the version in `api_version`."
        )
    return urlunsplit((parts.scheme, parts.netloc, path, "", ""))


def bare_url(url: str) -> str:
    """The URL without user, password, query and fragment."""
    parts = urlsplit(url)
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def certificate_authorities(connection: Connection, default: str) -> bool | str:
    """A file or folder of CAs, or False to check nothing: `ca_path`, else the environment's, else the default."""
    if not connection.validate_certs:
        return False
    if connection.ca_path:
        path = Path(connection.ca_path).expanduser()
        if not path.exists():
            raise OptionError(f"`ca_path` is '{connection.ca_path}', but there is no such file or folder.")
        return str(path)
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        if os.environ.get(name):
            return os.environ[name]
    return default


def offered_versions(document: Any) -> list[str]:
    listed = document.get("version") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        return []
    versions = [str(item.get("rel", "")) for item in listed if isinstance(item, dict)]
    return [version for version in versions if re.fullmatch(r"\d+(\.\d+)*", version)]


def version_key(version: str) -> Version:
    """'6.10' as (6, 10), which is newer than (6, 9)."""
    return tuple(int(part) for part in version.split("."))
