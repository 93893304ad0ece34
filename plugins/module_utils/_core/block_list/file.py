# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Block-list entries from a file as people keep them and as feeds are published. Pure: bytes in, entries out."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..errors import OptionError
from ..words import count_entries, did_you_mean, join_names
from .address_text import Span, merge, networks_within, span_of
from .feed_address import AddressReader, is_network
from .feed_documents import load_json, load_yaml, read_items, read_json_lines, select_items
from .feed_lines import COMMENT, Row, exceptions, find_header, read_csv, read_lines, underlined_heading
from .feed_names import PLACES, names_an_address
from .feed_text import Unreadable, decode, in_file, split_lines, visible
from .guards import ADDRESS_KEYS, DEFAULT_WIDEST, Protection, Widest

FORMATS = ("auto", "lines", "csv", "json", "jsonl", "yaml")
ON_BAD_LINE = ("fail", "warn")

# More than any list of an engine holds. MOST_FROM_RANGES: entries beyond the first of each line or item, which a short line can be many of.
MOST_ENTRIES = 2_000_000
MOST_FROM_RANGES = 200_000

_MOST_SHOWN = 5
_AT_LEAST = ("file_at_least", int, "a number of entries, 0 or more")


@dataclass(frozen=True)
class FeedOptions:
    """How a feed is read.

    Attributes:
        format: one of FORMATS; `auto` takes the simplest that fits.
        file_select: where the entries are in a document (`prefixes[].ip_prefix`, or JMESPath), or which column of a CSV
            file holds the address; several of them where there are several.
        refang: read `192.0.2[.]1` and `hxxp://192.0.2[.]1/x` as addresses.
        on_bad_line: one of ON_BAD_LINE; `warn` leaves out what cannot be read, and counts it.
        collapse: merge equal, covered and adjacent networks.
        file_at_least: with fewer entries, the feed counts as cut off.
        widest: what one entry may cover.
        addresses_as: `source` or `destination`, for addresses of which the feed does not say it; `auto` is a source.
        end_is_known: whether the text is as it stands in the file; a lookup may have taken line ends from its end.
    """

    format: str = "auto"
    file_select: tuple[str, ...] = ()
    refang: bool = False
    on_bad_line: str = "fail"
    collapse: bool = False
    file_at_least: int = 0
    widest: Widest = DEFAULT_WIDEST
    addresses_as: str = "auto"
    end_is_known: bool = True

    def __post_init__(self) -> None:
        if not all(path.strip() for path in self.file_select):
            raise OptionError(
                "file_select is empty. Leave it out, or name a column, or a path such as prefixes[].ip_prefix."
            )
        for name, known in (("format", FORMATS), ("on_bad_line", ON_BAD_LINE), ("addresses_as", PLACES)):
            value = getattr(self, name)
            if value not in known:
                advice = did_you_mean(str(value), known)
                raise OptionError(f"There is no {name} '{value}'.{advice} There are {join_names(known)}.")
        for name, kind, what in (("refang", bool, "true or false"), ("collapse", bool, "true or false"), _AT_LEAST):
            value = getattr(self, name)
            if not isinstance(value, kind) or (kind is int and (isinstance(value, bool) or value < 0)):
                raise OptionError(f"{name} is '{value}'. Write {what}.")


class BadLine(NamedTuple):
    """A line or an item that could not be read. line: its number, 0 if that is not known; text: made visible."""

    line: int
    text: str
    problem: str

    def __str__(self) -> str:
        where = f"Line {self.line}: " if self.line else ""
        # What is said of a header names its column, and needs no line to be shown.
        return f"{where}{self.problem}" if self.problem.startswith("there ") else f"{where}'{self.text}' {self.problem}"

    def facts(self) -> dict[str, int | str | None]:
        """As a result lists it."""
        return {"line": self.line or None, "text": self.text, "problem": self.problem}


@dataclass
class Feed:
    """What was read.

    Attributes:
        entries: as the module `block_list` takes them, each with `source` or `destination` at least.
        format: which of FORMATS it was read as; encoding: of its text.
        lines: how many lines it has. read: how many entries were in it, before any were merged.
        ignored: how many lines, or items of a document, hold nothing: comments, blank lines, headers, metadata.
        left_out: what could not be read, with `on_bad_line: warn`.
        warnings: sentences, without the feed's name.
        entry_lines: the line of each entry, 0 where that is not known; empty if entries were merged.
    """

    format: str
    encoding: str = "utf-8"
    lines: int = 0
    read: int = 0
    ignored: int = 0
    entries: list[dict[str, Any]] = field(default_factory=list)
    left_out: list[BadLine] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    entry_lines: list[int] = field(default_factory=list)

    def facts(self) -> dict[str, Any]:
        """What a result says about the file: counts, and what was left out (the first of it)."""
        return {
            "format": self.format,
            "lines": self.lines,
            "entries": len(self.entries),
            "ignored": self.ignored,
            "left_out": len(self.left_out),
            "left_out_lines": [bad.facts() for bad in self.left_out[:_MOST_SHOWN]],
        }


def read_feed(data: bytes | str, name: str = "", options: FeedOptions | None = None) -> Feed:
    """Read block-list entries from a feed.

    Args:
        data: its bytes, or its text.
        name: what the file is called, for errors.
        options: how to read it; None for the defaults.

    Raises:
        OptionError: something is not an entry, or it is no feed at all. Details: `problems`, a list of dictionaries with
            `line`, `text` and `problem`.
        MissingLibrary: YAML without PyYAML, or a JMESPath without jmespath.
    """
    options = options or FeedOptions()
    try:
        text, encoding = decode(data)
        kind = guess_format(text, options.file_select) if options.format == "auto" else options.format
        feed = Feed(kind, encoding, len(split_lines(text)))
        addresses = AddressReader(options.widest, options.refang)
        _collect(feed, _rows(text, kind, options, addresses, feed))
        if kind == "lines":
            _leave_out_exceptions(feed, split_lines(text))
    except Unreadable as problem:
        raise in_file(name, str(problem), problem.line) from None
    _judge(feed, name, options)
    _warn(feed, addresses)
    feed.read = len(feed.entries)
    if feed.read < options.file_at_least:
        raise in_file(
            name,
            f"holds {count_entries(feed.read)}, and file_at_least asks for {options.file_at_least:,}; the feed may be "
            "empty or cut off, so nothing was taken from it",
        )
    if options.collapse:
        feed.entries, feed.entry_lines = collapse_entries(feed.entries, options.widest), []
    return feed


def _rows(text: str, kind: str, options: FeedOptions, addresses: AddressReader, feed: Feed) -> Iterable[Row]:
    place = options.addresses_as
    if kind == "lines":
        if options.file_select:
            raise Unreadable(
                "is read as lines, where file_select does not apply; fix the format, or leave out file_select"
            )
        return read_lines(split_lines(text), addresses, place)
    if kind == "csv":
        ends = text.endswith(("\n", "\r")) or (False if options.end_is_known else None)
        return read_csv(split_lines(text), ends, options.file_select, addresses, place, feed.warnings)
    if kind == "jsonl":
        return read_json_lines(text, options.file_select, addresses, place, feed.warnings)
    items, lacking = select_items(load_json(text) if kind == "json" else load_yaml(text), options.file_select)
    feed.ignored += lacking
    return read_items(text, items, addresses, place, feed.warnings)


def _collect(feed: Feed, rows: Iterable[Row]) -> None:
    entries, lines = feed.entries, feed.entry_lines
    ranges = 0
    for line, text, found, problem in rows:
        if problem:
            feed.left_out.append(BadLine(line, visible(text), problem))
        elif found:
            entries.extend(found)
            lines.extend([line] * len(found))
            ranges += len(found) - 1
        else:
            feed.ignored += 1
        if ranges > MOST_FROM_RANGES:
            raise Unreadable(
                f"has ranges that are more than {MOST_FROM_RANGES:,} networks beyond the first of each; write networks, or "
                "ranges that are fewer networks"
            )
        if len(lines) + len(feed.left_out) > MOST_ENTRIES:
            raise Unreadable(f"has more than {MOST_ENTRIES:,} entries, which is the most that is read; split the file")


def _leave_out_exceptions(feed: Feed, lines: Sequence[str]) -> None:
    """A network of which the feed excepts a part with `!` cannot be an entry, which would block that part as well."""
    excepted = exceptions(lines)
    if not excepted:
        return
    protection = Protection(excepted)
    kept = []
    for entry, number in zip(feed.entries, feed.entry_lines):
        part = protection.touched_by(entry)
        if part:
            problem = f"covers {part}, which a line with ! excepts; write the networks without it"
            feed.left_out.append(BadLine(number, visible(lines[number - 1]), problem))
        else:
            kept.append((entry, number))
    feed.entries, feed.entry_lines = [entry for entry, _unused in kept], [number for _unused, number in kept]


def _judge(feed: Feed, name: str, options: FeedOptions) -> None:
    """Fail, or warn, about what could not be read."""
    bad = feed.left_out
    if not bad:
        return
    where = f"{visible(name)}: " if name else ""
    many = len(bad) != 1
    what = f"{len(bad):,} {'lines' if many else 'line'}" if bad[0].line else count_entries(len(bad))
    listed = "; ".join(str(one) for one in bad[:_MOST_SHOWN])
    more = f"; and {len(bad) - _MOST_SHOWN:,} more" if len(bad) > _MOST_SHOWN else ""
    if options.on_bad_line == "warn" and feed.entries:
        feed.warnings.append(f"{what} cannot be read and {'were' if many else 'was'} left out. {listed}{more}.")
        return
    advice = "Correct the file, or leave out what cannot be read with on_bad_line: warn."
    if options.on_bad_line == "warn":
        advice = "Nothing else is in it, so this is not left out; is it the right file, and the right format?"
    ending = "" if f"{listed}{more}".endswith("?") else "."
    raise OptionError(
        f"{where}{what} cannot be read (format {feed.format}), so nothing was taken from it. "
        f"{listed}{more}{ending} {advice}",
        problems=[one.facts() for one in bad[:1000]],
    )


def _warn(feed: Feed, addresses: AddressReader) -> None:
    if addresses.host_bits:
        feed.warnings.append(
            f"{count_entries(addresses.host_bits)} had host bits, such as {visible(addresses.first_host_bits)}; the "
            "network is meant."
        )
    if addresses.mapped:
        feed.warnings.append(
            f"{count_entries(addresses.mapped)} had an IPv4 address written as IPv6, such as {visible(addresses.first_mapped)}; the "
            "IPv4 address is meant."
        )
    if addresses.urls:
        feed.warnings.append(f"{count_entries(addresses.urls)} came from a URL; the whole address is blocked.")


def guess_format(text: str, select: Sequence[str] = ()) -> str:
    """The simplest format that fits the text: lines if its first content is an address, or like nothing else.

    Args:
        text: the feed.
        select: `file_select`; names of columns make a line with them the header of a CSV file.
    """
    lines = split_lines(text)
    first = next(filter(None, map(_content, lines)), "")
    if is_network(first.strip("\"'")) or re.match(r"\[(?=[0-9A-Fa-f]*:)[0-9A-Fa-f:.]*\]", first):
        return "lines"
    if first[:1] in ("[", "{"):
        return "jsonl" if _is_json_lines(lines) else "json"
    if underlined_heading(lines):
        return "lines"
    if re.match(r"(?:---|- |-$|%YAML |[A-Za-z_][\w-]*:(?:\s|$))", first):
        return "yaml"
    return "csv" if find_header(lines, select) else "lines"


def _content(line: str) -> str:
    """What is left of a line without its comment, up to the first space behind an address."""
    content = COMMENT.split(line, maxsplit=1)[0].strip(" \t")
    word = re.split(r"[ \t,]", content, maxsplit=1)[0]
    return word if is_network(word) else content


def _is_json_lines(lines: Sequence[str]) -> bool:
    """Whether the first line with something on it is a whole dictionary, and there are more lines or it is an entry."""
    content = [line for line in lines if line.strip()][:2]
    try:
        first = load_json(content[0])
    except Unreadable:
        return False
    if not isinstance(first, dict) or "entries" in first:
        return False
    return len(content) > 1 or any(names_an_address(key) and isinstance(value, str) for key, value in first.items())


def collapse_entries(entries: Sequence[Mapping[str, Any]], widest: Widest) -> list[dict[str, Any]]:
    """Merge equal, covered and adjacent networks of entries that carry nothing but one address.

    Args:
        entries: as a feed gives them.
        widest: adjacent networks are merged up to this width.

    Returns:
        The merged entries in order of their addresses, sources before destinations and IPv4 before IPv6; then all others, each
        once.
    """
    alone: dict[tuple[str, int], list[Span]] = {(key, version): [] for key in ADDRESS_KEYS for version in (4, 6)}
    others: dict[str, dict[str, Any]] = {}
    # Most stay as they are, and to write an address takes a while.
    written: dict[Span, str] = {}
    for entry in entries:
        ((key, value), *more) = entry.items()
        if more or key not in ADDRESS_KEYS:
            others.setdefault(json.dumps(entry, sort_keys=True, default=str), dict(entry))
        else:
            span = span_of(value)
            alone[key, span.version].append(span)
            written[span] = value
    merged = [
        {key: network}
        for (key, version), spans in alone.items()
        for span in merge(spans)
        for network in ([written[span]] if span in written else networks_within(span, widest.of(version)))
    ]
    return [*merged, *others.values()]
