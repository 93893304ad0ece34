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
  - Turns a file as people keep it, or a feed as it is published, into the entries that P(ngfw.smc.block_list#module)
    takes. The documentation page on block lists has a table of feeds by name.
  - Whatever is not an address, a network or a range is refused, with its line. Nothing is resolved or guessed.
  - Whether ports and protocols are right is for the module to say.
positional: _input, format
options:
  _input:
    description:
      - The text. C(lookup) takes line ends from the end of a file, which shows whether it is complete; write C(rstrip=false), as in
        the examples. Without it, a last row of CSV that is too short is a warning.
      - YAML and JSON hold a list of entries, or a dictionary with the one key C(entries), or what O(file_select) names.
        An entry that is only a text is an address.
      - CSV has a header line, and commas, semicolons, tabs or bars between. The columns are the module's own names, or
        usual ones such as C(ip), C(dst_ip), C(src), C(network), C(cidr) and C(value). Other columns are not read. An empty
        cell means any.
      - In CSV and plain lines, C(#), C(;), C(//) and C(!) begin a comment.
    type: str
    required: true
  format:
    description: How to read it. V(auto) takes the simplest that fits; set it for a feed that somebody else writes.
    type: str
    choices: [auto, lines, csv, json, jsonl, yaml]
    default: auto
  name:
    description: What the file is called in errors and warnings.
    type: str
    default: ""
  file_select:
    description:
      - Where the entries are in a JSON or YAML document, such as V(prefixes[].ip_prefix), or several such paths.
        Whatever is more than keys and brackets is JMESPath and needs the Python library C(jmespath).
      - In CSV, the column that holds the address, by its very name, or by letters and digits of it if only one column has them.
    type: list
    elements: str
  refang:
    description: Read V(192.0.2[.]1) and V(hxxp://192.0.2[.]1/x) as the address.
    type: bool
    default: false
  on_bad_line:
    description: Whether what cannot be read is an error, or left out with a warning.
    type: str
    choices: [fail, warn]
    default: fail
  collapse:
    description: Merge equal, covered and adjacent networks of entries that carry nothing but an address.
    type: bool
    default: false
  file_at_least:
    description: Fail with fewer entries than this, since the feed is empty or cut off then.
    type: int
    default: 0
  widest:
    description: The shortest prefix lengths that are read, by IP version. V(0.0.0.0/0) never is.
    type: dict
    default: {ipv4: 8, ipv6: 16}
  addresses_as:
    description:
      - Where an address goes if the file does not say it. V(auto) makes it a source.
      - A list of servers that must not be called, such as one of command-and-control servers, needs V(destination).
    type: str
    choices: [auto, source, destination]
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
    entries: "{{ lookup('ansible.builtin.file', 'blocked.csv', rstrip=false) | ngfw.smc.block_list_entries(duration=86400) }}"

- name: Block what a cloud provider publishes
  ngfw.smc.block_list:
    target: Plano FW
    entries: >-
      {{ lookup('ansible.builtin.file', 'ip-ranges.json', rstrip=false)
         | ngfw.smc.block_list_entries(format='json', file_at_least=1000, collapse=true,
                                       file_select=['prefixes[].ip_prefix', 'ipv6_prefixes[].ipv6_prefix']) }}
"""

RETURN = r"""
_value:
  description: The entries, for the module's O(ngfw.smc.block_list#module:entries).
  type: list
  elements: dict
  sample: [{"source": "203.0.113.66", "duration": 86400}]
"""

from collections.abc import Callable
from typing import Any

from ansible.errors import AnsibleFilterError
from ansible.utils.display import Display
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.file import FeedOptions, read_feed
from ansible_collections.ngfw.smc.plugins.module_utils._core.block_list.guards import read_widest
from ansible_collections.ngfw.smc.plugins.module_utils._core.errors import SMCError
from ansible_collections.ngfw.smc.plugins.module_utils._core.words import visible

_display = Display()


def block_list_entries(
    text: str,
    format: str = "auto",  # noqa: A002 (the user's word)
    duration: int | None = None,
    name: str = "",
    file_select: str | list[str] | None = None,
    refang: bool = False,
    on_bad_line: str = "fail",
    collapse: bool = False,
    file_at_least: int = 0,
    widest: dict[str, Any] | None = None,
    addresses_as: str = "auto",
) -> list[dict[str, Any]]:
    if not isinstance(text, str):
        raise AnsibleFilterError(f"block_list_entries takes a text, not a {type(text).__name__}.")
    paths = [file_select] if isinstance(file_select, str) else file_select or ()
    defaults = {} if duration is None else {"duration": duration}
    try:
        options = FeedOptions(
            format,
            tuple(map(str, paths)),
            refang,
            on_bad_line,
            collapse,
            file_at_least,
            read_widest(widest),
            addresses_as,
            end_is_known=False,
        )
        feed = read_feed(str(text), name, options)
    except SMCError as error:
        raise AnsibleFilterError(f"block_list_entries: {error.message}") from None
    for warning in feed.warnings:
        _display.warning(visible(f"{name}: {warning}" if name else warning))
    return [{**defaults, **entry} for entry in feed.entries]


class FilterModule:
    def filters(self) -> dict[str, Callable[..., Any]]:
        return {"block_list_entries": block_list_entries}
