# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ngfw.smc.visible."""

from __future__ import annotations

DOCUMENTATION = r"""
name: visible
short_description: Make a text harmless to show
version_added: 1.0.0
author:
  - The ngfw.smc authors (@ngfw-smc)
description:
  - Names and fields come from engines and from people who may name them. This filter makes such a text safe to print.
  - Control characters, line breaks, marks of direction or of no width, and unusual spaces become escapes such as C(\x1b).
  - The modules of this collection do this with their own messages, warnings, differences and reports. Their data stays as it came.
positional: _input
options:
  _input:
    description: The text; other values are turned into one.
    type: raw
    required: true
"""

EXAMPLES = r"""
- name: Show the engines
  ansible.builtin.debug:
    msg: "{{ engines.engines | map(attribute='name') | map('ngfw.smc.visible') | list }}"
"""

RETURN = r"""
_value:
  description: The text in one line.
  type: str
  sample: 'Plano\x1b[2J FW'
"""

from collections.abc import Callable
from typing import Any

from ansible_collections.ngfw.smc.plugins.module_utils._core.words import visible


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"visible": visible}
