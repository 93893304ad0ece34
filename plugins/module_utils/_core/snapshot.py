# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""One snapshot: entries, and the evidence that they are all there.

Pure: the caller feeds messages with the time they came and asks when to look again. Nothing public shows
how the end of the initial set looks on every SMC, so no signal is required and the strongest one wins:

    end               the server ended the fetch
    event4            every expected node sent SessionEvent 4, "all sessions sent"
    first_fetch_over  every expected node sent records without first_fetch after ones that had it
    is_all            no entry came, and the polling interface says that there is none
    quiet             nothing new for the quiet period
    limit             as many entries came as were asked for

Silence is doubted, and must last DOUBT times as long, straight after a full message (200 entries) and
while a node that is online has sent nothing. The deadline is an error, never an answer.
"""

from __future__ import annotations

from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from .definitions import Definition
from .errors import QueryRefused, SnapshotTimeout
from .fields import Record
from .protocol import FULL_MESSAGE, Message
from .table import Growth, Key, Table

DOUBT = 4

# Seconds without another flagged entry that confirm first_fetch_over.
SETTLE = 0.5

Node = Optional[str]


@dataclass(frozen=True)
class Waits:
    """Seconds: for the first entry, of silence that ends a set, and until the deadline."""

    first_entry: float = 10.0
    quiet: float = 2.0
    timeout: float = 60.0


@dataclass
class Evidence:
    """What the messages so far say about the end of the initial set.

    expected: how many nodes are known to be online and so must each have their say; None if unknown.
    """

    expected: int | None = None
    seen: set[Node] = field(default_factory=set)
    flagged: set[Node] = field(default_factory=set)
    unflagged: set[Node] = field(default_factory=set)
    all_sent: set[Node] = field(default_factory=set)
    anonymous_marks: int = 0
    full: bool = False

    def add(self, growth: Growth, size: int) -> None:
        """size: the number of added records in the message."""
        self.seen |= growth.flagged | growth.unflagged
        self.flagged |= growth.flagged
        # An entry of the initial set after a change of the same node: the set was not over after all.
        self.unflagged -= growth.flagged
        self.unflagged |= growth.unflagged & self.flagged
        self.anonymous_marks += growth.all_sent.count(None)
        self.all_sent.update(node for node in growth.all_sent if node is not None)
        if size:
            self.full = size >= FULL_MESSAGE

    def signal(self) -> str | None:
        """The signal that every node seen has given."""
        if self.all_sent or self.anonymous_marks:
            marks = len(self.all_sent) + self.anonymous_marks
            missing = len(self.seen - self.all_sent)
            if missing <= self.anonymous_marks and marks >= (self.expected or 1):
                return "event4"
        if self.flagged and self.flagged <= self.unflagged and len(self.unflagged) >= (self.expected or 1):
            return "first_fetch_over"
        return None

    def confirmation(self, signal: str, quiet: float) -> float:
        """How many seconds without a contradiction the signal needs to be believed."""
        if self.expected is None:
            return quiet
        if signal == "event4":
            return 0.0
        # A change may come between two messages of the initial set.
        return quiet if self.full else min(quiet, SETTLE)

    def silence_doubted(self) -> bool:
        return self.full or len(self.seen) < (self.expected or 0)


class Snapshot:
    """Feed it until `completed_by` is set.

    started: the time the fetch was asked for, on the caller's clock (seconds, monotonic).
    limit: at most so many entries; one more that comes sets `truncated`.
    store: where the table keeps its entries, if not in memory.
    """

    def __init__(
        self,
        definition: Definition,
        target: str,
        waits: Waits,
        started: float,
        limit: int | None = None,
        raw: bool = False,
        store: MutableMapping[Key, Record] | None = None,
    ) -> None:
        self.definition = definition
        self.target = target
        self.waits = waits
        self.table = Table(definition, raw=raw, store=store)
        self.evidence = Evidence()
        self.completed_by: str | None = None
        self.truncated = False
        self.fetch: int | None = None
        self.foreign_messages = 0
        self._limit = limit
        self._started = started
        self._last_growth = started
        self._answered = False
        self._signal: str | None = None
        self._signal_since = started

    @property
    def complete(self) -> bool:
        return self.completed_by is not None and not self.truncated

    def expect(self, online_nodes: int | None) -> None:
        """How many nodes are online and so will each send their part; None if that is not known."""
        self.evidence.expected = online_nodes

    def feed(self, message: Message, now: float) -> None:
        """One message of this fetch. Raises QueryRefused when the SMC says that it failed."""
        if message.failure is not None:
            raise QueryRefused(
                f"The SMC refused the {self.definition.name} query of '{self.target}': "
                f"{str(message.failure).rstrip('.')}.{self._received()}",
                server_message=str(message.failure),
                received=len(self.table),
            )
        if message.success is not None:
            self._begin(message)
            return
        if message.fetch is not None and self.fetch is not None and message.fetch != self.fetch:
            self.foreign_messages += 1
            return
        if message.status is not None:
            # The server is still at work on the query.
            self._last_growth = now
        if message.has_records:
            self._grow(message, now)
        if message.end is not None and not self.truncated:
            self.completed_by = "end"
        self.look(now)

    def _begin(self, message: Message) -> None:
        if message.fetch is None:
            raise QueryRefused(
                f"The SMC accepted the {self.definition.name} query of '{self.target}' but started no fetch: "
                f"{message.success}.",
                server_message=str(message.success),
                received=0,
            )
        self.fetch = message.fetch

    def _grow(self, message: Message, now: float) -> None:
        growth = self.table.apply(message)
        self.evidence.add(growth, len(message.added))
        if growth.added or not self._answered:
            self._last_growth = now
        if growth.flagged:
            # More of the initial set: whatever the signal was, it speaks anew from here.
            self._signal = None
        self._answered = True
        if self._limit is not None and len(self.table) > self._limit:
            self.truncated = True
            self.completed_by = "limit"

    def look(self, now: float) -> None:
        """Decide what the time alone decides. Raises SnapshotTimeout at the deadline."""
        if self.completed_by:
            return
        signal = self.evidence.signal()
        if signal != self._signal:
            self._signal, self._signal_since = signal, now
        if signal and now >= self._confirmed_at(signal):
            self.completed_by = signal
        elif now >= self._silence_ends():
            self.completed_by = "quiet"
        elif now >= self._started + self.waits.timeout:
            raise SnapshotTimeout(
                f"The {self.definition.name} snapshot of '{self.target}' was not complete after "
                f"{self.waits.timeout:g} s: {count_entries(len(self.table))} had come, and no sign that these are all. "
                "Raise `timeout`, or lower `quiet_period` if the table never rests.",
                received=len(self.table),
            )

    def _silence_ends(self) -> float:
        if not self._answered:
            return self._started + self.waits.first_entry
        if not len(self.table):
            # An empty message speaks for one node; where there may be more, the others have their time.
            alone = self.evidence.expected == 1
            first_entry = self._started + self.waits.first_entry
            return self._last_growth + self.waits.quiet if alone else max(first_entry, self._last_growth)
        return self._last_growth + self.waits.quiet * (DOUBT if self.evidence.silence_doubted() else 1)

    def looks_again(self) -> float:
        """When to call `look` if no message comes before."""
        times = [self._silence_ends(), self._started + self.waits.timeout]
        if self._signal:
            times.append(self._confirmed_at(self._signal))
        return min(times)

    def _confirmed_at(self, signal: str) -> float:
        return self._signal_since + self.evidence.confirmation(signal, self.waits.quiet)

    @property
    def signal(self) -> str | None:
        """The end-of-set signal seen so far; how far it can be trusted depends on `expect`."""
        return self.evidence.signal()

    def _received(self) -> str:
        if not len(self.table):
            return ""
        return f" {count_entries(len(self.table)).capitalize()} had come before."

    def entries(self, fields: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """The entries, in order of first appearance. fields: the keys to keep besides delta_key and hrefs."""
        listed = list(self.table.entries())
        if self._limit is not None:
            del listed[self._limit :]
        if fields is None:
            return listed
        wanted = frozenset(fields) | {"delta_key", "block_list_href", "vpn_sa_href"}
        return [{key: value for key, value in entry.items() if key in wanted} for entry in listed]


def count_entries(count: int) -> str:
    """'1 entry', '2 entries'."""
    return f"{count} {'entry' if count == 1 else 'entries'}"
