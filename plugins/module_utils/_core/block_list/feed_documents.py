# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Feeds that are JSON, JSON lines or YAML: bounded before they are parsed, and never changed by a parser.

A feed comes from outside. So brackets are counted first, aliases are not followed, and no number is made of what was
not written as one.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from io import StringIO
from itertools import islice
from typing import Any

from ..errors import MissingLibrary, OptionError
from ..words import join_names
from .feed_address import AddressReader, is_network
from .feed_columns import ChangedScalar, changed, entries_of
from .feed_lines import Row
from .feed_names import Columns, choose_columns, names_a_side, names_an_address
from .feed_text import Unreadable, numbered_lines, split_lines, visible

try:
    import yaml
except ImportError:  # PyYAML comes with ansible-core, which need not be where a module runs
    yaml = None  # type: ignore[assignment]

try:
    import jmespath  # type: ignore[import-untyped,unused-ignore]
except ImportError:
    jmespath = None

DEEPEST = 32
# How far into a document a path for file_select is looked for.
_DEEPEST_ADVICE = 8
_ITEMS_FOR_ADVICE = 10

_INTEGER = re.compile(r"0|-?[1-9][0-9]{0,17}").fullmatch
_LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+").fullmatch
_BRACKETS = re.compile(r'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL)
_YAML = "tag:yaml.org,2002:"
_STEP = r"(?:[A-Za-z_][\w-]*|\"[^\"]+\")(?:\[\*?\])?"
_KEY_PATH = re.compile(rf"(?:{_STEP}|\[\*?\])(?:\.{_STEP})*", re.ASCII).fullmatch


class _Text(str):
    """A text of a document that knows its line."""

    __slots__ = ("line",)
    line: int


def load_json(text: str, one_line: bool = False) -> Any:
    """The JSON document; numbers that are not short integers stay as they were written.

    Args:
        text: the document.
        one_line: whether it is one line of a file, whose number is said elsewhere.

    Raises:
        Unreadable: it is not JSON, or too deep, or has a key twice.
    """
    _check_depth(text)
    try:
        return _DECODER.decode(text)
    except json.JSONDecodeError as error:
        cut = "; the file may be cut off" if error.pos >= len(text.rstrip()) or "Unterminated" in error.msg else ""
        where = f"in column {error.colno}" if one_line else f"in line {error.lineno}, column {error.colno}"
        raise Unreadable(f"is not JSON: {error.msg} {where}{cut}") from None


def _check_depth(text: str) -> None:
    if text.count("[") + text.count("{") <= DEEPEST:
        return
    depth = 0
    for token in _BRACKETS.finditer(text):
        letter = token[0]
        if letter in "[{":
            depth += 1
            if depth > DEEPEST:
                raise Unreadable(f"has more than {DEEPEST} brackets within each other")
        elif letter in "]}":
            depth -= 1


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    read = dict(pairs)
    if len(read) < len(pairs):
        seen: set[str] = set()
        for key, _unused in pairs:
            if key in seen:
                raise Unreadable(f"has the key '{visible(key)}' twice in one dictionary; only one of them can be meant")
            seen.add(key)
    return read


def _number(text: str) -> Any:
    return int(text) if _INTEGER(text) else ChangedScalar(text)


_DECODER = json.JSONDecoder(
    object_pairs_hook=_object, parse_int=_number, parse_float=ChangedScalar, parse_constant=ChangedScalar
)


def load_yaml(text: str) -> Any:
    """The YAML document; texts know their lines, and what a parser would change stays as it was written.

    Raises:
        Unreadable: it is not YAML, is several documents, too deep, or has aliases, tags, or a key twice.
        MissingLibrary: PyYAML is not installed.
    """
    if yaml is None:
        raise MissingLibrary("Reading YAML needs the Python library PyYAML, which is not installed.", library="PyYAML")
    # libyaml, where it is there, takes a tenth of the time.
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return _YamlReader(yaml.parse(StringIO(text), Loader=loader)).document()
    except Unreadable:
        raise
    except (yaml.YAMLError, ValueError) as error:
        raise Unreadable(f"is not YAML: {visible(' '.join(str(error).split()), 300)}") from None


class _YamlReader:
    """Builds values of a parser's events, one at a time, so that nothing grows before it is looked at."""

    def __init__(self, events: Iterator[Any]) -> None:
        self._events = events

    def document(self) -> Any:
        document: Any = None
        count = 0
        for event in self._events:
            if isinstance(event, yaml.DocumentStartEvent):
                count += 1
                if count > 1:
                    raise Unreadable("holds several YAML documents; one is expected")
            elif isinstance(event, yaml.NodeEvent):
                document = self._value(event, 0)
        return document

    def _value(self, event: Any, depth: int) -> Any:
        line = event.start_mark.line + 1
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise Unreadable(f"has a YAML anchor or alias in line {line}; write the values out")
        if event.tag is not None:
            raise Unreadable(f"has the YAML tag '{visible(event.tag)}' in line {line}; write the value without it")
        if isinstance(event, yaml.ScalarEvent):
            return _yaml_scalar(event, line)
        if depth >= DEEPEST:
            raise Unreadable(f"has more than {DEEPEST} lists and dictionaries within each other in line {line}")
        return self._list(depth) if isinstance(event, yaml.SequenceStartEvent) else self._dictionary(depth)

    def _list(self, depth: int) -> list[Any]:
        read = []
        for event in self._events:
            if isinstance(event, yaml.SequenceEndEvent):
                break
            read.append(self._value(event, depth + 1))
        return read

    def _dictionary(self, depth: int) -> dict[str, Any]:
        read: dict[str, Any] = {}
        for event in self._events:
            if isinstance(event, yaml.MappingEndEvent):
                break
            line = event.start_mark.line + 1
            key = self._key(event, line)
            if key in read:
                raise Unreadable(f"has the key '{visible(key)}' twice in one dictionary, again in line {line}")
            read[key] = self._value(next(self._events), depth + 1)
        return read

    def _key(self, event: Any, line: int) -> _Text:
        key = self._value(event, 0) if isinstance(event, (yaml.ScalarEvent, yaml.AliasEvent)) else None
        if key is None:
            raise Unreadable(f"has a key in line {line} that is not a text")
        return _text(key.text if isinstance(key, ChangedScalar) else str(key), line)


def _text(value: str, line: int) -> _Text:
    text = _Text(value)
    text.line = line
    return text


def _yaml_scalar(event: Any, line: int) -> Any:
    """The scalar as it is written. What a parser makes of one without quotes decides only whether it may be used."""
    value = event.value
    if event.implicit[0] and not event.style:
        if _LEADING_ZERO(value):
            # Of 0443 and 080, only the first is a number to YAML, and another one.
            return ChangedScalar(value, line)
        for tag, pattern in yaml.SafeLoader.yaml_implicit_resolvers.get(value[:1], ()):
            if pattern.match(value):
                if tag == f"{_YAML}null":
                    return None
                return int(value) if tag == f"{_YAML}int" and _INTEGER(value) else ChangedScalar(value, line)
    return _text(value, line)


def select_items(document: Any, paths: Sequence[str]) -> tuple[list[Any], int]:
    """The items of a document.

    Args:
        document: a list, or a dictionary with `entries`, or anything with paths.
        paths: from `file_select`: `prefixes[].ip_prefix`, or JMESPath.

    Returns:
        The items, and how many of the document's lacked what a path names.

    Raises:
        Unreadable: the document has no list.
        MissingLibrary: a path needs the Python library jmespath.
    """
    if not paths:
        return _listed(document), 0
    items: list[Any] = []
    lacking = 0
    for path in paths:
        if _KEY_PATH(path):
            found, without = _follow(document, path)
            if without and not found and document:
                raise _nothing_at(path)
        else:
            found, without = _search(document, path), 0
        items += found
        lacking += without
    return items, lacking


def _listed(document: Any) -> list[Any]:
    if isinstance(document, dict):
        if set(document) != {"entries"}:
            names = join_names(f"'{visible(key, 40)}'" for key in list(document)[:12]) or "nothing in it"
            advice = _advised(document)
            raise Unreadable(f"is a dictionary with {names}; it must be a list, or have the one key 'entries'{advice}")
        document = document["entries"]
    if document is None:
        return []
    if not isinstance(document, list):
        raise Unreadable(f"is not a list of entries, but {_kind(document)}")
    return document


def _advised(document: Any) -> str:
    """Paths that would work, as far as they are seen in the first items of each list."""
    paths = [path for path in dict.fromkeys(_paths_to_addresses(document, "", 0)) if "[]" in path]
    return f". Say in file_select which list is meant: {join_names(paths[:4], 'or')}" if paths else ""


def _paths_to_addresses(value: Any, path: str, depth: int) -> Iterator[str]:
    if depth > _DEEPEST_ADVICE:
        return
    if isinstance(value, list):
        for item in value[:_ITEMS_FOR_ADVICE]:
            yield from _paths_to_addresses(item, f"{path}[]", depth + 1)
    elif isinstance(value, dict) and _names_its_side(value):
        yield path
    elif isinstance(value, dict):
        for key, below in islice(value.items(), _ITEMS_FOR_ADVICE):
            if re.fullmatch(r"[A-Za-z_][\w-]*", key, re.ASCII):
                yield from _paths_to_addresses(below, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(value, str) and is_network(value):
        yield path


def _names_its_side(item: dict[str, Any]) -> bool:
    """Whether a dictionary has an address and says whether it is a source or a destination, which the address alone does not."""
    has = [key for key, value in item.items() if names_an_address(key) and isinstance(value, str) and is_network(value)]
    return bool(has) and ("type" in item or any(map(names_a_side, has)))


def _kind(value: Any) -> str:
    names = {dict: "a dictionary", list: "a list", int: "a number", ChangedScalar: "a number", type(None): "null"}
    return names.get(type(value), "a text")


def _follow(document: Any, path: str) -> tuple[list[Any], int]:
    """What a key path leads to. A list at its end is its items; null counts as lacking, as in JMESPath."""
    values = [document]
    lacking = 0
    for name, key, brackets in re.findall(r"([A-Za-z_][\w-]*)|\"([^\"]+)\"|(\[\*?\])", path, re.ASCII):
        if brackets:
            lists = [value for value in values if isinstance(value, list)]
            lacking += len(values) - len(lists)
            values = [item for one in lists for item in one]
            continue
        below = [value.get(name or key) if isinstance(value, dict) else None for value in values]
        values = [value for value in below if value is not None]
        lacking += len(below) - len(values)
    return [item for value in values for item in (value if isinstance(value, list) else [value])], lacking


def _nothing_at(path: str) -> Unreadable:
    return Unreadable(f"has nothing at '{visible(path)}', which file_select names")


def _search(document: Any, path: str) -> list[Any]:
    if jmespath is None:
        raise MissingLibrary(
            f"file_select '{visible(path)}' is more than a key path such as prefixes[].ip_prefix, so it needs the Python "
            "library jmespath, which is not installed.",
            library="jmespath",
        )
    try:
        found = jmespath.search(path, _plain(document))
    except ValueError as error:
        raise OptionError(f"file_select '{visible(path)}' is not JMESPath: {visible(str(error), 300)}.") from None
    if not isinstance(found, list):
        raise Unreadable(f"has {_kind(found)} at '{visible(path)}', which file_select names; a list is expected")
    return found


def _plain(value: Any) -> Any:
    """The value without what only this module knows; JMESPath goes by types."""
    if isinstance(value, dict):
        return {str(key): _plain(below) for key, below in value.items()}
    if isinstance(value, list):
        return [_plain(below) for below in value]
    return str(value) if isinstance(value, str) else value


def read_items(
    text: str, items: Sequence[Any], addresses: AddressReader, place: str, warnings: list[str]
) -> Iterator[Row]:
    """The rows of a document's items.

    Args:
        text: the document, to find the lines of what is wrong.
        items: texts, each an address, network or range, and dictionaries.
        addresses: how addresses are read.
        place: where an address goes that is neither a source nor a destination by its key.
        warnings: what is to be said about the keys is added here.
    """
    reader = ItemReader(addresses, place, warnings)
    located = 0
    for index, item in enumerate(items):
        try:
            yield Row(_line_of(item), f"[{index}]", reader.read(item))
        except Unreadable as problem:
            # To look for a line takes a while, and nobody reads more of them.
            located += 1
            yield _bad_item(text if located <= 20 else "", index, item, problem)


def read_json_lines(
    text: str, select: Sequence[str], addresses: AddressReader, place: str, warnings: list[str]
) -> Iterator[Row]:
    """The rows of a feed with one JSON value a line.

    Args:
        text: the feed.
        select: what each value has to be looked for in, as in `select_items`; a line that has nothing there is ignored.
        addresses: how addresses are read.
        place: where an address goes that is neither a source nor a destination by its key.
        warnings: what is to be said about the keys is added here.
    """
    reader = ItemReader(addresses, place, warnings)
    values = found = 0
    for number, line in numbered_lines(text):
        content = line.strip(" \t")
        entries: list[dict[str, Any]] = []
        try:
            if content and not content.startswith(("#", "//")):
                values += 1
                items = _selected(load_json(content, one_line=True), select)
                found += len(items)
                entries = [entry for item in items for entry in reader.read(item)]
        except Unreadable as problem:
            found += 1
            yield Row(number, line, problem=str(problem))
        else:
            yield Row(number, line, entries)
    if values and not found:
        raise _nothing_at(", ".join(select))


def _selected(value: Any, select: Sequence[str]) -> list[Any]:
    if not select:
        return [value]
    return [item for path in select for item in (_follow(value, path)[0] if _KEY_PATH(path) else _search(value, path))]


class ItemReader:
    """Reads the items of a document, whose dictionaries mostly have the same keys."""

    def __init__(self, addresses: AddressReader, place: str, warnings: list[str]) -> None:
        self._addresses = addresses
        self._place = place
        self._warnings = warnings
        self._columns: dict[tuple[str, ...], Columns] = {}

    def read(self, item: Any) -> list[dict[str, Any]]:
        """The entries of an item; none of one that is about the feed itself.

        Raises:
            Unreadable: it is not an entry.
        """
        if isinstance(item, str):
            place = "source" if self._place == "auto" else self._place
            return [{place: network} for network in self._addresses.networks(item)]
        if isinstance(item, ChangedScalar):
            raise Unreadable(changed(item), item.line)
        if not isinstance(item, dict):
            raise Unreadable(f"is {_kind(item)}, not an address or a dictionary")
        if str(item.get("type")).lower() in ("metadata", "header", "comment"):
            return []
        (key, value), *more = item.items() or [("", "")]
        if value is None and not more and is_network(f"{key}:"):
            raise Unreadable(f"has {visible(key)}: without quotes, which YAML takes for a key; put it in quotes")
        return entries_of(self._chosen(item), list(item.values()), self._addresses, self._place)

    def _chosen(self, item: dict[str, Any]) -> Columns:
        keys = tuple(item)
        columns = self._columns.get(keys)
        if columns is None:
            columns = choose_columns(keys)
            # Feeds with many shapes of items have few of columns; a hostile one must not fill the memory.
            if len(self._columns) < 1000:
                self._columns[keys] = columns
            self._warnings += [warning for warning in columns.warnings if warning not in self._warnings]
        return columns


def _line_of(item: Any) -> int:
    """The line of a YAML item; 0 if it is not known."""
    if isinstance(item, dict):
        item = next(iter(item), None)
    return int(getattr(item, "line", 0))


def _bad_item(text: str, index: int, item: Any, problem: Unreadable) -> Row:
    """The row of an item that is wrong, with the line where it stands, as far as that can be told."""
    lines = split_lines(text)
    line = problem.line or _line_of(item) or _line_with(lines, item)
    if 0 < line <= len(lines) and len(lines) > 1:
        return Row(line, lines[line - 1], problem=str(problem))
    value = item.text if isinstance(item, ChangedScalar) else item
    return Row(0, f"[{index}] {visible(str(value))}", problem=str(problem))


def _line_with(lines: Sequence[str], item: Any) -> int:
    """The first line with the item's first text; JSON's parser does not tell lines."""
    values = item.values() if isinstance(item, dict) else [item]
    shown = next((json.dumps(value) for value in values if isinstance(value, str) and value), "")
    return next((number for number, line in enumerate(lines, 1) if shown and shown in line), 0)
