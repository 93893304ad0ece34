# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""What can go wrong, as one tree of exceptions.

Each message is a sentence for the person who runs the task: what was being done, to what, what the
server said, what to do next. No message ever contains a secret. Hosts (module, action plugin, inventory)
turn an SMCError into their own way of failing and add `details()` to the result.
"""

from __future__ import annotations

from typing import Any

from .words import visible


class SMCError(Exception):
    """The root of the tree.

    Args:
        message: the sentence for people.
        kind: a stable word for programs, if it is another than the class has.
        details: facts for programs that JSON can express; those that are None are left out.

    Attributes:
        kind: given once, here; a class attribute is the default.
        message: as given, with everything in it visible. The details keep names and answers from outside as they came.
    """

    kind = "smc_error"

    def __init__(self, message: str, *, kind: str | None = None, **details: Any) -> None:
        self.message = visible(message)
        super().__init__(self.message)
        if kind is not None:
            self.kind = kind
        self._details = {name: value for name, value in details.items() if value is not None}

    def details(self) -> dict[str, Any]:
        """The failure for programs: `kind`, and the facts that this kind has."""
        return {"kind": self.kind, **self.facts()}

    def facts(self) -> dict[str, Any]:
        """The details without the kind, to be passed on in another error."""
        return dict(self._details)


class OptionError(SMCError):
    """An option is wrong; nothing was sent."""

    kind = "option"


class Unmeasurable(OptionError):
    """A check is written correctly, but there is nothing that it could measure."""

    kind = "unmeasurable"


class FileFailed(SMCError):
    """A file could not be read or written. Details: `path`."""

    kind = "file"


class PartialFailure(SMCError):
    """Something failed after something else was done.

    Args:
        message: the sentence for people.
        result: what the task returns beside the message, which includes what was done.
        kind: the kind of what failed, if that is known.
        details: facts for programs.
    """

    kind = "partial"

    def __init__(self, message: str, result: dict[str, Any], *, kind: str | None = None, **details: Any) -> None:
        super().__init__(message, kind=kind, **details)
        self.result = result


class MissingLibrary(SMCError):
    """A Python library is missing. Details: `library`."""

    kind = "missing_library"


class ConnectionFailed(SMCError):
    """The SMC could not be reached, or what answered is not an SMC."""

    kind = "connection"


class TLSRefused(ConnectionFailed):
    """The server's certificate was not accepted."""

    kind = "tls"


class AnswerTooLarge(ConnectionFailed):
    """What the server sent is larger than any answer of an SMC."""

    kind = "too_large"


class ApiVersionNotOffered(SMCError):
    """The SMC does not offer the API version that was asked for. Details: `offered`, a list of versions."""

    kind = "api_version"


class LoginRefused(SMCError):
    """The SMC did not accept the credentials. Details: `status`."""

    kind = "login"


class SessionExpired(SMCError):
    """The session is no longer accepted and there are no credentials for a new login."""

    kind = "session_expired"


class RequestRefused(SMCError):
    """The SMC answered a request with an error. Details: `status`, `server_message`."""

    kind = "request"

    @property
    def status(self) -> int:
        """The HTTP status; 0 if there was no answer."""
        return int(self._details.get("status", 0))


class TargetUnknown(SMCError):
    """No such engine or domain. Details: `target`, and `suggestions`, names like it."""

    kind = "target_unknown"


class EngineOffline(SMCError):
    """The engine is known, but none of its nodes answers. Details: `nodes`."""

    kind = "engine_offline"


class HandshakeRefused(SMCError):
    """The WebSocket was not opened. Details: `status`, `retry_after` as in the SMC's header."""

    kind = "handshake"


class QueryRefused(SMCError):
    """The SMC answered the query with a failure text. Details: `server_message`, `received`."""

    kind = "query"


class FilterTooLong(SMCError):
    """The request is longer than the SMC's socket accepts. Details: `size` and `limit`, in characters."""

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


class IncompleteSnapshot(SMCError):
    """The polling interface lists entries that the socket did not send. Details: `received`, `polled`, `missing`, `compared_by`."""

    kind = "incomplete"


class PollingFailed(SMCError):
    """The polling interface does not give a table that it must give. Details: `polled`."""

    kind = "polling"


class Interrupted(SMCError):
    """A signal ended the work."""

    kind = "interrupted"
