#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: vpn_sa
short_description: Delete VPN SAs, so that they are negotiated again
version_added: 1.0.0
description:
  - Deletes VPN SAs (security associations) of an NGFW engine by href or by conditions. The engine and its peer then
    negotiate new ones, which interrupts the tunnel for a moment.
  - Needs SMC 6.4.2 or newer.
author:
  - The ngfw.smc authors (@ngfw-smc)
extends_documentation_fragment:
  - ngfw.smc.connection
  - ngfw.smc.connection.action_group
  - ngfw.smc.waits
  - ngfw.smc.reading
attributes:
  check_mode:
    description: Reads the SAs, and returns in RV(plan) which of them the task would delete.
    support: full
  diff_mode:
    description: Shows the SAs with one line each, before and without those that are deleted.
    support: full
options:
  target:
    description:
      - Name of the engine. The default is the inventory host's variable C(smc_target), else its name.
      - With O(hrefs) it is not needed and has no default, because each href names its engine. If you set it with O(hrefs),
        an href of another engine is an error.
    type: str
  state:
    description: V(absent) means that the SAs that the task names are deleted.
    type: str
    choices: [absent]
    default: absent
  hrefs:
    description:
      - SAs by their C(vpn_sa_href), as M(ngfw.smc.session_facts) returns it.
      - The request always goes to the configured SMC in its API version, whatever the href names. An href that is not that
        of a VPN SA is refused before anything is sent. An SA that the SMC reports as gone counts as unchanged.
    type: list
    elements: str
  match:
    description:
      - Conditions by field, as in O(ngfw.smc.session_facts#module:filter). The module evaluates them itself, so C(min),
        C(max) and C(regex) are possible too. All of them must hold.
      - If the SMC gives the href of anything but an SA of the target for one of these SAs, the task fails before anything is
        deleted. An SA for which it gives no href is a warning.
    type: dict
  wait:
    description:
      - Whether to wait until the engine shows a new SA for each peer and type (IKE or IPsec) that lost one, at most
        O(timeout) seconds. If none comes, the task fails.
      - Some tunnels are negotiated only when there is traffic for them.
      - With V(false), O(hrefs) are deleted without reading the SAs.
    type: bool
    default: true
  concurrency:
    description:
      - How many requests to send at the same time, 200 at most.
    type: int
    default: 4
seealso:
  - module: ngfw.smc.session_facts
"""

EXAMPLES = r"""
- name: Negotiate the tunnels with a peer again
  ngfw.smc.vpn_sa:
    target: Plano FW
    match:
      peer_security_gateway: Partner Cisco

- name: Delete one SA by its href
  ngfw.smc.vpn_sa:
    hrefs: https://smc.example.com:8082/7.1/elements/single_fw/1563/vpn_sa/MQ==
"""

RETURN = r"""
smc_url:
  description: The address of the Management Server that answered, which is of interest if O(url) has several.
  returned: when the SAs could be read
  type: str
  sample: https://smc.example.com:8082
removed:
  description: How many SAs were deleted, or would be in check mode.
  returned: when the SAs could be read
  type: int
  sample: 2
unchanged:
  description: How many of O(hrefs) were gone already.
  returned: when the SAs could be read
  type: int
  sample: 0
entries:
  description: The SAs that were deleted.
  returned: when the SAs could be read
  type: list
  elements: dict
  contains:
    engine:
      description: The engine, or an empty string if its SAs were not read.
      returned: always
      type: str
      sample: Plano FW
    node:
      description: The node that had the SA.
      returned: always
      type: str
      sample: Plano FW node 1
    peer:
      description: The peer's security gateway.
      returned: always
      type: str
      sample: Partner Cisco
    type:
      description: V(IKE) or V(IPsec).
      returned: always
      type: str
      sample: IPsec
    vpn_sa_href:
      description: The href of the SA.
      returned: always
      type: str
      sample: https://smc.example.com:8082/7.1/elements/single_fw/1563/vpn_sa/MQ==
plan:
  description: What the task would do, with the list C(remove) and the count C(unchanged).
  returned: in check mode
  type: dict
failed_entries:
  description: The SAs that could not be deleted, as in RV(entries), with the server's words in C(msg).
  returned: on failure, if there are some
  type: list
  elements: dict
error:
  description: What went wrong, for programs. C(kind) is a stable word; the other keys depend on it.
  returned: on failure
  type: dict
  sample: {"kind": "timeout"}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module
from ansible_collections.ngfw.smc.plugins.module_utils._runners.vpn_sa import RUNNER


def main() -> None:
    run_module(RUNNER)


if __name__ == "__main__":
    main()
