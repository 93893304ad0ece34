# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""One snapshot: entries, and the evidence that they are all there.

Pure: the caller passes on messages with the time at which they came, what the nodes' status and the polling interface
said, and asks what is needed next. Everything that decides whether a snapshot is complete is in this file. No public
source shows how the end of the initial set looks on every SMC, so no signal is required and the strongest one wins:

    end               the server ended the fetch
    event4            every expected node sent SessionEvent 4, "all sessions sent"
    first_fetch_over  every expected node added records without first_fetch after ones that had it
    is_all            no entry came, and the polling interface says that there are none; or it gave all entries itself
    quiet             nothing new for the quiet period
    limit             as many entries came as were asked for

Silence must last DOUBT times as long straight after a full message (200 entries), after a message without entries, and
while a node that is online has sent nothing. Before the SMC has accepted the query, silence means nothing. While the
polling interface lists entries and none came, silence does not end the set. The deadline is an error, never an answer.
What silence would end is first compared with what the polling interface lists, if the SMC has one (`corroboration`).

A dead connection is silent, too. So whatever time alone would end is confirmed by a ping: RFC 6455 obliges the server to
answer it, and what it sent before has arrived when its pong does. A pong that does not come is an error.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, MutableMapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from typing import Any, Optional

from ..api.protocol import FULL_MESSAGE, PONG_WAIT, Message, is_end_of_data
from ..engines.status import Availability
from ..errors import (
    BadMessage,
    ChannelClosed,
    EngineOffline,
    PollingFailed,
    QueryRefused,
    SnapshotTimeout,
    TargetUnknown,
)
from ..schema.definitions import Definition
from ..schema.records import Key, Record
from ..words import close_names, count_entries, did_you_mean, in_words, join_names
from .corroboration import NEVER, Corroboration
from .polled import Polled
from .table import MessageSummary, Table

# How many times longer a silence must last where more entries are to be expected.
DOUBT = 4


# After how many seconds without an entry the polling interface is asked, at the latest.
_POLL_AFTER = 0.5


# How often to look whether the polling interface has answered, in seconds.
_POLLING_INTERVAL = 0.05


# More entries than this are not kept in memory.
MOST_IN_MEMORY = 2_000_000


Node = Optional[str]


@dataclass(frozen=True)
class Waits:
    """How long a snapshot waits, in seconds.

    Attributes:
        first_entry: For the first entry; then the table is taken to be empty.
        quiet: The silence that ends a set.
        timeout: Until the deadline.
        whole: What `timeout` is a part of, for its error; None where the login took no part of it.
    """

    first_entry: float = 10.0
    quiet: float = 2.0
    timeout: float = 60.0
    whole: float | None = None


@dataclass
class Evidence:
    """What the messages so far say about the end of the initial set.

    Attributes:
        expected: How many nodes are online, so that each must report; None if unknown.
        members: How many nodes may report, those on standby too; None if unknown.
        must_report, may_report: The names of these nodes; empty if unknown.
        known: The names of all nodes of the engine.
        seen: The nodes that sent records.
        flagged: The nodes that sent records with first_fetch.
        unflagged: The nodes that added records without first_fetch after ones that had it.
        all_sent: The nodes that sent SessionEvent 4.
        anonymous_marks: How many times SessionEvent 4 came without a node.
        full: Whether the last message with added records was full.
        flagged_full: Whether the last message with first_fetch was full.
    """

    expected: int | None = None
    members: int | None = None
    must_report: frozenset[str] = frozenset()
    may_report: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()
    seen: set[Node] = field(default_factory=set)
    flagged: set[Node] = field(default_factory=set)
    unflagged: set[Node] = field(default_factory=set)
    all_sent: set[Node] = field(default_factory=set)
    anonymous_marks: int = 0
    full: bool = False
    flagged_full: bool = False
    _marks_mean_nothing: bool = False

    def set_nodes(self, nodes: Availability) -> None:
        """What the nodes' status said."""
        self.expected, self.members = nodes.online, nodes.members
        self.must_report, self.may_report = nodes.must_report, nodes.may_report
        self.known = frozenset(nodes.names.values()) | self.may_report | self.must_report

    def add(self, summary: MessageSummary, size: int) -> None:
        """Take in what one message told. size: the number of added records in it."""
        self.seen |= summary.seen
        self.flagged |= summary.flagged
        # An entry of the initial set after a change or the mark of the same node: the set was not over after all.
        self.unflagged -= summary.flagged
        self.all_sent -= summary.flagged
        self.unflagged |= summary.unflagged & self.flagged
        marks = [node for node in summary.all_sent if node is not None]
        # A node sends it once. On each of several entries it means something else.
        self._marks_mean_nothing |= len(marks) > len(set(marks))
        self.anonymous_marks += summary.all_sent.count(None)
        self.all_sent.update(marks)
        if size:
            self.full = size >= FULL_MESSAGE
        if summary.flagged:
            self.flagged_full = self.full

    def signal(self) -> str | None:
        """The signal that every node has given; None if there is none yet."""
        if (self.all_sent or self.anonymous_marks) and not self._marks_mean_nothing:
            without_mark = len(self.seen - self.all_sent)
            if without_mark <= self.anonymous_marks and self._reported(self.all_sent, self.anonymous_marks):
                return "event4"
        if self.flagged and self.flagged <= self.unflagged and self._reported(self.unflagged):
            return "first_fetch_over"
        return None

    def _reported(self, given: AbstractSet[Node], anonymous: int = 0) -> bool:
        """Whether each node has given a signal that must: those online, or where that is not known, those that may report."""
        number = self.expected or (self.members if self.expected is None else None) or 1
        return self._of_each(self.must_report, number, given, anonymous)

    def _of_each(self, names: AbstractSet[str], number: int, given: AbstractSet[Node], anonymous: int = 0) -> bool:
        """Whether each of these nodes has given a signal.

        Where records name the nodes as the elements do, the signal of another node counts for none of them. Where they do not, only
        the number can be compared.
        """
        if names and not self.known.isdisjoint(self.seen | self.all_sent):
            return len(names - given) <= anonymous
        return len(given) + anonymous >= number

    def confirmation(self, signal: str, quiet: float) -> float:
        """How many seconds a signal must stand without a contradiction."""
        if signal == "event4":
            # A node on standby need not report, but may be late; and marks without names may all be of one node.
            certain = self.members == 1 or not self.anonymous_marks
            by_all = self.members is not None and self._of_each(
                self.may_report, self.members, self.all_sent, self.anonymous_marks
            )
            return 0.0 if certain and by_all else quiet
        # After a full message the next one may bring more of the set; a change came between.
        return quiet * DOUBT if self.flagged_full else quiet

    def silence_doubted(self) -> bool:
        """Whether more entries are to be expected, so that silence must last longer."""
        return self.full or self.flagged_full or not self._of_each(self.must_report, self.expected or 0, self.seen)


class Snapshot:
    """Decides when the entries of a table are all there, and what to say of them.

    Pass on what happens (`feed`, `nothing_received`, `set_nodes`, `set_polling_answer`, `pong_received`), and call `decide`
    until `completed_by` is set; `receives_until`, `wants_polling`, `wants_ping` and `status_wait` say what to wait for and
    what to ask meanwhile.
    Then call `check_nodes`, or `check_domain` if `wants_domains`, and look at `warnings`.

    Args:
        definition: The table.
        target: The name of the engine, or of the administrative domain.
        waits: How long to wait for what.
        started: When the fetch was asked for, on the caller's clock (seconds, monotonic).
        filtered: Whether a filter was sent, so that the polling interface may list entries that do not come.
        corroborate: When to compare the table with what the polling interface lists; see `corroboration`.
        limit: At most this many entries; one more that comes sets `truncated`.
        raw: Keep records as the SMC sent them.
        store: Where the table keeps its entries, if not in memory.
        numbers: Stand in for the delta_key of entries that have none.

    Attributes:
        table: The entries.
        evidence: What the messages said about the end of the initial set.
        completed_by: Why the snapshot is over, one of the words above; None while it is not.
        confirmed_by: `pong` if a ping showed that the line was alive when silence ended the set; else None.
        corroboration: What the polling interface says of it.
        transport: `socket`, or `polling` if the polling interface gave the entries.
        truncated: Whether there are more entries than the limit.
        fetch: The id of the fetch; None until the SMC has accepted the query.
        warnings: Sentences on what may be missing.
    """

    def __init__(
        self,
        definition: Definition,
        target: str,
        waits: Waits,
        started: float,
        filtered: bool = False,
        limit: int | None = None,
        raw: bool = False,
        store: MutableMapping[Key, Record] | None = None,
        numbers: Iterator[int] | None = None,
        corroborate: str = NEVER,
    ) -> None:
        self.definition = definition
        self.target = target
        self.waits = waits
        self.table = Table(definition, raw=raw, store=store, numbers=numbers)
        self.evidence = Evidence()
        self.completed_by: str | None = None
        self.confirmed_by: str | None = None
        self.corroboration = Corroboration(
            definition, target, corroborate, patience=waits.first_entry, grace=waits.quiet, filtered=filtered
        )
        self.transport = "socket"
        self.truncated = False
        self.ended = False
        self.fetch: int | str | None = None
        self.warnings: list[str] = []
        self._filtered = filtered
        self._foreign_fetch: int | str | None = None
        # Of records that come before the SMC says that it has accepted the query.
        self._early_fetch: int | str | None = None
        self._limit = limit
        self._bounded = store is None
        self._started = started
        self._accepted = started
        self._last_progress = started
        self._ping_wanted = False
        self._ping_sent: float | None = None
        self._pong_came = False
        self._answered = False
        self._amid_message = False
        self._signal: str | None = None
        self._signal_since = started
        self._polling_lists_entries = False
        self._awaits_corroboration = False

    @property
    def complete(self) -> bool:
        return self.completed_by is not None and not self.truncated

    def set_nodes(self, nodes: Availability | None) -> None:
        """What the nodes' status said; None if it is not known, or not yet."""
        if nodes is not None:
            self.evidence.set_nodes(nodes)

    @property
    def status_wait(self) -> float:
        """How many seconds to wait for the nodes' status now: it decides what a signal, or an empty table, means."""
        if self.completed_by:
            return self.waits.first_entry if self._empty_by_silence else 0.0
        return self.waits.quiet if self.evidence.signal() else 0.0

    def wants_polling(self, now: float) -> bool:
        """Whether the polling interface should be asked now. Call `polling_asked` when it was."""
        return self.corroboration.wanted or (self._polls_early and now >= self._polls_at)

    @property
    def _polls_early(self) -> bool:
        """Whether the polling interface should be asked as soon as no entry comes."""
        return self.corroboration.allowed and not self.corroboration.was_asked and not len(self.table)

    def polling_asked(self, now: float) -> None:
        """The polling interface was asked; it may take a while to answer."""
        self.corroboration.asked(now, len(self.table))

    def set_polling_answer(self, polled: Polled, now: float) -> None:
        """What the polling interface answered to the last question."""
        self.corroboration.answered(polled, now)

    def take_polled(self, polled: Polled) -> None:
        """Take the entries from the polling interface instead of the socket.

        Raises:
            PollingFailed: If it did not give all entries.
        """
        self.transport = "polling"
        why = polled.why
        if not why and not polled.is_all:
            why = f"the answer lists {count_entries(len(polled.records))} and says that these are not all"
        if why:
            raise PollingFailed(
                f"{self.definition.name} of '{self.target}' could not be read through the SMC's polling interface: {why}.",
                polled=len(polled.records),
            )
        self.table.apply(Message(added=list(polled.records)))
        self.truncated = self._limit is not None and len(self.table) > self._limit
        self.completed_by = "limit" if self.truncated else "is_all"

    def proof(self) -> dict[str, Any]:
        """Why the entries are believed to be all there, for results and manifests."""
        return {
            "complete": self.complete,
            "completed_by": self.completed_by,
            "confirmed_by": self.confirmed_by,
            **self.corroboration.facts(),
            "transport": self.transport,
        }

    @property
    def wants_ping(self) -> bool:
        """Whether a ping should be sent now, because time alone would end the set. Call `ping_sent` when it was."""
        return self._ping_wanted

    def ping_sent(self, now: float) -> None:
        """A ping was sent after everything that was told so far."""
        self._ping_wanted, self._ping_sent = False, now

    def pong_received(self) -> None:
        """The pong to the last ping came, and with it everything that the server had sent before."""
        self._pong_came = self._ping_sent is not None

    def feed(self, message: Message, now: float) -> None:
        """Take in one message, and decide.

        Raises:
            QueryRefused: If the SMC says that the query failed, or that it broke off.
            SnapshotTimeout: See `decide`.
            BadMessage: See `decide`.
        """
        self._amid_message = False
        if message.failure is not None:
            raise QueryRefused(
                f"The SMC refused the {self.definition.name} query of '{self.target}': {in_words(message.failure)}."
                f"{self._received()}",
                server_message=message.failure,
                received=len(self.table),
            )
        if self._is_foreign(message):
            return
        if message.success is not None:
            self._begin(message, now)
        if message.status is not None:
            self._delay_end(now)
        if message.has_records:
            self._add_records(message, now)
        if message.end is not None and not self.truncated:
            self._end(message.end)
        self.decide(now)

    def nothing_received(self, amid_message: bool, heard: float) -> None:
        """No message came.

        Args:
            amid_message: Whether a part of one has come, so that this is not silence.
            heard: When the last byte came, on the caller's clock.
        """
        self._amid_message = amid_message
        if amid_message and heard > self._last_progress:
            self._delay_end(heard)

    def _delay_end(self, now: float) -> None:
        """The server is at work: this is neither silence nor the end of the initial set."""
        self._progress(now)
        self._signal = None

    def _progress(self, now: float) -> None:
        """The server was heard: silence starts again, and so does what a ping has shown."""
        self._last_progress = now
        self._awaits_corroboration = False
        self._ping_wanted, self._ping_sent, self._pong_came = False, None, False

    def _is_foreign(self, message: Message) -> bool:
        """Whether a message is of another fetch than the one that was asked for. A channel has only that one.

        Raises:
            BadMessage: If it begins another fetch, or has records of one when ours was answered already.
        """
        has_records = bool(message.added or message.updated or message.deleted)
        if self.fetch is None and self._early_fetch is None and has_records:
            self._early_fetch = message.fetch
        own = self._early_fetch if self.fetch is None else self.fetch
        if message.fetch is None or own is None or str(message.fetch) == str(own):
            return False
        if message.success is not None or (has_records and self._answered):
            raise BadMessage(f"records of {_fetch(message.fetch)}, and {_fetch(own)} was asked for")
        if has_records:
            self._foreign_fetch = message.fetch
        return True

    def _begin(self, message: Message, now: float) -> None:
        if message.fetch is None:
            raise QueryRefused(
                f"The SMC accepted the {self.definition.name} query of '{self.target}' but started no fetch: "
                f"{message.success}.",
                server_message=str(message.success),
                received=0,
            )
        self.fetch = message.fetch
        # The SMC may take its time to accept a query; the wait for the first entry begins when it has.
        self._accepted = now
        self._progress(now)

    def _end(self, reason: str) -> None:
        if not is_end_of_data(reason):
            raise QueryRefused(
                f"The SMC ended the {self.definition.name} query of '{self.target}' before it was complete: "
                f"{in_words(reason)}.{self._received()}",
                server_message=reason,
                received=len(self.table),
            )
        self.ended = True

    def _add_records(self, message: Message, now: float) -> None:
        summary = self.table.apply(message)
        self.evidence.add(summary, len(message.added))
        self.corroboration.deleted(summary.deleted)
        if summary.added or summary.all_sent or not self._answered:
            self._progress(now)
        if summary.flagged or summary.added:
            # More of the initial set may have come, so the time that a signal has stood starts again.
            self._signal = None
        self._answered = True
        if self._bounded and len(self.table) > MOST_IN_MEMORY:
            raise QueryRefused(
                f"The {self.definition.name} table of '{self.target}' has more than {MOST_IN_MEMORY} entries, which is more "
                "than is kept in memory. Set `limit`, ask with `filter`, or use ngfw.smc.snapshot.",
                received=len(self.table),
            )
        if self._limit is not None and len(self.table) > self._limit:
            self.truncated = True
            self.completed_by = "limit"

    def decide(self, now: float) -> None:
        """Decide what the time, and what else has been told, decides.

        Raises:
            SnapshotTimeout: At the deadline.
            BadMessage: If all that came belongs to another fetch.
        """
        if self.completed_by:
            return
        signal = self.evidence.signal()
        if signal != self._signal:
            self._signal, self._signal_since = signal, now
        if self.ended:
            self._complete("end", None, now)
        elif self._polled_as_empty(signal):
            self.corroboration.agree_on_nothing()
            self.completed_by = "is_all"
        elif self._amid_message:
            # The rest of the message may be late, or the line may be dead.
            if now >= self._last_progress + self.waits.quiet * DOUBT:
                self._line_is_alive(now)
        elif signal and now >= self._confirmed_at(signal):
            self._complete_by_time(signal, now)
        elif now >= self._silence_ends():
            self._complete_by_time("quiet", now)
        if self.completed_by:
            self._refuse_foreign_records()
        elif now >= self._started + self.waits.timeout:
            raise SnapshotTimeout(
                f"The {self.definition.name} snapshot of '{self.target}' was not complete after "
                f"{self.waits.whole or self.waits.timeout:g} s: {self._why_not_complete()}",
                received=len(self.table),
            )

    def _refuse_foreign_records(self) -> None:
        """Raises BadMessage if the table is empty because its entries came as those of another fetch."""
        if self._foreign_fetch is not None and not len(self.table):
            raise BadMessage(f"answers to {_fetch(self._foreign_fetch)} only, and {_fetch(self.fetch)} was asked for")

    def _complete_by_time(self, evidence: str, now: float) -> None:
        """Complete the set, if what it needs is not silence, or if the line is alive."""
        if evidence != "quiet" and not self.evidence.confirmation(evidence, self.waits.quiet):
            self._complete(evidence, None, now)
        elif self._line_is_alive(now):
            self._complete(evidence, "pong", now)

    def _complete(self, evidence: str, confirmed_by: str | None, now: float) -> None:
        """Complete the set, unless the polling interface must be asked first."""
        deadline = self._started + self.waits.timeout
        self._awaits_corroboration = not self.corroboration.settled(
            confirmed_by is not None, self.table, self.evidence.known, now, deadline
        )
        if not self._awaits_corroboration:
            self.completed_by, self.confirmed_by = evidence, confirmed_by

    def _line_is_alive(self, now: float) -> bool:
        """Whether a ping has been answered since the last progress; asks for one if none was sent.

        Raises:
            ChannelClosed: If the pong did not come in time.
        """
        if not self._pong_came and self._ping_sent is None:
            self._ping_wanted = True
        elif not self._pong_came and now >= (self._ping_sent or 0) + PONG_WAIT:
            raise ChannelClosed(f"the SMC did not answer a ping within {PONG_WAIT:g} s, so the connection is dead")
        return self._pong_came

    def _polled_as_empty(self, signal: str | None) -> bool:
        """Whether the polling interface ends it. It counts only while the channel itself has said nothing."""
        if signal or len(self.table) or self._amid_message:
            return False
        nothing = self.corroboration.lists_nothing
        if nothing is False and not self._filtered:
            self._polling_lists_entries = True
        return nothing is True

    def _why_not_complete(self) -> str:
        if self.fetch is None and not self._answered:
            return "the SMC did not answer the query at all. Look at its log, or try again."
        if self._polling_lists_entries and not len(self.table) and self.corroboration.polled:
            return (
                f"no entry had come, though the SMC's polling interface lists {len(self.corroboration.polled.records)}. Look at "
                "the Log Server, or raise `timeout`."
            )
        return (
            f"{count_entries(len(self.table))} had come, and no sign that these are all. Raise `timeout`, or lower "
            "`quiet_period` if the table never rests."
        )

    def _silence_ends(self) -> float:
        quiet = self.waits.quiet
        if len(self.table):
            return self._last_progress + quiet * (DOUBT if self.evidence.silence_doubted() else 1)
        if self._polling_lists_entries or (self.fetch is None and not self._answered):
            return math.inf
        first_entry = self._accepted + self.waits.first_entry
        if self._last_progress == self._accepted:
            return first_entry
        if self._answered and self.evidence.expected == 1:
            # An empty message may come before the entries; it speaks for one node at best.
            first_entry = min(first_entry, self._last_progress + quiet * DOUBT)
        return max(first_entry, self._last_progress + quiet)

    @property
    def _polls_at(self) -> float:
        return self._started + min(self.waits.quiet, _POLL_AFTER)

    def decides_at(self) -> float:
        """When to call `decide` if nothing is told before, on the caller's clock."""
        deadline = self._started + self.waits.timeout
        if self._awaits_corroboration:
            return self.corroboration.until(deadline)
        if self._ping_sent is not None and not self._pong_came:
            return min(self._ping_sent + PONG_WAIT, deadline)
        if self._amid_message:
            return deadline if self._pong_came else min(self._last_progress + self.waits.quiet * DOUBT, deadline)
        times = [self._silence_ends(), deadline]
        if self._signal:
            times.append(self._confirmed_at(self._signal))
        return min(times)

    def receives_until(self, now: float) -> float:
        """How long to wait for a message: until `decides_at`, or until polling is due or may have answered."""
        if self.corroboration.awaited:
            return min(self.decides_at(), now + _POLLING_INTERVAL)
        return min(self.decides_at(), self._polls_at) if self._polls_early else self.decides_at()

    def _confirmed_at(self, signal: str) -> float:
        return self._signal_since + self.evidence.confirmation(signal, self.waits.quiet)

    @property
    def _empty_by_silence(self) -> bool:
        # A polling interface that lists nothing says as little about an engine that is offline as silence does.
        return self.completed_by in ("quiet", "is_all") and not len(self.table)

    def check_nodes(self, nodes: Availability | None) -> None:
        """What the nodes' status says of the finished snapshot of an engine. Adds to `warnings`.

        Args:
            nodes: The status; None if it did not come in time.

        Raises:
            EngineOffline: If the table is empty because no node could send anything.
        """
        if nodes is None:
            if self._empty_by_silence:
                self.warnings.append(
                    f"The nodes of '{self.target}' could not be checked in time: their status did not come."
                )
        elif nodes.nodes is None:
            self.warnings.append(f"The nodes of '{self.target}' could not be checked: {nodes.why}")
        else:
            self._check_silent_nodes(nodes)

    def check_online(self, nodes: Availability | None) -> None:
        """Raises EngineOffline if no node can send anything; for a table that is empty or cannot be read."""
        if nodes is None or nodes.nodes is None or len(nodes.silent) < len(nodes.nodes):
            return
        within = f" within {self.waits.first_entry:g} s" if self.completed_by == "quiet" else ""
        raise EngineOffline(
            f"The engine '{self.target}' sent nothing for {self.definition.name}{within}, and no node of it is "
            f"online: {join_names(str(node) for node in nodes.silent)}.",
            nodes={node.name: node.state for node in nodes.silent},
        )

    def _check_silent_nodes(self, nodes: Availability) -> None:
        reported = self.table.count_by_node() if nodes.silent else {}
        silent = [node for node in nodes.silent if node.name not in reported]
        names = join_names(str(node) for node in silent)
        if self._empty_by_silence:
            self.check_online(nodes)
        undecided = [str(node) for node in nodes.nodes or () if node.undecided and self._empty_by_silence]
        if undecided:
            self.warnings.append(
                f"{self.definition.name} of '{self.target}' is empty as far as the SMC shows; whether "
                f"{join_names(undecided)} could be heard is not known."
            )
        if silent:
            self.warnings.append(f"{self.definition.name} of '{self.target}' without {names}.")
        self._warn_of_quiet_nodes(nodes)

    def _warn_of_quiet_nodes(self, nodes: Availability) -> None:
        """A node that is online and sent nothing, while others did, is worth a sentence if only silence ended the set."""
        if self.definition.on_one_node:
            return
        known = {node.name: node for node in nodes.nodes or ()}
        reported = self.table.count_by_node() if self.completed_by == "quiet" and len(known) > 1 else {}
        # Where the records name their nodes otherwise than the elements do, nothing can be said.
        if reported and known.keys() >= reported.keys():
            quiet = [str(node) for name, node in known.items() if node.online and name not in reported]
            if quiet:
                self.warnings.append(
                    f"{self.definition.name} of '{self.target}' has no entry of {join_names(quiet)}, which is online."
                )

    def wants_domains(self, login_domain: str) -> bool:
        """Whether the list of domains must be asked for: nothing came, and the domain is not the login's own."""
        return self.definition.targets_domain and self._empty_by_silence and self.target != login_domain

    def check_domain(self, known: Sequence[str], smc: str) -> None:
        """Whether the domain exists from which nothing came.

        Args:
            known: The names of all domains; empty if the SMC does not list them.
            smc: The SMC's address, for the message.

        Raises:
            TargetUnknown: If the SMC lists domains and this one is not among them.
        """
        if known and self.target not in known:
            raise TargetUnknown(
                f"The SMC at {smc} knows no administrative domain '{self.target}'.{did_you_mean(self.target, known)}",
                target=self.target,
                suggestions=close_names(self.target, known),
            )

    def check_deletions(self) -> None:
        """Adds a warning to `warnings` if deletions could not be applied."""
        if self.table.lost_deletions:
            self.warnings.append(
                f"{self.table.lost_deletions} deletions in the {self.definition.name} table name no delta_key and "
                "could not be applied."
            )

    def _received(self) -> str:
        if not len(self.table):
            return ""
        return f" {count_entries(len(self.table)).capitalize()} had come before."

    def entries(self, fields: Sequence[str] | None = None) -> list[dict[str, Any]]:
        """The entries, in order of first appearance, at most `limit`.

        Args:
            fields: The keys to keep besides delta_key and hrefs; all if None.
        """
        listed = list(self.table.entries())
        if self._limit is not None:
            del listed[self._limit :]
        if fields is None:
            return listed
        wanted = frozenset(fields) | {"delta_key", "block_list_href", "vpn_sa_href"}
        return [{key: value for key, value in entry.items() if key in wanted} for entry in listed]


def _fetch(number: int | str | None) -> str:
    """A fetch in words. Only a number is repeated: another id may hold anything."""
    return f"fetch {number}" if re.fullmatch(r"-?\d{1,20}", str(number)) else "a fetch whose id is not a number"
