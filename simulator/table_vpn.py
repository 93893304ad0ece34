# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""VPN_SA: an IKE and an IPsec SA a tunnel; they rekey, and then have new SPIs."""

from __future__ import annotations

import base64
from collections.abc import Iterator

from . import delta_key
from .elements import Engine
from .entry import Change, Entry, Named, Value
from .tables import Table, layer3

IPSEC_LIFETIME_MS = 3_600_000
IKE_LIFETIME_MS = 8 * 3_600_000
_COUNT_EVERY_MS = 60_000


class VpnTable(Table):
    """Tunnels to peers; a tunnel can be dropped and restored."""

    definition = "VPN_SA"

    def __init__(self, engine: Engine, seed: int, start: int) -> None:
        self.down: set[str] = set()
        peers = (
            ["HQ", "Partner Cisco"]
            if engine.name != "HQ cluster"
            else ["Plano", "Branch 7", "Branch 8", "Partner Cisco"]
        )
        self.peers = peers if layer3(engine) else []
        if engine.generated:
            self.peers = self.peers[:1]
        super().__init__(engine, seed, start)

    def first(self) -> Iterator[Entry]:
        """Every tunnel is up, begun at some time of the last hour."""
        for peer in self.peers:
            yield from self._tunnel(peer, self.time - self.random.randint(1, 3_000) * 1000)

    def step(self) -> Iterator[Change]:
        """Old SAs end and new ones take over; now and then the counters move."""
        for entry in list(self.entries.values()):
            expires = entry.values["ExpirationTime"]
            if isinstance(expires, int) and expires <= self.time:
                yield self.gone(entry)
                yield Change("added", self._sa(_text(entry, "PeerSecurityGateway"), _text(entry, "SaClass"), self.time))
            elif self.time % _COUNT_EVERY_MS < 5_000 and _text(entry, "SaClass") == "IPsec":
                yield self.changed(entry, **self._more_traffic(entry))

    def drop(self, peer: str) -> list[Change]:
        """The tunnel goes down and stays down."""
        self.down.add(peer)
        return [
            self.apply(self.gone(entry))
            for entry in list(self.entries.values())
            if _text(entry, "PeerSecurityGateway") == peer
        ]

    def restore(self, peer: str) -> list[Change]:
        """The tunnel comes up again."""
        if peer not in self.down:
            return []
        self.down.discard(peer)
        return [self.apply(Change("added", entry)) for entry in list(self._tunnel(peer, self.time))]

    def delete(self, tail: str) -> list[Change] | None:
        """Delete one SA, which is then negotiated again; None when there is no such SA."""
        for entry in list(self.entries.values()):
            if entry.href == tail:
                again = self._sa(_text(entry, "PeerSecurityGateway"), _text(entry, "SaClass"), self.time)
                return [self.apply(self.gone(entry)), self.apply(Change("added", again))]
        return None

    def _tunnel(self, peer: str, at: int) -> Iterator[Entry]:
        yield self._sa(peer, "IKE", at)
        yield self._sa(peer, "IPsec", at)

    def _more_traffic(self, entry: Entry) -> dict[str, Value]:
        more: dict[str, Value] = {}
        for name, unit in (
            ("NumPacketsSent", 1),
            ("NumPacketsReceived", 1),
            ("NumBytesSent", 800),
            ("NumBytesReceived", 1200),
        ):
            before = entry.values[name]
            more[name] = (before if isinstance(before, int) else 0) + unit * self.random.randint(10, 400)
        return more

    def _sa(self, peer: str, kind: str, at: int) -> Entry:
        number = 1 + (self.peers.index(peer) if peer in self.peers else 9)
        node = self.engine.sorted_nodes()[0]
        spi = f"{self.random.getrandbits(32):08x}"
        remote = f"198.51.100.{number * 10}"
        cookie = " ".join(f"{self.random.getrandbits(32):08x}" for _unused in range(4))
        values: dict[str, Value] = {
            "Timestamp": at,
            "Protocol": Named(50, "ESP") if kind == "IPsec" else Named(17, "UDP"),
            "Service": Named(400, "ESP" if kind == "IPsec" else "ISAKMP (UDP)"),
            "VpnId": Named(17, "Corporate VPN"),
            "SecurityGateway": Named(self.engine.key + 5000, f"{self.engine.name} - Primary"),
            "EndPoint": Named(self.engine.key + 6000, self.engine.outside),
            "PeerSecurityGateway": Named(7000 + number, peer),
            "PeerEndPoint": Named(8000 + number, f"{peer} endpoint ({remote})"),
            "ExpirationTime": at + (IPSEC_LIFETIME_MS if kind == "IPsec" else IKE_LIFETIME_MS),
            "SaClass": Named(1 if kind == "IPsec" else 0, kind),
            "CipherAlg": Named(12, "aes256-cbc"),
            "MacAlg": Named(5, "hmac-sha256-128/256"),
            "NegotiationRole": Named(0, "Initiator") if number % 2 else Named(1, "Responder"),
            "Dpd": Named(1, "Enabled"),
            "Natt": Named(0, "Disabled"),
            "TcpEncapsulation": Named(0, "Disabled"),
            "1757": at,
            "IkeCookie": cookie,
        }
        if kind == "IPsec":
            values |= {
                "Src": self.engine.inside(0),
                "Dst": f"172.16.{number}.0",
                "IpsecSpi": spi,
                "SrcIpRange": self.engine.inside(255),
                "DstIpRange": f"172.16.{number}.255",
                "OutboundSpi": f"{self.random.getrandbits(32):08x}",
                "IpCompression": Named(0, "Disabled"),
                "PfsDhGroup": Named(14, "14 (2048 bits)"),
                "NumPacketsSent": 0,
                "NumPacketsReceived": 0,
                "NumBytesSent": 0,
                "NumBytesReceived": 0,
                "12202": Named(1, "Enabled"),
                "12204": 1500,
                "SrcAddrs": f"{self.engine.inside(0)} - {self.engine.inside(255)}",
                "DstAddrs": f"172.16.{number}.0 - 172.16.{number}.255",
            }
            key = delta_key.encode(delta_key.ABSENT, delta_key.spi(spi))
        else:
            values |= {
                "HashAlg": Named(4, "sha256"),
                "IkeLocalId": self.engine.outside,
                "IkeRemoteId": remote,
                "IkeDhGroup": Named(14, "14 (2048 bits)"),
            }
            key = delta_key.encode(delta_key.ABSENT, delta_key.spi(cookie.replace(" ", "")[:16]))
        tail = base64.b64encode((spi if kind == "IPsec" else cookie[:8]).encode()).decode()
        return self.make(node, key, at, values, href=f"vpn_sa/{tail}")


def _text(entry: Entry, name: str) -> str:
    value = entry.values.get(name)
    return value.text if isinstance(value, Named) else str(value)
