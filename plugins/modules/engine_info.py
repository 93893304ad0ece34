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
  - Returns what the SMC knows of one engine, of those that a name filter selects, or of all engines of the
    administrative domain. The dictionaries are those that the inventory plugin P(ngfw.smc.engines#inventory) makes its
    host variables of.
  - Without O(target), O(name_filter) and O(engine_types), the target is the inventory host's variable C(smc_target),
    else its name. For C(localhost) it is every engine; on another host, C(name_filter=*) asks for every engine.
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
    description: Changes nothing, so there is nothing to show.
    support: none
options:
  target:
    description:
      - Name of one engine, exactly. It is an error if there is none of this name, or if it cannot be read.
    type: str
  name_filter:
    description:
      - Names of engines. C(*) stands for any text; without one, a part of the name is enough.
      - The SMC selects by it. Whether upper and lower case are the same is up to the SMC.
      - If no engine has such a name, the result is an empty list.
    type: str
  engine_types:
    description:
      - Types of engines, by the SMC's names. The default is all, also types that are not named here.
      - V(ips) stands for the three types of IPS engines, V(layer2) for those of layer 2 firewalls.
    type: list
    elements: str
    choices:
      - single_fw
      - fw_cluster
      - cloud_single_fw
      - single_layer2
      - layer2_cluster
      - single_ips
      - ips_cluster
      - master_engine
      - virtual_fw
      - virtual_fw_layer2
      - virtual_ips
      - ips
      - layer2
  gather:
    description:
      - What to read beyond the list of engines. V(engine) is the engine with its nodes and addresses, one request an
        engine. V(status) adds the status of each node that is not disabled, V(appliance) its hardware and interface
        status, with one request a node for either.
      - V(status) and V(appliance) include V(engine). With an empty list, only the list of engines is read.
    type: list
    elements: str
    choices: [engine, status, appliance]
    default: [engine]
  concurrency:
    description:
      - How many requests may be under way at a time.
    type: int
    default: 8
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

- name: Find branch engines that are not well
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
engines:
  description:
    - The engines by name. Every key is always there. What was not asked for, or what the SMC does not tell, is null or
      empty.
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
      description: What O(ngfw.smc.session_facts#module:target) takes. It is the name.
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
      description: The first address for contacts from the Management Server.
      returned: always
      type: str
      sample: 10.0.2.2
    nodes:
      description: Its nodes by their number.
      returned: always
      type: list
      elements: dict
      contains:
        name:
          description: Name of the node, which entries of session definitions show.
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
          description: An address of the node's own, for management if it has such.
          returned: always
          type: str
          sample: 10.0.2.2
        configuration_status:
          description: As RV(engines[].configuration_status). The other keys of the engine's status are here as well.
          returned: always
          type: str
          sample: Installed
        appliance:
          description: Hardware and interface status, with O(gather=appliance).
          returned: always
          type: dict
          contains:
            hardware:
              description: Subsystems with their name, status, and readings as the SMC gives them.
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
      description: Software version of the first node that tells its own.
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
      description: Of a virtual engine, the name of the master engine that hosts it, or its href if the SMC does not list it.
      returned: always
      type: str
      sample: Master engine
    status_nodes:
      description:
        - The nodes whose status is known. The engine's status is the one of the first of them that is online, else of
          the first; only RV(engines[].monitoring_status) sums them up.
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
        - V(OK), V(WARNING), V(ERROR), V(UNKNOWN), V(IDLE) and others. Of several nodes, the worst of V(ERROR) and
          V(WARNING); V(PARTIAL_OK) if some are well and others are not known to be.
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
      description: When the policy was uploaded, as the SMC gives it, which is in milliseconds since 1970.
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
      description: What could not be read, in sentences; null if everything was. There is a warning for it too.
      returned: always
      type: str
      sample: null
error:
  description: What went wrong, for programs. C(kind) is a stable word, the rest depends on it.
  returned: on failure
  type: dict
  sample: {"kind": "target_unknown", "target": "Plana FW", "suggestions": ["Plano FW"]}
"""

from ansible_collections.ngfw.smc.plugins.module_utils._engine_info import RUNNER
from ansible_collections.ngfw.smc.plugins.module_utils._runner import run_module


def main() -> None:
    run_module(RUNNER)


if __name__ == "__main__":
    main()
