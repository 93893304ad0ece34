# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What is known of a query's target, looked up in the background while its entries already come."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotYet
from typing import TypeVar

from ..api.session import Session
from ..engines.elements import dictionaries_in, links_of, read_element
from ..engines.search import EngineReference, find_engine
from ..engines.status import Availability, read_availability
from ..errors import PollingFailed, SMCError
from ..schema.definitions import Definition
from .polled import Polled, read_polled

# The first SMC with a polling interface for all tables that says whether it is complete.
_OLDEST_POLLING = (7, 1)


Result = TypeVar("Result")


class Target:
    """The engine or administrative domain that a query names.

    An engine is searched for at once; its nodes' status, which is needed only to weigh the evidence, is read in the
    background. For a domain nothing is looked up.

    Args:
        session: An open session.
        name: The name of the engine, or of the domain.
        engine: Whether it is an engine.
        found: The engine, if somebody has searched for it already.
        known: What is known of its nodes, if somebody has read that already.

    Attributes:
        engine: The engine as the search found it; None for a domain.

    Raises:
        TargetUnknown: If the SMC knows no engine of this name.
    """

    def __init__(
        self,
        session: Session,
        name: str,
        engine: bool = True,
        found: EngineReference | None = None,
        known: Availability | None = None,
    ) -> None:
        self._session = session
        self._name = name
        self._availability: Future[Availability] | None = None
        self.engine: EngineReference | None = None
        if engine:
            searched = self.engine = found or find_engine(session, name)
            self._availability = (
                _in_background(lambda: read_availability(session, searched)) if known is None else _done(known)
            )

    def availability(self, wait: float | None = None) -> Availability | None:
        """What is known of the nodes; None for a domain, or if it has not come yet.

        Args:
            wait: How many seconds to wait for it; as long as it takes if None.
        """
        if self._availability is None:
            return None
        try:
            return self._availability.result(wait)
        except NotYet:
            return None

    def list_domains(self) -> list[str]:
        """The names of all administrative domains; none if the SMC does not list them."""
        try:
            document = read_element(self._session, "elements/admin_domain", "listing the administrative domains")
        except SMCError:
            # Only an additional check: not every administrator may list domains.
            return []
        return [str(item.get("name")) for item in dictionaries_in(document.get("result"))]

    def poll(self, definition: Definition, full: bool = False) -> Future[Polled]:
        """Ask the polling interface in the background. full: for the entries; otherwise for their keys only."""
        return _in_background(lambda: self.polled(definition, full))

    def polled(self, definition: Definition, full: bool) -> Polled:
        """What the polling interface lists of a table, or why it lists nothing."""
        if self._session.product and self._session.product < _OLDEST_POLLING:
            version = ".".join(map(str, self._session.product))
            return Polled(why=f"SMC {version} has no polling interface; 7.1 and later have one")
        try:
            href = self._polling_href(definition)
            if not href:
                return Polled(why=f"the SMC gives no link {definition.polling}")
            document = self._session.get(
                href, f"polling {definition.name} of '{self._name}'", None if full else {"full": "False"}
            )
        except SMCError as error:
            return Polled(why=error.message.rstrip("."))
        known = self.availability()
        return read_polled(document, definition, known.names if known else {})

    def _polling_href(self, definition: Definition) -> str | None:
        """The link to the polling interface of a table. Raises SMCError if what should name it cannot be read."""
        if not definition.targets_domain:
            known = self.availability()
            return known.polling.get(definition.polling) if known else None
        if self._name != self._session.domain:
            raise PollingFailed(
                f"the polling interface has the alerts of the login's domain '{self._session.domain}' only"
            )
        where = self._session.entry_point("system")
        return links_of(read_element(self._session, where, "reading the system element")).get(definition.polling)


def _in_background(work: Callable[[], Result]) -> Future[Result]:
    """Do it in a thread that nobody has to wait for: a snapshot may be complete before a slow SMC has answered."""
    found: Future[Result] = Future()

    def run() -> None:
        try:
            found.set_result(work())
        except BaseException as error:  # noqa: BLE001 (raised where the result is asked for)
            found.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    return found


def _done(result: Result) -> Future[Result]:
    found: Future[Result] = Future()
    found.set_result(result)
    return found
