# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The work of ngfw.smc.snapshot_diff: two snapshots on disk, compared table by table."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from .._arguments import DEFINITIONS_OPTIONAL
from .._core.comparison.compared_table import ComparedTable, Entries, Split, part_number, render_text
from .._core.comparison.rules import Rules, read_all_rules
from .._core.comparison.two_snapshots import SnapshotTable, compare_snapshot_tables, failed_table
from .._core.errors import FileFailed, OptionError, PartialFailure
from .._core.schema.definitions import DEFINITIONS
from .._core.storage.reading import Memory
from .._core.storage.snapshot_folder import TableFile, read_entries, read_manifests, size_of
from .._core.verdicts import BAD, FAIL, PASS
from .._core.words import first_lines
from .._runner import Options, Result, Runner

ARGUMENTS: dict[str, Any] = {
    "before": {"type": "path", "required": True},
    "after": {"type": "path", "required": True},
    "targets": {"type": "list", "elements": "str"},
    **DEFINITIONS_OPTIONAL,
    "rules": {"type": "dict", "default": {}},
    "lines": {"type": "int", "default": 50},
    "fail_on_difference": {"type": "bool", "default": True},
}


# How many entries of each snapshot, and bytes of text, are compared at a time; a larger table is split over files.
_PART = 50_000
_PART_SIZE = 128 << 20


# How many bytes of text a byte of a compressed table stands for at least. To split a table for nothing takes twice the time.
_PACKED = 5


# How many bytes of memory the entries of each snapshot may take that are compared at a time. Those of a part take a third of it.
_MOST_MEMORY = 1 << 30


# All parts of a snapshot are open at the same time, and systems allow 256 open files or more.
_MOST_PARTS = 200


# How many tables the message of a failure names.
_REASONS = 5


Manifest = Mapping[str, Any]


# The name of the snapshot's folder if there are several, target and definition.
TableKey = tuple[str, str, str]


def run(options: Options) -> Result:
    """The compared tables.

    Raises:
        PartialFailure: a table differs more than is tolerated, or could not be compared, and that is to be a failure.
        OptionError: the options or the snapshots do not fit together.
        FileFailed: a snapshot could not be read.
    """
    params = options.params
    rules = read_all_rules(params["rules"])
    if params["lines"] < 0:
        raise OptionError(f"`lines` is {params['lines']}; it must not be negative.")
    before, after = (_Snapshots(Path(params[name])) for name in ("before", "after"))
    pairs = [(before.manifests[name], after.manifests[name]) for name in before.manifests if name in after.manifests]
    _refuse_mismatch(pairs)
    wanted = before.select(params["targets"], params["definitions"])
    found = after.select(params["targets"], params["definitions"])
    keys = {*wanted, *found}
    if not keys:
        raise OptionError(
            f"Neither {before.folder} nor {after.folder} holds a table of the targets and definitions asked for."
        )
    tables = [
        _compare(before, after, key, rules[key[2]], params["lines"])
        for key in sorted(keys, key=lambda key: (key[0], key[1].casefold(), key))
    ]
    tables += _in_neither(keys, params["targets"], params["definitions"])
    several = len({*before.manifests, *after.manifests}) > 1
    listed = [table.as_dict() for table in tables]
    bad = [table for table in tables if table.status in BAD]
    differs = any(table.differs for table in tables)
    result: Result = {
        # Ansible shows a difference only if the task changed something.
        "changed": differs,
        "status": FAIL if bad else PASS,
        "differs": differs,
        "areas": listed,
        "taken": {
            "snapshot_before": before.started_at,
            "snapshot_after": after.started_at,
        },
        "warnings": [warning for pair in pairs for warning in _mismatches(*pair)],
    }
    text = render_text(listed, name_smc=several) if options.diff else ""
    if text:
        result["diff"] = {"prepared": text}
    if bad and params["fail_on_difference"]:
        reasons = [f"{table.place(several)}: {table.reason}" for table in bad]
        # Ansible does not show the difference of a task that failed.
        why = "" if text else f" {' '.join(first_lines(reasons, _REASONS, '{} more.'))}"
        message = f"{len(bad)} of {len(tables)} tables differ more than is tolerated, or could not be compared.{why}"
        error = PartialFailure(message, result, kind="difference")
        # Lines of our own; an error's message is one line otherwise.
        error.message += f"\n{text.rstrip()}" if text else ""
        raise error
    return result


def _compare(before: _Snapshots, after: _Snapshots, key: TableKey, rules: Rules, lines: int) -> ComparedTable:
    """One table. What is missing or unusable in one of the snapshots is an error of this table only."""
    old, new = before.tables.get(key), after.tables.get(key)
    name, target, definition = key
    smc = next((_smc_of(one.manifests[name]) for one in (after, before) if name in one.manifests), {})
    table = ComparedTable(target, definition, smc=str(smc.get("url") or ""))
    return compare_snapshot_tables(table, old, new, rules, lines, partial(_splitting, rules))


def _in_neither(
    keys: Iterable[TableKey], targets: Iterable[str] | None, definitions: Sequence[str] | None
) -> list[ComparedTable]:
    """An error for each target and definition that the task names, and that is in neither snapshot."""
    having = {(target, definition) for _name, target, definition in keys}
    missing = [
        (target, definition)
        for target in targets or ()
        for definition in definitions or ("any table",)
        if not any(one == target and definition in (table, "any table") for one, table in having)
        # Of alerts, the target is the domain, so an engine that is named has none.
        and not (definition in DEFINITIONS and DEFINITIONS[definition].targets_domain)
    ]
    # Without names of targets, a definition is missing if no target has it.
    tables = {table for _target, table in having}
    missing += [("any target", name) for name in definitions or () if targets is None and name not in tables]
    return [
        ComparedTable(target, definition).error("Neither snapshot has it, although it is to be compared.")
        for target, definition in missing
    ]


class _Snapshots:
    """A snapshot on disk, or the snapshots of several SMCs and domains beside each other in a folder.

    Attributes:
        folder: the folder.
        manifests: as read_manifests gives them.
        tables: each table that was asked for.
    """

    def __init__(self, path: Path) -> None:
        self.folder = path
        self.manifests = read_manifests(path)
        self.tables: dict[TableKey, SnapshotTable] = {}
        self._places: set[Path] = set()
        for name, manifest in self.manifests.items():
            for description in manifest["tables"]:
                key = _key_of(name, description)
                read = partial(self._read, Path(manifest["folder"]), description)
                complete = description.get("complete") is True
                self.tables[key] = SnapshotTable(key[1], read, complete, size=_text_size(description))
            for failure in manifest.get("failures") or []:
                key = _key_of(name, failure)
                self.tables[key] = failed_table(key[1], str(failure.get("msg") or "It failed."))

    @property
    def started_at(self) -> str:
        """When the first of them was begun."""
        return min(str(manifest.get("started_at") or "") for manifest in self.manifests.values())

    def _read(self, folder: Path, description: Mapping[str, Any]) -> tuple[int, Entries]:
        """The number of entries and the entries, after the file was verified. Raises FileFailed and OptionError."""
        file = TableFile(folder, description)
        if file.place in self._places:
            raise OptionError(f"The manifest in {folder} names {description['file']} for several tables.")
        self._places.add(file.place)
        file.verify()
        whole = _parts(file.count, _text_size(description)) == 1
        return file.count, file.entries(_memory() if whole else None)

    def select(self, targets: list[str] | None, definitions: list[str] | None) -> list[TableKey]:
        """The keys of the tables that are to be compared. None selects all."""
        return [
            key
            for key in self.tables
            if (targets is None or key[1] in targets) and key[2] in (definitions or DEFINITIONS)
        ]


def _key_of(name: str, item: Mapping[str, Any]) -> TableKey:
    return name, str(item.get("target")), str(item.get("definition"))


def _smc_of(manifest: Mapping[str, Any]) -> Mapping[str, Any]:
    smc: Mapping[str, Any] = manifest.get("smc") or {}
    return smc


def _text_size(description: Mapping[str, Any]) -> int:
    """About how many bytes the entries of a table have as text, as its manifest says."""
    return size_of(description) * (_PACKED if str(description["file"]).endswith(".gz") else 1)


def _parts(count: int, size: int) -> int:
    """How many files to split a table into. size: its bytes as text."""
    return max(1, min(max(-(-count // _PART), -(-size // _PART_SIZE)), _MOST_PARTS))


def _memory() -> Memory:
    """The bound for what is compared at a time. A manifest may say less than a table has, and all entries may have one identity."""
    return Memory(
        _MOST_MEMORY,
        f"The table is too large: entries that are compared together take more than {_MOST_MEMORY >> 20:,} MiB.",
    )


@contextmanager
def _splitting(rules: Rules, count: int, size: int) -> Iterator[Split | None]:
    """How to split tables of which the larger has this many entries and bytes, over temporary files; None if there is no need."""
    parts = _parts(count, size)
    if parts == 1 or rules.by_count:
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
                return (read_entries(path, _memory()) for path in paths)

            yield split
    except OSError as error:
        raise FileFailed(f"Could not compare a large table: {(error.strerror or str(error)).lower()}.") from None


def _refuse_mismatch(pairs: Iterable[tuple[Manifest, Manifest]]) -> None:
    """Raises OptionError for snapshots of different domains, in which the same name may be another engine."""
    for before, after in pairs:
        old, new = (_smc_of(one).get("domain") for one in (before, after))
        if old != new:
            raise OptionError(
                f"The snapshots cannot be compared: {before['folder']} is of the administrative domain '{old}', "
                f"{after['folder']} of '{new}'."
            )


def _mismatches(before: Manifest, after: Manifest) -> list[str]:
    """Warnings about two snapshots that are of different SMCs or versions, or given in the wrong order."""
    warnings = []
    old, new = _smc_of(before), _smc_of(after)
    for name, words in (("url", "SMC"), ("product_version", "SMC version")):
        if old.get(name) != new.get(name):
            warnings.append(f"The snapshots differ in their {words}: '{old.get(name)}' and '{new.get(name)}'.")
    if str(before.get("started_at")) > str(after.get("started_at")):
        warnings.append(f"The snapshot given as `before` was taken after the other one ({before['folder']}).")
    return warnings


RUNNER = Runner(ARGUMENTS, run)
