#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: diagnose
short_description: Find out how an SMC behaves, and whether the defaults suit it
version_added: 1.0.0
description:
  - Asks an SMC what the collection has to assume about it, and writes a report as HTML and JSON. The report covers versions, session,
    handshake, frames, how the set of each table begins and ends, empty tables, two fetches on one socket, pongs, the polling
    interface, unknown fields, and the answers to questions about what does not exist.
  - Says whether the waits suit the SMC, and proposes others if they do not. Reads only. A probe that fails is a line of the report.
  - The result and the report have no names, addresses or users of your network, so they can be published. Words that an SMC says are
    replaced if they are not public words of the product.
  - With O(record), the messages are kept as a trace, with pseudonyms. The simulator plays it back, and the tests of the collection
    can run on it.
author:
  - The ngfw.smc authors (@ngfw-smc)
extends_documentation_fragment:
  - ngfw.smc.connection
  - ngfw.smc.connection.action_group
  - ngfw.smc.definitions.optional
  - ngfw.smc.waits
attributes:
  check_mode:
    description: Asks the SMC as usual, and writes no file.
    support: full
  diff_mode:
    description: The files are new, so there is nothing to compare.
    support: none
options:
  target:
    description:
      - Name of the engine to look at. The default is the inventory host's variable C(smc_target), else its name.
      - On C(localhost), an engine with nodes online is chosen, a cluster if there is one among the first 20 engines.
    type: str
  observe:
    description:
      - For how many seconds each table is watched after it was taken to be complete. What comes then shows whether that was too early.
    type: float
    default: 10.0
  idle_limit:
    description:
      - How many seconds to wait at most for an idle session to expire. The task takes as long. With V(0), this is not tried.
      - Four sessions are opened for it, each of which is left alone for another time.
    type: float
    default: 0.0
  dest:
    description:
      - Folder for the report, C(diagnosis.html) and C(diagnosis.json).
    type: path
    default: diagnosis
  record:
    description:
      - File for the trace, such as V(trace.jsonl.gz). It is JSON Lines, compressed.
      - Names, addresses, users, keys and hrefs in it are pseudonyms; networks stay networks. What stands for what is in a second
        file beside it, C(trace.jsonl.gz.mapping.json), which only its owner can read. Keep that one to yourself.
    type: path
seealso:
  - module: ngfw.smc.session_facts
"""

EXAMPLES = r"""
- name: Find out whether the defaults suit this SMC
  ngfw.smc.diagnose:
  delegate_to: localhost
  register: diagnosis

- name: Record a trace of a cluster, and see when idle sessions expire
  ngfw.smc.diagnose:
    target: HQ cluster
    record: trace.jsonl.gz
    idle_limit: 3600
"""

RETURN = r"""
summary:
  description: Whether the waits suit the SMC, in one or two sentences.
  returned: always
  type: str
  sample: The defaults suit this SMC, as far as these tables show.
suits:
  description: The same for programs. Null if nothing is to be set and a table could not be read.
  returned: always
  type: bool
  sample: true
proposals:
  description: What to set.
  returned: always
  type: list
  elements: dict
  sample: [{"option": "quiet_period", "value": 5.0, "reason": "The longest pause between two parts of a table was 2 s, in ROUTING."}]
observations:
  description: Each probe in a line.
  returned: always
  type: list
  elements: str
  sample: ["session: as assumed. API versions 6.10, 7.0 and 7.1. The session is a cookie."]
failed_probes:
  description: What each probe that failed was about.
  returned: always
  type: list
  elements: str
  sample: []
files:
  description: The files by their kind, V(html), V(json), V(trace) and V(mapping). In check mode they are not written.
  returned: always
  type: dict
  sample: {"html": "/tmp/diagnosis/diagnosis.html", "json": "/tmp/diagnosis/diagnosis.json"}
error:
  description: What went wrong, for programs, if there was no session. C(kind) is a stable word; the other keys depend on it.
  returned: on failure
  type: dict
  sample: {"kind": "login", "status": 401}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module
from ansible_collections.ngfw.smc.plugins.module_utils._runners.diagnose import RUNNER


def main() -> None:
    run_module(RUNNER)


if __name__ == "__main__":
    main()
