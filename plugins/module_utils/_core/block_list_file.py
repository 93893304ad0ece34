# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Block-list entries from a file's text: YAML, JSON, CSV or plain lines. Pure; the caller brings the YAML parser."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from typing import Any

from .block_list_entry import ENTRY_KEYS
from .errors import OptionError, did_you_mean, join_names

FORMATS = ("auto", "yaml", "json", "csv", "lines")


def parse_entries(
    text: str, kind: str, load_yaml: Callable[[str], Any], defaults: dict[str, Any]
) -> list[dict[str, Any]]:
    """Entries as the module takes them. defaults: for what an entry leaves out. Raises OptionError with line or index."""
    if kind not in FORMATS:
        raise OptionError(f"There is no format '{kind}'. There are {join_names(FORMATS)}.")
    text = text.lstrip("\ufeff")
    kind = guess_format(text) if kind == "auto" else kind
    if kind == "csv":
        entries = _from_csv(text)
    elif kind == "lines":
        entries = [{"source": line} for _unused, line in _lines(text)]
    else:
        entries = _from_document(text, kind, load_yaml)
    return [{**defaults, **entry} for entry in entries]


def guess_format(text: str) -> str:
    """What the text looks like; lines if like nothing else."""
    first = next((line for _unused, line in _lines(text)), "")
    if first[:1] in ("[", "{"):
        return "json"
    if re.match(r"---|- |[a-z_]+:(\s|$)", first):
        return "yaml"
    cells = _cells(first)
    # Several words are a header, of whatever names: an address or a network has no place among them.
    header = len(cells) > 1 and all(re.fullmatch(r"[a-z][a-z_ -]*", cell) for cell in cells)
    return "csv" if header or {"source", "destination"}.intersection(cells) else "lines"


def _lines(text: str) -> list[tuple[int, str]]:
    """Lines with something on them, by number, without comments."""
    lines = [(number, line.partition("#")[0].strip()) for number, line in enumerate(text.splitlines(), 1)]
    return [(number, line) for number, line in lines if line]


def _cells(header: str) -> list[str]:
    return [cell.strip().strip('"').lower() for cell in re.split(r"[,;\t]", header)]


def _from_csv(text: str) -> list[dict[str, Any]]:
    lines = _lines(text)
    if not lines:
        return []
    header = lines[0][1]
    separator = max(",;\t", key=header.count)
    names = _cells(header)
    unknown = [name for name in names if name not in ENTRY_KEYS]
    if unknown:
        raise OptionError(
            f"Line {lines[0][0]}: there is no column '{unknown[0]}'.{did_you_mean(unknown[0], ENTRY_KEYS)} "
            f"There are {join_names(ENTRY_KEYS)}."
        )
    entries = []
    for number, line in lines[1:]:
        (row,) = csv.reader([line], delimiter=separator, skipinitialspace=True)
        if len(row) > len(names):
            raise OptionError(f"Line {number} has {len(row)} cells, but there are {len(names)} columns.")
        entries.append({name: cell.strip() for name, cell in zip(names, row) if cell.strip()})
    return entries


def _from_document(text: str, kind: str, load_yaml: Callable[[str], Any]) -> list[dict[str, Any]]:
    if kind == "json":
        try:
            document = json.loads(text)
        except ValueError as error:
            raise OptionError(f"The text is not JSON: {error}.") from None
    else:
        document = load_yaml(text)
    if isinstance(document, dict):
        if set(document) != {"entries"}:
            raise OptionError(
                f"The document is a dictionary with {join_names(map(repr, map(str, document))) or 'nothing in it'}; "
                "it must be a list of entries, or have the one key `entries`."
            )
        document = document["entries"]
    if document is None:
        return []
    if not isinstance(document, list):
        raise OptionError(f"The document is no list of entries, but a {type(document).__name__}.")
    entries: list[dict[str, Any]] = []
    for index, item in enumerate(document):
        if isinstance(item, str):
            entries.append({"source": item})
        elif isinstance(item, dict):
            entries.append({str(key): value for key, value in item.items()})
        else:
            raise OptionError(f"[{index}] is neither an address nor a dictionary: {item!r}.")
    return entries
