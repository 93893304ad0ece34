# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""The filter ngfw.smc.block_list_entries."""

from __future__ import annotations

DOCUMENTATION = r"""
name: block_list_entries
short_description: Read block-list entries from a file's text
version_added: 0.1.0
author:
  - The ngfw.smc authors (@ngfw-smc)
description:
  - Turns the text of a YAML, JSON or CSV file, or of one with an address a line, into the entries that
    P(ngfw.smc.block_list#module) takes.
  - Whether addresses and ports are right is for the module to say, which names all that is wrong at once.
positional: _input, format
options:
  _input:
    description:
      - The text.
      - YAML and JSON hold a list of entries, or a dictionary with the one key C(entries). An entry that is only a text
        is a source address.
      - CSV has a header line with the module's own names, and commas, semicolons or tabs between. An empty cell means
        any.
      - In CSV and plain lines, C(#) begins a comment.
    type: str
    required: true
  format:
    description: How to read it. V(auto) goes by its first line.
    type: str
    choices: [auto, yaml, json, csv, lines]
    default: auto
  duration:
    description: Duration in seconds of entries that name none.
    type: int
seealso:
  - plugin: ngfw.smc.block_list
    plugin_type: module
"""

EXAMPLES = r"""
- name: Keep the list equal to a file
  ngfw.smc.block_list:
    target: Plano FW
    state: exact
    entries: "{{ lookup('ansible.builtin.file', 'blocked.csv') | ngfw.smc.block_list_entries(duration=86400) }}"
"""

RETURN = r"""
_value:
  description: The entries, for the module's O(ngfw.smc.block_list#module:entries).
  type: list
  elements: dict
  sample: [{"source": "203.0.113.66", "duration": 86400}]
"""

from collections.abc import Callable
from io import StringIO
from typing import Any

import yaml
from ansible.errors import AnsibleFilterError
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list_file import parse_entries
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import OptionError, SMCError


def block_list_entries(text: str, format: str = "auto", duration: int | None = None) -> list[dict[str, Any]]:  # noqa: A002 (the user's word)
    if not isinstance(text, str):
        raise AnsibleFilterError(f"block_list_entries takes a text, not a {type(text).__name__}.")
    defaults = {} if duration is None else {"duration": duration}
    try:
        return parse_entries(str(text), format, _load_yaml, defaults)
    except SMCError as error:
        raise AnsibleFilterError(f"block_list_entries: {error.message}") from None


# libyaml, where it is there, takes a tenth of the time for ten thousand entries.
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _load_yaml(text: str) -> Any:
    try:
        # A stream, because libyaml takes no subclass of str, which ansible-core before 2.19 gives.
        return yaml.load(StringIO(text), Loader=_LOADER)  # noqa: S506 (a safe loader)
    except (yaml.YAMLError, UnicodeError) as error:
        raise OptionError(f"The text is not YAML: {' '.join(str(error).split())}.") from None


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"block_list_entries": block_list_entries}
