#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: session_facts
short_description: Take complete snapshots of an engine's live tables
version_added: 0.1.0
description:
  - Takes a snapshot of session definitions, the tables that an NGFW engine shows live in the Management Client
    (connections, block list, VPN SAs, users, routing, SSL VPN sessions, active alerts, neighbors), and returns it as
    facts.
  - A snapshot is never silently short. RV(ansible_facts.smc_connections.completed_by) says which evidence it is believed
    complete by, or the task fails and says how many entries had come.
  - Several definitions are fetched at the same time with one login.
author:
  - The ngfw.smc authors (@ngfw-smc)
extends_documentation_fragment:
  - ngfw.smc.connection
  - ngfw.smc.connection.action_group
  - ngfw.smc.waits
attributes:
  check_mode:
    description: Reads in check mode as usual.
    support: full
  diff_mode:
    description: Changes nothing, so there is nothing to show.
    support: none
  facts:
    description: Returns facts.
    support: full
options:
  target:
    description:
      - Name of the engine. The default is the inventory host's variable C(smc_target), else its name.
      - For V(ACTIVE_ALERTS) alone, the administrative domain whose alerts to list. The default is the domain of the
        login, also when V(ACTIVE_ALERTS) is asked for beside definitions of an engine.
    type: str
  definitions:
    description:
      - The session definitions to take a snapshot of, by the SMC's names.
    type: list
    elements: str
    required: true
    choices:
      - CONNECTIONS
      - BLOCK_LIST
      - VPN_SA
      - USERS
      - ROUTING
      - SSLVPNV2
      - ACTIVE_ALERTS
      - NEIGHBORS
  fields:
    description:
      - Fields to ask the SMC for, by the names that the entries have (V(peer_end_point)), the SMC's own
        (V(PeerEndPoint), V(Peer End-Point)) or their number. The default is all that the SMC sends.
    type: list
    elements: str
  filter:
    description:
      - Conditions that the SMC selects entries by. All of them must hold.
      - The key is a field as in O(fields). The value is what it equals, or a list of such values; for an address field
        also a network or a range of addresses.
      - "A value may also be C({defined: true}) or C({not: value})."
      - On the command line it is written as JSON, or, with single values only, as C(filter=src=10.1.0.0/16).
    type: dict
  filter_expression:
    description:
      - A condition in the SMC's own words, as the Management Client shows it with B(Show Filter Expression).
    type: str
  limit:
    description:
      - Return at most so many entries. If there are more, RV(ansible_facts.smc_connections.truncated) is true.
    type: int
  count_by:
    description:
      - Fields to count the entries by. The counts come in RV(ansible_facts.smc_connections.counts).
    type: list
    elements: str
  entries:
    description:
      - Whether to return the entries. With V(false) only the counts come back, which is the way to look at a table with
        hundreds of thousands of entries.
    type: bool
    default: true
  raw:
    description:
      - Return the entries as the SMC sent them, instead of with predictable names and types.
    type: bool
    default: false
"""

EXAMPLES = r"""
- name: See which VPN tunnels are up
  ngfw.smc.session_facts:
    target: Plano FW
    definitions: VPN_SA

- name: Count connections by state, without their entries
  ngfw.smc.session_facts:
    target: Plano FW
    definitions: CONNECTIONS
    count_by: [state, service]
    entries: false

- name: Find what a network talks to
  ngfw.smc.session_facts:
    target: Plano FW
    definitions: CONNECTIONS
    fields: [src, dst, dport, service]
    filter:
      src: 10.1.0.0/16
      dport: [80, 443]
    limit: 100

- name: Find the same in the SMC's own words, as copied from the Management Client
  ngfw.smc.session_facts:
    target: Plano FW
    definitions: CONNECTIONS
    filter_expression: $Dport == 443

- name: Take several tables of one engine at the same time
  ngfw.smc.session_facts:
    target: Plano FW
    definitions: [ROUTING, NEIGHBORS, ACTIVE_ALERTS]

- name: Print the default route
  ansible.builtin.debug:
    msg: "{{ ansible_facts.smc_routing.entries | selectattr('route_netmask', 'equalto', 0) }}"
"""

RETURN = r"""
ansible_facts:
  description:
    - One key a definition, so that one never overwrites another.
    - Every key holds what is described for C(smc_connections).
  returned: always, in a failure for the definitions that succeeded
  type: dict
  contains:
    smc_connections:
      description: The snapshot of V(CONNECTIONS).
      returned: when V(CONNECTIONS) was asked for
      type: dict
      contains:
        definition:
          description: The session definition.
          returned: always
          type: str
          sample: CONNECTIONS
        target:
          description: The engine, or the administrative domain.
          returned: always
          type: str
          sample: Plano FW
        entries:
          description:
            - The entries, in the order in which the SMC first sent them. Names are the SMC's in snake_case, integers
              and booleans are such, addresses are in their shortest form.
            - C(delta_key) identifies an entry within one node. C(block_list_href) and C(vpn_sa_href) name an entry for
              changes.
          returned: always, empty with O(entries=false)
          type: list
          elements: dict
          sample:
            - node_id: Plano FW node 1
              src: 192.168.4.67
              dst: 52.206.43.66
              sport: 35236
              dport: 80
              protocol: TCP
              state: TCP established
              service: HTTP
              delta_key: AcCoBEMBNM4rQgIGA4mkAlAAAAAA
        count:
          description: How many entries there are.
          returned: always
          type: int
          sample: 812
        complete:
          description: Whether these are all entries. Only a limit that was reached makes it false.
          returned: always
          type: bool
          sample: true
        completed_by:
          description:
            - The evidence that the entries are all there. V(end), the SMC ended the fetch; V(event4), each node sent
              "all sessions sent"; V(first_fetch_over), each node had begun to send changes; V(is_all), nothing came and
              the SMC said that the table is empty; V(quiet), nothing new came for the quiet period; V(limit), the limit
              was reached.
          returned: always
          type: str
          sample: event4
        truncated:
          description: Whether the limit cut the entries short.
          returned: always
          type: bool
          sample: false
        counts:
          description:
            - How often each value of the fields in O(count_by) occurs. The empty text stands for entries without the
              field.
          returned: always
          type: dict
          sample: {"state": {"TCP established": 790, "TCP time wait": 22}}
        nodes:
          description: How many entries each node sent.
          returned: always
          type: dict
          sample: {"Plano FW node 1": 812}
        fetched_at:
          description: When the snapshot was complete, in UTC.
          returned: always
          type: str
          sample: "2026-11-24T08:15:30+00:00"
        elapsed:
          description: How many seconds the snapshot took.
          returned: always
          type: float
          sample: 0.21
failed_definitions:
  description: What went wrong, by definition.
  returned: when one or more definitions failed
  type: dict
  sample: {"VPN_SA": {"kind": "query", "msg": "The SMC refused the VPN_SA query of 'Plano FW'.", "received": 0}}
error:
  description: What went wrong, for programs. C(kind) is a stable word, the rest depends on it.
  returned: on failure
  type: dict
  sample: {"kind": "timeout", "received": 4200}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module
from ansible_collections.ngfw.smc.plugins.module_utils._session_facts import RUNNER


def main() -> None:
    run_module(RUNNER)


if __name__ == "__main__":
    main()
