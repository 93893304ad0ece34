# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of the options that select engines."""

from __future__ import annotations


class ModuleDocFragment:
    """Which engines. A unit test compares the choices with the engine types that the core knows."""

    DOCUMENTATION = r"""
options:
  name_filter:
    description:
      - Names of engines. C(*) stands for any text; without one, a part of the name is enough.
      - The SMC selects by it. Whether upper and lower case are the same is up to the SMC.
    type: str
  engine_types:
    description:
      - Types of engines, by the SMC's names. The default is all, including types that are not named here.
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
"""

    EXCLUDE = r"""
options:
  exclude:
    description:
      - Names of engines to leave out. C(*) stands for any text.
    type: list
    elements: str
"""
