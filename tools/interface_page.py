# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""Print docs/interface.md, made from the plugins' documentation: `python tools/interface_page.py > docs/interface.md`."""

from __future__ import annotations

import ast
import json
import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parent.parent
PLUGINS = ROOT / "plugins"

HEAD = """<!--
SPDX-FileCopyrightText: 2026 The ngfw.smc authors
SPDX-License-Identifier: GPL-3.0-or-later
Written by tools/interface_page.py from the documentation of the plugins.
-->

# Public interface

These names and their meaning are kept as [releases.md](releases.md) promises. Everything else may change at any time: the Python code in
`plugins/module_utils` and `plugins/plugin_utils`, the words of messages, and the looks of reports for people (HTML, Markdown).
"""

CONNECTION = """Every module marked with † also takes the connection options: CONNECTION. `module_defaults` sets them
for all of these modules at once, as `group/ngfw.smc.smc`.
"""

FACTS = """## Facts

`ngfw.smc.session_facts` returns each table as a fact of its own, `ansible_facts.smc_DEFINITION` in lower case: FACTS. A table has these
keys: KEYS. [fields.md](fields.md) lists the keys of entries.

`ngfw.smc.log_facts` returns what it read as `ansible_facts.smc_log`, with these keys: LOG_KEYS.

The playbook `vpn_peer` sets the fact `vpn_peer_state` with the keys `engine`, `gateway` and `sas`.

`ngfw.smc.health_check`, `ngfw.smc.change_window` and `ngfw.smc.merge_reports` also pass `status`, `totals` and `files` to a workflow, with
`set_stats` under their own names (`health_check`, `change_window`, `merge_reports`).
"""

EXITS = """## Exit statuses

The playbooks end with Ansible's exit statuses:

| status | meaning for the playbooks of this collection |
| --- | --- |
| 0 | everything is as expected |
| 2 | a task failed: a check failed or could not be measured, snapshots differ, or the SMC refused something |
| 4 | Ansible could not reach a host; does not happen with `connection: local` |
| 1, 5, 250 | wrong options, a playbook that cannot be parsed, or an error in Ansible; nothing was changed by this collection |

Status 2 of a health check means a check of a severity in `health_check_fail_on`, that of a comparison more differences than are tolerated. The
reports are written before.

The inventory plugin fails as a whole or warns; Ansible goes on without an inventory that failed unless `any_unparsed_is_failed` is set.
"""

ENVIRONMENT = """## Environment variables

An option of a task wins over a variable, and an empty variable counts as not set. Variables are read where the work runs: on the controller
with `connection: local`, otherwise on the host of the task. The keyword `environment` of a task or play sets them too.

| variable | meaning |
| --- | --- |
| `SMC_ADDRESS` | `url`: scheme, host and port of the SMC API |
| `SMC_API_KEY` | `api_key`: authentication key of an API client |
| `SMC_USERNAME`, `SMC_PASSWORD` | `username` and `password` of an administrator |
| `SMC_DOMAIN` | `domain`: administrative domain |
| `SMC_API_VERSION` | `api_version`: for example `7.1`; the default is the newest that the SMC offers |
| `SMC_CA_PATH` | `ca_path`: file with the CA certificates to trust |
| `REQUESTS_CA_BUNDLE`, `CURL_CA_BUNDLE` | the same, if neither the option nor `SMC_CA_PATH` is set |
| `SSL_CERT_FILE`, `SSL_CERT_DIR` | what replaces the system's own authorities, if none of those is set |
| `SMC_CORROBORATE` | `corroborate`: `auto`, `always` or `never` |
| `SMC_TRANSPORT` | `transport`: `auto`, `socket` or `polling` |
| `http_proxy`, `https_proxy`, `all_proxy`, `no_proxy` | proxies, in lower or upper case |
| `ANSIBLE_INVENTORY_CACHE` | whether the inventory plugin keeps what it read |
| `ANSIBLE_INVENTORY_CACHE_PLUGIN`, `ANSIBLE_INVENTORY_CACHE_CONNECTION` | how and where it is kept |
| `ANSIBLE_INVENTORY_CACHE_TIMEOUT`, `ANSIBLE_INVENTORY_CACHE_PLUGIN_PREFIX` | for how long, and a prefix of the names |
| `ANSIBLE_INVENTORY_USE_EXTRA_VARS` | whether the inventory plugin may use extra variables in `compose` and groups |
| `ANSIBLE_INVENTORY_ANY_UNPARSED_IS_FAILED` | stop if an inventory source failed |
| `ANSIBLE_COLLECTIONS_PATH` | where Ansible looks for the collection |
"""


def literal(file: Path, name: str) -> Any:
    """A documentation block of a plugin, read as YAML."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == name:
            return yaml.safe_load(ast.literal_eval(node.value)) or {}
    return {}


def fragments(documentation: dict[str, Any]) -> list[str]:
    """The collection's own documentation fragments that a plugin names."""
    named = documentation.get("extends_documentation_fragment") or []
    named = [named] if isinstance(named, str) else named
    return [name.removeprefix("ngfw.smc.") for name in named if name.startswith("ngfw.smc.")]


def options(file: Path) -> list[str]:
    """The options of a plugin, without those of the connection."""
    documentation = literal(file, "DOCUMENTATION")
    found = list(documentation.get("options") or {})
    for name in fragments(documentation):
        if name != "connection":
            found += list(fragment(name))
    return sorted(set(found))


def fragment(name: str) -> dict[str, Any]:
    """The options of a documentation fragment."""
    file, _dot, part = name.partition(".")
    documentation = literal(PLUGINS / "doc_fragments" / f"{file}.py", part.upper() or "DOCUMENTATION")
    return dict(documentation.get("options") or {})


def code(names: Iterable[str]) -> str:
    """Names as code, separated by commas."""
    return ", ".join(f"`{name}`" for name in names)


def public(folder: str) -> Iterator[Path]:
    """The plugins of a kind."""
    yield from sorted(file for file in (PLUGINS / folder).glob("[!_]*.py"))


def modules() -> Iterator[str]:
    """The table of modules."""
    yield "## Modules\n\n" + CONNECTION.replace("CONNECTION", code(sorted(fragment("connection")))).rstrip()
    yield "\n| module | options | result |\n| --- | --- | --- |"
    for file in public("modules"):
        mark = " †" if "connection" in fragments(literal(file, "DOCUMENTATION")) else ""
        result = [name for name in literal(file, "RETURN") if name != "ansible_facts"]
        yield f"| `{file.stem}`{mark} | {code(options(file))} | {code(result)} |"


def facts() -> str:
    """What session_facts returns."""
    file = PLUGINS / "modules" / "session_facts.py"
    returned = literal(file, "RETURN")["ansible_facts"]["contains"]
    table = next(iter(returned.values()))["contains"]
    definitions = fragment("definitions")["definitions"]["choices"]
    log = literal(PLUGINS / "modules" / "log_facts.py", "RETURN")["ansible_facts"]["contains"]["smc_log"]["contains"]
    page = FACTS.replace("FACTS", code(f"smc_{name.lower()}" for name in definitions))
    return page.replace("LOG_KEYS", code(log)).replace("KEYS", code(table))


def filter_files() -> Iterator[tuple[str, dict[str, Any]]]:
    """The filters with their documentation, whether in the plugin or beside it."""
    for file in public("filter"):
        yield file.stem, literal(file, "DOCUMENTATION")
    for file in sorted((PLUGINS / "filter").glob("*.yml")):
        yield file.stem, yaml.safe_load(file.read_text("utf-8"))["DOCUMENTATION"]


def others() -> Iterator[str]:
    """Filters, and every other kind of plugin."""
    yield "## Other plugins\n\n| plugin | options |\n| --- | --- |"
    for name, documentation in filter_files():
        given = [option for option in documentation.get("options", {}) if not option.startswith("_")]
        yield f"| filter `{name}` | {code(given)} |"
    for folder in ("inventory", "lookup", "callback"):
        for file in public(folder):
            yield f"| {folder} `{file.stem}` | {code(options(file))} |"
    for file in sorted((ROOT / "extensions" / "eda" / "plugins").glob("*/[!_]*.py")):
        given = literal(file, "DOCUMENTATION").get("options") or {}
        yield f"| {file.parent.name.replace('_', ' ')} `{file.stem}` | {code(given)} |"
    yield "\n[inventory.md](inventory.md#hosts) lists the variables of hosts."


def playbook_variables(file: Path) -> list[str]:
    """The variables that the comment at the top of a playbook describes."""
    comment = "\n".join(line for line in file.read_text("utf-8").splitlines() if line.startswith("#"))
    return sorted(
        set(re.findall(rf"(?<![.\w])({file.stem}_\w+)", comment.partition("ansible-playbook")[2].partition("\n")[2]))
    )


def variables() -> Iterator[str]:
    """The role and the playbooks."""
    yield "## Roles and playbooks\n\n| | variables |\n| --- | --- |"
    for file in sorted((ROOT / "roles").glob("*/meta/argument_specs.yml")):
        given = yaml.safe_load(file.read_text("utf-8"))["argument_specs"]["main"]["options"]
        yield f"| role `{file.parents[1].name}` | {code(sorted(given))} |"
    for file in sorted((ROOT / "playbooks").glob("*.yml")):
        yield f"| playbook `{file.stem}` | {code(playbook_variables(file)) or 'those of the role'} |"


def schemas() -> Iterator[str]:
    """The files that programs may read."""
    yield "## Files\n\nPrograms may read these JSON files, which have schemas, and the reports as JUnit XML:\n"
    for file in sorted((ROOT / "docs").glob("*.schema.json")):
        yield f"- [{file.name}]({file.name}): {json.loads(file.read_text('utf-8')).get('title', file.stem)}"


def page() -> str:
    """The whole page."""
    parts = (modules(), [facts().rstrip()], others(), variables(), schemas(), [EXITS.rstrip()], [ENVIRONMENT.rstrip()])
    return HEAD + "".join("\n" + "\n".join(part) + "\n" for part in parts)


if __name__ == "__main__":
    sys.stdout.write(page())
