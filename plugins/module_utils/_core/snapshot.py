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

Silence is doubted, and must last DOUBT times as long, straight after a full message (200 entries), after a
message without entries, and while a node that is online has sent nothing. It says nothing at all before the
SMC has accepted the query. The deadline is an error, never an answer.
"""

from __future__ import annotations

import math
import re
from collections.abc import MutableMapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Optional

from .definitions import Definition
from .errors import BadMessage, QueryRefused, SnapshotTimeout
from .fields import Record
from .protocol import FULL_MESSAGE, Message
from .table import Growth, Key, Table

DOUBT = 4

# Seconds without another flagged entry that confirm first_fetch_over, where they come faster than that.
SETTLE = 1.0

# Words in the reason of an `end` that tell of a failure. The only reason ever published is "end of data".
_BROKEN_OFF = re.compile(
    r"abort|cancel|denied|error|fail|interrupt|lost|time(d |-)?out|unavailable|unreachable", re.IGNORECASE
)

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
    members: how many nodes may report, those on standby too; None if unknown.
    """

    expected: int | None = None
    members: int | None = None
    seen: set[Node] = field(default_factory=set)
    flagged: set[Node] = field(default_factory=set)
    unflagged: set[Node] = field(default_factory=set)
    all_sent: set[Node] = field(default_factory=set)
    anonymous_marks: int = 0
    full: bool = False
    flagged_full: bool = False
    _marks_mean_nothing: bool = False
    _flagged_at: dict[Node, float] = field(default_factory=dict)
    _pace: float = 0.0

    def add(self, growth: Growth, size: int, now: float) -> None:
        """size: the number of added records in the message."""
        self.seen |= growth.flagged | growth.unflagged
        self.flagged |= growth.flagged
        # An entry of the initial set after a change or the mark of the same node: the set was not over after all.
        self.unflagged -= growth.flagged
        self.all_sent -= growth.flagged
        self.unflagged |= growth.unflagged & self.flagged
        marks = [node for node in growth.all_sent if node is not None]
        # A node says it once. On each of several entries it means something else.
        self._marks_mean_nothing |= len(marks) > len(set(marks))
        self.anonymous_marks += growth.all_sent.count(None)
        self.all_sent.update(marks)
        if size:
            self.full = size >= FULL_MESSAGE
        if growth.flagged:
            self.flagged_full = self.full and not growth.unflagged
            for node in growth.flagged:
                self._pace = max(self._pace, now - self._flagged_at.get(node, now))
                self._flagged_at[node] = now

    def signal(self) -> str | None:
        """The signal that every node seen has given."""
        if (self.all_sent or self.anonymous_marks) and not self._marks_mean_nothing:
            marks = len(self.all_sent) + self.anonymous_marks
            missing = len(self.seen - self.all_sent)
            if missing <= self.anonymous_marks and marks >= (self.expected or 1):
                return "event4"
        if self.flagged and self.flagged <= self.unflagged and len(self.unflagged) >= (self.expected or 1):
            return "first_fetch_over"
        return None

    def confirmation(self, signal: str, quiet: float) -> float:
        """How many seconds without a contradiction the signal needs to be believed."""
        by_event = signal == "event4"
        reported = len(self.all_sent) + self.anonymous_marks if by_event else len(self.unflagged)
        # A node on standby need not report, but may be late.
        everybody = self.members is not None and reported >= self.members
        if by_event:
            return 0.0 if everybody else quiet
        if self.flagged_full:
            # The next message may bring more of the set; a change came between.
            return quiet * DOUBT
        return min(quiet, max(SETTLE, 2 * self._pace)) if everybody else quiet

    def silence_doubted(self) -> bool:
        return self.full or self.flagged_full or len(self.seen) < (self.expected or 0)


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
        self.fetch: int | str | None = None
        self.entries_elsewhere = False
        self._foreign_fetch: int | str | None = None
        self._limit = limit
        self._started = started
        self._last_growth = started
        self._answered = False
        self._signal: str | None = None
        self._signal_since = started

    @property
    def complete(self) -> bool:
        return self.completed_by is not None and not self.truncated

    def expect(self, online_nodes: int | None, members: int | None = None) -> None:
        """How many nodes are online and so will each send their part, and how many may; None if not known."""
        self.evidence.expected = online_nodes
        self.evidence.members = members

    def contradict_emptiness(self) -> None:
        """Something else than the channel shows entries in this table: silence alone does not make it empty."""
        self.entries_elsewhere = True

    def feed(self, message: Message, now: float) -> None:
        """One message of this fetch. Raises QueryRefused when the SMC says that it failed, and what `look` raises."""
        if message.failure is not None:
            raise QueryRefused(
                f"The SMC refused the {self.definition.name} query of '{self.target}': "
                f"{str(message.failure).rstrip('.')}.{self._received()}",
                server_message=str(message.failure),
                received=len(self.table),
            )
        if message.success is not None:
            self._begin(message)
        elif None not in (message.fetch, self.fetch) and str(message.fetch) != str(self.fetch):
            self._foreign_fetch = message.fetch
            return
        if message.status is not None:
            self.hear(now)
        if message.has_records:
            self._grow(message, now)
        if message.end is not None and not self.truncated:
            self._end(message.end)
        self.look(now)

    def hear(self, now: float) -> None:
        """The server is at work, but has sent no whole message: this is no silence, nor the end of the initial set."""
        self._last_growth = now
        self._signal = None

    def _begin(self, message: Message) -> None:
        if message.fetch is None:
            raise QueryRefused(
                f"The SMC accepted the {self.definition.name} query of '{self.target}' but started no fetch: "
                f"{message.success}.",
                server_message=str(message.success),
                received=0,
            )
        self.fetch = message.fetch

    def _end(self, reason: str) -> None:
        if _BROKEN_OFF.search(reason):
            raise QueryRefused(
                f"The SMC ended the {self.definition.name} query of '{self.target}' before it was complete: "
                f"{reason.rstrip('.')}.{self._received()}",
                server_message=reason,
                received=len(self.table),
            )
        self.completed_by = "end"

    def _grow(self, message: Message, now: float) -> None:
        growth = self.table.apply(message)
        self.evidence.add(growth, len(message.added), now)
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
        """Decide what the time alone decides.

        Raises SnapshotTimeout at the deadline, BadMessage when all that came was another fetch's.
        """
        if self.completed_by:
            return
        signal = self.evidence.signal()
        if signal != self._signal:
            self._signal, self._signal_since = signal, now
        if signal and now >= self._confirmed_at(signal):
            self.completed_by = signal
        elif now >= self._silence_ends():
            if self._foreign_fetch is not None and not self._answered:
                raise BadMessage(f"answers to fetch {self._foreign_fetch} only, and fetch {self.fetch} was asked for")
            self.completed_by = "quiet"
        elif now >= self._started + self.waits.timeout:
            raise SnapshotTimeout(
                f"The {self.definition.name} snapshot of '{self.target}' was not complete after "
                f"{self.waits.timeout:g} s: {self._why_not_complete()}",
                received=len(self.table),
            )

    def _why_not_complete(self) -> str:
        if self.fetch is None and not self._answered:
            return "the SMC did not answer the query at all. Look at its log, or try again."
        if self.entries_elsewhere and not len(self.table):
            return (
                "no entry had come, though the SMC's polling interface lists some. Look at the Log Server, or raise "
                "`timeout`."
            )
        return (
            f"{count_entries(len(self.table))} had come, and no sign that these are all. Raise `timeout`, or lower "
            "`quiet_period` if the table never rests."
        )

    def _silence_ends(self) -> float:
        quiet = self.waits.quiet
        if len(self.table):
            return self._last_growth + quiet * (DOUBT if self.evidence.silence_doubted() else 1)
        if self.entries_elsewhere or (self.fetch is None and not self._answered):
            return math.inf
        first_entry = self._started + self.waits.first_entry
        if self._last_growth == self._started:
            return first_entry
        if self._answered and self.evidence.expected == 1:
            # An empty message may come before the entries; it speaks for one node at best.
            first_entry = min(first_entry, self._last_growth + quiet * DOUBT)
        return max(first_entry, self._last_growth + quiet)

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
