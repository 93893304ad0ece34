# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""USERS and SSLVPNV2: people who log in, and whose sessions end."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from . import delta_key
from .entry import Change, Entry, Named, Value
from .tables import STEP_MS, Table, layer3

_NAMES = ("aino", "bruno", "chloe", "david", "elena", "farid", "greta", "hugo", "ines", "jonas", "kaisa", "liam")
_USER_LIFETIME_MS = 8 * 3_600_000
_VPN_LIFETIME_MS = 2 * 3_600_000


class UserTable(Table):
    """Users known by their address."""

    definition = "USERS"

    def first(self) -> Iterator[Entry]:
        """Some are logged in."""
        if layer3(self.engine):
            for name in _NAMES[: self.random.randint(2, 8)]:
                yield self._user(name, self.time - self.random.randint(60, 20_000) * 1000)

    def step(self) -> Iterator[Change]:
        """Log in again when the time is up."""
        for entry in list(self.entries.values()):
            if _time(entry, "ExpirationTime") <= self.time:
                yield self.gone(entry)
                yield Change("added", self._user(str(entry.values["Username"]).partition("@")[0], self.time))

    def _user(self, name: str, at: int) -> Entry:
        user = f"{name}@example.test domain"
        src = self.engine.inside(10 + _NAMES.index(name))
        values: dict[str, Value] = {
            "Timestamp": at,
            "Src": src,
            "ExpirationTime": at + _USER_LIFETIME_MS,
            "Username": user,
            "IdService": Named(1, "FUID"),
            "SrcAddrs": src,
        }
        node = self.engine.sorted_nodes()[0]
        return self.make(node, delta_key.encode(delta_key.text(user), delta_key.address(src)), at, values)


class SslVpnTable(Table):
    """SSL VPN tunnels of travelling people."""

    definition = "SSLVPNV2"

    def first(self) -> Iterator[Entry]:
        """Only some engines have any."""
        if layer3(self.engine) and not self.engine.generated:
            for number in range(self.random.randint(1, 4)):
                yield self._session(number, self.time - self.random.randint(60, 6_000) * 1000)

    def step(self) -> Iterator[Change]:
        """Sessions time out, and begin again a step later."""
        for entry in list(self.entries.values()):
            if _time(entry, "SslvpnSessionMonTimeout") <= self.time:
                yield self.gone(entry)
                number = _NAMES.index(str(entry.values["Username"]).partition("@")[0])
                yield Change("added", self._session(number, self.time - STEP_MS))

    def _session(self, number: int, at: int) -> Entry:
        src = f"192.0.2.{10 + number}"
        session = hashlib.sha256(f"{self.engine.key}/{number}/{at}".encode()).hexdigest()
        values: dict[str, Value] = {
            "Src": src,
            "SslvpnSessionTypeType": Named(1, "Tunnel"),
            "SslvpnSessionMonReceived": at,
            "SslvpnSessionMonTimeout": at + _VPN_LIFETIME_MS,
            "SslvpnSessionMonId": "{SHA256}" + session,
            "Username": f"{_NAMES[number]}@InternalDomain",
            "SrcAddrs": src,
        }
        node = self.engine.sorted_nodes()[-1]
        return self.make(node, delta_key.encode(delta_key.text(session[:48]), delta_key.number(117)), at, values)


def _time(entry: Entry, name: str) -> int:
    value = entry.values[name]
    return value if isinstance(value, int) else 0
