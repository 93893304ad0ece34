# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The event source ngfw.smc.live_logs; run as a program, it prints the same events as JSON Lines."""

from __future__ import annotations

DOCUMENTATION = r"""
---
module: live_logs
short_description: Entries of the SMC's log as events
version_added: 1.0.0
description:
  - Follows the log of an administrative domain through the SMC, and gives an C(added) event for each entry that comes.
  - When the connection is lost, the entries that the SMC has stored meanwhile are read, and told with C(recovered). None is
    told twice, as long as no more than 10,000 entries come within a minute.
  - The source logs out when the rulebook ends, also by a signal.
  - Run as a program, this file prints the same events as JSON Lines, with the same arguments as options.
author:
  - The ngfw.smc authors (@ngfw-smc)
options:
  where:
    description:
      - Conditions on fields, as in checks. Those on addresses and numbers are sent to the SMC; the others are judged here, so
        the SMC sends the entries that fulfil the former ones.
    type: dict
    default: {}
  filter_expression:
    description:
      - A condition in the SMC's own language, as the Management Client shows it with B(Show Filter Expression). The SMC judges
        it, so entries that do not fulfil it are not sent.
    type: str
  fields:
    description: The fields that events have, as a list. Without it, all fields.
    type: list
    elements: str
  kinds:
    description: The kinds of events that are wanted.
    type: list
    elements: str
    choices: [connected, added, lost, heartbeat]
    default: [connected, added, lost, heartbeat]
  heartbeat:
    description: How many seconds there are between two heartbeats while the source is connected. 0 for none.
    type: float
    default: 0.0
  search_interval:
    description: How many seconds there are between two requests that keep the session from expiring.
    type: float
    default: 60.0
  feedback:
    description:
      - Whether an event counts as delivered only when the rulebook has taken it. The source sends the next
        event only then.
      - The rulebook must run with C(--persistence-id) and a database, and the source must have a name.
    type: bool
    default: false
  timeout:
    description: How many seconds the SMC may take to start a query.
    type: float
    default: 60.0
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
- name: Denied connections
  hosts: all
  sources:
    - name: log
      ngfw.smc.live_logs:
        where: {src: 10.20.0.0/16, action: [Discard, Refuse]}
        fields: [src, dst, dport, action, rule_id]
  rules:
    - name: Show a denied connection
      condition: event.kind == "added"
      action:
        debug:
          msg: "{{ event.entry.src }} was denied {{ event.entry.dst }}:{{ event.entry.dport }}"
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
    await _host().serve("live_logs", queue, args)


if __name__ == "__main__":
    sys.exit(_host().print_events("live_logs", sys.argv[1:], DOCUMENTATION))
