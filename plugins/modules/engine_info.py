#!/usr/bin/python
# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)

from __future__ import annotations

DOCUMENTATION = r"""
module: engine_info
short_description: Look up engines, their nodes and status
version_added: 0.1.0
description:
  - Returns what the SMC knows about one engine, about the engines that a name filter selects, or about all engines of
    the administrative domain. The inventory plugin P(ngfw.smc.engines#inventory) uses the same data for its host
    variables.
  - Without O(target), O(name_filter) and O(engine_types), the target is the inventory host's variable C(smc_target), or
    the host's name. On C(localhost) it is every engine; on another host, use C(name_filter=*) for every engine.
  - If no engine matches O(name_filter) and O(engine_types), the result is an empty list.
author:
  - The ngfw.smc authors (@ngfw-smc)
extends_documentation_fragment:
  - ngfw.smc.connection
  - ngfw.smc.connection.action_group
  - ngfw.smc.engine_selection
attributes:
  check_mode:
    description: Reads in check mode as usual.
    support: full
  diff_mode:
    description: Changes nothing, so there is nothing to show.
    support: none
options:
  target:
    description:
      - Exact name of one engine. The task fails if no engine has this name, or if the engine cannot be read.
    type: str
  gather:
    description:
      - What to read besides the list of engines. V(engine) reads the engine with its nodes and addresses, with one
        request per engine. V(status) adds the status of each node that is not disabled, and V(appliance) its hardware
        and interface status, each with one request per node.
      - V(status) and V(appliance) include V(engine). With an empty list, only the list of engines is read.
    type: list
    elements: str
    choices: [engine, status, appliance]
    default: [engine]
  concurrency:
    description:
      - How many requests may be under way at a time, 200 at most.
    type: int
    default: 8
  timeout:
    description:
      - How many seconds the task may take with O(target), from the connection to the last answer. The logout may take 5
        seconds more.
      - Without O(target), how many seconds one answer may take.
    type: float
    default: 60.0
seealso:
  - plugin: ngfw.smc.engines
    plugin_type: inventory
"""

EXAMPLES = r"""
- name: Look up one engine with the status of its nodes
  ngfw.smc.engine_info:
    target: Plano FW
    gather: status
  register: plano

- name: Find branch engines that have a problem
  ngfw.smc.engine_info:
    name_filter: Branch*
    gather: status
  register: branches

- name: Print them
  ansible.builtin.debug:
    msg: "{{ branches.engines | rejectattr('monitoring_status', 'equalto', 'OK') | map(attribute='name') }}"

- name: See which interfaces are down
  ngfw.smc.engine_info:
    target: HQ cluster
    gather: appliance
"""

RETURN = r"""
smc_url:
  description: The address of the Management Server that answered, which is of interest if O(url) has several.
  returned: success
  type: str
  sample: https://smc.example.com:8082
engines:
  description:
    - The engines, sorted by name. Every key is always there. Keys that were not asked for, or that the SMC does not
      tell, are null or empty.
  returned: success
  type: list
  elements: dict
  contains:
    name:
      description: Name of the engine.
      returned: always
      type: str
      sample: HQ cluster
    target:
      description: The value for O(ngfw.smc.session_facts#module:target), which is the name.
      returned: always
      type: str
      sample: HQ cluster
    type:
      description: Engine type, by the SMC's name.
      returned: always
      type: str
      sample: fw_cluster
    key:
      description: Key of the element in the SMC.
      returned: always
      type: int
      sample: 1565
    href:
      description: Address of the element, at the configured SMC.
      returned: always
      type: str
      sample: https://smc.example.com:8082/7.1/elements/fw_cluster/1565
    domain:
      description: Administrative domain of the login that listed it.
      returned: always
      type: str
      sample: Shared Domain
    comment:
      description: Comment of the element.
      returned: always
      type: str
      sample: Helsinki headquarters
    addresses:
      description: Addresses of its interfaces.
      returned: always
      type: list
      elements: str
      sample: [10.0.2.1, 10.0.2.2, 10.0.2.3]
    management_address:
      description: The first address that the Management Server uses to contact the engine.
      returned: always
      type: str
      sample: 10.0.2.2
    nodes:
      description: Its nodes, in the order of their numbers.
      returned: always
      type: list
      elements: dict
      contains:
        name:
          description: Name of the node, as it appears in the entries of session definitions.
          returned: always
          type: str
          sample: HQ cluster node 1
        id:
          description: Number of the node, from 1.
          returned: always
          type: int
          sample: 1
        type:
          description: Type of the node, by the SMC's name.
          returned: always
          type: str
          sample: firewall_node
        key:
          description: Key of the node in the SMC.
          returned: always
          type: int
          sample: 1566
        href:
          description: Address of the node, at the configured SMC.
          returned: always
          type: str
          sample: https://smc.example.com:8082/7.1/elements/fw_cluster/1565/firewall_node/1566
        disabled:
          description: Whether the node is disabled. The status of such a node is not read.
          returned: always
          type: bool
          sample: false
        version:
          description: Software version of the node.
          returned: always
          type: str
          sample: 7.1.2 build 29105
        address:
          description: An address of the node itself, the one for management if it has one.
          returned: always
          type: str
          sample: 10.0.2.2
        configuration_status:
          description: As RV(engines[].configuration_status). A node also has the other keys of the engine's status.
          returned: always
          type: str
          sample: Installed
        appliance:
          description: Hardware and interface status, with O(gather=appliance).
          returned: always
          type: dict
          contains:
            hardware:
              description: Subsystems with their name, status and readings, as the SMC sends them.
              returned: always
              type: list
              elements: dict
              sample: [{"name": "Sandbox", "status": "WARNING", "readings": [{"label": "Cloud connection", "param": "status", "value": "1"}]}]
            interfaces:
              description: Interfaces as the SMC describes them.
              returned: always
              type: list
              elements: dict
              sample: [{"interface_id": 0, "name": "eth0_0", "status": "Up", "mtu": 1500, "port": "Copper"}]
    engine_version:
      description: Software version of the first node that has one.
      returned: always
      type: str
      sample: 7.1.2 build 29105
    log_server:
      description: Name of the Log Server, or its href if the SMC does not list it.
      returned: always
      type: str
      sample: LogServer
    location:
      description: Name of the location, or its href if the SMC does not list it.
      returned: always
      type: str
      sample: Helsinki
    master_engine:
      description: For a virtual engine, the name of the master engine that hosts it, or its href if the SMC does not list it.
      returned: always
      type: str
      sample: Master engine
    status_nodes:
      description:
        - The nodes whose status is known. The status of the engine is that of the first of them that is online, or of the
          first one if none is online. Only RV(engines[].monitoring_status) summarises all nodes.
      returned: always
      type: list
      elements: str
      sample: [HQ cluster node 1, HQ cluster node 2]
    configuration_status:
      description: V(Initial), V(Declared), V(Configured) or V(Installed).
      returned: always
      type: str
      sample: Installed
    engine_node_status:
      description: What a node does, such as V(Online), V(Standby), V(Locked Offline) or V(No Policy Installed).
      returned: always
      type: str
      sample: Online
    monitoring_state:
      description: Whether the SMC knows the status, such as V(READY), V(NO_STATUS) or V(TIMEOUT).
      returned: always
      type: str
      sample: READY
    monitoring_status:
      description:
        - V(OK), V(WARNING), V(ERROR), V(UNKNOWN), V(IDLE) and others. For several nodes, V(ERROR) or else V(WARNING) if a
          node has it, and V(PARTIAL_OK) if some nodes are well and others are not known to be well.
      returned: always
      type: str
      sample: OK
    connectivity_status:
      description: Whether the node is connected to the SMC.
      returned: always
      type: str
      sample: Connected
    installed_policy:
      description: The policy that was uploaded last.
      returned: always
      type: str
      sample: HQ policy
    active_policy:
      description: The policy in force.
      returned: always
      type: str
      sample: HQ policy
    last_upload_time:
      description: When the policy was uploaded, in milliseconds since 1970, as the SMC sends it.
      returned: always
      type: int
      sample: 1740996000000
    dynamic_update:
      description: The dynamic update package.
      returned: always
      type: str
      sample: "1690"
    platform:
      description: The platform of the node.
      returned: always
      type: str
      sample: x86-64
    error:
      description: Sentences about what could not be read, or null. There is also a warning.
      returned: always
      type: str
      sample: null
error:
  description: What went wrong, for programs. C(kind) is a stable word; the other keys depend on it.
  returned: on failure
  type: dict
  sample: {"kind": "target_unknown", "target": "Plana FW", "suggestions": ["Plano FW"]}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module
from ansible_collections.ngfw.smc.plugins.module_utils._runners.engine_info import RUNNER


def main() -> None:
    run_module(RUNNER)


if __name__ == "__main__":
    main()
