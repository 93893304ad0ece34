# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation of the option that names one engine."""

from __future__ import annotations


class ModuleDocFragment:
    """The engine that a task is about."""

    DOCUMENTATION = r"""
options:
  target:
    description:
      - Name of the engine. The default is the inventory host's variable C(smc_target), else its name.
    type: str
"""

    OR_DOMAIN = r"""
options:
  target:
    description:
      - Name of the engine. The default is the inventory host's variable C(smc_target), else its name.
      - For V(ACTIVE_ALERTS) alone, the administrative domain whose alerts to read. The default is the domain of the
        login, also when V(ACTIVE_ALERTS) is asked for together with definitions of an engine.
    type: str
"""
