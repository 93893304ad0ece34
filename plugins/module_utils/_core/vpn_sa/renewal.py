# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Waiting until deleted SAs are negotiated again: one engine's table, read once and then followed."""

from __future__ import annotations

import time
from collections.abc import Iterable

from ..api.engine_href import EngineId, engine_id
from ..api.session import Session
from ..errors import SMCError, SnapshotTimeout
from ..schema.definitions import VPN_SA
from ..schema.records import Key, Record
from ..tables.corroboration import AUTO
from ..tables.fetching import Query
from ..tables.following import FollowedTable
from ..tables.snapshot import Waits
from ..words import some
from .sa import ListedSA, Tunnel, read_sas, tunnel_of

# Seconds between two readings where the channel brings no changes.
_PAUSE = 0.5


class LiveSAs:
    """The VPN SAs of one engine. Open it, then look at `listed`; use as a context manager.

    Args:
        session: an open session.
        target: the engine's name.
        waits: how long each reading waits for what.
        corroborate: when to compare each reading with what the polling interface lists.

    Attributes:
        listed: the SAs that could be deleted when the table was read.
        unusable: the other entries, which do not have the href of an SA of this engine.
    """

    def __init__(self, session: Session, target: str, waits: Waits, corroborate: str = AUTO) -> None:
        self.target = target
        self.listed: list[ListedSA] = []
        self.unusable: list[Record] = []
        self._waits = waits
        self._table = FollowedTable(session, Query(VPN_SA, target, corroborate=corroborate), waits)
        self._before: set[Key] = set()

    def __enter__(self) -> LiveSAs:  # noqa: PYI034 (Self needs Python 3.11)
        return self

    def __exit__(self, *error: object) -> None:
        self._table.__exit__(*error)

    @property
    def warnings(self) -> list[str]:
        return list(self._table.warnings)

    @property
    def engine_id(self) -> EngineId:
        """Element type and key, as they stand in the hrefs of its SAs."""
        return engine_id(self._table.engine.href if self._table.engine else "")

    def open(self) -> None:
        """Read the table, and go on listening. Raises what a snapshot raises."""
        self._table.open()
        items = list(self._table.snapshot.table.items())
        self._before = {key for key, _unused in items}
        self.listed, self.unusable = read_sas(self.target, self.engine_id, items)

    def wait_until_renewed(self, deleted: Iterable[ListedSA], deadline: float) -> None:
        """Wait until the table shows a new SA for each peer and type that lost one.

        Args:
            deleted: the SAs that were deleted.
            deadline: on the clock of time.monotonic.

        Raises:
            SnapshotTimeout: it does not in time.
            SMCError: the table cannot be read any more.
        """
        awaited = {sa.tunnel for sa in deleted if sa.tunnel is not None}
        doubt = time.monotonic() + self._waits.first_entry
        while awaited:
            now = time.monotonic()
            if now >= deadline:
                raise self._not_in_time(awaited)
            if self._table.must_reread or now >= doubt:
                changes = self._reread(deadline - now, awaited)
                doubt = time.monotonic() + self._waits.first_entry
                time.sleep(max(0.0, min(_PAUSE, deadline - time.monotonic())) if self._table.must_reread else 0.0)
            else:
                changes = self._next_changes(min(deadline, doubt))
            awaited -= {tunnel_of(record) for key, record in changes.items() if record and key not in self._before}

    def _reread(self, seconds: float, awaited: set[Tunnel]) -> dict[Key, Record | None]:
        try:
            self._table.reread(seconds)
        except SnapshotTimeout:
            raise self._not_in_time(awaited) from None
        return dict(self._table.snapshot.table.items())

    def _next_changes(self, until: float) -> dict[Key, Record | None]:
        try:
            return self._table.changes(until).by_key()
        except SMCError:
            # The table remembers that its channel is lost, and is read again.
            return {}

    def _not_in_time(self, awaited: Iterable[Tunnel]) -> SnapshotTimeout:
        return SnapshotTimeout(
            f"The SMC deleted the SAs, but '{self.target}' did not show a new one within {self._waits.timeout:g} s: "
            f"{some(sorted(map(str, awaited)), 5)}. Some tunnels are negotiated only when there is traffic for them. If this "
            "is one of them, set `wait: false`."
        )
