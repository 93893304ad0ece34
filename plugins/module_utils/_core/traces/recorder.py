# SPDX-FileCopyrightText: 2026 The ngfw.smc authors
# SPDX-License-Identifier: BSD-2-Clause
"""Keeps what an SMC said, with the time of each thing, as the events of a trace. Nothing is replaced yet."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from ..api.answers import Answer
from ..api.frames import Frame, Opcode, read_close
from ..api.observer import Observer, Parameters
from ..errors import BadMessage
from .trace import TraceEvent

# How many bytes of bodies and messages are kept. The rest is left out, and the trace says so.
LARGEST_RECORDING = 64 << 20

# The credentials of an administrator are in the query of a login.
_LOGINS = ("login", "lms_login")


class Recorder(Observer):
    """Records what its sessions and channels see.

    Attributes:
        probe: what is being done; each event bears it.
    """

    def __init__(self, largest: int = LARGEST_RECORDING) -> None:
        self.probe = ""
        self._largest = largest
        self._started = time.monotonic()
        self._lock = threading.Lock()
        self._events: list[TraceEvent] = []
        self._channels: dict[int, int] = {}
        self._numbers = 0
        self._kept = 0

    def events(self) -> list[TraceEvent]:
        """What was recorded so far, with documents instead of their texts."""
        with self._lock:
            recorded = list(self._events)
        return [_parsed(event) for event in recorded]

    def note(self, event: str, channel: int = 0, **facts: Any) -> None:
        """Add what the recording side found out. channel: the id of the channel it is about."""
        socket = {"socket": self._channels[channel]} if channel in self._channels else {}
        self._add(event, **socket, **facts)

    def begins(self) -> float:
        return time.monotonic()

    def answered(self, began: float, method: str, url: str, params: Parameters, answer: Answer) -> None:
        cookies = [one.partition("=")[0] for one in (answer.cookies("/") or "").split("; ") if one]
        session: dict[str, Any] = {"cookies": cookies} if cookies else {}
        if answer.headers.get("Authorization"):
            session["token"] = True
        kept = {"body": answer.body} if self._has_room(len(answer.body)) else {"left_out": len(answer.body)}
        self._add("http", began, **self._asked(method, url, params), status=answer.status, **session, **kept)

    def unanswered(self, began: float, method: str, url: str, params: Parameters, reason: str) -> None:
        self._add("http_failed", began, **self._asked(method, url, params), text=reason)

    @staticmethod
    def _asked(method: str, url: str, params: Parameters) -> dict[str, Any]:
        parts = urlsplit(url)
        said = {} if parts.path.rpartition("/")[2] in _LOGINS else dict(params or {})
        said.update(part.partition("=")[::2] for part in parts.query.split("&") if part)
        return {"method": method, "path": parts.path, "query": said}

    def opened(self, channel: int, began: float, url: str, headers: Mapping[str, str]) -> None:
        with self._lock:
            self._numbers += 1
            self._channels[channel] = self._numbers
        named = headers.get("sec-websocket-protocol")
        self._add("opened", began, channel, path=urlsplit(url).path, status=101, subprotocol=named == "access_token")

    def refused(self, began: float, url: str, status: int, reason: str) -> None:
        self._add("refused", began, path=urlsplit(url).path, status=status, text=reason)

    def sent(self, channel: int, how: str, payload: str | bytes) -> None:
        if how == "send":
            self._add("sent", channel=channel, message=payload)
        else:
            self._add({"ping": "ping_sent", "pong": "pong_sent", "close": "left"}[how], channel=channel)

    def received(self, channel: int, frame: Frame) -> None:
        if frame.opcode == Opcode.CLOSE:
            self._add("closed", channel=channel, **_goodbye(frame.payload))
        elif frame.opcode == Opcode.PING:
            self._add("ping", channel=channel)
        elif frame.opcode == Opcode.PONG:
            self._add("pong", channel=channel)
        else:
            size = len(frame.payload)
            parts = {"parts": len(frame.parts), "part_bytes": max(frame.parts)} if len(frame.parts) > 1 else {}
            kept = {"message": frame.payload} if self._has_room(size) else {"left_out": size}
            self._add("received", channel=channel, bytes=size, **parts, **kept)

    def lost(self, channel: int, reason: str) -> None:
        self._add("lost", channel=channel, text=reason)

    def _has_room(self, size: int) -> bool:
        with self._lock:
            self._kept += size
            return self._kept <= self._largest

    def _add(self, event: str, began: float | None = None, channel: int | None = None, **facts: Any) -> None:
        now = time.monotonic()
        times = {"at": round(now - self._started, 3)}
        if began is not None:
            times["took"] = round(now - began, 3)
        socket = {"socket": self._channels[channel]} if channel in self._channels else {}
        with self._lock:
            self._events.append({**times, "event": event, "probe": self.probe, **socket, **facts})


def _goodbye(payload: bytes) -> dict[str, Any]:
    try:
        code, reason = read_close(payload)
    except BadMessage:
        return {"text": "a close frame that breaks the protocol"}
    return {"code": code, "text": reason}


def _parsed(event: TraceEvent) -> TraceEvent:
    """The event with documents instead of texts; with the text where it is no document."""
    parsed = dict(event)
    for name in ("body", "message"):
        if name in parsed:
            raw = parsed.pop(name)
            text = raw if isinstance(raw, str) else raw.decode("utf-8", "replace")
            try:
                parsed[name] = json.loads(text) if text.strip() else None
            except (ValueError, RecursionError):
                parsed["text"] = text[:1000]
    return parsed
