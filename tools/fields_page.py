# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/fields.md from the core's catalogue: `python tools/fields_page.py > docs/fields.md`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / ".collections"))

from ansible_collections.ngfw.smc.plugins.module_utils._core.definitions import DEFINITIONS
from ansible_collections.ngfw.smc.plugins.module_utils._core.fields import CATALOGUE

HEAD = """<!--
SPDX-FileCopyrightText: 2026 The ngfw.smc authors
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Fields

Entries name a field by the SMC's internal name in snake_case. In options a field may be named in any spelling: `src`, `Src`,
`Src Addr` and `7` are the same. This is what is publicly known: fields of records captured from a live SMC 6.2 to 6.4, of
the SMC API guide's sample, and of the constants in the vendor's Python client. An SMC sends more; what it sends under an
unknown name is kept under that name in snake_case, and a field that is known by its number only is called `field_1028`.

Types: `int`, `bytes` and `duration` (seconds) become integers, `bool` booleans, `ip` addresses in their shortest form, `mac`
six octets in lower case. `timestamp` stays as the SMC prints it: which time zone it means is not public. `enum` and `str` stay.

Beside its fields an entry may have `delta_key` (identifies it within one node), `block_list_href` and `vpn_sa_href` (name it
for changes). `blacklist` in a name of the SMC's always reads `block_list`.
"""


def page() -> str:
    """The whole page."""
    lines = [HEAD]
    for name in DEFINITIONS:
        lines += [f"## {name}", "", "| key | SMC's name | number | title | type |", "| --- | --- | --- | --- | --- |"]
        for field in CATALOGUE:
            if name in field.definitions:
                number = "" if field.id is None else field.id
                lines.append(f"| `{field.key}` | {field.name} | {number} | {field.title} | {field.type} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(page())
