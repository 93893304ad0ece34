# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""An SMC on loopback: the embedded default of the demo, the tests and the benchmarks."""

from .scenario import Fault, Scenario
from .server import API_VERSIONS, Simulator
from .statistics import Statistics
from .world import World

__all__ = ["API_VERSIONS", "Fault", "Scenario", "Simulator", "Statistics", "World"]
