#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: log_facts
short_description: Read stored log entries of an SMC
version_added: 1.0.0
description:
  - Reads the entries that the SMC has stored in its log, of the administrative domain of the login, the newest first.
  - The SMC says where the entries end, so they are complete, or the task fails. If there are more than O(limit),
    RV(ansible_facts.smc_log.truncated) says so.
author:
  - The ngfw.smc authors (@ngfw-smc)
extends_documentation_fragment:
  - ngfw.smc.connection
  - ngfw.smc.connection.action_group
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
  last:
    description:
      - How long ago the oldest entry may be, such as V(90s), V(10m), V(12h) or V(7d), by the clock of the host of the task.
      - One of this and O(from) is required.
    type: str
  from:
    description:
      - The time at which entries begin, such as V(2026-11-24T08:00:00+01:00). Without a zone it is UTC.
    type: str
  until:
    description:
      - The time at which they end, in the same form. The default is the present.
    type: str
  filter:
    description:
      - Conditions by which the SMC selects entries, as in M(ngfw.smc.session_facts). All of them must hold.
    type: dict
  filter_expression:
    description:
      - A condition in the SMC's own language, as the Management Client shows it with B(Show Filter Expression).
    type: str
  fields:
    description:
      - Fields to ask the SMC for, in any spelling. The default is all fields that it sends.
    type: list
    elements: str
  limit:
    description:
      - Read at most this many entries, the newest.
    type: int
    default: 1000
  count_by:
    description:
      - Fields by which to count the entries. If there are more entries than O(limit), the others are not counted, and a
        warning says so.
    type: list
    elements: str
  top:
    description: How many of the most frequent values of each field in O(count_by) to list.
    type: int
    default: 10
  entries:
    description:
      - Whether to return the entries. V(false) returns only the counts.
    type: bool
    default: true
  timeout:
    description:
      - How many seconds it may take. Without the end of the entries by then, the task fails.
    type: float
    default: 60.0
"""

EXAMPLES = r"""
- name: See what was denied in the last ten minutes
  ngfw.smc.log_facts:
    last: 10m
    filter:
      action: [Discard, Refuse]
    fields: [timestamp, src, dst, dport, action, rule_id]

- name: Count the log entries of a network by action and service
  ngfw.smc.log_facts:
    last: 1h
    filter:
      src: 10.20.0.0/16
    count_by: [action, service]
    entries: false
    limit: 100000

- name: Read the log of the night of a change
  ngfw.smc.log_facts:
    from: 2026-11-24T22:00:00+01:00
    until: 2026-11-24T23:30:00+01:00
    filter_expression: $Dport == 443
"""

RETURN = r"""
smc_url:
  description: The address of the Management Server that answered, which is of interest if O(url) has several.
  returned: always
  type: str
  sample: https://smc.example.com:8082
ansible_facts:
  description: The entries and their counts.
  returned: success
  type: dict
  contains:
    smc_log:
      description: The entries of the log.
      returned: success
      type: dict
      contains:
        definition:
          description: Always V(LOG), by which checks name it.
          returned: always
          type: str
          sample: LOG
        target:
          description: The administrative domain.
          returned: always
          type: str
          sample: Shared Domain
        from:
          description: The time at which entries begin, in UTC.
          returned: always
          type: str
          sample: "2026-11-24T08:05:30+00:00"
        until:
          description: The time at which they end, in UTC.
          returned: always
          type: str
          sample: "2026-11-24T08:15:30+00:00"
        entries:
          description:
            - The entries, the newest first. Field names are the SMC's in snake_case, numbers are integers, truth values are
              booleans, addresses are in their shortest form, and times are in UTC.
          returned: always, empty with O(entries=false)
          type: list
          elements: dict
          sample:
            - timestamp: "2026-11-24 08:15:12"
              node_id: Plano FW node 1
              action: Discard
              src: 10.20.4.67
              dst: 203.0.113.5
              dport: 23
        count:
          description: How many entries were read.
          returned: always
          type: int
          sample: 118
        complete:
          description: Whether these are all entries of this time. It is false only if O(limit) was reached.
          returned: always
          type: bool
          sample: true
        completed_by:
          description: V(end) if the SMC said that these are all entries, or V(limit).
          returned: always
          type: str
          sample: end
        truncated:
          description: Whether there are more entries than O(limit).
          returned: always
          type: bool
          sample: false
        counts:
          description:
            - How often each value of the fields in O(count_by) occurs. The empty string stands for entries without the
              field.
          returned: always
          type: dict
          sample: {"action": {"Allow": 110, "Discard": 8}}
        top:
          description: The most frequent values of the fields in O(count_by), the most frequent first.
          returned: always
          type: dict
          sample: {"action": [{"value": "Allow", "count": 110}, {"value": "Discard", "count": 8}]}
        fetched_at:
          description: When the entries had come, in UTC.
          returned: always
          type: str
          sample: "2026-11-24T08:15:30+00:00"
        elapsed:
          description: How many seconds it took.
          returned: always
          type: float
          sample: 0.21
error:
  description: What went wrong, for programs. C(kind) is a stable word; the other keys depend on it.
  returned: on failure
  type: dict
  sample: {"kind": "timeout", "received": 4200}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module
from ansible_collections.ngfw.smc.plugins.module_utils._runners.log_facts import RUNNER


def main() -> None:
    run_module(RUNNER)


if __name__ == "__main__":
    main()
