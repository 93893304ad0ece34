# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""The options of ngfw.smc.block_list: what they may be, and what they mean, read before anything is sent."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ansible.module_utils.common.validation import check_type_dict

from .._arguments import CONNECTION, READING, WAITS, positive
from .._core.block_list.entry import Desired, read_desired, with_defaults
from .._core.block_list.feed_text import MOST_BYTES
from .._core.block_list.file import FORMATS, ON_BAD_LINE, Feed, FeedOptions, read_feed
from .._core.block_list.guards import MostRemovals, Protection, Widest, check_widths, read_max_removals, read_widest
from .._core.block_list.href import EntryHref, read_hrefs
from .._core.errors import OptionError
from .._core.schema.conditions import Conditions, read_conditions
from .._core.schema.definitions import BLOCK_LIST
from .._core.storage.atomic_files import file_failed
from .._core.storage.reading import open_file
from .._core.words import join_names, plural, some

# What the entries take from the task if they do not say it themselves.
_DEFAULTS: dict[str, Any] = {
    "protocol": {"type": "str"},
    "source_ports": {"type": "str"},
    "destination_ports": {"type": "str"},
    "duration": {"type": "int"},
}

# How `file` is read.
_FILE: dict[str, Any] = {
    "format": {"type": "str", "choices": list(FORMATS), "default": "auto"},
    "file_select": {"type": "list", "elements": "str"},
    "refang": {"type": "bool", "default": False},
    "on_bad_line": {"type": "str", "choices": list(ON_BAD_LINE), "default": "fail"},
    "collapse": {"type": "bool", "default": False},
    # Without a default of its own, so that 0 says outright that the file may be empty.
    "file_at_least": {"type": "int", "default": 1},
    "addresses_as": {"type": "str", "choices": ["auto", "source", "destination"], "default": "auto"},
}

ARGUMENTS: dict[str, Any] = {
    **CONNECTION,
    **WAITS,
    **READING,
    "target": {"type": "str"},
    "all_engines": {"type": "bool", "default": False},
    "state": {"type": "str", "choices": ["present", "absent", "exact"], "default": "present"},
    # Checked here and not by Ansible, which would end at the first wrong entry and not say which one it is.
    "entries": {"type": "list", "elements": "raw"},
    **_DEFAULTS,
    "file": {"type": "path"},
    **_FILE,
    "hrefs": {"type": "list", "elements": "str"},
    "match": {"type": "dict"},
    "widest": {"type": "dict"},
    "protect": {"type": "list", "elements": "str"},
    "protect_own": {"type": "bool", "default": True},
    "max_removals": {"type": "str"},
    "refresh": {"type": "int"},
    "wait": {"type": "bool", "default": True},
    "batch_size": {"type": "int", "default": 250},
    "concurrency": {"type": "int", "default": 4},
    "return_limit": {"type": "int"},
}


@dataclass(frozen=True)
class BlockListTask:
    """The task's options, checked and read.

    Attributes:
        target: the engine's name, if there is one.
        all_engines, state, refresh: as given.
        desired, hrefs, conditions: None if not given.
        feed: what was read from `file`; None without one.
        protect, protect_own: what must not be blocked, and whether the own addresses must not be.
        most_removals: what `exact` may remove.
        warnings: sentences for the user.
    """

    target: str | None
    all_engines: bool
    state: str
    desired: list[Desired] | None
    hrefs: list[EntryHref] | None
    conditions: Conditions | None
    refresh: int | None
    feed: Feed | None
    protect: tuple[str, ...]
    protect_own: bool
    most_removals: MostRemovals
    warnings: list[str]

    @property
    def nothing(self) -> bool:
        """Whether the task names no entry at all, so that nothing has to be read."""
        return self.state != "exact" and not self.desired and not self.hrefs and self.conditions is None

    @property
    def lines_left_out(self) -> int:
        """How many lines of the file could not be read."""
        return len(self.feed.left_out) if self.feed else 0


def read_task(params: Mapping[str, Any], base_path: str) -> BlockListTask:
    """The options, checked and read.

    Args:
        params: the validated options.
        base_path: the path in front of the API version, of an SMC behind a proxy.

    Raises:
        OptionError: one is wrong, or they do not fit together. Nothing was sent.
        FileFailed: `file` cannot be read.
    """
    _check_together(params)
    _check_values(params)
    widest = read_widest(params["widest"])
    protect = tuple(params["protect"] or ())
    Protection(protect)
    warnings: list[str] = []
    feed = _read_file(params, widest) if params["file"] is not None else None
    desired = _read_entries(params, feed, widest, warnings)
    hrefs = read_hrefs(params["hrefs"], base_path, params["return_limit"]) if params["hrefs"] is not None else None
    conditions = None
    if params["match"] is not None:
        conditions = read_conditions(params["match"], BLOCK_LIST, "match", ("block_list_href", "delta_key"))
    return BlockListTask(
        params["target"],
        params["all_engines"],
        params["state"],
        desired,
        hrefs,
        conditions,
        params["refresh"],
        feed,
        protect,
        params["protect_own"],
        read_max_removals(params["max_removals"]),
        warnings,
    )


_NAMING = ("entries", "file", "hrefs", "match")


def _check_together(params: Mapping[str, Any]) -> None:
    """Whether the options fit together."""
    state = params["state"]
    given = [f"`{name}`" for name in _NAMING if params[name] is not None]
    if state == "absent" and len(given) != 1:
        what = f"not {join_names(given)} together" if given else "none is given"
        raise OptionError(f"With `state: absent`, give one of `entries`, `file`, `hrefs` and `match`; {what}.")
    if state != "absent" and (params["hrefs"] is not None or params["match"] is not None):
        wrong = join_names(name for name in given if name not in ("`entries`", "`file`"))
        raise OptionError(f"{wrong} goes with `state: absent` only; `state: {state}` takes `entries` or `file`.")
    if len(given) > 1:
        raise OptionError("Give `entries` or `file`, not both of them.")
    if state == "present" and not given:
        raise OptionError("`entries` is missing: say what is to be on the block list, or name a `file`.")
    if state == "exact" and not given:
        raise OptionError("`entries` is missing. To empty the list with `state: exact`, write `entries: []`.")
    if params["all_engines"] and (state == "exact" or params["target"] or params["hrefs"] is not None):
        raise OptionError(
            "`all_engines` goes with `state: present`, which adds to the system-wide block list, or with `state: absent`, "
            "which removes from the list of each engine, and takes no `target` and no `hrefs`."
        )
    if not params["target"] and not params["all_engines"] and params["hrefs"] is None:
        raise OptionError(
            "`target` is missing: name the engine. (Where the action plugin runs, it defaults to the inventory host.)"
        )
    _check_useless(params)


def _check_useless(params: Mapping[str, Any]) -> None:
    """An option that would have no effect is a slip: its user relies on it."""
    if params["file"] is None:
        useless = [name for name, option in _FILE.items() if params[name] != option.get("default")]
        if useless:
            names = join_names(f"`{name}`" for name in useless)
            raise OptionError(f"{names} {plural(len(useless), 'goes', 'go')} with `file`, which is not given.")
    if params["hrefs"] is not None or params["match"] is not None:
        useless = [name for name in _DEFAULTS if params[name] is not None]
        if useless:
            names = join_names(f"`{name}`" for name in useless)
            raise OptionError(f"{names} {plural(len(useless), 'goes', 'go')} with `entries` or `file`.")
    if params["max_removals"] is not None and params["state"] != "exact":
        raise OptionError("`max_removals` goes with `state: exact` only.")


def _check_values(params: Mapping[str, Any]) -> None:
    if params["match"] is not None and not params["match"]:
        raise OptionError(
            "`match` is empty, so it would match every entry. To empty the list, use `state: exact` with `entries: []`."
        )
    if params["refresh"] is not None and (params["state"] == "absent" or params["refresh"] < 0):
        absent = params["state"] == "absent"
        why = "does not go with `state: absent`" if absent else f"is {params['refresh']}, below 0"
        raise OptionError(f"`refresh` {why}.")
    positive(params, "batch_size", "concurrency")
    if params["return_limit"] is not None and params["return_limit"] < 0:
        raise OptionError(f"`return_limit` is {params['return_limit']}, below 0.")


def _read_file(params: Mapping[str, Any], widest: Widest) -> Feed:
    path = params["file"]
    with open_file(Path(path), MOST_BYTES) as file:
        try:
            data = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise file_failed("read", Path(path), error) from None
    options = FeedOptions(
        params["format"],
        tuple(params["file_select"] or ()),
        params["refang"],
        params["on_bad_line"],
        params["collapse"],
        params["file_at_least"],
        widest,
        params["addresses_as"],
    )
    return read_feed(data, str(path), options)


def _read_entries(
    params: Mapping[str, Any], feed: Feed | None, widest: Widest, warnings: list[str]
) -> list[Desired] | None:
    """The entries of the task or of its file; None if it has neither."""
    if feed is not None:
        warnings += [f"{params['file']}: {warning}" for warning in feed.warnings]
        given: list[Any] = list(feed.entries)
    elif params["entries"] is not None:
        given = _entries_given(params["entries"])
    else:
        return None
    if params["state"] != "absent":
        check_widths(given, widest)
    lines = feed.entry_lines if feed else []

    def name_of(index: int) -> str:
        return f"line {lines[index]}" if index < len(lines) and lines[index] else f"entries[{index}]"

    defaults = {name: params[name] for name in _DEFAULTS}
    desired, more = read_desired(
        with_defaults(given, defaults), kept=params["state"] == "exact", most=params["return_limit"], name_of=name_of
    )
    warnings += more + _added_by_every_run(desired, params["refresh"])
    return desired


def _added_by_every_run(desired: Sequence[Desired], refresh: int | None) -> list[str]:
    """A warning about entries that every run adds again, because they last no longer than `refresh`."""
    short = [entry for entry in desired if entry.duration and entry.duration <= (refresh or 0)]
    if not short:
        return []
    names = some([f"entries[{entry.indexes[0]}]" for entry in short], 5)
    return [
        (
            f"`refresh` is {refresh} s and {names} {plural(len(short), 'lasts', 'last')} no longer than that, so every run "
            f"adds {plural(len(short), 'it', 'them')} again."
        )
    ]


def _entries_given(entries: Sequence[Any]) -> list[Any]:
    """The entries, also in the forms of a command line: `source=10.0.0.1 protocol=tcp`, or JSON split at its commas."""
    if entries and str(entries[0]).lstrip()[:1] == "[":
        try:
            return list(json.loads(",".join(entries)))
        except (TypeError, ValueError):
            # Not a list in JSON: each part is refused below, with its index.
            return list(entries)
    return [_pairs(entry) if isinstance(entry, str) and "=" in entry else entry for entry in entries]


def _pairs(text: str) -> Any:
    try:
        return check_type_dict(text)
    except TypeError:
        # It is refused later, as an address.
        return text
