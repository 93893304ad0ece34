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
  - Adds entries to the block list of an NGFW engine, and removes entries by content, by href or by conditions.
  - Reads the list first and changes only what differs. Two entries are the same if their addresses, ports and protocol
    are the same; the duration does not count.
  - The task does everything it can. What the SMC refuses is listed in RV(failed_entries), and the task fails at the
    end.
author:
  - The ngfw.smc authors (@ngfw-smc)
extends_documentation_fragment:
  - ngfw.smc.connection
  - ngfw.smc.connection.action_group
  - ngfw.smc.waits
  - ngfw.smc.reading
attributes:
  check_mode:
    description: Reads the list, and returns in RV(plan) what the task would change.
    support: full
  diff_mode:
    description: Shows the list before and after, with one line per entry.
    support: full
options:
  target:
    description:
      - Name of the engine. The default is the inventory host's variable C(smc_target), else its name.
      - With O(hrefs) it is not needed and has no default, because each href names its engine. If you set it with O(hrefs),
        an href of another engine is an error.
    type: str
  all_engines:
    description:
      - With O(state=present), add to the system-wide block list, which applies to all engines of the domain. The list of
        every engine that is online is read, and an entry is added if it is missing on any of them.
      - With O(state=absent), remove from the list of every engine. An entry counts once for each engine. The task fails if
        it could not read the list of an engine, because the entries may still be there.
      - Run it once for each SMC; with C(run_once) if the play has hosts of one SMC, in a play on localhost, or in a play on one host
        of each SMC. If several hosts would do the same, each of them is an error, and so is C(run_once) beside hosts of another
        SMC. What counts is the SMC and the domain that the task reaches from each host.
    type: bool
    default: false
  state:
    description:
      - V(present) means that each of O(entries) is on the list.
      - V(absent) means that the entries in O(entries), O(hrefs) or O(match) are not on the list.
      - V(exact) means that the list contains O(entries) and nothing else. To empty the list, set O(entries=[]).
        O(max_removals) guards against a list of entries that is cut off.
    type: str
    choices: [present, absent, exact]
    default: present
  entries:
    description:
      - Block-list entries. Each is a dictionary of the suboptions below, or a string with only the source. A suboption that
        is left out means any.
      - Before anything is sent, all mistakes in the entries are reported at once, by index.
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
        description: V(tcp), V(udp) or V(any). With ports it must be V(tcp) or V(udp).
        type: str
      source_ports:
        description:
          - A port such as V(80), a range such as V(1000-2000), or V(any).
          - Put it in quotes. Without them, YAML reads C(20:22) as 1222 and C(0443) as 291 before this module sees it.
        type: str
      destination_ports:
        description: As O(entries[].source_ports).
        type: str
      duration:
        description:
          - How many seconds to block.
          - V(0) only cuts the connections that are open now. Such an entry is never on the list, so every run sends it and
            reports a change. With O(state=exact) it is an error.
        type: int
        default: 3600
  protocol:
    description: The protocol of entries that name none.
    type: str
  source_ports:
    description: The source ports of entries that name none.
    type: str
  destination_ports:
    description: The destination ports of entries that name none.
    type: str
  duration:
    description: The duration in seconds of entries that name none. Without it, they last for 3600 seconds.
    type: int
  file:
    description:
      - Path of a file with the entries, instead of O(entries). With a local connection it is on the controller, and
        relative to the folder in which the command is run; otherwise it is on the host of the task.
      - It is read as people keep such files and as feeds are published. The documentation page on block lists has a table
        of feeds by name. RV(file) says what was read.
    type: path
  format:
    description: How to read O(file). V(auto) takes the simplest that fits; set it for a file that somebody else writes.
    type: str
    choices: [auto, lines, csv, json, jsonl, yaml]
    default: auto
  file_select:
    description:
      - Where the entries are in a JSON or YAML document, such as V(prefixes[].ip_prefix), or several such paths.
        Whatever is more than keys and brackets is JMESPath and needs the Python library C(jmespath).
      - In CSV, the column that holds the address, by its very name, or by letters and digits of it if only one column has them.
    type: list
    elements: str
  refang:
    description: Read V(192.0.2[.]1) and V(hxxp://192.0.2[.]1/x) in O(file) as the address.
    type: bool
    default: false
  on_bad_line:
    description:
      - Whether a line of O(file) that cannot be read is an error, or left out with a warning.
      - If something was left out, O(state=exact) adds entries but removes none, which RV(not_removed) and a warning say.
    type: str
    choices: [fail, warn]
    default: fail
  collapse:
    description: Merge equal, covered and adjacent networks of entries of O(file) that carry nothing but an address.
    type: bool
    default: false
  file_at_least:
    description: Fail if O(file) has fewer entries, because it is empty or cut off. V(0) allows a file without entries.
    type: int
    default: 1
  addresses_as:
    description: Where an address goes if O(file) does not say it. V(auto) makes it a source.
    type: str
    choices: [auto, source, destination]
    default: auto
  widest:
    description:
      - The shortest prefix lengths that an entry may have, with the keys C(ipv4) and C(ipv6). Without it, they are 8 and 16.
        An entry that covers more is an error, because it is a slip as a rule.
      - It does not apply to O(state=absent), except to what is read from O(file).
    type: dict
  protect:
    description:
      - Addresses and networks that must not be blocked. An entry whose source or destination overlaps one of them, or that
        names neither a source nor a destination, is not added. RV(withheld) and a warning list such entries.
    type: list
    elements: str
  protect_own:
    description:
      - Whether these are protected as well; the addresses of the SMC, the address from which they are reached, and the
        addresses of Management Servers and Log Servers, as far as the SMC tells them. RV(protected) lists them.
    type: bool
    default: true
  max_removals:
    description:
      - How many entries O(state=exact) may remove, as a number such as V(500) or as a share of the list such as V(80%). If it
        would remove more, the task fails before it changes anything, also in check mode.
      - Without it, the limit is half of a list of more than 20 entries.
    type: str
  hrefs:
    description:
      - Entries by their C(block_list_href), as M(ngfw.smc.session_facts) and this module return it. Only with
        O(state=absent).
      - Their host and their API version do not matter. An href that is not that of a block-list entry is refused before
        anything is sent. An entry that is already gone counts as unchanged.
    type: list
    elements: str
  match:
    description:
      - Conditions by field, as in O(ngfw.smc.session_facts#module:filter). The module evaluates them itself, so C(min),
        C(max) and C(regex) are possible too. All of them must hold. Only with O(state=absent).
    type: dict
  refresh:
    description:
      - Renew an entry if it may end within this many seconds on one of the engine's nodes.
      - Every run renews an entry whose whole duration is not longer than this, and an entry whose end the list does not
        tell. There is a warning about both.
    type: int
  wait:
    description:
      - Whether to wait until the engine's list shows the added entries on all nodes that are online, and no longer shows
        the removed ones. The task waits at most O(timeout) seconds after the last request.
      - The list reports its changes by itself. If it reports none of them for O(first_entry_timeout) seconds, it is read
        again.
      - With V(false), O(hrefs) are deleted without reading the list.
    type: bool
    default: true
  batch_size:
    description:
      - How many entries to add with one request. Before API 6.4 the SMC accepts only one per request.
    type: int
    default: 250
  concurrency:
    description:
      - How many requests to send at the same time, 200 at most.
    type: int
    default: 4
  return_limit:
    description:
      - Return at most this many items in each of RV(entries), RV(failed_entries) and the lists of RV(plan), and show at
        most this many differing lines in a diff. The counts always cover all entries, and RV(truncated) says whether
        something was left out.
      - The result for ten thousand entries has three megabytes. AWX and ansible-runner do not store a result of more than
        700,000 characters.
    type: int
notes:
  - A block list has an effect only if the engine's policy has a rule that applies it. The API does not tell whether there
    is such a rule.
  - If two tasks add the same entry at the same time, it may be on the list twice. This does no harm.
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

- name: Block the access of a network to one web server
  ngfw.smc.block_list:
    target: Plano FW
    entries:
      - source: 198.51.100.0/24
        destination: 192.0.2.80
        protocol: tcp
        destination_ports: 80-443

- name: Make the list equal to a variable, and renew entries that end within an hour
  ngfw.smc.block_list:
    target: Plano FW
    state: exact
    entries: "{{ blocked }}" # with a duration of a day
    refresh: 3600

- name: Keep the list equal to a feed, which is never empty
  ngfw.smc.block_list:
    target: Plano FW
    state: exact
    file: /srv/feeds/ip-ranges.json
    file_select: ["prefixes[].ip_prefix", "ipv6_prefixes[].ipv6_prefix"]
    file_at_least: 1000
    collapse: true
    duration: 86400
    refresh: 7200

- name: Remove one entry by its href
  ngfw.smc.block_list:
    state: absent
    hrefs: https://smc.example.com:8082/7.1/elements/single_fw/1563/block_list/MQ==

- name: Remove all entries whose source is in a network
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
  run_once: true
"""

RETURN = r"""
smc_url:
  description: The address of the Management Server that answered, which is of interest if O(url) has several.
  returned: when the list could be read
  type: str
  sample: https://smc.example.com:8082
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
  description: How many of the entries that the task names needed no change, including repeated ones.
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
    - The entries that the task is about, without those that failed. There is one item for each node that has the entry.
      If the list does not show the entry (in check mode, without O(wait), with O(all_engines)), there is one item.
  returned: when the list could be read
  type: list
  elements: dict
  contains:
    source:
      description: Address with prefix length, or V(any).
      returned: always, except for hrefs whose list was not read
      type: str
      sample: 203.0.113.66/32
    destination:
      description: Address with prefix length, or V(any).
      returned: always, except for hrefs whose list was not read
      type: str
      sample: any
    protocol:
      description: V(tcp), V(udp), V(any), or another value from the list.
      returned: always, except for hrefs whose list was not read
      type: str
      sample: tcp
    source_ports:
      description: Port, range or V(any).
      returned: always, except for hrefs whose list was not read
      type: str
      sample: any
    destination_ports:
      description: Port, range or V(any).
      returned: always, except for hrefs whose list was not read
      type: str
      sample: 80-443
    duration:
      description: The duration with which it was added, in seconds.
      returned: always, except for hrefs whose list was not read
      type: int
      sample: 3600
    remaining:
      description: How many seconds remained when the list was read, or null if the list does not tell.
      returned: when the list shows the entry
      type: int
      sample: 3120
    node:
      description: The node that has the entry.
      returned: when the list shows the entry
      type: str
      sample: Plano FW node 1
    block_list_href:
      description: The href of the entry, for O(hrefs).
      returned: when it is known
      type: str
      sample: https://smc.example.com:8082/7.1/elements/single_fw/1563/block_list/MQ==
    missing_on:
      description: The nodes without the entry, if other nodes had it. The entry then counts as missing.
      returned: when an entry was on some nodes only
      type: list
      elements: str
      sample: [HQ cluster node 2]
    change:
      description: V(added), V(refreshed), V(removed) or V(none).
      returned: always
      type: str
      sample: added
file:
  description: What was read from O(file).
  returned: with O(file), when the list could be read
  type: dict
  contains:
    format:
      description: How it was read, one of the choices of O(format).
      returned: always
      type: str
      sample: lines
    lines:
      description: How many lines the file has.
      returned: always
      type: int
      sample: 1024
    entries:
      description: How many entries were taken from it, after O(collapse).
      returned: always
      type: int
      sample: 1000
    ignored:
      description: How many lines or items hold no entry, such as comments.
      returned: always
      type: int
      sample: 24
    left_out:
      description: How many lines or items could not be read, with O(on_bad_line=warn).
      returned: always
      type: int
      sample: 0
    left_out_lines:
      description: The first five of them, each with C(line), C(text) and C(problem).
      returned: always
      type: list
      elements: dict
protected:
  description: The addresses and networks that are never blocked.
  returned: if entries were to be added
  type: list
  elements: str
  sample: [192.0.2.10, 192.0.2.20]
withheld:
  description:
    - The entries that were not added, because they touch a protected network. They are not counted in RV(asked). Each
      has the C(index) of the entry and the C(protected) network.
  returned: if there are some
  type: list
  elements: dict
withheld_count:
  description: How many entries were not added for this reason.
  returned: if there are some
  type: int
  sample: 1
not_removed:
  description: How many entries O(state=exact) did not remove, because lines of O(file) could not be read.
  returned: if there are some
  type: int
  sample: 12
failed_entries:
  description: The entries that failed, with the server's words.
  returned: on failure, when the list could be read
  type: list
  elements: dict
  contains:
    index:
      description: The index in O(entries) or O(hrefs), or null if the entry is not from there.
      returned: always
      type: int
      sample: 17
    msg:
      description: Why it failed.
      returned: always
      type: str
      sample: HTTP 400, The block list entry is not valid
    status:
      description: The HTTP status, or null if there was no answer.
      returned: always
      type: int
      sample: 400
    hrefs:
      description: The hrefs that the task tried to delete.
      returned: for a removal
      type: list
      elements: str
plan:
  description: What the task would do.
  returned: in check mode
  type: dict
  contains:
    add:
      description: The entries to add, with C(missing_on), and with C(refresh) if they are on the list but end soon.
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
      description: How many entries need no change.
      returned: always
      type: int
error:
  description: What went wrong, for programs. C(kind) is a stable word; the other keys depend on it.
  returned: on failure
  type: dict
  sample: {"kind": "partial", "status": 400}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module
from ansible_collections.ngfw.smc.plugins.module_utils._runners.block_list import RUNNER


def main() -> None:
    run_module(RUNNER)


if __name__ == "__main__":
    main()
