# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""An engine's block list while it is changed: read once, then followed on the same channel."""

from __future__ import annotations

import time
from collections.abc import Iterable, Mapping, Sequence
from urllib.parse import urlsplit

from ..api.connection import version_key
from ..api.engine_href import EngineId, engine_id
from ..api.session import Session
from ..concurrency import for_each
from ..engines.search import find_engine
from ..engines.status import Availability, read_availability
from ..errors import ChannelClosed, EngineOffline, SMCError, SnapshotTimeout
from ..schema.definitions import BLOCK_LIST
from ..schema.records import Key, Record
from ..tables.corroboration import AUTO
from ..tables.fetching import Query
from ..tables.following import EntryMatching, FollowedTable
from ..tables.snapshot import Waits
from ..words import join_names
from .current import BlockList, Nodes
from .href import list_path, rel_names
from .identity import Identity
from .plan import Addition, Removal
from .writer import CHANGES_INTERVAL

# Seconds between two readings, at first and at most, where the server ended the fetch and so shows no changes.
_PAUSE, _LONGEST_PAUSE = 0.2, 2.0


# How many lists are read at the same time.
_READERS = 8


# An entry that was added again has the same delta_key, but these differ.
_MATCHING = EntryMatching(version=("timestamp", "block_list_entry_duration", "block_list_href"))


class LiveList:
    """The block list of one engine. Open it, then look at `current`; use as a context manager.

    Args:
        session: An open session.
        target: The engine's name.
        waits: How long each reading waits for what.
        one_of_many: Whether other lists are read too, so that an engine that is offline is an error at once.
        corroborate: When to compare each reading with what the polling interface lists.

    Attributes:
        current: The list as it is now. Set by `open`.
    """

    current: BlockList

    def __init__(
        self, session: Session, target: str, waits: Waits, one_of_many: bool = False, corroborate: str = AUTO
    ) -> None:
        self.target = target
        self._one_of_many = one_of_many
        self._session = session
        self._waits = waits
        self._table = FollowedTable(session, Query(BLOCK_LIST, target, corroborate=corroborate), waits, _MATCHING)

    def __enter__(self) -> LiveList:  # noqa: PYI034 (Self needs Python 3.11)
        return self

    def __exit__(self, *error: object) -> None:
        self._table.__exit__(*error)

    def close(self) -> None:
        """Listen no longer, so that the SMC need not send changes that nobody waits for. `current` stays as it is."""
        self.__exit__()

    def open(self) -> None:
        """Read the list, and go on listening. Raises what a snapshot raises."""
        if self._one_of_many:
            # Among many engines some are offline; waiting for each of them would be in vain.
            nodes = read_availability(self._session, find_engine(self._session, self.target)).nodes
            if nodes and not any(node.answers for node in nodes):
                raise EngineOffline(f"No node of the engine '{self.target}' is online.")
        self._table.open()
        table = self._table.snapshot.table
        seen = frozenset(node for node in table.count_by_node() if node)
        self.current = BlockList(table.items(), _nodes(self._table.availability, seen))

    def interrupt(self) -> None:
        """From another thread: end the reading."""
        self._table.interrupt()

    @property
    def warnings(self) -> Sequence[str]:
        return self._table.warnings

    @property
    def certain(self) -> bool:
        """Whether something better than silence says that the list is complete."""
        snapshot = self._table.snapshot
        return snapshot.completed_by != "quiet" or snapshot.corroboration.corroborated is True

    @property
    def engine_id(self) -> EngineId:
        """Element type and key, as they stand in the hrefs of its entries."""
        return engine_id(self._table.engine.href if self._table.engine else "")

    def href(self, flush: bool = False) -> str:
        """Where entries are added, or all are removed at once. Raises SMCError if the SMC gives another link for that."""
        engine, known = self._table.engine, self._table.availability
        links: Mapping[str, str] = known.links if known else {}
        base = f"{engine.href if engine else ''}/{rel_names(version_key(self._session.api_version))[0]}"
        href = list_href(links, self._session, base + "/flush" if flush else base, flush)
        return checked_href(href, self._session, self.engine_id, flush)

    def read_changes(self, seconds: float = CHANGES_INTERVAL) -> bool:
        """Take in what one message changes. False if the channel brings no more; `wait_until_shown` says why."""
        if self._table.lost is not None or self._table.ended:
            return False
        self.current.apply(self._next_changes(time.monotonic() + seconds))
        return True

    def wait_until_shown(self, added: Iterable[Addition], removed: Iterable[Removal], deadline: float) -> None:
        """Wait until the list shows what was added, on every node, and what was removed no more.

        Args:
            added: Additions that the SMC accepted.
            removed: Removals that the SMC accepted.
            deadline: On the clock of time.monotonic.

        Raises:
            SnapshotTimeout: If it does not in time.
            ChannelClosed: If the channel is lost and the session had not expired.
            SMCError: What reading the list again may raise.
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
            if self._must_reread() or now >= doubt:
                try:
                    changes = self._table.reread(deadline - now).by_key()
                except SnapshotTimeout:
                    raise self._not_in_time(awaited, present) from None
                doubt = self._doubt_from(time.monotonic())
            else:
                changes = self._next_changes(min(deadline, doubt))
            left = len(awaited) + len(present)
            self._take_in(changes, awaited, present)
            if len(awaited) + len(present) < left:
                doubt = self._doubt_from(time.monotonic())
            elif self._must_reread():
                time.sleep(max(0.0, min(pause, deadline - time.monotonic())))
                pause = min(2 * pause, _LONGEST_PAUSE)

    def _take_in(
        self, changes: Mapping[Key, Record | None], awaited: dict[Identity, bool], present: dict[Key, Identity]
    ) -> None:
        """Apply changes, and strike off what they show to be done."""
        for identity in self.current.apply(changes).intersection(awaited):
            if not self.current.not_shown_on(identity, awaited[identity]):
                del awaited[identity]
        for key, record in changes.items():
            if record is None:
                present.pop(key, None)

    def _doubt_from(self, now: float) -> float:
        """When to read the list again because the channel may show no changes: it has shown none of ours until then."""
        return now + self._waits.first_entry

    def _not_in_time(self, awaited: Mapping[Identity, bool], present: Mapping[Key, Identity]) -> SnapshotTimeout:
        return SnapshotTimeout(
            f"The SMC accepted it, but the block list of '{self.target}' did not show it within "
            f"{self._waits.timeout:g} s: {self._still_to_come(awaited, present)}.",
            received=len(self.current),
        )

    def _next_changes(self, until: float) -> dict[Key, Record | None]:
        try:
            return self._table.changes(until).by_key()
        except SMCError:
            # The table remembers it, and `_must_reread` decides what it means.
            return {}

    def _must_reread(self) -> bool:
        """Whether the channel shows no more changes. Raises ChannelClosed if not because the session had expired."""
        lost = self._table.lost
        if lost is not None and not self._table.session_renewed:
            raise ChannelClosed(
                f"The SMC accepted it, but the channel that shows the block list of '{self.target}' broke off before "
                f"it could be seen there: {lost.message.rstrip('.')}.",
                **lost.facts(),
            )
        return self._table.must_reread

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
    """Read several lists at the same time.

    Args:
        lists: Which lists.
        tolerate: Errors that concern one engine only.

    Returns:
        The tolerated errors by target.

    Raises:
        SMCError: The first error that is not tolerated.
    """
    failed: dict[str, SMCError] = {}

    def open_one(one: LiveList) -> None:
        try:
            one.open()
        except tolerate as error:
            failed[one.target] = error

    def interrupt() -> None:
        for one in lists:
            one.interrupt()

    for_each(open_one, lists, _READERS, interrupt=interrupt)
    return {one.target: failed[one.target] for one in lists if one.target in failed}


def list_href(links: Mapping[str, str], session: Session, default: str, flush: bool = False) -> str:
    """The link to a block list among an element's; its name depends on the API version."""
    for rel in rel_names(version_key(session.api_version), flush):
        if rel in links:
            return links[rel]
    return default


def checked_href(href: str, session: Session, engine: EngineId | None, flush: bool = False) -> str:
    """The URL of a link that writes, as `list_path` checks it. engine: None for the system-wide list."""
    return session.rebase(list_path(href, session.api_version, engine, urlsplit(session.base).path, flush))


def _nodes(known: Availability | None, seen: frozenset[str]) -> Nodes:
    if known is None or known.nodes is None:
        return Nodes(seen=seen)
    online = tuple(node.name for node in known.nodes if node.online)
    return Nodes(online, frozenset(node.name for node in known.nodes), seen)
