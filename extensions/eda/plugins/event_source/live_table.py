# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source ngfw.smc.live_table; run as a program, it prints the same events as JSON Lines."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: live_table
short_description: Events of live tables of NGFW engines
version_added: 1.0.0
description:
  - Follows live tables of engines, or the active alerts of a domain, through the SMC, and gives an event for each entry
    that is added, updated or deleted after the table was complete.
  - A table whose connection is lost is read again, and what is different then is told with C(recovered). Nothing is told
    twice. Entries that appeared and disappeared during the outage are not reported.
  - There is one session for each source, and one thread and one socket for each table.
  - The source logs out when the rulebook ends, also by a signal.
  - Run as a program, this file prints the same events as JSON Lines, with the same arguments as options.
author:
  - The ngfw.smc authors (@ngfw-smc)
options:
  definitions:
    description: The tables to follow.
    type: list
    elements: str
    required: true
    choices: [CONNECTIONS, BLOCK_LIST, VPN_SA, USERS, ROUTING, SSLVPNV2, ACTIVE_ALERTS, NEIGHBORS]
  targets:
    description:
      - Names of engines, which must exist at the start, and patterns of names, in which C(*) stands for any text. After
        that, engines may come and go.
      - The target of C(ACTIVE_ALERTS) is always the domain of the login. C(targets) has no effect on it.
      - Required for other definitions, unless there is C(engine_types).
    type: list
    elements: str
    default: []
  engine_types:
    description: Of the engines that match a pattern, only those of these types or families. Without C(targets), of all engines.
    type: list
    elements: str
    choices: [single_fw, fw_cluster, cloud_single_fw, single_layer2, layer2_cluster, single_ips, ips_cluster,
              master_engine, virtual_fw, virtual_fw_layer2, virtual_ips, ips, layer2]
  where:
    description:
      - Conditions, as in checks. An entry that begins to satisfy them is C(added), and one that ceases to is C(deleted).
      - A mapping of fields to conditions, or a mapping of definitions to such mappings.
      - A condition on a field that identifies an entry is sent to the SMC if its filters can express it, and so are all
        conditions of C(ACTIVE_ALERTS) and C(BLOCK_LIST). The others are judged here.
    type: dict
    default: {}
  fields:
    description:
      - The fields that events have. An entry is C(updated) only if one of these changes.
      - A list, or a mapping of definitions to lists. Without it, all fields.
    type: raw
  count_by:
    description:
      - A field. Each event about an entry then has in C(count) how many entries of the table there are with the same value.
      - A field, or a mapping of definitions to fields.
    type: raw
  kinds:
    description: The kinds of events that are wanted.
    type: list
    elements: str
    choices: [connected, initial, added, updated, deleted, lost, heartbeat]
    default: [connected, initial, added, updated, deleted, lost, heartbeat]
  since:
    description: With V(present), the entries that are there at the start come first, as C(initial).
    type: str
    choices: [now, present]
    default: now
  heartbeat:
    description: How many seconds there are between two heartbeats of each table that is connected. 0 for none.
    type: float
    default: 0.0
  search_interval:
    description: How many seconds there are between two searches for engines. Each also keeps the session from expiring.
    type: float
    default: 60.0
  feedback:
    description:
      - Whether an event counts as delivered only when the rulebook has taken it. The source sends the next
        event only then.
      - The rulebook must run with C(--persistence-id) and a database, and the source must have a name.
    type: bool
    default: false
  first_entry_timeout:
    description: How many seconds to wait for the first entry of a table. After that, the table is taken to be empty.
    type: float
    default: 10.0
  quiet_period:
    description: How many seconds without an entry end a table, if the SMC gives no other sign of its end.
    type: float
    default: 2.0
  timeout:
    description: How many seconds reading a table may take.
    type: float
    default: 60.0
  corroborate:
    description:
      - When to compare a table that was read with what the polling interface of SMC 7.1 and later lists.
        V(auto) if only silence ended the table, V(always), or V(never).
      - If not set, the environment variable E(SMC_CORROBORATE) is used.
    type: str
    choices: [auto, always, never]
    default: auto
  url:
    description: Address of the SMC API. If not set, the environment variable E(SMC_ADDRESS) is used.
    type: raw
  api_key:
    description: Authentication key of an API client. If not set, the environment variable E(SMC_API_KEY) is used.
    type: str
  username:
    description: Name of an administrator. If not set, the environment variable E(SMC_USERNAME) is used.
    type: str
  password:
    description: Password of the administrator. If not set, the environment variable E(SMC_PASSWORD) is used.
    type: str
  domain:
    description: Administrative domain to log in to. If not set, the environment variable E(SMC_DOMAIN) is used.
    type: str
  api_version:
    description: Version of the SMC API. If not set, the environment variable E(SMC_API_VERSION) is used, else the newest.
    type: str
  validate_certs:
    description: Whether to check the certificate of the SMC.
    type: bool
    default: true
  ca_path:
    description: File or folder with the CAs to trust. If not set, the environment variable E(SMC_CA_PATH) is used.
    type: path
  connect_timeout:
    description: How many seconds to wait for a connection.
    type: float
    default: 10.0
  standby_statuses:
    description: HTTP statuses by which a Management Server says that it is not the active one.
    type: list
    elements: int
    default: [404, 409, 503]
requirements:
  - requests
  - websocket-client
  - ansible-core
"""

EXAMPLES = r"""
- name: Tunnels and alerts
  hosts: all
  sources:
    - name: smc
      ngfw.smc.live_table:
        definitions: [VPN_SA, ACTIVE_ALERTS]
        targets: ["Branch *", "HQ cluster"]
        where:
          ACTIVE_ALERTS: {alert_severity: [High, Critical]}
        heartbeat: 60
  rules:
    - name: Show a new alert
      condition: event.kind == "added" and event.definition == "ACTIVE_ALERTS"
      action:
        debug:
          msg: "{{ event.entry.situation }} from {{ event.entry.src }}"
"""

import importlib
import sys
import types
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio

# The collection's module_utils under a name that nobody else uses: ansible-rulebook runs this file by its path, where
# neither relative imports nor those of ansible_collections work, and sys.path belongs to others.
_PACKAGE = "_ngfw_smc_events"
_UTILITIES = Path(__file__).resolve().parents[4] / "plugins" / "module_utils"


def _host() -> Any:
    if _PACKAGE not in sys.modules:
        package = types.ModuleType(_PACKAGE)
        package.__path__ = [str(_UTILITIES)]
        sys.modules[_PACKAGE] = package
    return importlib.import_module(f"{_PACKAGE}._event_host")


async def main(queue: asyncio.Queue[Any], args: dict[str, Any]) -> None:
    """Put events into the rulebook's queue until the rulebook ends."""
    await _host().serve("live_table", queue, args)


if __name__ == "__main__":
    sys.exit(_host().print_events("live_table", sys.argv[1:], DOCUMENTATION))
