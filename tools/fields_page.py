# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print docs/fields.md, made from the core's catalogue: `python tools/fields_page.py > docs/fields.md`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / ".collections"))

from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS_AND_LOG
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.fields import CATALOGUE

HEAD = """<!--
SPDX-FileCopyrightText: 2026 The ngfw.smc authors
SPDX-License-Identifier: GPL-3.0-or-later
-->

# Fields

In entries, a field has the SMC's internal name in snake_case. In options you can use any spelling: `src`, `Src`, `Src Addr` and
`7` are the same field. Where SMC versions have different names for a field, the tables list all of them, and entries have one
key. The tables list the fields that are publicly known: those of records captured from a live SMC 6.2 to 6.4, of the sample in
the SMC API guide, and of the constants in the vendor's Python client. A real SMC sends more fields. A field with an unknown
name keeps that name in snake_case, and a field of which only the number is known has a name like `field_1028`.

`LOG` is the log, which `ngfw.smc.log_facts` reads. Each alert is an entry of the log too.

Types: `int`, `bytes` and `duration` (seconds) become integers, and `bool` becomes a boolean. `ip` is an address in its shortest
form, `mac` six octets in lower case. `timestamp` stays as the SMC prints it, because its time zone is not public. `enum` and `str`
stay as they are.

Besides its fields an entry may have `delta_key`, which identifies it within one node, and `block_list_href` or `vpn_sa_href`,
which identify it when you change it. Where a name of the SMC contains `blacklist`, it is `block_list` here.
"""


def page() -> str:
    """The whole page."""
    lines = [HEAD]
    for name in DEFINITIONS_AND_LOG:
        lines += [f"## {name}", "", "| key | SMC's name | number | title | type |", "| --- | --- | --- | --- | --- |"]
        for field in CATALOGUE:
            if name in field.definitions:
                number = "" if field.id is None else field.id
                names = ", ".join((field.name, *field.other_names))
                lines.append(f"| `{field.key}` | {names} | {number} | {field.title} | {field.type} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    sys.stdout.write(page())
