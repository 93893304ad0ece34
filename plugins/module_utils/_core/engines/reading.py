# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Many engines read, several at a time; one that fails does not hide the others."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from ..api.circuit_breaker import CircuitBreaker
from ..api.session import Session
from ..concurrency import for_each
from ..errors import RequestRefused, SMCError
from ..words import first_lines
from .details import RELATIONS, DocumentSource, EngineDetails, EngineDocuments, build_engine, name_relations
from .elements import links_of, read_element, search_elements
from .search import EngineReference
from .status import enabled_nodes, read_node_status

# At most this many warnings of one kind are shown.
_WARNINGS = 5


@dataclass(frozen=True)
class RequestedDetails:
    """How much to read of each engine beyond the listing.

    Attributes:
        engine: Its element, one request.
        status: The status of its first enabled node, one more request.
        each_node: With `status`, the status of each enabled node, one request per node.
        appliance: The appliance status of each enabled node, one request per node.
        names: The names of the elements that the engines refer to, one request per type of element.
    """

    engine: bool = True
    status: bool = False
    each_node: bool = False
    appliance: bool = False
    names: bool = True


def read_engines(
    session: Session,
    engines: Sequence[EngineReference],
    details: RequestedDetails,
    concurrency: int,
    strict: bool = False,
    required: bool = False,
) -> list[EngineDetails]:
    """A dictionary per engine, in their order.

    Args:
        session: An open session.
        engines: Which engines.
        details: How much to read of each.
        concurrency: How many engines to read at a time.
        strict: Raise the first failure instead of noting it in the engine's `error`.
        required: Raise if an engine's element cannot be read.

    Raises:
        SMCError: What concerns the whole session, and what `strict` and `required` ask for.
    """
    source = DocumentSource(session.domain, session.rebase)
    if not details.engine:
        return [build_engine(EngineDocuments(engine), source) for engine in engines]
    reader = _Reader(session, details, concurrency, strict, required or strict)
    built: dict[int, EngineDetails] = {}

    def build(read: tuple[int, EngineDocuments]) -> None:
        # Done here while the threads wait for the next answers; documents are large and not kept.
        number, documents = read
        built[number] = build_engine(documents, source)

    for_each(reader.read_numbered, list(enumerate(engines)), concurrency, consume=build)
    found = [built[number] for number in range(len(engines))]
    if details.names and found:
        _name_relations(session, found)
    return found


def read_documents(session: Session, engine: EngineReference, details: RequestedDetails) -> EngineDocuments:
    """What can be read of one engine; the rest is noted in the `errors` of the documents.

    Raises:
        SMCError: What concerns the whole session.
    """
    return _Reader(session, details, 1, strict=False, required=False).read(engine)


def _name_relations(session: Session, engines: Sequence[EngineDetails]) -> None:
    """Name the elements that the engines refer to, with one request per type of element."""
    names = {engine["href"]: engine["name"] for engine in engines}
    # A virtual engine may tell of its master's node.
    names.update((node["name"], engine["name"]) for engine in engines for node in engine["nodes"])
    for kind in RELATIONS:
        if any(engine[kind] and engine[kind] not in names for engine in engines):
            names.update(_names_of(session, kind))
    for engine in engines:
        name_relations(engine, names)


def failures_of(engines: Iterable[EngineDetails]) -> list[str]:
    """Sentences on the engines of which something could not be read: the first few, and how many more there are."""
    failed = [
        f"'{engine['name']}' is listed with what is known: {engine['error']}" for engine in engines if engine["error"]
    ]
    return first_lines(failed, _WARNINGS, "{} more engines could not be read completely.")


class _Reader:
    """Reads one engine after another in each of several threads."""

    def __init__(
        self, session: Session, details: RequestedDetails, concurrency: int, strict: bool, required: bool
    ) -> None:
        self._session = session
        self._details = details
        self._strict = strict
        self._required = required
        self._circuit_breaker = CircuitBreaker(2 * concurrency)

    def read_numbered(self, numbered: tuple[int, EngineReference]) -> tuple[int, EngineDocuments]:
        number, engine = numbered
        return number, self.read(engine)

    def read(self, engine: EngineReference) -> EngineDocuments:
        documents = EngineDocuments(engine)
        doing = f"reading the engine '{engine.name}'"
        documents.engine = self._attempt(
            partial(read_element, self._session, engine.href, doing), documents.errors, self._required
        )
        if documents.engine is not None:
            enabled = enabled_nodes(documents.engine)
            if self._details.status:
                self._read_statuses(enabled, documents)
            if self._details.appliance:
                self._read_appliances(enabled, documents)
        return documents

    def _read_statuses(self, enabled: Mapping[int, Mapping[str, Any]], documents: EngineDocuments) -> None:
        for place in list(enabled)[: None if self._details.each_node else 1]:
            read = partial(read_node_status, self._session, enabled[place])
            status = self._attempt(read, documents.errors, self._strict)
            if status is not None:
                documents.statuses[place] = status

    def _read_appliances(self, enabled: Mapping[int, Mapping[str, Any]], documents: EngineDocuments) -> None:
        for place, node in enabled.items():
            # A virtual engine has no appliance of its own.
            href = links_of(node).get("appliance_status", "")
            if not href:
                continue
            read = partial(read_element, self._session, href, f"reading the appliance status of '{node.get('name')}'")
            appliance = self._attempt(read, documents.errors, self._strict)
            if appliance is not None:
                documents.appliances[place] = appliance

    def _attempt(self, read: Callable[[], dict[str, Any]], errors: list[str], required: bool) -> dict[str, Any] | None:
        """What `read` returns. Its failure is raised if required or if it concerns all engines, else a sentence."""
        try:
            document = read()
        except SMCError as error:
            if self._circuit_breaker.failed(error) or required:
                raise
            errors.append(error.message)
            return None
        self._circuit_breaker.succeeded()
        return document


def _names_of(session: Session, kind: str) -> dict[str, str]:
    """The names of the elements of one type, by href. What is not listed keeps its href in place of a name."""
    params = {"filter": "*", "filter_context": kind}
    try:
        listed = search_elements(session, f"listing the elements {kind}", params)
    except RequestRefused:
        # Whoever may see engines need not have the permission to see these.
        return {}
    except SMCError as error:
        session.warnings.append(f"References to the elements {kind} are shown without their names: {error}")
        return {}
    return {session.rebase(str(item["href"])): str(item["name"]) for item in listed}
