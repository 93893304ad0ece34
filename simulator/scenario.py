# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: GPL-3.0-or-later
"""What kind of SMC the simulator plays: variants nobody has published, and faults on demand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any

END_SIGNALS = frozenset({"event4", "event4_last", "first_fetch", "end"})

# The wording of these is not public.
FAILURE_TEXTS: dict[str, str] = {
    "bad_filter": "Invalid filter: {detail}",
    "bad_format": "Invalid format: {detail}",
    "bad_json": "Invalid JSON format: {detail}",
    "log_server_down": "Log Server is not reachable for {target}",
    "offline": "Engine {target} is not connected",
    "one_fetch": "A fetch is already running on this connection",
    "permission": "Not enough privileges to monitor {target}",
    "no_query": "No query was given before the fetch",
    "unknown_definition": "Unknown session monitoring definition: {definition}",
    "unknown_fetch": "No fetch with id {detail}",
    "unknown_target": "Impossible to find the target of the session monitoring: {target}",
}


@dataclass
class Fault:
    """Something that goes wrong at a named place, from the `first`-th matching time on, `times` times (0: for ever).

    Places: login, logout, versions, entry_points, listing, engine, node, status, appliance_status, monitoring_status,
    polling, block_list_add, block_list_read, block_list_delete, block_list_flush, vpn_sa_delete, system, domains;
    http (any of them); handshake; request (a query that came over a socket); messages (while a fetch is answered, after
    `after_messages` of them).

    Deeds: status (answer `status`, with `retry_after`), slow (wait `seconds`, then go on), drop (TCP reset), eof
    (the connection ends without a word), stall (nothing more comes, the connection stays), halve (the second half of
    the next message comes `seconds` after the first), lose (the next message is never sent, all that follow are),
    close (close frame with `code` and `text`), bad_json, bad_utf8,
    failure (the failure message `text`), expire (the session is gone; on a socket it is closed with `code`, or not when
    that is 0).
    """

    at: str
    do: str = "status"
    status: int = 503
    first: int = 1
    times: int = 1
    engine: str | None = None
    definition: str | None = None
    match: str | None = None
    after_messages: int = 0
    seconds: float = 0.0
    code: int = 1011
    text: str = ""
    details: list[str] = field(default_factory=list)
    retry_after: int | None = None
    seen: int = 0
    fired: int = 0

    def strikes(self, *, engine: str | None = None, definition: str | None = None, body: str = "") -> bool:
        """Count this occasion, and say whether the fault happens now."""
        if self.engine is not None and engine != self.engine:
            return False
        if self.definition is not None and definition != self.definition:
            return False
        if self.match is not None and self.match not in body:
            return False
        self.seen += 1
        if self.seen < self.first or (self.times and self.fired >= self.times):
            return False
        self.fired += 1
        return True


@dataclass
class Scenario:
    """Every default is the plain reading of the public record; README.md says what each field means."""

    # HTTP
    session_kind: str = "cookie"
    connection_sessions: bool = False
    route_cookie: bool = False
    login_status: int = 200
    bad_credentials_status: int = 401
    unknown_domain_status: int = 401
    domains_licensed: bool = True
    expired_status: int = 401
    session_idle_seconds: int = 0
    anonymous_sessions: bool = False
    foreign_host: str | None = None
    empty_search: str = "list"
    etag_required: bool = False
    add_status: int = 201
    delete_status: int = 204
    gone_status: int = 404
    http_latency: float = 0.0
    block_list_delay: float = 0.0
    polling_complete: bool = True
    polling_values: str = "texts"
    # WebSocket: handshake
    echo_subprotocol: bool = True
    reason_phrase: bool = False
    frame_bytes: int = 8192
    refuse_origin: bool = True
    no_session_status: int = 401
    session_end_closes: bool = False
    socket_idle_seconds: float = 0.0
    # WebSocket: requests
    fetch_ids: list[int] = field(default_factory=list)
    fetches_per_socket: str = "several"
    target_case_sensitive: bool = True
    unknown_target: str = "failure"
    offline_engine: str = "silence"
    log_server_down: bool = False
    failure_texts: dict[str, str] = field(default_factory=dict)
    abort_answer: str = "none"
    # WebSocket: the initial set
    end_signals: list[str] = field(default_factory=lambda: ["first_fetch"])
    signals_on_alerts: bool = False
    empty_set: str = "silent"
    empty_before: float = 0.0
    batching: str = "per_node"
    batch_size: int = 200
    status_lines: int = 0
    live_during_initial: bool = False
    message_delay: float = 0.0
    omit_empty_lists: bool = False
    # WebSocket: afterwards
    deleted_records: str = "full"
    periodic_seconds: float = 0.0
    ping_seconds: float = 0.0
    # Entries
    field_spelling: str = "Blacklist"
    masks: str = "prefixlen"
    any_prefixlen: int = 0
    unknown_fields: dict[str, str] = field(default_factory=dict)
    # An SMC that lies, or somebody who answers in its place: hrefs by rel, for engines and system; `record` for block lists.
    hostile_links: dict[str, str] = field(default_factory=dict)
    # Faults
    faults: list[Fault] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.faults = [fault if isinstance(fault, Fault) else Fault(**fault) for fault in self.faults]
        self.check()

    def check(self) -> None:
        """Refuse what the simulator would silently not play."""
        unknown = set(self.end_signals) - END_SIGNALS
        if unknown:
            raise ValueError(f"unknown end signals {sorted(unknown)}, there are {sorted(END_SIGNALS)}")
        for name, allowed in _CHOICES.items():
            if getattr(self, name) not in allowed:
                raise ValueError(f"{name} is {getattr(self, name)!r}, not one of {', '.join(allowed)}")
        if not 1 <= self.batch_size <= 200:
            raise ValueError("batch_size is not between 1 and 200")
        if self.frame_bytes and self.frame_bytes < 4:
            raise ValueError("frame_bytes is neither 0 nor at least 4, the bytes of the longest character")
        unknown = set(self.failure_texts) - set(FAILURE_TEXTS)
        if unknown:
            raise ValueError(f"unknown failure texts {sorted(unknown)}, there are {sorted(FAILURE_TEXTS)}")

    def failure(self, kind: str, **detail: str) -> str:
        """The text of a failure, with what it is about put in."""
        text = self.failure_texts.get(kind, FAILURE_TEXTS[kind])
        for name, value in detail.items():
            text = text.replace("{" + name + "}", value)
        return text

    def to_dict(self) -> dict[str, Any]:
        """As JSON shows it."""
        return asdict(self)

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Scenario:
        """From JSON; an unknown field is an error."""
        _refuse_unknown(values)
        return cls(**values)

    def update(self, values: Mapping[str, Any]) -> None:
        """Change some fields in place, all or none of them."""
        changed = Scenario.from_dict({**self.to_dict(), **values})
        for item in fields(self):
            if item.name in values:
                setattr(self, item.name, getattr(changed, item.name))

    def fault(
        self, *places: str, engine: str | None = None, definition: str | None = None, body: str = ""
    ) -> Fault | None:
        """The fault that strikes at one of these places now."""
        for fault in self.faults:
            if fault.at in places and fault.strikes(engine=engine, definition=definition, body=body):
                return fault
        return None


_CHOICES: dict[str, tuple[str, ...]] = {
    "session_kind": ("cookie", "token"),
    "empty_search": ("list", "no_content"),
    "polling_values": ("texts", "raw"),
    "fetches_per_socket": ("several", "one"),
    "unknown_target": ("failure", "silence"),
    "offline_engine": ("silence", "failure"),
    "abort_answer": ("none", "end", "success"),
    "empty_set": ("silent", "message"),
    "batching": ("per_node", "interleaved"),
    "deleted_records": ("full", "key"),
    "field_spelling": ("Blacklist", "BlackList", "blackList"),
    "masks": ("prefixlen", "dotted", "both"),
}


def _refuse_unknown(values: Mapping[str, Any]) -> None:
    unknown = set(values) - {item.name for item in fields(Scenario)}
    if unknown:
        raise ValueError(f"unknown scenario fields {sorted(unknown)}")
