# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""An engine's block list while it is changed: read once, then followed on the same channel."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from typing import Any
from urllib.parse import urlsplit

from .block_list import BlockList, Nodes
from .block_list_href import rel_names
from .block_list_identity import Identity
from .block_list_plan import Addition, Removal
from .block_list_writer import GLANCE
from .connection import version_key
from .definitions import BLOCK_LIST
from .engines import Availability, find_engine, read_availability
from .errors import ChannelClosed, EngineOffline, SMCError, SnapshotTimeout, join_names
from .fetch import Followed, Query, follow
from .fields import Record
from .http import Session
from .snapshot import Waits
from .table import Key
from .websocket import Channel

# Between two readings, where the server ended the fetch and so shows no changes: seconds, at first and at most.
_PAUSE, _LONGEST_PAUSE = 0.2, 2.0

# How many lists are read at the same time.
_READERS = 8


class LiveList:
    """The block list of one engine. Open it, then look at `current`; use as a context manager.

    one_of_many: an engine that is off is an error at once.
    """

    current: BlockList
    _followed: Followed

    def __init__(self, session: Session, target: str, waits: Waits, one_of_many: bool = False) -> None:
        self.target = target
        self._one_of_many = one_of_many
        self._session = session
        self._waits = waits
        self._opened = ExitStack()
        self._channel: Channel | None = None
        self._logins = 0
        self._lost: SMCError | None = None

    def __enter__(self) -> LiveList:  # noqa: PYI034 (Self needs Python 3.11)
        return self

    def __exit__(self, *_error: object) -> None:
        self._opened.close()

    def open(self) -> None:
        """Read the list, and go on listening. Raises what a snapshot raises."""
        if self._one_of_many:
            # Among many engines some are off; none shall be waited for in vain.
            nodes = read_availability(self._session, find_engine(self._session, self.target)).nodes
            if nodes and not any(node.answers for node in nodes):
                raise EngineOffline(f"No node of the engine '{self.target}' is online.")
        self._follow(self._waits)
        table = self._followed.snapshot.table
        seen = frozenset(node for node in table.count_by_node() if node)
        self.current = BlockList(table.items(), _nodes(self._followed.availability, seen))

    def interrupt(self) -> None:
        """From another thread: end the reading."""
        if self._channel is not None:
            self._channel.interrupt()

    @property
    def warnings(self) -> Sequence[str]:
        return self._followed.warnings

    @property
    def certain(self) -> bool:
        """Whether something better than silence says that the list is all there."""
        return self._followed.snapshot.completed_by != "quiet"

    @property
    def engine_id(self) -> tuple[str, str]:
        """Element type and key, as they stand in the hrefs of its entries."""
        return engine_id(self._followed.engine.href if self._followed.engine else "")

    def href(self, flush: bool = False) -> str:
        """Where entries are added, or all are removed at once."""
        engine, known = self._followed.engine, self._followed.availability
        links: Mapping[str, str] = known.links if known else {}
        base = f"{engine.href if engine else ''}/{rel_names(version_key(self._session.api_version))[0]}"
        return list_href(links, self._session, base + "/flush" if flush else base, flush)

    def glance(self, seconds: float = GLANCE) -> bool:
        """Take in what has changed, one message at most. False if no more can come; `settle` says why."""
        if self._lost is not None or self._followed.ended:
            return False
        self.current.apply(self._advance(time.monotonic() + seconds))
        return True

    def settle(self, added: Iterable[Addition], removed: Iterable[Removal], deadline: float) -> None:
        """Wait until the list shows what was added, on every node, and no more what was removed.

        Raises SnapshotTimeout, ChannelClosed, and what a snapshot raises if it has to be taken anew.
        """
        # An entry of duration 0 never is on the list.
        steps = {step.desired.identity: step for step in added if step.desired.duration}
        awaited = {
            identity: step.refresh
            for identity, step in steps.items()
            if self.current.not_shown_on(identity, step.refresh)
        }
        # A record without a delta_key cannot be followed.
        present = {
            listed.key: listed.identity
            for step in removed
            for listed in step.listed
            if listed.key in self.current and isinstance(listed.key[1], str)
        }
        pause = _PAUSE
        doubt = self._doubt_from(time.monotonic())
        while awaited or present:
            now = time.monotonic()
            if now >= deadline:
                raise self._not_in_time(awaited, present)
            if self._must_read_anew() or now >= doubt:
                try:
                    changes = self._read_anew(deadline - now)
                except SnapshotTimeout:
                    raise self._not_in_time(awaited, present) from None
                doubt = self._doubt_from(time.monotonic())
            else:
                changes = self._advance(min(deadline, doubt))
            left = len(awaited) + len(present)
            for identity in self.current.apply(changes).intersection(awaited):
                if not self.current.not_shown_on(identity, awaited[identity]):
                    del awaited[identity]
            for key, record in changes.items():
                if record is None:
                    present.pop(key, None)
            if len(awaited) + len(present) < left:
                doubt = self._doubt_from(time.monotonic())
            elif self._must_read_anew():
                time.sleep(max(0.0, min(pause, deadline - time.monotonic())))
                pause = min(2 * pause, _LONGEST_PAUSE)

    def _doubt_from(self, now: float) -> float:
        """When to doubt that the channel shows changes at all, if it showed none of ours until then."""
        return now + self._waits.first_entry

    def _not_in_time(self, awaited: Mapping[Identity, bool], present: Mapping[Key, Identity]) -> SnapshotTimeout:
        return SnapshotTimeout(
            f"The SMC accepted it, but the block list of '{self.target}' did not show it within "
            f"{self._waits.timeout:g} s: {self._still_to_come(awaited, present)}.",
            received=len(self.current),
        )

    def _follow(self, waits: Waits) -> None:
        self._logins = self._session.logins
        self._lost = None
        query = Query(BLOCK_LIST, self.target)
        self._followed = self._opened.enter_context(follow(self._session, query, waits, self._listen))

    def _listen(self, channel: Channel) -> None:
        self._channel = channel

    def _advance(self, until: float) -> Mapping[Key, Record | None]:
        try:
            return self._followed.advance(until)
        except SMCError as error:
            self._lost = error
            return {}

    def _must_read_anew(self) -> bool:
        """Whether the channel shows no more changes. Raises ChannelClosed if it just died."""
        if self._lost is not None and self._session.logins == self._logins:
            raise ChannelClosed(
                f"The SMC accepted it, but the channel that shows the block list of '{self.target}' broke off before "
                f"it could be seen there: {self._lost.message.rstrip('.')}.",
                **self._lost.facts(),
            )
        # With the session that expired, its sockets may have been closed too.
        return self._lost is not None or self._followed.ended or self._followed.unclear

    def _read_anew(self, seconds: float) -> Mapping[Key, Record | None]:
        """Another snapshot, within so many seconds; what is different in it."""
        self._opened.close()
        self._follow(replace(self._waits, timeout=seconds))
        now: dict[Key, Record] = dict(self._followed.snapshot.table.items())
        before = {listed.key: listed.record for listed in self.current.all()}
        changes: dict[Key, Record | None] = {key: None for key in before if key not in now}
        changes.update(
            {key: record for key, record in now.items() if key not in before or _made(record) != _made(before[key])}
        )
        return changes

    def _still_to_come(self, awaited: Mapping[Identity, bool], present: Mapping[Key, Identity]) -> str:
        parts = []
        if awaited:
            first = next(iter(awaited))
            nodes = join_names(self.current.not_shown_on(first, awaited[first]))
            parts.append(f"{len(awaited)} added but not seen, such as {first} (missing on {nodes})")
        if present:
            first = next(iter(present.values()))
            count = len(set(present.values()))
            parts.append(f"{count} removed but still there, such as {first}")
        return "; ".join(parts)


def open_all(lists: Sequence[LiveList], tolerate: tuple[type[SMCError], ...] = ()) -> dict[str, SMCError]:
    """Read several lists at the same time. Raises the first error, except tolerated ones: these come back by target."""
    if len(lists) == 1 and not tolerate:
        lists[0].open()
        return {}
    left_out: dict[str, SMCError] = {}
    with ThreadPoolExecutor(max_workers=_READERS) as pool:
        waiting = [(one, pool.submit(one.open)) for one in lists]
        try:
            for one, opening in waiting:
                try:
                    opening.result()
                except tolerate as error:
                    left_out[one.target] = error
        except BaseException:
            # An interrupt too: the pool would wait for every reader to reach its own deadline.
            for one, opening in waiting:
                opening.cancel()
                one.interrupt()
            raise
    return left_out


def list_href(links: Mapping[str, str], session: Session, default: str, flush: bool = False) -> str:
    """The link to a block list among an element's; its name depends on the API version."""
    for rel in rel_names(version_key(session.api_version), flush):
        if rel in links:
            return links[rel]
    return default


def engine_id(href: str) -> tuple[str, str]:
    """Element type and key of an engine's href; empty if it is of another shape."""
    found = re.search(r"/elements/([^/]+)/([^/]+)$", urlsplit(href).path)
    return (found[1], found[2]) if found else ("", "")


def _nodes(known: Availability | None, seen: frozenset[str]) -> Nodes:
    if known is None or known.nodes is None:
        return Nodes(seen=seen)
    online = tuple(node.name for node in known.nodes if node.online)
    return Nodes(online, frozenset(node.name for node in known.nodes), seen)


def _made(record: Record) -> tuple[Any, ...]:
    return record.get("timestamp"), record.get("block_list_entry_duration"), record.get("block_list_href")
