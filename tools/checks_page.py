# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Write docs/checks.md from the core's tables of keys and verbs and the role's ready checks.

python tools/checks_page.py > docs/checks.md
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / ".collections"))

from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.expectations import VERBS
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.nodes import NODE_VERBS
from ansible_collections.ngfw.smc.plugins.module_utils._core.checks.reading import APPLIES_TO_KEYS, KEYS
from ansible_collections.ngfw.smc.plugins.module_utils._core.schema.definitions import DEFINITIONS_AND_LOG
from ansible_collections.ngfw.smc.plugins.module_utils._core.words import join_names

DEFAULTS = ROOT / "roles" / "health_check" / "defaults" / "main.yml"

# What most ready checks are for; the page says it in a word.
FIREWALLS = ["single_fw", "fw_cluster", "virtual_fw", "cloud_single_fw"]

# The tests that a condition may put a field's value to: meaning and example of each.
CONDITIONS = {
    "equal": (
        "The value; the same as writing it without `equal`, except that a text with an asterisk needs it: `*` is not a wildcard here.",
        "sa_class: {equal: IPsec}",
    ),
    "in": ("One of several values; the same as a list without `in`.", "dport: {in: [80, 443]}"),
    "network": ("An address in this network or range; the same as without `network`.", "src: {network: 10.0.0.0/8}"),
    "not": ("Not that: a value, a list of values, or another test.", "service: {not: [DNS, NTP]}"),
    "defined": ("`true`: the entry has the field. `false`: it does not.", "nat_src: {defined: false}"),
    "min": ("A number of at least this.", "dport: {min: 1024}"),
    "max": ("A number of at most this.", "route_metric: {max: 9}"),
    "range": ("A number from the first to the second, both included.", "dport: {range: [1024, 2047]}"),
    "regex": (
        (
            "A regular expression that is found anywhere in the value. It may have at most four repetitions (`*`, `+`, `{2,5}`) and eight "
            "optional or alternative parts, none of them inside a repeated group; the more it has, the more alternatives there are, and the "
            "longer it is, the shorter the longest text that it is "
            "tried on (4,000 characters with one repetition, 100 with four). Beyond that the check is an ERROR."
        ),
        "username: {regex: '@example[.]test$'}",
    ),
}

HEAD = """<!--
SPDX-FileCopyrightText: 2026 The ngfw.smc authors
SPDX-License-Identifier: GPL-3.0-or-later
Written by tools/checks_page.py; change the tables of keys and verbs in plugins/module_utils/_core/checks, or the tool.
-->

# Checks

A check names a table, selects entries of it, and says what must hold for them:

```yaml
health_check_checks:
  - name: HQ tunnels are up
    definition: VPN_SA
    where: {peer_security_gateway: HQ, sa_class: IPsec}
    count: {min: 2}
    severity: critical
  - name: All nodes are online and run the same version
    nodes: {online: all, same_version: true}
    severity: critical
```

The role, the module and the playbook `ngfw.smc.health_check` and the filter `ngfw.smc.evaluate` take such checks.
[health_checks.md](health_checks.md) says how to run them and what the reports show.
"""

EXPECTATIONS = """## What must hold for the entries

A check has at least one of these keys or `nodes`. If it has several, all of them must hold. A field may be named in any spelling
([fields.md](fields.md)).
"""

NODES = """## What must hold for the nodes

The key `nodes` needs no `definition`. Nodes that are disabled do not count. All of its keys must hold.
"""

APPLIES_TO = """## Which engines a check applies to

`applies_to` takes a name pattern or a list of name patterns, or a mapping with these keys. A key may also be written in the singular. Patterns
ignore case; `*` stands for any text, `?` for any character.
"""

CONDITIONS_HEAD = """## Conditions

`where`, `each`, `none` and `any` take conditions by field. All of them must hold. The value of a condition is what the field must
equal, a list of such values, for an address field also a network (`10.0.0.0/8`) or a range (`10.0.0.1-10.0.0.9`), nothing (`null`: the
entry lacks the field), or a mapping of tests.

YAML reads some texts as something else: `NO` and `on` as booleans, `0123` and `10:30` as numbers, `2024-01-01` as a date. Where a text
is expected, such a value is an ERROR that says to put it in quotes.
"""

VERDICTS = {
    "PASS": "What is expected holds.",
    "FAIL": "It does not hold. The reason says what was expected and what was found; the first five entries at fault are shown.",
    "ERROR": (
        "It could not be measured: no login, the engine is offline, a table is not complete, the status of a node is not known. Or the "
        "check cannot be read, for instance because it names a field that does not exist (the message names similar ones)."
    ),
    "WAIVED": (
        "It failed or could not be measured, but somebody has accepted that until a day, in the file `health_check_waivers`. Only "
        "reports have this status."
    ),
    "SKIPPED": (
        "The check is switched off, does not apply to this engine (`applies_to`), or there was nothing to judge (`when_empty: skip`). "
        "The last is counted as *not judged* and stands on the first screen of each report."
    ),
}

VERDICTS_FOOT = """An error of one check does not affect another check, and trouble with one engine does not affect another engine.
"""

READY = """## The ready checks

The role has these checks. `health_check_adjust` is merged into them by key: it switches a check on or off with `enabled`, or changes
a part of it. A check with `needs` is an ERROR until it has the values that it names. *Firewalls* are engines of the types FIREWALLS.

```yaml
health_check_adjust:
  default_gateway: {enabled: true, each: {route_gateway: 192.0.2.254}}
  neighbors_resolved: {enabled: false}
```

None of them is about the days that a licence has left. The only number that the API is known to have, `initial_license_remaining_days` of a
node, is by its name what was left when the node first made contact, so it would say the same on the day the licence ends.
"""


def table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table in Markdown. A vertical bar in a cell is escaped, as GitHub wants it even in code."""
    names = list(header)
    lines = [names, ["---"] * len(names), *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def code(name: str, example: str) -> str:
    """A key with its example value, as it stands in a check."""
    return f"`{name}: {example}`"


def keys_table(keys: Mapping[str, Any]) -> str:
    """The rows of a table of keys or of node verbs."""
    return table(
        ("key", "meaning", "example"),
        ((f"`{key.name}`", key.documentation, code(key.name, key.example)) for key in keys.values()),
    )


def verbs_table() -> str:
    """The rows of the table of verbs."""
    return table(
        ("key", "what must hold", "if no entry is selected", "example"),
        (
            (
                f"`{verb.name}`",
                verb.documentation,
                verb.without_entries,
                code(verb.name, verb.example),
            )
            for verb in VERBS.values()
        ),
    )


def conditions_table() -> str:
    """The tests of conditions."""
    return table(
        ("test", "the value is", "example"),
        ((f"`{name}`", meaning, f"`{example}`") for name, (meaning, example) in CONDITIONS.items()),
    )


def ready_table() -> str:
    """The role's ready checks."""
    text = DEFAULTS.read_text("utf-8")
    checks = yaml.safe_load(text)["health_check_library"]
    notes = dict(notes_in(text))
    return table(
        ("key", "name", "what must hold", "applies to", "severity", "on", "why"),
        (
            (
                f"`{key}`",
                check["name"],
                expectations_of(check),
                engines_of(check),
                check.get("severity", "major"),
                switched_on(check),
                notes.get(key, ""),
            )
            for key, check in checks.items()
        ),
    )


def expectations_of(check: Mapping[str, Any]) -> str:
    """The table, the conditions and the expectations of a check, as they are written."""
    shown = [check["definition"]] if "definition" in check else []
    for key, value in check.items():
        if key in VERBS or key in ("nodes", "where", "when_empty", "needs"):
            shown.append(code(key, as_written(value)))
    return "<br>".join(shown)


def engines_of(check: Mapping[str, Any]) -> str:
    """What a check applies to."""
    if check.get("definition") in DEFINITIONS_AND_LOG and DEFINITIONS_AND_LOG[check["definition"]].targets_domain:
        return "the domain of the login"
    if "applies_to" not in check:
        return "all"
    applies_to = check["applies_to"]
    return "firewalls" if applies_to == {"types": FIREWALLS} else f"`{as_written(applies_to)}`"


def as_written(value: Any) -> str:
    """A value as YAML in one line."""
    flow = yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False)
    return flow.strip().removesuffix("...").strip()


def switched_on(check: Mapping[str, Any]) -> str:
    """Whether a check is on by default, or by which variable."""
    enabled = check.get("enabled", True)
    if isinstance(enabled, bool):
        return "yes" if enabled else "no"
    return f"if `{re.findall(r'[a-z_]+', enabled)[0]}` is set"


def notes_in(text: str) -> Iterator[tuple[str, str]]:
    """The comments inside the ready checks, by key."""
    library = text[text.index("\nhealth_check_library:") :]
    for block in re.finditer(r"^  (\w+):\n((?:    .*\n)+)", library, re.MULTILINE):
        comments = re.findall(r"^    # (.*)$", block[2], re.MULTILINE)
        yield block[1], " ".join(comments)


def page() -> str:
    """The whole page."""
    return "\n".join(
        (
            HEAD,
            "## Keys of a check\n",
            keys_table(KEYS),
            EXPECTATIONS,
            verbs_table(),
            NODES,
            keys_table(NODE_VERBS),
            APPLIES_TO,
            keys_table(APPLIES_TO_KEYS),
            CONDITIONS_HEAD,
            conditions_table(),
            "## How a check ends\n",
            table(("status", "meaning"), VERDICTS.items()),
            VERDICTS_FOOT,
            READY.replace("FIREWALLS", join_names(f"`{name}`" for name in FIREWALLS)),
            ready_table().rstrip("\n"),
            "",
        )
    )


if __name__ == "__main__":
    sys.stdout.write(page())
