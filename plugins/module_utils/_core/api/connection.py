# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The options of a connection to the SMC, checked."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit, urlunsplit

from ..errors import OptionError

DEFAULT_DOMAIN = "Shared Domain"


Version = tuple[int, ...]


@dataclass(frozen=True)
class Connection:
    """How to reach the SMC. Timeouts in seconds; `session` is what `Session.hand_over` returned.

    total_timeout: for everything from the first connection to the logout; None where each item of work has its own.
    url: the address, or those of several Management Servers with commas between them.
    standby_statuses: HTTP statuses by which a Management Server says, before or at the login, that it is not the active one.
    """

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
    total_timeout: float | None = None
    session: Mapping[str, Any] | None = field(default=None, repr=False)
    standby_statuses: tuple[int, ...] = ()

    @property
    def urls(self) -> list[str]:
        """The addresses to try, in this order. Raises OptionError."""
        return [base_url(url) for url in (self.url or "").split(",") if url.strip()] or [base_url("")]

    @property
    def base(self) -> str:
        """The URL without a trailing slash; that of the session if `url` is not given. Raises OptionError."""
        if not self.session:
            return self.urls[0]
        base = base_url(str(self.session.get("url", "")))
        if self.url and base not in self.urls:
            raise OptionError(f"`session` was opened at {base}, but `url` is {', '.join(self.urls)}.")
        return base

    @property
    def has_credentials(self) -> bool:
        return bool(self.api_key or (self.username and self.password))


def base_url(url: str) -> str:
    """Scheme, host, port and path of `url`. Raises OptionError, with nothing of it, unless it is the URL of an SMC."""
    try:
        parts = urlsplit((url or "").strip())
        port = parts.port
    except ValueError:
        raise OptionError(f"`url` cannot be read: its host or its port is wrong. {_SUCH_AS}") from None
    if not url:
        raise OptionError(f"`url` is empty. {_SUCH_AS}")
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise OptionError(f"`url` does not begin with http:// or https:// and the name of a host. {_SUCH_AS}")
    if "@" in parts.netloc:
        raise OptionError("`url` must not contain a user name or password; use `username` and `password`.")
    if port == 0:
        raise OptionError(f"`url` has the port 0. {_SUCH_AS}")
    path = parts.path.rstrip("/")
    if re.search(r"[\x00-\x20\\@]", path):
        raise OptionError(f"`url` has a path with white space, a backslash or an @. {_SUCH_AS}")
    if re.search(r"/(?:api|\d+(?:\.\d+)+)$", path):
        ending = path.rsplit("/", 1)[1]
        raise OptionError(
            f"`url` ends in '{ending}'; give only scheme, host and port, and the version in `api_version`."
        )
    host = _checked_host(parts.hostname)
    return urlunsplit((parts.scheme, host if port is None else f"{host}:{port}", path, "", ""))


_SUCH_AS = "Write it like https://smc.example.com:8082."


def _checked_host(host: str) -> str:
    """The host as requests may have it: IPv6 in brackets, other letters than ASCII as DNS spells them."""
    if ":" in host:
        try:
            ipaddress.IPv6Address(host.partition("%")[0])
        except ValueError:
            raise OptionError(f"`url` has an IPv6 address that is not one. {_SUCH_AS}") from None
        return f"[{host}]"
    try:
        spelt = host.encode("idna").decode()
    except UnicodeError:
        spelt = ""
    if len(spelt) > 253 or not re.fullmatch(r"[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_.])?", spelt):
        raise OptionError(
            f"`url` has a host name that no host can have: a part of it is empty or too long, or has a character that "
            f"does not belong there. {_SUCH_AS}"
        )
    return spelt


def bare_url(url: str) -> str:
    """The URL without user, password, query and fragment; a few words for one that cannot be read."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "an address that cannot be read"
    return urlunsplit((parts.scheme, parts.netloc.rpartition("@")[2], parts.path, "", ""))


def is_loopback(base: str) -> bool:
    """Whether nothing that is sent to this URL leaves the machine."""
    host = urlsplit(base).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


# The mark that some editors put at the beginning of a file.
_BYTE_ORDER_MARK = "\ufeff"


def tidied(option: str, value: Any) -> str | None:
    """An option's text without what a file, a shell or an editor may have put around it.

    Args:
        option: Its name, for the error.
        value: None and an empty text are no value.

    Raises:
        OptionError: It holds something that no value of this option has. The message does not show the value.
    """
    text = str(value or "").strip().strip(_BYTE_ORDER_MARK).strip()
    if len(text) > 1 and text[0] == text[-1] and text[0] in "\"'":
        text = text[1:-1].strip()
    _require_plain(option, text)
    return text or None


def checked_password(option: str, value: Any) -> str | None:
    """A password just as it is: white space or quotes may belong to it. Raises OptionError as `tidied` does."""
    text = str(value or "")
    if text.startswith(_BYTE_ORDER_MARK) or text.endswith(("\n", "\r")):
        raise OptionError(
            f"`{option}` begins with a byte order mark or ends with a line break, as a text that was read from a file "
            "may. Remove it, for example with the filter `trim`."
        )
    _require_plain(option, text)
    return text or None


def _require_plain(option: str, text: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise OptionError(f"`{option}` has a byte that is not UTF-8. Give it in UTF-8.") from None
    if re.search(r"[\x00-\x1f\x7f]", text):
        raise OptionError(f"`{option}` has a line break or another control character in it. Give it without.")


def checked_session(session: Mapping[str, Any]) -> dict[str, Any]:
    """The option `session`, with each of its texts tidied. Raises OptionError for one that cannot be sent."""
    checked = {name: tidied(f"session.{name}", value) for name, value in session.items()}
    for name in ("cookie", "token"):
        if not (checked.get(name) or "").isascii():
            raise OptionError(
                f"`session.{name}` has a character that no session has. Log in again with ngfw.smc.login."
            )
    for name in ("api_version", "product_version"):
        if checked.get(name) and not _VERSION.fullmatch(str(checked[name])):
            raise OptionError(f"`session.{name}` is not a version. Pass on the `session` that ngfw.smc.login returned.")
    return checked


# Digits of ASCII only, and few enough for a number.
_VERSION = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6}){0,5}")


def offered_versions(document: Any) -> list[str]:
    """The API versions in the SMC's answer to `/api`; empty if it is something else."""
    listed = document.get("version") if isinstance(document, dict) else None
    if not isinstance(listed, list):
        return []
    versions = [str(item.get("rel", "")) for item in listed if isinstance(item, dict)]
    return [version for version in versions if _VERSION.fullmatch(version)]


def version_key(version: str) -> Version:
    """'6.10' as (6, 10), which is newer than (6, 9)."""
    return tuple(int(part) for part in version.split("."))
