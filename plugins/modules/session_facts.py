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
  - Takes snapshots of session definitions, the live tables of an NGFW engine that the Management Client also shows
    (connections, block list, VPN SAs, users, routing, SSL VPN sessions, active alerts, neighbors), and returns them as
    facts.
  - RV(ansible_facts.smc_connections.completed_by) says how it is known that a snapshot is complete. If it is not
    complete, the task fails and says how many entries had arrived. C(docs/protocol.md) has the rules.
  - Several definitions are fetched at the same time with one login.
author:
  - The ngfw.smc authors (@ngfw-smc)
extends_documentation_fragment:
  - ngfw.smc.connection
  - ngfw.smc.connection.action_group
  - ngfw.smc.target.or_domain
  - ngfw.smc.definitions
  - ngfw.smc.waits
  - ngfw.smc.reading
  - ngfw.smc.reading.transport
attributes:
  check_mode:
    description: Reads in check mode as usual.
    support: full
  diff_mode:
    description: Changes nothing, so there is no difference to show.
    support: none
  facts:
    description: Returns facts.
    support: full
options:
  fields:
    description:
      - Fields to ask the SMC for, by the names that the entries have (V(peer_end_point)), the SMC's own
        (V(PeerEndPoint), V(Peer End-Point)) or their number. The default is all fields that the SMC sends.
    type: list
    elements: str
  filter:
    description:
      - Conditions by which the SMC selects entries. All of them must hold.
      - Each key is a field as in O(fields). The value is what the field must equal, or a list of such values. For an
        address field it can also be a network or a range of addresses.
      - "A value may also be C({defined: true}) or C({not: value})."
      - "An asterisk is not a wildcard, so a value with one is an error. If the value itself has an asterisk, write
        C({equal: value})."
      - On the command line, write it as JSON or, if every condition has a single value, as C(filter=src=10.1.0.0/16).
    type: dict
  filter_expression:
    description:
      - A condition in the SMC's own language, as the Management Client shows it with B(Show Filter Expression).
    type: str
  limit:
    description:
      - Return at most this many entries. If there are more, RV(ansible_facts.smc_connections.truncated) is true.
      - With O(count_by), only these entries are counted, and a warning says so if there are more.
    type: int
  count_by:
    description:
      - Fields by which to count the entries. The counts are in RV(ansible_facts.smc_connections.counts), and the most
        frequent values in RV(ansible_facts.smc_connections.top).
    type: list
    elements: str
  top:
    description: How many of the most frequent values of each field in O(count_by) to list.
    type: int
    default: 10
  entries:
    description:
      - Whether to return the entries. V(false) returns only the counts; use it for a table with hundreds of thousands
        of entries. The SMC is then asked only for the fields that are counted.
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

- name: Find the web servers to which a network connects
  ngfw.smc.session_facts:
    target: Plano FW
    definitions: CONNECTIONS
    fields: [src, dst, dport, service]
    filter:
      src: 10.1.0.0/16
      dport: [80, 443]
    limit: 100

- name: Filter with an expression copied from the Management Client
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
smc_url:
  description: The address of the Management Server that answered, which is of interest if O(url) has several.
  returned: always
  type: str
  sample: https://smc.example.com:8082
ansible_facts:
  description:
    - One key per definition, so that one never overwrites another.
    - Every key has the content that is described for C(smc_connections).
  returned: always; after a failure, for the definitions that succeeded
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
            - The entries, in the order in which the SMC first sent them. Field names are the SMC's in snake_case, numbers
              are integers, truth values are booleans, and addresses are in their shortest form.
            - C(delta_key) identifies an entry within one node. C(block_list_href) and C(vpn_sa_href) identify an entry
              when you change it.
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
          description: Whether these are all entries. It is false only if O(limit) was reached.
          returned: always
          type: bool
          sample: true
        completed_by:
          description:
            - How it is known that these are all entries. V(end) means that the SMC ended the fetch, V(event4) that each
              node sent "all sessions sent", V(first_fetch_over) that each node had begun to send changes, V(is_all) that
              nothing came and the SMC said that the table is empty, V(quiet) that nothing new came for the quiet period,
              and V(limit) that the limit was reached.
          returned: always
          type: str
          sample: event4
        confirmed_by:
          description: V(pong) if time decided, after the SMC had answered a ping. Else null.
          returned: always
          type: str
          sample: pong
        corroborated:
          description:
            - Whether the polling interface lists the same entries. True if it does; false if it should have been asked and
              nothing could be compared, for the reason in C(corroboration); null if there was no need to ask (O(corroborate)).
          returned: always
          type: bool
          sample: true
        corroborated_by:
          description:
            - What was compared. V(node_counts) is the number of entries of each node, V(count) the number of all entries, and
              V(keys) the fields that identify each entry. Null if nothing was.
          returned: always
          type: str
          sample: node_counts
        corroboration:
          description: A sentence on the comparison, or on why there is none. Empty if there was no need to ask.
          returned: always
          type: str
          sample: The polling interface lists 9 entries.
        transport:
          description: V(socket), or V(polling) if the entries came from the polling interface (O(transport)).
          returned: always
          type: str
          sample: socket
        truncated:
          description: Whether entries are missing because O(limit) was reached.
          returned: always
          type: bool
          sample: false
        counts:
          description:
            - How often each value of the fields in O(count_by) occurs. The empty string stands for entries without the
              field.
          returned: always
          type: dict
          sample: {"state": {"TCP established": 790, "TCP time wait": 22}}
        top:
          description:
            - The most frequent values of the fields in O(count_by), the most frequent first. This is a list, so the order
              is also seen where Ansible sorts keys, such as in the output of an ad-hoc command.
          returned: always
          type: dict
          sample: {"state": [{"value": "TCP established", "count": 790}, {"value": "TCP time wait", "count": 22}]}
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
  description: What went wrong, for programs. C(kind) is a stable word; the other keys depend on it.
  returned: on failure
  type: dict
  sample: {"kind": "timeout", "received": 4200}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module
from ansible_collections.ngfw.smc.plugins.module_utils._runners.session_facts import RUNNER


def main() -> None:
    run_module(RUNNER)


if __name__ == "__main__":
    main()
