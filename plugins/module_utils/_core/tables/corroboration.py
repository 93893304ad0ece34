# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Whether the polling interface lists the same entries that came over the socket.

Pure: the caller says what was asked and answered, and when. The comparison uses what both sides carry:

    node_counts   how many entries each node has
    count         how many entries there are, where an answer does not name the nodes as the entries do
    keys          the key fields of each entry, where the table has more entries than are listed, or where every table is
                  compared (up to MOST_FULL entries, because a full answer is long)

The short answer, which lists keys only, is asked for first. If it lists more entries than came, it is asked for once more.

A table changes while it is read. Entries that were deleted after the question are no entries that are missing, and entries
that were added after it are none too many. More entries in the table than the answer lists are no error: it may list those
of a cluster once. Fewer are, after the time in which late ones may come.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Any

from ..api.protocol import Message
from ..errors import IncompleteSnapshot, PollingFailed
from ..schema.definitions import Definition
from ..schema.records import Key, Record
from ..words import count_entries
from .polled import Polled
from .table import Table

# When to corroborate a table: AUTO if only silence ended it, ALWAYS, or NEVER.
AUTO, ALWAYS, NEVER = CORROBORATE = ("auto", "always", "never")


# With ALWAYS, the full answer is asked for if the table has at most this number of entries.
MOST_FULL = 20_000


@dataclass(frozen=True)
class PolledComparison:
    """How what the polling interface lists differs from the table.

    Attributes:
        compared_by: `node_counts`, `count` or `keys`.
        missing: How many entries are listed that the table lacks.
        surplus: How many entries of the table are not listed.
    """

    compared_by: str
    missing: int
    surplus: int


def compare_counts(
    table: Table, listed: Table, known: AbstractSet[str], gone: Mapping[Key, Record], before: int
) -> PolledComparison:
    """Compare how many entries there are: of each node, if both sides name the nodes alike.

    Args:
        table: The entries that came.
        listed: What the polling interface lists.
        known: The names of the engine's nodes.
        gone: The entries that were deleted since the question.
        before: How many entries the table had when the question was asked.
    """
    counts, there = listed.count_by_node(), table.count_by_node()
    surplus = max(0, before - len(gone) - len(listed))
    if counts and "" not in counts and "" not in there and counts.keys() <= known | there.keys():
        explained = Counter(str(node or "") for node, _key in gone)
        missing = sum(max(0, count - there.get(node, 0) - explained[node]) for node, count in counts.items())
        return PolledComparison("node_counts", missing, surplus)
    return PolledComparison("count", max(0, len(listed) - len(table) - len(gone)), surplus)


def compare_keys(
    definition: Definition, entries: Sequence[Record], listed: Sequence[Record], gone: Sequence[Record]
) -> PolledComparison | None:
    """Compare the key fields that both sides carry, in the same spelling.

    Args:
        definition: The table.
        entries: The entries that came.
        listed: The entries that the polling interface lists.
        gone: The entries that were deleted since the question.

    Returns:
        None if there is no such field.
    """
    fields = [key for key in definition.key_fields if _values(key, entries) & _values(key, listed)]
    if not fields:
        return None
    if _values("node_id", listed) and _values("node_id", listed) <= _values("node_id", entries):
        fields.append("node_id")
    there, counts = _count(fields, entries), _count(fields, listed)
    missing = counts - there - _count(fields, gone)
    return PolledComparison("keys", sum(missing.values()), sum((there - counts).values()))


def _values(key: str, entries: Iterable[Record]) -> set[str]:
    return {str(entry[key]) for entry in entries if entry.get(key) is not None}


def _count(fields: Sequence[str], entries: Iterable[Record]) -> Counter[tuple[str, ...]]:
    return Counter(tuple(str(entry.get(key, "")) for key in fields) for entry in entries)


class Corroboration:
    """What the polling interface says of one table, and whether that must be waited for.

    Call `asked` when `wanted` is set and the question was sent, `answered` with what came, and `settled` when something says
    that the table is complete.

    Args:
        definition: The table.
        target: The name of the engine, or of the administrative domain.
        when: `auto`, `always` or `never`.
        patience: How many seconds to wait for an answer with `auto`; with `always` only the deadline ends the wait.
        grace: For how many seconds after the answer more entries may come.
        filtered: Whether a filter was sent, which the polling interface does not take.

    Attributes:
        wanted: Whether the polling interface should be asked now.
        full: Whether it should be asked for full entries.
        polled: What it answered; None if it did not, or not yet.
        corroborated: Whether the table was found to be the same; None if it was not compared.
        compared_by: What was compared; None if nothing was.
        says: A sentence on the comparison, or on why there is none.
    """

    def __init__(
        self,
        definition: Definition,
        target: str,
        when: str = NEVER,
        patience: float = 10.0,
        grace: float = 2.0,
        filtered: bool = False,
    ) -> None:
        self._definition = definition
        self._target = target
        self._when = when
        self._patience = math.inf if when == ALWAYS else patience
        self._grace = grace
        self._filtered = filtered
        self._asked_at: float | None = None
        self._answered_at = 0.0
        self._before = 0
        self._gone: dict[Key, Record] = {}
        self._listed = Table(definition)
        self.wanted = False
        self.full = False
        self._asked_again = False
        # What the last comparison missed, with how many entries had come and were listed then.
        self._short: tuple[PolledComparison, int, int] | None = None
        self.polled: Polled | None = None
        self.corroborated: bool | None = None
        self.compared_by: str | None = None
        self.says = ""

    @property
    def allowed(self) -> bool:
        """Whether the polling interface may be asked at all."""
        return self._when != NEVER

    @property
    def awaited(self) -> bool:
        """Whether it was asked and has not answered."""
        return self._asked_at is not None and self.polled is None

    @property
    def was_asked(self) -> bool:
        return self._asked_at is not None

    @property
    def lists_nothing(self) -> bool | None:
        """Whether it says that there are no entries; None if it says nothing about that."""
        if self.polled is None or self.polled.why or self.polled.silent:
            return None
        return False if self.polled.records else (True if self.polled.is_all else None)

    def asked(self, now: float, size: int) -> None:
        """The polling interface was asked. size: how many entries the table had then."""
        self.wanted, self.polled = False, None
        self._asked_at, self._before = now, size
        self._gone.clear()

    def answered(self, polled: Polled, now: float) -> None:
        """It answered."""
        self.polled, self._answered_at = polled, now
        self._listed = Table(self._definition)
        self._listed.apply(Message(added=list(polled.records)))

    def deleted(self, gone: Mapping[Key, Record]) -> None:
        """These entries were deleted from the table."""
        if self._asked_at is not None:
            self._gone.update(gone)

    def agree_on_nothing(self) -> None:
        """Neither side has an entry."""
        self._agreed(PolledComparison("count", 0, 0), 0)

    def settled(self, by_time: bool, table: Table, known: AbstractSet[str], now: float, deadline: float) -> bool:
        """Whether the table can be completed; if not, ask if `wanted`, and call again, at `until` at the latest.

        Args:
            by_time: Whether nothing but a time without entries says that it is complete.
            table: The entries that came.
            known: The names of the engine's nodes.
            now: The time, on the caller's clock.
            deadline: When everything must be over.

        Raises:
            IncompleteSnapshot: If entries are listed that did not come.
            PollingFailed: If nothing can be compared, though it must be.
        """
        if self._when == NEVER or (self._when == AUTO and not by_time) or self.corroborated is not None:
            return True
        if self._filtered:
            return self._cannot("a filter was sent, and the polling interface takes none")
        if self.wanted:
            return False
        if self._asked_at is None or (len(table) and not self._before):
            return self._ask(full=self._when == ALWAYS and len(table) <= MOST_FULL)
        if self.polled is None:
            if now < min(self._asked_at + self._patience, deadline):
                return False
            return self._cannot(f"the polling interface did not answer within {now - self._asked_at:.3g} s")
        if self.polled.why:
            return self._cannot(self.polled.why)
        return self._compared(table, known, self.polled, now < min(self._answered_at + self._grace, deadline))

    def until(self, deadline: float) -> float:
        """When to call `settled` again, if it said no."""
        if self._asked_at is None:
            return 0.0
        return min(deadline, self._asked_at + self._patience if self.awaited else self._answered_at + self._grace)

    def facts(self) -> dict[str, Any]:
        """For results and manifests."""
        return {"corroborated": self.corroborated, "corroborated_by": self.compared_by, "corroboration": self.says}

    def _ask(self, full: bool) -> bool:
        self.wanted, self.full = True, full
        return False

    def _compared(self, table: Table, known: AbstractSet[str], polled: Polled, early: bool) -> bool:
        counts = compare_counts(table, self._listed, known, self._gone, self._before)
        self._short = (counts, len(table), len(self._listed)) if counts.missing else None
        if self._short:
            if not self._asked_again:
                self._asked_again = True
                return self._ask(self.full)
            if early:
                return False
            raise self._incomplete(*self._short)
        if not polled.is_all:
            return self._cannot(
                f"the polling interface lists {count_entries(len(self._listed))} and says that these are not all"
            )
        if not self.full:
            return self._ask(full=True) if counts.surplus else self._agreed(counts, len(table))
        keys = compare_keys(
            self._definition,
            [*table.typed(table.entries())],
            [*self._listed.entries()],
            [*table.typed(self._gone.values())],
        )
        if keys and keys.missing:
            return not early and self._cannot(
                f"{keys.missing} of the {count_entries(len(self._listed))} that the polling interface lists were not found among "
                f"the {len(table)} that the socket sent"
            )
        if keys is None and counts.surplus:
            return self._cannot(
                f"the polling interface lists {count_entries(len(self._listed))}, the socket sent {len(table)}, and nothing that "
                "both carry tells them apart"
            )
        return self._agreed(keys or counts, len(table))

    def _incomplete(self, counts: PolledComparison, received: int, listed: int) -> IncompleteSnapshot:
        return IncompleteSnapshot(
            f"{self._definition.name} of '{self._target}' is not complete: the socket sent {count_entries(received)}, and "
            f"the SMC's polling interface lists {listed} (compared by {counts.compared_by}).",
            received=received,
            polled=listed,
            missing=counts.missing,
            compared_by=counts.compared_by,
        )

    def _agreed(self, comparison: PolledComparison, count: int) -> bool:
        self.corroborated, self.compared_by = True, comparison.compared_by
        self.says = f"The polling interface lists {count_entries(len(self._listed))}"
        self.says += "." if len(self._listed) == count else f", and the socket sent {count}."
        return True

    def _cannot(self, why: str) -> bool:
        """There is nothing to compare, which is an error only if the comparison was asked for, or if entries were missing before."""
        if self._short:
            raise self._incomplete(*self._short)
        if self._when == ALWAYS:
            raise PollingFailed(
                f"{self._definition.name} of '{self._target}' could not be corroborated: {why}. `corroborate: auto` reads it "
                "nevertheless, and says so."
            )
        self.corroborated = False
        self.says = f"Not corroborated: {why}."
        return True
