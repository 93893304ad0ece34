#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: block_list
short_description: Manage the entries of an engine's block list
version_added: 0.1.0
description:
  - Adds entries to the block list of an NGFW engine and removes them, by what they say, by their href or by conditions.
  - Reads the list first and changes only what differs. Two entries are the same when their addresses, ports and
    protocol are; how long they last does not count.
  - Everything that can be done is done. What the SMC refuses is listed in RV(failed_entries), and the task fails at the
    end.
author:
  - The ngfw.smc authors (@ngfw-smc)
extends_documentation_fragment:
  - ngfw.smc.connection
  - ngfw.smc.connection.action_group
  - ngfw.smc.waits
attributes:
  check_mode:
    description: Reads the list, and returns in RV(plan) what would be changed.
    support: full
  diff_mode:
    description: Shows the list before and after, one line an entry.
    support: full
options:
  target:
    description:
      - Name of the engine. The default is the inventory host's variable C(smc_target), else its name.
      - With O(hrefs) it is not needed, and has no default, because they name their engine. If it is given all the same,
        an href of another engine is an error.
    type: str
  all_engines:
    description:
      - Add to the system-wide block list, which is that of all engines of the domain, instead of one engine's. Only with
        O(state=present).
      - The list of every engine that is online is read, and an entry is added when it is missing on any of them.
    type: bool
    default: false
  state:
    description:
      - V(present), each of O(entries) is on the list.
      - V(absent), those that O(entries), O(hrefs) or O(match) name are not on the list.
      - V(exact), the list holds O(entries) and nothing else. To empty it, O(entries=[]) must be said outright.
    type: str
    choices: [present, absent, exact]
    default: present
  entries:
    description:
      - Block-list entries. Each is a dictionary of what is below, where what it leaves out means any; or the source alone,
        as a text.
      - All that is wrong with them is reported at once, by index, before anything is sent.
    type: list
    elements: raw
    suboptions:
      source:
        description:
          - IPv4 or IPv6 address or network, with prefix length or mask, or V(any). Host bits are cleared with a warning.
        type: str
      destination:
        description: As O(entries[].source).
        type: str
      protocol:
        description: V(tcp), V(udp) or V(any). Ports need one of the first two.
        type: str
      source_ports:
        description: A port such as V(80), a range such as V(1000-2000), or V(any).
        type: str
      destination_ports:
        description: As O(entries[].source_ports).
        type: str
      duration:
        description:
          - For how many seconds to block.
          - V(0) only cuts the connections that are open now. Such an entry never is on the list, so it is sent, and
            reported as a change, each time; with O(state=exact) it is an error.
        type: int
        default: 3600
  hrefs:
    description:
      - Entries by their C(block_list_href), as M(ngfw.smc.session_facts) and this module return it. Only with
        O(state=absent).
      - Their host and their API version do not matter. An href that is not a block-list entry's is refused before anything
        is sent. One that has gone already is unchanged.
    type: list
    elements: str
  match:
    description:
      - Conditions by field, as O(ngfw.smc.session_facts#module:filter) takes them and evaluated here, which is why
        C(min), C(max) and C(regex) are possible too. All of them must hold. Only with O(state=absent).
    type: dict
  refresh:
    description:
      - Add an entry anew when it is there but less than this many seconds of it may remain on one of the engine's nodes.
      - Each run adds anew what lasts no longer than this from the start, and what the list does not tell the end of. Both
        get a warning.
    type: int
  wait:
    description:
      - Whether to wait until the engine's list shows what was added, on all nodes that are online, and no more what was
        removed. At most O(timeout) seconds after the last request.
      - The list shows its changes by itself. Where it shows nothing of them for O(first_entry_timeout) seconds, it is read
        anew.
      - With V(false), O(hrefs) are deleted without the list being read.
    type: bool
    default: true
  batch_size:
    description:
      - How many entries to add with one request. Before API 6.4 the SMC takes one at a time.
    type: int
    default: 250
  concurrency:
    description:
      - How many requests to have under way at a time.
    type: int
    default: 4
  return_limit:
    description:
      - Return at most so many items in each of RV(entries), RV(failed_entries) and the lists of RV(plan), and show in a
        diff only so many of the lines that differ. The counts are of all in any case, and RV(truncated) says whether
        something was left out.
      - Ten thousand entries are a result of three megabytes. AWX and ansible-runner keep nothing of a result of more than
        700,000 characters.
    type: int
notes:
  - A block list has an effect only where the engine's policy has a rule with the action that applies it. The API does not
    tell whether there is one.
  - Two tasks that add the same entry at the same time may both add it. It then is on the list twice, which does no harm.
"""

EXAMPLES = r"""
- name: Block an address for a day
  ngfw.smc.block_list:
    target: Plano FW
    entries:
      - source: 203.0.113.66
        duration: 86400

- name: Block two addresses for an hour
  ngfw.smc.block_list:
    target: Plano FW
    entries: [203.0.113.66, 203.0.113.67]

- name: Block a network's access to one web server
  ngfw.smc.block_list:
    target: Plano FW
    entries:
      - source: 198.51.100.0/24
        destination: 192.0.2.80
        protocol: tcp
        destination_ports: 80-443

- name: Keep the list equal to a variable, and renew what ends within the hour
  ngfw.smc.block_list:
    target: Plano FW
    state: exact
    entries: "{{ blocked }}" # with a duration of a day
    refresh: 3600

- name: Remove one entry by its href
  ngfw.smc.block_list:
    state: absent
    hrefs: https://smc.example.com:8082/7.1/elements/single_fw/1563/block_list/MQ==

- name: Remove all entries for sources in a network
  ngfw.smc.block_list:
    target: Plano FW
    state: absent
    match:
      block_list_entry_source_ip: 203.0.113.0/24

- name: Empty the list
  ngfw.smc.block_list:
    target: Plano FW
    state: exact
    entries: []

- name: Block an address on all engines at once
  ngfw.smc.block_list:
    all_engines: true
    entries:
      - source: 203.0.113.66
"""

RETURN = r"""
added:
  description: How many entries were added, or would be in check mode.
  returned: when the list could be read
  type: int
  sample: 2
removed:
  description: How many entries were removed, or would be in check mode.
  returned: when the list could be read
  type: int
  sample: 0
unchanged:
  description: How many of those that the task names were as they should be, repeated ones included.
  returned: when the list could be read
  type: int
  sample: 248
asked:
  description:
    - How many entries the task is about. It equals the sum of RV(added), RV(removed), RV(unchanged) and the number of
      RV(failed_entries).
  returned: when the list could be read
  type: int
  sample: 250
truncated:
  description: Whether O(return_limit) left something out.
  returned: when the list could be read
  type: bool
  sample: false
entries:
  description:
    - The entries that the task is about, without those that failed. One item for each node that has the entry, or one in
      all where the list does not show it (in check mode, without O(wait), with O(all_engines)).
  returned: when the list could be read
  type: list
  elements: dict
  contains:
    source:
      description: Address with prefix length, or V(any).
      returned: always, but for hrefs whose list was not read
      type: str
      sample: 203.0.113.66/32
    destination:
      description: Address with prefix length, or V(any).
      returned: always, but for hrefs whose list was not read
      type: str
      sample: any
    protocol:
      description: V(tcp), V(udp), V(any), or what else the list says.
      returned: always, but for hrefs whose list was not read
      type: str
      sample: tcp
    source_ports:
      description: Port, range or V(any).
      returned: always, but for hrefs whose list was not read
      type: str
      sample: any
    destination_ports:
      description: Port, range or V(any).
      returned: always, but for hrefs whose list was not read
      type: str
      sample: 80-443
    duration:
      description: For how many seconds it was added.
      returned: always, but for hrefs whose list was not read
      type: int
      sample: 3600
    remaining:
      description: How many seconds of it remained when the list was read, null if the list does not tell.
      returned: when the list shows the entry
      type: int
      sample: 3120
    node:
      description: The node that has the entry.
      returned: when the list shows the entry
      type: str
      sample: Plano FW node 1
    block_list_href:
      description: Names the entry for O(hrefs).
      returned: when it is known
      type: str
      sample: https://smc.example.com:8082/7.1/elements/single_fw/1563/block_list/MQ==
    missing_on:
      description: The nodes that lacked the entry while others had it, which counts as missing.
      returned: when an entry was on some nodes only
      type: list
      elements: str
      sample: [HQ cluster node 2]
    change:
      description: V(added), V(refreshed), V(removed) or V(none).
      returned: always
      type: str
      sample: added
failed_entries:
  description: What failed, with the server's words.
  returned: on failure, when the list could be read
  type: list
  elements: dict
  contains:
    index:
      description: Where it stands in O(entries) or O(hrefs), null if it is not from there.
      returned: always
      type: int
      sample: 17
    msg:
      description: Why it failed.
      returned: always
      type: str
      sample: HTTP 400, The block list entry is not valid
    status:
      description: The HTTP status, null if there was no answer.
      returned: always
      type: int
      sample: 400
    hrefs:
      description: What was to be deleted.
      returned: for a removal
      type: list
      elements: str
plan:
  description: What would be done.
  returned: in check mode
  type: dict
  contains:
    add:
      description: The entries to add, with C(missing_on), and C(refresh) for those that are there but end soon.
      returned: always
      type: list
      elements: dict
    remove:
      description: The entries to remove, with their C(hrefs).
      returned: always
      type: list
      elements: dict
    flush:
      description: Whether the list would be emptied with one request.
      returned: always
      type: bool
    unchanged:
      description: How many are as they should be.
      returned: always
      type: int
error:
  description: What went wrong, for programs. C(kind) is a stable word, the rest depends on it.
  returned: on failure
  type: dict
  sample: {"kind": "partial", "status": 400}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._block_list import RUNNER
from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module


def main() -> None:
    run_module(RUNNER)


if __name__ == "__main__":
    main()
