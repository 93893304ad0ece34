# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The eight session definitions: what the SMC calls them, and what this collection does."""

from __future__ import annotations

from dataclasses import dataclass

from .errors import OptionError, did_you_mean, join_names


@dataclass(frozen=True)
class Definition:
    """One live table.

    name: the SMC's name since 7.0. initial: its letter in the field catalogue. polling: the rel of the
    engine's (for alerts the system element's) polling link on SMC 7.1 and later. telling: a field that each entry
    has, and a mere sign of the end has not.
    targets_domain: the target is an administrative domain, not an engine.
    """

    name: str
    initial: str
    polling: str
    telling: str
    targets_domain: bool = False

    @property
    def fact(self) -> str:
        """The key of this definition in ansible_facts, such as smc_vpn_sa."""
        return "smc_" + self.name.lower()

    def name_for(self, product: tuple[int, ...]) -> str:
        """The name that an SMC of this product version understands: BLOCK_LIST was BLACKLIST before 7.0."""
        if self.name == "BLOCK_LIST" and product < (7,):
            return "BLACKLIST"
        return self.name


CONNECTIONS = Definition("CONNECTIONS", "C", "connection_monitoring", "Src")
BLOCK_LIST = Definition("BLOCK_LIST", "B", "blocklist_monitoring", "BlacklistEntryId")
VPN_SA = Definition("VPN_SA", "V", "vpnsa_monitoring", "SaClass")
USERS = Definition("USERS", "U", "user_monitoring", "Username")
ROUTING = Definition("ROUTING", "R", "routing_monitoring", "RouteNetwork")
SSLVPNV2 = Definition("SSLVPNV2", "S", "sslvpn_monitoring", "SslvpnSessionMonId")
ACTIVE_ALERTS = Definition("ACTIVE_ALERTS", "A", "alert_monitoring", "Situation", targets_domain=True)
NEIGHBORS = Definition("NEIGHBORS", "N", "neighbor_monitoring", "NeighborL3Data")

DEFINITIONS: dict[str, Definition] = {
    definition.name: definition
    for definition in (
        CONNECTIONS,
        BLOCK_LIST,
        VPN_SA,
        USERS,
        ROUTING,
        SSLVPNV2,
        ACTIVE_ALERTS,
        NEIGHBORS,
    )
}


def definition_named(name: str) -> Definition:
    """Raises OptionError, with names close to the wrong one."""
    try:
        return DEFINITIONS[name]
    except KeyError:
        raise OptionError(
            f"There is no session definition '{name}'.{did_you_mean(name, DEFINITIONS)} "
            f"There are {join_names(DEFINITIONS)}."
        ) from None
