# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The work of ngfw.smc.snapshot_diff: two snapshots on disk, compared table by table."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from ._core.areas import Area, Entries, Split, compare_tables, part_number, render_text
from ._core.definitions import DEFINITIONS
from ._core.diff import Rules, read_rules
from ._core.errors import OptionError, SMCError, did_you_mean
from ._files import FileFailed
from ._runner import Options, PartialFailure, Result, Runner
from ._snapshot_files import TableFile, read_entries, read_manifest

ARGUMENTS: dict[str, Any] = {
    "before": {"type": "path", "required": True},
    "after": {"type": "path", "required": True},
    "targets": {"type": "list", "elements": "str"},
    "definitions": {"type": "list", "elements": "str", "choices": list(DEFINITIONS)},
    "rules": {"type": "dict", "default": {}},
    "lines": {"type": "int", "default": 50},
    "fail_on_difference": {"type": "bool", "default": True},
}

# How many entries of each snapshot are compared at a time; a larger table is split over files.
_PART = 50_000

Key = tuple[str, str]


def run(options: Options) -> Result:
    """Raises PartialFailure with the areas, if one of them is beyond its tolerance or could not be compared."""
    params = options.params
    rules = rules_of(params["rules"])
    if params["lines"] < 0:
        raise OptionError(f"`lines` is {params['lines']}; it must not be negative.")
    before, after = (_Snapshot(Path(params[name])) for name in ("before", "after"))
    _refuse_mismatch(before, after)
    wanted = before.select(params["targets"], params["definitions"])
    found = after.select(params["targets"], params["definitions"])
    if not wanted and not found:
        raise OptionError(
            f"Neither {before.folder} nor {after.folder} holds a table of the targets and definitions asked for."
        )
    areas = [
        _compare(before, after, key, rules[key[1]], params["lines"])
        for key in sorted({*wanted, *found}, key=lambda key: (key[0].casefold(), key))
    ]
    listed = [area.as_dict() for area in areas]
    bad = [area for area in areas if area.status in ("FAIL", "ERROR")]
    differs = any(area.differs for area in areas)
    result: Result = {
        # Ansible shows a difference only of what changed.
        "changed": differs,
        "status": "FAIL" if bad else "PASS",
        "differs": differs,
        "areas": listed,
        "taken": {
            "snapshot_before": str(before.manifest.get("started_at") or ""),
            "snapshot_after": str(after.manifest.get("started_at") or ""),
        },
        "warnings": _mismatches(before, after),
    }
    text = render_text(listed) if options.diff else ""
    if text:
        result["diff"] = {"prepared": text}
    if bad and params["fail_on_difference"]:
        reasons = " ".join(f"{area.target}, {area.definition}: {area.reason}" for area in bad[:5])
        more = f" {len(bad) - 5} more." if len(bad) > 5 else ""
        # Ansible shows no difference of a task that failed.
        why = f"\n{text.rstrip()}" if text else f" {reasons}{more}"
        error = PartialFailure(
            f"{len(bad)} of {len(areas)} tables differ more than is tolerated, or could not be compared.{why}", result
        )
        error.kind = "difference"
        raise error
    return result


def rules_of(written: Mapping[str, Any]) -> dict[str, Rules]:
    """The rules of every definition. Raises OptionError that names the definition."""
    for name in written:
        if name not in DEFINITIONS:
            raise OptionError(f"`rules` has no definition '{name}'.{did_you_mean(str(name), DEFINITIONS)}")
    rules = {}
    for name, definition in DEFINITIONS.items():
        changes = written.get(name)
        if changes is not None and not isinstance(changes, Mapping):
            raise OptionError(f"`rules` of {name} is a dictionary, not '{changes}'.")
        try:
            rules[name] = read_rules(definition, changes)
        except OptionError as error:
            raise OptionError(f"`rules` of {name}: {error.message}") from None
    return rules


class _Snapshot:
    def __init__(self, path: Path) -> None:
        self.manifest = read_manifest(path)
        self.folder = Path(self.manifest["folder"])
        self.tables: dict[Key, Mapping[str, Any]] = {}
        self.failures: dict[Key, str] = {}
        for table in self.manifest["tables"]:
            self.tables[str(table.get("target")), str(table.get("definition"))] = table
        for failure in self.manifest.get("failures") or []:
            key = (str(failure.get("target")), str(failure.get("definition")))
            self.failures[key] = str(failure.get("msg") or "It failed.")

    def select(self, targets: list[str] | None, definitions: list[str] | None) -> list[Key]:
        return [
            key
            for key in (*self.tables, *self.failures)
            if (targets is None or key[0] in targets) and key[1] in (definitions or DEFINITIONS)
        ]


def _compare(before: _Snapshot, after: _Snapshot, key: Key, rules: Rules, lines: int) -> Area:
    """One area. What is missing or unusable in one of the snapshots is its error, and nobody else's."""
    area = Area(*key)
    for which, snapshot in (("earlier", before), ("later", after)):
        if key in snapshot.failures:
            return area.error(f"The {which} snapshot has no such table: {snapshot.failures[key]}")
    if key not in before.tables:
        return area.skip("The earlier snapshot has no such table, so there is nothing to compare with.")
    if key not in after.tables:
        return area.error("The later snapshot has no such table.")
    old, new = before.tables[key], after.tables[key]
    for which, table in (("earlier", old), ("later", new)):
        if table.get("complete") is not True:
            return area.error(f"The {which} snapshot's table is not complete.")
    try:
        files = TableFile(before.folder, old), TableFile(after.folder, new)
        for file in files:
            file.verify()
        counts = files[0].count, files[1].count
        with _splitting(rules, max(counts)) as split:
            return compare_tables(area, files[0].entries(), files[1].entries(), counts, rules, lines, split)
    except SMCError as error:
        return area.error(error.message)


@contextmanager
def _splitting(rules: Rules, count: int) -> Iterator[Split | None]:
    """How to split tables of so many entries, over files that are there as long as this; None if there is no need."""
    parts = -(-count // _PART)
    if parts <= 1 or rules.by_count:
        yield None
        return
    try:
        with TemporaryDirectory(prefix="ngfw-smc-diff.") as folder:
            numbers = itertools.count()

            def split(entries: Entries) -> Iterable[Entries]:
                paths = [Path(folder) / str(next(numbers)) for _part in range(parts)]
                with ExitStack() as opened:
                    files = [opened.enter_context(path.open("w", encoding="utf-8")) for path in paths]
                    for entry in entries:
                        view = rules.view(entry)
                        files[part_number(view, rules, parts)].write(json.dumps(view) + "\n")
                return map(read_entries, paths)

            yield split
    except OSError as error:
        raise FileFailed(f"Could not compare a large table: {(error.strerror or str(error)).lower()}.") from None


def _refuse_mismatch(before: _Snapshot, after: _Snapshot) -> None:
    """Raises OptionError for snapshots of different domains: an engine's name says nothing across them."""
    old, new = ((one.manifest.get("smc") or {}).get("domain") for one in (before, after))
    if old != new:
        raise OptionError(
            f"The snapshots cannot be compared: {before.folder} is of the administrative domain '{old}', {after.folder} of '{new}'."
        )


def _mismatches(before: _Snapshot, after: _Snapshot) -> list[str]:
    """What the reader should know of two snapshots that are not of the same place, or stand in the wrong order."""
    warnings = []
    old, new = before.manifest.get("smc") or {}, after.manifest.get("smc") or {}
    for name, words in (("url", "SMC"), ("product_version", "SMC version")):
        if old.get(name) != new.get(name):
            warnings.append(f"The snapshots differ in their {words}: '{old.get(name)}' and '{new.get(name)}'.")
    if str(before.manifest.get("started_at")) > str(after.manifest.get("started_at")):
        warnings.append(f"The snapshot given as `before` was taken after the other one ({before.folder}).")
    return warnings


RUNNER = Runner(ARGUMENTS, run)
