# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What can go wrong, as one tree of exceptions.

Each message is a sentence for the person who runs the task: what was being done, to what, what the
server said, what to do next. No message ever holds a secret. Hosts (module, action plugin, inventory)
turn an SMCError into their own way of failing and add `details()` to the result.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any


class SMCError(Exception):
    """The root. `kind` is a stable word for programs; `message` is for people."""

    kind = "smc_error"

    def __init__(self, message: str, **details: Any) -> None:
        super().__init__(message)
        self.message = message
        self._details = {name: value for name, value in details.items() if value is not None}

    def details(self) -> dict[str, Any]:
        """JSON-serialisable facts about the failure: `kind`, and what the kind adds."""
        return {"kind": self.kind, **self.facts()}

    def facts(self) -> dict[str, Any]:
        """The details alone, to be carried on in another error."""
        return dict(self._details)

    def __reduce__(self) -> tuple[Any, ...]:
        return (_rebuild, (type(self), self.message, self._details))


def _rebuild(kind: type[SMCError], message: str, details: Mapping[str, Any]) -> SMCError:
    return kind(message, **details)


class OptionError(SMCError):
    """An option is wrong; nothing was sent."""

    kind = "option"


class MissingLibrary(SMCError):
    """A Python library is missing. Details: `library`."""

    kind = "missing_library"


class ConnectionFailed(SMCError):
    """The SMC could not be reached, or what answered is not an SMC."""

    kind = "connection"


class TLSRefused(ConnectionFailed):
    """The server's certificate was not accepted."""

    kind = "tls"


class ApiVersionNotOffered(SMCError):
    """Details: `offered`, a list of versions."""

    kind = "api_version"


class LoginRefused(SMCError):
    """Details: `status`."""

    kind = "login"


class SessionExpired(SMCError):
    """The session is no longer accepted and there are no credentials for a new login."""

    kind = "session_expired"


class RequestRefused(SMCError):
    """An HTTP answer other than the expected. Details: `status`, `server_message`."""

    kind = "request"

    @property
    def status(self) -> int:
        return int(self._details.get("status", 0))


class TargetUnknown(SMCError):
    """No such engine or domain. Details: `target`, and `suggestions`, names like it."""

    kind = "target_unknown"


class EngineOffline(SMCError):
    """The engine is known but none of its nodes answers. Details: `nodes`."""

    kind = "engine_offline"


class HandshakeRefused(SMCError):
    """The WebSocket was not opened. Details: `status`, `retry_after` as the SMC's header has it."""

    kind = "handshake"


class QueryRefused(SMCError):
    """The SMC answered the query with a failure text. Details: `server_message`, `received`."""

    kind = "query"


class FilterTooLong(SMCError):
    """The request exceeds what the SMC's socket takes. Details: `size`, `limit`, in characters."""

    kind = "filter_too_long"


class ChannelClosed(SMCError):
    """The socket ended before the snapshot was complete. Details: `code`, `reason`, `received`."""

    kind = "channel_closed"


class BadMessage(SMCError):
    """A frame was not a JSON document of the known shape. Details: `received`."""

    kind = "bad_message"


class SnapshotTimeout(SMCError):
    """The deadline passed before the snapshot was complete. Details: `received`."""

    kind = "timeout"


def close_names(wanted: str, known: Iterable[str], count: int = 3) -> list[str]:
    """The names most like the wanted one, without regard to case, best first."""
    by_folded: dict[str, str] = {}
    for name in known:
        by_folded.setdefault(name.casefold(), name)
    folded = wanted.casefold()
    near = difflib.get_close_matches(folded, by_folded, n=count, cutoff=0.6)
    if len(folded) >= 3:
        near += [name for name in by_folded if folded in name and name not in near]
    return [by_folded[name] for name in near[:count]]


def did_you_mean(wanted: str, known: Iterable[str]) -> str:
    """' Did you mean A, B or C?', or an empty text."""
    names = close_names(wanted, known)
    if not names:
        return ""
    return f" Did you mean {join_names(names, 'or')}?"


def join_names(names: Iterable[str], word: str = "and") -> str:
    """'A, B and C'."""
    listed = list(names)
    if len(listed) < 2:
        return "".join(listed)
    return f"{', '.join(listed[:-1])} {word} {listed[-1]}"
