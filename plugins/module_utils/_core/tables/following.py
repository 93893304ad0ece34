# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""A table that is followed after its snapshot: what changes, also over the loss of the channel.

Memory is bounded by the size of the table on the SMC, plus KEYLESS_KEPT entries: the SMC never says that an entry
without a delta_key has gone, so of those that come after the initial set only the latest are kept. The older ones have
been reported as added all the same. If another reading finds one of them, it is reported as added once more; if it does
not, they are not reported as deleted.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import count
from typing import TypeVar

from ..api.channel import Channel
from ..api.session import Session
from ..engines.search import EngineReference
from ..engines.status import Availability
from ..errors import ChannelClosed, QueryRefused, SMCError
from ..schema.records import Key, Record
from ..words import count_entries, in_words
from .fetching import OpenChannels, Query, check_snapshot, read_again_if_incomplete, read_snapshot
from .snapshot import Snapshot, Waits
from .table import Changes
from .target import Target

# How many of the entries without a delta_key are kept that come after the initial set.
KEYLESS_KEPT = 1000


# What another reading may show differently although the entry has not changed.
OF_THE_READING = frozenset(("delta_key", "reception_time", "session_event"))


@dataclass(frozen=True)
class EntryMatching:
    """How to recognise the entries of an earlier reading in a later one.

    An entry with a delta_key is the one of the same node with the same delta_key.

    Attributes:
        identity: The keys whose values identify an entry of a node that has no delta_key. By default all, except those
            that differ from one reading to the next, such as reception_time.
        version: The keys of which at least one value differs if the entry was created again or changed. By default
            likewise.
    """

    identity: Sequence[str] | None = None
    version: Sequence[str] | None = None

    def difference(
        self, before: Iterable[tuple[Key, Record]], after: Iterable[tuple[Key, Record]]
    ) -> tuple[Changes, dict[Key, Key]]:
        """What differs between two readings.

        Returns:
            The changes, and the earlier key of each entry whose number, in place of a delta_key, is another one now.
        """
        old, new = self._by_identity(before), self._by_identity(after)
        changes, renamed = Changes(recovered=True), {}
        changes.deleted.update(old[name] for name in old if name not in new)
        for name, (key, entry) in new.items():
            if name not in old:
                changes.added[key] = entry
                continue
            known, earlier = old[name]
            if known != key:
                renamed[key] = known
            if _values(entry, self.version) != _values(earlier, self.version):
                changes.put(known, earlier, entry)
        return changes, renamed

    def _by_identity(self, entries: Iterable[tuple[Key, Record]]) -> dict[Hashable, tuple[Key, Record]]:
        found: dict[Hashable, tuple[Key, Record]] = {}
        alike: Counter[Hashable] = Counter()
        for key, entry in entries:
            name: Hashable = key
            if isinstance(key[1], int):
                content = (key[0], _values(entry, self.identity))
                # Several entries may be the same in all values.
                name = (content, alike[content])
                alike[content] += 1
            found[name] = (key, entry)
        return found


def _values(entry: Record, keys: Sequence[str] | None) -> str:
    wanted = entry.keys() - OF_THE_READING if keys is None else keys
    return json.dumps([(key, entry.get(key)) for key in sorted(wanted)], default=str)


Itself = TypeVar("Itself", bound="Followed")


class Followed(ABC):
    """What is followed on channels that may be lost. Use as a context manager, and call `open` first.

    Attributes:
        lost: Why the channel brings no more changes; None while it does.
        ended: Whether the server ended the fetch, so that this channel brings no more changes.
    """

    def __init__(self, session: Session) -> None:
        self.lost: SMCError | None = None
        self.ended = False
        self._session = session
        self._channels = OpenChannels()
        self._opened = ExitStack()
        self._numbers = count()
        self._logins = 0

    def __enter__(self: Itself) -> Itself:  # noqa: PYI019 (Self needs Python 3.11)
        return self

    def __exit__(self, *_error: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the channel. What has been read stays, so that `reread` can tell the difference later."""
        self._opened.close()

    def interrupt(self, for_good: bool = True) -> None:
        """From another thread: end the reading, for good or until `open` or `reread` is called."""
        self._channels.interrupt(for_good)

    @property
    def session_renewed(self) -> bool:
        """Whether there was a new login since the channel was opened. An expired session may end its channels."""
        return self._session.logins != self._logins

    @property
    @abstractmethod
    def must_reread(self) -> bool:
        """Whether changes may be missing until `reread` has been called."""

    @abstractmethod
    def open(self) -> None:
        """Begin. Raises SMCError."""

    @abstractmethod
    def items(self) -> Iterator[tuple[Key, Record]]:
        """The entries that there are."""

    @abstractmethod
    def description(self) -> str:
        """Sentences for people on what there is."""

    @abstractmethod
    def changes(self, until: float) -> Changes:
        """What the next message changes. Empty if none comes in time, and after the server has ended the fetch.

        Args:
            until: When to stop waiting, on the clock of time.monotonic.

        Raises:
            ChannelClosed: If the channel is lost; call `reread`.
            BadMessage: If a message is not understood; call `reread`.
            QueryRefused: If the SMC says that the query failed; call `reread`.
        """

    @abstractmethod
    def reread(self) -> Changes:
        """Begin again on a new channel, and tell what has changed, with `recovered` set. Raises SMCError."""


class FollowedTable(Followed):
    """A table whose channel stays open after the snapshot. Use as a context manager; `open` reads the snapshot.

    A query with a limit cannot be followed: which entries are missing would not be known.

    Args:
        session: An open session.
        query: What to ask for; its `store` is not used.
        waits: How long each reading waits for what.
        matching: How to recognise entries after the channel was lost.

    Attributes:
        snapshot: The latest reading; its table is kept up to date.
        engine: The engine as the search found it; None for a domain.
        availability: What is known of the engine's nodes; None for a domain.
    """

    snapshot: Snapshot

    def __init__(self, session: Session, query: Query, waits: Waits, matching: EntryMatching = EntryMatching()) -> None:
        super().__init__(session)
        self.engine: EngineReference | None = None
        self.availability: Availability | None = None
        self._query = replace(query, store=None)
        self._waits = waits
        self._matching = matching
        self._lost_deletions = 0
        self._channel: Channel

    def open(self) -> None:
        """Read the snapshot. Raises what `fetch` raises."""
        self._read(self._waits)

    def items(self) -> Iterator[tuple[Key, Record]]:
        return self.snapshot.table.items()

    def description(self) -> str:
        return " ".join((f"The table has {count_entries(len(self.snapshot.table))}.", *self.warnings))

    @property
    def warnings(self) -> Sequence[str]:
        """Sentences on what may be missing in the latest reading."""
        return self.snapshot.warnings

    @property
    def must_reread(self) -> bool:
        """Whether the table may differ from the SMC's until `reread` has been called.

        The channel was lost, or the server ended the fetch, or a deletion came that does not tell which entry is gone.
        """
        return self.lost is not None or self.ended or self.snapshot.table.lost_deletions > self._lost_deletions

    def changes(self, until: float) -> Changes:
        if self.lost is not None:
            raise self.lost
        if self.ended:
            return Changes()
        try:
            return self._next_changes(until)
        except SMCError as error:
            self.lost = error
            raise

    def reread(self, seconds: float | None = None) -> Changes:
        """Take another snapshot on a new channel. If it fails, the table stays as it was and this can be tried again.

        Args:
            seconds: The deadline, instead of the one in `waits`.

        Returns:
            What is different in it, with `recovered` set.

        Raises:
            SMCError: What `fetch` raises.
        """
        before = self.snapshot.table
        waits = self._waits if seconds is None else replace(self._waits, timeout=seconds)
        self._opened.close()
        self.lost = self.lost or ChannelClosed("the channel was closed to read the table again")
        self._read(waits)
        table = self.snapshot.table
        changes, renamed = self._matching.difference(before.items(), list(table.items()))
        for key, known in renamed.items():
            table.rename(key, known)
        return changes

    def _read(self, waits: Waits) -> None:
        request = self._query.request(self._session.product)
        target = Target(self._session, self._query.target, engine=not self._query.definition.targets_domain)

        def read() -> tuple[Channel, int, Snapshot, ExitStack]:
            with ExitStack() as opened:
                channel = opened.enter_context(self._channels.open(self._session))
                logins = self._session.logins
                snapshot = read_snapshot(channel, request, self._query, waits, target, self._numbers)
                check_snapshot(self._session, snapshot, target)
                return channel, logins, snapshot, opened.pop_all()

        channel, logins, snapshot, self._opened = read_again_if_incomplete(read)
        snapshot.table.limit_keyless(KEYLESS_KEPT)
        self._channel, self.snapshot = channel, snapshot
        self.engine, self.availability = target.engine, target.availability()
        self.ended, self.lost = snapshot.completed_by == "end", None
        self._lost_deletions = snapshot.table.lost_deletions
        self._logins = logins

    def _next_changes(self, until: float) -> Changes:
        message = self._channel.listen(until)
        if message is None or (message.fetch is not None and str(message.fetch) != str(self.snapshot.fetch)):
            return Changes()
        if message.failure is not None:
            raise QueryRefused(f"the SMC ended it: {in_words(message.failure)}", server_message=message.failure)
        self.ended = message.end is not None
        return self.snapshot.table.changes(message)


@contextmanager
def follow(
    session: Session, query: Query, waits: Waits, matching: EntryMatching = EntryMatching()
) -> Iterator[FollowedTable]:
    """A table whose snapshot has been read and that can be followed from then on. Raises what `fetch` raises."""
    with FollowedTable(session, query, waits, matching) as table:
        table.open()
        yield table
