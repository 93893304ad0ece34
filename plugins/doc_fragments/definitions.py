# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of the option that names session definitions."""

from __future__ import annotations


class ModuleDocFragment:
    """The tables that a task is about. A unit test compares the choices with the definitions."""

    DOCUMENTATION = r"""
options:
  definitions:
    description:
      - The session definitions to read, by the SMC's names.
      - V(ACTIVE_ALERTS) belongs to an administrative domain, so it is read once for all engines.
    type: list
    elements: str
    required: true
    choices: [CONNECTIONS, BLOCK_LIST, VPN_SA, USERS, ROUTING, SSLVPNV2, ACTIVE_ALERTS, NEIGHBORS]
"""

    OPTIONAL = r"""
options:
  definitions:
    description:
      - Only these session definitions, by the SMC's names. The default is all.
    type: list
    elements: str
    choices: [CONNECTIONS, BLOCK_LIST, VPN_SA, USERS, ROUTING, SSLVPNV2, ACTIVE_ALERTS, NEIGHBORS]
"""
