# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Which proxy leads to the SMC, as the environment says: decided once, for HTTP and for the WebSocket.

`http_proxy`, `https_proxy`, `all_proxy` and `no_proxy` are read in lower case first, then in upper case. The rules are
those of curl and requests, with two additions: networks in `no_proxy` may be IPv6, and an entry may name a port.
"""

from __future__ import annotations

import importlib.util
import ipaddress
import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit

from ..errors import MissingLibrary, OptionError
from ..words import join_names

_DEFAULT_PORTS = {"http": 80, "socks4": 1080, "socks4a": 1080, "socks5": 1080, "socks5h": 1080}


@dataclass(frozen=True)
class Proxy:
    """A proxy to go through.

    Attributes:
        scheme: `http`, or one of the SOCKS schemes.
        host: Name or address, without brackets.
        port: Its port.
        username: For the proxy itself; empty for none.
        password: For the proxy itself; empty for none.
        variable: The environment variable that names it.
    """

    scheme: str
    host: str
    port: int
    username: str = ""
    password: str = ""
    variable: str = ""

    @property
    def url(self) -> str:
        """The proxy as a URL, with its credentials quoted. It holds a secret."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        account = f"{quote(self.username, safe='')}:{quote(self.password, safe='')}@" if self.username else ""
        return f"{self.scheme}://{account}{host}:{self.port}"

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}:{self.port}"


def proxy_for(url: str, environment: Mapping[str, str]) -> Proxy | None:
    """The proxy for a URL; None where the environment names none or exempts the host.

    Args:
        url: An http or https URL.
        environment: Environment variables.

    Raises:
        OptionError: A variable does not name a proxy that can be used. The message names the variable, never its value.
        MissingLibrary: The proxy speaks SOCKS and PySocks is not installed.
    """
    parts = urlsplit(url)
    for name in (f"{parts.scheme}_proxy", "all_proxy"):
        variable = name if environment.get(name) else name.upper()
        # A CGI script gets a client's header `Proxy` in HTTP_PROXY.
        if variable == "HTTP_PROXY" and "REQUEST_METHOD" in environment:
            continue
        value = environment.get(variable, "").strip()
        if value:
            exempt = environment.get("no_proxy") or environment.get("NO_PROXY") or ""
            port = parts.port or {"http": 80, "https": 443}.get(parts.scheme, 0)
            return None if is_exempt(parts.hostname or "", port, exempt) else read_proxy(value, variable)
    return None


def is_exempt(host: str, port: int, exempt: str) -> bool:
    """Whether `no_proxy` exempts a host: by name, suffix, address or network, each with a port if it names one."""
    address = _address(host)
    name = host.rstrip(".").casefold()
    for entry in filter(None, re.split(r"[\s,]+", exempt.casefold())):
        if entry == "*":
            return True
        wanted, only = _split_port(entry)
        if only is not None and only != port:
            continue
        if address is not None:
            if _holds(wanted, address):
                return True
        elif wanted.strip(".") and (name == wanted.strip(".") or name.endswith("." + wanted.strip("."))):
            return True
    return False


def read_proxy(value: str, variable: str) -> Proxy:
    """A proxy as an environment variable names it. Raises what `proxy_for` raises."""
    wrong = OptionError(
        f"The environment variable {variable} does not name a proxy. Write it like http://proxy.example.com:3128."
    )
    try:
        parts = urlsplit(value if "//" in value else f"http://{value}")
        host, port = parts.hostname, parts.port
        # A UnicodeError is a ValueError: bytes that are no UTF-8, and a label that no host name can have.
        value.encode()
        (host or "").encode("idna")
    except ValueError:
        raise wrong from None
    if not host or port == 0 or parts.path not in ("", "/") or re.search(r"[\s\x00-\x1f]", value):
        raise wrong
    if parts.scheme == "https":
        raise OptionError(
            f"The environment variable {variable} names a proxy that is reached over TLS (https://), which is not "
            "supported. Write http:// if the proxy takes plain connections too, or exempt the SMC with `no_proxy`."
        )
    if parts.scheme not in _DEFAULT_PORTS:
        known = join_names((f"{scheme}://" for scheme in _DEFAULT_PORTS), "or")
        raise OptionError(
            f"The environment variable {variable} begins with {parts.scheme}://, but a proxy's URL begins with {known}."
        )
    if parts.scheme.startswith("socks"):
        _require_socks(variable)
    return Proxy(
        parts.scheme,
        host,
        port or _DEFAULT_PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        variable,
    )


def _require_socks(variable: str) -> None:
    if importlib.util.find_spec("socks") is None:
        raise MissingLibrary(f"PySocks (the environment variable {variable} names a SOCKS proxy)", library="PySocks")


def _split_port(entry: str) -> tuple[str, int | None]:
    """`smc.example.com:8082` as name and port; an IPv6 address has a port only behind brackets."""
    found = re.fullmatch(r"\[([^\]]*)\](?:/(\d+))?(?::(\d+))?|([^:\[\]]*)(?::(\d+))?", entry)
    if found is None:
        return entry, None
    port = found[3] or found[5]
    name = found[4] if found[1] is None else found[1] + (f"/{found[2]}" if found[2] else "")
    return name, int(port) if port else None


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]").partition("%")[0])
    except ValueError:
        return None


def _holds(network: str, address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    try:
        return address in ipaddress.ip_network(network, strict=False)
    except ValueError:
        return False
