# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The session definitions: what the SMC calls them, and what each needs to be read.

A definition that a later SMC adds takes one line here, its fields in catalogue.py (under its initial), and a rule in
comparison/rules.py. Unit tests say what is missing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ..errors import OptionError
from ..words import did_you_mean, join_names


@dataclass(frozen=True)
class Definition:
    """One live table.

    Attributes:
        name: the SMC's name since 7.0.
        initial: its letter in the field catalogue.
        polling: the rel of the polling link that SMC 7.1 and later has in the engine (for alerts, in the system element).
        telling: a field that every entry has, and a message that only signals the end of the set has not.
        key_fields: the keys of the fields that tell the entries of one node apart.
        targets_domain: whether the target is an administrative domain instead of an engine.
        on_one_node: whether each entry may be on a single node of a cluster, so that a node without any is usual.
    """

    name: str
    initial: str
    polling: str
    telling: str
    key_fields: tuple[str, ...] = ()
    targets_domain: bool = False
    on_one_node: bool = False

    @property
    def fact(self) -> str:
        """The key of this definition in ansible_facts, such as smc_vpn_sa."""
        return "smc_" + self.name.lower()

    def name_for(self, product: tuple[int, ...]) -> str:
        """The name that an SMC of this product version understands: BLOCK_LIST was BLACKLIST before 7.0."""
        if self.name == "BLOCK_LIST" and product < (7,):
            return "BLACKLIST"
        return self.name


DEFINITIONS: dict[str, Definition] = {}


def _define(name: str, initial: str, polling: str, telling: str, key_fields: str, **more: bool) -> Definition:
    keys = tuple(key_fields.split())
    definition = DEFINITIONS[name] = Definition(name, initial, polling, telling, keys, **more)
    return definition


CONNECTIONS = _define("CONNECTIONS", "C", "connection_monitoring", "Src", "src dst sport dport protocol")
BLOCK_LIST = _define("BLOCK_LIST", "B", "blocklist_monitoring", "BlacklistEntryId", "block_list_entry_id")
VPN_SA = _define("VPN_SA", "V", "vpnsa_monitoring", "SaClass", "ipsec_spi ike_cookie", on_one_node=True)
USERS = _define("USERS", "U", "user_monitoring", "Username", "username src", on_one_node=True)
ROUTING = _define("ROUTING", "R", "routing_monitoring", "RouteNetwork", "route_network route_netmask")
SSLVPNV2 = _define(
    "SSLVPNV2", "S", "sslvpn_monitoring", "SslvpnSessionMonId", "sslvpn_session_mon_id", on_one_node=True
)
ACTIVE_ALERTS = _define("ACTIVE_ALERTS", "A", "alert_monitoring", "Situation", "event_id", targets_domain=True)
NEIGHBORS = _define("NEIGHBORS", "N", "neighbor_monitoring", "NeighborL3Data", "neighbor_l3_data neighbor_interface")


# The log of a domain. It is no table: its entries come and stay, and the SMC serves it over a socket of its own, to which it
# has no name. It has fields, and checks may be about it.
LOG = Definition("LOG", "L", polling="", telling="Timestamp", targets_domain=True)


# What fields and checks can be about.
DEFINITIONS_AND_LOG: Mapping[str, Definition] = {**DEFINITIONS, LOG.name: LOG}


def definition_named(name: str, known: Mapping[str, Definition] | None = None) -> Definition:
    """The definition of exactly this name.

    Args:
        name: as the SMC calls it since 7.0.
        known: the definitions that may be meant; the session definitions unless given.

    Raises:
        OptionError: there is none; the message suggests names like it and lists all.
    """
    known = DEFINITIONS if known is None else known
    try:
        return known[name]
    except KeyError:
        raise OptionError(
            f"There is no session definition '{name}'.{did_you_mean(name, known)} There are {join_names(known)}."
        ) from None
