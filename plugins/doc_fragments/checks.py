# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The documentation that the plugins that judge health checks share."""

from __future__ import annotations


class ModuleDocFragment:
    """Where the language of checks is described, and how checks choose engines."""

    DOCUMENTATION = r"""
options:
  groups:
    description:
      - Inventory groups of the engine, for checks that apply to groups only (C(on)).
    type: list
    elements: str
    default: []
notes:
  - All keys of a check, and the ready checks, are in C(docs/checks.md) of the collection.
"""
